//! What stands for each vehicle on the map: a sign, a name, how loud, and the ring of a lost one.

use std::collections::HashMap;

use ratatui::style::{Modifier, Style};

use crate::{
    model::{
        geo::LatLon,
        vehicle::{State, Vehicle},
    },
    tui::{
        format::{clean, cut, width},
        freshness::{Freshness, Group},
        hue::{Hue, hue_index},
        map::{
            canvas::Grain,
            projection::{Dot, Projection},
            ring::{Ring, ring},
        },
        row::Row,
        scene::Scene,
        severity::Level,
        ui::View,
    },
};

/// With more vehicles than this on the map only the important ones have names.
const NAMED: usize = 60;
/// Longest name, cells.
const NAME: usize = 14;

/// One vehicle on the map.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub(super) row: &'a Row,
    /// Where it is, dots.
    pub(super) dot: Dot,
    /// The cell that is in, when it is on the map.
    pub(super) cell: Option<(u16, u16)>,
    pub(super) hue: Hue,
    pub(super) is_selected: bool,
    pub(super) is_lost: bool,
    /// Filtered away: a dim sign without a name.
    pub(super) is_hidden: bool,
    pub(super) ring: Option<Ring>,
    /// Another one's sign stands in its cell.
    pub(super) is_under: bool,
    /// How many stand under this one.
    pub(super) more: Option<(String, Style)>,
    /// What is written, where it is on the map and not under another one.
    pub(super) words: Option<Words>,
}

/// Sign and words of a mark.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) sign: &'static str,
    pub(super) sign_style: Style,
    /// Number and name, or the number alone.
    pub(super) name: String,
    /// The number alone.
    pub(super) number: String,
    /// What is wrong, and in which style.
    pub(super) trouble: (String, Style),
    pub(super) name_style: Style,
}

/// All vehicles that have a place, most important first.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks<'a> {
    pub(super) vehicles: Vec<Mark<'a>>,
    /// Homes by the cell they stand in, and whether one is the selected vehicle's.
    pub(super) homes: Vec<((u16, u16), bool)>,
    /// The cell of the cursor.
    pub(super) cursor: Option<(u16, u16)>,
    /// Whether the map is about one vehicle's plan: the others are not missed then.
    pub(super) is_of_one: bool,
}

impl Marks<'_> {
    /// How many vehicles that have a place are beside the map or behind the horizon.
    pub(super) fn off_the_map(&self) -> usize {
        self.vehicles
            .iter()
            .filter(|mark| mark.cell.is_none() && !mark.is_hidden && !self.is_of_one)
            .count()
    }
}

/// Where a vehicle is, or was when it was last heard.
pub(super) fn place(vehicle: &Vehicle) -> Option<LatLon> {
    let position = vehicle.position?;
    Some(LatLon {
        lat_deg: position.lat_deg?,
        lon_deg: position.lon_deg?,
    })
}

/// Prepares all marks.
pub(super) fn prepare<'a>(scene: &Scene<'a>, view: &Projection, grain: Grain) -> Marks<'a> {
    let ui = scene.ui;
    let (filter, selected) = (&ui.filter, ui.selected_row().map(Row::id));
    let mut order: Vec<_> = ui
        .digest
        .all()
        .iter()
        .filter(|row| row.vehicle.state != State::Expected)
        .filter_map(|row| {
            let dot = view.project_at(place(&row.vehicle)?);
            let is_hidden = filter.is_on() && !filter.keeps(row);
            let is_other = selected != Some(row.id());
            let level = std::cmp::Reverse(row.severity.level());
            Some(((is_other, is_hidden, level, row.number), row, dot))
        })
        .collect();
    order.sort_by_key(|(key, ..)| *key);
    let is_crowd = order.len() > NAMED;
    let marks = order
        .into_iter()
        .map(|((is_other, is_hidden, ..), row, dot)| {
            let at = dot
                .and_then(|dot| cell(view, dot, grain))
                .filter(|_| !is_hidden || !is_crowd);
            mark(row, scene, (dot, at), (!is_other, is_hidden))
        })
        .collect();
    let mut vehicles = stacked(marks, scene);
    for mark in &mut vehicles {
        if mark.cell.is_some() && !mark.is_under {
            mark.words = Some(words(mark, is_crowd, scene));
        }
    }
    Marks {
        is_of_one: ui.view == View::Aboard,
        vehicles,
        homes: homes(scene, view, grain),
        cursor: ui
            .map
            .cursor
            .and_then(|at| cell(view, view.project_at(at)?, grain)),
    }
}

