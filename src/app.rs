//! Layer 4: the composition. Makes the channels, starts the tasks, stops them in order.
//!
//! ```text
//!  links ─► inbox ─► fleet actor ─► watch<Snapshot> ─┬─► server
//!    ▲                   │                           ├─► flight log (every snapshot, every event)
//!    └──── outboxes ◄────┘                           └─► screen (main thread)
//! ```
//! Stopping: listener and links first (no more facts), then the fleet, then the log, which writes what it has.

pub mod control;
mod forwarding;
mod hands;
mod health;
mod log_file;
mod log_watch;
mod param_cache;
pub mod plan;
mod record;
mod reload;
mod signing_memory;
mod starter;
pub mod token_file;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{
    control::{ControlHandle, Request, control},
    forwarding::Forwarding,
    health::StationHealth,
    plan::Plan,
    signing_memory::SigningMemory,
    starter::{LinkStarter, RunningLink},
    token_file::TokenFiles,
};
use crate::{
    fleet::{
        actor::{Clock, FleetTask, inbox},
        state::{Fleet, FleetOptions},
    },
    link::{error::LinkError, exchange::Exchange, frame_hub::Frames},
    model::{
        history::History,
        recorder::{NoRecorder, Recorder},
        snapshot::Snapshot,
        time::StationClock,
    },
    server::{self, run_token::RunToken},
    store::{Past, Store, StoreError, StoreHandle},
};

/// How long the parts may take to end, all together well under two seconds.
const END_WITHIN: Duration = Duration::from_millis(700);

