//! What an operator reads: why a mode changed, what was lost with what, and no storm.

use super::*;
use crate::model::{event::Event, link::LinkStatistics, report::TextPart, words::LandedState};

fn said(severity: u8, text: &str) -> Report {
    Report::Text(TextPart {
        severity: Severity(severity),
        text: text.into(),
        id: 0,
        chunk: 0,
        ends: true,
    })
}

fn events(fleet: &mut Fleet) -> Vec<Arc<Event>> {
    fleet.publish(at(0)).events.after(0).cloned().collect()
}

/// Text and severity of every event that begins like this.
fn told(fleet: &mut Fleet, head: &str) -> Vec<(String, Severity)> {
    let all = events(fleet).into_iter();
    all.filter(|event| event.text.starts_with(head))
        .map(|event| (event.text.to_string(), event.severity))
        .collect()
}

fn mode(name: &'static str, class: ModeClass) -> Report {
    let Report::Heartbeat(beat) = heartbeat(name, true) else {
        unreachable!()
    };
    let mode = Mode { class, ..beat.mode };
    Report::Heartbeat(Heartbeat { mode, ..beat })
}

#[test]
fn a_mode_change_names_the_failsafe_said_before_it() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    voice.say(&mut fleet, 6_000, said(4, "Battery 1 is low"));
    voice.say(&mut fleet, 8_000, said(6, "Flight plan received"));
    voice.say(&mut fleet, 9_000, mode("RTL", ModeClass::Return));
    assert_eq!(
        told(&mut fleet, "AUTO"),
        [(
            "AUTO → RTL, after: battery failsafe (\"Battery 1 is low\")".to_owned(),
            Severity(5)
        )]
    );
}

#[test]
fn a_failsafe_said_just_after_the_change_is_told_as_its_likely_cause_once() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    voice.say(&mut fleet, 1_000, mode("RTL", ModeClass::Return));
    voice.say(&mut fleet, 1_800, said(4, "Radio Failsafe"));
    voice.say(&mut fleet, 1_900, said(4, "Radio Failsafe"));
    let texts: Vec<_> = told(&mut fleet, "AUTO")
        .into_iter()
        .map(|told| told.0)
        .collect();
    assert_eq!(
        texts,
        [
            "AUTO → RTL",
            "AUTO → RTL likely because of: radio control lost (\"Radio Failsafe\")"
        ]
    );
}

#[test]
fn old_words_and_those_of_another_vehicle_explain_nothing() {
    let mut fleet = fleet();
    let (mut first, mut second) = (Voice::of(1), Voice::of(2));
    first.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    second.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    first.say(&mut fleet, 1_000, said(4, "Battery 1 is low"));
    second.say(&mut fleet, 2_000, mode("LOITER", ModeClass::Hold));
    first.say(&mut fleet, 6_001, mode("LOITER", ModeClass::Hold));
    first.say(&mut fleet, 7_002, said(4, "Fence Breached"));
    let texts: Vec<_> = told(&mut fleet, "AUTO")
        .into_iter()
        .map(|told| told.0)
        .collect();
    assert_eq!(texts, ["AUTO → LOITER", "AUTO → LOITER"]);
}

#[test]
fn a_breached_fence_and_a_low_battery_explain_a_return_without_words() {
    let mut fleet = fleet();
    let (mut first, mut second) = (Voice::of(1), Voice::of(2));
    let fence = crate::model::groups::Fence {
        breached: Some(true),
        ..Default::default()
    };
    let battery = Battery {
        remaining_percent: Some(20),
        ..Battery::default()
    };
    first.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    second.say(&mut fleet, 0, mode("AUTO", ModeClass::Mission));
    first.say(&mut fleet, 500, Report::Fence(fence));
    second.say(&mut fleet, 500, Report::Battery(0, battery));
    first.say(&mut fleet, 1_000, mode("RTL", ModeClass::Return));
    second.say(&mut fleet, 1_000, mode("RTL", ModeClass::Return));
    let texts: Vec<_> = told(&mut fleet, "AUTO")
        .into_iter()
        .map(|told| told.0)
        .collect();
    assert_eq!(
        texts,
        [
            "AUTO → RTL, after: fence breach",
            "AUTO → RTL, after: battery 20 %"
        ]
    );
}

