//! The writing thread: one frame at a time, so that a terminal that blocks costs frames and nothing else.

use std::{
    fs::File,
    io::{self, Write as _},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use crate::tui::error::Gone;

/// A terminal that takes nothing for so long is gone. A stalled SSH session comes back sooner, or not at all.
const BLOCKED_LIMIT: Duration = Duration::from_mins(1);

/// The thread that writes. It is never joined: a write may block for ever.
#[derive(Debug)]
pub(super) struct Output {
    frames: SyncSender<Vec<u8>>,
    results: Receiver<io::Result<()>>,
    since: Option<Instant>,
    is_gone: bool,
}

impl Output {
    /// Starts the thread.
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        // Both bounded: one frame on its way and its answer.
        let (frames, to_write) = sync_channel::<Vec<u8>>(1);
        let (written, results) = sync_channel(1);
        thread::Builder::new()
            .name("screen-write".to_owned())
            .spawn(move || {
                while let Ok(frame) = to_write.recv() {
                    let result = file.write_all(&frame);
                    let has_failed = result.is_err();
                    if written.send(result).is_err() || has_failed {
                        break;
                    }
                }
            })?;
        Ok(Self {
            frames,
            results,
            since: None,
            is_gone: false,
        })
    }

    /// Whether the last frame has been written.
    pub(super) fn is_ready(&mut self) -> Result<bool, Gone> {
        if let Some(since) = self.since {
            match self.results.try_recv() {
                Ok(Ok(())) => self.since = None,
                Err(TryRecvError::Empty) => self.is_gone |= since.elapsed() > BLOCKED_LIMIT,
                Ok(Err(_)) | Err(TryRecvError::Disconnected) => self.is_gone = true,
            }
        }
        if self.is_gone {
            Err(Gone)
        } else {
            Ok(self.since.is_none())
        }
    }

    /// Sends a frame; only when the last one has been written.
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        if self.since.is_none() && !self.is_gone {
            self.is_gone = self.frames.try_send(frame).is_err();
            self.since = Some(Instant::now());
        }
    }

    /// Waits until the last frame has been written; says whether it was.
    pub(super) fn wait(&mut self, until: Instant) -> bool {
        if self.since.is_some() && !self.is_gone {
            let left = until.saturating_duration_since(Instant::now());
            match self.results.recv_timeout(left) {
                Ok(Ok(())) => self.since = None,
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => self.is_gone = true,
            }
        }
        self.since.is_none() && !self.is_gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Read as _,
        os::{fd::OwnedFd, unix::net::UnixStream},
    };

    fn pair() -> (Output, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (
            Output::new(File::from(OwnedFd::from(ours))).unwrap(),
            theirs,
        )
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    #[test]
    fn a_frame_arrives_whole() {
        let (mut output, mut terminal) = pair();
        output.send(b"frame".to_vec());
        assert!(output.wait(soon()));
        let mut got = [0; 5];
        terminal.read_exact(&mut got).unwrap();
        assert_eq!((&got, output.is_ready()), (b"frame", Ok(true)));
    }

    #[test]
    fn a_terminal_that_blocks_is_waited_for_no_longer_than_asked() {
        let (mut output, _terminal) = pair();
        output.send(vec![b'x'; 16 << 20]);
        let start = Instant::now();
        assert!(!output.wait(start + Duration::from_millis(50)));
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(output.is_ready(), Ok(false));
    }

    #[test]
    fn a_terminal_that_closes_is_gone() {
        let (mut output, terminal) = pair();
        drop(terminal);
        output.send(b"frame".to_vec());
        assert!(!output.wait(soon()));
        assert_eq!(output.is_ready(), Err(Gone));
    }
}
