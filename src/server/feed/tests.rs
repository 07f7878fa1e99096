use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::model;

#[path = "../../../tests/server/hangar.rs"]
mod hangar;

use hangar::{link, merge, odd_vehicle, position, snapshot, vehicle};

fn view(feed: &Feed, encoding: Encoding, selection: Selection) -> View {
    let selection = feed.intern(selection);
    View {
        selection,
        encoding,
    }
}

fn json_view(feed: &Feed) -> View {
    view(feed, Encoding::Json, Selection::default())
}

fn read(encoding: Encoding, bytes: &[u8]) -> Value {
    match encoding {
        Encoding::Json => serde_json::from_slice(bytes).unwrap(),
        Encoding::Msgpack => rmp_serde::from_slice(bytes).unwrap(),
    }
}

/// What HTTP says of a snapshot, cut down to what a client asked for.
fn truth(snapshot: &Snapshot, wanted: &Wanted) -> Value {
    let mut vehicles = serde_json::to_value(&snapshot.vehicles).unwrap();
    let links = serde_json::to_value(&snapshot.links).unwrap();
    let map = vehicles.as_object_mut().unwrap();
    if let Some(ids) = &wanted.vehicles {
        map.retain(|id, _| ids.contains(id));
    }
    if let Some(fields) = &wanted.fields {
        for vehicle in map.values_mut() {
            let vehicle = vehicle.as_object_mut().unwrap();
            vehicle.retain(|key, _| key == "id" || fields.contains(key));
        }
    }
    serde_json::json!({ "vehicles": vehicles, "links": links })
}

#[derive(Debug, Clone, Default)]
struct Wanted {
    vehicles: Option<Vec<String>>,
    fields: Option<Vec<String>>,
}

/// A client that folds what it gets, and what the server keeps for it.
struct Client {
    wanted: Wanted,
    view: View,
    have: Option<Have>,
    state: Value,
    seq: Option<u64>,
}

impl Client {
    fn new(feed: &Feed, encoding: Encoding, wanted: Wanted) -> Self {
        let selection = Selection::new(wanted.vehicles.clone(), wanted.fields.clone());
        Self {
            view: view(feed, encoding, selection),
            wanted,
            have: None,
            state: Value::Null,
            seq: None,
        }
    }

    fn take(&mut self, feed: &Feed, newest: &Arc<Snapshot>) {
        let Some(have) = &mut self.have else {
            let bytes = feed.snapshot(newest, &self.view).unwrap();
            let mut message = read(self.view.encoding, &bytes);
            assert_eq!(message["type"], "snapshot");
            self.seq = message["seq"].as_u64();
            let (vehicles, links) = (message["vehicles"].take(), message["links"].take());
            self.state = serde_json::json!({ "vehicles": vehicles, "links": links });
            self.have = Some(Have::exactly(newest.clone()));
            return self.check(newest);
        };
        match feed.update(have, newest, &self.view).unwrap() {
            None => have.snapshot = newest.clone(),
            Some(bytes) => {
                let mut message = read(self.view.encoding, &bytes);
                assert_eq!(message["type"], "update");
                let since = message["since"].as_u64().unwrap();
                let seq = message["seq"].as_u64().unwrap();
                let known = self.seq.unwrap();
                assert!(since <= known && known < seq, "{since} {known} {seq}");
                self.seq = Some(seq);
                let (vehicles, links) = (message["vehicles"].take(), message["links"].take());
                assert!(!vehicles.is_null() && !links.is_null());
                merge(&mut self.state["vehicles"], vehicles);
                merge(&mut self.state["links"], links);
                self.have = Some(Have::exactly(newest.clone()));
            }
        }
        self.check(newest);
    }

    fn check(&self, newest: &Snapshot) {
        assert_eq!(self.state, truth(newest, &self.wanted), "at {}", newest.seq);
    }
}

const IDS: [&str; 3] = ["alpha", "bravo", "mav-7"];

/// One tick: each vehicle is unknown or of a shape, the link has heard so much, and who takes.
#[derive(Debug, Clone)]
struct Tick {
    vehicles: [Option<[u8; 6]>; 3],
    frames: Option<u64>,
    takes: u8,
    resyncs: u8,
}

fn tick() -> impl Strategy<Value = Tick> {
    let shape = prop::option::weighted(0.8, [0..6u8, 0..4u8, 0..8u8, 0..4u8, 0..4u8, 0..3u8]);
    (
        [shape.clone(), shape.clone(), shape],
        prop::option::weighted(0.8, 0..3u64),
        any::<u8>(),
        prop::bits::u8::masked(0x11),
    )
        .prop_map(|(vehicles, frames, takes, resyncs)| Tick {
            vehicles,
            frames,
            takes,
            resyncs,
        })
}

fn wishes() -> [Wanted; 4] {
    let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    [
        Wanted::default(),
        Wanted {
            vehicles: list(&["bravo", "never heard of"]),
            fields: None,
        },
        Wanted {
            vehicles: None,
            fields: list(&["position", "batteries", "no such field"]),
        },
        Wanted {
            vehicles: list(&["alpha", "mav-7"]),
            fields: list(&["armed"]),
        },
    ]
}

