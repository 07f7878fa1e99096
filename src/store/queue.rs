//! The bounded way to the writer thread. Nobody who puts something in ever waits for the disk.
//!
//! Written by links and by `app`, read by the writer. Full means: the newest is refused and counted,
//! one gap per sort of thing, which the writer records when it can write again. Frames may fill seven
//! eighths, telemetry fifteen sixteenths, so that an event still finds room when both are at their end.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::row::{Gap, GapKind, Row};
use crate::model::recorder::FrameBatch;

/// One thing on its way.
#[derive(Debug)]
pub(super) enum Item {
    Frames(FrameBatch),
    Row(Row),
}

impl Item {
    fn cost(&self) -> usize {
        match self {
            Self::Frames(batch) => size_of::<Self>() + batch.data.len(),
            Self::Row(row) => size_of::<Self>() + row.cost(),
        }
    }

    pub(super) fn as_gap(&self) -> Gap {
        match self {
            Self::Row(row) => row.as_gap(),
            Self::Frames(batch) => Gap {
                what: GapKind::Frames,
                start: batch.start,
                end: batch.end,
                count: u64::from(batch.count),
            },
        }
    }
}

/// What the writer got.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) items: Vec<Item>,
    pub(super) gaps: Vec<Gap>,
    /// Until when to finish, once the log is being closed.
    pub(super) closing: Option<Instant>,
    /// Nothing was left behind.
    pub(super) is_all: bool,
}

