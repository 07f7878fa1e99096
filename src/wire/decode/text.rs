//! Text from the air made safe for a terminal, a browser and a log: STATUSTEXT and the cleaning that
//! every other text of a vehicle goes through too.

use std::sync::Arc;

use super::payload::Payload;
use crate::model::{report::TextPart, words::Severity};

/// Length of the text field of STATUSTEXT, bytes.
const CHUNK_BYTES: usize = 50;

/// STATUSTEXT (<https://mavlink.io/en/messages/common.html#STATUSTEXT>). The text field needs no
/// terminator; a letter cut in two at the edge of a chunk becomes U+FFFD.
pub(super) fn statustext(payload: Payload<'_>) -> TextPart {
    let text: [u8; CHUNK_BYTES] = payload.bytes(1);
    TextPart {
        severity: Severity(payload.u8(0)),
        text: Arc::from(clean_text(&text)),
        id: payload.u16(51),
        chunk: payload.u8(53),
        ends: text.contains(&0),
    }
}

/// The text of a STATUSTEXT payload as a recording is quoted: cleaned, but with its tabs. PX4 ends the
/// texts that it also sends as EVENT with one (<https://mavlink.io/en/services/events.html>).
#[must_use]
pub fn quoted_text(payload: &[u8]) -> Arc<str> {
    let text: [u8; CHUNK_BYTES] = Payload::new(payload).bytes(1);
    let end = text
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(CHUNK_BYTES);
    let text = String::from_utf8_lossy(&text[..end]);
    text.chars()
        .filter(|letter| *letter == '\t' || is_shown(*letter))
        .collect::<String>()
        .into()
}

/// The text up to its first zero byte: invalid UTF-8 becomes U+FFFD, what could steer a terminal or
/// hide or reorder letters is left out.
#[must_use]
pub fn clean_text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let text = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]);
    clean_str(&text)
}

/// `text` without control characters, bidirectional marks and invisible characters.
#[must_use]
pub fn clean_str(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    text.chars().filter(|letter| is_shown(*letter)).collect()
}

/// Whether a letter is neither a command to a terminal nor invisible.
fn is_shown(letter: char) -> bool {
    let hidden = letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}');
    !hidden
}

#[cfg(test)]
mod tests;
