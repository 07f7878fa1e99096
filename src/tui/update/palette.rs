//! Keys while the palette is open. A command leaves here only when its word is whole, for targets on the screen.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    answer::{Answer, DONE, typed, with_ctrl, world},
    moving, settings,
};
use crate::{
    model::command::{Command, Consent},
    tui::{
        format::clean,
        message::{Context, Effect},
        palette::{
            LONGEST, Palette, Way,
            list::Kind,
            order::{Named, Order, Submission, wants_asking},
            read::{Source, Targets, Wish, read},
            world::World,
        },
        ui::{Overlay, Ui},
    },
};

/// Most lines that are remembered.
const HISTORY: usize = 100;

/// Opens it. Whom a command is for is settled now: the marked vehicles, else the chosen one.
pub(super) fn open(ui: &mut Ui, context: &Context<'_>) {
    let world = world(ui, context);
    let mut ids: Vec<_> = ui.marked.iter().cloned().collect();
    ids.sort_by_key(|id| world.number(id));
    let own = match (ids.is_empty(), ui.chosen()) {
        (false, _) => Targets {
            ids,
            source: Source::Marked,
        },
        (true, Some(id)) => Targets {
            ids: vec![id.clone()],
            source: Source::Chosen,
        },
        (true, None) => Targets::default(),
    };
    let palette = Palette::new(own, &world);
    ui.overlay = Overlay::Palette(Box::new(palette));
}

/// Gives it a key.
pub(super) fn on_key(
    ui: &mut Ui,
    key: &KeyEvent,
    mut palette: Box<Palette>,
    context: &Context<'_>,
) -> Answer {
    match key.code {
        KeyCode::Esc => return DONE,
        KeyCode::Enter => return enter(ui, palette, context),
        _ => {}
    }
    let is_mine = !matches!(with_ctrl(key), Some('c' | 'l' | 'z'));
    if is_mine && !edit(ui, key, &mut palette, context) {
        return DONE;
    }
    ui.overlay = Overlay::Palette(palette);
    if is_mine { DONE } else { Answer::NotMine }
}

/// Says whether the palette stays open.
fn edit(ui: &Ui, key: &KeyEvent, palette: &mut Palette, context: &Context<'_>) -> bool {
    let world = world(ui, context);
    match (key.code, typed(key), with_ctrl(key)) {
        (KeyCode::Backspace, ..) if palette.line().is_empty() => return false,
        (KeyCode::Backspace, ..) => drop(palette.erase(&world)),
        (KeyCode::Delete, ..) => palette.delete(&world),
        (KeyCode::Tab, ..) => palette.complete(Way::On, &world),
        (KeyCode::BackTab, ..) => palette.complete(Way::Back, &world),
        (KeyCode::Up, ..) | (_, _, Some('p')) => palette.recall(Way::Back, &ui.history, &world),
        (KeyCode::Down, ..) | (_, _, Some('n')) => palette.recall(Way::On, &ui.history, &world),
        (KeyCode::Left, ..) => palette.go(Way::Back),
        (KeyCode::Right, ..) => palette.go(Way::On),
        (KeyCode::Home, ..) | (_, _, Some('a')) => palette.go(Way::First),
        (KeyCode::End, ..) | (_, _, Some('e')) => palette.go(Way::Last),
        (_, _, Some('u')) => palette.clear(&world),
        (_, _, Some('w')) => palette.erase_word(&world),
        (_, Some(letter), _) => palette.insert(letter.encode_utf8(&mut [0; 4]), &world),
        _ => {}
    }
    true
}

/// Pasted text is typed text: one line, and nothing of it is entered.
pub(super) fn paste(ui: &Ui, palette: &mut Palette, text: &str, context: &Context<'_>) {
    let line = text.lines().next().unwrap_or_default();
    let line: String = clean(line).chars().take(LONGEST).collect();
    palette.insert(&line, &world(ui, context));
}

fn enter(ui: &mut Ui, mut palette: Box<Palette>, context: &Context<'_>) -> Answer {
    let line = palette.line().trim().to_owned();
    let done = {
        let world = world(ui, context);
        match meant(&palette, &world) {
            Ok(Wish::Command(command)) => send(&palette, command, &world, context.now_ms),
            Ok(wish) => Ok(Done::Wish(wish)),
            Err(why) => Err(why),
        }
    };
    let done = match done {
        Ok(done) => done,
        Err(why) => {
            palette.say(why);
            ui.overlay = Overlay::Palette(palette);
            return DONE;
        }
    };
    remember(ui, line);
    match done {
        Done::Asked(order) => {
            ui.overlay = Overlay::Order(Box::new(order));
            DONE
        }
        Done::Sent(submission) => Answer::Taken(Some(Effect::Submit(Box::new(submission)))),
        Done::Wish(Wish::Vehicle(id)) => {
            moving::go_to(ui, id);
            DONE
        }
        Done::Wish(Wish::Setting(setting)) => settings::apply(ui, setting, context.now_ms),
        Done::Wish(_) => DONE,
    }
}

enum Done {
    Asked(Order),
    Sent(Submission),
    Wish(Wish),
}

/// What the line means. What begins a setting or a vehicle is taken for it; the word of a command must be whole.
fn meant(palette: &Palette, world: &World<'_>) -> Result<Wish, String> {
    let reading = palette.reading();
    let Wish::Mistake(why) = &reading.wish else {
        return Ok(reading.wish.clone());
    };
    if let Some(word) = palette.begun_command() {
        return Err(format!("{why}; Tab completes {word}"));
    }
    let best = palette.best().filter(|best| {
        let is_whole_line = palette.candidates().from == 0;
        is_whole_line && matches!(best.kind, Kind::Screen | Kind::Vehicle)
    });
    match best.map(|best| read(&best.insert, &Targets::default(), world).wish) {
        Some(wish @ (Wish::Setting(_) | Wish::Vehicle(_))) => Ok(wish),
        _ => Err(why.clone()),
    }
}

fn send(
    palette: &Palette,
    command: Command,
    world: &World<'_>,
    now_ms: i64,
) -> Result<Done, String> {
    if let Some(why) = world.refusal {
        return Err(why.to_owned());
    }
    if !palette.was_seen(now_ms) {
        return Err("that came too fast to have been read: Enter once more".to_owned());
    }
    let ids = &palette.reading().targets.ids;
    let weighed = palette.weighed();
    let Some((first, of_first)) = weighed.first() else {
        let text = "nobody is chosen and nobody marked: choose or mark first, or name them with @";
        return Err(text.to_owned());
    };
    let is_final = |objection: &_| crate::tui::palette::weigh::Objection::is_final(objection);
    let none_left = weighed
        .iter()
        .all(|(_, weighed)| weighed.objection.as_ref().is_some_and(is_final));
    if let (true, Some(objection)) = (none_left, &of_first.objection) {
        let name = Named::new(first, world).name;
        let others = match weighed.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more cannot either"),
        };
        return Err(format!("{}: {}{others}", clean(&name), objection.text()));
    }
    if wants_asking(weighed) {
        return Ok(Done::Asked(Order::new(command, ids, world)));
    }
    Ok(Done::Sent(Submission {
        vehicles: vec![Named::new(first, world)],
        command,
        consent: Consent::default(),
        left_out: Vec::new(),
    }))
}

fn remember(ui: &mut Ui, line: String) {
    if line.is_empty() {
        return;
    }
    ui.history.retain(|earlier| *earlier != line);
    if ui.history.len() == HISTORY {
        ui.history.remove(0);
    }
    ui.history.push(line);
}
