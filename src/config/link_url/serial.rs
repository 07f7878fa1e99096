//! Builds serial links: the device, its baud rates and its flow control.

use super::{
    device::{self, Tail},
    endpoint::{Endpoint, FlowControl},
    hosts,
    piece::{LinkUrlError, Piece},
    query::Parts,
};

/// Slowest and fastest rate that any radio or converter offers.
const BAUD: std::ops::RangeInclusive<u32> = 300..=12_000_000;

/// The usual rate: MAVProxy's 57600; 115200 for USB autopilots, which ignore it.
fn usual_baud(device: &str) -> u32 {
    let usb = ["ttyACM", "usbmodem"]
        .iter()
        .any(|word| device.contains(word));
    if usb { 115_200 } else { 57_600 }
}

/// A serial link; `flow` is what the scheme says where the query says nothing.
pub(super) fn make(parts: &Parts<'_>, flow: FlowControl) -> Result<Endpoint, LinkUrlError> {
    let (piece, rate) = match device::tail(parts.rest.text) {
        Tail::Baud(at) => (parts.rest.until(at), Some(parts.rest.from(at + 1))),
        Tail::None => (parts.rest, None),
    };
    let device = device_name(piece)?;
    let query = parts.query.get("baud").or(parts.query.get("baudrate"));
    let both = parts.query.get("baud").and(parts.query.get("baudrate"));
    if let Some(twice) = both.or(rate.and(query)) {
        return Err(twice.error("the baud rate is given twice"));
    }
    let baud = match rate.or(query) {
        Some(rates) => bauds(rates)?,
        None => vec![usual_baud(&device)],
    };
    let flow = match parts.query.get("flow") {
        None => flow,
        Some(word) => flow_control(word)?,
    };
    Ok(Endpoint::Serial { device, baud, flow })
}

fn flow_control(word: Piece<'_>) -> Result<FlowControl, LinkUrlError> {
    match word.text.to_ascii_lowercase().as_str() {
        "none" | "off" | "0" => Ok(FlowControl::None),
        "rtscts" | "hardware" | "1" => Ok(FlowControl::RtsCts),
        other => Err(word
            .error(format!("unknown flow control `{other}`"))
            .help("flow is rtscts or none")),
    }
}

fn device_name(piece: Piece<'_>) -> Result<String, LinkUrlError> {
    let text = hosts::unescape(piece)?;
    let text = text.trim_end_matches('/');
    let example = "write serial:///dev/ttyUSB0?baud=57600";
    if text.is_empty() {
        return Err(piece.error("the serial device is missing").help(example));
    }
    if text.eq_ignore_ascii_case("auto") {
        return Err(piece
            .error("serial ports are not searched by themselves")
            .help("name the port, best by its lasting name below /dev/serial/by-id/"));
    }
    if device::is_com(text) {
        return Ok(text.to_ascii_uppercase());
    }
    if !text.starts_with('/') {
        return Err(piece
            .error(format!("`{text}` is no device"))
            .help(format!("did you mean /dev/{text}?")));
    }
    Ok(text.to_owned())
}

fn bauds(piece: Piece<'_>) -> Result<Vec<u32>, LinkUrlError> {
    let mut rates = Vec::new();
    let mut left = Some(piece);
    while let Some(text) = left {
        let (word, rest) = match text.split_once(',') {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        left = rest;
        let rate = hosts::all_digits(word.text)
            .then(|| word.text.parse().ok())
            .flatten()
            .filter(|rate| BAUD.contains(rate));
        rates.push(rate.ok_or_else(|| {
            word.error(format!("`{}` is no baud rate", word.text))
                .help("a number such as 57600 or 115200; several to try in turn: baud=57600,115200")
        })?);
    }
    Ok(rates)
}
