//! A follower against a station that says what the test wants, over real sockets.

use tokio::net::TcpListener;
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::handshake::server::{ErrorResponse, Request, Response},
};

use super::*;

type Peer = WebSocketStream<TcpStream>;

async fn accept(listener: &TcpListener) -> Peer {
    let (stream, _) = listener.accept().await.unwrap();
    #[expect(clippy::result_large_err, reason = "what tungstenite wants")]
    let speak = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        let name = HeaderValue::from_static("volery.v1.json");
        response
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_PROTOCOL, name);
        Ok(response)
    };
    accept_hdr_async(stream, speak).await.unwrap()
}

async fn tell(peer: &mut Peer, message: Value) {
    peer.send(Message::text(message.to_string())).await.unwrap();
}

async fn hear(peer: &mut Peer) -> Value {
    let heard = timeout(Duration::from_secs(20), peer.next()).await;
    let text = heard.unwrap().unwrap().unwrap().into_text().unwrap();
    serde_json::from_str(&text).unwrap()
}

fn hello(session: &str) -> Value {
    json!({"type": "hello", "protocol": "volery.v1", "session": session, "role": "viewer", "name": "x"})
}

fn snapshot(seq: u64, armed: bool) -> Value {
    json!({"type": "snapshot", "seq": seq, "time_ms": seq, "vehicles": {"a": {"armed": armed}}, "links": {}})
}

async fn next(follower: &mut Follower) -> News {
    timeout(Duration::from_secs(20), follower.next())
        .await
        .unwrap()
}

async fn until_fresh(follower: &mut Follower) {
    loop {
        match next(follower).await {
            News::Heard(Heard::Fresh, _) => return,
            News::Heard(..) | News::Lost { .. } => {}
        }
    }
}

async fn station() -> (TcpListener, Address) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::from(listener.local_addr().unwrap());
    (listener, address)
}

async fn follow(address: &Address, interest: Interest) -> Follower {
    let caller = Caller {
        name: "test".into(),
        token: None,
    };
    let connected = Follower::connect(address.clone(), caller, interest).await;
    connected.unwrap()
}

#[tokio::test]
async fn after_a_break_it_comes_back_to_where_it_was() {
    let (listener, address) = station().await;
    let played = tokio::spawn(async move {
        let mut peer = accept(&listener).await;
        tell(&mut peer, hello("s1")).await;
        tell(&mut peer, snapshot(5, false)).await;
        let events = json!([{"id": 7, "text": "x"}]);
        tell(&mut peer, json!({"type": "events", "events": events})).await;
        drop(peer);
        let mut peer = accept(&listener).await;
        tell(&mut peer, hello("s1")).await;
        tell(&mut peer, snapshot(6, false)).await;
        let wish = hear(&mut peer).await;
        assert_eq!(wish["type"], "subscribe");
        assert_eq!(wish["resume"], json!({"session": "s1", "event": 7}));
        tell(&mut peer, snapshot(6, true)).await;
        tell(
            &mut peer,
            json!({"type": "events", "events": [{"id": 7}, {"id": 8}]}),
        )
        .await;
        // The follower ends the connection.
        while peer.next().await.is_some_and(|message| message.is_ok()) {}
    });
    let mut follower = follow(&address, Interest::default()).await;
    until_fresh(&mut follower).await;
    assert!(matches!(
        next(&mut follower).await,
        News::Heard(Heard::Events(_), _)
    ));
    assert!(matches!(next(&mut follower).await, News::Lost { .. }));
    until_fresh(&mut follower).await;
    assert_eq!(
        follower.mirror().vehicles["a"]["armed"],
        true,
        "the snapshot that was asked for"
    );
    let News::Heard(Heard::Events(events), _) = next(&mut follower).await else {
        panic!("no events");
    };
    assert_eq!(events, [json!({"id": 8})], "each event once");
    drop(follower);
    played.await.unwrap();
}

#[tokio::test]
async fn out_of_step_it_asks_for_a_snapshot_and_goes_on() {
    let (listener, address) = station().await;
    let played = tokio::spawn(async move {
        let mut peer = accept(&listener).await;
        tell(&mut peer, hello("s1")).await;
        tell(&mut peer, snapshot(5, false)).await;
        let update =
            json!({"type": "update", "seq": 9, "since": 8, "vehicles": {"a": {"armed": true}}});
        tell(&mut peer, update).await;
        assert_eq!(hear(&mut peer).await, json!({"type": "resync"}));
        tell(&mut peer, snapshot(9, true)).await;
        while peer.next().await.is_some_and(|message| message.is_ok()) {}
    });
    let mut follower = follow(&address, Interest::default()).await;
    until_fresh(&mut follower).await;
    until_fresh(&mut follower).await;
    assert_eq!(follower.mirror().seq, Some(9));
    drop(follower);
    played.await.unwrap();
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_told() {
    let (listener, address) = station().await;
    let played = tokio::spawn(async move {
        let mut peer = accept(&listener).await;
        tell(&mut peer, hello("s1")).await;
        tell(&mut peer, snapshot(5, false)).await;
        let wish = hear(&mut peer).await;
        assert_eq!(wish["fields"], json!(["armed"]));
        assert!(wish.get("resume").is_none());
        tell(&mut peer, snapshot(5, true)).await;
        while peer.next().await.is_some_and(|message| message.is_ok()) {}
    });
    let interest = Interest {
        fields: Some(vec!["armed".into()]),
        ..Interest::default()
    };
    let mut follower = follow(&address, interest).await;
    until_fresh(&mut follower).await;
    assert_eq!(follower.mirror().vehicles["a"]["armed"], true);
    drop(follower);
    played.await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_an_error_and_no_patience() {
    let (listener, address) = station().await;
    drop(listener);
    let caller = Caller {
        name: "test".into(),
        token: None,
    };
    let refused = Follower::connect(address, caller, Interest::default()).await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("nobody listens there"), "{error}");
}
