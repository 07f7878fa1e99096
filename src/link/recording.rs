//! A recording as a link: a tlog or a raw stream, played at its own pace or faster. Transmits nothing.

use std::{path::PathBuf, time::Duration};

use tokio::time::Instant;

use super::{
    assumed_pace::AssumedPace,
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
    pacing: Pacing,
    time: RecordingTime,
}

/// How fast a file is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pacing {
    /// 1 is the recording's own pace; infinity plays without waiting.
    pub(super) speed: f64,
    /// Played without waiting up to here.
    pub(super) skip: Duration,
    /// Again and again.
    pub(super) looped: bool,
}

impl Recording {
    pub(super) fn new(path: PathBuf, pacing: Pacing, time: RecordingTime) -> Self {
        Self { path, pacing, time }
    }

    async fn play(&self, bytes: &[u8], lane: &mut Lane<OnlyPeer>) {
        if detect(bytes) == FileFormat::Raw {
            let pace = AssumedPace::of(bytes);
            let frames = RawReader::new(bytes).enumerate();
            let timed = frames.map(|(place, frame)| (pace.at_us(place), frame));
            self.play_frames(timed, lane).await;
        } else {
            let records = TlogReader::new(bytes);
            let timed = records
                .map(|record| (i64::try_from(record.t_us).unwrap_or_default(), record.frame));
            self.play_frames(timed, lane).await;
        }
    }

    /// The time a frame recorded at `t_us` is given.
    fn stamp(&self, t_us: i64, lane: &mut Lane<OnlyPeer>) -> TimeUs {
        match self.time {
            RecordingTime::Own => {
                lane.live_at(TimeUs(t_us));
                TimeUs(t_us)
            }
            RecordingTime::Station => lane.now(),
        }
    }

    async fn play_frames<'a>(
        &self,
        frames: impl Iterator<Item = (i64, Frame<'a>)>,
        lane: &mut Lane<OnlyPeer>,
    ) {
        let mut pace = Pace::new(self.pacing);
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
            let t = self.stamp(t_us, lane);
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
        if detect(&bytes) == FileFormat::Raw {
            lane.ingest.untimed(lane.now()).await;
        } else if let Some(first) = TlogReader::new(&bytes).next() {
            self.stamp(i64::try_from(first.t_us).unwrap_or_default(), lane);
        }
        lane.opened().await;
        loop {
            self.play(&bytes, lane).await;
            if !self.pacing.looped {
                return Ok(());
            }
        }
    }
}

/// When each frame is due.
struct Pace {
    speed: f64,
    skip_us: i64,
    first_us: Option<i64>,
    last_us: i64,
    due: Instant,
}

impl Pace {
    fn new(pacing: Pacing) -> Self {
        let skip_us = i64::try_from(pacing.skip.as_micros()).unwrap_or(i64::MAX);
        Self {
            speed: pacing.speed.max(0.001),
            skip_us,
            first_us: None,
            last_us: i64::MIN,
            due: Instant::now(),
        }
    }

    /// When to hand over the frame recorded at `t_us`; `None`: at once. Steps back in time wait for nothing.
    fn due(&mut self, t_us: i64) -> Option<Instant> {
        let first_us = *self.first_us.get_or_insert(t_us);
        let skipped = t_us.saturating_sub(first_us) <= self.skip_us;
        if t_us <= self.last_us || skipped || !self.speed.is_finite() {
            self.last_us = self.last_us.max(t_us);
            self.due = self.due.max(Instant::now());
            return None;
        }
        let step = Duration::from_micros((t_us - self.last_us).unsigned_abs()).min(LONGEST_PAUSE);
        self.last_us = t_us;
        self.due += step.div_f64(self.speed);
        (self.due > Instant::now() + Duration::from_millis(1)).then_some(self.due)
    }
}
