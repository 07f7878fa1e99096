//! A running server with a fleet that does what the test says, and clients for it.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, protocol::CloseFrame},
};
use volery::{
    model::{
        event::Event, event::EventKind, event::EventRing, snapshot::Snapshot, words::Severity,
    },
    server::{Health, Limits, LogHealth, Station, bind, serve_with},
};

use super::hangar::merge;

/// Nothing in these tests takes longer than this unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct FakeHealth {
    pub(crate) started: AtomicBool,
}

impl Health for FakeHealth {
    fn log(&self) -> LogHealth {
        LogHealth::Off
    }

    fn links_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }
}

pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) health: Arc<FakeHealth>,
    sender: watch::Sender<Arc<Snapshot>>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl House {
    pub(crate) fn open() -> Self {
        Self::with(Limits::default(), |_| ())
    }

    pub(crate) fn with(limits: Limits, furnish: impl FnOnce(&mut Station)) -> Self {
        let (sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        let started = AtomicBool::new(true);
        let health = Arc::new(FakeHealth { started });
        let mut station = Station {
            name: "Field team 1".into(),
            session: "s1".into(),
            version: "0.1.0",
            tick_ms: 50,
            snapshots,
            clock: Arc::new(|| 1_700_000_000_000),
            hosts: vec!["relay.example.org".into()],
            allowed_origins: vec!["https://ops.example.org".into()],
            max_clients: 500,
            health: health.clone(),
            history: None,
            token: None,
            fleet: None,
            control: None,
            frames: None,
        };
        furnish(&mut station);
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve_with(listener, station, limits, stopped));
        let stop = Some(stop);
        Self {
            address,
            health,
            sender,
            stop,
            task,
        }
    }

    pub(crate) fn publish(&self, snapshot: Snapshot) {
        self.sender.send_replace(Arc::new(snapshot));
    }

    pub(crate) fn newest(&self) -> Arc<Snapshot> {
        self.sender.borrow().clone()
    }

    /// The newest snapshot with another `seq`, changed.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut next = Snapshot::clone(&self.newest());
        next.seq += 1;
        next.time_ms += 50;
        change(&mut next);
        self.publish(next);
    }

    pub(crate) fn log(&self, count: u64, vehicle: Option<&str>) {
        self.change(|next| {
            let mut ring = EventRing::clone(&next.events);
            for _ in 0..count {
                ring.push(Arc::new(event(ring.newest_id() + 1, vehicle)));
            }
            next.events = Arc::new(ring);
        });
    }

    pub(crate) async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }

    pub(crate) async fn client(&self, path: &str) -> Client {
        self.client_speaking(path, None).await
    }

    pub(crate) async fn client_speaking(&self, path: &str, protocol: Option<&str>) -> Client {
        let mut request = format!("ws://{}{path}", self.address)
            .into_client_request()
            .unwrap();
        if let Some(protocol) = protocol {
            let value = protocol.parse().unwrap();
            request
                .headers_mut()
                .insert("sec-websocket-protocol", value);
        }
        let (socket, response) = timeout(PATIENCE, connect_async(request))
            .await
            .unwrap()
            .unwrap();
        let chosen = response.headers().get("sec-websocket-protocol");
        assert_eq!(chosen.and_then(|value| value.to_str().ok()), protocol);
        Client::new(socket)
    }

    /// One HTTP/1.1 request as it stands; status, headers in lower case, body.
    pub(crate) async fn raw(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        timeout(PATIENCE, read).await.unwrap().unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_lowercase(), body.to_owned())
    }

    pub(crate) async fn ask(&self, method: &str, path: &str) -> (u16, String, Value) {
        let host = self.address;
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let (status, head, body) = self.raw(&request).await;
        let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
        (status, head, body)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, _, body) = self.ask("GET", path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

pub(crate) fn event(id: u64, vehicle: Option<&str>) -> Event {
    Event {
        id,
        t_ms: id as i64 * 10,
        vehicle: vehicle.map(Into::into),
        kind: EventKind::Text,
        severity: Severity::WARNING,
        text: format!("event {id}").into(),
        data: Value::Null,
    }
}

/// A client that folds what it gets.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) vehicles: Value,
    pub(crate) links: Value,
    pub(crate) seq: Option<u64>,
    pub(crate) events: Vec<u64>,
}

impl Client {
    fn new(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            socket,
            vehicles: Value::Null,
            links: Value::Null,
            seq: None,
            events: Vec::new(),
        }
    }

    pub(crate) async fn say(&mut self, message: &str) {
        self.socket.send(Message::text(message)).await.unwrap();
    }

    /// The next message, folded; a close frame is `Err`.
    pub(crate) async fn next(&mut self) -> Result<Value, Option<CloseFrame>> {
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let message = timeout_at(patience, self.socket.next())
                .await
                .expect("the server says something");
            let message: Value = match message {
                Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Binary(bytes))) => rmp_serde::from_slice(&bytes).unwrap(),
                Some(Ok(Message::Close(frame))) => return Err(frame),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Err(None),
            };
            self.fold(message.clone());
            return Ok(message);
        }
    }

    fn fold(&mut self, mut message: Value) {
        match message["type"].as_str().unwrap() {
            "snapshot" => {
                self.seq = message["seq"].as_u64();
                self.vehicles = message["vehicles"].take();
                self.links = message["links"].take();
            }
            "update" => {
                let known = self.seq.unwrap();
                let seq = message["seq"].as_u64().unwrap();
                assert!(message["since"].as_u64().unwrap() <= known && known < seq);
                self.seq = Some(seq);
                merge(&mut self.vehicles, message["vehicles"].take());
                merge(&mut self.links, message["links"].take());
            }
            "events" => {
                let events = message["events"].as_array().unwrap();
                let ids = events.iter().map(|event| event["id"].as_u64().unwrap());
                self.events.extend(ids);
            }
            _ => {}
        }
    }

    /// The next message of that type; others are folded on the way.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await.expect(kind);
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// Reads on until the state is that of `seq`.
    pub(crate) async fn catch_up(&mut self, seq: u64) {
        while self.seq.is_none_or(|known| known < seq) {
            self.next().await.unwrap();
        }
    }

    /// Reads on until the server closes; with what code and reason.
    pub(crate) async fn farewell(&mut self) -> (u16, String) {
        loop {
            if let Err(frame) = self.next().await {
                let frame = frame.expect("a close frame");
                return (frame.code.into(), frame.reason.to_string());
            }
        }
    }
}
