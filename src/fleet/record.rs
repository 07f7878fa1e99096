//! One vehicle: its object, its paths, and what must be remembered to keep both true.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::json;

use super::{
    beliefs::{Sources, extend_track, hear_home},
    boot_clock::BootClock,
    causes::Causes,
    clocks::Clocks,
    identity::Paths,
    journal::{Desk, Entry},
    judgements::Judgements,
    texts::JoinedText,
};
use crate::{
    model::{
        event::EventKind,
        groups::{Attitude, Ekf, Fence, Rc, Vibration, Wind},
        holdings::Holdings,
        ids::{ComponentId, PathId, SystemId},
        report::{AutopilotVersion, AvailableMode, GuidedTarget, Heartbeat, Mode, Report},
        time::TimeUs,
        track::Track,
        vehicle::{Component, LastText, Vehicle},
        words::{LandedState, MavType, Severity},
    },
    protocol::enquiry::Enquiry,
};

mod restart;

/// One vehicle as the fleet keeps it.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) vehicle: Arc<Vehicle>,
    pub(super) track: Arc<Track>,
    pub(super) system: SystemId,
    pub(super) autopilot: Option<ComponentId>,
    pub(super) listed: bool,
    pub(super) paths: Paths,
    pub(super) enquiries: Vec<(PathId, Enquiry)>,
    pub(super) clocks: Clocks,
    /// What was read from it.
    pub(super) held: Arc<Holdings>,
    /// MAV_PROTOCOL_CAPABILITY bits.
    pub(super) capabilities: Option<u64>,
    /// A path was added since the last tick.
    pub(super) fresh_path: bool,
    judgements: Judgements,
    /// Where it last said it was going, and when.
    pub(super) going: Option<(TimeUs, GuidedTarget)>,
    /// When its first heartbeat made it a vehicle: no event about it is earlier.
    pub(super) appeared: Option<TimeUs>,
    pub(super) causes: Causes,
    pub(super) sources: Sources,
    pub(super) boots: u32,
    /// How often a sender that was not proven to be the same vehicle has taken this row.
    pub(super) heirs: u32,
    boot: BootClock,
    offered_modes: BTreeMap<u32, AvailableMode>,
}

impl Record {
    pub(super) fn new(vehicle: Vehicle, system: SystemId, listed: bool) -> Self {
        Self {
            vehicle: Arc::new(vehicle),
            track: Arc::default(),
            system,
            autopilot: None,
            listed,
            paths: Paths::default(),
            enquiries: Vec::new(),
            clocks: Clocks::default(),
            held: Arc::default(),
            capabilities: None,
            fresh_path: false,
            judgements: Judgements::default(),
            going: None,
            appeared: None,
            causes: Causes::default(),
            sources: Sources::default(),
            boots: 0,
            heirs: 0,
            boot: BootClock::default(),
            offered_modes: BTreeMap::new(),
        }
    }

    /// The vehicle object, to be changed.
    pub(super) fn object(&mut self) -> &mut Vehicle {
        Arc::make_mut(&mut self.vehicle)
    }

