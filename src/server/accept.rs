//! The accept loop: takes connections, gives each its task, and lets all go at shutdown.

use std::{future::Future, io, net::SocketAddr, sync::Arc, thread, time::Duration};

use axum::Router;
use hyper::{
    Request, body::Incoming, server::conn::http1, service::Service as _, service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::Builder,
    sync::oneshot,
    time::sleep,
};

use super::{
    guests::Seat,
    http,
    hub::Hub,
    patient::Patient,
    station::{Limits, ServerError, Station},
};

const BACKLOG: u32 = 1024;
const HTTP_BUFFER_BYTES: usize = 32 * 1024;
/// Pause after a failed accept: out of file descriptors is not cured by asking again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long headers may take where three quarters of all connections are open.
const HEADERS_WHEN_CROWDED: Duration = Duration::from_secs(2);
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
    content-length: 76\r\nconnection: close\r\n\r\n\
    {\"error\":{\"code\":\"too_busy\",\"text\":\"this station has too many connections\"}}";

/// A listener as [`serve`] likes it: a small send buffer, so that a slow client is shown recent state.
pub fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    let open = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        socket.set_send_buffer_size(Limits::default().send_buffer_bytes)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|source| ServerError::Bind { address, source })
}

/// Serves until `shutdown` is done, then says goodbye to everybody within a second.
pub async fn serve(listener: TcpListener, station: Station, shutdown: impl Future) {
    serve_with(listener, station, Limits::default(), shutdown).await;
}

/// [`serve`] on a thread and a runtime of its own: what clients cost is never felt by links and fleet, and all
/// clients of a tick are written to in one go, without a wake-up for each. Call it inside a runtime; the
/// future ends when the server has.
///
/// # Errors
/// When the system gives no thread or no runtime.
pub fn spawn(
    listener: TcpListener,
    station: Station,
    shutdown: impl Future + Send + 'static,
) -> Result<impl Future<Output = ()> + Send + 'static, ServerError> {
    // The listener changes runtimes: each waits for its own sockets.
    let listener = listener.into_std().map_err(ServerError::Start)?;
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Start)?;
    let (ended, end) = oneshot::channel::<()>();
    let work = move || {
        // Dropped at the end, whichever way that comes.
        let _ended = ended;
        runtime.block_on(async {
            match TcpListener::from_std(listener) {
                Ok(listener) => serve(listener, station, shutdown).await,
                Err(error) => tracing::error!(%error, "the server did not start"),
            }
        });
    };
    thread::Builder::new()
        .name("server".into())
        .spawn(work)
        .map_err(ServerError::Start)?;
    Ok(async move {
        let _dropped = end.await;
    })
}

/// [`serve`] with limits of one's own.
pub async fn serve_with(
    listener: TcpListener,
    station: Station,
    limits: Limits,
    shutdown: impl Future,
) {
    let hub = Arc::new(Hub::new(station, limits));
    let router = http::router(hub.clone());
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            _ = &mut shutdown => break,
            accepted = listener.accept() => admit(accepted, &hub, &router).await,
        }
    }
    drop(listener);
    hub.end().await;
}

async fn admit(accepted: io::Result<(TcpStream, SocketAddr)>, hub: &Arc<Hub>, router: &Router) {
    let (stream, peer) = match accepted {
        Ok(accepted) => accepted,
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            return sleep(ACCEPT_PAUSE).await;
        }
    };
    let max_clients = hub.station.max_clients;
    match hub.guests.seat(peer.ip(), max_clients, &hub.limits) {
        Ok(seat) => hub.spawn(converse(stream, seat, hub.clone(), router.clone())),
        Err(reason) => {
            tracing::info!(%peer, reason, "turned a connection away");
            // As much as fits at once: whoever is turned away is not waited for.
            let _ = stream.try_write(FULL);
        }
    }
}

async fn converse(stream: TcpStream, seat: Arc<Seat>, hub: Arc<Hub>, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it began");
        return;
    }
    let io = TokioIo::new(Patient::new(stream, hub.limits.stall));
    let router = TowerToHyperService::new(router);
    let asking = seat.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        asking.asked();
        request.extensions_mut().insert(asking.clone());
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience(&hub))
        .max_buf_size(HTTP_BUFFER_BYTES)
        .serve_connection(io, service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = seat.given_away.cancelled() => {
            return tracing::debug!("a connection that asked nothing made room for another");
        }
        () = hub.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// How long the headers of a request may take.
fn patience(hub: &Hub) -> Duration {
    let most = hub.limits.most_connections(hub.station.max_clients);
    if hub.guests.connections() > most / 4 * 3 {
        hub.limits.headers.min(HEADERS_WHEN_CROWDED)
    } else {
        hub.limits.headers
    }
}

#[cfg(test)]
mod tests {
    use super::FULL;

    #[test]
    fn the_answer_to_too_many_is_as_long_as_it_says() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = format!("content-length: {}", body.len());
        assert!(head.contains(&length), "{length}");
        serde_json::from_str::<serde_json::Value>(body).unwrap();
    }
}
