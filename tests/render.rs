//! The screen as an operator sees it: pictures at three sizes, and what must never be overlooked.

#[path = "render/aboard.rs"]
mod aboard;
#[path = "render/any.rs"]
mod any;
#[path = "render/commanding.rs"]
mod commanding;
#[path = "render/desk.rs"]
mod desk;
#[path = "render/errands.rs"]
mod errands;
#[path = "render/fleets.rs"]
mod fleets;
#[path = "render/hands.rs"]
mod hands;
#[path = "render/holding.rs"]
mod holding;

use std::sync::{Arc, atomic::Ordering};

use crossterm::event::KeyCode;
use desk::Desk;
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};
use volery::{
    model::{event::Event, snapshot::Snapshot, words::Severity},
    tui::{
        keymap,
        theme::{Depth, ThemeName},
    },
};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn pictures(name: &str, fleet: impl Fn() -> Snapshot, dress: impl Fn(Desk) -> Desk) {
    for (columns, rows) in SIZES {
        let desk = dress(Desk::new(columns, rows, fleet()));
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), desk.text());
    }
}

#[test]
fn an_empty_station_says_where_it_listens_and_what_to_try() {
    pictures("empty", fleets::empty, |desk| desk);
}

#[test]
fn three_healthy_vehicles() {
    pictures("three", fleets::three, |desk| desk);
}

#[test]
fn twelve_vehicles_with_every_trouble() {
    pictures("troubled", fleets::troubled, |desk| desk);
}

#[test]
fn a_thousand_vehicles() {
    pictures("thousand", fleets::thousand, |desk| desk);
}

#[test]
fn a_vehicle_of_which_only_heartbeats_come_looks_neither_healthy_nor_current() {
    let desk = Desk::new(140, 40, fleets::only_heartbeats());
    let (text, buffer) = (desk.text(), desk.buffer());
    assert!(
        text.contains("▲Alpha") || text.contains("▲   1 Alpha"),
        "{text}"
    );
    assert!(text.contains("no telemetry 15s"), "{text}");
    assert!(text.contains("(battery 12%) 15s"), "{text}");
    assert!(text.contains(" hb│"), "{text}");
    for old in ["(battery 12%) 15s", "(12%)"] {
        let (x, y) = find(&buffer, old).expect(old);
        let style = buffer[(x, y)].style();
        assert_eq!(style.fg, desk.theme.dim.fg, "{old}");
        assert!(!style.add_modifier.contains(Modifier::BOLD), "{old}");
    }
    let (_, alpha) = find(&buffer, "Alpha").expect("Alpha");
    let (_, bravo) = find(&buffer, "Bravo").expect("Bravo");
    assert!(alpha < bravo, "trouble first");
}

#[test]
fn sign_and_charge_stand_at_every_width() {
    for columns in 20..=120 {
        let desk = Desk::new(columns, 24, fleets::weak());
        let text = desk.text();
        let is_row = |line: &&str| line.contains("20%") && (line.contains('▲') || columns < 40);
        let row = text.lines().skip(1).find(is_row);
        let row = row.unwrap_or_else(|| panic!("{columns}\n{text}"));
        assert!(
            text.lines().skip(1).any(|line| line.contains('▲')),
            "{columns}\n{text}"
        );
        assert!(columns < 60 || row.contains("23.4V"), "{columns}\n{text}");
    }
}

#[test]
fn everybody_lost() {
    pictures("lost", fleets::all_lost, |desk| desk);
}

#[test]
fn names_nobody_should_choose() {
    pictures("names", fleets::badly_named, |desk| desk);
}

#[test]
fn ascii_signs_only() {
    pictures("ascii", fleets::troubled, |desk| {
        desk.with_theme(ThemeName::Default, Depth::Sixteen, true)
    });
}

#[test]
fn no_colour_shows_by_weight_what_colour_would() {
    for (columns, rows) in SIZES {
        let desk = Desk::new(columns, rows, fleets::troubled());
        let desk = desk.with_theme(ThemeName::Default, Depth::Mono, false);
        insta::assert_snapshot!(format!("mono_{columns}x{rows}"), weights(&desk.buffer()));
    }
}

