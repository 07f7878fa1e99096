//! Tests of a whole autopilot without a socket: what it answers, sends and does. One second here takes no time.

use super::craft::Start;
use super::*;
use crate::sim::airframe::Airframe;
use crate::sim::mission::Origin;

mod files;
mod flying;
mod plans;
mod settings;
mod signing;
mod talking;

const START: TimeUs = TimeUs(1_700_000_000_000_000);

/// An autopilot with its clock and everything it has said since the last look.
struct Bench {
    autopilot: Autopilot,
    now: TimeUs,
    out: Outbox,
    station: Sender,
}

fn options(firmware: Firmware, airframe: Airframe) -> CraftOptions {
    CraftOptions {
        system: SystemId(7),
        firmware,
        airframe,
        origin: Origin {
            lat_deg: -35.363_262,
            lon_deg: 149.165_237,
            alt_msl_m: 584.0,
        },
        seed: 11,
        start: Start::Parked,
        unasked_rate_hz: None,
        uptime_s: 60,
    }
}

impl Bench {
    fn new(firmware: Firmware, airframe: Airframe) -> Self {
        Self::with(options(firmware, airframe))
    }

    fn with(options: CraftOptions) -> Self {
        let mut bench = Self {
            autopilot: Autopilot::new(options, START),
            now: START,
            out: Outbox::default(),
            station: Sender::new(SystemId(255), ComponentId(25)),
        };
        bench.run(1.0);
        bench.out.clear();
        bench
    }

    fn run(&mut self, seconds: f64) {
        let end = TimeUs(self.now.0 + (seconds * 1e6) as i64);
        while self.now < end {
            self.now = TimeUs(self.now.0 + 5_000);
            self.autopilot.advance(self.now, &mut self.out);
        }
    }

    /// Runs until `done` or gives up after `seconds`.
    fn run_until(&mut self, seconds: u32, done: impl Fn(&Craft) -> bool) -> bool {
        for _ in 0..seconds * 10 {
            if done(&self.autopilot.craft) {
                return true;
            }
            self.run(0.1);
        }
        false
    }

    fn tell(&mut self, id: u32, payload: &[u8]) {
        let mut sent = Outbox::default();
        self.station.send_payload(&mut sent, id, payload);
        let datagram: Vec<u8> = sent.frames().flatten().copied().collect();
        self.autopilot.receive(&datagram, self.now, &mut self.out);
    }

    fn heartbeat(&mut self) {
        self.tell(0, &[0, 0, 0, 0, 6, 8, 0, 4, 3]);
    }

    /// Sends a COMMAND_LONG and returns the result of its acknowledgement.
    fn long(&mut self, command: u16, params: &[f32]) -> u8 {
        self.tell(76, &long_payload(command, params, 7));
        self.acknowledged(command)
    }

    /// Sends a COMMAND_INT and returns the result of its acknowledgement.
    fn int(&mut self, command: u16, frame: u8, params: [f32; 4], place: (i32, i32, f32)) -> u8 {
        let mut payload: Vec<u8> = params
            .iter()
            .flat_map(|param| param.to_le_bytes())
            .collect();
        payload.extend(place.0.to_le_bytes());
        payload.extend(place.1.to_le_bytes());
        payload.extend(place.2.to_le_bytes());
        payload.extend(command.to_le_bytes());
        payload.extend([7, 1, frame, 0, 0]);
        self.tell(75, &payload);
        self.acknowledged(command)
    }

    /// Everything said since the last look with this id, and then forgotten.
    fn take(&mut self, id: u32) -> Vec<Received> {
        let heard = self.heard(id);
        self.out.clear();
        heard
    }

    /// The last acknowledgement of a command; it must be addressed to the station that asked.
    fn acknowledged(&mut self, command: u16) -> u8 {
        let acks = self.heard(77);
        let ack = acks.iter().rfind(|ack| ack.u16(0) == command);
        let ack = ack.unwrap_or_else(|| panic!("no acknowledgement of {command}"));
        assert_eq!((ack.u8(8), ack.u8(9)), (255, 25), "addressed to the asker");
        ack.u8(2)
    }

    fn heard(&self, id: u32) -> Vec<Received> {
        let frames = self.out.frames().flat_map(frames_in);
        frames.filter(|frame| frame.id == id).collect()
    }

    /// All texts, chunks joined.
    fn texts(&mut self) -> Vec<String> {
        self.autopilot.advance(self.now, &mut self.out);
        let mut texts: Vec<String> = Vec::new();
        for frame in self.heard(253) {
            match frame.u8(53) {
                0 => texts.push(frame.text(1, 50).to_owned()),
                _ => texts.last_mut().unwrap().push_str(frame.text(1, 50)),
            }
        }
        texts
    }

    fn said(&mut self, text: &str) -> bool {
        self.texts().iter().any(|said| said == text)
    }
}

fn long_payload(command: u16, params: &[f32], system: u8) -> Vec<u8> {
    let params = params.iter().copied().chain(std::iter::repeat(0.0)).take(7);
    let mut payload: Vec<u8> = params.flat_map(f32::to_le_bytes).collect();
    payload.extend(command.to_le_bytes());
    payload.extend([system, 1, 0]);
    payload
}