/// The snapshot of a tick; what did not change stays the same object, as the fleet does it.
fn after(tick: &Tick, earlier: &Snapshot) -> Snapshot {
    let shapes = IDS.iter().zip(&tick.vehicles);
    let vehicles = shapes.filter_map(|(id, shape)| Some(odd_vehicle(id, (*shape)?)));
    let mut next = snapshot(earlier.seq + 1, vehicles);
    for (id, vehicle) in &mut next.vehicles {
        match earlier.vehicles.get(id) {
            Some(old) if old == vehicle => *vehicle = old.clone(),
            _ => {}
        }
    }
    next.links = tick
        .frames
        .map(|frames| (Arc::from("radio"), Arc::new(link(frames))))
        .into_iter()
        .collect::<BTreeMap<_, _>>();
    next
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_what_a_client_gets_is_what_http_says(ticks in prop::collection::vec(tick(), 1..25)) {
        let feed = Feed::default();
        let mut clients: Vec<_> = Encoding::ALL
            .into_iter()
            .flat_map(|encoding| wishes().map(|wish| Client::new(&feed, encoding, wish)))
            .collect();
        let mut newest = Arc::new(Snapshot::default());
        for tick in &ticks {
            newest = Arc::new(after(tick, &newest));
            for (bit, client) in clients.iter_mut().enumerate() {
                if tick.resyncs >> bit & 1 == 1 {
                    client.have = None;
                }
                if tick.takes >> bit & 1 == 1 {
                    client.take(&feed, &newest);
                }
            }
        }
        for client in &mut clients {
            client.take(&feed, &newest);
        }
    }
}

#[test]
fn a_dead_value_does_not_come_back_with_a_vehicle_that_was_gone_meanwhile() {
    let feed = Feed::default();
    let mut known = vehicle("alpha");
    (known.armed, known.position) = (Some(true), Some(position(1)));
    let mut returned = vehicle("alpha");
    returned.armed = Some(true);
    let [first, gone, last] = [
        snapshot(1, [known]),
        snapshot(2, []),
        snapshot(3, [returned]),
    ]
    .map(Arc::new);
    let mut slow = Client::new(&feed, Encoding::Json, Wanted::default());
    let mut quick = Client::new(&feed, Encoding::Json, Wanted::default());
    slow.take(&feed, &first);
    for snapshot in [&first, &gone, &last] {
        quick.take(&feed, snapshot);
    }
    slow.take(&feed, &last);
    assert_eq!(slow.state, quick.state);
    assert!(slow.state["vehicles"]["alpha"].get("position").is_none());
}

#[test]
fn clients_at_the_same_point_share_one_encoding() {
    let feed = Feed::default();
    let views: Vec<_> = (0..50).map(|_| json_view(&feed)).collect();
    let old = Arc::new(snapshot(1, [vehicle("alpha")]));
    let mut moved = vehicle("alpha");
    moved.position = Some(position(2));
    let new = Arc::new(snapshot(2, [moved]));
    let have = Have::exactly(old);
    let messages: Vec<_> = views
        .iter()
        .map(|view| feed.update(&have, &new, view).unwrap().unwrap())
        .collect();
    assert!(messages.iter().all(|m| m.as_ptr() == messages[0].as_ptr()));
    assert_eq!(feed.encoded.load(Ordering::Relaxed), 1);
    assert_eq!(feed.asked.load(Ordering::Relaxed), 50);
}

#[test]
fn a_tick_that_shows_nothing_is_skipped_and_the_next_still_fits() {
    let feed = Feed::default();
    let wanted = Wanted {
        vehicles: Some(vec!["alpha".into()]),
        fields: None,
    };
    let mut client = Client::new(&feed, Encoding::Json, wanted);
    let alpha = || vehicle("alpha");
    client.take(&feed, &Arc::new(snapshot(1, [alpha()])));
    client.take(&feed, &Arc::new(snapshot(2, [alpha(), vehicle("bravo")])));
    assert_eq!(client.seq, Some(1));
    let mut moved = alpha();
    moved.position = Some(position(3));
    client.take(&feed, &Arc::new(snapshot(3, [moved])));
    assert_eq!(client.seq, Some(3));
}

#[test]
fn a_latecomer_to_an_old_tick_is_served_without_disturbing_the_new_one() {
    let feed = Feed::default();
    let view = json_view(&feed);
    let [old, new] = [snapshot(1, []), snapshot(2, [vehicle("alpha")])];
    let newer = feed.snapshot(&new, &view).unwrap();
    let older = feed.snapshot(&old, &view).unwrap();
    assert_eq!(read(Encoding::Json, &older)["seq"], 1);
    let again = feed.snapshot(&new, &view).unwrap();
    assert_eq!(again.as_ptr(), newer.as_ptr());
}

#[test]
fn equal_selections_are_one_and_unused_ones_are_forgotten() {
    let feed = Feed::default();
    let one = |name: &str| Selection::new(Some(vec![name.to_owned()]), None);
    let first = feed.intern(one("alpha"));
    assert!(Arc::ptr_eq(&first, &feed.intern(one("alpha"))));
    assert!(!Arc::ptr_eq(&first, &feed.intern(one("bravo"))));
    drop(first);
    feed.intern(one("charlie"));
    assert_eq!(lock(&feed.selections).len(), 1);
}
