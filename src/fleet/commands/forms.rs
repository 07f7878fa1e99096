//! How each firmware is told: which MAV_CMD, in which form, at which altitude. One table for all autopilots.
//!
//! ArduPilot takes altitudes above home, PX4 above mean sea level. Staying is a mode: BRAKE on a copter, LOITER
//! on a plane, HOLD on a rover, AUTO.LOITER on PX4; the copter's LOITER would need a pilot's throttle.

use super::Wanted;
use crate::{
    model::{
        command::{Command, FORCE, Kind},
        groups::Position,
        modes::{ModeBook, ModeOrder},
        suggest::nearest,
        vehicle::{ModeClass, Vehicle},
        words::{Autopilot, MavType},
    },
    protocol::commanding::{Forms, IntForm},
};

const FRAME_GLOBAL: u8 = 0;
const FRAME_RELATIVE: u8 = 3;
const DO_SET_MODE: u16 = 176;
/// DO_REPOSITION may change into the guided mode by itself.
const CHANGE_MODE: f32 = 1.0;

/// A command in the words of one vehicle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    pub(super) command: u16,
    pub(super) forms: Forms,
    pub(super) wanted: Wanted,
    /// What kind of mode is asked for, where one is.
    pub(super) class: Option<ModeClass>,
}

impl Wording {
    const fn long(command: u16, params: [f32; 7]) -> Self {
        Self {
            command,
            forms: Forms::Long(params),
            wanted: Wanted::Nothing,
            class: None,
        }
    }

    const fn want(mut self, wanted: Wanted) -> Self {
        self.wanted = wanted;
        self
    }

    const fn mode(order: ModeOrder) -> Self {
        let [a, b, c] = order.params;
        let mut wording = Self::long(DO_SET_MODE, [a, b, c, 0.0, 0.0, 0.0, 0.0]);
        wording.wanted = Wanted::Mode(order.name);
        wording.class = Some(order.class);
        wording
    }
}

/// The command for this vehicle, or the sentence that says why there is none.
pub(super) fn word(
    command: &Command,
    vehicle: &Vehicle,
    modes: &dyn ModeBook,
) -> Result<Wording, String> {
    let known = vehicle.autopilot.zip(vehicle.mav_type);
    let (autopilot, mav_type) = known.ok_or("what it is, is not known yet")?;
    let offered = modes.modes(autopilot, mav_type);
    let named = |name: &str| {
        offered
            .iter()
            .find(|mode| mode.name.eq_ignore_ascii_case(name))
    };
    let wanted = |name: &str| named(name).map_or(Wanted::Nothing, |mode| Wanted::Mode(mode.name));
    let first = |params: &[f32]| {
        let mut all = [0.0; 7];
        all.iter_mut()
            .zip(params)
            .for_each(|(place, param)| *place = *param);
        all
    };
    Ok(match command {
        Command::Arm => Wording::long(400, first(&[1.0])).want(Wanted::Armed(true)),
        Command::Disarm { force } => {
            let force = if *force { FORCE } else { 0.0 };
            Wording::long(400, first(&[0.0, force])).want(Wanted::Armed(false))
        }
        Command::Takeoff { alt_rel_m } => takeoff(autopilot, vehicle, *alt_rel_m)?,
        Command::MissionStart => Wording::long(300, [0.0; 7]),
        Command::Reboot => Wording::long(246, first(&[1.0])),
        Command::Rtl => Wording::long(20, [0.0; 7]).want(wanted("RTL")),
        Command::Land => Wording::long(21, [0.0; 7]).want(wanted("LAND")),
        Command::Hold => {
            let name = hold_mode(autopilot, mav_type);
            let order = name
                .and_then(named)
                .ok_or("its firmware has no mode for staying that is known here")?;
            Wording::mode(*order)
        }
        Command::Mode { mode } => {
            let order = named(mode).ok_or_else(|| unknown_mode(mode, &offered))?;
            Wording::mode(*order)
        }
        Command::Goto { place, alt_rel_m } => {
            let (frame, z_m) = if autopilot == Autopilot::PX4 {
                (FRAME_GLOBAL, alt_msl(vehicle, *alt_rel_m)?)
            } else {
                (FRAME_RELATIVE, *alt_rel_m)
            };
            let params = [-1.0, CHANGE_MODE, 0.0, f32::NAN];
            at(192, frame, params, (place.lat_deg, place.lon_deg, z_m))
        }
        Command::Speed { speed_m_s } => {
            let by_air = autopilot == Autopilot::ARDUPILOT && mav_type == MavType::FIXED_WING;
            let kind = if by_air { 0.0 } else { 1.0 };
            Wording::long(178, first(&[kind, *speed_m_s as f32, -1.0]))
        }
        Command::Yaw { heading_deg } => Wording::long(115, first(&[*heading_deg as f32])),
        Command::MissionSetCurrent { seq } => Wording::long(224, first(&[f32::from(*seq)])),
        Command::SetHome { there: None } => Wording::long(179, first(&[1.0])),
        Command::SetHome {
            there: Some((place, alt_msl_m)),
        } => at(
            179,
            FRAME_GLOBAL,
            [0.0; 4],
            (place.lat_deg, place.lon_deg, *alt_msl_m),
        ),
        Command::MessageInterval { message, rate_hz } => {
            let interval_us = if *rate_hz > 0.0 {
                (1e6 / rate_hz) as f32
            } else {
                -1.0
            };
            Wording::long(511, first(&[*message as f32, interval_us]))
        }
        Command::RequestMessage { message } => Wording::long(512, first(&[*message as f32])),
        Command::Long {
            command: number,
            params,
        } => long(command.kind(), *number, *params, &offered),
    })
}