#[test]
fn a_loss_tells_link_place_and_charge_as_last_known_and_how_bad_it_is() {
    let mut fleet = fleet();
    let (mut flying, mut parked) = (
        Voice::of(1),
        Voice {
            link: LAN,
            ..Voice::of(2)
        },
    );
    flying.say(&mut fleet, 0, heartbeat("AUTO", true));
    parked.say(&mut fleet, 0, heartbeat("STABILIZE", false));
    parked.say(&mut fleet, 1, Report::Landed(Some(LandedState(1))));
    let home = Home {
        lat_deg: Some(47.0),
        lon_deg: Some(8.5),
        ..Home::default()
    };
    let battery = Battery {
        remaining_percent: Some(55),
        ..Battery::default()
    };
    flying.say(&mut fleet, 1, Report::Home(home));
    flying.say(&mut fleet, 2, Report::Position(place(47.01)));
    flying.say(&mut fleet, 3, Report::Battery(0, battery));
    for ms in (0..=3_600).step_by(50) {
        fleet.tick(at(ms));
    }
    assert_eq!(
        told(&mut fleet, "lost"),
        [
            (
                "lost after 3.5 s; last link radio; was 1112 m out, 12 m up, battery 55 %"
                    .to_owned(),
                Severity::CRITICAL
            ),
            (
                "lost after 3.5 s; last link lan".to_owned(),
                Severity::WARNING
            ),
        ]
    );
}

#[test]
fn a_silent_link_is_one_entry_and_its_vehicles_refer_to_it() {
    let mut fleet = fleet();
    for system in 1..=8 {
        Voice::of(system).say(&mut fleet, i64::from(system) * 100, heartbeat("AUTO", true));
    }
    Voice {
        link: LAN,
        ..Voice::of(9)
    }
    .say(&mut fleet, 500, heartbeat("AUTO", true));
    for ms in (0..=5_000).step_by(50) {
        fleet.tick(at(ms));
    }
    assert_eq!(
        told(&mut fleet, "link"),
        [(
            "link radio silent: 8 vehicles lost".to_owned(),
            Severity::CRITICAL
        )]
    );
    let lost = told(&mut fleet, "lost");
    let with_link = lost
        .iter()
        .filter(|told| told.0 == "lost after 3.5 s with link radio");
    assert_eq!(with_link.filter(|told| told.1 == Severity(5)).count(), 8);
    let alone: Vec<_> = lost
        .iter()
        .filter(|told| told.1 == Severity::CRITICAL)
        .collect();
    assert_eq!(alone.len(), 1, "{lost:?}");
    for system in 1..=8 {
        Voice::of(system).say(&mut fleet, 6_000, heartbeat("AUTO", true));
    }
    for ms in (6_000..=10_000).step_by(50) {
        fleet.tick(at(ms));
    }
    assert_eq!(
        told(&mut fleet, "link").len(),
        2,
        "it may fall silent again"
    );
}

#[test]
fn on_a_link_that_still_speaks_each_loss_is_its_own() {
    let mut fleet = fleet();
    let mut third = Voice::of(3);
    for system in 1..=2 {
        Voice::of(system).say(&mut fleet, 0, heartbeat("AUTO", true));
    }
    for ms in (0..=5_000).step_by(50) {
        third.say(&mut fleet, ms, heartbeat("AUTO", true));
        fleet.tick(at(ms));
    }
    assert!(told(&mut fleet, "link").is_empty());
    let lost = told(&mut fleet, "lost");
    assert_eq!(lost.len(), 2);
    assert!(
        lost.iter().all(|told| told.1 == Severity::CRITICAL),
        "{lost:?}"
    );
}

#[test]
fn no_event_of_a_vehicle_is_older_than_its_appearing() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.say(&mut fleet, 100, said(4, "PreArm: check"));
    voice.beat(&mut fleet, 900);
    let events = events(&mut fleet);
    let times: Vec<_> = events.iter().map(|event| event.t_ms).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(
        events[0].text.as_ref(),
        "appeared on radio: ArduPilot quadrotor, GUIDED"
    );
    assert_eq!(events[1].data["heard_ms"], 1_000_100);
    let vehicle = shown(&mut fleet, 1_000, "mav-1").unwrap();
    let heard = vehicle.last_text.as_ref().and_then(|text| text.t_ms);
    assert_eq!(heard, Some(1_000_100), "when it was really heard");
}

