//! No bytes make the readers of recordings panic, hang or count a byte twice.

#![no_main]

use libfuzzer_sys::fuzz_target;
use volery::wire::{file_format::detect, raw::RawReader, tlog::TlogReader};

fuzz_target!(|bytes: &[u8]| {
    let mut tlog = TlogReader::new(bytes);
    let framed: usize = tlog.by_ref().map(|r| 8 + r.frame.bytes().len()).sum();
    assert!(framed as u64 + tlog.counters().junk_bytes <= bytes.len() as u64);
    assert_eq!(tlog.offset(), bytes.len());

    let mut raw = RawReader::new(bytes);
    let framed: usize = raw.by_ref().map(|f| f.bytes().len()).sum();
    assert!(framed as u64 + raw.counters().junk_bytes <= bytes.len() as u64);
    assert_eq!(raw.offset(), bytes.len());

    let _ = detect(bytes);
});
