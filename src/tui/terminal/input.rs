//! The reading thread: bytes from the terminal, parsed into keys, pastes and clicks; its end means the terminal hung up.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _},
    os::fd::AsFd as _,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use super::parse::{Input, Parser};
use crate::tui::error::Gone;

pub(in crate::tui) use super::parse::Input as Event;

/// Bytes read at once. The channel holds 64 such pieces; a paste that fills it waits in the terminal.
const PIECE: usize = 4_096;
/// An escape that nothing follows for so long is the key.
const ESCAPE_MS: Duration = Duration::from_millis(40);

/// What the terminal types.
#[derive(Debug)]
pub(in crate::tui) struct Keyboard {
    bytes: Receiver<Vec<u8>>,
    parser: Parser,
}

impl Keyboard {
    /// Starts reading standard input, or `/dev/tty` when that is something else.
    pub(in crate::tui) fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let file = if stdin.is_terminal() {
            File::from(stdin.as_fd().try_clone_to_owned()?)
        } else {
            File::open("/dev/tty")?
        };
        Self::reading(file)
    }

    fn reading(file: File) -> io::Result<Self> {
        let (sender, bytes) = sync_channel(64);
        thread::Builder::new()
            .name("screen-read".to_owned())
            .spawn(move || read(file, &sender))?;
        Ok(Self {
            bytes,
            parser: Parser::default(),
        })
    }

    /// Everything typed within `wait`; returns as soon as there is something.
    pub(in crate::tui) fn read(&mut self, wait: Duration) -> Result<Vec<Input>, Gone> {
        let wait = if self.parser.has_half() {
            wait.min(ESCAPE_MS)
        } else {
            wait
        };
        let mut events = Vec::new();
        match self.bytes.recv_timeout(wait) {
            Ok(bytes) => self.parser.feed(&bytes, &mut events),
            Err(RecvTimeoutError::Timeout) => self.parser.pause(&mut events),
            Err(RecvTimeoutError::Disconnected) => return Err(Gone),
        }
        while let Ok(bytes) = self.bytes.try_recv() {
            self.parser.feed(&bytes, &mut events);
        }
        Ok(events)
    }
}

fn read(mut file: File, sender: &SyncSender<Vec<u8>>) {
    let mut piece = [0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => {
                let bytes = piece.get(..count).unwrap_or_default().to_vec();
                if sender.send(bytes).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Somebody before us left the terminal non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use std::{
        io::Write as _,
        os::{fd::OwnedFd, unix::net::UnixStream},
    };

    #[test]
    fn keys_arrive_a_lone_escape_too_and_a_hang_up_is_told() {
        let (mut terminal, ours) = UnixStream::pair().unwrap();
        let mut keyboard = Keyboard::reading(File::from(OwnedFd::from(ours))).unwrap();
        let press = |code| Input::Key(KeyEvent::new(code, KeyModifiers::NONE));
        terminal.write_all(b"j\x1b").unwrap();
        let mut typed = Vec::new();
        while typed.len() < 2 {
            typed.extend(keyboard.read(Duration::from_secs(5)).unwrap());
        }
        assert_eq!(typed, [press(KeyCode::Char('j')), press(KeyCode::Esc)]);
        drop(terminal);
        assert_eq!(keyboard.read(Duration::from_secs(5)), Err(Gone));
    }
}
