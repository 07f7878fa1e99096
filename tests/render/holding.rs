//! Fleets that hold missions, fences, rally points and parameters: few, many, none, doubted, under way, failed.

use std::{collections::BTreeMap, sync::Arc};

use volery::model::{
    geo::LatLon,
    holdings::{HeldParams, HeldPlan, Holdings},
    ids::VehicleId,
    intent::{Origin, Via},
    mission::{Frame, MissionItem, PlanKind, PlannedHome},
    params::{name::ParamName, set::ParamSet, value::ParamValue},
    snapshot::Snapshot,
    transfer_board::TransferBoard,
    transfer_report::{Outcome, PutResult, TransferProgress, TransferReport, TransferState},
};

use super::fleets::{self, NOW_MS};

const HOME: LatLon = LatLon {
    lat_deg: -35.363_262,
    lon_deg: 149.165_237,
};

/// So many metres north and east of home.
const fn away(north_m: f64, east_m: f64) -> LatLon {
    LatLon {
        lat_deg: HOME.lat_deg + north_m / 111_195.0,
        lon_deg: HOME.lon_deg + east_m / 90_700.0,
    }
}

fn held(kind: PlanKind, items: Vec<MissionItem>) -> HeldPlan {
    let home = PlannedHome {
        place: HOME,
        alt_msl_m: 584.0,
    };
    HeldPlan {
        kind,
        home: (kind == PlanKind::Mission).then_some(home),
        items,
        opaque_id: None,
        t_ms: NOW_MS - 125_000,
        is_coarse: false,
        is_given: false,
        doubt: None,
    }
}

fn at(command: u16, place: LatLon, alt_m: f32) -> MissionItem {
    MissionItem::at(command, Frame::GLOBAL_RELATIVE, place, alt_m)
}

/// Every kind of item an operator meets.
pub(crate) fn patrol() -> Vec<MissionItem> {
    let here = LatLon {
        lat_deg: 0.0,
        lon_deg: 0.0,
    };
    vec![
        at(22, here, 30.0),
        at(16, away(180.0, -120.0), 50.0).with_params([5.0, 2.0, 0.0, f32::NAN]),
        MissionItem::action(178, [1.0, 6.5, -1.0, 0.0]),
        MissionItem {
            frame: Frame::GLOBAL,
            ..at(16, away(300.0, 60.0), 640.0)
        },
        MissionItem {
            frame: Frame::GLOBAL_TERRAIN,
            ..at(19, away(220.0, 240.0), 45.5)
        }
        .with_params([30.0, 0.0, 0.0, 0.0]),
        at(201, away(90.0, 120.0), 0.0),
        MissionItem::action(177, [2.0, 3.0, 0.0, 0.0]),
        MissionItem::action(65_000, [1.0, 2.0, 0.0, 0.0]),
        MissionItem::action(20, [0.0; 4]),
    ]
}

/// A survey of so many waypoints.
fn survey(count: u16) -> Vec<MissionItem> {
    let item = |n: u16| {
        let (lane, along) = (n / 20, n % 20);
        let along = if lane.is_multiple_of(2) {
            along
        } else {
            19 - along
        };
        at(
            16,
            away(f64::from(lane) * 12.0, f64::from(along) * 25.0),
            60.0,
        )
    };
    (0..count).map(item).collect()
}

fn fence() -> Vec<MissionItem> {
    let corner = |command, of: f32, place| at(command, place, 0.0).with_params([of, 0.0, 0.0, 0.0]);
    vec![
        corner(5001, 4.0, away(-80.0, -260.0)),
        corner(5001, 4.0, away(-80.0, 360.0)),
        corner(5001, 4.0, away(420.0, 360.0)),
        corner(5001, 4.0, away(420.0, -260.0)),
        corner(5002, 3.0, away(100.0, -60.0)),
        corner(5002, 3.0, away(160.0, 20.0)),
        corner(5002, 3.0, away(40.0, 40.0)),
        corner(5004, 45.0, away(60.0, 240.0)),
        at(5000, away(-20.0, 0.0), 40.0),
    ]
}

fn rally() -> Vec<MissionItem> {
    vec![
        at(5100, away(20.0, -180.0), 35.0),
        at(5100, away(-40.0, 300.0), 40.5),
    ]
}

fn name(text: &str) -> ParamName {
    ParamName::new(text).expect("a name of this file")
}

