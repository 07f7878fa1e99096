//! From configuration and flags to the plan of a station.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{
    arguments::{ReplayArgs, StationArgs},
    failure::{Failure, Status},
    forwards, keys,
    routes::route,
    signing_keys,
};
use crate::{
    app::{
        plan::{LogPlan, Plan, PlannedLink},
        token_file,
    },
    config::{
        self, Config, ConfigError, LinkClass, LinkConfig, Loaded, Places, Rates as WantedRates,
        link_url::Endpoint,
    },
    fleet::roster::Listed,
    link::{recording::RecordingTime, route::Route},
    model::{
        ids::{ComponentId, SystemId},
        link::{LinkInfo, Rates},
        signing::SigningPolicy,
    },
    store,
};

/// Reads the configuration that applies; says its warnings on standard error.
pub(super) fn load(explicit: Option<&Path>) -> Result<Loaded, Failure> {
    told(
        forwards::reviewed(keys::reviewed(config::load(explicit, &Places::from_env()))),
        explicit,
    )
}

fn told(loaded: Result<Loaded, ConfigError>, explicit: Option<&Path>) -> Result<Loaded, Failure> {
    let loaded = loaded.map_err(|error| config_failure(&error))?;
    if let (Some(path), None) = (&loaded.path, explicit) {
        super::say(&format!("configuration {}", path.display()));
    }
    if !loaded.warnings.is_empty() {
        super::say_plain(&loaded.warnings.render(super::stderr_is_terminal()));
    }
    Ok(loaded)
}

/// A configuration that cannot be used, with every mistake shown.
pub(super) fn config_failure(error: &ConfigError) -> Failure {
    match error {
        ConfigError::Invalid { report, .. } => {
            let shown = report.render(super::stderr_is_terminal());
            Failure::drawn(format!("{error}\n{shown}"))
        }
        other => Failure::new(other.to_string()).with(Status::Usage),
    }
}

/// Where the token of this run is left for the verbs.
pub(super) fn token_folder(log: Option<&Path>) -> Option<std::path::PathBuf> {
    token_file::folders(|name| std::env::var_os(name), log)
        .into_iter()
        .next()
}

/// The plan of `run` and `serve`; says on standard error what an operator should know of it.
pub(super) fn station(arguments: &StationArgs) -> Result<(Plan, Config), Failure> {
    let loaded = config::load(arguments.config.as_deref(), &Places::from_env());
    let loaded = signing_keys::reviewed(keys::reviewed(loaded));
    let loaded = told(loaded, arguments.config.as_deref())?;
    let (plan, config, notes) = of_loaded(loaded, arguments)?;
    for note in notes {
        super::say(&note);
    }
    Ok((plan, config))
}

/// The plan of a configuration and flags, and what is to be said of it.
pub(super) fn of_loaded(
    loaded: Loaded,
    arguments: &StationArgs,
) -> Result<(Plan, Config, Vec<String>), Failure> {
    let Loaded {
        mut config, path, ..
    } = loaded;
    let mut notes = Vec::new();
    for url in &arguments.link {
        let refused = |error: config::link_url::LinkUrlError| {
            Failure::new(format!("--link {url}: {error}")).with(Status::Usage)
        };
        if let Some(note) = config.add_link(url).map_err(refused)? {
            notes.push(format!("--link {url}: {note}"));
        }
    }
    for url in &arguments.forward {
        if let Some(note) = forwards::add(&mut config, url)? {
            notes.push(note);
        }
    }
    config.gcs.passive |= arguments.read_only;
    let config_text = path
        .and_then(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_default();
    let log = log_plan(&config, arguments)?;
    let beside = match &log {
        LogPlan::File { path, .. } => Some(path.clone()),
        LogPlan::Off => store::default_path(|name| std::env::var_os(name)),
    };
    let plan = Plan {
        listen: arguments.listen.address(|| config.server.listen),
        log,
        token_folder: token_folder(beside.as_deref()),
        signing_file: beside.map(|log| log.with_extension("signing.json")),
        ..of_config(&config, config_text)?
    };
    Ok((plan, config, notes))
}

fn default_log() -> Option<PathBuf> {
    store::default_path(|name| std::env::var_os(name))
}

/// The log that a station of this machine writes unless told otherwise: `VOLERY_LOG`, the one of the
/// configuration that applies, else the usual one.
pub(super) fn log_path(explicit: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    if let Some(path) = std::env::var_os("VOLERY_LOG") {
        return Ok(Some(path.into()));
    }
    let path = load(explicit)?.config.log.path;
    Ok(path.or_else(default_log))
}

fn log_plan(config: &Config, arguments: &StationArgs) -> Result<LogPlan, Failure> {
    let wanted = arguments.log.is_some() || config.log.enabled;
    if arguments.no_log || !wanted {
        return Ok(LogPlan::Off);
    }
    let path = arguments
        .log
        .clone()
        .or_else(|| config.log.path.clone())
        .or_else(default_log);
    let Some(path) = path else {
        let why = "there is no home folder to keep the flight log in: name a file with --log, or say --no-log";
        return Err(Failure::new(why).with(Status::Usage));
    };
    Ok(LogPlan::File {
        path,
        sample_hz: config.log.sample_hz,
        frames: config.log.frames,
    })
}

/// A plan without a log and without a listener.
pub(super) fn of_config(config: &Config, config_text: String) -> Result<Plan, Failure> {
    let links: Result<Vec<_>, _> = config
        .links
        .iter()
        .map(|link| planned(link, config.gcs.passive))
        .collect();
    Ok(Plan {
        name: config.name.as_deref().unwrap_or_default().into(),
        links: links?,
        forwards: forwards::planned(config)?,
        listed: config.drones.iter().map(listed).collect(),
        forget_after: config.forget_after,
        own: (config.gcs.sysid, config.gcs.compid),
        listen: None,
        hosts: config.server.hosts.clone(),
        allowed_origins: config.server.allowed_origins.clone(),
        max_clients: config.server.max_clients,
        log: LogPlan::Off,
        recording_clock: false,
        config_text,
        token_folder: None,
        signing_file: None,
    })
}

fn planned(link: &LinkConfig, passive: bool) -> Result<PlannedLink, Failure> {
    let route = route(&link.url.endpoint)?;
    let info = LinkInfo {
        name: Arc::clone(&link.name),
        url: link.url.to_string().into(),
        network: Arc::clone(&link.network),
        class: class_word(link.class),
        passive: passive || link.passive || link.url.read_only || route.only_listens(),
        shared: route.is_shared(),
        recording: false,
        signing: policy(link),
        rates: rates(link),
        bytes_per_s: bytes_per_s(link),
    };
    let key = signing_keys::key_of(link).map_err(|fault| {
        Failure::new(format!("link {}: {fault}", link.name)).with(Status::Usage)
    })?;
    Ok(PlannedLink { info, route, key })
}

/// A recording is played without a look at its signatures: they were made for another time.
fn policy(link: &LinkConfig) -> SigningPolicy {
    let signing = link.signing.as_ref();
    let live = signing.filter(|_| !link.url.endpoint.is_file());
    live.map_or(SigningPolicy::Off, |signing| signing.policy)
}

const fn class_word(class: LinkClass) -> &'static str {
    match class {
        LinkClass::Radio => "radio",
        LinkClass::Lan => "lan",
        LinkClass::Satcom => "satcom",
    }
}

