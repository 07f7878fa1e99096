//! TCP links: dialling one vehicle, or listening for many. Each connection is a peer of its own.

use std::{collections::BTreeMap, io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::mpsc,
    time::timeout,
};

use super::{
    error::LinkError,
    ingest::{OnlyPeer, PeerKey},
    lane::{Lane, Transport, every_second},
};
use crate::model::{ids::PeerId, transmission::Transmission};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A peer that does not take a frame within this time is gone or stuck.
const SEND_WITHIN: Duration = Duration::from_secs(2);
const READ: usize = 16 * 1_024;
/// Connections at once.
const MAX_CONNECTIONS: usize = 256;
/// Pieces read ahead of the link task, all connections together; a full queue slows the senders down.
const READ_AHEAD: usize = 64;

/// Dials a host and speaks first.
#[derive(Debug)]
pub(super) struct TcpOut {
    address: String,
}

impl TcpOut {
    pub(super) fn new(address: String) -> Self {
        Self { address }
    }

    pub(super) async fn connect(&self) -> Result<TcpStream, LinkError> {
        let error = |source| LinkError::Connect {
            address: self.address.clone(),
            source,
        };
        let connecting = timeout(CONNECT_WITHIN, TcpStream::connect(&self.address)).await;
        let stream = connecting
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(error)?;
        stream.set_nodelay(true).map_err(error)?;
        Ok(stream)
    }
}

impl Transport for TcpOut {
    type Key = OnlyPeer;

    async fn run(&mut self, lane: &mut Lane<OnlyPeer>) -> Result<(), LinkError> {
        let (mut reader, mut writer) = self.connect().await?.into_split();
        lane.ingest.forget(&OnlyPeer);
        lane.opened().await;
        let mut buffer = vec![0; READ];
        let mut second = every_second();
        loop {
            tokio::select! {
                read = reader.read(&mut buffer) => {
                    let count = read.map_err(|error| LinkError::broken(&error))?;
                    if count == 0 {
                        return Err(LinkError::Broken(format!("{} closed the connection", self.address)));
                    }
                    let now = lane.now();
                    lane.ingest.stream(&OnlyPeer, &buffer[..count], now);
                    lane.ingest.flush();
                }
                transmission = lane.next_outgoing() => {
                    let now = lane.now();
                    let Lane { outbox, ingest, .. } = &mut *lane;
                    if let Some(frame) = outbox.encode(&transmission, ingest.gate()) {
                        ingest.about_to_send(frame, now);
                        write_all(&mut writer, frame).await.map_err(|error| LinkError::broken(&error))?;
                        ingest.record_sent(frame, now);
                    }
                }
                _ = second.tick() => {
                    let now = lane.now();
                    lane.ingest.statistics(now);
                }
            }
        }
    }
}

async fn write_all(writer: &mut OwnedWriteHalf, frame: &[u8]) -> io::Result<()> {
    timeout(SEND_WITHIN, writer.write_all(frame))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// One accepted connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Connection(SocketAddr);

impl PeerKey for Connection {
    fn address(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// Listens for vehicles that dial in.
#[derive(Debug)]
pub(super) struct TcpIn {
    address: String,
    writers: BTreeMap<SocketAddr, OwnedWriteHalf>,
}

/// A piece of a connection's stream; empty at its end.
type Piece = (Connection, Bytes);

impl TcpIn {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            writers: BTreeMap::new(),
        }
    }

    fn accept(&mut self, stream: TcpStream, from: SocketAddr, pieces: &mpsc::Sender<Piece>) {
        if self.writers.len() >= MAX_CONNECTIONS || stream.set_nodelay(true).is_err() {
            return;
        }
        let (reader, writer) = stream.into_split();
        self.writers.insert(from, writer);
        tokio::spawn(read_pieces(reader, Connection(from), pieces.clone()));
    }

    fn take(&mut self, (connection, bytes): Piece, lane: &mut Lane<Connection>) {
        if bytes.is_empty() {
            self.writers.remove(&connection.0);
            lane.ingest.forget(&connection);
        } else {
            let now = lane.now();
            lane.ingest.stream(&connection, &bytes, now);
            lane.ingest.flush();
        }
    }

    async fn send(&mut self, lane: &mut Lane<Connection>, transmission: &Transmission) {
        let now = lane.now();
        let addressed = |peer: PeerId| {
            lane.ingest
                .known_peers()
                .find(|(id, _)| *id == peer)
                .map(|(_, key)| key.0)
        };
        let Some(address) = transmission.peer.and_then(addressed) else {
            return;
        };
        let Lane { outbox, ingest, .. } = lane;
        let Some(writer) = self.writers.get_mut(&address) else {
            return;
        };
        let Some(frame) = outbox.encode(transmission, ingest.gate()) else {
            return;
        };
        ingest.about_to_send(frame, now);
        if write_all(writer, frame).await.is_ok() {
            ingest.record_sent(frame, now);
        } else {
            ingest.totals().send_errors += 1;
            self.writers.remove(&address);
        }
    }
}

impl Transport for TcpIn {
    type Key = Connection;

    async fn run(&mut self, lane: &mut Lane<Connection>) -> Result<(), LinkError> {
        let bind = |source| LinkError::Bind {
            address: self.address.clone(),
            source,
        };
        let listener = TcpListener::bind(&self.address).await.map_err(bind)?;
        let (sender, mut pieces) = mpsc::channel(READ_AHEAD);
        lane.opened().await;
        let mut second = every_second();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => self.accept(stream, from, &sender),
                    // Out of descriptors, or the client is gone already: not the listener's end.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(piece) = pieces.recv() => self.take(piece, lane),
                transmission = lane.next_outgoing() => self.send(lane, &transmission).await,
                _ = second.tick() => {
                    let now = lane.now();
                    lane.ingest.statistics(now);
                }
            }
        }
    }
}

async fn read_pieces(
    mut reader: OwnedReadHalf,
    connection: Connection,
    pieces: mpsc::Sender<Piece>,
) {
    let mut buffer = vec![0; READ];
    while let Ok(count @ 1..) = reader.read(&mut buffer).await {
        if pieces
            .send((connection, Bytes::copy_from_slice(&buffer[..count])))
            .await
            .is_err()
        {
            return;
        }
    }
    // The link task may be gone as well; then there is nobody to tell.
    drop(pieces.send((connection, Bytes::new())).await);
}
