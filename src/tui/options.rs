//! How the screen is wanted, and what this terminal can do of it. The environment is an argument.

use std::time::Duration;

use super::{
    error::TuiError,
    format::Units,
    keymap::lookup::Keymap,
    theme::{Depth, ThemeName},
};

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// As terminal and `NO_COLOR` say.
    #[default]
    Auto,
    /// Whatever `NO_COLOR` says.
    Always,
    /// Never.
    Never,
}

/// The UI flags of the command line and `[ui]` of `fleet.toml`.
#[derive(Debug, Clone, Default)]
pub struct ScreenOptions {
    /// The theme to begin with.
    pub theme: ThemeName,
    /// Signs of ASCII only.
    pub ascii: bool,
    /// When colours are used.
    pub color: ColorChoice,
    /// Most frames per second; chosen by the connection when absent.
    pub fps: Option<u16>,
    /// A frame a second for what only moves, and figures in coarser steps.
    pub low_bandwidth: bool,
    /// Leave the mouse to the terminal.
    pub no_mouse: bool,
    /// The operator's units.
    pub units: Units,
    /// Times of this place instead of UTC.
    pub local_time: bool,
    /// The keys, those of the operator's own among them.
    pub keymap: Keymap,
}

/// Between two frames of a slow line: twelve vehicles in the air stay under 1.2 kB/s.
const LOW_BANDWIDTH_FRAME: Duration = Duration::from_secs(1);
/// The same when a key was pressed, or a vehicle came, was lost or is in trouble.
const URGENT_FRAME: Duration = Duration::from_millis(100);

/// What is done on this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Colours.
    pub depth: Depth,
    /// ASCII only.
    pub ascii: bool,
    /// Shortest time between two frames.
    pub frame: Duration,
    /// The same before a frame that cannot wait.
    pub urgent_frame: Duration,
}

impl Capabilities {
    /// Decides by the options and the environment.
    ///
    /// # Errors
    /// `NoTerminal` for `TERM=dumb`, which cannot place a cursor.
    pub fn detect(
        options: &ScreenOptions,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TuiError> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        if term == "dumb" {
            let reason = "TERM=dumb";
            return Err(TuiError::NoTerminal { reason });
        }
        let is_remote = set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some();
        let fps = match options.fps {
            Some(fps) => fps.clamp(1, 60),
            None if is_remote => 10,
            None => 30,
        };
        let depth = match depth(options.color, &term, set) {
            // A colour of 24 bits takes twice the bytes of one by number.
            Depth::True if options.low_bandwidth => Depth::Indexed,
            depth => depth,
        };
        let frame = if options.low_bandwidth {
            LOW_BANDWIDTH_FRAME
        } else {
            Duration::from_millis(1_000 / u64::from(fps))
        };
        Ok(Self {
            depth,
            ascii: options.ascii || term == "linux" || !is_utf8(set),
            frame,
            urgent_frame: frame.min(URGENT_FRAME),
        })
    }
}

fn depth(color: ColorChoice, term: &str, set: impl Fn(&str) -> Option<String>) -> Depth {
    let forced =
        color == ColorChoice::Always || set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    if color == ColorChoice::Never || (!forced && set("NO_COLOR").is_some()) {
        Depth::Mono
    } else if matches!(set("COLORTERM").as_deref(), Some("truecolor" | "24bit")) {
        Depth::True
    } else if term.contains("256color") || term.contains("direct") {
        Depth::Indexed
    } else if term.starts_with("vt") && !forced {
        Depth::Mono
    } else {
        Depth::Sixteen
    }
}

/// The first of the locale variables that is set says it; none at all is taken as UTF-8.
fn is_utf8(set: impl Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(set)
        .is_none_or(|locale| {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(options: &ScreenOptions, env: &[(&str, &str)]) -> Capabilities {
        let env = |name: &str| {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Capabilities::detect(options, env).unwrap()
    }

    fn depth_of(color: ColorChoice, env: &[(&str, &str)]) -> Depth {
        let options = ScreenOptions {
            color,
            ..ScreenOptions::default()
        };
        detect(&options, env).depth
    }

    #[test]
    fn colours_are_what_terminal_and_user_agree_on() {
        use ColorChoice::{Always, Auto, Never};
        let xterm = ("TERM", "xterm-256color");
        let rich = ("COLORTERM", "truecolor");
        let none = ("NO_COLOR", "1");
        assert_eq!(depth_of(Auto, &[xterm]), Depth::Indexed);
        assert_eq!(depth_of(Auto, &[xterm, rich]), Depth::True);
        assert_eq!(depth_of(Auto, &[xterm, rich, none]), Depth::Mono);
        assert_eq!(depth_of(Auto, &[xterm, ("NO_COLOR", "")]), Depth::Indexed);
        assert_eq!(depth_of(Always, &[xterm, none]), Depth::Indexed);
        assert_eq!(depth_of(Never, &[xterm, rich]), Depth::Mono);
        assert_eq!(depth_of(Auto, &[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth_of(Auto, &[("TERM", "vt100")]), Depth::Mono);
    }

    #[test]
    fn the_console_and_other_locales_get_ascii() {
        let plain = ScreenOptions::default();
        assert!(detect(&plain, &[("TERM", "linux")]).ascii);
        assert!(detect(&plain, &[("TERM", "xterm"), ("LANG", "C")]).ascii);
        assert!(
            !detect(
                &plain,
                &[("TERM", "xterm"), ("LANG", "C"), ("LC_ALL", "C.UTF-8")]
            )
            .ascii
        );
        assert!(!detect(&plain, &[("TERM", "xterm")]).ascii);
    }

    #[test]
    fn frames_are_slower_over_ssh_and_slowest_when_asked() {
        let ssh = [("SSH_CONNECTION", "10.0.0.1 22 10.0.0.2 22")];
        let ms = |options: &ScreenOptions, env| detect(options, env).frame.as_millis();
        let mut options = ScreenOptions::default();
        assert_eq!((ms(&options, &[]), ms(&options, &ssh)), (33, 100));
        options.fps = Some(0);
        assert_eq!(ms(&options, &ssh), 1_000);
        options.low_bandwidth = true;
        assert_eq!(ms(&options, &[]), 1_000);
        assert_eq!(detect(&options, &[]).urgent_frame.as_millis(), 100);
    }

    #[test]
    fn a_dumb_terminal_is_refused_in_one_line_with_the_way_out() {
        let dumb = |name: &str| (name == "TERM").then(|| "dumb".to_owned());
        let error = Capabilities::detect(&ScreenOptions::default(), dumb).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("volery serve") && text.contains("volery watch --json"));
        assert_eq!(text.lines().count(), 1);
    }
}
