//! The selected vehicle: three lines, or all that is known of it when the pane is tall.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    paint::{left, line},
    sheet::Sheet,
    strip, tall,
    wrap::wrapped,
};
use crate::tui::scene::Scene;

/// Paints as many of the prepared lines as there is room for.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let Some(row) = scene.ui.selected_row() else {
        return;
    };
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let sheet = Sheet { row, scene };
    let mut lines = strip::lines(&sheet, area.width);
    if scene.ui.is_detail_tall {
        lines.extend(tall::lines(&sheet));
    }
    lines.retain(|spans| !spans.is_empty());
    let ellipsis = scene.theme.symbols.ellipsis;
    let lines = wrapped(lines, (area.width, area.height));
    for (n, spans) in lines.iter().enumerate() {
        left(buffer, line(area, n), spans, ellipsis);
    }
}
