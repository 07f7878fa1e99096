//! The parameters of a simulated autopilot: a realistic list, what may be set, and how a value travels.
//!
//! <https://mavlink.io/en/services/parameter.html>. ArduPilot casts numbers into the float, PX4 copies
//! their bits. A parameter such as `GRIP_ENABLE` shows and hides others, which moves every later index.

pub mod packed;
pub mod table;

use std::collections::BTreeMap;

use super::checksum::crc32;
use table::{Kind, List, Row, Table};

/// Why a parameter was not set (`MAV_PARAM_ERROR`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// There is no such parameter, or it is hidden.
    DoesNotExist = 1,
    /// Not a number.
    OutOfRange = 2,
    /// Only the vehicle itself sets it.
    PermissionDenied = 3,
    /// Sent as another type than it has.
    TypeMismatch = 7,
}

/// All parameters of one craft: the list they share and what this one has changed.
#[derive(Debug, Clone)]
pub struct Params {
    table: &'static Table,
    changed: BTreeMap<u16, f64>,
    /// Row numbers of what is shown, when that differs from the table's own.
    shown: Option<Vec<u16>>,
    bytewise: bool,
}

impl Params {
    /// The parameters of a list, with the craft's own system id in them.
    #[must_use]
    pub fn new(list: List, system: u8) -> Self {
        let mut params = Self {
            table: list.table(),
            changed: BTreeMap::new(),
            shown: None,
            bytewise: list == List::Px4,
        };
        let own = if list == List::Px4 {
            "MAV_SYS_ID"
        } else {
            "MAV_SYSID"
        };
        params.write(own, f64::from(system));
        params
    }

    /// How many there are now.
    #[must_use]
    pub fn len(&self) -> u16 {
        self.shown().len() as u16
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown().is_empty()
    }

    /// The parameter at a place of the list.
    #[must_use]
    pub fn at(&self, index: u16) -> Option<&'static Row> {
        let row = self.shown().get(usize::from(index))?;
        self.table.row(*row)
    }

    /// The place of a name that is shown.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u16> {
        let row = self.table.number(name)?;
        self.shown()
            .binary_search(&row)
            .ok()
            .map(|place| place as u16)
    }

    /// The value of a parameter, shown or not; 0 for one that does not exist.
    #[must_use]
    pub fn value(&self, name: &str) -> f64 {
        let number = self.table.number(name);
        number.map_or(0.0, |number| self.value_of(number))
    }

    fn value_of(&self, number: u16) -> f64 {
        let changed = self.changed.get(&number).copied();
        let factory = || self.table.row(number).map(|row| row.value);
        changed.or_else(factory).unwrap_or_default()
    }

    /// The value as it travels in PARAM_VALUE.
    #[must_use]
    pub fn encoded(&self, row: &Row) -> f32 {
        let value = self.value(row.name);
        if self.bytewise && row.kind != Kind::Float {
            return f32::from_bits((value as i32).cast_unsigned());
        }
        value as f32
    }

    /// Takes a value as it travels in PARAM_SET, cut to what its type holds.
    ///
    /// # Errors
    /// When there is no such parameter, the value is no number or nobody may set it.
    pub fn set(&mut self, name: &str, kind: u8, encoded: f32) -> Result<(), Refusal> {
        let index = self.find(name).ok_or(Refusal::DoesNotExist)?;
        let row = self.at(index).ok_or(Refusal::DoesNotExist)?;
        if self.bytewise && kind != row.kind.number() {
            return Err(Refusal::TypeMismatch);
        }
        let value = match (self.bytewise, row.kind) {
            (true, Kind::Float) | (false, _) => f64::from(encoded),
            (true, _) => f64::from(encoded.to_bits().cast_signed()),
        };
        if !value.is_finite() {
            return Err(Refusal::OutOfRange);
        }
        if !self.bytewise && row.name.ends_with("_TOTAL") {
            return Err(Refusal::PermissionDenied);
        }
        self.write(row.name, row.kind.fitted(value));
        Ok(())
    }

    /// Writes a value as the vehicle itself does: how many waypoints it holds, for example.
    pub fn write(&mut self, name: &str, value: f64) {
        let Some(number) = self.table.number(name) else {
            return;
        };
        self.changed.insert(number, value);
        if self.table.is_gate(number) {
            let shown = self.table.shown(|gate| self.value_of(gate) != 0.0);
            self.shown = Some(shown);
        }
    }

    fn shown(&self) -> &[u16] {
        self.shown.as_deref().unwrap_or(self.table.shown_at_first())
    }

    /// PX4's checksum over names and values, sent as the parameter `_HASH_CHECK`.
    #[must_use]
    pub fn hash(&self) -> u32 {
        self.shown().iter().fold(0, |sum, number| {
            let Some(row) = self.table.row(*number) else {
                return sum;
            };
            let sum = crc32(sum, row.name.as_bytes());
            crc32(sum, &self.encoded(row).to_bits().to_le_bytes())
        })
    }
}

#[cfg(test)]
mod tests;
