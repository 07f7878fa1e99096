//! Missions and parameters by the palette: what is read from files, asked about, kept, sent and compared.

use crossterm::event::KeyCode;
use volery::{
    model::{
        mission::PlanKind,
        params::{name::ParamName, value::ParamValue},
        transfer::Work,
    },
    tui::{
        files::{FileDone, FileWork},
        message::{Effect, Message},
        palette::{
            order::{HOLD_MS, YES},
            task::Task,
        },
        ui::{Overlay, View},
    },
};

use super::{desk::Desk, holding};

const PLAN: &str = include_str!("../plans/patrol.plan");

/// A desk on which Alpha is chosen.
fn chosen() -> Desk {
    let mut desk = Desk::new(120, 40, holding::three());
    desk.type_in(".1");
    desk.press(KeyCode::Enter);
    desk
}

/// Types a line and enters it.
fn enter(desk: &mut Desk, line: &str) -> Option<Effect> {
    desk.type_in(":");
    desk.type_in(line);
    desk.wait(1_000);
    desk.press(KeyCode::Enter)
}

/// Gives the screen the text of the file it asked for.
fn answered(desk: &mut Desk, effect: Option<Effect>, text: &str) -> Option<Effect> {
    let Some(Effect::Files(work)) = effect else {
        panic!("{effect:?}\n{}", desk.text())
    };
    let FileWork::Read { path, purpose } = *work else {
        panic!("{work:?}")
    };
    let text = Ok(text.to_owned());
    desk.send(Message::Filed(Box::new(FileDone::Read {
        path,
        purpose,
        text,
    })))
}

fn yes(desk: &mut Desk) -> Option<Effect> {
    desk.wait(HOLD_MS);
    desk.press(KeyCode::Char(YES))
}

