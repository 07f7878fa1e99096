//! Signs and words of the map: labels of the graticule, homes, names, arrows, cursor; later ones over earlier ones.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    super::paint::left,
    marks::{Mark, Marks, Words},
};
use crate::tui::{
    format::width,
    map::{
        canvas::Grain,
        graticule::EdgeLabel,
        labels::{Place, Wish, place_labels},
    },
    scene::Scene,
};

/// Labels of parallels at the right edge, of meridians at the lower one; none over another.
pub(super) fn edge_labels(
    buffer: &mut Buffer,
    area: Rect,
    (labels, grain): (&[EdgeLabel], Grain),
    scene: &Scene<'_>,
) {
    let (across, down) = grain.dots();
    let mut taken = 0;
    for label in labels {
        let cells = width(&label.text) as u16;
        if cells + 2 > area.width {
            continue;
        }
        let (column, row) = (label.at.x as u16 / across, label.at.y as u16 / down);
        let (x, y) = if label.is_parallel {
            // The lowest line is for meridians.
            if row + 1 >= area.height {
                continue;
            }
            (area.width - cells, row)
        } else {
            let x = column.saturating_sub(cells / 2).min(area.width - cells);
            if x < taken {
                continue;
            }
            taken = x + cells + 2;
            (x, area.height - 1)
        };
        write(
            buffer,
            area,
            (x, y),
            &[Span::styled(label.text.as_str(), scene.theme.dim)],
        );
    }
}

/// Homes, then names and signs, the most important last.
pub(super) fn marks(buffer: &mut Buffer, area: Rect, marks: &Marks<'_>, scene: &Scene<'_>) {
    let theme = scene.theme;
    for (at, is_selected) in &marks.homes {
        let style = if *is_selected {
            theme.accent
        } else {
            theme.text
        };
        write(
            buffer,
            area,
            *at,
            &[Span::styled(theme.symbols.home, style)],
        );
    }
    let shown: Vec<(&Mark<'_>, &Words, (u16, u16))> = marks
        .vehicles
        .iter()
        .filter_map(|mark| Some((mark, mark.words.as_ref()?, mark.cell?)))
        .collect();
    let wishes: Vec<Wish> = shown
        .iter()
        .map(|(mark, words, at)| Wish {
            at: *at,
            long: if mark.is_hidden { 0 } else { words.long(mark) },
            short: if mark.is_hidden { 0 } else { words.short() },
        })
        .collect();
    let places = place_labels(&wishes, (area.width, area.height));
    for ((mark, words, _), place) in shown.iter().zip(places).rev() {
        name(buffer, area, (mark, words, place), scene);
    }
    for (mark, words, at) in shown.iter().rev() {
        let style = over(mark, words.sign_style, scene);
        write(buffer, area, *at, &[Span::styled(words.sign, style)]);
    }
    if let Some(at) = marks.cursor {
        write(
            buffer,
            area,
            at,
            &[Span::styled(theme.symbols.cross, theme.accent)],
        );
    }
}

fn name(
    buffer: &mut Buffer,
    area: Rect,
    (mark, words, place): (&Mark<'_>, &Words, Place),
    scene: &Scene<'_>,
) {
    let style = |own| over(mark, own, scene);
    match place {
        Place::Long(x, y) => {
            let mut spans = vec![Span::styled(words.name.as_str(), style(words.name_style))];
            // The number stands beside the arrow, on whichever side of it.
            let is_left = mark.cell.is_some_and(|(column, _)| x < column);
            for (text, own) in words.behind(mark) {
                let text = if is_left {
                    format!("{text} ")
                } else {
                    format!(" {text}")
                };
                let place = if is_left { 0 } else { spans.len() };
                spans.insert(place, Span::styled(text, style(*own)));
            }
            write(buffer, area, (x, y), &spans);
        }
        Place::Short(x, y) => {
            let number = Span::styled(words.number.as_str(), style(words.name_style));
            write(buffer, area, (x, y), &[number]);
        }
        Place::None => {}
    }
}

/// The selected vehicle as the table shows its row.
fn over(mark: &Mark<'_>, own: Style, scene: &Scene<'_>) -> Style {
    let theme = scene.theme;
    match (mark.is_selected, theme.selected_hides) {
        (false, _) => own,
        (true, true) => theme.on_bar(own),
        (true, false) => Style {
            bg: theme.selected.bg.or(own.bg),
            ..own.add_modifier(theme.selected.add_modifier)
        },
    }
}

/// Spans at a cell of the map; the dots under them go.
fn write(buffer: &mut Buffer, area: Rect, (x, y): (u16, u16), spans: &[Span<'_>]) {
    if x >= area.width || y >= area.height {
        return;
    }
    let line = Rect {
        x: area.x + x,
        y: area.y + y,
        width: area.width - x,
        height: 1,
    };
    let cells: usize = spans.iter().map(|span| width(&span.content)).sum();
    let taken = Rect {
        width: line.width.min(cells as u16),
        ..line
    };
    buffer.set_style(taken, Style::reset());
    left(buffer, line, spans, "");
}
