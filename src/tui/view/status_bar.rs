//! The first line: how the fleet is, what the links carry, what time it is. The least important leaves first.

use std::sync::atomic::Ordering;

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::paint::{Spans, foreign, left, right, spans_width};
use crate::tui::{
    aboard::progress,
    format::{clean, count, cut, duration, rough_age, size},
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
    let theme = scene.theme;
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
    pieces.extend(counts(scene));
    pieces.extend(transfer(scene));
    pieces
}

fn counts<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Piece<'a>> {
    let (theme, symbols) = (scene.theme, scene.theme.symbols);
    let counts = scene.ui.digest.counts;
    // What was live when a recording ended is no longer.
    let live = if scene.replay_has_ended() {
        (
            0,
            counts.live,
            symbols.expected,
            "live at the end",
            theme.dim,
        )
    } else {
        (0, counts.live, symbols.live, "live", theme.ok)
    };
    [
        (
            0,
            counts.critical,
            symbols.critical,
            "critical",
            theme.alarm,
        ),
        (0, counts.lost, symbols.lost, "lost", theme.critical),
        (
            1,
            counts.conflicts,
            symbols.conflict,
            "conflict",
            theme.conflict,
        ),
        (2, counts.late, symbols.late, "late", theme.warning),
        (
            3,
            counts.warnings,
            symbols.warning,
            "warning",
            theme.warning,
        ),
        live,
        (5, counts.expected, symbols.expected, "expected", theme.dim),
        (4, counts.armed, symbols.armed, "armed", theme.text),
    ]
    .into_iter()
    .filter(|(_, number, ..)| *number > 0)
    .map(|(leaves, number, sign, word, style)| {
        let is_noun = matches!(word, "conflict" | "warning");
        let plural = if is_noun && number > 1 { "s" } else { "" };
        let text = format!(" {sign} {number} {word}{plural} ");
        Piece {
            leaves,
            spans: vec![Span::styled(text, style)],
        }
    })
}

/// What changes how everything else is to be read stands before it.
fn notices<'a>(scene: &Scene<'a>) -> Vec<Piece<'a>> {
    let theme = scene.theme;
    let mut pieces = Vec::new();
    let mut say = |leaves, span| {
        let spans = vec![span, Span::raw(" ")];
        pieces.push(Piece { leaves, spans });
    };
    let position = scene.station.replay.as_ref();
    let position = position.and_then(|replay| replay.position(scene.now_ms));
    if scene.replay_has_ended() {
        let text = format!(" REPLAY ENDED {}", position.unwrap_or_default());
        say(
            0,
            Span::styled(format!("{} ", text.trim_end()), theme.alarm),
        );
    } else {
        if let Some(note) = &scene.station.note {
            say(6, foreign(note, theme.conflict));
        }
        if let Some(position) = position {
            say(1, Span::styled(position, theme.conflict));
        }
    }
    if scene.ui.is_closed {
        say(0, Span::styled(" STATION STOPPED ", theme.alarm));
    }
    if let Some(since_ms) = scene.ui.frozen_ms {
        let text = format!(
            " FROZEN {} ",
            rough_age(scene.now_ms.saturating_sub(since_ms))
        );
        say(0, Span::styled(text, theme.alarm));
        let unseen = scene.ui.unseen_events();
        if unseen > 0 {
            say(1, Span::styled(unseen_text(unseen), theme.warning));
        }
    }
    pieces
}

