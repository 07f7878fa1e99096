//! What the palette says of a line about missions or parameters: what it takes, what Enter does.

use ratatui::{style::Modifier, text::Span};

use super::paint::{Spans, foreign};
use crate::tui::{
    palette::{
        Palette,
        errand::{ERRANDS, Errand},
    },
    scene::Scene,
};

/// What Enter does, and to whom.
pub(super) fn verdict<'a>(palette: &'a Palette, errand: &Errand, scene: &Scene<'a>) -> Spans<'a> {
    let theme = scene.theme;
    let ids = &palette.reading().targets.ids;
    let does = Span::styled(errand.does(), theme.text);
    let enter = Span::styled("Enter ", theme.accent);
    let whom = match (ids.as_slice(), errand) {
        ([], Errand::Cancel) => Span::styled("every vehicle", theme.accent),
        ([], Errand::DiffVehicles(_)) => Span::styled("others", theme.accent),
        ([], _) => {
            let text =
                "nobody is chosen and nobody marked: choose or mark first, or name them with @";
            return vec![Span::styled(text, theme.warning)];
        }
        ([only], _) => match scene.ui.newest.vehicles.get(only) {
            Some(vehicle) => foreign(&vehicle.name, theme.accent),
            None => foreign(only.as_str(), theme.warning),
        },
        (many, _) => Span::styled(format!("{} vehicles", many.len()), theme.accent),
    };
    vec![enter, does, whom]
}

/// What the verb takes and does.
pub(super) fn usage(word: &str, scene: &Scene<'_>) -> Option<Spans<'static>> {
    let theme = scene.theme;
    let verb = ERRANDS.iter().find(|verb| verb.word == word)?;
    let between = format!(" {} ", theme.symbols.between);
    Some(vec![
        Span::styled(verb.word, theme.text.add_modifier(Modifier::BOLD)),
        Span::styled(format!(" {}", verb.arguments), theme.text),
        Span::styled(format!("{between}{}", verb.help), theme.dim),
    ])
}

/// Whether it asks before it changes anything.
pub(super) fn manner(word: &str) -> String {
    let asks = ERRANDS.iter().any(|verb| verb.word == word && verb.asks);
    if asks { "asks first" } else { "" }.to_owned()
}
