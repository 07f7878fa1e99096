//! The question before a command is sent: what, to whom by name, what stands against it, and the one key that says yes.
//!
//! ```text
//! ╭ Send? ─────────────────────────────────────────────────────────╮
//! │ ARM  2 of 3 vehicles                                           │
//! │ sent once: when no answer comes it is not sent again           │
//! │                                                                │
//! │ × 3 Charlie  RTL     LOST     left out: lost (o includes it)   │
//! │   1 Alpha    GUIDED  disarmed  on ground                       │
//! │                                                                │
//! │ y send to 2    o include 1 out of reach    Enter, Esc abort    │
//! ╰────────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::paint::{Spans, foreign, left, line, right, window};
use crate::{
    model::{
        command::Kind,
        vehicle::{State, Vehicle},
    },
    tui::{
        format::{clean, cut, rough_age, width},
        palette::{
            manner::when_an_answer_is_lost,
            order::{OVERRIDE, Order, Target, YES},
            weigh::Objection,
        },
        row::doing,
        scene::Scene,
    },
};

/// Lines beside those of vehicles: what, how, blank, blank, answer, and the frame.
const BESIDE: u16 = 7;

/// Paints the question.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, order: &Order) {
    let theme = scene.theme;
    let count = u16::try_from(order.targets().len()).unwrap_or(u16::MAX);
    let wanted = count.saturating_add(BESIDE);
    let tallest = area.height.saturating_sub(2).max(BESIDE + 1);
    let title = Span::styled(" Send? ", theme.alarm);
    let inside = window(buffer, area, (96, wanted.min(tallest)), (title, theme));
    left(
        buffer,
        line(inside, 0),
        &what(order, scene),
        theme.symbols.ellipsis,
    );
    let how = when_an_answer_is_lost(order.command().kind());
    left(
        buffer,
        line(inside, 1),
        &[Span::styled(how, theme.dim)],
        theme.symbols.ellipsis,
    );
    let room = usize::from(inside.height.saturating_sub(5));
    vehicles(buffer, (inside, 3, room), scene, order);
    let last = usize::from(inside.height.saturating_sub(1));
    left(
        buffer,
        line(inside, last),
        &answers(order, scene),
        theme.symbols.ellipsis,
    );
}

/// Whether a command can hurt somebody: its word stands in the colour of alarms.
const fn is_dangerous(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Arm
            | Kind::Takeoff
            | Kind::MissionStart
            | Kind::ForcedDisarm
            | Kind::Disarm
            | Kind::Reboot
            | Kind::Other
    )
}

fn what<'a>(order: &Order, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    let command = order.command();
    let style = if is_dangerous(command.kind()) {
        theme.alarm
    } else {
        theme.accent
    };
    let label = clean(&command.label()).into_owned();
    let (verb, rest) = match label.split_once(' ') {
        Some((verb, rest)) if command.kind() != Kind::ForcedDisarm => {
            (verb.to_uppercase(), rest.to_owned())
        }
        _ => (label.to_uppercase(), String::new()),
    };
    let (included, all) = (order.included(), order.targets().len());
    let only = order.targets().iter().find(|target| target.is_included);
    let many = match (included, all) {
        (1, 1) => only.map_or_else(String::new, name),
        (1, all) => format!(
            "{}, 1 of {all} vehicles",
            only.map_or_else(String::new, name)
        ),
        (included, all) if included == all => format!("all {all} vehicles"),
        (included, all) => format!("{included} of {all} vehicles"),
    };
    let mut spans = vec![Span::styled(format!(" {verb} "), style)];
    if !rest.is_empty() {
        spans.push(Span::styled(format!(" {rest} "), theme.accent));
    }
    spans.push(Span::styled(
        format!(" {} {many}", theme.symbols.arrows[2]),
        theme.text,
    ));
    spans
}

fn name(target: &Target) -> String {
    clean(&target.named.name).into_owned()
}

fn vehicles(
    buffer: &mut Buffer,
    (inside, from, room): (Rect, usize, usize),
    scene: &Scene<'_>,
    order: &Order,
) {
    let theme = scene.theme;
    let targets = order.targets();
    let first = order.scroll.min(targets.len().saturating_sub(room));
    let names = targets.iter().map(|target| width(&target.named.name));
    let widest = names.max().unwrap_or(0).clamp(5, 18);
    let numbers = targets.iter().map(|target| target.named.number);
    let digits = numbers.max().unwrap_or(0).to_string().len();
    for (n, target) in targets.iter().skip(first).take(room).enumerate() {
        let spans = row(target, (widest, digits), (order, scene));
        left(
            buffer,
            line(inside, from + n),
            &spans,
            theme.symbols.ellipsis,
        );
    }
    let hidden = targets.len().saturating_sub(first + room);
    let (above, below) = (first, hidden);
    if above + below > 0 {
        let text = format!(
            " {}-{} of {} {}{} ",
            first + 1,
            (first + room).min(targets.len()),
            targets.len(),
            theme.symbols.up,
            theme.symbols.down
        );
        let bottom = Rect {
            y: inside.bottom(),
            height: 1,
            ..inside
        };
        right(buffer, bottom, &[Span::styled(text, theme.accent)], "");
    }
}

