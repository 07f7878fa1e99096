//! The least that the same work can cost, each in a process of its own: a bare receive loop, a bare sender.

use std::{
    io::{IoSliceMut, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::fd::AsRawFd,
    time::{Duration, Instant},
};

use nix::sys::socket::{
    MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, setsockopt,
    sockopt::{RcvBuf, RcvBufForce},
};

use crate::Outcome;

const BATCH: usize = 64;
const DATAGRAM: usize = 4_096;

/// `floor PORT`, or `bare PORT CLIENTS BYTES EVERY_MS`; both run until they are killed.
pub(crate) fn run(words: &[String]) -> Outcome {
    let number =
        |n: usize| -> Outcome<usize> { Ok(words.get(n).ok_or("a word is missing")?.parse()?) };
    let port = u16::try_from(number(1)?)?;
    match words[0].as_str() {
        "floor" => floor(port),
        _ => bare(port, number(2)?, number(3)?, number(4)? as u64),
    }
}

/// Receives in batches, waits 2 ms after a short one, looks at nothing.
fn floor(port: u16) -> Outcome {
    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    let wanted = 8 * 1_024 * 1_024;
    setsockopt(&socket, RcvBufForce, &wanted).or_else(|_| setsockopt(&socket, RcvBuf, &wanted))?;
    let mut data = vec![0; BATCH * DATAGRAM];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
    loop {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> = data
            .chunks_mut(DATAGRAM)
            .map(|chunk| [IoSliceMut::new(chunk)])
            .collect();
        let flags = MsgFlags::MSG_WAITFORONE;
        let received = recvmmsg(
            socket.as_raw_fd(),
            &mut headers,
            slices.iter_mut(),
            flags,
            None,
        )?;
        if received.count() < BATCH {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Writes the same bytes to every client, so often, from one thread.
fn bare(port: u16, clients: usize, bytes: usize, every_ms: u64) -> Outcome {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let mut streams: Vec<TcpStream> = Vec::new();
    for _ in 0..clients {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let message = vec![b'x'; bytes];
    let mut next = Instant::now();
    loop {
        for stream in &mut streams {
            stream.write_all(&message)?;
        }
        next += Duration::from_millis(every_ms);
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}
