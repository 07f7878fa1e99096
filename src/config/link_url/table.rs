//! Every scheme in one table: it drives the parser and the help text alike.

use std::fmt::Write as _;

use super::{
    endpoint::{Endpoint, FlowControl},
    make,
    piece::{LinkUrlError, Note},
    query::Parts,
    serial,
};

/// An endpoint, and how an ambiguous spelling was read.
type Made = Result<(Endpoint, Option<Note>), LinkUrlError>;

/// One way of writing links.
pub(super) struct Scheme {
    /// Canonical form, as in the help.
    pub(super) form: &'static str,
    /// Words before the colon, the canonical one first; lower case.
    pub(super) spellings: &'static [&'static str],
    /// One line of help.
    pub(super) what: &'static str,
    /// What is taken where the text says nothing, in words.
    pub(super) defaults: &'static str,
    /// One that can be copied.
    pub(super) example: &'static str,
    /// Query keys besides [`COMMON_KEYS`].
    pub(super) keys: &'static [&'static str],
    /// Builds the endpoint.
    pub(super) make: fn(&Parts<'_>) -> Made,
}

/// Query keys of every kind; `direction=receiver` is mavlink-server's word for `readonly=1`.
pub(super) const COMMON_KEYS: &[&str] = &["label", "readonly", "direction"];

/// The schemes, in the order of the help text.
pub(super) const SCHEMES: &[Scheme] = &[
    Scheme {
        form: "udpin:HOST:PORT",
        spellings: &["udpin", "udps", "udpserver"],
        what: "listen for UDP; every sender is a peer of its own",
        defaults: "0.0.0.0:14550",
        example: "udpin:0.0.0.0:14550",
        keys: &[],
        make: |parts| Ok((make::udp_in(parts)?, None)),
    },
    Scheme {
        form: "udpout:HOST:PORT",
        spellings: &["udpout", "udpc", "udpclient"],
        what: "send UDP to an address and take its answers",
        defaults: "port 14550",
        example: "udpout:192.168.1.20:14550",
        keys: &["bind"],
        make: |parts| Ok((make::udp_out(parts)?, None)),
    },
    Scheme {
        form: "udpbcast:HOST:PORT",
        spellings: &["udpbcast", "udpb"],
        what: "broadcast UDP until somebody answers",
        defaults: "255.255.255.255:14550",
        example: "udpbcast:192.168.1.255:14550",
        keys: &["bind"],
        make: |parts| Ok((make::udp_broadcast(parts)?, None)),
    },
    Scheme {
        form: "mcast:GROUP:PORT",
        spellings: &["mcast"],
        what: "join a multicast group",
        defaults: "239.255.145.50:14550",
        example: "mcast:239.255.145.50:14550",
        keys: &["bind"],
        make: |parts| Ok((make::multicast(parts)?, None)),
    },
    Scheme {
        form: "tcpout:HOST:PORT",
        spellings: &["tcpout", "tcpc", "tcpclient"],
        what: "connect to a TCP server",
        defaults: "port 5760",
        example: "tcpout:127.0.0.1:5760",
        keys: &[],
        make: |parts| Ok((make::tcp_out(parts)?, None)),
    },
    Scheme {
        form: "tcpin:HOST:PORT",
        spellings: &["tcpin", "tcps", "tcpserver"],
        what: "listen for TCP clients, any number of them",
        defaults: "0.0.0.0:5760",
        example: "tcpin:0.0.0.0:5760",
        keys: &[],
        make: |parts| Ok((make::tcp_in(parts)?, None)),
    },
    Scheme {
        form: "serial://DEV?baud=N",
        spellings: &["serial"],
        what: "a serial port; /dev/x,57600 and COM3,57600 do as well",
        defaults: "57600 baud, 115200 for ttyACM; flow=none",
        example: "serial:///dev/ttyUSB0?baud=57600",
        keys: &["baud", "baudrate", "flow"],
        make: |parts| Ok((serial::make(parts, FlowControl::None)?, None)),
    },
    Scheme {
        form: "serial_flowcontrol://DEV:BAUD",
        spellings: &["serial_flowcontrol"],
        what: "a serial port with flow=rtscts, in MAVSDK's spelling",
        defaults: "as serial",
        example: "serial_flowcontrol:///dev/ttyUSB0:57600",
        keys: &["baud", "baudrate", "flow"],
        make: |parts| Ok((serial::make(parts, FlowControl::RtsCts)?, None)),
    },
    Scheme {
        form: "file:PATH",
        spellings: &["file", "tlog", "tlogr", "tlogreader"],
        what: "play a recording; a path ending in .tlog, .rlog or .raw does as well",
        defaults: "speed=1, loop=0",
        example: "file:flight.tlog?speed=4",
        keys: &["speed", "loop"],
        make: |parts| Ok((make::file(parts)?, None)),
    },
    Scheme {
        form: "ws://HOST:PORT",
        spellings: &["ws"],
        what: "frames from another instance",
        defaults: "port 80, path /ws/frames",
        example: "ws://relay.local:8780",
        keys: &[],
        make: |parts| make::web_socket(parts, "ws"),
    },
    Scheme {
        form: "wss://HOST:PORT",
        spellings: &["wss"],
        what: "the same over TLS",
        defaults: "port 443, path /ws/frames",
        example: "wss://relay.example.org",
        keys: &[],
        make: |parts| make::web_socket(parts, "wss"),
    },
    Scheme {
        form: "udp:HOST:PORT",
        spellings: &["udp"],
        what: "udpin in pymavlink's spelling; with // as MAVSDK: udpout when a host is named",
        defaults: "0.0.0.0:14550",
        example: "udp:0.0.0.0:14550",
        keys: &["bind"],
        make: make::udp,
    },
    Scheme {
        form: "tcp:HOST:PORT",
        spellings: &["tcp"],
        what: "tcpout; with // and no host tcpin, as MAVSDK",
        defaults: "port 5760",
        example: "tcp:127.0.0.1:5760",
        keys: &[],
        make: make::tcp,
    },
];

