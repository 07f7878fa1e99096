//! Serial links: radios and autopilots on a wire. A device that is pulled out and comes back, also under
//! another name, is opened again.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serial2_tokio::{FlowControl, SerialPort, Settings};
use tokio::time::{Instant, timeout};

use super::{
    error::LinkError,
    ingest::OnlyPeer,
    lane::{Lane, Transport, every_second},
};

const READ: usize = 4_096;
/// Without a valid frame for this long, the next baud rate is tried (where several are given).
const BAUD_PATIENCE: Duration = Duration::from_secs(5);
const SEND_WITHIN: Duration = Duration::from_secs(2);
/// Names that stay with a device wherever it is plugged in.
const BY_ID: &str = "/dev/serial/by-id";

/// A serial device.
#[derive(Debug)]
pub(super) struct Serial {
    device: String,
    bauds: Vec<u32>,
    next_baud: usize,
    hardware_flow: bool,
    /// The stable name of the device that was last open.
    stable_name: Option<PathBuf>,
}

impl Serial {
    pub(super) fn new(device: String, bauds: Vec<u32>, hardware_flow: bool) -> Self {
        Self {
            device,
            bauds,
            next_baud: 0,
            hardware_flow,
            stable_name: None,
        }
    }

    fn baud(&self) -> u32 {
        self.bauds
            .get(self.next_baud % self.bauds.len().max(1))
            .copied()
            .unwrap_or(57_600)
    }

    pub(super) fn open(&mut self) -> Result<SerialPort, LinkError> {
        let path = find_device(&self.device, self.stable_name.as_deref());
        let (baud, hardware_flow) = (self.baud(), self.hardware_flow);
        let settings = |mut settings: Settings| {
            settings.set_raw();
            settings.set_baud_rate(baud)?;
            settings.set_flow_control(if hardware_flow {
                FlowControl::RtsCts
            } else {
                FlowControl::None
            });
            Ok(settings)
        };
        let error = |source| LinkError::Device {
            device: path.display().to_string(),
            source,
        };
        let port = SerialPort::open(&path, settings).map_err(error)?;
        self.stable_name = stable_name_of(&path);
        Ok(port)
    }

    fn baud_is_wrong(&self, since: Instant, frames_before: u64, lane: &Lane<OnlyPeer>) -> bool {
        self.bauds.len() > 1
            && since.elapsed() > BAUD_PATIENCE
            && lane.ingest.valid_frames() == frames_before
    }
}

impl Transport for Serial {
    type Key = OnlyPeer;

    async fn run(&mut self, lane: &mut Lane<OnlyPeer>) -> Result<(), LinkError> {
        let port = self.open()?;
        lane.ingest.forget(&OnlyPeer);
        lane.opened().await;
        let (since, frames_before) = (Instant::now(), lane.ingest.valid_frames());
        let mut buffer = vec![0; READ];
        let mut second = every_second();
        loop {
            tokio::select! {
                read = port.read(&mut buffer) => {
                    let count = read.map_err(|error| unplugged(&self.device, &error))?;
                    if count == 0 {
                        return Err(unplugged(&self.device, &io::ErrorKind::UnexpectedEof.into()));
                    }
                    let now = lane.now();
                    lane.ingest.stream(&OnlyPeer, &buffer[..count], now);
                    lane.ingest.flush();
                }
                transmission = lane.next_outgoing() => {
                    let now = lane.now();
                    let Lane { outbox, ingest, .. } = &mut *lane;
                    let Some(frame) = outbox.encode(&transmission, ingest.gate()) else {
                        continue;
                    };
                    ingest.about_to_send(frame, now);
                    let sent = timeout(SEND_WITHIN, port.write_all(frame)).await;
                    match sent.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                        Ok(()) => ingest.record_sent(frame, now),
                        Err(error) if error.kind() == io::ErrorKind::TimedOut => ingest.totals().send_errors += 1,
                        Err(error) => return Err(unplugged(&self.device, &error)),
                    }
                }
                _ = second.tick() => {
                    let now = lane.now();
                    lane.ingest.statistics(now);
                    if self.baud_is_wrong(since, frames_before, lane) {
                        let tried = self.baud();
                        self.next_baud += 1;
                        return Err(LinkError::Broken(format!("no MAVLink at {tried} baud, trying {}", self.baud())));
                    }
                }
            }
        }
    }
}

fn unplugged(device: &str, error: &io::Error) -> LinkError {
    LinkError::Broken(format!(
        "{device} is gone ({error}); waiting for it to come back"
    ))
}

/// The path to open: the configured one (`*` in its last part stands for anything), else the stable
/// name of the device that was open before.
fn find_device(configured: &str, stable_name: Option<&Path>) -> PathBuf {
    let path = Path::new(configured);
    let pattern = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.split_once('*'));
    if let Some((folder, (before, after))) = path.parent().zip(pattern) {
        let longest = before.len() + after.len();
        let matches =
            |name: &str| name.len() >= longest && name.starts_with(before) && name.ends_with(after);
        if let Some(found) = first_in(folder, matches) {
            return found;
        }
    }
    match stable_name {
        Some(stable) if !path.exists() && stable.exists() => stable.to_path_buf(),
        _ => path.to_path_buf(),
    }
}

fn first_in(folder: &Path, matches: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&matches))
        .map(|entry| entry.path())
        .min()
}

pub(super) fn stable_name_of(device: &Path) -> Option<PathBuf> {
    let device = fs::canonicalize(device).ok()?;
    let links = fs::read_dir(BY_ID).ok()?.flatten();
    links
        .map(|link| link.path())
        .find(|link| fs::canonicalize(link).is_ok_and(|target| target == device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_takes_the_first_name_that_matches() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ttyUSB1", "ttyUSB7", "ttyACM0"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let pattern = folder.path().join("ttyUSB*");
        assert_eq!(
            find_device(pattern.to_str().unwrap(), None),
            folder.path().join("ttyUSB1")
        );
    }

    #[test]
    fn a_device_that_moved_is_found_by_its_stable_name() {
        let folder = tempfile::tempdir().unwrap();
        let stable = folder.path().join("usb-radio");
        fs::write(&stable, "").unwrap();
        let gone = folder.path().join("ttyUSB0");
        assert_eq!(find_device(gone.to_str().unwrap(), Some(&stable)), stable);
        assert_eq!(find_device(gone.to_str().unwrap(), None), gone);
    }
}
