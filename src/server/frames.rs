//! `/ws/frames`: raw MAVLink. One binary message is one or more whole frames back to back, without times.
//!
//! Down for every role: a slow client loses whole messages, never parts, and its queue never grows. Up only for roles
//! that need no confirm question (`role::may_send_frames`); everybody else is told so and closed.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    hub::Hub,
    pace::Inbox,
    parting::Parting,
    protocol::{self, ClientMessage},
    refusal::Refusal,
    role::{Rights, may_send_frames},
    selection::Encoding,
    socket::Socket,
    upgrade::{Entry, enter, require_upgrade},
};
use crate::model::{
    frames::{Dropped, FrameHub, Listener, Parcel, Passed, Upward},
    ids::PathId,
    loops::{Loops, hash},
    time::TimeUs,
};

/// What may wait for one client.
const ROOM_BYTES: usize = 1024 * 1024;
/// A message is sent when it is this large, or when nothing more is there.
const MESSAGE_BYTES: usize = 32 * 1024;

/// The route.
pub(super) async fn open(
    State(hub): State<Arc<Hub>>,
    mut request: Request,
) -> Result<Response, Refusal> {
    let Some(frames) = hub.station.frames.clone() else {
        return Err(Refusal::not_yet("stream raw frames"));
    };
    require_upgrade(&request)?;
    let (response, entry) = enter(&hub, &mut request, None)?;
    hub.spawn(serve(hub.clone(), entry, frames));
    Ok(response)
}

async fn serve(hub: Arc<Hub>, entry: Entry, frames: Arc<dyn FrameHub>) {
    // Binary messages; nothing else is ever said here.
    let Some((socket, rights, stay)) = entry.come_in(&hub, Encoding::Msgpack).await else {
        return;
    };
    let dropped = Dropped::default();
    let now = Instant::now();
    let mut client = Client {
        listener: frames.listen(ROOM_BYTES, &dropped),
        way: None,
        inbox: Inbox::new(hub.limits.messages_per_s, now),
        heard: now,
        next_beat: now + hub.limits.ping_every,
        hub,
        socket,
        rights,
        frames,
        dropped,
        loops: Loops::default(),
        told: AtomicU64::new(0),
    };
    client.open_way();
    client.run().await;
    drop(stay);
}

struct Client {
    hub: Arc<Hub>,
    socket: Socket,
    rights: Rights,
    frames: Arc<dyn FrameHub>,
    listener: Listener,
    dropped: Dropped,
    /// Two instances that read each other must not go round for ever.
    loops: Loops<PathId>,
    /// Frames lost to slowness that the station counts already.
    told: AtomicU64,
    /// Held as long as it may send.
    way: Option<Upward>,
    inbox: Inbox,
    heard: Instant,
    next_beat: Instant,
}

impl Client {
    async fn run(mut self) {
        let parting = match self.talk().await {
            Ok(never) => match never {},
            Err(parting) => parting,
        };
        self.count_dropped();
        if parting.is_giving_up() {
            self.hub.guests.given_up.fetch_add(1, Ordering::Relaxed);
        }
        tracing::debug!(%parting, "a reader of frames left");
        if let Some((code, reason)) = parting.goodbye() {
            self.socket.close(code, &reason).await;
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, Parting> {
        loop {
            let now = Instant::now();
            if now >= self.next_beat {
                self.beat(now).await?;
            }
            let full = self.inbox.full_until(now);
            let soonest = full.map_or(self.next_beat, |full| full.min(self.next_beat));
            let stop = self.hub.stop.clone();
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Parting::Stopping),
                said = self.socket.next(), if full.is_none() => self.take(said)?,
                parcel = self.listener.next() => match parcel {
                    Some(parcel) => self.deliver(parcel).await?,
                    None => return Err(Parting::Stopping),
                },
                () = sleep_until(soonest) => {}
            }
        }
    }

