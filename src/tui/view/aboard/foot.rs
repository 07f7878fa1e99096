//! Below a list: the highlighted row in full, and how the vehicle's transfer stands or ended.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::super::{
    paint::{Spans, foreign, left, line, spans_width},
    wrap::wrapped,
};
use crate::{
    model::{
        mission_command::name,
        params::name::ParamName,
        transfer_report::{TransferReport, TransferState},
    },
    tui::{
        aboard::{
            Tab,
            plan_table::{Along, PlanRow},
            progress, words,
        },
        format::{self, clean, duration, fixed},
        layout::Panes,
        scene::Scene,
        severity::Level,
    },
};

/// Paints what is told below the list.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let Some(area) = panes.detail else { return };
    let symbols = scene.theme.symbols;
    let rule_y = area.y - 1;
    let area = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let selected = scene.ui.selected.as_ref();
    let report = selected.and_then(|id| progress::of_vehicle(scene.snapshot, id, scene.data_ms()));
    let mut lines = report.map_or_else(Vec::new, |report| transfer(report, area.width, scene));
    let room = usize::from(area.height).saturating_sub(lines.len());
    let row = wrapped(row(scene), (area.width, room.min(2) as u16));
    lines.extend(row);
    if lines.is_empty() {
        return;
    }
    rule(buffer, panes.frame, rule_y, scene);
    for (n, spans) in lines.iter().take(usize::from(area.height)).enumerate() {
        left(buffer, line(area, n), spans, symbols.ellipsis);
    }
}

/// What parts the list from what is told below it.
fn rule(buffer: &mut Buffer, frame: Rect, y: u16, scene: &Scene<'_>) {
    let symbols = scene.theme.symbols;
    let height = 1;
    let above = Rect { y, height, ..frame };
    let rule = symbols.rule.repeat(usize::from(frame.width - 2));
    let rule = format!("{}{rule}{}", symbols.rule_left, symbols.rule_right);
    left(buffer, above, &[Span::styled(rule, scene.theme.faint)], "");
}

/// `mission put  ━━━━────  120/500  sending, 3 repeated, 00:12`, or the sentence of its end over two lines.
fn transfer<'a>(report: &TransferReport, width: u16, scene: &Scene<'_>) -> Vec<Spans<'a>> {
    let theme = scene.theme;
    let (sign, style) = sign(report, scene);
    let mut head = vec![
        Span::styled(format!("{sign}{}", report.work), style),
        Span::raw("  "),
    ];
    if !report.state.is_final() {
        head.extend(running(report, width, scene));
        return vec![head, Vec::new()];
    }
    if progress::may_be_partial(report) {
        head.push(Span::styled(" MAY BE PARTIAL ", theme.alarm));
        head.push(Span::raw(" "));
    }
    let words = clean(&progress::words(report)).into_owned();
    let words = Span::styled(words, style);
    let took = match report.state {
        TransferState::Refused => String::new(),
        _ => format!("  took {}", duration(report.took_ms)),
    };
    let took = Span::styled(took, theme.dim);
    let needed = spans_width(&head) + width_of(&words) + width_of(&took);
    if needed <= usize::from(width) {
        head.extend([words, took]);
        return vec![head];
    }
    head.push(took);
    let mut lines = vec![head];
    lines.extend(wrapped(vec![vec![words]], (width, 2)));
    lines
}

fn width_of(span: &Span<'_>) -> usize {
    format::width(&span.content)
}

fn sign(report: &TransferReport, scene: &Scene<'_>) -> (String, Style) {
    let theme = scene.theme;
    match progress::loudness(report) {
        Level::Calm => (String::new(), theme.accent),
        Level::Notice => (format!("{} ", theme.symbols.mark), theme.ok),
        level => (
            format!("{} ", theme.symbols.level(level)),
            theme.level(level),
        ),
    }
}

