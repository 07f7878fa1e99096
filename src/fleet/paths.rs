//! What the ways a vehicle is heard mean for it: who is believed, who is asked, what an operator is told.

use std::sync::Arc;

use serde_json::json;

use super::{
    journal::{Desk, Entry},
    links::{LinkBook, book, path_key},
    path_record::{Evidence, Standing},
    record::Record,
    signatures,
    streams::shown_rates,
    texts::Texts,
};
use crate::{
    model::{
        event::EventKind,
        ids::{ComponentId, LinkId, PathId, SystemId},
        patch::Table,
        report::{Heard, Heartbeat, Report, TextPart},
        time::TimeUs,
        transmission::{Outgoing, Target, Transmission},
        vehicle::{Conflict, Link, Path, State},
        words::Severity,
    },
    protocol::{enquiry::Enquiry, wanted_messages::Asked},
};

/// The autopilot's heartbeat: the first one makes the vehicle appear, one over a new path starts a judgement.
pub(super) fn hear_autopilot(
    record: &mut Record,
    heard: &Heard,
    heartbeat: &Heartbeat,
    book: &LinkBook,
    desk: &mut Desk<'_>,
) {
    let path = PathId {
        link: book.id,
        peer: heard.peer,
    };
    let is_new = record
        .paths
        .heartbeat(path, &book.peer(heard.peer), heard.mavlink2, heard.t);
    if record.autopilot.is_none() {
        record.autopilot = Some(heard.component);
        record.object().heard_ms = Some(heard.t.as_ms());
        record.object().state = State::Live;
        record.appeared = Some(heard.t);
        let text = format!(
            "appeared on {}: {} {}, {}",
            book.info.name,
            heartbeat.autopilot.plain(),
            heartbeat.mav_type.plain(),
            heartbeat.mode.name
        );
        record.note(desk, Entry::new(EventKind::State, Severity::INFO, text));
    }
    if is_new {
        record.fresh_path = true;
    }
    let changed = record.paths.hear_signature(path, heard.signing, heard.t);
    if let Some(word) = changed.filter(|_| record.paths.primary().is_some_and(|own| own.id == path))
    {
        record.note(desk, signatures::changed(word, &book.info.name));
    }
}

/// Weighs a frame of the autopilot as evidence; says what its path is to the vehicle.
pub(super) fn witness(record: &mut Record, path: PathId, heard: &Heard) -> Option<Standing> {
    let fingerprint = (!matches!(heard.report, Report::Heartbeat(_))).then_some(heard.fingerprint);
    match &heard.report {
        Report::Version(version) => record.paths.learn_uid(path, version.uid.clone()),
        Report::Time(time) => {
            let booted = TimeUs(heard.t.0 - i64::from(time.boot_ms) * 1_000);
            record.paths.learn_boot(path, booted);
        }
        _ => {}
    }
    record.paths.witness(
        path,
        Evidence {
            t: heard.t,
            sequence: Some(heard.sequence),
            fingerprint,
        },
    )
}

/// Tells the enquiry of this path what came over it. Returns whether it was an answer to the enquiry.
pub(super) fn converse(
    record: &mut Record,
    path: PathId,
    heard: &Heard,
    own: (SystemId, ComponentId),
) -> bool {
    let Some((_, enquiry)) = record.enquiries.iter_mut().find(|(id, _)| *id == path) else {
        return false;
    };
    enquiry.rates.hear(heard.message, heard.t);
    match &heard.report {
        Report::Version(_) => enquiry.heard_version(),
        Report::Home(_) => enquiry.heard_home(),
        Report::Ack(ack) => {
            return enquiry.on_ack((heard.system, heard.component), ack, own, heard.t);
        }
        _ => {}
    }
    false
}

/// A STATUSTEXT of any component; chunks wait for each other.
pub(super) fn hear_text(
    texts: &mut Texts,
    record: &mut Record,
    heard: &Heard,
    part: &TextPart,
    desk: &mut Desk<'_>,
) {
    if let Some(joined) = texts.push(heard.system, heard.component, part.clone(), heard.t) {
        record.text(joined, desk);
    }
}

