//! Plain files and directories, and packets that are not ours.

use super::*;
use crate::{
    model::{ftp::FtpReport, transmission::Outgoing},
    protocol::{
        ftp::listing::FtpListing,
        params::tests::{
            channel::{FINE, Weather},
            craft::Craft,
            world::{OWN, VEHICLE, World, target},
        },
        patience::Patience,
    },
};

fn ids() -> FtpIds {
    FtpIds::seeded(TimeUs::from_ms(59_999))
}

fn file(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 253) as u8).collect()
}

fn craft(length: usize) -> Craft {
    let mut craft = Craft::ardupilot(3);
    let files = craft.files.as_mut().unwrap();
    files.plain.push(("/log/1.bin".to_owned(), file(length)));
    craft
}

fn checked() -> FtpOptions {
    FtpOptions {
        is_checked: true,
        ..FtpOptions::default()
    }
}

#[test]
fn a_file_of_any_length_comes_whole_and_its_checksum_is_compared() {
    let weather = Weather {
        loss_percent: 10.0,
        burst: 3,
        duplicate_percent: 5.0,
        delay_ms: (1, 30),
    };
    for (seed, length) in [0, 1, 238, 239, 240, 478, 5_000, 60_000]
        .into_iter()
        .enumerate()
    {
        let mut machine = FtpDownload::new(target(), "/log/1.bin", ids(), checked());
        let mut world = World::new(craft(length), weather, seed as u64);
        let (outcome, _) = world.run(&mut machine, 60_000);
        assert_eq!(outcome, Ok(file(length)), "{length} bytes");
        let last = world.sent.last();
        assert!(
            matches!(last, Some(Outgoing::Ftp { packet, .. }) if packet.op == FtpOp::TERMINATE_SESSION)
        );
    }
}

#[test]
fn the_next_transfer_goes_on_with_the_numbers_of_the_last() {
    let mut world = World::new(craft(1_000), FINE, 1);
    let mut numbers = ids();
    for _ in 0..3 {
        let mut machine = FtpDownload::new(target(), "/log/1.bin", numbers, checked());
        let (outcome, _) = world.run(&mut machine, 20_000);
        assert_eq!(outcome, Ok(file(1_000)));
        assert_ne!(machine.ids(), numbers);
        numbers = machine.ids();
    }
}

#[test]
fn a_file_that_is_not_there_or_too_long_or_without_a_path_says_so() {
    let cases = [
        (
            "/none".to_owned(),
            checked(),
            "/none: opening it refused: there is no such file",
        ),
        (
            "/log/1.bin".to_owned(),
            FtpOptions {
                limit_bytes: 500,
                ..checked()
            },
            "/log/1.bin: longer than 500 bytes",
        ),
    ];
    for (path, options, expected) in cases {
        let mut machine = FtpDownload::new(target(), &path, ids(), options);
        let (outcome, _) = World::new(craft(1_000), FINE, 1).run(&mut machine, 20_000);
        assert_eq!(outcome.unwrap_err().to_string(), expected);
    }
    let path = "x".repeat(300);
    let mut machine = FtpDownload::new(target(), &path, ids(), checked());
    let Step::Done(Err(FtpFailure::Path { limit: 238, .. })) = machine.poll(TimeUs(0)) else {
        panic!("a path that fits into no packet is sent nowhere")
    };
}

#[test]
fn a_wrong_checksum_is_a_failure() {
    let mut world = World::new(craft(1_000), FINE, 1);
    let mut machine = FtpDownload::new(target(), "/log/1.bin", ids(), checked());
    while machine.progress().received_bytes < 1_000 {
        assert!(world.step(&mut machine).is_none());
    }
    world.craft.files.as_mut().unwrap().plain[0].1[7] ^= 1;
    let (outcome, _) = world.run(&mut machine, 20_000);
    let path = "/log/1.bin".to_owned();
    assert_eq!(outcome, Err(FtpFailure::Checksum { path }));
}

#[test]
fn answers_for_others_and_of_older_transfers_are_not_ours() {
    let mut machine = FtpDownload::new(target(), "/log/1.bin", ids(), FtpOptions::default());
    let now = TimeUs::from_ms(1_000);
    let Step::Send(Outgoing::Ftp { packet: open, .. }) = machine.poll(now) else {
        panic!("the first thing is to open it")
    };
    let answer = |op, request, sequence: u16, offset, data: &[u8]| FtpPacket {
        sequence,
        session: open.session,
        op,
        size: data.len() as u8,
        request,
        burst_complete: false,
        offset,
        data: data.into(),
    };
    let report = |packet: &FtpPacket, system: u8| {
        Report::Ftp(Box::new(FtpReport {
            target_system: system,
            target_component: 25,
            packet: packet.clone(),
        }))
    };
    let opened = answer(
        FtpOp::ACK,
        open.op,
        open.sequence.wrapping_add(1),
        0,
        &[9, 0, 0, 0],
    );
    let stranger = (VEHICLE.0, crate::model::ids::ComponentId(2));
    assert!(!machine.on_report(stranger, &report(&opened, 255), OWN, now));
    assert!(
        !machine.on_report(VEHICLE, &report(&opened, 254), OWN, now),
        "for another station"
    );
    assert!(
        !machine.on_report(VEHICLE, &report(&opened, 0), OWN, now),
        "for nobody"
    );
    let old = answer(FtpOp::ACK, open.op, open.sequence, 0, &[9, 0, 0, 0]);
    assert!(!machine.on_report(VEHICLE, &report(&old, 255), OWN, now));
    assert!(machine.on_report(VEHICLE, &report(&opened, 255), OWN, now));

    let before = open.sequence.wrapping_sub(3);
    let late = answer(
        FtpOp::ACK,
        FtpOp::BURST_READ_FILE,
        before,
        0,
        b"of another file",
    );
    assert!(!machine.on_report(VEHICLE, &report(&late, 255), OWN, now));
    assert_eq!(machine.progress().received_bytes, 0);
}

#[test]
fn a_directory_is_listed_to_its_end() {
    let mut craft = craft(10);
    let files = craft.files.as_mut().unwrap();
    for at in 0..10 {
        files.plain.push((format!("{at}.bin"), file(at)));
    }
    let weather = Weather {
        loss_percent: 20.0,
        ..FINE
    };
    let mut machine = FtpListing::new(target(), "/", ids(), Patience::NORMAL);
    let (outcome, _) = World::new(craft, weather, 3).run(&mut machine, 60_000);
    let entries = outcome.unwrap();
    assert_eq!(entries.len(), 11);
    assert_eq!(
        (entries[4].name.as_str(), entries[4].size_bytes),
        ("3.bin", Some(3))
    );
}