/// So many parameters, some of each type.
pub(crate) fn params(count: u16, twist: i8) -> HeldParams {
    let groups = ["ATC_", "EK3_", "FENCE_", "RTL_", "SERVO9_", "WPNAV_"];
    let mut set = ParamSet::new();
    for n in 0..count {
        let group = groups[usize::from(n) % groups.len()];
        let value = match n % 3 {
            0 => ParamValue::I8((n % 5) as i8 + twist),
            1 => ParamValue::Real32(f32::from(n) * 0.125),
            _ => ParamValue::I32(i32::from(n) * 1_000),
        };
        set.insert(name(&format!("{group}P{n:04}")), value);
    }
    set.expect(count);
    HeldParams {
        set,
        hash: None,
        t_ms: NOW_MS - 64_000,
        by_file: true,
        unreadable: Vec::new(),
        doubt: None,
    }
}

fn give(snapshot: &mut Snapshot, id: &str, holdings: Holdings) {
    let mut all: BTreeMap<VehicleId, Arc<Holdings>> = (*snapshot.holdings).clone();
    all.insert(id.into(), Arc::new(holdings));
    snapshot.holdings = Arc::new(all);
}

/// Three vehicles; Alpha holds everything, Bravo a mission.
pub(crate) fn three() -> Snapshot {
    let mut snapshot = fleets::three();
    give(
        &mut snapshot,
        "alpha",
        Holdings {
            mission: Some(Arc::new(held(PlanKind::Mission, patrol()))),
            fence: Some(Arc::new(held(PlanKind::Fence, fence()))),
            rally: Some(Arc::new(held(PlanKind::Rally, rally()))),
            params: Some(Arc::new(params(40, 0))),
        },
    );
    give(
        &mut snapshot,
        "bravo",
        Holdings {
            mission: Some(Arc::new(held(PlanKind::Mission, survey(30)))),
            params: Some(Arc::new(params(38, 1))),
            ..Holdings::default()
        },
    );
    snapshot
}

/// Alpha holds 500 items and 1,300 parameters.
pub(crate) fn many() -> Snapshot {
    let mut snapshot = fleets::three();
    give(
        &mut snapshot,
        "alpha",
        Holdings {
            mission: Some(Arc::new(held(PlanKind::Mission, survey(500)))),
            params: Some(Arc::new(params(1_300, 0))),
            ..Holdings::default()
        },
    );
    snapshot
}

/// What Alpha holds may be another by now.
pub(crate) fn doubted() -> Snapshot {
    let mut snapshot = three();
    let alpha = VehicleId::from("alpha");
    let mut holdings = (*snapshot.holdings[&alpha]).clone();
    holdings.doubt("an upload broke off");
    give(&mut snapshot, "alpha", holdings);
    snapshot
}

fn report(work: &'static str, state: TransferState, text: &str) -> TransferReport {
    TransferReport {
        ticket: 7,
        request: "s7".into(),
        vehicle: "alpha".into(),
        work,
        state,
        progress: TransferProgress {
            phase: "sending",
            done: 120,
            total: Some(500),
        },
        retries: 3,
        text: text.into(),
        asked_ms: NOW_MS - 12_000,
        took_ms: 12_000,
        origin: Origin {
            via: Via::Screen,
            who: "screen".into(),
        },
        outcome: None,
    }
}

fn with(mut snapshot: Snapshot, report: TransferReport) -> Snapshot {
    let mut board = TransferBoard::default();
    board.put(report);
    snapshot.transfers = Arc::new(board);
    snapshot
}

/// A mission is on its way.
pub(crate) fn under_way() -> Snapshot {
    with(three(), report("mission put", TransferState::Running, ""))
}

/// It broke off.
pub(crate) fn partial() -> Snapshot {
    let text = "the vehicle fell silent after 120 of 500 items; the vehicle may hold a partial mission: \
                ArduPilot keeps a mix of the new items and the old ones";
    let mut report = report("mission put", TransferState::Failed, text);
    report.outcome = Some(Arc::new(Outcome::Put(PutResult {
        items: 500,
        may_be_partial: true,
        ..PutResult::default()
    })));
    with(doubted(), report)
}

/// A fence is taken away from three: done, refused, still under way.
pub(crate) fn fences_clearing() -> Snapshot {
    let mut board = TransferBoard::default();
    for (vehicle, state, text) in [
        ("alpha", TransferState::Done, "the fence is empty"),
        (
            "bravo",
            TransferState::Rejected,
            "the vehicle refused: denied",
        ),
        ("charlie", TransferState::Running, ""),
    ] {
        board.put(TransferReport {
            vehicle: vehicle.into(),
            ..report("fence clear", state, text)
        });
    }
    let mut snapshot = three();
    snapshot.transfers = Arc::new(board);
    snapshot
}
