//! Follows a running instance: connects, folds what comes, asks for a snapshot when out of step, and comes back
//! after a break where it was.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, header},
        protocol::WebSocketConfig,
    },
};

use super::{
    address::Address,
    ask::{AskError, Caller, connect},
    fold::{Heard, Mirror},
};

/// The station pings every 15 s: longer silence is a dead connection.
const SILENT: Duration = Duration::from_secs(40);
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A whole fleet of a thousand vehicles fits in a tenth of it.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// What is wanted of the instance.
#[derive(Debug, Clone, Default)]
pub struct Interest {
    /// These vehicles; `None` for all.
    pub vehicles: Option<Vec<String>>,
    /// These fields; `None` for all.
    pub fields: Option<Vec<String>>,
    /// At most so many updates per second.
    pub rate_hz: Option<f64>,
}

impl Interest {
    fn is_everything(&self) -> bool {
        self.vehicles.is_none() && self.fields.is_none() && self.rate_hz.is_none()
    }
}

/// What happened.
#[derive(Debug)]
pub enum News {
    /// A message came and was folded; with it as it came.
    Heard(Heard, Value),
    /// The connection broke, or could not be made again; it is tried again by itself.
    Lost {
        /// Why.
        reason: String,
        /// When it is tried again.
        retry_in: Duration,
    },
}

/// A follower of one instance.
#[derive(Debug)]
pub struct Follower {
    address: Address,
    caller: Caller,
    interest: Interest,
    mirror: Mirror,
    socket: Option<WebSocketStream<TcpStream>>,
    /// Snapshots of everything that come before the one that was asked for.
    unasked: u8,
    wait: Duration,
    retry_at: Instant,
    heard: Instant,
}

impl Follower {
    /// Connects; from now on breaks are mended.
    ///
    /// # Errors
    /// When nobody is there, or nobody who speaks the protocol.
    pub async fn connect(
        address: Address,
        caller: Caller,
        interest: Interest,
    ) -> Result<Self, AskError> {
        let mut follower = Self {
            mirror: Mirror::of(interest.vehicles.as_deref()),
            address,
            caller,
            interest,
            socket: None,
            unasked: 0,
            wait: FIRST_WAIT,
            retry_at: Instant::now(),
            heard: Instant::now(),
        };
        follower.open().await?;
        Ok(follower)
    }

    /// The fleet as it is known now.
    #[must_use]
    pub const fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Goes on from an event that is known from elsewhere: earlier ones are not told.
    pub fn skip_events(&mut self, last: u64) {
        self.mirror.event = self.mirror.event.max(last);
    }

    /// The next thing that happens. Safe to cancel between messages.
    pub async fn next(&mut self) -> News {
        loop {
            if self.socket.is_none() {
                sleep_until(self.retry_at).await;
                if let Err(error) = self.open().await {
                    return self.lost(error.to_string());
                }
            }
            match self.receive().await {
                Ok(Some(news)) => return news,
                Ok(None) => {}
                Err(reason) => return self.lost(reason),
            }
        }
    }

    fn lost(&mut self, reason: String) -> News {
        self.socket = None;
        let retry_in = self.wait;
        self.retry_at = Instant::now() + retry_in;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        News::Lost { reason, retry_in }
    }

    async fn open(&mut self) -> Result<(), AskError> {
        let stream = connect(&self.address).await?;
        let strange = |reason: String| AskError::Strange {
            address: self.address.to_string(),
            reason,
        };
        let url = format!("ws://{}/ws", self.address.authority());
        let mut request = url
            .into_client_request()
            .map_err(|error| strange(error.to_string()))?;
        let headers = request.headers_mut();
        let mut add = |name, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        };
        add(header::USER_AGENT, &self.caller.name);
        add(header::SEC_WEBSOCKET_PROTOCOL, "volery.v1.json");
        if let Some(token) = &self.caller.token {
            add(header::AUTHORIZATION, &format!("Bearer {token}"));
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        let opened = client_async_with_config(request, stream, Some(config));
        let (socket, _) = timeout(HANDSHAKE_WITHIN, opened)
            .await
            .map_err(|_elapsed| strange("the handshake took too long".into()))?
            .map_err(|error| strange(refusal(&error)))?;
        self.socket = Some(socket);
        self.heard = Instant::now();
        self.mirror.begin();
        self.unasked = 0;
        Ok(())
    }

