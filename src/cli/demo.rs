//! `volery demo`: the dashboard over a built-in simulated fleet that speaks MAVLink on real UDP sockets.
//! `volery sim`: that fleet alone, for another station.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener, UdpSocket},
    path::Path,
    sync::Arc,
    time::Duration,
};

use super::{
    arguments::{Craft, DemoArgs, Firmware, SimArgs},
    failure::{Failure, Status},
    forwards, plan, screen,
    signals::{End, Signals},
    station::{self, Owner, Show},
};
use crate::{
    app::plan::{LogPlan, Plan, PlannedLink},
    config::link_url::{Endpoint, LinkUrl, Role},
    fleet::roster::Listed,
    link::{route::Route, udp::UdpMode},
    model::{
        ids::{ComponentId, SystemId},
        link::{LinkInfo, Rates},
    },
    sim::{
        airframe::Airframe,
        demo::demo_options,
        error::SimError,
        fleet::Simulation,
        options::{FirmwareChoice, SimOptions},
        scenario::Scenario,
    },
    store,
};

/// The names of the demonstration fleet, in the order of their system ids.
const NAMES: [&str; 12] = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima",
];
/// Where browsers and programs are served when nobody holds the port.
const USUAL_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8780);

/// Shows the demonstration.
pub(super) fn demo(arguments: &DemoArgs) -> Result<End, Failure> {
    let options = screen::options(&arguments.screen, None)?;
    if !arguments.headless {
        screen::require_terminal(&options, "volery demo --headless")?;
    }
    let port = free_port()
        .map_err(|error| Failure::new(format!("cannot open a UDP port on loopback: {error}")))?;
    let (plan, log) = plan_of(arguments, port)?;
    let runtime = station::runtime()?;
    let running = station::start(&runtime, &plan)?;
    let target = SocketAddr::from(([127, 0, 0, 1], port));
    let fleet = demo_options(
        usize::from(arguments.vehicles),
        arguments.seed,
        vec![target],
    );
    let simulation = Simulation::start(&fleet).map_err(|error| sim_failure(&error))?;
    let show = Show {
        options,
        note: Some("DEMO".into()),
        replay: None,
    };
    let owner = Owner::of(running, None);
    let end = if arguments.headless {
        station::serve(runtime, owner)
    } else {
        station::show(runtime, owner, &plan, &show)
    };
    let _ = simulation.join();
    remove_log(&log);
    end
}

