//! What the map remembers between frames: where it looks, how near, and what it keeps in view.
//!
//! ```text
//!  update ──► MapView ──► projection ──► view::map   coast, graticule, tracks, marks, labels
//!    ▲          │ fit: fleet in view     (prepared as plain data, then painted)
//!  keys, mouse  └ follow: the selected vehicle
//! ```
//! Changed by `update` alone, with the clock's word for time; knows no vehicles, only places.

use crate::model::geo::{EARTH_RADIUS_M, LatLon};
use canvas::Grain;
use fit::{fit, is_good};
use projection::{Dot, Projection, tidy};

pub mod canvas;
pub mod coast;
pub mod fit;
pub mod graticule;
pub mod labels;
pub mod mouse;
pub mod projection;
pub mod ring;
pub mod scale;

/// Where the map stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MapPlace {
    /// Right of the table, where the screen is wide enough.
    #[default]
    Beside,
    /// Instead of the table.
    Full,
    /// Nowhere.
    Off,
}

/// What moves the view without being asked each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tracking {
    /// The whole fleet is kept in view.
    #[default]
    Fit,
    /// The selected vehicle is kept in view.
    Follow,
    /// Nothing: the operator moved it.
    Free,
}

/// Cells of the map, columns and rows, without its frame.
pub type Cells = (u16, u16);

/// The mouse holding the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grab {
    /// The cell it was over last, from the upper left corner of the map.
    pub at: (u16, u16),
    /// Whether it moved since the button went down: then letting go is no click.
    pub has_moved: bool,
}

/// Smallest extent of a view across, metres.
const NEAREST_M: f64 = 20.0;

/// Where the map looks.
#[derive(Debug, Clone, PartialEq)]
pub struct MapView {
    /// Where it stands.
    pub place: MapPlace,
    /// What it keeps in view.
    pub tracking: Tracking,
    /// The middle.
    pub centre: LatLon,
    /// Metres to the column in the middle. A row is twice as much.
    pub m_per_column: f64,
    /// A place the operator pointed at.
    pub cursor: Option<LatLon>,
    /// Where the mouse holds the map, while its button is down.
    pub grabbed: Option<Grab>,
}

impl Default for MapView {
    /// The globe, until something is heard.
    fn default() -> Self {
        Self {
            place: MapPlace::default(),
            tracking: Tracking::default(),
            centre: LatLon {
                lat_deg: 20.0,
                lon_deg: 0.0,
            },
            m_per_column: f64::INFINITY,
            cursor: None,
            grabbed: None,
        }
    }
}

/// Columns across the smaller extent; a row counts as two.
fn extent((columns, rows): Cells) -> f64 {
    f64::from(columns.min(rows.saturating_mul(2)).max(1))
}

/// The scale at which the globe just fills the map.
#[must_use]
pub fn globe_m_per_column(cells: Cells) -> f64 {
    2.1 * EARTH_RADIUS_M / extent(cells)
}

impl MapView {
    /// Metres to the column within what the map can show: from 20 m across to the whole earth.
    #[must_use]
    pub fn clamped_m_per_column(&self, cells: Cells) -> f64 {
        let (nearest, farthest) = (
            NEAREST_M / extent(cells),
            4.2 * EARTH_RADIUS_M / extent(cells),
        );
        if self.m_per_column.is_infinite() {
            globe_m_per_column(cells)
        } else {
            self.m_per_column.max(nearest).min(farthest)
        }
    }

    /// The projection of this view for a map of so many cells.
    #[must_use]
    pub fn projection(&self, grain: Grain, cells: Cells) -> Projection {
        let (across, down) = grain.dots();
        let size = (
            f64::from(cells.0) * f64::from(across),
            f64::from(cells.1) * f64::from(down),
        );
        let m_per_dot = self.clamped_m_per_column(cells) / f64::from(across);
        Projection::new(self.centre, m_per_dot, size)
    }

    /// Nearer (below 1) or farther (above 1) by a factor, about the middle.
    pub fn zoom(&mut self, factor: f64, cells: Cells) {
        self.m_per_column = self.clamped_m_per_column(cells) * factor;
        self.m_per_column = self.clamped_m_per_column(cells);
        if self.tracking == Tracking::Fit {
            self.tracking = Tracking::Free;
        }
    }

