//! What a terminal makes of the bytes is what was painted, and the bytes are few.

use proptest::prelude::*;
use ratatui::{layout::Rect, style::Style};

use super::*;

/// As much of a terminal as the encoder speaks to.
struct Screen {
    cells: Buffer,
    at: (u16, u16),
    pen: Pen,
}

impl Screen {
    fn new(area: Rect) -> Self {
        Self {
            cells: Buffer::empty(area),
            at: (0, 0),
            pen: Pen::PLAIN,
        }
    }

    fn read(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if let Some(sequence) = rest.strip_prefix("\x1b[") {
                let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                self.obey(&sequence[..end], &sequence[end..=end]);
                rest = &sequence[end + 1..];
            } else {
                let style = Style::new().fg(self.pen.fg).bg(self.pen.bg);
                let style = style.add_modifier(self.pen.modifier);
                let cell = self.cells.cell_mut(self.at).expect("inside");
                cell.reset();
                cell.set_char(letter).set_style(style);
                self.at.0 += 1;
                rest = &rest[letter.len_utf8()..];
            }
        }
    }

    fn obey(&mut self, parameters: &str, last: &str) {
        let numbers: Vec<u16> = parameters
            .split(';')
            .map(|number| number.parse().unwrap_or(0))
            .collect();
        match last {
            "H" => self.at = (numbers[1] - 1, numbers[0] - 1),
            "C" => self.at.0 += numbers[0].max(1),
            "J" => self.cells.reset(),
            "m" => self.dip(&numbers),
            other => panic!("{other}"),
        }
    }

    fn dip(&mut self, numbers: &[u16]) {
        let mut numbers = numbers.iter().copied();
        while let Some(number) = numbers.next() {
            let mut extended = |what| match (numbers.next(), what) {
                (Some(5), _) => Color::Indexed(numbers.next().unwrap() as u8),
                (Some(2), _) => {
                    let mut part = || numbers.next().unwrap() as u8;
                    Color::Rgb(part(), part(), part())
                }
                other => panic!("{other:?}"),
            };
            match number {
                0 => self.pen = Pen::PLAIN,
                22 => self.pen.modifier -= Modifier::BOLD | Modifier::DIM,
                38 => self.pen.fg = extended("fg"),
                48 => self.pen.bg = extended("bg"),
                30..=37 | 39 | 90..=97 => self.pen.fg = named(number - 30),
                40..=47 | 49 | 100..=107 => self.pen.bg = named(number - 40),
                other => {
                    let code = other.to_string();
                    for (modifier, on, off) in MODIFIERS {
                        self.pen.modifier.set(
                            modifier,
                            (self.pen.modifier.contains(modifier) && off != code) || on == code,
                        );
                    }
                }
            }
        }
    }
}

fn named(place: u16) -> Color {
    let all = [
        Color::Reset,
        Color::Red,
        Color::Gray,
        Color::DarkGray,
        Color::LightCyan,
        Color::White,
        Color::Black,
    ];
    let is_it = |color: &Color| {
        let mut bytes = b"[".to_vec();
        colour(*color, 0, &mut bytes);
        bytes == format!("[{place}").into_bytes()
    };
    all.into_iter().find(is_it).expect("a colour of the tests")
}

fn style() -> impl Strategy<Value = Style> {
    let color = || {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::DarkGray),
            Just(Color::LightCyan),
            any::<u8>().prop_map(Color::Indexed),
            any::<u8>().prop_map(|n| Color::Rgb(n, 7, n)),
        ]
    };
    let modifiers = prop_oneof![
        Just(Modifier::empty()),
        Just(Modifier::BOLD),
        Just(Modifier::DIM),
        Just(Modifier::BOLD | Modifier::UNDERLINED),
        Just(Modifier::REVERSED | Modifier::DIM),
        Just(Modifier::SLOW_BLINK),
    ];
    (color(), color(), modifiers)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

fn frame() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
    let piece = (0_u16..30, 0_u16..6, "[a-c●─ ]{1,12}", style());
    proptest::collection::vec(piece, 0..12)
}

fn painted(area: Rect, pieces: &[(u16, u16, String, Style)]) -> Buffer {
    let mut buffer = Buffer::empty(area);
    for (x, y, text, style) in pieces {
        buffer.set_stringn(*x, *y, text, usize::from(30 - x), *style);
    }
    buffer
}

proptest! {
    #[test]
    fn frame_after_frame_the_terminal_shows_what_was_painted(
        frames in proptest::collection::vec(frame(), 1..6)
    ) {
        let area = Rect::new(0, 0, 30, 6);
        let (mut encoder, mut screen) = (Encoder::default(), Screen::new(area));
        let mut before = Buffer::default();
        for pieces in frames {
            let next = painted(area, &pieces);
            let mut bytes = Vec::new();
            encoder.frame(&before, &next, &mut bytes);
            screen.read(&bytes);
            prop_assert_eq!(&screen.cells, &next);
            before = next;
        }
    }
}

#[test]
fn nothing_is_said_when_nothing_changed() {
    let area = Rect::new(0, 0, 30, 6);
    let buffer = painted(area, &[(3, 2, "abc".into(), Style::new())]);
    let mut bytes = Vec::new();
    Encoder::default().frame(&buffer, &buffer, &mut bytes);
    assert!(bytes.is_empty());
}

#[test]
fn a_digit_costs_a_move_and_a_byte_and_the_pen_is_kept() {
    let area = Rect::new(0, 0, 30, 6);
    let red = Style::new().fg(Color::Red);
    let mut encoder = Encoder::default();
    let first = painted(area, &[(3, 2, "1 of 2".into(), red)]);
    let second = painted(area, &[(3, 2, "3 of 4".into(), red)]);
    let mut bytes = Vec::new();
    encoder.frame(&Buffer::empty(area), &first, &mut bytes);
    bytes.clear();
    encoder.frame(&first, &second, &mut bytes);
    assert_eq!(String::from_utf8(bytes).unwrap(), "\x1b[3;4H3 of 4");
}
