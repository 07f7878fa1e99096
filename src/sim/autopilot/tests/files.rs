//! MAVLink FTP: a station with gaps, repeats and wishes that cannot be granted.

use super::*;

const ACK: u8 = 128;
const NAK: u8 = 129;

struct Answer {
    opcode: u8,
    sequence: u16,
    offset: u32,
    last: bool,
    data: Vec<u8>,
}

fn request(bench: &mut Bench, sequence: u16, opcode: u8, offset: u32, data: &[u8]) {
    request_of(bench, sequence, opcode, (offset, data.len() as u8), data);
}

fn request_of(
    bench: &mut Bench,
    sequence: u16,
    opcode: u8,
    (offset, size): (u32, u8),
    data: &[u8],
) {
    let mut payload = vec![0, 7, 1];
    payload.extend(sequence.to_le_bytes());
    payload.extend([3, opcode, size, 0, 0, 0]);
    payload.extend(offset.to_le_bytes());
    payload.extend(data);
    bench.tell(110, &payload);
}

fn answers(bench: &mut Bench) -> Vec<Answer> {
    let heard = bench.take(110);
    let read = |frame: &Received| {
        let payload = &frame.payload()[3..];
        Answer {
            opcode: payload[3],
            sequence: frame.u16(3),
            offset: frame.u32(11),
            last: payload[6] == 1,
            data: payload[12..12 + usize::from(payload[4])].to_vec(),
        }
    };
    heard.iter().map(read).collect()
}

fn answer(bench: &mut Bench) -> Answer {
    answers(bench).pop().unwrap()
}

#[test]
fn a_burst_sends_the_whole_file_and_a_hole_is_read_again() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    request(&mut bench, 1, 4, 0, b"@PARAM/param.pck");
    let opened = answer(&mut bench);
    assert_eq!(opened.opcode, ACK);
    let claimed = u32::from_le_bytes(opened.data.try_into().unwrap());
    assert_eq!(claimed, 1_363 * 12, "a guess, not the truth");
    request_of(&mut bench, 2, 15, (0, 80), &[]);
    bench.run(2.0);
    let burst = answers(&mut bench);
    let end = burst.last().unwrap();
    assert_eq!((end.opcode, &end.data[..], end.last), (NAK, &[6][..], true));
    let file: Vec<u8> = burst[..burst.len() - 1]
        .iter()
        .flat_map(|part| part.data.clone())
        .collect();
    let truth = crate::sim::params::packed::pack(
        bench.autopilot.exchange.params(),
        crate::sim::params::packed::Part::default(),
        80,
    );
    assert_eq!(Some(&file), truth.as_ref());
    assert!(
        burst
            .windows(2)
            .all(|pair| pair[1].sequence == pair[0].sequence + 1)
    );
    request_of(&mut bench, 900, 5, (160, 80), &[]);
    let hole = answer(&mut bench);
    assert_eq!((hole.offset, &hole.data[..]), (160, &file[160..240]));
    request_of(&mut bench, 901, 5, (160, 100), &[]);
    assert_eq!(answer(&mut bench).data, [2, 22], "another block size");
    request(&mut bench, 902, 1, 0, &[]);
    assert_eq!(answer(&mut bench).opcode, ACK);
    request_of(&mut bench, 903, 5, (0, 80), &[]);
    assert_eq!(answer(&mut bench).opcode, NAK, "closed");
}

#[test]
fn a_question_asked_twice_is_answered_the_same() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    for _ in 0..2 {
        request(&mut bench, 7, 4, 0, b"@PARAM/param.pck");
        let opened = answer(&mut bench);
        assert_eq!(
            (opened.opcode, opened.sequence),
            (ACK, 8),
            "not opened twice"
        );
    }
    request(&mut bench, 9, 4, 0, b"@PARAM/param.pck");
    assert_eq!(answer(&mut bench).data, [1], "one file per session");
    request(&mut bench, 10, 2, 0, &[]);
    assert_eq!(answer(&mut bench).opcode, ACK);
    request(&mut bench, 11, 4, 0, b"@PARAM/param.pck?start=1360&count=2");
    assert_eq!(answer(&mut bench).opcode, ACK);
}

#[test]
fn refusals_say_why() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let mut sequence = 0;
    let mut refused = |opcode: u8, path: &[u8]| {
        sequence += 2;
        request(&mut bench, sequence, opcode, 0, path);
        let answer = answer(&mut bench);
        assert_eq!(answer.opcode, NAK);
        answer.data
    };
    assert_eq!(refused(4, b"/nowhere"), [10]);
    assert_eq!(refused(4, b"@PARAM/param.pck?start=banana"), [2, 22]);
    assert_eq!(refused(4, b""), [3]);
    assert_eq!(refused(15, b""), [10], "nothing is open");
    assert_eq!(refused(6, b"/new.txt"), [9]);
    assert_eq!(refused(99, b""), [7]);
    assert_eq!(refused(3, b"/nowhere"), [10]);
}

#[test]
fn folders_are_listed_and_files_have_a_checksum() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    bench.out.clear();
    request(&mut bench, 1, 3, 0, b"/fs/microsd/log");
    assert_eq!(answer(&mut bench).data, b"D2026-11-22\0");
    request(&mut bench, 2, 3, 0, b"/fs/microsd/log/2026-11-22");
    let listed = String::from_utf8(answer(&mut bench).data).unwrap();
    assert!(listed.contains("F06_50_03.ulg\t48311\0"), "{listed}");
    request(&mut bench, 3, 3, 2, b"/fs/microsd/log/2026-11-22");
    assert_eq!(answer(&mut bench).data, [6], "no more");
    let path = b"/etc/extras/component_general.json.xz";
    request(&mut bench, 4, 14, 0, path);
    let sum = answer(&mut bench).data;
    request(&mut bench, 5, 4, 0, path);
    assert_eq!(answer(&mut bench).data, 760_u32.to_le_bytes());
    request_of(&mut bench, 6, 15, (0, 0), &[]);
    bench.run(0.5);
    let file: Vec<u8> = answers(&mut bench)
        .iter()
        .filter(|part| part.opcode == ACK)
        .flat_map(|part| part.data.clone())
        .collect();
    assert_eq!(file.len(), 760);
    assert_eq!(sum, crate::sim::checksum::crc32(0, &file).to_le_bytes());
    request(&mut bench, 7, 4, 0, b"/fs/microsd/dataman");
    assert_eq!(answer(&mut bench).data, [5], "PX4 has one session");
}
