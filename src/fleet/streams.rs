//! Who is asked for how much: the rates of all vehicles on a link, made to fit it, and who meddles with them.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::json;

use super::{
    journal::{Desk, Entry, Journal},
    link_streams::Turn,
    links::LinkBook,
    path_record::PathRecord,
    record::Record,
};
use crate::{
    model::{
        event::EventKind,
        ids::{LinkId, PathId, VehicleId},
        link::Rates,
        signing::PathSigning,
        time::TimeUs,
        vehicle::AskedRates,
        words::Severity,
    },
    protocol::{
        budget::Claim,
        enquiry::Enquiry,
        rate_watch::Overruled,
        wanted_messages::{Asked, HEARTBEAT_BYTES, SIGNATURE_BYTES, Weight},
    },
};

/// Shares the link among the vehicles on it, and asks those anew whose share has changed.
pub(super) fn govern(
    records: &mut [Option<Record>],
    book: &mut LinkBook,
    focus: &BTreeSet<VehicleId>,
    now: TimeUs,
) {
    book.streams.throttle.poll(now);
    let Some(rates) = book.info.rates.filter(|_| book.transmits()) else {
        return;
    };
    let (mut rows, mut claims) = (Vec::new(), Vec::new());
    for (row, record) in records.iter().enumerate() {
        let on_it = record
            .as_ref()
            .filter(|record| is_asked(record, book.id, now));
        if let Some(record) = on_it {
            rows.push(row);
            claims.push(claim(record, rates, focus));
        }
    }
    if book.streams.is_quiet() {
        for row in &rows {
            let record = records.get_mut(*row).and_then(Option::as_mut);
            if let Some(enquiry) = record.and_then(primary_enquiry) {
                enquiry.rates.quieten();
            }
        }
    }
    let limit = book.info.bytes_per_s;
    let Some(shares) = book.streams.share(limit, rows, claims) else {
        return;
    };
    book.show_asked(shares.bytes_per_s);
    for (row, asked) in shares.of {
        let record = records.get_mut(row).and_then(Option::as_mut);
        if let Some(enquiry) = record.and_then(primary_enquiry) {
            enquiry.rates.retune(asked);
        }
    }
}

fn is_asked(record: &Record, link: LinkId, now: TimeUs) -> bool {
    let Some(path) = record.paths.primary().filter(|path| path.is_live(now)) else {
        return false;
    };
    let asks =
        |(id, enquiry): &(PathId, Enquiry)| *id == path.id && enquiry.rates.asked().is_some();
    path.id.link == link && record.enquiries.iter().any(asks)
}

fn claim(record: &Record, rates: Rates, focus: &BTreeSet<VehicleId>) -> Claim {
    let autopilot = record.vehicle.autopilot;
    let is_signed = record.paths.primary().is_some_and(signs);
    Claim {
        wanted: Asked::all_of(rates),
        weight: autopilot
            .map(|autopilot| Weight::of(autopilot, is_signed))
            .unwrap_or_default(),
        in_focus: focus.contains(&record.vehicle.id),
    }
}

fn signs(path: &PathRecord) -> bool {
    path.signatures.word() == Some(PathSigning::Signed)
}

fn primary_enquiry(record: &mut Record) -> Option<&mut Enquiry> {
    let primary = record.paths.primary()?.id;
    let mut enquiries = record.enquiries.iter_mut();
    enquiries
        .find(|(id, _)| *id == primary)
        .map(|(_, enquiry)| enquiry)
}

/// Compares what came over a link in the last second with what was asked for.
pub(super) fn measure(records: &mut [Option<Record>], book: &mut LinkBook, seconds: f64) {
    let mut asked = 0.0;
    for record in records.iter_mut().flatten() {
        let system = record.system;
        let Record {
            paths, enquiries, ..
        } = record;
        for (path, enquiry) in enquiries {
            if path.link == book.id {
                let is_signed = paths.get(*path).is_some_and(signs);
                let signature = if is_signed { SIGNATURE_BYTES } else { 0.0 };
                asked += enquiry.rates.take_heard_bytes(is_signed) / seconds;
                asked += HEARTBEAT_BYTES + signature;
                enquiry.rates.delivered(book.delivered(path.peer, system));
            }
        }
    }
    if let Some(bytes_per_s) = book.state.bytes_per_s {
        let limit = book.info.bytes_per_s;
        book.streams.measure(limit, bytes_per_s, asked);
    }
}

