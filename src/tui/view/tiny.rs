//! Very small screens: the fleet in one line and the selected vehicle; below that, the size itself.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    battery,
    cells::{sign, status},
    paint::{Spans, foreign, left, line, spans_width},
};
use crate::tui::{keymap::Action, layout::LEAST, scene::Scene};

/// One line of fleet, then the selected vehicle.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let ellipsis = scene.theme.symbols.ellipsis;
    let mut first = fleet(scene, Wording::Words);
    if spans_width(&first) > usize::from(area.width) {
        first = fleet(scene, Wording::Signs);
    }
    left(buffer, line(area, 0), &first, ellipsis);
    for (n, spans) in vehicle(scene).iter().enumerate() {
        left(buffer, line(area, n + 1), spans, ellipsis);
    }
    let last = line(area, usize::from(area.height) - 1);
    buffer.set_style(last, scene.theme.bar);
    left(buffer, last, &keys(scene), ellipsis);
}

/// `? help  q quit`, with the keys in force.
fn keys(scene: &Scene<'_>) -> Spans<'static> {
    let words = [(Action::Help, "help  "), (Action::Quit, "quit")];
    let named = words.into_iter().filter_map(|(action, word)| {
        let key = scene.keymap.keys_of(action).next()?;
        Some(Span::styled(format!("{key} {word}"), scene.theme.dim))
    });
    named.collect()
}

/// How the counts are said: the signs alone where words have no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    Words,
    Signs,
}

/// `6 up, 1 weak, 1 lost`, or `6 up ▲1 ×1`
fn fleet(scene: &Scene<'_>, wording: Wording) -> Spans<'static> {
    let symbols = &scene.theme.symbols;
    let (theme, counts) = (scene.theme, scene.ui.digest.counts);
    let up = counts.live + counts.late;
    let mut spans = vec![Span::styled(format!("{up} up"), theme.ok)];
    for (number, sign, word, style) in [
        (counts.critical, symbols.critical, "critical", theme.alarm),
        (counts.lost, symbols.lost, "lost", theme.critical),
        (
            counts.conflicts,
            symbols.conflict,
            "conflict",
            theme.conflict,
        ),
        (counts.warnings, symbols.warning, "weak", theme.warning),
    ] {
        let (between, text) = match wording {
            Wording::Words => (", ", format!("{number} {word}")),
            Wording::Signs => (" ", format!("{sign}{number}")),
        };
        if number > 0 {
            spans.push(Span::raw(between));
            spans.push(Span::styled(text, style));
        }
    }
    spans
}

fn vehicle<'a>(scene: &Scene<'a>) -> Vec<Spans<'a>> {
    let theme = scene.theme;
    let Some(row) = scene.ui.selected_row() else {
        return vec![vec![Span::styled("no vehicle heard", theme.dim)]];
    };
    let vehicle = &*row.vehicle;
    let (mark, style) = sign(row, scene);
    let armed = match vehicle.armed {
        Some(true) => Span::styled(" ARMED", theme.warning),
        Some(false) => Span::styled(" disarmed", theme.dim),
        None => Span::raw(""),
    };
    let first = vec![
        Span::styled(mark, style),
        Span::raw(" "),
        foreign(&vehicle.name, theme.accent),
        Span::raw(" "),
        status(row, scene),
    ];
    let mode = vehicle.mode.as_deref().unwrap_or("mode unknown");
    let second = vec![foreign(mode, theme.text), armed];
    vec![first, second, battery::spans(row, scene, 15)]
}

/// The size there is and the size that is needed, in whatever room there is.
pub(super) fn too_small(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let (columns, rows) = LEAST;
    let texts = [
        format!("{}x{} is too small,", area.width, area.height),
        format!("{columns}x{rows} needed"),
    ];
    if area.height == 1 {
        let text = format!("{}x{}<{columns}x{rows}", area.width, area.height);
        left(
            buffer,
            line(area, 0),
            &[Span::styled(text, scene.theme.text)],
            "",
        );
        return;
    }
    for (n, text) in texts.into_iter().enumerate() {
        left(
            buffer,
            line(area, n),
            &[Span::styled(text, scene.theme.text)],
            "",
        );
    }
}
