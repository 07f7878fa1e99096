//! `signing` of a `[[link]]`: the policy, and where the key is. Keys themselves are never read here.

use std::path::PathBuf;

use toml::Spanned;

use super::{enforced, reader::Section};

/// `signing = { … }` (<https://mavlink.io/en/guide/message_signing.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningConfig {
    /// What is accepted.
    pub policy: SigningPolicy,
    /// Where the key is; `None` only with policy `off`.
    pub key: Option<SigningKey>,
}

/// What is done about signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPolicy {
    /// Neither sign nor check.
    Off,
    /// Sign, and take unsigned frames too.
    Accept,
    /// Sign, and drop unsigned frames.
    Require,
}

/// Where a signing key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningKey {
    /// An environment variable.
    Env(String),
    /// A file.
    File(PathBuf),
}

pub(super) fn read(section: &mut Section<'_>) -> Option<SigningConfig> {
    let span = section.key_span("signing");
    let mut signing = section.section("signing")?;
    let findings = section.findings();
    let policies = [
        ("off", SigningPolicy::Off),
        ("accept", SigningPolicy::Accept),
        ("require", SigningPolicy::Require),
    ];
    let policy = signing.choice("policy", &policies);
    let env = signing.text("key_env").map(Spanned::into_inner);
    let file = signing.path("key_file");
    // Without a word about it, a key that is given is meant to protect.
    let policy = policy.map_or(SigningPolicy::Require, Spanned::into_inner);
    let help = "signing = { key_env = \"NAME\", policy = \"require\" }, or key_file";
    let key = match (env, file) {
        (Some(env), None) => Some(SigningKey::Env(env)),
        (None, Some(file)) => Some(SigningKey::File(file)),
        (None, None) => {
            if policy != SigningPolicy::Off {
                findings.error(signing.span(), "signing needs a key", help);
            }
            None
        }
        (Some(_), Some(_)) => {
            findings.error(signing.span(), "signing takes one key only", help);
            None
        }
    };
    signing.done();
    if let Some(span) = span.filter(|_| policy != SigningPolicy::Off) {
        enforced::used("link.signing", span, findings);
    }
    Some(SigningConfig { policy, key })
}
