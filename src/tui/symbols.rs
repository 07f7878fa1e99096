//! Signs that stand beside every colour, in Unicode and in ASCII. Each takes one cell where not said otherwise.

use ratatui::symbols::border;

use super::severity::Level;

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the sign of what it is called")]
pub struct Symbols {
    pub is_ascii: bool,
    pub live: &'static str,
    pub late: &'static str,
    pub lost: &'static str,
    pub expected: &'static str,
    pub critical: &'static str,
    pub warning: &'static str,
    pub conflict: &'static str,
    pub armed: &'static str,
    pub disarmed: &'static str,
    pub cursor: &'static str,
    pub mark: &'static str,
    pub gauge_full: &'static str,
    pub gauge_half: &'static str,
    pub gauge_rest: &'static str,
    pub ellipsis: &'static str,
    pub between: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub recording: &'static str,
    pub links: &'static str,
    pub degree: &'static str,
    pub rule: &'static str,
    pub rule_left: &'static str,
    pub rule_right: &'static str,
    pub scroll: &'static str,
    /// Where a vehicle would return to.
    pub home: &'static str,
    /// A vehicle on the map that does not say where it points.
    pub spot: &'static str,
    /// One that is parked.
    pub parked: &'static str,
    /// One that is somewhere near here.
    pub somewhere: &'static str,
    /// The place the operator pointed at.
    pub cross: &'static str,
    /// A group that shows its vehicles, and one that does not.
    pub opened: &'static str,
    pub closed: &'static str,
    /// North, then clockwise in steps of 45°.
    pub arrows: [&'static str; 8],
    /// Empty to full.
    pub levels: [&'static str; 8],
    pub border: border::Set<'static>,
}

impl Symbols {
    /// Signs that every modern terminal font has.
    pub const UNICODE: Self = Self {
        is_ascii: false,
        live: "●",
        late: "◐",
        lost: "×",
        expected: "·",
        critical: "■",
        warning: "▲",
        conflict: "‡",
        armed: "●",
        disarmed: "○",
        cursor: "▌",
        mark: "✓",
        gauge_full: "━",
        gauge_half: "╸",
        gauge_rest: "─",
        ellipsis: "…",
        between: "·",
        up: "▲",
        down: "▼",
        recording: "◉",
        links: "⇄",
        degree: "°",
        rule: "─",
        rule_left: "├",
        rule_right: "┤",
        scroll: "┃",
        home: "⌂",
        spot: "●",
        parked: "○",
        somewhere: "?",
        cross: "┼",
        opened: "▾",
        closed: "▸",
        arrows: ["↑", "↗", "→", "↘", "↓", "↙", "←", "↖"],
        levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        border: border::ROUNDED,
    };

    /// For the Linux console, `--ascii` and slow eyes of old terminals.
    pub const ASCII: Self = Self {
        is_ascii: true,
        live: "*",
        late: "~",
        lost: "X",
        expected: ".",
        critical: "#",
        warning: "!",
        conflict: "&",
        armed: "A",
        disarmed: "-",
        cursor: ">",
        mark: "+",
        gauge_full: "=",
        gauge_half: "-",
        gauge_rest: ".",
        ellipsis: "~",
        between: "-",
        up: "^",
        down: "v",
        recording: "REC",
        links: "links",
        degree: "",
        rule: "-",
        rule_left: "+",
        rule_right: "+",
        scroll: "#",
        home: "H",
        spot: "*",
        parked: "o",
        somewhere: "?",
        cross: "x",
        opened: "-",
        closed: "+",
        arrows: ["^", "/", ">", "\\", "v", "/", "<", "\\"],
        levels: ["_", "_", ".", ".", "-", "-", "=", "="],
        border: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
    };

    /// The arrow nearest to a direction, degrees clockwise from north.
    #[must_use]
    pub fn arrow(&self, degrees: f64) -> &'static str {
        let eighth = (degrees.rem_euclid(360.0) / 45.0).round();
        self.arrows[eighth as usize % 8]
    }

    /// The sign of a level; nothing for what is calm.
    #[must_use]
    pub const fn level(&self, level: Level) -> &'static str {
        match level {
            Level::Calm | Level::Notice => " ",
            Level::Warning => self.warning,
            Level::Critical => self.critical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_points_to_the_nearest_eighth() {
        let arrows = [0.0, 22.0, 23.0, 90.0, 225.0, 338.0, 359.9, -45.0]
            .map(|degrees| Symbols::UNICODE.arrow(degrees));
        assert_eq!(arrows, ["↑", "↑", "↗", "→", "↙", "↑", "↑", "↖"]);
        assert_eq!(Symbols::UNICODE.arrow(f64::NAN), "↑");
    }
}
