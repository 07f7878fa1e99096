//! What stands in a cell of the fleet table: plain spans, prepared before anything is painted.

use ratatui::{style::Style, text::Span};

use super::{
    battery,
    health::{satellites, worst_ekf, worst_vibration},
    paint::{Spans, foreign},
};
use crate::{
    model::vehicle::{State, Vehicle},
    tui::{
        columns::Column,
        format::{UNKNOWN, duration, fixed, rough_age, width},
        freshness::{Freshness, Group},
        placing::Placed,
        row::{Row, doing},
        scene::Scene,
        severity::{Level, Reason},
    },
};

/// The content of one cell.
pub(super) fn cell<'a>(row: &'a Row, placed: Placed, scene: &Scene<'_>) -> Spans<'a> {
    let vehicle = &*row.vehicle;
    let calm = if is_silent(vehicle) {
        scene.theme.dim
    } else {
        scene.theme.text
    };
    match placed.column {
        Column::Lead => lead(row, scene),
        Column::Number => vec![Span::styled(row.number.to_string(), scene.theme.dim)],
        Column::Name => vec![foreign(&vehicle.name, name_style(row, scene))],
        Column::Status => vec![short_status(row, scene, placed.width)],
        Column::Mode => vec![
            vehicle
                .mode
                .as_deref()
                .map_or_else(|| unknown(scene), |mode| foreign(mode, calm)),
        ],
        Column::Armed => vec![armed(vehicle, scene)],
        Column::Battery => battery::spans(row, scene, placed.width),
        Column::Kind => word(
            vehicle.kind.as_deref().or_else(|| vehicle.mav_type?.name()),
            scene,
        ),
        Column::Group => word(vehicle.group.as_deref(), scene),
        Column::Text => last_text(vehicle, scene),
        Column::Link => vec![link(row, scene)],
        Column::Flight => flight(vehicle, scene),
        column => vec![value(row, column, scene)],
    }
}

const fn is_silent(vehicle: &Vehicle) -> bool {
    matches!(vehicle.state, State::Lost | State::Expected)
}

