//! Missions, fences and rally points as a simulated autopilot keeps them, and the flights it makes up for itself.
//!
//! <https://mavlink.io/en/services/mission.html>. Enumerations stay numbers: a mission may hold any command.

use super::airframe::Airframe;
use super::kinematics::Spot;
use super::random::Random;

/// `MAV_CMD_NAV_WAYPOINT`.
pub const NAV_WAYPOINT: u16 = 16;
/// `MAV_CMD_NAV_LOITER_UNLIM`.
pub const NAV_LOITER_UNLIM: u16 = 17;
/// `MAV_CMD_NAV_LOITER_TURNS`.
pub const NAV_LOITER_TURNS: u16 = 18;
/// `MAV_CMD_NAV_LOITER_TIME`.
pub const NAV_LOITER_TIME: u16 = 19;
/// `MAV_CMD_NAV_RETURN_TO_LAUNCH`.
pub const NAV_RETURN_TO_LAUNCH: u16 = 20;
/// `MAV_CMD_NAV_LAND`.
pub const NAV_LAND: u16 = 21;
/// `MAV_CMD_NAV_TAKEOFF`.
pub const NAV_TAKEOFF: u16 = 22;
/// `MAV_CMD_DO_JUMP`.
pub const DO_JUMP: u16 = 177;

const FRAME_RELATIVE_INT: u8 = 6;
const FRAME_RELATIVE: u8 = 3;

/// One item, as MISSION_ITEM_INT carries it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// `MAV_CMD`.
    pub command: u16,
    /// `MAV_FRAME`.
    pub frame: u8,
    /// Whether the next item follows by itself.
    pub autocontinue: u8,
    /// Parameters 1 to 4; NaN where the command says so.
    pub params: [f32; 4],
    /// Latitude, degrees × 1e7.
    pub x: i32,
    /// Longitude, degrees × 1e7.
    pub y: i32,
    /// Altitude, m, in `frame`.
    pub z: f32,
}

impl Item {
    /// Whether the altitude is meant above home.
    #[must_use]
    pub const fn is_relative(&self) -> bool {
        matches!(self.frame, FRAME_RELATIVE | FRAME_RELATIVE_INT | 10 | 11)
    }

    /// The word ArduPilot uses for the command in its `Mission: 3 WP` texts.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.command {
            NAV_WAYPOINT => "WP",
            NAV_LOITER_UNLIM => "LoitUnlim",
            NAV_LOITER_TURNS => "LoitTurns",
            NAV_LOITER_TIME => "LoitTime",
            NAV_RETURN_TO_LAUNCH => "RTL",
            NAV_LAND => "Land",
            NAV_TAKEOFF => "Takeoff",
            DO_JUMP => "Jump",
            178 => "ChangeSpeed",
            _ => "?",
        }
    }
}

/// Where the local metres of a craft lie on the earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin {
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Altitude above mean sea level, m.
    pub alt_msl_m: f64,
}

const METRES_PER_DEGREE: f64 = crate::model::geo::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

impl Origin {
    /// Latitude and longitude of a spot, degrees × 1e7.
    #[must_use]
    pub fn scaled(&self, spot: Spot) -> (i32, i32) {
        let lat_deg = self.lat_deg + spot.north_m / METRES_PER_DEGREE;
        let lon_deg =
            self.lon_deg + spot.east_m / (METRES_PER_DEGREE * self.lat_deg.to_radians().cos());
        (
            (lat_deg * 1e7).round() as i32,
            (lon_deg * 1e7).round() as i32,
        )
    }

    /// The spot of a latitude and longitude (degrees × 1e7), `up_m` above the origin.
    #[must_use]
    pub fn spot(&self, lat: i32, lon: i32, up_m: f64) -> Spot {
        let north = f64::from(lat) / 1e7 - self.lat_deg;
        let east = f64::from(lon) / 1e7 - self.lon_deg;
        Spot {
            north_m: north * METRES_PER_DEGREE,
            east_m: east * METRES_PER_DEGREE * self.lat_deg.to_radians().cos(),
            up_m,
        }
    }

    /// The spot an item names: without a position the craft's own, without an altitude its own too.
    #[must_use]
    pub fn spot_of(&self, item: &Item, here: Spot) -> Spot {
        let up_m = match f64::from(item.z) {
            z if !z.is_finite() => here.up_m,
            z if item.is_relative() => z,
            z => z - self.alt_msl_m,
        };
        if item.x == 0 && item.y == 0 {
            return Spot { up_m, ..here };
        }
        self.spot(item.x, item.y, up_m)
    }
}

