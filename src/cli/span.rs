//! From when to when recordings reach, read beside the replay, so that the screen can say where it stands.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use crate::{
    tui::station::Replay,
    wire::{
        file_format::{FileFormat, detect},
        tlog::TlogReader,
    },
};

/// Finds the length of recordings in a thread of its own; until then, and for streams without times, it is unknown.
pub(super) fn measure(files: &[PathBuf]) -> Arc<Replay> {
    let replay = Arc::new(Replay::default());
    let (files, found) = (files.to_vec(), Arc::clone(&replay));
    std::thread::spawn(move || {
        let spans: Option<Vec<_>> = files.iter().map(|file| span_us(file)).collect();
        let Some(spans) = spans else { return };
        let first_us = spans.iter().map(|(first_us, _)| *first_us).min();
        let last_us = spans.iter().map(|(_, last_us)| *last_us).max();
        let ms = |us: Option<u64>| i64::try_from(us.unwrap_or(0) / 1_000).unwrap_or(0);
        found.first_ms.store(ms(first_us), Ordering::Relaxed);
        found.last_ms.store(ms(last_us), Ordering::Relaxed);
    });
    replay
}

/// The least and the greatest time of a tlog, µs since 1970; none of a raw stream or an empty file.
fn span_us(file: &Path) -> Option<(u64, u64)> {
    let bytes = fs::read(file).ok()?;
    if detect(&bytes) == FileFormat::Raw {
        return None;
    }
    let mut times = TlogReader::new(&bytes).map(|record| record.t_us);
    let first_us = times.next()?;
    Some(times.fold((first_us, first_us), |(least, most), t_us| {
        (least.min(t_us), most.max(t_us))
    }))
}
