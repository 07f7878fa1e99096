//! A running `volery serve` and what a test asks of it.

use std::{
    error::Error,
    io::{Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A station without a screen on ports of its own; killed when dropped.
pub(crate) struct Station {
    process: Child,
    log: PathBuf,
    _folder: TempDir,
    pub(crate) http: u16,
}

impl Station {
    /// Starts `volery serve` with links and further arguments and waits until it answers.
    pub(crate) fn start(arguments: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("flights.db");
        Self::start_in(folder, log, arguments)
    }

    /// The same with a log that outlives it.
    #[allow(dead_code, reason = "not every test keeps the log")]
    pub(crate) fn start_with_log(log: &Path, arguments: &[&str]) -> Outcome<Self> {
        Self::start_in(tempfile::tempdir()?, log.to_owned(), arguments)
    }

    fn start_in(folder: TempDir, log: PathBuf, arguments: &[&str]) -> Outcome<Self> {
        let http = free_tcp_port()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_volery"));
        command
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{http}")]);
        command.arg("--log").arg(&log).args(arguments);
        let process = command
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()?;
        let station = Self {
            process,
            log,
            _folder: folder,
            http,
        };
        station.wait_for("an answer", |station| station.get("/healthz").is_ok())?;
        Ok(station)
    }

    /// The log's file.
    pub(crate) fn log(&self) -> PathBuf {
        self.log.clone()
    }

    /// A JSON answer.
    pub(crate) fn get(&self, route: &str) -> Outcome<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
        Ok(serde_json::from_str(body)?)
    }

    /// The fleet.
    pub(crate) fn fleet(&self) -> Outcome<Value> {
        self.get("/api/v1/fleet")
    }

    /// The counters of the only link.
    pub(crate) fn link(&self) -> Outcome<Value> {
        let fleet = self.fleet()?;
        let links = fleet["links"].as_object().ok_or("no links")?;
        Ok(links.values().next().ok_or("no link")?.clone())
    }

    /// Waits until `holds`, at most ten seconds.
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&Self) -> bool) -> Outcome {
        let end = Instant::now() + Duration::from_secs(10);
        while !holds(self) {
            if Instant::now() > end {
                return Err(format!("never: {what}; {:?}", self.fleet()).into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// SIGKILL.
    #[allow(dead_code, reason = "not every test kills")]
    pub(crate) fn kill(&mut self) -> Outcome {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// SIGTERM; returns the exit status.
    pub(crate) fn stop(&mut self) -> Outcome<Option<i32>> {
        kill(
            Pid::from_raw(self.process.id().try_into()?),
            Signal::SIGTERM,
        )?;
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status.code());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("still running five seconds after SIGTERM".into())
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A UDP port nobody holds at the moment.
pub(crate) fn free_udp_port() -> Outcome<u16> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A TCP port nobody holds at the moment.
pub(crate) fn free_tcp_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A recording of `tests/data` and what pymavlink found in it.
pub(crate) fn recording(name: &str) -> Outcome<(PathBuf, Value)> {
    let path = Path::new("tests/data").join(format!("{name}.tlog"));
    let expected = std::fs::read_to_string(format!("{}.expect.json", path.display()))?;
    Ok((path, serde_json::from_str(&expected)?))
}
