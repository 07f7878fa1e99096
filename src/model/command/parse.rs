//! From a name and a JSON object to a command, or one sentence that says what is wrong and what is allowed.

use serde_json::{Map, Value};

use super::Command;
use crate::model::{geo::LatLon, suggest::nearest};

/// Why a command cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CommandMistake(pub String);

/// Every command with its parameters in the order the command line takes them.
pub const COMMANDS: [(&str, &[&str]); 18] = [
    ("arm", &[]),
    ("disarm", &["force"]),
    ("takeoff", &["alt_rel_m"]),
    ("mission_start", &[]),
    ("reboot", &[]),
    ("land", &[]),
    ("rtl", &[]),
    ("hold", &[]),
    ("mode", &["mode"]),
    ("goto", &["lat_deg", "lon_deg", "alt_rel_m"]),
    ("speed", &["speed_m_s"]),
    ("yaw", &["heading_deg"]),
    ("mission_set_current", &["seq"]),
    ("set_home", &["lat_deg", "lon_deg", "alt_msl_m"]),
    ("message_interval", &["message", "rate_hz"]),
    ("request_message", &["message"]),
    ("long", &LONG),
    ("int", &INT),
];

/// What `long` takes.
pub(super) const LONG: [&str; 8] = [
    "command", "param1", "param2", "param3", "param4", "param5", "param6", "param7",
];
/// What `int` takes. A place is given by x and y as they travel, or by lat_deg and lon_deg.
pub(super) const INT: [&str; 11] = [
    "command", "frame", "param1", "param2", "param3", "param4", "x", "y", "z", "lat_deg", "lon_deg",
];
const HIGHEST_MESSAGE: f64 = 16_777_215.0;
/// Altitudes that can be meant, metres.
pub(super) const LOWEST_M: f64 = -500.0;
pub(super) const HIGHEST_M: f64 = 100_000.0;

impl Command {
    /// Reads a command of the contract.
    ///
    /// # Errors
    /// One sentence: which command or parameter, and what is allowed.
    pub fn parse(name: &str, params: &Value) -> Result<Self, CommandMistake> {
        let known = COMMANDS.iter().find(|(known, _)| *known == name);
        let Some((name, keys)) = known else {
            return Err(unknown(name));
        };
        let none = Map::new();
        let given = match params {
            Value::Null => &none,
            Value::Object(given) => given,
            _ => return Err(CommandMistake("params is an object".into())),
        };
        if let Some(strange) = given.keys().find(|key| !keys.contains(&key.as_str())) {
            return Err(strange_key(name, strange, keys));
        }
        Params { name, given }.command()
    }
}

pub(super) fn unknown(name: &str) -> CommandMistake {
    let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let words = COMMANDS.map(|(word, _)| word);
    CommandMistake(match nearest(&name, words) {
        Some(near) => format!("no command is called {name}; did you mean {near}?"),
        None => format!(
            "no command is called {name}; there are {}",
            words.join(", ")
        ),
    })
}

fn strange_key(name: &str, strange: &str, keys: &[&str]) -> CommandMistake {
    let strange: String = strange
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect();
    if strange.starts_with("target") {
        let text = format!(
            "{name} takes no {strange}: the vehicle is named by its id, and its autopilot is the target"
        );
        return CommandMistake(text);
    }
    CommandMistake(match nearest(&strange, keys.iter().copied()) {
        Some(near) => format!("{name} has no {strange}; did you mean {near}?"),
        None if keys.is_empty() => format!("{name} takes no parameters, and {strange} was given"),
        None => format!("{name} has no {strange}; it takes {}", keys.join(", ")),
    })
}

pub(super) struct Params<'a> {
    pub(super) name: &'a str,
    pub(super) given: &'a Map<String, Value>,
}

