//! The map pane: a frame that says scale and place, and in it layers of dots under marks and names.
//!
//! ```text
//! ╭ Map  ├── 200 m ──┤  N↑  follow Alpha ─────╮   title    what keeps the view, and its scale
//! │  graticule < coast < plans < tracks < rings │   layers   dots; a higher one clears its cells
//! │  home < names < arrows < selected          │   marks    cells; names never hide an arrow
//! ╰ Alpha 412 m from home ─── 35.36 S 149.2 E ─╯   captions
//! ```
//! Everything is prepared as plain data from the scene, then painted. A further layer (missions,
//! fences, tiles) is a function in `layers` that draws on the canvas with a rank of its own.

use ratatui::{buffer::Buffer, layout::Rect};

use super::paint::{left, right, spans_width};
use crate::tui::{
    layout::Panes,
    map::{
        canvas::{Canvas, Grain},
        graticule::graticule,
    },
    scene::Scene,
};
use marks::Marks;

mod captions;
mod layers;
mod marks;
mod painting;
mod plans;

/// Paints the map where the layout has one.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let (Some(frame), Some(inside)) = (panes.map, panes.map_inside()) else {
        return;
    };
    border(buffer, frame, scene);
    if inside.is_empty() {
        return;
    }
    let grain = if scene.theme.symbols.is_ascii {
        Grain::Ascii
    } else {
        Grain::Braille
    };
    let cells = (inside.width, inside.height);
    let view = scene.ui.map.projection(grain, cells);
    let marks = marks::prepare(scene, &view, grain);
    let ruled = graticule(&view, f64::from(grain.dots().0));
    let mut canvas = Canvas::new(grain, inside.width, inside.height);
    let layer = layers::Layer {
        scene,
        view: &view,
        marks: &marks,
    };
    layer.graticule(&mut canvas, &ruled);
    layer.coast(&mut canvas);
    layer.plans(&mut canvas);
    layer.tracks(&mut canvas);
    layer.rings(&mut canvas, grain);
    layer.way_home(&mut canvas);
    canvas.paint(buffer, inside);
    painting::edge_labels(buffer, inside, (&ruled.labels, grain), scene);
    layer.plan_signs(buffer, inside, grain);
    painting::marks(buffer, inside, &marks, scene);
    frame_texts(buffer, (frame, inside), &marks, scene);
}

fn border(buffer: &mut Buffer, frame: Rect, scene: &Scene<'_>) {
    use ratatui::widgets::{Block, Widget as _};
    Block::bordered()
        .border_set(scene.theme.symbols.border)
        .border_style(scene.theme.faint)
        .render(frame, buffer);
}

/// Title, notes and captions in the lines of the frame.
fn frame_texts(
    buffer: &mut Buffer,
    (frame, inside): (Rect, Rect),
    marks: &Marks<'_>,
    scene: &Scene<'_>,
) {
    let ellipsis = scene.theme.symbols.ellipsis;
    let within = Rect {
        x: frame.x + 2.min(frame.width),
        width: frame.width.saturating_sub(4),
        height: 1.min(frame.height),
        ..frame
    };
    let below = Rect {
        y: frame.bottom().saturating_sub(1),
        ..within
    };
    let cells = (inside.width, inside.height);
    let title = captions::title(scene, cells);
    clear(buffer, within, spans_width(&title), false);
    left(buffer, within, &title, ellipsis);
    // How many are off the map comes before where the map is.
    let reserved = captions::off_width(marks);
    let place_room = usize::from(below.width).saturating_sub(reserved);
    let place = captions::place(scene, cells, place_room);
    let room = usize::from(below.width).saturating_sub(spans_width(&place) + 1);
    clear(buffer, below, spans_width(&place), true);
    right(buffer, below, &place, ellipsis);
    let mut words = captions::trouble(scene, marks, room);
    let home = captions::from_home(scene);
    if spans_width(&words) + spans_width(&home) < room {
        words.extend(home);
    }
    clear(buffer, below, spans_width(&words), false);
    left(buffer, below, &words, ellipsis);
}

/// Takes the colours of a line away where text will stand.
fn clear(buffer: &mut Buffer, area: Rect, cells: usize, at_right: bool) {
    let cells = u16::try_from(cells).unwrap_or(u16::MAX).min(area.width);
    let shift = if at_right { area.width - cells } else { 0 };
    let taken = Rect {
        x: area.x + shift,
        width: cells,
        ..area
    };
    buffer.set_style(taken, ratatui::style::Style::reset());
}
