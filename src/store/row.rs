//! What the writer thread puts into tables other than `frames`: one struct per table.

use std::{borrow::Cow, sync::Arc};

use crate::model::{
    event::{Event, EventKind},
    holdings::HeldPlan,
    ids::VehicleId,
    params::{name::ParamName, value::ParamValue},
    time::TimeUs,
    vehicle::{State, Vehicle},
    words::GpsFix,
};

/// One row of `telemetry`: what was believed about a vehicle at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct TelemetryRow {
    /// Station time of the snapshot.
    pub t: TimeUs,
    /// Whose.
    pub vehicle: VehicleId,
    /// The numbers, in the order of the columns from `lat_deg` to `climb_m_s`.
    pub numbers: [Option<f64>; 11],
    /// Percent; negative is reverse.
    pub throttle_percent: Option<i16>,
    /// State of charge of the worst battery, percent.
    pub battery_percent: Option<u8>,
    /// Its voltage, V.
    pub battery_v: Option<f64>,
    /// What is drawn from it, A.
    pub battery_a: Option<f64>,
    /// Fix of the first receiver.
    pub gps_fix: Option<GpsFix>,
    /// Satellites it sees.
    pub satellites: Option<u8>,
    /// Its horizontal dilution of precision.
    pub hdop: Option<f64>,
    /// Mode as pymavlink names it.
    pub mode: Option<Cow<'static, str>>,
    /// Whether the motors may turn.
    pub armed: Option<bool>,
    /// Liveness.
    pub state: State,
    /// The link it is heard over.
    pub link: Option<Arc<str>>,
    /// Loss there, percent.
    pub loss_percent: Option<f64>,
}

impl TelemetryRow {
    /// The row that says what `vehicle` says at `t`.
    #[must_use]
    pub fn of(vehicle: &Vehicle, t: TimeUs) -> Self {
        let gps = vehicle.gps.values().next().copied().unwrap_or_default();
        let battery = vehicle.battery.unwrap_or_default();
        let via = vehicle.link.as_ref().map(|link| Arc::clone(&link.via));
        let path = vehicle
            .link
            .as_ref()
            .and_then(|link| link.paths.get(&link.via));
        Self {
            t,
            vehicle: vehicle.id.clone(),
            numbers: numbers(vehicle),
            throttle_percent: vehicle.throttle.and_then(|throttle| throttle.percent),
            battery_percent: battery.remaining_percent,
            battery_v: battery.voltage_v,
            battery_a: battery.current_a,
            gps_fix: gps.fix,
            satellites: gps.satellites,
            hdop: gps.hdop,
            mode: vehicle.mode.clone(),
            armed: vehicle.armed,
            state: vehicle.state,
            link: via,
            loss_percent: path.and_then(|path| path.loss_percent),
        }
    }

    /// Whether an operator would call the step from this to what `vehicle` is now a change: mode, armed or state.
    pub(super) fn is_turned_by(&self, vehicle: &Vehicle) -> bool {
        (self.armed, self.state, &self.mode) != (vehicle.armed, vehicle.state, &vehicle.mode)
    }
}

fn numbers(vehicle: &Vehicle) -> [Option<f64>; 11] {
    let position = vehicle.position.unwrap_or_default();
    let attitude = vehicle.attitude.unwrap_or_default();
    let velocity = vehicle.velocity.unwrap_or_default();
    [
        position.lat_deg,
        position.lon_deg,
        position.alt_msl_m,
        position.alt_rel_m,
        attitude.roll_deg,
        attitude.pitch_deg,
        attitude.yaw_deg,
        vehicle.heading.and_then(|heading| heading.deg),
        velocity.groundspeed_m_s,
        velocity.airspeed_m_s,
        velocity.climb_m_s,
    ]
}

/// One row of `drone`: who was heard, and when first and last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroneRow {
    /// Who.
    pub vehicle: VehicleId,
    /// Hardware id.
    pub uid: Option<Arc<str>>,
    /// Network.
    pub network: Arc<str>,
    /// MAVLink system id.
    pub sysid: u8,
    /// Name for people.
    pub name: Arc<str>,
    /// What the operator calls it, else what the autopilot does.
    pub kind: Option<Arc<str>>,
    /// The operator's category.
    pub category: Option<Arc<str>>,
    /// Whose firmware.
    pub autopilot: Option<Arc<str>>,
    /// First and last heard.
    pub seen: (TimeUs, TimeUs),
}

