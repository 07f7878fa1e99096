//! The validated configuration that the rest of the program reads: plain values, every default filled in.

use std::{path::Path, path::PathBuf, sync::Arc, time::Duration};

use super::{
    alert::AlertConfig,
    drone::DroneConfig,
    fence::FenceConfig,
    link::{ForwardConfig, LinkConfig},
    link_url::{Endpoint, LinkUrl, LinkUrlError, Note, Role},
    server::{AuthKey, ServerConfig},
    signing::{KeySource, SigningConfig},
    station::{GcsConfig, KeyConfig, LogConfig, MapConfig, UiConfig},
};

/// Everything that fleet.toml, environment and flags say, after validation. `Default` is a start without a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What this station is called.
    pub name: Option<String>,
    /// An unlisted vehicle lost for this long leaves the table.
    pub forget_after: Duration,
    /// Who this station is on the air.
    pub gcs: GcsConfig,
    /// HTTP and WebSocket.
    pub server: ServerConfig,
    /// The flight log.
    pub log: LogConfig,
    /// The operator's own map data.
    pub map: MapConfig,
    /// The screen.
    pub ui: UiConfig,
    /// Keys of the operator's own, over the built-in ones, in the order of the file.
    pub keys: Vec<KeyConfig>,
    /// Ways in, those of `connection` keys included; names are unique.
    pub links: Vec<LinkConfig>,
    /// Nobody named a link: `links` is the standard one, and [`Config::add_link`] takes its place.
    pub links_are_standard: bool,
    /// Ways out to other stations.
    pub forwards: Vec<ForwardConfig>,
    /// Listed vehicles.
    pub drones: Vec<DroneConfig>,
    /// The station's own fences.
    pub fences: Vec<FenceConfig>,
    /// Alert rules.
    pub alerts: Vec<AlertConfig>,
}

/// How long an unlisted lost vehicle stays, unless said otherwise.
pub(super) const FORGET_AFTER: Duration = Duration::from_mins(30);

impl Default for Config {
    fn default() -> Self {
        Self {
            name: None,
            forget_after: FORGET_AFTER,
            gcs: GcsConfig::default(),
            server: ServerConfig::default(),
            log: LogConfig::default(),
            map: MapConfig::default(),
            ui: UiConfig::default(),
            keys: Vec::new(),
            links: vec![LinkConfig::new("udpin-1", LinkUrl::standard())],
            links_are_standard: true,
            forwards: Vec::new(),
            drones: Vec::new(),
            fences: Vec::new(),
            alerts: Vec::new(),
        }
    }
}

/// The first of `udpin-1`, `udpin-2` … that is not `taken`.
pub(super) fn free_name(base: &str, taken: impl Fn(&str) -> bool) -> Arc<str> {
    let mut number = 1_usize;
    loop {
        let name = format!("{base}-{number}");
        if !taken(&name) {
            return name.into();
        }
        number += 1;
    }
}

impl Config {
    /// Adds the link of a `--link` flag. The first one takes the place of the standard link; one that is there
    /// already under the same URL is not added again. Returns how an ambiguous spelling was read.
    ///
    /// # Errors
    /// Text that is no link.
    pub fn add_link(&mut self, text: &str) -> Result<Option<Note>, LinkUrlError> {
        let (url, note) = LinkUrl::parse(text, Role::Link)?;
        if std::mem::take(&mut self.links_are_standard) {
            self.links.clear();
        }
        if self.links.iter().any(|link| link.url == url) {
            return Ok(note);
        }
        let taken = |name: &str| self.is_name_taken(name);
        let name = match &url.label {
            Some(label) if !taken(label) => Arc::from(label.as_str()),
            Some(label) => free_name(label, taken),
            None => free_name(url.endpoint.scheme(), taken),
        };
        self.links.push(LinkConfig::new(&name, url));
        Ok(note)
    }

    fn is_name_taken(&self, name: &str) -> bool {
        let links = self.links.iter().map(|link| &link.name);
        let forwards = self.forwards.iter().map(|forward| &forward.name);
        links.chain(forwards).any(|taken| **taken == *name)
    }

    /// Makes every relative path of the file relative to the folder of the file, and `~/` to the home folder.
    pub(super) fn resolve_paths(&mut self, base: &Path, home: Option<&Path>) {
        let resolve = |path: &mut PathBuf| *path = resolved(path, base, home);
        self.log.path.iter_mut().for_each(resolve);
        self.map.base.iter_mut().for_each(resolve);
        self.map.overlays.iter_mut().for_each(resolve);
        if let Some(tls) = &mut self.server.tls {
            resolve(&mut tls.cert);
            resolve(&mut tls.key);
        }
        if let Some(auth) = &mut self.server.auth {
            match &mut auth.key {
                AuthKey::SecretFile(path) | AuthKey::PublicKeyFile(path) => resolve(path),
            }
        }
        for link in &mut self.links {
            link.token_file.iter_mut().for_each(resolve);
            if let Endpoint::File { path, .. } = &mut link.url.endpoint {
                resolve(path);
            }
            if let Some(SigningConfig {
                key: Some(KeySource::File(path)),
                ..
            }) = &mut link.signing
            {
                resolve(path);
            }
        }
    }
}

fn resolved(path: &Path, base: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => base.join(path),
    }
}
