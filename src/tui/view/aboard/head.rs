//! The line over a list: when it was read, whether it may still be believed, how much there is of it.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::super::paint::{Spans, foreign, left, right, spans_width};
use crate::{
    model::holdings::{HeldParams, HeldPlan},
    tui::{
        aboard::Tab,
        format::{clean, count, rough_age},
        scene::Scene,
    },
};

/// Paints the line.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let area = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let (words, amount) = words(scene);
    let ellipsis = scene.theme.symbols.ellipsis;
    let taken = spans_width(&words);
    left(buffer, area, &words, ellipsis);
    if taken + spans_width(&amount) + 2 <= usize::from(area.width) {
        right(buffer, area, &amount, ellipsis);
    }
}

fn words<'a>(scene: &Scene<'a>) -> (Spans<'a>, Spans<'a>) {
    let aboard = &scene.ui.aboard;
    if let Some(diff) = aboard.shown_diff() {
        let what = format!("what would change aboard with {}", clean(&diff.file));
        let changes = match diff.lines.len() {
            1 => "1 change".to_owned(),
            many => format!("{many} changes"),
        };
        let theme = scene.theme;
        return (
            vec![Span::styled(what, theme.conflict)],
            vec![Span::styled(changes, theme.dim)],
        );
    }
    if aboard.tab == Tab::Params {
        let held = aboard.params.own.as_deref();
        let words = held.map_or_else(Vec::new, |held| of_params(held, scene));
        return (words, params_amount(scene));
    }
    match aboard.plan.held() {
        Some(held) => (of_plan(held, scene), plan_amount(held, scene)),
        None => (Vec::new(), Vec::new()),
    }
}

/// `read 14:03:22, 2m ago`, or first of all why it may be wrong.
fn read(doubt: Option<&'static str>, t_ms: i64, scene: &Scene<'_>) -> Spans<'static> {
    let (theme, symbols) = (scene.theme, scene.theme.symbols);
    let ago = rough_age(scene.age_ms(t_ms));
    let when = format!("read {}, {ago} ago", scene.clock(t_ms));
    match doubt {
        Some(why) => vec![
            Span::styled(
                format!("{} may be outdated: {why}", symbols.warning),
                theme.warning,
            ),
            Span::styled(format!("  {when}"), theme.dim),
        ],
        None => vec![
            Span::styled(format!("{} ", symbols.mark), theme.ok),
            Span::styled(when, theme.text),
        ],
    }
}

fn of_plan(held: &HeldPlan, scene: &Scene<'_>) -> Spans<'static> {
    let mut spans = read(held.doubt, held.t_ms, scene);
    if held.is_coarse {
        let text = "  places to a metre only: they came as floats";
        spans.push(Span::styled(text, scene.theme.warning));
    }
    spans
}

fn plan_amount(held: &HeldPlan, scene: &Scene<'_>) -> Spans<'static> {
    let table = &scene.ui.aboard.plan;
    let items = match held.items.len() {
        1 => "1 item".to_owned(),
        many => format!("{many} items"),
    };
    let total_m = table.total_m();
    let far = if total_m > 0.0 {
        format!(", {}", distance(total_m, scene))
    } else {
        String::new()
    };
    vec![Span::styled(format!("{items}{far}"), scene.theme.dim)]
}

/// A distance with its unit.
pub(super) fn distance(metres: f64, scene: &Scene<'_>) -> String {
    let units = scene.ui.units;
    let text = units.distance(metres);
    match text.strip_suffix(char::is_alphabetic) {
        Some(number) => format!("{number} {}", units.far_unit()),
        None => format!("{text} {}", units.length_unit()),
    }
}

fn of_params(held: &HeldParams, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let mut spans = read(held.doubt, held.t_ms, scene);
    let known = held.set.len();
    if let Some(all) = held.set.expected().filter(|all| usize::from(*all) != known) {
        let text = format!("  {known} of {all} known");
        spans.push(Span::styled(text, theme.warning));
    }
    if !held.unreadable.is_empty() {
        let text = format!("  {} cannot be read over MAVLink", held.unreadable.len());
        spans.push(Span::styled(text, theme.dim));
    }
    spans
}

fn params_amount<'a>(scene: &Scene<'a>) -> Spans<'a> {
    let (aboard, theme) = (&scene.ui.aboard, scene.theme);
    let list = &aboard.params;
    let mut spans = Vec::new();
    if !aboard.search.is_empty() {
        spans.push(Span::styled("/", theme.warning));
        spans.push(foreign(&aboard.search, theme.warning));
        spans.push(Span::raw("  "));
    }
    if list.changed > 0 {
        let text = format!("{} changed since first read  ", list.changed);
        spans.push(Span::styled(text, theme.accent));
    }
    let shown = count(list.names.len() as f64);
    let text = if list.columns.is_empty() {
        format!("{shown} shown")
    } else {
        format!("{shown} differ")
    };
    spans.push(Span::styled(text, theme.dim));
    spans
}
