//! One item of a mission, a fence or a list of rally points, as every vehicle and every file means it.
//!
//! Degrees are f64 and go to the wire as whole 1e-7 degrees and back without loss; a parameter nobody set
//! is NaN, as on the wire. Knows no protocol and no file. <https://mavlink.io/en/services/mission.html>

use super::geo::LatLon;

/// MAV_MISSION_TYPE: the three lists a vehicle keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanKind {
    /// What to fly.
    Mission,
    /// Where to stay.
    Fence,
    /// Where to go in need.
    Rally,
}

impl PlanKind {
    /// All three, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Mission, Self::Fence, Self::Rally];

    /// MAV_MISSION_TYPE as sent.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Mission => 0,
            Self::Fence => 1,
            Self::Rally => 2,
        }
    }

    /// The kind of a MAV_MISSION_TYPE; `None` for `ALL` (255) and whatever is newer.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Mission),
            1 => Some(Self::Fence),
            2 => Some(Self::Rally),
            _ => None,
        }
    }

    /// The word for the whole list.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Fence => "fence",
            Self::Rally => "rally points",
        }
    }
}

/// MAV_FRAME: what the coordinates of an item are measured from
/// (<https://mavlink.io/en/messages/common.html#MAV_FRAME>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame(pub u8);

/// Names of MAV_FRAME without their prefix.
pub const FRAMES: [(u8, &str); 15] = [
    (0, "GLOBAL"),
    (1, "LOCAL_NED"),
    (2, "MISSION"),
    (3, "GLOBAL_RELATIVE_ALT"),
    (4, "LOCAL_ENU"),
    (5, "GLOBAL_INT"),
    (6, "GLOBAL_RELATIVE_ALT_INT"),
    (7, "LOCAL_OFFSET_NED"),
    (8, "BODY_NED"),
    (9, "BODY_OFFSET_NED"),
    (10, "GLOBAL_TERRAIN_ALT"),
    (11, "GLOBAL_TERRAIN_ALT_INT"),
    (12, "BODY_FRD"),
    (20, "LOCAL_FRD"),
    (21, "LOCAL_FLU"),
];

impl Frame {
    /// Degrees and metres above mean sea level.
    pub const GLOBAL: Self = Self(0);
    /// Not a place: the numbers are the command's own.
    pub const MISSION: Self = Self(2);
    /// Degrees and metres above home.
    pub const GLOBAL_RELATIVE: Self = Self(3);
    /// Degrees and metres above the ground below.
    pub const GLOBAL_TERRAIN: Self = Self(10);

    /// The frame behind a name, with or without `MAV_FRAME_`, in any case of letters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase();
        let plain = name.strip_prefix("MAV_FRAME_").unwrap_or(&name);
        FRAMES
            .iter()
            .find(|(_, known)| *known == plain)
            .map(|(number, _)| Self(*number))
    }

    /// Whether x and y are degrees.
    #[must_use]
    pub const fn is_global(self) -> bool {
        matches!(self.0, 0 | 3 | 5 | 6 | 10 | 11)
    }

    /// Whether x and y are metres from some local origin.
    #[must_use]
    pub const fn is_local(self) -> bool {
        !self.is_global() && self.0 != 2
    }

    /// The frame without the `_INT` of its name, which says how the numbers travel and not what they mean.
    #[must_use]
    pub const fn canonical(self) -> Self {
        match self.0 {
            5 => Self::GLOBAL,
            6 => Self::GLOBAL_RELATIVE,
            11 => Self::GLOBAL_TERRAIN,
            _ => self,
        }
    }

    /// What an altitude in it is measured from.
    #[must_use]
    pub fn word(self) -> String {
        match self.canonical().0 {
            0 => "above sea level".to_owned(),
            2 => "no place".to_owned(),
            3 => "above home".to_owned(),
            10 => "above terrain".to_owned(),
            1 => "local north east down".to_owned(),
            4 => "local east north up".to_owned(),
            number => format!("frame({number})"),
        }
    }
}

/// One item.
#[derive(Debug, Clone, Copy)]
pub struct MissionItem {
    /// MAV_CMD; any number, known or not.
    pub command: u16,
    /// What `x`, `y` and `z` are measured from.
    pub frame: Frame,
    /// Parameters 1 to 4; NaN: not set.
    pub params: [f32; 4],
    /// Latitude in degrees in a global frame, metres in a local one, else parameter 5; NaN: not set.
    pub x: f64,
    /// Longitude in degrees in a global frame, metres in a local one, else parameter 6; NaN: not set.
    pub y: f64,
    /// Altitude in metres, else parameter 7; NaN: not set.
    pub z: f32,
    /// Whether the next item follows by itself.
    pub autocontinue: bool,
}

impl PartialEq for MissionItem {
    /// All numbers equal, a number not set being equal to itself.
    fn eq(&self, other: &Self) -> bool {
        self.command == other.command
            && self.frame == other.frame
            && self.autocontinue == other.autocontinue
            && self
                .numbers()
                .iter()
                .zip(other.numbers())
                .all(|(own, theirs)| is_same(*own, theirs))
    }
}

/// Two numbers that a file or a vehicle could not tell apart.
#[expect(
    clippy::float_cmp,
    reason = "what was read is to be what was written, to the last bit"
)]
pub(super) fn is_same(own: f64, theirs: f64) -> bool {
    own == theirs || (own.is_nan() && theirs.is_nan())
}

