use std::{
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use super::*;
use crate::{
    fleet::actor::inbox,
    link::{ingest::Ingest, outbox::Outbox},
    model::{
        ids::{ComponentId, LinkId, SystemId},
        recorder::{FrameBatch, Recorder},
        signing::SigningChange,
        transmission::{Outgoing, Target, Transmission},
    },
    wire::{frame::STX_V2, signing::redact::carries_key, verify::whole_frame},
};

const NOW: i64 = 1_750_000_000_000_000;
const MINUTE: i64 = 60_000_000;

/// Remembers what the last link said, and every frame that was recorded.
#[derive(Debug, Default)]
struct Notes {
    states: Mutex<Vec<(String, SigningState)>>,
    recorded: Mutex<u32>,
}

impl SigningKeeper for Notes {
    fn keep(&self, link: &str, state: SigningState) {
        self.states.lock().unwrap().push((link.into(), state));
    }
}

impl Recorder for Notes {
    fn record(&self, batch: FrameBatch) {
        *self.recorded.lock().unwrap() += batch.count;
    }
}

/// A clock that a test sets.
#[derive(Clone)]
struct Dial(Arc<AtomicI64>);

impl Dial {
    fn at(us: i64) -> Self {
        Self(Arc::new(AtomicI64::new(us)))
    }

    fn set(&self, us: i64) {
        self.0.store(us, Ordering::Relaxed);
    }

    fn clock(&self) -> WallClock {
        let dial = Arc::clone(&self.0);
        WallClock::of(move || TimeUs(dial.load(Ordering::Relaxed)))
    }
}

fn gate(key: u8, policy: SigningPolicy, dial: &Dial, state: &SigningState) -> (Gate, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let signing = LinkSigning {
        name: "radio".into(),
        key: SigningKey::from_bytes([key; 32]),
        policy,
        link_id: 9,
        state: state.clone(),
        keeper: Arc::clone(&notes) as Arc<dyn SigningKeeper>,
        wall: dial.clock(),
    };
    (Gate::new(Some(signing)), notes)
}

fn fresh(key: u8, policy: SigningPolicy, dial: &Dial) -> Gate {
    gate(key, policy, dial, &SigningState::default()).0
}

fn beat(mavlink2: bool) -> Transmission {
    Transmission {
        link: LinkId(0),
        peer: None,
        mavlink2,
        message: Outgoing::Heartbeat,
    }
}

fn vehicle() -> Outbox {
    Outbox::new((SystemId(7), ComponentId(1)))
}

fn said(outbox: &mut Outbox, gate: &mut Gate) -> Vec<u8> {
    outbox.encode(&beat(true), gate).unwrap().to_vec()
}

fn admits(gate: &mut Gate, bytes: &[u8]) -> Option<FrameSigning> {
    gate.admit(&whole_frame(bytes).unwrap(), || Some("10.0.0.1:1".into()))
}

fn stamp(bytes: &[u8]) -> u64 {
    let signature = whole_frame(bytes).unwrap().signature().unwrap();
    signature.timestamp_10us
}

#[test]
fn what_is_refused_is_counted_by_its_reason_and_the_first_is_told() {
    let dial = Dial::at(NOW);
    let mut station = fresh(1, SigningPolicy::Require, &dial);
    let (mut own, mut other) = (
        fresh(1, SigningPolicy::Accept, &dial),
        fresh(2, SigningPolicy::Accept, &dial),
    );
    let mut off = Gate::new(None);
    let good = said(&mut vehicle(), &mut own);
    dial.set(NOW + 1_000);
    assert_eq!(admits(&mut station, &good), Some(FrameSigning::Signed));
    assert_eq!(admits(&mut station, &good), None, "a replay");
    assert_eq!(
        admits(&mut station, &said(&mut vehicle(), &mut other)),
        None
    );
    assert_eq!(admits(&mut station, &said(&mut vehicle(), &mut off)), None);
    let old = vehicle().encode(&beat(false), &mut off).unwrap().to_vec();
    assert_eq!(admits(&mut station, &old), None, "MAVLink 1");
    let (counters, first) = station.report();
    let wanted = SigningCounters {
        signed: 1,
        unsigned: 0,
        bad_signature: 1,
        replayed: 1,
        refused_unsigned: 2,
    };
    assert_eq!(counters, Some(wanted));
    let first = first.unwrap();
    assert_eq!(
        (first.system, first.component),
        (SystemId(7), ComponentId(1))
    );
    assert_eq!(first.peer.as_deref(), Some("10.0.0.1:1"));
    assert!(first.why.contains("time stamp"), "{}", first.why);
    assert_eq!(station.report().1, None, "told once");
}

#[test]
fn where_unsigned_frames_are_accepted_they_are_told_apart() {
    let dial = Dial::at(NOW);
    let mut station = fresh(1, SigningPolicy::Accept, &dial);
    let mut own = fresh(1, SigningPolicy::Accept, &dial);
    let mut off = Gate::new(None);
    let signed = said(&mut vehicle(), &mut own);
    let unsigned = said(&mut vehicle(), &mut off);
    assert_eq!(admits(&mut station, &signed), Some(FrameSigning::Signed));
    assert_eq!(
        admits(&mut station, &unsigned),
        Some(FrameSigning::Unsigned)
    );
    assert_eq!(admits(&mut off, &signed), Some(FrameSigning::Unchecked));
    assert_eq!(off.report(), (None, None));
}

#[test]
fn a_clock_set_back_and_a_restart_keep_time_stamps_rising() {
    let dial = Dial::at(NOW);
    let (mut station, notes) = gate(1, SigningPolicy::Require, &dial, &SigningState::default());
    let mut outbox = vehicle();
    let mut last = stamp(&said(&mut outbox, &mut station));
    station.remember(TimeUs(0));
    dial.set(NOW + MINUTE / 3);
    for step in [MINUTE / 3, -MINUTE, -1_000 * MINUTE] {
        dial.set(NOW + step);
        let next = stamp(&said(&mut outbox, &mut station));
        assert!(next > last, "{step}");
        last = next;
    }
    // It ended without a word: what was stored is a third of a minute old, and the clock is still wrong.
    let stored = notes.states.lock().unwrap().last().unwrap().1.clone();
    let (mut again, _) = gate(1, SigningPolicy::Require, &dial, &stored);
    for _ in 0..3 {
        let next = stamp(&said(&mut outbox, &mut again));
        assert!(next > last);
        last = next;
    }
}

#[test]
fn what_was_heard_before_a_restart_is_refused_after_it() {
    let dial = Dial::at(NOW);
    let (mut station, notes) = gate(1, SigningPolicy::Require, &dial, &SigningState::default());
    let mut own = fresh(1, SigningPolicy::Accept, &dial);
    let mut outbox = vehicle();
    let first = said(&mut outbox, &mut own);
    let second = said(&mut outbox, &mut own);
    assert!(admits(&mut station, &first).is_some());
    assert!(admits(&mut station, &second).is_some());
    station.remember_all();
    let (name, stored) = notes.states.lock().unwrap().pop().unwrap();
    assert_eq!(name, "radio");
    let text = serde_json::to_string(&stored).unwrap();
    let stored: SigningState = serde_json::from_str(&text).unwrap();
    let (mut again, _) = gate(1, SigningPolicy::Require, &dial, &stored);
    assert_eq!(admits(&mut again, &first), None);
    assert_eq!(admits(&mut again, &second), None);
    let third = said(&mut outbox, &mut own);
    assert_eq!(admits(&mut again, &third), Some(FrameSigning::Signed));
}

#[test]
fn state_is_handed_over_at_once_and_then_every_half_minute() {
    let dial = Dial::at(NOW);
    let (mut station, notes) = gate(1, SigningPolicy::Accept, &dial, &SigningState::default());
    let mut outbox = vehicle();
    for second in 0..61 {
        said(&mut outbox, &mut station);
        station.remember(TimeUs(second * 1_000_000));
    }
    assert_eq!(notes.states.lock().unwrap().len(), 3);
}

#[test]
fn only_mavlink_2_leaves_where_signatures_are_required() {
    let dial = Dial::at(NOW);
    let mut require = fresh(1, SigningPolicy::Require, &dial);
    let sent = vehicle()
        .encode(&beat(false), &mut require)
        .unwrap()
        .to_vec();
    assert_eq!(sent[0], STX_V2);
    assert!(whole_frame(&sent).unwrap().is_signed());
    let mut accept = fresh(1, SigningPolicy::Accept, &dial);
    let sent = vehicle()
        .encode(&beat(false), &mut accept)
        .unwrap()
        .to_vec();
    assert_eq!(sent[0], 0xFE, "a vehicle of MAVLink 1 must understand it");
}

#[test]
fn only_a_link_with_a_key_hands_it_over_and_signs_that_too() {
    let dial = Dial::at(NOW);
    let setup = |change| Transmission {
        message: Outgoing::SetupSigning {
            target: Target::new(SystemId(7), ComponentId(1)).unwrap(),
            change,
        },
        ..beat(true)
    };
    let mut station = fresh(0xAB, SigningPolicy::Accept, &dial);
    let mut other = fresh(0xAB, SigningPolicy::Require, &dial);
    let given = vehicle()
        .encode(&setup(SigningChange::Setup), &mut station)
        .unwrap()
        .to_vec();
    assert!(carries_key(&given));
    assert_eq!(given[20..52], [0xAB; 32]);
    assert_eq!(given[18..20], [7, 1], "one target");
    assert_eq!(admits(&mut other, &given), Some(FrameSigning::Signed));
    let taken = vehicle()
        .encode(&setup(SigningChange::Disable), &mut station)
        .unwrap()
        .to_vec();
    assert!(carries_key(&taken));
    assert!(!taken.windows(3).any(|part| part == [0xAB; 3]));
    assert_eq!(admits(&mut other, &taken), Some(FrameSigning::Signed));
    let mut off = Gate::new(None);
    assert_eq!(
        vehicle().encode(&setup(SigningChange::Setup), &mut off),
        None
    );
    assert!(
        !format!("{station:?}").contains("171"),
        "the key is never printed"
    );
}

/// An unsigned RADIO_STATUS, as pymavlink makes it.
const RADIO_STATUS: [u8; 21] = [
    0xFD, 9, 0, 0, 0, 7, 1, 0x6D, 0, 0, 0, 0, 0, 0, 0xBE, 0xB4, 0x5A, 0x28, 0x29, 0x41, 0x51,
];

#[test]
fn a_refused_datagram_is_recorded_and_makes_no_peer() {
    let dial = Dial::at(NOW);
    let (require, notes) = gate(1, SigningPolicy::Require, &dial, &SigningState::default());
    let (fleet, _end) = inbox();
    let recorder = Arc::clone(&notes) as Arc<dyn Recorder>;
    let mut ingest: Ingest<SocketAddr> = Ingest::new(LinkId(0), fleet, recorder, require);
    let from = SocketAddr::from(([127, 0, 0, 1], 9));
    let mut off = Gate::new(None);
    let mut own = fresh(1, SigningPolicy::Accept, &dial);
    let mut outbox = vehicle();
    ingest.datagram(&from, &said(&mut outbox, &mut off), TimeUs(NOW));
    assert_eq!(ingest.known_peers().count(), 0);
    ingest.stream(&from, &said(&mut outbox, &mut off), TimeUs(NOW));
    ingest.forget(&from);
    let radio = RADIO_STATUS;
    assert_eq!(
        admits(&mut fresh(1, SigningPolicy::Require, &dial), &radio),
        Some(FrameSigning::Unsigned)
    );
    ingest.datagram(&from, &radio, TimeUs(NOW));
    assert_eq!(
        ingest.known_peers().count(),
        0,
        "a radio is let in, and opens nothing"
    );
    ingest.datagram(&from, &said(&mut outbox, &mut own), TimeUs(NOW));
    assert_eq!(ingest.known_peers().count(), 1);
    ingest.flush();
    assert_eq!(*notes.recorded.lock().unwrap(), 4);
}
