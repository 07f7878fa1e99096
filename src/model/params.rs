//! Parameters of an autopilot: their names, values, sets, and how two sets differ.
//!
//! What MAVLink says of them is <https://mavlink.io/en/services/parameter.html>. Knows no message and no
//! file; `protocol/params` fetches and writes them, `param_file` reads and writes them as text.

pub mod difference;
pub mod encoding;
pub mod name;
pub mod set;
pub mod traffic;
pub mod value;
