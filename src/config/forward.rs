//! `[[forward]]`: the ways out to other ground stations, and what goes on them.

use std::{ops::Range, sync::Arc};

use toml::{Spanned, de::DeValue};

use super::{
    link::{Placed, label, read_url},
    link_url::{LinkUrl, Role},
    names,
    reader::Section,
};
use crate::model::ids::SystemId;

/// A way out to another ground station (`[[forward]]`). An empty list leaves its question open.
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardConfig {
    /// Unique among links and forwards.
    pub name: Arc<str>,
    /// Where it goes.
    pub url: LinkUrl,
    /// Whether the other station may send to the vehicles.
    pub direction: Direction,
    /// Only what comes over links of these networks.
    pub networks: Vec<Word>,
    /// Only what these system ids send.
    pub sysids: Vec<SystemId>,
    /// Only these messages.
    pub messages: Vec<Word>,
    /// Not these messages.
    pub except_messages: Vec<Word>,
}

/// A word of the file with its place: the name of a network, or of a message (whether there is one of that name is
/// for whoever knows the dialects).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Where it stands in the file, bytes.
    pub at: Range<usize>,
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

impl ForwardConfig {
    /// A forward of everything, out only.
    #[must_use]
    pub fn new(name: &str, url: LinkUrl) -> Self {
        Self {
            name: name.into(),
            url,
            direction: Direction::Out,
            networks: Vec::new(),
            sysids: Vec::new(),
            messages: Vec::new(),
            except_messages: Vec::new(),
        }
    }
}

pub(super) fn read(mut section: Section<'_>) -> Option<Placed<ForwardConfig>> {
    let findings = section.findings();
    let name = section.text("name");
    let url = read_url(&mut section, "url", Role::Forward);
    let directions = [("out", Direction::Out), ("both", Direction::Both)];
    let direction = section.choice("direction", &directions);
    let url = section.require("url", url, "url = \"udpout:192.168.1.20:14550\"");
    let mut networks = section.texts("networks");
    networks.retain(|network| names::check("networks", network, findings));
    let sysids = section.wholes("sysids", 1..=255);
    let messages = read_messages(&mut section, "messages");
    let except_messages = read_messages(&mut section, "except_messages");
    section.done();
    let (url, text) = url?;
    let name = name.or_else(|| label(&url, &text));
    // `?readonly=1` says the same as `out`, and the careful word wins.
    let direction = direction.map_or_else(Direction::default, Spanned::into_inner);
    let direction = if url.read_only {
        Direction::Out
    } else {
        direction
    };
    let forward = ForwardConfig {
        direction,
        networks: words(networks),
        sysids: sysids
            .into_iter()
            .map(|sysid| SystemId(sysid as u8))
            .collect(),
        messages,
        except_messages,
        ..ForwardConfig::new("", url)
    };
    Some(Placed {
        value: forward,
        name,
        url: text,
    })
}

fn read_messages(section: &mut Section<'_>, key: &'static str) -> Vec<Word> {
    // An empty list says "no message at all", which nobody means.
    if let Some(DeValue::Array(list)) = section.raw(key).map(Spanned::get_ref)
        && list.is_empty()
        && let Some(span) = section.key_span(key)
    {
        let message = format!("`{key}` is empty");
        section
            .findings()
            .warn(span, message, "leave it out to carry every message");
    }
    words(section.texts(key))
}

fn words(texts: Vec<Spanned<String>>) -> Vec<Word> {
    let word = |text: Spanned<String>| Word {
        at: text.span(),
        text: text.into_inner(),
    };
    texts.into_iter().map(word).collect()
}
