//! What the verb that is being typed takes and does, in the line over the list of the palette.

use ratatui::{style::Modifier, text::Span};

use super::{errand, paint::Spans};
use crate::{
    model::command::words::usage_of,
    tui::{
        palette::{Palette, list::Kind, manner},
        scene::Scene,
    },
};

/// What the command that is being typed takes and does.
pub(super) fn usage(palette: &Palette, scene: &Scene<'_>) -> Option<Spans<'static>> {
    let theme = scene.theme;
    let name = palette.reading().command?;
    // The list says the same while the word itself is in it.
    palette
        .best()
        .is_none_or(|best| best.kind != Kind::Command)
        .then_some(())?;
    if let Some(usage) = errand::usage(name, scene) {
        return Some(usage);
    }
    let usage = usage_of(name)?;
    let between = format!(" {} ", theme.symbols.between);
    Some(vec![
        Span::styled(usage.name, theme.text.add_modifier(Modifier::BOLD)),
        Span::styled(format!(" {}", usage.arguments), theme.text),
        Span::styled(format!("{between}{}", usage.help), theme.dim),
        Span::styled(format!("{between}{}", manner::of_name(name)), theme.dim),
    ])
}
