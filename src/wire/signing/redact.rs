//! A frame without its secret: SETUP_SIGNING as it may be logged
//! (<https://mavlink.io/en/guide/message_signing.html#logging>). Such a frame is never forwarded.

use crate::wire::frame::STX_V2;

/// The id of SETUP_SIGNING in the header; MAVLink 1 has no room for it.
const SETUP_SIGNING: [u8; 3] = [0, 1, 0];
const HEADER: usize = 10;
/// `initial_timestamp`, target system and component come before the key.
const KEY: usize = HEADER + 10;

/// Whether `frame` is a SETUP_SIGNING, with or without a signature of its own.
#[must_use]
pub fn carries_key(frame: &[u8]) -> bool {
    frame.first() == Some(&STX_V2) && frame.get(7..HEADER) == Some(&SETUP_SIGNING)
}

/// Overwrites the key of a SETUP_SIGNING with zeros; its checksum then no longer holds, on purpose. Other
/// frames stay as they are.
pub fn blank_key(frame: &mut [u8]) {
    if !carries_key(frame) {
        return;
    }
    let end = HEADER + usize::from(frame[1]);
    if let Some(key) = frame.get_mut(KEY..end) {
        key.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            ids::{ComponentId, SystemId},
            signing::SigningKey,
            transmission::{Outgoing, Target},
        },
        wire::encode::Encoder,
    };

    fn encoder() -> Encoder {
        Encoder::new(SystemId(255), ComponentId(25))
    }

    #[test]
    fn the_key_and_nothing_else_is_blanked() {
        let target = Target::new(SystemId(7), ComponentId(1)).unwrap();
        let key = SigningKey::from_bytes([0xAB; 32]);
        let mut whole = Vec::new();
        encoder().setup_signing(target, Some((&key, 77)), &mut whole);
        assert!(carries_key(&whole));
        let mut blanked = whole.clone();
        blank_key(&mut blanked);
        assert_eq!(blanked[..20], whole[..20]);
        assert_eq!(blanked[20..52], [0; 32]);
        assert_eq!(blanked[52..], whole[52..]);
    }

    #[test]
    fn other_frames_stay_as_they_are() {
        let mut whole = Vec::new();
        encoder().encode(&Outgoing::Heartbeat, true, &mut whole);
        let mut same = whole.clone();
        blank_key(&mut same);
        assert_eq!(same, whole);
        blank_key(&mut []);
        let mut cut = [STX_V2, 42, 0, 0, 0, 1, 1, 0, 1, 0, 9, 9];
        blank_key(&mut cut);
        assert_eq!(cut[10..], [9, 9]);
    }
}
