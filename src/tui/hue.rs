//! Colours that tell vehicles apart on the map: seven of Okabe and Ito, as far as the terminal has colours.
//!
//! None of them is the vermilion of what is critical. Old parts of a track are darker.

use ratatui::style::{Color, Modifier, Style};

/// How many there are.
pub const COUNT: usize = 7;

/// The names `color` of a `[[drone]]` may have, in the order of the palettes.
const NAMES: [&[&str]; COUNT] = [
    &["sky", "cyan", "lightblue"],
    &["orange", "amber"],
    &["green", "bluish green", "teal"],
    &["yellow", "gold"],
    &["purple", "pink", "magenta", "reddish purple", "violet"],
    &["blue", "navy"],
    &["white", "grey", "gray", "black"],
];

/// A vehicle's colour, now and some minutes ago.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hue {
    /// Its mark, and where it has just been.
    pub fresh: Style,
    /// Where it was before.
    pub old: Style,
}

impl Hue {
    pub(super) fn new(fresh: Color, old: Color) -> Self {
        let style = Style::new().fg(old);
        // Few colours have no darker one.
        let old = if fresh == old {
            style.add_modifier(Modifier::DIM)
        } else {
            style
        };
        Self {
            fresh: Style::new().fg(fresh),
            old,
        }
    }
}

/// Which of the hues a vehicle has: by the operator's word, else by its number.
#[must_use]
pub fn hue_index(color: Option<&str>, number: u16) -> usize {
    let named = color.and_then(|word| {
        let word = word.to_lowercase();
        NAMES.iter().position(|names| names.contains(&&*word))
    });
    named.unwrap_or_else(|| usize::from(number.saturating_sub(1)) % COUNT)
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

pub(super) const TRUE: [(Color, Color); COUNT] = [
    (rgb(0x0056_b4e9), rgb(0x002f_6283)),
    (rgb(0x00e6_9f00), rgb(0x007d_5a0e)),
    (rgb(0x0000_c08b), rgb(0x000c_6850)),
    (rgb(0x00f0_e442), rgb(0x0080_7b2c)),
    (rgb(0x00e0_8cbc), rgb(0x007a_4d67)),
    (rgb(0x0055_8cf0), rgb(0x0030_4f86)),
    (rgb(0x00d8_dde3), rgb(0x0074_7a82)),
];

pub(super) const INDEXED: [(Color, Color); COUNT] = [
    (Color::Indexed(74), Color::Indexed(24)),
    (Color::Indexed(214), Color::Indexed(94)),
    (Color::Indexed(43), Color::Indexed(23)),
    (Color::Indexed(227), Color::Indexed(100)),
    (Color::Indexed(175), Color::Indexed(96)),
    (Color::Indexed(69), Color::Indexed(61)),
    (Color::Indexed(253), Color::Indexed(243)),
];

pub(super) const SIXTEEN: [(Color, Color); COUNT] = [
    (Color::LightCyan, Color::Cyan),
    (Color::Yellow, Color::Yellow),
    (Color::LightGreen, Color::Green),
    (Color::LightYellow, Color::Yellow),
    (Color::LightMagenta, Color::Magenta),
    (Color::LightBlue, Color::Blue),
    (Color::White, Color::Gray),
];

pub(super) const CONTRAST: [(Color, Color); COUNT] = SIXTEEN;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_word_is_taken_and_else_neighbours_differ() {
        assert_eq!(hue_index(Some("Sky"), 5), 0);
        assert_eq!(hue_index(Some("purple"), 5), 4);
        assert_eq!(hue_index(Some("plaid"), 3), hue_index(None, 3));
        assert_eq!(hue_index(None, 0), 0);
        assert!((1..200).all(|number| hue_index(None, number) != hue_index(None, number + 1)));
    }

    #[test]
    fn old_is_never_the_same_as_fresh() {
        for palette in [TRUE, INDEXED, SIXTEEN, CONTRAST] {
            for (fresh, old) in palette {
                let hue = Hue::new(fresh, old);
                assert_ne!(hue.fresh, hue.old);
            }
        }
    }
}
