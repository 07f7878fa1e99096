//! Ways out to other ground stations: frames of the links, unchanged, and (`both`) back to the vehicles.
//!
//! ```text
//!  exchange ─► queue (bounded, full: dropped) ─► line (filter, loops) ─► udp · tcp · serial ─► other station
//!  exchange ◄─ post (never a key, never twice, never to itself) ◄─ frames ◄────────────────────┘
//! ```
//! One task per forward, and one per client of a `tcpin`: a slow one loses frames and holds up nobody. Every forward
//! reconnects for ever, like a link.

mod line;
mod orders;
pub mod post;
mod serial;
mod stream;
mod tcp;
mod udp;

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time::Instant};

use self::post::{ForwardSetup, Post};
use super::{backoff::Backoff, error::LinkError, route::Route};
use crate::model::link::Phase;

/// A forward that was open for this long has shown that it can work: its next try is soon.
const PROVEN: Duration = Duration::from_secs(5);

/// Starts a forward's task; it ends when `setup.stop` is cancelled.
#[must_use]
pub fn spawn(route: Route, setup: ForwardSetup) -> JoinHandle<()> {
    tokio::spawn(supervise(route, setup))
}

/// Keeps a forward open for ever: tries, says why not, waits, tries again.
async fn supervise(route: Route, setup: ForwardSetup) {
    let stop = setup.stop.clone();
    let post = Arc::new(Post::new(setup));
    let mut backoff = Backoff::default();
    while !stop.is_cancelled() {
        post.phase(Phase::Opening).await;
        let opened_at = Instant::now();
        let result = tokio::select! {
            () = stop.cancelled() => break,
            result = work(&route, &post) => result,
            () = count(&post) => break,
        };
        post.closed();
        let reason = match result {
            Ok(()) => "closed".to_owned(),
            Err(error) => error.to_string(),
        };
        if opened_at.elapsed() > PROVEN {
            backoff.reset();
        }
        let wait = backoff.next_wait(post.entropy());
        let retry_in_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let reason = reason.into();
        post.phase(Phase::Waiting {
            reason,
            retry_in_ms,
        })
        .await;
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
        }
    }
    post.tell_statistics();
    post.phase(Phase::Ended).await;
}

async fn work(route: &Route, post: &Arc<Post>) -> Result<(), LinkError> {
    match route {
        Route::Udp { mode, host, port } => udp::work(post, *mode, host, *port).await,
        Route::TcpOut { address } => tcp::dial(post, address).await,
        Route::TcpIn { address } => tcp::welcome(post, address).await,
        Route::Serial {
            device,
            bauds,
            hardware_flow,
        } => serial::work(post, device, bauds, *hardware_flow).await,
        Route::Recording { path, .. } => Err(LinkError::Broken(format!(
            "frames cannot be forwarded to a recording ({})",
            path.display()
        ))),
        Route::WebSocket { url } => Err(LinkError::Broken(format!(
            "frames cannot be forwarded into a WebSocket ({url})"
        ))),
    }
}

/// Tells the counters once a second, for ever.
async fn count(post: &Post) {
    let mut second = super::lane::every_second();
    loop {
        second.tick().await;
        post.tell_statistics();
    }
}
