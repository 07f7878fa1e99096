//! What is known of a link as a carrier of streams: how full its radio is, what comes unasked, what may be asked.

use std::time::Duration;

use crate::{
    model::time::TimeUs,
    protocol::{
        budget::{Claim, share, total_bytes_per_s},
        throttle::Throttle,
        wanted_messages::Asked,
    },
};

/// Whatever comes unasked for this many seconds in a row is there to stay: a transfer is not.
const LASTING: usize = 10;
/// What comes unasked is taken off the budget in such parts of it, so that it does not change all the time.
const PARTS: f64 = 16.0;
/// What comes unasked never takes more than this of a budget: an operator must see something.
const MOST_RESERVED: f64 = PARTS / 2.0;
/// More than this of a budget is too much for what nobody asked for.
const TOO_MUCH: f64 = PARTS / 5.0;
/// A request and its answer, bytes (COMMAND_LONG and COMMAND_ACK in MAVLink 2 frames).
const ASKING_BYTES: f64 = 67.0;
/// The part of a budget that requests may take while there is something to ask.
const ASKING_PART: f64 = 0.5;
/// A full radio is told once in this time.
const TOLD_EVERY: Duration = Duration::from_mins(5);

/// The streams of one link.
#[derive(Debug, Default)]
pub(super) struct LinkStreams {
    pub(super) throttle: Throttle,
    unasked: Unasked,
    asking: Asking,
    basis: Option<Basis>,
    told: Option<TimeUs>,
    is_told: bool,
    is_quiet: bool,
}

/// What the shares in force were made from: while it is the same, so are they.
#[derive(Debug, PartialEq)]
struct Basis {
    bytes_per_s: Option<f64>,
    claims: Vec<Claim>,
    rows: Vec<usize>,
}

/// New shares of a link.
#[derive(Debug)]
pub(super) struct Shares {
    /// By row.
    pub(super) of: Vec<(usize, Asked)>,
    /// What they bring at most.
    pub(super) bytes_per_s: f64,
}

/// Why more or less is asked for than before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// The radio is full: this part of the wanted rates is asked for.
    Cut(f64),
    /// All of them are.
    Whole,
}

/// What came unasked, second by second.
#[derive(Debug, Default)]
struct Unasked {
    seconds: [f64; LASTING],
    count: usize,
    reserved_parts: f64,
}

/// How much may still be spent on requests.
#[derive(Debug, Default)]
struct Asking {
    bytes: f64,
    looked: Option<TimeUs>,
}

impl LinkStreams {
    /// What the link carries now for what is asked; `None` is no limit. `wanted` is what all of it would bring.
    fn budget(&self, limit: Option<u32>, wanted: f64) -> Option<f64> {
        let factor = self.throttle.factor();
        match limit.map(f64::from) {
            None if factor >= 1.0 => None,
            None => Some(wanted * factor),
            Some(limit) => Some((limit * factor - self.reserved(limit)).max(0.0)),
        }
    }

    /// The budget of all that comes, for display.
    pub(super) fn shown_budget(&self, limit: Option<u32>) -> Option<f64> {
        limit.map(|limit| f64::from(limit) * self.throttle.factor())
    }

    fn reserved(&self, limit: f64) -> f64 {
        self.unasked.reserved_parts * limit / PARTS
    }

    /// The shares of the vehicles in `rows`, when anything they depend on has changed.
    pub(super) fn share(
        &mut self,
        limit: Option<u32>,
        rows: Vec<usize>,
        claims: Vec<Claim>,
    ) -> Option<Shares> {
        let all: Vec<Asked> = claims.iter().map(|claim| claim.wanted).collect();
        let bytes_per_s = self.budget(limit, total_bytes_per_s(&claims, &all));
        let basis = Basis {
            bytes_per_s,
            claims,
            rows,
        };
        if self.basis.as_ref() == Some(&basis) {
            return None;
        }
        let shares = share(bytes_per_s, &basis.claims);
        let total = total_bytes_per_s(&basis.claims, &shares);
        let of = basis.rows.iter().copied().zip(shares).collect();
        self.basis = Some(basis);
        Some(Shares {
            of,
            bytes_per_s: total,
        })
    }

    /// Enquiries were made anew, or rates changed: shares are made and given again.
    pub(super) fn forget_shares(&mut self) {
        self.basis = None;
    }

    /// What came in the last second, and what of it was asked for or is a heartbeat.
    pub(super) fn measure(&mut self, limit: Option<u32>, bytes_per_s: f64, asked: f64) {
        if let Some(limit) = limit {
            let part = f64::from(limit) / PARTS;
            self.unasked.push((bytes_per_s - asked).max(0.0) / part);
        }
    }

    /// Whether vehicles are asked to stop what nobody here shows.
    pub(super) const fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Bytes per second that come unasked, once, when they are too much: from now on they are asked to stop.
    pub(super) fn grows_tired(&mut self, limit: Option<u32>) -> Option<f64> {
        let limit = limit.map(f64::from)?;
        if self.is_quiet || self.unasked.reserved_parts <= TOO_MUCH {
            return None;
        }
        self.is_quiet = true;
        Some(self.reserved(limit))
    }

    /// Whether a request may go out now.
    pub(super) fn may_ask(&mut self, limit: Option<u32>, now: TimeUs) -> bool {
        let Some(limit) = limit.map(f64::from) else {
            return true;
        };
        let per_s = limit * ASKING_PART;
        let last = self.asking.looked.replace(now).unwrap_or(now);
        let gained = now.since(last).as_secs_f64() * per_s;
        self.asking.bytes = (self.asking.bytes + gained).min(per_s.max(ASKING_BYTES));
        self.asking.bytes >= 0.0
    }

