//! One decoded fact in SI units, made by `wire/decode`, believed (or not) by `fleet`.
//!
//! Groups of the vehicle object travel as themselves with `t_ms` unset: the fleet stamps them.
//! Sentinels and impossible values have become `None` before a report exists.

use std::{borrow::Cow, sync::Arc};

use super::{
    clocks::ClockReport,
    ftp::FtpReport,
    geo::LatLon,
    groups::{Attitude, Battery, Ekf, Fence, Gps, Home, Mission, Processor, Rc, Vibration, Wind},
    ids::{ComponentId, PeerId, SystemId},
    mission_report::{MissionCount, PlanReport},
    params::traffic::ParamReport,
    sensors::Sensors,
    signing::FrameSigning,
    time::TimeUs,
    vehicle::ModeClass,
    words::{Autopilot, CommandResult, LandedState, MavType, Severity, SystemStatus},
};

/// A report with who said it, over which peer of the link, and when.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The remote address on the link.
    pub peer: PeerId,
    /// When the frame came in, station time (a file's own time in replay).
    pub t: TimeUs,
    /// The sender.
    pub system: SystemId,
    /// The sender's component.
    pub component: ComponentId,
    /// The frame's sequence number.
    pub sequence: u8,
    /// Whether the frame was MAVLink 2.
    pub mavlink2: bool,
    /// What its signature was worth.
    pub signing: FrameSigning,
    /// Equal for byte-identical frames (message id, length, sequence, checksum).
    pub fingerprint: u64,
    /// Message id, for observed rates.
    pub message: u32,
    /// The fact.
    pub report: Report,
}

/// What a message says.
#[derive(Debug, Clone)]
pub enum Report {
    /// HEARTBEAT.
    Heartbeat(Heartbeat),
    /// GLOBAL_POSITION_INT.
    Position(GlobalPosition),
    /// GPS_RAW_INT (0) and GPS2_RAW (1).
    Gps(u8, Gps),
    /// ATTITUDE.
    Attitude(Attitude),
    /// VFR_HUD.
    Hud(Hud),
    /// SYS_STATUS.
    System(SystemReport),
    /// BATTERY_STATUS.
    Battery(u8, Battery),
    /// EKF_STATUS_REPORT or ESTIMATOR_STATUS.
    Ekf(Ekf),
    /// VIBRATION.
    Vibration(Vibration),
    /// WIND or WIND_COV.
    Wind(Wind),
    /// RC_CHANNELS or RC_CHANNELS_RAW.
    Rc(Rc),
    /// RADIO_STATUS or RADIO.
    Radio(RadioStatus),
    /// MISSION_CURRENT; `count` only where the message carries it.
    Mission(Mission),
    /// MISSION_COUNT: items of a list, as told to any station.
    MissionCount(MissionCount),
    /// HOME_POSITION.
    Home(Home),
    /// POSITION_TARGET_GLOBAL_INT.
    GuidedTarget(GuidedTarget),
    /// EXTENDED_SYS_STATE; `None` where undefined.
    Landed(Option<LandedState>),
    /// STATUSTEXT.
    Text(TextPart),
    /// AUTOPILOT_VERSION.
    Version(Box<AutopilotVersion>),
    /// COMMAND_ACK.
    Ack(CommandAck),
    /// SET_MESSAGE_INTERVAL or REQUEST_DATA_STREAM: somebody asks a vehicle for other rates.
    RateRequest(RateRequest),
    /// SYSTEM_TIME.
    Time(SystemTime),
    /// FENCE_STATUS.
    Fence(Fence),
    /// HIGH_LATENCY2.
    HighLatency(Box<HighLatency>),
    /// AVAILABLE_MODES.
    AvailableMode(Box<AvailableMode>),
    /// CURRENT_MODE: `custom_mode`.
    CurrentMode(u32),
    /// PARAM_VALUE, PARAM_ERROR, or another station's request for parameters.
    Param(ParamReport),
    /// FILE_TRANSFER_PROTOCOL.
    Ftp(Box<FtpReport>),
    /// TIMESYNC or PING.
    Clock(ClockReport),
    /// MISSION_ITEM(_INT), MISSION_REQUEST(_INT), MISSION_ACK, MISSION_ITEM_REACHED.
    Plan(PlanReport),
}

/// HEARTBEAT (<https://mavlink.io/en/services/heartbeat.html>).
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// MAV_TYPE.
    pub mav_type: MavType,
    /// MAV_AUTOPILOT.
    pub autopilot: Autopilot,
    /// Bit 7 of base_mode.
    pub armed: bool,
    /// base_mode as sent.
    pub base_mode: u8,
    /// custom_mode as sent.
    pub custom_mode: u32,
    /// MAV_STATE.
    pub system_status: SystemStatus,
    /// The mode as pymavlink names it.
    pub mode: Mode,
}

impl Heartbeat {
    /// Whether the sender is an autopilot of a vehicle and so may become a row of the fleet.
    #[must_use]
    pub fn is_vehicle(&self) -> bool {
        self.autopilot != Autopilot::INVALID && self.mav_type.is_vehicle()
    }
}

/// A flight mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// The name, or `MODE(23)` where the firmware's table has none.
    pub name: Cow<'static, str>,
    /// Whether a table knew the number; if not, AVAILABLE_MODES may name it.
    pub known: bool,
    /// What kind of mode it is.
    pub class: ModeClass,
}

