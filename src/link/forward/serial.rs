//! A forward over a serial port: a radio or a wire to another station.

use std::sync::Arc;

use super::{post::Post, stream::converse};
use crate::link::{error::LinkError, serial::Serial};

pub(super) async fn work(
    post: &Arc<Post>,
    device: &str,
    bauds: &[u32],
    hardware_flow: bool,
) -> Result<(), LinkError> {
    // Nothing need ever come back by which a rate could be found: the first one is meant.
    let bauds = bauds.iter().copied().take(1).collect();
    let port = Serial::new(device.to_owned(), bauds, hardware_flow).open()?;
    post.opened().await;
    let ended = converse(post, post.listen(), tokio::io::split(port), None).await;
    let why = match ended {
        Ok(()) => "end of file".to_owned(),
        Err(error) => error.to_string(),
    };
    let text = format!("{device} is gone ({why}); waiting for it to come back");
    Err(LinkError::Broken(text))
}
