//! Reading little-endian fields out of a payload that may end early, and turning raw numbers into
//! honest ones. All the sentinels that several messages share die here.

use crate::model::geo::{LatLon, round_to};

/// A payload whose missing end reads as zeros.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payload<'a>(&'a [u8]);

macro_rules! read {
    ($($name:ident -> $kind:ty),*) => {
        $(
            /// The field at byte `at`.
            #[inline]
            pub(super) fn $name(self, at: usize) -> $kind {
                <$kind>::from_le_bytes(self.bytes(at))
            }
        )*
    };
}

impl<'a> Payload<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    read!(u8 -> u8, i8 -> i8, u16 -> u16, i16 -> i16, u32 -> u32, i32 -> i32, u64 -> u64, f32 -> f32);

    /// `N` bytes from byte `at` on, zeros where the payload has ended.
    #[inline]
    pub(super) fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        if let Some(whole) = self.0.get(at..at + N).and_then(|part| part.try_into().ok()) {
            return whole;
        }
        let mut filled = [0; N];
        let rest = self.0.get(at..).unwrap_or_default();
        let present = rest.len().min(N);
        filled[..present].copy_from_slice(&rest[..present]);
        filled
    }

    /// Whether byte `at` was sent rather than cut off or never there.
    pub(super) const fn has(self, at: usize) -> bool {
        at < self.0.len()
    }
}

/// Beyond this no float of a vehicle makes sense, whatever its unit: memory gone wrong, not physics.
const ABSURD: f64 = 1e6;

/// `value` rounded, or `None` for NaN, infinities and the absurd.
#[inline]
pub(super) fn sane(value: f64, decimals: i32) -> Option<f64> {
    (value.abs() < ABSURD).then(|| round_to(value, decimals))
}

/// A direction brought into 0 to 360 degrees and rounded to 0.01.
#[inline]
pub(super) fn bearing(degrees: f64) -> Option<f64> {
    let rounded = sane(degrees, 2)?.rem_euclid(360.0);
    // rem_euclid leaves crumbs (−0.01 becomes 359.989999…), and may round up to the full circle.
    let rounded = round_to(rounded, 2);
    Some(if rounded >= 360.0 { 0.0 } else { rounded })
}

/// A direction in hundredths of a degree; 65535 and everything above a full circle is unknown.
#[inline]
pub(super) fn bearing_cdeg(raw: u16) -> Option<f64> {
    match raw {
        0..36_000 => Some(f64::from(raw) / 100.0),
        36_000 => Some(0.0),
        _ => None,
    }
}

/// A place in 1e-7 degrees; 0/0, 2³¹−1 and whatever is not on the globe is no place.
#[inline]
pub(super) fn place(lat_e7: i32, lon_e7: i32) -> Option<LatLon> {
    let on_globe = lat_e7.unsigned_abs() <= 900_000_000 && lon_e7.unsigned_abs() <= 1_800_000_000;
    (on_globe && (lat_e7 != 0 || lon_e7 != 0)).then(|| LatLon {
        lat_deg: f64::from(lat_e7) / 1e7,
        lon_deg: f64::from(lon_e7) / 1e7,
    })
}

/// A length in millimetres as metres; the ends of the range are sentinels.
#[inline]
pub(super) fn millimetres(raw: i32) -> Option<f64> {
    (raw != i32::MAX && raw != i32::MIN).then(|| f64::from(raw) / 1_000.0)
}

/// A signed speed in cm/s as m/s; 32767 is a sentinel.
#[inline]
pub(super) fn speed_cm_s(raw: i16) -> Option<f64> {
    (raw != i16::MAX).then(|| f64::from(raw) / 100.0)
}

/// An unsigned number in hundredths; 65535 is a sentinel.
#[inline]
pub(super) fn hundredths(raw: u16) -> Option<f64> {
    (raw != u16::MAX).then(|| f64::from(raw) / 100.0)
}

/// A share from 0 to 100.
#[inline]
pub(super) fn percent(raw: i8) -> Option<u8> {
    u8::try_from(raw).ok().filter(|percent| *percent <= 100)
}

/// A byte of which 255 means unknown.
#[inline]
pub(super) fn known(raw: u8) -> Option<u8> {
    (raw != u8::MAX).then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_its_end_a_payload_is_zeros() {
        let payload = Payload::new(&[0x01, 0x02, 0x03]);
        assert_eq!(payload.u32(0), 0x0003_0201);
        assert_eq!(payload.u16(2), 3);
        assert_eq!(payload.u64(3), 0);
        assert_eq!(payload.bytes::<4>(200), [0; 4]);
        assert!(payload.has(2) && !payload.has(3));
    }

    #[test]
    fn a_bearing_is_never_negative_nor_a_full_circle() {
        assert_eq!(bearing(-0.01), Some(359.99));
        assert_eq!(bearing(-0.001), Some(0.0));
        assert_eq!(bearing(359.999), Some(0.0));
        assert_eq!(bearing(-180.0), Some(180.0));
        assert_eq!(bearing(f64::NAN), None);
        assert_eq!(bearing_cdeg(u16::MAX), None);
        assert_eq!(bearing_cdeg(36_000), Some(0.0));
        assert_eq!(bearing_cdeg(36_001), None);
    }

    #[test]
    fn only_places_on_the_globe_are_places() {
        for (lat, lon) in [
            (0, 0),
            (i32::MAX, i32::MAX),
            (900_000_001, 1),
            (1, 1_800_000_001),
            (i32::MIN, 5),
        ] {
            assert_eq!(place(lat, lon), None, "{lat}/{lon}");
        }
        let south_west = place(-900_000_000, -1_800_000_000).unwrap();
        assert_eq!((south_west.lat_deg, south_west.lon_deg), (-90.0, -180.0));
        assert!(place(0, 70_000_000).is_some());
    }
}
