//! What goes wrong with a link, in one sentence with what to do about it.

use std::io;

/// Why a link is not open.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A port could not be taken.
    #[error("cannot listen on {address}: {}", explain(.source))]
    Bind {
        /// The local address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// A connection could not be made.
    #[error("cannot connect to {address}: {}", explain(.source))]
    Connect {
        /// The remote address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// A name has no address.
    #[error("cannot resolve {host}: {}", explain(.source))]
    Resolve {
        /// The name.
        host: String,
        /// What the system said.
        source: io::Error,
    },
    /// A serial device could not be opened.
    #[error("cannot open {device}: {}", explain_device(.source))]
    Device {
        /// The device.
        device: String,
        /// What the system said.
        source: io::Error,
    },
    /// A path that opens and is no serial device.
    #[error("{device} is not a serial device, or has no hardware behind it")]
    NotSerial {
        /// The path.
        device: String,
    },
    /// A recording could not be read.
    #[error("cannot read {path}: {}", explain_file(.source))]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is no recording.
    #[error("cannot play {path}: {why}")]
    NotPlayable {
        /// The file.
        path: String,
        /// What it is instead.
        why: &'static str,
    },
    /// An open link broke.
    #[error("{0}")]
    Broken(String),
}

impl LinkError {
    /// The link was open and ended.
    pub(super) fn broken(source: &io::Error) -> Self {
        Self::Broken(explain(source))
    }
}

fn explain(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use; another ground station or a second volery holds it".into()
        }
        io::ErrorKind::PermissionDenied => "not permitted; ports below 1024 need rights".into(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".into(),
        io::ErrorKind::ConnectionRefused => "refused; nothing listens there".into(),
        io::ErrorKind::NotFound => "no such file or device".into(),
        _ => source.to_string(),
    }
}

fn explain_file(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::PermissionDenied => "not permitted".into(),
        _ => explain(source),
    }
}

fn explain_device(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => "no such device; is it plugged in?".into(),
        io::ErrorKind::PermissionDenied => {
            "not permitted; add yourself to the group that owns it (often dialout), then log in again".into()
        }
        _ => explain(source),
    }
}
