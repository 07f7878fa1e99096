//! The map as an operator sees it: anywhere on earth, at every scale, in every dress.

#[path = "render/desk.rs"]
mod desk;
#[path = "render/fleets.rs"]
#[expect(dead_code, reason = "the tests of the whole screen use the rest")]
mod fleets;
#[path = "map/reach.rs"]
mod reach;
#[path = "map/skies.rs"]
mod skies;

use crossterm::event::KeyCode;
use desk::Desk;
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};
use skies::at;
use volery::{
    model::{geo::LatLon, ids::VehicleId, snapshot::Snapshot},
    tui::{
        map::{MapPlace, Tracking},
        message::{Message, Mouse, MouseKind},
        theme::{Depth, ThemeName},
        ui::Pane,
    },
};

const CANBERRA: LatLon = at(-35.363_262, 149.165_237);

/// A screen with the map alone.
fn full(columns: u16, rows: u16, fleet: Snapshot) -> Desk {
    let mut desk = Desk::new(columns, rows, fleet);
    while desk.ui.map.place != MapPlace::Full {
        desk.type_in("m");
    }
    desk
}

/// The same, looking at a place with so many metres to the column.
fn looking(size: (u16, u16), fleet: Snapshot, centre: LatLon, m_per_column: f64) -> Desk {
    let mut desk = full(size.0, size.1, fleet);
    desk.ui.map.tracking = Tracking::Free;
    (desk.ui.map.centre, desk.ui.map.m_per_column) = (centre, m_per_column);
    desk
}

/// The cell that holds the beginning of a text.
fn find(buffer: &Buffer, text: &str) -> Option<(u16, u16)> {
    find_from(0, buffer, text)
}

/// The same right of a column.
fn find_from(first: u16, buffer: &Buffer, text: &str) -> Option<(u16, u16)> {
    let wanted: Vec<_> = text.chars().map(String::from).collect();
    (0..buffer.area.height).find_map(|y| {
        (first..(buffer.area.width + 1).saturating_sub(wanted.len() as u16))
            .find(|x| {
                let cells = wanted.iter().zip(*x..);
                cells
                    .into_iter()
                    .all(|(letter, x)| buffer[(x, y)].symbol() == letter)
            })
            .map(|x| (x, y))
    })
}

#[test]
fn before_anything_is_heard_the_globe_is_shown() {
    insta::assert_snapshot!("empty_80x24", full(80, 24, fleets::empty()).text());
    insta::assert_snapshot!(
        "empty_beside_120x40",
        Desk::new(120, 40, fleets::empty()).text()
    );
}

#[test]
fn three_vehicles_with_tracks_home_scale_and_graticule() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let desk = full(columns, rows, skies::three(CANBERRA));
        insta::assert_snapshot!(format!("three_{columns}x{rows}"), desk.text());
    }
}

#[test]
fn the_map_beside_the_table() {
    for (columns, rows) in [(110, 24), (150, 40), (200, 60)] {
        let desk = Desk::new(columns, rows, skies::troubled());
        insta::assert_snapshot!(format!("beside_{columns}x{rows}"), desk.text());
    }
}

#[test]
fn a_thousand_vehicles() {
    insta::assert_snapshot!("thousand_120x40", full(120, 40, skies::thousand()).text());
}

#[test]
fn across_the_antimeridian() {
    let desk = full(120, 40, skies::antimeridian());
    insta::assert_snapshot!("antimeridian_120x40", desk.text());
    assert!(
        (desk.ui.map.centre.lon_deg.abs() - 180.0).abs() < 2.0,
        "{:?}",
        desk.ui.map.centre
    );
}

#[test]
fn round_the_north_pole() {
    let pole = looking((120, 40), skies::north_pole(), at(90.0, 0.0), 1_600.0);
    insta::assert_snapshot!("pole_120x40", pole.text());
}

#[test]
fn from_twenty_metres_to_the_whole_earth() {
    let mut near = full(120, 40, skies::three(CANBERRA));
    near.type_in("c");
    near.type_in(&"+".repeat(40));
    insta::assert_snapshot!("near_120x40", near.text());
    let globe = looking((120, 40), skies::three(CANBERRA), at(20.0, 60.0), 175_000.0);
    insta::assert_snapshot!("globe_120x40", globe.text());
    let mut world = looking((120, 40), skies::three(CANBERRA), at(10.0, 10.0), 175_000.0);
    world.type_in("---");
    insta::assert_snapshot!("world_120x40", world.text());
}

#[test]
fn a_coast_with_borders() {
    let europe = looking((120, 40), skies::three(CANBERRA), at(50.0, 10.0), 22_000.0);
    insta::assert_snapshot!("europe_120x40", europe.text());
}

