//! Walks a recording frame by frame, by the same wire code as live data, and adds up what it holds.
//!
//! Takes every CRC-valid frame in file order: the filters of live display (duplicates, late packets,
//! conflicts) have no place here.

use std::{collections::BTreeMap, time::Duration};

use super::summary::{ArmedInterval, ModeChange, Summary, TextLine, VehicleSummary};
use crate::{
    fleet::{
        state::{Fleet, FleetOptions},
        texts::Texts,
    },
    model::{
        geo::{LatLon, round_to},
        ids::{ComponentId, LinkId, PeerId, SystemId},
        link::LinkInfo,
        report::{GlobalPosition, Heard, Heartbeat, Report, TextPart},
        signing::{FrameSigning, SigningPolicy},
        time::TimeUs,
        words::{Autopilot, Severity},
    },
    wire::{
        decode::{Context, decode, text::quoted_text},
        dialect,
        frame::{Check, Frame, Version},
        sequence::lost_by_file_rule,
    },
};

/// A step longer than this is a jump of the estimator, not a flight.
const LONGEST_STEP_M: f64 = 1_000.0;

/// The only link of a recording.
const LINK: LinkId = LinkId(0);

/// What has been added up so far.
#[derive(Debug)]
pub(crate) struct Survey {
    timed: bool,
    messages: BTreeMap<u32, u64>,
    systems: BTreeMap<SystemId, SystemSurvey>,
    fleet: Fleet,
    texts: Texts,
    first: Option<TimeUs>,
    last: Option<TimeUs>,
    clock: TimeUs,
}

/// What one system id has said.
#[derive(Debug, Default)]
struct SystemSurvey {
    autopilot: Option<Autopilot>,
    frames: u64,
    lost: u64,
    sequences: BTreeMap<ComponentId, u8>,
    messages: BTreeMap<u32, u64>,
    modes: Vec<(TimeUs, String)>,
    armed: Vec<(TimeUs, TimeUs)>,
    armed_now: bool,
    last_place: Option<LatLon>,
    distance_m: f64,
    max_alt_rel_m: Option<f64>,
    texts: Vec<(TimeUs, TextLine)>,
}

impl Survey {
    /// An empty survey; `timed` is false for a raw stream, which has no times.
    pub(crate) fn new(timed: bool) -> Self {
        let link = LinkInfo {
            name: "file".into(),
            url: "file".into(),
            network: "mav".into(),
            class: "lan",
            passive: true,
            shared: false,
            recording: true,
            signing: SigningPolicy::Off,
            rates: None,
            bytes_per_s: None,
        };
        let own = (SystemId(255), ComponentId(25));
        let options = FleetOptions {
            links: vec![link],
            listed: Vec::new(),
            forget_after: Duration::MAX,
            own,
        };
        Self {
            timed,
            messages: BTreeMap::new(),
            systems: BTreeMap::new(),
            fleet: Fleet::new(options),
            texts: Texts::default(),
            first: None,
            last: None,
            clock: TimeUs::default(),
        }
    }

    /// The next frame of the recording.
    pub(crate) fn take(&mut self, frame: &Frame<'_>, t: TimeUs) {
        self.first.get_or_insert(t);
        self.last = Some(t);
        if frame.check == Check::Unknown {
            return;
        }
        *self.messages.entry(frame.msgid).or_default() += 1;
        let system = self.systems.entry(frame.system).or_default();
        if system.count(frame) {
            self.fleet.note_sender(LINK, frame.system, frame.component);
        }
        let Some(report) = decode(
            frame.msgid,
            frame.payload(),
            Context {
                autopilot: system.autopilot,
            },
        ) else {
            return;
        };
        match &report {
            Report::Heartbeat(heartbeat) => system.heartbeat(heartbeat, t),
            Report::Position(position) => system.position(*position),
            Report::Text(part) => {
                let quoted = TextPart {
                    text: quoted_text(frame.payload()),
                    ..part.clone()
                };
                if let Some(joined) = self.texts.push(frame.system, frame.component, quoted, t) {
                    system.text(joined.since, joined.severity, &joined.text);
                }
            }
            _ => {}
        }
        self.fleet.apply(LINK, &heard(frame, t, report));
        self.advance(t);
    }

    /// The clock of a recording is the greatest time so far.
    fn advance(&mut self, t: TimeUs) {
        if t > self.clock {
            if self.timed && t.0 / 50_000 != self.clock.0 / 50_000 {
                self.fleet.tick(t);
            }
            self.clock = t;
            self.expire_texts(t);
        }
    }

    fn expire_texts(&mut self, t: TimeUs) {
        let expired: Vec<_> = self.texts.expire(t).collect();
        for (system, _, joined) in expired {
            if let Some(system) = self.systems.get_mut(&system) {
                system.text(joined.since, joined.severity, &joined.text);
            }
        }
    }

