//! `volery run`, `serve`, `replay` and `demo` all end here: a plan is started, shown or served, and stopped.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::runtime::Runtime;

use super::{
    failure::{Failure, Status},
    hands::hands,
    reload::Reloader,
    signals::{Came, End, Signals},
    systemd::Notifier,
};
use crate::{
    app::{self, Running, StartError, control::Request, plan::Plan},
    model::{
        control::{NotReloaded, Reloaded},
        intent::{Origin, Via},
        time::TimeUs,
    },
    store::StoreHandle,
    tui::{
        self, Exit, Feed, ScreenControl, ScreenOptions, station::LogInfo, station::Replay,
        station::StationInfo,
    },
};

/// How a station is shown.
#[derive(Debug, Clone)]
pub(super) struct Show {
    /// The UI flags.
    pub(super) options: ScreenOptions,
    /// `DEMO`, `REPLAY ×4`, or nothing for a station that vehicles hear: only that one outlives its screen.
    pub(super) note: Option<Arc<str>>,
    /// How long the recordings of a replay are.
    pub(super) replay: Option<Arc<Replay>>,
}

/// The runtime of links and fleet. One worker: their work is small and comes in ticks, and a second would be woken
/// for most of it in vain. UDP links, server, log and screen have threads of their own.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    built.map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))
}

/// Starts a plan on `runtime`.
pub(super) fn start(runtime: &Runtime, plan: &Plan) -> Result<Running, Failure> {
    let _entered = runtime.enter();
    app::start(plan).map_err(|error| start_failure(&error))
}

/// Why a station cannot start, with its exit status.
pub(super) fn start_failure(error: &StartError) -> Failure {
    let status = match error {
        StartError::Link { .. } | StartError::Listen(_) => Status::Link,
        StartError::Log(_) => Status::Failed,
    };
    Failure::new(error.to_string()).with(status)
}

/// A running station and what its owner looks after: requests of clients, its file, the service manager.
pub(super) struct Owner {
    running: Running,
    reloader: Option<Reloader>,
}

/// What comes up.
enum Task {
    Request(Request),
    FileChanged,
}

impl Owner {
    /// The owner of a station; without a reloader it has no file to read again.
    pub(super) fn of(running: Running, reloader: Option<Reloader>) -> Self {
        Self { running, reloader }
    }

