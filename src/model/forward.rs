//! A forward, the way out to another ground station: what it carries, what it counts, and the roads to the vehicles.

use std::{fmt, sync::Arc};

use super::{
    ids::{ComponentId, PathId, SystemId},
    time::TimeUs,
    words::MavType,
};

/// A forward: its place in the order in which they were started. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForwardId(pub u16);

/// Which way frames go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the other station only; what it sends is counted and dropped.
    Out,
    /// Also from the other station to the vehicles.
    Both,
}

impl Way {
    /// The word of fleet.toml.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Both => "both",
        }
    }
}

/// Which frames a forward carries. An empty list leaves its question open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForwardFilter {
    /// Only links of these networks.
    pub networks: Vec<Arc<str>>,
    /// Only these system ids.
    pub systems: Vec<SystemId>,
    /// Only these message ids, rising.
    pub messages: Vec<u32>,
    /// Not these message ids, rising.
    pub except: Vec<u32>,
}

impl ForwardFilter {
    /// Whether it carries anything of this network.
    #[must_use]
    pub fn has_network(&self, network: &str) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|one| **one == *network)
    }

    /// Whether it carries anything of this system.
    #[must_use]
    pub fn has_system(&self, system: SystemId) -> bool {
        self.systems.is_empty() || self.systems.contains(&system)
    }

    /// Whether it carries this message of this system.
    #[must_use]
    pub fn has(&self, system: SystemId, message: u32) -> bool {
        let is_listed = || self.messages.binary_search(&message).is_ok();
        self.has_system(system)
            && (self.messages.is_empty() || is_listed())
            && self.except.binary_search(&message).is_err()
    }
}

/// What the fleet must know of a forward before it opens.
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardInfo {
    /// Its name; unique among links and forwards.
    pub name: Arc<str>,
    /// Canonical URL, for display.
    pub url: Arc<str>,
    /// Which way frames go.
    pub way: Way,
    /// Which frames.
    pub filter: ForwardFilter,
}

/// Counters of a forward since it was started, frames unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForwardStatistics {
    /// When they were taken.
    pub t: TimeUs,
    /// Handed to the network.
    pub sent: u64,
    /// Bytes of those.
    pub sent_bytes: u64,
    /// Lost because the other side was too slow.
    pub dropped: u64,
    /// Kept back because they had been that way before.
    pub looped: u64,
    /// That the network refused.
    pub send_errors: u64,
    /// From the other station.
    pub received: u64,
    /// Of those, sent to the one vehicle they were for.
    pub passed: u64,
    /// Of those, sent to every vehicle.
    pub broadcast: u64,
    /// Of those, not sent on: nobody may send here, or no vehicle is there to take them.
    pub ignored: u64,
    /// Of those, carrying a signing key: never sent on.
    pub refused: u64,
    /// Of those, under this station's own id.
    pub own_id: u64,
    /// Frames whose CRC failed.
    pub bad_crc: u64,
    /// Remote addresses that are connected, or were heard lately.
    pub peers: u32,
    /// Who speaks there: system, component, what its heartbeat says, address.
    pub others: Vec<(SystemId, ComponentId, MavType, Option<Arc<str>>)>,
}

/// What a station behind a forward ordered, passed on to the vehicle; not when it was meant for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignOrder {
    /// When.
    pub t: TimeUs,
    /// The station.
    pub by: (SystemId, ComponentId),
    /// The vehicle; system 0 for all of them.
    pub system: SystemId,
    /// The message.
    pub message: &'static str,
    /// The MAV_CMD in it, if it carries one.
    pub command: Option<u16>,
}

/// How one vehicle is reached now: where frames of other stations for it go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Road {
    /// Its network.
    pub network: Arc<str>,
    /// Its system id.
    pub system: SystemId,
    /// Its autopilot.
    pub autopilot: ComponentId,
    /// Its primary path; the link may transmit.
    pub path: PathId,
    /// Whether the link has many peers, so that the path's must be named.
    pub shared: bool,
}

/// Who wants to know the roads; told by the fleet whenever it ticks, as long as they are wanted.
pub trait RoadBook: Send + Sync + fmt::Debug {
    /// Whether anybody wants them now.
    fn wants_roads(&self) -> bool;

    /// The roads as of now.
    fn set_roads(&self, roads: Vec<Road>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_asks_only_what_it_was_given() {
        let all = ForwardFilter::default();
        assert!(all.has_network("mav") && all.has(SystemId(9), 70_000));
        let some = ForwardFilter {
            networks: vec!["north".into()],
            systems: vec![SystemId(1), SystemId(2)],
            messages: vec![0, 33],
            except: vec![33],
        };
        assert!(some.has_network("north") && !some.has_network("south"));
        assert!(some.has(SystemId(1), 0));
        assert!(!some.has(SystemId(3), 0), "another system");
        assert!(!some.has(SystemId(1), 30), "not listed");
        assert!(!some.has(SystemId(1), 33), "listed and excepted");
    }
}
