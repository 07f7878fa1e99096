//! What is written down when vehicles fall silent and come back: one entry for a link, not a storm of them.

use std::time::Duration;

use serde_json::json;

use super::{
    journal::{Desk, Entry, Journal},
    links::{LinkBook, book},
    liveness::{LOST_AFTER, seconds, state_at},
    record::Record,
    roster::Roster,
};
use crate::model::{
    event::EventKind,
    ids::LinkId,
    link::LinkPhase,
    time::TimeUs,
    vehicle::{State, Vehicle},
    words::Severity,
};

/// Vehicles of a link that fall silent within this time fell silent together.
const TOGETHER: Duration = Duration::from_secs(1);
/// NOTICE of MAV_SEVERITY.
const NOTICE: Severity = Severity(5);

/// Says, before its vehicles are found lost, that a link with several of them has fallen silent.
pub(super) fn tell_silent_links(
    roster: &Roster,
    links: &mut [LinkBook],
    journal: &mut Journal,
    now: TimeUs,
) {
    let mut falling: Vec<LinkId> = roster
        .iter()
        .filter(|record| is_silent_for(record, LOST_AFTER, now))
        .filter_map(primary_link)
        .collect();
    falling.sort_unstable();
    falling.dedup();
    for link in falling {
        let Some(book) = links.get_mut(usize::from(link.0)) else {
            continue;
        };
        let quiet = book
            .heard
            .is_none_or(|heard| now.since(heard) + TOGETHER > LOST_AFTER);
        if book.is_silent || book.untimed || !quiet {
            continue;
        }
        let together: Vec<&Vehicle> = roster
            .iter()
            .filter(|record| primary_link(record) == Some(link))
            .filter(|record| is_silent_for(record, LOST_AFTER.saturating_sub(TOGETHER), now))
            .map(|record| &*record.vehicle)
            .collect();
        if together.len() > 1 {
            book.is_silent = true;
            journal.station(now, silence(&book.info.name, &together));
        }
    }
}

fn silence(link: &str, vehicles: &[&Vehicle]) -> Entry {
    let ids: Vec<_> = vehicles.iter().map(|vehicle| &vehicle.id).collect();
    let in_action = vehicles.iter().any(|vehicle| vehicle.is_in_action());
    let severity = if in_action {
        Severity::CRITICAL
    } else {
        Severity::WARNING
    };
    let text = format!("link {link} silent: {} vehicles lost", vehicles.len());
    let data = json!({ "link": link, "vehicles": ids });
    Entry::new(EventKind::Link, severity, text).with(data)
}

/// Whether a vehicle that is not lost yet has been silent on every path for longer than `age`.
fn is_silent_for(record: &Record, age: Duration, now: TimeUs) -> bool {
    matches!(record.vehicle.state, State::Live | State::Late)
        && record
            .paths
            .iter()
            .all(|path| now.since(path.heartbeat) > age)
}

fn primary_link(record: &Record) -> Option<LinkId> {
    record.paths.primary().map(|path| path.id.link)
}

/// The liveness of a vehicle whose heartbeat was last heard at `heard`; says so when an operator must know.
///
/// On a link without times no silence can be measured: there a vehicle lives as long as the stream does.
pub(super) fn settle_state(
    record: &mut Record,
    heard: TimeUs,
    links: &[LinkBook],
    desk: &mut Desk<'_>,
) {
    let link = primary_link(record).and_then(|link| book(links, link));
    if let Some(link) = link.filter(|link| link.untimed) {
        let state = if link.state.state == LinkPhase::Ended {
            state_at(heard.max(link.heard.unwrap_or(heard)), desk.t)
        } else {
            State::Live
        };
        if record.vehicle.state != state {
            record.object().state = state;
        }
        return;
    }
    let (was, state) = (record.vehicle.state, state_at(heard, desk.t));
    if was == state {
        return;
    }
    record.object().state = state;
    let entry = match (was, state) {
        (_, State::Lost) => {
            let with_link = link.filter(|link| link.is_silent);
            lost(&record.vehicle, with_link, desk.t.since(heard))
        }
        (State::Lost, _) => {
            let was_heard = TimeUs::from_ms(record.vehicle.heard_ms.unwrap_or(heard.as_ms()));
            let text = format!("heard again after {}", seconds(heard.since(was_heard)));
            Entry::new(EventKind::State, Severity::INFO, text)
        }
        _ => return,
    };
    record.note(desk, entry);
}

/// Lost, with what was last known of it. With its whole link: that was said already, louder.
fn lost(vehicle: &Vehicle, with_link: Option<&LinkBook>, silent_for: Duration) -> Entry {
    let known = last_known(vehicle);
    let after = seconds(silent_for);
    if let Some(book) = with_link {
        let text = format!("lost after {after} with link {}{known}", book.info.name);
        let data = json!({ "with_link": &*book.info.name });
        return Entry::new(EventKind::State, NOTICE, text).with(data);
    }
    let severity = if vehicle.is_in_action() {
        Severity::CRITICAL
    } else {
        Severity::WARNING
    };
    let link = vehicle.link.as_ref().map(|link| {
        let loss = link.paths.get(&link.via).and_then(|path| path.loss_percent);
        let loss = loss.map(|loss| format!(", {loss:.0} % loss"));
        format!("; last link {}{}", link.via, loss.unwrap_or_default())
    });
    let text = format!("lost after {after}{}{known}", link.unwrap_or_default());
    Entry::new(EventKind::State, severity, text)
}

/// `; was 640 m out, 12 m up, battery 55 %`: only what was heard.
fn last_known(vehicle: &Vehicle) -> String {
    let out_m = vehicle.home.and_then(|home| home.distance_m);
    let up_m = vehicle.position.and_then(|position| position.alt_rel_m);
    let charge = vehicle
        .battery
        .and_then(|battery| battery.remaining_percent);
    let parts: Vec<String> = [
        out_m.map(|out_m| format!("{out_m:.0} m out")),
        up_m.map(|up_m| format!("{:.0} m up", up_m + 0.0)),
        charge.map(|percent| format!("battery {percent} %")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("; was {}", parts.join(", "))
    }
}
