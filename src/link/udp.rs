//! UDP links: listening, dialling, broadcast and multicast. Datagrams are read in batches.
//!
//! Wake-ups and system calls are four fifths of the cost of ingest, so after a short batch the task
//! waits 5 ms for more. Replies go to the peer that owns the vehicle, never to whoever spoke last.

use std::{
    collections::VecDeque,
    io::{self, IoSliceMut},
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    os::fd::AsRawFd,
    time::Duration,
};

use nix::sys::socket::{
    self, AddressFamily, MsgFlags, MultiHeaders, SockFlag, SockType, SockaddrStorage, recvmmsg,
    setsockopt,
    sockopt::{RcvBuf, RcvBufForce, ReuseAddr},
};
use tokio::net::{UdpSocket as AsyncUdpSocket, lookup_host};

use super::{
    error::LinkError,
    kernel_drops::KernelDrops,
    lane::{Lane, STATISTICS_EVERY, Transport},
};
use crate::model::{ids::PeerId, transmission::Transmission};

/// Datagrams per system call, and the most bytes of one.
const BATCH: usize = 128;
const DATAGRAM: usize = 4_096;
/// How long to wait for more after a short batch: a tenth of a tick, so nothing is seen later for it.
const COALESCE: Duration = Duration::from_millis(5);
/// Longest wait for a datagram: how late a message to send or the end of the link may be noticed.
const LOOK_UP: Duration = Duration::from_millis(20);
/// Own frames that may be on their way back from a multicast group.
const MOST_ECHOES: usize = 15;
/// Receive buffer wanted: half a second of 250 vehicles at 50 messages a second and more.
const RECEIVE_BUFFER: usize = 8 * 1_024 * 1_024;

/// How a UDP link speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UdpMode {
    /// Wait for vehicles to speak first, answer each at its address.
    Listen,
    /// Speak first to this host.
    Dial {
        /// Local address to send from.
        bind: Option<SocketAddr>,
    },
    /// Speak to everybody on the local network until somebody answers.
    Broadcast {
        /// Local address to send from.
        bind: Option<SocketAddr>,
    },
    /// Join a group and speak to it.
    Multicast {
        /// Address of the interface to join on.
        interface: Option<IpAddr>,
    },
}

/// A UDP link.
#[derive(Debug)]
pub(super) struct Udp {
    mode: UdpMode,
    host: String,
    port: u16,
    pub(super) targets: Vec<SocketAddr>,
    /// What was sent to a group and will come back from it, for that is how groups work.
    echoes: VecDeque<Vec<u8>>,
}

impl Udp {
    pub(super) fn new(mode: UdpMode, host: String, port: u16) -> Self {
        Self {
            mode,
            host,
            port,
            targets: Vec::new(),
            echoes: VecDeque::new(),
        }
    }

    fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    async fn resolve(&self) -> Result<SocketAddr, LinkError> {
        let host = self.address();
        let found = lookup_host(&host).await.map(|mut found| found.next());
        match found {
            Ok(Some(address)) => Ok(address),
            Ok(None) => Err(LinkError::Resolve {
                host,
                source: io::ErrorKind::NotFound.into(),
            }),
            Err(source) => Err(LinkError::Resolve { host, source }),
        }
    }

    pub(super) async fn open(&mut self) -> Result<AsyncUdpSocket, LinkError> {
        let there = self.resolve().await?;
        let any = match there {
            SocketAddr::V4(_) => IpAddr::from([0u8; 4]),
            SocketAddr::V6(_) => IpAddr::from([0u16; 8]),
        };
        let local = match self.mode {
            UdpMode::Listen => there,
            UdpMode::Multicast { .. } => SocketAddr::new(any, there.port()),
            UdpMode::Dial { bind } | UdpMode::Broadcast { bind } => {
                bind.unwrap_or(SocketAddr::new(any, 0))
            }
        };
        let bind = |source| LinkError::Bind {
            address: local.to_string(),
            source,
        };
        let socket = match self.mode {
            UdpMode::Multicast { .. } => shared_socket(local).map_err(bind)?,
            _ => AsyncUdpSocket::bind(local).await.map_err(bind)?,
        };
        raise_receive_buffer(&socket);
        self.targets = match self.mode {
            UdpMode::Listen => Vec::new(),
            UdpMode::Dial { .. } => vec![there],
            UdpMode::Broadcast { .. } => {
                socket.set_broadcast(true).map_err(bind)?;
                broadcast_addresses(there)
            }
            UdpMode::Multicast { interface } => {
                join(&socket, there.ip(), interface).map_err(bind)?;
                vec![there]
            }
        };
        Ok(socket)
    }

