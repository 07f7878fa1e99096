//! What became of files: a folder's names for the palette, a text that a line waits for, texts that were written.

use super::{
    answer::world, arrange::say, compared, errands::settle, found::Found, given, palette, saved,
};
use crate::tui::{
    files::{Aim, FileDone, Purpose},
    format::clean,
    message::{Context, Effect},
    ui::{Overlay, Ui},
};

/// What was read or written, and what follows from it.
pub(super) fn filed(ui: &mut Ui, done: FileDone, context: &Context<'_>) -> Option<Effect> {
    match done {
        FileDone::Listed(listing) => {
            ui.files = listing;
            palette::look_again(ui, context);
            None
        }
        FileDone::Written { what, result, then } => {
            let (text, then) = saved::written(what, result, then);
            say(ui, text, context.now_ms);
            then.map(Effect::Submit)
        }
        FileDone::Read {
            path,
            purpose,
            text,
        } => came(ui, (&path, text), purpose, context),
    }
}

/// A text came. Whoever closed the palette meanwhile, or typed another line, wants nothing of it any more.
fn came(
    ui: &mut Ui,
    (path, text): (&str, Result<String, String>),
    purpose: Purpose,
    context: &Context<'_>,
) -> Option<Effect> {
    let is_awaited =
        matches!(&ui.overlay, Overlay::Palette(open) if open.line().trim() == purpose.line);
    if is_awaited {
        let found = text.and_then(|text| read(ui, (path, &text), purpose.aim, context));
        return settle(ui, found, context);
    }
    let said = match text {
        Ok(_) => format!("{} was read; nothing was done with it", clean(path)),
        Err(why) => why,
    };
    say(ui, said, context.now_ms);
    None
}

fn read(ui: &mut Ui, file: (&str, &str), aim: Aim, context: &Context<'_>) -> Found {
    match aim {
        Aim::Put(kind, ids) => given::plan(file, kind, &ids, &world(ui, context)),
        Aim::Load(ids) => given::params(file, &ids, &world(ui, context)),
        Aim::DiffPlan(kind, id) => compared::plan(ui, file, kind, &id),
        Aim::DiffParams(id) => compared::params(ui, file, &id),
    }
}
