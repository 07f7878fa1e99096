//! Verbs that move missions, fences, rally points and parameters between vehicles, this station and files.
//!
//! ```text
//! mission get|put FILE|clear|diff FILE|save FILE|set N     fence …     rally …     cancel
//! param   get [NAME…]|set NAME VALUE|load FILE|save FILE|diff [FILE|VEHICLE…]
//! ```
//! MAVProxy's `wp list`, `wp load`, `param fetch` mean the same.

use std::fmt::Write as _;

use crate::{
    model::{
        mission::PlanKind,
        params::{name::ParamName, value::ParamValue},
        suggest::nearest,
    },
    tui::{aboard::Tab, format::clean},
};

/// What is to be moved.
#[derive(Debug, Clone, PartialEq)]
pub enum Errand {
    /// Read a list, or all parameters.
    Get(Tab),
    /// Read these parameters.
    Read(Vec<ParamName>),
    /// Give the list of a file.
    Put(PlanKind, String),
    /// Empty a list.
    Clear(PlanKind),
    /// Compare with a file.
    Diff(Tab, String),
    /// Compare parameters with the marked vehicles, or with those of these words.
    DiffVehicles(Vec<String>),
    /// Write what was read into a file.
    Save {
        /// What.
        tab: Tab,
        /// Where.
        file: String,
        /// Whether a file that is there is replaced.
        replace: bool,
    },
    /// Set a parameter.
    Set(ParamName, ParamValue),
    /// Set what differs from a file.
    Load(String),
    /// Go on with this item, counted from 1.
    FlyNext(u16),
    /// Break off transfers.
    Cancel,
}

/// One verb.
#[derive(Debug, Clone, Copy)]
pub struct ErrandVerb {
    /// What is typed.
    pub word: &'static str,
    /// What follows it.
    pub arguments: &'static str,
    /// One line.
    pub help: &'static str,
    /// Whether it asks before anything is changed.
    pub asks: bool,
}

const fn verb(
    word: &'static str,
    arguments: &'static str,
    help: &'static str,
    asks: bool,
) -> ErrandVerb {
    ErrandVerb {
        word,
        arguments,
        help,
        asks,
    }
}

/// Every such verb.
pub const ERRANDS: [ErrandVerb; 22] = [
    verb("mission get", "", "read the mission", false),
    verb(
        "mission put",
        "FILE",
        "give the mission of a file, and read it back",
        true,
    ),
    verb("mission clear", "", "empty the mission", true),
    verb("mission diff", "FILE", "what a file would change", false),
    verb(
        "mission save",
        "FILE [force]",
        "write the mission that was read",
        false,
    ),
    verb("mission set", "N", "go on with item N", false),
    verb("fence get", "", "read the fence", false),
    verb(
        "fence put",
        "FILE",
        "give the fence of a file, and read it back",
        true,
    ),
    verb("fence clear", "", "empty the fence", true),
    verb("fence diff", "FILE", "what a file would change", false),
    verb(
        "fence save",
        "FILE [force]",
        "write the fence that was read",
        false,
    ),
    verb("rally get", "", "read the rally points", false),
    verb(
        "rally put",
        "FILE",
        "give the rally points of a file, and read them back",
        true,
    ),
    verb("rally clear", "", "take all rally points away", true),
    verb("rally diff", "FILE", "what a file would change", false),
    verb(
        "rally save",
        "FILE [force]",
        "write the rally points that were read",
        false,
    ),
    verb(
        "param get",
        "[NAME…]",
        "read all parameters, or these",
        false,
    ),
    verb("param set", "NAME VALUE", "set one, and read it back", true),
    verb(
        "param load",
        "FILE",
        "set what differs from a file; keeps the old values",
        true,
    ),
    verb(
        "param save",
        "FILE [force]",
        "write the parameters that were read",
        false,
    ),
    verb(
        "param diff",
        "[FILE|VEHICLE…]",
        "compare with a file, or with other vehicles",
        false,
    ),
    verb(
        "cancel",
        "",
        "break off transfers that are under way",
        false,
    ),
];

