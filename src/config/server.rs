//! `[server]`: where browsers and other programs reach this station, and who may.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use toml::Spanned;

use super::{enforced, findings::Findings, reader::Section};

/// HTTP and WebSocket (`[server]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Where to listen; `None` (written `"off"`) does not. Loopback unless `auth` is set.
    pub listen: Option<SocketAddr>,
    /// Further names accepted in the Host header; lower case.
    pub hosts: Vec<String>,
    /// Origins that may call besides the server's own, as `scheme://host[:port]`.
    pub allowed_origins: Vec<String>,
    /// WebSocket clients at one time.
    pub max_clients: usize,
    /// Certificate and key.
    pub tls: Option<TlsConfig>,
    /// Who may do what.
    pub auth: Option<AuthConfig>,
}

/// `tls = { cert, key }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// PEM file of the certificate chain.
    pub cert: PathBuf,
    /// PEM file of the private key.
    pub key: PathBuf,
}

/// `auth = { … }`: whose tokens are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthConfig {
    /// The key that tokens are checked with.
    pub key: AuthKey,
    /// Wanted `aud` claim.
    pub audience: Option<String>,
    /// Wanted `iss` claim.
    pub issuer: Option<String>,
}

/// Where the key of [`AuthConfig`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthKey {
    /// Shared secret of HS256 tokens.
    SecretFile(PathBuf),
    /// PEM public key of EdDSA, ES256 or RS256 tokens.
    PublicKeyFile(PathBuf),
}

/// The address of an instance that nobody configured.
const STANDARD_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8780);

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: Some(STANDARD_LISTEN),
            hosts: Vec::new(),
            allowed_origins: Vec::new(),
            max_clients: 500,
            tls: None,
            auth: None,
        }
    }
}

pub(super) fn read(mut section: Section<'_>) -> ServerConfig {
    let findings = section.findings();
    let listen = section.text("listen");
    let hosts = section.texts("hosts");
    let origins = section.texts("allowed_origins");
    let max_clients = section.whole("max_clients", 1..=100_000);
    let has_auth = section.key_span("auth").is_some();
    for (key, setting) in [("auth", "server.auth"), ("tls", "server.tls")] {
        if let Some(span) = section.key_span(key) {
            enforced::used(setting, span, findings);
        }
    }
    let usual = ServerConfig::default();
    let server = ServerConfig {
        listen: listen.map_or(usual.listen, |text| address(&text, has_auth, findings)),
        hosts: hosts
            .iter()
            .filter_map(|name| host(name, findings))
            .collect(),
        allowed_origins: origins
            .iter()
            .filter_map(|text| origin(text, findings))
            .collect(),
        max_clients: max_clients.map_or(usual.max_clients, |number| number.into_inner() as usize),
        tls: section.section("tls").and_then(read_tls),
        auth: section.section("auth").and_then(read_auth),
    };
    section.done();
    server
}

/// `127.0.0.1:8780`, `localhost:8780` or `off`. Other machines reach a non-loopback address, so that needs `auth`.
fn address(text: &Spanned<String>, has_auth: bool, findings: &Findings<'_>) -> Option<SocketAddr> {
    let word = text.get_ref().trim();
    if word == "off" {
        return None;
    }
    let numeric = match word.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => word.to_owned(),
    };
    let Ok(address) = numeric.parse::<SocketAddr>() else {
        let help = match word.strip_prefix(':') {
            Some(port) => format!("write \"127.0.0.1:{port}\""),
            None if numeric.parse::<std::net::IpAddr>().is_ok() => {
                format!("add a port: \"{word}:8780\"")
            }
            None => "write \"127.0.0.1:8780\", \"[::1]:8780\" or \"off\"".to_owned(),
        };
        let message = format!("`{word}` is no address to listen on");
        findings.error(text.span(), message, &help);
        return Some(STANDARD_LISTEN);
    };
    if !address.ip().is_loopback() && !has_auth {
        findings.error(
            text.span(),
            format!("{address} can be reached by other machines, and there is no [server.auth]"),
            "listen on \"127.0.0.1:8780\" and reach it through an SSH tunnel or a reverse proxy",
        );
    }
    Some(address)
}

fn host(text: &Spanned<String>, findings: &Findings<'_>) -> Option<String> {
    let word = text.get_ref().trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    if word.bytes().all(plain) {
        return Some(word.to_ascii_lowercase());
    }
    let message = format!("`{word}` is no host name");
    let help = "only the name, as browsers send it: \"relay.example.org\"";
    findings.error(text.span(), message, help);
    None
}

fn origin(text: &Spanned<String>, findings: &Findings<'_>) -> Option<String> {
    let word = text.get_ref().trim().trim_end_matches('/');
    let rest = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(plain) => {
            Some(word.to_ascii_lowercase())
        }
        _ => {
            let message = format!("`{word}` is no origin");
            let help = "an origin is scheme and host, without a path: \"https://ops.example.org\"";
            findings.error(text.span(), message, help);
            None
        }
    }
}

fn read_tls(mut section: Section<'_>) -> Option<TlsConfig> {
    let help = "tls = { cert = \"cert.pem\", key = \"key.pem\" }";
    let cert = section.path("cert");
    let key = section.path("key");
    let cert = section.require("cert", cert, help);
    let key = section.require("key", key, help);
    section.done();
    Some(TlsConfig {
        cert: cert?,
        key: key?,
    })
}

fn read_auth(mut section: Section<'_>) -> Option<AuthConfig> {
    let secret = section.path("jwt_secret_file");
    let public = section.path("jwt_public_key_file");
    let audience = section.text("audience").map(Spanned::into_inner);
    let issuer = section.text("issuer").map(Spanned::into_inner);
    let key = match (secret, public) {
        (Some(secret), None) => Some(AuthKey::SecretFile(secret)),
        (None, Some(public)) => Some(AuthKey::PublicKeyFile(public)),
        (both, _) => {
            let fault = if both.is_some() {
                "one key only"
            } else {
                "a key"
            };
            section.findings().error(
                section.span(),
                format!("`auth` takes {fault}"),
                "either jwt_secret_file (HS256) or jwt_public_key_file (EdDSA, ES256, RS256)",
            );
            None
        }
    };
    section.done();
    Some(AuthConfig {
        key: key?,
        audience,
        issuer,
    })
}
