//! What a vehicle holds, on the screen: missions, fences, rally points, parameters, and how they came there.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crossterm::event::KeyCode;
use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};
use volery::{
    model::snapshot::Snapshot,
    tui::{
        aboard::{Tab, param_list::Against},
        message::{Effect, Message},
        theme::{Depth, ThemeName},
        ui::{Overlay, View},
    },
};

use super::{SIZES, desk::Desk, find, holding};

/// A screen that shows one of the lists of Alpha.
fn showing(size: (u16, u16), tab: Tab, fleet: Snapshot) -> Desk {
    let mut desk = Desk::new(size.0, size.1, fleet);
    desk.type_in(".1");
    desk.press(KeyCode::Enter);
    desk.type_in("5");
    while desk.ui.aboard.tab != tab {
        desk.press(KeyCode::Tab);
    }
    desk
}

fn pictures(name: &str, tab: Tab, fleet: impl Fn() -> Snapshot, dress: impl Fn(Desk) -> Desk) {
    for size in SIZES {
        let desk = dress(showing(size, tab, fleet()));
        let (columns, rows) = size;
        insta::assert_snapshot!(format!("aboard_{name}_{columns}x{rows}"), desk.text());
    }
}

#[test]
fn a_mission_with_every_kind_of_item() {
    pictures("mission", Tab::Mission, holding::three, |mut desk| {
        desk.press(KeyCode::Down);
        desk.press(KeyCode::Down);
        desk
    });
}

#[test]
fn five_hundred_items() {
    pictures("many", Tab::Mission, holding::many, |mut desk| {
        desk.press(KeyCode::End);
        desk
    });
}

#[test]
fn nothing_was_read_and_how_that_is_done() {
    pictures("unread", Tab::Mission, super::fleets::three, |desk| desk);
}

#[test]
fn thirteen_hundred_parameters() {
    pictures("params", Tab::Params, holding::many, |mut desk| {
        desk.type_in("/rtl");
        desk.press(KeyCode::Enter);
        desk.press(KeyCode::PageDown);
        desk
    });
}

#[test]
fn a_mission_on_its_way() {
    pictures("under_way", Tab::Mission, holding::under_way, |desk| desk);
}

#[test]
fn a_mission_that_broke_off() {
    pictures("partial", Tab::Mission, holding::partial, |desk| desk);
}

#[test]
fn a_fence_tells_inside_from_outside_and_rally_points_stand_on_the_map() {
    let desk = showing((150, 40), Tab::Fence, holding::three());
    insta::assert_snapshot!("aboard_fence_150x40", desk.text());
    let desk = showing((120, 30), Tab::Rally, holding::three());
    insta::assert_snapshot!("aboard_rally_120x30", desk.text());
}

#[test]
fn in_plain_letters() {
    let desk = showing((120, 40), Tab::Mission, holding::partial());
    let desk = desk.with_theme(ThemeName::Default, Depth::Sixteen, true);
    insta::assert_snapshot!("aboard_ascii_120x40", desk.text());
    assert!(desk.text().is_ascii());
}

#[test]
fn without_colour_the_current_item_and_a_partial_mission_stand_out_by_weight() {
    let desk = showing((120, 40), Tab::Mission, holding::partial());
    let desk = desk.with_theme(ThemeName::Default, Depth::Mono, false);
    let buffer = desk.buffer();
    let weight = |text: &str| {
        let (x, y) = find(&buffer, text).unwrap_or_else(|| panic!("{text}\n{}", desk.text()));
        buffer[(x, y)].modifier
    };
    assert!(weight("MAY BE PARTIAL").contains(Modifier::BOLD | Modifier::REVERSED));
    assert!(weight("▲ may be outdated").contains(Modifier::BOLD));
    assert!(
        weight("→   3 ").contains(Modifier::BOLD),
        "the item it is at"
    );
}

