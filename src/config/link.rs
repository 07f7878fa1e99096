//! `[[link]]`: the ways in.

use std::{fmt, path::PathBuf, sync::Arc};

use toml::{Spanned, de::DeValue};

use super::{
    enforced,
    link_url::{Endpoint, LinkUrl, Role},
    names::{self, DEFAULT_NETWORK},
    reader::Section,
    signing::{self, SigningConfig},
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
    /// What its vehicles together may send; `None` is what the class allows.
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
    // Without a URL the other keys are still read, for their mistakes.
    let standard = (LinkUrl::standard(), Spanned::new(0..0, String::new()));
    let is_good = url.is_some();
    let (url, text) = section
        .require("url", url, "url = \"udpin:0.0.0.0:14550\"")
        .unwrap_or(standard);
    let mut link = LinkConfig::new("", url);
    if let Some(network) = section.text("network")
        && names::check("network", &network, findings)
    {
        link.network = network.into_inner().into();
    }
    let classes = [
        ("radio", LinkClass::Radio),
        ("lan", LinkClass::Lan),
        ("satcom", LinkClass::Satcom),
    ];
    let class = section.choice("class", &classes);
    link.class = class.map_or(link.class, Spanned::into_inner);
    link.passive |= section.flag("passive").unwrap_or(false);
    let bytes_per_s = section.whole("bytes_per_s", 1..=i64::from(u32::MAX));
    link.bytes_per_s = bytes_per_s.map(|number| number.into_inner() as u32);
    link.rates = read_rates(&mut section);
    link.signing = signing::read(&mut section, &link.url.endpoint);
    link.token_file = read_token_file(&mut section, &link.url);
    section.done();
    let name = name.or_else(|| label(&link.url, &text));
    is_good.then_some(Placed {
        value: link,
        name,
        url: text,
    })
}

fn read_token_file(section: &mut Section<'_>, url: &LinkUrl) -> Option<PathBuf> {
    let path = section.path("token_file");
    let span = section.key_span("token_file")?;
    let findings = section.findings();
    if !matches!(url.endpoint, Endpoint::WebSocket { .. }) {
        let message = format!("a {} link shows no token", url.endpoint.scheme());
        let help = "token_file is for ws:// and wss:// links";
        findings.warn(span.clone(), message, help);
    }
    enforced::used("link.token_file", span, findings);
    path
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
                "`rates` must be a table of rates in Hz, or \"keep\"",
                "rates = { position = 4, attitude = 4, status = 1 }",
            );
            Rates::default()
        }
    }
}
