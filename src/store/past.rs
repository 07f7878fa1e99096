//! Answers the server's questions about the past from the log that is being written.
//!
//! One reading connection, one question at a time, each for two seconds at most: a reader never holds
//! up the writer (WAL), but one that read for ever would keep the write-ahead log from being reused.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    error::StoreError,
    handle::{Shared, StoreHandle},
    reader::LogReader,
};
use crate::model::{
    event::Event,
    history::{EventQuery, History, HistoryError, HistoryQuery, HistoryRow},
};

/// Questions that may wait behind the one that is being answered; more are refused.
const MOST_WAITING: usize = 8;
/// What takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// The past, as the log knows it. Calls block.
pub struct Past {
    shared: Arc<Shared>,
    reader: Mutex<Option<LogReader>>,
    asking: AtomicUsize,
}

impl Past {
    /// The past of the log behind `handle`.
    #[must_use]
    pub fn of(handle: &StoreHandle) -> Self {
        Self {
            shared: Arc::clone(&handle.shared),
            reader: Mutex::new(None),
            asking: AtomicUsize::new(0),
        }
    }

    fn ask<T>(
        &self,
        question: impl FnOnce(&LogReader) -> Result<T, StoreError>,
    ) -> Result<T, HistoryError> {
        let _turn = Turn::take(&self.asking)?;
        let mut kept = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that was replaced is opened anew: the connection is only kept while it answers.
        let mut reader = match kept.take() {
            Some(reader) if reader.is_current() => reader,
            _ => LogReader::open(&self.shared.path()).map_err(|error| read_error(&error))?,
        };
        let deadline = Instant::now() + PATIENCE;
        reader
            .limit_until(deadline)
            .map_err(|error| read_error(&error))?;
        match question(&reader) {
            Ok(answer) => {
                *kept = Some(reader);
                Ok(answer)
            }
            Err(error) if error.is_interruption() => {
                *kept = Some(reader);
                let reason = format!(
                    "the answer takes longer than {} s; ask for less",
                    PATIENCE.as_secs()
                );
                Err(HistoryError::Busy { reason })
            }
            Err(error) => Err(read_error(&error)),
        }
    }
}

impl History for Past {
    fn events(&self, query: &EventQuery) -> Result<Vec<Event>, HistoryError> {
        let found = self.ask(|log| log.events(query))?;
        let numbers = self.shared.numbers();
        let renumbered = found.into_iter().map(|(session, mut event)| {
            if session == numbers.session {
                event.id = event.id.saturating_sub(numbers.event_shift);
            }
            event
        });
        Ok(renumbered.collect())
    }

    fn rows(&self, query: &HistoryQuery) -> Result<Vec<HistoryRow>, HistoryError> {
        self.ask(|log| log.history(query))
    }
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Past")
            .field("path", &self.shared.path())
            .finish_non_exhaustive()
    }
}

fn read_error(error: &StoreError) -> HistoryError {
    HistoryError::Read {
        reason: error.to_string(),
    }
}

/// A place in the line.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn take(asking: &'a AtomicUsize) -> Result<Self, HistoryError> {
        if asking.fetch_add(1, Ordering::Relaxed) > MOST_WAITING {
            asking.fetch_sub(1, Ordering::Relaxed);
            let reason = format!("{MOST_WAITING} questions already wait");
            return Err(HistoryError::Busy { reason });
        }
        Ok(Self(asking))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
