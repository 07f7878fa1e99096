//! Every good frame comes out once, with the very push that completed it, and every byte is accounted for.

use super::*;
use crate::wire::{crc, frame::Check, frame::Version, verify};

/// A MAVLink 2 frame; `extra` is the CRC_EXTRA of its id.
pub(super) fn v2(seq: u8, id: u32, payload: &[u8], extra: u8) -> Vec<u8> {
    let [id0, id1, id2, _] = id.to_le_bytes();
    let mut frame = vec![0xFD, payload.len() as u8, 0, 0, seq, 1, 1, id0, id1, id2];
    frame.extend_from_slice(payload);
    seal(frame, extra)
}

pub(super) fn v1(seq: u8, id: u8, payload: &[u8], extra: u8) -> Vec<u8> {
    let mut frame = vec![0xFE, payload.len() as u8, seq, 1, 1, id];
    frame.extend_from_slice(payload);
    seal(frame, extra)
}

fn seal(mut frame: Vec<u8>, extra: u8) -> Vec<u8> {
    let crc = mavlink::calculate_crc(&frame[1..], extra);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame
}

pub(super) const HEARTBEAT: [u8; 9] = [0, 0, 0, 0, 2, 3, 81, 4, 3];

pub(super) fn heartbeat(seq: u8) -> Vec<u8> {
    v2(seq, 0, &HEARTBEAT, 50)
}

/// A frame of an id that no dialect has.
pub(super) fn unknown(seq: u8, len: usize) -> Vec<u8> {
    v2(seq, 0x00AB_CDEF, &vec![7; len], 99)
}

pub(super) fn damaged(mut frame: Vec<u8>) -> Vec<u8> {
    let last = frame.len() - 1;
    frame[last] ^= 0x55;
    frame
}

/// Deterministic noise with a start byte now and then.
fn noise(len: usize, mut seed: u64) -> Vec<u8> {
    let mut byte = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 56) as u8
    };
    (0..len).map(|_| byte()).collect()
}

pub(super) fn datagram(bytes: &[u8]) -> (Vec<Vec<u8>>, SplitCounters) {
    let mut counters = SplitCounters::default();
    let mut frames = Vec::new();
    split_datagram(bytes, &mut counters, &mut |f| {
        frames.push(f.bytes().to_vec());
    });
    (frames, counters)
}

pub(super) fn pushed(splitter: &mut Splitter, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    splitter.push(bytes, &mut |f| frames.push(f.bytes().to_vec()));
    frames
}

#[test]
fn a_stray_start_byte_before_each_frame_costs_no_frame() {
    for stray in [0xFD, 0xFE] {
        let mut splitter = Splitter::new();
        for seq in 0..=255 {
            let mut bytes = vec![stray];
            bytes.extend(heartbeat(seq));
            assert_eq!(datagram(&bytes).0, [heartbeat(seq)]);
            assert_eq!(
                pushed(&mut splitter, &bytes),
                [heartbeat(seq)],
                "with the very push"
            );
        }
        assert_eq!(splitter.counters().junk_bytes, 256);
        assert_eq!(splitter.pending_bytes(), 0);
    }
}

#[test]
fn a_stray_start_byte_that_came_alone_delays_nothing() {
    let mut splitter = Splitter::new();
    for seq in 0..100 {
        assert!(pushed(&mut splitter, &[0xFE]).is_empty());
        assert_eq!(pushed(&mut splitter, &heartbeat(seq)), [heartbeat(seq)]);
    }
}

#[test]
fn a_truncated_frame_does_not_take_the_next_one_with_it() {
    let long = v2(1, 30, &[b'x'; 28], 39);
    for cut in 1..long.len() {
        let mut bytes = long[..cut].to_vec();
        bytes.extend(heartbeat(2));
        assert_eq!(datagram(&bytes).0, [heartbeat(2)], "cut at {cut}");
        let mut splitter = Splitter::new();
        assert!(pushed(&mut splitter, &long[..cut]).is_empty());
        assert_eq!(
            pushed(&mut splitter, &heartbeat(2)),
            [heartbeat(2)],
            "cut at {cut}"
        );
    }
}

#[test]
fn a_heartbeat_comes_out_of_a_thousand_bytes_of_noise() {
    for seed in 0..300 {
        let mut bytes = noise(1000, seed);
        bytes.extend(heartbeat(9));
        assert!(datagram(&bytes).0.contains(&heartbeat(9)), "seed {seed}");
        let mut splitter = Splitter::new();
        assert!(
            pushed(&mut splitter, &bytes).contains(&heartbeat(9)),
            "seed {seed}"
        );
    }
}

