//! The loop of a simulation: what came in, what is due, what goes wrong, then sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;

use crate::model::time::{StationClock, TimeUs};

use super::Counters;
use super::member::Member;
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
        let mut ticks = tokio::time::interval(ROUND);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !self.stop.load(Ordering::Relaxed) {
            ticks.tick().await;
            let now = self.clock.now();
            self.timeline.play(&mut self.members, now);
            self.listen(&sockets, now);
            self.advance(&sockets, now);
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
                for member in self
                    .members
                    .iter_mut()
                    .filter(|member| member.socket == place)
                {
                    let target = member.target;
                    let mut deliver =
                        |datagram: &[u8]| send(&self.counters, socket, datagram, target);
                    let frames = member.hear(&buffer[..len], now, &mut deliver);
                    self.counters
                        .frames
                        .fetch_add(frames as u64, Ordering::Relaxed);
                }
            }
        }
    }

    fn advance(&mut self, sockets: &[UdpSocket], now: TimeUs) {
        for member in &mut self.members {
            let Some(socket) = sockets.get(member.socket) else {
                continue;
            };
            let target = member.target;
            let mut deliver = |datagram: &[u8]| send(&self.counters, socket, datagram, target);
            let frames = member.advance(now, &mut deliver);
            if frames > 0 {
                self.counters
                    .frames
                    .fetch_add(frames as u64, Ordering::Relaxed);
            }
        }
    }
}

/// Sends or counts: a simulated radio does not wait, and nobody may be listening yet.
fn send(counters: &Counters, socket: &UdpSocket, datagram: &[u8], target: std::net::SocketAddr) {
    let sent = socket.try_send_to(datagram, target).is_ok();
    let counter = if sent {
        &counters.datagrams
    } else {
        &counters.unsent
    };
    counter.fetch_add(1, Ordering::Relaxed);
}
