//! `[[forward]]` of a fleet.toml and `--forward` as forwards of a plan: message names become ids, mistakes get their place.

use std::{ops::Range, sync::Arc};

use super::{
    failure::{Failure, Status},
    routes::route,
};
use crate::{
    app::plan::PlannedForward,
    config::{Config, ConfigError, Direction, ForwardConfig, Loaded, Word},
    link::route::Route,
    model::{
        forward::{ForwardFilter, ForwardInfo, Way},
        suggest::nearest,
    },
    wire::dialect,
};

type Placed = (Range<usize>, String, Option<String>);

/// What was loaded, once every message its forwards name is one.
pub(super) fn reviewed(loaded: Result<Loaded, ConfigError>) -> Result<Loaded, ConfigError> {
    let loaded = loaded?;
    let faults: Vec<Placed> = loaded
        .config
        .forwards
        .iter()
        .flat_map(|forward| forward.messages.iter().chain(&forward.except_messages))
        .filter_map(|word| Some((word, message_id(word).err()?)))
        .map(|(word, (message, help))| (word.at.clone(), message, help))
        .collect();
    if faults.is_empty() {
        return Ok(loaded);
    }
    Err(ConfigError::Invalid {
        path: loaded.path.unwrap_or_default(),
        report: loaded.warnings.with_errors(faults),
        keys: loaded.config.keys,
    })
}

/// The id of a message, by its name or as a number (of a dialect nobody here knows, perhaps).
fn message_id(word: &Word) -> Result<u32, (String, Option<String>)> {
    if let Ok(id) = word.text.parse::<u32>()
        && id < 1 << 24
    {
        return Ok(id);
    }
    dialect::message_id(&word.text).ok_or_else(|| {
        let known = dialect::entries().map(|entry| entry.name);
        let help = nearest(&word.text, known).map(|near| format!("did you mean \"{near}\"?"));
        (
            format!("there is no message \"{}\"", word.text.escape_debug()),
            help,
        )
    })
}

/// The forwards of a configuration; those of a passive station let nobody send.
pub(super) fn planned(config: &Config) -> Result<Vec<PlannedForward>, Failure> {
    config
        .forwards
        .iter()
        .map(|forward| one(forward, config))
        .collect()
}

/// Adds the forward of a flag; gives back what is to be said of its spelling.
pub(super) fn add(config: &mut Config, url: &str) -> Result<Option<String>, Failure> {
    let note = config
        .add_forward(url)
        .map_err(|error| Failure::new(format!("--forward {url}: {error}")).with(Status::Usage))?;
    Ok(note.map(|note| format!("--forward {url}: {note}")))
}

/// The forwards of flags alone.
pub(super) fn of_flags(urls: &[String]) -> Result<Vec<PlannedForward>, Failure> {
    let mut config = Config::default();
    for url in urls {
        if let Some(note) = add(&mut config, url)? {
            super::say(&note);
        }
    }
    planned(&config)
}

fn one(forward: &ForwardConfig, config: &Config) -> Result<PlannedForward, Failure> {
    let ids = |words: &[Word]| {
        let mut ids: Vec<u32> = words
            .iter()
            .filter_map(|word| message_id(word).ok())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let way = match forward.direction {
        Direction::Both if !config.gcs.passive => Way::Both,
        _ => Way::Out,
    };
    let info = ForwardInfo {
        name: Arc::clone(&forward.name),
        url: forward.url.to_string().into(),
        way,
        filter: ForwardFilter {
            networks: forward
                .networks
                .iter()
                .map(|one| one.text.as_str().into())
                .collect(),
            systems: forward.sysids.clone(),
            messages: ids(&forward.messages),
            except: ids(&forward.except_messages),
        },
    };
    let route: Route = route(&forward.url.endpoint)?;
    if let Route::WebSocket { url } = &route {
        let why = format!(
            "{url}: another instance reads frames from /ws/frames; they are not forwarded to it"
        );
        return Err(Failure::new(why).with(Status::Usage));
    }
    Ok(PlannedForward { info, route })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn loaded(text: &str) -> Result<Loaded, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.toml");
        std::fs::write(&path, text).unwrap();
        reviewed(config::load(Some(&path), &config::Places::default()))
    }

    #[test]
    fn filters_become_ids() {
        let text = "[[link]]\nurl = \"udpin:0.0.0.0:14550\"\nnetwork = \"north\"\n[[forward]]\nname = \"qgc\"\n\
                    url = \"udpout:127.0.0.1:14551\"\ndirection = \"both\"\nnetworks = [\"north\"]\nsysids = [1, 2]\n\
                    messages = [\"HEARTBEAT\", \"9000\", \"ATTITUDE\"]\nexcept_messages = [\"STATUSTEXT\"]\n";
        let config = loaded(text).unwrap().config;
        let planned = planned(&config).unwrap();
        let info = &planned[0].info;
        assert_eq!((&*info.name, info.way), ("qgc", Way::Both));
        assert_eq!(info.filter.messages, [0, 30, 9_000]);
        assert_eq!(info.filter.except, [253]);
        assert_eq!(info.filter.systems.len(), 2);
        assert_eq!(&*info.filter.networks[0], "north");
    }

    #[test]
    fn a_message_that_is_none_is_told_with_its_place_and_its_neighbour() {
        let text = "[[forward]]\nurl = \"udpout:127.0.0.1:14551\"\nmessages = [\"HEARTBEAT\", \"HARTBEAT\"]\n";
        let Err(ConfigError::Invalid { report, .. }) = loaded(text) else {
            panic!("taken");
        };
        let [one] = report.diagnostics() else {
            panic!("{report:?}");
        };
        assert_eq!((one.line, one.column), (3, 26));
        assert_eq!(one.message, "there is no message \"HARTBEAT\"");
        assert_eq!(one.help.as_deref(), Some("did you mean \"HEARTBEAT\"?"));
    }

    #[test]
    fn a_passive_station_lets_nobody_send() {
        let text = "[gcs]\npassive = true\n[[forward]]\nurl = \"udpout:127.0.0.1:14551\"\ndirection = \"both\"\n";
        let config = loaded(text).unwrap().config;
        assert_eq!(planned(&config).unwrap()[0].info.way, Way::Out);
    }
}
