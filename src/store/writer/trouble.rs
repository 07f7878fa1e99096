//! What the writer does when writing fails: roll back, say so, open the file anew, or go on in another one.

use super::{PATIENCE, Writer};
use crate::store::{
    error::StoreError,
    row::{Gap, GapKind, Row},
    transaction::{Write, Written},
};

impl Writer {
    pub(super) fn failed(&mut self, error: &StoreError) {
        if let Some(log) = &self.log
            && !log.inserter.connection.is_autocommit()
        {
            // If even this fails, the next BEGIN does too, and we come by again.
            let _ = log.inserter.connection.execute_batch("ROLLBACK");
        }
        self.failures += 1;
        let is_lost = self.log.as_ref().is_some_and(|log| !self.place.holds(log));
        let is_stranger = self.log.is_none()
            && matches!(
                error,
                StoreError::NotADatabase { .. }
                    | StoreError::NotAFlightLog { .. }
                    | StoreError::NewerSchema { .. }
            );
        if error.is_damage() || is_stranger {
            self.doubt_file(error);
            return self.say(error);
        }
        self.damages = 0;
        if is_lost {
            self.lose_file();
        } else if self.failures.is_multiple_of(PATIENCE) && error.is_trouble_of_the_disk() {
            // What was written stays where it is; a file system that came back is another one.
            self.log = None;
        }
        self.say(error);
    }

    fn say(&self, error: &StoreError) {
        let mut progress = self.shared.progress();
        if progress.degraded.is_none() {
            tracing::warn!(%error, "the flight log cannot be written");
        }
        progress.degraded = Some(error.to_string().into());
        progress.note = self.place.note();
    }

    /// A disk that fails looks like a damaged file to SQLite: only what is found again and again by a
    /// fresh connection is believed.
    fn doubt_file(&mut self, error: &StoreError) {
        self.log = None;
        self.damages += 1;
        if self.damages >= PATIENCE && self.place.move_beside(error) {
            self.leave_file();
        }
    }

    /// The file is damaged and kept: what it holds is there, not in the next one.
    fn leave_file(&mut self) {
        self.log = None;
        self.in_file = Written::default();
        self.shared.progress().frames = 0;
    }

    /// The file was deleted or replaced: what it held is missing from the next one, which says so.
    pub(super) fn lose_file(&mut self) {
        self.place.tell(format!(
            "the flight log {} was deleted while it was written; another one is begun",
            self.place.path().display()
        ));
        let start = self.place.started();
        let end = self.shared.now().max(start);
        let lost = std::mem::take(&mut self.in_file);
        let counts = [
            (GapKind::Frames, lost.frames),
            (GapKind::Telemetry, lost.telemetry),
            (GapKind::Events, lost.events),
        ];
        for (what, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            self.pending.push(Write::Row(Row::Gap(Gap {
                what,
                start,
                end,
                count,
            })));
        }
        self.leave_file();
    }
}
