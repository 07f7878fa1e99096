//! A set that is already here, kept true by what passes by: every PARAM_VALUE says how a parameter is set now,
//! whoever set it (<https://mavlink.io/en/services/parameter.html#parameter_caching>).

use super::{get::value, list::HASH_CHECK, terms::ParamTerms};
use crate::model::{
    ids::{ComponentId, SystemId},
    params::{name::ParamName, set::ParamSet, value::ParamValue},
    report::Report,
};

/// What a PARAM_VALUE changed in a set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// Nothing: not this vehicle's, not a parameter, or as it was.
    Nothing,
    /// A parameter is set differently now.
    Changed {
        /// Which.
        name: ParamName,
        /// As it was; `None` where the set did not have it.
        old: Option<ParamValue>,
        /// As it is.
        new: ParamValue,
    },
    /// The vehicle has another number of parameters now (an `*_ENABLE`, external modes): the set wants to be fetched
    /// anew, when the operator agrees and never by itself while the vehicle is armed.
    Outdated {
        /// How many there are now.
        count: u16,
    },
}

/// Whether `watch` would change `set`: most values that pass by are as they were.
#[must_use]
pub fn is_news(
    set: &ParamSet,
    terms: &ParamTerms,
    sender: (SystemId, ComponentId),
    report: &Report,
) -> bool {
    let heard = terms.value(sender, report);
    let Some(heard) = heard.filter(|heard| heard.name.as_str() != HASH_CHECK) else {
        return false;
    };
    let is_other_count = heard.count > 0
        && set
            .expected()
            .is_some_and(|expected| expected != heard.count);
    let new = value(terms, heard).ok();
    new.is_some() && (is_other_count || set.get(heard.name) != new)
}

/// Takes a report into `set`.
pub fn watch(
    set: &mut ParamSet,
    terms: &ParamTerms,
    sender: (SystemId, ComponentId),
    report: &Report,
) -> Seen {
    let heard = terms.value(sender, report);
    let Some(heard) = heard.filter(|heard| heard.name.as_str() != HASH_CHECK) else {
        return Seen::Nothing;
    };
    let Ok(new) = value(terms, heard) else {
        return Seen::Nothing;
    };
    let old = set.insert(heard.name, new);
    let count = heard.count;
    if count > 0 && set.expected().is_some_and(|expected| expected != count) {
        set.expect(count);
        return Seen::Outdated { count };
    }
    if old == Some(new) {
        return Seen::Nothing;
    }
    let name = heard.name;
    Seen::Changed { name, old, new }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            params::{
                encoding::ParamEncoding,
                traffic::{ParamHeard, ParamReport},
            },
            transmission::Target,
        },
        protocol::patience::Patience,
    };

    const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));

    fn heard(text: &str, value: f32, count: u16) -> Report {
        Report::Param(ParamReport::Value(ParamHeard {
            name: ParamName::new(text).unwrap(),
            bits: value.to_bits(),
            kind: 4,
            index: u16::MAX,
            count,
        }))
    }

    #[test]
    fn a_set_follows_what_passes_by_and_knows_when_it_is_outdated() {
        let terms = ParamTerms {
            target: Target::new(VEHICLE.0, VEHICLE.1).unwrap(),
            encoding: ParamEncoding::Cast,
            patience: Patience::NORMAL,
        };
        let name = ParamName::new("A").unwrap();
        let old = ParamValue::I16(1);
        let mut set: ParamSet = [(name, old)].into_iter().collect();
        set.expect(1);
        assert!(!is_news(&set, &terms, VEHICLE, &heard("A", 1.0, 1)));
        assert!(is_news(&set, &terms, VEHICLE, &heard("A", 2.0, 1)));
        assert!(is_news(&set, &terms, VEHICLE, &heard("A", 1.0, 2)));
        assert!(!is_news(
            &set,
            &terms,
            VEHICLE,
            &heard("_HASH_CHECK", 9.0, 5)
        ));
        let mut see = |sender, report: &Report| watch(&mut set, &terms, sender, report);
        assert_eq!(see(VEHICLE, &heard("A", 1.0, 1)), Seen::Nothing);
        let new = ParamValue::I16(2);
        let changed = Seen::Changed {
            name,
            old: Some(old),
            new,
        };
        assert_eq!(see(VEHICLE, &heard("A", 2.0, 1)), changed);
        let other = (SystemId(8), ComponentId(1));
        assert_eq!(see(other, &heard("A", 9.0, 1)), Seen::Nothing);
        assert_eq!(see(VEHICLE, &heard("_HASH_CHECK", 9.0, 5)), Seen::Nothing);
        assert_eq!(
            see(VEHICLE, &heard("A", 2.0, 9)),
            Seen::Outdated { count: 9 }
        );
        assert_eq!(set.get(name), Some(new));
        assert!(!set.is_complete());
    }
}
