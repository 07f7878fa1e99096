//! The parameter lists of real firmware: name, type, factory value, and what shows or hides each.
//!
//! The lists were heard from ArduCopter, ArduPlane and PX4 in simulation; a rover borrows the copter's.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A signed byte.
    Int8,
    /// Two signed bytes.
    Int16,
    /// Four signed bytes.
    Int32,
    /// A 32-bit float.
    Float,
}

impl Kind {
    /// `MAV_PARAM_TYPE`.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Int8 => 2,
            Self::Int16 => 4,
            Self::Int32 => 6,
            Self::Float => 9,
        }
    }

    /// A value cut and rounded to what this type holds.
    #[must_use]
    pub fn fitted(self, value: f64) -> f64 {
        let (low, high) = match self {
            Self::Int8 => (i8::MIN.into(), i8::MAX.into()),
            Self::Int16 => (i16::MIN.into(), i16::MAX.into()),
            Self::Int32 => (i32::MIN.into(), i32::MAX.into()),
            Self::Float => return value,
        };
        value.round().clamp(low, high)
    }
}

/// One parameter of a firmware.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name, at most 16 bytes.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its factory value.
    pub value: f64,
    /// The row that shows this one while its value is not 0.
    gate: Option<u16>,
}

/// Which firmware a list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// ArduPilot's copter, and its rover here.
    ArduCopter,
    /// ArduPilot's plane.
    ArduPlane,
    /// PX4.
    Px4,
}

/// All parameters of a firmware, hidden ones included.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    numbers: HashMap<&'static str, u16>,
    shown_at_first: Vec<u16>,
}

impl List {
    /// The list, read once.
    #[must_use]
    pub fn table(self) -> &'static Table {
        static COPTER: OnceLock<Table> = OnceLock::new();
        static PLANE: OnceLock<Table> = OnceLock::new();
        static PX4: OnceLock<Table> = OnceLock::new();
        let (cell, text) = match self {
            Self::ArduCopter => (&COPTER, include_str!("arducopter.txt")),
            Self::ArduPlane => (&PLANE, include_str!("arduplane.txt")),
            Self::Px4 => (&PX4, include_str!("px4.txt")),
        };
        cell.get_or_init(|| Table::read(text))
    }
}

impl Table {
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut numbers = HashMap::new();
        let mut rows: Vec<Row> = Vec::new();
        for (number, line) in lines.enumerate() {
            let mut words = line.split(' ');
            let name = words.next().unwrap_or_default();
            let kind = match words.next() {
                Some("b") => Kind::Int8,
                Some("h") => Kind::Int16,
                Some("i") => Kind::Int32,
                _ => Kind::Float,
            };
            let value = words.next().and_then(|word| word.parse::<f64>().ok());
            numbers.insert(name, number as u16);
            rows.push(Row {
                name,
                kind,
                value: value.unwrap_or_default(),
                gate: words.next().and_then(|gate| numbers.get(gate).copied()),
            });
        }
        let mut table = Self {
            rows,
            numbers,
            shown_at_first: Vec::new(),
        };
        table.shown_at_first =
            table.shown(|gate| table.row(gate).is_some_and(|row| row.value != 0.0));
        table
    }

    /// The row with this number.
    #[must_use]
    pub fn row(&self, number: u16) -> Option<&Row> {
        self.rows.get(usize::from(number))
    }

    /// The number of the row with this name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }

    /// Whether a row shows or hides others.
    #[must_use]
    pub fn is_gate(&self, number: u16) -> bool {
        self.rows.iter().any(|row| row.gate == Some(number))
    }

    /// The numbers of all rows without a gate, or with one that is open.
    #[must_use]
    pub fn shown(&self, is_open: impl Fn(u16) -> bool) -> Vec<u16> {
        let rows = self.rows.iter().enumerate();
        let shown = rows.filter(|(_, row)| row.gate.is_none_or(&is_open));
        shown.map(|(number, _)| number as u16).collect()
    }

    /// What is shown with factory values.
    #[must_use]
    pub fn shown_at_first(&self) -> &[u16] {
        &self.shown_at_first
    }
}
