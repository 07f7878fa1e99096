//! What a station shall be, decided: configuration, flags and defaults have become plain values.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    fleet::roster::Listed,
    link::route::Route,
    model::{
        ids::{ComponentId, SystemId},
        link::LinkInfo,
        signing::SigningKey,
    },
};

/// Everything `start` needs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Name of the station.
    pub name: Arc<str>,
    /// Ways in and out.
    pub links: Vec<PlannedLink>,
    /// Vehicles that are expected.
    pub listed: Vec<Listed>,
    /// How long an unlisted vehicle may be lost before it leaves.
    pub forget_after: Duration,
    /// This station on the air.
    pub own: (SystemId, ComponentId),
    /// Where browsers and programs are served; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// Further names accepted in the `Host` header.
    pub hosts: Vec<String>,
    /// Further origins accepted.
    pub allowed_origins: Vec<String>,
    /// Most WebSocket clients.
    pub max_clients: usize,
    /// The flight log.
    pub log: LogPlan,
    /// Live in the time of the recordings that are played.
    pub recording_clock: bool,
    /// The configuration in force, for the log.
    pub config_text: String,
    /// The private folder in which the token of this run is left for the verbs; `None`: nobody is operator.
    pub token_folder: Option<PathBuf>,
    /// Where the time stamps of signed links are remembered; `None`: nowhere.
    pub signing_file: Option<PathBuf>,
}

/// One link of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedLink {
    /// What the fleet knows of it.
    pub info: LinkInfo,
    /// Where it leads.
    pub route: Route,
    /// The secret that frames on it are signed with; `None` where nothing is signed or checked.
    pub key: Option<SigningKey>,
}

impl PlannedLink {
    /// Whether anything may ever be sent on it.
    #[must_use]
    pub fn sends(&self) -> bool {
        !self.info.passive && !self.route.is_recording()
    }
}

/// Whether and where a flight log is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum LogPlan {
    /// No log.
    Off,
    /// A log in this file.
    File {
        /// Where.
        path: PathBuf,
        /// Rows of telemetry per vehicle and second, at most.
        sample_hz: f64,
        /// Keep every frame.
        frames: bool,
    },
}
