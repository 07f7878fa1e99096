//! `[[link]]` and `[[forward]]`: the ways in, and the ways out to other stations.

use std::{fmt, path::PathBuf, sync::Arc};

use toml::{Spanned, de::DeValue};

use super::{
    enforced,
    link_url::{Endpoint, LinkUrl, Role},
    names::{self, DEFAULT_NETWORK},
    reader::Section,
};

/// A configured link.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkConfig {
    /// Unique among links and forwards.
    pub name: Arc<str>,
    /// Where it goes.
    pub url: LinkUrl,
    /// The set of links in which a system id is unique.
    pub network: Arc<str>,
    /// How much is asked for.
    pub class: LinkClass,
    /// Never transmit on it.
    pub passive: bool,
    /// Budget; `None` is what the class allows.
    pub bytes_per_s: Option<u32>,
    /// Messages wanted; a missing rate is what the class wants.
    pub rates: Rates,
    /// Message signing.
    pub signing: Option<SigningConfig>,
    /// Token for a `ws://` or `wss://` link.
    pub token_file: Option<PathBuf>,
}

/// How much a link carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkClass {
    /// A telemetry radio: a few kB/s.
    Radio,
    /// A network.
    Lan,
    /// A satellite modem: every byte costs.
    Satcom,
}

/// Which message rates are asked of the vehicles on a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rates {
    /// Ask for nothing (`rates = "keep"`).
    Keep,
    /// Ask for these, in Hz; `None` is what the class wants, 0 leaves the class of messages alone.
    Wanted {
        /// GLOBAL_POSITION_INT and its kin.
        position: Option<f64>,
        /// ATTITUDE.
        attitude: Option<f64>,
        /// SYS_STATUS, GPS_RAW_INT and other slow ones.
        status: Option<f64>,
    },
}

/// `signing = { … }` (<https://mavlink.io/en/guide/message_signing.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningConfig {
    /// What is accepted.
    pub policy: SigningPolicy,
    /// Where the key is; `None` only with policy `off`.
    pub key: Option<SigningKey>,
}

/// What is done about signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPolicy {
    /// Neither sign nor check.
    Off,
    /// Sign, and take unsigned frames too.
    Accept,
    /// Sign, and drop unsigned frames.
    Require,
}

/// Where a signing key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningKey {
    /// An environment variable.
    Env(String),
    /// A file.
    File(PathBuf),
}

/// A way out to another ground station (`[[forward]]`).
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardConfig {
    /// Unique among links and forwards.
    pub name: Arc<str>,
    /// Where it goes.
    pub url: LinkUrl,
    /// Whether the other station may send to the vehicles.
    pub direction: Direction,
}

/// Direction of a forward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// Frames go out only.
    #[default]
    Out,
    /// The other station may send to the vehicles.
    Both,
}

impl Default for Rates {
    fn default() -> Self {
        Self::Wanted {
            position: None,
            attitude: None,
            status: None,
        }
    }
}

impl LinkClass {
    /// What a kind of link usually is: serial ports lead to radios.
    #[must_use]
    pub fn usual(endpoint: &Endpoint) -> Self {
        match endpoint {
            Endpoint::Serial { .. } => Self::Radio,
            _ => Self::Lan,
        }
    }
}

impl fmt::Display for LinkClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Radio => "radio",
            Self::Lan => "lan",
            Self::Satcom => "satcom",
        })
    }
}

impl LinkConfig {
    /// A link with nothing but its URL said about it.
    #[must_use]
    pub fn new(name: &str, url: LinkUrl) -> Self {
        Self {
            name: name.into(),
            network: DEFAULT_NETWORK.into(),
            class: LinkClass::usual(&url.endpoint),
            passive: url.read_only,
            bytes_per_s: None,
            rates: Rates::default(),
            signing: None,
            token_file: None,
            url,
        }
    }
}

/// Something read, with the places that later checks point at.
#[derive(Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    /// The name, when one was given.
    pub(super) name: Option<Spanned<String>>,
    /// The URL as written.
    pub(super) url: Spanned<String>,
}

/// Reads a link URL and reports it at its place; a note becomes a warning.
pub(super) fn read_url(
    section: &mut Section<'_>,
    key: &'static str,
    role: Role,
) -> Option<(LinkUrl, Spanned<String>)> {
    let text = section.text(key)?;
    let findings = section.findings();
    match LinkUrl::parse(text.get_ref(), role) {
        Ok((url, note)) => {
            if let Some(note) = note {
                findings.warn(text.span(), note.0, &format!("write \"{url}\""));
            }
            Some((url, text))
        }
        Err(error) => {
            let span = findings.within(&text, &error.at);
            findings.error(span, error.message, &error.help.unwrap_or_default());
            None
        }
    }
}

