//! What would change aboard if a file were given to the vehicle: one change a line.

use ratatui::{buffer::Buffer, text::Span};

use super::{
    super::paint::{foreign, left, line},
    rows::{readable, rows, select},
};
use crate::tui::{aboard::PlanDiff, layout::Panes, scene::Scene};

/// Paints the visible changes.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, (diff, scene): (&PlanDiff, &Scene<'_>)) {
    let theme = scene.theme;
    let head = "  + comes, - goes, ~ becomes another";
    left(
        buffer,
        line(panes.fleet, 1),
        &[Span::styled(head, theme.head)],
        theme.symbols.ellipsis,
    );
    if diff.lines.is_empty() {
        let same = "  none: the vehicle holds what the file says";
        let same = [Span::styled(same, theme.ok)];
        left(buffer, line(panes.fleet, 3), &same, theme.symbols.ellipsis);
    }
    for (place, area, is_selected) in rows(panes, scene) {
        if is_selected {
            select(buffer, area, scene);
        }
        let text = diff.lines.get(place).map_or("", String::as_str);
        let style = match text.as_bytes().first() {
            Some(b'+') => theme.ok,
            Some(b'-') => theme.warning,
            _ => theme.accent,
        };
        let spans = [Span::raw("  "), foreign(text, style)];
        left(buffer, area, &spans, theme.symbols.ellipsis);
        if is_selected {
            readable(buffer, area, scene);
        }
    }
}
