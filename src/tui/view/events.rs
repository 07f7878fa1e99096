//! What happened, newest on top: time, sign, who, what. Whatever is urgent is never cut, and nothing is while the
//! pane has the keys: a long text goes on below.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    paint::{Spans, foreign, left, line, spans_width},
    wrap::wrap,
};
use crate::{
    model::{event::Event, words::Severity},
    tui::{
        format::{clean, cut, width},
        scene::Scene,
        ui::Pane,
    },
};

/// Lower than this, an urgent text that goes on would leave no room for another.
const ROOMY: u16 = 6;

/// Paints the newest events, or those scrolled to.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let names = if area.width >= 100 { 16 } else { 10 };
    let until = scene.ui.events_until.unwrap_or(u64::MAX);
    let is_read = scene.ui.pane == Pane::Events;
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
        let goes_on = is_read || (event.severity.0 <= 4 && area.height >= ROOMY);
        let columns = if goes_on { area.width } else { u16::MAX };
        for spans in lines(event, (names, columns), scene) {
            let place = line(area, painted);
            left(buffer, place, &spans, scene.theme.symbols.ellipsis);
            painted += 1;
        }
        if painted >= usize::from(area.height) {
            break;
        }
    }
    if painted == 0 {
        let nothing = Span::styled(" nothing happened yet", scene.theme.dim);
        left(buffer, line(area, 0), &[nothing], "");
    }
}

/// An event in as many lines of `columns` cells as it takes.
fn lines<'a>(
    event: &'a Event,
    (names, columns): (usize, u16),
    scene: &Scene<'_>,
) -> Vec<Spans<'a>> {
    let theme = scene.theme;
    let (sign, style) = look(event.severity, scene);
    let who = event.vehicle.as_ref().map_or("station", |id| {
        let vehicle = scene.snapshot.vehicles.get(id);
        vehicle.map_or(id.as_str(), |vehicle| &*vehicle.name)
    });
    let who = cut(&clean(who), names, theme.symbols.ellipsis).into_owned();
    let pad = " ".repeat(names.saturating_sub(width(&who)));
    let head = vec![
        Span::styled(format!(" {} ", scene.clock(event.t_ms)), theme.dim),
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{who}{pad} "), theme.name),
    ];
    let taken = spans_width(&head);
    let room = usize::from(columns).saturating_sub(taken);
    let texts = wrap(vec![foreign(&event.text, style)], room);
    let heads = std::iter::once(head).chain(std::iter::repeat_with(|| {
        vec![Span::raw(" ".repeat(taken))]
    }));
    let whole = |(mut head, text): (Spans<'a>, Spans<'a>)| {
        head.extend(text);
        head
    };
    heads.zip(texts).map(whole).collect()
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