    /// One goes out.
    pub(super) fn asks(&mut self) {
        self.asking.bytes -= ASKING_BYTES;
    }

    /// What is to be said of the radio's buffer, seldom and in pairs.
    pub(super) fn turn(&mut self, now: TimeUs) -> Option<Turn> {
        let factor = self.throttle.factor();
        if factor >= 1.0 {
            let was_told = std::mem::replace(&mut self.is_told, false);
            return was_told.then_some(Turn::Whole);
        }
        let is_soon = self.told.is_some_and(|told| now.since(told) < TOLD_EVERY);
        if self.is_told || is_soon {
            return None;
        }
        (self.told, self.is_told) = (Some(now), true);
        Some(Turn::Cut(factor))
    }
}

impl Unasked {
    fn push(&mut self, parts: f64) {
        self.seconds[self.count % LASTING] = parts;
        self.count += 1;
        if self.count < LASTING {
            return;
        }
        let lasting = self.seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let parts = lasting.ceil().min(MOST_RESERVED);
        // A little less is no reason to ask everybody anew.
        if parts > self.reserved_parts || parts + 1.0 < self.reserved_parts {
            self.reserved_parts = parts;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::words::Autopilot, protocol::wanted_messages::Weight};

    const LIMIT: Option<u32> = Some(1_600);

    fn claim() -> Claim {
        let wanted = Asked {
            position_hz: Some(4.0),
            attitude_hz: None,
            status_hz: Some(1.0),
        };
        Claim {
            wanted,
            weight: Weight::of(Autopilot::ARDUPILOT, false),
            in_focus: false,
        }
    }

    #[test]
    fn shares_are_given_again_only_when_something_has_changed() {
        let mut streams = LinkStreams::default();
        let shares = streams.share(LIMIT, vec![0, 3], vec![claim(); 2]).unwrap();
        assert!(shares.bytes_per_s <= 1_600.0);
        assert_eq!(shares.of[1].0, 3);
        assert!(streams.share(LIMIT, vec![0, 3], vec![claim(); 2]).is_none());
        assert!(streams.share(LIMIT, vec![0, 4], vec![claim(); 2]).is_some());
        assert!(
            streams
                .share(Some(900), vec![0, 4], vec![claim(); 2])
                .is_some()
        );
    }

    #[test]
    fn what_comes_unasked_for_ten_seconds_is_taken_off_and_a_transfer_is_not() {
        let mut streams = LinkStreams::default();
        let budget = |streams: &LinkStreams| streams.budget(LIMIT, 0.0).unwrap().round() as u32;
        for second in 0..30 {
            let transfer = if second % 9 == 0 { 0.0 } else { 800.0 };
            streams.measure(LIMIT, 700.0 + transfer, 700.0);
        }
        assert_eq!(budget(&streams), 1_600);
        for _ in 0..10 {
            streams.measure(LIMIT, 1_150.0, 700.0);
        }
        assert_eq!(budget(&streams), 1_100);
        for _ in 0..10 {
            streams.measure(LIMIT, 1_090.0, 700.0);
        }
        assert_eq!(budget(&streams), 1_100, "a little less changes nothing");
        for _ in 0..10 {
            streams.measure(LIMIT, 9_000.0, 700.0);
        }
        assert_eq!(
            budget(&streams),
            800,
            "half of it is kept for what is asked"
        );
        for _ in 0..10 {
            streams.measure(LIMIT, 700.0, 700.0);
        }
        assert_eq!(budget(&streams), 1_600);
    }

    #[test]
    fn too_much_that_is_unasked_is_said_once_and_stopped_from_then_on() {
        let mut streams = LinkStreams::default();
        for _ in 0..10 {
            streams.measure(LIMIT, 1_000.0, 700.0);
        }
        assert_eq!(streams.grows_tired(LIMIT), None);
        for _ in 0..10 {
            streams.measure(LIMIT, 1_100.0, 700.0);
        }
        assert_eq!(streams.grows_tired(LIMIT).map(f64::round), Some(400.0));
        assert!(streams.is_quiet());
        assert_eq!(streams.grows_tired(LIMIT), None);
    }

    #[test]
    fn requests_take_half_of_a_budget_and_are_free_without_one() {
        let mut streams = LinkStreams::default();
        let mut sent = 0;
        for tick in 0..200 {
            let now = TimeUs::from_ms(tick * 50);
            assert!(streams.may_ask(None, now));
            if streams.may_ask(LIMIT, now) {
                streams.asks();
                sent += 1;
            }
        }
        let most = 10.0 * 800.0 / ASKING_BYTES + 2.0;
        assert!(
            f64::from(sent) <= most && f64::from(sent) > most * 0.9,
            "{sent}"
        );
    }

    #[test]
    fn a_full_radio_cuts_a_link_without_limit_too_and_is_told_in_pairs() {
        let mut streams = LinkStreams::default();
        let at = |seconds: i64| TimeUs::from_ms(seconds * 1_000);
        assert_eq!(streams.budget(None, 900.0), None);
        streams.throttle.hear(3, at(0));
        assert_eq!(streams.budget(None, 900.0), Some(450.0));
        assert_eq!(streams.turn(at(1)), Some(Turn::Cut(0.5)));
        assert_eq!(streams.turn(at(2)), None);
        for second in 10..20 {
            streams.throttle.hear(100, at(second));
        }
        assert_eq!(streams.turn(at(20)), Some(Turn::Whole));
        streams.throttle.hear(3, at(30));
        assert_eq!(streams.turn(at(31)), None, "not again so soon");
    }
}
