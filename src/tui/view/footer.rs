//! The last line: what is being typed, or the keys that make sense now; what cannot be done is dim.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::paint::{Spans, foreign, left, right};
use crate::tui::{
    footline::{cells, note},
    format::width,
    scene::Scene,
    ui::Overlay,
};

/// Paints the line.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    buffer.set_style(area, theme.bar);
    let symbols = &theme.symbols;
    let signs = (symbols.mark, symbols.ellipsis);
    let note = note(scene.ui, scene.keymap, signs, usize::from(area.width));
    let note = note.unwrap_or_default();
    let taken = u16::try_from(width(&note)).unwrap_or(u16::MAX);
    let room = Rect {
        width: area.width.saturating_sub(taken),
        ..area
    };
    let spans = match &scene.ui.overlay {
        Overlay::Filter { .. } => filter_prompt(scene),
        Overlay::Sort => sort_prompt(scene),
        Overlay::Number { digits } => number_prompt(digits, scene),
        Overlay::None
        | Overlay::Palette(_)
        | Overlay::Help { .. }
        | Overlay::Confirm { .. }
        | Overlay::Order(_)
        | Overlay::Results { .. } => keys(usize::from(area.width), scene),
    };
    left(buffer, room, &spans, theme.symbols.ellipsis);
    let note = [Span::styled(note, theme.accent)];
    right(buffer, area, &note, theme.symbols.ellipsis);
}

/// Keys with a word, as many as fit; `?` is first and always there.
fn keys(line: usize, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let mut spans: Spans<'static> = Vec::new();
    for cell in cells(scene.ui, scene.keymap, line) {
        let (key_style, word_style) = if cell.is_possible {
            (theme.accent, theme.bar)
        } else {
            (theme.faint, theme.faint)
        };
        spans.push(Span::styled(format!(" {}", cell.key), key_style));
        spans.push(Span::styled(format!(" {} ", cell.word), word_style));
    }
    spans
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
            "words are all wanted, !word is not, in-air is one; capitals count when typed  ",
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
        Span::styled("  2-5,8 marks several  ", theme.dim),
        Span::styled("Enter", theme.accent),
        Span::styled(" go  ", theme.bar),
        Span::styled("Esc", theme.accent),
        Span::styled(" back", theme.bar),
    ]
}
