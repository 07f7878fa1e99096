//! What was planned, on the map: ways of missions, fences, rally points; the selected vehicle's with their numbers.
//!
//! ```text
//!  mission   dotted ways, numbers at the items; a jump back is fainter, home is reached by the sparsest dots
//!  fence     a whole line where to stay inside; hatched where not to go
//!  rally     R, and B where a breach ends
//! ```
//! Other vehicles' missions are there too, old and dim: whose way crosses whose is seen before it is flown.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Span,
};

use super::{super::paint::left, layers::Layer, marks::cell};
use crate::{
    model::{geo::LatLon, holdings::HeldPlan, ids::VehicleId, mission_command::RALLY_POINT},
    plan::fence::{Shape, shapes},
    protocol::mission::numbering::Stack,
    tui::{
        aboard::{
            self, Tab,
            plan_table::{Way, is_flown, ways},
        },
        map::{
            canvas::{Canvas, Grain, Pen, Rank},
            projection::Dot,
        },
        row::Row,
        scene::Scene,
        ui::View,
    },
};

/// Items of all missions together that are drawn; of the others none beyond it.
const MOST_ITEMS: usize = 8_000;
/// Corners of a circle.
const ROUND: u32 = 48;
/// Every how many dots a hatched area has one.
const HATCH: i32 = 5;

