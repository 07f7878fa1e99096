use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::*;
use crate::{
    fleet::{order::NewLink, state::FleetOptions},
    model::{
        ids::{ComponentId, PeerId, SystemId, VehicleId},
        intent::{Origin, Via},
        link::{LinkReport, LinkStatistics, Phase},
        report::{Heard, Heartbeat, Mode, Report},
        snapshot::Snapshot,
        vehicle::ModeClass,
        words::{Autopilot, MavType, SystemStatus},
    },
};

const RADIO: LinkId = LinkId(0);
const LAN: LinkId = LinkId(1);

fn info(name: &str) -> LinkInfo {
    LinkInfo {
        name: name.into(),
        url: format!("udpin:{name}").into(),
        network: "mav".into(),
        class: "lan",
        passive: false,
        shared: true,
        recording: false,
        signing: crate::model::signing::SigningPolicy::Off,
        rates: None,
        bytes_per_s: None,
    }
}

fn listed(id: &str, system: Option<u8>) -> Listed {
    Listed {
        id: id.into(),
        name: None,
        network: "mav".into(),
        system: system.map(SystemId),
        kind: None,
        category: None,
        group: None,
        color: None,
    }
}

fn fleet(listed: Vec<Listed>) -> Fleet {
    Fleet::new(FleetOptions {
        links: vec![info("radio"), info("lan")],
        listed,
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
    })
}

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(1_000_000 + ms)
}

fn beat(fleet: &mut Fleet, link: LinkId, system: u8, ms: i64) {
    let heartbeat = Heartbeat {
        autopilot: Autopilot::ARDUPILOT,
        mav_type: MavType(2),
        armed: true,
        base_mode: 0x81,
        custom_mode: 4,
        mode: Mode {
            name: "GUIDED".into(),
            known: true,
            class: ModeClass::Guided,
        },
        system_status: SystemStatus(4),
    };
    let heard = Heard {
        t: at(ms),
        peer: PeerId(1),
        system: SystemId(system),
        component: ComponentId::AUTOPILOT,
        sequence: 0,
        message: 0,
        fingerprint: 0,
        mavlink2: true,
        signing: crate::model::signing::FrameSigning::Unchecked,
        report: Report::Heartbeat(heartbeat),
    };
    fleet.on_link(LinkReport::Heard(link, vec![heard]));
}

fn shown(fleet: &mut Fleet, ms: i64) -> Arc<Snapshot> {
    fleet.tick(at(ms));
    fleet.publish(at(ms))
}

fn texts(snapshot: &Snapshot) -> Vec<String> {
    let events = snapshot.events.after(0);
    events.map(|event| event.text.to_string()).collect()
}

fn ids(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.vehicles.keys().map(VehicleId::as_str).collect()
}

fn counted(fleet: &mut Fleet, link: LinkId, frames: u64) {
    let statistics = LinkStatistics {
        frames,
        ..LinkStatistics::default()
    };
    fleet.on_link(LinkReport::Statistics(link, Box::new(statistics)));
}

#[test]
fn a_link_that_stays_keeps_its_counters_and_its_vehicle_when_another_goes_and_one_comes() {
    let mut fleet = fleet(Vec::new());
    beat(&mut fleet, RADIO, 1, 0);
    counted(&mut fleet, RADIO, 7);
    let change = FleetChange {
        removed: vec![LAN],
        added: vec![NewLink {
            id: LinkId(2),
            info: info("lan"),
            outbox: None,
        }],
        ..FleetChange::default()
    };
    fleet.change(&change, at(10));
    fleet.on_link(LinkReport::Phase(LAN, Phase::Ended, at(11)));
    counted(&mut fleet, LAN, 99);
    beat(&mut fleet, LAN, 2, 12);
    counted(&mut fleet, LinkId(2), 3);
    beat(&mut fleet, LinkId(2), 3, 13);
    let after = shown(&mut fleet, 20);
    assert_eq!(
        ids(&after),
        ["mav-1", "mav-3"],
        "a removed link is not heard"
    );
    assert_eq!(after.links.len(), 2);
    assert_eq!(after.links["radio"].frames, Some(7));
    assert_eq!(after.links["lan"].frames, Some(3));
    let told = texts(&after);
    assert!(told.contains(&"link lan removed".to_owned()), "{told:?}");
    assert!(
        told.contains(&"link lan added: udpin:lan".to_owned()),
        "{told:?}"
    );
    assert!(!told.contains(&"link lan ended".to_owned()), "{told:?}");
}