/// Says that a link is full of what nobody asked for, before its vehicles are asked to stop it.
pub(super) fn tell_unasked(book: &mut LinkBook, now: TimeUs, journal: &mut Journal) {
    let limit = book.info.bytes_per_s.filter(|_| book.info.rates.is_some());
    let (Some(unasked), Some(limit)) = (book.streams.grows_tired(limit), limit) else {
        return;
    };
    let name = &book.info.name;
    let text = format!(
        "link {name}: {unasked:.0} of its {limit} bytes per second come unasked; vehicles are asked to stop what is not shown here"
    );
    let data = json!({ "link": &**name, "unasked_bytes_per_s": unasked.round() });
    let entry = Entry::new(EventKind::Link, Severity::WARNING, text).with(data);
    journal.station(now, entry);
}

/// What the shares of a link are to be told of: its radio fills, or has room again.
pub(super) fn tell_throttle(book: &mut LinkBook, now: TimeUs, journal: &mut Journal) {
    book.show_throttle(now);
    let name = Arc::clone(&book.info.name);
    let entry = match book.streams.turn(now) {
        Some(Turn::Cut(factor)) => {
            let percent = (factor * 100.0).round() as u8;
            let free = book.streams.throttle.free_percent(now).unwrap_or(0);
            let text = format!(
                "link {name}: the radio's transmit buffer is {free} % free; {percent} % of the wanted rates are asked for"
            );
            let data = json!({ "link": &*name, "tx_buffer_percent": free });
            Entry::new(EventKind::Link, Severity::WARNING, text).with(data)
        }
        Some(Turn::Whole) => {
            let text = format!("link {name}: the radio has room again; rates are asked for whole");
            Entry::new(EventKind::Link, Severity::INFO, text)
        }
        None => return,
    };
    journal.station(now, entry);
}

/// Says, once, that messages come at other rates than this station asked, and who sets them.
pub(super) fn tell_overruled(record: &mut Record, desk: &mut Desk<'_>) {
    let mut enquiries = record.enquiries.iter_mut();
    let Some(news) = enquiries.find_map(|(_, enquiry)| enquiry.rates.take_news(desk.t)) else {
        return;
    };
    let messages = news.messages.iter().map(|(name, asked_hz, observed_hz)| {
        json!({ "message": name, "asked_hz": round(*asked_hz), "heard_hz": round(*observed_hz) })
    });
    let messages: Vec<_> = messages.collect();
    let by = news
        .by
        .map(|(system, component)| format!("{system}/{component}"));
    let data = json!({ "messages": messages, "by": by });
    let entry = Entry::new(EventKind::Link, Severity::WARNING, sentence(&news)).with(data);
    record.note(desk, entry);
}

fn sentence(news: &Overruled) -> String {
    let one = |(name, asked_hz, observed_hz): &(&str, f64, f64)| {
        let (asked_hz, observed_hz) = (round(*asked_hz), round(*observed_hz));
        format!("{name} at {observed_hz} Hz, asked were {asked_hz}")
    };
    let listed: Vec<String> = news.messages.iter().take(3).map(one).collect();
    let more = match news.messages.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let is_faster = |(_, asked_hz, observed_hz): &(&str, f64, f64)| observed_hz > asked_hz;
    let why = match news.by {
        Some((system, component)) => format!("station {system}/{component} asks for other rates"),
        None if news.messages.iter().any(is_faster) => "another station seems to set it".to_owned(),
        None => "another station, the vehicle or the link keeps it down".to_owned(),
    };
    format!(
        "{}{more}: {why}; this station asks no more",
        listed.join("; ")
    )
}

/// What a path shows of the rates asked for over it.
pub(super) fn shown_rates(record: &Record, path: PathId) -> Option<AskedRates> {
    let (_, enquiry) = record.enquiries.iter().find(|(id, _)| *id == path)?;
    let asked = enquiry.rates.asked()?;
    let overruled = enquiry.rates.overruled();
    let names = overruled.as_ref().map(|overruled| {
        let names = overruled.messages.iter().map(|(name, ..)| Arc::from(*name));
        names.collect()
    });
    let by = overruled.and_then(|overruled| overruled.by);
    Some(AskedRates {
        position_hz: asked.position_hz,
        attitude_hz: asked.attitude_hz,
        status_hz: asked.status_hz,
        overruled: names,
        overruled_by: by.map(|(system, component)| format!("{system}/{component}").into()),
    })
}

fn round(hz: f64) -> f64 {
    (hz * 100.0).round() / 100.0
}
