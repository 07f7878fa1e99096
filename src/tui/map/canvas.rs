//! A canvas of dots: Braille (2×4 to the cell) or ASCII (1×2), with a colour and a rank per cell.
//!
//! A cell has one colour. What ranks higher clears what ranks lower out of it, so that a track is
//! never speckled with the coast below it; what ranks equal shares the cell and the newer colour.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::projection::Dot;

/// Who keeps a cell when two want it, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Rank {
    /// Nothing there.
    #[default]
    Blank,
    /// Graticule.
    Graticule,
    /// Borders of countries.
    Border,
    /// Coasts, and the rim of the globe.
    Coast,
    /// What was planned: missions and fences stand here.
    Plan,
    /// Older parts of tracks.
    OldTrack,
    /// Tracks.
    Track,
    /// Lines of the selected vehicle, rings of lost ones.
    Line,
}

/// How the dots of a cell become a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// U+2800 and on.
    Braille,
    /// `'`, `.` and `:`.
    Ascii,
}

impl Grain {
    /// Dots across and down in a cell. A cell is twice as high as wide, so a dot is square.
    #[must_use]
    pub const fn dots(self) -> (u16, u16) {
        match self {
            Self::Braille => (2, 4),
            Self::Ascii => (1, 2),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    bits: u8,
    rank: Rank,
    style: Style,
}

/// Dots, and how they are drawn.
#[derive(Debug)]
pub struct Canvas {
    grain: Grain,
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

/// What is drawn with: rank, colour, and every how many dots.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    /// Who keeps a cell.
    pub rank: Rank,
    /// The colour.
    pub style: Style,
    /// 1 draws every dot, 3 every third.
    pub every: u32,
}

impl Pen {
    /// A whole line.
    #[must_use]
    pub const fn whole(rank: Rank, style: Style) -> Self {
        Self {
            rank,
            style,
            every: 1,
        }
    }

    /// A dotted line.
    #[must_use]
    pub const fn dotted(rank: Rank, style: Style, every: u32) -> Self {
        Self { rank, style, every }
    }
}

impl Canvas {
    /// A blank canvas of so many cells.
    #[must_use]
    pub fn new(grain: Grain, columns: u16, rows: u16) -> Self {
        let (columns, rows) = (usize::from(columns), usize::from(rows));
        Self {
            grain,
            columns,
            rows,
            cells: vec![Cell::default(); columns * rows],
        }
    }

    /// Dots across and down.
    #[must_use]
    pub fn size(&self) -> (f64, f64) {
        let (across, down) = self.grain.dots();
        (
            self.columns as f64 * f64::from(across),
            self.rows as f64 * f64::from(down),
        )
    }

    /// Draws one dot; outside of the canvas nothing.
    pub fn dot(&mut self, x: i32, y: i32, pen: &Pen) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        let (column, row, bit) = match self.grain {
            Grain::Braille => (x / 2, y / 4, BRAILLE[y % 4][x % 2]),
            Grain::Ascii => (x, y / 2, 1 << (y % 2)),
        };
        if column >= self.columns || row >= self.rows {
            return;
        }
        let cell = &mut self.cells[row * self.columns + column];
        if pen.rank > cell.rank {
            *cell = Cell {
                bits: bit,
                rank: pen.rank,
                style: pen.style,
            };
        } else if pen.rank == cell.rank {
            cell.bits |= bit;
            cell.style = pen.style;
        }
    }

    /// Draws a straight line, cut to the canvas before it is taken apart into dots. `phase` counts
    /// dots of a dotted line from one piece to the next.
    pub fn line(&mut self, from: Dot, to: Dot, pen: &Pen, phase: &mut u32) {
        let size = self.size();
        let is_inside = |dot: Dot| dot.x >= 0.0 && dot.x < size.0 && dot.y >= 0.0 && dot.y < size.1;
        let (from, to) = if is_inside(from) && is_inside(to) {
            (from, to)
        } else if let Some(cut) = clip(from, to, size) {
            cut
        } else {
            return;
        };
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        // Cut to the canvas: at most as many steps as it has dots across or down.
        let longest = dx.abs().max(dy.abs()).min(size.0.max(size.1) + 1.0);
        let steps = longest as u32 + u32::from(longest.fract() > 0.0);
        let parts = f64::from(steps.max(1));
        let (step_x, step_y) = (fixed(dx / parts), fixed(dy / parts));
        let (mut x, mut y) = (fixed(from.x), fixed(from.y));
        for _ in 0..=steps {
            *phase = phase.wrapping_add(1);
            if pen.every == 1 || phase.is_multiple_of(pen.every) {
                self.dot((x >> FRACTION) as i32, (y >> FRACTION) as i32, pen);
            }
            (x, y) = (x + step_x, y + step_y);
        }
    }

    /// Draws a circle as a polygon fine enough to look round.
    pub fn circle(&mut self, centre: Dot, radius: f64, pen: &Pen) {
        if !(radius.is_finite() && radius >= 0.5) {
            return;
        }
        // Half a dot of sagitta.
        let corners = (std::f64::consts::PI * radius.sqrt())
            .clamp(12.0, 512.0)
            .ceil();
        let corner = |n: f64| {
            let (sin, cos) = (n / corners * std::f64::consts::TAU).sin_cos();
            Dot {
                x: centre.x + radius * cos,
                y: centre.y + radius * sin,
            }
        };
        let mut phase = 0;
        for n in 0..corners as u32 {
            let n = f64::from(n);
            self.line(corner(n), corner(n + 1.0), pen, &mut phase);
        }
    }

    /// Puts the dots into the cells of `area`.
    pub fn paint(&self, buffer: &mut Buffer, area: Rect) {
        let area = area.intersection(buffer.area);
        for row in 0..self.rows.min(area.height.into()) {
            let line = &self.cells[row * self.columns..(row + 1) * self.columns];
            for (cell, x) in line.iter().zip(area.x..area.right()) {
                if cell.bits != 0
                    && let Some(target) = buffer.cell_mut((x, area.y + row as u16))
                {
                    target.set_char(self.character(cell.bits));
                    target.set_style(cell.style);
                }
            }
        }
    }

    fn character(&self, bits: u8) -> char {
        match self.grain {
            Grain::Braille => char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' '),
            Grain::Ascii => match bits {
                1 => '\'',
                2 => '.',
                _ => ':',
            },
        }
    }
}

