//! The battery cell: gauge, percent and volts, coloured by the worse of charge and cell voltage.

use ratatui::text::Span;

use super::paint::Spans;
use crate::tui::{
    format::{UNKNOWN, fixed},
    freshness::{Freshness, Group},
    row::Row,
    scene::Scene,
    severity::Level,
};

/// Narrower than this the cell has room for percent only.
const VOLTS_FROM: u16 = 10;

/// `━━━━╸── 62% 22.1V` in `width` cells; the gauge takes what percent and volts leave.
pub(super) fn spans(row: &Row, scene: &Scene<'_>, width: u16) -> Spans<'static> {
    let theme = scene.theme;
    let battery = row.vehicle.battery.unwrap_or_default();
    let freshness = scene.freshness(row, Group::Battery);
    let loud = match (row.severity.battery(), freshness) {
        (_, Freshness::Old | Freshness::Gone) => theme.dim,
        (level @ (Level::Warning | Level::Critical), _) => theme.level(level),
        (Level::Calm | Level::Notice, _) => theme.text,
    };
    let bar = usize::from(width).saturating_sub(11);
    let percent = battery.remaining_percent;
    let mut spans = gauge(
        percent.filter(|_| freshness != Freshness::Gone),
        bar,
        row,
        scene,
    );
    if bar > 0 {
        spans.push(Span::raw(" "));
    }
    if freshness == Freshness::Gone {
        let sign = if width < 6 { "" } else { "%" };
        let last = percent.map(|percent| format!("({percent}{sign})"));
        spans.push(text(last, 6.min(usize::from(width)), loud, scene));
        if width >= VOLTS_FROM {
            spans.push(text(None, 4, loud, scene));
        }
        return spans;
    }
    let volts = battery
        .voltage_v
        .map(|volts| format!("{}V", fixed(volts, 1)));
    spans.push(text(
        percent.map(|percent| format!("{percent}%")),
        4,
        loud,
        scene,
    ));
    if width >= VOLTS_FROM {
        spans.push(Span::raw(" "));
        spans.push(text(volts, 5, loud, scene));
    }
    spans
}

fn text(
    text: Option<String>,
    width: usize,
    style: ratatui::style::Style,
    scene: &Scene<'_>,
) -> Span<'static> {
    match text {
        Some(text) => Span::styled(format!("{text:>width$}"), style),
        None => Span::styled(format!("{UNKNOWN:>width$}"), scene.theme.faint),
    }
}

/// A bar of `cells` with steps of half a cell.
pub(super) fn gauge(
    percent: Option<u8>,
    cells: usize,
    row: &Row,
    scene: &Scene<'_>,
) -> Spans<'static> {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let style = match (row.severity.battery(), scene.freshness(row, Group::Battery)) {
        (_, Freshness::Old | Freshness::Gone) => theme.dim,
        (level @ (Level::Warning | Level::Critical), _) => theme.level(level),
        _ => theme.ok,
    };
    let halves = usize::from(percent.unwrap_or(0).min(100)) * cells * 2 + 50;
    let halves = halves / 100;
    let (full, half) = (halves / 2, halves % 2);
    let mut filled = symbols.gauge_full.repeat(full);
    if half == 1 {
        filled.push_str(symbols.gauge_half);
    }
    let rest = symbols.gauge_rest.repeat(cells.saturating_sub(full + half));
    vec![Span::styled(filled, style), Span::styled(rest, theme.faint)]
}
