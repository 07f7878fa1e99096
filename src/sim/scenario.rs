//! What goes wrong, when and with whom: faults as typed data, read from TOML.
//!
//! ```toml
//! [[fault]]
//! at = "5s"          # after the start
//! vehicle = 2        # number in the fleet, from 1; absent = all
//! kind = "silence"   # loss delay duplicate reorder silence reboot gps_loss low_battery duplicate_sysid noise
//!                    # refuse progress
//! for = "30s"        # absent = until the end
//! way = "down"       # of loss, delay, duplicate, reorder, silence: "down" from the vehicle, "up" to it; absent = both
//! ```

use std::time::Duration;

use serde::Deserialize;

use super::autopilot::voice::Verdict;
use super::error::SimError;

/// How the answers of a command are written in a scenario: `MAV_RESULT` in small letters.
const VERDICTS: [(&str, Verdict); 9] = [
    ("temporarily_rejected", Verdict::TemporarilyRejected),
    ("denied", Verdict::Denied),
    ("unsupported", Verdict::Unsupported),
    ("failed", Verdict::Failed),
    ("in_progress", Verdict::InProgress),
    ("cancelled", Verdict::Cancelled),
    ("command_long_only", Verdict::LongOnly),
    ("command_int_only", Verdict::IntOnly),
    ("command_unsupported_mav_frame", Verdict::UnsupportedFrame),
];

/// Whom a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// Everyone.
    All,
    /// One vehicle, by its number in the fleet, from 1.
    Vehicle(usize),
}

/// Which way of the air a fault is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// From the vehicle and to it.
    #[default]
    Both,
    /// From the vehicle to its station.
    Down,
    /// From the station to its vehicle.
    Up,
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FaultKind {
    /// This share of the frames is lost, both ways.
    Loss {
        /// Share, percent.
        percent: f64,
        /// How many are lost in a row, on average; 1: each by itself.
        burst: f64,
    },
    /// Frames arrive late.
    Delay {
        /// By this much.
        by: Duration,
        /// And up to this much more, differently for each.
        jitter: Duration,
    },
    /// This share of the frames arrives twice.
    Duplicate {
        /// Share, percent.
        percent: f64,
    },
    /// This share of the frames is overtaken by later ones.
    Reorder {
        /// Share, percent.
        percent: f64,
    },
    /// Nothing is sent and nothing heard.
    Silence,
    /// The autopilot restarts.
    Reboot,
    /// No satellite is heard.
    GpsLoss,
    /// The pack loses charge at once.
    LowBattery {
        /// What is left, percent.
        remaining_percent: f64,
    },
    /// Another craft with the same system id appears, from an address of its own.
    DuplicateSysid,
    /// Datagrams of nonsense.
    Noise {
        /// How many per second.
        per_s: f64,
    },
    /// A command is answered so and not carried out.
    Refuse {
        /// `MAV_CMD`.
        command: u16,
        /// The answer.
        verdict: Verdict,
    },
    /// Takeoffs report their progress before they are accepted.
    Progress,
}

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// When it begins, after the start.
    pub at: Duration,
    /// How long it lasts; `None` until the end.
    pub lasts: Option<Duration>,
    /// Whom it hits.
    pub victim: Victim,
    /// Which way of the air it is in, where that matters.
    pub way: Way,
    /// What it does.
    pub kind: FaultKind,
}

/// All that goes wrong in a simulation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scenario {
    /// The faults, in the order they were written.
    pub faults: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    #[serde(default, rename = "name")]
    _name: Option<String>,
    #[serde(default)]
    fault: Vec<toml::Spanned<RawFault>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFault {
    at: String,
    kind: String,
    vehicle: Option<usize>,
    #[serde(rename = "for")]
    lasts: Option<String>,
    percent: Option<f64>,
    burst: Option<f64>,
    by: Option<String>,
    jitter: Option<String>,
    remaining_percent: Option<f64>,
    per_s: Option<f64>,
    command: Option<u16>,
    result: Option<String>,
    way: Option<String>,
}