#[test]
fn a_frame_may_be_cut_at_every_byte() {
    let stream = [heartbeat(1), v1(2, 0, &HEARTBEAT, 50), heartbeat(3)].concat();
    for cut in 0..=stream.len() {
        let mut splitter = Splitter::new();
        let mut frames = pushed(&mut splitter, &stream[..cut]);
        frames.extend(pushed(&mut splitter, &stream[cut..]));
        assert_eq!(frames.concat(), stream);
        assert_eq!(splitter.counters().junk_bytes, 0);
    }
}

#[test]
fn a_frame_cut_over_two_datagrams_is_no_frame() {
    let frame = heartbeat(1);
    let (head, tail) = frame.split_at(12);
    assert_eq!(datagram(head).0.len() + datagram(tail).0.len(), 0);
    assert_eq!(datagram(head).1.junk_bytes, 12);
}

#[test]
fn many_frames_in_a_datagram_come_out_in_order() {
    let all: Vec<Vec<u8>> = (0..200).map(heartbeat).collect();
    let (frames, counters) = datagram(&all.concat());
    assert_eq!(frames, all);
    assert_eq!(
        (counters.frames, counters.v2, counters.junk_bytes),
        (200, 200, 0)
    );
}

#[test]
fn an_unknown_id_is_believed_at_the_end_of_a_datagram_only() {
    let (frames, counters) = datagram(&unknown(1, 20));
    assert_eq!(frames, [unknown(1, 20)]);
    assert_eq!((counters.unknown, counters.frames), (1, 0));
    let mut longer = unknown(1, 20);
    longer.push(0);
    let (frames, counters) = datagram(&longer);
    assert!(frames.is_empty());
    assert_eq!(counters.junk_bytes, longer.len() as u64);
}

#[test]
fn an_unknown_id_in_a_stream_waits_for_a_verified_frame_behind_it() {
    let mut splitter = Splitter::new();
    assert!(pushed(&mut splitter, &unknown(1, 20)).is_empty());
    assert!(pushed(&mut splitter, &unknown(2, 30)).is_empty());
    assert_eq!(
        pushed(&mut splitter, &heartbeat(3)),
        [unknown(1, 20), unknown(2, 30), heartbeat(3)]
    );
    assert_eq!(splitter.counters().unknown, 2);
}

#[test]
fn an_unknown_id_never_hides_a_verified_frame_inside_its_claim() {
    let mut bytes = unknown(1, 60);
    bytes[20..41].copy_from_slice(&heartbeat(5));
    assert_eq!(datagram(&bytes).0, [heartbeat(5)]);
    let mut splitter = Splitter::new();
    assert_eq!(pushed(&mut splitter, &bytes[..41]), [heartbeat(5)]);
}

#[test]
fn noise_that_looks_like_unknown_ids_vouches_for_nothing_over_a_verified_frame() {
    // Cut frames read as two unknown ones, of which the second begins inside a good one and ends with it.
    let cut = [0xFD, 9, 0, 0, 0, 0xFD, 9, 0, 0, 1, 1, 1, 0, 0];
    let text = v2(0, 253, b"aaaaaaa", 83);
    let stream = [unknown(1, 19), cut.to_vec(), text.clone(), heartbeat(0)].concat();
    for piece_len in [1, 7, stream.len()] {
        let mut splitter = Splitter::new();
        let pieces = stream.chunks(piece_len);
        let frames: Vec<_> = pieces
            .flat_map(|piece| pushed(&mut splitter, piece))
            .collect();
        assert_eq!(
            frames,
            [text.clone(), heartbeat(0)],
            "in pieces of {piece_len}"
        );
    }
}

#[test]
fn a_chain_of_unknown_ids_without_end_stays_bounded() {
    let mut splitter = Splitter::new();
    for seq in 0..200 {
        pushed(&mut splitter, &unknown(seq, 255));
        assert!(splitter.pending_bytes() < MAX_PENDING);
    }
    assert_eq!(
        pushed(&mut splitter, &heartbeat(1)).last(),
        Some(&heartbeat(1))
    );
}

#[test]
fn a_flipped_bit_is_one_bad_crc_of_its_id() {
    let bytes = [heartbeat(1), damaged(heartbeat(2)), heartbeat(3)].concat();
    let (frames, counters) = datagram(&bytes);
    assert_eq!(frames.len(), 2);
    assert_eq!((counters.bad_crc, counters.junk_bytes), (1, 21));
    assert_eq!(counters.bad_crc_ids.ids, [(0, 1)]);
    let (_, alone) = datagram(&damaged(heartbeat(2)));
    assert_eq!(alone.bad_crc, 1, "followed by the end");
}

