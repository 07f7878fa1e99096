//! A forward over TCP: dialling one station, or listening for many. Each client has a queue of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{post::Post, stream::converse};
use crate::link::{error::LinkError, tcp::TcpOut};

/// Stations at once.
const MOST_CLIENTS: usize = 64;

/// Dials a station.
pub(super) async fn dial(post: &Arc<Post>, address: &str) -> Result<(), LinkError> {
    let stream = TcpOut::new(address.to_owned()).connect().await?;
    let peer = stream.peer_addr().ok();
    post.opened().await;
    post.has_peers(1);
    let ended = converse(post, post.listen(), stream.into_split(), peer).await;
    ended.map_err(|error| LinkError::broken(&error))?;
    Err(LinkError::Broken(format!(
        "{address} closed the connection"
    )))
}

/// Listens for stations.
pub(super) async fn welcome(post: &Arc<Post>, address: &str) -> Result<(), LinkError> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| LinkError::Bind {
        address: address.to_owned(),
        source,
    })?;
    post.opened().await;
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) if clients.len() < MOST_CLIENTS => {
                    clients.spawn(serve(Arc::clone(post), stream, from));
                }
                Ok(_) => {}
                // Out of descriptors, or the client is gone already: not the listener's end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = clients.join_next() => {}
        }
        post.has_peers(clients.len());
    }
}

async fn serve(post: Arc<Post>, stream: TcpStream, from: SocketAddr) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let listener = post.listen();
    let ended = converse(&post, listener, stream.into_split(), Some(from)).await;
    if let Err(error) = ended {
        tracing::debug!(%error, %from, forward = &*post.info().name, "a station behind a forward left");
    }
}
