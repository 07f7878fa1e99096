//! The words in the frame of the map: what keeps the view, its scale, where things are.

use ratatui::text::Span;

use super::{
    super::paint::{Spans, foreign, spans_width},
    marks::{Mark, Marks, place as place_of},
};
use crate::{
    model::geo::LatLon,
    tui::{
        format::{clean, cut, width},
        map::{Cells, Tracking, scale::scale_bar},
        scene::Scene,
        ui::Pane,
    },
};

/// ` Map  ├──── 200 m ────┤  N↑  follow Alpha `
pub(super) fn title<'a>(scene: &Scene<'a>, cells: Cells) -> Spans<'a> {
    let (ui, theme) = (scene.ui, scene.theme);
    let style = if ui.pane == Pane::Map {
        theme.accent
    } else {
        theme.head
    };
    let mut spans = vec![Span::styled(" Map ", style)];
    let most = (cells.0 / 3).clamp(11, 40);
    if let Some(bar) = scale_bar(ui.map.clamped_m_per_column(cells), most, scene.ui.units) {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(bar.text(theme.symbols), theme.text));
        spans.push(Span::raw("  "));
    }
    let north = format!("N{}", theme.symbols.arrows[0]);
    spans.push(Span::styled(north, theme.text));
    spans.push(Span::raw(" "));
    match ui.map.tracking {
        Tracking::Fit => spans.push(Span::styled(" fit ", theme.dim)),
        Tracking::Follow => {
            spans.push(Span::styled(" follow ", theme.dim));
            if let Some(row) = ui.selected_row() {
                spans.push(foreign(&row.vehicle.name, theme.accent));
                spans.push(Span::raw(" "));
            }
        }
        Tracking::Free => {}
    }
    spans
}

/// ` Alpha 412 m 225° from home `
pub(super) fn from_home<'a>(scene: &Scene<'a>) -> Spans<'a> {
    let theme = scene.theme;
    let Some(row) = scene.ui.selected_row() else {
        return Vec::new();
    };
    let home = row.vehicle.home.unwrap_or_default();
    let (Some(distance_m), Some(bearing_deg)) = (home.distance_m, home.bearing_deg) else {
        return Vec::new();
    };
    let name = clean(&row.vehicle.name);
    let name = cut(&name, 12, theme.symbols.ellipsis).into_owned();
    vec![
        Span::styled(format!(" {name} "), theme.name),
        Span::styled(format!("{} ", theme.symbols.home), theme.text),
        Span::styled(way(distance_m, bearing_deg, scene), theme.text),
        Span::raw(" "),
    ]
}

/// `412 m 225°`
fn way(distance_m: f64, bearing_deg: f64, scene: &Scene<'_>) -> String {
    let (units, degree) = (scene.ui.units, scene.theme.symbols.degree);
    let distance = units.distance(distance_m);
    let (number, unit) = match distance.strip_suffix(char::is_alphabetic) {
        Some(number) => (number, units.far_unit()),
        None => (&*distance, units.length_unit()),
    };
    let bearing = bearing_deg.round().rem_euclid(360.0);
    format!("{number} {unit} {bearing:03.0}{degree}")
}

/// Where the cursor is and how far that is from the selected vehicle; else the middle of the map.
pub(super) fn place(scene: &Scene<'_>, cells: Cells, room: usize) -> Spans<'static> {
    let (map, theme) = (&scene.ui.map, scene.theme);
    let at = map.cursor.unwrap_or(map.centre);
    let style = if map.cursor.is_some() {
        theme.text
    } else {
        theme.dim
    };
    let mut spans = vec![Span::styled(
        format!(" {} ", degrees(at, map.clamped_m_per_column(cells))),
        style,
    )];
    if map.cursor.is_some() {
        spans.insert(
            0,
            Span::styled(format!(" {}", theme.symbols.cross), theme.accent),
        );
        let from = scene
            .ui
            .selected_row()
            .and_then(|row| place_of(&row.vehicle));
        if let Some(from) = from {
            let way = way(from.distance_m(at), from.bearing_deg(at), scene);
            spans.push(Span::styled(format!("{way} "), theme.text));
        }
    }
    while spans_width(&spans) > room && spans.len() > 1 {
        spans.pop();
    }
    if spans_width(&spans) > room {
        spans.clear();
    }
    spans
}

/// `35.3633 S 149.1652 E`, with as many places as a column of the map is worth.
fn degrees(at: LatLon, m_per_column: f64) -> String {
    let column_deg = m_per_column / 111_195.0;
    let decimals = (-column_deg.log10()).ceil().clamp(1.0, 6.0) as usize;
    let half = |value: f64, positive: char, negative: char| {
        let letter = if value < 0.0 { negative } else { positive };
        format!("{:.decimals$} {letter}", value.abs())
    };
    let (lat, lon) = (half(at.lat_deg, 'N', 'S'), half(at.lon_deg, 'E', 'W'));
    format!("{lat} {lon}")
}

fn off_shortly(off: usize) -> String {
    format!(" {off} off, 0 fits ")
}

/// Cells that must be left for the number of vehicles off the map, with a blank after it.
pub(super) fn off_width(marks: &Marks<'_>) -> usize {
    match marks.off_the_map() {
        0 => 0,
        off => width(&off_shortly(off)) + 1,
    }
}

/// What the signs cannot say: how many vehicles are off the map, and since when one is lost.
pub(super) fn trouble(scene: &Scene<'_>, marks: &Marks<'_>, room: usize) -> Spans<'static> {
    let theme = scene.theme;
    let mut spans: Spans<'static> = Vec::new();
    let off = marks.off_the_map();
    if off > 0 {
        let whole = format!(" {off} off the map, 0 shows all ");
        let text = if width(&whole) <= room {
            whole
        } else {
            off_shortly(off)
        };
        spans.push(Span::styled(text, theme.warning));
    }
    let lost = marks
        .vehicles
        .iter()
        .find(|mark| mark.is_lost && mark.cell.is_some());
    if let Some(mark) = lost {
        let left = room.saturating_sub(spans_width(&spans));
        spans.extend(last_heard(mark, scene, left));
    }
    if spans_width(&spans) > room {
        spans.truncate(1);
    }
    if spans_width(&spans) > room {
        spans.clear();
    }
    spans
}

/// ` ? Echo last heard 12s ago, inside the dashed ring `, shorter where there is no room.
fn last_heard(mark: &Mark<'_>, scene: &Scene<'_>, room: usize) -> Spans<'static> {
    let (row, theme) = (mark.row, scene.theme);
    let Some(heard_ms) = row.vehicle.heard_ms else {
        return Vec::new();
    };
    let sign_style = if mark.is_hidden {
        theme.faint
    } else {
        theme.level(row.severity.level())
    };
    let symbols = theme.symbols;
    let name = cut(&clean(&row.vehicle.name), 14, symbols.ellipsis).into_owned();
    let heard = scene.age(scene.age_ms(heard_ms));
    let ring = match mark.ring {
        Some(ring) if !ring.is_bounded => ", inside the dashed ring",
        Some(_) => ", perhaps outside the ring",
        None => "",
    };
    let texts = [
        format!("{name} last heard {heard} ago{ring} "),
        format!("{name} last heard {heard} ago "),
        format!("{name} {heard} ago "),
    ];
    let fits = |text: &String| width(text) + 3 <= room;
    let Some(text) = texts.into_iter().find(fits) else {
        return Vec::new();
    };
    vec![
        Span::styled(format!(" {} ", symbols.somewhere), sign_style),
        Span::styled(text, theme.dim),
    ]
}
