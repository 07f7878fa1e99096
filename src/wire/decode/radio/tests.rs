//! Signal strengths in percent, and raw where nobody knows the unit.

use mavlink::dialects::ardupilotmega::{RADIO_STATUS_DATA, RC_CHANNELS_DATA, RC_CHANNELS_RAW_DATA};

use crate::{
    model::{
        groups::Rc,
        report::{RadioStatus, Report},
        words::Autopilot,
    },
    wire::decode::testing::{payload, report, unwrap_report},
    wire::decode::{Context, decode},
};

fn channels(chancount: u8, rssi: u8) -> RC_CHANNELS_DATA {
    RC_CHANNELS_DATA {
        time_boot_ms: 0x0102_0304,
        chan1_raw: 1_500,
        chan17_raw: 1_700,
        chan18_raw: 1_800,
        chancount,
        rssi,
        ..RC_CHANNELS_DATA::DEFAULT
    }
}

#[test]
fn the_signal_is_a_share_of_254_but_for_px4_a_percentage() {
    for (rssi, others, px4) in [
        (0, Some(0), Some(0)),
        (99, Some(39), Some(99)),
        (127, Some(50), None),
        (254, Some(100), None),
        (255, None, None),
    ] {
        let read = unwrap_report!(report(&channels(16, rssi)), Rc);
        let expected = Rc {
            rssi_percent: others,
            channels: Some(16),
            t_ms: None,
        };
        assert_eq!(read, expected, "{rssi}");
        let context = Context {
            autopilot: Some(Autopilot::PX4),
        };
        let Some(Report::Rc(read)) = decode(65, &payload(&channels(16, rssi)), context) else {
            panic!()
        };
        assert_eq!(read.rssi_percent, px4, "{rssi}");
    }
}

#[test]
fn a_bank_of_eight_does_not_tell_how_many_there_are() {
    let message = RC_CHANNELS_RAW_DATA {
        time_boot_ms: 0x0102_0304,
        chan8_raw: 1_800,
        port: 9,
        rssi: 127,
        ..RC_CHANNELS_RAW_DATA::DEFAULT
    };
    let read = unwrap_report!(report(&message), Rc);
    assert_eq!((read.rssi_percent, read.channels), (Some(50), None));
}

#[test]
fn the_radio_speaks_in_its_own_units() {
    let message = RADIO_STATUS_DATA {
        rxerrors: 513,
        fixed: 1_027,
        rssi: 191,
        remrssi: 192,
        txbuf: 93,
        noise: 44,
        remnoise: 45,
    };
    let whole = RadioStatus {
        rssi: Some(191),
        remote_rssi: Some(192),
        noise: Some(44),
        remote_noise: Some(45),
        tx_buffer_percent: Some(93),
        receive_errors: 513,
    };
    assert_eq!(unwrap_report!(report(&message), Radio), whole);
    // Its ancestor RADIO has the same fields in the same places.
    let Some(Report::Radio(older)) = decode(166, &payload(&message), Context::default()) else {
        panic!()
    };
    assert_eq!(older, whole);
}

#[test]
fn a_radio_that_does_not_know_says_255() {
    let message = RADIO_STATUS_DATA {
        rssi: 255,
        remrssi: 255,
        txbuf: 255,
        noise: 255,
        remnoise: 255,
        ..RADIO_STATUS_DATA::DEFAULT
    };
    assert_eq!(
        unwrap_report!(report(&message), Radio),
        RadioStatus::default()
    );
}