fn running(report: &TransferReport, width: u16, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let mut spans = Vec::new();
    if let Some(ratio) = progress::ratio(report) {
        let cells = usize::from(width / 4).clamp(6, 40);
        let (full, rest) = progress::bar(ratio, cells, theme.symbols);
        spans.push(Span::styled(full, theme.ok));
        spans.push(Span::styled(rest, theme.faint));
        spans.push(Span::raw("  "));
    }
    let count = progress::count(report);
    if !count.is_empty() {
        spans.push(Span::styled(format!("{count}  "), theme.text));
    }
    let elapsed = duration(scene.data_ms().saturating_sub(report.asked_ms));
    let words = progress::words(report);
    spans.push(Span::styled(format!("{words}  {elapsed}"), theme.text));
    if report.retries > 0 {
        let text = format!("  {} asked again", report.retries);
        spans.push(Span::styled(text, theme.warning));
    }
    spans.push(Span::styled("  :cancel stops it", theme.dim));
    spans
}

/// The highlighted row in full.
fn row<'a>(scene: &Scene<'a>) -> Vec<Spans<'a>> {
    let aboard = &scene.ui.aboard;
    if let Some(diff) = aboard.shown_diff() {
        let text = diff.lines.get(aboard.place());
        return text.map_or_else(Vec::new, |text| vec![vec![foreign(text, scene.theme.text)]]);
    }
    if aboard.tab == Tab::Params {
        let name = aboard.params.names.get(aboard.place());
        return name.map_or_else(Vec::new, |name| param(*name, scene));
    }
    match aboard.plan.row(aboard.place()) {
        Some(PlanRow::Item(number, item, along)) => self::item(number, (item, along), scene),
        Some(PlanRow::Home(..)) => {
            let text = "where the mission starts; the vehicle puts its own home there when it arms";
            vec![vec![Span::styled(text, scene.theme.dim)]]
        }
        None => Vec::new(),
    }
}

fn item(
    number: usize,
    (item, along): (&crate::model::mission::MissionItem, Along),
    scene: &Scene<'_>,
) -> Vec<Spans<'static>> {
    let (theme, units) = (scene.theme, scene.ui.units);
    let mut head = vec![
        Span::styled(format!("{number} {}  ", name(item.command)), theme.accent),
        Span::styled(words::place(item), theme.text),
    ];
    if words::has_altitude(item) {
        let alt = fixed(units.length(f64::from(item.z)), 1);
        let text = format!("  {alt} {} {}", units.length_unit(), item.frame.word());
        head.push(Span::styled(text, theme.text));
    }
    if let Some(leg_m) = along.leg_m {
        let text = format!(
            "  {} from the place before",
            super::head::distance(leg_m, scene)
        );
        head.push(Span::styled(text, theme.dim));
    }
    let numbers = words::numbers(item, along);
    let numbers = if numbers.is_empty() {
        "all its numbers are as usual (0 or not set)".to_owned()
    } else {
        numbers
    };
    vec![head, vec![Span::styled(numbers, theme.dim)]]
}

fn param<'a>(name: ParamName, scene: &Scene<'a>) -> Vec<Spans<'a>> {
    let (theme, list) = (scene.theme, &scene.ui.aboard.params);
    let mut head = vec![Span::styled(name.to_string(), theme.accent)];
    match list.value(name) {
        Some(value) => {
            head.push(Span::styled(format!("  {value}"), theme.text));
            head.push(Span::styled(format!("  {}", value.kind()), theme.dim));
        }
        None => head.push(Span::styled(
            "  the vehicle has no such parameter",
            theme.warning,
        )),
    }
    if let Some(was) = list.was(name) {
        head.push(Span::styled(
            format!("  was {was} when first read"),
            theme.accent,
        ));
    }
    if let Some(why) = list.failed.get(&name) {
        let why = clean(why).into_owned();
        return vec![head, vec![Span::styled(why, theme.warning)]];
    }
    let mut others: Spans<'a> = Vec::new();
    for column in &list.columns {
        let value = column.values.as_ref().map(|values| values.get(name));
        let value = match value {
            None => "not read".to_owned(),
            Some(None) => "missing".to_owned(),
            Some(Some(value)) => value.to_string(),
        };
        others.push(Span::styled(
            format!("{} {value}  ", column.title),
            theme.dim,
        ));
    }
    vec![head, others]
}
