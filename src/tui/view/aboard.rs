//! What one vehicle holds: a list with its heading, below it the highlighted row in full and the transfer under way.
//!
//! ```text
//! ╭ 5 Alpha  Mission 12  Fence 5  Rally --  Parameters 1312 ── 1-20 of 500 ╮
//! │ read 14:03:22, 2m ago                                12 items, 3.4 km  │  head
//! │    # COMMAND        WHERE                 ALT m FROM    LEG m  SUM m   │  plan · params · changes · blank
//! │ →  3 WAYPOINT       46.521123 6.570123       50 home      412   1.2k   │
//! ├ item 3 ───────────────────────────────────────────────────────────────┤  foot
//! │ mission put  ━━━━━────  120/500 sending, 3 repeated, 00:12             │
//! ╰────────────────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Span,
    widgets::{Block, Widget as _},
};

use super::paint::{Spans, foreign, left, line, right, spans_width};
use crate::tui::{
    aboard::{self, Tab},
    layout::Panes,
    scene::Scene,
    ui::Pane,
};

mod blank;
mod changes;
mod foot;
mod head;
mod params;
mod plan;
mod rows;

/// Paints the view.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let theme = scene.theme;
    Block::bordered()
        .border_set(theme.symbols.border)
        .border_style(theme.faint)
        .render(panes.frame, buffer);
    let top = within(panes.frame);
    let tabs = tabs(scene, usize::from(top.width));
    plain(buffer, top, spans_width(&tabs));
    left(buffer, top, &tabs, theme.symbols.ellipsis);
    if blank::render(buffer, panes.fleet, scene) {
        foot::render(buffer, panes, scene);
        return;
    }
    rows_shown(buffer, (top, spans_width(&tabs)), panes, scene);
    head::render(buffer, line(panes.fleet, 0), scene);
    match (scene.ui.aboard.shown_diff(), scene.ui.aboard.tab) {
        (Some(diff), _) => changes::render(buffer, panes, (diff, scene)),
        (None, Tab::Params) => params::render(buffer, panes, scene),
        (None, _) => plan::render(buffer, panes, scene),
    }
    rows::scroll_bar(buffer, panes, scene);
    foot::render(buffer, panes, scene);
}

/// The first line of a frame without its corners.
fn within(frame: Rect) -> Rect {
    Rect {
        x: frame.x + 2.min(frame.width),
        width: frame.width.saturating_sub(4),
        height: 1.min(frame.height),
        ..frame
    }
}

/// Takes the colour of the border away where text will stand.
fn plain(buffer: &mut Buffer, area: Rect, cells: usize) {
    let cells = u16::try_from(cells).unwrap_or(u16::MAX);
    let taken = Rect {
        width: cells.min(area.width),
        ..area
    };
    buffer.set_style(taken, Style::reset());
}

/// The vehicle, and the four lists with how much is known of each; the shown one stands out.
fn tabs<'a>(scene: &Scene<'a>, room: usize) -> Spans<'a> {
    let (ui, theme) = (scene.ui, scene.theme);
    let mut spans = vec![Span::raw(" ")];
    match ui.selected_row() {
        Some(row) => spans.push(foreign(&row.vehicle.name, theme.accent)),
        None => spans.push(Span::styled("no vehicle", theme.dim)),
    }
    spans.push(Span::raw(" "));
    let named = spans_width(&spans);
    for tab in Tab::ALL {
        let count = count(scene, tab);
        let is_shown = tab == ui.aboard.tab;
        // Where it is narrow only the shown list has its whole name.
        let title = if named + 46 > room && !is_shown {
            &tab.title()[..1]
        } else {
            tab.title()
        };
        let style = match (is_shown, &count) {
            (true, _) if ui.pane == Pane::Fleet => theme.accent.add_modifier(Modifier::REVERSED),
            (true, _) => theme.accent.add_modifier(Modifier::UNDERLINED),
            (false, Some(_)) => theme.text,
            (false, None) => theme.dim,
        };
        let count = count.unwrap_or_else(|| "--".to_owned());
        spans.push(Span::raw(" "));
        spans.push(Span::styled(format!(" {title} {count} "), style));
    }
    spans.push(Span::raw(" "));
    spans
}

/// How many items or parameters were read.
fn count(scene: &Scene<'_>, tab: Tab) -> Option<String> {
    let held = aboard::of(scene.snapshot, scene.ui.selected.as_ref()?)?;
    let count = match tab.kind() {
        Some(kind) => held.plan(kind)?.items.len(),
        None => held.params.as_ref()?.set.len(),
    };
    Some(count.to_string())
}

/// Which rows are on the screen, where not all are.
fn rows_shown(buffer: &mut Buffer, (top, taken): (Rect, usize), panes: &Panes, scene: &Scene<'_>) {
    let (rows, total) = (panes.items(), scene.ui.aboard.len());
    if total <= rows {
        return;
    }
    let first = rows::first_row(scene, rows);
    let text = format!(" {}-{} of {total} ", first + 1, first + rows);
    if taken + text.len() <= usize::from(top.width) {
        right(buffer, top, &[Span::styled(text, scene.theme.dim)], "");
    }
}
