//! Long lines over several: a line goes on below while there are lines to spare, and is cut only then.

use ratatui::{style::Style, text::Span};

use super::paint::{Spans, spans_width};
use crate::tui::format::width;

/// Blanks before what goes on.
const INDENT: &str = "  ";

/// Lays `lines` into an area of so many columns and lines. A line that is too long goes on in the next as long
/// as those after it keep theirs.
pub(super) fn wrapped(lines: Vec<Spans<'_>>, (columns, height): (u16, u16)) -> Vec<Spans<'_>> {
    let (columns, height) = (usize::from(columns), usize::from(height));
    let mut spare = height.saturating_sub(lines.len());
    let mut all = Vec::new();
    for line in lines {
        let mut pieces = wrap(line, columns);
        if pieces.len() > spare + 1 {
            let rest = pieces.split_off(spare + 1);
            if let Some(last) = pieces.last_mut() {
                last.extend(rest.into_iter().flat_map(|piece| piece.into_iter().skip(1)));
            }
        }
        spare -= pieces.len() - 1;
        all.append(&mut pieces);
    }
    all.truncate(height);
    all
}

/// One line in as many of `columns` cells as it takes, one at least. It is divided between labelled numbers, whose
/// last span ends in two blanks, and between words where one of these is longer than a line.
pub(super) fn wrap(spans: Spans<'_>, columns: usize) -> Vec<Spans<'_>> {
    if spans_width(&spans) <= columns || columns <= INDENT.len() {
        return vec![spans];
    }
    let mut lines = vec![Vec::new()];
    let mut unit: Spans<'_> = Vec::new();
    for span in spans {
        let ends = span.content.ends_with("  ");
        unit.push(span);
        if ends {
            put(&mut lines, std::mem::take(&mut unit), columns);
        }
    }
    put(&mut lines, unit, columns);
    lines
}

fn room(line: &[Span<'_>], columns: usize) -> usize {
    columns.saturating_sub(spans_width(line))
}

/// Cells a unit needs: the blanks at its end may be lost.
fn needed(unit: &[Span<'_>]) -> usize {
    let text: String = unit.iter().map(|span| &*span.content).collect();
    width(text.trim_end())
}

fn put<'a>(lines: &mut Vec<Spans<'a>>, unit: Spans<'a>, columns: usize) {
    let needed = needed(&unit);
    let here = lines.last().map_or(0, |line| room(line, columns));
    if needed <= here {
        if let Some(line) = lines.last_mut() {
            line.extend(unit);
        }
    } else if needed <= columns - INDENT.len() {
        let mut next = vec![Span::raw(INDENT)];
        next.extend(unit);
        lines.push(next);
    } else {
        put_words(lines, unit, columns);
    }
}

fn put_words<'a>(lines: &mut Vec<Spans<'a>>, unit: Spans<'a>, columns: usize) {
    for span in unit {
        let style = span.style;
        for word in span.content.split_inclusive(' ') {
            put_word(lines, (word.to_owned(), style), columns);
        }
    }
}

fn put_word(lines: &mut Vec<Spans<'_>>, (word, style): (String, Style), columns: usize) {
    let here = lines.last().map_or(0, |line| room(line, columns));
    if width(word.trim_end()) > here && !word.trim().is_empty() {
        lines.push(vec![Span::raw(INDENT)]);
    }
    if let Some(line) = lines.last_mut() {
        line.push(Span::styled(word, style));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[Spans<'_>]) -> Vec<String> {
        let line = |spans: &Spans<'_>| -> String {
            let text: String = spans.iter().map(|span| &*span.content).collect();
            text.trim_end().to_owned()
        };
        lines.iter().map(line).collect()
    }

    fn numbers() -> Spans<'static> {
        [
            "roll ", "-2", "  ", "pitch ", "4", "  ", "flight ", "08:41", "  ",
        ]
        .map(Span::raw)
        .into()
    }

    #[test]
    fn labelled_numbers_stay_together_and_words_are_divided() {
        let lines = wrap(numbers(), 18);
        assert_eq!(text(&lines), ["roll -2  pitch 4", "  flight 08:41"]);
        let words = vec![Span::raw("sensors "), Span::raw("gyro accel compass")];
        assert_eq!(
            text(&wrap(words, 14)),
            ["sensors gyro", "  accel", "  compass"]
        );
    }

    #[test]
    fn a_line_goes_on_only_where_those_after_it_keep_their_lines() {
        let after = || vec![Span::raw("no text yet")];
        let tall = wrapped(vec![numbers(), after()], (18, 3));
        let expected = ["roll -2  pitch 4", "  flight 08:41", "no text yet"];
        assert_eq!(text(&tall), expected);
        let low = wrapped(vec![numbers(), after()], (18, 2));
        assert_eq!(
            text(&low),
            ["roll -2  pitch 4  flight 08:41", "no text yet"]
        );
    }
}