#[test]
fn another_station_with_our_id_is_told_once_a_minute_and_counted() {
    let mut fleet = fleet();
    let mut twin = Voice {
        component: 25,
        ..Voice::of(255)
    };
    for second in 0..=60 {
        twin.say(&mut fleet, second * 1_000, stranger(6, Autopilot::INVALID));
    }
    assert_eq!(
        told(&mut fleet, "another station"),
        [
            (
                "another station uses our id 255/25: udpin:radio on link radio".to_owned(),
                Severity::WARNING
            ),
            (
                "another station uses our id 255/25: udpin:radio on link radio".to_owned(),
                Severity::WARNING
            ),
        ]
    );
    assert!(
        fleet.publish(at(0)).links["radio"]
            .others
            .contains_key("255/25")
    );
}

fn recording() -> Fleet {
    let mut info = link("old", "mav", false);
    info.recording = true;
    Fleet::new(FleetOptions {
        links: vec![info],
        listed: Vec::new(),
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
    })
}

#[test]
fn a_recording_that_ended_says_so_and_has_no_rate() {
    let mut fleet = recording();
    Voice::of(1).beat(&mut fleet, 0);
    for second in 0..2 {
        let statistics = LinkStatistics {
            t: at(second * 1_000),
            frames: 40 * u64::try_from(second).unwrap(),
            bytes: 900,
            ..LinkStatistics::default()
        };
        fleet.on_link(LinkReport::Statistics(RADIO, Box::new(statistics)));
    }
    assert_eq!(
        fleet.publish(at(1_000)).links["old"].frames_per_s,
        Some(40.0)
    );
    fleet.on_link(LinkReport::Phase(RADIO, Phase::Ended, at(1_000)));
    let snapshot = fleet.publish(at(1_000));
    assert_eq!(snapshot.links["old"].frames_per_s, Some(0.0));
    assert_eq!(snapshot.links["old"].bytes_per_s, Some(0.0));
    assert_eq!(told(&mut fleet, "recording old ended").len(), 1);
}

#[test]
fn without_times_nobody_is_lost_while_frames_flow() {
    let mut fleet = recording();
    fleet.on_link(LinkReport::Untimed(RADIO, at(0)));
    let mut voice = Voice::of(1);
    for ms in (0..60_000).step_by(20_000) {
        voice.beat(&mut fleet, ms);
        assert_eq!(
            shown(&mut fleet, ms + 10_000, "mav-1").unwrap().state,
            State::Live
        );
    }
    assert!(told(&mut fleet, "lost").is_empty());
    assert!(told(&mut fleet, "heard again").is_empty());
    assert_eq!(told(&mut fleet, "link old carries no times").len(), 1);
    fleet.on_link(LinkReport::Phase(RADIO, Phase::Ended, at(60_000)));
    assert_ne!(
        shown(&mut fleet, 70_000, "mav-1").unwrap().state,
        State::Live
    );
}

#[test]
fn what_came_faster_than_it_was_taken_is_told_once_in_ten_seconds() {
    let mut fleet = fleet();
    let mut count = |ms, kernel_drops, queue_drops| {
        let statistics = LinkStatistics {
            t: at(ms),
            kernel_drops,
            queue_drops,
            ..LinkStatistics::default()
        };
        fleet.on_link(LinkReport::Statistics(LinkId(0), Box::new(statistics)));
    };
    count(1_000, 0, 0);
    count(2_000, 90, 10);
    count(3_000, 190, 10);
    count(13_000, 190, 10);
    count(40_000, 190, 10);
    let texts: Vec<_> = events(&mut fleet)
        .iter()
        .filter(|event| event.text.contains("faster than"))
        .map(|event| event.text.to_string())
        .collect();
    let said =
        |lost| format!("{lost} datagrams or reports came faster than this station took them");
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(
        texts.iter().all(|text| text.ends_with(&said(100))),
        "{texts:?}"
    );
}