/// Sign, number, name, mode, armed, in the air or not, and what stands against it.
fn row<'a>(
    target: &'a Target,
    (widest, digits): (usize, usize),
    (order, scene): (&Order, &Scene<'a>),
) -> Spans<'a> {
    let theme = scene.theme;
    let named = &target.named;
    let name = clean(&named.name);
    let name = cut(&name, widest, theme.symbols.ellipsis).into_owned();
    let pad = " ".repeat(widest.saturating_sub(width(&name)));
    let (sign, style) = sign(target, scene);
    let own = if target.is_included {
        theme.accent
    } else {
        theme.dim
    };
    let mut spans = vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{:>digits$} ", named.number), theme.dim),
        Span::styled(format!("{name}{pad}  "), own),
    ];
    if let Some(vehicle) = scene.ui.newest.vehicles.get(&named.id) {
        spans.extend(state(vehicle, scene));
    }
    let (text, style) = match &target.weighed.objection {
        None => return spans,
        Some(Objection::Remark(text)) => (text.clone(), theme.warning),
        Some(Objection::OutOfReach(text)) if order.overrides() => {
            (format!("SENT ALTHOUGH {text}"), theme.critical)
        }
        Some(objection) => (format!("LEFT OUT: {}", objection.text()), theme.critical),
    };
    spans.push(Span::styled(clean(&text).into_owned(), style));
    spans
}

fn sign(target: &Target, scene: &Scene<'_>) -> (&'static str, Style) {
    let (theme, symbols) = (scene.theme, &scene.theme.symbols);
    match &target.weighed.objection {
        Some(Objection::Left | Objection::OutOfReach(_)) => (symbols.lost, theme.critical),
        Some(Objection::Refused(_)) => (symbols.critical, theme.critical),
        Some(Objection::Remark(_)) => (symbols.warning, theme.warning),
        None => (symbols.live, theme.ok),
    }
}

/// Mode, armed, where it is: three short columns.
fn state<'a>(vehicle: &Vehicle, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    let mode = vehicle.mode.as_deref().unwrap_or("mode ?");
    let mode = clean(mode);
    let mode = cut(&mode, 11, theme.symbols.ellipsis).into_owned();
    let (armed, style) = match vehicle.armed {
        Some(true) => ("ARMED", theme.text),
        Some(false) => ("disarmed", theme.text),
        None => ("armed ?", theme.warning),
    };
    let (place, place_style) = match (vehicle.state, vehicle.heard_ms) {
        (State::Lost, Some(heard_ms)) => (
            format!("LOST {}", rough_age(scene.age_ms(heard_ms))),
            theme.critical,
        ),
        (State::Lost, None) => ("LOST".to_owned(), theme.critical),
        _ if vehicle.conflict.is_some() => ("CONFLICT".to_owned(), theme.conflict),
        _ => (doing(vehicle), theme.text),
    };
    let stale = vehicle.state == State::Lost;
    let old = |style| if stale { theme.dim } else { style };
    vec![
        Span::styled(format!("{mode:<11} "), old(theme.text)),
        Span::styled(format!("{armed:<8} "), old(style)),
        Span::styled(format!("{place:<10} "), place_style),
    ]
}

/// What can be answered, and with which key.
fn answers<'a>(order: &'a Order, scene: &Scene<'_>) -> Spans<'a> {
    let theme = scene.theme;
    let key = |key: &str| Span::styled(format!(" {key} "), theme.accent);
    let word = |word: String| Span::styled(word, theme.text);
    let mut spans: Spans<'a> = Vec::new();
    let included = order.included();
    let (typed, is_wrong) = order.typed();
    match (order.word(), included) {
        (_, 0) => spans.push(Span::styled(" nobody to send to  ", theme.warning)),
        (Some(wanted), _) => {
            let before = if is_wrong {
                " That was another word. Type "
            } else {
                " Type "
            };
            spans.push(Span::styled(before, theme.text));
            spans.push(Span::styled(wanted, theme.critical));
            spans.push(Span::styled(" and Enter: ", theme.text));
            spans.push(foreign(typed, theme.accent));
            spans.push(Span::styled("_  ", theme.accent));
        }
        (None, 1) => spans.extend([key(&YES.to_string()), word("send  ".to_owned())]),
        (None, many) => spans.extend([key(&YES.to_string()), word(format!("send to {many}  "))]),
    }
    match (order.out_of_reach(), order.overrides()) {
        (0, _) => {}
        (_, true) => spans.extend([
            key(&OVERRIDE.to_string()),
            word("leave lost ones out again  ".to_owned()),
        ]),
        (count, false) => {
            spans.extend([
                key(&OVERRIDE.to_string()),
                word(format!("override: also {count} out of reach  ")),
            ]);
        }
    }
    let abort = if order.word().is_some() {
        "Esc"
    } else {
        "Enter Esc"
    };
    spans.extend([key(abort), word("abort".to_owned())]);
    spans
}
