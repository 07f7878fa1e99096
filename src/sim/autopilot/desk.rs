//! Questions and streams: what a station may ask for, and what is sent without being asked.
//!
//! <https://mavlink.io/en/messages/common.html#MAV_CMD_SET_MESSAGE_INTERVAL>

use crate::model::time::TimeUs;
use crate::sim::frames::Received;
use crate::sim::signing::Signer;

use super::checks::reason_not_to_arm;
use super::craft::{CRITICAL, Craft, INFO, WARNING};
use super::firmware::Firmware;
use super::message_ids::{AUTOPILOT_VERSION, AVAILABLE_MODES, HEARTBEAT, HOME_POSITION};
use super::orders::Order;
use super::streams::Streams;
use super::voice::Verdict;
use super::{ardupilot, load, px4, telemetry};

/// What follows the acknowledgement of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Nothing,
    Message(u32),
    Interval {
        id: u16,
        interval_us: i32,
    },
    Calibration,
    /// AVAILABLE_MODES: one by number, or all for 0.
    Modes(u8),
    Reboot,
}

/// Judges a command that is no order to fly.
pub(super) fn judge(
    craft: &mut Craft,
    streams: &mut Streams,
    order: &Order,
    now: TimeUs,
) -> (Verdict, Answer) {
    let first = order.params[0];
    match order.command {
        241 if craft.armed => (Verdict::TemporarilyRejected, Answer::Nothing),
        241 => (Verdict::InProgress, Answer::Calibration),
        246 if craft.armed && craft.is_px4() => (Verdict::Denied, Answer::Nothing),
        246 if craft.armed => (Verdict::Failed, Answer::Nothing),
        246 if matches!(first as i32, 1 | 3) => (Verdict::Accepted, Answer::Reboot),
        401 => (check(craft, now), Answer::Nothing),
        410 if craft.is_warm(now) => (Verdict::Accepted, Answer::Message(HOME_POSITION)),
        410 => (Verdict::Failed, Answer::Nothing),
        510 => (Verdict::Accepted, interval(streams, first)),
        511 => (set_interval(craft, streams, order, now), Answer::Nothing),
        512 if first as u32 == AVAILABLE_MODES => {
            let which = order.params[1].max(0.0) as u8;
            (Verdict::Accepted, Answer::Modes(which))
        }
        512 => offer_once(craft, first.max(0.0) as u32, now),
        520 => offer_once(craft, AUTOPILOT_VERSION, now),
        _ => (Verdict::Unsupported, Answer::Nothing),
    }
}

fn check(craft: &mut Craft, now: TimeUs) -> Verdict {
    if craft.armed {
        return Verdict::TemporarilyRejected;
    }
    if let Some(reason) = reason_not_to_arm(craft, now) {
        let prefix = match craft.options.firmware {
            Firmware::ArduPilot => "PreArm",
            Firmware::Px4 => "Preflight Fail",
        };
        craft.say(CRITICAL, format!("{prefix}: {reason}"));
    }
    Verdict::Accepted
}

fn interval(streams: &Streams, id: f32) -> Answer {
    let interval_us = streams.interval_us(id.max(0.0) as u32);
    Answer::Interval {
        id: id as u16,
        interval_us: if interval_us == 0 {
            -1
        } else {
            interval_us.cast_signed()
        },
    }
}

fn offer_once(craft: &Craft, id: u32, now: TimeUs) -> (Verdict, Answer) {
    let known = telemetry::offers(craft.options.firmware, id);
    let ready = id != HOME_POSITION || craft.is_warm(now);
    match craft.options.firmware {
        _ if known && ready => (Verdict::Accepted, Answer::Message(id)),
        Firmware::ArduPilot => (Verdict::Failed, Answer::Nothing),
        Firmware::Px4 => (Verdict::Denied, Answer::Nothing),
    }
}

