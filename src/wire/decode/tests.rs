//! Whatever comes from the air: no panic, no NaN, no message dropped for its length.

use proptest::prelude::*;

use super::*;

const READ: [u32; 48] = [
    0, 1, 2, 4, 9, 20, 21, 22, 23, 24, 30, 31, 33, 35, 39, 40, 42, 44, 46, 47, 51, 65, 66, 73, 74,
    75, 76, 77, 109, 110, 111, 124, 147, 148, 162, 166, 168, 193, 230, 231, 235, 241, 242, 245,
    253, 345, 435, 436,
];

#[test]
fn messages_that_carry_nothing_for_the_fleet_are_none() {
    for message in [5, 9, 29, 76, 234, 300, 12_920, u32::MAX] {
        assert!(decode(message, &[1; 60], Context::default()).is_none());
    }
}

#[test]
fn an_empty_payload_is_a_payload_of_zeros() {
    for message in READ {
        let empty = format!("{:?}", decode(message, &[], Context::default()));
        let zeros = format!("{:?}", decode(message, &[0; 255], Context::default()));
        // An acknowledgement tells progress only where the field was sent.
        assert_eq!(empty, zeros, "{message}");
    }
}

/// Numbers as JSON would show them: NaN and infinities print as words.
fn has_only_numbers(report: &Report) -> bool {
    let shown = format!("{report:?}");
    !shown.contains("NaN") && !shown.contains("inf")
}

proptest! {
    #[test]
    fn any_bytes_of_any_length_are_read_without_harm(
        index in 0..READ.len(),
        payload in prop::collection::vec(any::<u8>(), 0..=255),
    ) {
        if let Some(report) = decode(READ[index], &payload, Context::default())
            && !matches!(report, Report::Text(_) | Report::AvailableMode(_) | Report::Param(_) | Report::Plan(_))
        {
            prop_assert!(has_only_numbers(&report), "{report:?}");
        }
    }

    #[test]
    fn every_float_can_be_poison(index in 0..READ.len(), poison in prop::sample::select(vec![
        f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN,
    ])) {
        let payload = poison.to_le_bytes().repeat(20);
        if let Some(report) = decode(READ[index], &payload, Context::default())
            && !matches!(report, Report::Text(_) | Report::AvailableMode(_) | Report::Param(_) | Report::Plan(_))
        {
            prop_assert!(has_only_numbers(&report), "{report:?}");
        }
    }
}
