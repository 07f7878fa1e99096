//! One WebSocket client from hello to goodbye.
//!
//! Two lanes: the state lane brings the client from what it has to the newest snapshot whenever it is
//! ready; the control lane (events, answers) loses nothing without saying so and starting afresh.
//! Nothing waits in a queue for a client: while it takes its time, only the snapshot it has is kept.

use std::{pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    sync::watch,
    time::{Instant, Sleep, sleep_until},
};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    feed::Have,
    hub::Hub,
    pace::{Inbox, Pace},
    parting::Parting,
    protocol::{self, ClientMessage, PROTOCOL, ServerMessage, Subscribe, encode},
    refusal::Code,
    role::{self, Rights},
    selection::{Selection, View},
    socket::Socket,
};
use crate::model::{ids::VehicleId, snapshot::Snapshot};

mod commanding;
mod resuming;

/// How many earlier events a new client is told.
const EARLIER_EVENTS: usize = 200;
/// How long a new client gets to say where an earlier connection ended, before it is told of events.
const RESUME_WITHIN: Duration = Duration::from_millis(250);

/// A client.
pub(super) struct Session {
    hub: Arc<Hub>,
    socket: Socket,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    scope: Option<VehicleId>,
    rights: Rights,
    view: View,
    /// `None`: it gets a snapshot next.
    have: Option<Have>,
    /// Id of the last event it was told.
    event: u64,
    /// Id before the first event it was told.
    first_event: u64,
    /// Id of the last change of a command it was told.
    command: u64,
    /// Until then, or until it subscribes, it is told of no event; `None` from then on.
    resumes_until: Option<Instant>,
    pace: Pace,
    inbox: Inbox,
    heard: Instant,
    next_beat: Instant,
    /// The one timer: a client without a rate moves it only at a beat.
    alarm: Pin<Box<Sleep>>,
}

impl Session {
    /// A client that has nothing yet and sees everything, or one vehicle.
    pub(super) fn new(
        hub: Arc<Hub>,
        socket: Socket,
        scope: Option<VehicleId>,
        rights: Rights,
    ) -> Self {
        let now = Instant::now();
        let next_beat = now + hub.limits.ping_every;
        let mut selection = Selection::default();
        if let Some(vehicle) = &scope {
            selection = selection.of_one(vehicle);
        }
        let view = View {
            selection: hub.feed.intern(selection),
            encoding: socket.encoding(),
        };
        Self {
            snapshots: hub.snapshots.clone(),
            inbox: Inbox::new(hub.limits.messages_per_s, now),
            pace: Pace::every_tick(hub.started),
            alarm: Box::pin(sleep_until(next_beat)),
            next_beat,
            hub,
            socket,
            scope,
            rights,
            view,
            have: None,
            event: 0,
            first_event: 0,
            command: 0,
            resumes_until: Some(now + RESUME_WITHIN),
            heard: now,
        }
    }

