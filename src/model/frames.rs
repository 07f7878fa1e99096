//! Frames as bytes, shared by everyone who passes them on: forwards to other stations, readers of `/ws/frames`.
//!
//! A link makes one parcel of what came at once; whoever wants it holds the same bytes. Each taker has a queue of
//! its own, bounded in bytes: what does not fit is dropped for that taker alone, and counted.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::{
    ids::{LinkId, PathId, PeerId},
    intent::Origin,
};

/// Parcels that may wait for one taker; their bytes are bounded as well.
const PARCELS: usize = 1_024;

/// Frames heard on one link, in the order they came.
#[derive(Debug)]
pub struct Parcel {
    /// Over which link.
    pub link: LinkId,
    /// The network of that link.
    pub network: Arc<str>,
    /// The frames in tlog framing, shared with the flight log.
    pub records: Bytes,
    /// Where each frame lies in `records`, and who sent it.
    pub marks: Vec<Mark>,
}

/// One frame of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
    /// The remote address it came from.
    pub peer: PeerId,
}

impl Parcel {
    /// Each frame with the path it came over.
    pub fn frames(&self) -> impl Iterator<Item = (PathId, &[u8])> {
        self.marks.iter().filter_map(|mark| {
            let bytes = self.records.get(mark.start as usize..mark.end as usize)?;
            let path = PathId {
                link: self.link,
                peer: mark.peer,
            };
            Some((path, bytes))
        })
    }
}

/// Frames lost because whoever should take them was too slow; shared, so that it can be read while they are stuck.
pub type Dropped = Arc<AtomicU64>;

/// The writing end of a taker's queue: held by whoever hands parcels out.
#[derive(Debug)]
pub struct Taker {
    parcels: mpsc::Sender<Arc<Parcel>>,
    waiting_bytes: Arc<AtomicUsize>,
    room_bytes: usize,
    dropped: Dropped,
    /// Only links of these; empty: of all.
    networks: Vec<Arc<str>>,
}

impl Taker {
    /// Whether somebody still reads.
    #[must_use]
    pub fn is_taking(&self) -> bool {
        !self.parcels.is_closed()
    }

    /// Hands a parcel over without waiting; a full queue costs this taker the parcel. `false`: nobody takes any more.
    #[must_use]
    pub fn offer(&self, parcel: &Arc<Parcel>) -> bool {
        if !self.is_taking() {
            return false;
        }
        if !self.networks.is_empty() && !self.networks.contains(&parcel.network) {
            return true;
        }
        let size = parcel.records.len();
        let waiting = self.waiting_bytes.fetch_add(size, Ordering::Relaxed);
        let taken =
            waiting + size <= self.room_bytes && self.parcels.try_send(Arc::clone(parcel)).is_ok();
        if !taken {
            self.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
            let frames = parcel.marks.len() as u64;
            self.dropped.fetch_add(frames, Ordering::Relaxed);
        }
        true
    }
}

/// The reading end of a taker's queue. Dropped: nothing is handed over any more.
#[derive(Debug)]
pub struct Listener {
    parcels: mpsc::Receiver<Arc<Parcel>>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl Listener {
    /// The next parcel; `None` when none can come any more.
    pub async fn next(&mut self) -> Option<Arc<Parcel>> {
        let parcel = self.parcels.recv().await?;
        Some(self.took(parcel))
    }

    /// A parcel that is there already.
    pub fn waiting(&mut self) -> Option<Arc<Parcel>> {
        let parcel = self.parcels.try_recv().ok()?;
        Some(self.took(parcel))
    }

    fn took(&self, parcel: Arc<Parcel>) -> Arc<Parcel> {
        let size = parcel.records.len();
        self.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
        parcel
    }
}

/// A queue between the links, which write, and one taker, who reads. Full: the parcel is dropped and its frames
/// added to `dropped`.
#[must_use]
pub fn queue(networks: Vec<Arc<str>>, room_bytes: usize, dropped: &Dropped) -> (Taker, Listener) {
    let (sender, receiver) = mpsc::channel(PARCELS);
    let waiting_bytes = Arc::new(AtomicUsize::new(0));
    let taker = Taker {
        parcels: sender,
        waiting_bytes: Arc::clone(&waiting_bytes),
        room_bytes,
        dropped: Arc::clone(dropped),
        networks,
    };
    let listener = Listener {
        parcels: receiver,
        waiting_bytes,
    };
    (taker, listener)
}

/// What came of a frame somebody wanted sent to a vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// On its way over the path of that vehicle.
    Sent,
    /// Not sent, and why.
    Refused(String),
}

/// Held by a connection that may send frames to vehicles; while it is, the way to each vehicle is kept known.
pub type Upward = Box<dyn fmt::Debug + Send + Sync>;

/// Where the frames of all links come together, for whoever must not know links.
pub trait FrameHub: Send + Sync + fmt::Debug {
    /// From now on every parcel of every link, up to `room_bytes` waiting; what does not fit is added to `dropped`.
    fn listen(&self, room_bytes: usize, dropped: &Dropped) -> Listener;

    /// To be held before frames are passed on.
    fn open_way(&self) -> Upward;

    /// Splits what somebody wants sent, and sends each frame that names its one vehicle; `origin` is for the log
    /// book. One answer per frame, with the message's name; nothing for bytes that are no frame.
    fn pass_on(&self, bytes: &[u8], origin: &Origin) -> Vec<(String, Passed)>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(network: &str, size: usize) -> Arc<Parcel> {
        let mark = Mark {
            start: 8,
            end: size as u32,
            peer: PeerId(3),
        };
        Arc::new(Parcel {
            link: LinkId(1),
            network: network.into(),
            records: vec![7; size].into(),
            marks: vec![mark],
        })
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted_and_room_comes_back() {
        let dropped = Dropped::default();
        let (taker, mut listener) = queue(Vec::new(), 100, &dropped);
        let lost = || dropped.load(Ordering::Relaxed);
        assert!(taker.offer(&parcel("a", 60)));
        assert!(taker.offer(&parcel("a", 60)), "dropped, but still taking");
        assert_eq!(lost(), 1);
        assert!(listener.waiting().is_some());
        assert!(taker.offer(&parcel("a", 100)));
        assert_eq!((listener.waiting().is_some(), lost()), (true, 1));
        drop(listener);
        assert!(!taker.offer(&parcel("a", 1)));
    }

    #[test]
    fn links_of_other_networks_are_neither_taken_nor_counted() {
        let dropped = Dropped::default();
        let (taker, mut listener) = queue(vec!["north".into()], 100, &dropped);
        assert!(taker.offer(&parcel("south", 60)));
        assert!(taker.offer(&parcel("north", 60)));
        let taken = listener.waiting().unwrap();
        let frames: Vec<_> = taken.frames().collect();
        assert_eq!(frames[0].0.peer, PeerId(3));
        assert_eq!(frames[0].1.len(), 52);
        assert!(listener.waiting().is_none());
        assert_eq!(dropped.load(Ordering::Relaxed), 0);
    }
}
