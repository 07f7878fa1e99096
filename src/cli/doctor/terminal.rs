//! What the terminal can do of the screen.

use std::{env, io::IsTerminal as _};

use super::finding::Finding;
use crate::tui::{self, Capabilities, ScreenOptions, theme::Depth};

const ABOUT: &str = "terminal";

/// Size, colours, signs and what is known of its clipboard.
pub(super) fn look() -> Vec<Finding> {
    let env = |name: &str| env::var(name).ok();
    let size = std::io::stdout().is_terminal().then(tui::terminal_size);
    judge(size.flatten(), env)
}

fn judge(size: Option<(u16, u16)>, env: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    findings.push(match size {
        None => Finding::note(
            ABOUT,
            "standard output is no terminal: the screen needs one",
        )
        .hint("`volery serve` runs without a screen"),
        Some((columns, rows)) if columns < 80 || rows < 24 => Finding::note(
            ABOUT,
            format!("{columns}x{rows} cells: fewer columns and panes are shown"),
        )
        .hint("80x24 shows table, detail and events"),
        Some((columns, rows)) => Finding::ok(ABOUT, format!("{columns}x{rows} cells")),
    });
    match Capabilities::detect(&ScreenOptions::default(), &env) {
        Err(_) => findings.push(
            Finding::note(ABOUT, "TERM=dumb: no screen can be drawn")
                .hint("start it in another terminal, or use `volery serve`"),
        ),
        Ok(can) => {
            findings.push(Finding::ok(ABOUT, looks(&can, set("NO_COLOR").is_some())));
            let fps = 1_000 / can.frame.as_millis().max(1);
            let over = if set("SSH_CONNECTION").is_some() {
                format!("over SSH: at most {fps} frames a second")
            } else {
                format!("at most {fps} frames a second")
            };
            let slow = "--low-bandwidth is for lines under 2 kB/s";
            findings.push(Finding::ok(ABOUT, over).hint(slow));
        }
    }
    if set("TMUX").is_some() {
        let text = "inside tmux: `y` reaches the clipboard only with `set -g set-clipboard on`";
        findings.push(Finding::note(ABOUT, text));
    } else if set("TERM").is_some_and(|term| term.starts_with("screen")) {
        findings.push(Finding::note(
            ABOUT,
            "inside screen: `y` (OSC 52) reaches no clipboard",
        ));
    }
    findings
}

fn looks(can: &Capabilities, no_color: bool) -> String {
    let colours = match can.depth {
        Depth::Mono if no_color => "no colours (NO_COLOR)",
        Depth::Mono => "no colours",
        Depth::Sixteen => "16 colours",
        Depth::Indexed => "256 colours",
        Depth::True => "24-bit colours",
    };
    let signs = if can.ascii {
        "ASCII signs (the locale is no UTF-8, or it is the Linux console)"
    } else {
        "Unicode signs"
    };
    format!("{colours}, {signs}")
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;

    fn told(size: Option<(u16, u16)>, env: &[(&str, &str)]) -> Vec<Finding> {
        judge(size, |name| {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_good_terminal_is_no_news() {
        let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        let told = told(Some((120, 40)), &env);
        assert!(told.iter().all(|finding| finding.grade == Grade::Ok));
        assert!(told.iter().any(|finding| finding.text.contains("24-bit")));
    }

    #[test]
    fn what_is_missing_is_noted_with_the_way_out() {
        let told = told(None, &[("TERM", "dumb"), ("TMUX", "/tmp/x")]);
        let notes: Vec<_> = told.iter().filter(|one| one.grade == Grade::Note).collect();
        assert_eq!(notes.len(), 3, "{told:?}");
        assert!(notes[0].hint.as_deref().unwrap().contains("volery serve"));
    }
}
