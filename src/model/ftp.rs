//! One packet of the MAVLink file transfer protocol, as heard and as sent
//! (<https://mavlink.io/en/services/ftp.html#payload>).

/// Most bytes of data in a packet.
pub const FTP_DATA_BYTES: usize = 239;

/// Opcode of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FtpOp(pub u8);

#[expect(
    missing_docs,
    reason = "the names are those of the guide's table of opcodes"
)]
impl FtpOp {
    pub const TERMINATE_SESSION: Self = Self(1);
    pub const RESET_SESSIONS: Self = Self(2);
    pub const LIST_DIRECTORY: Self = Self(3);
    pub const OPEN_FILE_RO: Self = Self(4);
    pub const READ_FILE: Self = Self(5);
    pub const CALC_FILE_CRC32: Self = Self(14);
    pub const BURST_READ_FILE: Self = Self(15);
    pub const ACK: Self = Self(128);
    pub const NAK: Self = Self(129);
}

/// The payload of FILE_TRANSFER_PROTOCOL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FtpPacket {
    /// Rises with each new request; an answer has the request's and one more.
    pub sequence: u16,
    /// The open file.
    pub session: u8,
    /// What is asked, or ACK or NAK.
    pub op: FtpOp,
    /// The size field: bytes of `data`, or bytes asked for.
    pub size: u8,
    /// In an answer: what was asked.
    pub request: FtpOp,
    /// In an answer to a burst: ask again for more.
    pub burst_complete: bool,
    /// Place in the file, bytes; in a directory, entries.
    pub offset: u32,
    /// At most [`FTP_DATA_BYTES`].
    pub data: Box<[u8]>,
}

/// A packet as heard, with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FtpReport {
    /// Whom it is for; 0 is everybody.
    pub target_system: u8,
    /// Whom it is for; 0 is everybody.
    pub target_component: u8,
    /// The packet.
    pub packet: FtpPacket,
}
