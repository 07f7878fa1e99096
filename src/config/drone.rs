//! `[[drone]]`: the vehicles an operator has listed, and how they are called.

use std::sync::Arc;

use toml::Spanned;

use super::{
    link::{self, LinkConfig, Placed},
    link_url::Role,
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
    let mut word = |key| section.text(key).map(Spanned::into_inner);
    let name = word("name");
    let vehicle_type = word("type");
    let category = word("category");
    let group = word("group");
    let color = word("color");
    let wants_connection = section.key_span("connection").is_some();
    let connection = link::read_url(&mut section, "connection", Role::Link);
    let id = section.require("id", id, "id = \"alpha\"");
    if !wants_connection {
        section.require("sysid", sysid.as_ref(), "sysid = 1");
    }
    section.done();
    let network = network.filter(|network| names::check("network", network, findings));
    let id = id.filter(|id| names::check("id", id, findings))?;
    let network_name: Arc<str> = match &network {
        Some(network) => network.get_ref().as_str().into(),
        None if wants_connection => id.get_ref().as_str().into(),
        None => DEFAULT_NETWORK.into(),
    };
    let connection = connection.map(|(url, text)| {
        let mut value = LinkConfig::new("", url);
        value.network = Arc::clone(&network_name);
        Placed {
            name: link::label(&value.url, &text),
            value,
            url: text,
        }
    });
    Some(PlacedDrone {
        value: DroneConfig {
            id: VehicleId::from(id.get_ref().as_str()),
            sysid: sysid.as_ref().map(|sysid| SystemId(*sysid.get_ref())),
            network: network_name,
            name,
            vehicle_type,
            category,
            group,
            color,
        },
        sysid: sysid.map_or_else(|| id.span(), |sysid| sysid.span()),
        network: network.map(|network| network.span()),
        id,
        connection,
    })
}
