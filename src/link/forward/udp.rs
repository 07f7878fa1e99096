//! A forward over UDP: one frame per datagram, handed to the kernel in batches.

use std::{
    io::{self, IoSlice},
    net::{IpAddr, SocketAddr},
    os::fd::AsRawFd,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use tokio::{io::Interest, net::UdpSocket};

use super::{
    line::{BATCH, Line},
    post::Post,
};
use crate::{
    link::{
        error::LinkError,
        udp::{Udp, UdpMode},
    },
    model::{frames::Listener, time::TimeUs},
    wire::{counters::SplitCounters, splitter::split_datagram},
};

const DATAGRAM: usize = 4_096;
/// Stations that may dial in.
const MOST_PEERS: usize = 64;
/// One that says nothing for this long is sent nothing any more.
const PEER_SILENCE: Duration = Duration::from_mins(1);

/// Whom datagrams go to.
#[derive(Debug)]
struct Peers {
    fixed: Vec<SocketAddr>,
    /// Only datagrams of these are read; empty: of anybody.
    only_from: Vec<IpAddr>,
    dialled_in: Mutex<Vec<(SocketAddr, TimeUs)>>,
}

impl Peers {
    fn of(mode: UdpMode, targets: Vec<SocketAddr>) -> Self {
        let is_dialled = matches!(mode, UdpMode::Dial { .. });
        let only_from = targets.iter().map(SocketAddr::ip).filter(|_| is_dialled);
        Self {
            only_from: only_from.collect(),
            fixed: targets,
            dialled_in: Mutex::default(),
        }
    }

    fn is_welcome(&self, from: SocketAddr) -> bool {
        self.only_from.is_empty() || self.only_from.contains(&from.ip())
    }

    /// A valid frame came from there: where nobody is dialled, it is sent frames from now on.
    fn learn(&self, from: SocketAddr, now: TimeUs, post: &Post) {
        if !self.fixed.is_empty() {
            return;
        }
        let mut peers = self
            .dialled_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, heard)) = peers.iter_mut().find(|(peer, _)| *peer == from) {
            *heard = now;
            return;
        }
        peers.retain(|(_, heard)| now.since(*heard) < PEER_SILENCE);
        if peers.len() < MOST_PEERS {
            peers.push((from, now));
        }
        post.has_peers(peers.len());
    }

    fn all(&self, now: TimeUs) -> Vec<SocketAddr> {
        if !self.fixed.is_empty() {
            return self.fixed.clone();
        }
        let peers = self
            .dialled_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let live = peers
            .iter()
            .filter(|(_, heard)| now.since(*heard) < PEER_SILENCE);
        live.map(|(peer, _)| *peer).collect()
    }
}

pub(super) async fn work(
    post: &Arc<Post>,
    mode: UdpMode,
    host: &str,
    port: u16,
) -> Result<(), LinkError> {
    let mut udp = Udp::new(mode, host.to_owned(), port);
    let socket = udp.open().await?;
    let peers = Peers::of(mode, udp.targets);
    let line = Line::new(post);
    let listener = post.listen();
    post.opened().await;
    post.has_peers(peers.fixed.len());
    tokio::select! {
        ended = read(&line, &socket, &peers) => ended,
        ended = write(&line, listener, &socket, &peers) => ended,
    }
}

async fn read(line: &Line, socket: &UdpSocket, peers: &Peers) -> Result<(), LinkError> {
    let mut buffer = vec![0; DATAGRAM];
    let (mut counters, mut counted) = (SplitCounters::default(), SplitCounters::default());
    loop {
        let (count, from) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            // Of an earlier datagram that nobody took: the socket is well.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(error) => return Err(LinkError::broken(&error)),
        };
        if !peers.is_welcome(from) {
            continue;
        }
        split_datagram(&buffer[..count], &mut counters, &mut |frame| {
            peers.learn(from, line.post.now(), &line.post);
            let is_echo = line.is_echo(frame.bytes());
            line.post.hear(&frame, Some(from), is_echo);
        });
        line.post.count_split(&counters, &mut counted);
    }
}

async fn write(
    line: &Line,
    mut listener: Listener,
    socket: &UdpSocket,
    peers: &Peers,
) -> Result<(), LinkError> {
    while let Some(batch) = line.gather(&mut listener).await {
        let frames = batch.frames();
        for peer in peers.all(line.post.now()) {
            send(line, socket, &frames, peer).await;
        }
    }
    std::future::pending().await
}

/// Sends every frame to one address. One that cannot be sent is counted and costs no other.
async fn send(line: &Line, socket: &UdpSocket, frames: &[&[u8]], to: SocketAddr) {
    let mut rest = frames;
    while !rest.is_empty() {
        let some = &rest[..rest.len().min(BATCH)];
        let handed_over = || send_some(socket, some, to);
        let sent = match socket.async_io(Interest::WRITABLE, handed_over).await {
            Ok(sent) => sent.clamp(1, some.len()),
            Err(_) => 0,
        };
        let bytes: usize = some[..sent].iter().map(|frame| frame.len()).sum();
        line.post.count(|counted| {
            counted.sent += sent as u64;
            counted.sent_bytes += bytes as u64;
            counted.send_errors += u64::from(sent == 0);
        });
        rest = &rest[sent.max(1)..];
    }
}

fn send_some(socket: &UdpSocket, frames: &[&[u8]], to: SocketAddr) -> io::Result<usize> {
    let slices: Vec<[IoSlice<'_>; 1]> = frames.iter().map(|frame| [IoSlice::new(frame)]).collect();
    let to = vec![Some(SockaddrStorage::from(to)); frames.len()];
    let mut headers = MultiHeaders::preallocate(frames.len(), None);
    let sent = sendmmsg(
        socket.as_raw_fd(),
        &mut headers,
        &slices,
        to,
        [],
        MsgFlags::MSG_DONTWAIT,
    )?;
    Ok(sent.count())
}