impl Layer<'_> {
    /// Missions and fences of all vehicles, the selected one's last.
    pub(super) fn plans(&self, canvas: &mut Canvas) {
        let scene = self.scene;
        let selected = scene.ui.selected_row().map(Row::id);
        let mut left = MOST_ITEMS;
        let others = self.marks.vehicles.iter().filter(|mark| !mark.is_hidden);
        for mark in others.filter(|mark| Some(mark.row.id()) != selected) {
            let Some(held) = aboard::of(scene.snapshot, mark.row.id()) else {
                continue;
            };
            if let Some(mission) = held
                .mission
                .as_ref()
                .filter(|held| held.items.len() <= left)
            {
                left -= mission.items.len();
                let style = mark.hue.old;
                self.mission(canvas, mission, (aboard::home(&mark.row.vehicle), style, 3));
            }
        }
        let Some(id) = selected else { return };
        let Some(held) = aboard::of(scene.snapshot, id) else {
            return;
        };
        if let Some(fence) = &held.fence {
            self.fence(canvas, fence);
        }
        if let Some(mission) = &held.mission {
            let home = scene.snapshot.vehicles.get(id);
            let home = home.and_then(|vehicle| aboard::home(vehicle));
            let style = doubted(scene.theme.text, mission.doubt.is_some(), scene);
            self.mission(canvas, mission, (home, style, 2));
        }
    }

    fn mission(
        &self,
        canvas: &mut Canvas,
        held: &HeldPlan,
        (home, style, every): (Option<LatLon>, Style, u32),
    ) {
        let mut phase = 0;
        for way in ways(held, home) {
            let (from, to, every) = match way {
                Way::Leg(from, to) => (from, to, every),
                Way::Jump(from, to) => (from, to, every + 2),
                Way::Return(from, to) => (from, to, every + 4),
            };
            let pen = Pen::dotted(Rank::Plan, style, every);
            self.way(canvas, (from, to), &pen, &mut phase);
        }
    }

    fn way(&self, canvas: &mut Canvas, (from, to): (LatLon, LatLon), pen: &Pen, phase: &mut u32) {
        let (Some(from), Some(to)) = (self.view.project_at(from), self.view.project_at(to)) else {
            return;
        };
        if !self.view.is_torn(from, to) {
            canvas.line(from, to, pen, phase);
        }
    }

    /// Areas to stay in are drawn, areas to stay out of are hatched as well: colour alone does not tell them apart.
    fn fence(&self, canvas: &mut Canvas, held: &HeldPlan) {
        let theme = self.scene.theme;
        for shape in whole_shapes(held) {
            let (corners, is_inside) = match shape {
                Shape::Polygon { inclusion, corners } => (corners, inclusion),
                Shape::Circle {
                    inclusion,
                    center,
                    radius_m,
                } => (circle(center, f64::from(radius_m)), inclusion),
                Shape::Return(..) => continue,
            };
            let style = if is_inside { theme.ok } else { theme.critical };
            let style = doubted(style, held.doubt.is_some(), self.scene);
            let pen = Pen::whole(Rank::Plan, style);
            let mut phase = 0;
            let next = corners.iter().cycle().skip(1);
            for (from, to) in corners.iter().zip(next) {
                self.way(canvas, (*from, *to), &pen, &mut phase);
            }
            if !is_inside {
                self.hatch(canvas, &corners, &pen);
            }
        }
    }

    fn hatch(&self, canvas: &mut Canvas, corners: &[LatLon], pen: &Pen) {
        let dots = corners.iter().map(|corner| self.view.project_at(*corner));
        let Some(dots) = dots.collect::<Option<Vec<Dot>>>() else {
            return;
        };
        let (width, height) = self.view.size();
        let least = |of: fn(&Dot) -> f64| dots.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Dot) -> f64| dots.iter().map(of).fold(0.0, f64::max);
        let (left, right) = (least(|dot| dot.x).max(0.0), most(|dot| dot.x).min(width));
        let (top, bottom) = (least(|dot| dot.y).max(0.0), most(|dot| dot.y).min(height));
        if left >= right || top >= bottom {
            return;
        }
        for y in top as i32..=bottom as i32 {
            for x in left as i32..=right as i32 {
                // Slanted lines: each row begins one dot further.
                if (x + y) % HATCH == 0 && contains(&dots, f64::from(x), f64::from(y)) {
                    canvas.dot(x, y, pen);
                }
            }
        }
    }

    /// Numbers of items, rally points and where a breach ends, of the selected vehicle. What has no room is a dot.
    pub(super) fn plan_signs(&self, buffer: &mut Buffer, area: Rect, grain: Grain) {
        let scene = self.scene;
        let Some(row) = scene.ui.selected_row() else {
            return;
        };
        let Some(held) = aboard::of(scene.snapshot, row.id()) else {
            return;
        };
        let mut signs = Signs {
            layer: self,
            grain,
            taken: vec![false; usize::from(area.width) * usize::from(area.height)],
            size: (area.width, area.height),
        };
        if let Some(mission) = &held.mission {
            signs.mission(buffer, area, (mission, row.id()));
        }
        let theme = scene.theme;
        for rally in held.rally.iter().flat_map(|held| &held.items) {
            if let Some(at) = rally.place().filter(|_| rally.command == RALLY_POINT) {
                signs.put(buffer, area, (at, "R", theme.ok));
            }
        }
        for shape in held.fence.iter().flat_map(|held| whole_shapes(held)) {
            if let Shape::Return(at, _) = shape {
                signs.put(buffer, area, (at, "B", theme.warning));
            }
        }
    }
}

fn doubted(style: Style, is_in_doubt: bool, scene: &Scene<'_>) -> Style {
    if is_in_doubt { scene.theme.dim } else { style }
}

/// The shapes of a fence; of one that is not whole those before its first mistake.
fn whole_shapes(held: &HeldPlan) -> Vec<Shape> {
    shapes(&held.items).unwrap_or_else(|(number, _)| {
        let before = held.items.get(..number.saturating_sub(1));
        shapes(before.unwrap_or_default()).unwrap_or_default()
    })
}

/// A circle as corners; degrees of longitude are shorter the farther from the equator.
fn circle(center: LatLon, radius_m: f64) -> Vec<LatLon> {
    let lat_deg = (radius_m / crate::model::geo::EARTH_RADIUS_M).to_degrees();
    let lon_deg = lat_deg / center.lat_deg.to_radians().cos().max(0.01);
    let corner = |n: u32| {
        let (sin, cos) = (f64::from(n) / f64::from(ROUND) * std::f64::consts::TAU).sin_cos();
        LatLon {
            lat_deg: center.lat_deg + lat_deg * cos,
            lon_deg: center.lon_deg + lon_deg * sin,
        }
    };
    (0..ROUND).map(corner).collect()
}

