//! Why a file did not come, in words (<https://mavlink.io/en/services/ftp.html#error_codes>).

use std::fmt;

use crate::model::ftp::{FTP_DATA_BYTES, FtpPacket};

/// The error in a NAK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nak {
    /// The error code.
    pub code: u8,
    /// The vehicle's own errno, where the code says there is one.
    pub errno: Option<u8>,
}

impl Nak {
    /// Offset past the end of the file or directory.
    pub const END_OF_FILE: u8 = 6;
    /// No session is free.
    pub const NO_SESSIONS: u8 = 5;
    /// The session is not open.
    pub const INVALID_SESSION: u8 = 4;
    /// Opcode unknown.
    pub const UNKNOWN_COMMAND: u8 = 7;
    /// No such file; ArduPilot says it of a session without a file too.
    pub const FILE_NOT_FOUND: u8 = 10;
    const FAIL_ERRNO: u8 = 2;

    pub(super) fn of(packet: &FtpPacket) -> Self {
        let code = packet.data.first().copied().unwrap_or(1);
        Self {
            code,
            errno: packet
                .data
                .get(1)
                .copied()
                .filter(|_| code == Self::FAIL_ERRNO),
        }
    }
}

impl fmt::Display for Nak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(errno) = self.errno {
            return write!(f, "the vehicle's file system says error {errno}");
        }
        f.write_str(match self.code {
            1 => "the vehicle could not, without saying why",
            2 => "the vehicle's file system failed",
            3 => "the vehicle found the request badly sized",
            4 => "the vehicle has closed the session",
            5 => "the vehicle has no session free",
            6 => "it is past the end",
            7 => "the vehicle does not know how",
            8 => "the file exists already",
            9 => "the file is protected",
            10 => "there is no such file",
            other => return write!(f, "error {other}"),
        })
    }
}

/// Why a transfer failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FtpFailure {
    /// No answer to any try.
    #[error("{path}: no answer to {what}")]
    NotAnswered {
        /// The file.
        path: String,
        /// What was asked.
        what: &'static str,
    },
    /// A NAK.
    #[error("{path}: {what} refused: {nak}")]
    Refused {
        /// The file.
        path: String,
        /// What was asked.
        what: &'static str,
        /// Why.
        nak: Nak,
    },
    /// More than this station takes.
    #[error("{path}: longer than {limit_bytes} bytes")]
    TooLong {
        /// The file.
        path: String,
        /// The limit.
        limit_bytes: usize,
    },
    /// The bytes are not those the vehicle has.
    #[error("{path}: the checksum differs from the vehicle's")]
    Checksum {
        /// The file.
        path: String,
    },
    /// A path that fits into no packet.
    #[error("{path}: a path has at most {limit} bytes")]
    Path {
        /// The file.
        path: String,
        /// What fits.
        limit: usize,
    },
}

impl FtpFailure {
    pub(super) fn not_answered(path: &str, what: &'static str) -> Self {
        let path = path.to_owned();
        Self::NotAnswered { path, what }
    }

    pub(super) fn refused(path: &str, what: &'static str, nak: Nak) -> Self {
        let path = path.to_owned();
        Self::Refused { path, what, nak }
    }

    pub(super) fn too_long(path: &str, limit_bytes: usize) -> Self {
        let path = path.to_owned();
        Self::TooLong { path, limit_bytes }
    }

    pub(super) fn path(path: &str) -> Self {
        Self::Path {
            path: path.chars().take(60).collect(),
            limit: FTP_DATA_BYTES - 1,
        }
    }
}
