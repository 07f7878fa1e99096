//! What can be commanded (CONTRACT section 4): one command with its numbers in SI units, for any vehicle.
//!
//! `parse` reads it from JSON (`bare` what comes as a MAV_CMD), `words` from what people type, `policy` says what it needs before it may be
//! sent, `report` what came of it.

mod bare;
pub mod parse;
pub mod policy;
pub mod report;
pub mod words;

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;

use super::{geo::LatLon, ids::VehicleId, mission_command};

/// A command, whatever firmware will take it.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Motors on.
    Arm,
    /// Motors off.
    Disarm {
        /// Also in the air.
        force: bool,
    },
    /// Up from the ground.
    Takeoff {
        /// Metres above home.
        alt_rel_m: f64,
    },
    /// Fly the stored mission.
    MissionStart,
    /// Restart the autopilot.
    Reboot,
    /// Come down here.
    Land,
    /// Go home.
    Rtl,
    /// Stay here.
    Hold,
    /// Change the mode.
    Mode {
        /// Its name in the vehicle's own firmware.
        mode: Arc<str>,
    },
    /// Go there.
    Goto {
        /// Where.
        place: LatLon,
        /// Metres above home.
        alt_rel_m: f64,
    },
    /// Fly this fast.
    Speed {
        /// m/s.
        speed_m_s: f64,
    },
    /// Turn the nose there.
    Yaw {
        /// Degrees from north.
        heading_deg: f64,
    },
    /// Go on with this item of the mission.
    MissionSetCurrent {
        /// Its number.
        seq: u16,
    },
    /// Home is here, or there.
    SetHome {
        /// Where, and metres above mean sea level; `None` is where the vehicle is.
        there: Option<(LatLon, f64)>,
    },
    /// Send a message regularly.
    MessageInterval {
        /// Its id.
        message: u32,
        /// Hz; 0 stops it.
        rate_hz: f64,
    },
    /// Send a message once.
    RequestMessage {
        /// Its id.
        message: u32,
    },
    /// A COMMAND_LONG as it is.
    Long {
        /// MAV_CMD.
        command: u16,
        /// param1 to param7; NaN is "unchanged" where the command says so.
        params: [f32; 7],
    },
    /// A COMMAND_INT as it is.
    Int {
        /// MAV_CMD.
        command: u16,
        /// MAV_FRAME.
        frame: u8,
        /// param1 to param4.
        params: [f32; 4],
        /// Degrees × 1e7 where it is a place; `i32::MAX` is "unchanged".
        x: i32,
        /// As x.
        y: i32,
        /// Metres in the frame, where it is a place.
        z: f32,
    },
}

/// What a command amounts to, also when it comes as a `long` or `int`: what the rules are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Motors on.
    Arm,
    /// Motors off on the ground.
    Disarm,
    /// Motors off wherever it is.
    ForcedDisarm,
    /// Takeoff.
    Takeoff,
    /// Start of the mission.
    MissionStart,
    /// Restart.
    Reboot,
    /// Landing.
    Land,
    /// Return.
    Rtl,
    /// Stay.
    Hold,
    /// Another mode.
    Mode,
    /// Goto, speed, yaw, current item, home.
    Steer,
    /// A question or a rate.
    Request,
    /// A MAV_CMD the contract does not name.
    Other,
}

/// Force numbers of MAV_CMD_COMPONENT_ARM_DISARM (<https://mavlink.io/en/messages/common.html#MAV_CMD_COMPONENT_ARM_DISARM>).
pub const FORCE: f32 = 21_196.0;
const FORCE_ARM: f32 = 2_989.0;

impl Command {
    /// The word of the contract.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Disarm { .. } => "disarm",
            Self::Takeoff { .. } => "takeoff",
            Self::MissionStart => "mission_start",
            Self::Reboot => "reboot",
            Self::Land => "land",
            Self::Rtl => "rtl",
            Self::Hold => "hold",
            Self::Mode { .. } => "mode",
            Self::Goto { .. } => "goto",
            Self::Speed { .. } => "speed",
            Self::Yaw { .. } => "yaw",
            Self::MissionSetCurrent { .. } => "mission_set_current",
            Self::SetHome { .. } => "set_home",
            Self::MessageInterval { .. } => "message_interval",
            Self::RequestMessage { .. } => "request_message",
            Self::Long { .. } => "long",
            Self::Int { .. } => "int",
        }
    }

    /// The command with what matters of its numbers, for people.
    #[must_use]
    pub fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Disarm { force: true } => "forced disarm".into(),
            Self::Takeoff { alt_rel_m } => format!("takeoff to {alt_rel_m} m").into(),
            Self::Mode { mode } => format!("mode {mode}").into(),
            Self::Goto { place, alt_rel_m } => {
                format!("goto {} {} at {alt_rel_m} m", place.lat_deg, place.lon_deg).into()
            }
            Self::Speed { speed_m_s } => format!("speed {speed_m_s} m/s").into(),
            Self::Yaw { heading_deg } => format!("yaw {heading_deg}°").into(),
            Self::MissionSetCurrent { seq } => format!("mission_set_current {seq}").into(),
            Self::MessageInterval { message, rate_hz } => {
                format!("message_interval {message} at {rate_hz} Hz").into()
            }
            Self::RequestMessage { message } => format!("request_message {message}").into(),
            Self::Long { command, .. } => {
                format!("long {}", mission_command::name(*command)).into()
            }
            Self::Int { command, .. } => format!("int {}", mission_command::name(*command)).into(),
            _ => self.name().into(),
        }
    }

    /// What it amounts to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Arm => Kind::Arm,
            Self::Disarm { force: false } => Kind::Disarm,
            Self::Disarm { force: true } => Kind::ForcedDisarm,
            Self::Takeoff { .. } => Kind::Takeoff,
            Self::MissionStart => Kind::MissionStart,
            Self::Reboot => Kind::Reboot,
            Self::Land => Kind::Land,
            Self::Rtl => Kind::Rtl,
            Self::Hold => Kind::Hold,
            Self::Mode { .. } => Kind::Mode,
            Self::Goto { .. }
            | Self::Speed { .. }
            | Self::Yaw { .. }
            | Self::MissionSetCurrent { .. }
            | Self::SetHome { .. } => Kind::Steer,
            Self::MessageInterval { .. } | Self::RequestMessage { .. } => Kind::Request,
            Self::Long { command, params } => carried(*command, params),
            Self::Int {
                command,
                params: [a, b, c, d],
                x,
                y,
                z,
                ..
            } => carried(*command, &[*a, *b, *c, *d, *x as f32, *y as f32, *z]),
        }
    }
}

