//! Frames on their way to the flight log, in tlog framing.

use crate::{
    model::{
        ids::LinkId,
        recorder::{Direction, FrameBatch},
        time::TimeUs,
    },
    wire::tlog,
};

/// Frames gathered since the last hand-over.
#[derive(Debug, Default)]
pub(super) struct Records {
    data: Vec<u8>,
    count: u32,
    start: TimeUs,
    end: TimeUs,
}

impl Records {
    /// Adds a frame heard or sent at `t`; says from where to where its bytes lie.
    pub(super) fn push(&mut self, t: TimeUs, frame: &[u8]) -> (u32, u32) {
        if self.count == 0 {
            self.start = t;
        }
        self.end = t;
        self.count += 1;
        tlog::push_record(&mut self.data, t.0.unsigned_abs(), frame);
        let end = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        (end.saturating_sub(length), end)
    }

    /// Takes everything out; `None` when there is nothing.
    pub(super) fn take(&mut self, link: LinkId, direction: Direction) -> Option<FrameBatch> {
        if self.count == 0 {
            return None;
        }
        let size = self.data.len();
        let Self {
            data,
            count,
            start,
            end,
        } = std::mem::take(self);
        self.data = Vec::with_capacity(size.min(64 * 1_024));
        Some(FrameBatch {
            link,
            direction,
            start,
            end,
            count,
            data: data.into(),
        })
    }
}
