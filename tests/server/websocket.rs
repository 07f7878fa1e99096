//! The WebSocket: hello, snapshot, updates, events, and what a client may say.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use volery::{model::ids::VehicleId, server::Limits};

use super::{
    hangar::{odd_vehicle, position, snapshot, vehicle},
    station::{Client, House},
};

fn house() -> House {
    let house = House::open();
    house.publish(snapshot(1, [vehicle("alpha"), vehicle("bravo")]));
    house
}

fn fly(house: &House, id: &str) -> u64 {
    house.change(|next| {
        let tick = next.seq;
        let mut vehicle = vehicle(id);
        vehicle.position = Some(position(tick));
        next.vehicles
            .insert(VehicleId::from(id), std::sync::Arc::new(vehicle));
    });
    house.newest().seq
}

async fn equals_http(client: &Client, house: &House) {
    let fleet = house.get("/api/v1/fleet").await;
    assert_eq!(json!(client.seq), fleet["seq"]);
    assert_eq!(client.vehicles, fleet["vehicles"]);
    assert_eq!(client.links, fleet["links"]);
}

#[tokio::test]
async fn a_client_is_greeted_gets_a_snapshot_and_then_every_tick() {
    let house = house();
    for path in ["/ws", "/ws/ui"] {
        let mut client = house.client(path).await;
        let hello = client.next().await.unwrap();
        let wanted = json!({"type": "hello", "protocol": "volery.v1", "version": "0.1.0", "session": "s1",
            "role": "viewer", "name": "Field team 1", "tick_ms": 50, "time_ms": 1_700_000_000_000_i64});
        assert_eq!(hello, wanted);
        assert_eq!(client.next().await.unwrap()["type"], "snapshot");
        for _ in 0..5 {
            let seq = fly(&house, "alpha");
            let update = client.next().await.unwrap();
            assert_eq!(update["type"], "update");
            assert_eq!(update["since"], seq - 1);
            assert!(update["vehicles"].get("bravo").is_none());
            equals_http(&client, &house).await;
        }
    }
}

#[tokio::test]
async fn msgpack_says_the_same_as_json() {
    let house = house();
    let mut text = house.client_speaking("/ws", Some("volery.v1.json")).await;
    let mut binary = house
        .client_speaking("/ws", Some("volery.v1.msgpack"))
        .await;
    text.until("snapshot").await;
    binary.until("snapshot").await;
    for n in 1..6u8 {
        let shape = [n, n % 4, n, n % 4, n % 4, n % 3];
        house.change(|next| {
            let odd = odd_vehicle("bravo", shape);
            next.vehicles
                .insert(odd.id.clone(), std::sync::Arc::new(odd));
        });
        house.log(1, Some("bravo"));
        let seq = house.newest().seq;
        text.catch_up(seq - 1).await;
        binary.catch_up(seq - 1).await;
        text.until("events").await;
        binary.until("events").await;
        assert_eq!(text.vehicles, binary.vehicles);
        assert_eq!(text.events, binary.events);
        assert_eq!(text.vehicles, house.get("/api/v1/fleet").await["vehicles"]);
    }
    let ping = rmp_serde::to_vec_named(&json!({"type": "ping"})).unwrap();
    futures_util::SinkExt::send(&mut binary.socket, ping.into())
        .await
        .unwrap();
    binary.until("pong").await;
}

