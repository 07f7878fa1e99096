//! What comes in on each link, and why none of it is a vehicle.

use std::{sync::Arc, time::Duration};

use tokio::runtime::Runtime;

use super::{super::station, finding::Finding};
use crate::{
    app::plan::{LogPlan, Plan, PlannedLink},
    cli::failure::Failure,
    model::{
        link::{LinkPhase, LinkState},
        snapshot::Snapshot,
        vehicle::State,
        words::MavType,
    },
};

const ABOUT: &str = "heard";

/// Listens on the links for a while, without a log, a port for browsers or a word of our own.
pub(super) fn listen(
    runtime: &Runtime,
    plan: &Plan,
    links: Vec<PlannedLink>,
    watched: Duration,
) -> Result<Vec<Finding>, Failure> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let silent = |mut link: PlannedLink| {
        link.info.passive = true;
        link
    };
    let plan = Plan {
        links: links.into_iter().map(silent).collect(),
        listen: None,
        log: LogPlan::Off,
        ..plan.clone()
    };
    let running = station::start(runtime, &plan)?;
    let snapshots = running.snapshots.clone();
    let ended = runtime.block_on(async {
        tokio::time::sleep(watched).await;
        let last = snapshots.borrow().clone();
        // Nothing was written: there is nothing to lose by stopping.
        let _ = running.stop().await;
        last
    });
    Ok(judge_all(&ended, watched))
}

fn judge_all(snapshot: &Snapshot, watched: Duration) -> Vec<Finding> {
    let links = snapshot.links.iter();
    links
        .map(|(name, link)| judge(name, link, &vehicles_on(name, snapshot), watched))
        .collect()
}

/// Vehicles heard on a link, by id and what they are.
fn vehicles_on(link: &Arc<str>, snapshot: &Snapshot) -> Vec<String> {
    let is_here = |vehicle: &&Arc<crate::model::vehicle::Vehicle>| {
        let paths = vehicle.link.as_ref().map(|link| &link.paths);
        vehicle.state != State::Expected && paths.is_some_and(|paths| paths.contains_key(link))
    };
    let named = |vehicle: &Arc<crate::model::vehicle::Vehicle>| {
        let kind = vehicle.mav_type.map(|kind| format!(" ({kind})"));
        format!("{}{}", vehicle.id.as_str(), kind.unwrap_or_default())
    };
    snapshot
        .vehicles
        .values()
        .filter(is_here)
        .map(named)
        .collect()
}

fn judge(name: &str, link: &LinkState, vehicles: &[String], watched: Duration) -> Finding {
    let seconds = watched.as_secs_f64();
    let place = format!("{name} ({})", link.url);
    if !vehicles.is_empty() {
        let more = vehicles.len().saturating_sub(4);
        let shown = vehicles
            .iter()
            .take(4)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        return Finding::ok(ABOUT, format!("{place}: {shown}{more}"));
    }
    if link.state != LinkPhase::Open {
        let why = link.reason.as_deref().unwrap_or("it does not open");
        return Finding::problem(ABOUT, format!("{place}: {why}"));
    }
    let frames = link.frames.unwrap_or(0);
    let unknown = link.unknown.unwrap_or(0);
    let junk = link.junk_bytes.unwrap_or(0) + link.bad_crc.unwrap_or(0);
    let is_serial = link.url.starts_with("serial");
    if frames > unknown {
        return no_vehicle(&place, link);
    }
    // A wrong baud rate makes noise, and noise now and then looks like a frame nobody knows.
    if unknown > 0 && !(is_serial && junk > 0) {
        let text = format!("{place}: {unknown} frames of messages no known dialect has");
        return Finding::problem(ABOUT, text)
            .hint("a private dialect: without a standard HEARTBEAT no vehicle can be told");
    }
    if junk > 0 {
        let text = format!("{place}: {junk} bytes but no valid frame");
        let hint = if is_serial {
            "wrong baud rate? try ?baud=57600, 115200 or 921600, or several: ?baud=57600,115200"
        } else {
            "something that is no MAVLink sends to this port, or the data is encrypted"
        };
        return Finding::problem(ABOUT, text).hint(hint);
    }
    let text = format!("{place}: nothing came in {seconds} s");
    Finding::problem(ABOUT, text).hint(silence(&link.url))
}