/// Bits behind the point of the fixed-point numbers lines are walked with: no rounding call for each dot.
const FRACTION: u32 = 32;

fn fixed(dots: f64) -> i64 {
    (dots * (1_u64 << FRACTION) as f64) as i64
}

/// Bits of the Braille dots by row and column.
const BRAILLE: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The part of a line inside of the canvas (Liang and Barsky), `None` when there is none.
fn clip(from: Dot, to: Dot, size: (f64, f64)) -> Option<(Dot, Dot)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    if !(dx.is_finite() && dy.is_finite()) {
        return None;
    }
    let is_beside = |a: f64, b: f64, room: f64| a.max(b) < 0.0 || a.min(b) > room;
    if is_beside(from.x, to.x, size.0) || is_beside(from.y, to.y, size.1) {
        return None;
    }
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, from.x),
        (dx, size.0 - from.x),
        (-dy, from.y),
        (dy, size.1 - from.y),
    ];
    for (step, room) in edges {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    (enter <= leave).then(|| {
        let at = |part: f64| Dot {
            x: from.x + part * dx,
            y: from.y + part * dy,
        };
        (at(enter), at(leave))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn dot(x: f64, y: f64) -> Dot {
        Dot { x, y }
    }

    fn text(canvas: &Canvas) -> Vec<String> {
        let area = Rect::new(0, 0, canvas.columns as u16, canvas.rows as u16);
        let mut buffer = Buffer::empty(area);
        canvas.paint(&mut buffer, area);
        let lines = buffer.content.chunks(canvas.columns);
        lines
            .map(|cells| cells.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect()
    }

    fn drawn(grain: Grain, lines: &[(Dot, Dot)]) -> Vec<String> {
        let mut canvas = Canvas::new(grain, 4, 2);
        let pen = Pen::whole(Rank::Track, Style::new());
        for (from, to) in lines {
            canvas.line(*from, *to, &pen, &mut 0);
        }
        text(&canvas)
    }

    #[test]
    fn a_line_is_dots_of_braille_or_marks_of_ascii() {
        let diagonal = [(dot(0.0, 0.0), dot(7.9, 7.9))];
        assert_eq!(drawn(Grain::Braille, &diagonal), ["⠑⢄  ", "  ⠑⢄"]);
        let level = [(dot(0.0, 1.0), dot(3.9, 1.0))];
        assert_eq!(drawn(Grain::Ascii, &level), ["....", "    "]);
    }

    #[test]
    fn a_line_from_far_away_to_far_away_is_cut_first() {
        let through = [(dot(-1e12, 2.0), dot(1e12, 2.0))];
        assert_eq!(drawn(Grain::Braille, &through), ["⠤⠤⠤⠤", "    "]);
        let beside = [
            (dot(-1e12, -2.0), dot(1e12, -2.0)),
            (dot(f64::NAN, 0.0), dot(1.0, 1.0)),
        ];
        assert_eq!(drawn(Grain::Braille, &beside), ["    ", "    "]);
    }

    #[test]
    fn a_higher_rank_clears_the_cell_of_a_lower_one() {
        let mut canvas = Canvas::new(Grain::Braille, 1, 1);
        canvas.dot(0, 0, &Pen::whole(Rank::Coast, Style::new()));
        canvas.dot(1, 3, &Pen::whole(Rank::Track, Style::new()));
        canvas.dot(1, 0, &Pen::whole(Rank::Graticule, Style::new()));
        assert_eq!(text(&canvas), ["⢀"]);
    }

    #[test]
    fn a_circle_is_round_in_both_grains() {
        for grain in [Grain::Braille, Grain::Ascii] {
            let mut canvas = Canvas::new(grain, 40, 20);
            let (width, height) = canvas.size();
            let centre = dot(width / 2.0, height / 2.0);
            canvas.circle(centre, height * 0.45, &Pen::whole(Rank::Line, Style::new()));
            let lines = text(&canvas);
            let rows = lines.iter().filter(|line| !line.trim().is_empty()).count();
            let is_drawn = |column: usize| {
                lines
                    .iter()
                    .any(|line| line.chars().nth(column) != Some(' '))
            };
            let columns = (0..40).filter(|column| is_drawn(*column)).count();
            assert!(
                columns.abs_diff(rows * 2) <= 2,
                "{columns} columns, {rows} rows"
            );
        }
    }

    proptest! {
        #[test]
        fn no_line_panics_or_takes_long(a in any::<[f64; 2]>(), b in any::<[f64; 2]>(), size in (0_u16..50, 0_u16..50)) {
            let mut canvas = Canvas::new(Grain::Braille, size.0, size.1);
            let pen = Pen::dotted(Rank::Line, Style::new(), 3);
            let mut phase = 0;
            canvas.line(dot(a[0], a[1]), dot(b[0], b[1]), &pen, &mut phase);
            canvas.circle(dot(a[0], a[1]), b[0], &pen);
            prop_assert!(phase <= 500);
        }
    }
}
