//! How is a file fetched, and how far has it come?

use crate::{model::ftp::FTP_DATA_BYTES, protocol::patience::Patience};

/// How a file is fetched.
#[derive(Debug, Clone, Copy)]
pub struct FtpOptions {
    /// Bytes asked for at once, 1 to 239. Short packets survive a noisy radio better.
    pub chunk_bytes: u8,
    /// Reads in flight while holes are filled.
    pub window: usize,
    /// Longest file taken.
    pub limit_bytes: usize,
    /// Compare the checksum at the end. Not for `@PARAM/param.pck`, whose bytes depend on how it is read.
    pub is_checked: bool,
    /// Time-outs.
    pub patience: Patience,
}

impl Default for FtpOptions {
    fn default() -> Self {
        Self {
            chunk_bytes: FTP_DATA_BYTES as u8,
            window: 3,
            limit_bytes: 64 << 20,
            is_checked: false,
            patience: Patience::NORMAL,
        }
    }
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FtpProgress {
    /// Bytes that have come.
    pub received_bytes: usize,
    /// What the vehicle said it would be; a guess for `@PARAM/param.pck`.
    pub announced_bytes: Option<u32>,
}
