//! Since when something stands on the operator's terminal, and not merely in this program.
//!
//! A frame is drawn, then it leaves; a slow line or a stopped terminal keeps it waiting in between. Keys that come
//! before it has left were pressed by somebody who has not seen it.

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seen {
    /// In no frame yet.
    #[default]
    No,
    /// In a frame that has not left yet.
    Drawn,
    /// On the terminal since then, Unix ms of station time.
    Since(i64),
}

impl Seen {
    /// A frame that shows it was drawn.
    pub fn was_drawn(&mut self) {
        if *self == Self::No {
            *self = Self::Drawn;
        }
    }

    /// The frame drawn last has left for the terminal.
    pub fn has_left(&mut self, now_ms: i64) {
        if *self == Self::Drawn {
            *self = Self::Since(now_ms);
        }
    }

    /// Whether it has been there for so long, ms.
    #[must_use]
    pub const fn is_for(self, ms: i64, now_ms: i64) -> bool {
        matches!(self, Self::Since(since_ms) if now_ms.saturating_sub(since_ms) >= ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_drawn_before_does_not_count() {
        let mut seen = Seen::default();
        seen.has_left(10);
        assert!(!seen.is_for(0, 20), "that frame did not show it");
        seen.was_drawn();
        assert!(!seen.is_for(0, 20), "still on its way");
        seen.has_left(20);
        seen.was_drawn();
        seen.has_left(90);
        assert!(seen.is_for(100, 120) && !seen.is_for(101, 120));
    }
}
