//! What flies or drives: the three airframes of the simulator and what each can do.

/// The kind of craft, which decides how it moves and what it calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Airframe {
    /// A multirotor: stands still in the air, lands anywhere.
    Copter,
    /// A fixed wing: must keep flying, circles where others stand.
    Plane,
    /// A ground vehicle: never leaves the ground.
    Rover,
}

/// The limits of an airframe, in SI units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Performance {
    /// Usual speed on a mission leg, m/s (airspeed for a plane).
    pub cruise_m_s: f64,
    /// Fastest climb, m/s.
    pub climb_m_s: f64,
    /// Fastest descent on the way, m/s.
    pub sink_m_s: f64,
    /// Speed of the last metres of a landing, m/s.
    pub touchdown_m_s: f64,
    /// Largest change of speed, m/s².
    pub accel_m_s2: f64,
    /// Fastest turn, rad/s.
    pub turn_rad_s: f64,
    /// Circle flown where a plane is told to wait, m.
    pub loiter_radius_m: f64,
    /// A waypoint counts as reached within this distance, m.
    pub accept_m: f64,
}

/// The pack an airframe carries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pack {
    /// Capacity, mAh.
    pub capacity_mah: f64,
    /// Cells in series.
    pub cells: u8,
    /// Resistance of the pack and its leads, Ω: this makes the voltage sag.
    pub resistance_ohm: f64,
    /// Current with the motors off, A.
    pub idle_a: f64,
    /// Current at full throttle, A.
    pub full_a: f64,
}

impl Airframe {
    /// What this airframe can do.
    #[must_use]
    pub const fn performance(self) -> Performance {
        match self {
            Self::Copter => Performance {
                cruise_m_s: 8.0,
                climb_m_s: 2.5,
                sink_m_s: 2.0,
                touchdown_m_s: 0.6,
                accel_m_s2: 2.5,
                turn_rad_s: 1.2,
                loiter_radius_m: 0.0,
                accept_m: 2.0,
            },
            Self::Plane => Performance {
                cruise_m_s: 18.0,
                climb_m_s: 4.0,
                sink_m_s: 3.0,
                touchdown_m_s: 1.0,
                accel_m_s2: 3.0,
                turn_rad_s: 0.45,
                loiter_radius_m: 70.0,
                accept_m: 45.0,
            },
            Self::Rover => Performance {
                cruise_m_s: 3.0,
                climb_m_s: 0.0,
                sink_m_s: 0.0,
                touchdown_m_s: 0.0,
                accel_m_s2: 1.0,
                turn_rad_s: 0.8,
                loiter_radius_m: 0.0,
                accept_m: 2.0,
            },
        }
    }

    /// The pack this airframe carries.
    #[must_use]
    pub const fn pack(self) -> Pack {
        match self {
            Self::Copter => Pack {
                capacity_mah: 5_200.0,
                cells: 4,
                resistance_ohm: 0.024,
                idle_a: 0.6,
                full_a: 42.0,
            },
            Self::Plane => Pack {
                capacity_mah: 8_000.0,
                cells: 4,
                resistance_ohm: 0.018,
                idle_a: 0.4,
                full_a: 38.0,
            },
            Self::Rover => Pack {
                capacity_mah: 10_000.0,
                cells: 3,
                resistance_ohm: 0.015,
                idle_a: 0.5,
                full_a: 14.0,
            },
        }
    }
}