#[derive(Debug)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    changed: Condvar,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Inner {
    items: VecDeque<Item>,
    bytes: usize,
    gaps: Vec<Gap>,
    closing: Option<Instant>,
    /// The writer sleeps until somebody calls.
    idle: bool,
    /// The writer should not wait for the end of its interval.
    hurry: bool,
    /// The writer has ended.
    ended: bool,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            inner: Mutex::default(),
            changed: Condvar::new(),
            capacity,
        }
    }

    /// Puts one thing in; `false` when it was refused and counted.
    pub(super) fn push(&self, item: Item) -> bool {
        let cost = item.cost();
        let hurry = matches!(&item, Item::Row(row) if row.is_precious());
        let limit = match &item {
            Item::Frames(_) => self.capacity / 8 * 7,
            Item::Row(Row::Event(_) | Row::Gap(_) | Row::Plan(_) | Row::Params(_)) => self.capacity,
            Item::Row(_) => self.capacity / 16 * 15,
        };
        let mut inner = self.lock();
        if inner.ended || inner.bytes + cost > limit {
            inner.lose(item.as_gap());
            return false;
        }
        inner.bytes += cost;
        inner.items.push_back(item);
        let is_news = !inner.hurry && (hurry || inner.bytes > self.capacity / 4);
        inner.hurry |= is_news;
        if inner.idle || is_news {
            self.changed.notify_all();
        }
        true
    }

    /// Counts something that never got this far.
    pub(super) fn lose(&self, gap: Gap) {
        let mut inner = self.lock();
        inner.lose(gap);
        if inner.idle {
            self.changed.notify_all();
        }
    }

    /// Tells a sleeping writer that there may be work.
    pub(super) fn wake(&self) {
        if self.lock().idle {
            self.changed.notify_all();
        }
    }

    /// Waits until `due`, then takes up to `most` bytes.
    pub(super) fn take(&self, due: Instant, most: usize) -> Taken {
        let mut inner = self.lock();
        while inner.closing.is_none() && !inner.hurry {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            inner = self.wait(inner, left);
        }
        inner.hurry = false;
        inner.take(most)
    }

    /// Sleeps until somebody puts something in, calls `wake` or closes, and no longer than `most`.
    pub(super) fn sleep(&self, most: Duration) {
        let mut inner = self.lock();
        if inner.is_empty() && inner.closing.is_none() {
            inner.idle = true;
            self.wait(inner, most).idle = false;
        }
    }

    /// Waits for `pause`, or less when the log is closed meanwhile. Returns the deadline of closing.
    pub(super) fn pause(&self, pause: Duration) -> Option<Instant> {
        let until = Instant::now() + pause;
        let mut inner = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if inner.closing.is_some() || left.is_zero() {
                return inner.closing;
            }
            inner = self.wait(inner, left);
        }
    }

    /// Asks the writer to finish by `deadline` and waits for it until `patience`; `false` when it did not.
    pub(super) fn close(&self, deadline: Instant, patience: Instant) -> bool {
        let mut inner = self.lock();
        inner.closing = Some(deadline);
        self.changed.notify_all();
        while !inner.ended {
            let left = patience.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self.wait(inner, left);
        }
        true
    }

    /// The writer ends: whatever still waits, and whatever comes later, is lost. Returns its count.
    pub(super) fn end(&self) -> u64 {
        let mut inner = self.lock();
        inner.ended = true;
        let left = inner.take(usize::MAX);
        self.changed.notify_all();
        let items = left.items.iter().map(|item| item.as_gap().count);
        items.chain(left.gaps.iter().map(|gap| gap.count)).sum()
    }

    pub(super) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// What was refused and is not yet recorded as a gap.
    pub(super) fn unrecorded(&self) -> u64 {
        self.lock().gaps.iter().map(|gap| gap.count).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, inner: MutexGuard<'a, Inner>, left: Duration) -> MutexGuard<'a, Inner> {
        let woken = self.changed.wait_timeout(inner, left);
        woken.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Inner {
    fn lose(&mut self, gap: Gap) {
        match self.gaps.iter_mut().find(|known| known.what == gap.what) {
            Some(known) => known.widen(gap),
            None => self.gaps.push(gap),
        }
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.gaps.is_empty()
    }

    fn take(&mut self, most: usize) -> Taken {
        let mut taken = Taken {
            closing: self.closing,
            gaps: std::mem::take(&mut self.gaps),
            ..Taken::default()
        };
        let mut bytes = 0;
        while bytes < most
            && let Some(item) = self.items.pop_front()
        {
            bytes += item.cost();
            taken.items.push(item);
        }
        self.bytes -= bytes;
        taken.is_all = self.items.is_empty();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::LinkId, recorder::Direction, time::TimeUs};

    fn frames(t: i64, bytes: usize) -> Item {
        Item::Frames(FrameBatch {
            link: LinkId(0),
            direction: Direction::Received,
            start: TimeUs(t),
            end: TimeUs(t + 1),
            count: 2,
            data: vec![0; bytes],
        })
    }

    #[test]
    fn what_does_not_fit_is_refused_and_counted_in_one_gap() {
        let queue = Queue::new(8_000);
        assert!(queue.push(frames(1, 6_000)));
        assert!(!queue.push(frames(10, 1_500)));
        assert!(!queue.push(frames(20, 1_500)));
        assert_eq!(queue.unrecorded(), 4);
        let taken = queue.take(Instant::now(), usize::MAX);
        assert_eq!(taken.items.len(), 1);
        let (what, start, end, count) = (GapKind::Frames, TimeUs(10), TimeUs(21), 4);
        let gap = Gap {
            what,
            start,
            end,
            count,
        };
        assert_eq!(taken.gaps, [gap]);
        assert_eq!((queue.bytes(), queue.unrecorded()), (0, 0));
    }

    #[test]
    fn one_take_is_bounded_and_order_is_kept() {
        let queue = Queue::new(1_000_000);
        for t in 0..5 {
            queue.push(frames(t, 1_000));
        }
        let first = queue.take(Instant::now(), 1_500);
        assert!(!first.is_all && first.items.len() == 2);
        let rest = queue.take(Instant::now(), usize::MAX);
        assert!(rest.is_all);
        let starts: Vec<_> = rest
            .items
            .iter()
            .map(|item| item.as_gap().start.0)
            .collect();
        assert_eq!(starts, [2, 3, 4]);
    }

    #[test]
    fn what_comes_after_the_end_is_counted_not_kept() {
        let queue = Queue::new(1_000_000);
        queue.push(frames(0, 10));
        assert_eq!(queue.end(), 2);
        assert!(!queue.push(frames(1, 10)));
        assert_eq!((queue.bytes(), queue.unrecorded()), (0, 2));
    }
}
