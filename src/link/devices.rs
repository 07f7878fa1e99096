//! The serial devices of this machine, and whether we may use them. For `volery doctor`.

use std::{
    fs,
    io::{self, IsTerminal as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use nix::{
    libc::{O_NOCTTY, O_NONBLOCK},
    unistd::{AccessFlags, access},
};

use super::error::LinkError;

/// A serial device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its path.
    pub path: PathBuf,
    /// Names that stay with it wherever it is plugged in.
    pub stable_name: Option<PathBuf>,
    /// Whether this user may read and write it.
    pub is_allowed: bool,
    /// The group that owns it, by name where it has one.
    pub group: String,
}

/// USB radios and autopilots that are plugged in now.
#[must_use]
pub fn plugged_in() -> Vec<Device> {
    let entries = fs::read_dir("/dev").into_iter().flatten().flatten();
    let is_usb = |name: &str| name.starts_with("ttyUSB") || name.starts_with("ttyACM");
    let mut paths: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is_usb))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| of(&path)).collect()
}

/// What is to be said of one device, also of one that is no USB device.
#[must_use]
pub fn of(path: &Path) -> Device {
    let group_id = fs::metadata(path).map(|metadata| metadata.gid());
    let groups = fs::read_to_string("/etc/group").unwrap_or_default();
    Device {
        path: path.to_path_buf(),
        stable_name: super::serial::stable_name_of(path),
        is_allowed: access(path, AccessFlags::R_OK | AccessFlags::W_OK).is_ok(),
        group: group_id.map_or_else(|_| "?".to_owned(), |id| name_of(&groups, id)),
    }
}

/// Opens a device for reading and writing as a link would, without waiting for it and without changing
/// its settings, and closes it again.
///
/// # Errors
/// When it cannot be opened, or is no serial device: a plain file, or a port that has no hardware behind it.
pub fn try_open(path: &Path) -> Result<(), LinkError> {
    let device = path.display().to_string();
    let failed = |source: io::Error| LinkError::Device {
        device: device.clone(),
        source,
    };
    // A pipe nobody reads would wait, and a plain file opens: what is no character device is never opened.
    let kind = fs::metadata(path).map_err(failed)?.file_type();
    let is_device = std::os::unix::fs::FileTypeExt::is_char_device(&kind);
    if !is_device {
        return Err(LinkError::NotSerial { device });
    }
    let opened = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(O_NOCTTY | O_NONBLOCK)
        .open(path)
        .map_err(failed)?;
    if opened.is_terminal() {
        Ok(())
    } else {
        Err(LinkError::NotSerial { device })
    }
}

/// A group's name in the text of `/etc/group`, else its number.
fn name_of(groups: &str, id: u32) -> String {
    let line = |line: &str| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    };
    groups
        .lines()
        .find_map(line)
        .unwrap_or_else(|| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_its_name_or_else_its_number() {
        let groups = "root:x:0:\ndialout:x:20:op,pi\n";
        assert_eq!(name_of(groups, 20), "dialout");
        assert_eq!(name_of(groups, 986), "986");
    }

    #[test]
    fn a_plain_file_and_a_device_that_is_no_terminal_are_not_serial() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for path in [file.path(), Path::new("/dev/null")] {
            let refused = try_open(path);
            assert!(
                matches!(refused, Err(LinkError::NotSerial { .. })),
                "{refused:?}"
            );
        }
        let missing = try_open(Path::new("/dev/ttyUSB-none"));
        assert!(matches!(missing, Err(LinkError::Device { .. })));
    }

    #[test]
    fn a_terminal_opens() {
        let pty = nix::pty::openpty(None, None).unwrap();
        let name = nix::unistd::ttyname(&pty.slave).unwrap();
        assert!(try_open(&name).is_ok(), "{}", name.display());
    }

    #[test]
    fn a_device_that_is_not_there_is_not_allowed() {
        let device = of(Path::new("/dev/ttyUSB-none"));
        assert!(!device.is_allowed);
        assert_eq!(device.group, "?");
    }
}
