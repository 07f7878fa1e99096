//! Every refusal says what and where.

use crate::plan::read::read;
use proptest::prelude::*;

#[test]
fn a_refusal_names_the_place() {
    let mission = |items: &str| {
        format!(r#"{{"fileType":"Plan","version":1,"mission":{{"version":2,"items":[{items}]}}}}"#)
    };
    let simple = |params: &str| {
        mission(&format!(
            r#"{{"type":"SimpleItem","command":16,"frame":3,"params":{params}}}"#
        ))
    };
    for (text, expected) in [
        (String::new(), "this is not a plan: it is empty"),
        (
            "<kml>".to_owned(),
            "this is not a plan: it seems to be XML, perhaps a map overlay",
        ),
        (
            "hello".to_owned(),
            "this is not a plan: it begins neither with `{`, `QGC WPL`, `RALLY` nor with two numbers",
        ),
        (
            "{\n \"fileType\": }".to_owned(),
            "line 2, column 14: expected value",
        ),
        (
            r#"{"fileType":"Plan","version":42,"mission":{}}"#.to_owned(),
            "version: version 42 of a .plan is not read here, only version 1",
        ),
        (
            r#"{"fileType":"Plan","version":1}"#.to_owned(),
            "the file: `mission` is missing",
        ),
        (
            r#"{"fileType":"Plan","version":1,"mission":{"version":1,"items":[]}}"#.to_owned(),
            "mission.version: version 1 of the mission of a .plan is not read here, only version 2",
        ),
        (
            r#"{"fileType":"Parameters"}"#.to_owned(),
            "fileType: `Parameters` is not `Plan`",
        ),
        (
            simple("[0,0,0,null,46.5,\"east\",30]"),
            "mission.items[0].params[5]: a number is needed here",
        ),
        (
            simple("[0,0,0,null,46.5]"),
            "mission.items[0].params: seven parameters are needed, not 5",
        ),
        (
            mission(r#"{"type":"SimpleItem","command":70000,"frame":3,"params":[0,0,0,0,0,0,0]}"#),
            "mission.items[0].command: a whole number in range is needed here",
        ),
        (
            mission(r#"{"type":"Odd"}"#),
            "mission.items[0]: an item of type `Odd` is not known",
        ),
        (
            "QGC WPL 120\n".to_owned(),
            "line 1: version 120 of QGC WPL is not read here, only 110 and 100",
        ),
        (
            "QGC WPL 110\n0\t1\t0\t16\t0\t0\n".to_owned(),
            "line 2, column 12: an item has 12 values, this line has 6",
        ),
        (
            "QGC WPL 110\n0 1 0 16 0 0 0 0 46.5 6,5 30 1 9\n".to_owned(),
            "line 2, column 30: an item has 12 values, this line has 14",
        ),
        (
            "QGC WPL 110\n\n0 1 0 16 0 0 0 0 46.5 east 30 1\n".to_owned(),
            "line 3, column 23: `east` is no number",
        ),
        (
            "QGC WPL 100\n0 0 99 0 0 0 0 1 6.5 46.5 30 0 1\n".to_owned(),
            "line 2, column 5: action 99 of version 100 is not known",
        ),
        (
            "46.5 6.5\n146.5 6.5\n".to_owned(),
            "line 2, column 1: 146.5 is no latitude",
        ),
        (
            "46.5 6.5\n46.6 6.5\n".to_owned(),
            "line 2, column 1: a fence needs a return point and three corners",
        ),
        (
            "RALLY 46.5 6.5 30\n".to_owned(),
            "line 1, column 16: a rally point is RALLY and six numbers",
        ),
    ] {
        assert_eq!(read(&text).unwrap_err().to_string(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_damage_makes_the_reader_panic(at in 0usize..3_000, with in "\\PC{0,3}", take in 0usize..5) {
        let whole: Vec<char> = super::fixture!("patrol.plan").chars().collect();
        let at = at.min(whole.len());
        let end = (at + take).min(whole.len());
        let damaged: String = whole[..at].iter().chain(with.chars().collect::<Vec<_>>().iter()).chain(&whole[end..]).collect();
        let _ = read(&damaged);
    }
}