    /// What comes up besides signals. Safe to cancel: nothing is begun before it returns.
    async fn next(&mut self) -> Task {
        let file_changed = async {
            match &mut self.reloader {
                Some(reloader) => reloader.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(request) = self.running.requests.recv() => Task::Request(request),
            () = file_changed => Task::FileChanged,
        }
    }

    /// Does it. Returns how the station ends, when it shall.
    async fn carry_out(&mut self, task: Task) -> Option<End> {
        match task {
            Task::Request(Request::Stop(_)) => return Some(End::Done),
            Task::Request(Request::Reload(origin, answer)) => {
                // A client that has gone does not wait for the answer.
                let _ = answer.send(self.reload(origin).await);
            }
            Task::FileChanged => {
                let origin = Origin {
                    via: Via::File,
                    who: "the file changed".into(),
                };
                // A refusal is in the log book.
                let _ = self.reload(origin).await;
            }
        }
        None
    }

    /// Reads the file again; what comes of it is in the log book.
    async fn reload(&mut self, origin: Origin) -> Result<Reloaded, NotReloaded> {
        let systemd = Notifier::from_env();
        systemd.say("RELOADING=1");
        let done = match &mut self.reloader {
            None => Err(NotReloaded {
                text: "this instance was not started from a configuration file".into(),
                mistakes: Vec::new(),
                shown: String::new(),
            }),
            Some(reloader) => match reloader.plan() {
                Ok(again) => {
                    let reloaded = self.running.reload(again.plan, &origin).await;
                    reloaded.map(|done| reloader.took(again.config, done))
                }
                Err(refusal) => Err(refusal),
            },
        };
        if let Err(refusal) = &done {
            self.running.note_refusal(refusal, &origin);
        }
        systemd.say("READY=1");
        done
    }
}

/// Runs without a screen until a signal or a client ends it. SIGHUP reloads.
pub(super) fn serve(runtime: Runtime, mut owner: Owner) -> Result<End, Failure> {
    // Before anybody is told that it runs: until then a SIGHUP would end it.
    let mut signals = {
        let _entered = runtime.enter();
        Signals::listen()?
    };
    if let Some(listen) = owner.running.listen {
        super::say(&format!("serving on http://{listen}"));
    }
    // The program's own troubles; with a screen up there is no place for them but the log book.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        // It would tell them on the standard error that just failed, and panic.
        .log_internal_errors(false)
        .init();
    runtime.spawn(super::journal::tell(owner.running.snapshots.clone()));
    let systemd = Notifier::from_env();
    let end = runtime.block_on(async {
        systemd.say("READY=1");
        until_the_end(&mut owner, &mut signals, &systemd).await
    });
    systemd.say("STOPPING=1");
    stop(runtime, owner.running)?;
    Ok(end)
}

async fn until_the_end(owner: &mut Owner, signals: &mut Signals, systemd: &Notifier) -> End {
    let mut watchdog = systemd.watchdog();
    loop {
        let came = tokio::select! {
            came = signals.next() => came,
            task = owner.next() => match owner.carry_out(task).await {
                Some(end) => return end,
                None => continue,
            },
            // A station whose mind has stopped must look dead to the service manager, too.
            within = watchdog.due() => {
                if owner.running.is_alive(within).await {
                    systemd.say("WATCHDOG=1");
                }
                continue;
            }
        };
        if let Some(end) = came.ends() {
            return end;
        }
        if came == Came::HangUp && owner.reloader.is_some() {
            let signal = Origin {
                via: Via::Signal,
                who: "SIGHUP".into(),
            };
            // A refusal is in the log book, which goes to standard error here.
            let _ = owner.reload(signal).await;
        }
    }
}

/// Shows a running station until the operator quits; without a terminal to draw on it is served on.
pub(super) fn show(
    runtime: Runtime,
    owner: Owner,
    plan: &Plan,
    show: &Show,
) -> Result<End, Failure> {
    let running = &owner.running;
    let control = ScreenControl::default();
    let station = station_info(&runtime, running, plan, show);
    let feed = Feed {
        snapshots: running.snapshots.clone(),
        now: now(running, plan),
        control: control.clone(),
        hands: hands((&runtime, running), plan, show.replay.is_some(), &control),
    };
    let signals = {
        let _entered = runtime.enter();
        Signals::listen()?
    };
    let stopping = Stopping::start(&runtime, signals, owner, control);
    let shown = tui::run(&show.options, &station, feed);
    let exit = match shown {
        Ok(exit) => exit,
        Err(error) => {
            stopping.stop_now(runtime)?;
            return Err(Failure::new(error.to_string()));
        }
    };
    match exit {
        Exit::Quit => stopping.stop_now(runtime).map(|()| End::Done),
        Exit::TerminalGone if show.note.is_some() => stopping.stop_now(runtime).map(|()| End::Done),
        // When the screen is gone the station is not: vehicles still hear its heartbeat.
        Exit::Stopped | Exit::TerminalGone => stopping.wait(runtime),
    }
}

fn now(running: &Running, plan: &Plan) -> Box<dyn Fn() -> TimeUs + Send> {
    let (clock, snapshots) = (running.clock, running.snapshots.clone());
    if plan.recording_clock {
        Box::new(move || TimeUs::from_ms(snapshots.borrow().time_ms))
    } else {
        Box::new(move || clock.now())
    }
}

fn station_info(runtime: &Runtime, running: &Running, plan: &Plan, show: &Show) -> StationInfo {
    let transmits = plan
        .links
        .iter()
        .any(|link| !link.info.passive && !link.info.recording);
    let web_url: Option<Arc<str>> = running
        .listen
        .map(|listen| format!("http://{listen}").into());
    // A demo or a replay has no name worth a place; where else to look at it is.
    let address = web_url.clone().filter(|_| show.note.is_some());
    StationInfo {
        name: match (address, &show.note) {
            (Some(address), _) => address,
            (None, Some(_)) => Arc::default(),
            (None, None) => Arc::clone(&plan.name),
        },
        note: show.note.clone(),
        networks: networks(plan),
        web_url,
        // A simulated fleet misses nobody: leaving it asks nothing.
        is_transmitting: transmits && show.note.is_none(),
        started_ms: running.clock.now().as_ms(),
        log: running.log.as_ref().map(|log| log_info(runtime, log)),
        replay: show.replay.clone(),
        clients: None,
    }
}

/// The networks of a plan, in the order they are first named.
fn networks(plan: &Plan) -> Vec<Arc<str>> {
    let of_links = plan.links.iter().map(|link| &link.info.network);
    let named = of_links.chain(plan.listed.iter().map(|listed| &listed.network));
    named.fold(Vec::new(), |mut list, network| {
        if !list.contains(network) {
            list.push(Arc::clone(network));
        }
        list
    })
}

/// Keeps the figures of the log for the status bar up to date.
fn log_info(runtime: &Runtime, log: &StoreHandle) -> LogInfo {
    let path = log.status().path.display().to_string().into();
    let info = LogInfo {
        path,
        bytes: Arc::new(AtomicU64::new(0)),
        has_failed: Arc::new(AtomicBool::new(false)),
    };
    let (log, bytes, has_failed) = (
        log.clone(),
        Arc::clone(&info.bytes),
        Arc::clone(&info.has_failed),
    );
    runtime.spawn(async move {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            second.tick().await;
            let status = log.status();
            bytes.store(status.bytes, Ordering::Relaxed);
            has_failed.store(status.degraded.is_some() || !status.open, Ordering::Relaxed);
        }
    });
    info
}

