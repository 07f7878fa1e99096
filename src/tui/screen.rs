//! The loop of the screen: messages in, frames out, on the thread that calls it. The only clock reader of this folder.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    clip::clip,
    digest::Digest,
    encode::Encoder,
    error::{Gone, TuiError},
    feed::Feed,
    files::run::Files,
    format::clean,
    held::Held,
    keymap::lookup::Keymap,
    layout::layout,
    message::{Context, Effect, Message},
    options::{Capabilities, ScreenOptions},
    scene::Scene,
    station::StationInfo,
    terminal::{
        Terminal,
        input::{Event, Keyboard},
        size,
        suspend::suspend,
    },
    theme::Theme,
    ui::{Toast, Ui},
    update::update,
    view::render,
};
/// Why the screen ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The operator quit.
    Quit,
    /// `ScreenControl::stop` was called.
    Stopped,
    /// The terminal hung up, closed or blocked: go on without a screen.
    TerminalGone,
}

/// Longest wait for a key, so that a raised flag, a new size or a snapshot is seen in time.
const LOOK_UP: Duration = Duration::from_millis(33);

/// On a slow line the map and the events are painted so seldom, a little less than whole frames apart.
const MAP_HOLD: Duration = Duration::from_millis(2_900);
const EVENTS_HOLD: Duration = Duration::from_millis(3_900);
/// `MAV_SEVERITY_WARNING`: events so bad or worse are shown at once.
const WARNING: u8 = 4;

/// Shows the fleet until the operator quits, the program stops or the terminal is gone. Blocks.
///
/// # Errors
/// `NoTerminal` when there is none to draw on, before anything was written; `SetUp` when it refuses raw mode.
pub fn run(options: &ScreenOptions, station: &StationInfo, feed: Feed) -> Result<Exit, TuiError> {
    if !io::stdout().is_terminal() {
        let reason = "standard output is not one";
        return Err(TuiError::NoTerminal { reason });
    }
    let can = Capabilities::detect(options, |name| std::env::var(name).ok())?;
    let title = match &*station.name {
        "" => "volery".to_owned(),
        name => format!("volery - {}", clean(name)),
    };
    let set_up = |source| TuiError::SetUp { source };
    let keyboard = Keyboard::open().map_err(set_up)?;
    let terminal = Terminal::take(!options.no_mouse, &title).map_err(set_up)?;
    let reach = feed.hands.reach;
    let mut screen = Screen {
        station,
        can,
        feed,
        keymap: options.keymap.clone(),
        ui: Ui {
            theme: options.theme,
            units: options.units,
            local_time: options.local_time,
            is_slow: options.low_bandwidth,
            reach,
            digest: Digest::of_networks(&station.networks),
            ..Ui::default()
        },
        terminal,
        keyboard,
        painted: Buffer::default(),
        blank: Buffer::default(),
        encoder: Encoder::default(),
        files: Files::default(),
        copied: None,
        is_dirty: true,
        is_leaving: false,
        is_urgent: true,
        held_map: Held::new(MAP_HOLD),
        held_events: Held::new(EVENTS_HOLD),
        shown_second: 0,
        last_frame: None,
    };
    Ok(screen.run().unwrap_or(Exit::TerminalGone))
}

struct Screen<'a> {
    station: &'a StationInfo,
    can: Capabilities,
    feed: Feed,
    keymap: Keymap,
    ui: Ui,
    terminal: Terminal,
    keyboard: Keyboard,
    /// What the terminal shows; empty means unknown.
    painted: Buffer,
    /// The frame before, to be painted over: a new one each time would be half a megabyte of fresh memory.
    blank: Buffer,
    encoder: Encoder,
    files: Files,
    /// A text on its way to the terminal's clipboard.
    copied: Option<String>,
    is_dirty: bool,
    /// Whether a frame is on its way to the terminal.
    is_leaving: bool,
    /// Whether the next frame cannot wait.
    is_urgent: bool,
    held_map: Held,
    held_events: Held,
    shown_second: i64,
    last_frame: Option<Instant>,
}

