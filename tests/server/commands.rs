//! Commands over HTTP and WebSocket: who may, what is handed to the fleet, what comes back.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use volery::{
    model::{
        command::{
            Command, CommandRequest, Consent,
            report::{CommandReport, CommandRing, CommandState},
        },
        ids::VehicleId,
        intent::{Act, FleetHandle, Intent, NotTaken, Origin},
        words::CommandResult,
    },
    server::{Limits, run_token::RunToken},
};

use super::{
    hangar::{snapshot, vehicle},
    station::{Client, House},
};

/// Keeps what it is handed.
#[derive(Debug, Default)]
struct Tower(Mutex<Vec<(Origin, CommandRequest)>>, Mutex<Vec<u64>>);

impl FleetHandle for Tower {
    fn submit(&self, intent: Intent) -> Result<(), NotTaken> {
        match intent.act {
            Act::Command(request) => self.0.lock().unwrap().push((intent.origin, *request)),
            Act::AbortCommand { ticket } => self.1.lock().unwrap().push(ticket),
            _ => {}
        }
        Ok(())
    }
}

struct Field {
    house: House,
    tower: Arc<Tower>,
    token: String,
}

fn field() -> Field {
    let tower = Arc::new(Tower::default());
    let token = RunToken::generate().unwrap();
    let house = House::with(Limits::default(), |station| {
        station.token = Some(token.clone());
        station.fleet = Some(tower.clone());
    });
    house.publish(snapshot(1, [vehicle("alpha"), vehicle("bravo")]));
    let token = token.reveal().to_owned();
    Field {
        house,
        tower,
        token,
    }
}

impl Field {
    async fn post(&self, query: &str, body: &Value) -> (u16, Value) {
        let bearer = format!("authorization: Bearer {}\r\n", self.token);
        self.post_as(&bearer, query, body).await
    }

