//! How clients reach whoever owns the running station: requests to end or to reload it.

use tokio::sync::{mpsc, oneshot};

use crate::model::{
    control::{Control, NotReloaded, Reloaded, Reloading},
    intent::Origin,
};

/// Requests that may wait: written by the server, read by the owner of the station; a full one refuses.
const REQUESTS: usize = 4;

/// What a client wants of the station.
#[derive(Debug)]
pub enum Request {
    /// End in order.
    Stop(Origin),
    /// Read the file again; the answer goes to the client.
    Reload(Origin, oneshot::Sender<Result<Reloaded, NotReloaded>>),
}

/// The end that clients hold.
#[derive(Debug, Clone)]
pub(super) struct ControlHandle(mpsc::Sender<Request>);

/// Both ends.
pub(super) fn control() -> (ControlHandle, mpsc::Receiver<Request>) {
    let (sender, requests) = mpsc::channel(REQUESTS);
    (ControlHandle(sender), requests)
}

impl Control for ControlHandle {
    fn stop(&self, origin: Origin) -> bool {
        self.0.try_send(Request::Stop(origin)).is_ok()
    }

    fn reload(&self, origin: Origin) -> Reloading {
        let (answer, answered) = oneshot::channel();
        let taken = self.0.try_send(Request::Reload(origin, answer)).is_ok();
        Box::pin(async move {
            let lost = |text: &str| NotReloaded {
                text: text.into(),
                mistakes: Vec::new(),
                shown: String::new(),
            };
            if !taken {
                return Err(lost(
                    "the station is busy with other requests; nothing was done",
                ));
            }
            let answer = answered.await;
            answer.unwrap_or_else(|_gone| Err(lost("the station is ending; nothing was reloaded")))
        })
    }
}
