//! Keys while something lies over the screen: typing a filter, a word, digits; choosing an order.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::{
    columns::Sort,
    filter::Filter,
    format::clean,
    keymap::Action,
    message::Context,
    several::LONGEST,
    ui::{HELP_END, Overlay, Ui},
};

use super::{
    answer::{Answer, DONE, typed},
    arrange::{arrange, order_by, say},
    marking, moving, ordering, outcome, palette,
};

/// Gives the key to what lies over the screen. Ctrl-keys and what a dialog cannot use are handled as ever
/// where that is safe.
pub(super) fn on_key(ui: &mut Ui, key: &KeyEvent, context: &Context<'_>) -> Answer {
    let typed = typed(key);
    let overlay = std::mem::take(&mut ui.overlay);
    match overlay {
        Overlay::None => Answer::NotMine,
        Overlay::Help { search, scroll } => help(ui, key, (search, scroll), context),
        Overlay::Filter { before } => {
            filter(ui, key, typed, before);
            arrange(ui, context.now_ms);
            if key.code == KeyCode::Enter {
                moving::to_first_match(ui);
            }
            command_key(key)
        }
        Overlay::Sort => sort(ui, key, typed, context),
        Overlay::Number { digits } => number(ui, key, digits, context),
        Overlay::Palette(open) => palette::on_key(ui, key, open, context),
        Overlay::Order(order) => ordering::on_key(ui, key, order, context),
        Overlay::Results {
            earlier,
            scroll,
            asks,
        } => outcome::on_key(ui, key, (earlier, scroll, asks), context),
        Overlay::Confirm {
            what, typed: word, ..
        } => {
            let (mut word, mut wrong) = (word, false);
            match (key.code, typed) {
                (KeyCode::Esc, _) => return DONE,
                (KeyCode::Enter, _) if word.trim() == what.word() => {
                    return Answer::Taken(Some(what.into()));
                }
                (KeyCode::Enter, _) => (word, wrong) = (String::new(), true),
                (KeyCode::Backspace, _) => drop(word.pop()),
                (_, Some(letter)) if word.len() < 20 => word.push(letter),
                _ => {}
            }
            ui.overlay = Overlay::Confirm {
                what,
                typed: word,
                wrong,
            };
            DONE
        }
    }
}

/// Ctrl-C, Ctrl-L and Ctrl-Z work everywhere.
fn command_key(key: &KeyEvent) -> Answer {
    if key.modifiers.contains(KeyModifiers::CONTROL) && key.code != KeyCode::Char('u') {
        Answer::NotMine
    } else {
        DONE
    }
}

fn help(
    ui: &mut Ui,
    key: &KeyEvent,
    (mut search, mut scroll): (String, usize),
    context: &Context<'_>,
) -> Answer {
    match context.keymap.action(key) {
        Some(Action::Help | Action::Back) => return DONE,
        Some(Action::Quit | Action::Suspend | Action::Redraw) if typed(key).is_none() => {
            return Answer::NotMine;
        }
        _ => {}
    }
    match (key.code, typed(key)) {
        (KeyCode::Up, _) => scroll = scroll.saturating_sub(1),
        (KeyCode::Down, _) => scroll += 1,
        (KeyCode::PageUp, _) => scroll = scroll.saturating_sub(10),
        (KeyCode::PageDown, _) => scroll += 10,
        (KeyCode::Home, _) => scroll = 0,
        (KeyCode::End, _) => scroll = HELP_END,
        (KeyCode::Backspace, _) => drop(search.pop()),
        (KeyCode::Char('q'), _) if search.is_empty() => return DONE,
        // Whoever searches with / elsewhere types it here as well.
        (KeyCode::Char('/'), _) if search.is_empty() => {}
        (_, Some(letter)) if search.len() < 40 => {
            search.push(letter);
            scroll = 0;
        }
        _ => {}
    }
    ui.overlay = Overlay::Help {
        search,
        scroll: scroll.min(HELP_END),
    };
    DONE
}

