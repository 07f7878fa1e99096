//! How answers look: whether colours may be used, how wide the terminal is, how times and numbers are written.

use std::io::{IsTerminal, Write, stdout};

use serde_json::Value;

use crate::{cli::failure::Failure, tui};

/// Shown where a thing is not known.
pub(super) const UNKNOWN: &str = "--";
/// A value older than this is shown with its age.
const STALE_MS: i64 = 5_000;

/// How much a cell wants to be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Weight {
    /// As it is.
    #[default]
    Plain,
    /// Good to know, and not more.
    Faint,
    /// A head.
    Bold,
    /// Look at it.
    Warning,
    /// Act now.
    Critical,
}

impl Weight {
    /// The escape sequence, empty for plain.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Faint => "\x1b[2m",
            Self::Bold => "\x1b[1m",
            Self::Warning => "\x1b[33m",
            Self::Critical => "\x1b[1;31m",
        }
    }
}

/// The terminal, or what stands in for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    /// Whether escape sequences may be written.
    pub(super) colored: bool,
    /// Columns; `None` is as wide as it takes.
    pub(super) columns: Option<usize>,
}

impl Paper {
    /// Standard output as it is.
    pub(super) fn of_stdout() -> Self {
        let is_terminal = stdout().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            colored: is_terminal && !no_color && !is_dumb,
            columns: is_terminal.then(tui::terminal_columns).flatten(),
        }
    }

    /// A text with its weight.
    pub(super) fn paint(self, text: &str, weight: Weight) -> String {
        match weight.code() {
            "" => text.to_owned(),
            code if self.colored => format!("{code}{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}

/// Writes to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| Failure::output(&error))
}

/// Writes a value as JSON for people and programs.
pub(super) fn print_json(value: &Value) -> Result<(), Failure> {
    print(&format!("{value:#}"))
}

/// Text from outside, without what could reach the terminal as a command.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// A text of an object, or that it is not known.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| UNKNOWN.to_owned(), clean)
}

/// How long ago, as short as possible.
pub(super) fn ago(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    match seconds {
        0..=9 => format!("{}.{}s", seconds, ms.max(0) % 1_000 / 100),
        10..=119 => format!("{seconds}s"),
        120..=7_199 => format!("{}m", seconds / 60),
        7_200..=172_799 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A number of a group with so many decimals and its unit; one that is old says how old.
pub(super) fn number(
    group: &Value,
    key: &str,
    (decimals, unit): (usize, &str),
    now_ms: i64,
) -> String {
    let Some(number) = group[key].as_f64() else {
        return UNKNOWN.to_owned();
    };
    let age_ms = group["t_ms"].as_i64().map_or(0, |t_ms| now_ms - t_ms);
    let shown = format!("{number:.decimals$}{unit}");
    if age_ms > STALE_MS {
        format!("{shown} ({})", ago(age_ms))
    } else {
        shown
    }
}

/// A moment by the clock of this machine; with its date when that is not today's.
pub(super) fn moment(t_ms: i64) -> String {
    let zone = jiff::tz::TimeZone::system();
    let Ok(time) = jiff::Timestamp::from_millisecond(t_ms) else {
        return UNKNOWN.to_owned();
    };
    let time = time.to_zoned(zone.clone());
    let today = jiff::Timestamp::now().to_zoned(zone).date();
    let form = if time.date() == today { "%T" } else { "%F %T" };
    time.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_old_number_says_how_old_and_an_unknown_one_that_it_is() {
        let group = json!({"voltage_v": 22.43, "t_ms": 10_000});
        assert_eq!(number(&group, "voltage_v", (1, "V"), 11_000), "22.4V");
        assert_eq!(number(&group, "voltage_v", (1, "V"), 25_000), "22.4V (15s)");
        assert_eq!(number(&group, "current_a", (1, "A"), 11_000), "--");
        assert_eq!(number(&Value::Null, "x", (0, ""), 0), "--");
    }

    #[test]
    fn ages_are_short() {
        for (ms, shown) in [
            (-5, "0.0s"),
            (1_234, "1.2s"),
            (61_000, "61s"),
            (180_000, "3m"),
            (10_800_000, "3h"),
        ] {
            assert_eq!(ago(ms), shown);
        }
    }

    #[test]
    fn nothing_from_outside_commands_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\r\nc\u{9b}"), "a[2Jbc");
    }
}
