//! The help over the dimmed, living screen: the keys from the one table, then what the signs mean.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    legend,
    paint::{Spans, foreign, left, line, window},
    wrap::wrap,
};
use crate::{
    model::{command::words::USAGES, link::LinkPhase},
    tui::{
        format::{UNKNOWN, width},
        keymap::{Action, BINDINGS, Section},
        palette::{errand::ERRANDS, settings::SETTINGS},
        scene::Scene,
        ui::HELP_END,
    },
};

/// One prepared line: a chapter, or keys and their meaning.
#[derive(Debug, PartialEq)]
enum Line {
    Chapter(String),
    Entry {
        sign: String,
        style: Style,
        text: String,
    },
}

/// Cells of a column.
const COLUMN: u16 = 82;
/// Cells between two columns.
const GAP: u16 = 3;
/// From this width on there are two columns.
const TWO_FROM: u16 = 144;
/// Cells the keys take in a column.
const KEYS: u16 = 20;

/// Paints the help; `search` keeps the lines that hold it.
pub(super) fn render(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'_>,
    (search, scroll): (&str, usize),
) {
    let theme = scene.theme;
    let columns = if area.width >= TWO_FROM { 2 } else { 1 };
    let width = (COLUMN * columns + GAP * (columns - 1) + 4).min(area.width);
    let column = width.saturating_sub(4 + GAP * (columns - 1)) / columns;
    let lines = whole(lines(scene, search), usize::from(column));
    let wanted = lines.len().div_ceil(usize::from(columns)) + 4;
    let wanted = u16::try_from(wanted).unwrap_or(u16::MAX);
    let tallest = area.height.saturating_sub(2).max(3);
    let size = (width, wanted.max(10).min(tallest));
    let title = Span::styled(" Help ", theme.accent);
    let inside = window(buffer, area, size, (title, theme));
    left(
        buffer,
        line(inside, 0),
        &prompt(search, theme.dim, scene),
        "",
    );
    let rows = usize::from(inside.height.saturating_sub(2));
    let room = rows * usize::from(columns);
    let last = lines.len().saturating_sub(room);
    let first = if scroll > HELP_END / 2 {
        last.saturating_sub(HELP_END.saturating_sub(scroll))
    } else {
        scroll.min(last)
    };
    for (n, entry) in lines.iter().skip(first).take(room).enumerate() {
        let beside = u16::try_from(n / rows).unwrap_or(u16::MAX);
        let place = Rect {
            x: inside.x + beside * (column + GAP),
            width: column.min(inside.width),
            ..line(inside, n % rows + 2)
        };
        paint(buffer, place, entry, scene);
    }
    if lines.is_empty() {
        let nothing = [Span::styled("no key or sign is described so", theme.dim)];
        left(buffer, line(inside, 2), &nothing, "");
    }
    let hidden = lines.len().saturating_sub(first + room);
    if hidden > 0 {
        let text = format!(" {hidden} more {} ", theme.symbols.down);
        let bottom = Rect {
            y: inside.bottom(),
            height: 1,
            ..inside
        };
        super::paint::right(buffer, bottom, &[Span::styled(text, theme.accent)], "");
    }
}

fn prompt<'a>(search: &'a str, dim: Style, scene: &Scene<'_>) -> Spans<'a> {
    if search.is_empty() {
        let keys = [Action::Back, Action::Help];
        let keys = keys.map(|action| scene.keymap.keys_of(action).next());
        let keys: Vec<_> = keys.into_iter().flatten().collect();
        let text = format!(
            "type to search, up and down to scroll, {} to close",
            keys.join(" or ")
        );
        return vec![Span::styled(text, dim)];
    }
    vec![
        Span::styled("search: ", dim),
        foreign(search, scene.theme.accent),
    ]
}

fn paint(buffer: &mut Buffer, area: Rect, entry: &Line, scene: &Scene<'_>) {
    let theme = scene.theme;
    match entry {
        Line::Chapter(title) => {
            left(
                buffer,
                area,
                &[Span::styled(title.as_str(), theme.head)],
                "",
            );
        }
        Line::Entry { sign, style, text } => {
            let keys = Rect {
                width: KEYS.min(area.width),
                ..area
            };
            left(buffer, keys, &[Span::styled(sign.as_str(), *style)], "");
            let rest = Rect {
                x: area.x + keys.width,
                width: area.width - keys.width,
                ..area
            };
            let text = [Span::styled(text.as_str(), theme.text)];
            left(buffer, rest, &text, theme.symbols.ellipsis);
        }
    }
}

/// What is longer than a column of so many cells goes on in the next line.
fn whole(lines: Vec<Line>, column: usize) -> Vec<Line> {
    let room = column.saturating_sub(usize::from(KEYS));
    let mut all = Vec::with_capacity(lines.len());
    for line in lines {
        let Line::Entry { sign, style, text } = line else {
            all.push(line);
            continue;
        };
        let mut sign = Some(sign);
        for piece in wrap(vec![Span::raw(text)], room) {
            all.push(Line::Entry {
                sign: sign.take().unwrap_or_default(),
                style,
                text: piece.iter().map(|span| &*span.content).collect(),
            });
        }
    }
    all
}

