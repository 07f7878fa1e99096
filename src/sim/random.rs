//! Chance that can be replayed: a small generator whose whole future follows from its seed.
//!
//! SplitMix64 (Steele, Lea and Flood 2014), good enough for gusts and lost datagrams; never for keys.

/// A stream of pseudo-random numbers, the same for the same seed on every machine.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream that belongs to `seed`.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for one of many, so that adding a vehicle changes nobody else's luck.
    #[must_use]
    pub fn for_member(seed: u64, member: u64) -> Self {
        let mut parent = Self::from_seed(seed ^ member.wrapping_mul(0xA076_1D64_78BD_642F));
        Self::from_seed(parent.next_u64())
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly spread over 0 (included) to 1 (excluded).
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly spread between two bounds.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        self.next_u64() % bound
    }

    /// True in `percent` of all cases.
    pub fn happens(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// Roughly normal, mean 0 and deviation 1 (sum of four even numbers: bounded by ±3.5).
    pub fn bell(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream_and_members_differ() {
        let draw = |mut random: Random| [random.next_u64(), random.next_u64()];
        assert_eq!(draw(Random::from_seed(7)), draw(Random::from_seed(7)));
        assert_ne!(
            draw(Random::for_member(7, 1)),
            draw(Random::for_member(7, 2))
        );
    }

    #[test]
    fn a_bell_has_mean_zero_and_deviation_one() {
        let mut random = Random::from_seed(1);
        let drawn: Vec<f64> = (0..20_000).map(|_| random.bell()).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }
}