    async fn receive(&mut self) -> Result<Option<News>, String> {
        let Some(socket) = &mut self.socket else {
            return Ok(None);
        };
        let message = timeout_at(self.heard + SILENT, socket.next())
            .await
            .map_err(|_elapsed| format!("nothing heard for {} s", SILENT.as_secs()))?
            .ok_or("the connection ended")?
            .map_err(|error| error.to_string())?;
        self.heard = Instant::now();
        match message {
            Message::Text(text) => {
                let message: Value =
                    serde_json::from_str(&text).map_err(|error| error.to_string())?;
                self.take(message).await
            }
            Message::Close(frame) => {
                let reason = frame.map(|frame| frame.reason.to_string());
                let reason = reason.filter(|text| !text.is_empty());
                Err(reason.unwrap_or_else(|| "the station closed the connection".into()))
            }
            // Pings are answered by tungstenite at the next read.
            _ => Ok(None),
        }
    }

    async fn take(&mut self, message: Value) -> Result<Option<News>, String> {
        if self.unasked > 0 && matches!(message["type"].as_str(), Some("snapshot" | "update")) {
            if message["type"] == "snapshot" {
                self.unasked -= 1;
            }
            return Ok(None);
        }
        let before = (self.mirror.session.clone(), self.mirror.event);
        let raw = message.clone();
        let heard = self
            .mirror
            .hear(message)
            .map_err(|error| error.to_string())?;
        match &heard {
            Heard::Hello { .. } => {
                self.wait = FIRST_WAIT;
                self.subscribe(&before.0, before.1).await?;
            }
            Heard::OutOfStep => {
                self.say(&json!({"type": "resync"})).await?;
                return Ok(None);
            }
            _ => {}
        }
        Ok(Some(News::Heard(heard, raw)))
    }

    /// Asks for what is wanted, and for events from where an earlier connection to the same run ended.
    async fn subscribe(&mut self, session: &str, event: u64) -> Result<(), String> {
        let is_back = !session.is_empty();
        if self.interest.is_everything() && !is_back {
            return Ok(());
        }
        let all = || json!("*");
        let list = |names: &Option<Vec<String>>| names.as_ref().map_or_else(all, |n| json!(n));
        let mut wish = json!({
            "type": "subscribe",
            "vehicles": list(&self.interest.vehicles),
            "fields": list(&self.interest.fields),
        });
        if let Some(rate_hz) = self.interest.rate_hz {
            wish["rate_hz"] = json!(rate_hz);
        }
        // Another run knows nothing of the numbers of the one before.
        if is_back && *session == *self.mirror.session {
            wish["resume"] = json!({"session": session, "event": event});
        }
        self.unasked = 1;
        self.say(&wish).await
    }

    async fn say(&mut self, message: &Value) -> Result<(), String> {
        let Some(socket) = &mut self.socket else {
            return Ok(());
        };
        let text = Message::text(message.to_string());
        socket.send(text).await.map_err(|error| error.to_string())
    }
}

/// What a station that refuses the handshake says.
fn refusal(error: &Error) -> String {
    let Error::Http(response) = error else {
        return error.to_string();
    };
    let body = response.body().as_deref().unwrap_or_default();
    let said: Option<Value> = serde_json::from_slice(body).ok();
    let text = said.and_then(|said| said["error"]["text"].as_str().map(str::to_owned));
    text.unwrap_or_else(|| format!("status {}", response.status()))
}

#[cfg(test)]
mod tests;