#[test]
fn noise_is_junk_and_hardly_ever_a_bad_crc() {
    let mut splitter = Splitter::new();
    let mut frames = 0;
    splitter.push(&noise(1_000_000, 1), &mut |f| {
        frames += usize::from(f.check == Check::Verified);
    });
    splitter.finish(&mut |_| ());
    assert_eq!(frames, 0);
    // 7,800 start bytes: half of them claim an unknown id or an impossible length.
    assert!(
        splitter.counters().bad_crc < 50,
        "{:?}",
        splitter.counters()
    );
    assert!(splitter.counters().bad_crc_ids.ids.len() <= 32);
}

#[test]
fn lengths_at_their_limits_are_judged_by_the_crc() {
    let cases = [
        (v2(1, 0, &[], 50), true, "nothing but zeros, all cut"),
        (v2(1, 0, &[0; 9], 50), true, "zeros not cut"),
        (
            v2(1, 0, &[1; 255], 50),
            true,
            "longer than we know: newer extension fields",
        ),
        (v1(1, 0, &HEARTBEAT, 50), true, "MAVLink 1"),
        (
            v1(1, 0, &[1; 10], 50),
            false,
            "MAVLink 1 has no extension fields",
        ),
        (v1(1, 0, &[], 50), true, "cut though MAVLink 1 does not cut"),
    ];
    for (frame, taken, why) in cases {
        assert_eq!(datagram(&frame).0.len(), usize::from(taken), "{why}");
        let behind = [frame, heartbeat(2)].concat();
        assert_eq!(datagram(&behind).0.len(), 1 + usize::from(taken), "{why}");
    }
}

#[test]
fn any_incompatibility_flag_but_signed_rejects() {
    for flag in 0..=255u8 {
        let mut frame = vec![0xFD, 9, flag, 0, 1, 1, 1, 0, 0, 0];
        frame.extend(HEARTBEAT);
        let mut frame = seal(frame, 50);
        if flag & 1 == 1 {
            frame.extend([0; 13]);
        }
        let expected = usize::from(flag <= 1);
        assert_eq!(datagram(&frame).0.len(), expected, "flags {flag:#x}");
    }
}

#[test]
fn a_signed_flag_without_a_signature_does_not_take_the_next_frame() {
    let mut frame = vec![0xFD, 9, 1, 0, 1, 1, 1, 0, 0, 0];
    frame.extend(HEARTBEAT);
    let unsigned = seal(frame, 50);
    let bytes = [unsigned.clone(), heartbeat(2)].concat();
    assert_eq!(datagram(&bytes).0, [heartbeat(2)]);
    assert_eq!(pushed(&mut Splitter::new(), &bytes), [heartbeat(2)]);
    assert!(datagram(&unsigned).0.is_empty());
}

#[test]
fn every_field_of_a_signed_frame_is_where_it_belongs() {
    let mut bytes = vec![0xFD, 9, 1, 4, 77, 12, 34, 0, 0, 0];
    bytes.extend(HEARTBEAT);
    let mut bytes = seal(bytes, 50);
    bytes.extend([9, 1, 2, 0, 0, 0, 0, 10, 11, 12, 13, 14, 15]);
    let frame = verify::whole_frame(&bytes).expect("a frame");
    assert_eq!((frame.version, frame.check), (Version::V2, Check::Verified));
    assert_eq!(
        (frame.seq, frame.system.0, frame.component.0, frame.msgid),
        (77, 12, 34, 0)
    );
    assert_eq!((frame.payload(), frame.payload_len()), (&HEARTBEAT[..], 9));
    assert_eq!((frame.incompat_flags(), frame.compat_flags()), (1, 4));
    assert_eq!(frame.checksum(), crc::frame_checksum(&bytes[1..19], 50));
    let signature = frame.signature().expect("signed");
    assert_eq!((signature.link_id, signature.timestamp_10us), (9, 0x0201));
    assert_eq!(signature.value, [10, 11, 12, 13, 14, 15]);
    assert_eq!(frame.name(), Some("HEARTBEAT"));
    bytes.push(0);
    assert_eq!(verify::whole_frame(&bytes), None);
}

#[test]
fn frames_of_system_0_are_kept_as_frames() {
    let mut frame = vec![0xFE, 9, 1, 0, 0, 0];
    frame.extend(HEARTBEAT);
    assert_eq!(datagram(&seal(frame, 50)).1.frames, 1);
}

#[test]
fn two_copies_of_a_frame_have_one_fingerprint_and_no_two_frames_do() {
    let (a, b) = (heartbeat(1), heartbeat(2));
    let print = |bytes: &[u8]| verify::whole_frame(bytes).expect("a frame").fingerprint();
    assert_eq!(print(&a), print(&a.clone()));
    assert_ne!(print(&a), print(&b));
    assert_ne!(print(&a), 0);
}