/// What a bare MAV_CMD amounts to: one of the contract's, or `Other`, which is confirmed and never sent twice.
/// Firmwares round param1 of 400, so everything that is not near 0 arms. What is relative to how the vehicle stands
/// would be done twice by a repeat.
fn carried(command: u16, params: &[f32; 7]) -> Kind {
    let [first, second, _, fourth, ..] = *params;
    let is_forced = [FORCE, FORCE_ARM]
        .iter()
        .any(|force| (second - force).abs() < 1.0);
    match command {
        400 if first.abs() < 0.5 && is_forced => Kind::ForcedDisarm,
        400 if first.abs() < 0.5 => Kind::Disarm,
        400 => Kind::Arm,
        22 | 24 | 84 => Kind::Takeoff,
        300 => Kind::MissionStart,
        246 => Kind::Reboot,
        21 => Kind::Land,
        20 => Kind::Rtl,
        17 => Kind::Hold,
        // Other bits of its base mode could arm the PX4 of old.
        176 if (first - 1.0).abs() < 0.01 => Kind::Mode,
        // A turn or a speed relative to the present one, a yaw relative to the present one.
        115 | 178 if fourth != 0.0 => Kind::Other,
        192 if !(0.0..2.0).contains(&second) => Kind::Other,
        115 | 178 | 179 | 192 | 224 => Kind::Steer,
        511 | 512 => Kind::Request,
        _ => Kind::Other,
    }
}

/// A number for the next request, never used before in this process, whoever asks.
#[must_use]
pub fn next_ticket() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One command for one or several vehicles, as somebody asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandRequest {
    /// Told apart by this, whatever clients call theirs; from [`next_ticket`].
    pub ticket: u64,
    /// The client's own name for it.
    pub request: Arc<str>,
    /// Each vehicle by its id; never "all".
    pub vehicles: Vec<VehicleId>,
    /// What they shall do.
    pub command: Command,
    /// What whoever asks has agreed to.
    pub consent: Consent,
}

/// What whoever asks has agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Consent {
    /// To what the contract says needs it.
    pub confirm: bool,
    /// To command vehicles that are lost or whose system id two senders use.
    #[serde(rename = "override")]
    pub overrides: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_is_what_it_carries() {
        let kind = |command, first, second| {
            Command::Long {
                command,
                params: [first, second, 0.0, 0.0, 0.0, 0.0, 0.0],
            }
            .kind()
        };
        assert_eq!(kind(400, 1.0, 0.0), Kind::Arm);
        assert_eq!(kind(400, 0.7, 0.0), Kind::Arm);
        assert_eq!(kind(400, f32::NAN, 0.0), Kind::Arm);
        assert_eq!(kind(400, 0.0, 0.0), Kind::Disarm);
        assert_eq!(kind(400, 0.3, 21_196.0), Kind::ForcedDisarm);
        assert_eq!(kind(400, 0.0, 2_989.0), Kind::ForcedDisarm);
        assert_eq!(kind(176, 1.0, 3.0), Kind::Mode);
        assert_eq!(kind(176, 129.0, 3.0), Kind::Other);
        assert_eq!(kind(22, 0.0, 0.0), Kind::Takeoff);
        for command in [185, 209, 208, 23, 85, 193, 252, 42_600, 65_535] {
            assert_eq!(kind(command, 1.0, 0.0), Kind::Other, "{command}");
        }
        for variant in [0.0, 1.0, 2.0, 3.0, 42.0, f32::NAN] {
            assert_eq!(kind(246, variant, 0.0), Kind::Reboot);
        }
        assert_eq!(kind(192, -1.0, 1.0), Kind::Steer);
        assert_eq!(kind(192, -1.0, 3.0), Kind::Other, "a relative yaw");
    }

    #[test]
    fn an_int_is_what_it_carries() {
        let kind = |command, params: [f32; 4]| {
            Command::Int {
                command,
                frame: 3,
                params,
                x: 473_977_420,
                y: 85_455_940,
                z: 20.0,
            }
            .kind()
        };
        assert_eq!(kind(192, [-1.0, 1.0, 0.0, f32::NAN]), Kind::Steer);
        assert_eq!(kind(22, [0.0; 4]), Kind::Takeoff);
        assert_eq!(kind(400, [0.0, FORCE, 0.0, 0.0]), Kind::ForcedDisarm);
        assert_eq!(kind(115, [90.0, 0.0, 1.0, 1.0]), Kind::Other, "relative");
        assert_eq!(kind(115, [90.0, 0.0, 1.0, 0.0]), Kind::Steer);
        assert_eq!(kind(31_010, [0.0; 4]), Kind::Other);
    }
}
