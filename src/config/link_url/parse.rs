//! Reads a link URL: finds out which kind of text it is, then lets the table's row build it.

use super::{
    device,
    endpoint::{Endpoint, FlowControl, LinkUrl},
    hosts, make,
    piece::{LinkUrlError, Note, Piece, Role},
    query::{Parts, Query},
    serial,
    table::{self, Scheme},
};
use crate::model::suggest;

/// Endings by which a bare path is known as a recording.
const RECORDINGS: [&str; 3] = [".tlog", ".rlog", ".raw"];

impl LinkUrl {
    /// Reads any accepted spelling; the note says how an ambiguous one was understood.
    ///
    /// # Errors
    /// Text that is no link, in a sentence that says what to write instead.
    pub fn parse(text: &str, role: Role) -> Result<(Self, Option<Note>), LinkUrlError> {
        let start = text.len() - text.trim_start().len();
        let piece = Piece {
            text: text.trim(),
            at: start,
        };
        if piece.text.is_empty() {
            return Err(LinkUrlError::new(0..text.len(), "the link is empty")
                .help("write udpin:0.0.0.0:14550 to listen for vehicles"));
        }
        if let Some((at, letter)) = piece.text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(piece
                .from(at)
                .until(letter.len_utf8())
                .error("a control character has no place in a link")
                .help("remove it"));
        }
        let (piece, label) = json_tail(piece)?;
        let (mut url, note) = read(piece, role)?;
        url.label = label.or(url.label);
        if role == Role::Forward && matches!(url.endpoint, Endpoint::File { .. }) {
            return Err(piece
                .error("frames cannot be forwarded to a recording")
                .help("the flight log keeps every frame already; `volery log export --format tlog` writes them"));
        }
        Ok((url, note))
    }
}

/// Which of the four kinds of text it is.
fn read(piece: Piece<'_>, role: Role) -> Result<(LinkUrl, Option<Note>), LinkUrlError> {
    let scheme = piece.text.split_once(':').map(|(word, _)| word);
    if let Some(row) = scheme.and_then(table::find) {
        let word = scheme.map_or(0, str::len);
        return with_scheme(row, piece.from(word + 1));
    }
    if let Some(made) = bare_recording(piece) {
        return made;
    }
    if device::is_device(split_query(piece).0.text) || looks_like_device(piece.text) {
        let row = table::find("serial");
        let keys = row.map(Scheme::all_keys).unwrap_or_default();
        let parts = parts(piece, false, &keys)?;
        let endpoint = serial::make(&parts, FlowControl::None)?;
        return Ok((finish(endpoint, &parts)?, None));
    }
    bare_address(piece, role)
}

fn with_scheme(
    row: &'static Scheme,
    after: Piece<'_>,
) -> Result<(LinkUrl, Option<Note>), LinkUrlError> {
    let slashes = after.text.starts_with("//");
    let rest = if slashes { after.from(2) } else { after };
    let mut parts = parts(rest, slashes, &row.all_keys())?;
    let is_path = row.spellings.contains(&"file");
    if !is_path && parts.rest.text.ends_with('/') {
        parts.rest = parts.rest.until(parts.rest.text.len() - 1);
    }
    let (endpoint, note) = (row.make)(&parts)?;
    Ok((finish(endpoint, &parts)?, note))
}

fn parts<'t>(
    text: Piece<'t>,
    slashes: bool,
    keys: &[&'static str],
) -> Result<Parts<'t>, LinkUrlError> {
    let (rest, query) = split_query(text);
    Ok(Parts {
        slashes,
        rest,
        query: Query::read(query, keys)?,
    })
}

fn split_query(text: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    match text.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (text, None),
    }
}

/// Adds the options that every kind has.
fn finish(endpoint: Endpoint, parts: &Parts<'_>) -> Result<LinkUrl, LinkUrlError> {
    let direction = match parts.query.get("direction") {
        None => false,
        Some(word) => match word.text.to_ascii_lowercase().as_str() {
            "receiver" => true,
            "both" => false,
            other => {
                return Err(word
                    .error(format!("direction `{other}` is not possible"))
                    .help("a link receives, or does both: direction=receiver or direction=both"));
            }
        },
    };
    let label = parts.query.text("label")?;
    Ok(LinkUrl {
        endpoint,
        label: label.filter(|label| !label.is_empty()),
        read_only: direction || parts.query.flag("readonly")?,
    })
}

/// MAVProxy's `:{"label":"x"}` behind a link.
fn json_tail(piece: Piece<'_>) -> Result<(Piece<'_>, Option<String>), LinkUrlError> {
    let Some(at) = piece.text.find(":{").filter(|_| piece.text.ends_with('}')) else {
        return Ok((piece, None));
    };
    let tail = piece.from(at + 1);
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(tail.text)
        .map_err(|error| tail.error(format!("the part in braces is not JSON: {error}")))?;
    let mut label = None;
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("label", serde_json::Value::String(text)) if !text.chars().any(char::is_control) => {
                label = Some(text).filter(|text| !text.is_empty());
            }
            ("label", _) => return Err(tail.error("the label is a text")),
            _ => {
                return Err(tail
                    .error(format!(
                        "`{}` is not taken from MAVProxy's braces",
                        key.escape_debug()
                    ))
                    .help("only {\"label\":\"NAME\"} is; write other options as ?key=value"));
            }
        }
    }
    Ok((piece.until(at), label))
}

