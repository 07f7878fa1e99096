//! The real program in a pseudo-terminal: what it wrote, how it ended, how it left the terminal.

use std::{
    error::Error,
    fs::File,
    io::{Read as _, Write as _},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::process::ExitStatusExt as _,
    },
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    pty::{Winsize, openpty},
    sys::{
        signal::{Signal, kill},
        termios::{Termios, tcgetattr},
    },
    unistd::Pid,
};

/// A program started at the same moment by another test must not inherit a terminal: it would keep it
/// open when it is to be hung up.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A program in a terminal of its own, which is its controlling one.
pub(crate) struct Pty {
    master: Option<File>,
    slave: Option<OwnedFd>,
    modes_before: Termios,
    process: Child,
    reader: Option<thread::JoinHandle<()>>,
    written: Arc<Mutex<Vec<u8>>>,
    is_read: Arc<AtomicBool>,
}

impl Pty {
    /// Starts a command; everything it writes is read at once.
    pub(crate) fn start(command: &[&str], size: (u16, u16)) -> Outcome<Self> {
        Self::start_in(Path::new("/"), command, size)
    }

    /// The same in a folder.
    pub(crate) fn start_in(
        folder: &Path,
        command: &[&str],
        (columns, rows): (u16, u16),
    ) -> Outcome<Self> {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let _alone = ONE_AT_A_TIME.lock();
        let pair = openpty(&size, None)?;
        for end in [pair.master.as_fd(), pair.slave.as_fd()] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        }
        let modes_before = tcgetattr(&pair.master)?;
        let stream = || pair.slave.try_clone().map(Stdio::from);
        let process = Command::new("setsid")
            .arg("--ctty")
            .args(command)
            .current_dir(folder)
            .env("TERM", "xterm-256color")
            .env("COLORTERM", "truecolor")
            .env("LANG", "C.UTF-8")
            .env("RUST_BACKTRACE", "0")
            .env_remove("NO_COLOR")
            .env_remove("SSH_CONNECTION")
            .stdin(stream()?)
            .stdout(stream()?)
            .stderr(stream()?)
            .spawn()?;
        let mut pty = Self {
            modes_before,
            master: Some(File::from(pair.master)),
            slave: Some(pair.slave),
            process,
            reader: None,
            written: Arc::default(),
            is_read: Arc::new(AtomicBool::new(true)),
        };
        pty.read()?;
        Ok(pty)
    }

    fn read(&mut self) -> Outcome {
        let master = self.master.as_ref().ok_or("no terminal")?;
        let (mut master, written) = (master.try_clone()?, Arc::clone(&self.written));
        let is_read = Arc::clone(&self.is_read);
        self.reader = Some(thread::spawn(move || {
            let mut piece = [0; 16_384];
            while is_read.load(Ordering::Acquire) {
                let Ok(count @ 1..) = master.read(&mut piece) else {
                    return;
                };
                if let Ok(mut written) = written.lock() {
                    written.extend_from_slice(&piece[..count]);
                }
            }
        }));
        Ok(())
    }

    /// From now on nobody reads what the program writes.
    pub(crate) fn stop_reading(&mut self) {
        self.is_read.store(false, Ordering::Release);
        // The reader waits for something to read: give it a line end.
        let slave = self.slave.as_ref().and_then(|slave| slave.try_clone().ok());
        if let (Some(slave), Some(reader)) = (slave, self.reader.take()) {
            let _ = File::from(slave).write_all(b"\n");
            let _ = reader.join();
        }
    }

    /// Reads again.
    pub(crate) fn read_again(&mut self) -> Outcome {
        self.is_read.store(true, Ordering::Release);
        self.read()
    }

    /// The terminal is closed: the program is left with a dead line.
    pub(crate) fn hang_up(&mut self) {
        self.stop_reading();
        self.slave = None;
        self.master = None;
    }

    /// Everything written so far.
    pub(crate) fn text(&self) -> String {
        let written = self.written.lock().map(|written| written.clone());
        String::from_utf8_lossy(&written.unwrap_or_default()).into_owned()
    }

    /// The end of it.
    fn tail(&self) -> String {
        let text = self.text();
        let from = text.floor_char_boundary(text.len().saturating_sub(600));
        text[from..].to_owned()
    }

    /// Types.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Outcome {
        let master = self.master.as_mut().ok_or("no terminal")?;
        Ok(master.write_all(bytes)?)
    }

    /// Another size, as a window manager gives it.
    pub(crate) fn resize(&self, columns: u16, rows: u16) -> Outcome {
        let slave = self.slave.as_ref().ok_or("no terminal")?.try_clone()?;
        let status = Command::new("stty")
            .args(["cols", &columns.to_string(), "rows", &rows.to_string()])
            .stdin(Stdio::from(slave))
            .status()?;
        if status.success() {
            Ok(())
        } else {
            Err("stty".into())
        }
    }

    pub(crate) fn signal(&self, signal: Signal) -> Outcome {
        Ok(kill(Pid::from_raw(self.process.id().try_into()?), signal)?)
    }

    /// Waits until the program wrote `wanted` after the first `from` bytes, at most ten seconds.
    pub(crate) fn wait_for(&self, wanted: &str, from: usize) -> Outcome {
        self.wait_until(wanted, |pty| {
            pty.text()
                .get(from..)
                .is_some_and(|text| text.contains(wanted))
        })
    }

    pub(crate) fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) -> Outcome {
        let end = Instant::now() + Duration::from_secs(10);
        while !holds(self) {
            if Instant::now() > end {
                return Err(format!("never: {what:?}; wrote {:?}", self.tail()).into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Waits for the end; says how it ended and how long that took.
    pub(crate) fn end(&mut self, within: Duration) -> Outcome<(ExitStatus, Duration)> {
        let start = Instant::now();
        while start.elapsed() < within {
            if let Some(status) = self.process.try_wait()? {
                return Ok((status, start.elapsed()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err(format!("still running after {within:?}; wrote {:?}", self.tail()).into())
    }

    /// Fails unless the terminal is as it was, as soon as all that was written has been read.
    pub(crate) fn was_given_back(&self) -> Outcome {
        self.wait_until("the terminal given back", |pty| pty.is_given_back().is_ok())
            .or_else(|_| self.is_given_back())
    }

    /// Fails unless the terminal is as it was: own modes, ordinary screen, cursor shown, mouse and paste marks off.
    pub(crate) fn is_given_back(&self) -> Outcome {
        let text = self.text();
        for (on, off) in [
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?2004h", "\x1b[?2004l"),
            ("\x1b[?1002h", "\x1b[?1002l"),
            ("\x1b[?1006h", "\x1b[?1006l"),
        ] {
            let (taken, given) = (text.rfind(on), text.rfind(off));
            if taken.is_none() || taken > given {
                return Err(format!("{on:?} is still in force: {:?}", self.tail()).into());
            }
        }
        let master = self.master.as_ref().ok_or("no terminal")?;
        if tcgetattr(master)? != self.modes_before {
            return Err("the modes of the terminal are not as they were".into());
        }
        Ok(())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.stop_reading();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The exit status, 128 and the signal where one ended it.
pub(crate) fn code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