#[tokio::test]
async fn a_client_sees_what_it_subscribed_to() {
    let house = house();
    let mut client = house.client("/ws").await;
    client.until("snapshot").await;
    client
        .say(r#"{"type":"subscribe","vehicles":["alpha"],"fields":["position"]}"#)
        .await;
    client.until("snapshot").await;
    assert_eq!(client.vehicles, json!({"alpha": {"id": "alpha"}}));
    fly(&house, "bravo");
    let seq = fly(&house, "alpha");
    let update = client.until("update").await;
    assert_eq!(update["seq"], seq);
    let position = &house.get("/api/v1/vehicles/alpha").await["position"];
    let wanted = json!({"alpha": {"id": "alpha", "position": position}});
    assert_eq!(client.vehicles, wanted);
    client.say(r#"{"type":"subscribe","vehicles":"*"}"#).await;
    client.until("snapshot").await;
    equals_http(&client, &house).await;
    client.say(r#"{"type":"resync"}"#).await;
    client.until("snapshot").await;
    equals_http(&client, &house).await;
}

#[tokio::test]
async fn a_slower_rate_gets_fewer_and_larger_updates() {
    let house = house();
    let mut client = house.client("/ws").await;
    client.say(r#"{"type":"subscribe","rate_hz":5}"#).await;
    client.until("snapshot").await;
    client.until("snapshot").await;
    let began = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(10));
    let mut updates = 0;
    while began.elapsed().as_millis() < 1_000 {
        tokio::select! {
            _ = ticks.tick() => { fly(&house, "alpha"); }
            message = client.next() => updates += u32::from(message.unwrap()["type"] == "update"),
        }
    }
    assert!((3..=6).contains(&updates), "{updates}");
    client.catch_up(house.newest().seq).await;
    equals_http(&client, &house).await;
}

#[tokio::test]
async fn one_vehicle_is_followed_until_it_is_forgotten() {
    let house = house();
    house.log(2, Some("bravo"));
    let mut client = house.client("/ws/vehicles/alpha").await;
    client.until("snapshot").await;
    assert_eq!(client.vehicles.as_object().unwrap().len(), 1);
    client.say(r#"{"type":"subscribe","vehicles":"*"}"#).await;
    client.until("snapshot").await;
    assert_eq!(client.vehicles.as_object().unwrap().len(), 1);
    fly(&house, "bravo");
    fly(&house, "alpha");
    client.until("update").await;
    assert!(client.vehicles["alpha"].get("position").is_some());
    house.change(|next| {
        next.vehicles.remove(&VehicleId::from("alpha"));
    });
    let (code, reason) = client.farewell().await;
    assert_eq!(
        (code, reason.as_str()),
        (1000, "vehicle alpha was forgotten")
    );
    assert_eq!(client.vehicles, json!({}));
    assert!(client.events.is_empty());
}

#[tokio::test]
async fn events_come_once_each_after_a_backlog() {
    let house = house();
    house.log(300, Some("alpha"));
    let mut client = house.client("/ws").await;
    client.until("events").await;
    assert_eq!(client.events, (101..=300).collect::<Vec<_>>());
    for _ in 0..3 {
        house.log(2, None);
        client.until("events").await;
    }
    assert_eq!(client.events, (101..=306).collect::<Vec<_>>());
}

/// The ids of the next `events` message.
async fn told(client: &mut Client) -> Vec<u64> {
    let message = client.until("events").await;
    let events = message["events"].as_array().unwrap();
    events
        .iter()
        .map(|one| one["id"].as_u64().unwrap())
        .collect()
}

async fn resume(client: &mut Client, session: &str, event: u64) {
    let resume = json!({"session": session, "seq": 3, "event": event});
    let wish = json!({"type": "subscribe", "resume": resume});
    client.say(&wish.to_string()).await;
}

#[tokio::test]
async fn a_client_that_comes_back_is_told_what_it_missed_and_nothing_else() {
    let house = house();
    house.log(300, Some("alpha"));
    let mut client = house.client("/ws").await;
    resume(&mut client, "s1", 50).await;
    assert_eq!(told(&mut client).await, (51..=300).collect::<Vec<_>>());
    let mut up_to_date = house.client("/ws").await;
    resume(&mut up_to_date, "s1", 299).await;
    assert_eq!(told(&mut up_to_date).await, [300]);
    house.log(1, None);
    assert_eq!(told(&mut up_to_date).await, [301]);
    assert_eq!(told(&mut client).await, [301]);
}

#[tokio::test]
async fn no_event_comes_twice_or_goes_back_on_one_connection() {
    let house = house();
    house.log(300, None);
    let mut client = house.client("/ws").await;
    client.until("events").await;
    resume(&mut client, "s1", 50).await;
    let late = client.until("error").await;
    assert_eq!(late["code"], "timed_out");
    let text = late["text"].as_str().unwrap();
    assert!(text.contains("from 51 to 100"), "{text}");
    resume(&mut client, "s1", 250).await;
    client.until("snapshot").await;
    house.log(1, None);
    assert_eq!(told(&mut client).await, [301]);
    let mut ahead = house.client("/ws").await;
    ahead.until("snapshot").await;
    resume(&mut ahead, "s1", 9_999).await;
    ahead.until("snapshot").await;
    house.log(1, None);
    assert_eq!(told(&mut ahead).await, [302]);
}

#[tokio::test]
async fn a_client_of_another_session_is_told_so_and_gets_the_usual_backlog() {
    let house = house();
    house.log(300, None);
    let mut client = house.client("/ws").await;
    resume(&mut client, "other", 299).await;
    let error = client.until("error").await;
    assert_eq!(error["code"], "not_found");
    let text = error["text"].as_str().unwrap();
    assert!(text.starts_with("that session is over"), "{text}");
    assert_eq!(told(&mut client).await, (101..=300).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_resume_from_before_the_ring_is_owned_up_to() {
    let house = house();
    house.log(2_500, None);
    let mut client = house.client("/ws").await;
    resume(&mut client, "s1", 100).await;
    let error = client.until("error").await;
    let text = error["text"].as_str().unwrap();
    assert!(text.starts_with("400 events"), "{text}");
    assert_eq!(told(&mut client).await, (501..=2_500).collect::<Vec<_>>());
}

#[tokio::test]
async fn events_that_left_the_ring_are_owned_up_to_and_all_begins_afresh() {
    let house = house();
    house.log(1, None);
    let mut client = house.client("/ws").await;
    client.until("events").await;
    house.log(2_500, None);
    let error = client.next().await.unwrap();
    assert_eq!(error["type"], "error");
    let text = error["text"].as_str().unwrap();
    assert!(text.starts_with("500 events"), "{text}");
    assert_eq!(client.next().await.unwrap()["type"], "snapshot");
    client.until("events").await;
    let wanted: Vec<u64> = [1].into_iter().chain(502..=2_501).collect();
    assert_eq!(client.events, wanted);
    equals_http(&client, &house).await;
}

#[tokio::test]
async fn what_cannot_be_understood_is_answered_and_the_connection_goes_on() {
    let house = house();
    let mut client = house.client("/ws").await;
    client.until("snapshot").await;
    let table = [
        ("not json", "bad_message"),
        ("{}", "bad_message"),
        (r#"{"type":"dance"}"#, "bad_message"),
        (r#"{"type":"subscribe","vehicles":7}"#, "bad_message"),
        (r#"{"type":"subscribe","rate_hz":0}"#, "bad_message"),
        (r#"{"type":"subscribe","rate_hz":"fast"}"#, "bad_message"),
        (r#"{"type":"auth","token":"t"}"#, "unauthorized"),
        (
            r#"{"type":"command","request":"c1","vehicles":["alpha"],"command":"rtl"}"#,
            "forbidden",
        ),
    ];
    for (message, code) in table {
        client.say(message).await;
        let error = client.next().await.unwrap();
        assert_eq!(error["type"], "error", "{message}");
        assert_eq!(error["code"], code, "{message}");
        let request = message.contains("c1").then_some("c1");
        assert_eq!(error.get("request").and_then(Value::as_str), request);
    }
    client.say(r#"{"type":"ping","extra":1}"#).await;
    assert_eq!(client.next().await.unwrap()["type"], "pong");
    let binary = bytes::Bytes::from_static(b"\x81\xa4type\xa4ping");
    futures_util::SinkExt::send(&mut client.socket, binary.into())
        .await
        .unwrap();
    assert_eq!(client.next().await.unwrap()["code"], "bad_message");
}

#[tokio::test]
async fn an_unknown_subprotocol_is_refused_with_the_known_ones() {
    let house = house();
    let request = "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\n\
        upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: soap, graphql\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (status, _, body) = house.raw(request).await;
    assert_eq!(status, 400);
    assert!(body.contains("volery.v1.json") && body.contains("volery.v1.msgpack"));
}

#[tokio::test]
async fn at_shutdown_everybody_is_told() {
    let house = house();
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = house.client("/ws").await;
        client.until("snapshot").await;
        clients.push(client);
    }
    let began = std::time::Instant::now();
    let stop = tokio::spawn(house.stop());
    for client in &mut clients {
        let (code, reason) = client.farewell().await;
        assert_eq!(
            (code, reason.as_str()),
            (1001, "the station is shutting down")
        );
    }
    stop.await.unwrap();
    assert!(began.elapsed().as_secs_f64() < 1.5);
}

#[tokio::test]
async fn a_goodbye_is_answered() {
    let house = house();
    let mut client = house.client("/ws").await;
    client.until("snapshot").await;
    let frame = CloseFrame {
        code: CloseCode::Normal,
        reason: "enough".into(),
    };
    client.socket.close(Some(frame)).await.unwrap();
    let (code, _) = client.farewell().await;
    assert_eq!(code, 1000);
    assert!(client.next().await.is_err());
}

#[tokio::test]
async fn when_all_places_are_taken_the_next_is_told_so() {
    let furnish = |station: &mut volery::server::Station| station.max_clients = 1;
    let house = House::with(Limits::default(), furnish);
    let mut first = house.client("/ws").await;
    first.until("snapshot").await;
    let request = "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\n\
        upgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (status, _, body) = house.raw(request).await;
    assert_eq!(status, 503);
    assert!(body.contains("too_busy"));
    assert_eq!(house.get("/healthz").await["ok"], true);
}