#[test]
fn ascii_has_no_braille_and_the_same_places() {
    let desk = full(120, 40, skies::troubled());
    let ascii =
        full(120, 40, skies::troubled()).with_theme(ThemeName::Default, Depth::Sixteen, true);
    let text = ascii.text();
    assert!(text.is_ascii());
    insta::assert_snapshot!("ascii_120x40", text);
    for name in ["1 Alpha", "5 Echo", "6 Foxtrot"] {
        assert_eq!(
            find(&desk.buffer(), name),
            find(&ascii.buffer(), name),
            "{name}"
        );
    }
}

#[test]
fn without_colour_the_weight_tells() {
    let desk = full(120, 40, skies::troubled()).with_theme(ThemeName::Mono, Depth::Mono, false);
    let buffer = desk.buffer();
    let modifier = |text: &str| {
        let (x, y) = find(&buffer, text).unwrap_or_else(|| panic!("{text}"));
        buffer[(x, y)].modifier
    };
    assert!(
        modifier("2 Bravo").contains(Modifier::REVERSED),
        "the worst is selected"
    );
    assert!(modifier("5 Echo").contains(Modifier::DIM));
    assert!(modifier("1 Alpha").is_empty());
    let mut other =
        full(120, 40, skies::troubled()).with_theme(ThemeName::Mono, Depth::Mono, false);
    other.ui.selected = Some(VehicleId::from("alpha"));
    let buffer = other.buffer();
    let (x, y) = find(&buffer, "2 Bravo").expect("Bravo");
    let sign = &buffer[(x + 8, y)];
    assert_eq!(sign.symbol(), "■");
    assert!(
        sign.modifier
            .contains(Modifier::BOLD | Modifier::UNDERLINED)
    );
}

#[test]
fn what_is_lost_late_old_or_critical_is_seen_to_be() {
    let mut desk = full(120, 40, skies::troubled());
    desk.ui.selected = Some(VehicleId::from("alpha"));
    let buffer = desk.buffer();
    let vermilion = Color::Rgb(0xff, 0x6a, 0x1a);
    let dim = Color::Rgb(0x8c, 0x93, 0x9c);
    let cell = |text: &str, right: i32| {
        let (x, y) = find(&buffer, text).unwrap_or_else(|| panic!("{text}"));
        &buffer[((i32::from(x) + right) as u16, y)]
    };
    assert_eq!(
        (cell("?5 Echo", 0).fg, cell("5 Echo", 0).fg),
        (vermilion, dim)
    );
    assert_eq!(
        (cell("5 Echo 12s", 7).fg, cell("5 Echo 12s", 7).symbol()),
        (vermilion, "1")
    );
    assert_eq!(cell("2 Bravo ■", 8).fg, vermilion);
    assert_eq!(cell("3 Charlie ◐", 10).symbol(), "◐");
    assert_eq!(cell("?4 Delta", 0).fg, dim, "a place not heard for 15 s");
    assert!(
        desk.text()
            .contains("Echo last heard 12s ago, inside the dashed ring")
    );
}

#[test]
fn the_ring_of_a_lost_vehicle_grows_with_time_and_is_round() {
    let ring = |seconds: i64| {
        let mut desk = looking((120, 40), skies::troubled(), CANBERRA, 20.0);
        desk.now_ms += seconds * 1_000;
        // Without the line to a home.
        desk.ui.selected = None;
        let buffer = desk.buffer();
        let dim = Color::Rgb(0x8c, 0x93, 0x9c);
        let is_dot = |x: u16, y: u16| {
            let cell = &buffer[(x, y)];
            let letter = cell.symbol().chars().next().unwrap_or(' ');
            cell.fg == dim && ('\u{2801}'..='\u{28ff}').contains(&letter)
        };
        let all = (2..118).flat_map(|x| (2..36).map(move |y| (x, y)));
        let dots: Vec<_> = all.filter(|(x, y)| is_dot(*x, *y)).collect();
        let width = dots.iter().map(|dot| dot.0).max().unwrap()
            - dots.iter().map(|dot| dot.0).min().unwrap();
        let height = dots.iter().map(|dot| dot.1).max().unwrap()
            - dots.iter().map(|dot| dot.1).min().unwrap();
        (width, height)
    };
    let (young, older) = (ring(0), ring(20));
    assert!(older.0 > young.0 + 8, "{young:?} {older:?}");
    assert!(older.0.abs_diff(older.1 * 2) <= 4, "{older:?}");
}

#[test]
fn the_keys_of_the_map_do_what_the_help_says() {
    let mut desk = Desk::new(80, 24, skies::three(CANBERRA));
    assert!(!desk.text().contains("Map"));
    desk.type_in("m");
    assert_eq!(
        (desk.ui.map.place, desk.ui.pane),
        (MapPlace::Full, Pane::Map)
    );
    assert_eq!(desk.ui.map.tracking, Tracking::Fit);
    let before = desk.ui.map.clone();
    desk.type_in("++");
    assert!(desk.ui.map.m_per_column < before.m_per_column / 2.0);
    desk.press(KeyCode::Left);
    assert!(desk.ui.map.centre.lon_deg < before.centre.lon_deg);
    desk.type_in("0");
    assert_eq!(desk.ui.map, before);
    desk.type_in("f");
    assert!(desk.text().contains("follow Alpha"));
    desk.type_in("f");
    assert_eq!(desk.ui.map.tracking, Tracking::Free);
    desk.press(KeyCode::Esc);
    assert_eq!(
        (desk.ui.map.place, desk.ui.pane),
        (MapPlace::Beside, Pane::Fleet)
    );
    desk.type_in("+");
    assert!(desk.text().contains("the map is off: m shows it"));
}

