//! From words as people type them to a command: usage lines, MAVProxy's spellings, numbers by place or by name.
//!
//! The command line and the palette of the screen read commands here and nowhere else.

use serde_json::{Map, Value};

use super::{
    Command,
    parse::{COMMANDS, CommandMistake, unknown},
};

/// What a command takes and does, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The word of the contract.
    pub name: &'static str,
    /// Its arguments, units in their names; those in brackets may be left out.
    pub arguments: &'static str,
    /// One line.
    pub help: &'static str,
}

const fn usage(name: &'static str, arguments: &'static str, help: &'static str) -> Usage {
    Usage {
        name,
        arguments,
        help,
    }
}

/// Every command, those that bring a vehicle home first.
pub const USAGES: [Usage; COMMANDS.len()] = [
    usage("rtl", "", "go home"),
    usage("land", "", "come down here"),
    usage("hold", "", "stay here"),
    usage("arm", "", "motors on"),
    usage(
        "disarm",
        "[force]",
        "motors off on the ground; force: wherever it is",
    ),
    usage("takeoff", "ALT_M", "go up so many metres above home"),
    usage("mode", "MODE", "change the mode"),
    usage(
        "goto",
        "LAT LON ALT_M",
        "fly there, so many metres above home",
    ),
    usage("speed", "M_S", "fly this fast"),
    usage("yaw", "DEGREES", "turn the nose there, from north"),
    usage("mission_start", "", "fly the stored mission"),
    usage("mission_set_current", "N", "go on with item N"),
    usage(
        "set_home",
        "[LAT LON ALT_MSL_M]",
        "home is here, or there above mean sea level",
    ),
    usage("reboot", "", "restart the autopilot, disarmed only"),
    usage(
        "message_interval",
        "ID HZ",
        "send message ID so often; 0 stops it",
    ),
    usage("request_message", "ID", "send message ID once"),
    usage(
        "long",
        "MAV_CMD [PARAM1 … PARAM7]",
        "a COMMAND_LONG as it is; nan is unchanged",
    ),
    usage(
        "int",
        "MAV_CMD FRAME [PARAM1 … PARAM4 X Y Z]",
        "a COMMAND_INT as it is; lat_deg= and lon_deg= instead of X and Y",
    ),
];

/// Another spelling of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The words that are typed.
    pub words: &'static [&'static str],
    /// The command they mean.
    pub name: &'static str,
    /// What they say beside the command.
    pub arguments: &'static [&'static str],
}

const fn alias(
    words: &'static [&'static str],
    name: &'static str,
    arguments: &'static [&'static str],
) -> Alias {
    Alias {
        words,
        name,
        arguments,
    }
}

/// MAVProxy's verbs where they differ from the contract's, longer ones first.
pub const ALIASES: [Alias; 8] = [
    alias(&["arm", "throttle"], "arm", &[]),
    alias(&["wp", "set"], "mission_set_current", &[]),
    alias(&["guided"], "goto", &[]),
    alias(&["setspeed"], "speed", &[]),
    alias(&["setyaw"], "yaw", &[]),
    alias(&["auto"], "mode", &["AUTO"]),
    alias(&["loiter"], "mode", &["LOITER"]),
    alias(&["brake"], "mode", &["BRAKE"]),
];

/// A command as it was typed, not read yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The word of the contract.
    pub name: &'static str,
    /// Its parameters, as a client would send them.
    pub params: Value,
}

impl Spoken {
    /// The command.
    ///
    /// # Errors
    /// One sentence: which parameter, and what is allowed.
    pub fn command(&self) -> Result<Command, CommandMistake> {
        Command::parse(self.name, &self.params)
    }
}

/// What a command takes and does.
#[must_use]
pub fn usage_of(name: &str) -> Option<&'static Usage> {
    USAGES.iter().find(|usage| usage.name == name)
}

