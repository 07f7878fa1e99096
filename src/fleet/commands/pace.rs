//! How many commands a link bears: so many a second by its class, a few at once.

use std::collections::BTreeMap;

use crate::model::{ids::LinkId, time::TimeUs};

/// Commands that have left on every link, as credit that grows back.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Pace {
    links: BTreeMap<LinkId, (TimeUs, f64)>,
}

/// What a link of a class bears.
#[derive(Debug, Clone, Copy)]
struct Bears {
    per_s: f64,
    at_once: f64,
}

impl Bears {
    /// A command and its ack are some 80 bytes: 20 a second leave most of a 57,600 baud radio to telemetry, and one
    /// in two seconds does not drown a satellite link.
    fn of(class: &str) -> Self {
        let (per_s, at_once) = match class {
            "lan" => (400.0, 20.0),
            "satcom" => (0.5, 1.0),
            _ => (20.0, 2.0),
        };
        Self { per_s, at_once }
    }
}

impl Pace {
    /// Whether one more command may leave on a link now; takes its place when it may.
    pub(super) fn take(&mut self, link: LinkId, class: &str, now: TimeUs) -> bool {
        let bears = Bears::of(class);
        let (then, credit) = self.links.entry(link).or_insert((now, bears.at_once));
        let grown = *credit + now.since(*then).as_secs_f64() * bears.per_s;
        (*then, *credit) = (now, grown.min(bears.at_once));
        let may = *credit >= 1.0;
        if may {
            *credit -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radio_takes_two_at_once_and_then_twenty_a_second_whatever_other_links_do() {
        let mut pace = Pace::default();
        let mut left = 0;
        for ms in 0..1_000 {
            for _ in 0..10 {
                left += u32::from(pace.take(LinkId(0), "radio", TimeUs::from_ms(ms)));
            }
        }
        assert!((21..=22).contains(&left), "{left}");
        assert!(pace.take(LinkId(1), "radio", TimeUs::from_ms(999)));
        assert!(pace.take(LinkId(2), "satcom", TimeUs::from_ms(999)));
        assert!(!pace.take(LinkId(2), "satcom", TimeUs::from_ms(2_998)));
        assert!(pace.take(LinkId(2), "satcom", TimeUs::from_ms(2_999)));
    }
}
