//! What changed between two frames as the fewest bytes for a terminal: over a radio or SSH each one counts. Pure.
//!
//! ratatui's own backend moves the cursor absolutely and sets every colour in a sequence of its own; here
//! the pen is kept between frames, one sequence says all that changes of it, a small gap is written over
//! or jumped, whichever is shorter.

use std::io::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

use super::format::width;

/// How the terminal writes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    const fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }
}

/// Remembers how the terminal writes; where its cursor is, only within a frame.
#[derive(Debug)]
pub struct Encoder {
    pen: Pen,
    cursor: Option<(u16, u16)>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            pen: Pen::PLAIN,
            cursor: None,
        }
    }
}

impl Encoder {
    /// Adds what makes `next` of `painted`, or of an unknown screen when their sizes differ. Nothing when nothing changed.
    pub fn frame(&mut self, painted: &Buffer, next: &Buffer, bytes: &mut Vec<u8>) {
        self.cursor = None;
        let is_known = painted.area == next.area;
        if !is_known {
            bytes.extend_from_slice(b"\x1b[0m\x1b[2J");
            self.pen = Pen::PLAIN;
        }
        let columns = usize::from(next.area.width).max(1);
        for (row, after) in next.content.chunks_exact(columns).enumerate() {
            let first = row * columns;
            let before = painted.content.get(first..first + columns);
            let before = before.filter(|_| is_known);
            self.row((next, row as u16), before, after, bytes);
        }
    }

    /// One line: a wide letter hides the cell behind it, and one that leaves may have coloured it.
    fn row(
        &mut self,
        (next, row): (&Buffer, u16),
        before: Option<&[Cell]>,
        after: &[Cell],
        bytes: &mut Vec<u8>,
    ) {
        let (mut column, mut stale) = (0, 0);
        while let Some(cell) = after.get(column) {
            let old = before.map_or(&Cell::EMPTY, |before| &before[column]);
            if column >= stale && is_same(old, cell) {
                column += cells(cell.symbol());
                continue;
            }
            let (wide, was_wide) = (cells(cell.symbol()), cells(old.symbol()));
            if was_wide > wide && (old.bg != Color::Reset || old.modifier.intersects(SEEN)) {
                stale = stale.max(column + was_wide);
            }
            let (x, y) = (next.area.x + column as u16, next.area.y + row);
            self.go((x, y), next, bytes);
            self.take(Pen::of(cell), bytes);
            self.put(x, y, cell, bytes);
            column += wide;
        }
    }

