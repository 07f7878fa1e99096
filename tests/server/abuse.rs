//! Clients that do not read, do not answer, or talk nonsense beside a healthy one.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, interval, timeout},
};
use volery::server::Limits;

use super::{
    hangar::{odd_vehicle, position, snapshot},
    station::{House, PATIENCE},
};

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

/// Reads server frames until a close frame; its code and reason.
async fn close_frame(stream: &mut TcpStream) -> (u16, String) {
    let read = async {
        loop {
            let [first, second] = [
                stream.read_u8().await.unwrap(),
                stream.read_u8().await.unwrap(),
            ];
            let length = match second {
                126 => u64::from(stream.read_u16().await.unwrap()),
                127 => stream.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await.unwrap();
            if first == 0x88 {
                let code = u16::from_be_bytes([payload[0], payload[1]]);
                return (code, String::from_utf8(payload.split_off(2)).unwrap());
            }
        }
    };
    timeout(PATIENCE, read).await.unwrap()
}

fn crowd(seq: u64) -> volery::model::snapshot::Snapshot {
    let vehicles = (0..200u64).map(|n| {
        let mut vehicle = odd_vehicle(&format!("v{n}"), [1, 1, 3, 1, 1, 1]);
        vehicle.position = Some(position(seq + n));
        vehicle
    });
    snapshot(seq, vehicles)
}

#[tokio::test]
async fn a_slow_reader_gets_fewer_updates_and_the_newest_state() {
    let house = House::open();
    house.publish(crowd(1));
    let mut slow = house.client("/ws").await;
    slow.until("snapshot").await;
    let mut ticks = interval(Duration::from_millis(5));
    for seq in 2..300 {
        ticks.tick().await;
        house.publish(crowd(seq));
    }
    let mut updates = 0;
    while slow.seq != Some(299) {
        slow.next().await.unwrap();
        updates += 1;
    }
    assert!(updates < 290, "{updates}");
    assert_eq!(slow.vehicles, house.get("/api/v1/fleet").await["vehicles"]);
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_closed_with_a_reason() {
    let limits = Limits {
        ping_every: Duration::from_millis(100),
        silent: Duration::from_millis(350),
        ..Limits::default()
    };
    let house = House::with(limits, |_| ());
    let mut mute = bare(&house).await;
    let mut healthy = house.client("/ws").await;
    let wait = async { while healthy.next().await.is_ok() {} };
    let (code, reason) = tokio::select! {
        closed = close_frame(&mut mute) => closed,
        () = wait => panic!("the healthy one was closed"),
    };
    assert_eq!(code, 1008);
    assert!(reason.contains("nothing heard"), "{reason}");
}

#[tokio::test]
async fn nonsense_and_giants_are_closed_with_the_right_code() {
    let house = House::open();
    let mask = [0u8; 4];
    let giant = [&[0x82, 0xff][..], &10_000_000_000u64.to_be_bytes(), &mask].concat();
    let too_big = [&[0x81, 0xff][..], &70_000u64.to_be_bytes(), &mask].concat();
    let compressed = [&[0xc1, 0x81][..], &mask, b"x"].concat();
    let unmasked = [&[0x81, 0x01][..], b"x"].concat();
    let no_text = [&[0x81, 0x81][..], &mask, &[0xff]].concat();
    let fragment = [&[0x01, 0xfe, 0xff, 0xff][..], &mask, &b"x".repeat(65_535)].concat();
    let more = [&[0x00, 0xfe, 0xff, 0xff][..], &mask, &b"x".repeat(65_535)].concat();
    let endless = [fragment, more].concat();
    let table = [
        ("giant", giant, 1009),
        ("too big", too_big, 1009),
        ("endless", endless, 1009),
        ("compressed", compressed, 1002),
        ("unmasked", unmasked, 1002),
        ("no text", no_text, 1007),
    ];
    for (name, bytes, wanted) in table {
        let mut client = bare(&house).await;
        client.write_all(&bytes).await.unwrap();
        let (code, reason) = close_frame(&mut client).await;
        assert_eq!(code, wanted, "{name}: {reason}");
        assert!(!reason.is_empty());
    }
}

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let limits = Limits {
        headers: Duration::from_millis(200),
        ..Limits::default()
    };
    let house = House::with(limits, |_| ());
    for start in ["", "GET / HTTP/1.1\r\nhost: loc"] {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let end = timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(end.is_ok(), "{start:?} is still waited for");
    }
}

#[tokio::test]
async fn connections_that_ask_nothing_lock_nobody_out() {
    let limits = Limits {
        spare_connections: 4,
        ..Limits::default()
    };
    let house = House::with(limits, |station| station.max_clients = 2);
    let mut client = house.client("/ws").await;
    client.until("hello").await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(house.address).await.unwrap());
        assert_eq!(house.get("/healthz").await["ok"], true);
    }
    let mut rest = Vec::new();
    let oldest = silent[0].read_to_end(&mut rest);
    assert_eq!(timeout(PATIENCE, oldest).await.unwrap().unwrap(), 0);
    client.say(r#"{"type":"ping"}"#).await;
    client.until("pong").await;
}

#[tokio::test]
async fn a_flood_of_messages_delays_only_its_sender() {
    let house = House::open();
    house.publish(crowd(1));
    let mut loud = house.client("/ws").await;
    let mut healthy = house.client("/ws").await;
    healthy.until("snapshot").await;
    for _ in 0..250 {
        loud.say(r#"{"type":"ping"}"#).await;
    }
    let began = Instant::now();
    house.publish(crowd(2));
    healthy.catch_up(2).await;
    assert!(began.elapsed() < Duration::from_millis(500));
    for _ in 0..250 {
        loud.until("pong").await;
    }
    assert_eq!(loud.seq, Some(2));
    assert!(began.elapsed() > Duration::from_millis(900));
}

#[tokio::test]
async fn many_clients_share_what_is_made_for_one() {
    let house = House::open();
    house.publish(crowd(1));
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = house.client("/ws").await;
        client.until("snapshot").await;
        clients.push(client);
    }
    let count = async |name: &str| -> u64 {
        let (_, _, text) = house.ask("GET", "/metrics").await;
        let text = text.as_str().unwrap().to_owned();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let (asked, made) = (
        count("volery_messages_asked_total").await,
        count("volery_messages_encoded_total").await,
    );
    for seq in 2..12 {
        house.publish(crowd(seq));
        for client in &mut clients {
            client.catch_up(seq).await;
        }
    }
    assert_eq!(count("volery_messages_asked_total").await - asked, 200);
    assert_eq!(count("volery_messages_encoded_total").await - made, 10);
}
