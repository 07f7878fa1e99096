//! One direction of a link in bad weather, seeded.

/// A small seeded generator (SplitMix64).
#[derive(Debug, Clone)]
pub(in crate::protocol) struct Rng(pub u64);

impl Rng {
    pub(in crate::protocol) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(in crate::protocol) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(in crate::protocol) fn chance(&mut self, percent: f64) -> bool {
        (self.below(1_000_000) as f64) < percent * 10_000.0
    }
}

/// What happens on the way.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocol) struct Weather {
    pub loss_percent: f64,
    /// Packets lost in a row, on average of all losses.
    pub burst: u32,
    pub duplicate_percent: f64,
    pub delay_ms: (i64, i64),
}

pub(in crate::protocol) const FINE: Weather = Weather {
    loss_percent: 0.0,
    burst: 1,
    duplicate_percent: 0.0,
    delay_ms: (1, 1),
};

pub(in crate::protocol) struct Channel<T> {
    rng: Rng,
    weather: Weather,
    losing: u32,
    losing_until_ms: i64,
    on_the_way: Vec<(i64, T)>,
}

impl<T: Clone> Channel<T> {
    pub(in crate::protocol) fn new(seed: u64, weather: Weather) -> Self {
        Self {
            rng: Rng(seed),
            weather,
            losing: 0,
            losing_until_ms: 0,
            on_the_way: Vec::new(),
        }
    }

    pub(in crate::protocol) fn send(&mut self, item: &T, now_ms: i64) {
        let Weather {
            loss_percent,
            burst,
            duplicate_percent,
            delay_ms: (least, most),
        } = self.weather;
        if self.losing > 0 && now_ms <= self.losing_until_ms {
            self.losing -= 1;
            return;
        }
        if self.rng.chance(loss_percent / f64::from(burst)) {
            // What disturbs a link passes: a retry a second later is not part of the same burst.
            self.losing = burst - 1;
            self.losing_until_ms = now_ms + 20;
            return;
        }
        let copies = 1 + usize::from(self.rng.chance(duplicate_percent));
        for _ in 0..copies {
            let delay_ms = least + self.rng.below((most - least + 1) as u64) as i64;
            self.on_the_way.push((now_ms + delay_ms, item.clone()));
        }
    }

    pub(in crate::protocol) fn arrive(&mut self, now_ms: i64) -> Vec<T> {
        let (mut arrived, rest): (Vec<_>, Vec<_>) = self
            .on_the_way
            .drain(..)
            .partition(|(due_ms, _)| *due_ms <= now_ms);
        self.on_the_way = rest;
        arrived.sort_by_key(|(due_ms, _)| *due_ms);
        arrived.into_iter().map(|(_, item)| item).collect()
    }
}
