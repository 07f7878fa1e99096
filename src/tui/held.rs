//! What a slow line is spared: map and events stand still between two paintings, as the terminal shows them. Pure.

use std::time::{Duration, Instant};

use ratatui::{buffer::Buffer, layout::Rect};

/// A pane that is painted at most once in a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    hold: Duration,
    painted: Option<(Instant, Rect)>,
}

impl Held {
    /// A pane whose paintings are at least `hold` apart.
    pub(super) const fn new(hold: Duration) -> Self {
        Self {
            hold,
            painted: None,
        }
    }

    /// The next frame paints it: a key or a vehicle's trouble is seen at once.
    pub(super) const fn hurry(&mut self) {
        self.painted = None;
    }

    /// Puts the cells of the pane that the terminal shows over those of the next frame, unless their time is
    /// over, the pane stands elsewhere, or it was hurried.
    pub(super) fn keep(
        &mut self,
        (shown, next): (&Buffer, &mut Buffer),
        pane: Option<Rect>,
        now: Instant,
    ) {
        let Some(area) = pane else {
            self.painted = None;
            return;
        };
        let is_held = self.painted.is_some_and(|(since, place)| {
            place == area && now.saturating_duration_since(since) < self.hold
        });
        if !is_held || shown.area != next.area {
            self.painted = Some((now, area));
            return;
        }
        for position in area.intersection(next.area).positions() {
            if let (Some(from), Some(to)) = (shown.cell(position), next.cell_mut(position)) {
                to.clone_from(from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: Rect = Rect::new(2, 0, 2, 1);

    fn line(text: &str) -> Buffer {
        Buffer::with_lines([text])
    }

    #[test]
    fn the_map_stands_still_for_two_seconds_and_the_rest_does_not() {
        let mut held = Held::new(Duration::from_millis(1_900));
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut show = |shown: &str, next: &str, when, is_urgent| {
            let mut next = line(next);
            if is_urgent {
                held.hurry();
            }
            held.keep((&line(shown), &mut next), Some(MAP), when);
            next
        };
        assert_eq!(show("    ", "1 ab", at(0), false), line("1 ab"));
        assert_eq!(show("1 ab", "2 cd", at(1_000), false), line("2 ab"));
        assert_eq!(show("2 ab", "3 ef", at(2_000), false), line("3 ef"));
        assert_eq!(show("3 ef", "4 gh", at(2_500), true), line("4 gh"));
        assert_eq!(show("4 gh", "5 ij", at(3_000), false), line("5 gh"));
    }

    #[test]
    fn a_map_of_another_size_or_screen_is_painted_anew() {
        let mut held = Held::new(Duration::from_millis(1_900));
        let now = Instant::now();
        let mut next = line("1 ab");
        held.keep((&line("    "), &mut next), Some(MAP), now);
        let mut wider = line("2 cd  ");
        held.keep((&line("1 ab"), &mut wider), Some(MAP), now);
        assert_eq!(wider, line("2 cd  "));
        let other = Rect::new(1, 0, 2, 1);
        let mut moved = line("3 ef");
        held.keep((&line("2 cd"), &mut moved), Some(other), now);
        assert_eq!(moved, line("3 ef"));
    }
}
