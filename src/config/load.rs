//! Finds the configuration file and reads it. The first file found wins whole; nothing is merged.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use super::{file, report::Report, settings::Config, station::KeyConfig};

/// Name of the file in the working directory and in configuration folders.
const FILE_NAME: &str = "fleet.toml";

/// Why there is no configuration. Each is exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that was asked for by name is not there.
    #[error("there is no configuration file {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file is there and cannot be read.
    #[error("the configuration file {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not text.
    #[error("the configuration file {} is not UTF-8 text (line {line})", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// First line that is not.
        line: usize,
    },
    /// A file has mistakes; [`Report::render`] shows them.
    #[error("{} has {} mistake(s)", path.display(), report.error_count())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// All of them, and the warnings.
        report: Report,
        /// Its `[keys]` as far as they can be read, so that their mistakes are told with the others.
        keys: Vec<KeyConfig>,
    },
}

/// Where files are looked for.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `VOLERY_CONFIG`: as good as `--config`, unless that is given.
    pub named: Option<PathBuf>,
    /// Working directory; empty is the process's own.
    pub work_dir: PathBuf,
    /// `$XDG_CONFIG_HOME`, else `~/.config`.
    pub config_home: Option<PathBuf>,
    /// `/etc`.
    pub system: Option<PathBuf>,
    /// Home folder, for paths that begin with `~/`.
    pub home: Option<PathBuf>,
}

/// A configuration and where it comes from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Its file; `None` when no file was found.
    pub path: Option<PathBuf>,
    /// Warnings only; empty without a file.
    pub warnings: Report,
}

impl Places {
    /// The places of this process's environment.
    #[must_use]
    pub fn from_env() -> Self {
        let path = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let home = path("HOME");
        // The XDG specification has relative paths ignored.
        let xdg = path("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        Self {
            named: path("VOLERY_CONFIG"),
            work_dir: PathBuf::new(),
            config_home: xdg.or_else(|| home.as_ref().map(|home| home.join(".config"))),
            system: Some(PathBuf::from("/etc")),
            home,
        }
    }

    /// The files that are looked for when none is named, in their order.
    #[must_use]
    pub fn candidates(&self) -> Vec<PathBuf> {
        let folders = [&self.config_home, &self.system];
        let named = folders
            .into_iter()
            .flatten()
            .map(|folder| folder.join("volery").join(FILE_NAME));
        std::iter::once(self.work_dir.join(FILE_NAME))
            .chain(named)
            .collect()
    }
}

/// Loads the file of `--config`, else of `VOLERY_CONFIG`, else the first that is there, else the defaults.
///
/// # Errors
/// A named file that is missing; any file that cannot be read, is no text, or has mistakes.
pub fn load(explicit: Option<&Path>, places: &Places) -> Result<Loaded, ConfigError> {
    if let Some(path) = explicit.or(places.named.as_deref()) {
        return match read(path)? {
            Some(bytes) => understand(path, bytes, places),
            None => Err(ConfigError::Missing { path: path.into() }),
        };
    }
    for path in places.candidates() {
        if let Some(bytes) = read(&path)? {
            return understand(&path, bytes, places);
        }
    }
    Ok(Loaded {
        config: Config::default(),
        path: None,
        warnings: Report::new("", "", Vec::new()),
    })
}

/// The configuration of the file that [`load`] would take, mistakes or not: for those who only look for a running
/// instance. Defaults where there is no file, or none that can be read.
#[must_use]
pub fn glance(explicit: Option<&Path>, places: &Places) -> Loaded {
    let named = explicit.or(places.named.as_deref()).map(Path::to_path_buf);
    let candidates = named.map_or_else(|| places.candidates(), |path| vec![path]);
    let found = candidates
        .into_iter()
        .find_map(|path| Some((read(&path).ok()??, path)));
    let (config, path) = match found {
        None => (Config::default(), None),
        Some((bytes, path)) => {
            let mut config = file::parse_anyhow(&String::from_utf8_lossy(&bytes));
            let folder = path.parent().unwrap_or(Path::new(""));
            config.resolve_paths(folder, places.home.as_deref());
            (config, Some(path))
        }
    };
    Loaded {
        config,
        path,
        warnings: Report::new("", "", Vec::new()),
    }
}

/// The file's bytes, `None` when there is no such file.
fn read(path: &Path) -> Result<Option<Vec<u8>>, ConfigError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(source) => Err(ConfigError::Read {
            path: path.into(),
            source,
        }),
    }
}

fn understand(path: &Path, bytes: Vec<u8>, places: &Places) -> Result<Loaded, ConfigError> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines = good.split(|byte| *byte == b'\n');
        ConfigError::NotText {
            path: path.into(),
            line: lines.count(),
        }
    })?;
    let (config, report) = file::parse(&text, &path.display().to_string());
    let Some(mut config) = config else {
        return Err(ConfigError::Invalid {
            path: path.into(),
            report,
            keys: file::keys_of(&text),
        });
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    config.resolve_paths(folder, places.home.as_deref());
    Ok(Loaded {
        config,
        path: Some(path.into()),
        warnings: report,
    })
}