/// The table of the README.
#[must_use]
pub fn markdown() -> String {
    let mut table = String::from("| line | what it does | how |\n|---|---|---|\n");
    for verb in ERRANDS {
        let typed = format!("{} {}", verb.word, verb.arguments.replace('|', "\\|"));
        let how = if verb.asks { "asks first" } else { "" };
        // Writing into a String cannot fail.
        let _ = writeln!(table, "| `{}` | {} | {how} |", typed.trim(), verb.help);
    }
    table
}

/// The verb that a line begins with, and how many of its words that is.
#[must_use]
pub fn errand_verb(words: &[&str]) -> Option<(&'static ErrandVerb, usize)> {
    let first = words.first()?.to_lowercase();
    if first == "cancel" {
        return ERRANDS.last().map(|verb| (verb, 1));
    }
    let second = words.get(1)?.to_lowercase();
    let (first, second) = plain(&first, &second);
    let whole = format!("{first} {second}");
    let found = ERRANDS.iter().find(|verb| verb.word == whole);
    found.map(|verb| (verb, 2))
}

/// MAVProxy's words as ours.
fn plain<'a>(first: &'a str, second: &'a str) -> (&'a str, &'a str) {
    let first = match first {
        "wp" => "mission",
        "params" => "param",
        first => first,
    };
    let second = match (first, second) {
        ("param", "fetch" | "read") | (_, "list" | "download") => "get",
        ("mission" | "fence" | "rally", "load" | "upload") => "put",
        (_, second) => second,
    };
    (first, second)
}

