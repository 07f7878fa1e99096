//! The table of what came of a command: opened when one is sent, retried from, closed, found again.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    answer::{Answer, DONE, typed, world},
    arrange::say,
    errands,
};
use crate::tui::{
    keymap::Action,
    message::{Context, Effect},
    palette::{
        order::{Order, Submission, YES},
        sent::{ABORT, Sent},
        task::Task,
    },
    ui::{Overlay, Ui},
};

/// Commands that are remembered with what came of them.
const REMEMBERED: usize = 20;

/// A command was handed to the fleet.
pub(super) fn submitted(ui: &mut Ui, submission: Submission, ticket: u64, now_ms: i64) {
    let seen = ui.newest.commands.newest_id();
    // One vehicle's transfer has a view of its own; the table is for many, those that were left out among them.
    let is_shown = match submission.task {
        Task::Command(_) => true,
        Task::Transfer(_) => submission.vehicles.len() + submission.left_out.len() > 1,
    };
    if !is_shown {
        errands::submitted(ui, &submission, now_ms);
    }
    ui.sent
        .push_front(Sent::new(ticket, submission, now_ms, seen));
    ui.sent.truncate(REMEMBERED);
    if is_shown {
        ui.overlay = results(0, 0, false);
    }
}

/// Opens the table of the newest command, or closes it.
pub(super) fn turn(ui: &mut Ui, now_ms: i64) {
    ui.overlay = match ui.overlay {
        Overlay::Results { .. } => Overlay::None,
        _ if ui.sent.is_empty() => {
            let text = "nothing was commanded from this screen yet";
            say(ui, text.to_owned(), now_ms);
            Overlay::None
        }
        _ => results(0, 0, false),
    };
}

/// Opens the table of the newest command that is under way, with the question whether it shall be aborted.
pub(super) fn ask_abort(ui: &mut Ui, now_ms: i64) {
    let is_under_way = |sent: &Sent| sent.tally().under_way > 0;
    if let Some(earlier) = ui.sent.iter().position(is_under_way) {
        ui.overlay = results(earlier, 0, true);
    } else {
        let text = "nothing that was commanded from this screen is under way";
        say(ui, text.to_owned(), now_ms);
    }
}

/// Where the table stands: how many commands before the newest, the first line, whether it asks about an abort.
pub(super) type Place = (usize, usize, bool);

/// Gives the table a key; what it has no use for goes on to the screen, which stays in use beside it.
pub(super) fn on_key(
    ui: &mut Ui,
    key: &KeyEvent,
    (mut earlier, mut scroll, asks): Place,
    context: &Context<'_>,
) -> Answer {
    let last = ui.sent.len().saturating_sub(1);
    let sent = ui.sent.get(earlier);
    let count = sent.map_or(0, Sent::count);
    let under_way = sent.filter(|sent| sent.tally().under_way > 0);
    let abort = under_way.map(abort);
    let mut next_asks = false;
    match (key.code, typed(key)) {
        // An abort may speak to vehicles: it takes two keys, and they differ.
        (_, Some(YES)) if asks => {
            ui.overlay = results(earlier, scroll, false);
            return Answer::Taken(abort);
        }
        (_, Some(ABORT)) if abort.is_some() => next_asks = true,
        (KeyCode::Esc, _) | (_, Some('a')) => return DONE,
        (_, Some('r')) => return retry(ui, (earlier, scroll), context),
        (KeyCode::Left, _) if last > 0 => (earlier, scroll) = ((earlier + 1).min(last), 0),
        (KeyCode::Right, _) if last > 0 => (earlier, scroll) = (earlier.saturating_sub(1), 0),
        (KeyCode::PageUp, _) if count > 1 => scroll = scroll.saturating_sub(8),
        (KeyCode::PageDown, _) if count > 1 => scroll = (scroll + 8).min(count - 1),
        _ if context.keymap.action(key) == Some(Action::Results) => return DONE,
        _ => {
            ui.overlay = results(earlier, scroll, false);
            return Answer::NotMine;
        }
    }
    ui.overlay = results(earlier, scroll, next_asks);
    DONE
}

const fn results(earlier: usize, scroll: usize, asks: bool) -> Overlay {
    Overlay::Results {
        earlier,
        scroll,
        asks,
    }
}

/// What ends it where it is still under way.
fn abort(sent: &Sent) -> Effect {
    match sent.task() {
        Task::Command(_) => Effect::Abort(sent.ticket()),
        Task::Transfer(_) => Effect::Cancel(vec![sent.ticket()]),
    }
}

/// Asks again for those that did not accept it, and for no others.
fn retry(ui: &mut Ui, (earlier, scroll): (usize, usize), context: &Context<'_>) -> Answer {
    let failed = ui.sent.get(earlier).map(Sent::failed).unwrap_or_default();
    let world = world(ui, context);
    let refusal = world.refusal;
    if let (Some(sent), false, None) = (ui.sent.get(earlier), failed.is_empty(), refusal) {
        let order = Order::new(sent.task().clone(), &failed, &world);
        ui.overlay = Overlay::Order(Box::new(order));
        return DONE;
    }
    let why = refusal.unwrap_or("none of them failed: there is nothing to retry");
    say(ui, why.to_owned(), context.now_ms);
    ui.overlay = results(earlier, scroll, false);
    DONE
}
