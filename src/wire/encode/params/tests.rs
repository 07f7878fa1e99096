//! Frames against the bytes pymavlink 2.4.50 makes of the same messages (station 255/25, sequence 7).

use std::fmt::Write;

use crate::{
    model::{
        clocks::ClockMessage,
        ftp::{FtpOp, FtpPacket},
        ids::{ComponentId, SystemId},
        params::{name::ParamName, traffic::ParamRequest},
        signing::{SigningChange, SigningKey},
        transmission::{Outgoing, Target},
    },
    wire::{counters::SplitCounters, encode::Encoder, splitter::split_datagram},
};

fn target() -> Target {
    Target::new(SystemId(7), ComponentId(1)).unwrap()
}

fn encoder() -> Encoder {
    let mut encoder = Encoder::new(SystemId(255), ComponentId(25));
    for _ in 0..7 {
        encoder.encode(&Outgoing::Heartbeat, true, &mut Vec::new());
    }
    encoder
}

fn sent(outgoing: &Outgoing, mavlink2: bool) -> String {
    let mut out = Vec::new();
    encoder().encode(outgoing, mavlink2, &mut out);
    hex(&out)
}

fn hex(out: &[u8]) -> String {
    out.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn param(request: ParamRequest) -> Outgoing {
    Outgoing::Param(request)
}

#[test]
fn all_parameters_are_asked_of_one_component() {
    let list = param(ParamRequest::List { target: target() });
    assert_eq!(sent(&list, true), "fd02000007ff19150000070135dd");
    assert_eq!(sent(&list, false), "fe0207ff19150701a0fc");
}

#[test]
fn one_parameter_is_asked_by_name_or_by_place() {
    let name = ParamName::new("WPNAV_SPEED").unwrap();
    let read = param(ParamRequest::Read {
        target: target(),
        name,
    });
    assert_eq!(
        sent(&read, true),
        "fd0f000007ff19140000ffff070157504e41565f5350454544b58c"
    );
    let index = param(ParamRequest::ReadIndex {
        target: target(),
        index: 700,
    });
    assert_eq!(sent(&index, true), "fd04000007ff19140000bc020701dd93");
}

#[test]
fn a_parameter_is_set_with_a_name_of_full_length() {
    let set = param(ParamRequest::Set {
        target: target(),
        name: ParamName::new("ABCDEFGHIJKLMNOP").unwrap(),
        bits: (-0.75_f32).to_bits(),
        kind: 9,
    });
    assert_eq!(
        sent(&set, true),
        "fd17000007ff19170000000040bf07014142434445464748494a4b4c4d4e4f50093928"
    );
}

fn open() -> Outgoing {
    Outgoing::Ftp {
        target: target(),
        packet: FtpPacket {
            sequence: 0x1234,
            session: 9,
            op: FtpOp::OPEN_FILE_RO,
            size: 16,
            request: FtpOp(0),
            burst_complete: false,
            offset: 239,
            data: (*b"@PARAM/param.pck").into(),
        },
    }
}

#[test]
fn a_file_is_opened_by_its_path() {
    assert_eq!(
        sent(&open(), true),
        "fd1f000007ff196e00000007013412090410000000ef00000040504152414d2f706172616d2e70636b69ff"
    );
}

#[test]
fn mavlink_1_sends_the_whole_field_of_a_file_transfer() {
    assert!(sent(&open(), false).starts_with("fefe07ff196e0007013412090410"));
    assert_eq!(sent(&open(), false).len(), 2 * (6 + 254 + 2));
}

#[test]
fn clocks_are_answered() {
    let timesync = Outgoing::Clock(ClockMessage::Timesync {
        target: target(),
        tc1_ns: 5,
        ts1_ns: 1_700_000_000_123_456_789,
    });
    assert_eq!(
        sent(&timesync, false),
        "fe1007ff196f050000000000000015cd853dfe9c971739cd"
    );
    assert!(sent(&timesync, true).starts_with("fd12000007ff196f0000"));
    let ping = Outgoing::Clock(ClockMessage::PingAnswer {
        target: target(),
        time_us: 12_345_678_901,
        sequence: 77,
    });
    assert_eq!(
        sent(&ping, true),
        "fd0e000007ff19040000351cdcdf020000004d00000007016caf"
    );
}

#[test]
fn a_vehicle_is_given_a_key_or_loses_it() {
    let setup = |handed: Option<(&SigningKey, u64)>| {
        let mut out = Vec::new();
        encoder().setup_signing(target(), handed, &mut out);
        hex(&out)
    };
    let key = SigningKey::from_bytes(std::array::from_fn(|at| at as u8 + 1));
    assert_eq!(
        setup(Some((&key, 123_456_789_012))),
        "fd2a000007ff19000100141a99be1c00000007010102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2063dc"
    );
    assert_eq!(setup(None), "fd0a000007ff190001000000000000000000070147b6");
    let without_key = Outgoing::SetupSigning {
        target: target(),
        change: SigningChange::Setup,
    };
    assert_eq!(sent(&without_key, true), "", "only a link knows its key");
}

#[test]
fn every_frame_holds_for_our_own_splitter() {
    let mut encoder = Encoder::new(SystemId(255), ComponentId(25));
    let mut out = Vec::new();
    encoder.encode(&open(), true, &mut out);
    encoder.setup_signing(target(), None, &mut out);
    let mut ids = Vec::new();
    split_datagram(&out, &mut SplitCounters::default(), &mut |frame| {
        ids.push(frame.msgid);
    });
    assert_eq!(ids, [110, 256]);
}
