//! The question before this station falls silent: who would miss it, and the word that must be typed.

use std::sync::Arc;

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::paint::{Spans, left, line, window};
use crate::tui::{format::clean, scene::Scene, ui::Leaving};

/// Paints the question.
pub(super) fn render(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'_>,
    (what, typed, is_wrong): (Leaving, &str, bool),
) {
    let theme = scene.theme;
    let title = match what {
        Leaving::Quit => " Quit? ",
        Leaving::Suspend => " Suspend? ",
    };
    let title = Span::styled(title, theme.alarm);
    let inside = window(buffer, area, (66, 9), (title, theme));
    let names = scene.ui.would_miss_us();
    let lines: [Spans<'_>; 7] = [
        vec![Span::styled(loss(&names), theme.critical)],
        vec![Span::styled(listed(&names), theme.text)],
        vec![],
        vec![Span::styled(
            "Without it they may return or land by their failsafe.",
            theme.dim,
        )],
        vec![],
        prompt(what, typed, scene),
        vec![Span::styled(
            if is_wrong {
                "That was another word."
            } else {
                ""
            },
            theme.warning,
        )],
    ];
    for (n, spans) in lines.iter().enumerate() {
        left(buffer, line(inside, n), spans, theme.symbols.ellipsis);
    }
}

fn prompt<'a>(what: Leaving, typed: &'a str, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    vec![
        Span::styled("Type ", theme.text),
        Span::styled(what.word(), theme.accent),
        Span::styled(" and Enter, or Esc to stay: ", theme.text),
        Span::styled(clean(typed), theme.accent),
        Span::styled("_", theme.accent),
    ]
}

fn loss(names: &[Arc<str>]) -> String {
    match names.len() {
        1 => "1 armed vehicle would lose this station's heartbeat:".to_owned(),
        count => format!("{count} armed vehicles would lose this station's heartbeat:"),
    }
}

fn listed(names: &[Arc<str>]) -> String {
    const MOST: usize = 6;
    let mut text: Vec<_> = names.iter().take(MOST).map(|name| clean(name)).collect();
    if names.len() > MOST {
        text.push(format!("and {} more", names.len() - MOST).into());
    }
    text.join(", ")
}
