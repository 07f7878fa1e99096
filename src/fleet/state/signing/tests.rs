use serde_json::Value;

use super::*;
use crate::{
    fleet::{roster::Listed, state::FleetOptions},
    model::{
        command::report::{CommandReport, CommandState},
        ids::{ComponentId, LinkId, PeerId, SystemId},
        intent::{Act, Intent, Via},
        link::{LinkInfo, LinkReport, LinkStatistics, Phase, RefusedFrame},
        report::{Heard, Heartbeat, Mode, Report},
        signing::{FrameSigning, PathSigning, SigningChange, SigningCounters, SigningPolicy},
        transmission::Outgoing,
        vehicle::ModeClass,
        words::{Autopilot, MavType, SystemStatus},
    },
};

const LINK: LinkId = LinkId(0);

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(1_000_000 + ms)
}

/// A fleet with one vehicle, and what it says.
struct Bench {
    fleet: Fleet,
    sequence: u8,
    armed: bool,
    mavlink2: bool,
}

impl Bench {
    fn new(policy: SigningPolicy) -> Self {
        let link = LinkInfo {
            name: "radio".into(),
            url: "udpin:radio".into(),
            network: "mav".into(),
            class: "lan",
            passive: false,
            shared: true,
            recording: false,
            signing: policy,
            rates: None,
            bytes_per_s: None,
        };
        let mut fleet = Fleet::new(FleetOptions {
            links: vec![link],
            listed: Vec::<Listed>::new(),
            forget_after: std::time::Duration::from_mins(30),
            own: (SystemId(255), ComponentId(25)),
        });
        fleet.on_link(LinkReport::Phase(LINK, Phase::Open, at(0)));
        Self {
            fleet,
            sequence: 0,
            armed: false,
            mavlink2: true,
        }
    }

    fn beat(&mut self, ms: i64, signing: FrameSigning) {
        self.sequence = self.sequence.wrapping_add(1);
        let heard = Heard {
            peer: PeerId(3),
            t: at(ms),
            system: SystemId(1),
            component: ComponentId(1),
            sequence: self.sequence,
            mavlink2: self.mavlink2,
            signing,
            fingerprint: u64::from(self.sequence),
            message: 0,
            report: Report::Heartbeat(Heartbeat {
                mav_type: MavType(2),
                autopilot: Autopilot::ARDUPILOT,
                armed: self.armed,
                base_mode: 81,
                custom_mode: 4,
                system_status: SystemStatus(4),
                mode: Mode {
                    name: "GUIDED".into(),
                    known: true,
                    class: ModeClass::Guided,
                },
            }),
        };
        self.fleet.apply(LINK, &heard);
        self.fleet.tick(at(ms));
    }

    fn wish(&mut self, ms: i64, change: SigningChange, confirm: bool) {
        let origin = Origin {
            via: Via::Rest,
            who: "test".into(),
        };
        let act = Act::Signing(Box::new(SigningRequest {
            ticket: 5,
            request: "s1".into(),
            vehicles: vec!["mav-1".into()],
            change,
            confirm,
        }));
        self.fleet.obey(Intent { origin, act }, at(ms));
    }

    /// The SETUP_SIGNING that leave at this moment.
    fn sent(&mut self, ms: i64) -> Vec<Transmission> {
        let mut out = Vec::new();
        self.fleet.poll_transmissions(at(ms), &mut out);
        out.retain(|sent| matches!(sent.message, Outgoing::SetupSigning { .. }));
        out
    }

    fn reports(&mut self) -> Vec<Arc<CommandReport>> {
        let snapshot = self.fleet.publish(at(0));
        snapshot.commands.after(0).cloned().collect()
    }

    fn last(&mut self) -> (CommandState, String) {
        let report = self.reports().pop().unwrap();
        (report.state, report.text.to_string())
    }

    fn refused(&mut self, change: SigningChange, confirm: bool) -> String {
        self.wish(1_000, change, confirm);
        assert!(self.sent(1_000).is_empty());
        let (state, text) = self.last();
        assert_eq!(state, CommandState::Refused, "{text}");
        text
    }

    fn path_word(&mut self) -> Option<PathSigning> {
        self.fleet.refresh_paths();
        let snapshot = self.fleet.publish(at(0));
        let link = snapshot
            .vehicles
            .get(&VehicleId::from("mav-1"))?
            .link
            .clone()?;
        link.paths.get("radio")?.signing
    }
}

#[test]
fn a_vehicle_that_is_heard_signed_after_it_was_told_signs_now() {
    let mut bench = Bench::new(SigningPolicy::Accept);
    bench.beat(0, FrameSigning::Unsigned);
    assert_eq!(bench.path_word(), Some(PathSigning::Unsigned));
    bench.wish(1_000, SigningChange::Setup, true);
    let sent = bench.sent(1_000);
    let [one] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert_eq!(
        (one.link, one.peer, one.mavlink2),
        (LINK, Some(PeerId(3)), true)
    );
    assert!(bench.sent(1_100).is_empty(), "not again at once");
    bench.beat(1_200, FrameSigning::Unsigned);
    assert_eq!(bench.sent(1_800).len(), 1, "it may have been lost");
    bench.beat(2_000, FrameSigning::Signed);
    assert!(bench.sent(2_600).is_empty(), "it was not");
    assert_eq!(
        bench.last(),
        (CommandState::Accepted, "it signs now".into())
    );
    assert_eq!(bench.reports().len(), 2, "sent, accepted");
    assert!(bench.sent(9_000).is_empty());
    assert_eq!(bench.path_word(), Some(PathSigning::Mixed));
    bench.beat(5_500, FrameSigning::Signed);
    assert_eq!(bench.path_word(), Some(PathSigning::Signed));
}

