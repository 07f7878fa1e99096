//! The datagrams of one round on one socket, handed to the system together.
//!
//! A system call costs more than the frames in it, so a socket that many craft share sends up to
//! 64 datagrams with one `sendmmsg`.

use std::io::IoSlice;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use tokio::net::UdpSocket;

/// Datagrams per system call.
const BATCH: usize = 64;

/// What the system call needs; bound to the thread that makes it.
pub(super) type Headers = MultiHeaders<SockaddrStorage>;

/// Room for one system call.
pub(super) fn headers() -> Headers {
    MultiHeaders::preallocate(BATCH, None)
}

/// What waits to be sent from one socket to its one target.
#[derive(Debug)]
pub(super) struct Post {
    target: [Option<SockaddrStorage>; BATCH],
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// What became of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sent {
    /// Datagrams the system took.
    pub(super) taken: usize,
    /// Datagrams it would not take.
    pub(super) refused: usize,
}

impl Post {
    pub(super) fn to(target: SocketAddr) -> Self {
        Self {
            target: [Some(SockaddrStorage::from(target)); BATCH],
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a datagram.
    pub(super) fn add(&mut self, datagram: &[u8]) {
        self.bytes.extend_from_slice(datagram);
        self.ends.push(self.bytes.len());
    }

    /// Sends or counts: a simulated radio does not wait, and nobody may be listening yet.
    pub(super) fn flush(&mut self, socket: &UdpSocket, headers: &mut Headers) -> Sent {
        let mut sent = Sent::default();
        let mut start = 0;
        for ends in self.ends.chunks(BATCH) {
            let mut slices = Vec::with_capacity(ends.len());
            for end in ends {
                slices.push([IoSlice::new(&self.bytes[start..*end])]);
                start = *end;
            }
            let (fd, none) = (socket.as_raw_fd(), MsgFlags::empty());
            let done = sendmmsg(fd, headers, &slices, self.target, [], none);
            let taken = done.map_or(0, Iterator::count);
            sent.taken += taken;
            sent.refused += ends.len() - taken;
        }
        self.bytes.clear();
        self.ends.clear();
        sent
    }
}
