//! May this transfer begin with this vehicle? What speaks against it, in one sentence; else its machine.

use super::{job::Asked, machine::Machine};
use crate::{
    fleet::{
        commands::begin::{way, within_reach},
        links::LinkBook,
        record::Record,
    },
    model::{
        ids::LinkId, mission::PlanKind, params::encoding::ParamEncoding, time::TimeUs,
        transfer::Work, transmission::Target, words::Autopilot,
    },
    protocol::{
        ftp::line::FtpIds,
        mission::{
            clear::Clear, download::Download, numbering::Stack, pace::Pace,
            transfer::MissionTransfer, transfer_request::PutRequest,
        },
        params::{
            ParamTerms,
            batch::ParamBatch,
            download::{DownloadOptions, ParamDownload, offers_pack},
            reads::ParamReads,
        },
        patience::Patience,
    },
};

/// Transfers at one time on a link.
const ON_A_RADIO: usize = 1;
const ON_A_NETWORK: usize = 8;
/// Bytes of a file asked for at once: short packets survive a noisy radio better.
const RADIO_CHUNK: u8 = 110;
const LAN_CHUNK: u8 = 239;
/// Requests for single parameters in flight.
const RADIO_WINDOW: usize = 2;
const LAN_WINDOW: usize = 10;

/// How many transfers a link bears at one time.
pub(super) fn most_on(book: &LinkBook) -> usize {
    if book.info.class == "lan" {
        ON_A_NETWORK
    } else {
        ON_A_RADIO
    }
}

/// The link a transfer would use, when the vehicle may be spoken to.
pub(in crate::fleet) fn weigh(
    record: &Record,
    links: &[LinkBook],
    asked: &Asked,
    now: TimeUs,
) -> Result<LinkId, String> {
    record.autopilot.ok_or("it has not been heard yet")?;
    within_reach(record, asked.consent, now)?;
    let (path, book) = way(record, links)?;
    if book.info.class == "satcom" && !asked.consent.overrides {
        let name = &book.info.name;
        return Err(format!(
            "it is heard over the satellite link {name}, where every byte costs: override is needed"
        ));
    }
    let is_fence_or_rally = match &asked.work {
        Work::PlanGet(kind) | Work::PlanPut(kind, _) | Work::PlanClear(kind) => {
            *kind != PlanKind::Mission
        }
        _ => false,
    };
    let mavlink2 = record.paths.primary().is_some_and(|path| path.mavlink2);
    if is_fence_or_rally && !mavlink2 {
        return Err(
            "it speaks MAVLink 1 only, which knows neither fences nor rally points".to_owned(),
        );
    }
    Ok(path.link)
}

/// The machine for a transfer whose turn has come.
pub(super) fn machine(
    record: &Record,
    book: &LinkBook,
    asked: &Asked,
    now: TimeUs,
) -> Result<Machine, String> {
    let component = record.autopilot.ok_or("it has not been heard yet")?;
    let target = Target::new(record.system, component).ok_or("it has no address of its own")?;
    let autopilot = record.vehicle.autopilot;
    let autopilot = autopilot.ok_or("what it is, is not known yet")?;
    let stack = Stack::from(autopilot);
    let round_trip = record.round_trip();
    let pace = Pace::from_rtt(round_trip);
    let terms = ParamTerms {
        target,
        encoding: ParamEncoding::choose(autopilot, record.capabilities),
        patience: Patience::NORMAL.with_round_trip(round_trip),
    };
    Ok(match &asked.work {
        Work::PlanGet(kind) => Machine::Get(Box::new(Download::new(target, *kind, pace)), stack),
        Work::PlanPut(kind, list) => {
            let request = PutRequest {
                kind: *kind,
                stack,
                home: list.home,
                items: list.items.clone(),
                keep_former: false,
            };
            let machine = MissionTransfer::new(target, request, pace);
            Machine::Put(Box::new(machine), *kind, list.clone())
        }
        Work::PlanClear(kind) => {
            Machine::Clear(Box::new(Clear::new(target, *kind, stack, pace)), *kind)
        }
        Work::ParamsGet => {
            let options = options(record, book, autopilot, now);
            Machine::Params(Box::new(ParamDownload::new(terms, options)))
        }
        Work::ParamsRead(names) => Machine::Reads(Box::new(ParamReads::new(terms, names))),
        Work::ParamsWrite(wanted, on_failure) => {
            Machine::Write(Box::new(ParamBatch::new(terms, wanted, *on_failure)))
        }
    })
}

fn options(record: &Record, book: &LinkBook, autopilot: Autopilot, now: TimeUs) -> DownloadOptions {
    let is_lan = book.info.class == "lan";
    let held = record.held.params.as_ref();
    let known = held.filter(|held| held.set.is_complete());
    DownloadOptions {
        by_file: offers_pack(autopilot, record.capabilities),
        chunk_bytes: if is_lan { LAN_CHUNK } else { RADIO_CHUNK },
        window: if is_lan { LAN_WINDOW } else { RADIO_WINDOW },
        known_hash: known.and_then(|held| held.hash),
        ids: FtpIds::seeded(now),
    }
}
