//! Which frames of another station are orders to a vehicle, worth a line in the log book, and how many lines.

use crate::{
    model::time::TimeUs,
    wire::frame::{Check, Frame},
};

/// Lines a forward may fill in a second; the frames go their way all the same, and the flight log has them.
const MOST_PER_S: u32 = 10;
/// Where COMMAND_LONG and COMMAND_INT carry their MAV_CMD.
const COMMAND_AT: std::ops::Range<usize> = 28..30;
/// MAV_CMDs that only ask for messages: GET_HOME_POSITION, GET_MESSAGE_INTERVAL, SET_MESSAGE_INTERVAL, REQUEST_MESSAGE and
/// the requests that came before it.
const QUESTIONS: [u16; 12] = [410, 510, 511, 512, 519, 520, 521, 522, 525, 526, 527, 528];

/// What another station wants of a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) message: &'static str,
    pub(super) command: Option<u16>,
}

/// The order a frame is; `None` for questions, answers, sticks and everything else that is said often.
pub(super) fn order(frame: &Frame<'_>) -> Option<Order> {
    if frame.check == Check::Unknown {
        return None;
    }
    let message = frame.name()?;
    let order = |command| Some(Order { message, command });
    match message {
        "COMMAND_LONG" | "COMMAND_INT" => {
            let bytes: [u8; 2] = frame.payload().get(COMMAND_AT)?.try_into().ok()?;
            let command = u16::from_le_bytes(bytes);
            order(Some(command)).filter(|_| !QUESTIONS.contains(&command))
        }
        "SET_MODE"
        | "PARAM_SET"
        | "PARAM_EXT_SET"
        | "MISSION_COUNT"
        | "MISSION_CLEAR_ALL"
        | "MISSION_SET_CURRENT"
        | "SET_HOME_POSITION"
        | "SET_GPS_GLOBAL_ORIGIN" => order(None),
        _ => None,
    }
}

/// Whether a frame whose target is system 0, every vehicle, may be passed on: questions, time and corrections. What makes
/// a vehicle do something names the one that shall, or goes to nobody.
pub(super) fn may_be_for_all(frame: &Frame<'_>) -> bool {
    match frame.name() {
        Some("COMMAND_LONG" | "COMMAND_INT") => order(frame).is_none(),
        Some(name) => {
            name.starts_with("OPEN_DRONE_ID_")
                || matches!(
                    name,
                    "PING"
                        | "TIMESYNC"
                        | "GPS_INJECT_DATA"
                        | "REQUEST_DATA_STREAM"
                        | "PARAM_REQUEST_READ"
                        | "PARAM_REQUEST_LIST"
                        | "MISSION_REQUEST_LIST"
                        | "AUTOPILOT_VERSION_REQUEST"
                )
        }
        None => false,
    }
}

/// How many orders were told this second.
#[derive(Debug, Default)]
pub(super) struct Lines {
    since: TimeUs,
    count: u32,
}

impl Lines {
    /// Whether another one may be told.
    pub(super) fn has_room(&mut self, now: TimeUs) -> bool {
        if now.since(self.since).as_secs() > 0 {
            (self.since, self.count) = (now, 0);
        }
        self.count += 1;
        self.count <= MOST_PER_S
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            ids::{ComponentId, SystemId},
            transmission::{Outgoing, Target},
        },
        wire::{counters::SplitCounters, encode::Encoder, splitter::split_datagram},
    };

    fn of(outgoing: &Outgoing) -> Option<Order> {
        let (mut bytes, mut found) = (Vec::new(), None);
        Encoder::new(SystemId(250), ComponentId(190)).encode(outgoing, true, &mut bytes);
        let mut counters = SplitCounters::default();
        split_datagram(&bytes, &mut counters, &mut |frame| found = order(&frame));
        found
    }

    fn command(command: u16) -> Outgoing {
        Outgoing::CommandLong {
            target: Target::new(SystemId(1), ComponentId(1)).unwrap(),
            command,
            confirmation: 0,
            params: [1.0; 7],
        }
    }

    #[test]
    fn what_makes_a_vehicle_do_something_is_an_order_and_a_question_is_none() {
        let arm = Order {
            message: "COMMAND_LONG",
            command: Some(400),
        };
        assert_eq!(of(&command(400)), Some(arm));
        assert_eq!(of(&command(512)), None);
        assert_eq!(of(&Outgoing::Heartbeat), None);
    }

    #[test]
    fn a_thousand_parameters_do_not_fill_the_log_book() {
        let mut lines = Lines::default();
        let now = TimeUs(5_000_000);
        assert_eq!((0..1_000).filter(|_| lines.has_room(now)).count(), 10);
        assert!(lines.has_room(TimeUs(6_000_000)));
    }
}