/// A bare COMMAND_LONG, and what it would change.
fn long(kind: Kind, number: u16, params: [f32; 7], offered: &[ModeOrder]) -> Wording {
    let wording = Wording::long(number, params);
    match kind {
        Kind::Arm => wording.want(Wanted::Armed(true)),
        Kind::Disarm | Kind::ForcedDisarm => wording.want(Wanted::Armed(false)),
        Kind::Mode => {
            // Firmwares read base mode and numbers as whole ones; whatever else is there has no known class.
            let bits = |params: &[f32]| [0, 1, 2].map(|at| params[at].to_bits());
            let same = |mode: &&ModeOrder| bits(&mode.params) == bits(&params);
            match offered.iter().find(same) {
                Some(mode) => Wording::mode(*mode),
                None => wording,
            }
        }
        _ => wording,
    }
}

fn at(command: u16, frame: u8, params: [f32; 4], (lat, lon, z_m): (f64, f64, f64)) -> Wording {
    let scaled = |degrees: f64| (degrees * 1e7).round() as i32;
    let form = IntForm {
        frame,
        params,
        place_1e7: (scaled(lat), scaled(lon)),
        z_m: z_m as f32,
    };
    // Home and goal are worth their last metre: a COMMAND_LONG could not carry it, except for home by PX4 of old.
    let forms = if command == 179 {
        let [a, b, c, d] = params;
        Forms::IntThenLong(form, [a, b, c, d, lat as f32, lon as f32, z_m as f32])
    } else {
        Forms::Int(form)
    };
    Wording {
        command,
        forms,
        wanted: Wanted::Nothing,
        class: None,
    }
}

fn takeoff(autopilot: Autopilot, vehicle: &Vehicle, alt_rel_m: f64) -> Result<Wording, String> {
    if autopilot != Autopilot::PX4 {
        return Ok(Wording::long(
            22,
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, alt_rel_m as f32],
        ));
    }
    let alt_msl_m = alt_msl(vehicle, alt_rel_m)? as f32;
    let here = f32::NAN;
    Ok(Wording::long(
        22,
        [-1.0, 0.0, 0.0, here, here, here, alt_msl_m],
    ))
}

/// Metres above mean sea level of a height above home.
fn alt_msl(vehicle: &Vehicle, alt_rel_m: f64) -> Result<f64, String> {
    let home = vehicle.home.and_then(|home| home.alt_msl_m);
    let by_position = |position: Position| Some(position.alt_msl_m? - position.alt_rel_m?);
    let ground = home.or_else(|| vehicle.position.and_then(by_position));
    let why = "PX4 takes altitudes above mean sea level, and that of its home is not known yet";
    ground
        .map(|ground| ground + alt_rel_m)
        .ok_or_else(|| why.into())
}

fn hold_mode(autopilot: Autopilot, mav_type: MavType) -> Option<&'static str> {
    match (autopilot, mav_type.0) {
        (Autopilot::PX4, _) | (Autopilot::ARDUPILOT, 1 | 7 | 19..=25) => Some("LOITER"),
        (Autopilot::ARDUPILOT, 10 | 11) => Some("HOLD"),
        (Autopilot::ARDUPILOT, 12) => Some("POSHOLD"),
        (Autopilot::ARDUPILOT, _) => Some("BRAKE"),
        _ => None,
    }
}

fn unknown_mode(mode: &str, offered: &[ModeOrder]) -> String {
    let names = || offered.iter().map(|mode| mode.name);
    match nearest(mode, names()) {
        _ if offered.is_empty() => {
            format!("no modes of its firmware are known here, so not {mode} either")
        }
        Some(near) => format!("it has no mode {mode}; did you mean {near}?"),
        None => format!(
            "it has no mode {mode}; it has {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}
