//! What no single table can know: names and ports that are taken twice, ids that look like another vehicle's.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use toml::Spanned;

use super::{
    drone::PlacedDrone,
    findings::Findings,
    forward::ForwardConfig,
    link::{LinkConfig, Placed},
    link_url::{Endpoint, LinkUrl, Transport},
    names::DEFAULT_NETWORK,
    settings::free_name,
};
use crate::model::suggest;

/// Everything of a file that has names, ports or ids.
#[derive(Debug, Default)]
pub(super) struct Placement {
    pub(super) links: Vec<Placed<LinkConfig>>,
    pub(super) forwards: Vec<Placed<ForwardConfig>>,
    pub(super) drones: Vec<PlacedDrone>,
    /// Where the server listens.
    pub(super) server: Option<std::net::SocketAddr>,
}

impl Placement {
    /// Moves the links of `connection` keys to the others; they are named like their drones where that is free.
    pub(super) fn adopt_connections(&mut self) {
        for drone in &mut self.drones {
            if let Some(mut link) = drone.connection.take() {
                let id = drone.id.get_ref();
                let named = |name: &Option<Spanned<String>>| {
                    name.as_ref().is_some_and(|name| name.get_ref() == id)
                };
                let taken = self.links.iter().any(|other| named(&other.name))
                    || self.forwards.iter().any(|other| named(&other.name));
                if link.name.is_none() && !taken {
                    link.name = Some(drone.id.clone());
                }
                self.links.push(link);
            }
        }
    }

    /// Adds the link that is there when a file names none; it has no place in the file.
    pub(super) fn add_standard_link(&mut self) {
        let url = LinkUrl::standard();
        self.links.push(Placed {
            url: Spanned::new(0..0, url.to_string()),
            value: LinkConfig::new("", url),
            name: None,
        });
    }

    /// Gives every link and forward its name, and reports names given twice.
    pub(super) fn name_all(&mut self, findings: &Findings<'_>) {
        let mut taken: BTreeMap<String, Range<usize>> = BTreeMap::new();
        let links = self.links.iter().map(|link| &link.name);
        let forwards = self.forwards.iter().map(|forward| &forward.name);
        for name in links.chain(forwards).flatten() {
            match taken.get(name.get_ref()) {
                None => {
                    taken.insert(name.get_ref().clone(), name.span());
                }
                Some(first) => {
                    let line = findings.line(first.start);
                    let message = format!("the name \"{}\" is taken", name.get_ref());
                    let help =
                        format!("line {line} has it; links and forwards need names of their own");
                    findings.error(name.span(), message, &help);
                }
            }
        }
        let mut name_of = |given: &Option<Spanned<String>>, endpoint: &Endpoint| -> Arc<str> {
            if let Some(name) = given {
                return name.get_ref().as_str().into();
            }
            let name = free_name(endpoint.scheme(), |name| taken.contains_key(name));
            taken.insert(name.to_string(), 0..0);
            name
        };
        for link in &mut self.links {
            link.value.name = name_of(&link.name, &link.value.url.endpoint);
        }
        for forward in &mut self.forwards {
            forward.value.name = name_of(&forward.name, &forward.value.url.endpoint);
        }
    }

    /// Two listeners cannot have one port, and a serial port has one reader.
    pub(super) fn check_ports(&self, findings: &Findings<'_>) {
        let links = self
            .links
            .iter()
            .map(|one| (&one.value.url.endpoint, &one.url));
        let forwards = self
            .forwards
            .iter()
            .map(|one| (&one.value.url.endpoint, &one.url));
        let all: Vec<_> = links.chain(forwards).collect();
        for (index, (endpoint, url)) in all.iter().enumerate() {
            let rival = all[..index]
                .iter()
                .find(|(other, _)| collide(other, endpoint));
            if let Some((_, other)) = rival {
                let owner = match other.span() {
                    place if place.is_empty() => "the standard link".to_owned(),
                    place => format!("the link of line {}", findings.line(place.start)),
                };
                let (what, help) = match endpoint.listens_on() {
                    Some((_, _, port)) => (format!("port {port}"), "listen on another port"),
                    None => ("this device".to_owned(), "a serial port has one reader"),
                };
                let message = format!("{what} is taken by {owner}");
                findings.error(url.span(), message, help);
            }
            if let (Some(server), Some((Transport::Tcp, host, port))) =
                (self.server, endpoint.listens_on())
                && port == server.port()
                && port != 0
                && overlap(host, &server.ip().to_string())
            {
                let message = format!("port {port} is taken by `listen` of [server]");
                findings.error(url.span(), message, "listen on another port");
            }
        }
    }

    /// A forward of a network that no link has would carry nothing.
    pub(super) fn check_forwards(&self, findings: &Findings<'_>) {
        if findings.errors() > 0 {
            return;
        }
        let links = self.links.iter().map(|link| &*link.value.network);
        // Links of flags belong to it.
        let known: BTreeSet<&str> = links.chain([DEFAULT_NETWORK]).collect();
        let named = self.forwards.iter().flat_map(|one| &one.value.networks);
        for network in named.filter(|network| !known.contains(network.text.as_str())) {
            let message = format!("no link belongs to network `{}`", network.text);
            let near = suggest::nearest(&network.text, known.iter().copied());
            let help = near.map_or_else(
                || {
                    format!(
                        "links have {}",
                        known.iter().copied().collect::<Vec<_>>().join(", ")
                    )
                },
                |near| format!("did you mean \"{near}\"?"),
            );
            findings.error(network.at.clone(), message, &help);
        }
    }

