//! What one message costs from payload to report, and one command from intent to frame.
//!
//! `cargo bench --bench decode`; figures stand in `docs/performance.md`.

use divan::{Bencher, black_box, counter::ItemsCount};
use mavlink::{
    MavlinkVersion, MessageData,
    dialects::ardupilotmega::{
        ATTITUDE_DATA, BATTERY_STATUS_DATA, GLOBAL_POSITION_INT_DATA, GPS_RAW_INT_DATA,
        HEARTBEAT_DATA, MavAutopilot, MavModeFlag, MavType, SYS_STATUS_DATA, VFR_HUD_DATA,
        VIBRATION_DATA,
    },
};
use volery::{
    model::{
        ids::{ComponentId, SystemId},
        transmission::{Outgoing, Target},
    },
    wire::{
        decode::{Context, decode},
        encode::Encoder,
    },
};

fn main() {
    divan::main();
}

fn payload<M: MessageData>(message: &M) -> (u32, Vec<u8>) {
    let mut bytes = vec![0; 255];
    let length = message.ser(MavlinkVersion::V2, &mut bytes);
    bytes.truncate(length);
    (M::ID, bytes)
}

fn position() -> (u32, Vec<u8>) {
    payload(&GLOBAL_POSITION_INT_DATA {
        time_boot_ms: 123_456,
        lat: -353_632_621,
        lon: 1_491_652_374,
        alt: 584_123,
        relative_alt: 10_042,
        vx: 150,
        vy: -275,
        vz: 33,
        hdg: 35_999,
    })
}

fn attitude() -> (u32, Vec<u8>) {
    payload(&ATTITUDE_DATA {
        time_boot_ms: 123_456,
        roll: 0.1,
        pitch: -0.2,
        yaw: -1.3,
        rollspeed: 0.01,
        pitchspeed: 0.02,
        yawspeed: 0.03,
    })
}

fn heartbeat() -> (u32, Vec<u8>) {
    payload(&HEARTBEAT_DATA {
        custom_mode: 4,
        mavtype: MavType::MAV_TYPE_QUADROTOR,
        autopilot: MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
        base_mode: MavModeFlag::from_bits_retain(209),
        mavlink_version: 3,
        ..HEARTBEAT_DATA::DEFAULT
    })
}

fn battery() -> (u32, Vec<u8>) {
    let mut voltages = [u16::MAX; 10];
    voltages[..6].fill(3_733);
    payload(&BATTERY_STATUS_DATA {
        current_consumed: 1_234,
        temperature: 3_105,
        voltages,
        current_battery: 1_120,
        battery_remaining: 42,
        ..BATTERY_STATUS_DATA::DEFAULT
    })
}

/// What a vehicle sends in a second at the usual rates: 4 Hz of motion, 1 or 2 Hz of the rest.
fn second() -> Vec<(u32, Vec<u8>)> {
    let hud = payload(&VFR_HUD_DATA {
        airspeed: 12.3,
        groundspeed: 11.2,
        alt: 584.0,
        climb: -0.4,
        heading: 271,
        throttle: 43,
    });
    let gps = payload(&GPS_RAW_INT_DATA {
        lat: -353_632_621,
        lon: 1_491_652_374,
        alt: 584_123,
        eph: 121,
        epv: 207,
        satellites_visible: 17,
        yaw: 1,
        ..GPS_RAW_INT_DATA::DEFAULT
    });
    let system = payload(&SYS_STATUS_DATA {
        voltage_battery: 22_417,
        current_battery: 1_123,
        battery_remaining: 78,
        ..SYS_STATUS_DATA::DEFAULT
    });
    let vibration = payload(&VIBRATION_DATA {
        vibration_x: 0.1,
        vibration_y: 0.2,
        vibration_z: 0.3,
        clipping_2: 1,
        ..VIBRATION_DATA::DEFAULT
    });
    let mut all = Vec::new();
    for _ in 0..4 {
        all.extend([position(), attitude(), hud.clone()]);
    }
    for _ in 0..2 {
        all.extend([gps.clone(), system.clone(), vibration.clone()]);
    }
    all.extend([heartbeat(), battery()]);
    all
}

/// Per message; divide by the item count divan prints, or read its items per second.
#[divan::bench]
fn a_vehicles_second(bencher: Bencher<'_, '_>) {
    let messages = second();
    bencher
        .counter(ItemsCount::new(messages.len()))
        .bench_local(|| {
            for (id, bytes) in &messages {
                black_box(decode(*id, black_box(bytes), Context::default()));
            }
        });
}

#[divan::bench(args = ["position", "attitude", "heartbeat", "battery", "unknown"])]
fn one(bencher: Bencher<'_, '_>, name: &str) {
    let (id, bytes) = match name {
        "position" => position(),
        "attitude" => attitude(),
        "heartbeat" => heartbeat(),
        "battery" => battery(),
        _ => (300, vec![1; 22]),
    };
    bencher.bench_local(|| decode(black_box(id), black_box(&bytes), Context::default()));
}

#[divan::bench]
fn a_command_to_a_frame(bencher: Bencher<'_, '_>) {
    let target = Target::new(SystemId(1), ComponentId::AUTOPILOT).expect("neither is 0");
    let command = Outgoing::CommandLong {
        target,
        command: 400,
        confirmation: 0,
        params: [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    };
    let mut encoder = Encoder::new(SystemId(255), ComponentId(25));
    let mut out = Vec::with_capacity(64);
    bencher.bench_local(|| {
        out.clear();
        encoder.encode(black_box(&command), true, &mut out);
        out.len()
    });
}
