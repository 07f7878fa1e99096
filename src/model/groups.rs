//! The groups of a vehicle object: numbers that were heard together, with the moment they were heard.
//!
//! Units stand in the names; what was never heard, or is impossible, is absent.

use serde::{Serialize, Serializer};

use super::{
    patch::{object, plain_fields},
    words::{FenceBreach, GpsFix, MissionState},
};

plain_fields!(GpsFix, MissionState, FenceBreach, Cells);

object! {
    /// Where the vehicle is.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Position {
        /// Latitude, degrees; absent before a fix.
        lat_deg: Option<f64>,
        /// Longitude, degrees; absent before a fix.
        lon_deg: Option<f64>,
        /// Above mean sea level, metres.
        alt_msl_m: Option<f64>,
        /// Above home, metres.
        alt_rel_m: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// How fast it moves.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Velocity {
        /// Over ground, m/s.
        groundspeed_m_s: Option<f64>,
        /// Through the air, m/s.
        airspeed_m_s: Option<f64>,
        /// Up positive, m/s.
        climb_m_s: Option<f64>,
        /// Northwards, m/s.
        north_m_s: Option<f64>,
        /// Eastwards, m/s.
        east_m_s: Option<f64>,
        /// Downwards, m/s.
        down_m_s: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// How it is tilted.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Attitude {
        /// Right side down positive, degrees.
        roll_deg: Option<f64>,
        /// Nose up positive, degrees.
        pitch_deg: Option<f64>,
        /// Clockwise from north, degrees, 0 to 360.
        yaw_deg: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Where its nose points.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Heading {
        /// Clockwise from true north, degrees, 0 to 360.
        deg: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// How hard it pushes.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Throttle {
        /// Percent; negative is reverse.
        percent: Option<i16>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

/// Cell voltages in millivolts, at most the 14 that BATTERY_STATUS carries; written in volts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cells {
    millivolts: [u16; 14],
    count: u8,
}

impl Cells {
    /// Adds a cell; a fifteenth is ignored.
    pub fn push(&mut self, millivolts: u16) {
        if let Some(slot) = self.millivolts.get_mut(usize::from(self.count)) {
            *slot = millivolts;
            self.count += 1;
        }
    }

    /// Every cell, mV.
    #[must_use]
    pub fn as_millivolts(&self) -> &[u16] {
        self.millivolts
            .get(..usize::from(self.count))
            .unwrap_or_default()
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.as_millivolts()
                .iter()
                .map(|mv| super::geo::round_to(f64::from(*mv) / 1_000.0, 2)),
        )
    }
}

object! {
    /// One battery.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Battery {
        /// State of charge, percent.
        remaining_percent: Option<u8>,
        /// Pack voltage, V.
        voltage_v: Option<f64>,
        /// Cell by cell, V, where the autopilot sends more than the sum.
        cells_v: Option<Cells>,
        /// Drawn, A.
        current_a: Option<f64>,
        /// Used since boot, mAh.
        consumed_mah: Option<i32>,
        /// Temperature, °C.
        temperature_c: Option<f64>,
        /// Time left by the autopilot's estimate, s.
        time_remaining_s: Option<i32>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// The battery that ends the flight first.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    WorstBattery {
        /// Which of `batteries`.
        id: Option<u8>,
        /// State of charge, percent.
        remaining_percent: Option<u8>,
        /// Pack voltage, V.
        voltage_v: Option<f64>,
        /// Drawn, A.
        current_a: Option<f64>,
        /// Used since boot, mAh.
        consumed_mah: Option<i32>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// One satellite receiver.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Gps {
        /// GPS_FIX_TYPE.
        fix: Option<GpsFix>,
        /// Satellites in view.
        satellites: Option<u8>,
        /// Horizontal dilution of precision.
        hdop: Option<f64>,
        /// Vertical dilution of precision.
        vdop: Option<f64>,
        /// Latitude, degrees.
        lat_deg: Option<f64>,
        /// Longitude, degrees.
        lon_deg: Option<f64>,
        /// Above mean sea level, metres.
        alt_msl_m: Option<f64>,
        /// Speed over ground, m/s.
        groundspeed_m_s: Option<f64>,
        /// Course over ground, degrees.
        course_deg: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Where the vehicle would return to.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Home {
        /// Latitude, degrees.
        lat_deg: Option<f64>,
        /// Longitude, degrees.
        lon_deg: Option<f64>,
        /// Above mean sea level, metres.
        alt_msl_m: Option<f64>,
        /// From the vehicle's last position, metres.
        distance_m: Option<f64>,
        /// From the vehicle's last position, degrees.
        bearing_deg: Option<f64>,
        /// When home was last heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Progress of the mission.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Mission {
        /// The item flown to.
        current: Option<u16>,
        /// Items on board.
        count: Option<u16>,
        /// MISSION_STATE.
        state: Option<MissionState>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Estimator health: variances or test ratios, 1.0 is the limit.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Ekf {
        /// Velocity.
        velocity_variance: Option<f64>,
        /// Horizontal position.
        pos_horiz_variance: Option<f64>,
        /// Vertical position.
        pos_vert_variance: Option<f64>,
        /// Compass.
        compass_variance: Option<f64>,
        /// Height above terrain.
        terrain_alt_variance: Option<f64>,
        /// Airspeed.
        airspeed_variance: Option<f64>,
        /// EKF_STATUS_FLAGS or ESTIMATOR_STATUS_FLAGS as sent.
        flags: Option<u32>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Vibration.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Vibration {
        /// X axis, m/s².
        x_m_s2: Option<f64>,
        /// Y axis, m/s².
        y_m_s2: Option<f64>,
        /// Z axis, m/s².
        z_m_s2: Option<f64>,
        /// Accelerometer clipping events of all three units together.
        clipping: Option<u64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// The vehicle's time of day against this station's.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    ClockOffset {
        /// Vehicle minus station, ms; half a measured round trip is allowed for.
        offset_ms: Option<i64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Wind estimate.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Wind {
        /// Where it comes from, degrees clockwise from north.
        from_deg: Option<f64>,
        /// Horizontal speed, m/s.
        speed_m_s: Option<f64>,
        /// Upward speed, m/s.
        climb_m_s: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Radio control.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Rc {
        /// Signal strength, percent.
        rssi_percent: Option<u8>,
        /// Channels received.
        channels: Option<u8>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Geofence, by FENCE_STATUS.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Fence {
        /// Outside now.
        breached: Option<bool>,
        /// How often it left.
        breaches: Option<u16>,
        /// What it crossed last.
        breach: Option<FenceBreach>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// Processor load and what the autopilot itself lost.
    #[derive(Debug, Clone, Copy, PartialEq, Default)]
    Processor {
        /// Load, percent.
        load_percent: Option<f64>,
        /// Frames the autopilot failed to receive, percent.
        drop_rate_percent: Option<f64>,
        /// When heard.
        t_ms: Option<i64>,
    }
}
