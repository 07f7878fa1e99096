//! The screen as a picture: `render` paints a `Scene` and changes nothing, asks nothing and knows no clock.
//!
//! ```text
//! status_bar
//! ╭ fleet (cells) ─────╮      over it: help, confirm, palette, order
//! ├ detail ────────────┤      instead of it: empty, tiny
//! ├ events ────────────┤
//! ╰────────────────────╯      between it and the footer: results
//! footer
//! ```
//! Right of the frame, or instead of it: map.

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{
    layout::{Layout, Panes, layout, results_place},
    scene::Scene,
    ui::Overlay,
};

mod battery;
mod cells;
mod confirm;
mod detail;
mod empty;
mod events;
mod fleet;
mod footer;
mod frame;
mod health;
mod help;
mod legend;
mod map;
mod order;
mod paint;
mod palette;
mod results;
mod sheet;
mod sparkline;
mod status_bar;
mod strip;
mod tall;
mod tiny;
mod wrap;

/// Paints the whole screen into `area` of `buffer`, which is expected to be blank.
pub fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let area = area.intersection(buffer.area);
    match layout(area, scene.ui) {
        Layout::TooSmall => tiny::too_small(buffer, area, scene),
        Layout::Tiny => tiny::render(buffer, area, scene),
        Layout::Table(panes) => {
            table(buffer, &panes, scene);
            bars(buffer, &panes, scene);
        }
        Layout::Full(panes) => {
            frame::render(buffer, &panes, scene);
            table(buffer, &panes, scene);
            if let Some(pane) = panes.detail {
                detail::render(buffer, pane, scene);
            }
            if let Some(pane) = panes.events {
                events::render(buffer, pane, scene);
            }
            map::render(buffer, &panes, scene);
            bars(buffer, &panes, scene);
        }
        Layout::Map(panes) => {
            map::render(buffer, &panes, scene);
            bars(buffer, &panes, scene);
        }
    }
    over(buffer, area, scene);
    if scene.theme.symbols.is_ascii {
        only_ascii(buffer, area);
    }
    if scene.theme.bar.add_modifier.contains(Modifier::REVERSED) {
        no_grey_blocks(buffer, area);
    }
}

/// Dim and reversed at once is a grey block on most terminals: reversed is enough.
fn no_grey_blocks(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position)
            && cell.modifier.contains(Modifier::REVERSED)
        {
            cell.modifier.remove(Modifier::DIM);
        }
    }
}

fn table(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    if scene.ui.digest.total() == 0 {
        empty::render(buffer, panes.fleet, scene);
    } else {
        fleet::render(buffer, panes.fleet, scene);
    }
}

fn bars(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    status_bar::render(buffer, panes.status, scene);
    footer::render(buffer, panes.footer, scene);
}

fn over(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    match &scene.ui.overlay {
        Overlay::Help { search, scroll } => {
            help::render(buffer, area, scene, (search, *scroll));
        }
        Overlay::Confirm { what, typed, wrong } => {
            confirm::render(buffer, area, scene, (*what, typed, *wrong));
        }
        Overlay::Palette(open) => palette::render(buffer, area, scene, open),
        Overlay::Order(question) => order::render(buffer, area, scene, question),
        Overlay::Results {
            earlier,
            scroll,
            asks,
        } => {
            if let Some(place) = results_place(area, scene.ui) {
                results::render(buffer, place, scene, (*earlier, *scroll, *asks));
            }
        }
        Overlay::None | Overlay::Filter { .. } | Overlay::Sort | Overlay::Number { .. } => {}
    }
}

/// Names and texts of vehicles may hold anything: what is not ASCII becomes a question mark.
fn only_ascii(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position)
            && !cell.symbol().is_ascii()
        {
            let plain = if cell.symbol() == "→" { ">" } else { "?" };
            cell.set_symbol(plain);
        }
    }
}
