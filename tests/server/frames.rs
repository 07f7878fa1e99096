//! `/ws/frames`: whole frames down, and nothing up for roles that are asked confirm questions.

use std::sync::{Arc, Mutex, atomic::Ordering};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use volery::{
    model::{
        frames::{Dropped, FrameHub, Listener, Mark, Parcel, Passed, Taker, Upward, queue},
        ids::{LinkId, PeerId},
        intent::Origin,
    },
    server::{Limits, run_token::RunToken},
};

use super::station::{Client, House, PATIENCE};

/// Plays the links.
#[derive(Debug, Default)]
struct Links {
    takers: Mutex<Vec<(Taker, Dropped)>>,
    passed: Mutex<Vec<Vec<u8>>>,
}

impl FrameHub for Links {
    fn listen(&self, room_bytes: usize, dropped: &Dropped) -> Listener {
        let (taker, listener) = queue(Vec::new(), room_bytes, dropped);
        let mut takers = self.takers.lock().unwrap();
        takers.push((taker, Arc::clone(dropped)));
        listener
    }

    fn open_way(&self) -> Upward {
        Box::new(())
    }

    fn pass_on(&self, bytes: &[u8], _: &Origin) -> Vec<(String, Passed)> {
        self.passed.lock().unwrap().push(bytes.to_vec());
        Vec::new()
    }
}

impl Links {
    /// Waits for a reader.
    async fn has_reader(&self) {
        while self.takers.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Hands frames to every reader.
    fn hear(&self, frames: &[Vec<u8>]) {
        let (mut records, mut marks) = (Vec::new(), Vec::new());
        for frame in frames {
            records.extend([0; 8]);
            let start = records.len() as u32;
            records.extend(frame);
            marks.push(Mark {
                start,
                end: records.len() as u32,
                peer: PeerId(0),
            });
        }
        let parcel = Arc::new(Parcel {
            link: LinkId(0),
            network: "mav".into(),
            records: records.into(),
            marks,
        });
        for (taker, _) in self.takers.lock().unwrap().iter() {
            assert!(taker.offer(&parcel), "the reader is gone");
        }
    }
}

fn house() -> (House, Arc<Links>, String) {
    let links = Arc::new(Links::default());
    let token = RunToken::generate().unwrap();
    let shown = token.reveal().to_owned();
    let hub: Arc<dyn FrameHub> = links.clone();
    let house = House::with(Limits::default(), |station| {
        station.frames = Some(hub);
        station.token = Some(token);
    });
    (house, links, shown)
}

/// Stand-ins for frames, each telling its number and its length.
fn frame(number: u32, length: usize) -> Vec<u8> {
    let mut bytes = vec![0xFD; length];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes[4..8].copy_from_slice(&(length as u32).to_be_bytes());
    bytes
}

/// The numbers of the frames of a message; it must hold whole ones only.
fn numbers(mut message: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let word = |at: usize| u32::from_be_bytes(message[at..at + 4].try_into().unwrap());
        found.push(word(0));
        message = &message[word(4) as usize..];
    }
    found
}

async fn next(client: &mut Client) -> Vec<u8> {
    loop {
        let message = timeout(PATIENCE, client.socket.next()).await.unwrap();
        match message.unwrap().unwrap() {
            Message::Binary(bytes) => return bytes.to_vec(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_reads_whole_frames_back_to_back() {
    let (house, links, _) = house();
    let mut client = house.client("/ws/frames").await;
    links.has_reader().await;
    let frames: Vec<_> = (0..5).map(|n| frame(n, 20 + n as usize)).collect();
    links.hear(&frames);
    assert_eq!(next(&mut client).await, frames.concat());
    links.hear(&frames[2..3]);
    assert_eq!(next(&mut client).await, frames[2]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_loses_whole_messages_and_the_station_counts_them() {
    let (house, links, _) = house();
    let mut client = house.client("/ws/frames").await;
    links.has_reader().await;
    // Far more than sockets and queue hold.
    for n in 0..4_000 {
        links.hear(&[frame(2 * n, 8_000), frame(2 * n + 1, 8_000)]);
        tokio::task::yield_now().await;
    }
    let dropped = links.takers.lock().unwrap()[0].1.load(Ordering::Relaxed);
    assert!(dropped > 1_000, "{dropped}");
    let mut got = Vec::new();
    while (got.len() as u64) < 8_000 - dropped {
        got.extend(numbers(&next(&mut client).await));
    }
    assert_eq!(got.len() as u64, 8_000 - dropped);
    assert!(got.windows(2).all(|pair| pair[0] < pair[1]), "out of order");
    links.hear(&[frame(9_999, 10)]);
    assert_eq!(numbers(&next(&mut client).await), [9_999]);
    client.socket.close(None).await.unwrap();
    let line = format!("volery_dropped_frames_total {dropped}");
    let told = async {
        while !house
            .ask("GET", "/metrics")
            .await
            .2
            .to_string()
            .contains(&line)
        {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, told).await.expect("never counted");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_viewer_nor_operator_sends_frames_to_vehicles() {
    let (house, links, token) = house();
    for signs_in in [false, true] {
        let mut client = house.client("/ws/frames").await;
        if signs_in {
            let auth = format!(r#"{{"type":"auth","token":"{token}"}}"#);
            client.say(&auth).await;
        }
        let frames = Message::binary(frame(1, 40));
        client.socket.send(frames).await.unwrap();
        let (code, reason) = client.farewell().await;
        assert_eq!(code, 1008);
        assert!(
            reason.starts_with("forbidden: frames to vehicles"),
            "{reason}"
        );
    }
    assert!(links.passed.lock().unwrap().is_empty());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_any_other_text_end_it() {
    let (house, _, _) = house();
    for text in [
        r#"{"type":"auth","token":"no"}"#,
        r#"{"type":"ping"}"#,
        "frames, please",
    ] {
        let mut client = house.client("/ws/frames").await;
        client.say(text).await;
        assert_eq!(client.farewell().await.0, 1008, "{text}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_request_is_told_to_upgrade() {
    let (house, _, _) = house();
    let (status, _, body) = house.ask("GET", "/ws/frames").await;
    assert_eq!(status, 426, "{body}");
    house.stop().await;
}