    async fn post_as(&self, bearer: &str, query: &str, body: &Value) -> (u16, Value) {
        let (host, body) = (self.house.address, body.to_string());
        let length = body.len();
        let request = format!(
            "POST /api/v1/commands{query} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nuser-agent: ann\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n{bearer}\r\n{body}"
        );
        let (status, _, body) = self.house.raw(&request).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn raw(&self, method: &str, route: &str, bearer: &str) -> (u16, Value) {
        let host = self.house.address;
        let request = format!(
            "{method} {route} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: 2\r\n{bearer}\r\n{{}}"
        );
        let (status, _, body) = self.house.raw(&request).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    fn aborted(&self) -> Vec<u64> {
        self.tower.1.lock().unwrap().clone()
    }

    fn handed(&self) -> Vec<(Origin, CommandRequest)> {
        self.tower.0.lock().unwrap().clone()
    }

    /// Waits until something is handed over, and tells it as the fleet would.
    async fn answer(&self, states: &[(&str, CommandState)]) {
        while self.handed().is_empty() {
            tokio::task::yield_now().await;
        }
        let (origin, request) = self.handed().last().unwrap().clone();
        self.house.change(|next| {
            let mut ring = CommandRing::clone(&next.commands);
            for (vehicle, state) in states {
                ring.push(report(&origin, &request, vehicle, *state));
            }
            next.commands = Arc::new(ring);
        });
    }
}

fn report(
    origin: &Origin,
    request: &CommandRequest,
    id: &str,
    state: CommandState,
) -> CommandReport {
    CommandReport {
        id: 0,
        ticket: request.ticket,
        request: request.request.clone(),
        vehicle: VehicleId::from(id),
        command: request.command.name(),
        state,
        result: (state == CommandState::Rejected).then_some(CommandResult(4)),
        progress: None,
        text: "".into(),
        took_ms: 120,
        origin: origin.clone(),
    }
}

#[tokio::test]
async fn viewers_command_nothing() {
    let field = field();
    let body = json!({"vehicles": ["alpha"], "command": "rtl"});
    let (status, answer) = field.post_as("", "", &body).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (403, &json!("forbidden"))
    );
    let mut client = field.house.client("/ws").await;
    client
        .say(r#"{"type":"command","request":"c1","vehicles":["alpha"],"command":"rtl","confirm":true}"#)
        .await;
    let error = client.until("error").await;
    assert_eq!(
        (&error["code"], &error["request"]),
        (&json!("forbidden"), &json!("c1"))
    );
    assert!(field.handed().is_empty());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_the_words_of_the_contract() {
    let field = field();
    let host = field.house.address;
    let large = " ".repeat(2 * 1024 * 1024 + 1);
    let request = format!(
        "POST /api/v1/commands HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nauthorization: Bearer {}\r\n\r\n{large}",
        large.len(),
        field.token
    );
    let (status, _, body) = field.house.raw(&request).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 413, "{body}");
    assert_eq!(body["error"]["code"], "bad_message");
    assert!(field.handed().is_empty());
}

#[tokio::test]
async fn the_fleet_gets_what_was_asked_for_and_nothing_more() {
    let field = field();
    let body = json!({"vehicles": ["alpha", "bravo", "alpha"], "command": "goto",
        "params": {"lat_deg": 47, "lon_deg": 8, "alt_rel_m": 30}});
    let states = [
        ("alpha", CommandState::Accepted),
        ("bravo", CommandState::Rejected),
    ];
    let (posted, ()) = tokio::join!(field.post("?wait=20s", &body), field.answer(&states));
    let (status, answer) = posted;
    assert_eq!((status, &answer["done"]), (200, &json!(true)));
    assert_eq!(answer["vehicles"]["alpha"]["state"], "accepted");
    assert_eq!(answer["vehicles"]["bravo"]["result"], "failed");
    let (origin, request) = field.handed().remove(0);
    assert_eq!(&*origin.who, "ann");
    assert_eq!(request.vehicles, ["alpha".into(), "bravo".into()]);
    assert_eq!(request.consent, Consent::default());
    assert!(matches!(
        request.command,
        Command::Goto {
            alt_rel_m: 30.0,
            ..
        }
    ));
}

#[tokio::test]
async fn the_wait_ends_with_the_states_there_are() {
    let field = field();
    let body = json!({"vehicles": ["alpha"], "command": "arm", "confirm": true, "override": true});
    let states = [("alpha", CommandState::Sent)];
    let (posted, ()) = tokio::join!(field.post("?wait=300ms", &body), field.answer(&states));
    assert_eq!((posted.0, &posted.1["done"]), (200, &json!(false)));
    assert_eq!(posted.1["vehicles"]["alpha"]["state"], "sent");
    let consent = field.handed()[0].1.consent;
    assert!(consent.confirm && consent.overrides);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_the_fleet_hears_of_it() {
    let field = field();
    for (body, status, code) in [
        (
            json!({"vehicles": ["alfa"], "command": "rtl"}),
            404,
            "unknown_vehicle",
        ),
        (
            json!({"vehicles": [], "command": "rtl"}),
            400,
            "bad_message",
        ),
        (
            json!({"vehicles": "*", "command": "rtl"}),
            400,
            "bad_message",
        ),
        (
            json!({"vehicles": ["alpha"], "command": "rlt"}),
            400,
            "bad_message",
        ),
        (
            json!({"vehicles": ["alpha"], "command": "int"}),
            400,
            "bad_message",
        ),
        (
            json!({"vehicles": ["alpha"], "command": "takeoff", "params": {"alt_rel_m": -1}}),
            400,
            "bad_message",
        ),
        (json!({"command": "rtl"}), 400, "bad_message"),
    ] {
        let (got, answer) = field.post("", &body).await;
        assert_eq!(
            (got, &answer["error"]["code"]),
            (status, &json!(code)),
            "{body}"
        );
    }
    let body = json!({"vehicles": ["alpha"], "command": "rtl"});
    assert_eq!(field.post("?wait=1h", &body).await.0, 400);
    assert!(field.handed().is_empty());
}

#[tokio::test]
async fn a_websocket_operator_commands_and_everybody_sees_what_comes_of_it() {
    let field = field();
    let mut operator = field.house.client("/ws").await;
    let mut viewer: Client = field.house.client("/ws").await;
    let mut elsewhere = field.house.client("/ws/vehicles/bravo").await;
    for client in [&mut operator, &mut viewer, &mut elsewhere] {
        client.until("snapshot").await;
    }
    operator
        .say(&json!({"type": "auth", "token": field.token}).to_string())
        .await;
    operator.until("auth").await;
    operator
        .say(r#"{"type":"command","request":"c1","vehicles":["alpha"],"command":"rtl"}"#)
        .await;
    field
        .answer(&[
            ("alpha", CommandState::Sent),
            ("alpha", CommandState::Accepted),
        ])
        .await;
    for client in [&mut operator, &mut viewer] {
        let sent = client.until("command").await;
        assert_eq!(
            (&sent["request"], &sent["state"]),
            (&json!("c1"), &json!("sent"))
        );
        let accepted = client.until("command").await;
        assert_eq!(
            (&accepted["vehicle"], &accepted["state"]),
            (&json!("alpha"), &json!("accepted"))
        );
    }
    elsewhere.say(r#"{"type":"ping"}"#).await;
    loop {
        let message = elsewhere.next().await.unwrap();
        assert_ne!(message["type"], "command", "of a vehicle it does not see");
        if message["type"] == "pong" {
            break;
        }
    }
    operator
        .say(r#"{"type":"command","request":"c2","vehicles":["alpha"],"command":"rlt"}"#)
        .await;
    let error = operator.until("error").await;
    assert_eq!(
        (&error["code"], &error["request"]),
        (&json!("bad_message"), &json!("c2"))
    );
}

#[tokio::test]
async fn a_command_is_aborted_by_its_name_by_operators_only() {
    let field = field();
    let body = json!({"request": "all home", "vehicles": ["alpha", "bravo"], "command": "rtl",
        "confirm": true});
    let states = [("alpha", CommandState::Sent)];
    let (posted, ()) = tokio::join!(field.post("?wait=50ms", &body), field.answer(&states));
    assert_eq!(posted.1["done"], json!(false));
    let bearer = format!("authorization: Bearer {}\r\n", field.token);
    let route = "/api/v1/commands/all%20home";
    let (status, _) = field.raw("DELETE", route, "").await;
    assert_eq!(status, 403);
    let (status, answer) = field.raw("DELETE", "/api/v1/commands/other", &bearer).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (404, &json!("not_found"))
    );
    let (status, answer) = field.raw("GET", route, "").await;
    assert_eq!((status, &answer["done"]), (200, &json!(false)));
    assert_eq!(answer["vehicles"]["alpha"]["state"], "sent");
    assert!(field.aborted().is_empty());
    let states = [
        ("alpha", CommandState::Accepted),
        ("bravo", CommandState::Refused),
    ];
    let deleted = format!("{route}?wait=20s");
    let (aborted, ()) = tokio::join!(
        field.raw("DELETE", &deleted, &bearer),
        field.answer(&states)
    );
    assert_eq!((aborted.0, &aborted.1["done"]), (200, &json!(true)));
    assert_eq!(aborted.1["vehicles"]["bravo"]["state"], "refused");
    let (status, _) = field
        .raw("POST", &format!("{route}/abort?wait=0s"), &bearer)
        .await;
    assert_eq!(status, 200);
    let ticket = field.handed()[0].1.ticket;
    assert_eq!(field.aborted(), [ticket, ticket]);
}

#[tokio::test]
async fn a_websocket_aborts_what_it_commanded() {
    let field = field();
    let mut client = field.house.client("/ws").await;
    client.until("snapshot").await;
    client.say(r#"{"type":"abort","request":"c1"}"#).await;
    assert_eq!(client.until("error").await["code"], "forbidden");
    let auth = json!({"type": "auth", "token": field.token});
    client.say(&auth.to_string()).await;
    client.until("auth").await;
    client.say(r#"{"type":"abort","request":"c1"}"#).await;
    let error = client.until("error").await;
    assert_eq!(
        (&error["code"], &error["request"]),
        (&json!("not_found"), &json!("c1"))
    );
    client
        .say(r#"{"type":"command","request":"c1","vehicles":["alpha"],"command":"rtl"}"#)
        .await;
    client.say(r#"{"type":"abort","request":"c1"}"#).await;
    while field.aborted().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(field.aborted(), [field.handed()[0].1.ticket]);
}
