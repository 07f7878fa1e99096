//! Was this heartbeat our own, come back? Some routers and broadcast sockets return what they are sent.

use std::collections::VecDeque;

/// Heartbeats remembered: one goes out a second and peer, so a late echo is still known after many seconds.
const REMEMBERED: usize = 256;

/// The heartbeats this link sent lately.
#[derive(Debug, Default)]
pub(super) struct Echo {
    sent: VecDeque<Mark>,
}

/// What two copies of one heartbeat share: sequence number, length of the frame and its last bytes (the checksum).
type Mark = (u8, usize, [u8; 2]);

impl Echo {
    /// Remembers a frame that was sent, when it is a heartbeat.
    pub(super) fn sent(&mut self, frame: &[u8]) {
        let Some(mark) = mark(frame) else { return };
        if self.sent.len() == REMEMBERED {
            self.sent.pop_front();
        }
        self.sent.push_back(mark);
    }

    /// Whether a frame is one of those.
    pub(super) fn is_ours(&self, frame: &[u8]) -> bool {
        !self.sent.is_empty() && mark(frame).is_some_and(|mark| self.sent.contains(&mark))
    }
}

/// The mark of an unsigned or signed heartbeat (<https://mavlink.io/en/guide/serialization.html>).
fn mark(frame: &[u8]) -> Option<Mark> {
    let (sequence, id, header) = match *frame.first()? {
        0xFD => (*frame.get(4)?, frame.get(7..10)?, 10),
        _ => (*frame.get(2)?, frame.get(5..6)?, 6),
    };
    let checksum_at = header + usize::from(*frame.get(1)?);
    let checksum = frame.get(checksum_at..checksum_at + 2)?;
    let is_heartbeat = id.iter().all(|byte| *byte == 0);
    is_heartbeat.then_some((sequence, frame.len(), [checksum[0], checksum[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(sequence: u8, checksum: u8) -> Vec<u8> {
        let mut frame = vec![0xFD, 1, 0, 0, sequence, 255, 25, 0, 0, 0, 6];
        frame.extend([checksum, checksum]);
        frame
    }

    #[test]
    fn only_a_heartbeat_that_was_sent_is_ours() {
        let mut echo = Echo::default();
        assert!(!echo.is_ours(&heartbeat(1, 7)));
        echo.sent(&heartbeat(1, 7));
        assert!(echo.is_ours(&heartbeat(1, 7)));
        assert!(!echo.is_ours(&heartbeat(2, 7)), "another one's count");
        assert!(!echo.is_ours(&heartbeat(1, 8)), "another one's content");
        assert!(!echo.is_ours(&[0xFD]), "a stump");
    }

    #[test]
    fn old_ones_are_forgotten_and_other_messages_never_kept() {
        let mut echo = Echo::default();
        let mut ping = heartbeat(9, 9);
        ping[7] = 4;
        echo.sent(&ping);
        assert!(!echo.is_ours(&ping));
        for checksum in 0..=255 {
            echo.sent(&heartbeat(1, checksum));
        }
        echo.sent(&heartbeat(2, 0));
        assert!(!echo.is_ours(&heartbeat(1, 0)));
        assert!(echo.is_ours(&heartbeat(1, 1)));
    }
}
