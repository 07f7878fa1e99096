//! The last line: what is being typed, or the keys that make sense now; what cannot be done is dim.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::paint::{Spans, foreign, left, right, spans_width};
use crate::tui::{
    keymap::{Action, BINDINGS, Binding},
    map::MapPlace,
    scene::Scene,
    ui::{Overlay, Pane},
};

/// Paints the line.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    buffer.set_style(area, scene.theme.bar);
    let ellipsis = scene.theme.symbols.ellipsis;
    let note = note(scene);
    let taken = u16::try_from(spans_width(&note)).unwrap_or(u16::MAX);
    let room = Rect {
        width: area.width.saturating_sub(taken),
        ..area
    };
    let spans = match &scene.ui.overlay {
        Overlay::Filter { .. } => filter_prompt(scene),
        Overlay::Sort => sort_prompt(scene),
        Overlay::Number { digits } => number_prompt(digits, scene),
        Overlay::None | Overlay::Help { .. } | Overlay::Confirm { .. } => {
            keys(usize::from(room.width), scene)
        }
    };
    left(buffer, room, &spans, ellipsis);
    right(buffer, area, &note, ellipsis);
}

/// At the right: the newest answer, else how many are marked.
fn note<'a>(scene: &Scene<'a>) -> Spans<'a> {
    let (ui, theme) = (scene.ui, scene.theme);
    if let Some(toast) = &ui.toast
        && toast.until_ms > scene.now_ms
    {
        return vec![
            Span::raw(" "),
            foreign(&toast.text, theme.accent),
            Span::raw(" "),
        ];
    }
    if ui.marked.is_empty() {
        return Vec::new();
    }
    let text = format!(" {} {} marked ", theme.symbols.mark, ui.marked.len());
    vec![Span::styled(text, theme.accent)]
}

/// Keys with a word, as many as fit; `?` is first and always there.
fn keys(room: usize, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let mut spans: Spans<'static> = Vec::new();
    let mut used = 0;
    for binding in escape(scene).iter().chain(&BINDINGS) {
        if binding.word.is_empty() {
            continue;
        }
        let key = binding.keys.first().copied().unwrap_or_default();
        let word = word(binding, scene);
        let cells = key.len() + word.len() + 3;
        if used + cells > room {
            break;
        }
        used += cells;
        let (key_style, word_style) = if is_possible(binding.action, scene) {
            (theme.accent, theme.bar)
        } else {
            (theme.faint, theme.faint)
        };
        spans.push(Span::styled(format!(" {key}"), key_style));
        spans.push(Span::styled(format!(" {word} "), word_style));
    }
    spans
}

/// Esc stands first while there is something to go back from.
fn escape(scene: &Scene<'_>) -> Option<Binding> {
    let ui = scene.ui;
    let word = match &ui.overlay {
        Overlay::Help { .. } | Overlay::Confirm { .. } => "close",
        _ if ui.filter.is_on() => "show all",
        _ if ui.frozen_ms.is_some() => "go on",
        _ if ui.map.place == MapPlace::Full || ui.pane != Pane::Fleet => "fleet",
        _ => return None,
    };
    BINDINGS
        .iter()
        .find(|binding| binding.action == Action::Back)
        .map(|binding| Binding { word, ..*binding })
}

fn word(binding: &Binding, scene: &Scene<'_>) -> &'static str {
    match binding.action {
        Action::Freeze if scene.ui.frozen_ms.is_some() => "thaw",
        Action::Detail if scene.ui.is_detail_tall => "less",
        _ => binding.word,
    }
}

fn is_possible(action: Action, scene: &Scene<'_>) -> bool {
    let ui = scene.ui;
    let has_rows = !ui.digest.is_empty();
    match action {
        Action::Mark => has_rows && ui.pane == Pane::Fleet,
        Action::Sort | Action::Detail | Action::Number => has_rows,
        Action::Unmark => !ui.marked.is_empty(),
        _ => true,
    }
}

fn filter_prompt<'a>(scene: &Scene<'a>) -> Spans<'a> {
    let (ui, theme) = (scene.ui, scene.theme);
    vec![
        Span::styled(" / ", theme.accent),
        foreign(ui.filter.text(), theme.bar),
        caret(scene),
        Span::styled(
            format!("  {} of {}  ", ui.digest.len(), ui.digest.total()),
            theme.accent,
        ),
        Span::styled(
            "words are all wanted, !word is not; capitals count when typed  ",
            theme.dim,
        ),
        Span::styled("Enter", theme.accent),
        Span::styled(" keep  ", theme.bar),
        Span::styled("Esc", theme.accent),
        Span::styled(" undo", theme.bar),
    ]
}

fn caret(scene: &Scene<'_>) -> Span<'static> {
    let reversed = ratatui::style::Modifier::REVERSED;
    Span::styled(" ", scene.theme.bar.add_modifier(reversed))
}

fn sort_prompt(scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let pairs = [
        ("", "sort by the letter of a heading"),
        ("left/right", "step"),
        ("s", "worst first"),
        ("Esc", "done"),
    ];
    pairs
        .into_iter()
        .flat_map(|(key, word)| {
            [
                Span::styled(format!(" {key}"), theme.accent),
                Span::styled(format!(" {word} "), theme.bar),
            ]
        })
        .collect()
}

fn number_prompt<'a>(digits: &'a str, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    vec![
        Span::styled(" vehicle number ", theme.bar),
        Span::styled(digits, theme.accent),
        caret(scene),
        Span::styled("  Enter", theme.accent),
        Span::styled(" go  ", theme.bar),
        Span::styled("Esc", theme.accent),
        Span::styled(" back", theme.bar),
    ]
}
