//! The least that receiving can cost: a bare batched loop that counts datagrams and does nothing with them.
//!
//! `cargo bench --bench floor -- PORT SECONDS` listens and prints CPU time per datagram; run it in turn with the
//! station under the same load (docs/performance.md). Without arguments it measures itself for a second.

#![expect(clippy::print_stdout, reason = "its figure is its answer")]

use std::{
    error::Error,
    fs,
    io::IoSliceMut,
    net::UdpSocket,
    os::fd::AsRawFd,
    time::{Duration, Instant},
};

use nix::sys::socket::{
    MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, setsockopt,
    sockopt::{RcvBuf, RcvBufForce},
};

const BATCH: usize = 64;
const DATAGRAM: usize = 4_096;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers.as_slice() {
        [port, seconds] => receive(
            &UdpSocket::bind(("127.0.0.1", u16::try_from(*port)?))?,
            *seconds,
        ),
        _ => measure_self(),
    }
}

fn measure_self() -> Result<(), Box<dyn Error>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let to = socket.local_addr()?;
    let sender = std::thread::spawn(move || -> std::io::Result<()> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        for _ in 0..1_000 {
            for _ in 0..12 {
                socket.send_to(&[0; 41], to)?;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    });
    receive(&socket, 1)?;
    if let Ok(sent) = sender.join() {
        sent?;
    }
    Ok(())
}

fn receive(socket: &UdpSocket, seconds: u64) -> Result<(), Box<dyn Error>> {
    let wanted = 8 * 1_024 * 1_024;
    setsockopt(socket, RcvBufForce, &wanted).or_else(|_| setsockopt(socket, RcvBuf, &wanted))?;
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    let mut data = vec![0; BATCH * DATAGRAM];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
    let (mut datagrams, mut bytes) = (0u64, 0u64);
    let (end, before) = (Instant::now() + Duration::from_secs(seconds), cpu_ns()?);
    while Instant::now() < end {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> = data
            .chunks_mut(DATAGRAM)
            .map(|chunk| [IoSliceMut::new(chunk)])
            .collect();
        let received = recvmmsg(
            socket.as_raw_fd(),
            &mut headers,
            slices.iter_mut(),
            MsgFlags::MSG_WAITFORONE,
            None,
        );
        let Ok(received) = received else { continue };
        let mut count = 0;
        for message in received {
            count += 1;
            bytes += message.bytes as u64;
        }
        datagrams += count as u64;
        if count < BATCH {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    let cpu = cpu_ns()? - before;
    println!(
        "{datagrams} datagrams, {bytes} bytes, {:.3} µs CPU per datagram",
        cpu as f64 / 1e3 / datagrams.max(1) as f64
    );
    Ok(())
}

/// CPU time of this thread, ns.
fn cpu_ns() -> Result<u64, Box<dyn Error>> {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(schedstat.split(' ').next().unwrap_or_default().parse()?)
}