/// Judges the paths of a vehicle at `desk.t`. Returns whether the list of paths changed.
pub(super) fn settle(record: &mut Record, links: &[LinkBook], desk: &mut Desk<'_>) -> bool {
    let mut changed = std::mem::take(&mut record.fresh_path);
    for (index, was) in record.paths.judge(desk.t) {
        changed = true;
        let Some(path) = record.paths.at(index) else {
            continue;
        };
        let link = book(links, path.id.link).map_or("", |book| &*book.info.name);
        if let Some(entry) = verdict_entry(path.standing, was, &format!("{} on {link}", path.peer))
        {
            record.note(desk, entry);
        }
    }
    if let Some((old, was)) = record.paths.take_over(desk.t) {
        changed = true;
        took_over(record, old, was, links, desk);
    }
    for gone in record.paths.prune(desk.t) {
        changed = true;
        let text = format!("conflict over: {} fell silent", gone.peer);
        record.note(desk, Entry::new(EventKind::Path, Severity::INFO, text));
    }
    if changed {
        show_conflict(record, desk.t);
    }
    changed
}

fn verdict_entry(standing: Standing, was: Standing, peer: &str) -> Option<Entry> {
    match standing {
        // More evidence for what is told already.
        Standing::Conflict(_) if matches!(was, Standing::Conflict(_)) => None,
        Standing::Conflict(why) => {
            let text = format!(
                "CONFLICT: another vehicle at {peer} uses this system id ({}); its frames are withheld",
                why.explanation()
            );
            let data = json!({ "peer": peer, "why": why.word() });
            Some(Entry::new(EventKind::Path, Severity::CRITICAL, text).with(data))
        }
        Standing::Joined if matches!(was, Standing::Conflict(_)) => {
            let text = format!("conflict over: {peer} is the same vehicle");
            Some(Entry::new(EventKind::Path, Severity::INFO, text))
        }
        Standing::Joined => {
            let text = format!("also heard over {peer}");
            Some(Entry::new(EventKind::Path, Severity::INFO, text).with(json!({ "peer": peer })))
        }
        Standing::Primary | Standing::Unproven => None,
    }
}

fn took_over(
    record: &mut Record,
    old: PathId,
    was: Standing,
    links: &[LinkBook],
    desk: &mut Desk<'_>,
) {
    // A link that was removed keeps its name here.
    let known = |path: PathId| links.get(usize::from(path.link.0));
    let name =
        |path: PathId| known(path).map_or_else(String::new, |book| book.info.name.to_string());
    let Some(new) = record.paths.primary() else {
        return;
    };
    let (peer, uid) = (Arc::clone(&new.peer), new.uid.clone());
    let silent = record
        .paths
        .get(old)
        .map(|path| (Arc::clone(&path.peer), desk.t.since(path.heartbeat)));
    let (old_peer, silent_for) = silent.unwrap_or_default();
    let here = format!("now heard over {} ({peer})", name(new.id));
    let (severity, text) = if known(old).is_some_and(|book| book.gone) {
        (
            Severity::INFO,
            format!("{here}; link {} was removed", name(old)),
        )
    } else {
        let silent_s = silent_for.as_secs_f64();
        let there = format!(
            "{} ({old_peer}) has been silent for {silent_s:.1} s",
            name(old)
        );
        (Severity::WARNING, format!("{here}; {there}"))
    };
    record.note(
        desk,
        Entry::new(EventKind::Path, severity, text).with(json!({ "peer": &*peer })),
    );
    record.enquiries.clear();
    if was != Standing::Joined {
        record.heirs += 1;
    }
    if matches!(was, Standing::Conflict(_)) {
        record.forget_facts();
        record.object().uid = uid;
    }
}

fn show_conflict(record: &mut Record, now: TimeUs) {
    let since_ms = record
        .vehicle
        .conflict
        .as_ref()
        .map_or_else(|| now.as_ms(), |conflict| conflict.since_ms);
    let conflict = record.paths.conflict();
    let conflict = conflict.map(|(why, peers)| Conflict {
        since_ms,
        why: why.word().into(),
        peers,
    });
    if record.vehicle.conflict != conflict {
        record.object().conflict = conflict;
    }
}

