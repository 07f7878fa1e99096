//! What is known of a link, and what a link task tells the fleet.

use std::sync::Arc;

use super::{
    forward::{ForeignOrder, ForwardId, ForwardStatistics},
    ids::{ComponentId, LinkId, PathId, PeerId, SystemId},
    patch::{Table, object, plain_fields},
    report::Heard,
    signing::{SigningCounters, SigningPolicy},
    time::TimeUs,
    words::{MavType, Severity},
};
use serde::Serialize;

/// What a link task sends to the fleet actor. The channel is bounded: a full one drops `Heard`
/// and counts it in the next `Statistics`; the rest waits for room.
#[derive(Debug)]
pub enum LinkReport {
    /// Decoded frames, in the order they came.
    Heard(LinkId, Vec<Heard>),
    /// The link opened, failed or waits.
    Phase(LinkId, Phase, TimeUs),
    /// A remote address was heard for the first time.
    Peer(PathId, Arc<str>),
    /// Counters, once a second.
    Statistics(LinkId, Box<LinkStatistics>),
    /// The frames of the link carry no times of their own (a raw stream): no silence can be measured on it.
    Untimed(LinkId, TimeUs),
    /// News of a forward.
    Forward(ForwardId, ForwardReport),
    /// Not of a link: something about the station itself, for the log book.
    Station(TimeUs, Severity, Arc<str>),
}

/// What a forward tells the fleet.
#[derive(Debug)]
pub enum ForwardReport {
    /// It opened, failed or waits.
    Phase(Phase, TimeUs),
    /// Counters, once a second.
    Statistics(Box<ForwardStatistics>),
    /// A heartbeat under this station's own id came from behind it, from this address.
    OwnId(Option<Arc<str>>, TimeUs),
    /// A station behind it ordered something of a vehicle, and that was passed on.
    Order(Box<ForeignOrder>),
}

/// What a link is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Trying to open.
    Opening,
    /// Open: bytes may come and go.
    Open,
    /// Closed; will be tried again.
    Waiting {
        /// What went wrong, one sentence.
        reason: Arc<str>,
        /// How long until the next try, ms.
        retry_in_ms: u64,
    },
    /// Ended for good: a file was read to its end, or the link was taken away.
    Ended,
}

/// Counters of a link since it started, and of its senders since the last report.
#[derive(Debug, Clone, Default)]
pub struct LinkStatistics {
    /// When they were taken.
    pub t: TimeUs,
    /// CRC-valid and unknown frames received.
    pub frames: u64,
    /// Bytes received.
    pub bytes: u64,
    /// Frames of known id whose CRC failed.
    pub bad_crc: u64,
    /// Frames of an id no dialect knows.
    pub unknown: u64,
    /// Bytes that belong to no frame.
    pub junk_bytes: u64,
    /// Datagrams the kernel threw away because we were late.
    pub kernel_drops: u64,
    /// Reports dropped because the fleet's inbox was full.
    pub queue_drops: u64,
    /// Frames sent.
    pub sent_frames: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Frames that could not be sent.
    pub send_errors: u64,
    /// Remote addresses that are connected, or were heard lately.
    pub peers: u32,
    /// Every (peer, system, component) heard on this link.
    pub senders: Vec<SenderStatistics>,
    /// Frames by their signatures since the start; `None` where signing is off.
    pub signing: Option<SigningCounters>,
    /// The first frame whose signature was refused since the last report.
    pub refused: Option<RefusedFrame>,
}

/// A frame that was not believed for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedFrame {
    /// Who it says it is from.
    pub system: SystemId,
    /// Which part.
    pub component: ComponentId,
    /// The remote address; `None` on links with one unnamed peer.
    pub peer: Option<Arc<str>>,
    /// One sentence.
    pub why: Arc<str>,
}

/// One sender as one peer of a link hears it, since the last report where not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SenderStatistics {
    /// Over which peer.
    pub peer: PeerId,
    /// Who.
    pub system: SystemId,
    /// Which part.
    pub component: ComponentId,
    /// Frames received.
    pub received: u32,
    /// Frames missing by sequence number.
    pub lost: u32,
    /// Since the start: frames that came twice.
    pub duplicates: u64,
    /// Since the start: frames that came late.
    pub reordered: u64,
    /// What its last heartbeat said it is.
    pub mav_type: Option<MavType>,
}

