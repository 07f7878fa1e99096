//! Frames for whoever is no link and no forward: what `/ws/frames` reads, and what it may send.
//!
//! A frame that came over a WebSocket is an operator's act without a confirm question, so it is judged more strictly
//! than one of another station: it names one vehicle or has no field to name one, and it is in the log book first.

use std::sync::Arc;

use serde_json::json;

use super::exchange::{Exchange, Passage};
use crate::{
    fleet::actor::FleetInbox,
    model::{
        event::EventKind,
        forward::ForwardFilter,
        frames::{Dropped, FrameHub, Listener, Passed, Upward},
        ids::ComponentId,
        intent::{Act, FleetHandle as _, Intent, Origin},
        time::StationClock,
        words::Severity,
    },
    wire::{
        addressee::{Addressee, addressee},
        counters::SplitCounters,
        frame::{Check, Frame},
        signing::redact::carries_key,
        splitter::split_datagram,
    },
};

/// Not the number of any forward: where frames of WebSockets come from.
const PLACE: u32 = u32::MAX;

/// The exchange, for the server.
#[derive(Debug)]
pub struct Frames {
    exchange: Arc<Exchange>,
    fleet: FleetInbox,
    clock: StationClock,
}

impl Frames {
    /// The frames of this station.
    #[must_use]
    pub fn new(exchange: Arc<Exchange>, fleet: FleetInbox, clock: StationClock) -> Self {
        Self {
            exchange,
            fleet,
            clock,
        }
    }

    fn pass(&self, frame: &Frame<'_>, origin: &Origin) -> Passed {
        let target = match judge(frame) {
            Ok(target) => target,
            Err(why) => return Passed::Refused(why.into()),
        };
        if self.note(frame, target, origin).is_err() {
            return Passed::Refused("the log book takes nothing more at the moment".into());
        }
        let filter = ForwardFilter::default();
        match self.exchange.pass(frame, PLACE, &filter, self.clock.now()) {
            Passage::ToOne | Passage::ToAll(_) => Passed::Sent,
            Passage::Looped => Passed::Refused("this frame was sent already".into()),
            Passage::Key => Passed::Refused(KEY.into()),
            Passage::NoRoad => Passed::Refused(
                "no vehicle, or more than one, goes by this system id on links that transmit"
                    .into(),
            ),
            Passage::Full => Passed::Refused("the link has no room".into()),
        }
    }

    /// What is not in the log book is not sent.
    fn note(&self, frame: &Frame<'_>, target: Option<u8>, origin: &Origin) -> Result<(), ()> {
        let name = name_of(frame);
        let to = target.map_or_else(|| "all".to_owned(), |system| format!("system {system}"));
        let act = Act::Note {
            kind: EventKind::Operator,
            severity: Severity::INFO,
            text: format!("frame {name} to {to}: {origin}"),
            data: json!({ "message": name, "target_system": target, "system": frame.system.0 }),
        };
        let origin = origin.clone();
        let noted = self.fleet.submit(Intent { origin, act });
        noted.map_err(|error| tracing::warn!(%error, "a frame is not in the log book"))
    }
}

const KEY: &str = "SETUP_SIGNING carries a key and is never passed on";

fn name_of(frame: &Frame<'_>) -> String {
    let known = frame.name().map(str::to_owned);
    known.unwrap_or_else(|| format!("message {}", frame.msgid))
}

