//! Putting spans into cells without ever leaving the area.

use std::{borrow::Cow, ops::Range};

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Span,
};

use crate::tui::{
    format::{clean, cut, width},
    theme::Theme,
};

/// Spans on one line.
pub(super) type Spans<'a> = Vec<Span<'a>>;

/// Cells that spans take.
pub(super) fn spans_width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| width(&span.content)).sum()
}

/// Paints spans from the left of the first line of `area`; what does not fit is cut with an ellipsis.
pub(super) fn left(buffer: &mut Buffer, area: Rect, spans: &[Span<'_>], ellipsis: &str) {
    if area.is_empty() || !buffer.area.contains(area.as_position()) {
        return;
    }
    // Blanks at the end are no text: nothing is cut for them.
    let blanks = spans.last().map_or(0, |span| {
        let text = &*span.content;
        text.len() - text.trim_end_matches(' ').len()
    });
    let fits = spans_width(spans) - blanks <= usize::from(area.width);
    let mut room = usize::from(area.width);
    let mut x = area.x;
    for span in spans {
        let is_cut = !fits && width(&span.content) >= room;
        let text = if is_cut {
            // One more cell than there is, so that the ellipsis stands also where a span ends.
            let longer = format!("{} ", span.content);
            Cow::Owned(cut(&longer, room, ellipsis).into_owned())
        } else {
            Cow::Borrowed(&*span.content)
        };
        let end = write(buffer, (x, area.y), &text, (room, span.style));
        if span.style.add_modifier.contains(Modifier::UNDERLINED) {
            bare_ends(buffer, (x..end, area.y), &text);
        }
        room -= usize::from(end.saturating_sub(x)).min(room);
        x = end;
        if is_cut {
            break;
        }
    }
}

/// Writes a text over at most `room` cells; returns the column behind it. Plain letters, which are nearly
/// all there is, need no search for where a letter ends.
fn write(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    text: &str,
    (room, style): (usize, Style),
) -> u16 {
    let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !is_plain || !buffer.area.contains((x, y).into()) {
        return buffer.set_stringn(x, y, text, room, style).0;
    }
    let first = buffer.index_of(x, y);
    let room = room.min(usize::from(buffer.area.right() - x));
    let cells = &mut buffer.content[first..first + room.min(text.len())];
    for (n, cell) in cells.iter_mut().enumerate() {
        cell.set_symbol(&text[n..=n]).set_style(style);
    }
    x + cells.len() as u16
}

/// Takes the line from under the blanks at both ends of a text: only what is said is underlined.
fn bare_ends(buffer: &mut Buffer, (cells, y): (Range<u16>, u16), text: &str) {
    let blanks = |trimmed: &str| u16::try_from(text.len() - trimmed.len()).unwrap_or(0);
    let said =
        cells.start + blanks(text.trim_start())..cells.end.saturating_sub(blanks(text.trim_end()));
    for x in cells.filter(|x| !said.contains(x)) {
        buffer[(x, y)].modifier.remove(Modifier::UNDERLINED);
    }
}

/// Paints spans so that they end at the right of the first line of `area`.
pub(super) fn right(buffer: &mut Buffer, area: Rect, spans: &[Span<'_>], ellipsis: &str) {
    let wanted = u16::try_from(spans_width(spans)).unwrap_or(u16::MAX);
    let shift = area.width.saturating_sub(wanted);
    let shifted = Rect {
        x: area.x + shift,
        width: area.width - shift,
        ..area
    };
    left(buffer, shifted, spans, ellipsis);
}

/// The nth line of an area, empty when there is none.
pub(super) fn line(area: Rect, n: usize) -> Rect {
    match u16::try_from(n) {
        Ok(n) if n < area.height => Rect {
            y: area.y + n,
            height: 1,
            ..area
        },
        _ => Rect::ZERO,
    }
}

/// A span of text that came from outside: cleaned.
pub(super) fn foreign(text: &str, style: Style) -> Span<'_> {
    Span::styled(clean(text), style)
}

/// Dims what lies behind a box. The first line stays as it is: what is wrong with the fleet is read whatever lies
/// over it; and so does the last, whose keys are those that work now.
pub(super) fn step_back(buffer: &mut Buffer, area: Rect, theme: &Theme) {
    let between = Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    buffer.set_style(between, theme.behind);
}

/// A clear box in the middle of `area` with a title; returns its inside.
pub(super) fn window(
    buffer: &mut Buffer,
    area: Rect,
    size: (u16, u16),
    (title, theme): (Span<'_>, &Theme),
) -> Rect {
    use ratatui::widgets::{Block, Clear, Widget as _};
    step_back(buffer, area, theme);
    let (columns, rows) = (size.0.min(area.width), size.1.min(area.height));
    let place = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    };
    Clear.render(place, buffer);
    let block = Block::bordered()
        .border_set(theme.symbols.border)
        .border_style(theme.accent)
        .title(title);
    let inside = block.inner(place);
    block.render(place, buffer);
    Rect {
        x: inside.x + 1.min(inside.width),
        width: inside.width.saturating_sub(2),
        ..inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(columns: u16, spans: &[Span<'_>], is_right: bool) -> String {
        let area = Rect::new(0, 0, columns, 1);
        let mut buffer = Buffer::empty(area);
        if is_right {
            right(&mut buffer, area, spans, "…");
        } else {
            left(&mut buffer, area, spans, "…");
        }
        buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }

    #[test]
    fn what_does_not_fit_is_cut_where_it_ends() {
        let spans = [Span::raw("abc"), Span::raw("defgh")];
        let all: Vec<_> = [8, 6, 3, 1]
            .map(|columns| painted(columns, &spans, false))
            .into();
        assert_eq!(all, ["abcdefgh", "abcde…", "ab…", "…"]);
        assert_eq!(painted(10, &spans, true), "  abcdefgh");
    }

    #[test]
    fn nothing_is_cut_for_blanks_at_the_end() {
        let spans = [Span::raw("only "), Span::raw("to ")];
        assert_eq!(painted(7, &spans, false), "only to");
        assert_eq!(painted(6, &spans, false), "only …");
    }

    #[test]
    fn only_what_is_said_is_underlined() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buffer = Buffer::empty(area);
        let style = Style::new().add_modifier(Modifier::UNDERLINED);
        left(&mut buffer, area, &[Span::styled("  9 % ", style)], "…");
        let is_underlined =
            |cell: &ratatui::buffer::Cell| cell.modifier.contains(Modifier::UNDERLINED);
        let line: Vec<_> = buffer.content.iter().map(is_underlined).collect();
        assert_eq!(line, [false, false, true, true, true, false, false, false]);
    }

    #[test]
    fn nothing_is_painted_outside() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        for area in [
            Rect::ZERO,
            Rect::new(9, 0, 3, 1),
            Rect::new(0, 7, 4, 1),
            Rect::new(2, 0, 40, 1),
        ] {
            left(&mut buffer, area, &[Span::raw("xyz")], "…");
        }
        assert_eq!(buffer, Buffer::with_lines(["  xy"]));
    }
}
