//! The load: many vehicles, 50 messages a second each, one frame a datagram, sent evenly over the second.

use std::{
    io::IoSlice,
    net::UdpSocket,
    os::fd::AsRawFd,
    time::{Duration, Instant},
};

use mavlink::dialects::ardupilotmega::{
    ATTITUDE_DATA, BATTERY_STATUS_DATA, EKF_STATUS_REPORT_DATA, GLOBAL_POSITION_INT_DATA,
    GPS_RAW_INT_DATA, HEARTBEAT_DATA, LOCAL_POSITION_NED_DATA, MavAutopilot, MavMessage,
    MavModeFlag, MavState, MavType, POWER_STATUS_DATA, RC_CHANNELS_DATA, SYS_STATUS_DATA,
    SYSTEM_TIME_DATA, VFR_HUD_DATA,
};
use nix::sys::socket::{MsgFlags, MultiHeaders, sendmmsg};
use volery::{
    model::ids::{ComponentId, SystemId},
    wire::encode::Encoder,
};

use crate::Outcome;

/// Messages of one vehicle in one second.
pub(crate) const PER_SECOND: usize = 50;
const TICK: Duration = Duration::from_micros(500);

/// How much of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Vehicles, 250 at most.
    pub(crate) vehicles: usize,
    /// Messages of each per second.
    pub(crate) rate: usize,
    /// UDP source ports; the vehicles are dealt out to them.
    pub(crate) sources: usize,
}

/// Kinds of message in one second of a vehicle, spread out.
const SECOND: [Kind; PER_SECOND] = {
    use Kind::{
        Attitude as A, Battery as B, Ekf as E, Gps as G, Heartbeat as H, Hud as V, Local as L,
        Position as P, Power as W, Radio as R, Status as S, Time as T,
    };
    [
        H, A, P, L, G, A, P, L, V, R, A, P, L, E, S, A, P, L, G, B, A, P, L, V, T, A, P, L, G, R,
        A, P, L, V, E, A, P, L, G, S, A, P, L, V, R, A, P, L, G, W,
    ]
};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Heartbeat,
    Attitude,
    Position,
    Local,
    Gps,
    Hud,
    Radio,
    Ekf,
    Status,
    Battery,
    Time,
    Power,
}

/// The vehicles, in the middle of their flight: each load goes on where the last one ended.
#[derive(Debug)]
pub(crate) struct Source {
    load: Load,
    sockets: Vec<UdpSocket>,
    encoders: Vec<Encoder>,
    start: Instant,
    turn: u64,
}

