//! What happened, newest on top: time, sign, who, what.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::paint::{Spans, foreign, left, line};
use crate::{
    model::{event::Event, words::Severity},
    tui::{
        format::{clean, cut, width},
        scene::Scene,
    },
};

/// Paints the newest events, or those scrolled to.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let names = if area.width >= 100 { 16 } else { 10 };
    let until = scene.ui.events_until.unwrap_or(u64::MAX);
    let mut painted = 0;
    for event in scene
        .snapshot
        .events
        .after(0)
        .rev()
        .skip_while(|event| event.id > until)
        .skip(scene.ui.events_back)
        .take(usize::from(area.height))
    {
        let spans = spans(event, names, scene);
        left(
            buffer,
            line(area, painted),
            &spans,
            scene.theme.symbols.ellipsis,
        );
        painted += 1;
    }
    if painted == 0 {
        let nothing = Span::styled(" nothing happened yet", scene.theme.dim);
        left(buffer, line(area, 0), &[nothing], "");
    }
}

fn spans<'a>(event: &'a Event, names: usize, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    let (sign, style) = look(event.severity, scene);
    let who = event.vehicle.as_ref().map_or("station", |id| {
        let vehicle = scene.snapshot.vehicles.get(id);
        vehicle.map_or(id.as_str(), |vehicle| &*vehicle.name)
    });
    let who = cut(&clean(who), names, theme.symbols.ellipsis).into_owned();
    let pad = " ".repeat(names.saturating_sub(width(&who)));
    vec![
        Span::styled(format!(" {} ", scene.clock(event.t_ms)), theme.dim),
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{who}{pad} "), theme.name),
        foreign(&event.text, style),
    ]
}

fn look(severity: Severity, scene: &Scene<'_>) -> (&'static str, Style) {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    match severity.0 {
        0..=2 => (symbols.critical, theme.critical),
        3..=4 => (symbols.warning, theme.warning),
        5..=6 => (" ", theme.text),
        _ => (" ", theme.dim),
    }
}
