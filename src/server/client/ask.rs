//! One question to a running instance, one answer.

use std::{io, time::Duration};

use axum::body::{Body, to_bytes};
use hyper::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

use super::address::Address;

/// Largest answer that is read, bytes: ten thousand events and then some.
const LARGEST: usize = 64 * 1024 * 1024;
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Who asks, and with what right.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `User-Agent`: what the station writes into its log book.
    pub name: String,
    /// The token of the run, when the caller may read it.
    pub token: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody is there.
    #[error("no volery answers at {address} ({})", why(.source))]
    Unreachable {
        /// Where.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody is there and does not answer, or not as an instance would.
    #[error("{address} does not answer as a volery would: {reason}")]
    Strange {
        /// Where.
        address: String,
        /// What happened instead.
        reason: String,
    },
    /// The instance refuses.
    #[error("{text}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Code of the contract.
        code: String,
        /// What it says.
        text: String,
        /// The whole answer.
        body: Value,
    },
}

fn why(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there".into(),
        io::ErrorKind::TimedOut => "it took too long".into(),
        _ => source.to_string(),
    }
}

/// A connection to an instance; small writes leave at once.
pub(super) async fn connect(address: &Address) -> Result<TcpStream, AskError> {
    let connected = timeout(CONNECT_WITHIN, TcpStream::connect(address.parts())).await;
    let stream = connected
        .unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into()))
        .and_then(|stream| stream.set_nodelay(true).map(|()| stream));
    stream.map_err(|source| AskError::Unreachable {
        address: address.to_string(),
        source,
    })
}

/// `GET`s a route.
///
/// # Errors
/// [`AskError`]; every answer but 200 is one.
pub async fn get(address: &Address, route: &str, caller: &Caller) -> Result<Value, AskError> {
    get_within(address, route, caller, Duration::from_secs(10)).await
}

/// `GET`s a route whose answer may take so long.
///
/// # Errors
/// As for [`get`].
pub async fn get_within(
    address: &Address,
    route: &str,
    caller: &Caller,
    within: Duration,
) -> Result<Value, AskError> {
    ask(address, (Method::GET, route), caller, (within, None)).await
}

/// `POST`s an empty object to a route and waits at most so long.
///
/// # Errors
/// As for [`get`].
pub async fn post(
    address: &Address,
    route: &str,
    caller: &Caller,
    within: Duration,
) -> Result<Value, AskError> {
    post_body(
        address,
        route,
        caller,
        (within, &Value::Object(serde_json::Map::new())),
    )
    .await
}

/// `POST`s a body to a route and waits at most so long.
///
/// # Errors
/// As for [`get`].
pub async fn post_body(
    address: &Address,
    route: &str,
    caller: &Caller,
    (within, body): (Duration, &Value),
) -> Result<Value, AskError> {
    ask(address, (Method::POST, route), caller, (within, Some(body))).await
}

async fn ask(
    address: &Address,
    (method, route): (Method, &str),
    caller: &Caller,
    (within, body): (Duration, Option<&Value>),
) -> Result<Value, AskError> {
    let stream = connect(address).await?;
    let strange = |reason: String| AskError::Strange {
        address: address.to_string(),
        reason,
    };
    let conversation = async {
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let answer = sender
            .send_request(request(address, (method, route), caller, body))
            .await?;
        let status = answer.status();
        let body = to_bytes(Body::new(answer), LARGEST).await;
        driver.abort();
        Ok::<_, hyper::Error>((status, body))
    };
    let (status, body) = timeout(within, conversation)
        .await
        .map_err(|_elapsed| strange(format!("nothing came within {} s", within.as_secs())))?
        .map_err(|error| strange(error.to_string()))?;
    let body = body.map_err(|error| strange(error.to_string()))?;
    let value: Value = serde_json::from_slice(&body)
        .map_err(|_no_json| strange(format!("status {status} and no JSON")))?;
    if status == StatusCode::OK {
        return Ok(value);
    }
    let said = |key: &str| value["error"][key].as_str().unwrap_or_default().to_owned();
    Err(AskError::Refused {
        status: status.as_u16(),
        code: said("code"),
        text: said("text"),
        body: value,
    })
}

fn request(
    address: &Address,
    (method, route): (Method, &str),
    caller: &Caller,
    body: Option<&Value>,
) -> Request<Body> {
    let mut builder = Request::builder()
        .method(method)
        .uri(route)
        .header(HOST, address.authority())
        .header(USER_AGENT, &caller.name);
    if let Some(token) = &caller.token {
        builder = builder.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match body {
        Some(body) => {
            builder = builder.header(CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    // Only a name or a token with letters no header takes can fail here; then the station refuses the plain request.
    builder.body(body).unwrap_or_default()
}
