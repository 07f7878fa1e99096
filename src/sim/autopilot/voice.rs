//! How an autopilot speaks: its sender and the outbox of this moment in one hand.

use mavlink::MessageData;
use mavlink::dialects::ardupilotmega::{COMMAND_ACK_DATA, STATUSTEXT_DATA, TIMESYNC_DATA};

use crate::model::ids::{ComponentId, SystemId};
use crate::sim::frames::{Outbox, Received, Sender};

const TEXT_LEN: usize = 50;

/// Results of a command, `MAV_RESULT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    /// Done, or begun.
    Accepted = 0,
    /// Not now.
    TemporarilyRejected = 1,
    /// Not with these parameters.
    Denied = 2,
    /// Not known here.
    Unsupported = 3,
    /// Tried and failed.
    Failed = 4,
    /// Still at it.
    InProgress = 5,
    /// Begun, and given up.
    Cancelled = 6,
    /// Only as COMMAND_LONG.
    LongOnly = 7,
    /// Only as COMMAND_INT.
    IntOnly = 8,
    /// Not in this frame.
    UnsupportedFrame = 9,
}

/// Who asked: answers are addressed to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Their system.
    pub system: SystemId,
    /// Their component.
    pub component: ComponentId,
}

impl Asker {
    /// The sender of a frame.
    #[must_use]
    pub const fn of(frame: &Received) -> Self {
        Self {
            system: frame.system,
            component: frame.component,
        }
    }
}

/// A sender with its outbox.
#[derive(Debug)]
pub struct Voice<'a> {
    /// Who speaks.
    pub sender: &'a mut Sender,
    /// Where the words go.
    pub out: &'a mut Outbox,
}

impl<'a> Voice<'a> {
    /// This sender, speaking into this outbox.
    #[must_use]
    pub const fn new(sender: &'a mut Sender, out: &'a mut Outbox) -> Self {
        Self { sender, out }
    }

    /// Sends a message.
    pub fn send<M: MessageData>(&mut self, message: &M) {
        self.sender.send(self.out, message);
    }

    /// Answers a command, addressed to whoever sent it.
    pub fn acknowledge(&mut self, to: Asker, command: u16, verdict: Verdict, progress: u8) {
        let command = command.to_le_bytes();
        let payload = [
            command[0],
            command[1],
            verdict as u8,
            progress,
            0,
            0,
            0,
            0,
            to.system.0,
            to.component.0,
        ];
        self.sender
            .send_payload(self.out, COMMAND_ACK_DATA::ID, &payload);
    }

    /// Answers a time question: our time, and theirs back (<https://mavlink.io/en/services/timesync.html>).
    pub fn timesync(&mut self, uptime_us: u64, theirs_ns: i64, to: Asker) {
        self.send(&TIMESYNC_DATA {
            tc1: uptime_us.cast_signed() * 1_000,
            ts1: theirs_ns,
            target_system: to.system.0,
            target_component: to.component.0,
        });
    }

    /// Answers a PING that was sent to everyone; one with a target is itself an answer.
    pub fn pong(&mut self, ping: &Received) {
        if ping.u8(12) != 0 {
            return;
        }
        let mut payload = [0; 14];
        payload[..8].copy_from_slice(&ping.i64(0).to_le_bytes());
        payload[8..12].copy_from_slice(&ping.u32(8).to_le_bytes());
        payload[12..].copy_from_slice(&[ping.system.0, ping.component.0]);
        self.sender.send_payload(self.out, ping.id, &payload);
    }

    /// Sends a text, in chunks under one id when it is longer than one message holds.
    pub fn text(&mut self, severity: u8, text: &str, id: u16) {
        let bytes = text.as_bytes();
        let mut chunks = bytes.chunks(TEXT_LEN).collect::<Vec<_>>();
        // A text that fills its last chunk needs an empty one: that is how the end is known.
        if bytes.len() > TEXT_LEN && bytes.len().is_multiple_of(TEXT_LEN) {
            chunks.push(&[]);
        }
        let id = if bytes.len() > TEXT_LEN {
            id.max(1)
        } else {
            id
        };
        for (number, chunk) in chunks.into_iter().enumerate() {
            let mut payload = [0; 1 + TEXT_LEN + 3];
            payload[0] = severity;
            payload[1..=chunk.len()].copy_from_slice(chunk);
            payload[1 + TEXT_LEN..3 + TEXT_LEN].copy_from_slice(&id.to_le_bytes());
            payload[3 + TEXT_LEN] = number as u8;
            self.sender
                .send_payload(self.out, STATUSTEXT_DATA::ID, &payload);
        }
    }
}
