//! No bytes make the splitter panic, lose count or depend on how a stream is cut.
//!
//! The first byte of the input says how long the pieces are. A frame carried whole inside another one
//! may come out of a cut stream in its stead, so streams are compared by their accounts only.

#![no_main]

use libfuzzer_sys::fuzz_target;
use volery::wire::{
    counters::SplitCounters,
    splitter::{MAX_PENDING, Splitter, split_datagram},
};

fuzz_target!(|data: &[u8]| {
    let Some((&piece_len, bytes)) = data.split_first() else {
        return;
    };
    let mut counters = SplitCounters::default();
    let mut framed = 0;
    split_datagram(bytes, &mut counters, &mut |f| framed += f.bytes().len());
    assert_eq!(framed as u64 + counters.junk_bytes, bytes.len() as u64);

    let mut splitter = Splitter::new();
    let (mut framed, mut pushed) = (0, 0);
    for piece in bytes.chunks(usize::from(piece_len).max(1)) {
        splitter.push(piece, &mut |f| framed += f.bytes().len());
        pushed += piece.len();
        assert!(splitter.pending_bytes() < MAX_PENDING);
        let done = framed as u64 + splitter.counters().junk_bytes;
        assert_eq!(done + splitter.pending_bytes() as u64, pushed as u64);
    }
    splitter.finish(&mut |f| framed += f.bytes().len());
    assert_eq!(
        framed as u64 + splitter.counters().junk_bytes,
        bytes.len() as u64
    );
});