impl Scheme {
    /// Every query key that this kind of link takes.
    pub(super) fn all_keys(&self) -> Vec<&'static str> {
        self.keys.iter().chain(COMMON_KEYS).copied().collect()
    }
}

/// The scheme written as `word`, in any case.
pub(super) fn find(word: &str) -> Option<&'static Scheme> {
    let is_it = |spelling: &str| spelling.eq_ignore_ascii_case(word);
    SCHEMES
        .iter()
        .find(|scheme| scheme.spellings.iter().any(|spelling| is_it(spelling)))
}

/// Every word that may stand before the colon.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    SCHEMES
        .iter()
        .flat_map(|scheme| scheme.spellings.iter().copied())
}

/// The canonical word of every scheme.
pub(super) fn canonical_words() -> Vec<&'static str> {
    SCHEMES.iter().map(|scheme| scheme.spellings[0]).collect()
}

/// The ways of writing a link, for `--help` and the manual; one block of lines per scheme.
#[must_use]
pub fn grammar_help() -> String {
    let mut out = String::new();
    for scheme in SCHEMES {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:<30} {}", scheme.form, scheme.what);
        let mut facts = vec![format!("default {}", scheme.defaults)];
        if scheme.spellings.len() > 1 {
            facts.push(format!("also {}", scheme.spellings[1..].join(", ")));
        }
        if !scheme.keys.is_empty() {
            facts.push(format!("options {}", scheme.keys.join(", ")));
        }
        let _ = writeln!(out, "{:<30} {}", "", facts.join("; "));
        let _ = writeln!(out, "{:<30} e.g. {}", "", scheme.example);
    }
    out.push_str("Every kind takes ?label=NAME and ?readonly=1. ");
    out.push_str("A bare HOST:PORT listens as a link when the host is this machine, and is sent to as a forward.\n");
    out
}