    /// The round trip over the path that makes the object, where it was measured.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.clocks.round_trip(self.paths.primary()?.id)
    }

    /// Writes an event about this vehicle.
    pub(super) fn note(&self, desk: &mut Desk<'_>, entry: Entry) {
        let t = self.appeared.map_or(desk.t, |since| desk.t.max(since));
        desk.journal.vehicle(t, &self.vehicle.id, entry);
    }

    /// Writes down what the station itself judges of the vehicle now.
    pub(super) fn judge(&mut self, desk: &mut Desk<'_>) {
        for entry in self.judgements.judge(&self.vehicle, desk.t) {
            self.note(desk, entry);
        }
    }

    /// Believes a report of the vehicle's own autopilot.
    pub(super) fn believe(&mut self, report: &Report, desk: &mut Desk<'_>) {
        let t = desk.t;
        let t_ms = Some(t.as_ms());
        if let Some(entry) = self.judgements.hear(report, t) {
            self.note(desk, entry);
        }
        let Self {
            vehicle, sources, ..
        } = self;
        let object = Arc::make_mut(vehicle);
        match report {
            Report::Heartbeat(heartbeat) => self.heartbeat(heartbeat, desk),
            Report::Position(report) => {
                sources.hear_global(object, *report, t);
                extend_track(&mut self.track, object, t);
                self.boot_time_of_position(report.boot_ms, desk);
            }
            Report::Gps(id, gps) => {
                sources.hear_gps(object, *id, *gps, t);
                extend_track(&mut self.track, object, t);
            }
            Report::Attitude(group) => object.attitude = Some(Attitude { t_ms, ..*group }),
            Report::Hud(hud) => sources.hear_hud(object, *hud, t),
            Report::System(report) => sources.hear_system(object, *report, t),
            Report::Battery(id, battery) => sources.hear_battery(object, *id, *battery, t),
            Report::Ekf(group) => object.ekf = Some(Ekf { t_ms, ..*group }),
            Report::Vibration(group) => object.vibration = Some(Vibration { t_ms, ..*group }),
            Report::Wind(group) => object.wind = Some(Wind { t_ms, ..*group }),
            Report::Rc(group) => object.rc = Some(Rc { t_ms, ..*group }),
            Report::Fence(group) => object.fence = Some(Fence { t_ms, ..*group }),
            Report::Mission(_) | Report::MissionCount(_) => self.mission(report, t),
            Report::GuidedTarget(target) => self.going = Some((t, *target)),
            Report::Home(home) => hear_home(object, *home, t),
            Report::Landed(landed) => self.landed(*landed, t),
            Report::Version(version) => self.version(version),
            Report::Time(time) => self.time(*time, desk),
            Report::HighLatency(report) => self.high_latency(report, desk),
            Report::AvailableMode(mode) => drop(
                self.offered_modes
                    .insert(mode.custom_mode, (**mode).clone()),
            ),
            // Parts of a conversation: they change no group of the object.
            _ => {}
        }
    }

    /// A heartbeat or battery of another component of the same system.
    pub(super) fn hear_component(&mut self, component: ComponentId, report: &Report, t: TimeUs) {
        let kind = match report {
            Report::Heartbeat(heartbeat) => Some(heartbeat.mav_type),
            _ => None,
        };
        self.note_component(component, kind);
        if let Report::Battery(id, battery) = report {
            let Self {
                vehicle, sources, ..
            } = self;
            sources.hear_battery(Arc::make_mut(vehicle), *id, *battery, t);
        }
    }

    /// Lists a component; what it says it is, is kept once known.
    pub(super) fn note_component(&mut self, component: ComponentId, kind: Option<MavType>) {
        let known = self.vehicle.components.get(&component.0).copied();
        let is = Component {
            kind: kind.or(known.and_then(|known| known.kind)),
        };
        if known != Some(is) {
            self.object().components.make_mut().insert(component.0, is);
        }
    }

    /// A whole STATUSTEXT.
    pub(super) fn text(&mut self, joined: JoinedText, desk: &mut Desk<'_>) {
        let JoinedText {
            severity,
            text,
            since,
        } = joined;
        let mut entry = Entry::new(EventKind::Text, severity, &*text);
        if self.appeared.is_some_and(|appeared| since < appeared) {
            entry = entry.with(json!({ "heard_ms": since.as_ms() }));
        }
        self.note(desk, entry);
        if let Some(entry) = self.causes.hear(severity, &text, desk.t) {
            self.note(desk, entry);
        }
        self.object().last_text = Some(LastText {
            severity,
            text,
            t_ms: Some(since.as_ms()),
        });
    }

    fn heartbeat(&mut self, heartbeat: &Heartbeat, desk: &mut Desk<'_>) {
        let (mode, label) = self.named_mode(&heartbeat.mode, heartbeat.custom_mode);
        let object = self.object();
        object.mav_type = Some(heartbeat.mav_type);
        object.autopilot = Some(heartbeat.autopilot);
        object.system_status = Some(heartbeat.system_status);
        object.mode_label = label;
        self.change_mode(mode, desk);
        self.change_armed(heartbeat.armed, desk);
    }

    /// AVAILABLE_MODES names what the firmware's own table does not.
    pub(super) fn named_mode(&self, mode: &Mode, custom_mode: u32) -> (Mode, Option<Arc<str>>) {
        let offered = self.offered_modes.get(&custom_mode);
        let label = offered.map(|offered| Arc::clone(&offered.name));
        match offered {
            Some(offered) if !mode.known => {
                let name = Cow::Owned(offered.name.to_string());
                (
                    Mode {
                        name,
                        known: true,
                        class: offered.class,
                    },
                    label,
                )
            }
            _ => (mode.clone(), label),
        }
    }

    pub(super) fn change_mode(&mut self, mode: Mode, desk: &mut Desk<'_>) {
        if self.vehicle.mode.as_ref() == Some(&mode.name) {
            return;
        }
        if let Some(old) = self.vehicle.mode.clone() {
            let to = (&*mode.name, mode.class);
            let entry = self.causes.mode_changes(&self.vehicle, &old, to, desk.t);
            self.note(desk, entry);
            self.want_home();
        }
        let object = self.object();
        object.mode = Some(mode.name);
        object.mode_class = Some(mode.class);
    }

    pub(super) fn change_armed(&mut self, armed: bool, desk: &mut Desk<'_>) {
        let was = self.vehicle.armed;
        if was == Some(armed) {
            return;
        }
        if was.is_some() {
            let word = if armed { "armed" } else { "disarmed" };
            self.note(
                desk,
                Entry::new(EventKind::Armed, Severity::INFO, word).with(json!({ "armed": armed })),
            );
            if armed {
                self.want_home();
            }
        }
        let object = self.object();
        object.armed = Some(armed);
        object.armed_since_ms = armed.then(|| desk.t.as_ms());
    }

    fn want_home(&mut self) {
        self.enquiries
            .iter_mut()
            .for_each(|(_, enquiry)| enquiry.want_home());
    }

    pub(super) fn mission(&mut self, report: &Report, t: TimeUs) {
        let mut mission = self.vehicle.mission.unwrap_or_default();
        match report {
            Report::Mission(heard) => {
                mission.current = heard.current;
                mission.state = heard.state;
                mission.count = heard.count.or(mission.count);
            }
            Report::MissionCount(told) if told.is_mission() => mission.count = Some(told.count),
            _ => return,
        }
        mission.t_ms = Some(t.as_ms());
        self.object().mission = Some(mission);
    }

    fn landed(&mut self, landed: Option<LandedState>, t: TimeUs) {
        let flies = matches!(landed, Some(LandedState(2..=4)));
        let object = self.object();
        object.landed = landed;
        if !flies {
            object.airborne_since_ms = None;
        } else if object.airborne_since_ms.is_none() {
            object.airborne_since_ms = Some(t.as_ms());
        }
    }

    fn version(&mut self, version: &AutopilotVersion) {
        self.capabilities = Some(version.capabilities);
        let object = self.object();
        object.firmware.clone_from(&version.firmware);
        object.uid.clone_from(&version.uid);
    }

    /// Another vehicle has taken this row: nothing of the old one may be shown as its own.
    pub(super) fn forget_facts(&mut self) {
        let fresh = Vehicle {
            state: self.vehicle.state,
            ..self.vehicle.as_expected()
        };
        self.vehicle = Arc::new(fresh);
        self.track = Arc::default();
        self.sources = Sources::default();
        self.causes = Causes::default();
        self.judgements = Judgements::default();
        self.boot = BootClock::default();
        self.going = None;
        self.offered_modes.clear();
        self.enquiries.clear();
        self.clocks.forget();
        self.held = Arc::default();
        self.capabilities = None;
    }
}
