//! Did somebody's request for other rates go out over this link? A station behind a forward asks vehicles that way,
//! and is heard nowhere else.

use crate::{
    model::{
        ids::PeerId,
        report::{Heard, Report},
        signing::FrameSigning,
        time::TimeUs,
    },
    wire::{
        counters::SplitCounters,
        decode::{Context, decode},
        frame::Version,
        splitter::split_datagram,
    },
};

/// REQUEST_DATA_STREAM, COMMAND_INT, COMMAND_LONG.
const ASKING: [u32; 3] = [66, 75, 76];

/// The request in a frame that was sent, as if it had been heard here. The fleet knows its own by the sender.
pub(super) fn rate_request(frame: &[u8], t: TimeUs) -> Option<Heard> {
    if !ASKING.contains(&message_id(frame)?) {
        return None;
    }
    let mut found = None;
    split_datagram(frame, &mut SplitCounters::default(), &mut |frame| {
        let report = decode(frame.msgid, frame.payload(), Context::default());
        if let Some(report @ Report::RateRequest(_)) = report {
            found = Some(Heard {
                peer: PeerId(0),
                t,
                system: frame.system,
                component: frame.component,
                sequence: frame.seq,
                mavlink2: frame.version == Version::V2,
                fingerprint: frame.fingerprint(),
                signing: FrameSigning::Unchecked,
                message: frame.msgid,
                report,
            });
        }
    });
    found
}

/// <https://mavlink.io/en/guide/serialization.html>
fn message_id(frame: &[u8]) -> Option<u32> {
    if *frame.first()? == 0xFD {
        let id = frame.get(7..10)?;
        return Some(u32::from_le_bytes([id[0], id[1], id[2], 0]));
    }
    frame.get(5).map(|id| u32::from(*id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            ids::{ComponentId, SystemId},
            report::{RateRequest, Stream},
            transmission::{Outgoing, Target},
        },
        wire::encode::Encoder,
    };

    fn found(message: &Outgoing, mavlink2: bool) -> Option<RateRequest> {
        let mut bytes = Vec::new();
        Encoder::new(SystemId(254), ComponentId(190)).encode(message, mavlink2, &mut bytes);
        let heard = rate_request(&bytes, TimeUs(5))?;
        assert_eq!(
            (heard.system, heard.component, heard.t),
            (SystemId(254), ComponentId(190), TimeUs(5))
        );
        match heard.report {
            Report::RateRequest(request) => Some(request),
            _ => None,
        }
    }

    #[test]
    fn only_requests_for_rates_are_taken_from_what_is_sent() {
        let target = Target::new(SystemId(7), ComponentId(1)).unwrap();
        let command = |command| Outgoing::CommandLong {
            target,
            command,
            confirmation: 0,
            params: [30.0, 100_000.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        };
        for mavlink2 in [false, true] {
            let request = found(&command(511), mavlink2).unwrap();
            assert_eq!(
                (request.target_system, request.stream),
                (7, Stream::Message(30))
            );
            assert_eq!(found(&command(512), mavlink2), None);
            assert_eq!(found(&Outgoing::Heartbeat, mavlink2), None);
            let group = Outgoing::RequestDataStream {
                target,
                stream: 10,
                rate_hz: 4,
            };
            let request = found(&group, mavlink2).unwrap();
            assert_eq!(request.stream, Stream::Group(10));
        }
        assert!(rate_request(&[0xFD, 1], TimeUs(0)).is_none(), "a stump");
        assert!(rate_request(&[], TimeUs(0)).is_none());
    }
}