/// What is asked for where the operator says nothing: little on a radio, nothing by satellite.
fn rates(link: &LinkConfig) -> Option<Rates> {
    let WantedRates::Wanted {
        position,
        attitude,
        status,
    } = link.rates
    else {
        return None;
    };
    let usual = match link.class {
        LinkClass::Lan => [Some(5.0), Some(5.0), Some(1.0)],
        LinkClass::Radio => [Some(2.0), Some(1.0), Some(0.5)],
        LinkClass::Satcom => [None; 3],
    };
    let rates = Rates {
        position_hz: position.or(usual[0]),
        attitude_hz: attitude.or(usual[1]),
        status_hz: status.or(usual[2]),
    };
    let is_any = [rates.position_hz, rates.attitude_hz, rates.status_hz];
    is_any.iter().any(Option::is_some).then_some(rates)
}

/// What a link carries towards the station where the operator says nothing. A telemetry radio of 57,600 baud with
/// 64 kbit/s in the air has some 4 kB/s left for one direction; a slower port has less.
fn bytes_per_s(link: &LinkConfig) -> Option<u32> {
    const RADIO: u32 = 4_000;
    const SATCOM: u32 = 50;
    let usual = match (link.class, &link.url.endpoint) {
        (LinkClass::Lan, _) => None,
        (LinkClass::Satcom, _) => Some(SATCOM),
        (LinkClass::Radio, Endpoint::Serial { baud, .. }) => {
            let slowest = baud.iter().copied().min().unwrap_or(u32::MAX);
            Some((slowest / 10 * 7 / 10).clamp(1, RADIO))
        }
        (LinkClass::Radio, _) => Some(RADIO),
    };
    link.bytes_per_s.or(usual)
}

fn listed(drone: &config::DroneConfig) -> Listed {
    let shared = |text: &Option<String>| text.as_deref().map(Arc::from);
    Listed {
        id: drone.id.clone(),
        name: shared(&drone.name),
        network: Arc::clone(&drone.network),
        system: drone.sysid,
        kind: shared(&drone.vehicle_type),
        category: shared(&drone.category),
        group: shared(&drone.group),
        color: shared(&drone.color),
    }
}

/// The plan of `replay`: each file a link of its own; several files are several networks.
pub(super) fn replay(arguments: &ReplayArgs) -> Plan {
    let alone = arguments.files.len() == 1;
    let log = arguments.log.clone().map(|path| LogPlan::File {
        path,
        sample_hz: 5.0,
        frames: true,
    });
    Plan {
        name: "replay".into(),
        links: arguments
            .files
            .iter()
            .map(|path| recording(path, arguments, alone))
            .collect(),
        forwards: Vec::new(),
        listed: Vec::new(),
        forget_after: Duration::MAX,
        own: (SystemId(255), ComponentId(25)),
        listen: arguments
            .listen
            .address(|| config::Config::default().server.listen),
        hosts: Vec::new(),
        allowed_origins: Vec::new(),
        max_clients: 500,
        log: log.unwrap_or(LogPlan::Off),
        recording_clock: true,
        config_text: String::new(),
        token_folder: token_folder(arguments.log.as_deref()),
        signing_file: None,
    }
}

fn recording(path: &Path, arguments: &ReplayArgs, alone: bool) -> PlannedLink {
    let name: Arc<str> = path
        .file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into();
    let info = LinkInfo {
        name: Arc::clone(&name),
        url: format!("file:{}", path.display()).into(),
        network: if alone {
            config::DEFAULT_NETWORK.into()
        } else {
            name
        },
        class: "lan",
        passive: true,
        shared: false,
        recording: true,
        signing: SigningPolicy::Off,
        rates: None,
        bytes_per_s: None,
    };
    let route = Route::Recording {
        path: path.to_path_buf(),
        speed: arguments.speed,
        skip: Duration::from_secs_f64(arguments.from.min(1e9)),
        looped: false,
        time: RecordingTime::Own,
    };
    PlannedLink {
        info,
        route,
        key: None,
    }
}