impl Screen<'_> {
    fn run(&mut self) -> Result<Exit, Gone> {
        self.feed.snapshots.mark_changed();
        loop {
            let asked = self.feed.control.take();
            if asked.stop {
                return Ok(Exit::Stopped);
            }
            if asked.hang_up {
                return Err(Gone);
            }
            if asked.suspend {
                self.suspend();
            } else if asked.resumed {
                if self.terminal.enter().is_err() {
                    return Err(Gone);
                }
                self.forget_painted();
            }
            self.look();
            self.draw()?;
            for event in self.keyboard.read(self.wait())? {
                let message = match event {
                    Event::Key(key) => Message::Key(key),
                    Event::Paste(text) => Message::Paste(text),
                    Event::Mouse(mouse) => Message::Mouse(mouse),
                };
                match self.tell(message) {
                    Some(Effect::Quit) => return Ok(Exit::Quit),
                    Some(effect) => self.carry_out(effect),
                    None => {}
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        let answer = match effect {
            Effect::Quit => return,
            Effect::Suspend => return self.suspend(),
            Effect::Redraw => return self.forget_painted(),
            Effect::Copy(text) => {
                self.copied = Some(text);
                return;
            }
            Effect::Submit(submission) | Effect::Read(submission) => {
                match self.feed.hands.submit(&submission) {
                    Ok(ticket) => Message::Submitted(submission, ticket),
                    Err(error) => Message::Told(error.to_string()),
                }
            }
            Effect::Cancel(tickets) => match self.feed.hands.cancel(&tickets) {
                Ok(()) => return,
                Err(error) => Message::Told(error.to_string()),
            },
            Effect::Files(work) => return self.files.start(*work),
            Effect::Abort(ticket) => match self.feed.hands.abort(ticket) {
                Ok(()) => Message::Told("aborting what is still under way".to_owned()),
                Err(error) => Message::Told(error.to_string()),
            },
            Effect::Focus(vehicles) => return self.feed.hands.look_at(vehicles),
            Effect::Reload => Message::Told(self.feed.hands.start_reload().to_owned()),
        };
        self.tell(answer);
    }

    /// What became of files; what is to be sent once they are on the disk is sent now.
    fn look_at_files(&mut self) {
        while let Some(done) = self.files.take() {
            if let Some(effect) = self.tell(Message::Filed(Box::new(done))) {
                self.carry_out(effect);
            }
        }
    }

    /// New data, a new size, a new second.
    fn look(&mut self) {
        self.look_at_files();
        if let Some(text) = self.feed.control.take_told() {
            self.tell(Message::Told(text));
        }
        match self.feed.snapshots.has_changed() {
            Ok(true) => {
                let snapshot = self.feed.snapshots.borrow_and_update().clone();
                let before = self.ui.digest.urgency();
                let told = self.ui.shown.events.newest_id();
                self.tell(Message::Snapshot(snapshot));
                let mut new = self.ui.shown.events.after(told);
                if new.any(|event| event.severity.0 <= WARNING) {
                    self.is_urgent = true;
                    self.held_events.hurry();
                }
                if self.ui.digest.urgency() != before {
                    self.is_urgent = true;
                    self.held_map.hurry();
                }
            }
            Ok(false) => {}
            Err(_) if self.ui.is_closed => {}
            Err(_) => {
                let last = self.feed.snapshots.borrow().clone();
                self.tell(Message::Snapshot(last));
                self.tell(Message::Closed);
            }
        }
        if let Some(size) = size()
            && size != self.ui.size
        {
            self.tell(Message::Resize(size.0, size.1));
            self.painted = Buffer::default();
        }
        let second = self.now_ms().div_euclid(1_000);
        if second != self.shown_second {
            self.shown_second = second;
            if let Some(effect) = self.tell(Message::Tick) {
                self.carry_out(effect);
            }
        }
    }

    fn now_ms(&self) -> i64 {
        (self.feed.now)().as_ms()
    }

    fn tell(&mut self, message: Message) -> Option<Effect> {
        self.is_dirty = true;
        if !matches!(message, Message::Snapshot(_) | Message::Tick) {
            self.is_urgent = true;
            self.held_map.hurry();
            self.held_events.hurry();
        }
        self.update(message)
    }

    fn update(&mut self, message: Message) -> Option<Effect> {
        let context = Context {
            keymap: &self.keymap,
            now_ms: (self.feed.now)().as_ms(),
            is_transmitting: self.station.is_transmitting,
            modes: &*self.feed.hands.modes,
        };
        update(&mut self.ui, message, &context)
    }

    /// Until the next frame is due, or until it is time to look up.
    fn wait(&self) -> Duration {
        let due = self.last_frame.map_or(Duration::ZERO, |last| {
            self.between().saturating_sub(last.elapsed())
        });
        if self.is_dirty {
            due.clamp(Duration::from_millis(4), LOOK_UP)
        } else {
            LOOK_UP
        }
    }

    /// Shortest time between the last frame and the next.
    const fn between(&self) -> Duration {
        if self.is_urgent {
            self.can.urgent_frame
        } else {
            self.can.frame
        }
    }

    /// Paints a frame when something changed, one is due, and the last one has left.
    fn draw(&mut self) -> Result<(), Gone> {
        let is_ready = self.terminal.is_ready()?;
        if is_ready && self.is_leaving {
            self.is_leaving = false;
            self.update(Message::Left);
        }
        let is_due = self
            .last_frame
            .is_none_or(|last| last.elapsed() >= self.between());
        if !(self.is_dirty && is_ready && is_due) {
            return Ok(());
        }
        let area = Rect::new(0, 0, self.ui.size.0, self.ui.size.1);
        let mut next = std::mem::take(&mut self.blank);
        next.reset();
        next.resize(area);
        let theme = Theme::new(self.ui.theme, self.can.depth, self.can.ascii);
        let scene = Scene {
            snapshot: &self.ui.shown,
            ui: &self.ui,
            theme: &theme,
            station: self.station,
            keymap: &self.keymap,
            now_ms: self.now_ms(),
        };
        render(&mut next, area, &scene);
        if self.ui.is_slow {
            self.hold_panes(&mut next, area);
        }
        let mut bytes = Vec::new();
        self.encoder.frame(&self.painted, &next, &mut bytes);
        if let Some(text) = self.copied.take() {
            clip(&text, &mut bytes);
        }
        if !bytes.is_empty() {
            self.terminal.send(&bytes);
        }
        self.is_leaving = true;
        self.update(Message::Drawn);
        self.blank = std::mem::replace(&mut self.painted, next);
        self.is_dirty = false;
        self.is_urgent = false;
        self.last_frame = Some(Instant::now());
        Ok(())
    }

    /// On a slow line: map and events as they are on the terminal, until their time is over.
    fn hold_panes(&mut self, next: &mut Buffer, area: Rect) {
        // What lies over the panes is never held back with them.
        let panes = layout(area, &self.ui).panes().copied();
        let panes = panes.filter(|_| !self.ui.overlay.covers_panes());
        let now = Instant::now();
        let map = panes.and_then(|panes| panes.map);
        let events = panes.and_then(|panes| panes.events);
        self.held_map.keep((&self.painted, next), map, now);
        self.held_events.keep((&self.painted, next), events, now);
    }

    fn forget_painted(&mut self) {
        self.painted = Buffer::default();
        self.encoder = Encoder::default();
        self.is_dirty = true;
    }

    /// Gives the terminal to the shell and takes it back when continued.
    fn suspend(&mut self) {
        self.terminal.leave();
        if !suspend() {
            self.ui.toast = Some(Toast {
                text: "no shell to go back to".to_owned(),
                until_ms: self.now_ms() + 4_000,
            });
        }
        if self.terminal.enter().is_err() {
            self.feed.control.hang_up();
        }
        self.forget_painted();
    }
}
