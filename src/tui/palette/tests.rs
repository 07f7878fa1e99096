//! The line of the palette: what it means, what it becomes, whom it is for.

use std::sync::Arc;

use super::*;
use crate::{
    model::{
        command::Command,
        modes::{ModeBook, ModeOrder},
        snapshot::Snapshot,
        vehicle::{Conflict, ModeClass, State, Vehicle},
        words::{Autopilot, LandedState, MavType},
    },
    tui::{
        digest::Digest,
        freshness::Habits,
        palette::{read::Source, settings::Setting, weigh::Objection},
        samples::vehicle,
    },
};

#[derive(Debug)]
struct Book;

impl ModeBook for Book {
    fn modes(&self, autopilot: Autopilot, _: MavType) -> Vec<ModeOrder> {
        let order = |name, class| ModeOrder {
            params: [1.0, 0.0, 0.0],
            name,
            class,
        };
        let common = vec![
            order("GUIDED", ModeClass::Guided),
            order("AUTO", ModeClass::Mission),
        ];
        let own = if autopilot == Autopilot::PX4 {
            vec![order("POSCTL", ModeClass::Assisted)]
        } else {
            vec![order("STABILIZE", ModeClass::Manual)]
        };
        [own, common].concat()
    }
}

fn known(id: &str, sysid: u8, group: &str) -> Vehicle {
    Vehicle {
        name: format!("{}{}", id[..1].to_uppercase(), &id[1..]).into(),
        autopilot: Some(Autopilot::ARDUPILOT),
        mav_type: Some(MavType(2)),
        armed: Some(false),
        group: Some(group.into()),
        ..vehicle(id, sysid)
    }
}

struct Field {
    snapshot: Snapshot,
    digest: Digest,
}

impl Field {
    fn new(vehicles: Vec<Vehicle>) -> Self {
        let mut snapshot = Snapshot::default();
        for vehicle in vehicles {
            snapshot
                .vehicles
                .insert(vehicle.id.clone(), Arc::new(vehicle));
        }
        let mut digest = Digest::default();
        digest.take(&snapshot, &Habits::default());
        Self { snapshot, digest }
    }

    fn four() -> Self {
        let mut delta = known("delta", 4, "south");
        delta.autopilot = Some(Autopilot::PX4);
        Self::new(vec![
            known("alpha", 1, "north-team"),
            known("bravo", 2, "north-team"),
            known("charlie", 3, "south"),
            delta,
        ])
    }

    fn world(&self) -> World<'_> {
        World {
            snapshot: &self.snapshot,
            digest: &self.digest,
            modes: &Book,
            refusal: None,
        }
    }

    fn typed(&self, line: &str) -> Palette {
        let own = Targets {
            ids: vec!["alpha".into()],
            source: Source::Chosen,
        };
        let mut palette = Palette::new(own, &self.world());
        palette.insert(line, &self.world());
        palette
    }
}

fn ids(palette: &Palette) -> Vec<&str> {
    let ids = palette.reading().targets.ids.iter();
    ids.map(VehicleId::as_str).collect()
}

