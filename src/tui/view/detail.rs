//! The selected vehicle: three lines, or all that is known of it when the pane is tall.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    health::receiver,
    paint::{Spans, foreign, left, line},
    sparkline,
};
use crate::{
    model::{
        groups::Battery,
        sensors::Health,
        vehicle::{Path, State, Vehicle},
        words::Autopilot,
    },
    tui::{
        format::{age, duration, fixed},
        freshness::{Freshness, Group},
        row::Row,
        scene::Scene,
    },
};

/// Paints as many of the prepared lines as there is room for.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let Some(row) = scene.ui.selected_row() else {
        return;
    };
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let sheet = Sheet { row, scene };
    let ellipsis = scene.theme.symbols.ellipsis;
    for (n, spans) in sheet
        .lines(area.width)
        .iter()
        .take(usize::from(area.height))
        .enumerate()
    {
        left(buffer, line(area, n), spans, ellipsis);
    }
}

struct Sheet<'a> {
    row: &'a Row,
    scene: &'a Scene<'a>,
}

impl<'a> Sheet<'a> {
    fn lines(&self, width: u16) -> Vec<Spans<'a>> {
        let mut lines = vec![self.identity(), self.motion(), self.history(width)];
        if self.scene.ui.is_detail_tall {
            lines.push(self.place());
            lines.extend(self.batteries());
            lines.push(self.navigation());
            lines.push(self.sensors());
            lines.extend(self.paths());
            lines.push(self.more());
        }
        lines.retain(|spans| !spans.is_empty());
        lines
    }

    fn vehicle(&self) -> &'a Vehicle {
        &self.row.vehicle
    }

    /// A labelled number in the style of its freshness.
    fn labelled(&self, label: &str, value: Option<String>, group: Group) -> Spans<'static> {
        let theme = self.scene.theme;
        let (text, style) = match (value, self.scene.freshness(self.row, group)) {
            (None, _) => return Vec::new(),
            (Some(text), Freshness::Fresh) => (text, theme.text),
            (Some(text), Freshness::Old) => (text, theme.dim),
            (Some(text), Freshness::Gone) => (format!("({text})"), theme.dim),
        };
        vec![
            Span::styled(format!("{label} "), theme.head),
            Span::styled(text, style),
            Span::raw("  "),
        ]
    }

    fn plain(&self, label: &str, text: String, style: Style) -> Spans<'static> {
        vec![
            Span::styled(format!("{label} "), self.scene.theme.head),
            Span::styled(text, style),
            Span::raw("  "),
        ]
    }

    fn identity(&self) -> Spans<'a> {
        let (vehicle, theme) = (self.vehicle(), self.scene.theme);
        let between = Span::styled(format!(" {} ", theme.symbols.between), theme.faint);
        let kind = vehicle
            .mav_type
            .map(|kind| kind.to_string().replace('_', " "));
        let firmware = [
            vehicle.autopilot.map(autopilot_name),
            vehicle.firmware.as_deref().map(str::to_owned),
        ];
        let firmware: Vec<_> = firmware.into_iter().flatten().collect();
        let facts = [
            vehicle.kind.as_deref().map(str::to_owned),
            kind,
            (!firmware.is_empty()).then(|| firmware.join(" ")),
            Some(format!("sysid {} on {}", vehicle.sysid, vehicle.network)),
            vehicle.group.as_deref().map(str::to_owned),
        ];
        let mut spans: Spans<'a> = Vec::new();
        for fact in facts.into_iter().flatten() {
            if !spans.is_empty() {
                spans.push(between.clone());
            }
            let text = crate::tui::format::clean(&fact).into_owned();
            spans.push(Span::styled(text, theme.text));
        }
        if let Some(link) = &vehicle.link {
            spans.push(between);
            spans.push(Span::styled("via ", theme.head));
            spans.push(foreign(&link.via, theme.text));
            if let Some(path) = link.paths.get(&link.via) {
                spans.push(Span::styled(path_numbers(path), theme.dim));
            }
        }
        spans
    }

    fn motion(&self) -> Spans<'a> {
        let (vehicle, scene) = (self.vehicle(), self.scene);
        let degree = scene.theme.symbols.degree;
        let angle = |value: Option<f64>| value.map(|deg| format!("{}{degree}", fixed(deg, 0)));
        let attitude = vehicle.attitude.unwrap_or_default();
        let velocity = vehicle.velocity.unwrap_or_default();
        let mut spans = Vec::new();
        spans.extend(self.labelled("roll", angle(attitude.roll_deg), Group::Attitude));
        spans.extend(self.labelled("pitch", angle(attitude.pitch_deg), Group::Attitude));
        let climb = velocity
            .climb_m_s
            .map(|climb| fixed(scene.units.speed(climb), 1));
        spans.extend(self.labelled("climb", climb, Group::Velocity));
        let throttle = vehicle.throttle.and_then(|throttle| throttle.percent);
        let throttle = throttle.map(|percent| format!("{percent}%"));
        spans.extend(self.labelled("throttle", throttle, Group::Throttle));
        spans.extend(self.health());
        spans.extend(self.cells());
        if let Some(since_ms) = vehicle.airborne_since_ms {
            let text = duration(scene.age_ms(since_ms));
            spans.extend(self.plain("flight", text, scene.theme.text));
        }
        spans
    }

    fn health(&self) -> Spans<'static> {
        let (vehicle, theme) = (self.vehicle(), self.scene.theme);
        let mut spans = Vec::new();
        if let Some(worst) = vehicle
            .ekf
            .and_then(|ekf| crate::tui::row::worst_variance(&ekf))
        {
            let word = if worst >= 1.0 { "BAD" } else { "ok" };
            let text = format!("{word} {}", fixed(worst, 2));
            let mut ekf = self.labelled("EKF", Some(text), Group::Ekf);
            if worst >= 1.0
                && let Some(span) = ekf.get_mut(1)
            {
                span.style = theme.warning;
            }
            spans.extend(ekf);
        }
        if let Some(vibration) = vehicle.vibration {
            let axes = [vibration.x_m_s2, vibration.y_m_s2, vibration.z_m_s2];
            let text = axes.map(|axis| axis.map_or("-".to_owned(), |axis| fixed(axis, 0)));
            spans.extend(self.labelled("vibe", Some(text.join("/")), Group::Vibration));
        }
        spans
    }

    fn cells(&self) -> Spans<'static> {
        let cells: Vec<u16> = self
            .vehicle()
            .batteries
            .values()
            .filter_map(|battery| battery.cells_v)
            .flat_map(|cells| cells.as_millivolts().to_vec())
            .collect();
        let text = match (cells.iter().min(), cells.iter().max()) {
            (Some(low), Some(high)) => {
                let volts = |millivolts: u16| fixed(f64::from(millivolts) / 1_000.0, 2);
                Some(format!("{}-{}V", volts(*low), volts(*high)))
            }
            _ => None,
        };
        self.labelled("cells", text, Group::Battery)
    }

    fn altitude_line(&self, width: u16) -> Spans<'static> {
        let scene = self.scene;
        let Some(track) = scene.snapshot.tracks.get(&self.vehicle().id) else {
            return Vec::new();
        };
        let cells = if width >= 100 { 24 } else { 12 };
        let bars = sparkline::altitude(track, scene.data_ms(), cells, &scene.theme.symbols);
        if bars.is_empty() {
            return Vec::new();
        }
        self.plain("alt 2 min", bars, scene.theme.ok)
    }

    /// Where it has been of late, and what it said last.
    fn history(&self, width: u16) -> Spans<'a> {
        let mut spans: Spans<'a> = self.altitude_line(width);
        spans.extend(self.last_text());
        spans
    }

    fn last_text(&self) -> Spans<'a> {
        let theme = self.scene.theme;
        let Some(text) = &self.vehicle().last_text else {
            return vec![Span::styled("no text yet", theme.faint)];
        };
        let style = match text.severity.0 {
            0..=2 => theme.critical,
            3..=4 => theme.warning,
            _ => theme.text,
        };
        let when = text.t_ms.map_or(String::new(), |t_ms| {
            format!("{} ago ", age(self.scene.age_ms(t_ms)))
        });
        vec![
            Span::styled(when, theme.dim),
            Span::styled(format!("{}: ", text.severity), style),
            foreign(&text.text, style),
        ]
    }

    fn place(&self) -> Spans<'static> {
        let (vehicle, units) = (self.vehicle(), self.scene.units);
        let position = vehicle.position.unwrap_or_default();
        let place = match (position.lat_deg, position.lon_deg) {
            (Some(lat), Some(lon)) => Some(format!("{lat:.7} {lon:.7}")),
            _ => None,
        };
        let height = |metres: Option<f64>| {
            metres.map(|m| format!("{} {}", fixed(units.length(m), 1), units.length_unit()))
        };
        let mut spans = self.labelled("position", place, Group::Position);
        spans.extend(self.labelled("above home", height(position.alt_rel_m), Group::Position));
        spans.extend(self.labelled("above sea", height(position.alt_msl_m), Group::Position));
        if let Some(home) = vehicle.home
            && let (Some(distance), Some(bearing)) = (home.distance_m, home.bearing_deg)
        {
            let arrow = self.scene.theme.symbols.arrow(bearing);
            let text = format!("{} {arrow} {bearing:03.0}", units.distance(distance));
            spans.extend(self.labelled("home", Some(text), Group::Position));
        }
        spans
    }

    fn batteries(&self) -> Vec<Spans<'static>> {
        self.vehicle()
            .batteries
            .iter()
            .take(3)
            .map(|(id, battery)| {
                let text = battery_numbers(battery);
                self.labelled(&format!("battery {id}"), Some(text), Group::Battery)
            })
            .collect()
    }

    fn navigation(&self) -> Spans<'static> {
        let vehicle = self.vehicle();
        let mut spans = Vec::new();
        for (id, gps) in vehicle.gps.iter() {
            let text = receiver(gps).map(|text| match gps.hdop {
                Some(hdop) => format!("{text} hdop {}", fixed(hdop, 1)),
                None => text,
            });
            spans.extend(self.labelled(&format!("gps {id}"), text, Group::Gps));
        }
        let mission = vehicle.mission.and_then(|mission| {
            let state = mission
                .state
                .map_or(String::new(), |state| format!(" {state}"));
            let count = mission
                .count
                .map_or("?".to_owned(), |count| count.to_string());
            Some(format!("{}/{count}{state}", mission.current?))
        });
        spans.extend(self.labelled("item", mission, Group::Mission));
        let wind = vehicle.wind.and_then(|wind| {
            let speed = fixed(self.scene.units.speed(wind.speed_m_s?), 1);
            Some(format!("{speed} from {:03.0}", wind.from_deg?))
        });
        spans.extend(self.labelled("wind", wind, Group::Wind));
        let rc = vehicle.rc.and_then(|rc| rc.rssi_percent);
        spans.extend(self.labelled("rc", rc.map(|percent| format!("{percent}%")), Group::Rc));
        spans
    }

    fn sensors(&self) -> Spans<'static> {
        let theme = self.scene.theme;
        let Some(sensors) = self.vehicle().sensors else {
            return Vec::new();
        };
        let mut spans = vec![Span::styled("sensors ", theme.head)];
        for name in sensors.failed() {
            spans.push(Span::styled(format!("{name} FAILED  "), theme.warning));
        }
        for (name, health) in sensors.iter() {
            match health {
                Health::Ok => spans.push(Span::styled(format!("{name} "), theme.ok)),
                Health::Disabled => spans.push(Span::styled(format!("{name}:off "), theme.faint)),
                Health::Failed => {}
            }
        }
        spans
    }

    fn paths(&self) -> Vec<Spans<'a>> {
        let (theme, vehicle) = (self.scene.theme, self.vehicle());
        let link = vehicle.link.as_ref();
        let paths = link.into_iter().flat_map(|link| link.paths.iter());
        paths
            .take(4)
            .map(|(name, path)| {
                let heard = path.heard_ms.map(|t_ms| age(self.scene.age_ms(t_ms)));
                vec![
                    Span::styled("path ", theme.head),
                    foreign(name, theme.text),
                    Span::raw(" "),
                    foreign(path.peer.as_deref().unwrap_or_default(), theme.dim),
                    Span::styled(path_numbers(path), theme.text),
                    Span::styled(
                        heard.map_or(String::new(), |age| format!(" heard {age} ago")),
                        theme.dim,
                    ),
                ]
            })
            .collect()
    }

    fn more(&self) -> Spans<'static> {
        let (vehicle, theme) = (self.vehicle(), self.scene.theme);
        let mut spans = Vec::new();
        if let Some(uid) = &vehicle.uid {
            let uid = crate::tui::format::clean(uid).into_owned();
            spans.extend(self.plain("uid", uid, theme.text));
        }
        if let Some(conflict) = &vehicle.conflict {
            let peers = conflict.peers.join(" ");
            let text = format!("{} differs; withheld: {peers}", conflict.why);
            let text = crate::tui::format::clean(&text).into_owned();
            spans.extend(self.plain("conflict", text, theme.conflict));
        }
        let parts: Vec<_> = vehicle
            .components
            .iter()
            .map(|(id, part)| {
                part.kind
                    .map_or_else(|| id.to_string(), |kind| format!("{id} {kind}"))
            })
            .collect();
        if !parts.is_empty() {
            spans.extend(self.plain("parts", parts.join(", "), theme.text));
        }
        if let Some(booted_ms) = vehicle.booted_ms
            && vehicle.state != State::Lost
        {
            let up = duration(self.scene.age_ms(booted_ms));
            spans.extend(self.plain("up", up, theme.text));
        }
        spans
    }
}

