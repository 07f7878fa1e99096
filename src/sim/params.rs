//! The parameters of a simulated autopilot: few, plausible, and settable.
//!
//! <https://mavlink.io/en/services/parameter.html>. ArduPilot casts numbers into the float, PX4 copies their bits.

const INT8: u8 = 2;
const INT32: u8 = 6;
const REAL32: u8 = 9;

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name, at most 16 bytes.
    pub name: &'static str,
    /// `MAV_PARAM_TYPE`.
    pub kind: u8,
    value: f64,
}

/// All parameters of one craft.
#[derive(Debug, Clone)]
pub struct Params {
    list: Vec<Param>,
    bytewise: bool,
}

const ARDUPILOT: &[(&str, u8, f64)] = &[
    ("ARMING_CHECK", INT32, 1.0),
    ("BATT_CAPACITY", INT32, 5_200.0),
    ("BATT_CRT_VOLT", REAL32, 13.6),
    ("BATT_FS_LOW_ACT", INT8, 2.0),
    ("BATT_LOW_VOLT", REAL32, 14.0),
    ("BATT_MONITOR", INT8, 4.0),
    ("COMPASS_ENABLE", INT8, 1.0),
    ("FENCE_ALT_MAX", REAL32, 120.0),
    ("FENCE_ENABLE", INT8, 0.0),
    ("FENCE_RADIUS", REAL32, 600.0),
    ("FRAME_CLASS", INT8, 1.0),
    ("FS_GCS_ENABLE", INT8, 0.0),
    ("LAND_SPEED", INT32, 60.0),
    ("RTL_ALT", INT32, 3_000.0),
    ("SR0_EXTRA1", INT32, 0.0),
    ("SR0_POSITION", INT32, 1.0),
    ("STAT_BOOTCNT", INT32, 41.0),
    ("SYSID_MYGCS", INT32, 255.0),
    ("SYSID_THISMAV", INT32, 1.0),
    ("WPNAV_RADIUS", REAL32, 200.0),
    ("WPNAV_SPEED", REAL32, 800.0),
];

const PX4: &[(&str, u8, f64)] = &[
    ("BAT1_CAPACITY", REAL32, 5_200.0),
    ("BAT1_N_CELLS", INT32, 4.0),
    ("BAT_CRIT_THR", REAL32, 0.1),
    ("BAT_LOW_THR", REAL32, 0.2),
    ("COM_DISARM_LAND", REAL32, 2.0),
    ("COM_DISARM_PRFLT", REAL32, 10.0),
    ("COM_LOW_BAT_ACT", INT32, 2.0),
    ("GF_ACTION", INT32, 2.0),
    ("MAV_SYS_ID", INT32, 1.0),
    ("MIS_TAKEOFF_ALT", REAL32, 10.0),
    ("MPC_LAND_SPEED", REAL32, 0.6),
    ("MPC_XY_CRUISE", REAL32, 8.0),
    ("NAV_DLL_ACT", INT32, 0.0),
    ("RTL_RETURN_ALT", REAL32, 30.0),
    ("SYS_AUTOSTART", INT32, 10_040.0),
];

impl Params {
    /// ArduPilot's set.
    #[must_use]
    pub fn ardupilot(system: u8) -> Self {
        Self::new(ARDUPILOT, false, "SYSID_THISMAV", system)
    }

    /// PX4's set.
    #[must_use]
    pub fn px4(system: u8) -> Self {
        Self::new(PX4, true, "MAV_SYS_ID", system)
    }

    fn new(table: &[(&'static str, u8, f64)], bytewise: bool, own: &str, system: u8) -> Self {
        let row = |&(name, kind, value): &(&'static str, u8, f64)| Param {
            name,
            kind,
            value: if name == own {
                f64::from(system)
            } else {
                value
            },
        };
        Self {
            list: table.iter().map(row).collect(),
            bytewise,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u16 {
        self.list.len() as u16
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The parameter at a place of the list.
    #[must_use]
    pub fn at(&self, index: u16) -> Option<&Param> {
        self.list.get(usize::from(index))
    }

    /// The place of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u16> {
        let found = self.list.iter().position(|param| param.name == name);
        found.map(|index| index as u16)
    }

    /// The value as it travels in PARAM_VALUE.
    #[must_use]
    pub fn encoded(&self, param: &Param) -> f32 {
        if self.bytewise && param.kind != REAL32 {
            return f32::from_bits((param.value as i32).cast_unsigned());
        }
        param.value as f32
    }

    /// Takes a value as it travels in PARAM_SET; false when it is no number.
    pub fn set(&mut self, index: u16, encoded: f32) -> bool {
        let bytewise = self.bytewise;
        let Some(param) = self.list.get_mut(usize::from(index)) else {
            return false;
        };
        let value = if bytewise && param.kind != REAL32 {
            f64::from(encoded.to_bits().cast_signed())
        } else if param.kind == REAL32 {
            f64::from(encoded)
        } else {
            f64::from(encoded).round()
        };
        if value.is_finite() {
            param.value = value;
        }
        value.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn px4_copies_the_bits_of_whole_numbers_and_ardupilot_casts_them() {
        let (px4, ardupilot) = (Params::px4(9), Params::ardupilot(9));
        let px4_id = px4.at(px4.find("MAV_SYS_ID").unwrap()).unwrap();
        assert_eq!(px4.encoded(px4_id).to_bits(), 9);
        let ardupilot_id = ardupilot
            .at(ardupilot.find("SYSID_THISMAV").unwrap())
            .unwrap();
        assert!((ardupilot.encoded(ardupilot_id) - 9.0).abs() < f32::EPSILON);
    }

    #[test]
    fn a_set_value_comes_back_and_nonsense_does_not() {
        let mut params = Params::ardupilot(1);
        let index = params.find("FENCE_ALT_MAX").unwrap();
        assert!(params.set(index, 80.0));
        assert!(!params.set(index, f32::NAN));
        assert!((params.encoded(params.at(index).unwrap()) - 80.0).abs() < f32::EPSILON);
    }
}
