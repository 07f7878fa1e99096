//! A link to another instance: the frames of its `/ws/frames`. It only listens, since that route takes nothing from
//! whoever shows no token that allows it.

use std::{io, time::Duration};

use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, Message},
};

use super::{
    error::LinkError,
    ingest::OnlyPeer,
    lane::{Lane, Transport, every_second},
};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// An instance pings every 15 s: longer silence is a dead connection.
const SILENT: Duration = Duration::from_secs(40);

/// Another instance.
#[derive(Debug)]
pub(super) struct WebSocket {
    url: String,
}

impl WebSocket {
    pub(super) fn new(url: String) -> Self {
        Self { url }
    }

    fn error(&self, error: Error) -> LinkError {
        match error {
            Error::Io(source) => LinkError::Connect {
                address: self.url.clone(),
                source,
            },
            Error::Http(answer) => {
                LinkError::Broken(format!("{} answers {}", self.url, answer.status()))
            }
            other => LinkError::Broken(format!("{}: {other}", self.url)),
        }
    }

    /// Why the other side closed, in its own words as far as they are printable.
    fn closed(&self, reason: &str) -> LinkError {
        let reason: String = reason.chars().filter(|c| !c.is_control()).collect();
        let why = if reason.is_empty() {
            "closed the connection"
        } else {
            &reason
        };
        LinkError::Broken(format!("{}: {why}", self.url))
    }
}

impl Transport for WebSocket {
    type Key = OnlyPeer;

    async fn run(&mut self, lane: &mut Lane<OnlyPeer>) -> Result<(), LinkError> {
        let connecting = timeout(CONNECT_WITHIN, connect_async(&self.url)).await;
        let connected = connecting
            .unwrap_or_else(|_elapsed| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
        let (mut socket, _) = connected.map_err(|error| self.error(error))?;
        lane.opened().await;
        let mut second = every_second();
        let mut silent_at = Instant::now() + SILENT;
        loop {
            tokio::select! {
                said = socket.next() => {
                    silent_at = Instant::now() + SILENT;
                    match said {
                        // One message is whole frames: nothing of it carries over to the next.
                        Some(Ok(Message::Binary(bytes))) => {
                            let now = lane.now();
                            lane.ingest.datagram(&OnlyPeer, &bytes, now);
                            lane.ingest.flush();
                        }
                        Some(Ok(Message::Close(frame))) => {
                            let reason = frame.map(|frame| frame.reason.to_string());
                            return Err(self.closed(&reason.unwrap_or_default()));
                        }
                        Some(Ok(_)) => {}
                        Some(Err(error)) => return Err(self.error(error)),
                        None => return Err(self.closed("")),
                    }
                }
                _ = second.tick() => {
                    let now = lane.now();
                    lane.ingest.statistics(now);
                }
                () = sleep_until(silent_at) => return Err(self.closed("nothing heard, not even a ping")),
            }
        }
    }
}