impl Source {
    /// Vehicles that speak to a port of this machine.
    ///
    /// `relative_alt` of every position is the milliseconds since `start`: a client sees how old it is.
    pub(crate) fn new(load: Load, port: u16, start: Instant) -> Outcome<Self> {
        let sockets = (0..load.sources)
            .map(|_| {
                let socket = UdpSocket::bind("127.0.0.1:0")?;
                socket.connect(("127.0.0.1", port))?;
                Ok(socket)
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        let encoders = (0..load.vehicles)
            .map(|n| Encoder::new(SystemId(n as u8 + 1), ComponentId(1)))
            .collect();
        Ok(Self {
            load,
            sockets,
            encoders,
            start,
            turn: 0,
        })
    }

    /// Sends for so long; returns how many frames that were.
    pub(crate) fn send(&mut self, seconds: u64) -> Outcome<u64> {
        let per_second = self.load.vehicles * self.load.rate;
        let (began, mut sent) = (Instant::now(), 0);
        let total = per_second as u64 * seconds;
        while sent < total {
            let due = (began.elapsed().as_secs_f64() * per_second as f64) as u64;
            let mut frames: Vec<(usize, Vec<u8>)> = Vec::new();
            while sent < due.min(total) {
                frames.push(self.next_frame()?);
                sent += 1;
            }
            frames.sort_by_key(|(source, _)| *source);
            for group in frames.chunk_by(|one, other| one.0 == other.0) {
                send_all(&self.sockets[group[0].0], group)?;
            }
            std::thread::sleep(TICK);
        }
        Ok(sent)
    }

    fn next_frame(&mut self) -> Outcome<(usize, Vec<u8>)> {
        let vehicle = self.turn as usize % self.load.vehicles;
        let turn = self.turn as usize / self.load.vehicles;
        self.turn += 1;
        // Every vehicle is at another place of its second.
        let kind = SECOND[(turn + vehicle * 7) % PER_SECOND];
        let mut frame = Vec::with_capacity(64);
        let message = message(kind, turn as u32, self.start.elapsed().as_millis() as u32);
        self.encoders[vehicle].encode_message(&message, true, &mut frame)?;
        Ok((vehicle % self.load.sources, frame))
    }
}

fn send_all(socket: &UdpSocket, frames: &[(usize, Vec<u8>)]) -> Outcome {
    for some in frames.chunks(64) {
        let mut headers = MultiHeaders::<()>::preallocate(some.len(), None);
        let slices: Vec<_> = some
            .iter()
            .map(|(_, frame)| [IoSlice::new(frame)])
            .collect();
        let none = vec![None; some.len()];
        let results = sendmmsg(
            socket.as_raw_fd(),
            &mut headers,
            slices.iter(),
            none.as_slice(),
            [],
            MsgFlags::empty(),
        )?;
        if results.count() != some.len() {
            return Err("the kernel took only part of a batch".into());
        }
    }
    Ok(())
}

fn message(kind: Kind, turn: u32, now_ms: u32) -> MavMessage {
    let wave = (turn as f32 / 10.0).sin();
    match kind {
        Kind::Heartbeat => MavMessage::HEARTBEAT(HEARTBEAT_DATA {
            custom_mode: 4,
            mavtype: MavType::MAV_TYPE_QUADROTOR,
            autopilot: MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
            base_mode: MavModeFlag::MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
                | MavModeFlag::MAV_MODE_FLAG_SAFETY_ARMED,
            system_status: MavState::MAV_STATE_ACTIVE,
            mavlink_version: 3,
        }),
        Kind::Attitude => MavMessage::ATTITUDE(ATTITUDE_DATA {
            time_boot_ms: now_ms,
            roll: wave,
            pitch: wave / 2.0,
            yaw: wave * 3.0,
            ..Default::default()
        }),
        Kind::Position => MavMessage::GLOBAL_POSITION_INT(GLOBAL_POSITION_INT_DATA {
            time_boot_ms: now_ms,
            lat: 473_977_000 + turn as i32 * 3,
            lon: 85_456_000 + turn as i32 * 5,
            alt: 500_000 + turn as i32,
            relative_alt: now_ms as i32,
            vx: (turn % 300) as i16,
            vy: (turn % 200) as i16,
            vz: -((turn % 100) as i16),
            hdg: (turn % 36_000) as u16,
        }),
        Kind::Local => MavMessage::LOCAL_POSITION_NED(LOCAL_POSITION_NED_DATA {
            time_boot_ms: now_ms,
            x: wave * 100.0,
            y: wave * 50.0,
            z: -wave,
            ..Default::default()
        }),
        Kind::Gps => MavMessage::GPS_RAW_INT(GPS_RAW_INT_DATA {
            time_usec: u64::from(now_ms) * 1_000,
            lat: 473_977_000 + turn as i32 * 3,
            lon: 85_456_000 + turn as i32 * 5,
            alt: 500_000,
            eph: 80,
            epv: 110,
            satellites_visible: 12 + (turn % 5) as u8,
            ..Default::default()
        }),
        Kind::Hud => MavMessage::VFR_HUD(VFR_HUD_DATA {
            airspeed: 10.0 + wave,
            groundspeed: 11.0 + wave,
            alt: 50.0,
            climb: wave,
            heading: (turn % 360) as i16,
            throttle: (turn % 100) as u16,
        }),
        Kind::Radio => MavMessage::RC_CHANNELS(RC_CHANNELS_DATA {
            time_boot_ms: now_ms,
            chan1_raw: 1_500 + (turn % 100) as u16,
            chancount: 8,
            rssi: 200,
            ..Default::default()
        }),
        Kind::Ekf => MavMessage::EKF_STATUS_REPORT(EKF_STATUS_REPORT_DATA {
            velocity_variance: 0.1 + wave.abs() / 10.0,
            pos_horiz_variance: 0.1,
            pos_vert_variance: 0.1,
            compass_variance: 0.1,
            ..Default::default()
        }),
        Kind::Status => MavMessage::SYS_STATUS(SYS_STATUS_DATA {
            voltage_battery: 22_000 - (turn % 100) as u16,
            current_battery: 1_100 + (turn % 50) as i16,
            battery_remaining: 78,
            ..Default::default()
        }),
        Kind::Battery => MavMessage::BATTERY_STATUS(BATTERY_STATUS_DATA {
            current_battery: 1_100 + (turn % 50) as i16,
            battery_remaining: 78,
            voltages: [3_700; 10],
            ..Default::default()
        }),
        Kind::Time => MavMessage::SYSTEM_TIME(SYSTEM_TIME_DATA {
            time_unix_usec: 0,
            time_boot_ms: now_ms,
        }),
        Kind::Power => MavMessage::POWER_STATUS(POWER_STATUS_DATA {
            Vcc: 5_000 + (turn % 20) as u16,
            ..Default::default()
        }),
    }
}
