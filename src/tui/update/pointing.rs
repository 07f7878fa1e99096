//! The mouse: a click selects, sorts, opens a group or is the key it points at; the wheel scrolls what lies under it
//! and never moves the selection.

use crate::tui::{
    hit::{Target, hit},
    keymap::Action,
    message::{Context, Mouse, MouseKind},
    ui::{HELP_END, Overlay, Pane, Ui},
};

use super::{arrange::order_by, groups, moving};

/// Does what the mouse asks for; a key of the last line is handed back as its action.
pub(super) fn on_mouse(ui: &mut Ui, mouse: Mouse, context: &Context<'_>) -> Option<Action> {
    if super::mapping::on_mouse(ui, mouse) {
        return None;
    }
    let target = hit(ui, context.keymap, (mouse.column, mouse.row));
    match mouse.kind {
        MouseKind::Press => press(ui, target, context.now_ms),
        MouseKind::Wheel(rows) => {
            wheel(ui, &target, rows);
            None
        }
        MouseKind::Drag | MouseKind::Release => None,
    }
}

fn press(ui: &mut Ui, target: Target, now_ms: i64) -> Option<Action> {
    match (&ui.overlay, &target) {
        (Overlay::None | Overlay::Results { .. }, _) => {}
        // A question is answered by keys; what lies behind help or a prompt is not to be hit by chance.
        (Overlay::Help { .. } | Overlay::Confirm { .. }, Target::Key(Action::Back)) => {
            ui.overlay = Overlay::None;
            return None;
        }
        _ => return None,
    }
    match target {
        Target::Key(action) => return Some(action),
        Target::Column(column) => order_by(ui, column, now_ms),
        Target::Vehicle(id) => {
            ui.pane = Pane::Fleet;
            moving::choose(ui, id);
        }
        Target::Group(name) => groups::turn(ui, name, now_ms),
        Target::Fleet => ui.pane = Pane::Fleet,
        Target::Events => ui.pane = Pane::Events,
        Target::Detail | Target::Nothing => {}
    }
    None
}

fn wheel(ui: &mut Ui, target: &Target, rows: i8) {
    if let Overlay::Help { scroll, .. } = &mut ui.overlay {
        *scroll = scroll.saturating_add_signed(rows.into()).min(HELP_END);
        return;
    }
    match target {
        Target::Events => {
            let action = if rows < 0 { Action::Up } else { Action::Down };
            for _ in 0..rows.unsigned_abs() {
                moving::go_in(ui, Pane::Events, action);
            }
        }
        Target::Column(_) | Target::Vehicle(_) | Target::Group(_) | Target::Fleet => {
            moving::scroll_table(ui, rows.into());
        }
        Target::Detail | Target::Key(_) | Target::Nothing => {}
    }
}
