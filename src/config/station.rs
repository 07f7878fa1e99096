//! The tables about this station itself: `[gcs]`, `[log]`, `[map]`, `[ui]`, `[keys]`.

use std::{ops::Range, path::PathBuf};

use toml::Spanned;

use super::{enforced, findings::Findings, reader::Section};
use crate::model::ids::{ComponentId, SystemId};

/// Who this station is on the air (`[gcs]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GcsConfig {
    /// Own system id; 255 unless said otherwise.
    pub sysid: SystemId,
    /// Own component id; 25, because 190 is used by QGroundControl and Mission Planner.
    pub compid: ComponentId,
    /// Never transmit, not even heartbeats.
    pub passive: bool,
}

/// The flight log (`[log]`).
#[derive(Debug, Clone, PartialEq)]
pub struct LogConfig {
    /// Keep a log at all.
    pub enabled: bool,
    /// The file; `None` is `flights.db` in the state directory.
    pub path: Option<PathBuf>,
    /// Rows of `telemetry` per vehicle and second, at most.
    pub sample_hz: f64,
    /// Keep every frame received or sent.
    pub frames: bool,
    /// Days to keep; 0 keeps all.
    pub keep_days: u32,
    /// GiB to keep; 0 keeps all.
    pub keep_gib: f64,
}

/// The operator's own map data (`[map]`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapConfig {
    /// Raster tiles (MBTiles).
    pub base: Option<PathBuf>,
    /// GeoJSON or KML drawn over the map.
    pub overlays: Vec<PathBuf>,
}

/// The screen (`[ui]`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UiConfig {
    /// Name of a theme; `None` lets the terminal decide.
    pub theme: Option<String>,
    /// Units shown; the log and the API are always SI.
    pub units: Units,
    /// Clock shown.
    pub time: ClockZone,
    /// Views in the order of their digits; empty is the built-in order.
    pub views: Vec<String>,
    /// Columns of the fleet table; empty is the built-in list.
    pub columns: Vec<String>,
}

/// A key of the operator's own (`[keys]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyConfig {
    /// The key, or several with blanks between them.
    pub keys: String,
    /// The word of what it does.
    pub action: String,
    /// Where the key stands in the file, bytes.
    pub keys_at: Range<usize>,
    /// Where the word stands in the file, bytes.
    pub action_at: Range<usize>,
}

/// Units on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Units {
    /// Metres, m/s.
    #[default]
    Metric,
    /// Feet, mph.
    Imperial,
    /// Feet, knots, ft/min.
    Aviation,
}

/// Clock on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClockZone {
    /// UTC.
    Utc,
    /// The zone of this machine.
    #[default]
    Local,
}

impl Default for GcsConfig {
    fn default() -> Self {
        Self {
            sysid: SystemId(255),
            compid: ComponentId(25),
            passive: false,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            path: None,
            sample_hz: 5.0,
            frames: true,
            keep_days: 0,
            keep_gib: 0.0,
        }
    }
}

/// A system or component id 1–255; 0 means "all" on the air and is nobody's.
pub(super) fn id_byte(section: &mut Section<'_>, key: &'static str) -> Option<Spanned<u8>> {
    let number = section.whole(key, 1..=255)?;
    Some(Spanned::new(number.span(), *number.get_ref() as u8))
}

pub(super) fn read_gcs(mut section: Section<'_>) -> GcsConfig {
    let mut gcs = GcsConfig::default();
    if let Some(sysid) = id_byte(&mut section, "sysid") {
        gcs.sysid = SystemId(sysid.into_inner());
    }
    if let Some(compid) = id_byte(&mut section, "compid") {
        if *compid.get_ref() == 190 && gcs.sysid == SystemId(255) {
            section.findings().warn(
                compid.span(),
                "QGroundControl and Mission Planner call themselves 255/190 too",
                "vehicles cannot tell the two stations apart; the default is compid = 25",
            );
        }
        gcs.compid = ComponentId(compid.into_inner());
    }
    gcs.passive = section.flag("passive").unwrap_or(false);
    section.done();
    gcs
}

