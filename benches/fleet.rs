//! What believing costs: one report applied, one tick published, at 250 vehicles.

use divan::{Bencher, black_box};
use volery::{
    fleet::state::{Fleet, FleetOptions},
    model::{
        geo::LatLon,
        groups::Attitude,
        ids::{ComponentId, LinkId, PeerId, SystemId},
        link::LinkInfo,
        report::{GlobalPosition, Heard, Heartbeat, Mode, Report},
        time::TimeUs,
        vehicle::ModeClass,
        words::{Autopilot, MavType, SystemStatus},
    },
};

fn main() {
    divan::main();
}

const VEHICLES: u8 = 250;

fn fleet() -> Fleet {
    let link = LinkInfo {
        name: "lan".into(),
        url: "udpin:0.0.0.0:14550".into(),
        network: "mav".into(),
        class: "lan",
        passive: false,
        shared: true,
        recording: false,
        signing: volery::model::signing::SigningPolicy::Off,
        rates: None,
        bytes_per_s: None,
    };
    let own = (SystemId(255), ComponentId(25));
    let forget_after = std::time::Duration::from_mins(30);
    let mut fleet = Fleet::new(FleetOptions {
        links: vec![link],
        listed: Vec::new(),
        forget_after,
        own,
    });
    for system in 1..=VEHICLES {
        fleet.apply(LinkId(0), &heard(system, 0, heartbeat()));
    }
    fleet
}

fn heard(system: u8, n: u64, report: Report) -> Heard {
    Heard {
        peer: PeerId(0),
        t: TimeUs(1_700_000_000_000_000 + n as i64),
        system: SystemId(system),
        component: ComponentId(1),
        sequence: n as u8,
        mavlink2: true,
        signing: volery::model::signing::FrameSigning::Unchecked,
        fingerprint: n,
        message: 33,
        report,
    }
}

fn heartbeat() -> Report {
    Report::Heartbeat(Heartbeat {
        mav_type: MavType(2),
        autopilot: Autopilot::ARDUPILOT,
        armed: true,
        base_mode: 217,
        custom_mode: 4,
        system_status: SystemStatus(4),
        mode: Mode {
            name: "GUIDED".into(),
            known: true,
            class: ModeClass::Guided,
        },
    })
}

fn position(n: u64) -> Report {
    let place = LatLon {
        lat_deg: 47.0 + n as f64 * 1e-7,
        lon_deg: 8.5,
    };
    Report::Position(GlobalPosition {
        place: Some(place),
        north_m_s: Some(3.0),
        ..GlobalPosition::default()
    })
}

#[divan::bench]
fn apply_position(bencher: Bencher<'_, '_>) {
    let mut fleet = fleet();
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        fleet.apply(
            LinkId(0),
            black_box(&heard((n % 250) as u8 + 1, n, position(n))),
        );
    });
}

#[divan::bench]
fn apply_attitude(bencher: Bencher<'_, '_>) {
    let mut fleet = fleet();
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        let attitude = Attitude {
            roll_deg: Some(n as f64),
            ..Attitude::default()
        };
        fleet.apply(
            LinkId(0),
            black_box(&heard((n % 250) as u8 + 1, n, Report::Attitude(attitude))),
        );
    });
}

#[divan::bench]
fn tick_in_which_every_vehicle_changed(bencher: Bencher<'_, '_>) {
    let mut fleet = fleet();
    let mut n = 0;
    let mut held = Vec::new();
    bencher.bench_local(|| {
        n += 50_000;
        for system in 1..=VEHICLES {
            fleet.apply(LinkId(0), &heard(system, n, position(n)));
        }
        let now = TimeUs(1_700_000_000_000_000 + n as i64);
        fleet.tick(now);
        // Readers hold the last snapshot: the next change of a vehicle copies it.
        held = vec![fleet.publish(now)];
    });
    black_box(held);
}

#[divan::bench]
fn tick_in_which_nothing_changed(bencher: Bencher<'_, '_>) {
    let mut fleet = fleet();
    let now = TimeUs(1_700_000_000_100_000);
    bencher.bench_local(|| {
        fleet.tick(now);
        black_box(fleet.publish(now));
    });
}
