//! What clients that never read cost; alone in its process, since it measures memory.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should fail there"
)]

#[path = "server/hangar.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod hangar;
#[path = "server/station.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod station;

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, interval},
};
use volery::{model, server::Limits};

use hangar::{odd_vehicle, position, snapshot};
use station::House;

const UPGRADE: &str = "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
    upgrade: websocket\r\nsec-websocket-version: 13\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A WebSocket after its handshake, in our own hands.
async fn bare(house: &House) -> TcpStream {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(UPGRADE.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    stream
}

fn crowd(seq: u64) -> volery::model::snapshot::Snapshot {
    let vehicles = (0..200u64).map(|n| {
        let mut vehicle = odd_vehicle(&format!("v{n}"), [1, 1, 3, 1, 1, 1]);
        vehicle.position = Some(position(seq + n));
        vehicle
    });
    snapshot(seq, vehicles)
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_read_cost_little_and_are_given_up() {
    let limits = Limits {
        stall: Duration::from_secs(2),
        ..Limits::default()
    };
    let house = House::with(limits, |_| ());
    house.publish(crowd(1));
    let mut healthy = house.client("/ws").await;
    healthy.until("snapshot").await;
    let mut deaf = Vec::new();
    for _ in 0..10 {
        deaf.push(bare(&house).await);
    }
    let before = resident_bytes();
    let (mut seq, mut worst, began) = (1, Duration::ZERO, Instant::now());
    let mut ticks = interval(Duration::from_millis(10));
    while began.elapsed() < Duration::from_secs(5) {
        ticks.tick().await;
        seq += 1;
        house.publish(crowd(seq));
        let published = Instant::now();
        healthy.catch_up(seq).await;
        worst = worst.max(published.elapsed());
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 10 * 2 * 1024 * 1024, "grew by {grown} bytes");
    assert!(worst < Duration::from_millis(500), "{worst:?}");
    let (_, _, metrics) = house.ask("GET", "/metrics").await;
    let metrics = metrics.as_str().unwrap();
    assert!(metrics.contains("volery_given_up_total 10\n"), "{metrics}");
    assert!(metrics.contains("volery_clients 1\n"), "{metrics}");
}
