//! What a connection may do, in one place: the token, cookie or nothing it came with becomes a role.
//!
//! The door asks once per request and leaves the [`Role`] in the request's extensions; a WebSocket keeps it
//! and may change it by `auth`. Whatever changes something asks for an [`Operator`] and gets who it is as well.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::{
    refusal::{Code, Refusal},
    run_token::{RunToken, random_hex, same},
};
use crate::model::intent::{Origin, Via};

/// Browsers that may be logged in at one time; the one that logged in first leaves first.
const LOGINS: usize = 64;
/// Cookies of one host are shared by its ports, so the name must not be a likely one.
const COOKIE: &str = "volery-login";
/// What a client with a wrong token is told.
pub(super) const WRONG_TOKEN: &str =
    "this is not the token of this run; it changes with every start of the station";
const NEEDS_TOKEN: &str = "viewers may only read; show the token of this run as Authorization: Bearer \
                           (the verbs of volery read it by themselves)";

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Reads.
    Viewer,
    /// Also changes things.
    Operator,
}

impl Role {
    /// The word of the contract.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
        }
    }
}

/// Why a connection may not send frames to vehicles.
const NO_FRAMES: &str =
    "frames to vehicles are for the role admin, or an operator whose token has the claim frames";

/// Whether a role, by its word, may send frames on `/ws/frames`: they go past every confirm question, so no role that
/// is asked such questions may, unless its token says so by the claim `frames`. The token of this run does not.
pub(super) fn may_send_frames(role: &str, has_claim: bool) -> Result<(), &'static str> {
    match (role, has_claim) {
        ("admin", _) | ("operator", true) => Ok(()),
        _ => Err(NO_FRAMES),
    }
}

/// The role of a WebSocket, and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Rights {
    pub(super) role: Role,
    pub(super) origin: Origin,
}

/// Knows the token and the browsers that showed it.
#[derive(Debug)]
pub(super) struct Gate {
    token: Option<RunToken>,
    logins: Mutex<VecDeque<String>>,
}

impl Gate {
    pub(super) fn new(token: Option<RunToken>) -> Self {
        Self {
            token,
            logins: Mutex::default(),
        }
    }

    /// The role a token gives, `None` for a wrong one.
    pub(super) fn role_by(&self, token: &str) -> Option<Role> {
        let right = self.token.as_ref().is_some_and(|own| own.is(token));
        right.then_some(Role::Operator)
    }

    /// The role of a request. A wrong bearer is refused; a cookie of an earlier run is as none, since a page
    /// cannot take it back.
    pub(super) fn role_of(&self, headers: &HeaderMap) -> Result<Role, Refusal> {
        if let Some(shown) = headers.get(header::AUTHORIZATION) {
            let bearer = shown.to_str().ok().and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme
                    .eq_ignore_ascii_case("bearer")
                    .then_some(token.trim())
            });
            return bearer.and_then(|token| self.role_by(token)).ok_or_else(|| {
                Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, WRONG_TOKEN)
            });
        }
        let cookies = headers.get_all(header::COOKIE).iter();
        let is_logged_in = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == COOKIE && self.is_logged_in(value));
        Ok(if is_logged_in {
            Role::Operator
        } else {
            Role::Viewer
        })
    }

    fn is_logged_in(&self, shown: &str) -> bool {
        let logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |login: &String| same(login.as_bytes(), shown.as_bytes());
        logins.iter().any(is)
    }

    /// The `Set-Cookie` of a browser that showed the right token. The token itself never becomes a cookie.
    pub(super) fn log_in(&self, token: &str) -> Result<String, Refusal> {
        if self.role_by(token).is_none() {
            let status = StatusCode::UNAUTHORIZED;
            return Err(Refusal::new(status, Code::Unauthorized, WRONG_TOKEN));
        }
        let login = random_hex().map_err(|error| Refusal::too_busy(error.to_string()))?;
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        if logins.len() == LOGINS {
            logins.pop_front();
        }
        logins.push_back(login.clone());
        Ok(format!(
            "{COOKIE}={login}; HttpOnly; SameSite=Strict; Path=/"
        ))
    }
}

/// Somebody who may change things, and who it is. Refuses everybody else, and bodies that are no JSON:
/// a form of another site cannot send those.
#[derive(Debug, Clone)]
pub(super) struct Operator(pub(super) Origin);

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let role = parts.extensions.get::<Role>().copied();
        if role.unwrap_or(Role::Viewer) < Role::Operator {
            return Err(Refusal::forbidden(NEEDS_TOKEN));
        }
        require_json(&parts.headers)?;
        Ok(Self(origin(Via::Rest, &parts.headers)))
    }
}

/// State-changing requests come as `Content-Type: application/json`.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        return Ok(());
    }
    let text = "Content-Type: application/json is needed";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Refusal::new(status, Code::BadMessage, text))
}

/// Who asks, as far as a client says so itself.
pub(super) fn origin(via: Via, headers: &HeaderMap) -> Origin {
    let named = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let who: String = named
        .unwrap_or("a client without a name")
        .chars()
        .filter(|letter| !letter.is_control())
        .take(120)
        .collect();
    Origin {
        via,
        who: who.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_to_vehicles_are_for_admins_and_for_operators_whose_token_says_so() {
        assert_eq!(may_send_frames("admin", false), Ok(()));
        assert_eq!(may_send_frames("operator", true), Ok(()));
        for (role, has_claim) in [
            (Role::Operator.word(), false),
            (Role::Viewer.word(), false),
            (Role::Viewer.word(), true),
            ("drone", true),
        ] {
            assert_eq!(may_send_frames(role, has_claim), Err(NO_FRAMES), "{role}");
        }
    }
}
