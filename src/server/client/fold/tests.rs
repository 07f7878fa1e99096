use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model;

#[path = "../../../../tests/server/hangar.rs"]
#[expect(
    dead_code,
    clippy::duplicate_mod,
    reason = "shared with tests that need more of it"
)]
mod hangar;

use crate::model::{ids::VehicleId, snapshot::MapPatch, snapshot::Snapshot};
use hangar::{link, odd_vehicle, snapshot};

fn whole(snapshot: &Snapshot) -> Value {
    json!({ "type": "snapshot", "seq": snapshot.seq, "time_ms": snapshot.time_ms,
        "vehicles": snapshot.vehicles, "links": snapshot.links })
}

fn difference(old: &Snapshot, new: &Snapshot) -> Value {
    let vehicles = MapPatch {
        old: &old.vehicles,
        new: &new.vehicles,
    };
    let links = MapPatch {
        old: &old.links,
        new: &new.links,
    };
    json!({ "type": "update", "seq": new.seq, "since": old.seq, "time_ms": new.time_ms,
        "vehicles": vehicles, "links": links })
}

fn is(mirror: &Mirror, snapshot: &Snapshot) {
    assert_eq!(mirror.seq, Some(snapshot.seq));
    assert_eq!(json!(mirror.vehicles), json!(snapshot.vehicles));
    assert_eq!(json!(mirror.links), json!(snapshot.links));
}

type Shapes = [Option<[u8; 6]>; 3];

fn made(seq: u64, (shapes, frames): &(Shapes, Option<u64>)) -> Snapshot {
    let ids = ["alpha", "bravo", "mav-7"];
    let known = ids.iter().zip(shapes);
    let vehicles = known.filter_map(|(id, shape)| shape.map(|shape| odd_vehicle(id, shape)));
    let mut made = snapshot(seq, vehicles);
    if let Some(frames) = frames {
        made.links.insert("radio".into(), link(*frames).into());
    }
    made
}

proptest! {
    /// The fold law, from the client's side: whatever it slept through, whatever came twice or was lost.
    #[test]
    fn folding_what_comes_gives_what_the_station_says(
        ticks in prop::collection::vec((any::<Shapes>(), prop::option::of(0..3u64)), 2..12),
        fates in prop::collection::vec(0..5u8, 12),
    ) {
        let snapshots: Vec<_> = (1..).zip(&ticks).map(|(seq, tick)| made(seq * 3, tick)).collect();
        let mut mirror = Mirror::default();
        let mut sent = 0;
        assert_eq!(mirror.hear(whole(&snapshots[0])), Ok(Heard::Fresh));
        for (newest, fate) in (1..snapshots.len()).zip(fates) {
            let update = difference(&snapshots[sent], &snapshots[newest]);
            match fate {
                // The station waits for the client: the next update is larger.
                0 => continue,
                // It is lost on its way, which is seen at the next one.
                1 => {}
                // It comes twice.
                2 => {
                    if let Ok(Heard::Changed { .. }) = mirror.hear(update.clone()) {
                        prop_assert_eq!(mirror.hear(update), Ok(Heard::Nothing));
                    }
                }
                _ => { mirror.hear(update).unwrap(); }
            }
            sent = newest;
            if mirror.seq != Some(snapshots[sent].seq) && fate != 1 {
                prop_assert_eq!(mirror.seq, None, "out of step, and it does not know");
                mirror.hear(whole(&snapshots[sent])).unwrap();
            }
            if fate != 1 {
                is(&mirror, &snapshots[sent]);
            }
        }
    }

    #[test]
    fn no_message_makes_the_mirror_panic(
        kind in "hello|snapshot|update|events|error|x|",
        key in "seq|since|vehicles|links|events|session|protocol",
        number in any::<i64>(),
    ) {
        let mut mirror = Mirror::default();
        for value in [json!(number), json!([number]), json!({"a": number}), json!("x"), Value::Null] {
            let _ = mirror.hear(json!({ "type": kind, "seq": 3, "since": 0, key.as_str(): value }));
            let _ = mirror.hear(value);
        }
    }
}

#[test]
fn a_value_that_became_unknown_does_not_live_on() {
    let first = json!({"type": "snapshot", "seq": 1, "vehicles": {"a": {"armed": true, "position": {"lat_deg": 1.0, "t_ms": 1}}}, "links": {}});
    let mut mirror = Mirror::default();
    mirror.hear(first).unwrap();
    let gone =
        json!({"type": "update", "seq": 2, "since": 1, "vehicles": {"a": null}, "links": {}});
    mirror.hear(gone).unwrap();
    let back = json!({"type": "update", "seq": 3, "since": 2, "vehicles": {"a": {"armed": true}}, "links": {}});
    mirror.hear(back).unwrap();
    assert_eq!(json!(mirror.vehicles), json!({"a": {"armed": true}}));
}

#[test]
fn an_update_from_the_future_is_no_state_and_one_from_the_past_is_nothing() {
    let mut mirror = Mirror::default();
    let update =
        |seq, since| json!({"type": "update", "seq": seq, "since": since, "vehicles": {"a": {}}});
    assert_eq!(mirror.hear(update(2, 1)), Ok(Heard::OutOfStep));
    mirror
        .hear(json!({"type": "snapshot", "seq": 5, "vehicles": {}, "links": {}}))
        .unwrap();
    assert_eq!(mirror.hear(update(5, 4)), Ok(Heard::Nothing));
    assert!(matches!(
        mirror.hear(update(7, 3)),
        Ok(Heard::Changed { .. })
    ));
    assert_eq!(mirror.hear(update(9, 8)), Ok(Heard::OutOfStep));
    assert_eq!(mirror.seq, None);
}

#[test]
fn events_are_told_once_and_start_anew_with_a_new_run() {
    let mut mirror = Mirror::default();
    let hello = |session| json!({"type": "hello", "protocol": "volery.v1", "session": session, "role": "viewer"});
    assert_eq!(
        mirror.hear(hello("s1")),
        Ok(Heard::Hello {
            is_new_session: true
        })
    );
    let events = |ids: &[u64]| {
        let events: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"type": "events", "events": events})
    };
    let mut told = |message| match mirror.hear(message).unwrap() {
        Heard::Events(events) => events.iter().filter_map(|e| e["id"].as_u64()).collect(),
        _ => vec![],
    };
    assert_eq!(told(events(&[1, 2])), [1, 2]);
    assert_eq!(told(events(&[2, 3])), [3]);
    assert_eq!(told(hello("s1")), [0u64; 0]);
    assert_eq!(told(events(&[3])), [0u64; 0]);
    told(hello("s2"));
    assert_eq!(told(events(&[1])), [1]);
    assert!(
        mirror
            .hear(json!({"type": "hello", "protocol": "volery.v2"}))
            .is_err()
    );
}

#[test]
fn a_mirror_of_some_vehicles_never_shows_others() {
    let mut mirror = Mirror::of(Some(&["alpha".to_owned()]));
    let both = snapshot(
        1,
        [odd_vehicle("alpha", [1; 6]), odd_vehicle("bravo", [1; 6])],
    );
    mirror.hear(whole(&both)).unwrap();
    assert_eq!(mirror.vehicles.keys().collect::<Vec<_>>(), ["alpha"]);
    let mut next = both.clone();
    next.seq = 2;
    next.vehicles.insert(
        VehicleId::from("bravo"),
        odd_vehicle("bravo", [2; 6]).into(),
    );
    let heard = mirror.hear(difference(&both, &next)).unwrap();
    assert_eq!(
        heard,
        Heard::Changed {
            vehicles: vec![],
            links: vec![]
        }
    );
}
