//! Where the panes are on screens of all sizes.

use super::*;
use crate::{
    model::snapshot::Snapshot,
    tui::{columns::Sort, filter::Filter, freshness::Habits, samples::vehicle},
};

fn ui(vehicles: u16) -> Ui {
    let mut snapshot = Snapshot::default();
    for number in 0..vehicles {
        let vehicle = vehicle(&format!("v{number}"), 1);
        snapshot.vehicles.insert(vehicle.id.clone(), vehicle.into());
    }
    let mut ui = Ui::default();
    ui.digest.take(&snapshot, &Habits::default());
    ui.digest
        .arrange(Sort::default(), &Filter::default(), &Habits::default());
    ui
}

fn panes(width: u16, height: u16, vehicles: u16) -> Panes {
    *layout(Rect::new(0, 0, width, height), &ui(vehicles))
        .panes()
        .unwrap()
}

#[test]
fn twelve_vehicles_their_detail_and_events_share_80_by_24() {
    let panes = panes(80, 24, 12);
    assert_eq!(panes.rows(), 12);
    assert_eq!(panes.detail.unwrap().height, 3);
    assert_eq!(panes.events.unwrap().height, 2);
}

#[test]
fn a_thousand_vehicles_leave_room_for_detail_and_events() {
    let panes = panes(200, 60, 1_000);
    assert_eq!(panes.rows(), 48);
    assert_eq!(panes.events.unwrap().bottom(), 58);
}

#[test]
fn the_map_stands_right_of_the_table_from_110_columns_on() {
    assert_eq!(panes(109, 40, 3).map, None);
    for (width, wanted) in [(110, 38), (120, 48), (150, 60), (200, 80), (300, 120)] {
        let panes = panes(width, 40, 3);
        let map = panes.map.unwrap();
        assert_eq!((map.width, map.right()), (wanted, width));
        assert_eq!(panes.frame.right(), map.x);
        assert_eq!(panes.map_cells().unwrap(), (wanted - 2, 36));
    }
}

#[test]
fn in_full_the_map_takes_all_between_the_bars() {
    let mut ui = ui(3);
    ui.map.place = MapPlace::Full;
    for (width, height) in [(80, 24), (40, 8), (200, 60)] {
        let layout = layout(Rect::new(0, 0, width, height), &ui);
        let Layout::Map(panes) = layout else {
            panic!("{layout:?}")
        };
        assert_eq!(panes.map, Some(Rect::new(0, 1, width, height - 2)));
        assert_eq!((panes.detail, panes.events), (None, None));
    }
    ui.map.place = MapPlace::Off;
    assert_eq!(
        layout(Rect::new(0, 0, 200, 60), &ui).panes().unwrap().map,
        None
    );
}

#[test]
fn small_screens_have_fewer_panes() {
    let at = |width, height| layout(Rect::new(0, 0, width, height), &ui(3));
    assert_eq!(at(19, 5), Layout::TooSmall);
    assert_eq!(at(20, 4), Layout::TooSmall);
    assert_eq!(at(20, 5), Layout::Tiny);
    assert!(matches!(at(59, 40), Layout::Table(_)));
    assert!(matches!(at(60, 16), Layout::Full(_)));
}

#[test]
fn panes_never_overlap_nor_leave_the_frame() {
    for tall in [false, true] {
        for height in 16..70 {
            for vehicles in [0, 1, 12, 300] {
                let mut ui = ui(vehicles);
                ui.is_detail_tall = tall;
                let layout = layout(Rect::new(0, 0, 80, height), &ui);
                let panes = layout.panes().unwrap();
                let mut end = panes.frame.y + 1;
                for pane in [Some(panes.fleet), panes.detail, panes.events]
                    .into_iter()
                    .flatten()
                {
                    assert!(pane.y >= end && pane.height > 0, "{height} {vehicles}");
                    end = pane.bottom();
                }
                assert_eq!(end, panes.frame.bottom() - 1, "{height} {vehicles} {tall}");
            }
        }
    }
}
