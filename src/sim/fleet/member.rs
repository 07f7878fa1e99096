//! One craft of the fleet with everything between it and its station.

use crate::model::time::TimeUs;
use crate::sim::air::Air;
use crate::sim::autopilot::Autopilot;
use crate::sim::autopilot::craft::CraftOptions;
use crate::sim::frames::Outbox;
use crate::sim::random::Random;

/// Frames of one moment share a datagram up to this size.
const DATAGRAM: usize = 1_200;

/// One craft of the fleet.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) autopilot: Autopilot,
    /// The air from the craft to its station.
    pub(super) downlink: Air,
    /// The air from the station to the craft.
    pub(super) uplink: Air,
    /// Which socket it sends from.
    pub(super) socket: usize,
    /// Doubles wait until their fault begins.
    pub(super) present: bool,
    noise: Option<(f64, TimeUs)>,
    random: Random,
    out: Outbox,
}

/// Takes a datagram for a target.
pub(super) type Deliver<'a> = dyn FnMut(&[u8]) + 'a;

impl Member {
    pub(super) fn new(craft: CraftOptions, now: TimeUs, socket: usize, present: bool) -> Self {
        let luck = craft.seed ^ 0xA1_12;
        let member = u64::from(craft.system.0);
        Self {
            downlink: Air::clear(Random::for_member(luck, member)),
            uplink: Air::clear(Random::for_member(luck ^ 2, member)),
            random: Random::for_member(luck ^ 1, member),
            autopilot: Autopilot::new(craft, now),
            socket,
            present,
            noise: None,
            out: Outbox::default(),
        }
    }

    /// Begins or ends noise of so many datagrams per second.
    pub(super) fn set_noise(&mut self, per_s: Option<f64>, now: TimeUs) {
        self.noise = per_s.map(|per_s| (per_s, now));
    }

    /// Takes a datagram from the station.
    pub(super) fn hear(
        &mut self,
        datagram: &[u8],
        now: TimeUs,
        deliver: &mut Deliver<'_>,
    ) -> usize {
        if !self.present {
            return 0;
        }
        let (autopilot, out) = (&mut self.autopilot, &mut self.out);
        let mut arrive = |datagram: &[u8]| autopilot.receive(datagram, now, out);
        if self.uplink.is_clear() {
            arrive(datagram);
        } else {
            self.uplink.release(now, &mut arrive);
            self.uplink.carry(datagram, now, &mut arrive);
        }
        self.send(now, deliver)
    }

    /// Does what is due; says how many frames that were.
    pub(super) fn advance(&mut self, now: TimeUs, deliver: &mut Deliver<'_>) -> usize {
        if !self.present {
            return 0;
        }
        self.make_noise(now, deliver);
        if !self.uplink.is_clear() {
            let (autopilot, out) = (&mut self.autopilot, &mut self.out);
            let mut arrive = |datagram: &[u8]| autopilot.receive(datagram, now, out);
            self.uplink.release(now, &mut arrive);
        }
        if now >= self.autopilot.next_due() {
            self.autopilot.advance(now, &mut self.out);
        }
        self.send(now, deliver)
    }

    fn send(&mut self, now: TimeUs, mut deliver: &mut Deliver<'_>) -> usize {
        let frames = self.out.len();
        if self.downlink.is_clear() {
            for datagram in self.out.datagrams(DATAGRAM) {
                deliver(datagram);
            }
        } else {
            // In bad air every frame travels alone, so that each has its own fate.
            self.downlink.release(now, &mut deliver);
            for frame in self.out.frames() {
                self.downlink.carry(frame, now, &mut deliver);
            }
        }
        self.out.clear();
        frames
    }

    fn make_noise(&mut self, now: TimeUs, deliver: &mut Deliver<'_>) {
        let Some((per_s, due)) = self.noise.filter(|(_, due)| *due <= now) else {
            return;
        };
        self.noise = Some((per_s, TimeUs(due.0 + (1e6 / per_s) as i64)));
        let mut nonsense = [0_u8; 96];
        for byte in &mut nonsense {
            *byte = self.random.next_u64() as u8;
        }
        // Half of it looks like the beginning of a frame.
        if self.random.happens(50.0) {
            nonsense[0] = 0xFD;
        }
        let len = 1 + self.random.below(95) as usize;
        deliver(&nonsense[..len]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::options::SimOptions;

    /// What a station hears in ten seconds of bad air, when it asks the same questions every time.
    fn heard(seed: u64) -> Vec<Vec<u8>> {
        let options = SimOptions {
            seed,
            ..SimOptions::parked(1, vec![([127, 0, 0, 1], 14_550).into()])
        };
        let craft = options.craft().unwrap().remove(0).1;
        let start = TimeUs(1_700_000_000_000_000);
        let mut member = Member::new(craft, start, 0, true);
        for air in [&mut member.downlink, &mut member.uplink] {
            air.loss_percent = 30.0;
            air.reorder_percent = 20.0;
            air.duplicate_percent = 10.0;
        }
        let question = [
            0xFD, 2, 0, 0, 0, 255, 25, 21, 0, 0, 1, 1, // PARAM_REQUEST_LIST
        ];
        let crc = mavlink::calculate_crc(&question[1..], 159).to_le_bytes();
        let question = [&question[..], &crc].concat();
        let mut heard = Vec::new();
        for round in 0..2_000 {
            let now = TimeUs(start.0 + round * 5_000);
            let mut deliver = |datagram: &[u8]| heard.push(datagram.to_vec());
            if round % 200 == 0 {
                member.hear(&question, now, &mut deliver);
            }
            member.advance(now, &mut deliver);
        }
        heard
    }

    #[test]
    fn bad_air_is_the_same_air_for_the_same_seed() {
        assert!(heard(1).len() > 1_000);
        assert_eq!(heard(1), heard(1));
        assert_ne!(heard(1), heard(2));
    }
}
