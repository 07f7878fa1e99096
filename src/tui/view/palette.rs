//! The palette: a box over the lower part of the screen, with whom a command is for, what Enter does, and what may
//! be meant; the line that is typed stands in the place of the footer.
//!
//! ```text
//! ╭ Command ──────────────────────────────────────────────────╮
//! │ → Alpha, Bravo                                  2 marked  │
//! │ Enter asks first: takeoff to 20 m for 2 vehicles          │
//! │ ▌takeoff ALT_M     go up so many metres     sent once     │
//! ╰───────────────────────────────────────────────────────────╯
//! : takeoff 20_
//! ```

use std::borrow::Cow;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Span,
    widgets::{Block, Clear, Widget as _},
};

use super::{
    errand,
    paint::{Spans, foreign, left, line, right, spans_width, step_back},
    usage,
};
use crate::{
    model::ids::VehicleId,
    tui::{
        format::{clean, width},
        palette::{
            Palette,
            list::{Candidate, Kind},
            manner,
            order::wants_asking,
            read::{Source, Wish},
            weigh::Objection,
        },
        scene::Scene,
    },
};

/// Most candidates shown at a time.
const MOST: usize = 12;
/// Wider than this no line is easily read.
const WIDEST: u16 = 112;

/// Paints the line that is typed over the last one, and the box above it.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, palette: &Palette) {
    let theme = scene.theme;
    let count = palette.candidates().list.len();
    let usage = usage::usage(palette, scene);
    let fixed = 4 + usize::from(usage.is_some());
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(fixed);
    let shown = count.min(MOST).min(room);
    let height = u16::try_from(fixed + shown).unwrap_or(u16::MAX);
    let height = height.min(area.height.saturating_sub(1));
    let place = Rect {
        y: area.bottom().saturating_sub(1 + height),
        height,
        width: area.width.min(WIDEST),
        ..area
    };
    let last = Rect {
        y: area.bottom().saturating_sub(1),
        height: 1.min(area.height),
        ..area
    };
    Clear.render(last, buffer);
    buffer.set_style(last, theme.bar);
    left(
        buffer,
        last,
        &prompt(palette, scene),
        theme.symbols.ellipsis,
    );
    if height < 3 {
        return;
    }
    step_back(buffer, area, theme);
    Clear.render(place, buffer);
    let block = Block::bordered()
        .border_set(theme.symbols.border)
        .border_style(theme.accent)
        .title(Span::styled(" Command ", theme.accent));
    let inside = block.inner(place);
    block.render(place, buffer);
    let inside = Rect {
        x: inside.x + 1.min(inside.width),
        width: inside.width.saturating_sub(2),
        ..inside
    };
    targets(buffer, line(inside, 0), scene, palette);
    left(
        buffer,
        line(inside, 1),
        &verdict(palette, scene),
        theme.symbols.ellipsis,
    );
    if let Some(usage) = &usage {
        left(buffer, line(inside, 2), usage, theme.symbols.ellipsis);
    }
    let from = 2 + usize::from(usage.is_some());
    list(buffer, (inside, from, shown), scene, palette);
}

/// Whom a command is for, by name, as many as fit; the rest is counted.
fn targets(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, palette: &Palette) {
    let theme = scene.theme;
    let targets = &palette.reading().targets;
    let arrow = theme.symbols.arrows[2];
    let note = match targets.source {
        Source::Nobody => String::new(),
        Source::Chosen => " chosen".to_owned(),
        Source::Marked => format!(" {} marked", targets.ids.len()),
        Source::Named => format!(" {} named", targets.ids.len()),
    };
    let room = usize::from(area.width).saturating_sub(width(&note) + 1);
    let mut spans: Spans<'_> = vec![Span::styled(format!("{arrow} "), theme.accent)];
    if targets.ids.is_empty() {
        let text = match targets.source {
            Source::Nobody => "nobody is chosen or marked: @NAME says whom a command is for",
            _ => "nobody",
        };
        spans.push(Span::styled(text, theme.dim));
    }
    for (n, id) in targets.ids.iter().enumerate() {
        let name = named(id, scene);
        let comma = if n == 0 { "" } else { ", " };
        let rest = format!(" and {} more", targets.ids.len() - n);
        let taken = spans_width(&spans) + width(&name.0) + 2;
        if taken
            + if n + 1 == targets.ids.len() {
                0
            } else {
                width(&rest)
            }
            > room
        {
            spans.push(Span::styled(rest, theme.accent));
            break;
        }
        spans.push(Span::styled(comma, theme.text));
        spans.push(Span::styled(name.0, name.1));
    }
    left(buffer, area, &spans, theme.symbols.ellipsis);
    right(
        buffer,
        area,
        &[Span::styled(note, theme.dim)],
        theme.symbols.ellipsis,
    );
}

