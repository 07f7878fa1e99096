//! How each firmware is told: which MAV_CMD, in which form, at which altitude. One table for all autopilots.
//!
//! ArduPilot takes altitudes above home, PX4 above mean sea level. Staying is a mode: BRAKE on a copter, LOITER
//! on a plane, HOLD on a rover, AUTO.LOITER on PX4; the copter's LOITER would need a pilot's throttle. Autopilots
//! older than a command get the message that came before it.

use super::Wanted;
use crate::{
    model::{
        command::{Command, FORCE, Kind},
        geo::LatLon,
        groups::Position,
        mission_command::has_place,
        modes::{ModeBook, ModeOrder},
        suggest::nearest,
        vehicle::{ModeClass, Vehicle},
        words::{Autopilot, MavType},
    },
    protocol::commanding::form::{Form, Forms, IntForm},
};

const FRAME_GLOBAL: u8 = 0;
const FRAME_RELATIVE: u8 = 3;
const DO_SET_MODE: u16 = 176;
const DO_REPOSITION: u16 = 192;
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
    const fn new(command: u16, forms: Forms) -> Self {
        Self {
            command,
            forms,
            wanted: Wanted::Nothing,
            class: None,
        }
    }

    /// A COMMAND_LONG; the same as COMMAND_INT for a vehicle that takes it no other way.
    fn long(command: u16, params: [f32; 7]) -> Self {
        let long = Forms::only(Form::Long(params));
        let forms = as_int(command, params).map_or(long, |int| long.or(Form::Int(int)));
        Self::new(command, forms)
    }

    const fn want(mut self, wanted: Wanted) -> Self {
        self.wanted = wanted;
        self
    }

    /// Old ArduPilots know only SET_MODE.
    fn mode(order: ModeOrder, autopilot: Autopilot) -> Self {
        let [a, b, c] = order.params;
        let mut wording = Self::long(DO_SET_MODE, [a, b, c, 0.0, 0.0, 0.0, 0.0]);
        if autopilot == Autopilot::ARDUPILOT {
            wording.forms.then = Some(Form::SetMode(b as u32));
        }
        wording.wanted = Wanted::Mode(order.name);
        wording.class = Some(order.class);
        wording
    }
}

/// Whole numbers survive the way through 32 bits of float up to here.
const EXACT: f32 = 16_777_216.0;

/// The COMMAND_INT that says the same. None where a place is meant: a COMMAND_LONG does not say in which frame.
fn as_int(command: u16, params: [f32; 7]) -> Option<IntForm> {
    let [first, second, third, fourth, lat, lon, z_m] = params;
    let is_whole = |number: f32| number.fract() == 0.0 && number.abs() < EXACT;
    let says_the_same = is_whole(lat) && is_whole(lon);
    let place = has_place(command) && (lat != 0.0 || lon != 0.0 || z_m != 0.0);
    (says_the_same && !place).then_some(IntForm {
        frame: FRAME_GLOBAL,
        params: [first, second, third, fourth],
        place_1e7: (lat as i32, lon as i32),
        z_m,
    })
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
            Wording::mode(*order, autopilot)
        }
        Command::Mode { mode } => {
            let order = named(mode).ok_or_else(|| unknown_mode(mode, &offered))?;
            Wording::mode(*order, autopilot)
        }
        Command::Goto { place, alt_rel_m } => goto(vehicle, *place, *alt_rel_m)?,
        Command::Speed { speed_m_s } => {
            let by_air = autopilot == Autopilot::ARDUPILOT && mav_type == MavType::FIXED_WING;
            let kind = if by_air { 0.0 } else { 1.0 };
            Wording::long(178, first(&[kind, *speed_m_s as f32, -1.0]))
        }
        Command::Yaw { heading_deg } => Wording::long(115, first(&[*heading_deg as f32])),
        Command::MissionSetCurrent { seq } => {
            let mut wording = Wording::long(224, first(&[f32::from(*seq)]));
            wording.forms.then = Some(Form::SetCurrent(*seq));
            wording.want(Wanted::Item(*seq))
        }
        Command::SetHome { there: None } => Wording::long(179, first(&[1.0])),
        Command::SetHome {
            there: Some((place, alt_msl_m)),
        } => set_home(*place, *alt_msl_m),
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
        } => {
            let wording = Wording::long(*number, *params);
            let [a, b, c, ..] = *params;
            bare(wording, command.kind(), [a, b, c], &offered)
        }
        Command::Int {
            command: number,
            frame,
            params,
            x,
            y,
            z,
        } => {
            let form = IntForm {
                frame: *frame,
                params: *params,
                place_1e7: (*x, *y),
                z_m: *z,
            };
            let [a, b, c, _] = *params;
            bare(int(*number, form), command.kind(), [a, b, c], &offered)
        }
    })
}

