//! The fleet as its readers see it: what appears, what is withheld, what changes with time alone.

mod beliefs;
mod commands;
mod events;
mod judged;
mod strangers;
mod streams;

use super::*;
use crate::model::{
    clocks::ClockMessage,
    geo::LatLon,
    groups::{Battery, Gps, Home},
    ids::{PeerId, VehicleId},
    link::{LinkStatistics, Phase, Rates, SenderStatistics},
    report::{AutopilotVersion, GlobalPosition, Heartbeat, Hud, Mode, SystemReport, SystemTime},
    transmission::Outgoing,
    vehicle::{ModeClass, State, Vehicle},
    words::{Autopilot, GpsFix, MavType, SystemStatus},
};

const RADIO: LinkId = LinkId(0);
const LAN: LinkId = LinkId(1);
const RATES: Rates = Rates {
    position_hz: Some(2.0),
    attitude_hz: None,
    status_hz: None,
};

fn link(name: &str, network: &str, shared: bool) -> LinkInfo {
    LinkInfo {
        name: name.into(),
        url: format!("udpin:{name}").into(),
        network: network.into(),
        class: "lan",
        passive: false,
        shared,
        recording: false,
        signing: crate::model::signing::SigningPolicy::Off,
        rates: Some(RATES),
        bytes_per_s: None,
    }
}

fn listed(id: &str, system: Option<u8>, network: &str) -> Listed {
    Listed {
        id: id.into(),
        name: Some("Alpha".into()),
        network: network.into(),
        system: system.map(SystemId),
        kind: None,
        category: None,
        group: None,
        color: None,
    }
}

fn fleet_of(listed: Vec<Listed>) -> Fleet {
    Fleet::new(FleetOptions {
        links: vec![link("radio", "mav", true), link("lan", "mav", true)],
        listed,
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
    })
}

fn fleet() -> Fleet {
    fleet_of(Vec::new())
}

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(1_000_000 + ms)
}

/// Says something as the autopilot of a system.
struct Voice {
    system: u8,
    component: u8,
    link: LinkId,
    peer: u32,
    sequence: u8,
}

impl Voice {
    fn of(system: u8) -> Self {
        Self {
            system,
            component: 1,
            link: RADIO,
            peer: 0,
            sequence: 0,
        }
    }

    fn say(&mut self, fleet: &mut Fleet, ms: i64, report: Report) {
        self.sequence = self.sequence.wrapping_add(1);
        let heard = Heard {
            peer: PeerId(self.peer),
            t: at(ms),
            system: SystemId(self.system),
            component: ComponentId(self.component),
            sequence: self.sequence,
            mavlink2: true,
            signing: crate::model::signing::FrameSigning::Unchecked,
            fingerprint: u64::from(self.sequence) << 8 | u64::from(self.peer),
            message: 0,
            report,
        };
        fleet.apply(self.link, &heard);
    }

    fn beat(&mut self, fleet: &mut Fleet, ms: i64) {
        self.say(fleet, ms, heartbeat("GUIDED", false));
    }
}

fn heartbeat(mode: &'static str, armed: bool) -> Report {
    Report::Heartbeat(Heartbeat {
        mav_type: MavType(2),
        autopilot: Autopilot::ARDUPILOT,
        armed,
        base_mode: 81,
        custom_mode: 4,
        system_status: SystemStatus(4),
        mode: Mode {
            name: mode.into(),
            known: true,
            class: ModeClass::Guided,
        },
    })
}

fn stranger(mav_type: u8, autopilot: Autopilot) -> Report {
    let Report::Heartbeat(beat) = heartbeat("GUIDED", false) else {
        unreachable!()
    };
    Report::Heartbeat(Heartbeat {
        mav_type: MavType(mav_type),
        autopilot,
        ..beat
    })
}

fn place(lat_deg: f64) -> GlobalPosition {
    let place = Some(LatLon {
        lat_deg,
        lon_deg: 8.5,
    });
    GlobalPosition {
        place,
        alt_msl_m: Some(500.0),
        alt_rel_m: Some(12.0),
        ..GlobalPosition::default()
    }
}

