//! How many frames did a sender lose on the way, and which came twice or late?
//!
//! MAVLink counts frames per sending (system, component) in one byte
//! (<https://mavlink.io/en/guide/packet_loss.html>), so a gap over 127 cannot be told from a step
//! back: it is a late frame or a restart, never a huge loss. The caller keeps one tracker per path,
//! for routers filter and links merge. Knows no clock: a window lasts from one `take_window` to the next.

#[cfg(test)]
mod tests;

use std::collections::{
    BTreeMap,
    btree_map::Entry::{Occupied, Vacant},
};

use super::frame::Frame;
use crate::model::ids::{ComponentId, SystemId};

/// Frames behind the newest whose fingerprints are remembered; also the largest gap that counts as loss, plus one.
const MEMORY: usize = 128;
/// So many frames in a row with the same number: the sender does not count at all.
const STUCK: u8 = 3;

/// What a frame's sequence number says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The first of its sender.
    First,
    /// The one after the last.
    InOrder,
    /// In order, after so many lost ones.
    AfterLoss(u8),
    /// Byte for byte as good as a frame already heard.
    Duplicate,
    /// Behind a newer one; it had been counted as lost.
    Late,
    /// The sender's count began anew.
    Restart,
    /// Another frame under the last number: the sender does not count, its loss is unknown.
    Unnumbered,
}

/// Frames received and lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Frames received, duplicates not counted.
    pub received: u64,
    /// Frames missing.
    pub lost: u64,
}

impl Window {
    /// Lost frames in percent of those sent; `None` when nothing was heard.
    #[must_use]
    pub fn loss_percent(&self) -> Option<f64> {
        let sent = self.received + self.lost;
        (self.received > 0).then(|| self.lost as f64 * 100.0 / sent as f64)
    }

    fn add(&mut self, other: Self) {
        self.received += other.received;
        self.lost += other.lost;
    }
}

/// Totals of one sender since the tracker began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SequenceTotals {
    /// Frames received, duplicates not counted.
    pub received: u64,
    /// Frames missing.
    pub lost: u64,
    /// Frames heard again.
    pub duplicates: u64,
    /// Frames that came behind a newer one.
    pub reordered: u64,
    /// Times the count began anew.
    pub restarts: u64,
}

/// Follows the sequence numbers of every (system, component) of one path.
#[derive(Debug, Default)]
pub struct SequenceTracker {
    senders: BTreeMap<(SystemId, ComponentId), Sender>,
}

#[derive(Debug)]
struct Sender {
    last: u8,
    /// Fingerprints by sequence modulo `MEMORY`, 0 where the frame is missing.
    recent: Box<[u64; MEMORY]>,
    /// A frame that went back to a number already heard; a successor makes it a restart.
    suspect: Option<u8>,
    /// Frames in a row that repeated the last number.
    stuck: u8,
    /// How far `recent` reaches back from `last`.
    reach: u8,
    totals: SequenceTotals,
    window: Window,
}

impl SequenceTracker {
    /// A tracker that has heard nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a verified frame. Frames of unknown ids belong in too: they take numbers.
    pub fn observe(&mut self, frame: &Frame<'_>) -> Arrival {
        match self.senders.entry((frame.system, frame.component)) {
            Occupied(sender) => sender.into_mut().observe(frame.seq, frame.fingerprint()),
            Vacant(place) => {
                place.insert(Sender::new(frame.seq, frame.fingerprint()));
                Arrival::First
            }
        }
    }

    /// Frames received and lost of one system, all components, since this was last asked.
    pub fn take_window(&mut self, system: SystemId) -> Window {
        let mut sum = Window::default();
        for sender in self.of_system(system) {
            sum.add(std::mem::take(&mut sender.window));
        }
        sum
    }

    /// Every sender with its frames since this was last asked, and its totals.
    pub fn take_windows(
        &mut self,
    ) -> impl Iterator<Item = ((SystemId, ComponentId), Window, SequenceTotals)> {
        let taken = |sender: &mut Sender| (std::mem::take(&mut sender.window), sender.totals);
        self.senders.iter_mut().map(move |(id, sender)| {
            let (window, totals) = taken(sender);
            (*id, window, totals)
        })
    }

    /// Totals of one sender, `None` if never heard.
    #[must_use]
    pub fn totals(&self, system: SystemId, component: ComponentId) -> Option<SequenceTotals> {
        self.senders.get(&(system, component)).map(|s| s.totals)
    }

