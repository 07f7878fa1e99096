//! A screen without a terminal: messages in, a buffer or text out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64},
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{buffer::Buffer, layout::Rect};
use volery::{
    model::snapshot::Snapshot,
    tui::{
        keymap::lookup::Keymap,
        message::{Context, Effect, Message},
        palette::reach::Reach,
        scene::Scene,
        station::{LogInfo, StationInfo},
        theme::{Depth, Theme, ThemeName},
        ui::Ui,
        update::update,
        view::render,
    },
};

use super::fleets::NOW_MS;

/// A screen of one size that was shown some snapshots and pressed some keys.
pub(crate) struct Desk {
    pub(crate) ui: Ui,
    pub(crate) theme: Theme,
    pub(crate) station: StationInfo,
    pub(crate) keymap: Keymap,
    pub(crate) now_ms: i64,
}

impl Desk {
    pub(crate) fn new(columns: u16, rows: u16, snapshot: Snapshot) -> Self {
        let station = StationInfo {
            name: "Field team 1".into(),
            web_url: Some("http://127.0.0.1:8780/".into()),
            is_transmitting: true,
            started_ms: NOW_MS - 2_530_000,
            log: Some(LogInfo {
                path: "/home/op/.local/state/volery/flights.db".into(),
                bytes: Arc::new(AtomicU64::new(84_200_000)),
                has_failed: Arc::new(AtomicBool::new(false)),
            }),
            ..StationInfo::default()
        };
        let mut desk = Self {
            ui: Ui::default(),
            theme: Theme::new(ThemeName::Default, Depth::True, false),
            station,
            keymap: Keymap::default(),
            now_ms: NOW_MS,
        };
        desk.ui.reach = Reach::Vehicles;
        desk.send(Message::Resize(columns, rows));
        desk.send(Message::Snapshot(Arc::new(snapshot)));
        desk
    }

    pub(crate) fn with_theme(mut self, name: ThemeName, depth: Depth, ascii: bool) -> Self {
        self.theme = Theme::new(name, depth, ascii);
        self
    }

    pub(crate) fn send(&mut self, message: Message) -> Option<Effect> {
        let context = Context {
            keymap: &self.keymap,
            now_ms: self.now_ms,
            is_transmitting: self.station.is_transmitting,
            modes: &volery::wire::autopilot::FirmwareModes,
        };
        update(&mut self.ui, message, &context)
    }

    pub(crate) fn press(&mut self, code: KeyCode) -> Option<Effect> {
        self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(KeyCode::Char(letter));
        }
    }

    pub(crate) fn buffer(&self) -> Buffer {
        let area = Rect::new(0, 0, self.ui.size.0, self.ui.size.1);
        let mut buffer = Buffer::empty(area);
        self.paint(&mut buffer);
        buffer
    }

    pub(crate) fn paint(&self, buffer: &mut Buffer) {
        let scene = Scene {
            snapshot: &self.ui.shown,
            ui: &self.ui,
            theme: &self.theme,
            station: &self.station,
            keymap: &self.keymap,
            now_ms: self.now_ms,
        };
        render(buffer, buffer.area, &scene);
    }

    /// The screen as lines of text, without styles.
    pub(crate) fn text(&self) -> String {
        let buffer = self.buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += volery::tui::format::width(symbol).max(1) as u16;
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
