//! Signing against frames signed by pymavlink 2.4.50 (`tests/wire/signing.py` made them), and against ourselves.

use std::collections::HashMap;

use serde::Deserialize;

use super::{key::key_from_text, *};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        transmission::Outgoing,
    },
    wire::{encode::Encoder, verify::whole_frame},
};

#[derive(Deserialize)]
struct Vectors {
    passphrase: String,
    key: String,
    now_10us: u64,
    frames: HashMap<String, String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../tests/wire/fixtures/signing.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// A link with pymavlink's key and the frames to try on it.
struct Bench {
    vectors: Vectors,
    link: Signing,
    now: Timestamp,
}

impl Bench {
    fn new(policy: SigningPolicy) -> Self {
        let vectors = vectors();
        let key = key_from_text(&vectors.key).unwrap();
        let now = Timestamp::from_raw(vectors.now_10us);
        Self {
            link: Signing::new(key, policy, 1, &SigningState::default()),
            vectors,
            now,
        }
    }

    fn check(&mut self, name: &str) -> Verdict {
        self.check_at(name, self.now)
    }

    fn check_at(&mut self, name: &str, wall: Timestamp) -> Verdict {
        let bytes = bytes(&self.vectors.frames[name]);
        self.link.check(&whole_frame(&bytes).unwrap(), wall)
    }
}

#[test]
fn the_passphrase_gives_the_key_pymavlink_used() {
    let Vectors {
        passphrase, key, ..
    } = vectors();
    assert_eq!(
        key_from_text(&passphrase).unwrap(),
        key_from_text(&key).unwrap()
    );
}

#[test]
fn what_pymavlink_signed_with_our_key_is_believed_once() {
    let mut bench = Bench::new(SigningPolicy::Require);
    assert_eq!(bench.check("first"), Verdict::Signed);
    assert_eq!(bench.check("second"), Verdict::Signed);
    for name in ["first", "second", "first"] {
        assert_eq!(
            bench.check(name),
            Verdict::Refused(Refusal::Replayed),
            "{name}"
        );
    }
    assert_eq!(bench.check("other_link_same_time"), Verdict::Signed);
    assert_eq!(bench.link.counters().signed, 3);
    assert_eq!(bench.link.counters().replayed, 3);
}

#[test]
fn another_key_or_one_flipped_bit_is_refused_and_moves_nothing() {
    for policy in [SigningPolicy::Require, SigningPolicy::Accept] {
        let mut bench = Bench::new(policy);
        for name in ["wrong_key", "one_bit_flipped"] {
            assert_eq!(
                bench.check(name),
                Verdict::Refused(Refusal::BadSignature),
                "{name}"
            );
        }
        assert_eq!(bench.link.state(), SigningState::default());
        // Its time stamp is below those of the bad ones.
        assert_eq!(bench.check("first"), Verdict::Signed);
    }
}

#[test]
fn any_single_flipped_bit_of_a_signed_frame_is_refused() {
    let Bench { vectors, link, now } = Bench::new(SigningPolicy::Require);
    let good = bytes(&vectors.frames["first"]);
    for bit in 0..8 * good.len() {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let mut link = link.clone();
        // Where the checksum already fails there is no frame at all.
        if let Some(frame) = whole_frame(&bad) {
            let verdict = link.check(&frame, now);
            assert!(!verdict.is_accepted(), "bit {bit}: {verdict:?}");
            assert_eq!(link.state(), SigningState::default(), "bit {bit}");
        }
    }
}

#[test]
fn a_new_stream_may_be_a_minute_behind_and_no_more() {
    let mut bench = Bench::new(SigningPolicy::Require);
    let old = "an_hour_behind_first_of_its_stream";
    assert_eq!(bench.check(old), Verdict::Refused(Refusal::TooOld));
    assert_eq!(
        bench.check("a_minute_behind_first_of_its_stream"),
        Verdict::Signed
    );
    assert_eq!(bench.check("an_hour_ahead"), Verdict::Signed);
    let late = bench.check("other_link_same_time");
    assert_eq!(
        late,
        Verdict::Refused(Refusal::TooOld),
        "the clock has moved on by an hour"
    );
}

#[test]
fn a_wall_clock_set_back_lets_nothing_old_in_after_a_restart() {
    let mut bench = Bench::new(SigningPolicy::Require);
    assert_eq!(bench.check("second"), Verdict::Signed);
    let stored = serde_json::to_string(&bench.link.state()).unwrap();

    let mut restarted = Bench::new(SigningPolicy::Require);
    let key = key_from_text(&restarted.vectors.key).unwrap();
    let state = serde_json::from_str(&stored).unwrap();
    restarted.link = Signing::new(key, SigningPolicy::Require, 1, &state);
    let hour_ago = Timestamp::from_raw(restarted.now.raw() - 60 * Timestamp::MINUTE);
    for name in ["first", "second"] {
        let verdict = restarted.check_at(name, hour_ago);
        assert_eq!(verdict, Verdict::Refused(Refusal::Replayed), "{name}");
    }
    let old = restarted.check_at("an_hour_behind_first_of_its_stream", hour_ago);
    assert_eq!(old, Verdict::Refused(Refusal::TooOld));
    let mut frame = heartbeat(true);
    restarted.link.sign(&mut frame, 0, hour_ago).unwrap();
    let stamp = whole_frame(&frame)
        .unwrap()
        .signature()
        .unwrap()
        .timestamp_10us;
    let above = state_clock(&stored) + Timestamp::MINUTE + 1;
    assert_eq!(stamp, above, "above what was given out after it was stored");
}

fn state_clock(stored: &str) -> u64 {
    serde_json::from_str::<SigningState>(stored)
        .unwrap()
        .clock_10us
}

#[test]
fn require_refuses_mavlink_1_and_the_unsigned_but_for_the_radio() {
    let mut bench = Bench::new(SigningPolicy::Require);
    assert_eq!(
        bench.check("unsigned_ack"),
        Verdict::Refused(Refusal::Unsigned)
    );
    assert_eq!(
        bench.check("mavlink1_heartbeat"),
        Verdict::Refused(Refusal::Mavlink1)
    );
    assert_eq!(bench.check("unsigned_radio_status"), Verdict::Unsigned);
    assert_eq!(bench.link.counters().refused_unsigned, 2);
}

#[test]
fn accept_takes_the_unsigned_and_off_looks_at_nothing() {
    let mut bench = Bench::new(SigningPolicy::Accept);
    for name in [
        "unsigned_ack",
        "mavlink1_heartbeat",
        "unsigned_radio_status",
    ] {
        assert_eq!(bench.check(name), Verdict::Unsigned, "{name}");
    }
    bench.link = Signing::off();
    for name in ["unsigned_ack", "wrong_key", "first", "first"] {
        assert_eq!(bench.check(name), Verdict::Unchecked, "{name}");
    }
}

fn heartbeat(mavlink2: bool) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(SystemId(255), ComponentId(25)).encode(&Outgoing::Heartbeat, mavlink2, &mut out);
    out
}