impl DroneRow {
    /// Who `vehicle` is; `None` when it was never heard.
    pub(super) fn of(vehicle: &Vehicle, first: Option<TimeUs>) -> Option<Self> {
        let heard = TimeUs::from_ms(vehicle.heard_ms?);
        let kind = vehicle.kind.clone();
        Some(Self {
            vehicle: vehicle.id.clone(),
            uid: vehicle.uid.clone(),
            network: Arc::clone(&vehicle.network),
            sysid: vehicle.sysid,
            name: Arc::clone(&vehicle.name),
            kind: kind.or_else(|| Some(vehicle.mav_type?.to_string().into())),
            category: vehicle.category.clone(),
            autopilot: vehicle
                .autopilot
                .map(|autopilot| autopilot.to_string().into()),
            seen: (first.unwrap_or(heard), heard),
        })
    }

    /// Whether both say the same but for when it was last heard.
    pub(super) fn is_same_drone(&self, other: &Self) -> bool {
        let seen = other.seen;
        *other
            == Self {
                seen,
                ..self.clone()
            }
    }
}

/// One row of `mission`: a list as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRow {
    /// Whose.
    pub vehicle: VehicleId,
    /// The list.
    pub plan: Arc<HeldPlan>,
}

/// Rows of `param`: parameters as they were at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamRows {
    /// Whose.
    pub vehicle: VehicleId,
    /// When.
    pub t: TimeUs,
    /// Names and values.
    pub values: Vec<(ParamName, ParamValue)>,
}

/// What is missing from a log, and from when to when; one row of `gap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What sort of thing is missing.
    pub what: GapKind,
    /// Time of the first that is missing.
    pub start: TimeUs,
    /// Time of the last that is missing.
    pub end: TimeUs,
    /// How many.
    pub count: u64,
}

/// What sort of thing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Frames of any link.
    Frames,
    /// Rows of `telemetry` and `drone`.
    Telemetry,
    /// Events.
    Events,
    /// Missions and parameters.
    Holdings,
}

impl GapKind {
    /// The word of the `what` column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Telemetry => "telemetry",
            Self::Events => "events",
            Self::Holdings => "holdings",
        }
    }
}

impl Gap {
    /// The gap that covers both.
    pub(super) fn widen(&mut self, other: Self) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        self.count += other.count;
    }
}

/// A row on its way to the writer.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// For `telemetry`.
    Telemetry(Box<TelemetryRow>),
    /// For `drone`.
    Drone(Box<DroneRow>),
    /// For `event`.
    Event(Arc<Event>),
    /// For `mission`.
    Plan(PlanRow),
    /// For `param`.
    Params(Box<ParamRows>),
    /// For `gap`.
    Gap(Gap),
}

impl Row {
    /// Bytes it holds while it waits, roughly.
    pub(super) fn cost(&self) -> usize {
        match self {
            Self::Telemetry(_) => 64 + size_of::<TelemetryRow>(),
            Self::Drone(_) => 256 + size_of::<DroneRow>(),
            // The details of an event are a small JSON object.
            Self::Event(event) => 512 + size_of::<Event>() + event.text.len(),
            // An item is some 250 letters of JSON.
            Self::Plan(row) => 1_024 + row.plan.items.len() * 256,
            Self::Params(rows) => 64 + rows.values.len() * 64,
            Self::Gap(_) => size_of::<Self>(),
        }
    }

    /// The gap it leaves when it is lost.
    pub(super) fn as_gap(&self) -> Gap {
        let (what, t) = match self {
            Self::Telemetry(row) => (GapKind::Telemetry, row.t),
            Self::Drone(row) => (GapKind::Telemetry, row.seen.1),
            Self::Event(event) => (GapKind::Events, TimeUs::from_ms(event.t_ms)),
            Self::Plan(row) => (GapKind::Holdings, TimeUs::from_ms(row.plan.t_ms)),
            Self::Params(rows) => (GapKind::Holdings, rows.t),
            Self::Gap(gap) => return *gap,
        };
        let (start, end, count) = (t, t, 1);
        Gap {
            what,
            start,
            end,
            count,
        }
    }

    /// Whether it must survive a power cut as soon as it is written.
    pub(super) fn is_precious(&self) -> bool {
        matches!(self, Self::Event(event) if event.kind == EventKind::Command)
    }
}