fn free_port() -> io::Result<u16> {
    Ok(UdpSocket::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn plan_of(arguments: &DemoArgs, port: u16) -> Result<(Plan, std::path::PathBuf), Failure> {
    let log = store::temporary_path();
    let log = log.map_err(|error| {
        Failure::new(format!("cannot make a folder for the demo's log: {error}"))
    })?;
    let names = NAMES.iter().take(usize::from(arguments.vehicles));
    let plan = Plan {
        name: "demo".into(),
        links: vec![link(port)],
        forwards: forwards::of_flags(&arguments.forward)?,
        listed: (1u8..)
            .zip(names)
            .map(|(system, name)| listed(system, name))
            .collect(),
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
        listen: arguments.listen.address(|| Some(usual_or_free())),
        hosts: Vec::new(),
        allowed_origins: Vec::new(),
        max_clients: 500,
        log: LogPlan::File {
            path: log.clone(),
            sample_hz: 5.0,
            frames: true,
        },
        recording_clock: false,
        config_text: String::new(),
        token_folder: plan::token_folder(Some(&log)),
        signing_file: None,
    };
    Ok((plan, log))
}

fn link(port: u16) -> PlannedLink {
    let info = LinkInfo {
        name: "demo".into(),
        url: format!("udpin:127.0.0.1:{port}").into(),
        network: "mav".into(),
        class: "lan",
        passive: false,
        shared: true,
        recording: false,
        signing: crate::model::signing::SigningPolicy::Off,
        rates: Some(Rates {
            position_hz: Some(5.0),
            attitude_hz: Some(5.0),
            status_hz: Some(1.0),
        }),
        bytes_per_s: None,
    };
    PlannedLink {
        info,
        route: Route::Udp {
            mode: UdpMode::Listen,
            host: "127.0.0.1".into(),
            port,
        },
        key: None,
    }
}

fn listed(system: u8, name: &str) -> Listed {
    Listed {
        id: name.to_lowercase().as_str().into(),
        name: Some(name.into()),
        network: Arc::from("mav"),
        system: Some(SystemId(system)),
        kind: None,
        category: None,
        group: None,
        color: None,
    }
}

/// The usual port, or a free one when another instance holds it.
fn usual_or_free() -> SocketAddr {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    TcpListener::bind(USUAL_LISTEN).map_or(free, |_| USUAL_LISTEN)
}

/// A demo leaves nothing behind.
fn remove_log(log: &Path) {
    if let Some(folder) = log.parent() {
        // What cannot be removed is in the system's temporary folder and goes with it.
        let _ = fs::remove_dir_all(folder);
    }
}

fn sim_failure(error: &SimError) -> Failure {
    let status = match error {
        SimError::Syntax { .. }
        | SimError::Fault { .. }
        | SimError::NoTarget
        | SimError::TooManyVehicles { .. } => Status::Usage,
        _ => Status::Link,
    };
    Failure::new(error.to_string()).with(status)
}

/// Runs a simulated fleet until a signal ends it.
pub(super) fn sim(arguments: &SimArgs) -> Result<End, Failure> {
    let targets: Result<Vec<_>, _> = arguments.to.iter().map(|url| target(url)).collect();
    let targets = room_for(usize::from(arguments.vehicles), targets?);
    let airframe = |craft: &Craft| match craft {
        Craft::Copter => Airframe::Copter,
        Craft::Plane => Airframe::Plane,
        Craft::Rover => Airframe::Rover,
    };
    let options = SimOptions {
        airframes: arguments.airframe.iter().map(airframe).collect(),
        autopilot: match arguments.autopilot {
            Firmware::Ardupilot => FirmwareChoice::ArduPilot,
            Firmware::Px4 => FirmwareChoice::Px4,
            Firmware::Mixed => FirmwareChoice::Mixed,
        },
        rate_hz: arguments.rate,
        seed: arguments.seed,
        scenario: scenario(arguments.scenario.as_deref())?,
        ..SimOptions::parked(usize::from(arguments.vehicles), targets.clone())
    };
    let simulation = Simulation::start(&options).map_err(|error| sim_failure(&error))?;
    let to: Vec<String> = targets.iter().map(SocketAddr::to_string).collect();
    let to = to.join(" ");
    super::say(&format!(
        "{} vehicles speak to {to}; Ctrl-C ends them",
        arguments.vehicles
    ));
    let runtime = station::runtime()?;
    let end = runtime.block_on(async { Ok(Signals::listen()?.end().await) });
    let counts = simulation.join();
    super::say(&format!(
        "{} frames sent, {} could not be",
        counts.frames, counts.unsent
    ));
    end
}

/// A system id is one byte, so a port takes 250 vehicles; with one target, the ports after it take the rest.
fn room_for(vehicles: usize, mut targets: Vec<SocketAddr>) -> Vec<SocketAddr> {
    if let [first] = targets[..] {
        let ports = (first.port()..=u16::MAX).take(vehicles.div_ceil(250).max(1));
        targets = ports
            .map(|port| SocketAddr::new(first.ip(), port))
            .collect();
    }
    targets
}

fn scenario(file: Option<&Path>) -> Result<Scenario, Failure> {
    let Some(file) = file else {
        return Ok(Scenario::default());
    };
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::file("read", file, &error).with(Status::Usage))?;
    Scenario::parse(&text).map_err(|error| sim_failure(&error))
}

/// `udpout:HOST:PORT` with an address, since a simulated fleet only dials.
fn target(text: &str) -> Result<SocketAddr, Failure> {
    let usage = |why: String| Failure::new(format!("--to {text}: {why}")).with(Status::Usage);
    let (url, _) = LinkUrl::parse(text, Role::Forward).map_err(|error| usage(error.to_string()))?;
    let Endpoint::UdpOut { host, port, .. } = url.endpoint else {
        return Err(usage(
            "vehicles dial by UDP: udpout:HOST:PORT is wanted".into(),
        ));
    };
    let found = std::net::ToSocketAddrs::to_socket_addrs(&(host.as_str(), port));
    let first = found.map_err(|error| usage(error.to_string()))?.next();
    first.ok_or_else(|| usage("the name has no address".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_vehicles_take_four_ports_and_named_targets_stay_as_they_are() {
        let first = SocketAddr::from(([127, 0, 0, 1], 14_550));
        let ports: Vec<u16> = room_for(1_000, vec![first])
            .iter()
            .map(SocketAddr::port)
            .collect();
        assert_eq!(ports, [14_550, 14_551, 14_552, 14_553]);
        assert_eq!(room_for(250, vec![first]), [first]);
        assert_eq!(room_for(1_000, vec![first, first]), [first, first]);
    }
}
