//! The items of a mission, a fence or of rally points, one a line: what, where, how high, how far.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    super::paint::{left, line, right},
    rows::{readable, rows, select},
};
use crate::{
    model::{geo::LatLon, mission::MissionItem},
    protocol::mission::numbering::Stack,
    tui::{
        aboard::{
            plan_table::{Along, PlanRow},
            words,
        },
        format::fixed,
        freshness::{Freshness, Group},
        layout::Panes,
        scene::Scene,
    },
};

/// Cells between columns.
const GAP: u16 = 1;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Lead,
    Number,
    Command,
    Where,
    Alt,
    From,
    Leg,
    Sum,
    Numbers,
}

/// A column with its first cell and its width.
type Placed = (Column, u16, u16);

/// Where the columns stand. What is least needed leaves first; what is left over goes to the names and the numbers.
fn columns(width: u16, digits: u16, has_legs: bool) -> Vec<Placed> {
    let mut wanted = vec![
        (Column::Lead, 1),
        (Column::Number, digits.max(3)),
        (Column::Command, 14),
        (Column::Where, 21),
        (Column::Alt, 6),
        (Column::From, 9),
        (Column::Leg, 6),
        (Column::Sum, 6),
    ];
    if !has_legs {
        wanted.retain(|(column, _)| !matches!(column, Column::Leg | Column::Sum));
    }
    leave(&mut wanted, width);
    let mut spare = width.saturating_sub(taken(&wanted));
    let more = spare.min(8);
    wanted[2].1 += more;
    spare -= more;
    if spare > 16 {
        wanted.push((Column::Numbers, spare - GAP));
    }
    let mut x = 0;
    wanted
        .into_iter()
        .map(|(column, cells)| {
            let placed = (column, x, cells);
            x += cells + GAP;
            placed
        })
        .collect()
}

fn taken(wanted: &[(Column, u16)]) -> u16 {
    wanted.iter().map(|(_, cells)| cells + GAP).sum::<u16>() + 1
}

/// Takes columns away until the rest fits. The frame of an altitude is short for all but the sea level.
fn leave(wanted: &mut Vec<(Column, u16)>, width: u16) {
    for leaves in [Column::Sum, Column::Leg, Column::From, Column::Alt] {
        if taken(wanted) > width {
            let from = wanted
                .iter_mut()
                .filter(|(column, _)| *column == Column::From);
            from.for_each(|(_, cells)| *cells = 7);
        }
        if taken(wanted) > width {
            wanted.retain(|(column, _)| *column != leaves);
        }
    }
}

/// Paints heading and visible rows.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let table = &scene.ui.aboard.plan;
    let digits = u16::try_from(table.len().to_string().len()).unwrap_or(3);
    let columns = columns(panes.fleet.width, digits, table.total_m() > 0.0);
    let head = line(panes.fleet, 1);
    for placed in &columns {
        let title = Span::styled(heading(placed.0, scene), scene.theme.head);
        cell(buffer, head, *placed, &title, scene);
    }
    let current = current(scene);
    for (place, area, is_selected) in rows(panes, scene) {
        if is_selected {
            select(buffer, area, scene);
        }
        if let Some(row) = table.row(place) {
            let painter = Painter { scene, current };
            for placed in Painter::spread(&columns, row) {
                let (text, style) = painter.text(placed, row);
                cell(buffer, area, placed, &Span::styled(text, style), scene);
            }
        }
        if is_selected {
            readable(buffer, area, scene);
        }
    }
}

fn cell(
    buffer: &mut Buffer,
    row: Rect,
    (column, x, width): Placed,
    span: &Span<'_>,
    scene: &Scene<'_>,
) {
    let x = x.min(row.width);
    let area = Rect {
        x: row.x + x,
        width: width.min(row.width - x),
        ..row
    };
    let is_number = matches!(
        column,
        Column::Number | Column::Alt | Column::Leg | Column::Sum
    );
    let paint = if is_number { right } else { left };
    paint(
        buffer,
        area,
        std::slice::from_ref(span),
        scene.theme.symbols.ellipsis,
    );
}

fn heading(column: Column, scene: &Scene<'_>) -> String {
    let unit = scene.ui.units.length_unit();
    match column {
        Column::Lead => String::new(),
        Column::Number => "#".to_owned(),
        Column::Command => "COMMAND".to_owned(),
        Column::Where => "WHERE".to_owned(),
        Column::Alt => format!("ALT {unit}"),
        Column::From => "ABOVE".to_owned(),
        Column::Leg => format!("LEG {unit}"),
        Column::Sum => format!("SUM {unit}"),
        Column::Numbers => "DETAIL".to_owned(),
    }
}