fn work(effect: Option<Effect>) -> Work {
    match effect {
        Some(Effect::Submit(submission) | Effect::Read(submission)) => match submission.task {
            Task::Transfer(transfer) => transfer.work.clone(),
            Task::Command(command) => panic!("{command:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mission_is_read_at_once_and_given_only_after_a_yes() {
    let mut desk = chosen();
    assert_eq!(
        work(enter(&mut desk, "mission get")),
        Work::PlanGet(PlanKind::Mission)
    );
    let mut desk = chosen();
    let asked = enter(&mut desk, "mission put plans/patrol.plan");
    assert!(
        matches!(desk.ui.overlay, Overlay::Palette(_)),
        "it waits for the file"
    );
    assert_eq!(answered(&mut desk, asked, PLAN), None);
    let text = desk.text();
    for part in [
        "MISSION PUT  patrol.plan",
        "7 items; not given: 6 of fence, 2 of rally points",
        "▲ mission item 6: unknown command 65001",
        "AWAY FROM THERE",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let Work::PlanPut(PlanKind::Mission, list) = work(yes(&mut desk)) else {
        panic!("{}", desk.text())
    };
    assert_eq!((list.items.len(), list.home.is_some()), (7, true));
}

#[test]
fn a_plan_with_an_error_goes_to_nobody_and_says_which() {
    let mut desk = chosen();
    let wrong = "QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t46\t6\t400\t1\n1\t0\t2\t177\t9\t1\t0\t0\t0\t0\t0\t1\n";
    let asked = enter(&mut desk, "mission put a.waypoints");
    answered(&mut desk, asked, wrong);
    let text = desk.text();
    assert!(
        text.contains("■ mission item 1: it jumps to item 9, which there is not"),
        "{text}"
    );
    assert!(text.contains("it cannot be sent as it is"), "{text}");
    assert_eq!(yes(&mut desk), None);
}

#[test]
fn what_is_no_plan_is_said_in_the_palette_which_stays_open() {
    let mut desk = chosen();
    let asked = enter(&mut desk, "fence put map.kml");
    assert_eq!(answered(&mut desk, asked, "<kml/>"), None);
    let text = desk.text();
    assert!(text.contains("map.kml") && text.contains("XML"), "{text}");
    assert!(matches!(desk.ui.overlay, Overlay::Palette(_)));
}

#[test]
fn a_file_that_comes_after_the_palette_was_closed_does_nothing() {
    let mut desk = chosen();
    let asked = enter(&mut desk, "mission put patrol.plan");
    desk.press(KeyCode::Esc);
    assert_eq!(answered(&mut desk, asked, PLAN), None);
    assert_eq!(desk.ui.overlay, Overlay::None);
    assert!(
        desk.text().contains("nothing was done with it"),
        "{}",
        desk.text()
    );
}

#[test]
fn parameters_of_a_file_are_set_where_they_differ_and_the_old_values_are_on_the_disk_before() {
    let mut desk = chosen();
    let asked = enter(&mut desk, "param load tunes/fast.param");
    let file = "ATC_P0000,4\nATC_P0006,1\nRTL_P0003,7\n";
    assert_eq!(answered(&mut desk, asked, file), None);
    let text = desk.text();
    assert!(text.contains("ATC_P0000  0 becomes 4"), "{text}");
    assert!(text.contains("2 of 3 in the file differ"), "{text}");
    let Some(Effect::Files(work_of_files)) = yes(&mut desk) else {
        panic!("{}", desk.text())
    };
    let FileWork::Write {
        files,
        replace,
        then,
    } = *work_of_files
    else {
        panic!("{work_of_files:?}")
    };
    assert!(!replace);
    let (path, kept) = &files[0];
    assert!(path.starts_with("tunes/fast-rollback-alpha-2025"), "{path}");
    assert_eq!(
        kept.lines().skip(1).collect::<Vec<_>>(),
        ["ATC_P0000,0", "RTL_P0003,3"]
    );
    let what = (path.clone(), 1);
    let full = Err("tunes/x: the disk is full".to_owned());
    let failed = FileDone::Written {
        what: what.clone(),
        result: full,
        then: then.clone(),
    };
    assert_eq!(
        desk.send(Message::Filed(Box::new(failed))),
        None,
        "nothing is sent then"
    );
    assert!(desk.text().contains("nothing was sent"), "{}", desk.text());
    let done = FileDone::Written {
        what,
        result: Ok(()),
        then,
    };
    let Work::ParamsWrite(set, _) = work(desk.send(Message::Filed(Box::new(done)))) else {
        panic!("{}", desk.text())
    };
    let names: Vec<String> = set.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ["ATC_P0000", "RTL_P0003"]);
}

#[test]
fn a_parameter_is_set_after_the_old_value_was_shown_and_one_that_does_not_fit_is_refused() {
    let mut desk = chosen();
    assert_eq!(enter(&mut desk, "param set ATC_P0006 3"), None);
    assert!(desk.text().contains("1 becomes 3"), "{}", desk.text());
    let Work::ParamsWrite(set, _) = work(yes(&mut desk)) else {
        panic!("{}", desk.text())
    };
    let name = ParamName::new("ATC_P0006").expect("a name");
    assert_eq!(set.get(name), Some(ParamValue::Real64(3.0)));
    let mut desk = chosen();
    assert_eq!(enter(&mut desk, "param set ATC_P0006 300"), None);
    assert!(
        desk.text().contains("300 does not fit into int8"),
        "{}",
        desk.text()
    );
}

#[test]
fn what_is_aboard_is_compared_with_a_file_and_nothing_is_sent() {
    let mut desk = chosen();
    let asked = enter(&mut desk, "mission diff patrol.plan");
    assert_eq!(answered(&mut desk, asked, PLAN), None);
    let text = desk.text();
    assert_eq!(desk.ui.view, View::Aboard);
    assert!(
        text.contains("what would change aboard with patrol.plan"),
        "{text}"
    );
    assert!(text.contains("~ 1 NAV_TAKEOFF"), "{text}");
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("9 items"), "Esc shows the items again");
}

#[test]
fn what_was_read_is_saved_in_the_format_of_the_name() {
    let saved = |line: &str| {
        let mut desk = chosen();
        match enter(&mut desk, line) {
            Some(Effect::Files(work)) => match *work {
                FileWork::Write { files, replace, .. } => (files[0].1.clone(), replace),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}\n{}", desk.text()),
        }
    };
    let (plan, replace) = saved("mission save a.plan");
    assert!(plan.contains("\"fileType\": \"Plan\"") && !replace);
    let (lines, replace) = saved("mission save a.waypoints force");
    assert!(lines.starts_with("QGC WPL 110") && replace);
    assert!(saved("param save a.param").0.contains("ATC_P0006,1"));
    let mut desk = chosen();
    assert_eq!(enter(&mut desk, "@charlie mission save a.plan"), None);
    assert!(desk.text().contains("mission get first"), "{}", desk.text());
}

#[test]
fn an_item_is_flown_next_by_the_number_it_has_in_the_list() {
    let mut desk = chosen();
    match enter(&mut desk, "mission set 4") {
        Some(Effect::Submit(submission)) => {
            assert_eq!(submission.task.label(), "mission_set_current 4");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn transfers_under_way_are_broken_off_without_a_question() {
    let mut desk = Desk::new(120, 40, holding::under_way());
    assert_eq!(enter(&mut desk, "cancel"), Some(Effect::Cancel(vec![7])));
    let mut desk = chosen();
    assert_eq!(enter(&mut desk, "cancel"), None);
    assert!(
        desk.text().contains("no transfer is under way"),
        "{}",
        desk.text()
    );
}

#[test]
fn a_list_for_several_is_asked_about_and_what_came_of_it_stands_in_the_table_with_an_abort() {
    let mut desk = Desk::new(120, 40, holding::three());
    assert_eq!(enter(&mut desk, "@1-3 fence clear"), None);
    let text = desk.text();
    assert!(
        text.contains("FENCE CLEAR") && text.contains("holds 9 items now"),
        "{text}"
    );
    let Some(Effect::Submit(submission)) = yes(&mut desk) else {
        panic!("{}", desk.text())
    };
    assert!(submission.consent.confirm && submission.vehicles.len() == 3);
    desk.send(Message::Submitted(submission, 7));
    desk.send(Message::Snapshot(holding::fences_clearing().into()));
    let text = desk.text();
    for part in [
        "1 done",
        "1 failed",
        "1 under way",
        "the vehicle refused: denied",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    desk.type_in("x");
    let effect = desk.press(KeyCode::Char(YES));
    assert_eq!(effect, Some(Effect::Cancel(vec![7])));
}

#[test]
fn a_wrong_word_names_the_near_one() {
    let mut desk = chosen();
    assert_eq!(enter(&mut desk, "mission gte"), None);
    assert!(desk.text().contains("did you mean get?"), "{}", desk.text());
    desk.press(KeyCode::Esc);
    assert_eq!(enter(&mut desk, "param set ATC_P0006"), None);
    assert!(desk.text().contains("wants a value"), "{}", desk.text());
}

#[test]
fn mavproxys_words_mean_the_same() {
    let mut desk = chosen();
    assert_eq!(
        work(enter(&mut desk, "wp list")),
        Work::PlanGet(PlanKind::Mission)
    );
    let mut desk = chosen();
    assert_eq!(work(enter(&mut desk, "param fetch")), Work::ParamsGet);
}