    async fn beat(&mut self, now: Instant) -> Result<(), Parting> {
        self.next_beat = now + self.hub.limits.ping_every;
        self.count_dropped();
        let silent = self.hub.limits.silent;
        if self.heard.elapsed() > silent {
            return Err(Parting::Silent(silent));
        }
        let stop = self.hub.stop.clone();
        tokio::select! {
            biased;
            done = self.socket.ping() => Ok(done?),
            () = stop.cancelled() => Err(Parting::Stopping),
        }
    }

    /// Adds what this client lost to the station's count.
    fn count_dropped(&self) {
        let lost = self.dropped.load(Ordering::Relaxed);
        let told = self.told.swap(lost, Ordering::Relaxed);
        let count = &self.hub.dropped_frames;
        count.fetch_add(lost - told, Ordering::Relaxed);
    }

    async fn deliver(&mut self, first: Arc<Parcel>) -> Result<(), Parting> {
        let mut message = Vec::new();
        let now = TimeUs((self.hub.station.clock)() * 1_000);
        let mut next = Some(first);
        while let Some(parcel) = next.take() {
            for (path, frame) in parcel.frames() {
                if self.loops.passes(hash(frame), path, now) {
                    message.extend_from_slice(frame);
                }
            }
            if message.len() < MESSAGE_BYTES {
                next = self.listener.waiting();
            }
        }
        if message.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let stop = self.hub.stop.clone();
        let message = Bytes::from(message);
        tokio::select! {
            biased;
            done = write(&mut self.socket, message) => done?,
            () = stop.cancelled() => return Err(Parting::Stopping),
        }
        // A peer that was waited for has taken bytes meanwhile: it is there.
        if began.elapsed().as_secs() > 0 {
            self.heard = Instant::now();
        }
        Ok(())
    }

    fn take(&mut self, said: Option<Result<Message, Error>>) -> Result<(), Parting> {
        self.heard = Instant::now();
        self.inbox.count(self.heard);
        match said {
            None => Err(Parting::Left),
            Some(Err(error)) => Err(Parting::from(error)),
            Some(Ok(Message::Binary(bytes))) => self.send_up(&bytes),
            Some(Ok(Message::Text(text))) => self.sign_in(&text),
            Some(Ok(Message::Close(_))) => Err(Parting::SaidGoodbye),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
        }
    }

    /// The one text that is understood here: a token.
    fn sign_in(&mut self, text: &str) -> Result<(), Parting> {
        let Ok(ClientMessage::Auth { token }) = protocol::from_text(text) else {
            return Err(Parting::Forbidden(
                "only frames and auth are understood here",
            ));
        };
        let role = self.hub.gate.role_by(&token);
        self.rights.role = role.ok_or(Parting::Forbidden("this is not the token of this run"))?;
        self.open_way();
        Ok(())
    }

    fn may_send(&self) -> Result<(), &'static str> {
        // No token of this build carries the claim.
        may_send_frames(self.rights.role.word(), false)
    }

    /// A client that may send wants the way to every vehicle known before it does.
    fn open_way(&mut self) {
        self.way = self.may_send().is_ok().then(|| self.frames.open_way());
    }

    /// Frames for vehicles. One that may not be sent is told in the log book, and ends the connection: nothing else
    /// can be answered here, and a client must not believe it was sent.
    fn send_up(&mut self, bytes: &[u8]) -> Result<(), Parting> {
        self.may_send().map_err(|why| {
            self.hub
                .note(&self.rights.origin, "frames to vehicles refused");
            Parting::Forbidden(why)
        })?;
        for (message, passed) in self.frames.pass_on(bytes, &self.rights.origin) {
            if let Passed::Refused(why) = passed {
                let text = format!("frame {message} refused: {why}");
                self.hub.note(&self.rights.origin, &text);
                return Err(Parting::Forbidden(
                    "a frame was refused; the events say why",
                ));
            }
        }
        Ok(())
    }
}

async fn write(socket: &mut Socket, message: Bytes) -> Result<(), Error> {
    socket.feed(message).await?;
    socket.flush().await
}