    /// Serves the client until either side ends it.
    pub(super) async fn run(mut self) {
        let parting = match self.talk().await {
            Ok(never) => match never {},
            Err(parting) => parting,
        };
        if parting.is_giving_up() {
            let given_up = &self.hub.guests.given_up;
            given_up.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        tracing::debug!(%parting, "a client left");
        if let Some((code, reason)) = parting.goodbye() {
            self.socket.close(code, &reason).await;
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, Parting> {
        self.hello().await?;
        loop {
            self.deliver().await?;
            self.wait().await?;
        }
    }

    async fn hello(&mut self) -> Result<(), Parting> {
        let newest = self.snapshots.borrow().clone();
        self.begin_events_after(self.view.selection.before_newest(EARLIER_EVENTS, &newest));
        self.command = newest.commands.newest_id();
        let station = self.hub.station.clone();
        let hello = ServerMessage::Hello {
            protocol: PROTOCOL,
            version: station.version,
            session: &station.session,
            role: self.rights.role.word(),
            name: &station.name.get(),
            tick_ms: station.tick_ms,
            time_ms: (station.clock)(),
        };
        self.tell(&hello).await
    }

    /// Brings the client to the newest snapshot, as far as it is due.
    async fn deliver(&mut self) -> Result<(), Parting> {
        let newest = self.snapshots.borrow_and_update().clone();
        let tells_events = self.may_tell_events();
        if tells_events {
            self.own_up_to_missed_events(&newest).await?;
        }
        self.deliver_state(&newest).await?;
        if tells_events {
            self.deliver_events(&newest).await?;
        }
        self.deliver_commands(&newest).await?;
        self.until_stop(Socket::flush).await?;
        match &self.scope {
            Some(id) if self.have.is_some() && !newest.vehicles.contains_key(id) => {
                Err(Parting::Forgotten(id.clone()))
            }
            _ => Ok(()),
        }
    }

    async fn deliver_state(&mut self, newest: &Arc<Snapshot>) -> Result<(), Parting> {
        let now = Instant::now();
        let Some(have) = &mut self.have else {
            let message = self.hub.feed.snapshot(newest, &self.view)?;
            self.write(message).await?;
            self.have = Some(Have::exactly(newest.clone()));
            self.pace.took(now);
            return Ok(());
        };
        if newest.seq <= have.snapshot.seq {
            self.pace.caught_up();
            return Ok(());
        }
        if !self.pace.is_due(now) {
            return Ok(());
        }
        match self.hub.feed.update(have, newest, &self.view)? {
            // Nothing of it shows: the client goes on from here, and keeps the number it knows.
            None => have.snapshot = newest.clone(),
            Some(message) => {
                self.write(message).await?;
                self.have = Some(Have::exactly(newest.clone()));
            }
        }
        self.pace.took(now);
        Ok(())
    }

    async fn deliver_events(&mut self, newest: &Snapshot) -> Result<(), Parting> {
        let last = newest.events.newest_id();
        if last <= self.event {
            return Ok(());
        }
        let message = self.hub.feed.events(self.event, newest, &self.view)?;
        self.event = last;
        match message {
            Some(message) => self.write(message).await,
            None => Ok(()),
        }
    }

    /// Events that left the ring before the client took them: it is told, and starts afresh.
    async fn own_up_to_missed_events(&mut self, newest: &Snapshot) -> Result<(), Parting> {
        let missed = newest.events.missed_after(self.event);
        if missed == 0 {
            return Ok(());
        }
        self.event += missed;
        self.have = None;
        let text = format!(
            "{missed} events came faster than they were taken and are not shown; a fresh snapshot \
             and the events still kept follow, the log has all"
        );
        self.refuse(Code::TooBusy, &text, None).await
    }

    /// Until there is something to do; what the client says is done at once.
    async fn wait(&mut self) -> Result<(), Parting> {
        let now = Instant::now();
        if now >= self.next_beat {
            return self.is_there(now).await;
        }
        let full = self.inbox.full_until(now);
        let dues = [full, self.pace.next_due(), self.resumes_until];
        let soonest = dues.into_iter().flatten().min();
        let soonest = soonest.map_or(self.next_beat, |soonest| soonest.min(self.next_beat));
        if self.alarm.deadline() != soonest {
            self.alarm.as_mut().reset(soonest);
        }
        tokio::select! {
            biased;
            changed = self.snapshots.changed() => changed.map_err(|_closed| Parting::Stopping),
            said = self.socket.next(), if full.is_none() => self.take(said).await,
            () = self.alarm.as_mut() => Ok(()),
        }
    }

    async fn is_there(&mut self, now: Instant) -> Result<(), Parting> {
        self.next_beat = now + self.hub.limits.ping_every;
        let silent = self.hub.limits.silent;
        if self.heard.elapsed() > silent {
            return Err(Parting::Silent(silent));
        }
        self.until_stop(Socket::ping).await
    }

    async fn take(&mut self, said: Option<Result<Message, Error>>) -> Result<(), Parting> {
        self.heard = Instant::now();
        self.inbox.count(self.heard);
        let message = match said {
            None => return Err(Parting::Left),
            Some(Err(error)) => return Err(Parting::from(error)),
            Some(Ok(Message::Text(text))) => protocol::from_text(&text),
            Some(Ok(Message::Binary(bytes))) => protocol::from_binary(self.view.encoding, &bytes),
            Some(Ok(Message::Close(_))) => return Err(Parting::SaidGoodbye),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(()),
        };
        match message {
            Ok(message) => self.obey(message).await,
            Err(error) => {
                self.refuse(Code::BadMessage, &error.to_string(), None)
                    .await
            }
        }
    }

    async fn obey(&mut self, message: ClientMessage) -> Result<(), Parting> {
        match message {
            ClientMessage::Subscribe(wish) => self.subscribe(wish).await,
            ClientMessage::Resync {} => {
                self.have = None;
                Ok(())
            }
            ClientMessage::Ping {} => {
                let time_ms = (self.hub.station.clock)();
                self.tell(&ServerMessage::Pong { time_ms }).await
            }
            ClientMessage::Auth { token } => match self.hub.gate.role_by(&token) {
                Some(role) => {
                    self.rights.role = role;
                    self.hub.note(&self.rights.origin, "signed in as operator");
                    let role = role.word();
                    self.tell(&ServerMessage::Auth { role }).await
                }
                None => {
                    self.refuse(Code::Unauthorized, role::WRONG_TOKEN, None)
                        .await
                }
            },
            ClientMessage::Command(wish) => self.command(wish).await,
            ClientMessage::Abort { request } => self.abort(&request).await,
        }
    }

    async fn subscribe(&mut self, wish: Subscribe) -> Result<(), Parting> {
        let Some(pace) = Pace::at_most(wish.rate_hz, self.hub.started) else {
            let text = "rate_hz must be a number from 0.01 to 1000";
            return self.refuse(Code::BadMessage, text, None).await;
        };
        let mut selection = Selection::new(wish.vehicles.into_list(), wish.fields.into_list());
        if let Some(vehicle) = &self.scope {
            selection = selection.of_one(vehicle);
        }
        self.view.selection = self.hub.feed.intern(selection);
        self.pace = pace;
        self.have = None;
        let newest = self.snapshots.borrow().clone();
        let is_first = self.resumes_until.take().is_some();
        if is_first {
            self.begin_events_after(self.view.selection.before_newest(EARLIER_EVENTS, &newest));
        }
        match wish.resume {
            Some(resume) => self.resume(&resume, is_first, &newest).await,
            None => Ok(()),
        }
    }

    async fn refuse(
        &mut self,
        code: Code,
        text: &str,
        request: Option<&str>,
    ) -> Result<(), Parting> {
        self.tell(&ServerMessage::Error {
            code,
            text,
            request,
        })
        .await
    }

    async fn tell(&mut self, message: &ServerMessage<'_>) -> Result<(), Parting> {
        let message = encode(self.view.encoding, message)?;
        self.write(message).await
    }

    async fn write(&mut self, message: Bytes) -> Result<(), Parting> {
        self.until_stop(async move |socket| socket.feed(message).await)
            .await
    }

    /// Does something with the socket that may take long, unless the station stops.
    async fn until_stop(
        &mut self,
        act: impl AsyncFnOnce(&mut Socket) -> Result<(), Error>,
    ) -> Result<(), Parting> {
        let began = Instant::now();
        tokio::select! {
            biased;
            done = act(&mut self.socket) => done?,
            () = self.hub.stop.cancelled() => return Err(Parting::Stopping),
        }
        // A peer that was waited for has taken bytes meanwhile: it is there.
        if began.elapsed() > Duration::from_secs(1) {
            self.heard = Instant::now();
        }
        Ok(())
    }
}