/// Its name, or that it is gone.
fn named<'a>(id: &'a VehicleId, scene: &Scene<'a>) -> (Cow<'a, str>, Style) {
    match scene.ui.newest.vehicles.get(id) {
        Some(vehicle) => (clean(&vehicle.name), scene.theme.accent),
        None => (
            format!("({} left)", clean(id.as_str())).into(),
            scene.theme.warning,
        ),
    }
}

/// What Enter does, or why it does nothing.
fn verdict<'a>(palette: &'a Palette, scene: &Scene<'a>) -> Spans<'a> {
    let theme = scene.theme;
    let said = |text: String, style| vec![Span::styled(clean(&text).into_owned(), style)];
    if let Some(answer) = palette.answer() {
        return said(answer.to_owned(), theme.warning);
    }
    let refusal = scene.ui.refusal();
    match &palette.reading().wish {
        Wish::Nothing if refusal.is_some() => {
            said(refusal.unwrap_or_default().to_owned(), theme.dim)
        }
        Wish::Nothing => said(
            "type a command, a setting or a vehicle".to_owned(),
            theme.dim,
        ),
        Wish::Mistake(why) => {
            let is_begun =
                palette.reading().command.is_some() || !palette.candidates().list.is_empty();
            let style = if is_begun { theme.dim } else { theme.warning };
            match (palette.begun_command(), palette.best()) {
                (Some(word), _) => vec![
                    Span::styled("Tab ", theme.accent),
                    Span::styled(format!("completes {}", clean(word)), theme.text),
                ],
                (None, Some(best)) if matches!(best.kind, Kind::Screen | Kind::Vehicle) => vec![
                    Span::styled("Enter ", theme.accent),
                    Span::styled(goes(best), theme.text),
                ],
                (None, Some(best)) if best.kind == Kind::Argument => vec![
                    Span::styled("Tab ", theme.accent),
                    Span::styled(format!("puts in {}", clean(&best.insert)), theme.text),
                ],
                _ => said(why.clone(), style),
            }
        }
        Wish::Setting(_) => vec![
            Span::styled("Enter ", theme.accent),
            Span::styled("does it", theme.text),
        ],
        Wish::Vehicle(id) => vec![
            Span::styled("Enter ", theme.accent),
            Span::styled("goes to ", theme.text),
            Span::styled(named(id, scene).0, theme.accent),
        ],
        Wish::Errand(errand) => errand::verdict(palette, errand, scene),
        Wish::Command(_) if refusal.is_some() => {
            said(refusal.unwrap_or_default().to_owned(), theme.warning)
        }
        Wish::Command(command) => {
            let label = clean(&command.label()).into_owned();
            ready(palette, label, scene)
        }
    }
}

fn goes(best: &Candidate) -> String {
    let word = clean(&best.insert);
    match best.kind {
        Kind::Vehicle => format!("goes to {word}"),
        _ => format!("does {word}"),
    }
}

/// A complete command: what stands against it, or how Enter sends it.
fn ready<'a>(palette: &'a Palette, label: String, scene: &Scene<'a>) -> Spans<'a> {
    let theme = scene.theme;
    let weighed = palette.weighed();
    let Some((first, of_first)) = weighed.first() else {
        let text = "nobody is chosen and nobody marked: choose or mark first, or name them with @";
        return vec![Span::styled(text, theme.warning)];
    };
    let objection = of_first.objection.as_ref();
    let enter = Span::styled("Enter ", theme.accent);
    let label = Span::styled(label, theme.accent);
    if let ([_], Some(objection)) = (weighed, objection.filter(|objection| objection.is_final())) {
        let text = format!(": {}", clean(objection.text()));
        return vec![
            Span::styled(named(first, scene).0, theme.accent),
            Span::styled(text, theme.warning),
        ];
    }
    let mut spans = if wants_asking(weighed) {
        let many = match weighed.len() {
            1 => String::new(),
            many => format!(" for {many} vehicles"),
        };
        vec![
            enter,
            Span::styled("asks first: ", theme.text),
            label,
            Span::styled(many, theme.text),
        ]
    } else {
        vec![
            enter,
            Span::styled("sends ", theme.text),
            label,
            Span::styled(" to ", theme.text),
            Span::styled(named(first, scene).0, theme.accent),
        ]
    };
    let against = weighed
        .iter()
        .filter(|(_, weighed)| weighed.objection.is_some())
        .count();
    match (objection.map(Objection::text), weighed.len(), against) {
        (Some(text), 1, _) => {
            spans.push(Span::styled(format!("; {}", clean(text)), theme.warning));
        }
        (_, _, against) if against > 0 => {
            let text = format!("; see what is said of {against}");
            spans.push(Span::styled(text, theme.warning));
        }
        _ => {}
    }
    spans
}

