//! The loop of a simulation: what came in, what is due, what goes wrong, then sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;

use crate::model::time::{StationClock, TimeUs};

use super::Counters;
use super::member::Member;
use super::post::{Headers, Post, headers};
use super::timeline::Timeline;

/// Pause between rounds: short against any stream, long enough to send several frames in one datagram.
const ROUND: Duration = Duration::from_millis(5);
/// Datagrams taken from one socket in one round.
const MOST_AT_ONCE: usize = 64;

/// Everything the loop owns but the sockets.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) clock: StationClock,
    pub(super) members: Vec<Member>,
    /// One per socket, in the same order.
    pub(super) posts: Vec<Post>,
    pub(super) timeline: Timeline,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) counters: Arc<Counters>,
}

impl Run {
    /// Runs until the handle says stop.
    pub(super) async fn until_stopped(mut self, sockets: Vec<std::net::UdpSocket>) {
        let sockets: Result<Vec<_>, _> = sockets.into_iter().map(UdpSocket::from_std).collect();
        let sockets = match sockets {
            Ok(sockets) => sockets,
            Err(error) => {
                tracing::error!(%error, "the simulation could not watch its sockets");
                return;
            }
        };
        let mut headers = headers();
        let mut ticks = tokio::time::interval(ROUND);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !self.stop.load(Ordering::Relaxed) {
            ticks.tick().await;
            let now = self.clock.now();
            self.timeline.play(&mut self.members, now);
            self.listen(&sockets, now);
            self.advance(now);
            self.send(&sockets, &mut headers);
        }
    }

    /// A datagram goes to every craft of the socket it came in on; each ignores what is not for it.
    fn listen(&mut self, sockets: &[UdpSocket], now: TimeUs) {
        let mut buffer = [0; 2_048];
        for (place, socket) in sockets.iter().enumerate() {
            for _ in 0..MOST_AT_ONCE {
                let Ok((len, _)) = socket.try_recv_from(&mut buffer) else {
                    break;
                };
                self.counters.heard.fetch_add(1, Ordering::Relaxed);
                let post = &mut self.posts[place];
                let mut deliver = |datagram: &[u8]| post.add(datagram);
                let mut frames = 0;
                for member in &mut self.members {
                    if member.socket == place {
                        frames += member.hear(&buffer[..len], now, &mut deliver);
                    }
                }
                self.counters
                    .frames
                    .fetch_add(frames as u64, Ordering::Relaxed);
            }
        }
    }

    fn advance(&mut self, now: TimeUs) {
        let mut frames = 0;
        for member in &mut self.members {
            let Some(post) = self.posts.get_mut(member.socket) else {
                continue;
            };
            frames += member.advance(now, &mut |datagram: &[u8]| post.add(datagram));
        }
        self.counters
            .frames
            .fetch_add(frames as u64, Ordering::Relaxed);
    }

    fn send(&mut self, sockets: &[UdpSocket], headers: &mut Headers) {
        for (post, socket) in self.posts.iter_mut().zip(sockets) {
            let sent = post.flush(socket, headers);
            let counters = &self.counters;
            counters
                .datagrams
                .fetch_add(sent.taken as u64, Ordering::Relaxed);
            counters
                .unsent
                .fetch_add(sent.refused as u64, Ordering::Relaxed);
        }
    }
}