fn unknown(scene: &Scene<'_>) -> Span<'static> {
    Span::styled(UNKNOWN, scene.theme.faint)
}

fn word<'a>(text: Option<&'a str>, scene: &Scene<'_>) -> Spans<'a> {
    text.map(|text| foreign(text, scene.theme.dim))
        .into_iter()
        .collect()
}

/// A name is loud where something is wrong or where the keys point.
fn name_style(row: &Row, scene: &Scene<'_>) -> Style {
    let is_selected = scene.ui.selected.as_ref() == Some(row.id());
    match (row.vehicle.state, row.severity.level()) {
        (State::Expected, _) => scene.theme.dim,
        (_, Level::Warning | Level::Critical) => scene.theme.accent,
        _ if is_selected => scene.theme.accent,
        _ => scene.theme.name,
    }
}

/// Cursor, mark and the sign of what is wrong.
fn lead(row: &Row, scene: &Scene<'_>) -> Spans<'static> {
    let (ui, theme, symbols) = (scene.ui, scene.theme, &scene.theme.symbols);
    let on = |is_on: bool, sign: &'static str| if is_on { sign } else { " " };
    let is_selected = ui.chosen() == Some(row.id());
    let (sign, style) = sign(row, scene);
    vec![
        Span::styled(on(is_selected, symbols.cursor), theme.accent),
        Span::styled(on(ui.marked.contains(row.id()), symbols.mark), theme.accent),
        Span::styled(sign, style),
    ]
}

/// The one sign of a row, with the style of its level; a new critical one blinks for ten seconds.
pub(super) fn sign(row: &Row, scene: &Scene<'_>) -> (&'static str, Style) {
    const NEW_MS: i64 = 10_000;
    let symbols = &scene.theme.symbols;
    let style = headline_style(row, scene);
    let sign = match (row.vehicle.state, row.severity.headline()) {
        (State::Expected, _) => symbols.expected,
        (State::Lost, _) => symbols.lost,
        (_, Some(Reason::Conflict)) => symbols.conflict,
        (State::Late, Some(Reason::Late)) => symbols.late,
        (_, reason) => symbols.level(reason.map_or(Level::Calm, Reason::level)),
    };
    let is_new = row
        .critical_since_ms
        .is_some_and(|since_ms| scene.age_ms(since_ms) < NEW_MS);
    if is_new && scene.ui.frozen_ms.is_none() {
        (
            sign,
            style.add_modifier(ratatui::style::Modifier::SLOW_BLINK),
        )
    } else {
        (sign, style)
    }
}

/// The style of what stands in the row: dim where it rests on numbers that are old.
pub(super) fn headline_style(row: &Row, scene: &Scene<'_>) -> Style {
    let reason = row.severity.headline();
    reason.map_or(scene.theme.dim, |reason| scene.told(row, reason).1)
}

/// What is wrong in a word, or what the vehicle does when nothing is.
pub(super) fn status(row: &Row, scene: &Scene<'_>) -> Span<'static> {
    let vehicle = &*row.vehicle;
    let heard = vehicle
        .heard_ms
        .map(|t_ms| silence(vehicle, scene.age_ms(t_ms), scene));
    let text = match row.severity.headline() {
        Some(reason @ (Reason::LostInAction | Reason::LostParked | Reason::Late)) => {
            format!("{} {}", reason.word(), heard.unwrap_or_default())
        }
        Some(reason) => scene.told(row, reason).0,
        None => match scene.freshness(row, Group::Position) {
            // Its landed state comes no oftener than its position: in brackets when that is gone.
            Freshness::Gone if vehicle.landed.is_some() && vehicle.position.is_some() => {
                format!("({})", doing(vehicle))
            }
            _ => doing(vehicle),
        },
    };
    let text = crate::tui::format::clean(text.trim_end()).into_owned();
    Span::styled(text, headline_style(row, scene))
}

/// The status in fewer words where the column is narrow.
fn short_status(row: &Row, scene: &Scene<'_>, cells: u16) -> Span<'static> {
    let whole = status(row, scene);
    if width(&whole.content) <= usize::from(cells) {
        return whole;
    }
    let text = whole.content.replace("no telemetry", "no tlm");
    Span::styled(text.replace("(battery", "(bat"), whole.style)
}

/// Tenths of a second tell something of a vehicle that is late, and nothing of one that is lost.
fn silence(vehicle: &Vehicle, age_ms: i64, scene: &Scene<'_>) -> String {
    match vehicle.state {
        State::Lost => rough_age(age_ms),
        _ => scene.age(age_ms),
    }
}

fn armed(vehicle: &Vehicle, scene: &Scene<'_>) -> Span<'static> {
    let symbols = &scene.theme.symbols;
    match vehicle.armed {
        Some(true) if is_silent(vehicle) => {
            Span::styled(format!(" {} ", symbols.armed), scene.theme.dim)
        }
        Some(true) => Span::styled(format!(" {} ", symbols.armed), scene.theme.text),
        Some(false) => Span::styled(format!(" {} ", symbols.disarmed), scene.theme.dim),
        None => unknown(scene),
    }
}

/// Quality of the path in use; the age of the last heartbeat when that is the news, `hb` when only heartbeats come.
fn link(row: &Row, scene: &Scene<'_>) -> Span<'static> {
    let vehicle = &*row.vehicle;
    let heard_age_ms = vehicle.heard_ms.map(|t_ms| scene.age_ms(t_ms));
    match (vehicle.state, heard_age_ms) {
        (State::Lost, Some(age_ms)) => {
            return Span::styled(silence(vehicle, age_ms, scene), scene.theme.critical);
        }
        (State::Late, Some(age_ms)) => {
            return Span::styled(silence(vehicle, age_ms, scene), scene.theme.warning);
        }
        _ if row.severity.is_silent() => return Span::styled("hb", headline_style(row, scene)),
        _ => {}
    }
    let loss = vehicle
        .link
        .as_ref()
        .and_then(|link| link.paths.get(&link.via)?.loss_percent);
    loss.map_or_else(
        || unknown(scene),
        |loss| {
            let style = if loss >= 20.0 {
                scene.theme.warning
            } else {
                scene.theme.text
            };
            let quality = (100.0 - loss).clamp(0.0, 100.0);
            Span::styled(format!("{}%", fixed(quality.floor(), 0)), style)
        },
    )
}

fn flight(vehicle: &Vehicle, scene: &Scene<'_>) -> Spans<'static> {
    vec![vehicle.airborne_since_ms.map_or_else(
        || unknown(scene),
        |since_ms| {
            let until_ms = scene.last_ms(vehicle);
            let style = if is_silent(vehicle) {
                scene.theme.dim
            } else {
                scene.theme.text
            };
            Span::styled(duration(until_ms.saturating_sub(since_ms)), style)
        },
    )]
}

fn last_text<'a>(vehicle: &'a Vehicle, scene: &Scene<'_>) -> Spans<'a> {
    let Some(text) = &vehicle.last_text else {
        return Vec::new();
    };
    let style = match text.severity.0 {
        0..=2 => scene.theme.critical,
        3..=4 => scene.theme.warning,
        _ => scene.theme.dim,
    };
    // What was said long ago is no news, however bad it was.
    let is_old = text.t_ms.is_some_and(|t_ms| scene.age_ms(t_ms) > 60_000);
    vec![foreign(
        &text.text,
        if is_old { scene.theme.dim } else { style },
    )]
}

/// A number of a group: plain, dim when overdue, `--` when too old, in brackets where the last one helps.
fn value(row: &Row, column: Column, scene: &Scene<'_>) -> Span<'static> {
    let Some((group, text)) = number(row, column, scene) else {
        return unknown(scene);
    };
    let helps = matches!(column, Column::Altitude | Column::Home);
    match scene.freshness(row, group) {
        Freshness::Fresh => Span::styled(text, scene.theme.text),
        Freshness::Old => Span::styled(text, scene.theme.dim),
        Freshness::Gone if helps => {
            let whole = text.split('.').next().unwrap_or_default();
            let letter = text.trim_start_matches(|c: char| !c.is_alphabetic());
            Span::styled(format!("({whole}{letter})"), scene.theme.dim)
        }
        Freshness::Gone => unknown(scene),
    }
}

fn number(row: &Row, column: Column, scene: &Scene<'_>) -> Option<(Group, String)> {
    let (vehicle, units) = (&*row.vehicle, scene.ui.units);
    Some(match column {
        Column::Altitude => {
            let alt_m = vehicle.position?.alt_rel_m?;
            (Group::Position, scene.tenths(units.length(alt_m)))
        }
        Column::Speed => {
            let speed_m_s = vehicle.velocity?.groundspeed_m_s?;
            (Group::Velocity, scene.tenths(units.speed(speed_m_s)))
        }
        Column::Heading => {
            let deg = vehicle.heading?.deg?;
            let arrow = scene.theme.symbols.arrow(deg);
            let whole = scene.coarse(deg, 5.0).round().rem_euclid(360.0);
            (Group::Heading, format!("{arrow} {whole:03.0}"))
        }
        Column::Home => {
            let distance_m = vehicle.home?.distance_m?;
            (
                Group::Position,
                units.distance(scene.coarse(distance_m, 5.0)),
            )
        }
        Column::Climb => {
            let climb_m_s = vehicle.velocity?.climb_m_s?;
            (Group::Velocity, scene.tenths(units.speed(climb_m_s)))
        }
        Column::Mission => {
            let mission = vehicle.mission?;
            let count = mission.count.map_or("?".to_owned(), |n| n.to_string());
            (Group::Mission, format!("{}/{count}", mission.current?))
        }
        Column::Gps => (Group::Gps, satellites(vehicle)?),
        Column::Ekf => (Group::Ekf, fixed(worst_ekf(vehicle)?, 2)),
        Column::Vibration => (Group::Vibration, fixed(worst_vibration(vehicle)?, 0)),
        Column::Current => (Group::Battery, fixed(vehicle.battery?.current_a?, 1)),
        _ => return None,
    })
}