/// Commands whose x and y are plain numbers in every frame (DO_DIGICAM_CONFIGURE, DO_DIGICAM_CONTROL).
const PLAIN_NUMBERS: [u16; 2] = [202, 203];

impl MissionItem {
    /// A command without a place.
    #[must_use]
    pub const fn action(command: u16, params: [f32; 4]) -> Self {
        Self {
            command,
            frame: Frame::MISSION,
            params,
            x: 0.0,
            y: 0.0,
            z: 0.0,
            autocontinue: true,
        }
    }

    /// A command at a place, its altitude measured as `frame` says.
    #[must_use]
    pub const fn at(command: u16, frame: Frame, place: LatLon, alt_m: f32) -> Self {
        Self {
            command,
            frame,
            params: [0.0; 4],
            x: place.lat_deg,
            y: place.lon_deg,
            z: alt_m,
            autocontinue: true,
        }
    }

    /// The same with other parameters 1 to 4.
    #[must_use]
    pub const fn with_params(self, params: [f32; 4]) -> Self {
        Self { params, ..self }
    }

    /// All seven numbers, parameters 1 to 4 and x, y, z.
    #[must_use]
    pub fn numbers(&self) -> [f64; 7] {
        let [first, second, third, fourth] = self.params.map(f64::from);
        [
            first,
            second,
            third,
            fourth,
            self.x,
            self.y,
            f64::from(self.z),
        ]
    }

    /// Where it is; `None` without a global frame or for 0/0, which means "here" or nothing.
    #[must_use]
    pub fn place(&self) -> Option<LatLon> {
        let on_globe = self.x.abs() <= 90.0 && self.y.abs() <= 180.0;
        let is_somewhere = self.frame.is_global()
            && !PLAIN_NUMBERS.contains(&self.command)
            && on_globe
            && (self.x != 0.0 || self.y != 0.0);
        is_somewhere.then_some(LatLon {
            lat_deg: self.x,
            lon_deg: self.y,
        })
    }

    /// x and y as MISSION_ITEM_INT carries them: 1e-7 degrees, 1e-4 metres, or the plain number. A number
    /// not set goes out as 0, for the wire has no word for it.
    #[must_use]
    pub fn wire_xy(&self) -> (i32, i32) {
        let scale = scale(self.frame, self.command);
        // A cast saturates, and makes 0 of NaN.
        (
            (self.x * scale).round() as i32,
            (self.y * scale).round() as i32,
        )
    }

    /// The x or y of a MISSION_ITEM_INT in the units of this type.
    #[must_use]
    pub fn from_wire_xy(raw: i32, frame: Frame, command: u16) -> f64 {
        f64::from(raw) / scale(frame, command)
    }

    /// The item as it is after one way over the wire: what a faultless vehicle would send back.
    #[must_use]
    pub fn as_sent(&self) -> Self {
        let (x, y) = self.wire_xy();
        Self {
            x: Self::from_wire_xy(x, self.frame, self.command),
            y: Self::from_wire_xy(y, self.frame, self.command),
            ..*self
        }
    }
}

fn scale(frame: Frame, command: u16) -> f64 {
    if PLAIN_NUMBERS.contains(&command) || frame == Frame::MISSION {
        1.0
    } else if frame.is_global() {
        1e7
    } else {
        1e4
    }
}

/// Where a mission starts: item 0 of an ArduPilot, `plannedHomePosition` of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannedHome {
    /// Where.
    pub place: LatLon,
    /// Metres above mean sea level.
    pub alt_msl_m: f32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_raw_coordinate_comes_back_as_it_was(raw_x: i32, raw_y: i32, frame in 0u8..=21) {
            let frame = Frame(frame);
            let item = MissionItem {
                x: MissionItem::from_wire_xy(raw_x, frame, 16),
                y: MissionItem::from_wire_xy(raw_y, frame, 16),
                ..MissionItem::action(16, [0.0; 4])
            };
            prop_assert_eq!(MissionItem { frame, ..item }.wire_xy(), (raw_x, raw_y));
        }
    }

    #[test]
    fn plain_numbers_are_never_scaled() {
        let shoot = MissionItem {
            frame: Frame::GLOBAL_RELATIVE,
            x: 1.0,
            ..MissionItem::action(203, [0.0; 4])
        };
        assert_eq!(shoot.wire_xy(), (1, 0));
        assert_eq!(shoot.place(), None);
    }

    #[test]
    fn a_number_not_set_equals_itself_and_nothing_else() {
        let unset = MissionItem::action(16, [f32::NAN, 0.0, 0.0, 0.0]);
        assert_eq!(unset, unset);
        assert_ne!(unset, MissionItem::action(16, [0.0; 4]));
        assert_eq!(
            MissionItem {
                x: f64::NAN,
                ..unset
            }
            .wire_xy()
            .0,
            0
        );
    }

    #[test]
    fn int_frames_mean_what_their_namesakes_mean() {
        for (int, plain) in [(5, 0), (6, 3), (11, 10), (3, 3), (2, 2), (8, 8)] {
            assert_eq!(Frame(int).canonical(), Frame(plain));
        }
    }

    #[test]
    fn kinds_and_their_numbers_belong_together() {
        for kind in PlanKind::ALL {
            assert_eq!(PlanKind::from_number(kind.number()), Some(kind));
        }
        assert_eq!(PlanKind::from_number(255), None);
    }
}
