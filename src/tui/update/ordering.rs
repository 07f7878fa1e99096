//! Keys while a command is asked about. One key says yes, and only to a list that has stood still long enough to be
//! read; a forced disarm wants its word. Enter, Esc and no key at all send nothing.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    answer::{Answer, DONE, typed, with_ctrl, world},
    arrange::say,
};
use crate::tui::{
    message::{Context, Effect},
    palette::order::{OVERRIDE, Order, YES},
    ui::{Overlay, Ui},
};

/// Gives the question a key.
pub(super) fn on_key(
    ui: &mut Ui,
    key: &KeyEvent,
    mut order: Box<Order>,
    context: &Context<'_>,
) -> Answer {
    let wants_word = order.word().is_some();
    let is_yes = match key.code {
        KeyCode::Esc => return abort(ui, context.now_ms),
        KeyCode::Enter if !wants_word || order.typed().0.is_empty() => {
            return abort(ui, context.now_ms);
        }
        KeyCode::Enter => order.enter_word(),
        _ if with_ctrl(key) == Some('c') => return abort(ui, context.now_ms),
        _ => match typed(key) {
            Some('n' | 'q') if !wants_word => return abort(ui, context.now_ms),
            Some(YES) if !wants_word => true,
            Some(OVERRIDE) => {
                order.turn_override(&world(ui, context));
                false
            }
            Some(letter) if wants_word => {
                order.push(letter);
                false
            }
            _ => {
                scroll(&mut order, key.code);
                false
            }
        },
    };
    let refusal = world(ui, context).refusal;
    if let (true, Some(why)) = (is_yes, refusal) {
        say(ui, format!("nothing was sent: {why}"), context.now_ms);
        return DONE;
    }
    if let Some(submission) = order.agreed(context.now_ms).filter(|_| is_yes) {
        return Answer::Taken(Some(Effect::Submit(Box::new(submission))));
    }
    ui.overlay = Overlay::Order(order);
    if with_ctrl(key) == Some('l') {
        Answer::NotMine
    } else {
        DONE
    }
}

fn abort(ui: &mut Ui, now_ms: i64) -> Answer {
    say(ui, "nothing was sent".to_owned(), now_ms);
    DONE
}

fn scroll(order: &mut Order, code: KeyCode) {
    let last = order.targets().len().saturating_sub(1);
    let here = order.scroll.min(last);
    let there = match code {
        KeyCode::Up => here.saturating_sub(1),
        KeyCode::Down => here + 1,
        KeyCode::PageUp => here.saturating_sub(10),
        KeyCode::PageDown => here + 10,
        KeyCode::Home => 0,
        KeyCode::End => last,
        KeyCode::Backspace => {
            order.pop();
            here
        }
        _ => here,
    };
    order.scroll = there.min(last);
}
