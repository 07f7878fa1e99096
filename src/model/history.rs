//! The seam between the flight log and whoever shows the past: questions, answers, and the trait that answers.
//!
//! The log implements [`History`]; the server asks it. Calls may block on a disk: callers run them
//! where blocking is allowed.

use std::{fmt, sync::Arc};

use super::{event::Event, ids::VehicleId, patch::object, vehicle::State, words::GpsFix};

/// Which events of the log book are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Only events at or after this moment, Unix ms.
    pub since_ms: Option<i64>,
    /// Only events with a greater id.
    pub after_id: Option<u64>,
    /// Only events about this vehicle.
    pub vehicle: Option<VehicleId>,
    /// At most so many: the newest ones, but the oldest ones after an id, so that a reader can go on from there.
    pub limit: usize,
}

impl EventQuery {
    /// Whether an event is asked for, whatever the limit says.
    #[must_use]
    pub fn wants(&self, event: &Event) -> bool {
        self.since_ms.is_none_or(|since| event.t_ms >= since)
            && self.after_id.is_none_or(|id| event.id > id)
            && (self.vehicle.is_none() || self.vehicle == event.vehicle)
    }
}

/// Which stretch of a vehicle's telemetry is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Whose.
    pub vehicle: VehicleId,
    /// From this moment on, Unix ms; the log's beginning when absent.
    pub from_ms: Option<i64>,
    /// Up to this moment, Unix ms; the log's end when absent.
    pub to_ms: Option<i64>,
    /// At most one row per so many ms; every row when absent.
    pub step_ms: Option<u32>,
    /// At most so many rows: the newest ones.
    pub limit: usize,
}

object! {
    /// One sampled moment of a vehicle, as the flight log keeps it.
    #[derive(Debug, Clone, PartialEq, Default)]
    HistoryRow {
        /// When, Unix ms.
        t_ms: i64,
        /// Latitude, degrees.
        lat_deg: Option<f64>,
        /// Longitude, degrees.
        lon_deg: Option<f64>,
        /// Above mean sea level, metres.
        alt_msl_m: Option<f64>,
        /// Above home, metres.
        alt_rel_m: Option<f64>,
        /// Right side down positive, degrees.
        roll_deg: Option<f64>,
        /// Nose up positive, degrees.
        pitch_deg: Option<f64>,
        /// Clockwise from north, degrees.
        yaw_deg: Option<f64>,
        /// Where the nose points, degrees clockwise from true north.
        heading_deg: Option<f64>,
        /// Over ground, m/s.
        groundspeed_m_s: Option<f64>,
        /// Through the air, m/s.
        airspeed_m_s: Option<f64>,
        /// Up positive, m/s.
        climb_m_s: Option<f64>,
        /// Percent; negative is reverse.
        throttle_percent: Option<i16>,
        /// State of charge, percent.
        battery_percent: Option<u8>,
        /// Pack voltage, V.
        battery_v: Option<f64>,
        /// Drawn, A.
        battery_a: Option<f64>,
        /// GPS_FIX_TYPE.
        gps_fix: Option<GpsFix>,
        /// Satellites in view.
        satellites: Option<u8>,
        /// Horizontal dilution of precision.
        hdop: Option<f64>,
        /// Mode as pymavlink names it.
        mode: Option<Arc<str>>,
        /// Whether the motors may turn.
        armed: Option<bool>,
        /// Liveness.
        state: Option<State>,
        /// The link it was heard over.
        link: Option<Arc<str>>,
        /// Lost by sequence numbers, percent.
        loss_percent: Option<f64>,
    }
}

/// Why the log cannot answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HistoryError {
    /// It is busy; asking again later may help.
    #[error("the flight log is too busy to answer: {reason}")]
    Busy {
        /// What it said.
        reason: String,
    },
    /// Reading it failed.
    #[error("cannot read the flight log: {reason}")]
    Read {
        /// What went wrong.
        reason: String,
    },
}

/// Answers questions about the past. Calls may block.
pub trait History: Send + Sync + fmt::Debug {
    /// The newest events that match, oldest first.
    fn events(&self, query: &EventQuery) -> Result<Vec<Event>, HistoryError>;

    /// The newest rows that match, oldest first.
    fn rows(&self, query: &HistoryQuery) -> Result<Vec<HistoryRow>, HistoryError>;
}
