//! Names of serial devices: which text is one, and where a baud rate hides behind it.

use super::hosts;

/// What stands behind the last `:` or `,` of a device.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tail {
    /// Nothing, or a colon that belongs to the name.
    None,
    /// A baud rate, or something that must be one; the byte where the mark stands.
    Baud(usize),
}

/// Names below `by-path` and `by-id` have colons of their own (`pci-0000:00:14.0-usb-0:1:1.0-port0`).
pub(super) fn tail(device: &str) -> Tail {
    let Some(at) = device.rfind([':', ',']) else {
        return Tail::None;
    };
    let named = device.contains("/by-path/") || device.contains("/by-id/");
    let text = &device[at + 1..];
    if named && !(hosts::all_digits(text) && text.len() >= 3) {
        Tail::None
    } else {
        Tail::Baud(at)
    }
}

/// A device as a URL's path, such that no part of it reads as a baud rate.
pub(super) fn escape(device: &str) -> String {
    let text = hosts::escape(device, hosts::PATH);
    match tail(&text) {
        Tail::None => text,
        Tail::Baud(_) => text.replace(':', "%3A").replace(',', "%2C"),
    }
}

/// Whether bare text is a device: `/dev/…` or `COM3`, perhaps with a rate.
pub(super) fn is_device(text: &str) -> bool {
    let name = match tail(text) {
        Tail::Baud(at) => &text[..at],
        Tail::None => text,
    };
    text.starts_with("/dev/") || is_com(name)
}

pub(super) fn is_com(text: &str) -> bool {
    let com = text
        .get(..3)
        .is_some_and(|head| head.eq_ignore_ascii_case("com"));
    com && hosts::all_digits(&text[3..])
}
