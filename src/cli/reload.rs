//! The configuration file of a running station: read again when somebody asks, and when it changes.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use tokio::time::{Instant, sleep_until};

use super::{arguments::StationArgs, failure::Failure, keys, plan, signing_keys};
use crate::{
    app::plan::Plan,
    config::{self, Config, ConfigError, Places, Severity},
    model::control::{FileMistake, NotReloaded, Reloaded},
};

/// How often the file is looked at. A change counts when it is the same for one such time: editors write in steps.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Size and time of a file; `None` when it is not there.
type Mark = Option<(SystemTime, u64)>;

/// Reads the file of a station again, with the flags it was started with.
#[derive(Debug)]
pub(super) struct Reloader {
    arguments: StationArgs,
    config: Config,
    path: Option<PathBuf>,
    seen: Mark,
    glimpsed: Mark,
    look: Instant,
}

/// A file read again.
pub(super) struct Again {
    pub(super) plan: Plan,
    pub(super) config: Config,
}

impl Reloader {
    /// A reloader for a station that was just planned by these.
    pub(super) fn new(arguments: &StationArgs, config: &Config) -> Self {
        let places = Places::from_env();
        let path = config::glance(arguments.config.as_deref(), &places).path;
        let seen = mark(path.as_ref());
        Self {
            arguments: arguments.clone(),
            config: config.clone(),
            glimpsed: seen,
            path,
            seen,
            look: Instant::now() + LOOK_EVERY,
        }
    }

    /// Waits until the file has changed and rests. A station started without a file watches none.
    pub(super) async fn changed(&mut self) {
        loop {
            sleep_until(self.look).await;
            self.look = Instant::now() + LOOK_EVERY;
            let now = mark(self.path.as_ref());
            let rests = now == std::mem::replace(&mut self.glimpsed, now);
            if rests && now.is_some() && now != self.seen {
                self.seen = now;
                return;
            }
        }
    }

    /// Reads the file of the start again, and no other: one that is gone must not end in the defaults, which close
    /// every link. A station started without a file takes the first that is there now, as a start would.
    ///
    /// # Errors
    /// That it is gone or cannot be read, or every mistake of it; then nothing is to be changed.
    pub(super) fn plan(&mut self) -> Result<Again, NotReloaded> {
        self.seen = mark(self.path.as_ref());
        let named = self.path.as_deref().or(self.arguments.config.as_deref());
        let loaded = config::load(named, &Places::from_env());
        let loaded = signing_keys::reviewed(keys::reviewed(loaded));
        let loaded = loaded.map_err(|error| refused(&error))?;
        self.path.clone_from(&loaded.path);
        self.seen = mark(self.path.as_ref());
        let read = plan::of_loaded(loaded, &self.arguments);
        let unusable = |failure: Failure| sentence(format!("{failure}; nothing was changed"));
        let (plan, config, _) = read.map_err(unusable)?;
        Ok(Again { plan, config })
    }

    /// The station has taken it over: completes the answer by what only the file knows.
    pub(super) fn took(&mut self, config: Config, mut done: Reloaded) -> Reloaded {
        done.file = self
            .path
            .as_ref()
            .map_or_else(|| "no file".into(), |path| path.display().to_string());
        let old = std::mem::replace(&mut self.config, config);
        let new = &self.config;
        for (has_changed, what) in [
            (old.ui != new.ui, "[ui]"),
            (old.keys != new.keys, "[keys]"),
            (old.map != new.map, "[map]"),
            (old.forwards != new.forwards, "[[forward]]"),
            (old.fences != new.fences, "[[fence]]"),
            (old.alerts != new.alerts, "[[alert]]"),
        ] {
            if has_changed {
                done.restart.push(what.into());
            }
        }
        done
    }
}

fn mark(path: Option<&PathBuf>) -> Mark {
    let data = fs::metadata(path?).ok()?;
    Some((data.modified().ok()?, data.len()))
}

fn sentence(text: String) -> NotReloaded {
    NotReloaded {
        text,
        mistakes: Vec::new(),
        shown: String::new(),
    }
}

fn refused(error: &ConfigError) -> NotReloaded {
    let text = format!("{error}; nothing was changed");
    let ConfigError::Invalid { report, .. } = error else {
        // The file as a whole is the mistake.
        let whole = FileMistake {
            line: 1,
            column: 1,
            message: error.to_string(),
        };
        return NotReloaded {
            mistakes: vec![whole],
            ..sentence(text)
        };
    };
    let mistakes = report
        .diagnostics()
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .map(|one| FileMistake {
            line: one.line,
            column: one.column,
            message: one.message.clone(),
        });
    NotReloaded {
        text,
        mistakes: mistakes.collect(),
        shown: report.render(false),
    }
}
