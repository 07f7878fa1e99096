//! The frame around the panes and the rules between them, with their titles.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Span,
    widgets::{Block, Widget as _},
};

use super::{
    cells::sign,
    paint::{Spans, foreign, left, right, spans_width},
};
use crate::tui::{
    grouping::Line,
    layout::Panes,
    placing::place,
    row::Row,
    scene::Scene,
    severity::{Level, Reason},
    ui::{Choice, Pane},
};

/// Paints frame, rules and titles.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let theme = scene.theme;
    Block::bordered()
        .border_set(theme.symbols.border)
        .border_style(theme.faint)
        .render(panes.frame, buffer);
    title(buffer, panes.frame, &fleet_title(panes, scene), scene);
    note(buffer, panes.frame, &rows_shown(panes, scene), scene);
    if let Some(pane) = panes.detail {
        let above = rule(buffer, panes.frame, pane, scene);
        title(buffer, above, &detail_title(scene), scene);
    }
    if let Some(pane) = panes.events {
        let above = rule(buffer, panes.frame, pane, scene);
        title(buffer, above, &events_title(scene), scene);
    }
    scroll_bar(buffer, panes, scene);
}

/// The rule above a pane; returns its line.
fn rule(buffer: &mut Buffer, frame: Rect, pane: Rect, scene: &Scene<'_>) -> Rect {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let area = Rect {
        y: pane.y - 1,
        height: 1,
        ..frame
    };
    let middle = symbols.rule.repeat(usize::from(frame.width - 2));
    let text = format!("{}{middle}{}", symbols.rule_left, symbols.rule_right);
    left(buffer, area, &[Span::styled(text, theme.faint)], "");
    area
}

fn title(buffer: &mut Buffer, area: Rect, spans: &[Span<'_>], scene: &Scene<'_>) {
    let inside = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(4),
        height: 1,
        ..area
    };
    plain(buffer, inside, spans);
    left(buffer, inside, spans, scene.theme.symbols.ellipsis);
}

/// Takes the colour of the rule away where text will stand.
fn plain(buffer: &mut Buffer, area: Rect, spans: &[Span<'_>]) {
    let cells = u16::try_from(spans_width(spans)).unwrap_or(u16::MAX);
    let taken = Rect {
        width: cells.min(area.width),
        ..area
    };
    buffer.set_style(taken, Style::reset());
}

fn note(buffer: &mut Buffer, area: Rect, spans: &[Span<'_>], scene: &Scene<'_>) {
    let inside = Rect {
        x: area.x + area.width / 2,
        width: (area.width / 2).saturating_sub(2),
        height: 1,
        ..area
    };
    right(buffer, inside, spans, scene.theme.symbols.ellipsis);
}

fn head(text: &'static str, pane: Pane, scene: &Scene<'_>) -> Span<'static> {
    let style = if scene.ui.pane == pane {
        scene.theme.accent
    } else {
        scene.theme.head
    };
    Span::styled(text, style)
}

fn fleet_title<'a>(panes: &Panes, scene: &Scene<'a>) -> Spans<'a> {
    let (ui, theme) = (scene.ui, scene.theme);
    let (shown, total) = (ui.digest.len(), ui.digest.total());
    let count = if shown == total {
        format!("{total} ")
    } else {
        format!("{shown} of {total} ")
    };
    let mut spans = vec![head(" Fleet ", Pane::Fleet, scene)];
    if total > 0 {
        spans.push(Span::styled(count, theme.text));
    }
    spans.extend(hidden_order(panes, scene));
    if ui.filter.is_on() {
        spans.push(Span::styled("/", theme.warning));
        spans.push(foreign(ui.filter.text(), theme.warning));
        spans.push(Span::raw(" "));
    }
    if !ui.marked.is_empty() {
        let text = format!("{} {} marked ", theme.symbols.mark, ui.marked.len());
        spans.push(Span::styled(text, theme.accent));
    }
    spans
}