fn autopilot_name(autopilot: Autopilot) -> String {
    match autopilot {
        Autopilot::ARDUPILOT => "ArduPilot".to_owned(),
        Autopilot::PX4 => "PX4".to_owned(),
        other => other.to_string(),
    }
}

fn path_numbers(path: &Path) -> String {
    let numbers = [
        path.frames_per_s
            .map(|rate| format!(" {}/s", fixed(rate, 0))),
        path.loss_percent
            .map(|loss| format!(" loss {}%", fixed(loss, 1))),
        path.rtt_ms.map(|rtt| format!(" rtt {} ms", fixed(rtt, 0))),
        path.rssi.map(|rssi| format!(" rssi {rssi}")),
    ];
    numbers.into_iter().flatten().collect()
}

fn battery_numbers(battery: &Battery) -> String {
    let numbers = [
        battery
            .remaining_percent
            .map(|percent| format!("{percent}%")),
        battery
            .voltage_v
            .map(|volts| format!("{} V", fixed(volts, 2))),
        battery
            .current_a
            .map(|amps| format!("{} A", fixed(amps, 1))),
        battery.consumed_mah.map(|used| format!("{used} mAh used")),
        battery
            .temperature_c
            .map(|temp| format!("{} C", fixed(temp, 0))),
        battery
            .time_remaining_s
            .map(|left| format!("{} left", duration(i64::from(left) * 1_000))),
    ];
    let numbers: Vec<_> = numbers.into_iter().flatten().collect();
    numbers.join("  ")
}