/// The item the vehicle is at, from 1, as far as that may be believed; 0 is home.
pub(in crate::tui::view) fn current(scene: &Scene<'_>) -> Option<(usize, Freshness)> {
    let kind = scene.ui.aboard.tab.kind()?;
    let row = scene.ui.selected_row()?;
    let mission = row.vehicle.mission?;
    let stack = Stack::from(row.vehicle.autopilot?);
    let number = stack.number(kind, mission.current?);
    let freshness = scene.freshness(row, Group::Mission);
    let is_mission = kind == crate::model::mission::PlanKind::Mission;
    (is_mission && freshness != Freshness::Gone).then_some((usize::from(number), freshness))
}

struct Painter<'a> {
    scene: &'a Scene<'a>,
    current: Option<(usize, Freshness)>,
}

impl Painter<'_> {
    /// What an item without a place does may take the room of its altitude as well.
    fn spread(columns: &[Placed], row: PlanRow<'_>) -> Vec<Placed> {
        let PlanRow::Item(_, item, along) = row else {
            return columns.to_vec();
        };
        if item.place().is_some() {
            return columns.to_vec();
        }
        let is_kept = |column: Column| match column {
            Column::Alt | Column::From => words::has_altitude(item),
            Column::Leg | Column::Sum => along.leg_m.is_some(),
            Column::Numbers => false,
            _ => true,
        };
        let mut kept: Vec<Placed> = columns
            .iter()
            .copied()
            .filter(|(column, ..)| is_kept(*column))
            .collect();
        let at = kept
            .iter()
            .position(|(column, ..)| *column == Column::Where);
        if let Some(at) = at {
            let next = kept.get(at + 1).map_or(u16::MAX, |(_, x, _)| x - GAP);
            kept[at].2 = next - kept[at].1;
        }
        kept
    }

    fn text(&self, (column, _, width): Placed, row: PlanRow<'_>) -> (String, Style) {
        match row {
            PlanRow::Home(place, alt_msl_m) => self.home((column, width), place, alt_msl_m),
            PlanRow::Item(number, item, along) => self.item((column, width), number, (item, along)),
        }
    }

    fn home(
        &self,
        (column, width): (Column, u16),
        place: LatLon,
        alt_msl_m: f32,
    ) -> (String, Style) {
        let (theme, units) = (self.scene.theme, self.scene.ui.units);
        let text = match column {
            Column::Number => theme.symbols.home.to_owned(),
            Column::Command => "planned home".to_owned(),
            Column::Where => format!("{:.6} {:.6}", place.lat_deg, place.lon_deg),
            Column::Alt => fixed(units.length(f64::from(alt_msl_m)), 0),
            Column::From => above("sea level".to_owned(), width),
            _ => String::new(),
        };
        (text, theme.dim)
    }

    fn item(
        &self,
        (column, width): (Column, u16),
        number: usize,
        (item, along): (&MissionItem, Along),
    ) -> (String, Style) {
        let (theme, units) = (self.scene.theme, self.scene.ui.units);
        let at = self.current.filter(|(current, _)| *current == number);
        let own = match at {
            Some((_, Freshness::Fresh)) => theme.accent,
            Some(_) => theme.dim,
            None => theme.text,
        };
        let distance = |metres: f64| units.distance(metres);
        match column {
            Column::Lead if at.is_some() => (theme.symbols.arrows[2].to_owned(), own),
            Column::Number => (number.to_string(), at.map_or(theme.dim, |_| own)),
            Column::Command => (words::command(item), own),
            Column::Where => (place(item, along, width), own),
            Column::Alt if words::has_altitude(item) => {
                (fixed(units.length(f64::from(item.z)), 0), own)
            }
            Column::From if words::has_altitude(item) => {
                (above(words::measured_from(item), width), theme.dim)
            }
            Column::Leg => (along.leg_m.map_or_else(String::new, distance), theme.dim),
            Column::Sum if along.leg_m.is_some() => (distance(along.total_m), theme.dim),
            // Without a place its numbers stand in the column of places already.
            Column::Numbers if item.place().is_some() => (words::numbers(item, along), theme.dim),
            Column::Lead | Column::Alt | Column::From | Column::Sum | Column::Numbers => {
                (String::new(), own)
            }
        }
    }
}

/// From what an altitude counts, short where it is narrow.
fn above(word: String, width: u16) -> String {
    if word == "sea level" && width < 9 {
        "sea".to_owned()
    } else {
        word
    }
}

/// Where it is, or else what it does.
fn place(item: &MissionItem, along: Along, width: u16) -> String {
    let place = words::place(item);
    if item.place().is_none() {
        let numbers = words::numbers(item, along);
        return if numbers.is_empty() { place } else { numbers };
    }
    if place.len() > usize::from(width) {
        return format!("{:.5} {:.5}", item.x, item.y);
    }
    place
}
