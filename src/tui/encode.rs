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
        let blank;
        let painted = if painted.area == next.area {
            painted
        } else {
            bytes.extend_from_slice(b"\x1b[0m\x1b[2J");
            self.pen = Pen::PLAIN;
            blank = Buffer::empty(next.area);
            &blank
        };
        for (x, y, cell) in painted.diff(next) {
            self.go((x, y), next, bytes);
            self.take(Pen::of(cell), bytes);
            self.put(x, y, cell, bytes);
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
        let is_sure = symbol.is_ascii() || (symbol.chars().count() == 1 && width(symbol) == 1);
        self.cursor = is_sure.then_some((x + 1, y));
    }

    /// Says what changes of the pen in one sequence, or begins from nothing where that is shorter.
    fn take(&mut self, pen: Pen, bytes: &mut Vec<u8>) {
        if pen == self.pen {
            return;
        }
        let changed = codes(self.pen, pen, "");
        let anew = codes(Pen::PLAIN, pen, "0");
        let shorter = if anew.len() < changed.len() {
            anew
        } else {
            changed
        };
        say(bytes, format_args!("\x1b[{shorter}m"));
        self.pen = pen;
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

/// Parameters of the sequence that makes `to` of `from`, after `first`.
fn codes(from: Pen, to: Pen, first: &str) -> String {
    let mut list = first.to_owned();
    let mut add = |code: &str| {
        if !list.is_empty() {
            list.push(';');
        }
        list.push_str(code);
    };
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
            add(off);
            ended = off;
        }
    }
    for (modifier, on, _) in MODIFIERS {
        if came.contains(modifier) {
            add(on);
        }
    }
    if from.fg != to.fg {
        add(&colour(to.fg, 30));
    }
    if from.bg != to.bg {
        add(&colour(to.bg, 40));
    }
    list
}

/// A colour as a parameter; `base` is 30 for letters and 40 for what is behind them.
fn colour(color: Color, base: u8) -> String {
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
        Color::Indexed(index) => return format!("{};5;{index}", base + 8),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", base + 8),
    };
    (base + place).to_string()
}

#[cfg(test)]
mod tests;
