//! All else that is known of a vehicle, for a tall detail pane.

use ratatui::text::Span;

use super::{
    health::receiver,
    paint::{Spans, foreign},
    sheet::Sheet,
};
use crate::{
    model::{
        groups::Battery,
        sensors::Health,
        vehicle::{Path, State},
    },
    tui::{
        format::{clean, duration, fixed, rough_age},
        freshness::{Freshness, Group},
    },
};

/// The lines below the first three.
pub(super) fn lines<'a>(sheet: &Sheet<'a>) -> Vec<Spans<'a>> {
    let mut lines = vec![place(sheet)];
    lines.extend(batteries(sheet));
    lines.push(navigation(sheet));
    lines.push(sensors(sheet));
    lines.extend(paths(sheet));
    lines.push(more(sheet));
    lines
}

fn place(sheet: &Sheet<'_>) -> Spans<'static> {
    let (vehicle, units) = (sheet.vehicle(), sheet.scene.ui.units);
    let position = vehicle.position.unwrap_or_default();
    let place = match (position.lat_deg, position.lon_deg) {
        (Some(lat), Some(lon)) => Some(format!("{lat:.7} {lon:.7}")),
        _ => None,
    };
    let height = |metres: Option<f64>| {
        metres.map(|m| format!("{} {}", fixed(units.length(m), 1), units.length_unit()))
    };
    let mut spans = sheet.labelled("position", place, Group::Position);
    spans.extend(sheet.labelled("above home", height(position.alt_rel_m), Group::Position));
    spans.extend(sheet.labelled("above sea", height(position.alt_msl_m), Group::Position));
    if let Some(home) = vehicle.home
        && let (Some(distance), Some(bearing)) = (home.distance_m, home.bearing_deg)
    {
        let arrow = sheet.scene.theme.symbols.arrow(bearing);
        let text = format!("{} {arrow} {bearing:03.0}", units.distance(distance));
        spans.extend(sheet.labelled("home", Some(text), Group::Position));
    }
    spans
}

fn batteries(sheet: &Sheet<'_>) -> Vec<Spans<'static>> {
    sheet
        .vehicle()
        .batteries
        .iter()
        .take(3)
        .map(|(id, battery)| {
            let text = battery_numbers(battery);
            sheet.labelled(&format!("battery {id}"), Some(text), Group::Battery)
        })
        .collect()
}

fn navigation(sheet: &Sheet<'_>) -> Spans<'static> {
    let vehicle = sheet.vehicle();
    let mut spans = Vec::new();
    for (id, gps) in vehicle.gps.iter() {
        let text = receiver(gps).map(|text| match gps.hdop {
            Some(hdop) => format!("{text} hdop {}", fixed(hdop, 1)),
            None => text,
        });
        spans.extend(sheet.labelled(&format!("gps {id}"), text, Group::Gps));
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
    spans.extend(sheet.labelled("item", mission, Group::Mission));
    let wind = vehicle.wind.and_then(|wind| {
        let speed = fixed(sheet.scene.ui.units.speed(wind.speed_m_s?), 1);
        Some(format!("{speed} from {:03.0}", wind.from_deg?))
    });
    spans.extend(sheet.labelled("wind", wind, Group::Wind));
    let rc = vehicle.rc.and_then(|rc| rc.rssi_percent);
    spans.extend(sheet.labelled("rc", rc.map(|percent| format!("{percent}%")), Group::Rc));
    spans
}

fn sensors(sheet: &Sheet<'_>) -> Spans<'static> {
    let theme = sheet.scene.theme;
    let Some(sensors) = sheet.vehicle().sensors else {
        return Vec::new();
    };
    // Sensor health comes with the battery's message and is as old as that.
    let is_fresh = sheet.scene.freshness(sheet.row, Group::Battery) == Freshness::Fresh;
    let look = |style| if is_fresh { style } else { theme.dim };
    let mut spans = vec![Span::styled("sensors ", theme.head)];
    for name in sensors.failed() {
        spans.push(Span::styled(
            format!("{name} FAILED  "),
            look(theme.warning),
        ));
    }
    for (name, health) in sensors.iter() {
        match health {
            Health::Ok => spans.push(Span::styled(format!("{name} "), look(theme.ok))),
            Health::Disabled => spans.push(Span::styled(format!("{name}:off "), theme.faint)),
            Health::Failed => {}
        }
    }
    spans
}

fn paths<'a>(sheet: &Sheet<'a>) -> Vec<Spans<'a>> {
    let (theme, vehicle) = (sheet.scene.theme, sheet.vehicle());
    let link = vehicle.link.as_ref();
    let paths = link.into_iter().flat_map(|link| link.paths.iter());
    paths
        .take(4)
        .map(|(name, path)| {
            let heard = path
                .heard_ms
                .map(|t_ms| rough_age(sheet.scene.age_ms(t_ms)));
            let mut spans = vec![
                Span::styled("path ", theme.head),
                foreign(name, sheet.calm()),
                Span::raw(" "),
                foreign(path.peer.as_deref().unwrap_or_default(), theme.dim),
            ];
            spans.extend(sheet.path_numbers(path, theme.text));
            spans.push(Span::styled(
                heard.map_or(String::new(), |age| format!(" heard {age} ago")),
                theme.dim,
            ));
            spans.extend(rates(path, sheet));
            spans
        })
        .collect()
}

/// Which rates are asked for over a path, and which have somebody else for a master.
fn rates(path: &Path, sheet: &Sheet<'_>) -> Vec<Span<'static>> {
    let (Some(asked), theme) = (&path.asked, sheet.scene.theme) else {
        return Vec::new();
    };
    let each = [asked.position_hz, asked.attitude_hz, asked.status_hz];
    let each = each.map(|hz| hz.map_or("-".to_owned(), |hz| format!("{hz}")));
    let mut spans = vec![Span::styled(
        format!(" asks {} Hz", each.join("/")),
        theme.dim,
    )];
    if let Some(overruled) = &asked.overruled {
        let by = asked.overruled_by.as_deref().unwrap_or("somebody else");
        let text = format!(" {} set by {}", overruled.join(" "), clean(by));
        spans.push(Span::styled(text, theme.warning));
    }
    spans
}

fn more(sheet: &Sheet<'_>) -> Spans<'static> {
    let (vehicle, theme) = (sheet.vehicle(), sheet.scene.theme);
    let mut spans = Vec::new();
    if let Some(uid) = &vehicle.uid {
        let uid = clean(uid).into_owned();
        spans.extend(sheet.plain("uid", uid, theme.text));
    }
    if let Some(conflict) = &vehicle.conflict {
        let peers = conflict.peers.join(" ");
        let text = format!("{} differs; withheld: {peers}", conflict.why);
        let text = clean(&text).into_owned();
        spans.extend(sheet.plain("conflict", text, theme.conflict));
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
        spans.extend(sheet.plain("parts", parts.join(", "), theme.text));
    }
    if let Some(booted_ms) = vehicle.booted_ms
        && vehicle.state != State::Lost
    {
        let up = duration(sheet.scene.age_ms(booted_ms));
        spans.extend(sheet.plain("up", up, theme.text));
    }
    spans
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
