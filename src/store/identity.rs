//! Which file stands behind a path: to see that it was deleted or replaced under an open connection.

use std::{fs, path::Path};

/// Device and inode of a file. Two are equal when they are the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity(u64, u64);

impl FileIdentity {
    /// The file `path` leads to; `None` when there is none.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path)
            .ok()
            .map(|metadata| Self::from(&metadata))
    }

    /// Where files have no number: only whether one is there.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|_| Self(0, 0))
    }
}

#[cfg(unix)]
impl From<&fs::Metadata> for FileIdentity {
    fn from(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self(metadata.dev(), metadata.ino())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_took_the_place_of_another_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(FileIdentity::of(&path), None);
        fs::write(&path, "").unwrap();
        let first = FileIdentity::of(&path);
        assert_eq!(first, FileIdentity::of(&path));
        fs::rename(&path, folder.path().join("b")).unwrap();
        fs::write(&path, "").unwrap();
        assert_ne!(first, FileIdentity::of(&path));
    }
}