fn set_interval(craft: &Craft, streams: &mut Streams, order: &Order, now: TimeUs) -> Verdict {
    let firmware = craft.options.firmware;
    let [id, asked_us, ..] = order.params;
    let id = if (0.0..16_777_216.0).contains(&id) {
        id as u32
    } else {
        u32::MAX
    };
    if !telemetry::offers(firmware, id) || !asked_us.is_finite() {
        return match firmware {
            Firmware::ArduPilot => Verdict::Denied,
            Firmware::Px4 => Verdict::Failed,
        };
    }
    // A load that anyone could change would measure nothing.
    if craft.options.unasked_rate_hz.is_some() {
        return Verdict::Denied;
    }
    let usual_us = firmware.unasked().iter().find(|row| row.0 == id);
    let interval_us = match asked_us {
        asked if asked < 0.0 => 0,
        asked if asked > 0.0 => asked as u32,
        _ => usual_us.map_or(0, |row| row.1),
    };
    streams.set(id, interval_us, now, 0);
    Verdict::Accepted
}

/// REQUEST_DATA_STREAM: a group of messages at one rate. PX4 knows no such thing.
pub(super) fn set_group(craft: &Craft, streams: &mut Streams, frame: &Received, now: TimeUs) {
    if craft.options.firmware == Firmware::Px4 || craft.options.unasked_rate_hz.is_some() {
        return;
    }
    let (rate_hz, group, start) = (u32::from(frame.u16(0)), frame.u8(4), frame.u8(5) == 1);
    let interval_us = if start && rate_hz > 0 {
        1_000_000 / rate_hz.min(50)
    } else {
        0
    };
    let wanted = |number: u8| group == 0 || number == group;
    let asked = ardupilot::GROUPS
        .iter()
        .filter(|(number, _)| wanted(*number));
    for id in asked.flat_map(|(_, ids)| ids.iter()) {
        streams.set(*id, interval_us, now, 0);
    }
}

/// SETUP_SIGNING: a new key, or the one of zeros that ends signing
/// (<https://mavlink.io/en/messages/common.html#SETUP_SIGNING>).
pub(super) fn set_up_signing(craft: &mut Craft, signer: &mut Option<Signer>, frame: &Received) {
    if craft.armed {
        craft.say(WARNING, "ERROR: Won't setup signing when armed");
        return;
    }
    let mut key = [0; 32];
    key.copy_from_slice(&frame.payload()[10..42]);
    *signer = Signer::new(key, frame.i64(0).cast_unsigned());
}

/// The streams of power-on.
pub(super) fn begin(craft: &mut Craft, streams: &mut Streams, now: TimeUs) {
    streams.clear();
    // One phase per craft: streams of one rate then share a datagram, and a fleet does not send in one burst.
    let phase = craft.random.below(1_000_000) as u32;
    if let Some(rate_hz) = craft.options.unasked_rate_hz {
        for (id, interval_us) in load::mix(rate_hz) {
            streams.set(id, interval_us, now, phase % interval_us);
        }
        return;
    }
    streams.set(HEARTBEAT, 1_000_000, now, phase);
    if craft.options.firmware == Firmware::ArduPilot {
        begin_unasked(craft, streams, now, phase);
        // Whoever joins later does not hear the words of power-on.
        let greeting = ardupilot::greeting(craft.options.airframe);
        let spoken = if craft.is_warm(now) {
            &[][..]
        } else {
            &greeting[..]
        };
        for text in spoken {
            craft.say(INFO, *text);
        }
    }
}

/// The first heartbeat of a station: PX4 begins to talk.
pub(super) fn greet(craft: &mut Craft, streams: &mut Streams, now: TimeUs) {
    if craft.options.firmware == Firmware::Px4 && craft.options.unasked_rate_hz.is_none() {
        begin_unasked(craft, streams, now, 0);
        for text in px4::greeting() {
            craft.say(INFO, text);
        }
    }
}

fn begin_unasked(craft: &Craft, streams: &mut Streams, now: TimeUs, phase: u32) {
    for (id, interval_us) in craft.options.firmware.unasked() {
        streams.set(*id, *interval_us, now, phase % interval_us);
    }
}