/// Bold, dim, reversed and underlined cells by letter; critical is both bold and underlined: `C`.
fn weights(buffer: &Buffer) -> String {
    let letter = |modifier: Modifier| match modifier {
        m if m.contains(Modifier::BOLD | Modifier::UNDERLINED) => 'C',
        m if m.contains(Modifier::BOLD | Modifier::REVERSED) => 'A',
        m if m.contains(Modifier::REVERSED) => 'r',
        m if m.contains(Modifier::BOLD) => 'b',
        m if m.contains(Modifier::DIM) => 'd',
        m if m.contains(Modifier::UNDERLINED) => 'u',
        _ => '.',
    };
    let width = usize::from(buffer.area.width);
    let lines = buffer.content.chunks(width).map(|cells| {
        let line: String = cells.iter().map(|cell| letter(cell.modifier)).collect();
        line.trim_end_matches('.').to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn dialogs_lie_over_the_living_screen() {
    let mut desk = Desk::new(100, 30, fleets::troubled());
    desk.type_in("?");
    insta::assert_snapshot!("help", desk.text());
    desk.type_in("battery");
    insta::assert_snapshot!("help_searched", desk.text());
    desk.press(KeyCode::Esc);
    desk.type_in("q");
    desk.type_in("qui");
    insta::assert_snapshot!("quit", desk.text());
    desk.press(KeyCode::Esc);
    desk.type_in("/north !rtl");
    insta::assert_snapshot!("filter", desk.text());
}

#[test]
fn a_tall_detail_shows_all_that_is_known() {
    let mut desk = Desk::new(120, 40, fleets::three());
    desk.press(KeyCode::Enter);
    insta::assert_snapshot!("detail_tall", desk.text());
}

#[test]
fn the_table_by_group() {
    let mut desk = Desk::new(100, 30, fleets::troubled());
    desk.type_in("o");
    insta::assert_snapshot!("groups", desk.text());
    desk.press(KeyCode::Left);
    insta::assert_snapshot!("groups_closed", desk.text());
    assert!(desk.text().contains("in a closed group"), "{}", desk.text());
}

#[test]
fn the_operators_units_stand_in_heading_and_cell() {
    let mut desk = Desk::new(108, 40, fleets::three());
    let metric = desk.text();
    assert!(metric.contains("ALT m") && metric.contains("SPD"));
    desk.type_in("TT");
    let aviation = desk.text();
    assert!(aviation.contains("ALT ft"), "{aviation}");
    assert!(!aviation.contains("ALT m"));
}

#[test]
fn nothing_in_the_detail_of_a_lost_vehicle_looks_fresh() {
    let mut desk = Desk::new(140, 40, fleets::all_lost());
    desk.press(KeyCode::Enter);
    let buffer = desk.buffer();
    let text = desk.text();
    assert!(text.contains("silent for 74s"), "{text}");
    for stale in ["roll", "sensors", "battery 0", "alt 2 min"] {
        let Some((x, y)) = find(&buffer, stale) else {
            continue;
        };
        let green = Color::Rgb(0x00, 0xb3, 0x82);
        for cell in (x..139).map(|x| &buffer[(x, y)]) {
            assert_ne!(cell.fg, green, "{stale} in {text}");
        }
    }
}

#[test]
fn an_order_whose_column_has_no_room_stands_in_the_title() {
    let mut desk = Desk::new(80, 24, fleets::three());
    desk.type_in("sh");
    let text = desk.text();
    let title = text.lines().nth(1).expect("a title");
    assert!(title.contains("by HOME▼"), "{title}");
    desk.type_in("sb");
    assert!(!desk.text().contains("by BATTERY"));
}

#[test]
fn keys_of_ones_own_stand_in_footer_and_help() {
    let mut desk = Desk::new(120, 60, fleets::three());
    let own = [("X X", "filter"), ("p", "none")];
    desk.keymap = volery::tui::keymap::lookup::Keymap::with(&own).expect("good keys");
    let last = desk.text().lines().last().expect("a footer").to_owned();
    assert!(
        last.contains("X X filter") && !last.contains("freeze"),
        "{last}"
    );
    desk.type_in("X");
    let last = desk.text().lines().last().expect("a footer").to_owned();
    assert!(last.contains("X filter"), "{last}");
    desk.press(KeyCode::Esc);
    desk.type_in("?freeze");
    assert!(desk.text().contains("--  "), "no key is left for it");
}

#[test]
fn very_small_screens() {
    for (columns, rows) in [(20, 5), (39, 7), (50, 12), (19, 5), (6, 1)] {
        let desk = Desk::new(columns, rows, fleets::troubled());
        insta::assert_snapshot!(format!("small_{columns}x{rows}"), desk.text());
    }
}

/// The line that holds `text`, as (row, first column).
fn find(buffer: &Buffer, text: &str) -> Option<(u16, u16)> {
    let wanted: Vec<_> = text.chars().map(String::from).collect();
    (0..buffer.area.height).find_map(|y| {
        (0..buffer.area.width.saturating_sub(wanted.len() as u16 - 1))
            .find(|x| {
                wanted
                    .iter()
                    .zip(*x..)
                    .all(|(letter, x)| buffer[(x, y)].symbol() == letter)
            })
            .map(|x| (x, y))
    })
}

#[test]
fn the_worst_vehicle_is_first_and_critical_by_sign_colour_and_word() {
    let buffer = Desk::new(80, 24, fleets::troubled()).buffer();
    let (x, y) = find(&buffer, "battery 14%").expect("the word");
    assert_eq!(y, 3, "first row");
    let vermilion = Color::Rgb(0xff, 0x6a, 0x1a);
    assert_eq!(buffer[(x, y)].fg, vermilion);
    assert!(buffer[(x, y)].modifier.contains(Modifier::BOLD));
    assert_eq!(buffer[(3, y)].symbol(), "■");
    assert_eq!(buffer[(3, y)].fg, vermilion);
    let (x, y) = find(&buffer, "1 critical").expect("the count");
    assert_eq!((y, buffer[(x, y)].bg), (0, Color::Rgb(0xd5, 0x5e, 0x00)));
}

#[test]
fn a_lost_vehicle_keeps_its_last_battery_and_height_in_brackets() {
    let text = Desk::new(108, 40, fleets::troubled()).text();
    let echo = text.lines().find(|line| line.contains("Echo")).unwrap();
    for part in ["×", "LOST 12s", "(80%)", "(36)", "(515)"] {
        assert!(echo.contains(part), "{part} in {echo}");
    }
    assert!(
        !echo.contains("7.5"),
        "no old speed as if it were live: {echo}"
    );
}

#[test]
fn a_conflict_is_named_in_row_and_status_bar() {
    let text = Desk::new(80, 24, fleets::troubled()).text();
    assert!(text.lines().next().unwrap().contains("‡ 1 conflict"));
    assert!(text.contains("CONFLICT"));
}

#[test]
fn an_overdue_number_is_dim_and_a_fresh_one_beside_it_is_not() {
    let buffer = Desk::new(108, 40, fleets::troubled()).buffer();
    let dim = Color::Rgb(0x8c, 0x93, 0x9c);
    let (x, y) = find(&buffer, "73.0").expect("altitude of Juliett, 9 s old");
    assert_eq!(buffer[(x, y)].fg, dim);
    let (x, _) = find(&buffer, "11.0").expect("its speed");
    assert_ne!(buffer[(x, y)].fg, dim);
}

#[test]
fn a_new_critical_blinks_and_an_old_one_does_not() {
    let mut desk = Desk::new(80, 24, fleets::troubled());
    let blinks = |desk: &Desk| {
        desk.buffer()[(3, 3)]
            .modifier
            .contains(Modifier::SLOW_BLINK)
    };
    assert!(blinks(&desk));
    desk.now_ms += 10_000;
    assert!(!blinks(&desk));
}

#[test]
fn nothing_foreign_reaches_a_cell_as_a_control_or_direction_mark() {
    for (columns, rows) in SIZES {
        let mut desk = Desk::new(columns, rows, fleets::badly_named());
        desk.press(KeyCode::Enter);
        for cell in &desk.buffer().content {
            let is_bad = |letter: char| {
                letter.is_control()
                    || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            };
            assert!(!cell.symbol().chars().any(is_bad), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn wide_names_do_not_move_the_columns_after_them() {
    let buffer = Desk::new(120, 40, fleets::badly_named()).buffer();
    let (x, _) = find(&buffer, "in air").expect("a status");
    for y in 3..9 {
        assert_eq!(buffer[(x, y)].symbol(), "i", "row {y}");
        assert_eq!(buffer[(x - 1, y)].symbol(), " ", "row {y}");
    }
}

#[test]
fn ascii_means_ascii_in_every_cell() {
    for fleet in [
        fleets::troubled(),
        fleets::badly_named(),
        fleets::empty(),
        fleets::three(),
    ] {
        let mut desk = Desk::new(200, 60, fleet).with_theme(ThemeName::Default, Depth::True, true);
        for keys in ["", "?", "s", "/\u{e9}"] {
            desk.type_in(keys);
            assert!(desk.text().is_ascii(), "{}", desk.text());
            desk.press(KeyCode::Esc);
        }
    }
}

#[test]
fn the_footer_fits_eighty_columns_and_greys_what_cannot_be_done() {
    let buffer = Desk::new(80, 24, fleets::empty()).buffer();
    let (x, y) = find(&buffer, "Space").expect("the key");
    assert_eq!(y, 23);
    assert_eq!(buffer[(x, y)].fg, Color::Rgb(0x4e, 0x55, 0x5e));
    let buffer = Desk::new(80, 24, fleets::three()).buffer();
    let (x, y) = find(&buffer, "Space").expect("the key");
    assert_ne!(buffer[(x, y)].fg, Color::Rgb(0x4e, 0x55, 0x5e));
}

#[test]
fn a_frozen_screen_and_a_stopped_station_say_so() {
    let mut desk = Desk::new(80, 24, fleets::three());
    desk.type_in("p");
    desk.now_ms += 12_000;
    assert!(desk.text().contains("FROZEN 12s"));
    assert!(desk.text().contains("in air"), "ages stand still");
    desk.send(volery::tui::message::Message::Closed);
    assert!(desk.text().contains("STATION STOPPED"));
}

#[test]
fn the_key_table_for_the_readme() {
    insta::assert_snapshot!("keys", keymap::markdown());
}

#[test]
fn worse_rows_outside_the_window_are_counted_on_the_frame() {
    let mut desk = Desk::new(80, 24, fleets::thousand());
    assert!(!desk.text().contains("worse"), "{}", desk.text());
    desk.press(KeyCode::End);
    let text = desk.text();
    let title = text.lines().nth(1).expect("a title");
    assert!(title.contains("worse above"), "{title}");
    desk.press(KeyCode::Home);
    desk.type_in("sn");
    let text = desk.text();
    let title = text.lines().nth(1).expect("a title");
    assert!(title.contains("worse below"), "{title}");
}

#[test]
fn the_first_row_is_looked_at_until_the_operator_chooses() {
    let mut desk = Desk::new(80, 24, fleets::three());
    assert!(desk.text().contains("first row: "), "{}", desk.text());
    desk.press(KeyCode::Down);
    assert!(!desk.text().contains("first row: "));
}

#[test]
fn an_armed_vehicle_well_above_home_is_in_air_without_a_landed_state() {
    let mut up = fleets::flying("Alpha", 1, "AUTO", 100);
    up.landed = None;
    assert_eq!(volery::tui::row::doing(&up), "in air");
    up.armed = Some(false);
    assert_eq!(volery::tui::row::doing(&up), "ok");
}

#[test]
fn the_commands_of_an_empty_screen_are_whole() {
    for columns in [60, 80, 120, 200] {
        let text = Desk::new(columns, 40, fleets::empty()).text();
        for command in [
            "volery --link /dev/ttyUSB0,57600",
            "sim_vehicle.py --out udp:127.0.0.1:14550",
            "volery sim",
            "volery doctor",
        ] {
            assert!(text.contains(command), "{columns}: {command} in\n{text}");
        }
    }
}

#[test]
fn a_tall_detail_cuts_nothing_off_while_lines_are_empty() {
    let mut desk = Desk::new(80, 40, fleets::three());
    desk.press(KeyCode::Enter);
    let text = desk.text();
    assert!(text.contains("flight "), "{text}");
    let detail = text.lines().skip_while(|line| !line.starts_with("├ "));
    let detail: Vec<_> = detail.take(12).collect();
    assert!(!detail.join("\n").contains('…'), "{text}");
}

#[test]
fn a_replay_says_where_it_stands_and_that_it_has_ended() {
    let replay = volery::tui::station::Replay::default();
    let start_ms = fleets::NOW_MS - 151_000;
    replay.first_ms.store(start_ms, Ordering::Relaxed);
    replay.last_ms.store(start_ms + 231_000, Ordering::Relaxed);
    let mut desk = Desk::new(120, 40, fleets::three());
    desk.station.note = Some("REPLAY ×1".into());
    desk.station.replay = Some(replay.into());
    let first = |desk: &Desk| desk.text().lines().next().unwrap_or_default().to_owned();
    assert!(
        first(&desk).contains("REPLAY ×1 02:31 / 03:51"),
        "{}",
        first(&desk)
    );
    let mut ended = fleets::three();
    for link in ended.links.values_mut() {
        std::sync::Arc::make_mut(link).state = volery::model::link::LinkPhase::Ended;
    }
    desk.send(volery::tui::message::Message::Snapshot(ended.into()));
    assert!(
        first(&desk).contains(" REPLAY ENDED 02:31 / 03:51 "),
        "{}",
        first(&desk)
    );
    assert!(first(&desk).contains("live at the end"), "{}", first(&desk));
}

#[test]
fn local_time_says_that_it_is_local_and_every_heading_its_unit() {
    let mut desk = Desk::new(130, 40, fleets::three());
    desk.type_in("m");
    desk.type_in("m");
    for (speed, length) in [
        ("SPD m/s", "HOME m"),
        ("SPD mph", "HOME ft"),
        ("SPD kt", "HOME ft"),
    ] {
        let text = desk.text();
        assert!(text.contains(speed) && text.contains(length), "{text}");
        desk.type_in("T");
    }
    assert!(
        desk.text()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end()
            .ends_with('Z')
    );
    desk.type_in("z");
    assert!(
        desk.text()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end()
            .ends_with('L')
    );
}

#[test]
fn the_address_for_browsers_stands_in_a_wide_status_bar_and_in_the_help() {
    let mut desk = Desk::new(200, 60, fleets::three());
    let first = desk.text().lines().next().unwrap_or_default().to_owned();
    assert!(first.contains("http://127.0.0.1:8780/"), "{first}");
    desk.type_in("?browser");
    assert!(desk.text().contains("http://127.0.0.1:8780/"));
}

#[test]
fn an_urgent_event_is_whole_and_every_other_while_the_events_have_the_keys() {
    let ends = |desk: &Desk| {
        let text = desk.text();
        let words = |word: &str| text.split_whitespace().any(|found| found == word);
        (words("low\")"), words("the-end"))
    };
    let mut fleet = fleets::troubled();
    let calm = format!("{} the-end", "calm words ".repeat(8));
    let newest = fleet.events.after(0).next_back().unwrap().clone();
    Arc::make_mut(&mut fleet.events).push(Arc::new(Event {
        id: newest.id + 1,
        severity: Severity(6),
        text: calm.into(),
        ..(*newest).clone()
    }));
    let mut desk = Desk::new(120, 40, fleet);
    assert_eq!(ends(&desk), (true, false), "{}", desk.text());
    desk.press(KeyCode::Tab);
    assert_eq!(ends(&desk), (true, true), "{}", desk.text());
}
