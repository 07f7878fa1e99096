//! Hosts, ports and `%XX`: the small pieces of text that several kinds of links share.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use super::piece::{LinkUrlError, Piece};

/// Characters besides letters and digits that stand for themselves in a path.
pub(super) const PATH: &str = "/-._~:,+@=()[]!$'*; &#\"<>|^`\\";
/// Characters besides letters and digits that stand for themselves in a query value.
pub(super) const QUERY: &str = "/-._~:,[]";

/// `text` with everything but letters, digits and `plain` as `%XX`; a blank at either end too.
pub(super) fn escape(text: &str, plain: &str) -> String {
    let last = text.len().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let edge = letter == ' ' && (at == 0 || at == last);
        if letter.is_alphanumeric() || (plain.contains(letter) && !edge) {
            out.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// `%XX` decoded; a lone `%` stays one. Control characters are refused: they would reach the terminal.
pub(super) fn unescape(piece: Piece<'_>) -> Result<String, LinkUrlError> {
    let bytes = piece.text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = hex_pair(bytes, at) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    match String::from_utf8(out) {
        Ok(text) if text.chars().any(char::is_control) => Err(piece
            .error("a control character has no place in a link")
            .help("remove it")),
        Ok(text) => Ok(text),
        Err(_not_utf8) => Err(piece.error("the %XX bytes are not UTF-8")),
    }
}

fn hex_pair(bytes: &[u8], at: usize) -> Option<u8> {
    let pair = bytes.get(at..at + 3).filter(|pair| pair[0] == b'%')?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(pair[1])? * 16 + digit(pair[2])?) as u8)
}

/// Whether `text` is digits and nothing else.
pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits `[host][:port]`. Brackets hold IPv6; a text of digits only is a port.
pub(super) fn host_and_port(
    piece: Piece<'_>,
) -> Result<(Piece<'_>, Option<Piece<'_>>), LinkUrlError> {
    if piece.text.starts_with('[') {
        let Some(end) = piece.text.find(']') else {
            return Err(piece.error("the bracket of the IPv6 address is not closed"));
        };
        let after = piece.from(end + 1);
        let host = piece.from(1).until(end - 1);
        return match after.text.strip_prefix(':') {
            Some(_) => Ok((host, Some(after.from(1)))),
            None if after.text.is_empty() => Ok((host, None)),
            None => Err(after.error("after the IPv6 address comes `:port`")),
        };
    }
    if piece.text.matches(':').count() > 1 {
        return Err(if piece.text.parse::<Ipv6Addr>().is_ok() {
            piece
                .error("an IPv6 address needs brackets")
                .help(format!("write [{}]:PORT", piece.text))
        } else {
            piece
                .error(format!("`{}` is no host:port", piece.text))
                .help("write HOST:PORT, an IPv6 address in brackets: [::1]:14550")
        });
    }
    match piece.split_once(':') {
        Some((host, port)) => Ok((host, Some(port))),
        None if all_digits(piece.text) => Ok((piece.until(0), Some(piece))),
        None => Ok((piece, None)),
    }
}

/// A port 1–65535; 0 only for listeners, where it takes a free one.
pub(super) fn port(piece: Piece<'_>, zero_allowed: bool) -> Result<u16, LinkUrlError> {
    let number = all_digits(piece.text)
        .then(|| piece.text.parse::<u16>().ok())
        .flatten();
    match number {
        Some(0) if !zero_allowed => Err(piece.error("port 0 cannot be sent to")),
        Some(number) => Ok(number),
        None if piece.text.is_empty() => Err(piece.error("the port is missing behind the colon")),
        None => Err(piece
            .error(format!("`{}` is no port", piece.text))
            .help("a port is a number from 1 to 65535")),
    }
}

/// Whether the host means "every address of this machine".
pub(super) fn is_wildcard(host: &str) -> bool {
    matches!(host, "" | "*" | "0.0.0.0" | "::")
}

/// Whether the host is certainly this machine.
pub(super) fn is_local(host: &str) -> bool {
    is_wildcard(host)
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A host that is an address or could be a name, in the one form used everywhere.
pub(super) fn host(piece: Piece<'_>) -> Result<String, LinkUrlError> {
    let text = piece.text;
    if text.contains(':') {
        return ipv6(piece);
    }
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(ip.to_string());
    }
    let numeric = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if numeric {
        return Err(piece
            .error(format!("`{text}` is no IPv4 address"))
            .help("four numbers from 0 to 255: 192.168.1.20"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if text.len() > 253 || !text.bytes().all(plain) {
        return Err(piece.error(format!("`{text}` is no host name")).help(
            "a host has letters, digits, '-', '_' and '.'; an IPv6 address stands in brackets",
        ));
    }
    Ok(text.to_ascii_lowercase())
}

fn ipv6(piece: Piece<'_>) -> Result<String, LinkUrlError> {
    let (address, zone) = match piece.text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (piece.text, None),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let zone_is_good = zone.is_none_or(|zone| !zone.is_empty() && zone.bytes().all(plain));
    match address.parse::<Ipv6Addr>() {
        Ok(address) if zone_is_good => Ok(match zone {
            Some(zone) => format!("{address}%{zone}"),
            None => address.to_string(),
        }),
        _ => Err(piece.error(format!("`{}` is no IPv6 address", piece.text))),
    }
}

/// The value of `bind`: an address, with or without a port.
pub(super) fn bind(piece: Piece<'_>) -> Result<SocketAddr, LinkUrlError> {
    let bare = piece.text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, 0));
    }
    if let Ok(address) = piece.text.parse() {
        return Ok(address);
    }
    let error = piece.error(format!("`{}` is no local address", piece.text));
    Err(error.help("write bind=192.168.1.5 or bind=192.168.1.5:14555"))
}