    /// Ids, system ids and networks of drones.
    pub(super) fn check_drones(&self, station: u8, findings: &Findings<'_>) {
        for (index, drone) in self.drones.iter().enumerate() {
            let before = &self.drones[..index];
            check_id(drone, before, findings);
            check_sysid(drone, before, findings);
            if drone.value.sysid.is_some_and(|sysid| sysid.0 == station) {
                let message = format!("this station itself is system {station}");
                let help =
                    "give the vehicle another SYSID_THISMAV, or the station another [gcs] sysid";
                findings.warn(drone.sysid.clone(), message, help);
            }
            self.check_look(drone, findings);
            self.check_network(drone, findings);
        }
        self.check_missing_sysids(findings);
    }

    /// `mav-7` is how an unlisted vehicle 7 of network `mav` will be called.
    fn check_look(&self, drone: &PlacedDrone, findings: &Findings<'_>) {
        let Some((network, number)) = drone.id.get_ref().rsplit_once('-') else {
            return;
        };
        let Some(number) = number
            .parse::<u8>()
            .ok()
            .filter(|number| *number > 0 && drone.id.get_ref().ends_with(&format!("-{number}")))
        else {
            return;
        };
        let is_known = network == DEFAULT_NETWORK
            || self
                .links
                .iter()
                .any(|link| *link.value.network == *network)
            || self
                .drones
                .iter()
                .any(|other| *other.value.network == *network);
        let is_itself = *drone.value.network == *network
            && drone.value.sysid.is_some_and(|sysid| sysid.0 == number);
        if is_known && !is_itself {
            let message = format!(
                "`{}` looks like system {number} of network {network}",
                drone.id.get_ref()
            );
            let help =
                "vehicles that are heard but not listed get ids of this form; choose another id";
            findings.error(drone.id.span(), message, help);
        }
    }

    /// Said only of files without mistakes: the link may be one that could not be read.
    fn check_network(&self, drone: &PlacedDrone, findings: &Findings<'_>) {
        if findings.errors() > 0 {
            return;
        }
        let network = &drone.value.network;
        if self.links.iter().any(|link| link.value.network == *network) {
            return;
        }
        let span = drone.network.clone().unwrap_or_else(|| drone.id.span());
        let message = format!(
            "no link belongs to network `{network}`: `{}` will not be heard",
            drone.id.get_ref()
        );
        let mut known: Vec<&str> = self.links.iter().map(|link| &*link.value.network).collect();
        known.sort_unstable();
        known.dedup();
        let help = if known.is_empty() {
            "add a [[link]] with this network".to_owned()
        } else {
            format!("links have {}", known.join(", "))
        };
        findings.warn(span, message, &help);
    }

    /// A drone without a system id takes whoever it hears, so it must be alone.
    fn check_missing_sysids(&self, findings: &Findings<'_>) {
        for (index, drone) in self.drones.iter().enumerate() {
            let shares = |(other, placed): (usize, &PlacedDrone)| {
                other != index && placed.value.network == drone.value.network
            };
            if drone.value.sysid.is_none() && self.drones.iter().enumerate().any(shares) {
                let message = format!("`{}` needs `sysid`", drone.id.get_ref());
                let help = format!("network {} has other drones", drone.value.network);
                findings.error(drone.id.span(), message, &help);
            }
        }
    }
}

fn check_id(drone: &PlacedDrone, before: &[PlacedDrone], findings: &Findings<'_>) {
    let id = drone.id.get_ref();
    if let Some(first) = before.iter().find(|other| other.id.get_ref() == id) {
        let line = findings.line(first.id.span().start);
        let help = format!("line {line} has it; every drone needs an id of its own");
        findings.error(drone.id.span(), format!("the id \"{id}\" is taken"), &help);
    }
}

fn check_sysid(drone: &PlacedDrone, before: &[PlacedDrone], findings: &Findings<'_>) {
    let Some(sysid) = drone.value.sysid else {
        return;
    };
    let same = |other: &&PlacedDrone| {
        other.value.sysid == Some(sysid) && other.value.network == drone.value.network
    };
    if let Some(first) = before.iter().find(same) {
        let message = format!(
            "system {sysid} of network {} is `{}` already",
            drone.value.network,
            first.id.get_ref()
        );
        let line = findings.line(first.sysid.start);
        let help = format!("line {line} lists it; give one of them another sysid or network");
        findings.error(drone.sysid.clone(), message, &help);
    }
}

fn collide(one: &Endpoint, other: &Endpoint) -> bool {
    if let (Endpoint::Serial { device, .. }, Endpoint::Serial { device: second, .. }) = (one, other)
    {
        return device == second;
    }
    match (one.listens_on(), other.listens_on()) {
        (Some((transport, host, port)), Some((second, rival, rival_port))) => {
            transport == second && port == rival_port && port != 0 && overlap(host, rival)
        }
        _ => false,
    }
}

/// Whether two local addresses share a port: the same one, or one that means all.
fn overlap(one: &str, other: &str) -> bool {
    let all = |host: &str| matches!(host, "0.0.0.0" | "::");
    let plain = |host: &str| {
        if host == "localhost" {
            "127.0.0.1".to_owned()
        } else {
            host.to_owned()
        }
    };
    all(one) || all(other) || plain(one) == plain(other)
}
