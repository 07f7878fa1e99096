//! `[[drone]]`: the vehicles an operator has listed, and how they are called.

use std::sync::Arc;

use toml::Spanned;

use super::{
    link::{self, LinkConfig, Placed},
    link_url::{LinkUrl, Role},
    names::{self, DEFAULT_NETWORK},
    reader::Section,
    station,
};
use crate::model::ids::{SystemId, VehicleId};

/// A listed vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroneConfig {
    /// Unique printable id.
    pub id: VehicleId,
    /// Its system id; `None` (only with a `connection`) takes whoever is heard there.
    pub sysid: Option<SystemId>,
    /// The network in which that id is its own.
    pub network: Arc<str>,
    /// How people call it.
    pub name: Option<String>,
    /// What the operator says it is (`type`).
    pub vehicle_type: Option<String>,
    /// What it is for.
    pub category: Option<String>,
    /// Group it belongs to.
    pub group: Option<String>,
    /// Its colour on map and table, by name or `#rrggbb`.
    pub color: Option<String>,
}

/// A drone with the places that later checks point at.
#[derive(Debug)]
pub(super) struct PlacedDrone {
    pub(super) value: DroneConfig,
    pub(super) id: Spanned<String>,
    /// Where the system id or, without one, the id stands.
    pub(super) sysid: std::ops::Range<usize>,
    /// Where a network is named.
    pub(super) network: Option<std::ops::Range<usize>>,
    /// The link of its own.
    pub(super) connection: Option<Placed<LinkConfig>>,
}

pub(super) fn read(mut section: Section<'_>) -> Option<PlacedDrone> {
    let findings = section.findings();
    let id = section.text("id");
    let sysid = station::id_byte(&mut section, "sysid");
    let network = section.text("network");
    let wants_connection = section.key_span("connection").is_some();
    let connection = link::read_url(&mut section, "connection", Role::Link);
    let id = section.require("id", id, "id = \"alpha\"");
    if !wants_connection {
        section.require("sysid", sysid.as_ref(), "sysid = 1");
    }
    let network = network.filter(|network| names::check("network", network, findings));
    let known = id.as_ref().filter(|id| names::check("id", id, findings));
    let own_network = known.filter(|_| wants_connection);
    let in_network = network.as_ref().or(own_network);
    let mut drone = read_words(&mut section);
    section.done();
    drone.id = VehicleId::from(known?.get_ref().as_str());
    drone.sysid = sysid.as_ref().map(|sysid| SystemId(*sysid.get_ref()));
    drone.network = in_network
        .map_or(DEFAULT_NETWORK, |name| name.get_ref())
        .into();
    let id = id?;
    Some(PlacedDrone {
        connection: connection.map(|(url, text)| own_link(&drone.network, url, text)),
        value: drone,
        sysid: sysid.map_or_else(|| id.span(), |sysid| sysid.span()),
        network: network.map(|network| network.span()),
        id,
    })
}

/// What is only shown.
fn read_words(section: &mut Section<'_>) -> DroneConfig {
    let mut word = |key| section.text(key).map(Spanned::into_inner);
    DroneConfig {
        id: VehicleId::from(""),
        sysid: None,
        network: DEFAULT_NETWORK.into(),
        name: word("name"),
        vehicle_type: word("type"),
        category: word("category"),
        group: word("group"),
        color: word("color"),
    }
}

/// The link of a `connection`; it belongs to the drone's network.
fn own_link(network: &Arc<str>, url: LinkUrl, text: Spanned<String>) -> Placed<LinkConfig> {
    let mut link = LinkConfig::new("", url);
    link.network = Arc::clone(network);
    Placed {
        name: link::label(&link.url, &text),
        value: link,
        url: text,
    }
}
