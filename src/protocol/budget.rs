//! Who gets how much of a link: the wanted rates of all its vehicles, cut down until they fit its bytes per second.
//!
//! In this order, and each step in equal parts where it does not fit whole: every vehicle stays in sight, those
//! the operator looks at get all they want, the others come up to a slow watch, then to all they want. Heartbeats
//! are nobody's to cut: they are taken off first. What does not fit at all is stopped (rate 0), for a vehicle left
//! alone might send faster by itself. Pure: the same claims give the same shares.

use super::wanted_messages::{Asked, Weight};

/// Position and status at which a vehicle is still in sight, Hz.
const SIGHT_HZ: [f64; 3] = [0.2, 0.0, 0.1];
/// What a vehicle nobody looks at has before anybody gets more, Hz.
const WATCH_HZ: [f64; 3] = [1.0, 0.0, 0.5];
/// A rate below this is none, Hz.
const LEAST_HZ: f64 = 0.01;
/// Cut rates are of these times a power of ten, so that a small change of the budget changes nothing.
const STEPS: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.4, 8.0];

/// One vehicle on a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// What is wanted of it.
    pub wanted: Asked,
    /// What its messages weigh.
    pub weight: Weight,
    /// Whether the operator looks at it.
    pub in_focus: bool,
}

/// The rates to ask of each vehicle, in the order of `claims`. `bytes_per_s` is what the link carries towards the
/// station, less whatever comes unasked; `None` knows no limit.
#[must_use]
pub fn share(bytes_per_s: Option<f64>, claims: &[Claim]) -> Vec<Asked> {
    let Some(budget) = bytes_per_s else {
        return claims.iter().map(|claim| claim.wanted).collect();
    };
    let heartbeats: f64 = claims.iter().map(|claim| claim.weight.heartbeat).sum();
    let mut table = Table {
        rates: vec![[0.0; 3]; claims.len()],
        left: (budget - heartbeats).max(0.0),
        claims,
    };
    table.raise(|_| true, SIGHT_HZ);
    table.raise(|claim| claim.in_focus, [f64::INFINITY; 3]);
    table.raise(|_| true, WATCH_HZ);
    table.raise(|_| true, [f64::INFINITY; 3]);
    let rates = table.rates.into_iter();
    rates
        .zip(claims)
        .map(|(rates, claim)| asked(rates, &claim.wanted))
        .collect()
}

/// What the shares bring, bytes per second, with everybody's heartbeat.
#[must_use]
pub fn total_bytes_per_s(claims: &[Claim], shares: &[Asked]) -> f64 {
    let each = claims.iter().zip(shares);
    each.map(|(claim, share)| claim.weight.at(share) + claim.weight.heartbeat)
        .sum()
}

/// What is given so far, and what is left to give.
struct Table<'a> {
    claims: &'a [Claim],
    rates: Vec<[f64; 3]>,
    left: f64,
}

impl Table<'_> {
    /// Brings the rates of `whom` up to `hz` or what is wanted, in equal parts of the way when it does not fit.
    fn raise(&mut self, whom: impl Fn(&Claim) -> bool, hz: [f64; 3]) {
        let mut steps = vec![[0.0; 3]; self.claims.len()];
        let mut need = 0.0;
        for ((claim, rates), steps) in self.claims.iter().zip(&self.rates).zip(&mut steps) {
            if !whom(claim) {
                continue;
            }
            let (wanted, weight) = (wanted_hz(&claim.wanted), weights(&claim.weight));
            for class in 0..3 {
                steps[class] = (wanted[class].min(hz[class]) - rates[class]).max(0.0);
                need += steps[class] * weight[class];
            }
        }
        if need <= 0.0 {
            return;
        }
        let part = (self.left / need).min(1.0);
        self.left = (self.left - need * part).max(0.0);
        for (rates, steps) in self.rates.iter_mut().zip(steps) {
            for class in 0..3 {
                rates[class] += steps[class] * part;
            }
        }
    }
}

fn wanted_hz(asked: &Asked) -> [f64; 3] {
    [asked.position_hz, asked.attitude_hz, asked.status_hz].map(|hz| hz.unwrap_or(0.0))
}

const fn weights(weight: &Weight) -> [f64; 3] {
    [weight.position, weight.attitude, weight.status]
}

fn asked(rates: [f64; 3], wanted: &Asked) -> Asked {
    let [position, attitude, status] = rates;
    let settle = |hz: f64, wanted: Option<f64>| wanted.map(|wanted| settle(hz, wanted));
    Asked {
        position_hz: settle(position, wanted.position_hz),
        attitude_hz: settle(attitude, wanted.attitude_hz),
        status_hz: settle(status, wanted.status_hz),
    }
}

/// All that is wanted, or the next lower of the rates that are given.
fn settle(hz: f64, wanted: f64) -> f64 {
    if hz >= wanted * (1.0 - 1e-9) {
        return wanted;
    }
    if hz < LEAST_HZ {
        return 0.0;
    }
    let decade = 10f64.powf(hz.log10().floor());
    let fits = |step: &&f64| **step * decade <= hz;
    let step = STEPS.iter().rev().find(fits);
    step.map_or(decade * 0.8, |step| step * decade)
}

#[cfg(test)]
mod tests;
