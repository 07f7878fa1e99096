//! From a payload to a fact in SI units: one pure function, called by the task that owns the link.
//!
//! Reads bytes by offset, never through strict enumerations: a value newer than our tables keeps its
//! message alive. Whatever is a sentinel, NaN or impossible has become `None` when a report leaves
//! here, and every number is rounded here and nowhere else. The checksum was somebody else's work.

use mavlink::{
    MessageData,
    dialects::ardupilotmega::{
        ATTITUDE_DATA, ATTITUDE_QUATERNION_DATA, AUTOPILOT_VERSION_DATA, AVAILABLE_MODES_DATA,
        BATTERY_STATUS_DATA, COMMAND_ACK_DATA, COMMAND_INT_DATA, COMMAND_LONG_DATA,
        CURRENT_MODE_DATA, EKF_STATUS_REPORT_DATA, ESTIMATOR_STATUS_DATA, EXTENDED_SYS_STATE_DATA,
        FENCE_STATUS_DATA, GLOBAL_POSITION_INT_DATA, GPS_RAW_INT_DATA, GPS2_RAW_DATA,
        HEARTBEAT_DATA, HIGH_LATENCY2_DATA, HOME_POSITION_DATA, MISSION_ACK_DATA,
        MISSION_COUNT_DATA, MISSION_CURRENT_DATA, MISSION_ITEM_INT_DATA, MISSION_ITEM_REACHED_DATA,
        MISSION_REQUEST_INT_DATA, POSITION_TARGET_GLOBAL_INT_DATA, RADIO_STATUS_DATA,
        RC_CHANNELS_DATA, RC_CHANNELS_RAW_DATA, STATUSTEXT_DATA, SYS_STATUS_DATA, SYSTEM_TIME_DATA,
        VFR_HUD_DATA, VIBRATION_DATA, WIND_COV_DATA, WIND_DATA,
    },
};

use self::payload::Payload;
use crate::model::{mission_report::PlanReport, report::Report, words::Autopilot};

mod health;
mod high_latency;
mod identity;
mod mission;
mod motion;
mod params;
mod payload;
mod place;
mod power;
mod progress;
mod radio;
mod rates;
#[cfg(test)]
mod testing;
pub mod text;

/// RADIO, superseded by RADIO_STATUS in 2013 and still sent by old SiK radios.
const RADIO: u32 = 166;
/// REQUEST_DATA_STREAM, superseded by SET_MESSAGE_INTERVAL in 2015 and still what most stations ask ArduPilot with.
const REQUEST_DATA_STREAM: u32 = 66;
/// MISSION_ITEM, superseded by MISSION_ITEM_INT in 2020 and still sent by old autopilots.
const MISSION_ITEM: u32 = 39;
/// MISSION_REQUEST, superseded by MISSION_REQUEST_INT in 2020 and still what ArduPilot asks with.
const MISSION_REQUEST: u32 = 40;

/// What a payload does not say of its sender; the default is right for a sender never heard before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// The firmware in the last heartbeat of this system id's autopilot: PX4 scales the RC signal
    /// strength to 0..100, everybody else to 0..254.
    pub autopilot: Option<Autopilot>,
}

/// The fact in `payload`, or `None` where the message carries nothing for the fleet.
///
/// The payload may be shorter than the message: MAVLink 2 cuts trailing zeros and MAVLink 1 has no
/// extension fields (<https://mavlink.io/en/guide/serialization.html#payload_truncation>).
#[must_use]
pub fn decode(message: u32, payload: &[u8], context: Context) -> Option<Report> {
    let payload = Payload::new(payload);
    let report = match message {
        HEARTBEAT_DATA::ID => Report::Heartbeat(identity::heartbeat(payload)),
        SYS_STATUS_DATA::ID => Report::System(power::sys_status(payload)),
        SYSTEM_TIME_DATA::ID => Report::Time(progress::system_time(payload)),
        GPS_RAW_INT_DATA::ID => Report::Gps(0, place::gps_raw_int(payload)),
        GPS2_RAW_DATA::ID => Report::Gps(1, place::gps2_raw(payload)),
        ATTITUDE_DATA::ID => Report::Attitude(motion::attitude(payload)),
        ATTITUDE_QUATERNION_DATA::ID => Report::Attitude(motion::attitude_quaternion(payload)?),
        GLOBAL_POSITION_INT_DATA::ID => Report::Position(place::global_position(payload)),
        RC_CHANNELS_RAW_DATA::ID => Report::Rc(radio::rc_channels_raw(payload, context)),
        RC_CHANNELS_DATA::ID => Report::Rc(radio::rc_channels(payload, context)),
        MISSION_CURRENT_DATA::ID => Report::Mission(progress::mission_current(payload)),
        MISSION_COUNT_DATA::ID => Report::MissionCount(mission::count(payload)),
        VFR_HUD_DATA::ID => Report::Hud(motion::vfr_hud(payload)),
        COMMAND_ACK_DATA::ID => Report::Ack(progress::command_ack(payload)),
        COMMAND_LONG_DATA::ID | COMMAND_INT_DATA::ID => {
            Report::RateRequest(rates::message_interval(payload)?)
        }
        REQUEST_DATA_STREAM => Report::RateRequest(rates::data_stream(payload)),
        RADIO_STATUS_DATA::ID | RADIO => Report::Radio(radio::radio_status(payload)),
        BATTERY_STATUS_DATA::ID => power::battery_status(payload),
        AUTOPILOT_VERSION_DATA::ID => Report::Version(identity::autopilot_version(payload).into()),
        FENCE_STATUS_DATA::ID => Report::Fence(progress::fence_status(payload)),
        WIND_DATA::ID => Report::Wind(motion::wind(payload)),
        EKF_STATUS_REPORT_DATA::ID => Report::Ekf(health::ekf_status_report(payload)),
        ESTIMATOR_STATUS_DATA::ID => Report::Ekf(health::estimator_status(payload)),
        WIND_COV_DATA::ID => Report::Wind(motion::wind_cov(payload)),
        HIGH_LATENCY2_DATA::ID => Report::HighLatency(high_latency::high_latency2(payload).into()),
        VIBRATION_DATA::ID => Report::Vibration(health::vibration(payload)),
        POSITION_TARGET_GLOBAL_INT_DATA::ID => {
            Report::GuidedTarget(place::position_target(payload)?)
        }
        HOME_POSITION_DATA::ID => Report::Home(place::home_position(payload)),
        EXTENDED_SYS_STATE_DATA::ID => Report::Landed(progress::landed_state(payload)),
        STATUSTEXT_DATA::ID => Report::Text(text::statustext(payload)),
        AVAILABLE_MODES_DATA::ID => Report::AvailableMode(identity::available_mode(payload).into()),
        CURRENT_MODE_DATA::ID => Report::CurrentMode(identity::current_mode(payload)),
        MISSION_ITEM_INT_DATA::ID => Report::Plan(mission::item_int(payload)),
        MISSION_ITEM => Report::Plan(mission::item_float(payload)),
        MISSION_REQUEST_INT_DATA::ID => Report::Plan(mission::request(payload, false)),
        MISSION_REQUEST => Report::Plan(mission::request(payload, true)),
        MISSION_ACK_DATA::ID => Report::Plan(mission::ack(payload)),
        MISSION_ITEM_REACHED_DATA::ID => Report::Plan(PlanReport::Reached(payload.u16(0))),
        _ => return params::report(message, payload),
    };
    Some(report)
}

#[cfg(test)]
mod tests;