/// Which command the first words are, how many words that is, and what they say beside it.
#[must_use]
pub fn verb<W: AsRef<str>>(words: &[W]) -> Option<(&'static str, usize, &'static [&'static str])> {
    let is = |alias: &&Alias| {
        let mut pairs = alias.words.iter().zip(words);
        words.len() >= alias.words.len()
            && pairs.all(|(wanted, word)| word.as_ref().eq_ignore_ascii_case(wanted))
    };
    if let Some(alias) = ALIASES.iter().find(is) {
        return Some((alias.name, alias.words.len(), alias.arguments));
    }
    let first = words.first()?.as_ref();
    let mut known = COMMANDS.iter();
    let (name, _) = known.find(|(name, _)| name.eq_ignore_ascii_case(first))?;
    Some((name, 1, &[]))
}

/// Reads a command and its numbers: by name (`alt_rel_m=20`), or in the order of the table.
///
/// # Errors
/// One sentence: which word, and what is allowed. Whether the numbers make sense is [`Spoken::command`]'s to say.
pub fn read<W: AsRef<str>>(words: &[W]) -> Result<Spoken, CommandMistake> {
    let Some((name, taken, before)) = verb(words) else {
        let first = words.first().map_or("", |word| word.as_ref());
        return Err(unknown(first));
    };
    let keys = COMMANDS.iter().find(|(known, _)| *known == name);
    let keys = keys.map_or(&[][..], |(_, keys)| keys);
    let given = words[taken..].iter().map(AsRef::as_ref);
    let mut params = Map::new();
    for word in before.iter().copied().chain(given) {
        let (key, value) = match word.split_once('=') {
            Some((key, value)) => (key, value),
            None if keys.contains(&word) && name == "disarm" => (word, "true"),
            None => {
                let mut places = keys.iter();
                let free = places.find(|key| !params.contains_key(**key));
                (*free.ok_or_else(|| too_many(name, keys, word))?, word)
            }
        };
        if params
            .insert(key.to_owned(), value_of(key, value))
            .is_some()
        {
            return Err(CommandMistake(format!("{} is given twice", clean(key))));
        }
    }
    let params = params.into();
    Ok(Spoken { name, params })
}

fn clean(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn too_many(command: &str, keys: &[&str], word: &str) -> CommandMistake {
    let word = clean(word);
    CommandMistake(if keys.is_empty() {
        format!("{command} takes no parameters, and {word} was given")
    } else {
        format!(
            "{command} takes {}, and {word} is one too many",
            keys.join(", ")
        )
    })
}

/// A mode or the name of a MAV_CMD is a text; everything else is a number, true, false, or nan for "as it is".
fn value_of(key: &str, word: &str) -> Value {
    let is_number = !matches!(key, "mode");
    match word {
        "true" => true.into(),
        "false" => false.into(),
        word if word.eq_ignore_ascii_case("nan") => Value::Null,
        word => {
            let number = word
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite() && is_number);
            number.map_or_else(|| word.into(), Value::from)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(line: &str) -> Result<Spoken, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        read(&words).map_err(|mistake| mistake.0)
    }

    #[test]
    fn every_command_has_one_usage_line() {
        for (name, keys) in COMMANDS {
            let usage = usage_of(name).unwrap();
            assert_eq!(usage.arguments.is_empty(), keys.is_empty(), "{name}");
            assert!(!usage.help.is_empty(), "{name}");
        }
    }

    #[test]
    fn mavproxys_verbs_are_the_commands_of_the_contract() {
        let is = |line: &str, canonical: &str| {
            assert_eq!(said(line), said(canonical), "{line}");
            assert!(said(line).unwrap().command().is_ok(), "{line}");
        };
        is("arm throttle", "arm");
        is("guided 47.1 8.5 30", "goto 47.1 8.5 30");
        is("setspeed 7", "speed 7");
        is("wp set 4", "mission_set_current 4");
        is("auto", "mode AUTO");
        is("mode guided", "mode guided");
        is("takeoff 20", "takeoff alt_rel_m=20");
        is("RTL", "rtl");
        is(
            "long DO_SET_SERVO 9 1500",
            "long command=DO_SET_SERVO param1=9 param2=1500",
        );
    }

    #[test]
    fn a_word_too_many_or_twice_is_named() {
        assert!(said("rtl 5").unwrap_err().contains("no parameters"));
        assert!(said("takeoff 5 6").unwrap_err().contains("one too many"));
        assert!(said("takeoff 5 alt_rel_m=6").unwrap_err().contains("twice"));
        assert!(said("rlt").unwrap_err().contains("did you mean rtl?"));
        assert!(said("").unwrap_err().contains("there are"));
        assert_eq!(said("disarm force").unwrap().params, json!({"force": true}));
    }
}
