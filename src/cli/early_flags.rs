//! Flags of the screen given before a command: `volery --theme mono demo` is `volery demo --theme mono`.

use std::ffi::OsString;

/// Commands that show the screen.
const SHOWING: [&str; 3] = ["run", "demo", "replay"];

/// The words of the command line, such flags moved behind their command; all else as it was typed.
pub(super) fn behind_command(words: Vec<OsString>) -> Vec<OsString> {
    let texts: Vec<&str> = words
        .iter()
        .map(|word| word.to_str().unwrap_or(""))
        .collect();
    let mut end = 1;
    while let Some(length) = texts.get(end).and_then(|word| flag(word)) {
        end += length;
    }
    let is_showing = texts.get(end).is_some_and(|word| SHOWING.contains(word));
    if end == 1 || !is_showing {
        return words;
    }
    let mut moved = words;
    if let Some(early) = moved.get_mut(1..=end) {
        early.rotate_right(1);
    }
    moved
}

/// How many words a flag of the screen takes; `None` when it is none.
fn flag(word: &str) -> Option<usize> {
    match word {
        "--ascii" | "--low-bandwidth" | "--no-mouse" => Some(1),
        "--theme" | "--color" | "--fps" => Some(2),
        _ => ["--theme=", "--color=", "--fps="]
            .iter()
            .any(|start| word.starts_with(start))
            .then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        let words = behind_command(words).into_iter();
        let words: Vec<_> = words.filter_map(|word| word.into_string().ok()).collect();
        words.join(" ")
    }

    #[test]
    fn flags_of_the_screen_may_stand_before_a_command_that_shows_it() {
        assert_eq!(
            moved("volery --theme mono --ascii demo --vehicles 3"),
            "volery demo --theme mono --ascii --vehicles 3"
        );
        assert_eq!(
            moved("volery --fps=5 replay a.tlog"),
            "volery replay --fps=5 a.tlog"
        );
    }

    #[test]
    fn everything_else_stays_as_it_was_typed() {
        for line in [
            "volery",
            "volery --theme mono",
            "volery --theme demo",
            "volery --link udpin:0.0.0.0:1 demo",
            "volery --theme mono serve",
            "volery demo --ascii",
        ] {
            assert_eq!(moved(line), line);
        }
    }
}