    /// Whom a message is for: its vehicle's peer where that is known, else the link's own targets.
    fn recipients(&self, peer: Option<PeerId>, lane: &Lane<SocketAddr>) -> Vec<SocketAddr> {
        let known = peer.and_then(|peer| lane.ingest.known_peers().find(|(id, _)| *id == peer));
        match known {
            Some((_, address)) => vec![*address],
            None => self.targets.clone(),
        }
    }

    fn send(
        &mut self,
        socket: &UdpSocket,
        lane: &mut Lane<SocketAddr>,
        transmission: &Transmission,
    ) {
        let now = lane.now();
        let recipients = self.recipients(transmission.peer, lane);
        let Lane { outbox, ingest, .. } = lane;
        let Some(frame) = outbox.encode(transmission, ingest.gate()) else {
            return;
        };
        if matches!(self.mode, UdpMode::Multicast { .. }) {
            self.echoes.truncate(MOST_ECHOES);
            self.echoes.push_front(frame.to_vec());
        }
        ingest.about_to_send(frame, now);
        for address in recipients {
            match socket.send_to(frame, address) {
                Ok(_) => ingest.record_sent(frame, now),
                // Nobody there yet, or no route yet: the next heartbeat tries again.
                Err(_) => ingest.totals().send_errors += 1,
            }
        }
    }

    /// The link at work, on a thread of its own: a bare receive with a pause after a short batch costs a
    /// third of what the same costs through an event loop, which every single datagram wakes.
    fn work(&mut self, socket: &UdpSocket, lane: &mut Lane<SocketAddr>) -> Result<(), LinkError> {
        let drops = KernelDrops::of(socket);
        let mut buffers = Buffers::new();
        let mut next_statistics = lane.now().plus(STATISTICS_EVERY);
        while !lane.stop.is_cancelled() {
            let is_short = buffers.take_batch(socket, lane, &mut self.echoes)?;
            lane.ingest.flush();
            while let Some(transmission) = lane.due_outgoing() {
                self.send(socket, lane, &transmission);
            }
            let now = lane.now();
            if now >= next_statistics {
                next_statistics = now.plus(STATISTICS_EVERY);
                lane.ingest.totals().kernel_drops = drops.read().unwrap_or_default();
                lane.ingest.statistics(now);
            }
            if is_short {
                std::thread::sleep(COALESCE);
            }
        }
        Ok(())
    }
}

impl Transport for Udp {
    type Key = SocketAddr;

    async fn run(&mut self, lane: &mut Lane<SocketAddr>) -> Result<(), LinkError> {
        let broken = |error| LinkError::broken(&error);
        let socket = self.open().await?.into_std().map_err(broken)?;
        socket.set_nonblocking(false).map_err(broken)?;
        socket.set_read_timeout(Some(LOOK_UP)).map_err(broken)?;
        lane.opened().await;
        tokio::task::block_in_place(|| self.work(&socket, lane))
    }
}

/// Room for one batch of datagrams.
struct Buffers {
    data: Vec<u8>,
    headers: MultiHeaders<SockaddrStorage>,
    lengths: Vec<(usize, Option<SocketAddr>)>,
}

impl Buffers {
    fn new() -> Self {
        Self {
            data: vec![0; BATCH * DATAGRAM],
            headers: MultiHeaders::preallocate(BATCH, None),
            lengths: Vec::with_capacity(BATCH),
        }
    }

