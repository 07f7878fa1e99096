//! Tests of the motion model: every airframe gets where it is sent, within its limits.

use super::*;

fn run(body: &mut Body, goal: Goal, seconds: u32) -> f64 {
    let mut random = Random::from_seed(3);
    let wind = Wind {
        north_m_s: 3.0,
        east_m_s: -2.0,
    };
    let mut top_m_s: f64 = 0.0;
    for _ in 0..seconds * 20 {
        body.step(0.05, goal, wind, &mut random);
        top_m_s = top_m_s.max(body.groundspeed_m_s());
    }
    top_m_s
}

#[test]
fn a_copter_climbs_straight_up_and_stays_there() {
    let mut body = Body::at_rest(Airframe::Copter, Spot::default(), 0.0);
    run(&mut body, Goal::Climb { up_m: 20.0 }, 20);
    assert!((body.spot.up_m - 20.0).abs() < 0.5, "{:?}", body.spot);
    assert!(body.spot.across_m(Spot::default()) < 1.0);
    assert!(body.velocity_m_s[2].abs() < 0.2);
}

#[test]
fn a_copter_reaches_a_spot_without_going_faster_than_told() {
    let mut body = Body::at_rest(Airframe::Copter, Spot::default(), 0.0);
    run(&mut body, Goal::Climb { up_m: 10.0 }, 10);
    let spot = Spot {
        north_m: 80.0,
        east_m: -60.0,
        up_m: 25.0,
    };
    let top_m_s = run(
        &mut body,
        Goal::Reach {
            spot,
            speed_m_s: 5.0,
        },
        40,
    );
    assert!(
        body.spot.across_m(spot) < 2.0 && (body.spot.up_m - 25.0).abs() < 1.0,
        "{:?}",
        body.spot
    );
    assert!(top_m_s < 7.2, "{top_m_s}");
}

#[test]
fn a_copter_lands_where_it_is_told_and_touches_down_gently() {
    let mut body = Body::at_rest(Airframe::Copter, Spot::default(), 0.0);
    run(&mut body, Goal::Climb { up_m: 12.0 }, 12);
    let spot = Spot {
        north_m: 5.0,
        east_m: 5.0,
        up_m: 0.0,
    };
    run(&mut body, Goal::Land { spot }, 30);
    assert!(body.spot.up_m < 0.05, "{:?}", body.spot);
    assert!(body.spot.across_m(spot) < 1.5);
    assert!(body.velocity_m_s[2] >= -0.7);
}

#[test]
fn a_plane_takes_a_run_climbs_out_and_circles_where_others_would_stand() {
    let mut body = Body::at_rest(Airframe::Plane, Spot::default(), 1.0);
    run(&mut body, Goal::Climb { up_m: 50.0 }, 30);
    assert!((body.spot.up_m - 50.0).abs() < 3.0, "{:?}", body.spot);
    let centre = Spot {
        north_m: 200.0,
        east_m: 100.0,
        up_m: 60.0,
    };
    run(
        &mut body,
        Goal::Reach {
            spot: centre,
            speed_m_s: 18.0,
        },
        120,
    );
    let mut random = Random::from_seed(4);
    for _ in 0..600 {
        body.step(
            0.05,
            Goal::Reach {
                spot: centre,
                speed_m_s: 18.0,
            },
            Wind::default(),
            &mut random,
        );
        let away_m = body.spot.across_m(centre);
        assert!((30.0..120.0).contains(&away_m), "{away_m}");
        assert!(body.airspeed_m_s > 15.0);
    }
}

#[test]
fn a_plane_lands_and_stops() {
    let mut body = Body::at_rest(Airframe::Plane, Spot::default(), 0.0);
    run(&mut body, Goal::Climb { up_m: 40.0 }, 60);
    run(
        &mut body,
        Goal::Land {
            spot: Spot::default(),
        },
        180,
    );
    assert!(body.spot.up_m < 0.05, "{:?}", body.spot);
    assert!(body.groundspeed_m_s() < 0.5);
}

#[test]
fn a_rover_drives_to_a_spot_and_never_leaves_the_ground() {
    let mut body = Body::at_rest(Airframe::Rover, Spot::default(), 3.0);
    let spot = Spot {
        north_m: 20.0,
        east_m: 30.0,
        up_m: 10.0,
    };
    let top_m_s = run(
        &mut body,
        Goal::Reach {
            spot,
            speed_m_s: 3.0,
        },
        40,
    );
    assert!(body.spot.across_m(spot) < 1.5, "{:?}", body.spot);
    assert!(body.spot.up_m.abs() < f64::EPSILON && top_m_s <= 3.05);
}