fn shown(fleet: &mut Fleet, ms: i64, id: &str) -> Option<Arc<Vehicle>> {
    fleet.tick(at(ms));
    fleet
        .publish(at(ms))
        .vehicles
        .get(&VehicleId::from(id))
        .cloned()
}

fn texts(fleet: &mut Fleet) -> Vec<String> {
    fleet
        .publish(at(0))
        .events
        .after(0)
        .map(|event| event.text.to_string())
        .collect()
}

#[test]
fn an_unlisted_vehicle_appears_with_its_first_heartbeat() {
    let mut fleet = fleet();
    assert!(fleet.publish(at(0)).vehicles.is_empty());
    Voice::of(7).beat(&mut fleet, 10);
    let vehicle = shown(&mut fleet, 20, "mav-7").unwrap();
    assert_eq!(
        (vehicle.state, vehicle.armed, vehicle.heard_ms),
        (State::Live, Some(false), Some(1_000_010))
    );
    assert_eq!(vehicle.mode.as_deref(), Some("GUIDED"));
}

#[test]
fn no_ghost_is_made_by_stations_gimbals_or_other_frames() {
    let mut fleet = fleet();
    Voice::of(255).say(&mut fleet, 0, stranger(6, Autopilot::ARDUPILOT));
    Voice::of(1).say(&mut fleet, 0, stranger(2, Autopilot::INVALID));
    Voice::of(2).say(&mut fleet, 0, stranger(26, Autopilot::ARDUPILOT));
    Voice::of(3).say(&mut fleet, 0, Report::Position(place(47.0)));
    Voice::of(0).beat(&mut fleet, 0);
    let snapshot = fleet.publish(at(1));
    assert!(snapshot.vehicles.is_empty());
    let others: Vec<_> = snapshot.links["radio"]
        .others
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(others, ["0/1", "1/1", "2/1", "255/1"]);
}

#[test]
fn a_gimbal_of_a_vehicle_is_its_component_wherever_its_heartbeat_comes_first() {
    let mut fleet = fleet();
    let mut gimbal = Voice {
        component: 154,
        ..Voice::of(1)
    };
    gimbal.say(&mut fleet, 0, stranger(26, Autopilot::INVALID));
    Voice::of(1).beat(&mut fleet, 5);
    gimbal.say(&mut fleet, 10, stranger(26, Autopilot::INVALID));
    let vehicle = shown(&mut fleet, 20, "mav-1").unwrap();
    assert_eq!(vehicle.components[&154].kind, Some(MavType(26)));
    assert!(fleet.publish(at(20)).links["radio"].others.is_empty());
}

#[test]
fn a_talking_companion_does_not_keep_a_silent_autopilot_alive() {
    let mut fleet = fleet();
    Voice::of(1).beat(&mut fleet, 0);
    let mut companion = Voice {
        component: 191,
        ..Voice::of(1)
    };
    for ms in (0..5_000).step_by(100) {
        companion.say(&mut fleet, ms, stranger(18, Autopilot::INVALID));
    }
    assert_eq!(
        shown(&mut fleet, 1_500, "mav-1").unwrap().state,
        State::Live
    );
    assert_eq!(
        shown(&mut fleet, 1_600, "mav-1").unwrap().state,
        State::Late
    );
    assert_eq!(
        shown(&mut fleet, 3_600, "mav-1").unwrap().state,
        State::Lost
    );
}

#[test]
fn a_lost_vehicle_keeps_its_last_position_and_says_when_it_is_back() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    voice.say(&mut fleet, 10, Report::Position(place(47.0)));
    let lost = shown(&mut fleet, 4_000, "mav-1").unwrap();
    assert_eq!(
        (lost.state, lost.position.and_then(|p| p.lat_deg)),
        (State::Lost, Some(47.0))
    );
    voice.beat(&mut fleet, 9_500);
    assert_eq!(
        shown(&mut fleet, 9_500, "mav-1").unwrap().state,
        State::Live
    );
    let texts = texts(&mut fleet);
    assert!(
        texts.iter().any(|text| text.starts_with("lost")),
        "{texts:?}"
    );
    assert!(
        texts.iter().any(|text| text == "heard again after 9.5 s"),
        "{texts:?}"
    );
}

