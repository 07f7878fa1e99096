//! Signal strengths: RC_CHANNELS, RC_CHANNELS_RAW, and the telemetry radio's own RADIO_STATUS or RADIO.

use super::{
    Context,
    payload::{Payload, known},
};
use crate::model::{groups::Rc, report::RadioStatus, words::Autopilot};

/// RC_CHANNELS (<https://mavlink.io/en/messages/common.html#RC_CHANNELS>).
pub(super) fn rc_channels(payload: Payload<'_>, context: Context) -> Rc {
    Rc {
        rssi_percent: signal_percent(payload.u8(41), context),
        channels: known(payload.u8(40)),
        t_ms: None,
    }
}

/// RC_CHANNELS_RAW (<https://mavlink.io/en/messages/common.html#RC_CHANNELS_RAW>): one bank of eight, so
/// the number of channels stays unknown.
pub(super) fn rc_channels_raw(payload: Payload<'_>, context: Context) -> Rc {
    Rc {
        rssi_percent: signal_percent(payload.u8(21), context),
        channels: None,
        t_ms: None,
    }
}

/// 255 is unknown. PX4 fills in a percentage, everybody else the scale of the message, 0 to 254.
fn signal_percent(raw: u8, context: Context) -> Option<u8> {
    if context.autopilot == Some(Autopilot::PX4) {
        return (raw <= 100).then_some(raw);
    }
    known(raw).map(|raw| ((u16::from(raw) * 100 + 127) / 254) as u8)
}

/// RADIO_STATUS (<https://mavlink.io/en/messages/common.html#RADIO_STATUS>) and its ancestor RADIO, which
/// has the same fields. The units are the radio maker's, so nothing is converted.
pub(super) fn radio_status(payload: Payload<'_>) -> RadioStatus {
    RadioStatus {
        rssi: known(payload.u8(4)),
        remote_rssi: known(payload.u8(5)),
        noise: known(payload.u8(7)),
        remote_noise: known(payload.u8(8)),
        tx_buffer_percent: Some(payload.u8(6)).filter(|percent| *percent <= 100),
        receive_errors: payload.u16(0),
    }
}

#[cfg(test)]
mod tests;
