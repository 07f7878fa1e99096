//! The three lines that are always there: who it is, how it moves, where it was and what it said.

use ratatui::text::Span;

use super::{
    paint::{Spans, foreign},
    sheet::Sheet,
    sparkline,
};
use crate::{
    model::words::Autopilot,
    tui::{
        format::{clean, duration, fixed, rough_age},
        freshness::{Freshness, Group},
        row::worst_variance,
    },
};

/// The lines, for a pane of `width` cells.
pub(super) fn lines<'a>(sheet: &Sheet<'a>, width: u16) -> Vec<Spans<'a>> {
    vec![identity(sheet), motion(sheet), history(sheet, width)]
}

fn identity<'a>(sheet: &Sheet<'a>) -> Spans<'a> {
    let (vehicle, theme) = (sheet.vehicle(), sheet.scene.theme);
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
        let text = clean(&fact).into_owned();
        spans.push(Span::styled(text, sheet.calm()));
    }
    if let Some(link) = &vehicle.link {
        spans.push(between);
        spans.push(Span::styled("via ", theme.head));
        spans.push(foreign(&link.via, theme.text));
        if let Some(path) = link.paths.get(&link.via) {
            spans.extend(sheet.path_numbers(path, theme.dim));
        }
    }
    spans
}

fn motion<'a>(sheet: &Sheet<'a>) -> Spans<'a> {
    let (vehicle, scene) = (sheet.vehicle(), sheet.scene);
    let degree = scene.theme.symbols.degree;
    let angle = |value: Option<f64>| {
        value.map(|deg| format!("{}{degree}", fixed(scene.coarse(deg, 5.0), 0)))
    };
    let attitude = vehicle.attitude.unwrap_or_default();
    let velocity = vehicle.velocity.unwrap_or_default();
    let mut spans = Vec::new();
    spans.extend(sheet.labelled("roll", angle(attitude.roll_deg), Group::Attitude));
    spans.extend(sheet.labelled("pitch", angle(attitude.pitch_deg), Group::Attitude));
    let climb = velocity
        .climb_m_s
        .map(|climb| scene.tenths(scene.ui.units.speed(climb)));
    spans.extend(sheet.labelled("climb", climb, Group::Velocity));
    let throttle = vehicle.throttle.and_then(|throttle| throttle.percent);
    let throttle = throttle.map(|percent| scene.coarse(f64::from(percent), 5.0));
    let throttle = throttle.map(|percent| format!("{}%", fixed(percent, 0)));
    spans.extend(sheet.labelled("throttle", throttle, Group::Throttle));
    spans.extend(health(sheet));
    spans.extend(cells(sheet));
    if let Some(since_ms) = vehicle.airborne_since_ms {
        let text = duration(scene.last_ms(vehicle).saturating_sub(since_ms));
        spans.extend(sheet.plain("flight", text, sheet.calm()));
    }
    spans
}

fn health(sheet: &Sheet<'_>) -> Spans<'static> {
    let (vehicle, theme) = (sheet.vehicle(), sheet.scene.theme);
    let mut spans = Vec::new();
    if let Some(worst) = vehicle.ekf.and_then(|ekf| worst_variance(&ekf)) {
        let word = if worst >= 1.0 { "BAD" } else { "ok" };
        let text = format!("{word} {}", fixed(worst, 2));
        let mut ekf = sheet.labelled("EKF", Some(text), Group::Ekf);
        if worst >= 1.0
            && sheet.scene.freshness(sheet.row, Group::Ekf) == Freshness::Fresh
            && let Some(span) = ekf.get_mut(1)
        {
            span.style = theme.warning;
        }
        spans.extend(ekf);
    }
    if let Some(vibration) = vehicle.vibration {
        let axes = [vibration.x_m_s2, vibration.y_m_s2, vibration.z_m_s2];
        let text = axes.map(|axis| axis.map_or("-".to_owned(), |axis| fixed(axis, 0)));
        spans.extend(sheet.labelled("vibe", Some(text.join("/")), Group::Vibration));
    }
    spans
}

fn cells(sheet: &Sheet<'_>) -> Spans<'static> {
    let cells: Vec<u16> = sheet
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
    sheet.labelled("cells", text, Group::Battery)
}

fn altitude_line(sheet: &Sheet<'_>, width: u16) -> Spans<'static> {
    let scene = sheet.scene;
    let Some(track) = scene.snapshot.tracks.get(&sheet.vehicle().id) else {
        return Vec::new();
    };
    let cells = if width >= 100 { 24 } else { 12 };
    // A line ends where the last position was heard: it must not go on level as if it were still known.
    let heard_ms = Group::Position.heard_ms(sheet.vehicle());
    // Each step of the line moves all its bars: on a slow line they step every ten seconds.
    let now_ms = match scene.data_ms() {
        now_ms if scene.ui.is_slow => now_ms - now_ms.rem_euclid(10_000),
        now_ms => now_ms,
    };
    let times = (now_ms, heard_ms.unwrap_or(i64::MIN));
    let bars = sparkline::altitude(track, times, cells, scene.theme.symbols);
    if bars.trim().is_empty() {
        return Vec::new();
    }
    let style = match scene.freshness(sheet.row, Group::Position) {
        Freshness::Fresh => scene.theme.ok,
        Freshness::Old | Freshness::Gone => scene.theme.dim,
    };
    let units = scene.ui.units;
    let numbers = sparkline::extent(track, scene.data_ms()).map(|(low, high)| {
        let [low, high] = [low, high].map(|m| fixed(units.length(m), 0));
        let unit = units.length_unit();
        if low == high {
            format!(" {low} {unit}")
        } else {
            format!(" {low} to {high} {unit}")
        }
    });
    let mut spans = sheet.plain("alt 2 min", bars, style);
    let numbers = Span::styled(numbers.unwrap_or_default(), scene.theme.dim);
    spans.insert(2, numbers);
    spans
}

/// Where it has been of late, and what it said last.
fn history<'a>(sheet: &Sheet<'a>, width: u16) -> Spans<'a> {
    let mut spans: Spans<'a> = altitude_line(sheet, width);
    spans.extend(last_text(sheet));
    spans
}

fn last_text<'a>(sheet: &Sheet<'a>) -> Spans<'a> {
    let theme = sheet.scene.theme;
    let Some(text) = &sheet.vehicle().last_text else {
        return vec![Span::styled("no text yet", theme.faint)];
    };
    let style = match text.severity.0 {
        0..=2 => theme.critical,
        3..=4 => theme.warning,
        _ => theme.text,
    };
    let when = text.t_ms.map_or(String::new(), |t_ms| {
        format!("{} ago ", rough_age(sheet.scene.age_ms(t_ms)))
    });
    vec![
        Span::styled(when, theme.dim),
        Span::styled(format!("{}: ", text.severity), style),
        foreign(&text.text, style),
    ]
}

fn autopilot_name(autopilot: Autopilot) -> String {
    match autopilot {
        Autopilot::ARDUPILOT => "ArduPilot".to_owned(),
        Autopilot::PX4 => "PX4".to_owned(),
        other => other.to_string(),
    }
}