/// The one system a frame is for, `None` where its message cannot name one; or why it must not be sent.
fn judge(frame: &Frame<'_>) -> Result<Option<u8>, &'static str> {
    if carries_key(frame.bytes()) {
        return Err(KEY);
    }
    if frame.check == Check::Unknown {
        return Err("it is of no known dialect: whom it is for cannot be told");
    }
    match addressee(frame) {
        Addressee::Everybody => Err("it is for system 0, which means every vehicle"),
        Addressee::System(_, Some(ComponentId(0))) => {
            Err("it is for component 0, which means all of the vehicle")
        }
        Addressee::System(system, _) => Ok(Some(system.0)),
        Addressee::Unaddressed => Ok(None),
        Addressee::Unknown => Err("whom it is for cannot be told"),
    }
}

impl FrameHub for Frames {
    fn listen(&self, room_bytes: usize, dropped: &Dropped) -> Listener {
        self.exchange.listen(Vec::new(), room_bytes, dropped)
    }

    fn open_way(&self) -> Upward {
        Box::new(self.exchange.want_roads())
    }

    fn pass_on(&self, bytes: &[u8], origin: &Origin) -> Vec<(String, Passed)> {
        let mut answers = Vec::new();
        let mut counters = SplitCounters::default();
        split_datagram(bytes, &mut counters, &mut |frame| {
            answers.push((name_of(&frame), self.pass(&frame, origin)));
        });
        answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            ids::SystemId,
            signing::SigningKey,
            transmission::{Outgoing, Target},
        },
        wire::{crc::frame_checksum, dialect, encode::Encoder},
    };

    fn judged(bytes: &[u8]) -> Result<Option<u8>, &'static str> {
        let (mut found, mut counters) = (None, SplitCounters::default());
        split_datagram(bytes, &mut counters, &mut |frame| {
            found = Some(judge(&frame));
        });
        found.unwrap()
    }

    fn encoded(outgoing: &Outgoing) -> Vec<u8> {
        let mut bytes = Vec::new();
        Encoder::new(SystemId(250), ComponentId(190)).encode(outgoing, true, &mut bytes);
        bytes
    }

    /// A frame with this payload, for targets that the encoder cannot express.
    fn raw(id: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFD, payload.len() as u8, 0, 0, 0, 250, 190, id, 0, 0];
        bytes.extend(payload);
        let seed = dialect::entry(u32::from(id)).unwrap().crc_extra;
        bytes.extend(frame_checksum(&bytes[1..], seed).to_le_bytes());
        bytes
    }

    fn arm(system: u8, component: u8) -> Vec<u8> {
        let mut payload = [0; 33];
        payload[28..30].copy_from_slice(&400u16.to_le_bytes());
        (payload[30], payload[31], payload[32]) = (system, component, 1);
        raw(76, &payload)
    }

    #[test]
    fn a_frame_names_its_one_vehicle_or_cannot_name_any() {
        assert_eq!(judged(&arm(3, 1)), Ok(Some(3)));
        assert_eq!(judged(&encoded(&Outgoing::Heartbeat)), Ok(None));
        // SET_MODE has no field for a component.
        assert_eq!(judged(&raw(11, &[4, 0, 0, 0, 3, 1])), Ok(Some(3)));
    }

    #[test]
    fn system_0_and_component_0_cannot_be_reached() {
        assert!(judged(&arm(0, 1)).unwrap_err().contains("system 0"));
        assert!(judged(&arm(3, 0)).unwrap_err().contains("component 0"));
        // PARAM_REQUEST_LIST, its zeros cut off.
        assert!(judged(&raw(21, &[0])).unwrap_err().contains("system 0"));
        assert!(judged(&raw(21, &[3])).unwrap_err().contains("component 0"));
    }

    #[test]
    fn a_key_and_a_message_nobody_knows_are_refused() {
        let target = Target::new(SystemId(3), ComponentId(1)).unwrap();
        let key = SigningKey::from_bytes([1; 32]);
        let mut setup = Vec::new();
        Encoder::new(SystemId(250), ComponentId(190)).setup_signing(
            target,
            Some((&key, 1)),
            &mut setup,
        );
        assert_eq!(judged(&setup), Err(KEY));
        let unknown = [0xFD, 1, 0, 0, 0, 250, 190, 0xAA, 0xBB, 0x0C, 1, 2, 3];
        assert!(judged(&unknown).unwrap_err().contains("no known dialect"));
    }
}