#[test]
fn an_unlisted_vehicle_is_forgotten_and_a_listed_one_never() {
    let mut fleet = fleet_of(vec![listed("alpha", Some(1), "mav")]);
    Voice::of(1).beat(&mut fleet, 0);
    Voice::of(2).beat(&mut fleet, 0);
    let after = 30 * 60 * 1_000 + 1;
    assert!(shown(&mut fleet, after, "alpha").is_some());
    assert!(shown(&mut fleet, after, "mav-2").is_none());
    Voice::of(2).beat(&mut fleet, after + 10);
    assert_eq!(
        shown(&mut fleet, after + 10, "mav-2").unwrap().state,
        State::Live
    );
}

#[test]
fn a_listed_vehicle_is_expected_until_heard_and_keeps_its_name() {
    let mut fleet = fleet_of(vec![listed("alpha", Some(4), "mav")]);
    assert_eq!(
        shown(&mut fleet, 0, "alpha").unwrap().state,
        State::Expected
    );
    Voice::of(4).beat(&mut fleet, 10);
    let vehicle = shown(&mut fleet, 10, "alpha").unwrap();
    assert_eq!(
        (vehicle.state, &*vehicle.name, vehicle.sysid),
        (State::Live, "Alpha", 4)
    );
    assert_eq!(fleet.publish(at(10)).vehicles.len(), 1);
}

#[test]
fn a_drone_with_a_link_of_its_own_takes_the_system_id_it_hears() {
    let mut fleet = Fleet::new(FleetOptions {
        links: vec![link("alpha", "alpha", true)],
        listed: vec![listed("alpha", None, "alpha")],
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
    });
    Voice::of(42).beat(&mut fleet, 0);
    assert_eq!(shown(&mut fleet, 10, "alpha").unwrap().sysid, 42);
    Voice::of(43).beat(&mut fleet, 0);
    assert!(shown(&mut fleet, 10, "alpha-43").is_some());
}

#[test]
fn the_same_system_id_on_two_networks_is_two_vehicles() {
    let mut fleet = Fleet::new(FleetOptions {
        links: vec![link("n", "north", true), link("s", "south", true)],
        listed: Vec::new(),
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
    });
    Voice::of(1).beat(&mut fleet, 0);
    Voice {
        link: LAN,
        ..Voice::of(1)
    }
    .beat(&mut fleet, 0);
    let ids: Vec<_> = fleet
        .publish(at(0))
        .vehicles
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ids, ["north-1", "south-1"]);
}

#[test]
fn nothing_of_a_second_sender_is_mixed_in_and_the_conflict_is_told() {
    let mut fleet = fleet();
    let mut first = Voice::of(1);
    let mut second = Voice {
        peer: 1,
        sequence: 100,
        ..Voice::of(1)
    };
    for ms in (0..4_000).step_by(500) {
        first.beat(&mut fleet, ms);
        first.say(&mut fleet, ms, Report::Position(place(47.0)));
        second.say(&mut fleet, ms + 1, heartbeat("RTL", true));
        second.say(&mut fleet, ms + 1, Report::Position(place(-10.0)));
        fleet.tick(at(ms + 2));
    }
    let vehicle = shown(&mut fleet, 4_000, "mav-1").unwrap();
    assert_eq!(vehicle.position.and_then(|p| p.lat_deg), Some(47.0));
    assert_eq!(
        (vehicle.mode.as_deref(), vehicle.armed),
        (Some("GUIDED"), Some(false))
    );
    assert_eq!(
        vehicle.conflict.as_ref().map(|conflict| &*conflict.why),
        Some("sequence")
    );
    assert!(
        texts(&mut fleet)
            .iter()
            .any(|text| text.starts_with("CONFLICT"))
    );
}