impl Scenario {
    /// Reads a scenario file; a mistake is named with its line or its fault.
    pub fn parse(text: &str) -> Result<Self, SimError> {
        let raw: RawScenario = toml::from_str(text).map_err(|error| {
            let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
            SimError::Syntax {
                line,
                column,
                text: error.message().to_owned(),
            }
        })?;
        let faults = raw.fault.iter().enumerate();
        let faults = faults.map(|(place, raw)| {
            let start = raw.span().start;
            let raw = raw.get_ref();
            raw.fault().map_err(|wrong| {
                let (line, column) = line_and_column(text, place_of(text, start, &wrong));
                SimError::Fault {
                    line,
                    column,
                    number: place + 1,
                    kind: raw.kind.clone(),
                    text: wrong,
                }
            })
        });
        Ok(Self {
            faults: faults.collect::<Result<_, _>>()?,
        })
    }
}

impl RawFault {
    fn fault(&self) -> Result<Fault, String> {
        let kind = self.kind()?;
        self.nothing_superfluous(kind)?;
        let lasts = self.lasts.as_deref().map(|text| duration("for", text));
        let momentary = matches!(kind, FaultKind::Reboot | FaultKind::LowBattery { .. });
        if momentary && lasts.is_some() {
            return Err("`for` makes no sense here: it happens in a moment".to_owned());
        }
        Ok(Fault {
            at: duration("at", &self.at)?,
            lasts: lasts.transpose()?,
            victim: match self.vehicle {
                None => Victim::All,
                Some(0) => return Err("vehicles are counted from 1".to_owned()),
                Some(number) => Victim::Vehicle(number),
            },
            way: self.way()?,
            kind,
        })
    }

    fn way(&self) -> Result<Way, String> {
        match self.way.as_deref() {
            None | Some("both") => Ok(Way::Both),
            Some("down") => Ok(Way::Down),
            Some("up") => Ok(Way::Up),
            Some(other) => Err(format!(
                "`way` must be \"down\", \"up\" or \"both\", not \"{other}\""
            )),
        }
    }

    fn verdict(&self) -> Result<Verdict, String> {
        let word = self.result.as_deref().ok_or("`result` is missing")?;
        let found = VERDICTS.iter().find(|(known, _)| *known == word);
        found.map(|(_, verdict)| *verdict).ok_or_else(|| {
            let known: Vec<&str> = VERDICTS.iter().map(|(word, _)| *word).collect();
            format!("`result` must be one of {}", known.join(", "))
        })
    }

    fn burst(&self) -> Result<f64, String> {
        match self.burst {
            None => Ok(1.0),
            Some(frames) if (1.0..=1_000.0).contains(&frames) => Ok(frames),
            Some(_) => Err("`burst` is how many frames are lost in a row, 1 to 1000".to_owned()),
        }
    }

    fn kind(&self) -> Result<FaultKind, String> {
        Ok(match self.kind.as_str() {
            "loss" => FaultKind::Loss {
                percent: share("percent", self.percent)?,
                burst: self.burst()?,
            },
            "duplicate" => FaultKind::Duplicate {
                percent: share("percent", self.percent)?,
            },
            "reorder" => FaultKind::Reorder {
                percent: share("percent", self.percent)?,
            },
            "delay" => FaultKind::Delay {
                by: duration(
                    "by",
                    self.by
                        .as_deref()
                        .ok_or("`by` is missing, such as by = \"300ms\"")?,
                )?,
                jitter: self
                    .jitter
                    .as_deref()
                    .map_or(Ok(Duration::ZERO), |text| duration("jitter", text))?,
            },
            "silence" => FaultKind::Silence,
            "reboot" => FaultKind::Reboot,
            "gps_loss" => FaultKind::GpsLoss,
            "low_battery" => FaultKind::LowBattery {
                remaining_percent: share("remaining_percent", self.remaining_percent)?,
            },
            "duplicate_sysid" => FaultKind::DuplicateSysid,
            "noise" => FaultKind::Noise {
                per_s: self.rate()?,
            },
            "refuse" => FaultKind::Refuse {
                command: self.command.ok_or("`command` is missing")?,
                verdict: self.verdict()?,
            },
            "progress" => FaultKind::Progress,
            other => {
                return Err(format!(
                    "there is no kind \"{other}\"; known are loss, delay, duplicate, reorder, silence, reboot, gps_loss, low_battery, duplicate_sysid, noise, refuse, progress"
                ));
            }
        })
    }

