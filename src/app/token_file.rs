//! The token of a run where its owner, and nobody else on the machine, can read it: files of mode 0600.
//!
//! Each instance writes `token-ADDRESS-PORT` for itself, and `token` as the newest instance; it removes
//! both when it ends, `token` only while it is still its own. So instances do not break each other, and the verbs
//! find the token of the one they ask.

use std::{
    ffi::OsString,
    fs, io,
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// Name of the newest instance's file.
const NEWEST: &str = "token";
/// A token file is this long at most; more is something else.
const LONGEST: u64 = 4_096;

/// The folders a token may be in, best first: `$XDG_RUNTIME_DIR/volery`, else the folder of the flight log.
#[must_use]
pub fn folders(env: impl Fn(&str) -> Option<OsString>, log: Option<&Path>) -> Vec<PathBuf> {
    let runtime = env("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let beside = log.and_then(Path::parent).map(Path::to_path_buf);
    let named = runtime.map(|folder| folder.join("volery"));
    named.into_iter().chain(beside).collect()
}

/// Name of the file of the instance that listens there.
#[must_use]
pub fn name_of(listen: SocketAddr) -> String {
    format!("{NEWEST}-{}-{}", listen.ip(), listen.port())
}

/// The token of the instance at one of these addresses; without a file for them, that of the newest instance.
#[must_use]
pub fn find(folders: &[PathBuf], addresses: &[SocketAddr]) -> Option<(PathBuf, String)> {
    let own = addresses.iter().copied().map(name_of);
    let names: Vec<String> = own.chain([NEWEST.to_owned()]).collect();
    let files = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files
        .map(|path| (read(&path), path))
        .find_map(|(token, path)| Some((path, token?)))
}

/// Where instances of this machine listen that left a token in these folders, running or killed.
#[must_use]
pub fn instances(folders: &[PathBuf]) -> Vec<SocketAddr> {
    let entries = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok());
    let names = entries.flatten().flatten().map(|entry| entry.file_name());
    let mut found: Vec<_> = names
        .filter_map(|name| address_of(name.to_str()?))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The address in a name that [`name_of`] makes.
fn address_of(name: &str) -> Option<SocketAddr> {
    let (ip, port) = name
        .strip_prefix(NEWEST)?
        .strip_prefix('-')?
        .rsplit_once('-')?;
    Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?))
}

/// A token file's text; `None` when there is none, or it holds something else.
#[must_use]
pub fn read(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LONGEST);
    let text = is_small.then(|| fs::read_to_string(path).ok())??;
    let token = text.trim();
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then(|| token.to_owned())
}

/// The files of a running instance; gone when it is dropped.
#[derive(Debug)]
pub(super) struct TokenFiles {
    folder: PathBuf,
    own: String,
    token: String,
}

impl TokenFiles {
    /// Leaves the token of the instance that listens at `listen` in `folder`.
    ///
    /// # Errors
    /// When the folder or the files cannot be made.
    pub(super) fn leave(folder: &Path, listen: SocketAddr, token: &str) -> io::Result<Self> {
        private_folder(folder)?;
        let own = name_of(listen);
        for name in [own.as_str(), NEWEST] {
            write(folder, name, token)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            own,
            token: token.to_owned(),
        })
    }
}

impl Drop for TokenFiles {
    fn drop(&mut self) {
        for name in [self.own.as_str(), NEWEST] {
            let path = self.folder.join(name);
            // Another instance may have taken its place.
            if read(&path).as_deref() == Some(self.token.as_str()) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// A folder only its owner looks into. One that is there and is called `volery` in a runtime folder is made so.
fn private_folder(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        let mut builder = fs::DirBuilder::new();
        return builder.recursive(true).mode(0o700).create(folder);
    }
    let is_ours = folder.ends_with("volery");
    let mode = fs::metadata(folder)?.permissions().mode();
    if is_ours && mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Appears whole and with its mode, or not at all.
fn write(folder: &Path, name: &str, token: &str) -> io::Result<()> {
    let fresh = folder.join(format!(".{name}.{}", std::process::id()));
    // Left over by an instance of the same number that was killed.
    let _ = fs::remove_file(&fresh);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)?;
    writeln!(file, "{token}")?;
    fs::rename(&fresh, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn two_instances_leave_each_other_alone_and_nothing_behind() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("volery");
        let folders = [folder.clone()];
        let first = TokenFiles::leave(&folder, at(1), "one").unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("token")), 0o600);
        assert_eq!(mode(&folder.join("token-127.0.0.1-1")), 0o600);
        let second = TokenFiles::leave(&folder, at(2), "two").unwrap();
        let token = |port| find(&folders, &[at(port)]).map(|(_, token)| token);
        assert_eq!(token(1).as_deref(), Some("one"));
        assert_eq!(token(2).as_deref(), Some("two"));
        assert_eq!(token(3).as_deref(), Some("two"), "the newest");
        assert_eq!(instances(&folders), [at(1), at(2)]);
        drop(first);
        assert_eq!(instances(&folders), [at(2)]);
        assert_eq!(token(1).as_deref(), Some("two"));
        drop(second);
        assert_eq!(token(1), None);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn an_open_folder_is_closed_and_a_foreign_file_is_no_token() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("volery");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let _files = TokenFiles::leave(&folder, at(1), "one").unwrap();
        assert_eq!(mode(&folder), 0o700);
        for (text, token) in [("a b", None), ("", None), ("abc\n", Some("abc"))] {
            fs::write(folder.join("x"), text).unwrap();
            assert_eq!(read(&folder.join("x")).as_deref(), token);
        }
        assert_eq!(read(&folder), None);
    }

    #[test]
    fn tokens_lie_in_the_runtime_folder_else_beside_the_log() {
        let run = |name: &str| (name == "XDG_RUNTIME_DIR").then(|| "/run/user/7".into());
        let log = Path::new("/var/log/flights.db");
        assert_eq!(
            folders(run, Some(log)),
            [Path::new("/run/user/7/volery"), Path::new("/var/log")]
        );
        assert_eq!(
            folders(|_| Some("relative".into()), None),
            [""; 0].map(PathBuf::from)
        );
    }
}