#[test]
fn on_a_wide_screen_m_goes_round_and_tab_gives_the_map_the_arrows() {
    let mut desk = Desk::new(150, 40, skies::three(CANBERRA));
    let mut places = Vec::new();
    for _ in 0..3 {
        places.push(desk.ui.map.place);
        desk.type_in("m");
    }
    assert_eq!(places, [MapPlace::Beside, MapPlace::Full, MapPlace::Off]);
    let selected = desk.ui.selected.clone();
    let before = desk.ui.map.centre;
    desk.press(KeyCode::Tab);
    desk.press(KeyCode::Tab);
    assert_eq!(desk.ui.pane, Pane::Map);
    assert!(desk.text().lines().last().unwrap().contains("+ nearer"));
    desk.type_in("jl");
    assert!(
        desk.ui.map.centre.lat_deg < before.lat_deg && desk.ui.map.centre.lon_deg > before.lon_deg
    );
    assert_eq!(desk.ui.selected, selected);
    desk.press(KeyCode::Tab);
    desk.type_in("j");
    assert_ne!(desk.ui.selected, selected, "the table has the keys again");
}

#[test]
fn a_click_selects_by_id_and_the_wheel_zooms() {
    let mut desk = Desk::new(150, 40, skies::three(CANBERRA));
    let (x, y) = find_from(90, &desk.buffer(), "2 Bravo").expect("Bravo");
    let mouse = |kind, column, row| Message::Mouse(Mouse { kind, column, row });
    desk.send(mouse(MouseKind::Press, x - 1, y));
    desk.send(mouse(MouseKind::Release, x - 1, y));
    assert_eq!(desk.ui.selected, Some(VehicleId::from("bravo")));
    let before = desk.ui.map.m_per_column;
    desk.send(mouse(MouseKind::Wheel(-3), x, y));
    assert!(desk.ui.map.m_per_column < before);
    desk.send(mouse(MouseKind::Press, 148, 3));
    desk.send(mouse(MouseKind::Release, 148, 3));
    assert!(desk.ui.map.cursor.is_some());
    assert_eq!(desk.ui.selected, Some(VehicleId::from("bravo")));
    desk.press(KeyCode::Esc);
    assert_eq!(desk.ui.map.cursor, None);
}

#[test]
fn new_positions_do_not_move_a_map_that_shows_them() {
    let mut desk = Desk::new(150, 40, skies::three(CANBERRA));
    let before = desk.ui.map.clone();
    for n in 1..20 {
        let moved = skies::three(skies::off(CANBERRA, f64::from(n) * 2.0, 0.0));
        desk.send(Message::Snapshot(std::sync::Arc::new(moved)));
        assert_eq!(desk.ui.map, before, "{n}");
    }
    let gone = skies::three(skies::off(CANBERRA, 2_000.0, 0.0));
    desk.send(Message::Snapshot(std::sync::Arc::new(gone)));
    assert_ne!(desk.ui.map, before);
    assert!(desk.text().contains("3 Charlie"));
}

#[test]
fn many_in_one_cell_are_one_sign_with_a_count() {
    let middle = skies::off(CANBERRA, 2_000.0, 2_000.0);
    let desk = looking((120, 40), skies::troubled(), middle, 5_000.0);
    let text = desk.text();
    assert!(text.contains("2 Bravo ■ +5"), "{text}");
}

#[test]
fn who_is_off_the_map_is_counted_and_who_is_filtered_away_is_not() {
    let mut desk = looking((120, 40), skies::three(CANBERRA), at(10.0, 10.0), 100.0);
    assert!(desk.text().contains("3 off the map, 0 shows all"));
    desk.type_in("/alpha");
    desk.press(KeyCode::Enter);
    assert!(desk.text().contains("1 off the map"));
}

#[test]
fn vehicles_off_a_narrow_map_are_counted() {
    for columns in [110, 114, 120, 150] {
        let mut desk = Desk::new(columns, 24, fleets::three());
        desk.press(KeyCode::Tab);
        desk.press(KeyCode::Tab);
        for _ in 0..30 {
            desk.press(KeyCode::Left);
        }
        let text = desk.text();
        assert!(text.contains("3 off"), "{columns}: {text}");
        assert!(
            text.contains("0 fits") || text.contains("0 shows all"),
            "{text}"
        );
    }
}
