//! The fleet table: heading and the rows that are on the screen, no others.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Span,
};

use super::{
    cells::cell,
    paint::{Spans, foreign, left, line, right},
};
use crate::tui::{
    columns::Column,
    grouping::{Heading, Line},
    placing::{Placed, place},
    row::Row,
    scene::Scene,
    ui::{Overlay, Pane},
};

/// Paints heading and rows.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let digits = u16::try_from(scene.ui.digest.digits()).unwrap_or(3);
    let columns = place(area.width, digits);
    heading(buffer, line(area, 0), &columns, scene);
    if scene.ui.digest.lines() == 0 {
        nothing_matches(buffer, line(area, 2), scene);
        return;
    }
    let rows = usize::from(area.height.saturating_sub(1));
    let first = first_row(scene, rows);
    let digest = &scene.ui.digest;
    let lines = (first..digest.lines()).map_while(|n| digest.line(n));
    for (n, kind) in lines.take(rows).enumerate() {
        let area = line(area, n + 1);
        match kind {
            Line::Vehicle(place) => {
                if let Some(row) = digest.at(place) {
                    paint_row(buffer, area, &columns, (row, scene));
                }
            }
            Line::Heading(place) => {
                if let Some(group) = digest.heading(place) {
                    let spans = group_heading(group, scene);
                    left(buffer, area, &spans, scene.theme.symbols.ellipsis);
                }
            }
        }
    }
}

/// The state may have been made for another size: never start below the last page.
fn first_row(scene: &Scene<'_>, rows: usize) -> usize {
    scene
        .ui
        .first_row
        .min(scene.ui.digest.lines().saturating_sub(rows))
}

fn at(area: Rect, placed: Placed) -> Rect {
    Rect {
        x: area.x + placed.x,
        width: placed.width,
        ..area
    }
}

/// `▾ north-team 5  × 1 lost  ■ 1 critical  ▲ 2 warnings`
fn group_heading<'a>(group: &'a Heading, scene: &Scene<'_>) -> Spans<'a> {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let sign = if group.is_closed {
        symbols.closed
    } else {
        symbols.opened
    };
    let mut spans = vec![
        Span::styled(format!(" {sign} "), theme.head),
        match &group.name {
            Some(name) => foreign(name, theme.head),
            None => Span::styled("no group", theme.dim),
        },
        Span::styled(format!("  {}", group.total), theme.text),
    ];
    for (count, sign, word, style) in [
        (group.lost, symbols.lost, "lost", theme.critical),
        (group.critical, symbols.critical, "critical", theme.critical),
        (group.warnings, symbols.warning, "warned of", theme.warning),
    ] {
        if count > 0 {
            spans.push(Span::styled(format!("  {sign} {count} {word}"), style));
        }
    }
    spans
}

fn paint_row(
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Placed],
    (row, scene): (&Row, &Scene<'_>),
) {
    let (ui, theme) = (scene.ui, scene.theme);
    let over = (ui.selected.as_ref() == Some(row.id())).then_some(match ui.pane {
        Pane::Fleet => theme.selected,
        Pane::Events | Pane::Map => theme.selected_elsewhere,
    });
    if let Some(style) = over {
        buffer.set_style(area, style);
    }
    let ellipsis = scene.theme.symbols.ellipsis;
    for placed in columns {
        let spans = cell(row, *placed, scene);
        let paint = if placed.column.spec().right {
            right
        } else {
            left
        };
        paint(buffer, at(area, *placed), &spans, ellipsis);
    }
    if over == Some(theme.selected) && theme.selected_hides {
        for position in area.positions() {
            if let Some(cell) = buffer.cell_mut(position) {
                let own = Style::new().fg(cell.fg);
                cell.set_style(theme.on_bar(own));
            }
        }
    }
}

fn heading(buffer: &mut Buffer, area: Rect, columns: &[Placed], scene: &Scene<'_>) {
    for placed in columns {
        let spans = title(*placed, scene);
        let paint = if placed.column.spec().right {
            right
        } else {
            left
        };
        paint(buffer, at(area, *placed), &spans, "");
    }
}

/// The heading with its sort letter underlined, and an arrow on the column of the order.
fn title(placed: Placed, scene: &Scene<'_>) -> Spans<'static> {
    let (spec, theme, sort) = (placed.column.spec(), scene.theme, scene.ui.sort);
    let is_sorted = sort.by == placed.column;
    let style = if is_sorted { theme.accent } else { theme.head };
    let is_choosing = scene.ui.overlay == Overlay::Sort;
    // The arrow needs a cell of its own.
    let room = placed.width.saturating_sub(is_sorted.into());
    let text = spec.heading(scene.ui.units, room);
    let letter = spec
        .letter
        .and_then(|letter| text.to_lowercase().find(letter));
    let mut spans = match letter {
        Some(at) => {
            let hot = if is_choosing { theme.alarm } else { style };
            vec![
                Span::styled(text[..at].to_owned(), style),
                Span::styled(
                    text[at..=at].to_owned(),
                    hot.add_modifier(Modifier::UNDERLINED),
                ),
                Span::styled(text[at + 1..].to_owned(), style),
            ]
        }
        None => vec![Span::styled(text.clone(), style)],
    };
    if is_sorted && placed.column != Column::Lead {
        let symbols = &theme.symbols;
        let arrow = if sort.is_descending() {
            symbols.down
        } else {
            symbols.up
        };
        spans.push(Span::styled(arrow, style));
    }
    spans
}

fn nothing_matches(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    let spans = [
        Span::styled("  no vehicle matches ", theme.dim),
        foreign(scene.ui.filter.text(), theme.accent),
        Span::styled("   Esc shows all", theme.dim),
    ];
    left(buffer, area, &spans, theme.symbols.ellipsis);
}
