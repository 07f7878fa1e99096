//! tlog framing inside a block: 8 bytes of big-endian µs since 1970, one MAVLink frame, and so on.
//!
//! Lengths come from the frame's own header (<https://mavlink.io/en/guide/serialization.html>);
//! checksums are nobody's business here.

use std::ops::Range;

use crate::model::time::TimeUs;

const TIME: usize = 8;
const V1: u8 = 0xfe;
const V2: u8 = 0xfd;
const SIGNED: u8 = 0x01;
const SIGNATURE: usize = 13;

/// One record of a block: when, and where its frame stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Its time.
    pub(super) t: TimeUs,
    /// Its frame, within the data.
    pub(super) frame: Range<usize>,
}

/// The record that starts at `at`; `None` at the end and where there is none.
pub(super) fn record_at(data: &[u8], at: usize) -> Option<Record> {
    let record = data.get(at..)?;
    let (time, frame) = record.split_first_chunk::<TIME>()?;
    let length = frame_length(frame)?;
    frame.get(..length)?;
    let start = at + TIME;
    Some(Record {
        t: TimeUs(i64::from_be_bytes(*time)),
        frame: start..start + length,
    })
}

/// Every record from the start of `data` up to the first damage.
pub(super) fn records(data: &[u8]) -> impl Iterator<Item = Record> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let record = record_at(data, at)?;
        at = record.frame.end;
        Some(record)
    })
}

fn frame_length(frame: &[u8]) -> Option<usize> {
    let payload = usize::from(*frame.get(1)?);
    match *frame.first()? {
        V1 => Some(payload + 8),
        V2 if frame.get(2)? & SIGNED == 0 => Some(payload + 12),
        V2 => Some(payload + 12 + SIGNATURE),
        _ => None,
    }
}

/// The system id in the header of a frame.
pub(super) fn system_id(frame: &[u8]) -> Option<u8> {
    match *frame.first()? {
        V1 => frame.get(3).copied(),
        V2 => frame.get(5).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v2(id: [u8; 3], payload: &[u8], flags: u8) -> Vec<u8> {
        let mut frame = vec![
            V2,
            payload.len() as u8,
            flags,
            0,
            1,
            1,
            1,
            id[0],
            id[1],
            id[2],
        ];
        frame.extend_from_slice(payload);
        frame.resize(frame.len() + if flags == 1 { 15 } else { 2 }, 0xcc);
        frame
    }

    #[test]
    fn records_follow_each_other_up_to_the_damage() {
        let frames = [vec![V1, 1, 0, 1, 1, 0, 9, 1, 2], v2([30, 0, 0], &[7; 5], 1)];
        let mut data = Vec::new();
        for (n, frame) in frames.iter().enumerate() {
            data.extend_from_slice(&(n as i64 - 1).to_be_bytes());
            data.extend_from_slice(frame);
        }
        let whole = data.len();
        data.extend_from_slice(&[0; 8]);
        data.extend_from_slice(&[V2, 200, 0]);
        let found: Vec<_> = records(&data).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].t, TimeUs(-1));
        assert_eq!(data[found[1].frame.clone()], frames[1]);
        assert_eq!(found[1].frame.end, whole);
    }
}
