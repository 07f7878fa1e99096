//! From flags and `[ui]` to the options of the screen.

use std::io::{IsTerminal, stdout};

use super::{
    arguments::ScreenArgs,
    failure::{Failure, Status},
    keys,
};
use crate::{
    config::{ClockZone, Config, Units},
    tui::{Capabilities, ScreenOptions, format, keymap::lookup::Keymap, theme::ThemeName},
};

/// The screen's options; flags beat the file.
pub(super) fn options(
    arguments: &ScreenArgs,
    config: Option<&Config>,
) -> Result<ScreenOptions, Failure> {
    let ui = config.map(|config| &config.ui);
    let theme = arguments
        .theme
        .as_deref()
        .or(ui.and_then(|ui| ui.theme.as_deref()));
    Ok(ScreenOptions {
        theme: theme.map(theme_of).transpose()?.unwrap_or_default(),
        ascii: arguments.ascii,
        color: arguments.color.into(),
        fps: arguments.fps,
        low_bandwidth: arguments.low_bandwidth,
        no_mouse: arguments.no_mouse,
        units: match ui.map(|ui| ui.units).unwrap_or_default() {
            Units::Metric => format::Units::Metric,
            Units::Imperial => format::Units::Imperial,
            Units::Aviation => format::Units::Aviation,
        },
        local_time: ui.is_some_and(|ui| ui.time == ClockZone::Local),
        keymap: config.map_or_else(|| Ok(Keymap::default()), keymap_of)?,
    })
}

fn keymap_of(config: &Config) -> Result<Keymap, Failure> {
    keys::keymap(config).map_err(|faults| {
        let messages: Vec<_> = faults.into_iter().map(|fault| fault.message).collect();
        Failure::new(messages.join("; ")).with(Status::Usage)
    })
}

fn theme_of(name: &str) -> Result<ThemeName, Failure> {
    ThemeName::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = ThemeName::ALL.into_iter().map(ThemeName::word).collect();
        let why = format!("there is no theme {name:?}; there are {}", known.join(", "));
        Failure::new(why).with(Status::Usage)
    })
}

/// Refuses before anything is started when there is nothing to draw on.
pub(super) fn require_terminal(options: &ScreenOptions, instead: &str) -> Result<(), Failure> {
    if !stdout().is_terminal() {
        let why = "no terminal to draw on (standard output is not one)";
        return Err(Failure::new(format!(
            "{why}: `{instead}` runs without a screen, `volery watch --json` prints updates as JSON lines"
        )));
    }
    let env = |name: &str| std::env::var(name).ok();
    Capabilities::detect(options, env)
        .map(drop)
        .map_err(|error| Failure::new(error.to_string()))
}
