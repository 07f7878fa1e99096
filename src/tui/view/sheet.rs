//! One vehicle on paper: how its labelled numbers look, shared by the short and the tall detail.

use ratatui::{style::Style, text::Span};

use super::paint::Spans;
use crate::{
    model::{
        signing::PathSigning,
        vehicle::{Path, State, Vehicle},
    },
    tui::{
        format::{fixed, rough_age},
        freshness::{Freshness, Group, judge},
        row::Row,
        scene::Scene,
    },
};

/// A vehicle and the scene it is seen in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) row: &'a Row,
    pub(super) scene: &'a Scene<'a>,
}

impl<'a> Sheet<'a> {
    /// The vehicle.
    pub(super) fn vehicle(&self) -> &'a Vehicle {
        &self.row.vehicle
    }

    /// A labelled number in the style of its freshness.
    pub(super) fn labelled(
        &self,
        label: &str,
        value: Option<String>,
        group: Group,
    ) -> Spans<'static> {
        let theme = self.scene.theme;
        let (text, style) = match (value, self.scene.freshness(self.row, group)) {
            (None, _) => return Vec::new(),
            (Some(text), Freshness::Fresh) => (text, theme.text),
            (Some(text), Freshness::Old) => (text, theme.dim),
            (Some(text), Freshness::Gone) => (format!("({text})"), theme.dim),
        };
        vec![
            Span::styled(format!("{label} "), theme.head),
            Span::styled(text, style),
            Span::raw("  "),
        ]
    }

    /// A labelled fact that does not age.
    pub(super) fn plain(&self, label: &str, text: String, style: Style) -> Spans<'static> {
        vec![
            Span::styled(format!("{label} "), self.scene.theme.head),
            Span::styled(text, style),
            Span::raw("  "),
        ]
    }

    /// The style of what does not age by itself: dim when the whole vehicle is not heard any more.
    pub(super) fn calm(&self) -> Style {
        match self.vehicle().state {
            State::Live | State::Late => self.scene.theme.text,
            State::Lost | State::Expected => self.scene.theme.dim,
        }
    }

    /// Rate, loss, round trip and strength of a path while it is heard; what they were is nothing one could fly by.
    pub(super) fn path_numbers(&self, path: &Path, style: Style) -> Spans<'static> {
        let age_ms = path.heard_ms.map(|t_ms| self.scene.age_ms(t_ms));
        match age_ms {
            Some(age_ms) if judge(age_ms, None) != Freshness::Gone => {
                let mut spans = vec![Span::styled(numbers_of(path, self.scene), style)];
                spans.extend(self.signing(path, style));
                spans
            }
            Some(age_ms) => {
                let text = format!(" silent for {}", rough_age(age_ms));
                vec![Span::styled(text, self.scene.theme.warning)]
            }
            None => Vec::new(),
        }
    }

    /// How it signs, where the link looks at that.
    fn signing(&self, path: &Path, style: Style) -> Option<Span<'static>> {
        let signing = path.signing?;
        let style = match signing {
            PathSigning::Signed => style,
            PathSigning::Unsigned | PathSigning::Mixed => self.scene.theme.warning,
        };
        Some(Span::styled(format!(" {}", signing.word()), style))
    }
}

/// Each with a blank before it.
fn numbers_of(path: &Path, scene: &Scene<'_>) -> String {
    let numbers = [
        path.frames_per_s
            .map(|rate| format!(" {}/s", fixed(scene.coarse(rate, 5.0), 0))),
        path.loss_percent
            .map(|loss| format!(" loss {}%", fixed(loss, 1))),
        path.rtt_ms.map(|rtt| format!(" rtt {} ms", fixed(rtt, 0))),
        path.rssi.map(|rssi| format!(" rssi {rssi}")),
    ];
    numbers.into_iter().flatten().collect()
}
