//! A running simulation: its thread, its sockets and its clock. The only part of `sim` that is not pure.

mod member;
mod post;
mod run;
mod timeline;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use crate::model::time::{StationClock, TimeUs};

use super::autopilot::craft::CraftOptions;
use super::error::SimError;
use super::options::SimOptions;
use member::Member;
use post::Post;
use run::Run;
use timeline::Timeline;

/// Starts simulations.
#[derive(Debug)]
pub struct Simulation;

/// What a simulation has done so far.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    frames: AtomicU64,
    datagrams: AtomicU64,
    unsent: AtomicU64,
    heard: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SimCounts {
    /// Frames the fleet has produced, those lost on the way included.
    pub frames: u64,
    /// Datagrams handed to the system.
    pub datagrams: u64,
    /// Datagrams the system would not take.
    pub unsent: u64,
    /// Datagrams that came back.
    pub heard: u64,
}

/// A running simulation; dropping it stops it.
#[derive(Debug)]
pub struct SimHandle {
    stop: Arc<AtomicBool>,
    counters: Arc<Counters>,
    sources: Vec<SocketAddr>,
    thread: Option<JoinHandle<()>>,
}

impl Simulation {
    /// Opens the sockets and starts the fleet on a thread of its own.
    ///
    /// # Errors
    /// When the options do not fit together, a socket cannot be opened or a thread not be started.
    pub fn start(options: &SimOptions) -> Result<SimHandle, SimError> {
        let clock = StationClock::start();
        let craft = options.craft()?;
        let targets: Vec<_> = craft.iter().map(|(target, _)| *target).collect();
        let Opened {
            sockets,
            posts,
            places,
        } = open(options, &targets)?;
        let sources = sockets
            .iter()
            .filter_map(|socket| socket.local_addr().ok())
            .collect();
        let start = clock.now();
        let members = crew(options, craft, &places, start);
        let (stop, counters) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(Counters::default()),
        );
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|source| SimError::Start { source })?;
        let run = Run {
            clock,
            members,
            posts,
            timeline: Timeline::new(options, start),
            stop: Arc::clone(&stop),
            counters: Arc::clone(&counters),
        };
        let thread = std::thread::Builder::new()
            .name("sim".to_owned())
            .spawn(move || runtime.block_on(run.until_stopped(sockets)))
            .map_err(|source| SimError::Start { source })?;
        Ok(SimHandle {
            stop,
            counters,
            sources,
            thread: Some(thread),
        })
    }
}

fn crew(
    options: &SimOptions,
    craft: Vec<(usize, CraftOptions)>,
    places: &[usize],
    start: TimeUs,
) -> Vec<Member> {
    let craft = craft.into_iter().zip(places).enumerate();
    craft
        .map(|(place, ((_, craft), socket))| {
            let present = place < options.vehicles;
            Member::new(craft, start, *socket, present)
        })
        .collect()
}

/// The sockets, what waits on each, and which one each craft uses.
struct Opened {
    sockets: Vec<UdpSocket>,
    posts: Vec<Post>,
    places: Vec<usize>,
}

/// Opens the sockets; doubles always get one of their own.
fn open(options: &SimOptions, targets: &[usize]) -> Result<Opened, SimError> {
    let own = |place: usize| options.one_socket_per_vehicle || place >= options.vehicles;
    let shared = if options.one_socket_per_vehicle {
        0
    } else {
        options.to.len()
    };
    let alone = targets.iter().enumerate().filter(|(place, _)| own(*place));
    let wanted: Vec<usize> = (0..shared)
        .chain(alone.map(|(_, target)| *target))
        .collect();
    let mut next = shared;
    let places = targets.iter().enumerate().map(|(place, target)| {
        if !own(place) {
            return *target;
        }
        next += 1;
        next - 1
    });
    let places = places.collect();
    let sockets = wanted.iter().enumerate().map(|(number, target)| {
        let target = options.to[*target];
        bind_towards(target).map_err(|source| SimError::Bind {
            number: number + 1,
            wanted: wanted.len(),
            target,
            source,
        })
    });
    Ok(Opened {
        sockets: sockets.collect::<Result<_, _>>()?,
        posts: wanted
            .iter()
            .map(|target| Post::to(options.to[*target]))
            .collect(),
        places,
    })
}

fn bind_towards(target: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = match target {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?,
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0))?,
    };
    socket.set_broadcast(true)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

impl SimHandle {
    /// The local addresses the fleet sends from, one per vehicle unless they share.
    #[must_use]
    pub fn sources(&self) -> &[SocketAddr] {
        &self.sources
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> SimCounts {
        SimCounts {
            frames: self.counters.frames.load(Ordering::Relaxed),
            datagrams: self.counters.datagrams.load(Ordering::Relaxed),
            unsent: self.counters.unsent.load(Ordering::Relaxed),
            heard: self.counters.heard.load(Ordering::Relaxed),
        }
    }

    /// Asks the fleet to stop; it does within a few milliseconds.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Stops the fleet and waits until its sockets are closed.
    #[must_use]
    pub fn join(mut self) -> SimCounts {
        self.finish();
        self.counts()
    }

    fn finish(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the simulation ended with a panic");
        }
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        self.finish();
    }
}
