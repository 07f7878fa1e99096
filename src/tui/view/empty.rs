//! The screen before anything was heard: where we listen, what came that is no vehicle, what to try next.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    paint::{Spans, foreign, left, line},
    wrap::wrapped,
};
use crate::{
    model::link::{LinkPhase, LinkState},
    tui::{
        format::{clean, count},
        scene::Scene,
    },
};

/// Paints what is known of the links and a few things to try.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let wide = Rect {
        x: area.x + 2.min(area.width),
        width: area.width.saturating_sub(4),
        ..area
    };
    let lines = wrapped(
        lines(scene, usize::from(wide.width)),
        (wide.width, area.height),
    );
    let spare = usize::from(area.height).saturating_sub(lines.len()) / 3;
    for (n, spans) in lines.iter().enumerate() {
        left(
            buffer,
            line(wide, n + spare),
            spans,
            scene.theme.symbols.ellipsis,
        );
    }
}

fn lines<'a>(scene: &Scene<'a>, columns: usize) -> Vec<Spans<'a>> {
    let theme = scene.theme;
    let links = &scene.snapshot.links;
    let mut lines = vec![
        vec![Span::styled("No vehicle heard yet.", theme.accent)],
        vec![],
    ];
    if links.is_empty() {
        let text = "No link is configured: start with --link udpin:0.0.0.0:14550";
        lines.push(vec![Span::styled(text, theme.warning)]);
    }
    for (name, link) in links.iter().take(6) {
        lines.push(link_line(name, link, scene));
        lines.extend(link_trouble(link, scene));
    }
    if links.len() > 6 {
        let text = format!("and {} more links", links.len() - 6);
        lines.push(vec![Span::styled(text, theme.dim)]);
    }
    lines.push(vec![]);
    lines.push(vec![Span::styled("To try next", theme.head)]);
    // A command is whole or it is no use: where one has no room beside its words it stands below them.
    let hints = hints(scene);
    let is_beside = hints.iter().all(|(_, how)| 28 + how.len() <= columns);
    for (what, how) in hints {
        let what = Span::styled(format!("  {what:<26}"), theme.dim);
        if is_beside {
            lines.push(vec![what, Span::styled(how, theme.text)]);
        } else {
            lines.push(vec![what]);
            lines.push(vec![Span::styled(format!("    {how}"), theme.text)]);
        }
    }
    if let Some(url) = &scene.station.web_url {
        lines.push(vec![]);
        lines.push(vec![
            Span::styled("In a browser  ", theme.dim),
            foreign(url, theme.accent),
        ]);
    }
    lines
}

fn link_line<'a>(name: &'a str, link: &'a LinkState, scene: &Scene<'_>) -> Spans<'a> {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    let (sign, style, word) = match link.state {
        LinkPhase::Open => (symbols.live, theme.ok, "listening"),
        LinkPhase::Opening => (symbols.late, theme.warning, "opening"),
        LinkPhase::Waiting => (symbols.lost, theme.warning, "not open"),
        LinkPhase::Ended => (symbols.expected, theme.dim, "ended"),
    };
    let word = match (link.state, &*link.url) {
        (LinkPhase::Open, url) if !url.starts_with("udpin") && !url.starts_with("tcpin") => "open",
        _ => word,
    };
    vec![
        Span::styled(format!("{sign} "), style),
        foreign(name, theme.text),
        Span::raw("  "),
        foreign(&link.url, theme.accent),
        Span::styled(format!("  {word}"), style),
        Span::styled(if link.passive { ", passive" } else { "" }, theme.dim),
    ]
}

/// Why nothing comes of it, as far as the link itself can tell.
fn link_trouble<'a>(link: &'a LinkState, scene: &Scene<'_>) -> Vec<Spans<'a>> {
    let theme = scene.theme;
    let mut lines = Vec::new();
    if let Some(reason) = &link.reason {
        lines.push(vec![Span::raw("    "), foreign(reason, theme.warning)]);
    }
    let frames = link.frames.unwrap_or(0);
    let noise = link.junk_bytes.unwrap_or(0) + link.bad_crc.unwrap_or(0);
    let said = if frames > 0 {
        let count = count(frames as f64);
        Some(format!("{count} frames heard, none from an autopilot"))
    } else if noise > 0 {
        let bytes = count(noise as f64);
        let why = if link.url.starts_with("serial") {
            "is the baud rate right?"
        } else {
            "does something else send to this port?"
        };
        Some(format!("{bytes} bytes came that are no MAVLink: {why}"))
    } else {
        None
    };
    lines.extend(said.map(|text| vec![Span::styled(format!("    {text}"), theme.warning)]));
    for (who, other) in link.others.iter().take(3) {
        let what = other.kind.map_or_else(
            || "does not say what it is".to_owned(),
            |kind| format!("is of type {kind}"),
        );
        let text = format!("    {} {what}", clean(who));
        let mut spans = vec![Span::styled(text, theme.dim)];
        if let Some(peer) = other.peer.as_deref() {
            spans.extend([Span::styled(", at ", theme.dim), foreign(peer, theme.dim)]);
        }
        lines.push(spans);
    }
    lines
}

/// Commands that bring something onto the screen, with the port we really listen on.
fn hints(scene: &Scene<'_>) -> Vec<(&'static str, String)> {
    let port = scene
        .snapshot
        .links
        .values()
        .filter_map(|link| link.url.strip_prefix("udpin:"))
        .find_map(|address| address.rsplit(':').next())
        .unwrap_or("14550");
    vec![
        (
            "ArduPilot's simulator",
            format!("sim_vehicle.py --out udp:127.0.0.1:{port}"),
        ),
        (
            "another station forwards",
            format!("MAVProxy: output add HOST:{port}"),
        ),
        (
            "a radio on USB",
            "volery --link /dev/ttyUSB0,57600".to_owned(),
        ),
        ("our own simulator", "volery sim".to_owned()),
        ("why nothing comes", "volery doctor".to_owned()),
        ("a fleet to look at", "volery demo".to_owned()),
    ]
}
