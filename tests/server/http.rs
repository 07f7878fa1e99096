//! HTTP: the fleet, the refusals, the door.

use std::sync::{Arc, atomic::Ordering};

use serde_json::json;
use volery::{
    model::{
        event::Event,
        history::{EventQuery, History, HistoryError, HistoryQuery, HistoryRow},
    },
    server::Limits,
};

use super::{
    hangar::{link, odd_vehicle, position, snapshot, vehicle},
    station::{House, event},
};

fn house() -> House {
    let house = House::open();
    let mut alpha = vehicle("alpha");
    alpha.position = Some(position(8));
    let mut first = snapshot(7, [alpha, odd_vehicle("bravo", [1, 2, 3, 3, 3, 1])]);
    first.links.insert("radio".into(), Arc::new(link(3)));
    house.publish(first);
    house
}

#[tokio::test]
async fn the_fleet_is_told_as_the_contract_says() {
    let house = house();
    let fleet = house.get("/api/v1/fleet").await;
    assert_eq!(fleet["name"], "Field team 1");
    assert_eq!((&fleet["seq"], &fleet["time_ms"]), (&json!(7), &json!(350)));
    assert_eq!(fleet["links"]["radio"]["state"], "open");
    let alpha = json!({"id": "alpha", "name": "alpha", "network": "mav", "sysid": 1, "state": "expected",
        "position": {"lat_deg": 47.0, "lon_deg": 8.5, "alt_rel_m": 1.0, "t_ms": 400}});
    assert_eq!(fleet["vehicles"]["alpha"], alpha);
    assert_eq!(house.get("/api/v1/vehicles/alpha").await, alpha);
    let vehicles = house.get("/api/v1/vehicles").await;
    assert_eq!(vehicles[0], alpha);
    assert_eq!(vehicles[1], fleet["vehicles"]["bravo"]);
    assert_eq!(vehicles.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_refusal_is_json_with_a_code() {
    let house = house();
    let table = [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/api/v2/fleet", 404, "not_found"),
        ("GET", "/api/v1/vehicles/charlie", 404, "unknown_vehicle"),
        ("GET", "/ws/vehicles/charlie", 404, "unknown_vehicle"),
        ("POST", "/api/v1/fleet", 405, "bad_message"),
        ("DELETE", "/", 405, "bad_message"),
        ("GET", "/api/v1/commands", 405, "bad_message"),
        ("POST", "/api/v1/commands", 403, "forbidden"),
        ("POST", "/api/v1/login", 415, "bad_message"),
        ("POST", "/api/v1/stop", 403, "forbidden"),
        ("POST", "/api/v1/reload", 403, "forbidden"),
        ("GET", "/api/v1/vehicles/alpha/mission", 403, "forbidden"),
        ("GET", "/api/v1/vehicles/alpha/params", 403, "forbidden"),
        ("PUT", "/api/v1/vehicles/alpha/fence", 403, "forbidden"),
        ("DELETE", "/api/v1/vehicles/alpha/rally", 403, "forbidden"),
        ("PATCH", "/api/v1/vehicles/alpha/params", 403, "forbidden"),
        (
            "GET",
            "/api/v1/vehicles/charlie/mission",
            404,
            "unknown_vehicle",
        ),
        ("POST", "/api/v1/transfers", 403, "forbidden"),
        ("POST", "/api/v1/transfers/t1/cancel", 403, "forbidden"),
        ("GET", "/ws/frames", 501, "not_found"),
        ("GET", "/ws/drone/alpha", 501, "not_found"),
        ("GET", "/ws", 426, "bad_message"),
        ("GET", "/api/v1/events?since_ms=soon", 400, "bad_message"),
        ("GET", "/api/v1/events?limit=-1", 400, "bad_message"),
        ("GET", "/api/v1/events?sinse_ms=1", 400, "bad_message"),
        ("GET", "/api/v1/history", 400, "bad_message"),
        ("GET", "/api/v1/history?vehicle=alpha", 404, "not_found"),
        ("GET", "/api/v1/vehicles/%ff", 400, "bad_message"),
    ];
    for (method, path, status, code) in table {
        let (got, head, body) = house.ask(method, path).await;
        assert_eq!(got, status, "{method} {path}: {body}");
        assert_eq!(body["error"]["code"], code, "{method} {path}");
        assert!(body["error"]["text"].as_str().unwrap().len() > 10, "{path}");
        assert!(head.contains("content-type: application/json"), "{path}");
        assert!(head.contains("content-security-policy: default-src 'none'"));
        assert_eq!(head.contains("allow:"), status == 405, "{path}: {head}");
    }
    let (_, _, body) = house.ask("GET", "/api/v1/vehicles/charlie").await;
    let text = body["error"]["text"].as_str().unwrap();
    assert!(text.contains("alpha") && text.contains("bravo"), "{text}");
}

#[tokio::test]
async fn strangers_are_turned_away_at_the_door() {
    let house = house();
    let table = [
        ("host: localhost:1\r\n", 200),
        ("host: [::1]:8780\r\n", 200),
        ("host: relay.example.org\r\n", 200),
        ("host: evil.example.org\r\n", 403),
        ("host: 192.0.2.1:8780\r\n", 403),
        ("", 403),
        ("host: localhost\r\nhost: localhost\r\n", 403),
        ("host: localhost:1\r\norigin: http://localhost:1\r\n", 200),
        (
            "host: localhost:1\r\norigin: https://ops.example.org\r\n",
            200,
        ),
        ("host: localhost:1\r\norigin: http://localhost:2\r\n", 403),
        (
            "host: localhost:1\r\norigin: https://evil.example.org\r\n",
            403,
        ),
        ("host: localhost:1\r\norigin: null\r\n", 403),
    ];
    for path in ["/api/v1/fleet", "/", "/metrics"] {
        for (headers, status) in table {
            let request = format!("GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
            let (got, _, body) = house.raw(&request).await;
            // Without a Host at all, hyper's own 400 would do as well.
            assert_eq!(got, status, "{path} {headers:?} {body}");
            assert_eq!(body.contains(r#""code":"forbidden""#), status == 403);
        }
    }
    let upgrade = "GET /ws HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example.org\r\n\
        connection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (status, _, _) = house.raw(upgrade).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn an_allowed_origin_may_read_the_answer() {
    let house = house();
    let request = "GET /api/v1/fleet HTTP/1.1\r\nhost: localhost\r\n\
        origin: https://ops.example.org\r\nconnection: close\r\n\r\n";
    let (_, head, _) = house.raw(request).await;
    assert!(head.contains("access-control-allow-origin: https://ops.example.org"));
    let (_, head, _) = house.ask("GET", "/api/v1/fleet").await;
    assert!(!head.contains("access-control-allow-origin"));
}

#[tokio::test]
async fn the_page_and_its_parts_come_with_a_strict_policy() {
    let house = house();
    for path in ["/", "/app.js", "/fold.js", "/map.js", "/style.css"] {
        let (status, head, body) = house.ask("GET", path).await;
        assert_eq!(status, 200, "{path}");
        let body = body.as_str().unwrap();
        assert!(body.len() > 500, "{path}");
        let foreign = body.contains("http://") || body.contains("https://");
        assert!(!foreign, "{path} speaks of another host");
        assert!(!body.contains("innerHTML"), "{path}");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
            "cache-control: no-cache",
            "etag: \"",
        ] {
            assert!(head.contains(header), "{path} lacks {header}: {head}");
        }
    }
}

#[tokio::test]
async fn without_a_log_events_come_from_the_newest_ones() {
    let house = house();
    house.log(3, Some("alpha"));
    house.log(2, Some("bravo"));
    let ids = async |query: &str| -> Vec<u64> {
        let events = house.get(&format!("/api/v1/events{query}")).await;
        let events = events.as_array().unwrap();
        events.iter().map(|e| e["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids("").await, [1, 2, 3, 4, 5]);
    assert_eq!(ids("?limit=2").await, [4, 5]);
    assert_eq!(ids("?since_ms=20&vehicle=alpha").await, [2, 3]);
    assert_eq!(
        ids("?after_id=1&limit=2").await,
        [2, 3],
        "whoever goes on from an id misses nothing"
    );
    assert_eq!(ids("?after_id=5").await, [0u64; 0]);
    let (status, _, body) = house.ask("GET", "/api/v1/events?vehicle=nobody").await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (404, &json!("unknown_vehicle"))
    );
}

#[derive(Debug)]
struct FakeLog;

impl History for FakeLog {
    fn events(&self, query: &EventQuery) -> Result<Vec<Event>, HistoryError> {
        assert_eq!((query.since_ms, query.limit), (Some(5), 2));
        Ok(vec![event(77, Some("alpha"))])
    }

    fn rows(&self, query: &HistoryQuery) -> Result<Vec<HistoryRow>, HistoryError> {
        if query.vehicle.as_str() == "broken" {
            let reason = "disk I/O error".into();
            return Err(HistoryError::Read { reason });
        }
        assert_eq!((query.from_ms, query.to_ms), (Some(1), Some(9)));
        assert_eq!(query.step_ms, Some(1000));
        Ok(vec![HistoryRow {
            t_ms: 3,
            battery_percent: Some(50),
            ..HistoryRow::default()
        }])
    }
}

#[tokio::test]
async fn with_a_log_the_past_comes_from_it() {
    let furnish = |station: &mut volery::server::Station| {
        station.history = Some(Arc::new(FakeLog));
    };
    let house = House::with(Limits::default(), furnish);
    let events = house.get("/api/v1/events?since_ms=5&limit=2").await;
    assert_eq!(events[0]["id"], 77);
    let path = "/api/v1/history?vehicle=alpha&from_ms=1&to_ms=9&step_ms=1000";
    let rows = house.get(path).await;
    assert_eq!(rows, json!([{"t_ms": 3, "battery_percent": 50}]));
    let (status, _, body) = house.ask("GET", "/api/v1/history?vehicle=broken").await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("too_busy")));
}

#[tokio::test]
async fn readiness_says_what_is_missing() {
    let house = house();
    assert_eq!(house.get("/healthz").await["ok"], true);
    assert_eq!(house.get("/readyz").await["log"], "off");
    house.health.started.store(false, Ordering::Relaxed);
    let (status, _, body) = house.ask("GET", "/readyz").await;
    assert_eq!(status, 503);
    let text = body["error"]["text"].as_str().unwrap();
    assert!(text.contains("link"), "{text}");
}

#[tokio::test]
async fn metrics_are_read_from_the_snapshot() {
    let house = house();
    let (status, head, body) = house.ask("GET", "/metrics").await;
    assert_eq!(status, 200);
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    let text = body.as_str().unwrap();
    for line in [
        "volery_vehicles 2",
        "volery_clients 0",
        "volery_ticks_total 7",
        r#"volery_link_open{link="radio"} 1"#,
        r#"volery_link_frames_total{link="radio"} 3"#,
        r#"volery_vehicle_altitude_meters{vehicle="alpha"} 1.0"#,
        r#"volery_vehicle_armed{vehicle="bravo"} 1.0"#,
        "# EOF",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains(r#"volery_vehicle_armed{vehicle="alpha"}"#));
}