/// Why a station could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A link cannot work here.
    #[error("link {name}: {source}")]
    Link {
        /// Its name.
        name: Arc<str>,
        /// Why.
        source: LinkError,
    },
    /// A forward cannot work here.
    #[error("forward {name}: {source}")]
    Forward {
        /// Its name.
        name: Arc<str>,
        /// Why.
        source: LinkError,
    },
    /// The port for browsers and programs cannot be taken.
    #[error(transparent)]
    Listen(#[from] server::ServerError),
    /// The flight log cannot be written.
    #[error(transparent)]
    Log(#[from] StoreError),
}

/// A station at work.
#[derive(Debug)]
pub struct Running {
    /// The newest snapshot.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Where browsers and programs are served, if they are.
    pub listen: Option<SocketAddr>,
    /// The flight log, if there is one.
    pub log: Option<StoreHandle>,
    /// Station time.
    pub clock: StationClock,
    /// What clients want of the station itself; whoever owns it answers.
    pub requests: mpsc::Receiver<Request>,
    control: ControlHandle,
    plan: Plan,
    name: server::Name,
    starter: LinkStarter,
    next_link: u16,
    token: Option<TokenFiles>,
    stop_links: CancellationToken,
    stop_fleet: CancellationToken,
    links: Vec<RunningLink>,
    forwarding: Forwarding,
    parts: Vec<JoinHandle<()>>,
    store: Option<Store>,
    /// Whoever drops a station without stopping it leaves no thread behind that reads for ever.
    _ends: [DropGuard; 2],
}

/// What of a plan cannot work on this machine now; nothing is started.
pub fn check(plan: &Plan) -> Result<(), StartError> {
    for link in &plan.links {
        let name = Arc::clone(&link.info.name);
        let checked = link.route.preflight();
        checked.map_err(|source| StartError::Link { name, source })?;
    }
    for forward in &plan.forwards {
        let name = Arc::clone(&forward.info.name);
        let checked = forward.route.preflight();
        checked.map_err(|source| StartError::Forward { name, source })?;
    }
    Ok(())
}

/// Starts everything a plan asks for, on the runtime it is called in. Nothing is left running when it fails.
pub fn start(plan: &Plan) -> Result<Running, StartError> {
    check(plan)?;
    let listener = plan.listen.map(server::bind).transpose()?;
    let listen = listener
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    let clock = StationClock::start();
    let (store, log) = log_file::open(plan, clock)?;
    let recorder: Arc<dyn Recorder> = match &log {
        Some(handle) => Arc::new(handle.clone()),
        None => Arc::new(NoRecorder),
    };
    let (stop_links, stop_fleet) = (CancellationToken::new(), CancellationToken::new());
    let (fleet_inbox, fleet_end) = inbox();
    let (publisher, snapshots) = watch::channel(Arc::default());
    let mut fleet = Fleet::new(FleetOptions {
        links: plan.links.iter().map(|link| link.info.clone()).collect(),
        listed: plan.listed.clone(),
        forget_after: plan.forget_after,
        own: plan.own,
    });
    fleet.use_modes(Arc::new(crate::wire::autopilot::FirmwareModes));
    if let Some(handle) = &log {
        fleet.number_events_after(handle.event_base());
    }
    let exchange = Arc::new(Exchange::default());
    let mut forwarding = Forwarding::new(
        Arc::clone(&exchange),
        fleet_inbox.clone(),
        clock,
        plan.own,
        stop_links.clone(),
    );
    for forward in &plan.forwards {
        if let Some(id) = forwarding.next_id() {
            fleet.add_forward(id, &forward.info);
            forwarding.start(id, forward.clone());
        }
    }
    let starter = LinkStarter {
        exchange: Arc::clone(&exchange),
        fleet: fleet_inbox.clone(),
        recorder,
        clock,
        own: plan.own,
        memory: SigningMemory::at(plan.signing_file.clone()),
        stop: stop_links.clone(),
    };
    let (links, outboxes) = starter.start_all(plan.links.clone());
    let clock_kind = if plan.recording_clock {
        Clock::Recording
    } else {
        Clock::Station(clock)
    };
    let log_stop = stop_fleet.clone().cancelled_owned();
    let task = FleetTask {
        fleet,
        inbox: fleet_end,
        outboxes,
        snapshots: publisher,
        clock: clock_kind,
        roads: Some(exchange),
    };
    let mut parts = vec![tokio::spawn(task.run(stop_fleet.clone().cancelled_owned()))];
    let (memory, stop) = (Arc::clone(&starter.memory), stop_fleet.clone());
    parts.push(tokio::spawn(memory.keep_stored(stop, starter.teller())));
    if let Some(handle) = &log {
        parts.push(tokio::spawn(record::record(
            handle.clone(),
            snapshots.clone(),
        )));
        if let Some(folder) = handle.status().path.parent() {
            let folder = folder.join("params");
            let ends = (fleet_inbox.clone(), stop_fleet.clone());
            parts.push(param_cache::start(folder, snapshots.clone(), ends));
        }
        let watch = log_watch::watch(handle.clone(), fleet_inbox.clone(), clock);
        parts.push(tokio::spawn(async move {
            tokio::select! { () = watch => {}, () = log_stop => {} }
        }));
    }
    let (control_handle, requests) = control();
    let name = server::Name::from(Arc::clone(&plan.name));
    let (token, token_files) = run_token(plan, listen);
    if let Some(listener) = listener {
        let frames = Frames::new(forwarding.exchange.clone(), fleet_inbox.clone(), clock);
        let mut station = server_station(plan, &snapshots, log.as_ref(), clock);
        station.name = name.clone();
        station.token = token;
        station.fleet = Some(Arc::new(fleet_inbox));
        station.control = Some(Arc::new(control_handle.clone()));
        station.frames = Some(Arc::new(frames));
        let stop = stop_links.clone().cancelled_owned();
        parts.push(tokio::spawn(server::spawn(listener, station, stop)?));
    }
    Ok(Running {
        snapshots,
        listen,
        log,
        clock,
        requests,
        control: control_handle,
        plan: plan.clone(),
        name,
        next_link: u16::try_from(links.len()).unwrap_or(u16::MAX),
        starter,
        token: token_files,
        _ends: [&stop_links, &stop_fleet].map(|stop| stop.clone().drop_guard()),
        stop_links,
        stop_fleet,
        links,
        forwarding,
        parts,
        store,
    })
}

fn server_station(
    plan: &Plan,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    log: Option<&StoreHandle>,
    clock: StationClock,
) -> server::Station {
    let session = format!("{:x}-{:x}", clock.now().0, std::process::id());
    server::Station {
        name: Arc::clone(&plan.name).into(),
        session: session.into(),
        version: env!("CARGO_PKG_VERSION"),
        tick_ms: u32::try_from(crate::fleet::actor::TICK.as_millis()).unwrap_or(50),
        snapshots: snapshots.clone(),
        clock: server_clock(plan, snapshots, clock),
        hosts: plan.hosts.clone(),
        allowed_origins: plan.allowed_origins.clone(),
        max_clients: plan.max_clients,
        health: Arc::new(StationHealth { log: log.cloned() }),
        history: log.map(|log| Arc::new(Past::of(log)) as Arc<dyn History>),
        token: None,
        fleet: None,
        control: None,
        frames: None,
    }
}

/// The token of this run and its files. Without a place for it nobody is operator, and the station runs all the same.
fn run_token(plan: &Plan, listen: Option<SocketAddr>) -> (Option<RunToken>, Option<TokenFiles>) {
    let (Some(folder), Some(listen)) = (&plan.token_folder, listen) else {
        return (None, None);
    };
    let made = RunToken::generate().and_then(|token| {
        let files = TokenFiles::leave(folder, listen, token.reveal())?;
        Ok((Some(token), Some(files)))
    });
    made.unwrap_or_else(|error| {
        let folder = folder.display();
        tracing::warn!(%error, %folder, "no token for the verbs: stop and reload are refused");
        (None, None)
    })
}

/// What ages are counted from: in replay the recording's time, not ours.
fn server_clock(
    plan: &Plan,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    clock: StationClock,
) -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let snapshots = snapshots.clone();
    if plan.recording_clock {
        Arc::new(move || snapshots.borrow().time_ms)
    } else {
        Arc::new(move || clock.now().as_ms())
    }
}

impl Running {
    /// Waits until every link has ended by itself (recordings that were played to their end).
    pub async fn links_ended(&mut self) {
        for link in &mut self.links {
            // A link task that failed has ended as well.
            let _ = (&mut link.task).await;
        }
        self.links.clear();
    }

    /// Ends everything in order; the log writes what it has. At most two seconds.
    pub async fn stop(mut self) -> Result<(), StoreError> {
        self.stop_links.cancel();
        let links_end = async {
            for link in &mut self.links {
                let _ = (&mut link.task).await;
            }
            self.forwarding.ended().await;
        };
        // A link that hangs in a system call is left behind.
        let _ = timeout(END_WITHIN, links_end).await;
        self.stop_fleet.cancel();
        let parts_end = async {
            for part in &mut self.parts {
                let _ = part.await;
            }
        };
        let _ = timeout(END_WITHIN, parts_end).await;
        let closed = match self.store.take() {
            Some(store) => tokio::task::spawn_blocking(move || store.close())
                .await
                .unwrap_or(Ok(())),
            None => Ok(()),
        };
        // Last of all: as long as the token is there, the station is.
        drop(self.token.take());
        closed
    }

    /// Whether the fleet comes round within this time.
    pub async fn is_alive(&self, within: Duration) -> bool {
        timeout(within, self.starter.fleet.is_alive()).await == Ok(true)
    }
}
