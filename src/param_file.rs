//! Layer 1: files of parameters, to and from text. Pure: no file is opened here.
//!
//! ```text
//! .param   NAME,VALUE or NAME VALUE      (Mission Planner, MAVProxy, ArduPilot)   mission_planner
//! .params  vehicle component NAME VALUE TYPE, by tabs   (QGroundControl)          qgroundcontrol
//! cache    what a vehicle had, by uid and hash; exact to the last bit             cache
//! ```
//! Errors name the line and the reason; a file is taken whole or not at all.

pub mod cache;
mod error;
pub mod mission_planner;
pub mod qgroundcontrol;

pub use self::error::{ParamFileError, Reason};
use crate::model::params::set::ParamSet;

/// The parameters in a file of either kind: QGroundControl's has tabs and five columns.
///
/// # Errors
/// The first line that is no parameter.
pub fn read(text: &str) -> Result<ParamSet, ParamFileError> {
    if qgroundcontrol::is_likely(text) {
        qgroundcontrol::read(text)
    } else {
        mission_planner::read(text)
    }
}
