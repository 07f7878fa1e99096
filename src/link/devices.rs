//! The serial devices of this machine, and whether we may use them. For `volery doctor`; opens none of them.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use nix::unistd::{AccessFlags, access};

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
    fn a_device_that_is_not_there_is_not_allowed() {
        let device = of(Path::new("/dev/ttyUSB-none"));
        assert!(!device.is_allowed);
        assert_eq!(device.group, "?");
    }
}
