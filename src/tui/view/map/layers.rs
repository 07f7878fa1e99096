//! The layers of the map that are made of dots, lowest first.

use super::marks::{Mark, Marks, place};
use crate::{
    model::{geo::LatLon, time::TimeUs, track::Track},
    tui::{
        map::{
            canvas::{Canvas, Grain, Pen, Rank},
            coast::coast,
            graticule::Graticule,
            projection::{Dot, Projection},
        },
        scene::Scene,
    },
};

/// Older points of a track are darker, ms.
const OLD_MS: i64 = 180_000;
/// Points of all tracks together that are drawn; beyond it every other one, every fourth, …
const POINTS: usize = 8_192;
/// Steps shorter than this are left out of tracks that were thinned, dots.
const THINNED_DOTS: f64 = 2.0;
/// Two points farther apart than both of these were not heard in between: dotted.
const GAP: (i64, f64) = (8_000, 60.0);

/// What a layer may look at.
#[derive(Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) view: &'a Projection,
    pub(super) marks: &'a Marks<'a>,
}

impl Layer<'_> {
    /// Parallels and meridians, every fourth dot.
    pub(super) fn graticule(&self, canvas: &mut Canvas, graticule: &Graticule) {
        let every = if self.scene.theme.symbols.is_ascii {
            3
        } else {
            4
        };
        let pen = Pen::dotted(Rank::Graticule, self.scene.theme.faint, every);
        for rule in &graticule.rules {
            let mut phase = 0;
            for pair in rule.pieces.iter().flat_map(|piece| piece.windows(2)) {
                if !self.view.is_torn(pair[0], pair[1]) {
                    canvas.line(pair[0], pair[1], &pen, &mut phase);
                }
            }
        }
    }

    /// Coast, borders and the rim of the globe. A damaged coast is no reason not to show the fleet.
    pub(super) fn coast(&self, canvas: &mut Canvas) {
        let theme = self.scene.theme;
        let coast_pen = Pen::whole(Rank::Coast, theme.coast);
        let border_pen = Pen::dotted(Rank::Border, theme.faint, 2);
        if let Some(radius) = self.view.rim() {
            let (width, height) = self.view.size();
            let middle = Dot {
                x: width / 2.0,
                y: height / 2.0,
            };
            canvas.circle(middle, radius, &border_pen);
        }
        let Ok(coast) = coast() else { return };
        for piece in coast.pieces(self.view) {
            let pen = if piece.is_border {
                &border_pen
            } else {
                &coast_pen
            };
            let mut last = None;
            let mut phase = 0;
            for point in &piece.points {
                let next = self.view.project(point);
                if let (Some(from), Some(to)) = (last, next)
                    && !self.view.is_torn(from, to)
                {
                    canvas.line(from, to, pen, &mut phase);
                }
                last = next;
            }
        }
    }

    /// Where vehicles have been; the selected one's over the others.
    pub(super) fn tracks(&self, canvas: &mut Canvas) {
        let shown = || {
            self.marks
                .vehicles
                .iter()
                .filter(|mark| !mark.is_hidden)
                .rev()
        };
        let tracks = &self.scene.snapshot.tracks;
        let tracks: Vec<(&Mark<'_>, &Track)> = shown()
            .filter_map(|mark| Some((mark, &**tracks.get(mark.row.id())?)))
            .collect();
        let total: usize = tracks.iter().map(|(_, track)| track.len()).sum();
        let stride = (total / POINTS + 1).next_power_of_two();
        for (mark, track) in tracks {
            self.track(canvas, mark, track, stride);
        }
    }

    fn track(&self, canvas: &mut Canvas, mark: &Mark<'_>, track: &Track, stride: usize) {
        let old = Pen::whole(Rank::OldTrack, mark.hue.old);
        let fresh = Pen::whole(Rank::Track, mark.hue.fresh);
        let old_until = TimeUs::from_ms(self.scene.data_ms() - OLD_MS);
        let gap_us = GAP.0 * 1_000 * stride as i64;
        let gap_dots = GAP.1 * stride as f64 / self.view.m_per_dot();
        let least_dots = if stride == 1 { 1.0 } else { THINNED_DOTS };
        let detail_m = least_dots * self.view.m_per_dot();
        let mut last: Option<(Dot, TimeUs)> = None;
        let mut phase = 0;
        for point in track.seen_from(stride, detail_m) {
            let Some(dot) = self.view.project_at(point.place) else {
                last = None;
                continue;
            };
            if let Some((from, since)) = last {
                let (dx, dy) = (dot.x - from.x, dot.y - from.y);
                // Nothing to be seen yet: the next point will show it.
                if dx * dx + dy * dy < least_dots * least_dots {
                    continue;
                }
                let is_old = point.t < old_until || mark.is_lost;
                let mut pen = if is_old { old } else { fresh };
                let is_far = dx * dx + dy * dy > gap_dots * gap_dots;
                if is_far && point.t.0.saturating_sub(since.0) > gap_us {
                    pen.every = 3;
                }
                if !self.view.is_torn(from, dot) {
                    canvas.line(from, dot, &pen, &mut phase);
                }
            }
            last = Some((dot, point.t));
        }
        if let Some((from, _)) = last
            && mark.dot.x.is_finite()
            && !self.view.is_torn(from, mark.dot)
        {
            let pen = if mark.is_lost { old } else { fresh };
            canvas.line(from, mark.dot, &pen, &mut phase);
        }
    }

    /// How far lost vehicles may have gone.
    pub(super) fn rings(&self, canvas: &mut Canvas, grain: Grain) {
        let every = if grain == Grain::Ascii { 2 } else { 3 };
        for mark in &self.marks.vehicles {
            if let Some(ring) = mark
                .ring
                .filter(|_| !mark.is_hidden && mark.dot.x.is_finite())
            {
                let pen = Pen::dotted(Rank::Line, self.scene.theme.dim, every);
                canvas.circle(mark.dot, ring.radius_m / self.view.m_per_dot(), &pen);
            }
        }
    }

    /// The shortest way from the selected vehicle to its home.
    pub(super) fn way_home(&self, canvas: &mut Canvas) {
        let Some(row) = self.scene.ui.selected_row() else {
            return;
        };
        let home = row.vehicle.home.unwrap_or_default();
        let (Some(from), Some(lat_deg), Some(lon_deg)) =
            (place(&row.vehicle), home.lat_deg, home.lon_deg)
        else {
            return;
        };
        let pen = Pen::dotted(Rank::Line, self.scene.theme.dim, 4);
        let mut phase = 0;
        for piece in self.view.shortest_way(from, LatLon { lat_deg, lon_deg }) {
            for pair in piece.windows(2) {
                canvas.line(pair[0], pair[1], &pen, &mut phase);
            }
        }
    }
}
