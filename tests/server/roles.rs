//! Who may do what: the token of the run, logins, and what viewers are told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use volery::{
    model::{
        control::{Control, NotReloaded, Reloaded, Reloading},
        intent::{Act, FleetHandle, Intent, NotTaken, Origin},
    },
    server::{Limits, run_token::RunToken},
};

use super::{
    hangar::{snapshot, vehicle},
    station::House,
};

#[derive(Debug, Default)]
struct Owner {
    stops: AtomicUsize,
    told: Mutex<Vec<String>>,
}

impl Control for Owner {
    fn stop(&self, _: Origin) -> bool {
        self.stops.fetch_add(1, Ordering::Relaxed) == 0
    }

    fn reload(&self, origin: Origin) -> Reloading {
        let done = if &*origin.who == "ann" {
            Ok(Reloaded {
                file: "fleet.toml".into(),
                changed: vec!["name".into()],
                ..Reloaded::default()
            })
        } else {
            Err(NotReloaded {
                text: "fleet.toml has 1 mistake(s)".into(),
                mistakes: Vec::new(),
                shown: String::new(),
            })
        };
        Box::pin(async { done })
    }
}

impl FleetHandle for Owner {
    fn submit(&self, intent: Intent) -> Result<(), NotTaken> {
        let Act::Note { text, .. } = intent.act else {
            return Err(NotTaken::Full);
        };
        self.told.lock().unwrap().push(text);
        Ok(())
    }
}

struct Guarded {
    house: House,
    owner: Arc<Owner>,
    token: String,
}

fn guarded() -> Guarded {
    let owner = Arc::new(Owner::default());
    let token = RunToken::generate().unwrap();
    let house = House::with(Limits::default(), |station| {
        station.token = Some(token.clone());
        station.fleet = Some(owner.clone());
        station.control = Some(owner.clone());
    });
    house.publish(snapshot(1, [vehicle("alpha")]));
    Guarded {
        house,
        owner,
        token: token.reveal().to_owned(),
    }
}

impl Guarded {
    async fn post(&self, path: &str, headers: &str, body: &str) -> (u16, String, Value) {
        let (host, length) = (self.house.address, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        let (status, head, body) = self.house.raw(&request).await;
        (status, head, serde_json::from_str(&body).unwrap())
    }

    fn bearer(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.token)
    }
}

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test]
async fn viewers_are_forbidden_and_strangers_with_a_wrong_token_unauthorized() {
    let guarded = guarded();
    for path in ["/api/v1/stop", "/api/v1/reload"] {
        let (status, _, body) = guarded.post(path, JSON, "{}").await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (403, &json!("forbidden")),
            "{path}"
        );
        let text = body["error"]["text"].as_str().unwrap();
        assert!(text.contains("token of this run"), "{text}");
        for wrong in ["Bearer 00", "Bearer", "Basic x", ""] {
            let headers = format!("{JSON}authorization: {wrong}\r\n");
            let (status, _, body) = guarded.post(path, &headers, "{}").await;
            assert_eq!(
                (status, &body["error"]["code"]),
                (401, &json!("unauthorized")),
                "{wrong}"
            );
        }
        let (status, _, body) = guarded.post(path, &guarded.bearer(), "{}").await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (415, &json!("bad_message")),
            "no JSON"
        );
        let form = format!("{}content-type: text/plain\r\n", guarded.bearer());
        assert_eq!(guarded.post(path, &form, "{}").await.0, 415);
    }
    assert_eq!(guarded.owner.stops.load(Ordering::Relaxed), 0);
    assert!(guarded.owner.told.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_token_stops_and_reloads_and_the_log_book_says_who() {
    let guarded = guarded();
    let headers = format!("{}{JSON}user-agent: ann\r\n", guarded.bearer());
    let (status, _, body) = guarded.post("/api/v1/reload", &headers, "{}").await;
    assert_eq!((status, &body["changed"]), (200, &json!(["name"])));
    let bob = format!(
        "{}content-type: application/json; charset=utf-8\r\nuser-agent: bob\r\n",
        guarded.bearer()
    );
    let (status, _, body) = guarded.post("/api/v1/reload", &bob, "{}").await;
    assert_eq!((status, &body["error"]["code"]), (422, &json!("refused")));
    assert_eq!(body["error"]["mistakes"], json!([]));
    let (status, _, body) = guarded.post("/api/v1/stop", &headers, "{}").await;
    assert_eq!((status, &body["stopping"]), (200, &json!(true)));
    assert_eq!(guarded.post("/api/v1/stop", &headers, "{}").await.0, 503);
    let told = guarded.owner.told.lock().unwrap().clone();
    assert_eq!(
        told[..3],
        [
            "reload asked for: ann",
            "reload asked for: bob",
            "stop asked for: ann"
        ]
    );
}

#[tokio::test]
async fn a_login_becomes_a_cookie_that_no_script_and_no_other_site_can_use() {
    let guarded = guarded();
    let wrong = guarded
        .post("/api/v1/login", JSON, r#"{"token":"x"}"#)
        .await;
    assert_eq!(wrong.0, 401);
    let body = json!({"token": guarded.token}).to_string();
    assert_eq!(guarded.post("/api/v1/login", "", &body).await.0, 415);
    let (status, head, answer) = guarded.post("/api/v1/login", JSON, &body).await;
    assert_eq!((status, &answer["role"]), (200, &json!("operator")));
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    assert!(
        cookie.contains("httponly") && cookie.contains("samesite=strict"),
        "{cookie}"
    );
    assert!(
        !cookie.contains(&guarded.token),
        "the token itself is no cookie"
    );
    let pair = cookie.split(';').next().unwrap();
    let headers = format!("{JSON}cookie: other=1; {pair}\r\n");
    assert_eq!(guarded.post("/api/v1/stop", &headers, "{}").await.0, 200);
    let stale = format!("{JSON}cookie: volery-login=00\r\n");
    assert_eq!(guarded.post("/api/v1/stop", &stale, "{}").await.0, 403);
}

#[tokio::test]
async fn a_websocket_becomes_operator_by_auth() {
    let guarded = guarded();
    let mut client = guarded.house.client("/ws").await;
    assert_eq!(client.next().await.unwrap()["role"], "viewer");
    assert_eq!(client.next().await.unwrap()["type"], "snapshot");
    client.say(r#"{"type":"auth","token":"wrong"}"#).await;
    assert_eq!(client.next().await.unwrap()["code"], "unauthorized");
    client.say(r#"{"type":"auth"}"#).await;
    assert_eq!(client.next().await.unwrap()["code"], "bad_message");
    client
        .say(&json!({"type": "auth", "token": guarded.token}).to_string())
        .await;
    assert_eq!(
        client.next().await.unwrap(),
        json!({"type": "auth", "role": "operator"})
    );
}

#[tokio::test]
async fn without_a_token_nobody_is_operator() {
    let house = House::open();
    let guarded = Guarded {
        house,
        owner: Arc::default(),
        token: String::new(),
    };
    for headers in [JSON.to_owned(), format!("{JSON}{}", guarded.bearer())] {
        let (status, ..) = guarded.post("/api/v1/stop", &headers, "{}").await;
        assert!(status == 403 || status == 401, "{status}");
    }
}