    /// Waits for datagrams, at most [`LOOK_UP`], and takes what is there. Returns whether that was all.
    fn take_batch(
        &mut self,
        socket: &UdpSocket,
        lane: &mut Lane<SocketAddr>,
        echoes: &mut VecDeque<Vec<u8>>,
    ) -> Result<bool, LinkError> {
        let count = match self.receive(socket.as_raw_fd()) {
            Ok(count) => count,
            Err(error) if is_no_end(&error) => return Ok(false),
            Err(error) => return Err(LinkError::broken(&error)),
        };
        let t = lane.now();
        for (slot, (length, from)) in self.lengths.iter().enumerate() {
            let start = slot * DATAGRAM;
            if let Some(from) = from {
                let bytes = &self.data[start..start + length.min(&DATAGRAM)];
                match echoes.iter().position(|echo| echo == bytes) {
                    Some(echo) => drop(echoes.remove(echo)),
                    None => lane.ingest.datagram(from, bytes, t),
                }
            }
        }
        Ok(count < BATCH)
    }

    fn receive(&mut self, socket: i32) -> io::Result<usize> {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> = self
            .data
            .chunks_mut(DATAGRAM)
            .map(|chunk| [IoSliceMut::new(chunk)])
            .collect();
        let wait = MsgFlags::MSG_WAITFORONE;
        let received = recvmmsg(socket, &mut self.headers, slices.iter_mut(), wait, None)?;
        self.lengths.clear();
        self.lengths.extend(
            received.map(|message| (message.bytes, message.address.and_then(socket_address))),
        );
        Ok(self.lengths.len())
    }
}

fn socket_address(address: SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address
        .as_sockaddr_in()
        .map(|v4| SocketAddr::from((v4.ip(), v4.port())));
    v4.or_else(|| {
        address
            .as_sockaddr_in6()
            .map(|v6| SocketAddr::from((v6.ip(), v6.port())))
    })
}

/// Nothing came in time, or the error belongs to an earlier send: the socket is well.
fn is_no_end(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::WouldBlock
            | Kind::TimedOut
            | Kind::Interrupted
            | Kind::ConnectionRefused
            | Kind::ConnectionReset
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
    )
}

/// As root any size is allowed; others get what `net.core.rmem_max` permits.
fn raise_receive_buffer(socket: &AsyncUdpSocket) {
    let forced = setsockopt(socket, RcvBufForce, &RECEIVE_BUFFER);
    // Less than wanted is no error: drops are counted and shown.
    let _ = forced.or_else(|_| setsockopt(socket, RcvBuf, &RECEIVE_BUFFER));
}

/// 255.255.255.255 is ignored by many vehicles: the directed address of every interface is used instead.
fn broadcast_addresses(there: SocketAddr) -> Vec<SocketAddr> {
    if there.ip() != IpAddr::V4(Ipv4Addr::BROADCAST) {
        return vec![there];
    }
    let interfaces = nix::ifaddrs::getifaddrs().into_iter().flatten();
    let mut addresses: Vec<SocketAddr> = interfaces
        .filter_map(|interface| interface.broadcast)
        .filter_map(|address| {
            address
                .as_sockaddr_in()
                .map(|v4| SocketAddr::from((v4.ip(), there.port())))
        })
        .filter(|address| !address.ip().is_unspecified())
        .collect();
    addresses.push(there);
    addresses.dedup();
    addresses
}

/// A port that every member of a group on this machine may have, as multicast needs it.
fn shared_socket(local: SocketAddr) -> io::Result<AsyncUdpSocket> {
    let family = if local.is_ipv4() {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    };
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let socket = socket::socket(family, SockType::Datagram, flags, None)?;
    setsockopt(&socket, ReuseAddr, &true)?;
    socket::bind(socket.as_raw_fd(), &SockaddrStorage::from(local))?;
    AsyncUdpSocket::from_std(UdpSocket::from(socket))
}

fn join(socket: &AsyncUdpSocket, group: IpAddr, interface: Option<IpAddr>) -> io::Result<()> {
    match (group, interface) {
        (IpAddr::V4(group), Some(IpAddr::V4(own))) => socket.join_multicast_v4(group, own),
        (IpAddr::V4(group), _) => socket.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED),
        (IpAddr::V6(group), _) => socket.join_multicast_v6(&group, 0),
    }
}
