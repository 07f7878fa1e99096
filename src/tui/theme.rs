//! Colours and symbols by what they mean. A view asks for a meaning and never for a colour.
//!
//! Four themes: Okabe–Ito (distinguishable for every kind of colour blindness), high contrast, the
//! terminal's own sixteen, and none at all. State is never colour alone: see `symbols`.

use ratatui::style::{Color, Modifier, Style};

use super::{
    hue::{self, Hue},
    severity::Level,
    symbols::Symbols,
};

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none wanted.
    Mono,
    /// Sixteen.
    Sixteen,
    /// 256.
    Indexed,
    /// 24 bits.
    True,
}

/// A built-in theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// Okabe–Ito.
    #[default]
    Default,
    /// White on black, few and strong colours.
    HighContrast,
    /// The sixteen colours of the terminal.
    Ansi,
    /// No colour: bold, dim and reverse.
    Mono,
}

impl ThemeName {
    /// Every theme, in the order `t` goes through them.
    pub const ALL: [Self; 4] = [Self::Default, Self::HighContrast, Self::Ansi, Self::Mono];

    /// The name on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::HighContrast => "high-contrast",
            Self::Ansi => "ansi",
            Self::Mono => "mono",
        }
    }

    /// The theme of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == name)
    }

    /// The theme after this one.
    #[must_use]
    pub fn next(self) -> Self {
        let place = Self::ALL.iter().position(|theme| *theme == self);
        Self::ALL[place.map_or(0, |place| (place + 1) % Self::ALL.len())]
    }
}

/// Styles by meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each is the style of what it is called")]
pub struct Theme {
    pub symbols: &'static Symbols,
    pub text: Style,
    /// Less important, or old.
    pub dim: Style,
    /// Frames and empty parts of gauges.
    pub faint: Style,
    /// Headings of columns and panes.
    pub head: Style,
    /// What the eye should find first when nothing is wrong: names, keys, the column of the order.
    pub accent: Style,
    /// Names of vehicles.
    pub name: Style,
    pub ok: Style,
    pub warning: Style,
    pub critical: Style,
    /// A critical thing in a line of its own: reversed.
    pub alarm: Style,
    pub conflict: Style,
    /// Laid over the selected row.
    pub selected: Style,
    /// Whether that takes the row's own colours away, because few would be readable on it.
    pub selected_hides: bool,
    /// Laid over the selected row while another pane has the keys.
    pub selected_elsewhere: Style,
    /// Laid over the first and the last line.
    pub bar: Style,
    /// Laid over everything behind a dialog.
    pub behind: Style,
    /// Coasts on the map; borders and graticule are faint.
    pub coast: Style,
    /// Colours of vehicles on the map.
    pub hues: [Hue; hue::COUNT],
}

impl Theme {
    /// The theme of that name as far as the terminal's colours go.
    #[must_use]
    pub fn new(name: ThemeName, depth: Depth, ascii: bool) -> Self {
        let symbols = if ascii {
            &Symbols::ASCII
        } else {
            &Symbols::UNICODE
        };
        match (depth, name) {
            (Depth::Mono, _) | (_, ThemeName::Mono) => Self::mono(symbols),
            (_, ThemeName::HighContrast) => Self::high_contrast(symbols),
            (Depth::Sixteen, _) | (_, ThemeName::Ansi) => Self::ansi(symbols),
            (Depth::Indexed, ThemeName::Default) => Self::colours(symbols, &INDEXED),
            (Depth::True, ThemeName::Default) => Self::colours(symbols, &OKABE_ITO),
        }
    }

    /// The style of a level.
    #[must_use]
    pub const fn level(&self, level: Level) -> Style {
        match level {
            Level::Calm => self.text,
            Level::Notice => self.dim,
            Level::Warning => self.warning,
            Level::Critical => self.critical,
        }
    }

    /// How a word of a level looks on the selected row where that takes colours away: the colour goes
    /// behind the word, since few would be readable on the bar.
    #[must_use]
    pub fn on_bar(&self, own: Style) -> Style {
        let is_level = [self.warning, self.critical, self.conflict]
            .iter()
            .any(|level| level.fg == own.fg);
        match own.fg {
            Some(colour) if is_level => self.selected.fg(Color::Black).bg(colour),
            _ => self.selected,
        }
    }