#[test]
fn what_we_sign_holds_for_another_holder_of_the_key_and_rises_when_the_clock_stands_still() {
    let mut ours = Bench::new(SigningPolicy::Accept);
    let mut theirs = Bench::new(SigningPolicy::Require);
    let mut last = 0;
    for _ in 0..5 {
        let mut out = vec![0xAA, 0xBB];
        out.extend(heartbeat(true));
        ours.link.sign(&mut out, 2, ours.now).unwrap();
        let frame = whole_frame(&out[2..]).unwrap();
        assert_eq!(theirs.link.check(&frame, theirs.now), Verdict::Signed);
        let signature = frame.signature().unwrap();
        assert!(signature.timestamp_10us > last && signature.link_id == 1);
        last = signature.timestamp_10us;
    }
    assert_eq!(last, ours.now.raw() + 4);
}

/// `sign` of the same heartbeat by pymavlink gives the frame of the vectors.
#[test]
fn we_sign_as_pymavlink_does() {
    let vectors = vectors();
    let key = key_from_text(&vectors.key).unwrap();
    let mut link = Signing::new(key, SigningPolicy::Accept, 3, &SigningState::default());
    let signed = bytes(&vectors.frames["first"]);
    let mut frame = signed[..signed.len() - SIGNATURE_LEN].to_vec();
    frame[2] = 0;
    link.sign(&mut frame, 0, Timestamp::from_raw(vectors.now_10us))
        .unwrap();
    assert_eq!(frame, signed);
}

#[test]
fn only_one_whole_unsigned_frame_of_mavlink_2_is_signed() {
    let mut bench = Bench::new(SigningPolicy::Accept);
    let signed = bytes(&bench.vectors.frames["first"]);
    let now = bench.now;
    let mut unknown = heartbeat(true);
    unknown[9] = 0xFF;
    let cases = [
        (heartbeat(false), SignError::Mavlink1),
        (signed, SignError::NotAFrame),
        (heartbeat(true)[..12].to_vec(), SignError::NotAFrame),
        (unknown, SignError::NotAFrame),
        (Vec::new(), SignError::NotAFrame),
    ];
    for (frame, error) in cases {
        let mut out = frame.clone();
        assert_eq!(bench.link.sign(&mut out, 0, now), Err(error));
        assert_eq!(out, frame);
    }
    let mut out = heartbeat(true);
    assert_eq!(Signing::off().sign(&mut out, 0, now), Ok(()));
    assert_eq!(out, heartbeat(true), "off changes nothing");
}

#[test]
fn the_state_wants_to_be_stored_when_it_changed_and_twice_a_minute_at_most() {
    let mut bench = Bench::new(SigningPolicy::Require);
    let at = |s: i64| TimeUs(s * 1_000_000);
    assert_eq!(bench.link.state_when_due(at(0)), None);
    bench.check("first");
    let state = bench.link.state_when_due(at(1)).expect("changed");
    assert_eq!(state.streams.len(), 1);
    bench.check("second");
    assert_eq!(bench.link.state_when_due(at(30)), None);
    assert!(bench.link.state_when_due(at(31)).is_some());
    assert_eq!(bench.link.state_when_due(at(100)), None);
}

#[test]
fn a_key_is_not_shown_by_the_link_that_holds_it() {
    let bench = Bench::new(SigningPolicy::Require);
    assert!(format!("{:?}", bench.link).contains("SigningKey(secret)"));
}
