//! What is shown of a forward: one entry of `forwards`.

use std::sync::Arc;

use super::{
    forward::ForwardInfo,
    link::{LinkPhase, Other},
    patch::{Table, object},
};

object! {
    /// What is known of a forward: one entry of `forwards`.
    #[derive(Debug, Clone, PartialEq)]
    ForwardState {
        /// Canonical URL.
        url: Arc<str>,
        /// `out` or `both`.
        direction: &'static str,
        /// Networks it carries; absent: all.
        networks: Option<Vec<Arc<str>>>,
        /// `opening`, `open`, `waiting` or `ended`.
        state: LinkPhase,
        /// Why it is not open.
        reason: Option<Arc<str>>,
        /// Since when it is in that state.
        since_ms: Option<i64>,
        /// Remote addresses.
        peers: Option<u32>,
        /// Frames sent per second.
        frames_per_s: Option<f64>,
        /// Bytes sent per second.
        bytes_per_s: Option<f64>,
        /// Frames sent.
        sent_frames: Option<u64>,
        /// Frames lost because the other side was too slow.
        dropped_frames: Option<u64>,
        /// Frames kept back because they had been that way before.
        looped_frames: Option<u64>,
        /// Frames the network refused.
        send_errors: Option<u64>,
        /// Frames the other station sent.
        received_frames: Option<u64>,
        /// Of those, sent to one vehicle.
        passed_frames: Option<u64>,
        /// Of those, sent to every vehicle.
        broadcast_frames: Option<u64>,
        /// Of those, not sent on.
        ignored_frames: Option<u64>,
        /// Of those, never sent on: they carried a key.
        refused_frames: Option<u64>,
        /// Of those, under this station's own id.
        own_id_frames: Option<u64>,
        /// Frames whose CRC failed.
        bad_crc: Option<u64>,
        /// Stations behind it, as `SYSID/COMPID`.
        others: Table<Arc<str>, Other>,
    }
}

impl ForwardState {
    /// A forward that was just made.
    #[must_use]
    pub fn opening(info: &ForwardInfo) -> Self {
        Self {
            url: Arc::clone(&info.url),
            direction: info.way.word(),
            networks: Some(info.filter.networks.clone()).filter(|networks| !networks.is_empty()),
            state: LinkPhase::Opening,
            reason: None,
            since_ms: None,
            peers: None,
            frames_per_s: None,
            bytes_per_s: None,
            sent_frames: None,
            dropped_frames: None,
            looped_frames: None,
            send_errors: None,
            received_frames: None,
            passed_frames: None,
            broadcast_frames: None,
            ignored_frames: None,
            refused_frames: None,
            own_id_frames: None,
            bad_crc: None,
            others: Table::default(),
        }
    }
}