pub(super) fn read_log(mut section: Section<'_>) -> LogConfig {
    let usual = LogConfig::default();
    let findings = section.findings();
    let log = LogConfig {
        enabled: section.flag("enabled").unwrap_or(usual.enabled),
        path: section.path("path"),
        sample_hz: section
            .number("sample_hz", 0.0..=100.0)
            .map_or(usual.sample_hz, Spanned::into_inner),
        frames: section.flag("frames").unwrap_or(usual.frames),
        keep_days: keep_days(&mut section, findings),
        keep_gib: keep_gib(&mut section, findings),
    };
    section.done();
    log
}

fn keep_days(section: &mut Section<'_>, findings: &Findings<'_>) -> u32 {
    let Some(days) = section.whole("keep_days", 0..=36_500) else {
        return 0;
    };
    if *days.get_ref() != 0 {
        enforced::used("log.keep_days", days.span(), findings);
    }
    if (1..7).contains(days.get_ref()) {
        let message = "a flight younger than 7 days is never deleted";
        findings.warn(days.span(), message, "write 7 or more; 0 keeps all");
    }
    days.into_inner() as u32
}

fn keep_gib(section: &mut Section<'_>, findings: &Findings<'_>) -> f64 {
    let Some(gib) = section.number("keep_gib", 0.0..=1e6) else {
        return 0.0;
    };
    if *gib.get_ref() > 0.0 {
        enforced::used("log.keep_gib", gib.span(), findings);
    }
    gib.into_inner()
}

pub(super) fn read_map(mut section: Section<'_>) -> MapConfig {
    for (key, setting) in [("base", "map.base"), ("overlays", "map.overlays")] {
        if let Some(span) = section.key_span(key) {
            enforced::used(setting, span, section.findings());
        }
    }
    let overlays = section.texts("overlays");
    let map = MapConfig {
        base: section.path("base"),
        overlays: overlays
            .into_iter()
            .map(|path| PathBuf::from(path.into_inner()))
            .collect(),
    };
    section.done();
    map
}

/// The themes of the screen, which is a layer above.
pub const THEMES: [&str; 4] = ["default", "high-contrast", "ansi", "mono"];

pub(super) fn read_ui(mut section: Section<'_>) -> UiConfig {
    for (key, setting) in [("views", "ui.views"), ("columns", "ui.columns")] {
        if let Some(span) = section.key_span(key) {
            enforced::used(setting, span, section.findings());
        }
    }
    let themes = THEMES.map(|name| (name, name));
    let units = [
        ("metric", Units::Metric),
        ("imperial", Units::Imperial),
        ("aviation", Units::Aviation),
    ];
    let zones = [("utc", ClockZone::Utc), ("local", ClockZone::Local)];
    let words = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
    let ui = UiConfig {
        theme: section
            .choice("theme", &themes)
            .map(|theme| (*theme.get_ref()).to_owned()),
        units: section
            .choice("units", &units)
            .map_or_else(Units::default, Spanned::into_inner),
        time: section
            .choice("time", &zones)
            .map_or_else(ClockZone::default, Spanned::into_inner),
        views: words(section.texts("views")),
        columns: words(section.texts("columns")),
    };
    section.done();
    ui
}

/// Key sequences and what they do. Which keys and actions there are, and which cannot both be typed, is for the
/// screen to say: the places are kept for that.
pub(super) fn read_keys(mut section: Section<'_>) -> Vec<KeyConfig> {
    let mut keys: Vec<KeyConfig> = Vec::new();
    let findings = section.findings();
    for (key, action) in section.free_keys() {
        let words: Vec<&str> = key.get_ref().split_whitespace().collect();
        let sequence = words.join(" ");
        if sequence.is_empty() {
            findings.error(key.span(), "a key must not be empty", "");
            continue;
        }
        keys.push(KeyConfig {
            keys: sequence,
            keys_at: key.span(),
            action_at: action.span(),
            action: action.into_inner(),
        });
    }
    keys
}
