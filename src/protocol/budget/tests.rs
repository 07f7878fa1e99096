//! No link is ever given more than it carries, nobody is lost sight of, and who is looked at comes first.

use proptest::prelude::*;

use super::*;
use crate::model::words::Autopilot;

const RADIO: Asked = Asked {
    position_hz: Some(2.0),
    attitude_hz: Some(1.0),
    status_hz: Some(0.5),
};

fn claims(count: usize, in_focus: &[usize]) -> Vec<Claim> {
    (0..count)
        .map(|place| Claim {
            wanted: RADIO,
            weight: Weight::of(Autopilot::ARDUPILOT, false),
            in_focus: in_focus.contains(&place),
        })
        .collect()
}

#[test]
fn without_a_budget_everybody_gets_what_is_wanted() {
    assert_eq!(share(None, &claims(3, &[])), [RADIO; 3]);
}

#[test]
fn one_vehicle_on_a_radio_gets_all_and_ten_share() {
    assert_eq!(share(Some(4_000.0), &claims(1, &[])), [RADIO]);
    let claims = claims(10, &[3]);
    let shares = share(Some(4_000.0), &claims);
    assert_eq!(shares[3], RADIO);
    assert!(shares[0].position_hz.unwrap() >= 1.0, "{:?}", shares[0]);
    assert!(shares[0].status_hz.unwrap() >= 0.5, "{:?}", shares[0]);
    assert!(shares[0].position_hz.unwrap() < 2.0, "{:?}", shares[0]);
    assert!(shares.iter().filter(|share| **share == shares[0]).count() == 9);
    let total = total_bytes_per_s(&claims, &shares);
    assert!((3_000.0..=4_000.0).contains(&total), "{total}");
}

#[test]
fn forty_vehicles_on_a_radio_stay_in_sight() {
    let shares = share(Some(4_000.0), &claims(40, &[0]));
    assert_eq!(shares[0], RADIO);
    for share in &shares[1..] {
        assert!(share.position_hz.unwrap() >= 0.16, "{share:?}");
        assert!(share.status_hz.unwrap() >= 0.08, "{share:?}");
    }
}

#[test]
fn what_does_not_fit_at_all_is_stopped_and_what_is_not_wanted_is_left_alone() {
    let mut claims = claims(2, &[]);
    claims[1].wanted.attitude_hz = None;
    let shares = share(Some(0.0), &claims);
    assert_eq!(
        shares[0],
        Asked {
            position_hz: Some(0.0),
            attitude_hz: Some(0.0),
            status_hz: Some(0.0),
        }
    );
    assert_eq!(shares[1].attitude_hz, None);
}

fn rate() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        1 => Just(None),
        4 => (0.05f64..50.0).prop_map(Some),
    ]
}

fn claim() -> impl Strategy<Value = Claim> {
    let firmware = prop_oneof![Just(Autopilot::ARDUPILOT), Just(Autopilot::PX4)];
    let looks = (any::<bool>(), any::<bool>());
    (rate(), rate(), rate(), firmware, looks).prop_map(
        |(position_hz, attitude_hz, status_hz, firmware, (in_focus, is_signed))| Claim {
            wanted: Asked {
                position_hz,
                attitude_hz,
                status_hz,
            },
            weight: Weight::of(firmware, is_signed),
            in_focus,
        },
    )
}

fn rates(asked: &Asked) -> [Option<f64>; 3] {
    [asked.position_hz, asked.attitude_hz, asked.status_hz]
}

proptest! {
    #[test]
    fn never_over_budget_never_more_than_wanted(
        claims in prop::collection::vec(claim(), 0..60),
        budget in 0f64..100_000.0,
    ) {
        let shares = share(Some(budget), &claims);
        prop_assert_eq!(shares.len(), claims.len());
        let heartbeats: f64 = claims.iter().map(|claim| claim.weight.heartbeat).sum();
        let total = total_bytes_per_s(&claims, &shares);
        prop_assert!(total <= budget.max(heartbeats) + 1e-6, "{} of {}", total, budget);
        for (claim, share) in claims.iter().zip(&shares) {
            for (wanted, given) in rates(&claim.wanted).into_iter().zip(rates(share)) {
                prop_assert_eq!(wanted.is_some(), given.is_some());
                prop_assert!(given <= wanted);
            }
        }
    }

    #[test]
    fn who_is_looked_at_never_has_less_than_its_like(
        one in claim(),
        others in prop::collection::vec(claim(), 0..30),
        budget in 0f64..50_000.0,
    ) {
        let mut claims = vec![Claim { in_focus: true, ..one }, Claim { in_focus: false, ..one }];
        claims.extend(others);
        let shares = share(Some(budget), &claims);
        for (focus, other) in rates(&shares[0]).into_iter().zip(rates(&shares[1])) {
            prop_assert!(focus >= other, "{:?} and {:?}", shares[0], shares[1]);
        }
    }

    #[test]
    fn equals_are_served_equally_in_any_order(
        claims in prop::collection::vec(claim(), 1..20),
        budget in 0f64..50_000.0,
    ) {
        let mut twice = claims.clone();
        twice.extend(claims.iter().copied());
        let shares = share(Some(budget), &twice);
        let (first, second) = shares.split_at(claims.len());
        prop_assert_eq!(first, second);
    }

    #[test]
    fn everybody_stays_in_sight_while_that_fits(
        claims in prop::collection::vec(claim(), 1..40),
        more in 0f64..20_000.0,
    ) {
        let sight: f64 = claims.iter().map(|claim| {
            let [position, _, status] = wanted_hz(&claim.wanted);
            claim.weight.heartbeat
                + claim.weight.position * position.min(SIGHT_HZ[0])
                + claim.weight.status * status.min(SIGHT_HZ[2])
        }).sum();
        for (claim, share) in claims.iter().zip(share(Some(sight + more), &claims)) {
            let least = |wanted: Option<f64>, sight: f64| wanted.map(|hz| hz.min(sight) * 0.79);
            prop_assert!(share.position_hz >= least(claim.wanted.position_hz, SIGHT_HZ[0]));
            prop_assert!(share.status_hz >= least(claim.wanted.status_hz, SIGHT_HZ[2]));
        }
    }

    #[test]
    fn more_room_never_means_less_for_anybody(
        claims in prop::collection::vec(claim(), 1..30),
        budget in 0f64..50_000.0,
        more in 0f64..50_000.0,
    ) {
        let little = share(Some(budget), &claims);
        let much = share(Some(budget + more), &claims);
        for (little, much) in little.iter().zip(&much) {
            for (little, much) in rates(little).into_iter().zip(rates(much)) {
                prop_assert!(much.unwrap_or(0.0) >= little.unwrap_or(0.0) - 1e-9);
            }
        }
    }
}