impl Params<'_> {
    fn command(&self) -> Result<Command, CommandMistake> {
        Ok(match self.name {
            "arm" => Command::Arm,
            "disarm" => Command::Disarm {
                force: self.flag("force")?,
            },
            "takeoff" => Command::Takeoff {
                alt_rel_m: self.number("alt_rel_m", 0.5, 10_000.0)?,
            },
            "mission_start" => Command::MissionStart,
            "reboot" => Command::Reboot,
            "land" => Command::Land,
            "rtl" => Command::Rtl,
            "hold" => Command::Hold,
            "mode" => Command::Mode {
                mode: self.word("mode")?.into(),
            },
            "goto" => Command::Goto {
                place: self.place()?,
                alt_rel_m: self.number("alt_rel_m", LOWEST_M, HIGHEST_M)?,
            },
            "speed" => Command::Speed {
                speed_m_s: self.number("speed_m_s", 0.1, 200.0)?,
            },
            "yaw" => Command::Yaw {
                heading_deg: self.number("heading_deg", 0.0, 360.0)?,
            },
            "mission_set_current" => Command::MissionSetCurrent {
                seq: self.whole("seq", 65_534.0)? as u16,
            },
            "set_home" if self.given.is_empty() => Command::SetHome { there: None },
            "set_home" => Command::SetHome {
                there: Some((
                    self.place()?,
                    self.number("alt_msl_m", LOWEST_M, HIGHEST_M)?,
                )),
            },
            "message_interval" => Command::MessageInterval {
                message: self.whole("message", HIGHEST_MESSAGE)? as u32,
                rate_hz: self.number("rate_hz", 0.0, 1_000.0)?,
            },
            "request_message" => Command::RequestMessage {
                message: self.whole("message", HIGHEST_MESSAGE)? as u32,
            },
            "long" => self.long()?,
            _ => self.int()?,
        })
    }

    fn place(&self) -> Result<LatLon, CommandMistake> {
        Ok(LatLon {
            lat_deg: self.number("lat_deg", -90.0, 90.0)?,
            lon_deg: self.number("lon_deg", -180.0, 180.0)?,
        })
    }

    pub(super) fn number(&self, key: &str, least: f64, most: f64) -> Result<f64, CommandMistake> {
        let mistake = || {
            let name = self.name;
            CommandMistake(format!(
                "{name} needs {key}, a number from {least} to {most}"
            ))
        };
        let number = self.given.get(key).and_then(Value::as_f64);
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(mistake)
    }

    pub(super) fn whole(&self, key: &str, most: f64) -> Result<f64, CommandMistake> {
        let number = self.number(key, 0.0, most)?;
        if number.fract() == 0.0 {
            return Ok(number);
        }
        let name = self.name;
        Err(CommandMistake(format!(
            "{name} needs {key}, a whole number"
        )))
    }

    fn flag(&self, key: &str) -> Result<bool, CommandMistake> {
        match self.given.get(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => {
                let name = self.name;
                Err(CommandMistake(format!("{key} of {name} is true or false")))
            }
        }
    }

    fn word(&self, key: &str) -> Result<String, CommandMistake> {
        let word = self
            .given
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let word: String = word.chars().filter(|c| !c.is_control()).take(40).collect();
        let name = self.name;
        let mistake = || CommandMistake(format!("{name} needs {key}, a name"));
        Some(word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .ok_or_else(mistake)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mistake(name: &str, params: &Value) -> String {
        Command::parse(name, params).unwrap_err().to_string()
    }

    #[test]
    fn commands_are_read_with_their_numbers() {
        let params = json!({"lat_deg": 47.1, "lon_deg": 8.5, "alt_rel_m": 30});
        let goto = Command::parse("goto", &params).unwrap();
        let place = LatLon {
            lat_deg: 47.1,
            lon_deg: 8.5,
        };
        assert_eq!(
            goto,
            Command::Goto {
                place,
                alt_rel_m: 30.0
            }
        );
        assert_eq!(Command::parse("rtl", &Value::Null), Ok(Command::Rtl));
        for name in [
            json!("MAV_CMD_DO_SET_SERVO"),
            json!("do_set_servo"),
            json!(183),
            json!("183"),
        ] {
            let params = json!({"command": name, "param1": 9, "param2": 1500});
            let Ok(Command::Long { command, params }) = Command::parse("long", &params) else {
                panic!("{name}");
            };
            assert_eq!((command, params[0], params[1]), (183, 9.0, 1500.0));
        }
    }

    #[test]
    fn a_mistake_is_one_sentence_that_says_what_is_allowed() {
        assert_eq!(
            mistake(
                "goto",
                &json!({"lat_deg": 91, "lon_deg": 0, "alt_rel_m": 1})
            ),
            "goto needs lat_deg, a number from -90 to 90"
        );
        assert_eq!(
            mistake("takeoff", &json!({"alt_rel": 10})),
            "takeoff has no alt_rel; did you mean alt_rel_m?"
        );
        assert_eq!(
            mistake("take_of", &json!({})),
            "no command is called take_of; did you mean takeoff?"
        );
        assert!(mistake("takeoff", &json!({"alt_rel_m": "NaN"})).contains("0.5 to 10000"));
        assert!(mistake("takeoff", &json!({"alt_rel_m": null})).contains("0.5 to 10000"));
        assert!(mistake("disarm", &json!({"force": "yes"})).contains("true or false"));
        assert!(mistake("rtl", &json!({"x": 1})).contains("no parameters"));
        assert!(mistake("rtl", &json!([])).contains("object"));
        assert!(mistake("mission_set_current", &json!({"seq": 1.5})).contains("whole"));
    }
}