/// ` mission put Alpha ━━━─── 120/500 +2 `: what is under way is seen from everywhere.
fn transfer<'a>(scene: &Scene<'a>) -> Option<Piece<'a>> {
    let theme = scene.theme;
    let (report, others) = progress::under_way(&scene.ui.newest, scene.ui.selected.as_ref())?;
    let vehicle = scene.ui.newest.vehicles.get(&report.vehicle);
    let name = vehicle.map_or(report.vehicle.as_str(), |vehicle| &*vehicle.name);
    let name = cut(&clean(name), 12, theme.symbols.ellipsis).into_owned();
    let mut spans = vec![
        Span::styled(format!("  {} ", report.work), theme.accent),
        Span::styled(format!("{name} "), theme.text),
    ];
    if let Some(ratio) = progress::ratio(report) {
        let (full, rest) = progress::bar(ratio, 6, theme.symbols);
        spans.push(Span::styled(full, theme.ok));
        spans.push(Span::styled(format!("{rest} "), theme.faint));
    }
    let count = match progress::count(report) {
        count if count.is_empty() => format!("{} ", progress::words(report)),
        count => format!("{count} "),
    };
    spans.push(Span::styled(count, theme.text));
    if others > 0 {
        spans.push(Span::styled(format!("+{others} "), theme.dim));
    }
    Some(Piece { leaves: 4, spans })
}

fn unseen_text(unseen: u64) -> String {
    let events = if unseen == 1 { "event" } else { "events" };
    format!("{unseen} new {events}")
}

/// Bytes of noise, as `noise 640 B/s` or `noise 19.2 kB/s`.
fn noise_text(bytes_per_s: f64) -> String {
    let text = count(bytes_per_s);
    let letter = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let number = text.trim_end_matches(char::is_alphabetic);
    format!("noise {number} {letter}B/s")
}

fn station<'a>(scene: &Scene<'a>) -> Vec<Piece<'a>> {
    let (theme, traffic) = (scene.theme, &scene.ui.traffic);
    let links = format!("{} {}/{}", theme.symbols.links, traffic.open, traffic.links);
    let links_style = if traffic.open < traffic.links {
        theme.warning
    } else {
        theme.text
    };
    let forwards = (traffic.forwards > 0)
        .then(|| format!("fwd {}/{}", traffic.open_forwards, traffic.forwards));
    let forwards_style = if traffic.open_forwards < traffic.forwards {
        theme.warning
    } else {
        theme.text
    };
    let noise = traffic.noise_per_s;
    let noise = (noise >= 1.0).then(|| noise_text(noise));
    let dropped = traffic.dropped;
    let dropped = (dropped > 0).then(|| format!("dropped {}", count(dropped as f64)));
    let rate = format!("{} msg/s", count(scene.coarse(traffic.frames_per_s, 20.0)));
    let zone = if scene.ui.local_time { "L" } else { "Z" };
    let clock = format!("{}{zone}", scene.clock(scene.now_ms));
    let clients = scene.station.clients.as_ref();
    let clients = clients.map(|clients| format!("{} web", clients.load(Ordering::Relaxed)));
    let (log_leaves, log, log_style) = log(scene);
    [
        (log_leaves, log, log_style),
        (12, address(scene), theme.dim),
        (11, clients, theme.dim),
        (9, Some(links), links_style),
        (9, forwards, forwards_style),
        (8, noise, theme.warning),
        (7, dropped, theme.warning),
        (6, Some(rate), theme.text),
        (5, Some(clock), theme.text),
    ]
    .into_iter()
    .filter_map(|(leaves, text, style)| {
        let spans = vec![Span::styled(format!(" {} ", text?), style)];
        Some(Piece { leaves, spans })
    })
    .collect()
}

/// Where a browser finds this station, unless that already stands there as its name.
fn address(scene: &Scene<'_>) -> Option<String> {
    let url = scene.station.web_url.as_ref()?;
    (*url != scene.station.name).then(|| clean(url).into_owned())
}

/// The flight log: quiet while it writes, loud when it cannot.
fn log(scene: &Scene<'_>) -> (u8, Option<String>, Style) {
    let theme = scene.theme;
    let Some(log) = &scene.station.log else {
        return (10, None, theme.dim);
    };
    if log.has_failed.load(Ordering::Relaxed) {
        return (1, Some("LOG FAILED".to_owned()), theme.alarm);
    }
    let time = duration(scene.now_ms.saturating_sub(scene.station.started_ms));
    let bytes = log.bytes.load(Ordering::Relaxed);
    let bytes = size(scene.coarse(bytes as f64, 1e5) as u64);
    let text = format!("{} {time} {bytes}", theme.symbols.recording);
    (10, Some(text), theme.dim)
}
