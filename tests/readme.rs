//! The README says what the code does: keys, commands and the fleet.toml in it are checked here.
#![cfg(test)]

use std::{fs, process::Command};

use volery::{
    config,
    tui::{
        keymap,
        palette::{errand, manner},
    },
};

fn readme() -> String {
    fs::read_to_string("README.md").unwrap()
}

/// Every fenced block of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_table_of_keys_is_the_one_in_the_code() {
    let table = keymap::markdown();
    assert!(
        readme().contains(table.trim()),
        "put this into the README:\n{table}"
    );
}

#[test]
fn the_table_of_commands_is_the_one_in_the_code() {
    let table = manner::markdown();
    assert!(
        readme().contains(table.trim()),
        "put this into the README:\n{table}"
    );
}

#[test]
fn the_table_of_missions_and_parameters_is_the_one_in_the_code() {
    let table = errand::markdown();
    assert!(
        readme().contains(table.trim()),
        "put this into the README:\n{table}"
    );
}

#[test]
fn every_fleet_toml_in_the_readme_is_valid() {
    let found = blocks(&readme(), "toml");
    assert!(!found.is_empty());
    for text in found {
        let (config, report) = config::parse(&text, "README.md");
        assert!(config.is_some(), "{}", report.render(false));
    }
}

#[test]
fn every_command_in_the_readme_exists() {
    for line in blocks(&readme(), "sh")
        .iter()
        .flat_map(|block| block.lines())
    {
        let Some(words) = line.strip_prefix("volery") else {
            continue;
        };
        let words: Vec<&str> = words
            .split('#')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let subcommands: Vec<&str> = words
            .iter()
            .copied()
            .take_while(|word| is_command(word))
            .collect();
        let output = Command::new(env!("CARGO_BIN_EXE_volery"))
            .args(&subcommands)
            .arg("--help")
            .output()
            .unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{line}");
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "{line}: no {flag}");
        }
    }
}

fn is_command(word: &str) -> bool {
    [
        "mission", "fence", "rally", "param", "get", "put", "set", "save", "load", "diff", "clear",
        "run", "serve", "demo", "sim", "send", "replay", "log", "info", "ls", "export", "query",
        "check", "doctor", "status", "vehicles", "links", "events", "watch", "wait", "stop",
        "reload", "signing", "setup",
    ]
    .contains(&word)
}
