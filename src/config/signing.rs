//! `signing` of a `[[link]]`: the policy, and where the key is. Keys themselves are never read here.

use std::{ops::Range, path::PathBuf};

use toml::Spanned;

use super::{link_url::Endpoint, reader::Section};
use crate::model::signing::SigningPolicy;

/// `signing = { … }` (<https://mavlink.io/en/guide/message_signing.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningConfig {
    /// What is accepted.
    pub policy: SigningPolicy,
    /// Where the key is; `None` only with policy `off`.
    pub key: Option<KeySource>,
    /// Where that stands in the file: the place of a key that cannot be read.
    pub key_at: Range<usize>,
}

/// Where a signing key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// An environment variable.
    Env(String),
    /// A file.
    File(PathBuf),
}

pub(super) fn read(section: &mut Section<'_>, endpoint: &Endpoint) -> Option<SigningConfig> {
    let span = section.key_span("signing");
    let mut signing = section.section("signing")?;
    let findings = section.findings();
    let policies = [
        ("off", SigningPolicy::Off),
        ("accept", SigningPolicy::Accept),
        ("require", SigningPolicy::Require),
    ];
    let policy = signing.choice("policy", &policies);
    let key_at = ["key_env", "key_file"].map(|key| signing.key_span(key));
    let key_at = key_at.into_iter().flatten().next();
    let key_at = key_at.unwrap_or_else(|| signing.span());
    let env = signing.text("key_env").map(Spanned::into_inner);
    let file = signing.path("key_file");
    // Without a word about it, a key that is given is meant to protect.
    let policy = policy.map_or(SigningPolicy::Require, Spanned::into_inner);
    let help = "signing = { key_env = \"NAME\", policy = \"require\" }, or key_file";
    let key = match (env, file) {
        (Some(env), None) => Some(KeySource::Env(env)),
        (None, Some(file)) => Some(KeySource::File(file)),
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
    if let Some(span) = span.filter(|_| endpoint.is_file() && policy != SigningPolicy::Off) {
        let help = "its frames were heard at another time; signing is for links with somebody at their end";
        findings.warn(
            span,
            "a recording is played without a look at its signatures",
            help,
        );
    }
    Some(SigningConfig {
        policy,
        key,
        key_at,
    })
}