/// What a bare MAV_CMD would change.
fn bare(wording: Wording, kind: Kind, params: [f32; 3], offered: &[ModeOrder]) -> Wording {
    match kind {
        Kind::Arm => wording.want(Wanted::Armed(true)),
        Kind::Disarm | Kind::ForcedDisarm => wording.want(Wanted::Armed(false)),
        Kind::Mode => {
            // Firmwares read base mode and numbers as whole ones; whatever else is there has no known class.
            let bits = |params: [f32; 3]| params.map(f32::to_bits);
            let same = |mode: &&ModeOrder| bits(mode.params) == bits(params);
            match offered.iter().find(same) {
                Some(mode) => Wording {
                    wanted: Wanted::Mode(mode.name),
                    class: Some(mode.class),
                    ..wording
                },
                None => wording,
            }
        }
        _ => wording,
    }
}

/// A COMMAND_INT as it is; the same as COMMAND_LONG where that loses nothing.
fn int(command: u16, form: IntForm) -> Wording {
    let (lat, lon) = form.place_1e7;
    let forms = Forms::only(Form::Int(form));
    let is_exact = [lat, lon]
        .iter()
        .all(|number| f64::from(number.unsigned_abs()) < f64::from(EXACT));
    if !is_exact || has_place(command) {
        return Wording::new(command, forms);
    }
    let [first, second, third, fourth] = form.params;
    let (lat, lon) = (lat as f32, lon as f32);
    let long = [first, second, third, fourth, lat, lon, form.z_m];
    Wording::new(command, forms.or(Form::Long(long)))
}

fn scaled(place: LatLon) -> (i32, i32) {
    let scaled = |degrees: f64| (degrees * 1e7).round() as i32;
    (scaled(place.lat_deg), scaled(place.lon_deg))
}

/// A goal is worth its last metre, which a COMMAND_LONG could not carry. An ArduPilot older than DO_REPOSITION takes a
/// guided target while it is in GUIDED; a plane of that age would only take its altitude.
fn goto(vehicle: &Vehicle, place: LatLon, alt_rel_m: f64) -> Result<Wording, String> {
    let autopilot = vehicle.autopilot.unwrap_or(Autopilot::INVALID);
    let (frame, z) = if autopilot == Autopilot::PX4 {
        (FRAME_GLOBAL, alt_msl(vehicle, alt_rel_m)?)
    } else {
        (FRAME_RELATIVE, alt_rel_m)
    };
    let is_plane = vehicle.mav_type.is_some_and(is_plane);
    // To a plane of ArduPilot param4 is the way round of its circle, to all others a yaw.
    let fourth = if autopilot == Autopilot::ARDUPILOT && is_plane {
        0.0
    } else {
        f32::NAN
    };
    let place_1e7 = scaled(place);
    let form = IntForm {
        frame,
        params: [-1.0, CHANGE_MODE, 0.0, fourth],
        place_1e7,
        z_m: z as f32,
    };
    let mut forms = Forms::only(Form::Int(form));
    let is_guided = vehicle.mode.as_deref() == Some("GUIDED");
    if autopilot == Autopilot::ARDUPILOT && !is_plane && is_guided {
        forms = forms.or(Form::GuidedTarget {
            place_1e7,
            alt_rel_m: alt_rel_m as f32,
        });
    }
    Ok(Wording::new(DO_REPOSITION, forms).want(Wanted::Going(place_1e7)))
}

/// Home is worth its last metre too, but a PX4 of old takes it no other way.
fn set_home(place: LatLon, alt_msl_m: f64) -> Wording {
    let (lat, lon, z_m) = (place.lat_deg as f32, place.lon_deg as f32, alt_msl_m as f32);
    let form = IntForm {
        frame: FRAME_GLOBAL,
        params: [0.0; 4],
        place_1e7: scaled(place),
        z_m,
    };
    let long = Form::Long([0.0, 0.0, 0.0, 0.0, lat, lon, z_m]);
    Wording::new(179, Forms::only(Form::Int(form)).or(long))
}

fn takeoff(autopilot: Autopilot, vehicle: &Vehicle, alt_rel_m: f64) -> Result<Wording, String> {
    let (frame, first, here, place, z) = if autopilot == Autopilot::PX4 {
        let alt_msl_m = alt_msl(vehicle, alt_rel_m)?;
        (FRAME_GLOBAL, -1.0, f32::NAN, i32::MAX, alt_msl_m)
    } else {
        (FRAME_RELATIVE, 0.0, 0.0, 0, alt_rel_m)
    };
    let fourth = if autopilot == Autopilot::PX4 {
        f32::NAN
    } else {
        0.0
    };
    let z_m = z as f32;
    let long = Form::Long([first, 0.0, 0.0, fourth, here, here, z_m]);
    let int = IntForm {
        frame,
        params: [first, 0.0, 0.0, fourth],
        place_1e7: (place, place),
        z_m,
    };
    Ok(Wording::new(22, Forms::only(long).or(Form::Int(int))))
}

/// Whether it is a wing that cannot stand still in the air, or can only with its rotors.
pub(super) const fn is_plane(mav_type: MavType) -> bool {
    matches!(mav_type.0, 1 | 7 | 16 | 19..=25 | 28)
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
