//! A text on its way to the terminal's clipboard.

use crossterm::clipboard::CopyToClipboard;

/// OSC 52: the terminal's clipboard, also over SSH. Terminals that do not know it ignore it.
pub(super) fn clip(text: &str, bytes: &mut Vec<u8>) {
    let mut sequence = String::new();
    let command = CopyToClipboard::to_clipboard_from(text);
    // Writing into memory cannot fail.
    let _ = crossterm::Command::write_ansi(&command, &mut sequence);
    bytes.extend_from_slice(sequence.as_bytes());
}