#[test]
fn a_second_link_joins_by_uid_and_takes_over_when_the_first_falls_silent() {
    let mut fleet = fleet();
    let version = || {
        let uid = Some("77".into());
        Report::Version(Box::new(AutopilotVersion {
            firmware: None,
            uid,
            capabilities: 0,
        }))
    };
    let mut radio = Voice::of(1);
    let mut lan = Voice {
        link: LAN,
        ..Voice::of(1)
    };
    radio.beat(&mut fleet, 0);
    lan.beat(&mut fleet, 0);
    radio.say(&mut fleet, 10, version());
    lan.say(&mut fleet, 10, version());
    fleet.tick(at(50));
    for ms in (500..4_200).step_by(500) {
        lan.beat(&mut fleet, ms);
        lan.say(&mut fleet, ms, Report::Position(place(48.0)));
        fleet.tick(at(ms));
    }
    let vehicle = shown(&mut fleet, 4_200, "mav-1").unwrap();
    assert_eq!(vehicle.state, State::Live, "any proven path keeps it alive");
    assert_eq!(vehicle.link.as_ref().map(|link| &*link.via), Some("lan"));
    assert!(vehicle.conflict.is_none());
    lan.say(&mut fleet, 4_210, Report::Position(place(48.0)));
    assert_eq!(
        shown(&mut fleet, 4_220, "mav-1")
            .unwrap()
            .position
            .and_then(|p| p.lat_deg),
        Some(48.0)
    );
}

#[test]
fn nothing_new_makes_no_new_snapshot() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    fleet.tick(at(50));
    let first = fleet.publish(at(50)).seq;
    fleet.tick(at(100));
    assert_eq!(fleet.publish(at(100)).seq, first);
    voice.beat(&mut fleet, 1_000);
    fleet.tick(at(1_000));
    assert_eq!(fleet.publish(at(1_000)).seq, first + 1);
}

fn open(fleet: &mut Fleet, link: LinkId) {
    fleet.on_link(LinkReport::Phase(link, Phase::Open, at(0)));
}

#[test]
fn requests_go_to_the_peer_that_owns_the_vehicle_and_only_over_open_links() {
    let mut fleet = fleet();
    Voice {
        peer: 5,
        ..Voice::of(1)
    }
    .beat(&mut fleet, 0);
    Voice {
        peer: 9,
        ..Voice::of(2)
    }
    .beat(&mut fleet, 0);
    let mut out = Vec::new();
    fleet.poll_transmissions(at(10), &mut out);
    assert!(out.is_empty(), "the link is not open");
    open(&mut fleet, RADIO);
    fleet.poll_transmissions(at(20), &mut out);
    let to: Vec<_> = out
        .iter()
        .map(|sent| match &sent.message {
            Outgoing::CommandLong { target, .. }
            | Outgoing::Clock(ClockMessage::Timesync { target, .. }) => {
                (sent.peer, target.system())
            }
            _ => (None, SystemId(0)),
        })
        .collect();
    // To each its first question, and what its clock says.
    let (first, second) = (
        (Some(PeerId(5)), SystemId(1)),
        (Some(PeerId(9)), SystemId(2)),
    );
    assert_eq!(to, [first, first, second, second]);
    let beats: Vec<_> = fleet
        .heartbeat_targets(at(30))
        .iter()
        .map(|sent| sent.peer)
        .collect();
    assert_eq!(beats, [Some(PeerId(5)), Some(PeerId(9))]);
}

#[test]
fn loss_and_rates_of_a_path_are_those_of_its_own_system() {
    let mut fleet = fleet();
    Voice::of(1).beat(&mut fleet, 0);
    for second in 0..3 {
        let sender = SenderStatistics {
            peer: PeerId(0),
            system: SystemId(1),
            component: ComponentId(1),
            received: 45,
            lost: 5,
            duplicates: 2,
            reordered: 1,
            mav_type: None,
        };
        let t = at(second * 1_000);
        let statistics = LinkStatistics {
            t,
            frames: 45,
            senders: vec![sender],
            ..LinkStatistics::default()
        };
        fleet.on_link(LinkReport::Statistics(RADIO, Box::new(statistics)));
    }
    let vehicle = shown(&mut fleet, 2_500, "mav-1").unwrap();
    let path = &vehicle.link.as_ref().unwrap().paths["radio"];
    assert_eq!(
        (path.frames_per_s, path.loss_percent, path.duplicates),
        (Some(45.0), Some(10.0), Some(2))
    );
}