/// Whether a dot lies inside a polygon: a line to the left crosses its sides an odd number of times.
fn contains(corners: &[Dot], x: f64, y: f64) -> bool {
    let next = corners.iter().cycle().skip(1);
    let crossings = corners
        .iter()
        .zip(next)
        .filter(|(a, b)| (a.y > y) != (b.y > y) && x > a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    crossings.count() % 2 == 1
}

/// Puts signs into cells that are still free.
struct Signs<'a> {
    layer: &'a Layer<'a>,
    grain: Grain,
    taken: Vec<bool>,
    size: (u16, u16),
}

impl Signs<'_> {
    /// The item the vehicle flies to and the highlighted one first, then all in their order.
    fn mission(&mut self, buffer: &mut Buffer, area: Rect, (held, id): (&HeldPlan, &VehicleId)) {
        let theme = self.layer.scene.theme;
        let current = self.current(held, id);
        let pointed = self.pointed();
        let places: Vec<(usize, LatLon)> = (1..)
            .zip(&held.items)
            .filter(|(_, item)| is_flown(item))
            .filter_map(|(number, item)| Some((number, item.place()?)))
            .collect();
        let is_special = |number: usize| Some(number) == current || Some(number) == pointed;
        let first = places.iter().filter(|(number, _)| is_special(*number));
        let others = places.iter().filter(|(number, _)| !is_special(*number));
        for (number, at) in first.chain(others) {
            let style = match held.doubt {
                _ if Some(*number) == current => theme.accent.add_modifier(Modifier::REVERSED),
                _ if Some(*number) == pointed => theme.selected,
                Some(_) => theme.dim,
                None => theme.accent,
            };
            self.put(buffer, area, (*at, &number.to_string(), style));
        }
    }

    /// The item whose row is highlighted in the list beside the map.
    fn pointed(&self) -> Option<usize> {
        let ui = self.layer.scene.ui;
        let is_shown = ui.view == View::Aboard && ui.aboard.tab == Tab::Mission;
        ui.aboard.item_number().filter(|_| is_shown)
    }

    fn current(&self, held: &HeldPlan, id: &VehicleId) -> Option<usize> {
        let vehicle = self.layer.scene.snapshot.vehicles.get(id)?;
        let stack = Stack::from(vehicle.autopilot?);
        Some(usize::from(
            stack.number(held.kind, vehicle.mission?.current?),
        ))
    }

    fn put(&mut self, buffer: &mut Buffer, area: Rect, (at, text, style): (LatLon, &str, Style)) {
        let dot = self.layer.view.project_at(at);
        let Some((x, y)) = dot.and_then(|dot| cell(self.layer.view, dot, self.grain)) else {
            return;
        };
        let cells = text.len() as u16;
        let row = usize::from(y) * usize::from(self.size.0);
        let wanted = row + usize::from(x)..row + usize::from(x + cells);
        let symbols = self.layer.scene.theme.symbols;
        let is_free = |cells: &[bool]| !cells.iter().any(|is_taken| *is_taken);
        let fits = x + cells <= self.size.0 && self.taken.get(wanted.clone()).is_some_and(is_free);
        // A blank between two numbers: 1 and 2 side by side are not 12.
        let until = (wanted.end + 1).min(row + usize::from(self.size.0));
        let (text, taken) = if fits {
            (text, wanted.start..until)
        } else {
            (symbols.between, wanted.start..wanted.start + 1)
        };
        let Some(cells) = self.taken.get_mut(taken) else {
            return;
        };
        if !fits && cells.iter().any(|is_taken| *is_taken) {
            return;
        }
        cells.fill(true);
        let place = Rect {
            x: area.x + x,
            y: area.y + y,
            width: self.size.0 - x,
            height: 1,
        };
        left(buffer, place, &[Span::styled(text, style)], "");
    }
}
