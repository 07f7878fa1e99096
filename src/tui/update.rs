//! The reducer: one message in, the state changed, at most one effect out. Nothing else changes the state.
//!
//! One effect speaks to vehicles, `Submit`, and it comes from the palette and its question alone.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::{
    columns::Column,
    digest::Change,
    filter::Filter,
    focus::Focus,
    keymap::{Action, key::Key, lookup::Step},
    map::MapPlace,
    message::{Context, Effect, Message},
    ui::{Choice, Leaving, Overlay, Pane, Ui, View},
};
use crate::model::{ids::VehicleId, snapshot::Snapshot};
use answer::Answer;
use arrange::{arrange, say};
use panes::Turn;

mod aboard;
mod answer;
mod arrange;
mod compared;
mod copy;
mod dialog;
mod errands;
mod filed;
mod found;
mod given;
mod groups;
mod mapping;
mod marking;
mod moving;
mod ordering;
mod outcome;
mod palette;
mod panes;
mod pointing;
mod saved;
mod settings;
mod views;

/// How often the order is made anew while data comes, ms.
const RESORT_MS: i64 = 1_000;

/// Applies a message.
pub fn update(ui: &mut Ui, message: Message, context: &Context<'_>) -> Option<Effect> {
    let effect = match message {
        Message::Key(key) => on_key(ui, &key, context),
        Message::Paste(text) => {
            dialog::paste(ui, &text, context);
            arrange(ui, context.now_ms);
            None
        }
        Message::Resize(columns, rows) => {
            ui.size = (columns, rows);
            None
        }
        Message::Mouse(mouse) => match pointing::on_mouse(ui, mouse, context) {
            Some(action) => act(ui, action, context),
            None => None,
        },
        Message::Snapshot(snapshot) => {
            take(ui, snapshot, context);
            None
        }
        Message::Submitted(submission, ticket) => {
            outcome::submitted(ui, *submission, ticket, context.now_ms);
            None
        }
        Message::Filed(done) => filed::filed(ui, *done, context),
        Message::Drawn | Message::Left => {
            let seen = match &mut ui.overlay {
                Overlay::Palette(open) => open.seen(),
                Overlay::Order(order) => order.seen(),
                _ => return None,
            };
            match message {
                Message::Drawn => seen.was_drawn(),
                _ => seen.has_left(context.now_ms),
            }
            return None;
        }
        Message::Told(text) => {
            say(ui, text, context.now_ms);
            None
        }
        Message::Tick => {
            ui.toast.take_if(|toast| toast.until_ms <= context.now_ms);
            let seen = looked_at(ui);
            ui.focus.look(seen, context.now_ms).map(Effect::Focus)
        }
        Message::Closed => {
            ui.is_closed = true;
            None
        }
    };
    aboard::keep(ui, context.now_ms);
    moving::scroll_into_view(ui);
    mapping::keep(ui);
    effect
}

fn on_key(ui: &mut Ui, key: &KeyEvent, context: &Context<'_>) -> Option<Effect> {
    // An answer has been read when the next key is pressed.
    ui.toast = None;
    match dialog::on_key(ui, key, context) {
        Answer::Taken(effect) => effect,
        Answer::Act(action) => act(ui, action, context),
        Answer::NotMine => {
            let action = pressed(ui, key, context)?;
            act(ui, action, context)
        }
    }
}

