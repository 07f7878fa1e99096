//! ArduPilot's `@PARAM/param.pck`: all parameters in one small file, read by MAVLink FTP.
//!
//! The format is described in ArduPilot's AP_Filesystem_Param.cpp: a header of three little-endian
//! `u16` (magic, parameters here, parameters in all), then per parameter a byte of type and flags, a byte
//! of name lengths (shared with the name before, and own less one), the rest of the name, the value and,
//! where asked for and different, the factory value. Zeros pad where a value would cross a read block.

use super::Params;
use super::table::{Kind, Row};

const MAGIC: u16 = 0x671B;
const MAGIC_WITH_DEFAULTS: u16 = 0x671C;
const HEADER: usize = 6;

/// Which part of the parameters is wanted: the arguments behind `param.pck?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// The first parameter, by index.
    pub start: u16,
    /// How many; 0 for all that follow.
    pub count: u16,
    /// With factory values where they differ.
    pub defaults: bool,
}

impl Part {
    /// Reads `start=1&count=2&withdefaults=1`; `None` when a value makes no sense.
    #[must_use]
    pub fn parse(arguments: &str) -> Option<Self> {
        let mut part = Self::default();
        for argument in arguments.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = argument.split_once('=')?;
            let number: u16 = value.parse().ok().filter(|number| *number < u16::MAX)?;
            match key {
                "start" => part.start = number,
                "count" => part.count = number,
                "withdefaults" if number < 2 => part.defaults = number == 1,
                _ => return None,
            }
        }
        Some(part)
    }
}

/// The file for readers that read `block` bytes at a time; `None` when it would begin behind the end.
#[must_use]
pub fn pack(params: &Params, part: Part, block: usize) -> Option<Vec<u8>> {
    let total = params.len();
    let here = total
        .checked_sub(part.start)
        .filter(|left| *left > 0)
        .map(|left| {
            if part.count > 0 {
                left.min(part.count)
            } else {
                left
            }
        })?;
    let magic = if part.defaults {
        MAGIC_WITH_DEFAULTS
    } else {
        MAGIC
    };
    let mut file: Vec<u8> = [magic, here, total]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let mut last = "";
    for index in part.start..part.start + here {
        let row = params.at(index)?;
        add(&mut file, params, row, last, part.defaults, block);
        last = row.name;
    }
    Some(file)
}

fn add(file: &mut Vec<u8>, params: &Params, row: &Row, last: &str, defaults: bool, block: usize) {
    let (kind, size) = match row.kind {
        Kind::Int8 => (1, 1),
        Kind::Int16 => (2, 2),
        Kind::Int32 => (3, 4),
        Kind::Float => (4, 4),
    };
    let alike = row.name.bytes().zip(last.bytes());
    // A name that is wholly part of the one before still spells its last letter.
    let shared = alike.take_while(|(a, b)| a == b).count();
    let shared = shared.min(row.name.len() - 1);
    let own = &row.name.as_bytes()[shared..];
    let value = params.value(row.name);
    let with_default = defaults && (value as f32).to_bits() != (row.value as f32).to_bits();
    let copies = if with_default { 2 } else { 1 };
    let end = file.len() + 2 + own.len() + size * copies;
    let over = end % block.max(HEADER);
    if size > 1 && over > 0 && over < size {
        file.resize(file.len() + size - over, 0);
    }
    file.push(kind | u8::from(with_default) << 4);
    file.push(shared as u8 | (own.len() as u8 - 1) << 4);
    file.extend(own);
    push_value(file, row.kind, value);
    if with_default {
        push_value(file, row.kind, row.value);
    }
}

fn push_value(file: &mut Vec<u8>, kind: Kind, value: f64) {
    match kind {
        Kind::Int8 => file.extend((value as i8).to_le_bytes()),
        Kind::Int16 => file.extend((value as i16).to_le_bytes()),
        Kind::Int32 => file.extend((value as i32).to_le_bytes()),
        Kind::Float => file.extend((value as f32).to_le_bytes()),
    }
}
