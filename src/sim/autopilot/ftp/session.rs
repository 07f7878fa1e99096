//! A session of MAVLink FTP: whose it is, what it has open, and what reading it gives.

use crate::model::time::TimeUs;
use crate::sim::autopilot::firmware::Firmware;
use crate::sim::autopilot::voice::Asker;
use crate::sim::params::Params;

use super::files::{self, Content, NoFile};
use super::operation::{Operation, Trouble};

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) owner: Asker,
    pub(super) id: u8,
    pub(super) file: Option<File>,
    pub(super) used: TimeUs,
}

/// A file that is open.
#[derive(Debug)]
pub(super) struct File {
    content: Content,
    /// The only block size a packed file may be read with, once it is known.
    block: Option<usize>,
}

/// The refusal for a file that cannot be had.
pub(super) const fn missing(no_file: NoFile) -> Trouble {
    match no_file {
        NoFile::NotFound => Trouble::NotFound,
        NoFile::Invalid => Trouble::Errno,
    }
}

impl Session {
    /// Opens the file a request names, and says what size it claims.
    pub(super) fn open(
        &mut self,
        firmware: Firmware,
        params: &Params,
        request: &Operation,
    ) -> Result<u32, Trouble> {
        if self.file.is_some() {
            return Err(match firmware {
                Firmware::ArduPilot => Trouble::Failed,
                Firmware::Px4 => Trouble::NoSessionsLeft,
            });
        }
        if request.data.is_empty() {
            return Err(Trouble::BadSize);
        }
        let (content, size) = files::open(firmware, request.path(), params).map_err(missing)?;
        self.file = Some(File {
            content,
            block: None,
        });
        Ok(size)
    }

    /// At most `block` bytes from an offset on.
    pub(super) fn read(
        &mut self,
        params: &Params,
        offset: u32,
        block: usize,
    ) -> Result<Vec<u8>, Trouble> {
        let file = self.file.as_mut().ok_or(Trouble::NotFound)?;
        let bytes = file.bytes(params, block)?;
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        if rest.is_empty() {
            return Err(Trouble::EndOfFile);
        }
        Ok(rest[..rest.len().min(block)].to_vec())
    }
}

impl File {
    /// The padding of a packed file follows from the block size: it must stay what it was at first.
    fn bytes(&mut self, params: &Params, block: usize) -> Result<&[u8], Trouble> {
        if let Content::Packed(part) = self.content {
            let bytes = files::lay_out(params, part, block).ok_or(Trouble::Errno)?;
            self.content = Content::Bytes(bytes);
            self.block = Some(block);
        }
        if self.block.is_some_and(|known| known != block) {
            return Err(Trouble::Errno);
        }
        match &self.content {
            Content::Bytes(bytes) => Ok(bytes),
            Content::Packed(_) => Err(Trouble::Failed),
        }
    }
}