fn lines(scene: &Scene<'_>, search: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (n, section) in Section::ALL.into_iter().enumerate() {
        let entries = BINDINGS
            .iter()
            .filter(|binding| binding.section == section)
            .map(|binding| Line::Entry {
                sign: keys(binding.action, scene),
                style: scene.theme.accent,
                text: binding.help.to_owned(),
            });
        chapter(&mut lines, (n + 1, section.title()), entries, search);
    }
    let number = Section::ALL.len() + 1;
    let commands = typed(scene);
    chapter(&mut lines, (number, "Behind :"), commands, search);
    let number = number + 1;
    chapter(
        &mut lines,
        (number, "Signs"),
        described(legend::signs(scene.theme)),
        search,
    );
    chapter(
        &mut lines,
        (number + 1, "Status words, worst first"),
        described(legend::words(scene.theme)),
        search,
    );
    let station = about(scene);
    chapter(&mut lines, (number + 2, "This station"), station, search);
    lines
}

/// What can be typed behind `:`, and whom it is for.
fn typed(scene: &Scene<'_>) -> Vec<Line> {
    let entry = |sign: &str, text: String| Line::Entry {
        sign: sign.to_owned(),
        style: scene.theme.accent,
        text,
    };
    let whom = [
        ("rtl", "for the marked vehicles, else for the chosen one"),
        (
            "@1-3,alpha rtl",
            "for these: numbers, ids, names, a group, all",
        ),
        ("alpha", "go to a vehicle"),
        ("Tab", "completes; Up and Down bring back earlier lines"),
    ];
    let whom = whom.map(|(sign, text)| entry(sign, text.to_owned()));
    let commands = USAGES.iter().map(|usage| {
        let text = match usage.arguments {
            "" => usage.help.to_owned(),
            arguments => format!("{arguments}: {}", usage.help),
        };
        entry(usage.name, text)
    });
    let told = |(word, arguments, help): (&'static str, &str, &str)| match arguments {
        "" => entry(word, help.to_owned()),
        arguments => entry(word, format!("{arguments}: {help}")),
    };
    let errands = ERRANDS.map(|verb| told((verb.word, verb.arguments, verb.help)));
    let settings = SETTINGS.map(|verb| told((verb.word, verb.arguments, verb.help)));
    let all = whom.into_iter().chain(commands);
    all.chain(errands).chain(settings).collect()
}

/// Adds a chapter with the entries that hold what is searched for, if there are any.
fn chapter(
    lines: &mut Vec<Line>,
    (number, title): (usize, &str),
    entries: impl IntoIterator<Item = Line>,
    search: &str,
) {
    let needle = search.to_lowercase();
    let title_found = title.to_lowercase().contains(&needle) || number.to_string() == needle;
    let mut found = entries.into_iter().filter(|line| match line {
        Line::Entry { sign, text, .. } => {
            let haystack = format!("{sign} {text}").to_lowercase();
            title_found || haystack.contains(&needle)
        }
        Line::Chapter(_) => true,
    });
    if let Some(first) = found.next() {
        lines.push(Line::Chapter(format!("{number} {title}")));
        lines.push(first);
        lines.extend(found);
    }
}

fn keys(action: Action, scene: &Scene<'_>) -> String {
    let keys: Vec<_> = scene.keymap.keys_of(action).collect();
    if keys.is_empty() {
        UNKNOWN.to_owned()
    } else {
        keys.join("  ")
    }
}

fn described(legend: impl IntoIterator<Item = legend::Entry>) -> impl Iterator<Item = Line> {
    legend.into_iter().map(|(sign, style, text)| Line::Entry {
        sign: sign.to_owned(),
        style,
        text: text.to_owned(),
    })
}

fn about(scene: &Scene<'_>) -> Vec<Line> {
    let entry = |sign: &str, text: &str| Line::Entry {
        sign: sign.to_owned(),
        style: scene.theme.dim,
        text: crate::tui::format::clean(text).into_owned(),
    };
    let mut lines = Vec::new();
    if let Some(url) = &scene.station.web_url {
        lines.push(entry("browser", url));
    }
    if let Some(log) = &scene.station.log {
        lines.push(entry("flight log", &log.path));
    }
    for (name, link) in &scene.snapshot.links {
        let name = crate::tui::format::clean(name);
        let name = if width(&name) > 17 {
            "link".into()
        } else {
            name
        };
        lines.push(entry(&name, &link.url));
    }
    for forward in scene.snapshot.forwards.values() {
        let state = match forward.state {
            LinkPhase::Opening => "opening",
            LinkPhase::Open => "open",
            LinkPhase::Waiting => "waiting",
            LinkPhase::Ended => "ended",
        };
        let text = format!("{}, {state}", forward.url);
        let way = if forward.direction == "both" {
            "forward both"
        } else {
            "forward"
        };
        lines.push(entry(way, &text));
    }
    lines
}
