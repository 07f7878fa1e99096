//! How far a vehicle may have gone since it was last heard: its age times its last speed, within bounds.

/// After this the ring stops growing: nobody flies on straight for longer, ms.
const LONGEST_MS: i64 = 600_000;
/// The largest ring, metres.
const LARGEST_M: f64 = 20_000.0;
/// Slower is taken as standing still, m/s.
const STILL_M_S: f64 = 0.5;

/// A ring around the place a vehicle was last heard at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// Metres.
    pub radius_m: f64,
    /// Whether it has stopped growing: the vehicle may be outside of it.
    pub is_bounded: bool,
}

/// The ring of a vehicle not heard for `age_ms`; `None` when its speed is unknown or it stood still.
#[must_use]
pub fn ring(age_ms: i64, speed_m_s: Option<f64>) -> Option<Ring> {
    let speed_m_s = speed_m_s.filter(|speed| speed.is_finite() && *speed >= STILL_M_S)?;
    let radius_m = speed_m_s * age_ms.clamp(0, LONGEST_MS) as f64 / 1_000.0;
    Some(Ring {
        radius_m: radius_m.min(LARGEST_M),
        is_bounded: age_ms > LONGEST_MS || radius_m > LARGEST_M,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_with_age_and_stops() {
        let at = |age_ms| ring(age_ms, Some(12.0)).unwrap();
        assert!((at(12_000).radius_m - 144.0).abs() < 1e-9);
        assert!((at(600_000).radius_m - 7_200.0).abs() < 1e-9 && !at(600_000).is_bounded);
        assert_eq!(
            at(600_001),
            Ring {
                radius_m: 7_200.0,
                is_bounded: true
            }
        );
        assert_eq!(
            ring(600_000, Some(90.0)).unwrap().radius_m.to_bits(),
            20_000f64.to_bits()
        );
    }

    #[test]
    fn what_stood_still_or_has_no_speed_has_none() {
        assert_eq!(ring(12_000, Some(0.2)), None);
        assert_eq!(ring(12_000, None), None);
        assert_eq!(ring(12_000, Some(f64::NAN)), None);
        assert!(ring(-5, Some(3.0)).unwrap().radius_m.abs() < 1e-9);
    }
}