/// A path that ends like a recording, taken letter by letter: `50%.tlog` is a file name.
fn bare_recording(piece: Piece<'_>) -> Option<Result<(LinkUrl, Option<Note>), LinkUrlError>> {
    let is_recording = |text: &str| {
        let text = text.to_ascii_lowercase();
        RECORDINGS.iter().any(|ending| text.ends_with(ending)) && !text.contains("://")
    };
    let (path, query) = if is_recording(piece.text) {
        (piece, None)
    } else {
        let (path, query) = split_query(piece);
        (is_recording(path.text)).then_some((path, query))?
    };
    let build = || {
        let keys = table::find("file")
            .map(Scheme::all_keys)
            .unwrap_or_default();
        let parts = Parts {
            slashes: false,
            rest: path,
            query: Query::read(query, &keys)?,
        };
        let endpoint = make::recording(&parts, path.text.to_owned())?;
        Ok((finish(endpoint, &parts)?, None))
    };
    Some(build())
}

/// `/tmp/port,57600`: a path with a rate is a port, wherever it lies.
fn looks_like_device(text: &str) -> bool {
    let tail = text.rsplit_once([',', ':']).map(|(_, tail)| tail);
    text.starts_with('/') && tail.is_some_and(hosts::all_digits)
}

fn bare_address(piece: Piece<'_>, role: Role) -> Result<(LinkUrl, Option<Note>), LinkUrlError> {
    let text = piece.text;
    if text.starts_with(['/', '.', '~']) {
        return Err(piece
            .error("this path is neither a device nor a recording by its name")
            .help(format!(
                "write serial://{text} for a port, file:{text} for a recording"
            )));
    }
    if let Some(error) = unknown_scheme(piece) {
        return Err(error);
    }
    let keys = table::find("udpout")
        .map(Scheme::all_keys)
        .unwrap_or_default();
    let parts = parts(piece, false, &keys)?;
    if !parts.rest.text.contains(':') {
        return Err(bare_word(parts.rest));
    }
    let (host, _) = hosts::host_and_port(parts.rest)?;
    let endpoint = match role {
        Role::Forward => make::udp_out(&parts)?,
        Role::Link if hosts::is_local(host.text) => make::udp_in(&parts)?,
        Role::Link => {
            return Err(parts
                .rest
                .error(format!(
                    "{} may be this machine or another one",
                    parts.rest.text
                ))
                .help(format!(
                    "write udpin:{0} to listen on it, or udpout:{0} to send to it",
                    parts.rest.text
                )));
        }
    };
    Ok((finish(endpoint, &parts)?, None))
}

fn bare_word(piece: Piece<'_>) -> LinkUrlError {
    let text = piece.text;
    let error = piece.error(format!("`{text}` is no link"));
    if hosts::all_digits(text) {
        return error.help(format!("did you mean udpin:0.0.0.0:{text}?"));
    }
    if table::find(text).is_some() {
        return error.help(format!("a colon follows the scheme: {text}:"));
    }
    if text.starts_with("tty") {
        return error.help(format!("did you mean /dev/{text}?"));
    }
    error.help(
        "a link is SCHEME:HOST:PORT such as udpin:0.0.0.0:14550, or a device such as /dev/ttyUSB0",
    )
}

/// A word before the first colon that was meant as a scheme and is none.
fn unknown_scheme(piece: Piece<'_>) -> Option<LinkUrlError> {
    let (word, after) = piece.split_once(':')?;
    let text = word.text;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte);
    if text.is_empty() || !text.bytes().all(plain) || hosts::is_local(text) {
        return None;
    }
    let has_more = after.text.contains(':') || after.text.starts_with("//");
    let near = suggest::nearest(text, table::words());
    let help = match text.to_ascii_lowercase().as_str() {
        "uds" | "unix" => {
            "Unix sockets are not supported; use udpin: or tcpin: on 127.0.0.1".to_owned()
        }
        "sim" => {
            "the built-in simulator is `volery demo`, or `volery sim --to udpout:127.0.0.1:14550`"
                .to_owned()
        }
        "http" | "https" => "did you mean ws:// or wss://?".to_owned(),
        _ if near.is_some() || has_more => near.map_or_else(
            || format!("known are {}", table::canonical_words().join(", ")),
            |near| format!("did you mean `{near}`?"),
        ),
        _ => return None,
    };
    Some(word.error(format!("unknown scheme `{text}`")).help(help))
}