/// GLOBAL_POSITION_INT.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GlobalPosition {
    /// `None` before a fix (0/0 or 2³¹−1).
    pub place: Option<LatLon>,
    /// Above mean sea level, metres.
    pub alt_msl_m: Option<f64>,
    /// Above home, metres.
    pub alt_rel_m: Option<f64>,
    /// Northwards, m/s.
    pub north_m_s: Option<f64>,
    /// Eastwards, m/s.
    pub east_m_s: Option<f64>,
    /// Downwards, m/s.
    pub down_m_s: Option<f64>,
    /// Degrees; `None` for UINT16_MAX.
    pub heading_deg: Option<f64>,
    /// Time since boot, ms.
    pub boot_ms: u32,
}

/// POSITION_TARGET_GLOBAL_INT: where the vehicle says it is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuidedTarget {
    /// Latitude and longitude as sent, degrees × 1e7.
    pub place_1e7: (i32, i32),
}

/// VFR_HUD.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hud {
    /// Through the air, m/s.
    pub airspeed_m_s: Option<f64>,
    /// Over ground, m/s.
    pub groundspeed_m_s: Option<f64>,
    /// Degrees.
    pub heading_deg: Option<f64>,
    /// Percent.
    pub throttle_percent: Option<i16>,
    /// Up positive, m/s.
    pub climb_m_s: Option<f64>,
}

/// SYS_STATUS.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SystemReport {
    /// Sensor masks.
    pub sensors: Sensors,
    /// Battery 0 as this message sees it; believed only while no BATTERY_STATUS says more.
    pub battery: Battery,
    /// Load and drop rate.
    pub processor: Processor,
}

/// RADIO_STATUS: the telemetry radio itself, in its own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RadioStatus {
    /// Local signal as sent (SiK: 0 to 254, not dBm).
    pub rssi: Option<u8>,
    /// Remote signal as sent.
    pub remote_rssi: Option<u8>,
    /// Local noise as sent.
    pub noise: Option<u8>,
    /// Remote noise as sent.
    pub remote_noise: Option<u8>,
    /// Free transmit buffer, percent.
    pub tx_buffer_percent: Option<u8>,
    /// Receive errors since the radio's boot.
    pub receive_errors: u16,
}

/// One STATUSTEXT, whole or a chunk of a longer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPart {
    /// MAV_SEVERITY.
    pub severity: Severity,
    /// Without control characters, trailing zeros removed.
    pub text: Arc<str>,
    /// 0: whole; else the id shared by all chunks of a text.
    pub id: u16,
    /// Place of this chunk.
    pub chunk: u8,
    /// Whether the text ends inside this chunk (shorter than 50 bytes).
    pub ends: bool,
}

/// AUTOPILOT_VERSION.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutopilotVersion {
    /// `4.5.7`; `None` for 0.
    pub firmware: Option<Arc<str>>,
    /// uid2 in hex, else uid in decimal; `None` where both are 0.
    pub uid: Option<Arc<str>>,
    /// MAV_PROTOCOL_CAPABILITY bits.
    pub capabilities: u64,
}

/// COMMAND_ACK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandAck {
    /// MAV_CMD.
    pub command: u16,
    /// MAV_RESULT.
    pub result: CommandResult,
    /// Percent, while in progress.
    pub progress: Option<u8>,
    /// Why, in the command's own terms.
    pub detail: i32,
    /// Whom it answers; 0 where the autopilot does not say.
    pub target_system: u8,
    /// Whom it answers; 0 where the autopilot does not say.
    pub target_component: u8,
}

/// A station or a companion computer asks a vehicle to send something more or less often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRequest {
    /// Whom; 0 is everybody.
    pub target_system: u8,
    /// Which part; 0 is every part.
    pub target_component: u8,
    /// What.
    pub stream: Stream,
}

/// What a vehicle is asked to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// One message, by id.
    Message(u32),
    /// A group of messages: MAV_DATA_STREAM, 0 is all of them.
    Group(u8),
}

/// SYSTEM_TIME.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemTime {
    /// UTC of the vehicle, µs since 1970; `None` before it knows.
    pub utc_us: Option<u64>,
    /// Time since boot, ms.
    pub boot_ms: u32,
}

/// HIGH_LATENCY2: a whole vehicle in one message, for links that carry nothing else.
#[derive(Debug, Clone)]
pub struct HighLatency {
    /// What a heartbeat would say.
    pub mav_type: MavType,
    /// MAV_AUTOPILOT.
    pub autopilot: Autopilot,
    /// Whether the motors may turn; `None` where the autopilot leaves custom0 alone.
    pub armed: Option<bool>,
    /// custom_mode as sent (16 bits).
    pub custom_mode: u16,
    /// The mode it names.
    pub mode: Mode,
    /// Position.
    pub position: GlobalPosition,
    /// Speeds, heading, throttle, climb.
    pub hud: Hud,
    /// State of charge, percent.
    pub battery_percent: Option<u8>,
    /// Wind.
    pub wind: Wind,
    /// Current mission item.
    pub mission_current: u16,
}

/// AVAILABLE_MODES: one mode the autopilot offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableMode {
    /// Its number.
    pub custom_mode: u32,
    /// Its name, without control characters.
    pub name: Arc<str>,
    /// From MAV_STANDARD_MODE, else `Other`.
    pub class: ModeClass,
}
