//! Vehicles for the tests of this folder.

use crate::model::{
    ids::VehicleId,
    link::{LinkPhase, LinkState},
    patch::Table,
    vehicle::{State, Vehicle},
};

/// A vehicle of which nothing but its name is known.
pub(super) fn vehicle(id: &str, sysid: u8) -> Vehicle {
    Vehicle {
        id: VehicleId::from(id),
        name: id.into(),
        network: "mav".into(),
        sysid,
        kind: None,
        category: None,
        group: None,
        color: None,
        autopilot: None,
        mav_type: None,
        firmware: None,
        uid: None,
        state: State::Live,
        heard_ms: None,
        booted_ms: None,
        armed: None,
        armed_since_ms: None,
        airborne_since_ms: None,
        mode: None,
        mode_class: None,
        mode_label: None,
        system_status: None,
        landed: None,
        position: None,
        velocity: None,
        attitude: None,
        heading: None,
        throttle: None,
        battery: None,
        batteries: Table::default(),
        gps: Table::default(),
        home: None,
        mission: None,
        ekf: None,
        vibration: None,
        wind: None,
        rc: None,
        fence: None,
        processor: None,
        sensors: None,
        components: Table::default(),
        link: None,
        conflict: None,
        last_text: None,
        alerts: Table::default(),
    }
}

/// A link of which nothing but its URL and phase is known.
pub(super) fn link(url: &str, state: LinkPhase) -> LinkState {
    LinkState {
        url: url.into(),
        network: "mav".into(),
        class: "lan",
        passive: false,
        state,
        reason: None,
        since_ms: None,
        peers: None,
        frames_per_s: None,
        bytes_per_s: None,
        frames: None,
        bad_crc: None,
        unknown: None,
        junk_bytes: None,
        kernel_drops: None,
        queue_drops: None,
        sent_frames: None,
        send_errors: None,
        others: Table::default(),
    }
}