    /// The same about a cell: what lies under it stays there.
    pub fn zoom_at(&mut self, factor: f64, at: (f64, f64), cells: Cells) {
        let there = self.under(at, cells);
        self.zoom(factor, cells);
        if let Some(there) = there {
            self.bring(there, at, cells);
            self.tracking = Tracking::Free;
        }
    }

    /// Moves the view by cells, right and down. Never over a pole: there it turns round it.
    pub fn pan(&mut self, columns: f64, rows: f64, cells: Cells) {
        let m_per_column = self.clamped_m_per_column(cells);
        let turn = |cells: f64| (cells * m_per_column / EARTH_RADIUS_M).to_degrees();
        let lean = self.centre.lat_deg.to_radians().cos().max(0.1);
        let lat_deg = self.centre.lat_deg - turn(rows * 2.0).clamp(-60.0, 60.0);
        self.centre = tidy(LatLon {
            lat_deg: lat_deg.clamp(-90.0, 90.0),
            lon_deg: self.centre.lon_deg + (turn(columns) / lean).clamp(-60.0, 60.0),
        });
        self.tracking = Tracking::Free;
    }

    /// What lies under a cell, counted from the upper left corner of the map.
    #[must_use]
    pub fn under(&self, at: (f64, f64), cells: Cells) -> Option<LatLon> {
        self.projection(Grain::Ascii, cells).unproject(Dot {
            x: at.0,
            y: at.1 * 2.0,
        })
    }

    /// Moves the view so that a place lies under a cell, as nearly as its curvature lets it.
    pub fn bring(&mut self, there: LatLon, at: (f64, f64), cells: Cells) {
        for _ in 0..3 {
            let view = self.projection(Grain::Ascii, cells);
            let Some(now) = view.project_at(there) else {
                return;
            };
            let (width, height) = view.size();
            let centre = view.unproject(Dot {
                x: width / 2.0 + now.x - at.0,
                y: height / 2.0 + now.y - at.1 * 2.0,
            });
            let Some(centre) = centre else { return };
            self.centre = tidy(centre);
        }
    }

    /// Looks at a place, as near as before; from afar so near that it can be told from its surroundings.
    pub fn look_at(&mut self, at: LatLon, cells: Cells) {
        const NEAR_M: f64 = 2_000.0;
        self.centre = tidy(at);
        if self.clamped_m_per_column(cells) * extent(cells) > 400_000.0 {
            self.m_per_column = NEAR_M / extent(cells);
        }
    }

    /// Looks at the whole fleet and keeps it in view from now on.
    pub fn fit(&mut self, fleet: &[LatLon], cells: Cells) {
        self.tracking = Tracking::Fit;
        if let Some((centre, m_per_column)) = fit(fleet, cells) {
            (self.centre, self.m_per_column) = (centre, m_per_column);
        }
    }

    /// Keeps in view what is to be kept there. Moves only when it must, and then with room to spare,
    /// so that the picture stands still while the fleet moves in it.
    pub fn keep(&mut self, fleet: &[LatLon], selected: Option<LatLon>, cells: Cells) {
        if self.grabbed.is_some() || cells.0 == 0 || cells.1 == 0 {
            return;
        }
        match (self.tracking, selected) {
            (Tracking::Fit, _) => {
                if !is_good(&self.projection(Grain::Ascii, cells), fleet) {
                    self.fit(fleet, cells);
                }
            }
            (Tracking::Follow, Some(at)) => {
                let view = self.projection(Grain::Ascii, cells);
                let (width, height) = view.size();
                let is_central = view.project_at(at).is_some_and(|dot| {
                    (dot.x / width - 0.5).abs() < 0.25 && (dot.y / height - 0.5).abs() < 0.25
                });
                if !is_central {
                    self.look_at(at, cells);
                }
            }
            (Tracking::Follow | Tracking::Free, _) => {}
        }
    }
}

#[cfg(test)]
mod tests;