#[test]
fn a_vehicle_whose_link_is_removed_is_lost_in_its_time_and_heard_again_on_another() {
    let mut fleet = fleet(Vec::new());
    beat(&mut fleet, RADIO, 1, 0);
    let removed = vec![RADIO];
    let change = FleetChange {
        removed,
        ..FleetChange::default()
    };
    fleet.change(&change, at(10));
    assert!(
        shown(&mut fleet, 20).vehicles[&"mav-1".into()]
            .link
            .is_none()
    );
    let lost = shown(&mut fleet, 4_000);
    assert_eq!(lost.vehicles[&"mav-1".into()].state.word(), "lost");
    beat(&mut fleet, LAN, 1, 4_100);
    let back = shown(&mut fleet, 4_150);
    let vehicle = &back.vehicles[&"mav-1".into()];
    assert_eq!(vehicle.state.word(), "live");
    assert_eq!(&*vehicle.link.as_ref().unwrap().via, "lan");
}

#[test]
fn vehicles_are_listed_renamed_and_unlisted_without_losing_what_is_known() {
    let mut fleet = fleet(vec![listed("alpha", Some(1)), listed("never", Some(9))]);
    beat(&mut fleet, RADIO, 1, 0);
    beat(&mut fleet, RADIO, 2, 0);
    assert_eq!(ids(&shown(&mut fleet, 10)), ["alpha", "mav-2", "never"]);
    let mut bravo = listed("bravo", Some(2));
    bravo.group = Some("north".into());
    let relist = |listed| FleetChange {
        listed: Some(listed),
        ..FleetChange::default()
    };
    fleet.change(&relist(vec![bravo, listed("new", Some(7))]), at(20));
    let after = shown(&mut fleet, 30);
    assert_eq!(ids(&after), ["bravo", "mav-1", "new"]);
    let bravo = &after.vehicles[&"bravo".into()];
    assert_eq!(bravo.group.as_deref(), Some("north"));
    assert_eq!(bravo.mode.as_deref(), Some("GUIDED"));
    assert_eq!(after.vehicles[&"mav-1".into()].armed, Some(true));
    let told = texts(&after);
    for text in [
        "mav-2 is now bravo",
        "alpha is now mav-1",
        "new is expected",
        "never is no longer expected",
    ] {
        assert!(told.contains(&text.to_owned()), "{text}: {told:?}");
    }
    let seq = after.seq;
    let mut again = listed("bravo", Some(2));
    again.group = Some("north".into());
    fleet.change(&relist(vec![again, listed("new", Some(7))]), at(40));
    assert_eq!(
        shown(&mut fleet, 41).seq,
        seq,
        "the same list changes nothing"
    );
}

#[test]
fn a_listed_vehicle_without_a_system_id_stays_the_one_that_was_heard() {
    let mut fleet = fleet(vec![listed("alpha", None)]);
    beat(&mut fleet, RADIO, 5, 0);
    let mut renamed = listed("alpha", None);
    renamed.name = Some("Alpha One".into());
    let change = FleetChange {
        listed: Some(vec![renamed]),
        ..FleetChange::default()
    };
    fleet.change(&change, at(10));
    let after = shown(&mut fleet, 20);
    assert_eq!(ids(&after), ["alpha"]);
    let vehicle = &after.vehicles[&"alpha".into()];
    assert_eq!((&*vehicle.name, vehicle.sysid), ("Alpha One", 5));
}

#[test]
fn what_somebody_did_is_in_the_log_book_with_who_it_was() {
    let mut fleet = fleet(Vec::new());
    let intent = Intent {
        origin: Origin {
            via: Via::Rest,
            who: "volery-cli (ann@box)".into(),
        },
        act: Act::Note {
            kind: EventKind::Operator,
            severity: Severity::INFO,
            text: "reload asked for".into(),
            data: json!(null),
        },
    };
    fleet.obey(intent, at(0));
    let snapshot = shown(&mut fleet, 0);
    let event = snapshot.events.after(0).last().unwrap();
    assert_eq!(event.kind, EventKind::Operator);
    assert_eq!(
        event.data,
        json!({"by": {"via": "rest", "who": "volery-cli (ann@box)"}})
    );
}