/// By what the table is sorted, when it is too narrow for the column that would say so.
fn hidden_order(panes: &Panes, scene: &Scene<'_>) -> Option<Span<'static>> {
    let sort = scene.ui.sort;
    let digits = u16::try_from(scene.ui.digest.digits()).unwrap_or(3);
    let columns = place(panes.fleet.width, digits);
    if columns.iter().any(|placed| placed.column == sort.by) {
        return None;
    }
    let symbols = &scene.theme.symbols;
    let arrow = if sort.is_descending() {
        symbols.down
    } else {
        symbols.up
    };
    let text = format!("by {}{arrow} ", sort.by.spec().title);
    Some(Span::styled(text, scene.theme.accent))
}

fn rows_shown(panes: &Panes, scene: &Scene<'_>) -> Spans<'static> {
    let (rows, total) = (panes.rows(), scene.ui.digest.lines());
    if total <= rows {
        return Vec::new();
    }
    let first = scene.ui.first_row.min(total - rows);
    let mut spans = Vec::new();
    for (number, worst, way) in worse_outside(first, rows, scene) {
        let (sign, style) = (
            scene.theme.symbols.level(worst.level()),
            scene.theme.level(worst.level()),
        );
        let sign = if worst.is_loss() {
            scene.theme.symbols.lost
        } else {
            sign
        };
        spans.push(Span::styled(format!(" {sign} {number} worse {way}"), style));
    }
    let text = format!(" {}-{} of {total} ", first + 1, first + rows);
    spans.push(Span::styled(text, scene.theme.dim));
    spans
}

/// How many vehicles above and below the window are worse than some in it, each with the worst reason there.
fn worse_outside<'a>(
    first: usize,
    rows: usize,
    scene: &Scene<'a>,
) -> impl Iterator<Item = (usize, &'a Reason, &'static str)> {
    let digest = &scene.ui.digest;
    let row = move |n: usize| match digest.line(n) {
        Some(Line::Vehicle(place)) => digest.at(place),
        _ => None,
    };
    let inside = (first..first + rows).filter_map(row);
    let calmest = inside.map(|row| row.severity.rank()).max().unwrap_or(0);
    let outside = [(0..first, "above"), (first + rows..digest.lines(), "below")];
    outside.into_iter().filter_map(move |(lines, way)| {
        let worse =
            |row: &&'a Row| row.severity.level() >= Level::Warning && row.severity.rank() < calmest;
        let worse: Vec<&Row> = lines.filter_map(row).filter(worse).collect();
        let worst = worse.iter().min_by_key(|row| row.severity.rank())?;
        Some((worse.len(), worst.severity.reasons.first()?, way))
    })
}

fn detail_title<'a>(scene: &Scene<'a>) -> Spans<'a> {
    let theme = scene.theme;
    let Some(row) = scene.ui.selected_row() else {
        return vec![Span::styled(" no vehicle selected ", theme.dim)];
    };
    let (mark, style) = sign(row, scene);
    let mut spans = vec![Span::raw(" ")];
    if scene.ui.choice == Choice::Preview {
        spans.push(Span::styled("first row: ", theme.dim));
    }
    if !mark.trim().is_empty() {
        spans.push(Span::styled(mark, style));
        spans.push(Span::raw(" "));
    }
    spans.push(foreign(&row.vehicle.name, theme.accent));
    spans.push(Span::raw(" "));
    for (n, reason) in row.severity.reasons.iter().enumerate() {
        let between = if n == 0 { "" } else { ", " };
        let (word, style) = scene.told(row, reason);
        spans.push(Span::styled(format!("{between}{word}"), style));
    }
    if !row.severity.reasons.is_empty() {
        spans.push(Span::raw(" "));
    }
    if scene.ui.digest.place(row.id()).is_none() {
        let why = if scene.ui.filter.keeps(row) {
            "in a closed group "
        } else {
            "hidden by the filter "
        };
        spans.push(Span::styled(why, theme.dim));
    }
    spans
}

fn events_title(scene: &Scene<'_>) -> Spans<'static> {
    let mut spans = vec![head(" Events ", Pane::Events, scene)];
    if scene.ui.events_back > 0 {
        let text = format!("{} newer above ", scene.ui.events_back);
        spans.push(Span::styled(text, scene.theme.warning));
    }
    spans
}

/// A thumb on the right border of the table when it is longer than the screen.
fn scroll_bar(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let (rows, total) = (panes.rows(), scene.ui.digest.lines());
    if total <= rows || rows == 0 {
        return;
    }
    let thumb = (rows * rows / total).max(1);
    let top = scene.ui.first_row.min(total - rows) * (rows - thumb) / (total - rows);
    for n in top..top + thumb {
        let area = Rect {
            x: panes.frame.right() - 1,
            y: panes.fleet.y + 1 + n as u16,
            width: 1,
            height: 1,
        };
        let thumb = Span::styled(scene.theme.symbols.scroll, scene.theme.head);
        left(buffer, area, &[thumb], "");
    }
}
