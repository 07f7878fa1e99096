//! What came of a command: a panel between the panes and the last line, one row per vehicle, the worst first.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Span,
    widgets::{Block, Clear, Widget as _},
};

use super::paint::{Spans, left, line, right};
use crate::{
    model::command::report::CommandState,
    tui::{
        format::{clean, cut, width},
        palette::{
            order::YES,
            sent::{ABORT, Line, Sent, Tally},
        },
        scene::Scene,
    },
};

/// Paints the panel.
pub(super) fn render(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'_>,
    (earlier, scroll, asks): (usize, usize, bool),
) {
    let theme = scene.theme;
    let Some(sent) = scene.ui.sent.get(earlier) else {
        return;
    };
    Clear.render(area, buffer);
    let block = Block::bordered()
        .border_set(theme.symbols.border)
        .border_style(theme.accent);
    let inside = block.inner(area);
    block.render(area, buffer);
    let top = Rect {
        x: area.x + 2.min(area.width),
        width: area.width.saturating_sub(4),
        height: 1.min(area.height),
        ..area
    };
    left(buffer, top, &title(sent, scene), theme.symbols.ellipsis);
    let count = scene.ui.sent.len();
    if count > 1 {
        let text = format!(" {} of {count}, left is earlier ", count - earlier);
        right(buffer, top, &[Span::styled(text, theme.dim)], "");
    }
    let inside = Rect {
        x: inside.x + 1.min(inside.width),
        width: inside.width.saturating_sub(2),
        ..inside
    };
    let lines = sent.lines();
    let room = usize::from(inside.height);
    let first = scroll.min(lines.len().saturating_sub(room));
    let names = lines.iter().map(|line| width(&line.named.name));
    let widest = names.max().unwrap_or(0).clamp(5, 18);
    for (n, entry) in lines.iter().skip(first).take(room).enumerate() {
        left(
            buffer,
            line(inside, n),
            &row(entry, widest, scene),
            theme.symbols.ellipsis,
        );
    }
    let bottom = Rect {
        y: area.bottom().saturating_sub(1),
        ..top
    };
    left(buffer, bottom, &keys(sent, asks, scene), "");
    if lines.len() > room {
        let last = (first + room).min(lines.len());
        let text = format!(" {}-{last} of {}, PgUp PgDn ", first + 1, lines.len());
        right(buffer, bottom, &[Span::styled(text, theme.dim)], "");
    }
}

fn title(sent: &Sent, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let label = clean(&sent.command().label()).into_owned();
    let mut spans = vec![Span::styled(format!(" {label} "), theme.accent)];
    // Where there is no room for both, what came of it counts more than when.
    if scene.ui.size.0 >= 100 {
        let clock = format!("{} ", scene.clock(sent.at_ms));
        spans.push(Span::styled(clock, theme.dim));
    }
    spans.extend(tally(sent.tally(), scene));
    spans
}

/// `18 accepted · 1 rejected · 1 timed out`.
fn tally(tally: Tally, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let parts = [
        (tally.accepted, "accepted", theme.ok),
        (tally.rejected, "rejected", theme.critical),
        (tally.timed_out, "timed out", theme.critical),
        (tally.refused, "refused", theme.warning),
        (tally.left_out, "left out", theme.dim),
        (tally.under_way, "under way", theme.text),
    ];
    let mut spans: Spans<'static> = Vec::new();
    for (count, word, style) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        if !spans.is_empty() {
            spans.push(Span::styled(
                format!(" {} ", theme.symbols.between),
                theme.faint,
            ));
        }
        spans.push(Span::styled(format!("{count} {word}"), style));
    }
    spans.push(Span::raw(" "));
    spans
}

fn keys(sent: &Sent, asks: bool, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let (failed, under_way) = (sent.tally().failed(), sent.tally().under_way);
    let mut spans = Vec::new();
    if asks && under_way > 0 {
        let text = format!(" abort for {under_way} still under way? ");
        return vec![
            Span::styled(text, theme.warning),
            Span::styled(format!("{YES}"), theme.accent),
            Span::styled(" abort, any other key goes on ", theme.text),
        ];
    }
    if under_way > 0 {
        spans.push(Span::styled(format!(" {ABORT}"), theme.accent));
        spans.push(Span::styled(" abort the rest ", theme.text));
    }
    if failed > 0 {
        spans.push(Span::styled(" r", theme.accent));
        spans.push(Span::styled(format!(" retry {failed} failed "), theme.text));
    }
    spans.push(Span::styled(" Esc", theme.accent));
    spans.push(Span::styled(" close ", theme.text));
    spans
}

/// Sign and word of a state.
fn state(entry: &Line<'_>, scene: &Scene<'_>) -> (&'static str, String, Style) {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    if entry.left_out.is_some() {
        return (symbols.expected, "left out, not sent".to_owned(), theme.dim);
    }
    let Some(report) = entry.report else {
        return (symbols.expected, "not taken up yet".to_owned(), theme.dim);
    };
    match (report.state, report.progress) {
        (CommandState::Accepted, _) => (symbols.mark, "accepted".to_owned(), theme.ok),
        (CommandState::Sent, _) => (symbols.late, "sent".to_owned(), theme.text),
        (CommandState::InProgress, Some(percent)) => {
            (symbols.late, format!("in progress {percent} %"), theme.text)
        }
        (CommandState::InProgress, None) => (symbols.late, "in progress".to_owned(), theme.text),
        (CommandState::Rejected, _) => (symbols.critical, "REJECTED".to_owned(), theme.critical),
        (CommandState::TimedOut, _) => (symbols.lost, "TIMED OUT".to_owned(), theme.critical),
        (CommandState::Refused, _) => (symbols.warning, "REFUSED".to_owned(), theme.warning),
    }
}

fn row(entry: &Line<'_>, widest: usize, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let (sign, word, style) = state(entry, scene);
    let name = clean(&entry.named.name);
    let name = cut(&name, widest, theme.symbols.ellipsis).into_owned();
    let pad = " ".repeat(widest.saturating_sub(width(&name)));
    let took = entry
        .report
        .filter(|report| report.state.is_final() && report.state != CommandState::Refused)
        .map_or_else(String::new, |report| took(report.took_ms));
    vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{name}{pad}  "), theme.name),
        Span::styled(format!("{word:<18} "), style),
        Span::styled(format!("{took:>7}  "), theme.dim),
        Span::styled(why(entry), theme.text),
    ]
}

/// `180 ms`, `3.0 s`.
fn took(ms: i64) -> String {
    if ms < 1_000 {
        format!("{} ms", ms.max(0))
    } else {
        format!("{:.1} s", ms as f64 / 1e3)
    }
}

/// What the vehicle's answer was, and why.
fn why(entry: &Line<'_>) -> String {
    let Some(report) = entry.report else {
        return clean(entry.left_out.unwrap_or_default()).into_owned();
    };
    let result = report
        .result
        .filter(|_| report.state == CommandState::Rejected)
        .map(|result| result.to_string().replace('_', " "));
    let text = Some(clean(&report.text).into_owned()).filter(|text| !text.is_empty());
    let parts: Vec<_> = [result, text].into_iter().flatten().collect();
    parts.join(": ")
}