object! {
    /// A link as HTTP, the browser and the screen show it.
    #[derive(Debug, Clone, PartialEq)]
    LinkState {
        /// Canonical URL.
        url: Arc<str>,
        /// Set of links in which system ids are unique.
        network: Arc<str>,
        /// `radio`, `lan` or `satcom`.
        class: &'static str,
        /// Whether this link never transmits.
        passive: bool,
        /// `opening`, `open`, `waiting` or `ended`.
        state: LinkPhase,
        /// Why it is not open.
        reason: Option<Arc<str>>,
        /// Since when it is in that state.
        since_ms: Option<i64>,
        /// Remote addresses heard.
        peers: Option<u32>,
        /// Frames received per second.
        frames_per_s: Option<f64>,
        /// Bytes received per second.
        bytes_per_s: Option<f64>,
        /// Frames received since the start.
        frames: Option<u64>,
        /// Frames whose CRC failed.
        bad_crc: Option<u64>,
        /// Frames of no known id.
        unknown: Option<u64>,
        /// Bytes of no frame.
        junk_bytes: Option<u64>,
        /// Datagrams lost in the kernel.
        kernel_drops: Option<u64>,
        /// Reports lost before the fleet.
        queue_drops: Option<u64>,
        /// Frames sent.
        sent_frames: Option<u64>,
        /// Frames that could not be sent.
        send_errors: Option<u64>,
        /// Bytes per second the vehicles here are asked to stay within; absent without a limit.
        budget_bytes_per_s: Option<f64>,
        /// What the asked rates bring at most, heartbeats included.
        asked_bytes_per_s: Option<f64>,
        /// The part of the wanted rates that is asked for while a radio's transmit buffer is full; absent when all is.
        throttle_percent: Option<u8>,
        /// Free part of the radio's transmit buffer (RADIO_STATUS).
        tx_buffer_percent: Option<u8>,
        /// Signatures on this link; absent where signing is off.
        signing: Option<LinkSignatures>,
        /// Senders that are no vehicle and no part of one, as `SYSID/COMPID`.
        others: Table<Arc<str>, Other>,
    }
}

object! {
    /// Signatures on a link: the policy, and frames since the start by what became of them.
    #[derive(Debug, Clone, Copy, PartialEq)]
    LinkSignatures {
        /// `accept` or `require`.
        policy: SigningPolicy,
        /// Signed with the key of the link.
        signed: u64,
        /// Unsigned and let in.
        unsigned: u64,
        /// Refused: another key, or damaged.
        bad_signature: u64,
        /// Refused: a time stamp used before, or too old.
        replayed: u64,
        /// Refused: unsigned or MAVLink 1 where signatures are required.
        refused_unsigned: u64,
    }
}

impl LinkSignatures {
    /// How a link with this policy stands.
    #[must_use]
    pub const fn of(policy: SigningPolicy, counters: SigningCounters) -> Self {
        Self {
            policy,
            signed: counters.signed,
            unsigned: counters.unsigned,
            bad_signature: counters.bad_signature,
            replayed: counters.replayed,
            refused_unsigned: counters.refused_unsigned,
        }
    }

    /// Frames that were not let in.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.bad_signature + self.replayed + self.refused_unsigned
    }
}

impl LinkState {
    /// A link that was just made and has heard nothing.
    #[must_use]
    pub fn opening(url: Arc<str>, network: Arc<str>, class: &'static str, passive: bool) -> Self {
        Self {
            url,
            network,
            class,
            passive,
            state: LinkPhase::Opening,
            reason: None,
            since_ms: None,
            peers: None,
            frames_per_s: None,
            bytes_per_s: None,
            frames: None,
            bad_crc: None,
            unknown: None,
            junk_bytes: None,
            kernel_drops: None,
            queue_drops: None,
            sent_frames: None,
            send_errors: None,
            budget_bytes_per_s: None,
            asked_bytes_per_s: None,
            throttle_percent: None,
            tx_buffer_percent: None,
            signing: None,
            others: Table::default(),
        }
    }
}

object! {
    /// A sender under a link that is no vehicle: another station, a radio, a tracker.
    #[derive(Debug, Clone, PartialEq)]
    Other {
        /// What its heartbeat says; absent without one.
        kind as "type": Option<MavType>,
        /// Its remote address.
        peer: Option<Arc<str>>,
    }
}

/// `Phase` without its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkPhase {
    /// Trying to open.
    Opening,
    /// Open.
    Open,
    /// Closed, to be tried again.
    Waiting,
    /// Ended for good.
    Ended,
}

plain_fields!(LinkPhase, &'static str);

/// What the fleet must know of a link before it hears anything.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Canonical URL, for display.
    pub url: Arc<str>,
    /// Network.
    pub network: Arc<str>,
    /// `radio`, `lan` or `satcom`.
    pub class: &'static str,
    /// Never transmit here.
    pub passive: bool,
    /// Whether many peers may speak on it, each answered by its own address (udpin, tcpin).
    pub shared: bool,
    /// A recording: no peers, no conflicts, its own clock.
    pub recording: bool,
    /// What is done about signatures.
    pub signing: SigningPolicy,
    /// How often messages are wanted from vehicles on it; `None` asks for nothing.
    pub rates: Option<Rates>,
    /// What its vehicles together may send; `None` is no limit.
    pub bytes_per_s: Option<u32>,
}

/// Wanted message rates by class of message, Hz; `None` or 0 leaves a class alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// GLOBAL_POSITION_INT, VFR_HUD.
    pub position_hz: Option<f64>,
    /// ATTITUDE.
    pub attitude_hz: Option<f64>,
    /// SYS_STATUS, GPS_RAW_INT, BATTERY_STATUS and the like.
    pub status_hz: Option<f64>,
}