pub(super) fn read(mut section: Section<'_>) -> Option<Placed<LinkConfig>> {
    let findings = section.findings();
    let name = section.text("name");
    let url = read_url(&mut section, "url", Role::Link);
    let network = section.text("network");
    let classes = [
        ("radio", LinkClass::Radio),
        ("lan", LinkClass::Lan),
        ("satcom", LinkClass::Satcom),
    ];
    let class = section.choice("class", &classes);
    let passive = section.flag("passive");
    let bytes_per_s = section.whole("bytes_per_s", 1..=i64::from(u32::MAX));
    let rates = read_rates(&mut section);
    let signing = read_signing(&mut section);
    let token_span = section.key_span("token_file");
    let token_file = section.path("token_file");
    let url = section.require("url", url, "url = \"udpin:0.0.0.0:14550\"");
    section.done();
    let network = network.filter(|network| names::check("network", network, findings));
    let (url, text) = url?;
    if let Some(span) = token_span {
        let is_ws = matches!(url.endpoint, Endpoint::WebSocket { .. });
        if !is_ws {
            let message = format!("a {} link shows no token", url.endpoint.scheme());
            findings.warn(
                span.clone(),
                message,
                "token_file is for ws:// and wss:// links",
            );
        }
        enforced::used("link.token_file", span, findings);
    }
    let mut link = LinkConfig::new("", url);
    if let Some(network) = network {
        link.network = network.into_inner().into();
    }
    link.class = class.map_or(link.class, Spanned::into_inner);
    link.passive |= passive.unwrap_or(false);
    link.bytes_per_s = bytes_per_s.map(|number| number.into_inner() as u32);
    link.rates = rates;
    link.signing = signing;
    link.token_file = token_file;
    let name = name.or_else(|| label(&link.url, &text));
    Some(Placed {
        value: link,
        name,
        url: text,
    })
}

/// A `?label=` names a link that has no `name`.
pub(super) fn label(url: &LinkUrl, text: &Spanned<String>) -> Option<Spanned<String>> {
    let label = url.label.clone()?;
    Some(Spanned::new(text.span(), label))
}

fn read_rates(section: &mut Section<'_>) -> Rates {
    let Some(value) = section.raw("rates") else {
        return Rates::default();
    };
    match value.get_ref() {
        DeValue::String(word) if word == "keep" => Rates::Keep,
        DeValue::Table(_) => {
            let Some(mut rates) = section.section("rates") else {
                return Rates::default();
            };
            let mut hz = |key| rates.number(key, 0.0..=1000.0).map(Spanned::into_inner);
            let wanted = Rates::Wanted {
                position: hz("position"),
                attitude: hz("attitude"),
                status: hz("status"),
            };
            rates.done();
            wanted
        }
        _ => {
            section.findings().error(
                value.span(),
                "`rates` is a table of rates in Hz, or \"keep\"",
                "rates = { position = 4, attitude = 4, status = 1 }",
            );
            Rates::default()
        }
    }
}

fn read_signing(section: &mut Section<'_>) -> Option<SigningConfig> {
    let span = section.key_span("signing");
    let mut signing = section.section("signing")?;
    let findings = section.findings();
    let policies = [
        ("off", SigningPolicy::Off),
        ("accept", SigningPolicy::Accept),
        ("require", SigningPolicy::Require),
    ];
    let policy = signing.choice("policy", &policies);
    let env = signing.text("key_env").map(Spanned::into_inner);
    let file = signing.path("key_file");
    // Without a word about it, a key that is given is meant to protect.
    let policy = policy.map_or(SigningPolicy::Require, Spanned::into_inner);
    let help = "signing = { key_env = \"NAME\", policy = \"require\" }, or key_file";
    let key = match (env, file) {
        (Some(env), None) => Some(SigningKey::Env(env)),
        (None, Some(file)) => Some(SigningKey::File(file)),
        (None, None) => {
            if policy != SigningPolicy::Off {
                findings.error(signing.span(), "signing needs a key", help);
            }
            None
        }
        (Some(_), Some(_)) => {
            findings.error(signing.span(), "signing takes one key only", help);
            None
        }
    };
    signing.done();
    if let Some(span) = span.filter(|_| policy != SigningPolicy::Off) {
        enforced::used("link.signing", span, findings);
    }
    Some(SigningConfig { policy, key })
}

pub(super) fn read_forward(mut section: Section<'_>) -> Option<Placed<ForwardConfig>> {
    let name = section.text("name");
    let url = read_url(&mut section, "url", Role::Forward);
    let directions = [("out", Direction::Out), ("both", Direction::Both)];
    let direction = section.choice("direction", &directions);
    let url = section.require("url", url, "url = \"udpout:192.168.1.20:14550\"");
    section.done();
    let (url, text) = url?;
    let name = name.or_else(|| label(&url, &text));
    Some(Placed {
        value: ForwardConfig {
            name: "".into(),
            url,
            direction: direction.map_or_else(Direction::default, Spanned::into_inner),
        },
        name,
        url: text,
    })
}
