//! Where a flight log lives: the default, a temporary one, and a fresh one beside a damaged one.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process,
};

const FILE: &str = "flights.db";

/// `$XDG_STATE_HOME/volery/flights.db`, else `$HOME/.local/state/volery/flights.db`; `None` when
/// neither variable names an absolute directory. `env` looks a variable up.
#[must_use]
pub fn default_path(env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| {
        env(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state =
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("volery").join(FILE))
}

/// A log in a new private directory under the system's temporary one, as `volery demo` keeps it.
///
/// # Errors
/// When no such directory can be made.
pub fn temporary_path() -> io::Result<PathBuf> {
    let parent = env::temp_dir();
    for n in 0..10_000_u32 {
        let directory = parent.join(format!("volery-{}-{n}", process::id()));
        match private_directory(&directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(directory.join(FILE)),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// The first name of the form `flights-2.db` beside `path` that is not taken: where to go on when
/// `path` is damaged, newer or something else. `None` after a thousand.
#[must_use]
pub fn beside(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_string_lossy();
    let extension = path
        .extension()
        .map_or_else(|| "db".into(), |extension| extension.to_string_lossy());
    (2..1_000)
        .map(|n| path.with_file_name(format!("{stem}-{n}.{extension}")))
        .find(|candidate| !candidate.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env_of(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| {
            let (_, value) = pairs.iter().find(|(key, _)| *key == name)?;
            Some(value.into())
        }
    }

    #[test]
    fn the_log_lives_in_the_state_directory() {
        let path = |pairs| default_path(env_of(pairs));
        assert_eq!(
            path(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]),
            Some("/s/volery/flights.db".into())
        );
        assert_eq!(
            path(&[("XDG_STATE_HOME", "relative"), ("HOME", "/h")]),
            Some("/h/.local/state/volery/flights.db".into())
        );
        assert_eq!(path(&[("HOME", "")]), None);
    }

    #[test]
    fn every_temporary_log_has_a_directory_of_its_own() {
        let (one, other) = (temporary_path().unwrap(), temporary_path().unwrap());
        assert_ne!(one, other);
        for path in [one, other] {
            fs::remove_dir(path.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_fresh_log_beside_a_damaged_one_takes_the_next_free_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flights.db");
        fs::write(folder.path().join("flights-2.db"), "").unwrap();
        assert_eq!(beside(&path), Some(folder.path().join("flights-3.db")));
    }
}