fn filter(ui: &mut Ui, key: &KeyEvent, typed: Option<char>, before: Filter) {
    let mut text = ui.filter.text().to_owned();
    match (key.code, typed) {
        (KeyCode::Enter, _) => return,
        (KeyCode::Esc, _) => {
            ui.filter = before;
            return;
        }
        (KeyCode::Backspace, _) if text.is_empty() => return,
        (KeyCode::Backspace, _) => drop(text.pop()),
        (KeyCode::Char('u'), None) => text.clear(),
        (KeyCode::Up, _) => moving::go(ui, Action::Up),
        (KeyCode::Down, _) => moving::go(ui, Action::Down),
        (_, Some(letter)) if text.len() < Filter::LONGEST => text.push(letter),
        _ => {}
    }
    ui.filter = Filter::new(&text);
    ui.overlay = Overlay::Filter { before };
}

fn sort(ui: &mut Ui, key: &KeyEvent, typed: Option<char>, context: &Context<'_>) -> Answer {
    let choices = || Sort::choices().map(|spec| spec.column);
    let here = choices()
        .position(|column| column == ui.sort.by)
        .unwrap_or(0);
    let count = choices().count();
    let nth = |place: usize| choices().nth(place % count);
    let chosen = match (key.code, typed) {
        (KeyCode::Esc | KeyCode::Enter, _) => return DONE,
        (KeyCode::Right, _) => nth(here + 1),
        (KeyCode::Left, _) => nth(here + count - 1),
        (_, Some(letter)) => {
            let letter = letter.to_ascii_lowercase();
            Sort::choices()
                .find(|spec| spec.letter == Some(letter))
                .map(|spec| spec.column)
        }
        _ => return command_key(key),
    };
    let Some(by) = chosen else {
        let known = "no column sorts by that letter";
        say(ui, known.to_owned(), context.now_ms);
        return DONE;
    };
    order_by(ui, by, context.now_ms);
    if matches!(key.code, KeyCode::Left | KeyCode::Right) {
        ui.overlay = Overlay::Sort;
    }
    DONE
}

fn number(ui: &mut Ui, key: &KeyEvent, mut digits: String, context: &Context<'_>) -> Answer {
    match key.code {
        KeyCode::Char(digit @ ('0'..='9' | '-' | ',')) if digits.len() < LONGEST => {
            digits.push(digit);
        }
        KeyCode::Backspace if digits.pop().is_some() => {}
        KeyCode::Esc | KeyCode::Backspace => return DONE,
        KeyCode::Enter => {
            marking::address(ui, &digits, context.now_ms);
            return DONE;
        }
        _ => {
            // Any other key is meant for the vehicle addressed so far.
            if !digits.is_empty() && marking::address(ui, &digits, context.now_ms) {
                // A list is marked by being typed: the key that marks must not take one back.
                let is_list = digits.contains([',', '-']);
                let marks = context.keymap.action(key) == Some(Action::Mark);
                return if is_list && marks {
                    DONE
                } else {
                    Answer::NotMine
                };
            }
            return command_key(key);
        }
    }
    ui.overlay = Overlay::Number { digits };
    DONE
}

/// Pasted text goes where text is typed, cleaned and cut; anywhere else it means nothing.
pub(super) fn paste(ui: &mut Ui, text: &str, context: &Context<'_>) {
    if let Overlay::Palette(open) = &ui.overlay {
        let mut open = open.clone();
        palette::paste(ui, &mut open, text, context);
        ui.overlay = Overlay::Palette(open);
    }
    if matches!(ui.overlay, Overlay::Filter { .. }) {
        let room = Filter::LONGEST.saturating_sub(ui.filter.text().len());
        let line = text.lines().next().unwrap_or_default();
        let mut wanted = ui.filter.text().to_owned();
        wanted.extend(clean(line).chars().take(room / 4));
        ui.filter = Filter::new(&wanted);
    }
}
