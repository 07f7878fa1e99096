//! How much room the file system of the log has.

use std::{io, path::Path};

/// Bytes that this user can still write beside `path`; of a folder that is not there yet, its nearest parent's.
///
/// # Errors
/// What the system says when it cannot tell.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let mut folder = path;
    while !folder.exists() {
        folder = folder
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
    }
    let system = nix::sys::statvfs::statvfs(folder)?;
    Ok(system.blocks_available() * system.fragment_size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_yet_has_the_room_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/flights.db");
        assert!(free_bytes(&deep).unwrap() > 0);
        assert!(free_bytes(Path::new("flights.db")).unwrap() > 0);
    }
}
