//! Tests of the parameter lists: real sizes, both encodings, limits, and groups that come and go.

use super::packed::{Part, pack};
use super::*;

fn copter() -> Params {
    Params::new(List::ArduCopter, 9)
}

fn read(params: &Params, name: &str) -> f32 {
    let row = params.at(params.find(name).unwrap()).unwrap();
    params.encoded(row)
}

#[test]
fn the_lists_are_as_long_as_the_real_ones_and_every_name_is_its_own() {
    for (list, len) in [
        (List::ArduCopter, 1_363),
        (List::ArduPlane, 1_413),
        (List::Px4, 950),
    ] {
        let params = Params::new(list, 1);
        assert_eq!(params.len(), len);
        let names: std::collections::BTreeSet<_> = (0..params.len())
            .map(|index| params.at(index).unwrap().name)
            .collect();
        assert_eq!(names.len(), usize::from(len));
        assert!(names.iter().all(|name| (1..=16).contains(&name.len())));
        assert!((0..len).all(|index| params.find(params.at(index).unwrap().name) == Some(index)));
    }
}

#[test]
fn px4_copies_the_bits_of_whole_numbers_and_ardupilot_casts_them() {
    assert_eq!(read(&Params::new(List::Px4, 9), "MAV_SYS_ID").to_bits(), 9);
    assert!((read(&copter(), "MAV_SYSID") - 9.0).abs() < f32::EPSILON);
}

#[test]
fn a_value_is_cut_to_what_its_type_holds_and_nonsense_is_refused() {
    let mut params = copter();
    assert_eq!(params.set("FENCE_ALT_MAX", 9, 80.0), Ok(()));
    assert!((read(&params, "FENCE_ALT_MAX") - 80.0).abs() < f32::EPSILON);
    assert_eq!(params.set("FENCE_ACTION", 2, 1_000.4), Ok(()));
    assert!((read(&params, "FENCE_ACTION") - 127.0).abs() < f32::EPSILON);
    assert_eq!(params.set("FENCE_ACTION", 2, 1.6), Ok(()));
    assert!((read(&params, "FENCE_ACTION") - 2.0).abs() < f32::EPSILON);
    assert_eq!(
        params.set("FENCE_ALT_MAX", 9, f32::NAN),
        Err(Refusal::OutOfRange)
    );
    assert_eq!(
        params.set("FENCE_TOTAL", 2, 3.0),
        Err(Refusal::PermissionDenied)
    );
    assert_eq!(params.set("NO_SUCH", 9, 1.0), Err(Refusal::DoesNotExist));
    let mut px4 = Params::new(List::Px4, 1);
    assert_eq!(
        px4.set("COM_LOW_BAT_ACT", 9, 2.0),
        Err(Refusal::TypeMismatch)
    );
    assert_eq!(px4.set("COM_LOW_BAT_ACT", 6, f32::from_bits(2)), Ok(()));
    assert_eq!(read(&px4, "COM_LOW_BAT_ACT").to_bits(), 2);
}

#[test]
fn switching_a_feature_on_shows_its_group_and_moves_what_follows() {
    let mut params = copter();
    let before = (params.len(), params.find("FENCE_ALT_MAX").unwrap());
    assert_eq!(
        params.set("BATT2_CAPACITY", 6, 1.0),
        Err(Refusal::DoesNotExist)
    );
    params.set("BATT2_MONITOR", 2, 4.0).unwrap();
    let grown = params.len() - before.0;
    assert!(grown > 10, "{grown}");
    assert_eq!(params.find("FENCE_ALT_MAX").unwrap(), before.1 + grown);
    assert_eq!(params.set("BATT2_CAPACITY", 6, 4_000.0), Ok(()));
    params.set("BATT2_MONITOR", 2, 0.0).unwrap();
    assert_eq!(params.len(), before.0);
}

#[test]
fn the_hash_changes_with_a_value_and_comes_back_with_it() {
    let mut px4 = Params::new(List::Px4, 1);
    let before = px4.hash();
    px4.set("COM_LOW_BAT_ACT", 6, f32::from_bits(1)).unwrap();
    assert_ne!(px4.hash(), before);
    px4.set("COM_LOW_BAT_ACT", 6, f32::from_bits(3)).unwrap();
    assert_eq!(px4.hash(), before);
}

/// Reads a packed file back as a station does.
fn unpack(file: &[u8]) -> Vec<(String, f64, Option<f64>)> {
    let mut found: Vec<(String, f64, Option<f64>)> = Vec::new();
    let mut rest = &file[6..];
    while !rest.is_empty() {
        if rest[0] == 0 {
            rest = &rest[1..];
            continue;
        }
        let (kind, flags) = (rest[0] & 15, rest[0] >> 4);
        let (shared, own) = (usize::from(rest[1] & 15), usize::from(rest[1] >> 4) + 1);
        let size = [0, 1, 2, 4, 4][usize::from(kind)];
        let before = found.last().map_or("", |row| row.0.as_str());
        let own_name = std::str::from_utf8(&rest[2..2 + own]).unwrap();
        let name = format!("{}{own_name}", &before[..shared]);
        let value = |at: usize| match kind {
            1 => f64::from(rest[at].cast_signed()),
            2 => f64::from(i16::from_le_bytes([rest[at], rest[at + 1]])),
            3 => f64::from(i32::from_le_bytes(rest[at..at + 4].try_into().unwrap())),
            _ => f64::from(f32::from_le_bytes(rest[at..at + 4].try_into().unwrap())),
        };
        let with_default = flags & 1 == 1;
        found.push((
            name,
            value(2 + own),
            with_default.then(|| value(2 + own + size)),
        ));
        rest = &rest[2 + own + size * if with_default { 2 } else { 1 }..];
    }
    found
}

#[test]
fn a_packed_file_holds_every_parameter_for_any_block_size() {
    let mut params = copter();
    params.set("FENCE_ALT_MAX", 9, 80.0).unwrap();
    for block in [80, 110, 239] {
        let file = pack(&params, Part::default(), block).unwrap();
        assert_eq!(file[..2], [0x1B, 0x67]);
        let rows = unpack(&file);
        assert_eq!(rows.len(), usize::from(params.len()));
        for (index, (name, value, _)) in rows.iter().enumerate() {
            let row = params.at(index as u16).unwrap();
            assert_eq!(name, row.name);
            assert!((params.value(name) as f32 - *value as f32).abs() < f32::EPSILON);
        }
    }
    let part = Part::parse("start=10&count=5&withdefaults=1").unwrap();
    let file = pack(&params, part, 239).unwrap();
    assert_eq!((file[0], file[2], unpack(&file).len()), (0x1C, 5, 5));
    let all = Part::parse("withdefaults=1").unwrap();
    let rows = unpack(&pack(&params, all, 239).unwrap());
    let fence = rows.iter().find(|row| row.0 == "FENCE_ALT_MAX").unwrap();
    assert_eq!((fence.1, fence.2), (80.0, Some(100.0)));
    assert_eq!(Part::parse("start=x"), None);
    assert_eq!(
        pack(
            &params,
            Part {
                start: 5_000,
                ..all
            },
            80
        ),
        None
    );
}
