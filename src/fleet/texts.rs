//! Long STATUSTEXTs put together again: chunks of one text share (system, component, id).
//!
//! A text is handed out when its last chunk has come and none is missing, else one second after its
//! newest chunk, with "…" where something is missing
//! (<https://mavlink.io/en/messages/common.html#STATUSTEXT>). Time is an argument; memory is bounded.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::model::{
    ids::{ComponentId, SystemId},
    report::TextPart,
    time::TimeUs,
    words::Severity,
};

/// How long a text waits for its next chunk.
const WAIT: Duration = Duration::from_secs(1);
/// Most texts in the making at once; what exceeds it is handed out as it is.
const MOST_OPEN: usize = 64;
/// Stands for chunks that never came.
const HOLE: &str = "…";

/// A whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedText {
    /// MAV_SEVERITY.
    pub severity: Severity,
    /// Without control characters; "…" where a chunk is missing.
    pub text: Arc<str>,
    /// When its first chunk came.
    pub since: TimeUs,
}

/// The texts of one network that still wait for chunks.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    open: BTreeMap<Key, Open>,
}

type Key = (SystemId, ComponentId, u16);

/// One text in the making, or just finished: that is kept for the same second, so that a chunk heard
/// twice over parallel links does not start a text of its own.
#[derive(Debug, Clone)]
struct Open {
    severity: Severity,
    since: TimeUs,
    newest: TimeUs,
    chunks: BTreeMap<u8, TextPart>,
    handed_out: bool,
}

impl Texts {
    /// Takes a text or a chunk in; gives the text back when it is complete.
    ///
    /// A chunk that contradicts one already there begins a new text under a used id (an autopilot
    /// that rebooted counts anew): then the old one is given back as far as it came.
    pub fn push(
        &mut self,
        system: SystemId,
        component: ComponentId,
        part: TextPart,
        now: TimeUs,
    ) -> Option<JoinedText> {
        if part.id == 0 {
            return Some(JoinedText {
                severity: part.severity,
                text: part.text,
                since: now,
            });
        }
        let key = (system, component, part.id);
        let full = self.open.len() >= MOST_OPEN;
        let Some(open) = self.open.get_mut(&key) else {
            let mut open = Open::begin(part, now);
            let finished = open.finished();
            if full {
                return finished.or_else(|| Some(open.joined()));
            }
            self.open.insert(key, open);
            return finished;
        };
        if open.holds(&part) {
            return None;
        }
        if open.contradicts(&part) {
            let old = std::mem::replace(open, Open::begin(part, now));
            let finished = open.finished();
            return if old.handed_out {
                finished
            } else {
                Some(old.joined())
            };
        }
        open.newest = now;
        open.chunks.insert(part.chunk, part);
        open.finished()
    }

    /// Takes out every text whose next chunk has not come in time.
    ///
    /// Call it before `push` when many seconds may lie between two calls, as in a recording.
    pub fn expire(
        &mut self,
        now: TimeUs,
    ) -> impl Iterator<Item = (SystemId, ComponentId, JoinedText)> + use<> {
        let due = move |open: &Open| {
            // A clock that went back (a recording played again) must not keep a text for ever.
            now.since(open.newest) >= WAIT || open.newest.since(now) >= WAIT
        };
        self.take(due).into_iter()
    }

    /// Takes out everything, at the end of a recording or of a vehicle.
    pub fn finish(&mut self) -> impl Iterator<Item = (SystemId, ComponentId, JoinedText)> + use<> {
        self.take(|_| true).into_iter()
    }

    fn take(&mut self, due: impl Fn(&Open) -> bool) -> Vec<(SystemId, ComponentId, JoinedText)> {
        // Nearly always there is nothing open: no work, no allocation.
        let mut taken = Vec::new();
        self.open.retain(|(system, component, _), open| {
            let due = due(open);
            if due && !open.handed_out {
                taken.push((*system, *component, open.joined()));
            }
            !due
        });
        taken.sort_by_key(|(_, _, text)| text.since);
        taken
    }
}

impl Open {
    fn begin(part: TextPart, now: TimeUs) -> Self {
        Self {
            severity: part.severity,
            since: now,
            newest: now,
            chunks: BTreeMap::from([(part.chunk, part)]),
            handed_out: false,
        }
    }

    fn holds(&self, part: &TextPart) -> bool {
        self.chunks.get(&part.chunk) == Some(part)
    }

    /// Whether `part` cannot be of this text: another chunk has its place, or the text is complete.
    fn contradicts(&self, part: &TextPart) -> bool {
        self.handed_out || self.severity != part.severity || self.chunks.contains_key(&part.chunk)
    }

    /// The text, the first time it is complete.
    fn finished(&mut self) -> Option<JoinedText> {
        let (last, part) = self.chunks.last_key_value()?;
        let whole = part.ends && self.chunks.len() == usize::from(*last) + 1;
        if !whole || self.handed_out {
            return None;
        }
        self.handed_out = true;
        Some(self.joined())
    }

    fn joined(&self) -> JoinedText {
        let mut text = String::new();
        let mut next = 0;
        let mut ended = false;
        for (chunk, part) in &self.chunks {
            if u16::from(*chunk) > next {
                text.push_str(HOLE);
            }
            text.push_str(&part.text);
            next = u16::from(*chunk) + 1;
            ended = part.ends;
        }
        if !ended {
            text.push_str(HOLE);
        }
        JoinedText {
            severity: self.severity,
            text: text.into(),
            since: self.since,
        }
    }
}

#[cfg(test)]
mod tests;
