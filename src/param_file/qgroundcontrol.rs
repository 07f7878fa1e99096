//! `.params` files of QGroundControl: vehicle, component, name, value and MAV_PARAM_TYPE between tabs
//! (<https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/parameters.html>).

use std::{collections::BTreeMap, fmt::Write};

use super::error::{ParamFileError, Reason, quoted};
use crate::model::{
    ids::{ComponentId, SystemId},
    params::{
        name::ParamName,
        set::ParamSet,
        value::{ParamType, ParamValue},
    },
};

const LINE: &str = "vehicle, component, name, value and type between tabs";

/// Whether the first line that is no comment looks like one of QGroundControl's.
#[must_use]
pub fn is_likely(text: &str) -> bool {
    let first = text.lines().find(|line| !is_comment(line));
    first.is_some_and(|line| line.split('\t').count() >= 4)
}

/// The parameters in `text`: those of the autopilot (component 1), or of the first component that is there.
///
/// # Errors
/// The first line that is no parameter, or a name given twice with two values.
pub fn read(text: &str) -> Result<ParamSet, ParamFileError> {
    let mut components = read_components(text)?;
    let autopilot = components.remove(&ComponentId::AUTOPILOT);
    let chosen = autopilot.or_else(|| components.into_values().next());
    chosen.ok_or_else(|| Reason::Empty.at(text.lines().count().max(1)))
}

/// The parameters in `text` by component: a file may hold those of gimbals and cameras too.
///
/// # Errors
/// The first line that is no parameter, or a name given twice with two values.
pub fn read_components(text: &str) -> Result<BTreeMap<ComponentId, ParamSet>, ParamFileError> {
    let mut components: BTreeMap<ComponentId, ParamSet> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if is_comment(line) {
            continue;
        }
        let row = row(line).map_err(|reason| reason.at(index + 1))?;
        let set = components.entry(row.component).or_default();
        let before = set.insert(row.name, row.value);
        if before.is_some_and(|before| !before.is_same(row.value)) {
            return Err(Reason::Twice(row.name).at(index + 1));
        }
    }
    if components.is_empty() {
        return Err(Reason::Empty.at(text.lines().count().max(1)));
    }
    Ok(components)
}

struct Row {
    component: ComponentId,
    name: ParamName,
    value: ParamValue,
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with('#')
}

fn row(line: &str) -> Result<Row, Reason> {
    let columns: Vec<&str> = line.trim_end().split('\t').map(str::trim).collect();
    let [vehicle, component, name, number, kind] = columns[..] else {
        return Err(Reason::Columns {
            expected: LINE,
            found: columns.len(),
        });
    };
    let not_a_number = |text: &str| Reason::Number(quoted(text));
    vehicle
        .parse::<u8>()
        .map_err(|_no_number| not_a_number(vehicle))?;
    let component = component
        .parse::<u8>()
        .map_err(|_no_number| not_a_number(component))?;
    let kind = kind
        .parse::<u8>()
        .ok()
        .and_then(ParamType::from_number)
        .ok_or_else(|| Reason::Type(quoted(kind)))?;
    Ok(Row {
        component: ComponentId(component),
        name: ParamName::new(name)?,
        value: value(number, kind)?,
    })
}

/// 64-bit whole numbers are read as such: a double would round them.
fn value(number: &str, kind: ParamType) -> Result<ParamValue, Reason> {
    let exact = match kind {
        ParamType::U64 => number.parse().ok().map(ParamValue::U64),
        ParamType::I64 => number.parse().ok().map(ParamValue::I64),
        _ => None,
    };
    if let Some(exact) = exact {
        return Ok(exact);
    }
    let parsed = number
        .parse::<f64>()
        .map_err(|_no_number| Reason::Number(quoted(number)))?;
    Ok(ParamValue::from_number(parsed, kind)?)
}

/// `set` of one component as a file, with `comment` lines at its head.
#[must_use]
pub fn write(set: &ParamSet, system: SystemId, component: ComponentId, comment: &str) -> String {
    let mut text = format!("# Onboard parameters for Vehicle {system}\n#\n");
    // Writing into a String cannot fail.
    for line in comment.lines() {
        let line: String = line.chars().filter(|letter| !letter.is_control()).collect();
        let _ = writeln!(text, "# {line}");
    }
    text.push_str("#\n# Vehicle-Id Component-Id Name Value Type\n");
    for (name, value) in set.iter() {
        let kind = value.kind();
        let number = kind.number();
        let _ = match value {
            ParamValue::Real32(value) => {
                writeln!(text, "{system}\t{component}\t{name}\t{value:.18}\t{number}")
            }
            value => writeln!(text, "{system}\t{component}\t{name}\t{value}\t{number}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# Onboard parameters for Vehicle 1\n#\n# Stack: PX4 Pro\n";

    fn name(text: &str) -> ParamName {
        ParamName::new(text).unwrap()
    }

    #[test]
    fn values_are_read_in_their_types() {
        let text = format!(
            "{HEAD}1\t1\tBAT_LOW_THR\t0.150000005960464478\t9\r\n1\t1\tBAT_N_CELLS\t3\t6\r\n"
        );
        assert!(is_likely(&text));
        let set = read(&text).unwrap();
        assert_eq!(set.get(name("BAT_LOW_THR")), Some(ParamValue::Real32(0.15)));
        assert_eq!(set.get(name("BAT_N_CELLS")), Some(ParamValue::I32(3)));
    }

    #[test]
    fn of_several_components_the_autopilot_is_read() {
        let text = "1\t154\tGIMBAL\t1\t6\n1\t1\tA\t2\t6\n1\t154\tA\t9\t6\n";
        let set = read(text).unwrap();
        assert_eq!(
            (set.len(), set.get(name("A"))),
            (1, Some(ParamValue::I32(2)))
        );
    }

    #[test]
    fn a_bad_line_is_named_with_its_reason() {
        let cases = [
            (
                "1\t1\tA\t1\n",
                "line 1: expected vehicle, component, name, value and type between tabs, found 4 columns",
            ),
            (
                "1\t1\tA\t1\t11\n",
                "line 1: \"11\" is no parameter type (1 to 10)",
            ),
            ("1\t1\tA\tx\t9\n", "line 1: \"x\" is no number"),
            ("1\t1\tA\t300\t2\n", "line 1: 300 does not fit into int8"),
            ("1\t300\tA\t3\t2\n", "line 1: \"300\" is no number"),
            (
                "#\n1\t1\tA\t1\t6\n1\t1\tA\t2\t6\n",
                "line 3: A has been set to another value above",
            ),
            ("# only\n# words\n", "line 2: no parameter in the file"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_reads_back_bit_for_bit() {
        let set: ParamSet = [
            (name("A"), ParamValue::Real32(0.1)),
            (name("B"), ParamValue::I32(-16_777_217)),
            (name("C"), ParamValue::U64(u64::MAX)),
            (name("D"), ParamValue::Real64(0.1)),
        ]
        .into_iter()
        .collect();
        let text = write(&set, SystemId(7), ComponentId(1), "Stack: ArduPilot");
        assert!(
            text.contains("\n7\t1\tA\t0.100000001490116119\t9\n"),
            "{text}"
        );
        assert_eq!(read(&text), Ok(set));
    }
}
