//! What do signatures say: how does a vehicle sign over a path, and does a link refuse what it hears?

use std::time::Duration;

use serde_json::json;

use super::journal::Entry;
use crate::model::{
    event::EventKind,
    link::LinkStatistics,
    signing::{FrameSigning, PathSigning},
    time::TimeUs,
    words::Severity,
};

/// Heartbeats this much older than the newest no longer count.
const COUNTS_FOR: Duration = Duration::from_millis(3_500);
/// Refusals after so long a peace have begun anew.
const PEACE: Duration = Duration::from_mins(1);

/// When heartbeats over one path were last signed, and last not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signatures {
    signed: Option<TimeUs>,
    unsigned: Option<TimeUs>,
}

impl Signatures {
    /// A heartbeat of the autopilot came over the path. Returns the new word when it changed from another one.
    pub(super) fn hear(&mut self, signing: FrameSigning, t: TimeUs) -> Option<PathSigning> {
        let before = self.word();
        match signing {
            FrameSigning::Unchecked => return None,
            FrameSigning::Signed => self.signed = self.signed.max(Some(t)),
            FrameSigning::Unsigned => self.unsigned = self.unsigned.max(Some(t)),
        }
        let now = self.word();
        (before.is_some() && now != before).then_some(now?)
    }

    /// How it signs; `None` where nobody looks.
    pub(super) fn word(&self) -> Option<PathSigning> {
        let newest = self.signed.max(self.unsigned)?;
        let counts = |t: &TimeUs| newest.since(*t) < COUNTS_FOR;
        let is_signed = self.signed.as_ref().is_some_and(counts);
        let is_unsigned = self.unsigned.as_ref().is_some_and(counts);
        Some(match (is_signed, is_unsigned) {
            (true, true) => PathSigning::Mixed,
            (true, false) => PathSigning::Signed,
            _ => PathSigning::Unsigned,
        })
    }
}

/// What the log book says when that changed.
pub(super) fn changed(word: PathSigning, link: &str) -> Entry {
    let (severity, text) = match word {
        PathSigning::Signed => (Severity::INFO, format!("signs what it sends over {link}")),
        PathSigning::Unsigned => (
            Severity::WARNING,
            format!("no longer signs what it sends over {link}"),
        ),
        PathSigning::Mixed => (
            Severity::WARNING,
            format!("only some of its frames over {link} are signed"),
        ),
    };
    let data = json!({ "link": link, "signing": word });
    Entry::new(EventKind::Link, severity, text).with(data)
}

/// Whether a link refuses frames at the moment.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    count: u64,
    last: Option<TimeUs>,
}

impl Refusals {
    /// An entry when refusals begin; those that follow are only counted.
    pub(super) fn begin(&mut self, link: &str, statistics: &LinkStatistics) -> Option<Entry> {
        let counters = statistics.signing?;
        let refused = counters.refused();
        let more = refused.saturating_sub(self.count);
        self.count = refused;
        if more == 0 {
            return None;
        }
        let before = self.last.replace(statistics.t);
        if before.is_some_and(|last| statistics.t.since(last) < PEACE) {
            return None;
        }
        let mut text = format!("link {link} refuses frames for their signatures");
        let mut data = json!({
            "link": link, "bad_signature": counters.bad_signature, "replayed": counters.replayed,
            "refused_unsigned": counters.refused_unsigned,
        });
        if let Some(first) = &statistics.refused {
            let who = format!("{}/{}", first.system, first.component);
            let place = first.peer.as_deref();
            let place = place.map_or_else(String::new, |peer| format!(" at {peer}"));
            text = format!(
                "link {link} refuses frames, first of {who}{place}: {}",
                first.why
            );
            data["system"] = first.system.0.into();
            data["component"] = first.component.0.into();
        }
        Some(Entry::new(EventKind::Link, Severity::WARNING, text).with(data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::signing::SigningCounters;

    fn at(ms: i64) -> TimeUs {
        TimeUs::from_ms(1_000_000 + ms)
    }

    #[test]
    fn a_vehicle_that_begins_to_sign_is_mixed_until_its_unsigned_frames_are_old() {
        let mut signatures = Signatures::default();
        assert_eq!(signatures.hear(FrameSigning::Unchecked, at(0)), None);
        assert_eq!(signatures.word(), None);
        assert_eq!(signatures.hear(FrameSigning::Unsigned, at(0)), None);
        assert_eq!(signatures.word(), Some(PathSigning::Unsigned));
        let mixed = signatures.hear(FrameSigning::Signed, at(1_000));
        assert_eq!(mixed, Some(PathSigning::Mixed));
        assert_eq!(signatures.hear(FrameSigning::Signed, at(2_000)), None);
        let signed = signatures.hear(FrameSigning::Signed, at(3_600));
        assert_eq!(signed, Some(PathSigning::Signed));
        let stranger = signatures.hear(FrameSigning::Unsigned, at(4_000));
        assert_eq!(stranger, Some(PathSigning::Mixed));
    }

    #[test]
    fn refusals_are_told_when_they_begin_and_after_a_peace() {
        let mut refusals = Refusals::default();
        let mut tell = |ms: i64, count: u64| {
            let counters = SigningCounters {
                bad_signature: count,
                ..SigningCounters::default()
            };
            let statistics = LinkStatistics {
                t: at(ms),
                signing: Some(counters),
                ..LinkStatistics::default()
            };
            refusals.begin("radio", &statistics).is_some()
        };
        assert!(!tell(0, 0));
        assert!(tell(1_000, 5));
        assert!(!tell(2_000, 900));
        assert!(!tell(3_000, 900));
        assert!(!tell(61_000, 901), "59 s of peace");
        assert!(tell(121_001, 902), "a minute of it");
    }
}
