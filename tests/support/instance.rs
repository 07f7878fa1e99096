//! A `volery serve` on a free port with a runtime folder of its own, and the verbs that ask it.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    net::UdpSocket,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{JoinHandle, sleep, spawn},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What a verb said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program with nothing of this test's own environment that it would look at.
pub(crate) fn volery(arguments: &[&str], env: &[(&str, &str)]) -> Outcome<Answer> {
    let output = command(arguments, env).output()?;
    Ok(Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout)?,
        err: String::from_utf8(output.stderr)?,
    })
}

fn command(arguments: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_volery"));
    for name in [
        "VOLERY_URL",
        "VOLERY_CONFIG",
        "VOLERY_LINK",
        "VOLERY_LISTEN",
        "VOLERY_LOG",
        "NOTIFY_SOCKET",
    ] {
        command.env_remove(name);
    }
    command.args(arguments).envs(env.iter().copied());
    command
}

/// A station; killed when dropped.
pub(crate) struct Instance {
    process: Child,
    pub(crate) folder: TempDir,
    pub(crate) runtime: PathBuf,
    pub(crate) http: u16,
}

impl Instance {
    /// Without a file.
    pub(crate) fn start(arguments: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = folder.path().join("run");
        std::fs::create_dir(&runtime)?;
        Self::launch(folder, runtime, arguments, &[])
    }

    /// With a `fleet.toml`.
    pub(crate) fn with_file(text: &str, arguments: &[&str]) -> Outcome<Self> {
        Self::with_env(text, arguments, &[])
    }

    /// With a `fleet.toml` and further variables.
    pub(crate) fn with_env(text: &str, arguments: &[&str], env: &[(&str, &str)]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = folder.path().join("run");
        std::fs::create_dir(&runtime)?;
        std::fs::write(folder.path().join("fleet.toml"), text)?;
        Self::launch(folder, runtime, arguments, env)
    }

    /// Of the same user as another.
    pub(crate) fn beside(other: &Self, arguments: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        Self::launch(folder, other.runtime.clone(), arguments, &[])
    }

    fn launch(
        folder: TempDir,
        runtime: PathBuf,
        arguments: &[&str],
        env: &[(&str, &str)],
    ) -> Outcome<Self> {
        let mut command = command(&["serve", "--listen", "127.0.0.1:0"], env);
        if !arguments.contains(&"--no-log") && !arguments.contains(&"--log") {
            command.arg("--log").arg(folder.path().join("flights.db"));
        }
        let has_links = arguments.contains(&"--link") || folder.path().join("fleet.toml").exists();
        if !has_links {
            command.args(["--link", &format!("udpin:127.0.0.1:{}", free_udp_port()?)]);
        }
        let has_file = folder.path().join("fleet.toml");
        if has_file.exists() && !std::fs::read_to_string(&has_file)?.contains("[[link]]") {
            command.args(["--link", &format!("udpin:127.0.0.1:{}", free_udp_port()?)]);
        }
        let mut process = command
            .args(arguments)
            .current_dir(folder.path())
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("XDG_CONFIG_HOME", folder.path())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(process.stderr.take().ok_or("no standard error")?).lines();
        let mut said = Vec::new();
        let http = loop {
            let Some(line) = lines.next().transpose()? else {
                return Err(format!("it ended: {said:?}").into());
            };
            if let Some((_, port)) = line.split_once("serving on http://127.0.0.1:") {
                break port.trim().parse()?;
            }
            said.push(line);
        };
        // What it says later is not needed, but must be taken from it.
        spawn(move || lines.for_each(drop));
        Ok(Self {
            process,
            folder,
            runtime,
            http,
        })
    }

    /// Ends in order and starts again in the same folder, in which something may be done between.
    #[allow(dead_code, reason = "not every test restarts")]
    pub(crate) fn restart(
        &mut self,
        env: &[(&str, &str)],
        between: impl FnOnce(&std::path::Path) -> Outcome,
    ) -> Outcome {
        self.asks(&["stop", "--yes"], 0)?;
        self.exit_within(Duration::from_secs(10))?;
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir()?);
        between(folder.path())?;
        *self = Self::launch(folder, self.runtime.clone(), &[], env)?;
        Ok(())
    }

    /// Writes another `fleet.toml`.
    pub(crate) fn write(&self, text: &str) -> Outcome {
        Ok(std::fs::write(self.folder.path().join("fleet.toml"), text)?)
    }

    /// A verb about this instance.
    pub(crate) fn verb(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments, &[]);
        command
            .env("VOLERY_URL", format!("127.0.0.1:{}", self.http))
            .env("XDG_RUNTIME_DIR", &self.runtime);
        command
    }

    /// Asks, and expects an exit status.
    pub(crate) fn asks(&self, arguments: &[&str], code: i32) -> Outcome<Answer> {
        self.asks_with(arguments, code, &[])
    }

    /// Asks with further variables.
    pub(crate) fn asks_with(
        &self,
        arguments: &[&str],
        code: i32,
        env: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let output = self.verb(arguments).envs(env.iter().copied()).output()?;
        let answer = Answer {
            code: output.status.code(),
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        };
        if answer.code == Some(code) {
            Ok(answer)
        } else {
            Err(format!("{arguments:?}: {code} was expected of {answer:?}").into())
        }
    }

    /// SIGHUP.
    pub(crate) fn hang_up(&self) -> Outcome {
        Ok(kill(
            Pid::from_raw(self.process.id().try_into()?),
            Signal::SIGHUP,
        )?)
    }

    /// The exit status, which must come in time.
    pub(crate) fn exit_within(&mut self, limit: Duration) -> Outcome<Option<i32>> {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status.code());
            }
            sleep(Duration::from_millis(10));
        }
        Err("it still runs".into())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An armed ArduPilot quadrotor in GUIDED that says nothing but that; falls silent when dropped.
pub(crate) struct Heartbeat {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    pub(crate) fn of(system: u8, port: u16) -> Outcome<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(("127.0.0.1", port))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = spawn(move || {
            let mut sequence = 0_u8;
            while !stopped.load(Ordering::Relaxed) {
                // A port nobody listens on yet refuses; the next one may arrive.
                let _ = socket.send(&frame(system, sequence));
                sequence = sequence.wrapping_add(1);
                sleep(Duration::from_millis(100));
            }
        });
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A MAVLink 2 HEARTBEAT: custom_mode 4 (GUIDED), quadrotor, ArduPilot, armed, active.
fn frame(system: u8, sequence: u8) -> Vec<u8> {
    let payload = [4, 0, 0, 0, 2, 3, 0x81, 4, 3];
    let mut frame = vec![
        0xFD,
        payload.len() as u8,
        0,
        0,
        sequence,
        system,
        1,
        0,
        0,
        0,
    ];
    frame.extend(payload);
    let sum = crc(frame[1..].iter().copied().chain([50]));
    frame.extend(sum.to_le_bytes());
    frame
}

/// X.25 as MAVLink uses it.
fn crc(bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(0xFFFF, |sum: u16, byte| {
        let mut low = byte ^ sum as u8;
        low ^= low << 4;
        let wide = u16::from(low);
        (sum >> 8) ^ (wide << 8) ^ (wide << 3) ^ (wide >> 4)
    })
}

/// A UDP port nobody holds at the moment.
pub(crate) fn free_udp_port() -> Outcome<u16> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port())
}
