//! `.param` files of Mission Planner, MAVProxy and ArduPilot: one `NAME,VALUE` or `NAME VALUE` a line.
//!
//! Comments begin with `#` and may follow a value. `@READONLY` behind a value (ArduPilot's defaults files)
//! is passed over, as are the types that APM Planner wrote as a third column. Values carry no type: they
//! are doubles until the vehicle's own parameter says what they are.

use std::fmt::Write;

use super::error::{ParamFileError, Reason, quoted};
use crate::model::params::{name::ParamName, set::ParamSet, value::ParamValue};

/// The parameters in `text`.
///
/// # Errors
/// The first line that is no parameter, or a name given twice with two values.
pub fn read(text: &str) -> Result<ParamSet, ParamFileError> {
    let mut set = ParamSet::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let parsed = parameter(line).map_err(|reason| reason.at(index + 1))?;
        let Some((name, value)) = parsed else {
            continue;
        };
        let before = set.insert(name, value);
        if before.is_some_and(|before| !before.is_same(value)) {
            return Err(Reason::Twice(name).at(index + 1));
        }
    }
    if set.is_empty() {
        return Err(Reason::Empty.at(text.lines().count().max(1)));
    }
    Ok(set)
}

fn parameter(line: &str) -> Result<Option<(ParamName, ParamValue)>, Reason> {
    let line = line.split('#').next().unwrap_or_default();
    // MAVProxy also takes `//` for a comment.
    let line = line.split("//").next().unwrap_or_default();
    let is_gap = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '=');
    let columns: Vec<&str> = line
        .split(is_gap)
        .filter(|column| !column.is_empty())
        .collect();
    let (name, number) = match columns[..] {
        [] => return Ok(None),
        [name, number] | [name, number, "@READONLY"] => (name, number),
        [name, number, kind] if kind.parse::<u8>().is_ok() => (name, number),
        _ => {
            return Err(Reason::Columns {
                expected: "NAME,VALUE",
                found: columns.len(),
            });
        }
    };
    let name = ParamName::new(name)?;
    let value = number.parse::<f64>().ok().filter(|value| value.is_finite());
    let value = value.ok_or_else(|| Reason::Number(quoted(number)))?;
    Ok(Some((name, ParamValue::Real64(value))))
}

/// `set` as a file, with `comment` lines at its head.
#[must_use]
pub fn write(set: &ParamSet, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "# {}", quoted_line(line));
    }
    for (name, value) in set.iter() {
        let _ = writeln!(text, "{name},{value}");
    }
    text
}

fn quoted_line(line: &str) -> String {
    line.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ParamName {
        ParamName::new(text).unwrap()
    }

    #[test]
    fn every_way_to_write_a_line_is_read() {
        let text = "\u{feff}# from Mission Planner\r\nRTL_ALT,1500\r\n\r\nWPNAV_SPEED   500.5\r\n\
                    ATC_RAT_RLL_P\t0.135 # tuned\nFS_THR_ENABLE=1\nA 1 @READONLY\nB 1e-3 9\n// done\n";
        let set = read(text).unwrap();
        assert_eq!(set.len(), 6);
        let expected = [
            ("RTL_ALT", 1_500.0),
            ("WPNAV_SPEED", 500.5),
            ("ATC_RAT_RLL_P", 0.135),
            ("FS_THR_ENABLE", 1.0),
            ("A", 1.0),
            ("B", 0.001),
        ];
        for (of, value) in expected {
            assert_eq!(set.get(name(of)), Some(ParamValue::Real64(value)), "{of}");
        }
    }

    #[test]
    fn a_bad_line_is_named_with_its_reason() {
        let cases = [
            ("A,1\nB\n", "line 2: expected NAME,VALUE, found 1 columns"),
            ("A,1,x\n", "line 1: expected NAME,VALUE, found 3 columns"),
            ("A,1\n\nB,twelve\n", "line 3: \"twelve\" is no number"),
            ("A,nan\n", "line 1: \"nan\" is no number"),
            ("A,inf\n", "line 1: \"inf\" is no number"),
            (
                "ABCDEFGHIJKLMNOPQ 1",
                "line 1: a parameter name has at most 16 characters, this one has 17",
            ),
            (
                "A,1\nA,2\n",
                "line 2: A has been set to another value above",
            ),
            ("# nothing\n", "line 1: no parameter in the file"),
            ("", "line 1: no parameter in the file"),
            ("A,\x1b[31m\n", "line 1: \"[31m\" is no number"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let set: ParamSet = [
            (name("A"), ParamValue::Real32(0.1)),
            (name("B"), ParamValue::I8(-3)),
            (name("C"), ParamValue::Real32(1.0e-20)),
        ]
        .into_iter()
        .collect();
        let text = write(&set, "alpha\n4.5.7 \x1b[0m");
        assert!(
            text.starts_with("# alpha\n# 4.5.7 [0m\nA,0.1\nB,-3\n"),
            "{text}"
        );
        for (name, value) in read(&text).unwrap().iter() {
            assert!(value.is_same(set.get(name).unwrap()), "{name}");
        }
    }
}
