//! The mouse: what a click and the wheel do, and what they never do.

use super::*;

#[test]
fn a_click_selects_the_row_under_it_and_sorts_by_the_heading() {
    let mut desk = Desk::new(three());
    desk.click(10, 5);
    assert_eq!(desk.selected(), "c");
    desk.click(10, 2);
    assert_eq!(desk.selected(), "c", "the heading is no row");
    assert_eq!(desk.ui.sort.by, Column::Name, "it sorts");
    desk.click(10, 2);
    assert_eq!(desk.shown(), ["c", "b", "a"]);
    assert_eq!(desk.selected(), "c");
}

#[test]
fn a_click_on_the_last_line_is_the_key_it_points_at() {
    let mut desk = Desk::new(three());
    assert_eq!(desk.click(3, 23), None);
    assert!(matches!(desk.ui.overlay, Overlay::Help { .. }));
    desk.click(10, 5);
    assert!(
        matches!(desk.ui.overlay, Overlay::Help { .. }),
        "nothing behind the help is hit"
    );
    desk.click(3, 23);
    assert_eq!(desk.ui.overlay, Overlay::None, "Esc stands first now");
}

#[test]
fn no_click_answers_the_question_before_leaving() {
    let mut desk = Desk::new(fleet(vec![armed("a")]));
    desk.type_in("q");
    for row in 0..24 {
        for column in 0..80 {
            let effect = desk.click(column, row);
            assert_eq!(effect, None, "{column} {row}");
            if desk.ui.overlay == Overlay::None {
                desk.type_in("q");
            }
        }
    }
}

#[test]
fn the_wheel_scrolls_and_leaves_the_selection_alone() {
    let many: Vec<_> = (0..200).map(|n| vehicle(&format!("v{n:03}"), n)).collect();
    let mut desk = Desk::new(fleet(many));
    let shown = desk.selected().to_owned();
    desk.mouse(MouseKind::Wheel(3), 10, 5);
    desk.mouse(MouseKind::Wheel(3), 10, 5);
    assert_eq!((desk.ui.first_row, desk.selected()), (6, &*shown));
    desk.press(KeyCode::Down);
    assert!(desk.ui.first_row <= 1, "a key brings the selected row back");
    desk.mouse(MouseKind::Wheel(-3), 10, 5);
    assert_eq!(desk.ui.first_row, 0);
    desk.mouse(MouseKind::Wheel(127), 10, 5);
    desk.mouse(MouseKind::Wheel(127), 10, 5);
    assert!(desk.ui.first_row < 200);
}