    /// Moves the cursor: on by writing the cells between again where they look alike, else by a sequence.
    fn go(&mut self, (x, y): (u16, u16), next: &Buffer, bytes: &mut Vec<u8>) {
        match self.cursor {
            Some(here) if here == (x, y) => {}
            Some((from, row)) if row == y && from < x => {
                let gap = x - from;
                let between = || (from..x).filter_map(|x| next.cell((x, y)));
                let is_alike = gap <= 4
                    && between().all(|cell| Pen::of(cell) == self.pen && cell.symbol().is_ascii());
                if is_alike {
                    between().for_each(|cell| bytes.extend_from_slice(cell.symbol().as_bytes()));
                } else if gap == 1 {
                    bytes.extend_from_slice(b"\x1b[C");
                } else {
                    say(bytes, format_args!("\x1b[{gap}C"));
                }
            }
            _ => say(bytes, format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell, bytes: &mut Vec<u8>) {
        let symbol = cell.symbol();
        bytes.extend_from_slice(symbol.as_bytes());
        // Terminals differ in how far a wide or a joined letter carries the cursor.
        let is_sure = is_drawing(symbol)
            || symbol.is_ascii()
            || (symbol.chars().count() == 1 && width(symbol) == 1);
        self.cursor = is_sure.then_some((x + 1, y));
    }

    /// Says what changes of the pen in one sequence, or begins from nothing where that is shorter.
    fn take(&mut self, pen: Pen, bytes: &mut Vec<u8>) {
        if pen == self.pen {
            return;
        }
        bytes.extend_from_slice(b"\x1b[");
        let first = bytes.len();
        codes(self.pen, pen, bytes);
        let middle = bytes.len();
        bytes.push(b'0');
        codes(Pen::PLAIN, pen, bytes);
        // Written one behind the other; the longer of the two goes.
        if bytes.len() - middle < middle - first {
            bytes.drain(first..middle);
        } else {
            bytes.truncate(middle);
        }
        bytes.push(b'm');
        self.pen = pen;
    }
}

/// What of a style is seen of a blank.
const SEEN: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Cheaper than `==` of two cells: most of a frame did not change, and is asked for it 30 times a second.
fn is_same(old: &Cell, new: &Cell) -> bool {
    let is_same_symbol = match (old.symbol().as_bytes(), new.symbol().as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    };
    is_same_symbol && old.fg == new.fg && old.bg == new.bg && old.modifier == new.modifier
}

/// Whether a symbol is a line, a block or a Braille letter: always one cell.
fn is_drawing(symbol: &str) -> bool {
    matches!(symbol.as_bytes(), [0xe2, 0x94..=0x96 | 0xa0..=0xa3, _])
}

/// Cells that a symbol takes, at least one.
fn cells(symbol: &str) -> usize {
    if symbol.len() == 1 || is_drawing(symbol) {
        1
    } else {
        width(symbol).max(1)
    }
}

fn say(bytes: &mut Vec<u8>, words: std::fmt::Arguments<'_>) {
    // Writing into memory cannot fail.
    let _ = bytes.write_fmt(words);
}

/// The modifiers in use with their codes: on, off. Bold and dim share the code that ends them.
const MODIFIERS: [(Modifier, &str, &str); 7] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// Parameters of the sequence that makes `to` of `from`, each behind a semicolon unless it opens the sequence.
fn codes(from: Pen, to: Pen, bytes: &mut Vec<u8>) {
    let gone = from.modifier - to.modifier;
    let weight = Modifier::BOLD | Modifier::DIM;
    let mut came = to.modifier - from.modifier;
    if gone.intersects(weight) {
        // What ends one of them ends both.
        came |= to.modifier & weight;
    }
    let mut ended = "";
    for (modifier, _, off) in MODIFIERS {
        if gone.contains(modifier) && off != ended {
            between(bytes);
            bytes.extend_from_slice(off.as_bytes());
            ended = off;
        }
    }
    for (modifier, on, _) in MODIFIERS {
        if came.contains(modifier) {
            between(bytes);
            bytes.extend_from_slice(on.as_bytes());
        }
    }
    if from.fg != to.fg {
        colour(to.fg, 30, bytes);
    }
    if from.bg != to.bg {
        colour(to.bg, 40, bytes);
    }
}

/// A semicolon behind a parameter.
fn between(bytes: &mut Vec<u8>) {
    if bytes.last() != Some(&b'[') {
        bytes.push(b';');
    }
}

/// A colour as a parameter; `base` is 30 for letters and 40 for what is behind them.
fn colour(color: Color, base: u8, bytes: &mut Vec<u8>) {
    let place = match color {
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(index) => return numbers(&[base + 8, 5, index], bytes),
        Color::Rgb(r, g, b) => return numbers(&[base + 8, 2, r, g, b], bytes),
    };
    numbers(&[base + place], bytes);
}

/// Numbers with semicolons between them.
fn numbers(list: &[u8], bytes: &mut Vec<u8>) {
    for number in list {
        between(bytes);
        if *number >= 100 {
            bytes.push(b'0' + number / 100);
        }
        if *number >= 10 {
            bytes.push(b'0' + number / 10 % 10);
        }
        bytes.push(b'0' + number % 10);
    }
}

#[cfg(test)]
mod tests;