/// Whether a word begins one of these verbs.
#[must_use]
pub fn begins_errand(word: &str) -> bool {
    ["mission", "wp", "fence", "rally", "param", "params"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// Where the file of a line begins among its words, if it takes one.
#[must_use]
pub fn file_word(words: &[&str]) -> Option<usize> {
    let (verb, taken) = errand_verb(words)?;
    verb.arguments.contains("FILE").then_some(taken)
}

/// Reads a line whose first word begins an errand.
///
/// # Errors
/// One sentence: what is missing or wrong.
pub fn read(words: &[&str]) -> Result<Errand, String> {
    let Some((verb, taken)) = errand_verb(words) else {
        return Err(unknown(words));
    };
    let rest = &words[taken..];
    let (first, second) = verb.word.split_once(' ').unwrap_or((verb.word, ""));
    let tab = Tab::ALL.into_iter().find(|tab| tab.verb() == first);
    let Some(tab) = tab else {
        return nothing_more(rest, verb, Errand::Cancel);
    };
    match (second, tab.kind()) {
        ("get", None) if !rest.is_empty() => names(rest).map(Errand::Read),
        ("get", _) => nothing_more(rest, verb, Errand::Get(tab)),
        ("put", Some(kind)) => file(rest, verb).map(|file| Errand::Put(kind, file)),
        ("clear", Some(kind)) => nothing_more(rest, verb, Errand::Clear(kind)),
        ("save", _) => save(tab, rest, verb),
        ("set", None) => set(rest, verb),
        ("set", Some(_)) => number(rest).map(Errand::FlyNext),
        ("load", None) => file(rest, verb).map(Errand::Load),
        ("diff", None) => Ok(compared(rest)),
        ("diff", Some(_)) => file(rest, verb).map(|file| Errand::Diff(tab, file)),
        _ => Err(unknown(words)),
    }
}

fn unknown(words: &[&str]) -> String {
    let first = words.first().copied().unwrap_or_default().to_lowercase();
    let (first, _) = plain(&first, "");
    let verbs = ERRANDS.iter().filter_map(|verb| verb.word.split_once(' '));
    let known: Vec<&str> = verbs
        .filter(|(of, _)| *of == first)
        .map(|(_, word)| word)
        .collect();
    let all = known.join(", ");
    match words.get(1) {
        None => format!("{first} wants one of {all}"),
        Some(word) => match nearest(word, known.iter().copied()) {
            Some(near) => format!("{first} {} is nothing; did you mean {near}?", clean(word)),
            None => format!("{first} {} is nothing; there are {all}", clean(word)),
        },
    }
}

fn nothing_more(rest: &[&str], verb: &ErrandVerb, errand: Errand) -> Result<Errand, String> {
    match rest.first() {
        None => Ok(errand),
        Some(word) => Err(format!(
            "{} takes nothing behind it, and {} was given",
            verb.word,
            clean(word)
        )),
    }
}

/// A file's name may have blanks in it.
fn file(rest: &[&str], verb: &ErrandVerb) -> Result<String, String> {
    if rest.is_empty() {
        return Err(format!("{} wants the name of a file", verb.word));
    }
    Ok(rest.join(" "))
}

fn save(tab: Tab, rest: &[&str], verb: &ErrandVerb) -> Result<Errand, String> {
    let (name, replace) = match rest.split_last() {
        Some((&"force", name)) if !name.is_empty() => (name, true),
        _ => (rest, false),
    };
    let file = file(name, verb)?;
    Ok(Errand::Save { tab, file, replace })
}

fn names(rest: &[&str]) -> Result<Vec<ParamName>, String> {
    rest.iter().map(|word| name(word)).collect()
}

fn name(word: &str) -> Result<ParamName, String> {
    ParamName::new(word).map_err(|error| error.to_string())
}

fn set(rest: &[&str], verb: &ErrandVerb) -> Result<Errand, String> {
    let (param, value) = match rest {
        [pair] => match pair.split_once('=') {
            Some(pair) => pair,
            None => return Err(format!("{} {} wants a value", verb.word, clean(pair))),
        },
        [name, value] => (*name, *value),
        [] => return Err(format!("{} wants a name and a value", verb.word)),
        [.., last] => {
            return Err(format!(
                "{} takes a name and a value, {} is one too many",
                verb.word,
                clean(last)
            ));
        }
    };
    let number = value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite());
    let number = number.ok_or_else(|| format!("{} is no number", clean(value)))?;
    Ok(Errand::Set(name(param)?, ParamValue::Real64(number)))
}

fn number(rest: &[&str]) -> Result<u16, String> {
    let wanted = "mission set wants the number of an item, from 1";
    match rest {
        [number] => {
            let number = number.parse::<u16>().ok().filter(|number| *number > 0);
            number.ok_or_else(|| wanted.to_owned())
        }
        _ => Err(wanted.to_owned()),
    }
}

/// What looks like a file is one; anything else are vehicles.
fn compared(rest: &[&str]) -> Errand {
    let name = rest.join(" ");
    let is_file = name.contains(['/', '.']);
    if is_file {
        Errand::Diff(Tab::Params, name)
    } else {
        Errand::DiffVehicles(rest.iter().map(|word| (*word).to_owned()).collect())
    }
}

impl Errand {
    /// What Enter does, as a sentence without its end: who it is for follows.
    #[must_use]
    pub const fn does(&self) -> &'static str {
        match self {
            Self::Get(Tab::Mission) => "reads the mission of ",
            Self::Get(Tab::Fence) => "reads the fence of ",
            Self::Get(Tab::Rally) => "reads the rally points of ",
            Self::Get(Tab::Params) | Self::Read(_) => "reads parameters of ",
            Self::Put(..) => "reads the file and asks before it gives it to ",
            Self::Clear(_) => "asks before it empties the list of ",
            Self::Diff(..) => "reads the file and compares it with ",
            Self::DiffVehicles(_) => "compares with ",
            Self::Save { .. } => "writes the file, from what was read of ",
            Self::Set(..) => "asks before it sets it in ",
            Self::Load(_) => "reads the file and asks before it sets what differs in ",
            Self::FlyNext(_) => "sends it to ",
            Self::Cancel => "breaks off the transfers of ",
        }
    }
}