/// The action of a key, with those typed before it where a sequence has begun. A key that does not go on
/// with the sequence is taken for itself.
fn pressed(ui: &mut Ui, key: &KeyEvent, context: &Context<'_>) -> Option<Action> {
    let key = Key::of(key);
    let before = std::mem::take(&mut ui.pending);
    let step = match context.keymap.step(&before, key) {
        Step::Nothing if !before.is_empty() => context.keymap.step(&[], key),
        Step::Wait => {
            ui.pending = before;
            ui.pending.push(key);
            return None;
        }
        step => step,
    };
    match step {
        Step::Act(action) => Some(action),
        Step::Wait => {
            ui.pending = vec![key];
            None
        }
        Step::Nothing => {
            let text = match key.to_string().as_str() {
                "4" => "messages (4) cannot be looked at yet; 1 fleet, 2 map, 3 vehicle, 5 mission"
                    .into(),
                "6" => {
                    "links (6) cannot be looked at yet; 1 fleet, 2 map, 3 vehicle, 5 mission".into()
                }
                key => format!("no such key: {key} (? shows all)"),
            };
            say(ui, text, context.now_ms);
            None
        }
    }
}

fn act(ui: &mut Ui, action: Action, context: &Context<'_>) -> Option<Effect> {
    let action = if aboard::has_keys(ui) {
        aboard::act(ui, action, context)?
    } else {
        action
    };
    match action {
        Action::Quit => return leave(ui, Leaving::Quit, context),
        Action::Suspend => return leave(ui, Leaving::Suspend, context),
        Action::Redraw => return Some(Effect::Redraw),
        Action::Help | Action::Filter | Action::Sort | Action::Number => open(ui, action),
        Action::Palette => palette::open(ui, context),
        Action::Results => outcome::turn(ui, context.now_ms),
        Action::ViewFleet => views::turn_to(ui, View::Fleet),
        Action::ViewAboard => views::turn_to(ui, View::Aboard),
        Action::ViewVehicle => {
            views::turn_to(ui, View::Fleet);
            moving::pin(ui);
            ui.is_detail_tall = true;
        }
        Action::ViewMap => mapping::put(ui, MapPlace::Full),
        Action::NextVehicle | Action::PreviousVehicle => {
            aboard::next_vehicle(ui, action == Action::PreviousVehicle);
        }
        Action::Get | Action::Put | Action::Compare => {
            let text = "missions and parameters are read and given in their own view: 5";
            say(ui, text.to_owned(), context.now_ms);
        }
        Action::Reverse => {
            ui.sort.reversed = !ui.sort.reversed;
            arrange(ui, context.now_ms);
        }
        Action::Back => back(ui, context.now_ms),
        Action::NextPane => panes::next(ui, Turn::On),
        Action::PreviousPane => panes::next(ui, Turn::Back),
        Action::Map
        | Action::ZoomIn
        | Action::ZoomOut
        | Action::FitAll
        | Action::Centre
        | Action::Follow => mapping::act(ui, action, context.now_ms),
        Action::Detail if ui.pane == Pane::Map => {
            mapping::act(ui, Action::Centre, context.now_ms);
        }
        Action::Detail => {
            moving::pin(ui);
            ui.is_detail_tall = !ui.is_detail_tall;
        }
        Action::Freeze => freeze(ui, context.now_ms),
        Action::Theme => {
            ui.theme = ui.theme.next();
            say(ui, format!("theme {}", ui.theme.word()), context.now_ms);
        }
        Action::Units => {
            ui.units = ui.units.next();
            say(ui, format!("units {}", ui.units.word()), context.now_ms);
        }
        Action::Clock => {
            ui.local_time = !ui.local_time;
            let word = if ui.local_time { "local time" } else { "UTC" };
            say(ui, format!("times in {word}"), context.now_ms);
        }
        Action::Copy => return copy::copy(ui, context.now_ms),
        Action::Group => groups::toggle(ui, context.now_ms),
        Action::Fold | Action::Unfold if ui.pane == Pane::Map => mapping::pan(ui, action),
        Action::Fold => groups::fold(ui, context.now_ms),
        Action::Unfold => groups::unfold(ui, context.now_ms),
        Action::MarkRange => marking::mark_range(ui),
        Action::Mark => marking::mark(ui),
        Action::MarkAll => marking::mark_shown(ui),
        Action::Unmark => marking::unmark(ui),
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last => moving::go(ui, action),
    }
    None
}

