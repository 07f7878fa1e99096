//! How a command is sent, in words: whether it is asked about, and how often it may be sent. From the one policy.

use std::fmt::Write as _;

use crate::model::{
    command::{
        Kind,
        policy::{Facts, policy},
        words::{ALIASES, USAGES, Usage},
    },
    vehicle::ModeClass,
};

/// What a command of this name amounts to when nothing speaks against it.
fn kind(name: &str) -> Kind {
    match name {
        "arm" => Kind::Arm,
        "disarm" => Kind::Disarm,
        "takeoff" => Kind::Takeoff,
        "mission_start" => Kind::MissionStart,
        "reboot" => Kind::Reboot,
        "land" => Kind::Land,
        "rtl" => Kind::Rtl,
        "hold" => Kind::Hold,
        "mode" => Kind::Mode,
        "message_interval" | "request_message" => Kind::Request,
        "long" | "int" => Kind::Other,
        _ => Kind::Steer,
    }
}

/// For the list: `asks first, sent once`, `up to 5 tries`.
#[must_use]
pub fn of_name(name: &str) -> String {
    of_kind(kind(name))
}

/// The same for a command that is typed.
#[must_use]
pub fn of_kind(kind: Kind) -> String {
    let calm = Facts {
        armed: Some(false),
        on_ground: Some(true),
        wanted_class: Some(ModeClass::Guided),
    };
    let Ok(policy) = policy(kind, calm) else {
        return String::new();
    };
    let asks = if policy.confirm { "asks first, " } else { "" };
    format!("{asks}{}", tries(policy.tries))
}

/// How often it may be sent.
#[must_use]
pub fn tries(tries: u8) -> String {
    match tries {
        0 | 1 => "sent once".to_owned(),
        tries => format!("up to {tries} tries"),
    }
}

/// For the question: what happens when an answer is lost.
#[must_use]
pub fn when_an_answer_is_lost(kind: Kind) -> &'static str {
    let facts = Facts {
        armed: Some(false),
        on_ground: Some(true),
        wanted_class: None,
    };
    match policy(kind, facts) {
        _ if kind == Kind::ForcedDisarm => {
            "the motors stop wherever it is, also in the air; sent once"
        }
        Ok(policy) if policy.tries > 1 => "sent again when no answer comes",
        _ => "sent once: when no answer comes it is not sent again",
    }
}

/// The table of the README: every command, what it takes, does and how it is sent.
#[must_use]
pub fn markdown() -> String {
    let mut table = String::from("| command | what it does | how |\n|---|---|---|\n");
    for Usage {
        name,
        arguments,
        help,
    } in USAGES
    {
        let typed = format!("{name} {arguments}");
        let aliases = ALIASES.iter().filter(|alias| alias.name == name);
        let aliases: Vec<String> = aliases
            .map(|alias| format!("`{}`", alias.words.join(" ")))
            .collect();
        let also = match &*aliases {
            [] => String::new(),
            aliases => format!("; also {}", aliases.join(", ")),
        };
        let how = of_name(name);
        let _ = writeln!(table, "| `{}` | {help}{also} | {how} |", typed.trim());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_what_the_contract_says() {
        assert_eq!(of_name("arm"), "asks first, sent once");
        assert_eq!(of_name("rtl"), "up to 5 tries");
        assert_eq!(of_name("goto"), "up to 3 tries");
        assert_eq!(of_name("reboot"), "asks first, sent once");
        assert!(when_an_answer_is_lost(Kind::Takeoff).contains("not sent again"));
        assert!(!when_an_answer_is_lost(Kind::Land).contains("once"));
    }
}
