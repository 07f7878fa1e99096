//! The question "what does this firmware call that mode?", for those that must not know firmwares.

use std::fmt;

use super::{
    vehicle::ModeClass,
    words::{Autopilot, MavType},
};

/// How a vehicle is told to change its mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeOrder {
    /// param1 to param3 of MAV_CMD_DO_SET_MODE.
    pub params: [f32; 3],
    /// As the firmware calls it.
    pub name: &'static str,
    /// What kind of mode it is.
    pub class: ModeClass,
}

/// Every mode of every firmware.
pub trait ModeBook: Send + Sync + fmt::Debug {
    /// Every mode such a vehicle can be told to take, in the firmware's own order.
    fn modes(&self, autopilot: Autopilot, mav_type: MavType) -> Vec<ModeOrder>;
}