/// Ends a station while the screen may still be up: sockets and log close first, then the screen.
struct Stopping {
    ended: tokio::task::JoinHandle<Result<End, Failure>>,
    quit: tokio_util::sync::CancellationToken,
}

impl Stopping {
    fn start(
        runtime: &Runtime,
        mut signals: Signals,
        mut owner: Owner,
        control: ScreenControl,
    ) -> Self {
        let quit = tokio_util::sync::CancellationToken::new();
        let asked = quit.clone();
        let ended = runtime.spawn(async move {
            let end = loop {
                tokio::select! {
                    () = asked.cancelled() => break End::Done,
                    signal = signals.next() => if let Some(end) = signal.act(&control) { break end },
                    task = owner.next() => if let Some(end) = owner.carry_out(task).await { break end },
                }
            };
            let closed = owner.running.stop().await;
            control.stop();
            closed.map_err(|error| Failure::new(error.to_string()))?;
            Ok(end)
        });
        Self { ended, quit }
    }

    fn stop_now(self, runtime: Runtime) -> Result<(), Failure> {
        self.quit.cancel();
        self.wait(runtime).map(|_| ())
    }

    fn wait(self, runtime: Runtime) -> Result<End, Failure> {
        let ended = runtime.block_on(self.ended);
        runtime.shutdown_timeout(Duration::from_millis(200));
        ended.unwrap_or_else(|error| Err(Failure::new(format!("the station ended badly: {error}"))))
    }
}

fn stop(runtime: Runtime, running: Running) -> Result<(), Failure> {
    let closed = runtime.block_on(running.stop());
    runtime.shutdown_timeout(Duration::from_millis(200));
    closed.map_err(|error| Failure::new(error.to_string()))
}
