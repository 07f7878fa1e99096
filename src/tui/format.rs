//! Numbers, ages and foreign text as they stand in a cell: fixed widths, cleaned, in the operator's units.

use std::borrow::Cow;

use ratatui::buffer::CellWidth as _;

/// What stands where nothing is known, or where it is too old to be shown as known.
pub const UNKNOWN: &str = "--";

/// The operator's units. The model stays in SI; only the screen converts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Units {
    /// Metres, m/s, kilometres.
    #[default]
    Metric,
    /// Feet, mph, miles.
    Imperial,
    /// Feet, knots, nautical miles.
    Aviation,
}

impl Units {
    /// The units a word of `fleet.toml` names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "metric" => Some(Self::Metric),
            "imperial" => Some(Self::Imperial),
            "aviation" => Some(Self::Aviation),
            _ => None,
        }
    }

    /// The word of `fleet.toml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Imperial => "imperial",
            Self::Aviation => "aviation",
        }
    }

    /// The units after these.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Metric => Self::Imperial,
            Self::Imperial => Self::Aviation,
            Self::Aviation => Self::Metric,
        }
    }

    /// Unit of heights and short distances.
    #[must_use]
    pub const fn length_unit(self) -> &'static str {
        match self {
            Self::Metric => "m",
            Self::Imperial | Self::Aviation => "ft",
        }
    }

    /// Unit of far distances.
    #[must_use]
    pub const fn far_unit(self) -> &'static str {
        match self {
            Self::Metric => "km",
            Self::Imperial => "mi",
            Self::Aviation => "NM",
        }
    }

    /// Unit of speeds.
    #[must_use]
    pub const fn speed_unit(self) -> &'static str {
        match self {
            Self::Metric => "m/s",
            Self::Imperial => "mph",
            Self::Aviation => "kt",
        }
    }

    /// Metres in the unit of heights.
    #[must_use]
    pub fn length(self, metres: f64) -> f64 {
        match self {
            Self::Metric => metres,
            Self::Imperial | Self::Aviation => metres / 0.3048,
        }
    }

    /// Metres per second in the unit of speeds.
    #[must_use]
    pub fn speed(self, m_s: f64) -> f64 {
        match self {
            Self::Metric => m_s,
            Self::Imperial => m_s / 0.447_04,
            Self::Aviation => m_s * 3_600.0 / 1_852.0,
        }
    }

    /// A distance in at most six cells: `412`, `12.3k` (or miles, nautical miles, when it is far).
    #[must_use]
    pub fn distance(self, metres: f64) -> String {
        let short = self.length(metres);
        let (far, letter) = match self {
            Self::Metric => (metres / 1_000.0, 'k'),
            Self::Imperial => (metres / 1_609.344, 'M'),
            Self::Aviation => (metres / 1_852.0, 'N'),
        };
        if short < 9_999.5 {
            format!("{short:.0}")
        } else if far < 99.95 {
            format!("{far:.1}{letter}")
        } else {
            format!("{far:.0}{letter}")
        }
    }
}

/// `value` with `decimals` places and never as `-0.0`.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.starts_with('-') && text.chars().all(|c| matches!(c, '-' | '0' | '.')) {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// An age in at most four cells: `2.1s`, `47s`, `12m`, `5h`, `9d`.
#[must_use]
pub fn age(ms: i64) -> String {
    let ms = ms.max(0);
    match ms / 1_000 {
        0..=9 => format!("{}.{}s", ms / 1_000, ms % 1_000 / 100),
        seconds @ 10..=119 => format!("{seconds}s"),
        seconds @ 120..=7_199 => format!("{}m", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", (seconds / 86_400).min(999)),
    }
}

/// An age in whole seconds at least, where tenths would only make the screen restless: `4s`, `47s`, `12m`.
#[must_use]
pub fn rough_age(ms: i64) -> String {
    age(ms.max(0) / 1_000 * 1_000).replace(".0s", "s")
}

/// A duration as `08:41`, or `1:08:41` from an hour on.
#[must_use]
pub fn duration(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes:02}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// The time of day of a Unix moment in ms: `14:03:22`, in UTC or in the zone of this machine.
#[must_use]
pub fn clock(unix_ms: i64, local: bool) -> String {
    let utc_s = unix_ms.div_euclid(1_000);
    let offset_s = if local {
        jiff::Timestamp::from_second(utc_s).map_or(0, |time| {
            time.to_zoned(jiff::tz::TimeZone::system())
                .offset()
                .seconds()
        })
    } else {
        0
    };
    let of_day = utc_s.saturating_add(offset_s.into()).rem_euclid(86_400);
    format!(
        "{:02}:{:02}:{:02}",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// A count in at most five cells: `612`, `12.4k`, `3.1M`.
#[must_use]
pub fn count(value: f64) -> String {
    // A counter that began anew must not read "-0".
    match value.max(0.0) + 0.0 {
        v if v < 9_999.5 => format!("{v:.0}"),
        v if v < 999_950.0 => format!("{:.1}k", v / 1e3),
        v => format!("{:.1}M", v / 1e6),
    }
}

/// A size on disk: `84 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{} kB", bytes / 1_000),
        1_000_000..=9_999_999_999 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

/// Foreign text made safe for a terminal: without control, escape, direction and joining characters,
/// and with at most two marks on a letter. What is shown is what takes the cells we count.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut marks = 0;
    for character in text.chars() {
        let mut bytes = [0; 4];
        let width = if is_unsafe(character) {
            continue;
        } else {
            (*character.encode_utf8(&mut bytes)).cell_width()
        };
        marks = if width == 0 { marks + 1 } else { 0 };
        if marks <= 2 && !(width == 0 && safe.is_empty()) {
            safe.push(if character.is_whitespace() {
                ' '
            } else {
                character
            });
        }
    }
    Cow::Owned(safe)
}

/// Controls (C0, DEL, C1), zero-width and direction marks, joiners, variation selectors, tags, private use.
const fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// How many cells `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        usize::from(text.cell_width())
    }
}

