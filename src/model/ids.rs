//! Who is who: newtypes for every identifier, so that one 8-bit number is never taken for another.
//!
//! A vehicle is a (network, system id) pair; links and peers are small numbers handed out by `app`
//! and the links themselves. Nothing here knows how bytes look on a wire.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// MAVLink system id (<https://mavlink.io/en/guide/serialization.html>); 0 means "all" and is never a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SystemId(pub u8);

/// MAVLink component id within a system; 0 means "all".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ComponentId(pub u8);

impl ComponentId {
    /// `MAV_COMP_ID_AUTOPILOT1`.
    pub const AUTOPILOT: Self = Self(1);
}

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A configured link: its place in the list that `app` made at start. Names live in `LinkState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkId(pub u16);

/// One remote address on a link; numbered by the link, 0 for links that have only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId(pub u32);

/// A link and a peer over which a vehicle is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId {
    /// The link.
    pub link: LinkId,
    /// The remote address on it.
    pub peer: PeerId,
}

/// The printable name of a vehicle: the `id` of its `[[drone]]`, else `NETWORK-SYSID` (`mav-1`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VehicleId(pub Arc<str>);

impl VehicleId {
    /// The id of a vehicle that is heard but not listed in `fleet.toml`.
    #[must_use]
    pub fn unlisted(network: &str, system: SystemId) -> Self {
        Self(format!("{network}-{system}").into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for VehicleId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for VehicleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