/// Asks over every path what is due there.
pub(super) fn enquire(
    record: &mut Record,
    links: &mut [LinkBook],
    now: TimeUs,
    out: &mut Vec<Transmission>,
) {
    let Record {
        paths, enquiries, ..
    } = record;
    enquiries.retain(|(id, _)| paths.get(*id).is_some());
    for (id, enquiry) in enquiries {
        let book = links.get_mut(usize::from(id.link.0));
        let Some(book) = book.filter(|book| book.transmits()) else {
            continue;
        };
        let Some(path) = paths.get(*id).filter(|path| path.is_live(now)) else {
            continue;
        };
        if !book.streams.may_ask(book.info.bytes_per_s, now) {
            continue;
        }
        if let Some(message) = enquiry.poll(now) {
            book.streams.asks();
            let peer = book.info.shared.then_some(id.peer);
            out.push(Transmission {
                link: id.link,
                peer,
                mavlink2: path.mavlink2,
                message,
            });
        }
    }
}

/// Starts the enquiries that are missing: everything over the primary path, only the version over undecided ones,
/// nothing by satellite unless rates were written down for it. Returns the links that have new ones.
pub(super) fn begin_enquiries(record: &mut Record, links: &[LinkBook]) -> Vec<LinkId> {
    let vehicle = &record.vehicle;
    let known = (record.autopilot, vehicle.mav_type, vehicle.autopilot);
    let (Some(component), Some(mav_type), Some(autopilot)) = known else {
        return Vec::new();
    };
    let Some(target) = Target::new(record.system, component) else {
        return Vec::new();
    };
    let primary = record.paths.primary().map(|path| path.id);
    let mut begun = Vec::new();
    for path in record.paths.iter() {
        let missing = !record.enquiries.iter().any(|(id, _)| *id == path.id);
        let is_primary = Some(path.id) == primary;
        if missing && (is_primary || path.is_undecided()) {
            let Some(book) = book(links, path.id.link).filter(|book| book.asks()) else {
                continue;
            };
            let rates = book.info.rates.filter(|_| is_primary);
            let enquiry = Enquiry::new(target, mav_type, autopilot, rates.map(Asked::all_of));
            record.enquiries.push((path.id, enquiry));
            begun.push(path.id.link);
        }
    }
    begun
}

/// Writes into the vehicle object how it is heard.
pub(super) fn show_paths(record: &mut Record, links: &[LinkBook]) {
    let mut paths: Table<Arc<str>, Path> = Table::default();
    for path in record.paths.iter() {
        let Some(book) = book(links, path.id.link) else {
            continue;
        };
        let first = !paths.contains_key(&book.info.name);
        let mut shown = book.path(path.id.peer, record.system, path.heartbeat);
        let round_trip = record.clocks.round_trip(path.id);
        shown.asked = shown_rates(record, path.id);
        shown.rtt_ms = round_trip.map(|trip| (trip.as_secs_f64() * 1e4).round() / 10.0);
        shown.signing = path.signatures.word();
        paths
            .make_mut()
            .insert(path_key(book, path.id, first), shown);
    }
    let via = record
        .paths
        .primary()
        .and_then(|path| book(links, path.id.link));
    let link = via.map(|book| Link {
        via: Arc::clone(&book.info.name),
        paths,
    });
    if record.vehicle.link != link {
        record.object().link = link;
    }
}

/// Where this station's heartbeat goes: every open link that has one peer; on shared ones, every vehicle's peer.
/// None by satellite (<https://mavlink.io/en/services/high_latency.html>).
pub(super) fn heartbeat_targets<'a>(
    links: &[LinkBook],
    records: impl Iterator<Item = &'a Record>,
    now: TimeUs,
) -> Vec<Transmission> {
    let open = |book: &&LinkBook| book.beats() && !book.info.shared;
    let to = |link, peer, mavlink2| Transmission {
        link,
        peer,
        mavlink2,
        message: Outgoing::Heartbeat,
    };
    let mut targets: Vec<_> = links
        .iter()
        .filter(open)
        .map(|book| to(book.id, None, book.hears_mavlink2))
        .collect();
    for path in records.flat_map(|record| record.paths.iter()) {
        let shared = book(links, path.id.link).is_some_and(|book| book.beats() && book.info.shared);
        let known = targets
            .iter()
            .any(|sent| sent.link == path.id.link && sent.peer == Some(path.id.peer));
        if shared && !known && path.is_live(now) {
            targets.push(to(path.id.link, Some(path.id.peer), path.mavlink2));
        }
    }
    targets
}