    fn rate(&self) -> Result<f64, String> {
        let rate = self.per_s.ok_or("`per_s` is missing")?;
        if (0.1..=200.0).contains(&rate) {
            return Ok(rate);
        }
        Err(format!("`per_s` must be between 0.1 and 200, not {rate}"))
    }

    /// A key that another kind of fault understands is a mistake as well.
    fn nothing_superfluous(&self, kind: FaultKind) -> Result<(), String> {
        use FaultKind::{Delay, Duplicate, Loss, LowBattery, Noise, Refuse, Reorder, Silence};
        let shares = matches!(kind, Loss { .. } | Duplicate { .. } | Reorder { .. });
        let delay = matches!(kind, Delay { .. });
        let refuses = matches!(kind, Refuse { .. });
        let in_the_air = shares || delay || kind == Silence;
        let given = [
            ("percent", self.percent.is_some() && !shares),
            (
                "burst",
                self.burst.is_some() && !matches!(kind, Loss { .. }),
            ),
            ("by", self.by.is_some() && !delay),
            ("jitter", self.jitter.is_some() && !delay),
            (
                "remaining_percent",
                self.remaining_percent.is_some() && !matches!(kind, LowBattery { .. }),
            ),
            (
                "per_s",
                self.per_s.is_some() && !matches!(kind, Noise { .. }),
            ),
            ("command", self.command.is_some() && !refuses),
            ("result", self.result.is_some() && !refuses),
            ("way", self.way.is_some() && !in_the_air),
        ];
        match given.iter().find(|(_, superfluous)| *superfluous) {
            Some((key, _)) => Err(format!("`{key}` means nothing to this kind")),
            None => Ok(()),
        }
    }
}

/// Where the key stands that a sentence about the fault at `start` names first, else the fault itself; bytes.
fn place_of(text: &str, start: usize, sentence: &str) -> usize {
    let key = sentence.split('`').nth(1).unwrap_or("kind");
    let body = text.get(start..).unwrap_or_default();
    let mut at = start;
    for (n, line) in body.split_inclusive('\n').enumerate() {
        let words = line.trim_start();
        if n > 0 && words.starts_with('[') {
            break;
        }
        let value = words.strip_prefix(key).map(str::trim_start);
        if value.is_some_and(|rest| rest.starts_with('=')) {
            return at + (line.len() - words.len());
        }
        at += line.len();
    }
    start
}

/// Both from 1; the column in characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[line_start..].chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

fn share(key: &str, value: Option<f64>) -> Result<f64, String> {
    let value = value.ok_or_else(|| format!("`{key}` is missing"))?;
    if (0.0..=100.0).contains(&value) {
        return Ok(value);
    }
    Err(format!("`{key}` must be between 0 and 100, not {value}"))
}

/// Reads `250ms`, `4s`, `2.5s`, `3m`.
fn duration(key: &str, text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{key}` must be a time such as \"250ms\", \"4s\" or \"2m\", not \"{text}\"");
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.trim().parse().ok().ok_or_else(wrong)?;
    let total = number * seconds;
    if (0.0..=86_400.0).contains(&total) {
        return Ok(Duration::from_secs_f64(total));
    }
    Err(wrong())
}

#[cfg(test)]
mod tests;
