//! `[keys]` of a fleet.toml against the keys and actions of the screen: mistakes get their line and column.

use crate::{
    config::{Config, ConfigError, Loaded},
    tui::keymap::lookup::{KeyFault, Keymap},
};

/// The keys of a configuration.
pub(super) fn keymap(config: &Config) -> Result<Keymap, Vec<KeyFault>> {
    let own: Vec<_> = config
        .keys
        .iter()
        .map(|key| (&*key.keys, &*key.action))
        .collect();
    Keymap::with(&own)
}

/// The configuration, unless its keys cannot be used.
pub(super) fn reviewed(loaded: Loaded) -> Result<Loaded, ConfigError> {
    let Err(faults) = keymap(&loaded.config) else {
        return Ok(loaded);
    };
    let found = faults.into_iter().filter_map(|fault| {
        let key = loaded.config.keys.get(fault.entry)?;
        let place = if fault.is_action {
            &key.action_at
        } else {
            &key.keys_at
        };
        let help = (!fault.help.is_empty()).then_some(fault.help);
        Some((place.clone(), fault.message, help))
    });
    let report = loaded.warnings.with_errors(found.collect());
    Err(ConfigError::Invalid {
        path: loaded.path.unwrap_or_default(),
        report,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, tui::theme::ThemeName};

    fn refused(text: &str) -> config::Report {
        let (config, warnings) = config::parse(text, "fleet.toml");
        let loaded = Loaded {
            config: config.expect("it can be read"),
            path: Some("fleet.toml".into()),
            warnings,
        };
        match reviewed(loaded) {
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
    fn the_themes_a_file_may_name_are_those_of_the_screen() {
        let words = ThemeName::ALL.map(ThemeName::word);
        assert_eq!(words, config::THEMES);
    }
}
