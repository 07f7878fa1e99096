//! The signing keys of a fleet.toml: read from environment and files, and told with line and caret where that fails.
//!
//! Nothing here ever says what a key is.

use std::{
    env, fs,
    io::{self, Read as _},
    ops::Range,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    config::{ConfigError, KeySource, LinkConfig, Loaded},
    model::signing::{SigningKey, SigningPolicy},
    wire::signing::key::{KeyTextError, key_from_text},
};

/// A key file is this long at most.
const LONGEST: u64 = 4_096;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyFault {
    /// The variable is not there.
    #[error("the environment has no variable {0}")]
    NoVariable(String),
    /// The variable is no text.
    #[error("the variable {0} is not UTF-8 text")]
    NotText(String),
    /// The file cannot be read.
    #[error("the key file {} cannot be read: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is something else.
    #[error("the key file {} is longer than {LONGEST} bytes", .0.display())]
    TooLong(PathBuf),
    /// What is there is no key.
    #[error("{place}: {source}")]
    NoKey {
        /// Variable or file.
        place: String,
        /// Why not.
        source: KeyTextError,
    },
}

/// The key of a link; `None` where nothing is signed or checked.
///
/// # Errors
/// What cannot be read, or is no key.
pub(super) fn key_of(link: &LinkConfig) -> Result<Option<SigningKey>, KeyFault> {
    let Some((source, _)) = wanted(link) else {
        return Ok(None);
    };
    let (place, text) = match source {
        KeySource::Env(name) => (format!("variable {name}"), variable(name)?),
        KeySource::File(path) => (format!("key file {}", path.display()), contents(path)?),
    };
    key_from_text(&text)
        .map(Some)
        .map_err(|source| KeyFault::NoKey { place, source })
}

fn wanted(link: &LinkConfig) -> Option<(&KeySource, &Range<usize>)> {
    let signing = link.signing.as_ref()?;
    let key = signing.key.as_ref()?;
    (signing.policy != SigningPolicy::Off && !link.url.endpoint.is_file())
        .then_some((key, &signing.key_at))
}

fn variable(name: &str) -> Result<String, KeyFault> {
    env::var(name).map_err(|error| match error {
        env::VarError::NotPresent => KeyFault::NoVariable(name.to_owned()),
        env::VarError::NotUnicode(_) => KeyFault::NotText(name.to_owned()),
    })
}

fn contents(path: &Path) -> Result<String, KeyFault> {
    let fault = |source| KeyFault::File {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    let file = fs::File::open(path).map_err(fault)?;
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    if read.map_err(fault)? as u64 > LONGEST {
        return Err(KeyFault::TooLong(path.to_owned()));
    }
    Ok(text)
}

/// Whether others than its owner may read a key file.
fn is_open(source: &KeySource) -> Option<&Path> {
    let KeySource::File(path) = source else {
        return None;
    };
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then_some(path)
}

/// What was loaded, when every key that its links need is there; what is to be said of them is added.
pub(super) fn reviewed(loaded: Result<Loaded, ConfigError>) -> Result<Loaded, ConfigError> {
    let mut loaded = loaded?;
    let (mut mistakes, mut warnings) = (Vec::new(), Vec::new());
    for link in &loaded.config.links {
        let Some((source, at)) = wanted(link) else {
            continue;
        };
        if let Err(fault) = key_of(link) {
            let help = "64 hex digits, or a passphrase, in a variable or a file only you can read";
            mistakes.push((at.clone(), fault.to_string(), Some(help.to_owned())));
        } else if let Some(path) = is_open(source) {
            let help = format!("chmod 600 {}", path.display());
            let message = "others on this machine may read the signing key".to_owned();
            warnings.push((at.clone(), message, Some(help)));
        }
    }
    if !warnings.is_empty() {
        loaded.warnings = loaded.warnings.with_warnings(warnings);
    }
    if mistakes.is_empty() {
        return Ok(loaded);
    }
    Err(ConfigError::Invalid {
        path: loaded.path.unwrap_or_default(),
        report: loaded.warnings.with_errors(mistakes),
        keys: loaded.config.keys,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Places, Severity};

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn loaded(key: Option<(&str, u32)>, signing: &str) -> Result<Loaded, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        if let Some((text, mode)) = key {
            let path = folder.path().join("north.key");
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let path = folder.path().join("fleet.toml");
        let text = format!("[[link]]\nurl = \"udpin:127.0.0.1:14550\"\nsigning = {signing}\n");
        fs::write(&path, text).unwrap();
        let loaded = reviewed(config::load(Some(&path), &Places::default()));
        // The file must be there while it is read.
        let keys = loaded
            .as_ref()
            .map(|loaded| key_of(&loaded.config.links[0]).unwrap());
        if let Ok(Some(key)) = keys {
            assert_eq!(key, key_from_text(HEX).unwrap());
        }
        loaded
    }

    fn refused(key: Option<(&str, u32)>, signing: &str) -> (usize, usize, String) {
        match loaded(key, signing) {
            Err(ConfigError::Invalid { report, .. }) => {
                let shown = report.render(false);
                assert!(!shown.contains(&HEX[..16]), "{shown}");
                let one = &report.diagnostics()[0];
                (one.line, one.column, one.message.clone())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_that_cannot_be_read_is_told_at_its_place() {
        let of_file = "{ policy = \"accept\", key_file = \"north.key\" }";
        let (line, column, message) = refused(None, of_file);
        assert_eq!((line, column), (3, 32));
        assert!(message.contains("cannot be read"), "{message}");
        for (text, part) in [("", "empty"), (&HEX[..63], "64 digits")] {
            let (_, _, message) = refused(Some((text, 0o600)), of_file);
            assert!(message.contains(part), "{message}");
        }
        let (.., message) = refused(Some((&"x".repeat(5_000), 0o600)), of_file);
        assert!(message.contains("longer than"), "{message}");
        let (.., message) = refused(None, "{ key_env = \"VOLERY_NO_SUCH_KEY\" }");
        assert!(message.contains("VOLERY_NO_SUCH_KEY"), "{message}");
    }

    #[test]
    fn a_key_others_may_read_is_a_warning() {
        let of_file = "{ key_file = \"north.key\" }";
        let open = loaded(Some((HEX, 0o644)), of_file).unwrap();
        let [one] = open.warnings.diagnostics() else {
            panic!("{:?}", open.warnings)
        };
        assert_eq!((one.line, one.severity), (3, Severity::Warning));
        let closed = loaded(Some((HEX, 0o600)), of_file).unwrap();
        assert!(closed.warnings.is_empty());
        let off = "{ key_file = \"not-there\", policy = \"off\" }";
        assert!(loaded(None, off).unwrap().warnings.is_empty());
    }
}
