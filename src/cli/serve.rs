//! `volery serve`: a station without a screen.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::failure::{Failure, Status};
use crate::app::{self, StartError, plan::Plan};

/// How a station ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Somebody asked it to, or its recordings were played.
    Done,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

/// Runs a plan until a signal ends it.
pub(crate) fn serve(plan: Plan) -> Result<End, Failure> {
    let runtime = runtime()?;
    let end = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let running = app::start(plan).map_err(|error| start_failure(&error))?;
        if let Some(listen) = running.listen {
            super::say(&format!("serving on http://{listen}"));
        }
        let end = signals.next().await;
        running
            .stop()
            .await
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(end)
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    end
}

/// The runtime that everything but the screen and the log runs on.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    built.map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))
}

/// Why a station could not start, with its exit status.
pub(crate) fn start_failure(error: &StartError) -> Failure {
    let status = match error {
        StartError::Link { .. } | StartError::Listen(_) => Status::Link,
        StartError::Log(_) => Status::Failed,
    };
    Failure::new(error.to_string()).with(status)
}

/// The signals that end a station.
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    pub(crate) async fn next(&mut self) -> End {
        tokio::select! {
            _ = self.interrupt.recv() => End::Interrupted,
            _ = self.terminate.recv() => End::Terminated,
        }
    }
}