#[test]
fn parameters_of_two_vehicles_stand_side_by_side_and_only_where_they_differ() {
    let mut desk = showing((120, 40), Tab::Params, holding::three());
    desk.ui.aboard.against = Some(Against::Vehicles(vec!["bravo".into(), "charlie".into()]));
    desk.send(Message::Tick);
    insta::assert_snapshot!("aboard_params_compared_120x40", desk.text());
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("40 shown"), "{}", desk.text());
}

#[test]
fn what_is_remembered_or_doubted_is_dim_and_says_why() {
    let desk = showing((120, 40), Tab::Params, holding::doubted());
    let buffer = desk.buffer();
    let text = desk.text();
    assert!(
        text.contains("▲ may be outdated: an upload broke off"),
        "{text}"
    );
    let (x, y) = find(&buffer, "ATC_P0006").expect("a parameter");
    assert_eq!(buffer[(x, y)].style().fg, desk.theme.dim.fg);
}

#[test]
fn a_transfer_is_seen_from_every_view() {
    let desk = Desk::new(120, 40, holding::under_way());
    let text = desk.text();
    let bar = text.lines().next().expect("a first line");
    assert!(
        bar.contains("mission put Alpha") && bar.contains("120/500"),
        "{bar}"
    );
}

#[test]
fn names_and_texts_of_vehicles_are_cleaned() {
    let mut fleet = holding::partial();
    let alpha = fleet.vehicles.get_mut(&"alpha".into()).expect("alpha");
    Arc::make_mut(alpha).name = "Al\u{1b}[2Jpha\u{7}".into();
    let desk = showing((120, 40), Tab::Mission, fleet);
    assert!(
        !desk
            .text()
            .contains(|letter: char| letter.is_control() && letter != '\n')
    );
}

#[test]
fn esc_goes_back_one_step_at_a_time_and_views_have_numbers() {
    let mut desk = showing((120, 40), Tab::Params, holding::three());
    desk.type_in("/atc");
    desk.press(KeyCode::Enter);
    desk.press(KeyCode::Esc);
    assert_eq!(
        (desk.ui.view, desk.ui.aboard.search.as_str()),
        (View::Aboard, "")
    );
    desk.press(KeyCode::Esc);
    assert_eq!(desk.ui.view, View::Fleet);
    desk.type_in("2");
    assert!(desk.text().contains("Map"));
    desk.type_in("1");
    assert!(desk.text().contains("Fleet 3"), "{}", desk.text());
    desk.type_in("4");
    assert!(desk.text().contains("messages (4)"), "{}", desk.text());
}

#[test]
fn no_key_of_the_view_sends_anything_it_only_begins_a_line() {
    for tab in Tab::ALL {
        for code in
            (' '..='~')
                .map(KeyCode::Char)
                .chain([KeyCode::Enter, KeyCode::Tab, KeyCode::Delete])
        {
            let mut desk = showing((120, 40), tab, holding::three());
            desk.press(KeyCode::Down);
            let effect = desk.press(code);
            let is_harmless = !matches!(
                effect,
                Some(Effect::Submit(_) | Effect::Cancel(_) | Effect::Files(_))
            );
            assert!(is_harmless, "{tab:?} {code:?}: {effect:?}");
        }
    }
    let mut desk = showing((120, 40), Tab::Params, holding::three());
    desk.press(KeyCode::Enter);
    match &desk.ui.overlay {
        Overlay::Palette(open) => assert_eq!(open.line(), "param set ATC_P0000 "),
        other => panic!("{other:?}"),
    }
}

/// The limit is for a debug build on a busy machine; what is measured is that it does not grow with the list.
#[test]
fn a_frame_costs_what_is_on_the_screen_and_not_what_is_in_the_list() {
    let cost = |fleet: fn() -> Snapshot| {
        let desk = showing((200, 60), Tab::Params, fleet());
        let best = (0..20).map(|_| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
            let start = Instant::now();
            desk.paint(&mut buffer);
            start.elapsed()
        });
        best.min().expect("twenty frames")
    };
    let (few, many) = (cost(holding::three), cost(holding::many));
    assert!(
        many < few * 3 + Duration::from_millis(2),
        "{few:?} {many:?}"
    );
}
