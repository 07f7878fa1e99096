//! Answers `/readyz`: is the log written, were the links started?

use crate::{
    server::{Health, LogFigures, LogHealth},
    store::StoreHandle,
};

/// The health of a running station.
#[derive(Debug)]
pub(super) struct StationHealth {
    pub(super) log: Option<StoreHandle>,
}

impl Health for StationHealth {
    fn log(&self) -> LogHealth {
        match self.log.as_ref().map(StoreHandle::status) {
            None => LogHealth::Off,
            Some(status) => match status.degraded {
                Some(reason) => LogHealth::Failed(reason.to_string().into()),
                None if status.open => LogHealth::Open,
                None => LogHealth::Failed("the writer has ended".into()),
            },
        }
    }

    fn log_figures(&self) -> Option<LogFigures> {
        let status = self.log.as_ref()?.status();
        Some(LogFigures {
            well: status.open && status.degraded.is_none(),
            bytes: status.bytes,
            rows_per_s: status.rows_per_s,
            queue_bytes: status.queue_bytes as u64,
            frames: status.frames,
            missing: status.gaps,
        })
    }

    /// `app::start` returns only after every link has its task.
    fn links_started(&self) -> bool {
        true
    }
}