    fn colours(symbols: &'static Symbols, palette: &Palette) -> Self {
        let plain = Style::new();
        let bold = |color| plain.fg(color).add_modifier(Modifier::BOLD);
        Self {
            symbols,
            text: plain,
            dim: plain.fg(palette.dim),
            faint: plain.fg(palette.faint),
            head: plain.fg(palette.head),
            accent: bold(palette.accent),
            name: plain.fg(palette.accent),
            ok: plain.fg(palette.ok),
            warning: plain.fg(palette.warning),
            critical: bold(palette.critical),
            alarm: bold(palette.on_alarm).bg(palette.alarm),
            conflict: bold(palette.conflict),
            selected: plain.fg(palette.on_selected).bg(palette.selected),
            selected_hides: false,
            selected_elsewhere: plain.bg(palette.bar),
            bar: plain.fg(palette.on_bar).bg(palette.bar),
            behind: plain.fg(palette.faint),
            coast: plain.fg(palette.head),
            hues: palette.hues.map(|(fresh, old)| Hue::new(fresh, old)),
        }
    }

    fn ansi(symbols: &'static Symbols) -> Self {
        Self {
            selected_hides: true,
            selected_elsewhere: Style::new().add_modifier(Modifier::UNDERLINED),
            ..Self::colours(symbols, &SIXTEEN)
        }
    }

    fn high_contrast(symbols: &'static Symbols) -> Self {
        Self {
            text: Style::new().fg(Color::White),
            selected_hides: true,
            selected_elsewhere: Style::new().add_modifier(Modifier::UNDERLINED),
            ..Self::colours(symbols, &CONTRAST)
        }
    }

    fn mono(symbols: &'static Symbols) -> Self {
        let plain = Style::new();
        let with = |modifier| plain.add_modifier(modifier);
        Self {
            symbols,
            text: plain,
            dim: with(Modifier::DIM),
            faint: with(Modifier::DIM),
            head: with(Modifier::DIM),
            accent: with(Modifier::BOLD),
            name: plain,
            ok: plain,
            warning: with(Modifier::BOLD),
            critical: with(Modifier::BOLD | Modifier::UNDERLINED),
            alarm: with(Modifier::BOLD | Modifier::REVERSED),
            conflict: with(Modifier::BOLD),
            selected: with(Modifier::REVERSED),
            selected_hides: false,
            selected_elsewhere: with(Modifier::UNDERLINED),
            bar: with(Modifier::REVERSED),
            behind: with(Modifier::DIM),
            coast: with(Modifier::DIM),
            hues: [Hue {
                fresh: plain,
                old: with(Modifier::DIM),
            }; hue::COUNT],
        }
    }
}

struct Palette {
    dim: Color,
    faint: Color,
    head: Color,
    accent: Color,
    ok: Color,
    warning: Color,
    critical: Color,
    alarm: Color,
    on_alarm: Color,
    conflict: Color,
    selected: Color,
    on_selected: Color,
    bar: Color,
    on_bar: Color,
    hues: [(Color, Color); hue::COUNT],
}

const OKABE_ITO: Palette = Palette {
    dim: Color::Rgb(0x8c, 0x93, 0x9c),
    faint: Color::Rgb(0x4e, 0x55, 0x5e),
    head: Color::Rgb(0x8f, 0xa6, 0xb8),
    accent: Color::Rgb(0x56, 0xb4, 0xe9),
    ok: Color::Rgb(0x00, 0xb3, 0x82),
    warning: Color::Rgb(0xf0, 0xa8, 0x1e),
    critical: Color::Rgb(0xff, 0x6a, 0x1a),
    alarm: Color::Rgb(0xd5, 0x5e, 0x00),
    on_alarm: Color::Rgb(0xff, 0xff, 0xff),
    conflict: Color::Rgb(0xe0, 0x8c, 0xbc),
    selected: Color::Rgb(0x1f, 0x3a, 0x50),
    on_selected: Color::Rgb(0xf4, 0xf7, 0xfa),
    bar: Color::Rgb(0x22, 0x28, 0x30),
    on_bar: Color::Rgb(0xd4, 0xda, 0xe0),
    hues: hue::TRUE,
};