#[test]
fn one_that_does_not_change_is_told_five_times_and_that_is_the_answer() {
    let mut bench = Bench::new(SigningPolicy::Accept);
    bench.beat(0, FrameSigning::Unsigned);
    bench.wish(0, SigningChange::Setup, true);
    let mut told = 0;
    for ms in (0..12_000).step_by(50) {
        if ms % 500 == 0 {
            bench.beat(ms, FrameSigning::Unsigned);
        }
        told += bench.sent(ms).len();
    }
    assert_eq!(told, 5);
    let (state, text) = bench.last();
    assert_eq!(state, CommandState::TimedOut);
    assert!(text.contains("no change seen within 10 s"), "{text}");
}

#[test]
fn a_vehicle_that_is_heard_unsigned_twice_has_lost_its_key() {
    let mut bench = Bench::new(SigningPolicy::Accept);
    bench.beat(0, FrameSigning::Signed);
    bench.wish(1_000, SigningChange::Disable, true);
    assert_eq!(bench.sent(1_000).len(), 1);
    bench.beat(1_100, FrameSigning::Unsigned);
    bench.beat(1_200, FrameSigning::Signed);
    bench.beat(1_300, FrameSigning::Unsigned);
    bench.sent(1_400);
    assert_eq!(bench.last().0, CommandState::Sent);
    bench.beat(1_500, FrameSigning::Unsigned);
    bench.sent(1_600);
    assert_eq!(
        bench.last(),
        (CommandState::Accepted, "it signs no more".into())
    );
}

#[test]
fn what_cannot_or_must_not_be_told_is_refused_with_the_reason() {
    use SigningChange::{Disable, Setup};
    let heard = |policy| {
        let mut bench = Bench::new(policy);
        bench.beat(900, FrameSigning::Unsigned);
        bench
    };
    assert!(
        Bench::new(SigningPolicy::Accept)
            .refused(Setup, true)
            .contains("no vehicle")
    );
    assert!(
        heard(SigningPolicy::Off)
            .refused(Setup, true)
            .contains("no signing key")
    );
    let unasked = heard(SigningPolicy::Accept).refused(Setup, false);
    assert!(unasked.contains("confirm is needed"), "{unasked}");
    let mut armed = Bench::new(SigningPolicy::Accept);
    armed.armed = true;
    armed.beat(900, FrameSigning::Unsigned);
    assert!(armed.refused(Setup, true).contains("armed"));
    let mut old = Bench::new(SigningPolicy::Accept);
    old.mavlink2 = false;
    old.beat(900, FrameSigning::Unsigned);
    assert!(old.refused(Setup, true).contains("MAVLink 1"));
    let mut strict = Bench::new(SigningPolicy::Require);
    strict.beat(900, FrameSigning::Signed);
    assert!(
        strict
            .refused(Disable, true)
            .contains("requires signatures")
    );
    let mut lost = Bench::new(SigningPolicy::Accept);
    lost.beat(-9_000, FrameSigning::Unsigned);
    lost.fleet.tick(at(900));
    assert!(lost.refused(Setup, true).contains("not heard now"));
}

#[test]
fn what_is_so_already_is_accepted_without_a_word_to_the_vehicle() {
    let mut bench = Bench::new(SigningPolicy::Require);
    bench.beat(900, FrameSigning::Signed);
    bench.wish(1_000, SigningChange::Setup, false);
    assert!(bench.sent(1_000).is_empty());
    let (state, text) = bench.last();
    assert_eq!(state, CommandState::Accepted);
    assert!(text.contains("already"), "{text}");
}

#[test]
fn a_link_that_begins_to_refuse_is_one_event_and_a_counter() {
    let mut bench = Bench::new(SigningPolicy::Require);
    for second in 1..=20 {
        let counters = SigningCounters {
            bad_signature: second * 50,
            ..SigningCounters::default()
        };
        let statistics = LinkStatistics {
            t: at(i64::try_from(second).unwrap() * 1_000),
            signing: Some(counters),
            refused: Some(RefusedFrame {
                system: SystemId(66),
                component: ComponentId(1),
                peer: Some("10.0.0.6:5".into()),
                why: "the signature is wrong".into(),
            }),
            ..LinkStatistics::default()
        };
        bench
            .fleet
            .on_link(LinkReport::Statistics(LINK, Box::new(statistics)));
    }
    let snapshot = bench.fleet.publish(at(0));
    let refused: Vec<_> = snapshot
        .events
        .after(0)
        .filter(|event| event.text.contains("refuses"))
        .collect();
    let [event] = refused.as_slice() else {
        panic!("{refused:?}")
    };
    assert_eq!(
        &*event.text,
        "link radio refuses frames, first of 66/1 at 10.0.0.6:5: the signature is wrong"
    );
    let link: Value = serde_json::to_value(&*snapshot.links["radio"]).unwrap();
    assert_eq!(link["signing"]["policy"], "require");
    assert_eq!(link["signing"]["bad_signature"], 1_000);
    assert!(snapshot.vehicles.is_empty());
}