/// Vehicles in one cell are one sign, that of the most important one, with how many more there are
/// and how bad the worst of them is.
fn stacked<'a>(mut marks: Vec<Mark<'a>>, scene: &Scene<'_>) -> Vec<Mark<'a>> {
    let mut tops: HashMap<(u16, u16), usize> = HashMap::new();
    let mut more: HashMap<usize, (usize, Level)> = HashMap::new();
    for (place, mark) in marks.iter_mut().enumerate() {
        let Some(cell) = mark.cell.filter(|_| !mark.is_hidden) else {
            continue;
        };
        let top = *tops.entry(cell).or_insert(place);
        if top != place {
            mark.is_under = true;
            let (count, worst) = more.entry(top).or_insert((0, Level::Calm));
            *count += 1;
            *worst = mark.row.severity.level().max(*worst);
        }
    }
    for (top, (count, worst)) in more {
        let style = if worst > Level::Notice {
            scene.theme.level(worst)
        } else {
            scene.theme.dim
        };
        marks[top].more = Some((format!("+{count}"), style));
    }
    marks
}

/// The cell of a dot, when it is on the map.
pub(super) fn cell(view: &Projection, dot: Dot, grain: Grain) -> Option<(u16, u16)> {
    let (across, down) = grain.dots();
    view.is_inside(dot)
        .then(|| (dot.x as u16 / across, dot.y as u16 / down))
}

fn mark<'a>(
    row: &'a Row,
    scene: &Scene<'_>,
    (dot, cell): (Option<Dot>, Option<(u16, u16)>),
    (is_selected, is_hidden): (bool, bool),
) -> Mark<'a> {
    let vehicle = &*row.vehicle;
    let is_lost = vehicle.state == State::Lost;
    Mark {
        row,
        dot: dot.unwrap_or(Dot {
            x: f64::NAN,
            y: f64::NAN,
        }),
        cell,
        hue: scene.theme.hues[hue_index(vehicle.color.as_deref(), row.number)],
        is_selected,
        is_lost,
        is_hidden,
        ring: is_lost.then(|| lost_ring(vehicle, scene)).flatten(),
        is_under: false,
        more: None,
        words: None,
    }
}

fn words(mark: &Mark<'_>, is_crowd: bool, scene: &Scene<'_>) -> Words {
    let (row, theme) = (mark.row, scene.theme);
    let freshness = scene.freshness(row, Group::Position);
    let is_important = mark.is_selected || row.severity.level() > Level::Notice;
    let number = row.number.to_string();
    let name = if !mark.is_hidden && (!is_crowd || is_important) {
        let name = clean(&row.vehicle.name);
        format!("{number} {}", cut(&name, NAME, theme.symbols.ellipsis))
    } else {
        number.clone()
    };
    let (sign, sign_style) = sign(row, scene, (mark.hue, freshness));
    let bold = sign_style.add_modifier(Modifier::BOLD);
    let is_old = freshness != Freshness::Fresh;
    let (sign_style, name_style) = match (mark.is_hidden, mark.is_selected, is_old) {
        (true, ..) => (theme.faint, theme.faint),
        (_, true, false) => (bold, theme.accent),
        (_, _, true) => (sign_style, theme.dim),
        _ => (bold, mark.hue.fresh),
    };
    Words {
        sign,
        sign_style,
        name,
        number,
        trouble: trouble(row, scene),
        name_style,
    }
}

