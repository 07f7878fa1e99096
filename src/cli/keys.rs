//! `[keys]` of a fleet.toml against the keys and actions of the screen: mistakes get their line and column.

use std::ops::Range;

use crate::{
    config::{Config, ConfigError, KeyConfig, Loaded},
    tui::keymap::lookup::{KeyFault, Keymap},
};

/// The keys of a configuration.
pub(super) fn keymap(config: &Config) -> Result<Keymap, Vec<KeyFault>> {
    Keymap::with(&pairs(&config.keys))
}

fn pairs(keys: &[KeyConfig]) -> Vec<(&str, &str)> {
    keys.iter().map(|key| (&*key.keys, &*key.action)).collect()
}

/// What was loaded, with what is to be said of its keys: the mistakes of keys and of the rest are told at once.
pub(super) fn reviewed(loaded: Result<Loaded, ConfigError>) -> Result<Loaded, ConfigError> {
    let mut loaded = match loaded {
        Ok(loaded) => loaded,
        Err(ConfigError::Invalid { path, report, keys }) => {
            let faults = Keymap::with(&pairs(&keys)).err().unwrap_or_default();
            let report = report.with_errors(placed(faults, &keys));
            return Err(ConfigError::Invalid { path, report, keys });
        }
        Err(other) => return Err(other),
    };
    let keys = &loaded.config.keys;
    match keymap(&loaded.config) {
        Ok(keymap) => {
            let orphaned = placed(keymap.orphaned(&pairs(keys)), keys);
            if !orphaned.is_empty() {
                loaded.warnings = loaded.warnings.with_warnings(orphaned);
            }
            Ok(loaded)
        }
        Err(faults) => Err(ConfigError::Invalid {
            path: loaded.path.unwrap_or_default(),
            report: loaded.warnings.with_errors(placed(faults, keys)),
            keys: loaded.config.keys,
        }),
    }
}

type Placed = (Range<usize>, String, Option<String>);

/// Faults with their places in the file.
fn placed(faults: Vec<KeyFault>, keys: &[KeyConfig]) -> Vec<Placed> {
    let placed = faults.into_iter().filter_map(|fault| {
        let key = keys.get(fault.entry)?;
        let place = if fault.is_action {
            &key.action_at
        } else {
            &key.keys_at
        };
        let help = (!fault.help.is_empty()).then_some(fault.help);
        Some((place.clone(), fault.message, help))
    });
    placed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, tui::theme::ThemeName};

    fn loaded(text: &str) -> Result<Loaded, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.toml");
        std::fs::write(&path, text).unwrap();
        reviewed(config::load(Some(&path), &config::Places::default()))
    }

    fn refused(text: &str) -> config::Report {
        match loaded(text) {
            Err(ConfigError::Invalid { report, .. }) => report,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_key_and_a_wrong_action_are_told_with_line_and_column() {
        let report =
            refused("[keys]\n\"g g\" = \"top\"\n\"Hyper-x\" = \"quit\"\nx = \"explode\"\n");
        let told: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|one| (one.line, one.column, &*one.message))
            .collect();
        assert_eq!(
            told,
            [
                (3, 1, "there is no key \"Hyper-x\""),
                (4, 5, "there is no action \"explode\"")
            ]
        );
    }

    #[test]
    fn the_same_key_spelled_twice_is_a_conflict() {
        let report = refused("[keys]\nCtrl-x = \"top\"\nctrl-x = \"bottom\"\n");
        let [one] = report.diagnostics() else {
            panic!("{report:?}")
        };
        assert_eq!((one.line, one.column), (3, 1));
        assert!(one.message.contains("conflicts"), "{}", one.message);
    }

    #[test]
    fn mistakes_of_keys_are_told_with_each_other_and_with_those_of_the_rest() {
        let report = refused(
            "nmae = \"x\"\n[keys]\n\"g\" = \"top\"\n\"g h\" = \"hepl\"\n\"Hyper-x\" = \"explode\"\n",
        );
        let told: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|one| (one.line, &*one.message, one.help.as_deref().unwrap_or("")))
            .collect();
        let found = |line, message: &str| {
            told.iter()
                .any(|one| one.0 == line && one.1.contains(message))
        };
        assert!(found(1, "nmae"), "{told:?}");
        assert!(found(4, "conflicts"), "{told:?}");
        assert!(found(4, "there is no action \"hepl\""), "{told:?}");
        assert!(told.iter().any(|one| one.2 == "did you mean \"help\"?"));
        assert!(found(5, "Hyper-x") && found(5, "explode"), "{told:?}");
    }

    #[test]
    fn a_key_that_takes_the_only_key_of_another_action_is_a_warning() {
        let loaded = loaded("[keys]\np = \"filter\"\nt = \"none\"\n").unwrap();
        let [one] = loaded.warnings.diagnostics() else {
            panic!("{:?}", loaded.warnings)
        };
        assert_eq!((one.line, one.severity), (2, config::Severity::Warning));
        assert!(one.message.contains("freeze"), "{}", one.message);
    }

    #[test]
    fn the_themes_a_file_may_name_are_those_of_the_screen() {
        let words = ThemeName::ALL.map(ThemeName::word);
        assert_eq!(words, config::THEMES);
    }
}