/// Lays a prompt or the help over the screen.
fn open(ui: &mut Ui, action: Action) {
    ui.overlay = match action {
        Action::Help => Overlay::Help {
            search: String::new(),
            scroll: 0,
        },
        Action::Filter => Overlay::Filter {
            before: ui.filter.clone(),
        },
        Action::Sort => Overlay::Sort,
        Action::Number => Overlay::Number {
            digits: String::new(),
        },
        _ => return,
    };
}

fn leave(ui: &mut Ui, what: Leaving, context: &Context<'_>) -> Option<Effect> {
    if context.is_transmitting && !ui.would_miss_us().is_empty() {
        ui.overlay = Overlay::Confirm {
            what,
            typed: String::new(),
            wrong: false,
        };
        return None;
    }
    Some(what.into())
}

/// One step back: filter, frozen screen, cursor and full map, pane, tall detail.
fn back(ui: &mut Ui, now_ms: i64) {
    if ui.filter.is_on() {
        ui.filter = Filter::default();
        arrange(ui, now_ms);
    } else if ui.frozen_ms.is_some() {
        freeze(ui, now_ms);
    } else if mapping::back(ui) {
        // The map went a step back itself.
    } else if ui.pane != Pane::Fleet {
        panes::give_keys_to(ui, Pane::Fleet);
    } else {
        ui.is_detail_tall = false;
    }
}

fn freeze(ui: &mut Ui, now_ms: i64) {
    if ui.frozen_ms.take().is_none() {
        ui.frozen_ms = Some(now_ms);
    } else {
        let newest = ui.newest.clone();
        show(ui, newest, now_ms);
    }
}

/// Every snapshot teaches; only an unfrozen screen shows it.
fn take(ui: &mut Ui, snapshot: Arc<Snapshot>, context: &Context<'_>) {
    let before = std::mem::replace(&mut ui.newest, snapshot.clone());
    ui.habits.observe(&before, &snapshot);
    ui.traffic.take(&snapshot);
    for sent in &mut ui.sent {
        sent.take(&snapshot.commands);
        sent.take_transfers(&snapshot.transfers);
    }
    errands::tell_ends(ui, &before, context.now_ms);
    if ui.frozen_ms.is_none() {
        show(ui, snapshot, context.now_ms);
    }
    weigh_anew(ui, context);
}

/// What stands against a command changes with the fleet; whom it is for does not.
fn weigh_anew(ui: &mut Ui, context: &Context<'_>) {
    let mut overlay = std::mem::take(&mut ui.overlay);
    let world = answer::world(ui, context);
    match &mut overlay {
        Overlay::Palette(open) => open.refresh(&world),
        Overlay::Order(order) => order.refresh(&world),
        _ => {}
    }
    ui.overlay = overlay;
}

fn show(ui: &mut Ui, snapshot: Arc<Snapshot>, now_ms: i64) {
    let change = ui.digest.take(&snapshot, &ui.habits);
    ui.shown = snapshot;
    if change == Change::Fleet {
        let shown = &ui.shown.vehicles;
        ui.marked.retain(|id| shown.contains_key(id));
        ui.anchor.take_if(|id| !shown.contains_key(id));
    }
    // Sign and place of a row change together, or a calm row would stand above a flagged one.
    let is_misplaced =
        change == Change::Judgement && matches!(ui.sort.by, Column::Status | Column::Battery);
    if change == Change::Fleet
        || is_misplaced
        || now_ms.saturating_sub(ui.sorted_ms).saturating_abs() >= RESORT_MS
    {
        arrange(ui, now_ms);
    }
}

/// The vehicles the operator looks at: the chosen one, never a mere preview, and the marked ones.
fn looked_at(ui: &Ui) -> Vec<VehicleId> {
    let chosen = ui.selected.iter().filter(|_| ui.choice == Choice::Operator);
    Focus::of(ui.marked.iter().chain(chosen).cloned())
}

#[cfg(test)]
mod tests;