/// `text` cut to `cells`, with `ellipsis` where something is missing.
#[must_use]
pub fn cut<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let room = cells.saturating_sub(width(ellipsis));
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        let mut bytes = [0; 4];
        used += usize::from((*character.encode_utf8(&mut bytes)).cell_width());
        if used > room {
            break;
        }
        kept.push(character);
    }
    if cells >= width(ellipsis) {
        kept.push_str(ellipsis);
    }
    Cow::Owned(kept)
}

/// A sensor's name as short as autopilots' own logs have it: the column has no room for more.
#[must_use]
pub fn short_sensor(sensor: &str) -> &str {
    match sensor {
        "optical_flow" => "optflow",
        "rangefinder" => "rngfnd",
        "ground_truth" => "truth",
        "rate_control" => "rate ctl",
        "attitude_control" => "att ctl",
        "yaw_control" => "yaw ctl",
        "altitude_control" => "alt ctl",
        "position_control" => "pos ctl",
        "reverse_motor" => "rev motor",
        "proximity" => "prox",
        "avoidance" => "avoid",
        "propulsion" => "propuls",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\x1b]0;owned\x07b\u{9b}2Jc"), "a]0;ownedb2Jc");
        assert_eq!(clean("abc\u{202e}txt.exe\u{200d}"), "abctxt.exe");
        assert_eq!(clean("z\u{300}\u{301}\u{302}\u{303}"), "z\u{300}\u{301}");
        assert_eq!(clean("\u{300}x"), "x");
        assert!(matches!(clean("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn wide_characters_take_two_cells_and_are_never_halved() {
        assert_eq!(width("北风"), 4);
        assert_eq!(cut("北风号", 4, "…"), "北…");
        assert_eq!(cut("Foxtrot", 5, "…"), "Foxt…");
        assert_eq!(cut("Foxtrot", 0, "…"), "");
        assert_eq!(cut("ok", 2, "…"), "ok");
    }

    #[test]
    fn ages_and_durations_stay_short() {
        let shown: Vec<_> = [2_140, 12_000, 119_999, 120_000, 7_200_000, 172_800_000]
            .map(age)
            .into();
        assert_eq!(shown, ["2.1s", "12s", "119s", "2m", "2h", "2d"]);
        assert_eq!([4_900, 12_900, 900].map(rough_age), ["4s", "12s", "0s"]);
        assert_eq!((count(-0.0), count(12_400.0)), ("0".into(), "12.4k".into()));
        assert_eq!(duration(521_000), "08:41");
        assert_eq!(duration(4_121_000), "1:08:41");
        assert_eq!(clock(1_763_906_602_000, false), "14:03:22");
        assert_eq!(clock(-1_000, false), "23:59:59");
    }

    #[test]
    fn units_change_the_number_with_the_name() {
        assert_eq!(Units::Metric.distance(412.4), "412");
        assert_eq!(Units::Metric.distance(12_345.0), "12.3k");
        assert_eq!(Units::Aviation.distance(18_520.0), "10.0N");
        assert_eq!(fixed(Units::Aviation.speed(10.0), 1), "19.4");
        assert_eq!(fixed(Units::Imperial.length(100.0), 0), "328");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(fixed(-0.06, 1), "-0.1");
    }
}