fn list(
    buffer: &mut Buffer,
    (inside, from, shown): (Rect, usize, usize),
    scene: &Scene<'_>,
    palette: &Palette,
) {
    let theme = scene.theme;
    let list = &palette.candidates().list;
    let here = palette.highlighted();
    let first = (here + 1).saturating_sub(shown);
    let heads = list
        .iter()
        .map(|entry| width(&entry.insert) + width(&entry.arguments) + 1);
    // Narrow, what it does has more room; the arguments of a begun verb stand above the list anyway.
    let most = if inside.width < 100 { 24 } else { 34 };
    let widest = heads
        .max()
        .unwrap_or(0)
        .max(8)
        .min(usize::from(inside.width / 2))
        .min(most);
    for (n, entry) in list.iter().enumerate().skip(first).take(shown) {
        let area = line(inside, from + n - first);
        candidate(buffer, area, (entry, n == here, widest), scene);
    }
    let hidden = list.len().saturating_sub(first + shown);
    if hidden > 0 {
        let bottom = Rect {
            y: inside.bottom(),
            height: 1,
            ..inside
        };
        let text = format!(" {hidden} more {} ", theme.symbols.down);
        right(buffer, bottom, &[Span::styled(text, theme.accent)], "");
    }
}

fn candidate(
    buffer: &mut Buffer,
    area: Rect,
    (entry, is_here, widest): (&Candidate, bool, usize),
    scene: &Scene<'_>,
) {
    let theme = scene.theme;
    let cursor = if is_here { theme.symbols.cursor } else { " " };
    let word = match entry.kind {
        Kind::Command => theme.text.add_modifier(Modifier::BOLD),
        Kind::Vehicle => theme.name,
        Kind::Screen | Kind::Argument => theme.text,
    };
    let head = width(&entry.insert) + width(&entry.arguments) + 1;
    let gap = " ".repeat(widest.saturating_sub(head) + 2);
    let spans = vec![
        Span::styled(cursor, theme.accent),
        foreign(&entry.insert, word),
        Span::styled(format!(" {}{gap}", entry.arguments), theme.dim),
        foreign(&entry.help, theme.dim),
    ];
    let note = match (entry.kind, entry.action) {
        (Kind::Command, _) => crate::model::command::words::verb(&[&entry.insert]).map_or_else(
            || errand::manner(&entry.insert),
            |(name, ..)| manner::of_name(name),
        ),
        (_, Some(action)) => scene.keymap.keys_of(action).next().unwrap_or_default(),
        _ => String::new(),
    };
    let style = if entry.kind == Kind::Command {
        theme.faint
    } else {
        theme.accent
    };
    let note = [Span::styled(note, style)];
    let taken = u16::try_from(spans_width(&note)).unwrap_or(0);
    // That it asks first is worth more than the end of what it does.
    let has_room = area.width >= taken.saturating_mul(3);
    let beside = if has_room && taken > 0 { taken + 2 } else { 0 };
    let room = Rect {
        width: area.width.saturating_sub(beside),
        ..area
    };
    left(buffer, room, &spans, theme.symbols.ellipsis);
    if has_room {
        right(buffer, area, &note, theme.symbols.ellipsis);
    }
    if is_here {
        buffer.set_style(area, theme.selected);
    }
}

/// The line that is typed, with the cursor.
fn prompt<'a>(palette: &'a Palette, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    let (before, behind) = palette.line().split_at(palette.cursor());
    let mut letters = behind.chars();
    let under = letters.next().map_or_else(|| " ".to_owned(), String::from);
    let cursor = theme.bar.add_modifier(Modifier::REVERSED);
    vec![
        Span::styled(" : ", theme.accent),
        Span::styled(before, theme.bar),
        Span::styled(under, cursor),
        Span::styled(letters.as_str(), theme.bar),
    ]
}