fn mistake(palette: &Palette) -> String {
    match &palette.reading().wish {
        Wish::Mistake(why) => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_is_for_the_chosen_one_unless_others_are_named() {
    let field = Field::four();
    for (line, wanted) in [
        ("rtl", vec!["alpha"]),
        ("@bravo rtl", vec!["bravo"]),
        ("@Charlie,bravo rtl", vec!["bravo", "charlie"]),
        ("@1-3 rtl", vec!["alpha", "bravo", "charlie"]),
        ("@2,4 rtl", vec!["bravo", "delta"]),
        ("@north-team rtl", vec!["alpha", "bravo"]),
        ("@north-team,alpha rtl", vec!["alpha", "bravo"]),
        ("@all rtl", vec!["alpha", "bravo", "charlie", "delta"]),
    ] {
        let palette = field.typed(line);
        assert_eq!(ids(&palette), wanted, "{line}");
        assert_eq!(
            palette.reading().wish,
            Wish::Command(Command::Rtl),
            "{line}"
        );
    }
}

#[test]
fn who_is_not_there_or_not_one_is_nobody() {
    let field = Field::four();
    let palette = field.typed("@alpah rtl");
    assert!(mistake(&palette).contains("did you mean alpha?"));
    assert!(
        ids(&palette).is_empty(),
        "the chosen one does not take his place"
    );
    assert!(mistake(&field.typed("@9 rtl")).contains("nobody"));
    assert!(mistake(&field.typed("@ rtl")).contains("wants a vehicle"));
    let mut twin = known("bravo-two", 5, "south");
    twin.name = "Bravo".into();
    let mut named_like_a_group = known("x", 6, "south");
    named_like_a_group.name = "South".into();
    let mut one = known("bravo-one", 2, "north-team");
    one.name = "Bravo".into();
    let field = Field::new(vec![one, twin, named_like_a_group]);
    for line in ["@bravo rtl", "@south rtl"] {
        assert!(
            mistake(&field.typed(line)).contains("more than one"),
            "{line}"
        );
    }
    assert_eq!(ids(&field.typed("@bravo-two rtl")), ["bravo-two"]);
}

#[test]
fn what_is_wrong_is_said_before_it_is_entered() {
    let field = Field::four();
    assert!(mistake(&field.typed("takeoff")).contains("0.5 to 10000"));
    assert!(mistake(&field.typed("takeoff 99999")).contains("0.5 to 10000"));
    assert!(mistake(&field.typed("goto 91 8 30")).contains("-90 to 90"));
    assert!(mistake(&field.typed("rtl now")).contains("no parameters"));
    assert!(mistake(&field.typed("lnad")).contains("did you mean land?"));
    assert!(mistake(&field.typed("theme purple")).contains("there are default"));
    assert!(mistake(&field.typed("@alpha theme mono")).contains("for no vehicle"));
    let palette = field.typed("mode GUIDID");
    let (_, weighed) = &palette.weighed()[0];
    assert!(
        matches!(&weighed.objection, Some(Objection::Refused(why)) if why.contains("did you mean GUIDED?"))
    );
}

#[test]
fn settings_and_vehicles_stand_in_the_same_list() {
    let field = Field::four();
    assert_eq!(
        field.typed("bravo").reading().wish,
        Wish::Vehicle("bravo".into())
    );
    assert_eq!(
        field.typed("3").reading().wish,
        Wish::Vehicle("charlie".into())
    );
    let group = Wish::Setting(Setting::Group(true));
    assert_eq!(field.typed("group on").reading().wish, group);
    let marked = Setting::Mark(vec!["alpha".into(), "charlie".into()]);
    assert_eq!(
        field.typed("mark 1 3").reading().wish,
        Wish::Setting(marked)
    );
    let words: Vec<String> = field
        .typed("")
        .candidates()
        .list
        .iter()
        .map(|candidate| candidate.insert.clone())
        .collect();
    for word in ["rtl", "theme", "quit", "results", "alpha", "reload"] {
        assert!(
            words.iter().any(|known| known == word),
            "{word} in {words:?}"
        );
    }
    assert!(
        !words.iter().any(|word| word == "guided"),
        "shown to who types it"
    );
}

#[test]
fn tab_goes_through_what_may_be_meant_and_back() {
    let field = Field::four();
    let world = field.world();
    let mut palette = field.typed("mode ");
    let offered: Vec<String> = ["STABILIZE", "GUIDED", "AUTO"].map(str::to_owned).into();
    let list = &palette.candidates().list;
    assert_eq!(
        list.iter().map(|c| c.insert.clone()).collect::<Vec<_>>(),
        offered
    );
    palette.complete(Way::On, &world);
    assert_eq!(palette.line(), "mode STABILIZE");
    palette.complete(Way::On, &world);
    assert_eq!(palette.line(), "mode GUIDED");
    assert!(matches!(
        palette.reading().wish,
        Wish::Command(Command::Mode { .. })
    ));
    palette.complete(Way::Back, &world);
    assert_eq!(palette.line(), "mode STABILIZE");
    let mut palette = field.typed("@bra");
    palette.complete(Way::On, &world);
    assert_eq!(palette.line(), "@bravo ");
    palette.insert("tak", &world);
    palette.complete(Way::On, &world);
    assert_eq!(palette.line(), "@bravo takeoff ");
    let mut palette = field.typed("@alpha,nor");
    palette.complete(Way::On, &world);
    assert_eq!(
        (palette.line(), ids(&palette)),
        ("@alpha,north-team ", vec!["alpha", "bravo"])
    );
    let mixed = field.typed("@all mode PO");
    assert_eq!(mixed.candidates().list[0].insert, "POSCTL");
    assert_eq!(mixed.candidates().list[0].help, "1 of 4 have it");
}

#[test]
fn lines_entered_before_come_back_by_their_beginning() {
    let field = Field::four();
    let world = field.world();
    let history: Vec<String> = ["rtl", "takeoff 5", "theme mono", "takeoff 9"]
        .map(str::to_owned)
        .into();
    let mut palette = field.typed("ta");
    for wanted in ["takeoff 9", "takeoff 5", "takeoff 5"] {
        palette.recall(Way::Back, &history, &world);
        assert_eq!(palette.line(), wanted);
    }
    for wanted in ["takeoff 9", "ta", "ta"] {
        palette.recall(Way::On, &history, &world);
        assert_eq!(palette.line(), wanted);
    }
}

#[test]
fn the_line_is_edited_in_its_middle_and_by_words() {
    let field = Field::four();
    let world = field.world();
    let mut palette = field.typed("mode ä 2");
    palette.go(Way::Back);
    palette.go(Way::Back);
    assert!(palette.erase(&world));
    assert_eq!(palette.line(), "mode  2");
    palette.insert("x\u{1b}\n", &world);
    assert_eq!(palette.line(), "mode x 2");
    palette.erase_word(&world);
    assert_eq!(palette.line(), "mode  2");
    palette.delete(&world);
    palette.go(Way::Last);
    palette.go(Way::On);
    palette.clear(&world);
    assert_eq!(palette.line(), "");
    assert!(!palette.erase(&world));
    palette.insert(&"ä".repeat(500), &world);
    assert!(palette.line().len() <= LONGEST);
}

#[test]
fn what_stands_against_a_command_is_foretold() {
    let mut flying = known("alpha", 1, "north");
    flying.armed = Some(true);
    flying.landed = Some(LandedState(2));
    let mut lost = known("bravo", 2, "north");
    lost.state = State::Lost;
    let mut two = known("charlie", 3, "north");
    two.conflict = Some(Conflict {
        since_ms: 0,
        why: "uid".into(),
        peers: Vec::new(),
    });
    let mut unheard = known("delta", 4, "north");
    unheard.state = State::Expected;
    let field = Field::new(vec![flying, lost, two, unheard]);
    let world = field.world();
    let against = |id: &str, command: &Command| weigh(command, &id.into(), &world).objection;
    let refused = |objection: Option<Objection>| matches!(objection, Some(Objection::Refused(_)));
    assert!(refused(against("alpha", &Command::Arm)));
    assert!(refused(against("alpha", &Command::Disarm { force: false })));
    assert_eq!(against("alpha", &Command::Disarm { force: true }), None);
    assert_eq!(against("alpha", &Command::Rtl), None);
    assert!(refused(against("delta", &Command::Rtl)));
    assert!(against("bravo", &Command::Rtl).is_some_and(|it| it.wants_override()));
    assert!(against("charlie", &Command::Rtl).is_some_and(|it| it.wants_override()));
    assert_eq!(against("gone", &Command::Rtl), Some(Objection::Left));
    let mission = Command::Mode {
        mode: "auto".into(),
    };
    assert!(
        weigh(&mission, &"alpha".into(), &world).confirm,
        "it would fly off"
    );
    let guided = Command::Mode {
        mode: "guided".into(),
    };
    assert!(!weigh(&guided, &"alpha".into(), &world).confirm);
}