/// Frames came, but of nobody who is a vehicle.
fn no_vehicle(place: &str, link: &LinkState) -> Finding {
    let refused = link.signing.map_or(0, |signing| signing.refused());
    if let Some(signing) = link.signing.filter(|_| refused > 0) {
        let hint = if signing.bad_signature > 0 {
            "the vehicle signs with another key than this link"
        } else if signing.refused_unsigned > 0 {
            "the vehicle does not sign: policy = \"accept\" and `volery signing setup` give it the key"
        } else {
            "its time stamps were used before or are old: is a recording played, or a clock wrong?"
        };
        let text = format!("{place}: {refused} frames refused for their signatures");
        return Finding::problem(ABOUT, text).hint(hint);
    }
    let who = |(name, other): (&Arc<str>, &crate::model::link::Other)| {
        let kind = other
            .kind
            .map_or("something without a heartbeat".to_owned(), words);
        let at = other.peer.as_deref().map(|peer| format!(" at {peer}"));
        format!("{kind} {name}{}", at.unwrap_or_default())
    };
    let others: Vec<_> = link.others.iter().take(4).map(who).collect();
    if others.is_empty() {
        let text = format!("{place}: MAVLink, but no heartbeat of an autopilot");
        return Finding::problem(ABOUT, text).hint(
            "the autopilot's stream may be off for this port (ArduPilot: SERIALn_PROTOCOL, SRn_*)",
        );
    }
    let only_stations = link
        .others
        .iter()
        .all(|(_, other)| other.kind == Some(MavType(6)));
    let text = format!("{place}: MAVLink of {} only", others.join(", "));
    let hint = if only_stations {
        "another ground station speaks to this port; let it forward its vehicles here"
    } else {
        "none of them is an autopilot"
    };
    Finding::problem(ABOUT, text).hint(hint)
}

fn words(kind: MavType) -> String {
    match kind {
        MavType(6) => "the ground station".to_owned(),
        kind => format!("a {}", kind.to_string().replace('_', " ")),
    }
}

/// What to try where nothing came at all.
fn silence(url: &str) -> String {
    let port = url.rsplit(':').next().unwrap_or("14550");
    if url.starts_with("udpin") {
        format!(
            "let something send here: sim_vehicle.py --out udp:127.0.0.1:{port}, MAVProxy: output add HOST:{port}; is a firewall in between?"
        )
    } else if url.starts_with("serial") {
        "is the radio bound and the vehicle powered? are RX and TX the right way round?".to_owned()
    } else if url.starts_with("udpout") || url.starts_with("udpbcast") {
        "the far end answers whoever speaks to it, and doctor is silent: run volery itself"
            .to_owned()
    } else {
        "the far end is connected and says nothing".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;
    use crate::model::link::Other;

    fn link(url: &str) -> LinkState {
        LinkState {
            state: LinkPhase::Open,
            ..LinkState::opening(url.into(), "mav".into(), "lan", true)
        }
    }

    fn told(link: &LinkState) -> (String, String) {
        let finding = judge("radio", link, &[], Duration::from_secs(5));
        assert_eq!(finding.grade, Grade::Problem);
        (finding.text, finding.hint.unwrap_or_default())
    }

    #[test]
    fn a_ground_station_alone_is_named_with_its_address() {
        let mut link = link("udpin:0.0.0.0:14550");
        link.frames = Some(5);
        let station = Other {
            kind: Some(MavType(6)),
            peer: Some("10.0.0.2:14550".into()),
        };
        link.others.make_mut().insert("255/190".into(), station);
        let (text, hint) = told(&link);
        assert!(
            text.ends_with("MAVLink of the ground station 255/190 at 10.0.0.2:14550 only"),
            "{text}"
        );
        assert!(hint.contains("forward"));
    }

    #[test]
    fn bytes_without_a_frame_on_a_wire_ask_for_the_baud_rate() {
        let mut link = link("serial:///dev/ttyUSB0?baud=57600");
        link.junk_bytes = Some(4_096);
        let (text, hint) = told(&link);
        assert!(text.contains("4096 bytes but no valid frame"), "{text}");
        assert!(hint.contains("baud"));
        (link.frames, link.unknown) = (Some(1), Some(1));
        assert!(
            told(&link).1.contains("baud"),
            "noise that looks like a frame"
        );
    }

    #[test]
    fn an_unknown_dialect_silence_and_a_closed_link_are_told_apart() {
        let mut strange = link("udpin:0.0.0.0:14550");
        (strange.frames, strange.unknown) = (Some(9), Some(9));
        assert!(told(&strange).0.contains("no known dialect"));
        assert!(told(&link("udpin:0.0.0.0:14551")).1.contains("14551"));
        let mut closed = link("serial:///dev/ttyUSB0?baud=57600");
        closed.state = LinkPhase::Waiting;
        closed.reason = Some("no such device".into());
        assert!(told(&closed).0.ends_with("no such device"));
    }

    #[test]
    fn vehicles_are_what_one_wants_to_hear() {
        let ids: Vec<String> = (1..=6).map(|n| format!("mav-{n}")).collect();
        let heard = judge("radio", &link("udpin:0.0.0.0:14550"), &ids, Duration::ZERO);
        assert_eq!(heard.grade, Grade::Ok);
        assert!(heard.text.ends_with("mav-4 and 2 more"), "{}", heard.text);
    }
}
