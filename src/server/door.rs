//! Who may ask at all: the `Host` and `Origin` rules of the contract, and the headers every answer carries.
//!
//! `Host` defeats DNS rebinding, `Origin` defeats pages of other sites; both hold for every request,
//! WebSockets included.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{hub::Hub, refusal::Refusal};

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "geolocation=(), camera=(), microphone=()",
    ),
];

/// Lets a request in when its `Host` and `Origin` are ours, and says in its extensions whose it is ([`super::role::Role`]).
pub(super) async fn check(
    State(hub): State<Arc<Hub>>,
    mut request: Request,
    next: Next,
) -> Response {
    let station = &hub.station;
    let (uri, asked) = (request.uri(), request.headers());
    let admitted = admit(uri, asked, &station.hosts, &station.allowed_origins);
    let role = match &admitted {
        Ok(_) => hub.gate.role_of(asked),
        Err(reason) => Err(Refusal::forbidden(*reason)),
    };
    let mut response = match role {
        Ok(role) => {
            request.extensions_mut().insert(role);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(Some(origin)) = admitted {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// Whether the request may come in; with the foreign origin that may read the answer, if there is one.
fn admit(
    uri: &Uri,
    headers: &HeaderMap,
    hosts: &[String],
    allowed_origins: &[String],
) -> Result<Option<HeaderValue>, &'static str> {
    let host = host_of(uri, headers).ok_or("exactly one Host header is needed")?;
    if !is_ours(name_of(host), hosts) {
        return Err("this Host is not served here; add it to [server] hosts in fleet.toml");
    }
    let Some(origin) = single(headers, &header::ORIGIN)? else {
        return Ok(None);
    };
    if is_same(origin, host) {
        return Ok(None);
    }
    let text = origin.trim_end_matches('/');
    if text != "null"
        && allowed_origins
            .iter()
            .any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(text))
    {
        return Ok(HeaderValue::from_str(origin).ok());
    }
    Err("pages of this Origin may not read here; add it to [server] allowed_origins in fleet.toml")
}

fn host_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    match (uri.authority(), single(headers, &header::HOST)) {
        (Some(authority), Ok(_)) => Some(authority.as_str()),
        (None, Ok(host)) => host,
        (_, Err(_)) => None,
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err("Host and Origin may come only once");
    }
    first
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_unreadable| "Host and Origin must be plain text")
}

/// The name in `name:port`, without the brackets of an IPv6 literal.
fn name_of(host: &str) -> &str {
    if let Some(literal) = host.strip_prefix('[') {
        return match literal.split_once(']') {
            Some((name, rest)) if is_port(rest) => name,
            _ => "",
        };
    }
    match host.split_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        Some(_) => "",
        None => host,
    }
}

fn is_port(rest: &str) -> bool {
    rest.is_empty()
        || rest
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok())
}

fn is_ours(name: &str, hosts: &[String]) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
        || (!name.is_empty()
            && hosts
                .iter()
                .any(|host| name_of(host).eq_ignore_ascii_case(name)))
}

/// A page of this server itself, which speaks plain HTTP: one that came over TLS came from another.
fn is_same(origin: &str, host: &str) -> bool {
    let without = |text: &str, port: &str| text.strip_suffix(port).unwrap_or(text).to_lowercase();
    match origin.split_once("://") {
        Some(("http", authority)) => without(authority, ":80") == without(host, ":80"),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