    /// The end of the recording: what was found goes into `summary`.
    pub(crate) fn finish(mut self, summary: &mut Summary) {
        self.expire_texts(self.clock.plus(Duration::from_mins(1)));
        if self.timed {
            summary.first_us = self.first.map(|t| t.0);
            summary.last_us = self.last.map(|t| t.0);
            self.fleet.tick(self.clock);
        }
        self.fleet.refresh_paths();
        summary.messages = by_name(&self.messages);
        let snapshot = self.fleet.publish(self.clock);
        for vehicle in snapshot.vehicles.values() {
            let Some(system) = self.systems.remove(&SystemId(vehicle.sysid)) else {
                continue;
            };
            let last = serde_json::to_value(&**vehicle).unwrap_or_default();
            let last = if self.timed {
                last
            } else {
                without_times(last)
            };
            summary.vehicles.insert(
                vehicle.id.to_string(),
                system.finish(vehicle.sysid, last, self.timed),
            );
        }
    }
}

impl SystemSurvey {
    /// Counts a frame; returns whether its component is new.
    fn count(&mut self, frame: &Frame<'_>) -> bool {
        self.frames += 1;
        *self.messages.entry(frame.msgid).or_default() += 1;
        let previous = self.sequences.insert(frame.component, frame.seq);
        self.lost += previous.map_or(0, |previous| {
            u64::from(lost_by_file_rule(previous, frame.seq))
        });
        previous.is_none()
    }

    fn heartbeat(&mut self, heartbeat: &Heartbeat, t: TimeUs) {
        if !heartbeat.is_vehicle() {
            return;
        }
        self.autopilot = Some(heartbeat.autopilot);
        if self
            .modes
            .last()
            .is_none_or(|(_, mode)| *mode != heartbeat.mode.name)
        {
            self.modes.push((t, heartbeat.mode.name.to_string()));
        }
        match (self.armed_now, heartbeat.armed) {
            (false, true) => self.armed.push((t, t)),
            (true, _) => self
                .armed
                .iter_mut()
                .next_back()
                .into_iter()
                .for_each(|interval| interval.1 = t),
            (false, false) => {}
        }
        self.armed_now = heartbeat.armed;
    }

    fn position(&mut self, position: GlobalPosition) {
        self.max_alt_rel_m = match (self.max_alt_rel_m, position.alt_rel_m) {
            (Some(max), Some(alt)) => Some(max.max(alt)),
            (max, alt) => max.or(alt),
        };
        let Some(place) = position.place else { return };
        let step_m = self
            .last_place
            .replace(place)
            .map_or(0.0, |last| last.distance_m(place));
        if step_m <= LONGEST_STEP_M {
            self.distance_m += step_m;
        }
    }

    fn text(&mut self, t: TimeUs, severity: Severity, text: &str) {
        self.texts.push((
            t,
            TextLine {
                t_us: None,
                severity,
                text: text.to_owned(),
            },
        ));
    }

    fn finish(self, sysid: u8, last: serde_json::Value, timed: bool) -> VehicleSummary {
        let at = |t: TimeUs| timed.then_some(t.0);
        let texts = self.texts.into_iter().map(|(t, line)| TextLine {
            t_us: at(t),
            ..line
        });
        let armed = self.armed.into_iter().map(|(from, to)| ArmedInterval {
            from_us: at(from),
            to_us: at(to),
        });
        VehicleSummary {
            sysid,
            frames: self.frames,
            lost_frames: self.lost,
            messages: by_name(&self.messages),
            modes: self
                .modes
                .into_iter()
                .map(|(t, mode)| ModeChange { t_us: at(t), mode })
                .collect(),
            armed: armed.collect(),
            max_alt_rel_m: self.max_alt_rel_m,
            distance_m: round_to(self.distance_m, 1),
            texts: texts.collect(),
            last,
        }
    }
}

fn heard(frame: &Frame<'_>, t: TimeUs, report: Report) -> Heard {
    Heard {
        peer: PeerId(0),
        t,
        system: frame.system,
        component: frame.component,
        sequence: frame.seq,
        mavlink2: frame.version == Version::V2,
        signing: FrameSigning::Unchecked,
        fingerprint: frame.fingerprint(),
        message: frame.msgid,
        report,
    }
}

fn by_name(counts: &BTreeMap<u32, u64>) -> BTreeMap<&'static str, u64> {
    let mut named = BTreeMap::new();
    for (id, count) in counts {
        *named
            .entry(dialect::name(*id).unwrap_or("UNKNOWN"))
            .or_default() += count;
    }
    named
}

/// A raw stream has no clock: every key that is a time is left out, and with them the liveness.
fn without_times(mut vehicle: serde_json::Value) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        if let serde_json::Value::Object(map) = value {
            map.retain(|key, _| !key.ends_with("_ms"));
            map.values_mut().for_each(strip);
        }
    }
    strip(&mut vehicle);
    if let serde_json::Value::Object(map) = &mut vehicle {
        map.remove("state");
    }
    vehicle
}
