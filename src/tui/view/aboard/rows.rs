//! Which rows of a list are on the screen, and the look of the highlighted one.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::super::paint::{left, line};
use crate::tui::{layout::Panes, scene::Scene, ui::Pane};

/// The state may have been made for another size: never start below the last page.
pub(super) fn first_row(scene: &Scene<'_>, rows: usize) -> usize {
    let aboard = &scene.ui.aboard;
    aboard.first().min(aboard.len().saturating_sub(rows))
}

/// The rows on the screen: their place in the list, where they stand, whether they are highlighted.
pub(super) fn rows<'a>(
    panes: &'a Panes,
    scene: &'a Scene<'_>,
) -> impl Iterator<Item = (usize, Rect, bool)> + 'a {
    let rows = panes.items();
    let first = first_row(scene, rows);
    let (aboard, area) = (&scene.ui.aboard, panes.fleet);
    (first..aboard.len().min(first + rows)).map(move |place| {
        (
            place,
            line(area, place - first + 2),
            place == aboard.place(),
        )
    })
}

/// Lays the look of the selection over a row.
pub(super) fn select(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    let over = match scene.ui.pane {
        Pane::Fleet => theme.selected,
        Pane::Events | Pane::Map => theme.selected_elsewhere,
    };
    buffer.set_style(area, over);
}

/// Takes colours away that could not be read on the selection.
pub(super) fn readable(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    if !theme.selected_hides || scene.ui.pane != Pane::Fleet {
        return;
    }
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            let own = Style::new().fg(cell.fg);
            cell.set_style(theme.on_bar(own));
        }
    }
}

/// A thumb on the right border of a list that is longer than the screen.
pub(super) fn scroll_bar(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let (rows, total) = (panes.items(), scene.ui.aboard.len());
    if total <= rows || rows == 0 {
        return;
    }
    let thumb = (rows * rows / total).max(1);
    let top = first_row(scene, rows) * (rows - thumb) / (total - rows);
    for n in top..top + thumb {
        let area = Rect {
            x: panes.frame.right() - 1,
            y: panes.fleet.y + 2 + n as u16,
            width: 1,
            height: 1,
        };
        let thumb = Span::styled(scene.theme.symbols.scroll, scene.theme.head);
        left(buffer, area, &[thumb], "");
    }
}
