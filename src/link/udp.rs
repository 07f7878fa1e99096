//! UDP links: listening, dialling, broadcast and multicast. Datagrams are read in batches.
//!
//! Wake-ups and system calls are four fifths of the cost of ingest, so after a short batch the task
//! waits 2 ms for more. Replies go to the peer that owns the vehicle, never to whoever spoke last.

use std::{
    io::{self, IoSliceMut},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    os::fd::AsRawFd,
    time::Duration,
};

use nix::sys::socket::{
    MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, setsockopt,
    sockopt::{RcvBuf, RcvBufForce},
};
use tokio::{
    io::Interest,
    net::{UdpSocket, lookup_host},
};

use super::{
    error::LinkError,
    kernel_drops::KernelDrops,
    lane::{Lane, Transport, every_second},
};
use crate::model::{ids::PeerId, transmission::Transmission};

/// Datagrams per system call, and the most bytes of one.
const BATCH: usize = 64;
const DATAGRAM: usize = 4_096;
/// How long to wait for more after a short batch.
const COALESCE: Duration = Duration::from_millis(2);
/// Receive buffer wanted: half a second of 250 vehicles at 50 messages a second and more.
const RECEIVE_BUFFER: usize = 8 * 1_024 * 1_024;

/// How a UDP link speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UdpMode {
    /// Wait for vehicles to speak first, answer each at its address.
    Listen,
    /// Speak first to this host.
    Dial,
    /// Speak to everybody on the local network until somebody answers.
    Broadcast,
    /// Join a group and speak to it.
    Multicast,
}

/// A UDP link.
#[derive(Debug)]
pub(super) struct Udp {
    mode: UdpMode,
    host: String,
    port: u16,
    targets: Vec<SocketAddr>,
}

impl Udp {
    pub(super) fn new(mode: UdpMode, host: String, port: u16) -> Self {
        Self {
            mode,
            host,
            port,
            targets: Vec::new(),
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

    async fn open(&mut self) -> Result<UdpSocket, LinkError> {
        let there = self.resolve().await?;
        let any = match there {
            SocketAddr::V4(_) => IpAddr::from([0u8; 4]),
            SocketAddr::V6(_) => IpAddr::from([0u16; 8]),
        };
        let local = match self.mode {
            UdpMode::Listen => there,
            UdpMode::Multicast => SocketAddr::new(any, there.port()),
            UdpMode::Dial | UdpMode::Broadcast => SocketAddr::new(any, 0),
        };
        let bind = |source| LinkError::Bind {
            address: local.to_string(),
            source,
        };
        let socket = UdpSocket::bind(local).await.map_err(bind)?;
        raise_receive_buffer(&socket);
        self.targets = match self.mode {
            UdpMode::Listen => Vec::new(),
            UdpMode::Dial => vec![there],
            UdpMode::Broadcast => {
                socket.set_broadcast(true).map_err(bind)?;
                broadcast_addresses(there)
            }
            UdpMode::Multicast => {
                join(&socket, there.ip()).map_err(bind)?;
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

    async fn send(
        &self,
        socket: &UdpSocket,
        lane: &mut Lane<SocketAddr>,
        transmission: &Transmission,
    ) {
        let now = lane.now();
        let recipients = self.recipients(transmission.peer, lane);
        let Lane { outbox, ingest, .. } = lane;
        let (_, frame) = outbox.encode(transmission);
        for address in recipients {
            match socket.send_to(frame, address).await {
                Ok(_) => ingest.record_sent(frame, now),
                // Nobody there yet, or no route yet: the next heartbeat tries again.
                Err(_) => ingest.totals().send_errors += 1,
            }
        }
    }
}

impl Transport for Udp {
    type Key = SocketAddr;

    async fn run(&mut self, lane: &mut Lane<SocketAddr>) -> Result<(), LinkError> {
        let socket = self.open().await?;
        let drops = KernelDrops::of(&socket);
        let mut buffers = Buffers::new();
        lane.opened().await;
        let mut second = every_second();
        loop {
            tokio::select! {
                ready = socket.readable() => {
                    ready.map_err(|error| LinkError::broken(&error))?;
                    buffers.drain(&socket, lane)?;
                    lane.ingest.flush();
                    tokio::time::sleep(COALESCE).await;
                }
                transmission = lane.next_outgoing() => self.send(&socket, lane, &transmission).await,
                _ = second.tick() => {
                    if let Some(dropped) = drops.read() {
                        lane.ingest.totals().kernel_drops = dropped;
                    }
                    let now = lane.now();
                    lane.ingest.statistics(now);
                }
            }
        }
    }
}

/// Room for one batch of datagrams.
struct Buffers {
    data: Vec<u8>,
    lengths: Vec<(usize, Option<SocketAddr>)>,
}

impl Buffers {
    fn new() -> Self {
        Self {
            data: vec![0; BATCH * DATAGRAM],
            lengths: Vec::with_capacity(BATCH),
        }
    }

    /// Reads until the socket is empty. One error may belong to an earlier send and is not the socket's end.
    fn drain(&mut self, socket: &UdpSocket, lane: &mut Lane<SocketAddr>) -> Result<(), LinkError> {
        loop {
            match socket.try_io(Interest::READABLE, || self.receive(socket.as_raw_fd())) {
                Ok(count) => {
                    let t = lane.now();
                    for (slot, (length, from)) in self.lengths.iter().enumerate() {
                        let start = slot * DATAGRAM;
                        if let Some(from) = from {
                            lane.ingest.datagram(
                                from,
                                &self.data[start..start + length.min(&DATAGRAM)],
                                t,
                            );
                        }
                    }
                    if count < BATCH {
                        return Ok(());
                    }
                    lane.ingest.flush();
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if is_about_a_send(&error) => {}
                Err(error) => return Err(LinkError::broken(&error)),
            }
        }
    }

    fn receive(&mut self, socket: i32) -> io::Result<usize> {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> = self
            .data
            .chunks_mut(DATAGRAM)
            .map(|chunk| [IoSliceMut::new(chunk)])
            .collect();
        // Made anew each time: it holds raw pointers and so cannot live across an await.
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
        let received = recvmmsg(
            socket,
            &mut headers,
            slices.iter_mut(),
            MsgFlags::MSG_DONTWAIT,
            None,
        )?;
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

fn is_about_a_send(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkUnreachable,
    };
    matches!(
        error.kind(),
        ConnectionRefused | ConnectionReset | HostUnreachable | NetworkUnreachable | Interrupted
    )
}

/// As root any size is allowed; others get what `net.core.rmem_max` permits.
fn raise_receive_buffer(socket: &UdpSocket) {
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

fn join(socket: &UdpSocket, group: IpAddr) -> io::Result<()> {
    match group {
        IpAddr::V4(group) => socket.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(group) => socket.join_multicast_v6(&group, 0),
    }
}
