//! What `log info` says about a recording (CONTRACT section 7), as it is written in JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::words::Severity;

/// The whole truth about a recording.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) file: String,
    pub(crate) format: &'static str,
    pub(crate) bytes: u64,
    pub(crate) frames: u64,
    pub(crate) frames_v1: u64,
    pub(crate) frames_v2: u64,
    pub(crate) signed_frames: u64,
    pub(crate) bad_crc_frames: u64,
    pub(crate) unknown_frames: u64,
    pub(crate) junk_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_us: Option<i64>,
    pub(crate) messages: BTreeMap<&'static str, u64>,
    pub(crate) vehicles: BTreeMap<String, VehicleSummary>,
}

/// One fleet row of a recording.
#[derive(Debug, Default, Serialize)]
pub(crate) struct VehicleSummary {
    pub(crate) sysid: u8,
    pub(crate) frames: u64,
    pub(crate) lost_frames: u64,
    pub(crate) messages: BTreeMap<&'static str, u64>,
    pub(crate) modes: Vec<ModeChange>,
    pub(crate) armed: Vec<ArmedInterval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_alt_rel_m: Option<f64>,
    pub(crate) distance_m: f64,
    pub(crate) texts: Vec<TextLine>,
    #[serde(rename = "final")]
    pub(crate) last: serde_json::Value,
}

/// A mode seen in the autopilot's heartbeats.
#[derive(Debug, Serialize)]
pub(crate) struct ModeChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) t_us: Option<i64>,
    pub(crate) mode: String,
}

/// From the first armed heartbeat to the first disarmed one, or the last armed one.
#[derive(Debug, Serialize)]
pub(crate) struct ArmedInterval {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_us: Option<i64>,
}

/// A whole STATUSTEXT.
#[derive(Debug, Serialize)]
pub(crate) struct TextLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) t_us: Option<i64>,
    pub(crate) severity: Severity,
    pub(crate) text: String,
}