/// A patrol that goes on for ever: takeoff, a ring of waypoints with a wait, back to the first.
///
/// `home_first` puts the home position at 0, as ArduPilot keeps it.
#[must_use]
pub fn patrol(
    airframe: Airframe,
    origin: &Origin,
    home_first: bool,
    random: &mut Random,
) -> Vec<Item> {
    let (radius_m, up_m) = match airframe {
        Airframe::Copter => (random.between(60.0, 140.0), random.between(20.0, 60.0)),
        Airframe::Plane => (random.between(300.0, 500.0), random.between(70.0, 130.0)),
        Airframe::Rover => (random.between(25.0, 60.0), 0.0),
    };
    let start = random.between(0.0, std::f64::consts::TAU);
    let centre = Spot {
        north_m: radius_m * start.cos(),
        east_m: radius_m * start.sin(),
        up_m,
    };
    let mut items = Vec::new();
    if home_first {
        items.push(item(NAV_WAYPOINT, origin, Spot::default(), [0.0; 4]));
    }
    if airframe != Airframe::Rover {
        items.push(item(
            NAV_TAKEOFF,
            origin,
            Spot {
                up_m,
                ..Spot::default()
            },
            [10.0, 0.0, 0.0, 0.0],
        ));
    }
    let first = items.len();
    let corners = 4 + random.below(3);
    for corner in 0..corners {
        let angle = start + std::f64::consts::TAU * corner as f64 / corners as f64;
        let reach = radius_m * random.between(0.6, 1.0);
        let spot = Spot {
            north_m: centre.north_m + reach * angle.cos(),
            east_m: centre.east_m + reach * angle.sin(),
            up_m: up_m
                + if up_m > 0.0 {
                    random.between(-8.0, 8.0)
                } else {
                    0.0
                },
        };
        let waits = corner == 2 && airframe == Airframe::Copter;
        let (command, first_param) = if waits {
            (NAV_LOITER_TIME, 4.0)
        } else {
            (NAV_WAYPOINT, 0.0)
        };
        items.push(item(command, origin, spot, [first_param, 0.0, 0.0, 0.0]));
    }
    let back = [first as f32, -1.0, 0.0, 0.0];
    items.push(Item {
        command: DO_JUMP,
        frame: 2,
        autocontinue: 1,
        params: back,
        x: 0,
        y: 0,
        z: 0.0,
    });
    items
}

fn item(command: u16, origin: &Origin, spot: Spot, params: [f32; 4]) -> Item {
    let (x, y) = origin.scaled(spot);
    Item {
        command,
        frame: FRAME_RELATIVE,
        autocontinue: 1,
        params,
        x,
        y,
        z: spot.up_m as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin {
        lat_deg: -35.363_262,
        lon_deg: 149.165_237,
        alt_msl_m: 584.0,
    };

    #[test]
    fn a_spot_goes_to_the_earth_and_back() {
        let spot = Spot {
            north_m: 123.4,
            east_m: -56.7,
            up_m: 20.0,
        };
        let (lat, lon) = ORIGIN.scaled(spot);
        assert!(ORIGIN.spot(lat, lon, 20.0).across_m(spot) < 0.02);
    }

    #[test]
    fn an_absolute_altitude_is_brought_down_to_the_origin() {
        let mut asked = item(NAV_WAYPOINT, &ORIGIN, Spot::default(), [0.0; 4]);
        asked.z = 604.0;
        assert!((ORIGIN.spot_of(&asked, Spot::default()).up_m - 604.0).abs() < 1e-6);
        asked.frame = 0;
        assert!((ORIGIN.spot_of(&asked, Spot::default()).up_m - 20.0).abs() < 1e-6);
    }

    #[test]
    fn a_patrol_jumps_back_to_its_first_waypoint() {
        let items = patrol(Airframe::Copter, &ORIGIN, true, &mut Random::from_seed(1));
        let last = items[items.len() - 1];
        assert_eq!((last.command, last.params[0]), (DO_JUMP, 2.0));
        assert_eq!(
            (items[1].command, items[2].command),
            (NAV_TAKEOFF, NAV_WAYPOINT)
        );
    }
}
