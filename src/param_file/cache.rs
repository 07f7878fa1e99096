//! What a vehicle's parameters were when they were last read, under its uid and their hash: PX4 sends the
//! hash first, and a station that knows it need not ask for the rest
//! (<https://mavlink.io/en/services/parameter.html#parameter_caching>).
//!
//! Text, one `key value` a line, floats as their bits: what is read back is exactly what was written.

use std::fmt::Write;

use super::error::{ParamFileError, Reason, quoted};
use crate::model::params::{
    encoding::ParamEncoding,
    name::ParamName,
    set::ParamSet,
    value::{ParamType, ParamValue},
};

const MAGIC: &str = "volery-params 1";

/// A cached set and what it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamCache {
    /// The vehicle's uid of AUTOPILOT_VERSION.
    pub uid: String,
    /// The vehicle's own hash over its parameters; `None` where the autopilot has none (ArduPilot), and the set
    /// is a memory to show, never a reason not to ask.
    pub hash: Option<u32>,
    /// The parameters.
    pub set: ParamSet,
}

impl ParamCache {
    /// Whether this is what the vehicle with `uid` has, now that it says `hash`.
    #[must_use]
    pub fn is_current(&self, uid: &str, hash: u32) -> bool {
        self.uid == uid && self.hash == Some(hash) && self.set.is_complete()
    }
}

/// The cache as text. Blanks and control characters of the uid are dropped.
#[must_use]
pub fn write(cache: &ParamCache) -> String {
    let uid: String = cache.uid.chars().filter(char::is_ascii_graphic).collect();
    let mut text = format!("{MAGIC}\nuid {uid}\n");
    // Writing into a String cannot fail.
    if let Some(hash) = cache.hash {
        let _ = writeln!(text, "hash {hash:08x}");
    }
    if let Some(count) = cache.set.expected() {
        let _ = writeln!(text, "count {count}");
    }
    for (name, value) in cache.set.iter() {
        let kind = value.kind().number();
        let _ = match value {
            ParamValue::Real64(value) => writeln!(text, "{name} {kind} {:x}", value.to_bits()),
            ParamValue::U64(value) => writeln!(text, "{name} {kind} {value:x}"),
            ParamValue::I64(value) => writeln!(text, "{name} {kind} {:x}", value.cast_unsigned()),
            value => {
                let bits = ParamEncoding::Bytewise.encode(value).unwrap_or_default();
                writeln!(text, "{name} {kind} {bits:x}")
            }
        };
    }
    text
}

/// The cache in `text`.
///
/// # Errors
/// The first line that does not belong into a cache.
pub fn read(text: &str) -> Result<ParamCache, ParamFileError> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line));
    if lines.next().is_none_or(|(_, line)| line != MAGIC) {
        return Err(Reason::Head("it does not begin with its name and version").at(1));
    }
    let uid = lines.next().and_then(|(_, line)| line.strip_prefix("uid "));
    let mut cache = ParamCache {
        uid: uid.ok_or(Reason::Head("it has no uid").at(2))?.to_owned(),
        hash: None,
        set: ParamSet::new(),
    };
    for (number, line) in lines {
        entry(line, &mut cache).map_err(|reason| reason.at(number))?;
    }
    Ok(cache)
}

fn entry(line: &str, cache: &mut ParamCache) -> Result<(), Reason> {
    let columns: Vec<&str> = line.split(' ').collect();
    let bad = |text: &str| Reason::Number(quoted(text));
    match columns[..] {
        ["hash", hash] => {
            cache.hash = Some(u32::from_str_radix(hash, 16).map_err(|_no_number| bad(hash))?);
        }
        ["count", count] => cache
            .set
            .expect(count.parse().map_err(|_no_number| bad(count))?),
        [name, kind, bits] => {
            let number = kind.parse().ok().and_then(ParamType::from_number);
            let kind = number.ok_or_else(|| Reason::Type(quoted(kind)))?;
            let bits = u64::from_str_radix(bits, 16).map_err(|_no_number| bad(bits))?;
            let value = value(bits, kind).ok_or_else(|| bad(line))?;
            cache.set.insert(ParamName::new(name)?, value);
        }
        _ => {
            return Err(Reason::Columns {
                expected: "name, type and bits",
                found: columns.len(),
            });
        }
    }
    Ok(())
}

fn value(bits: u64, kind: ParamType) -> Option<ParamValue> {
    match kind {
        ParamType::U64 => Some(ParamValue::U64(bits)),
        ParamType::I64 => Some(ParamValue::I64(bits.cast_signed())),
        ParamType::Real64 => Some(ParamValue::Real64(f64::from_bits(bits))),
        _ => ParamEncoding::Bytewise.decode(u32::try_from(bits).ok()?, kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> ParamCache {
        let name = |text| ParamName::new(text).unwrap();
        let mut set: ParamSet = [
            (name("A"), ParamValue::Real32(0.1)),
            (name("hash"), ParamValue::I8(-1)),
            (name("C"), ParamValue::I64(i64::MIN)),
            (name("D"), ParamValue::Real64(1.0e300)),
        ]
        .into_iter()
        .collect();
        set.expect(4);
        ParamCache {
            uid: "3600270013".to_owned(),
            hash: Some(0xDEAD_BEEF),
            set,
        }
    }

    #[test]
    fn a_cache_reads_back_bit_for_bit() {
        let cache = cache();
        assert_eq!(read(&write(&cache)), Ok(cache.clone()));
        assert!(cache.is_current("3600270013", 0xDEAD_BEEF));
        assert!(!cache.is_current("3600270013", 1));
        assert!(!cache.is_current("other", 0xDEAD_BEEF));
    }

    #[test]
    fn an_incomplete_set_is_never_current() {
        let mut cache = cache();
        cache.set.expect(5);
        assert!(!cache.is_current("3600270013", 0xDEAD_BEEF));
    }

    #[test]
    fn what_is_no_cache_is_refused_with_the_line() {
        let cases = [
            (
                "A,1\n",
                "line 1: not a parameter cache: it does not begin with its name and version",
            ),
            (
                "volery-params 1\nA 1 1",
                "line 2: not a parameter cache: it has no uid",
            ),
            (
                "volery-params 1\nuid 1\nA 99 1",
                "line 3: \"99\" is no parameter type (1 to 10)",
            ),
            (
                "volery-params 1\nuid 1\nA 9 zz",
                "line 3: \"zz\" is no number",
            ),
            (
                "volery-params 1\nuid 1\ntorn",
                "line 3: expected name, type and bits, found 1 columns",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), expected);
        }
    }
}