/// Lost, old, parked, or an arrow along its nose.
fn sign(row: &Row, scene: &Scene<'_>, (hue, freshness): (Hue, Freshness)) -> (&'static str, Style) {
    let (vehicle, theme, symbols) = (&*row.vehicle, scene.theme, scene.theme.symbols);
    let level = row.severity.level();
    if vehicle.state == State::Lost {
        return (symbols.somewhere, theme.level(level));
    }
    let style = match (level, freshness) {
        (_, Freshness::Gone) => return (symbols.somewhere, theme.dim),
        (_, Freshness::Old) => theme.dim,
        (Level::Warning | Level::Critical, _) => theme.level(level),
        _ => hue.fresh,
    };
    let nose = vehicle
        .heading
        .and_then(|heading| heading.deg)
        .or_else(|| vehicle.attitude?.yaw_deg)
        .filter(|deg| deg.is_finite());
    match (vehicle.armed, nose) {
        (Some(false), _) => (symbols.parked, style),
        (_, Some(deg)) => (symbols.arrow(deg), style),
        (_, None) => (symbols.spot, style),
    }
}

/// The sign of the table behind a name, and for a lost one since when.
fn trouble(row: &Row, scene: &Scene<'_>) -> (String, Style) {
    let (theme, symbols) = (scene.theme, scene.theme.symbols);
    let vehicle = &*row.vehicle;
    let level = row.severity.level();
    let style = match row.severity.headline() {
        Some(reason) if vehicle.state == State::Live => scene.told(row, reason).1,
        _ => theme.level(level),
    };
    match (vehicle.state, vehicle.heard_ms) {
        (State::Lost, Some(heard_ms)) => {
            return (scene.age(scene.age_ms(heard_ms)), style);
        }
        (State::Late, _) => return (symbols.late.to_owned(), style),
        _ => {}
    }
    if vehicle.conflict.is_some() && level < Level::Critical {
        return (symbols.conflict.to_owned(), theme.conflict);
    }
    if level < Level::Warning {
        return (String::new(), style);
    }
    (symbols.level(level).to_owned(), style)
}

fn lost_ring(vehicle: &Vehicle, scene: &Scene<'_>) -> Option<Ring> {
    let heard_ms = vehicle.position?.t_ms.or(vehicle.heard_ms)?;
    ring(scene.age_ms(heard_ms), vehicle.velocity?.groundspeed_m_s)
}

/// Homes, each cell once; the selected vehicle's last, so that it is painted over the others.
fn homes(scene: &Scene<'_>, view: &Projection, grain: Grain) -> Vec<((u16, u16), bool)> {
    let selected = scene.ui.selected_row().map(Row::id);
    let mut homes: Vec<((u16, u16), bool)> = scene
        .ui
        .digest
        .all()
        .iter()
        .filter_map(|row| {
            let home = row.vehicle.home?;
            let at = LatLon {
                lat_deg: home.lat_deg?,
                lon_deg: home.lon_deg?,
            };
            let at = cell(view, view.project_at(at)?, grain)?;
            Some((at, selected == Some(row.id())))
        })
        .collect();
    homes.sort_unstable_by_key(|(cell, is_selected)| (*is_selected, *cell));
    homes.dedup();
    homes
}

impl Words {
    /// What stands behind the number or the name, each with a blank before it.
    pub(super) fn behind<'a>(
        &'a self,
        mark: &'a Mark<'_>,
    ) -> impl Iterator<Item = &'a (String, Style)> {
        let trouble = Some(&self.trouble).filter(|(sign, _)| !sign.is_empty());
        trouble.into_iter().chain(&mark.more)
    }

    /// Cells of the name with what is behind it.
    pub(super) fn long(&self, mark: &Mark<'_>) -> u16 {
        let behind: usize = self.behind(mark).map(|(text, _)| width(text) + 1).sum();
        u16::try_from(width(&self.name) + behind).unwrap_or(u16::MAX)
    }

    /// Cells of the number alone.
    pub(super) fn short(&self) -> u16 {
        self.number.len() as u16
    }
}
