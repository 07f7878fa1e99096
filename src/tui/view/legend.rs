//! What signs and status words mean, for the help: plain data.

use ratatui::style::Style;

use crate::tui::theme::Theme;

/// A sign or word as it is shown, its style, its meaning.
pub(super) type Entry = (&'static str, Style, &'static str);

/// Signs of the table.
pub(super) fn signs(theme: &Theme) -> [Entry; 14] {
    let symbols = theme.symbols;
    [
        (
            symbols.critical,
            theme.critical,
            "critical: act now; the STATUS column says why",
        ),
        (symbols.warning, theme.warning, "warning: look at it"),
        (
            symbols.lost,
            theme.critical,
            "lost: no heartbeat for 3.5 s; last values in brackets",
        ),
        (symbols.late, theme.warning, "late: no heartbeat for 1.5 s"),
        (
            symbols.conflict,
            theme.conflict,
            "conflict: two senders claim one system id",
        ),
        (
            symbols.expected,
            theme.dim,
            "expected: listed in fleet.toml, never heard",
        ),
        (symbols.armed, theme.text, "armed"),
        (symbols.disarmed, theme.dim, "disarmed"),
        ("12.3", theme.dim, "dim: overdue by its own usual interval"),
        ("--", theme.faint, "unknown, or too old to be believed"),
        (
            symbols.arrows[2],
            theme.accent,
            "the item of a mission that is flown to",
        ),
        (
            "*",
            theme.accent,
            "a parameter that changed since it was read first",
        ),
        ("R", theme.ok, "on the map: a rally point"),
        (
            "B",
            theme.warning,
            "on the map: where a vehicle goes after a breach of its fence",
        ),
    ]
}

/// Words of the STATUS column, worst first.
pub(super) fn words(theme: &Theme) -> impl Iterator<Item = Entry> {
    WORDS
        .iter()
        .map(|(word, style, text)| (*word, style(theme), *text))
}

/// A word, where its style is found in a theme, its meaning.
type Word = (&'static str, fn(&Theme) -> Style, &'static str);

const WORDS: [Word; 14] = [
    (
        "battery 14%",
        |theme| theme.critical,
        "critical from 15 %, warning from 25 % down",
    ),
    (
        "cell 3.21V",
        |theme| theme.critical,
        "lowest cell: critical under 3.3 V, warning under 3.5 V",
    ),
    (
        "cell ~3.47V",
        |theme| theme.warning,
        "pack by a guessed number of cells; critical under 3.2 V",
    ),
    (
        "failsafe",
        |theme| theme.critical,
        "the autopilot says critical; its cause stands there when known",
    ),
    (
        "LOST 12s",
        |theme| theme.critical,
        "since the last heartbeat; a warning when it was parked",
    ),
    ("late 2.1s", |theme| theme.warning, "a heartbeat is overdue"),
    (
        "CONFLICT",
        |theme| theme.conflict,
        "another sender uses its system id; it is not shown",
    ),
    (
        "fence breach",
        |theme| theme.warning,
        "outside its own fence",
    ),
    (
        "compass bad",
        |theme| theme.warning,
        "a sensor is on and not healthy; +1: and another",
    ),
    (
        "no GPS fix",
        |theme| theme.warning,
        "armed without position; dim when disarmed",
    ),
    (
        "EKF compass",
        |theme| theme.warning,
        "an estimator variance is over 1.0",
    ),
    (
        "vibration",
        |theme| theme.warning,
        "60 m/s2 or more on an axis",
    ),
    (
        "loss 29%",
        |theme| theme.warning,
        "20 % or more of its frames are missing",
    ),
    (
        "not ready",
        |theme| theme.dim,
        "disarmed, and its arming checks fail",
    ),
];
