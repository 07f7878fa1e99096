//! `QGC WPL` text: one item on each line
//! (<https://mavlink.io/en/file_formats/#mission_plain_text_file>).
//!
//! The first line of a mission is home, as ArduPilot counts, when it is a waypoint; Mission Planner writes it before
//! a fence too. A file that begins with another command has no home, and its jumps count from 0.

use super::{
    document::{Format, PlanDocument},
    error::PlanError,
};
use crate::model::{
    mission::{Frame, MissionItem, PlannedHome},
    mission_command::{
        DO_JUMP, FENCE_OUTSIDE_CIRCLE, FENCE_RETURN_POINT, NAV_WAYPOINT, RALLY_POINT,
    },
};

/// One word of a line and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) text: &'a str,
}

impl Word<'_> {
    pub(super) fn error(&self, what: impl Into<String>) -> PlanError {
        PlanError::Line {
            line: self.line,
            column: self.column,
            what: what.into(),
        }
    }

    pub(super) fn number(&self) -> Result<f64, PlanError> {
        let text = self.text;
        let number = text.parse().ok();
        number.ok_or_else(|| self.error(format!("`{text}` is no number")))
    }

    /// A whole number, written as `3` or `3.0`.
    pub(super) fn whole<T: TryFrom<u32>>(&self) -> Result<T, PlanError> {
        let number = self.number()?;
        let whole = number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX);
        let converted = whole
            .then_some(number as u32)
            .and_then(|n| T::try_from(n).ok());
        converted.ok_or_else(|| self.error(format!("`{}` is no whole number in range", self.text)))
    }
}

/// The words of the lines that say something: no comments, no empty lines.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    let with_words = text
        .lines()
        .enumerate()
        .map(|(index, line)| words(index + 1, line));
    with_words.filter(|words| {
        words
            .first()
            .is_some_and(|first| !first.text.starts_with('#'))
    })
}

fn words(line: usize, text: &str) -> Vec<Word<'_>> {
    let split = text.split(|c: char| c.is_whitespace() || c == ',');
    let mut column = 1;
    let mut found = Vec::new();
    for word in split {
        if !word.is_empty() {
            found.push(Word {
                line,
                column,
                text: word,
            });
        }
        column += word.chars().count() + 1;
    }
    found
}

/// How a line of a version becomes an item.
type ReadItem = fn(&[Word<'_>]) -> Result<MissionItem, PlanError>;

/// Reads a file whose first line is `QGC WPL …`.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn read(text: &str) -> Result<PlanDocument, PlanError> {
    let mut lines = lines(text);
    let header = lines.next().unwrap_or_default();
    let version: Vec<_> = header.iter().skip(2).map(|word| word.text).collect();
    let (format, item): (_, ReadItem) = match version.join(" ").as_str() {
        "110" => (Format::Wpl110, item_110),
        "100" => (Format::Wpl100, item_100),
        found => {
            return Err(PlanError::Version {
                path: "line 1".to_owned(),
                format: "QGC WPL",
                found: if found.is_empty() {
                    "(none)".to_owned()
                } else {
                    found.to_owned()
                },
                known: "110 and 100",
            });
        }
    };
    let items = lines
        .map(|line| item(&line))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(sorted(format, &items))
}

/// Home, and each item into the list it belongs to.
fn sorted(format: Format, items: &[MissionItem]) -> PlanDocument {
    let mut document = PlanDocument {
        format: Some(format),
        ..PlanDocument::default()
    };
    // Mission Planner writes a home it does not know as command 0.
    let has_home = items
        .first()
        .is_some_and(|first| matches!(first.command, NAV_WAYPOINT | 0));
    if let Some(first) = items.first().filter(|_| has_home) {
        let global = MissionItem {
            frame: Frame::GLOBAL,
            ..*first
        };
        document.home = global.place().map(|place| PlannedHome {
            place,
            alt_msl_m: first.z,
        });
    }
    for item in items.iter().skip(usize::from(has_home)) {
        let mut item = *item;
        match item.command {
            FENCE_RETURN_POINT..=FENCE_OUTSIDE_CIRCLE => document.fence.push(item),
            RALLY_POINT => document.rally.push(item),
            command => {
                if command == DO_JUMP && !has_home {
                    item.params[0] += 1.0;
                }
                document.mission.push(item);
            }
        }
    }
    document
}

fn exactly<'a, const N: usize>(words: &'a [Word<'a>]) -> Result<[Word<'a>; N], PlanError> {
    <[Word<'a>; N]>::try_from(words).ok().ok_or_else(|| {
        let last = words.get(N).or(words.last());
        let (line, column) = last.map_or((0, 0), |word| (word.line, word.column));
        let what = format!("an item has {N} values, this line has {}", words.len());
        PlanError::Line { line, column, what }
    })
}

/// index, current, frame, command, parameters 1 to 4, x, y, z, autocontinue.
fn item_110(words: &[Word<'_>]) -> Result<MissionItem, PlanError> {
    let [
        index,
        _current,
        frame,
        command,
        p1,
        p2,
        p3,
        p4,
        x,
        y,
        z,
        goes_on,
    ] = exactly(words)?;
    index.whole::<u32>()?;
    Ok(MissionItem {
        command: command.whole()?,
        frame: Frame(frame.whole()?),
        params: [
            p1.number()? as f32,
            p2.number()? as f32,
            p3.number()? as f32,
            p4.number()? as f32,
        ],
        x: x.number()?,
        y: y.number()?,
        z: z.number()? as f32,
        autocontinue: goes_on.number()? != 0.0,
    })
}

/// index, frame, action, parameters 3, 4, 1, 2, current, longitude, latitude, altitude, yaw, autocontinue, as
/// pymavlink reads them.
fn item_100(words: &[Word<'_>]) -> Result<MissionItem, PlanError> {
    let [
        index,
        frame,
        action,
        p3,
        p4,
        p1,
        p2,
        _current,
        y,
        x,
        z,
        _,
        goes_on,
    ] = exactly(words)?;
    index.whole::<u32>()?;
    let command = command_100(action)?;
    Ok(MissionItem {
        command,
        frame: Frame(frame.whole()?),
        params: [
            p1.number()? as f32,
            p2.number()? as f32,
            p3.number()? as f32,
            p4.number()? as f32,
        ],
        x: x.number()?,
        y: y.number()?,
        z: z.number()? as f32,
        autocontinue: goes_on.number()? != 0.0,
    })
}

/// The commands of before MAV_CMD.
fn command_100(action: Word<'_>) -> Result<u16, PlanError> {
    match action.whole::<u32>()? {
        2 | 24 => Ok(22),
        3 => Ok(20),
        4 | 26 => Ok(21),
        25 => Ok(NAV_WAYPOINT),
        27 => Ok(17),
        other => Err(action.error(format!("action {other} of version 100 is not known"))),
    }
}