    /// Forgets one system, e.g. when it leaves the path.
    pub fn forget(&mut self, system: SystemId) {
        self.senders.retain(|(known, _), _| *known != system);
    }

    fn of_system(&mut self, system: SystemId) -> impl Iterator<Item = &mut Sender> {
        let all = (system, ComponentId(0))..=(system, ComponentId(255));
        self.senders.range_mut(all).map(|(_, sender)| sender)
    }
}

impl Sender {
    fn new(seq: u8, fingerprint: u64) -> Self {
        let mut sender = Self {
            last: seq,
            recent: Box::new([0; MEMORY]),
            suspect: None,
            stuck: 0,
            reach: 0,
            totals: SequenceTotals::default(),
            window: Window::default(),
        };
        sender.receive(seq, fingerprint);
        sender
    }

    fn observe(&mut self, seq: u8, fingerprint: u64) -> Arrival {
        if let Some(arrival) = self.observe_stuck(seq) {
            return arrival;
        }
        if self.suspect.is_some_and(|s| seq == s.wrapping_add(1)) {
            return self.restart(seq, fingerprint);
        }
        let ahead = seq.wrapping_sub(self.last);
        if (1..MEMORY as u8).contains(&ahead) {
            self.advance(seq, fingerprint, ahead - 1)
        } else {
            self.fall_back(seq, fingerprint)
        }
    }

    /// A sender that never counts must not look like one frame heard for ever.
    fn observe_stuck(&mut self, seq: u8) -> Option<Arrival> {
        if seq != self.last {
            self.stuck = 0;
            return None;
        }
        self.stuck = self.stuck.saturating_add(1);
        if self.stuck < STUCK {
            return None;
        }
        self.count_received();
        Some(Arrival::Unnumbered)
    }

    fn advance(&mut self, seq: u8, fingerprint: u64, lost: u8) -> Arrival {
        for missing in 1..=lost {
            *self.slot(self.last.wrapping_add(missing)) = 0;
        }
        self.last = seq;
        self.reach = self.reach.saturating_add(lost + 1).min(MEMORY as u8 - 1);
        self.suspect = None;
        self.receive(seq, fingerprint);
        self.totals.lost += u64::from(lost);
        self.window.lost += u64::from(lost);
        match lost {
            0 => Arrival::InOrder,
            _ => Arrival::AfterLoss(lost),
        }
    }

    fn fall_back(&mut self, seq: u8, fingerprint: u64) -> Arrival {
        let remembered = *self.slot(seq);
        if remembered == fingerprint {
            self.totals.duplicates += 1;
            return Arrival::Duplicate;
        }
        if seq == self.last {
            self.count_received();
            return Arrival::Unnumbered;
        }
        self.totals.reordered += 1;
        if remembered == 0 && self.last.wrapping_sub(seq) <= self.reach {
            // The loss may have been counted in a window already taken.
            self.totals.lost = self.totals.lost.saturating_sub(1);
            self.window.lost = self.window.lost.saturating_sub(1);
            self.receive(seq, fingerprint);
        } else {
            self.suspect = Some(seq);
            self.count_received();
        }
        Arrival::Late
    }

    fn restart(&mut self, seq: u8, fingerprint: u64) -> Arrival {
        self.recent.fill(0);
        self.last = seq;
        self.reach = 0;
        self.suspect = None;
        self.totals.restarts += 1;
        self.totals.reordered = self.totals.reordered.saturating_sub(1);
        self.receive(seq, fingerprint);
        Arrival::Restart
    }

    fn receive(&mut self, seq: u8, fingerprint: u64) {
        *self.slot(seq) = fingerprint;
        self.count_received();
    }

    fn count_received(&mut self) {
        self.totals.received += 1;
        self.window.received += 1;
    }

    fn slot(&mut self, seq: u8) -> &mut u64 {
        &mut self.recent[usize::from(seq) % MEMORY]
    }
}

/// Frames lost between two of one sender as `log info` counts them in a recording, in file order:
/// `(seq − previous − 1) mod 256`, late frames and restarts included. The same number again is a
/// repeat and no loss of 255: stations write a parameter list with one number for hundreds of frames.
#[must_use]
pub fn lost_by_file_rule(previous: u8, seq: u8) -> u32 {
    match seq.wrapping_sub(previous) {
        0 => 0,
        step => u32::from(step) - 1,
    }
}
