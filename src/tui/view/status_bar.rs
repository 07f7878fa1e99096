//! The first line: how the fleet is, what the links carry, what time it is. The least important leaves first.

use std::sync::atomic::Ordering;

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::paint::{Spans, foreign, left, right, spans_width};
use crate::tui::{
    format::{age, count, duration, size},
    scene::Scene,
};

/// A piece of the line; the highest `leaves` goes first when it gets narrow, 0 never.
struct Piece<'a> {
    leaves: u8,
    spans: Spans<'a>,
}

/// Paints the line.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    buffer.set_style(area, scene.theme.bar);
    let mut pieces = [fleet(scene), station(scene)];
    let room = usize::from(area.width);
    let taken = |pieces: &[Vec<Piece<'_>>; 2]| -> usize {
        let all = pieces.iter().flatten();
        all.map(|piece| spans_width(&piece.spans)).sum()
    };
    while taken(&pieces) > room {
        let Some(leaves) = pieces
            .iter()
            .flatten()
            .map(|piece| piece.leaves)
            .max()
            .filter(|leaves| *leaves > 0)
        else {
            break;
        };
        for side in &mut pieces {
            side.retain(|piece| piece.leaves != leaves);
        }
    }
    let [first, last] = pieces.map(|side| {
        let spans = side.into_iter().flat_map(|piece| piece.spans);
        spans.collect::<Spans<'_>>()
    });
    let ellipsis = scene.theme.symbols.ellipsis;
    left(buffer, area, &first, ellipsis);
    let used = u16::try_from(spans_width(&first)).unwrap_or(u16::MAX);
    if used < area.width {
        let rest = Rect {
            x: area.x + used,
            width: area.width - used,
            ..area
        };
        right(buffer, rest, &last, ellipsis);
    }
}

fn fleet<'a>(scene: &Scene<'a>) -> Vec<Piece<'a>> {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let counts = scene.ui.digest.counts;
    let mut pieces = vec![Piece {
        leaves: 7,
        spans: vec![Span::styled(" volery ", theme.accent)],
    }];
    if !scene.station.name.is_empty() {
        pieces.push(Piece {
            leaves: 8,
            spans: vec![
                Span::raw(" "),
                foreign(&scene.station.name, theme.bar),
                Span::raw(" "),
            ],
        });
    }
    pieces.extend(notices(scene));
    let mut counted = |leaves, number: usize, sign: &str, word: &str, style: Style| {
        if number > 0 {
            let text = format!(" {sign} {number} {word} ");
            let spans = vec![Span::styled(text, style)];
            pieces.push(Piece { leaves, spans });
        }
    };
    let plural = |number, one, many| if number == 1 { one } else { many };
    let conflicts = plural(counts.conflicts, "conflict", "conflicts");
    let warnings = plural(counts.warnings, "warning", "warnings");
    counted(
        0,
        counts.critical,
        symbols.critical,
        "critical",
        theme.alarm,
    );
    counted(0, counts.lost, symbols.lost, "lost", theme.critical);
    counted(
        1,
        counts.conflicts,
        symbols.conflict,
        conflicts,
        theme.conflict,
    );
    counted(2, counts.late, symbols.late, "late", theme.warning);
    counted(3, counts.warnings, symbols.warning, warnings, theme.warning);
    counted(0, counts.live, symbols.live, "live", theme.ok);
    counted(5, counts.expected, symbols.expected, "expected", theme.dim);
    counted(4, counts.armed, symbols.armed, "armed", theme.text);
    pieces
}

/// What changes how everything else is to be read stands before it.
fn notices<'a>(scene: &Scene<'a>) -> Vec<Piece<'a>> {
    let theme = scene.theme;
    let mut pieces = Vec::new();
    let mut say = |leaves, span| {
        let spans = vec![span, Span::raw(" ")];
        pieces.push(Piece { leaves, spans });
    };
    if let Some(note) = &scene.station.note {
        say(6, foreign(note, theme.conflict));
    }
    if scene.ui.is_closed {
        say(0, Span::styled(" STATION STOPPED ", theme.alarm));
    }
    if let Some(since_ms) = scene.ui.frozen_ms {
        let text = format!(" FROZEN {} ", age(scene.now_ms - since_ms));
        say(0, Span::styled(text, theme.alarm));
        let unseen = scene.ui.unseen_events();
        if unseen > 0 {
            say(
                1,
                Span::styled(format!("{unseen} new events"), theme.warning),
            );
        }
    }
    pieces
}

fn station<'a>(scene: &Scene<'a>) -> Vec<Piece<'a>> {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let traffic = &scene.ui.traffic;
    let mut pieces = Vec::new();
    let mut push = |leaves, text: String, style: Style| {
        let spans = vec![Span::styled(format!(" {text} "), style)];
        pieces.push(Piece { leaves, spans });
    };
    if let Some(log) = &scene.station.log {
        let bytes = size(log.bytes.load(Ordering::Relaxed));
        if log.has_failed.load(Ordering::Relaxed) {
            push(1, "LOG FAILED".to_owned(), theme.alarm);
        } else {
            let time = duration(scene.now_ms - scene.station.started_ms);
            let text = format!("{} {time} {bytes}", symbols.recording);
            push(10, text, theme.dim);
        }
    }
    if let Some(clients) = &scene.station.clients {
        let clients = clients.load(Ordering::Relaxed);
        push(11, format!("{clients} web"), theme.dim);
    }
    let style = if traffic.open < traffic.links {
        theme.warning
    } else {
        theme.text
    };
    let links = format!("{} {}/{}", symbols.links, traffic.open, traffic.links);
    push(9, links, style);
    if traffic.noise_per_s >= 1.0 {
        let text = format!("noise {}/s", count(traffic.noise_per_s));
        push(8, text, theme.warning);
    }
    if traffic.dropped > 0 {
        let text = format!("dropped {}", count(traffic.dropped as f64));
        push(7, text, theme.warning);
    }
    push(
        6,
        format!("{} msg/s", count(traffic.frames_per_s)),
        theme.text,
    );
    let zone = if scene.local_time { "" } else { "Z" };
    push(
        5,
        format!("{}{zone}", scene.clock(scene.now_ms)),
        theme.text,
    );
    pieces
}
