//! Every name against pymavlink's, from `tests/wire/modes.json`.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Fixture {
    by_type: Vec<Group>,
    px4_by_main_and_sub: Vec<Vec<String>>,
    without_custom_mode: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Group {
    types: Vec<u8>,
    names: Vec<String>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../../tests/wire/modes.json")).unwrap()
}

/// Our name for what pymavlink prints: where it has none, `MODE(…)` in capitals.
fn ours(theirs: &str, custom_mode: u32) -> (String, bool) {
    match theirs.strip_prefix("Mode(") {
        Some(rest) => (format!("MODE({rest}"), false),
        None if theirs == "UNKNOWN" => (format!("MODE({custom_mode})"), false),
        None => (theirs.to_owned(), true),
    }
}

fn assert_named(mode: &Mode, theirs: &str, custom_mode: u32) {
    let (name, known) = ours(theirs, custom_mode);
    assert_eq!((mode.name.as_ref(), mode.known), (name.as_str(), known));
}

#[test]
fn every_type_and_number_has_the_name_pymavlink_gives() {
    let mut compared = 0;
    for group in fixture().by_type {
        for mav_type in group.types.into_iter().map(MavType) {
            for (custom_mode, theirs) in (0..).zip(&group.names) {
                for autopilot in (0..=20).filter(|number| *number != 12).map(Autopilot) {
                    for base_mode in [1, 81, 209] {
                        let mode = mode(autopilot, mav_type, base_mode, custom_mode);
                        assert_named(&mode, theirs, custom_mode);
                    }
                    let brief = high_latency_mode(autopilot, mav_type, custom_mode as u16);
                    assert_named(&brief, theirs, custom_mode);
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 46 * 41);
}

#[test]
fn px4_is_read_by_its_main_mode_whatever_the_flags_say() {
    let mut compared = 0;
    for (main, subs) in (0u32..).zip(fixture().px4_by_main_and_sub) {
        for (sub, theirs) in (0u32..).zip(subs) {
            let custom_mode = main << 16 | sub << 24;
            for (mav_type, base_mode) in [(2, 0), (1, 29), (20, 81), (10, 157), (0, 209)] {
                let mode = mode(Autopilot::PX4, MavType(mav_type), base_mode, custom_mode);
                assert_named(&mode, &theirs, custom_mode);
            }
            let brief = (custom_mode >> 16) as u16;
            let mode = high_latency_mode(Autopilot::PX4, MavType(2), brief);
            assert_named(&mode, &theirs, u32::from(brief));
            compared += 1;
        }
    }
    assert_eq!(compared, 11 * 13);
}

#[test]
fn without_the_custom_flag_base_mode_is_shown() {
    for (base_mode, theirs) in fixture().without_custom_mode {
        let base_mode: u8 = base_mode.parse().unwrap();
        let mode = mode(Autopilot::ARDUPILOT, MavType(2), base_mode, 4);
        assert_named(&mode, &theirs, 4);
    }
}

#[test]
fn a_name_leads_back_to_its_number() {
    for autopilot in [Autopilot::ARDUPILOT, Autopilot::PX4] {
        for mav_type in (0..=45).map(MavType) {
            for (name, class) in mode_names(autopilot, mav_type) {
                let number = mode_number(autopilot, mav_type, &name.to_lowercase()).unwrap();
                let back = mode(autopilot, mav_type, 209, number.custom_mode());
                assert_eq!((back.name.as_ref(), back.class), (name, class));
            }
        }
    }
    let copter = mode_names(Autopilot::ARDUPILOT, MavType(2)).count();
    assert_eq!(
        (copter, mode_names(Autopilot::PX4, MavType(2)).count()),
        (29, 14)
    );
}

#[test]
fn no_number_is_guessed_for_a_firmware_or_type_without_a_table() {
    assert_eq!(mode_number(Autopilot(0), MavType(2), "GUIDED"), None);
    assert_eq!(
        mode_number(Autopilot::ARDUPILOT, MavType(0), "GUIDED"),
        None
    );
    assert_eq!(mode_number(Autopilot::PX4, MavType(2), "GUIDED"), None);
    assert_eq!(mode_names(Autopilot::INVALID, MavType(2)).count(), 0);
}

#[test]
fn a_mode_change_is_three_parameters() {
    let rtl = mode_number(Autopilot::PX4, MavType(2), "RTL").unwrap();
    assert_eq!(rtl, ModeNumber::Px4 { main: 4, sub: 5 });
    assert_eq!(rtl.command_params().map(|param| param as i32), [1, 4, 5]);
    let rtl = mode_number(Autopilot::ARDUPILOT, MavType(1), "RTL").unwrap();
    assert_eq!(rtl.command_params().map(|param| param as i32), [1, 11, 0]);
}

#[test]
fn each_kind_of_mode_is_found_where_an_operator_expects_it() {
    let class = |autopilot, mav_type, name: &str| {
        mode_names(autopilot, MavType(mav_type))
            .find(|mode| mode.0 == name)
            .map(|mode| mode.1)
    };
    for (mav_type, name, expected) in [
        (2, "STABILIZE", ModeClass::Manual),
        (2, "ALT_HOLD", ModeClass::Assisted),
        (2, "GUIDED", ModeClass::Guided),
        (2, "AUTO", ModeClass::Mission),
        (2, "SMART_RTL", ModeClass::Return),
        (2, "LAND", ModeClass::Land),
        (2, "BRAKE", ModeClass::Hold),
        (1, "TAKEOFF", ModeClass::Takeoff),
        (1, "QLAND", ModeClass::Land),
        (10, "HOLD", ModeClass::Hold),
        (12, "SURFACE", ModeClass::Other),
    ] {
        assert_eq!(
            class(Autopilot::ARDUPILOT, mav_type, name),
            Some(expected),
            "{name}"
        );
    }
    assert_eq!(
        class(Autopilot::PX4, 2, "OFFBOARD"),
        Some(ModeClass::Guided)
    );
    let kinds: HashSet<_> = [1, 2, 10]
        .into_iter()
        .flat_map(|mav_type| mode_names(Autopilot::ARDUPILOT, MavType(mav_type)))
        .map(|mode| mode.1)
        .collect();
    assert_eq!(kinds.len(), 9);
}
