//! A recording as a link: a tlog or a raw stream, played at its own pace or faster. Transmits nothing.

use std::{path::PathBuf, time::Duration};

use tokio::time::Instant;

use super::{
    error::LinkError,
    ingest::OnlyPeer,
    lane::{Lane, STATISTICS_EVERY, Transport},
};
use crate::{
    model::time::TimeUs,
    wire::{
        file_format::{FileFormat, detect},
        frame::Frame,
        raw::RawReader,
        tlog::TlogReader,
    },
};

/// Frames handed over at once.
const CHUNK: usize = 256;
/// Assumed pace of a raw stream, which has no times: frames per second.
const RAW_FRAMES_PER_S: f64 = 50.0;
/// Pauses of a recording longer than this are cut to it.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whose time the played frames carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingTime {
    /// The file's own: replay.
    Own,
    /// The station's, as if they came in now.
    Station,
}

/// A file being played.
#[derive(Debug)]
pub(super) struct Recording {
    path: PathBuf,
    speed: f64,
    looped: bool,
    time: RecordingTime,
}

impl Recording {
    /// `speed` 1 is the recording's own pace; infinity plays without waiting.
    pub(super) fn new(path: PathBuf, speed: f64, looped: bool, time: RecordingTime) -> Self {
        Self {
            path,
            speed,
            looped,
            time,
        }
    }

    async fn play(&self, bytes: &[u8], lane: &mut Lane<OnlyPeer>) {
        if detect(bytes) == FileFormat::Raw {
            let frames = RawReader::new(bytes).enumerate();
            let timed =
                frames.map(|(n, frame)| ((n as f64 * 1e6 / RAW_FRAMES_PER_S) as i64, frame));
            self.play_frames(timed, lane).await;
        } else {
            let records = TlogReader::new(bytes);
            let timed = records
                .map(|record| (i64::try_from(record.t_us).unwrap_or_default(), record.frame));
            self.play_frames(timed, lane).await;
        }
    }

    async fn play_frames<'a>(
        &self,
        frames: impl Iterator<Item = (i64, Frame<'a>)>,
        lane: &mut Lane<OnlyPeer>,
    ) {
        let mut pace = Pace::new(self.speed);
        let mut last_statistics = None;
        for (count, (t_us, frame)) in frames.enumerate() {
            if let Some(wait_until) = pace.due(t_us) {
                lane.ingest.flush();
                tokio::time::sleep_until(wait_until).await;
            } else if count % CHUNK == CHUNK - 1 {
                lane.ingest.flush();
                // Without a wait the fleet must still get its turn, or its bounded inbox overflows.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let t = match self.time {
                RecordingTime::Own => TimeUs(t_us),
                RecordingTime::Station => lane.now(),
            };
            lane.ingest.whole_frame(&OnlyPeer, &frame, t);
            if last_statistics.is_none_or(|last| t.since(last) >= STATISTICS_EVERY) {
                last_statistics = Some(t);
                lane.ingest.statistics(t);
            }
        }
        lane.ingest.flush();
    }
}

impl Transport for Recording {
    type Key = OnlyPeer;

    async fn run(&mut self, lane: &mut Lane<OnlyPeer>) -> Result<(), LinkError> {
        let error = |source| LinkError::File {
            path: self.path.display().to_string(),
            source,
        };
        let bytes = tokio::fs::read(&self.path).await.map_err(error)?;
        lane.opened().await;
        loop {
            self.play(&bytes, lane).await;
            if !self.looped {
                return Ok(());
            }
        }
    }
}

/// When each frame is due.
struct Pace {
    speed: f64,
    last_us: Option<i64>,
    due: Instant,
}

impl Pace {
    fn new(speed: f64) -> Self {
        Self {
            speed,
            last_us: None,
            due: Instant::now(),
        }
    }

    /// When to hand over the frame recorded at `t_us`; `None`: at once. Steps back in time wait for nothing.
    fn due(&mut self, t_us: i64) -> Option<Instant> {
        let last_us = *self.last_us.get_or_insert(t_us);
        if t_us <= last_us || !self.speed.is_finite() {
            return None;
        }
        self.last_us = Some(t_us);
        let step = Duration::from_micros((t_us - last_us).unsigned_abs()).min(LONGEST_PAUSE);
        self.due += step.div_f64(self.speed.max(0.001));
        (self.due > Instant::now() + Duration::from_millis(1)).then_some(self.due)
    }
}