const INDEXED: Palette = Palette {
    dim: Color::Indexed(245),
    faint: Color::Indexed(240),
    head: Color::Indexed(109),
    accent: Color::Indexed(74),
    ok: Color::Indexed(36),
    warning: Color::Indexed(214),
    critical: Color::Indexed(202),
    alarm: Color::Indexed(166),
    on_alarm: Color::Indexed(231),
    conflict: Color::Indexed(175),
    selected: Color::Indexed(24),
    on_selected: Color::Indexed(255),
    bar: Color::Indexed(236),
    on_bar: Color::Indexed(253),
    hues: hue::INDEXED,
};

const SIXTEEN: Palette = Palette {
    dim: Color::DarkGray,
    faint: Color::DarkGray,
    head: Color::Cyan,
    accent: Color::LightCyan,
    ok: Color::Green,
    warning: Color::Yellow,
    critical: Color::LightRed,
    alarm: Color::Red,
    on_alarm: Color::White,
    conflict: Color::LightMagenta,
    selected: Color::Blue,
    on_selected: Color::White,
    bar: Color::Black,
    on_bar: Color::White,
    hues: hue::SIXTEEN,
};

const CONTRAST: Palette = Palette {
    dim: Color::Gray,
    faint: Color::Gray,
    head: Color::White,
    accent: Color::LightCyan,
    ok: Color::LightGreen,
    warning: Color::LightYellow,
    critical: Color::LightRed,
    alarm: Color::LightRed,
    on_alarm: Color::Black,
    conflict: Color::LightMagenta,
    selected: Color::White,
    on_selected: Color::Black,
    bar: Color::Black,
    on_bar: Color::White,
    hues: hue::CONTRAST,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn has_colour(style: Style) -> bool {
        [style.fg, style.bg].into_iter().flatten().count() > 0
    }

    #[test]
    fn a_terminal_without_colour_gets_none_whatever_the_theme() {
        for name in ThemeName::ALL {
            let theme = Theme::new(name, Depth::Mono, false);
            assert!(
                ![
                    theme.critical,
                    theme.alarm,
                    theme.selected,
                    theme.bar,
                    theme.dim
                ]
                .into_iter()
                .any(has_colour)
            );
            assert_ne!(theme.critical, theme.text);
            assert_ne!(theme.warning, theme.text);
        }
    }

    #[test]
    fn a_selected_row_keeps_the_colour_of_its_trouble() {
        for name in [ThemeName::HighContrast, ThemeName::Ansi] {
            let theme = Theme::new(name, Depth::Sixteen, false);
            assert!(theme.selected_hides);
            let critical = theme.on_bar(theme.critical);
            let warning = theme.on_bar(theme.warning);
            assert_eq!(theme.on_bar(theme.text), theme.selected);
            assert_eq!(theme.on_bar(theme.dim), theme.selected);
            assert_eq!(critical.bg, theme.critical.fg);
            assert!(critical != warning && warning != theme.selected);
        }
    }

    #[test]
    fn sixteen_colours_are_never_asked_for_more() {
        for name in ThemeName::ALL {
            let theme = Theme::new(name, Depth::Sixteen, false);
            for style in [
                theme.critical,
                theme.dim,
                theme.bar,
                theme.selected,
                theme.faint,
            ] {
                let more = [style.fg, style.bg]
                    .into_iter()
                    .flatten()
                    .any(|color| matches!(color, Color::Rgb(..) | Color::Indexed(_)));
                assert!(!more, "{name:?} {style:?}");
            }
        }
    }

    #[test]
    fn every_theme_has_a_name_and_they_go_round() {
        let mut theme = ThemeName::default();
        for _ in ThemeName::ALL {
            assert_eq!(ThemeName::from_name(theme.word()), Some(theme));
            theme = theme.next();
        }
        assert_eq!(theme, ThemeName::default());
        assert_eq!(ThemeName::from_name("solarized"), None);
    }
}
