//! Frames as a tlog: 8 bytes of big-endian µs since 1970, one frame, and so on; what came in goes out.

use std::io::{BufWriter, Write};

use super::{
    super::{
        error::StoreError,
        reader::{FrameFilter, LogReader},
    },
    selection::Exported,
};

impl LogReader {
    /// Writes the frames `filter` lets through as a tlog. `progress` is told the part that is done, 0 to 1.
    ///
    /// # Errors
    /// When SQLite cannot read and when `out` refuses.
    pub fn export_tlog(
        &self,
        filter: &FrameFilter,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Exported, StoreError> {
        let failed = |source| self.unwritten(source);
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        let mut frames = self.frames(filter)?;
        let mut items = 0;
        while let Some(frame) = frames.next() {
            out.write_all(&frame.t.0.to_be_bytes()).map_err(failed)?;
            out.write_all(&frame.bytes).map_err(failed)?;
            items += 1;
            if items % 1_024 == 0 {
                progress(frames.part());
            }
        }
        out.flush().map_err(failed)?;
        Ok(Exported {
            items,
            lost: frames.lost_frames(),
        })
    }
}
