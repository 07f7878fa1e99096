//! Where a running instance is: `127.0.0.1:8780`, `http://localhost:8780`, `ws://[::1]:8780/ws`.

use std::{fmt, net::IpAddr, net::SocketAddr, str::FromStr};

/// The port of an instance that nobody configured.
const USUAL_PORT: u16 = 8780;

/// Host and port of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

/// Why a text is no address of an instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// TLS.
    #[error("{0}: this build does not speak TLS yet; reach the instance through an SSH tunnel")]
    Tls(String),
    /// Another scheme.
    #[error("{0}: http:// or ws:// is wanted")]
    Scheme(String),
    /// Not a host and a port.
    #[error("{0:?} is no address of an instance: HOST:PORT or http://HOST:PORT is wanted")]
    Form(String),
}

impl Address {
    /// Host and port as in a URL.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// What sockets connect to.
    #[must_use]
    pub fn parts(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// The loopback addresses it means, none when it leads to another machine.
    #[must_use]
    pub fn loopbacks(&self) -> Vec<SocketAddr> {
        let of = |ip: IpAddr| SocketAddr::new(ip, self.port);
        if self.host.eq_ignore_ascii_case("localhost") {
            return vec![
                of([127, 0, 0, 1].into()),
                of("::1".parse().unwrap_or([127, 0, 0, 1].into())),
            ];
        }
        let literal = self.host.parse::<IpAddr>().ok();
        literal
            .filter(IpAddr::is_loopback)
            .map(of)
            .into_iter()
            .collect()
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: address.port(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let trimmed = text.trim();
        let (scheme, rest) = trimmed.split_once("://").unwrap_or(("http", trimmed));
        match scheme {
            "http" | "ws" => {}
            "https" | "wss" => return Err(AddressError::Tls(text.to_owned())),
            _ => return Err(AddressError::Scheme(text.to_owned())),
        }
        let form = || AddressError::Form(text.to_owned());
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.strip_prefix('[') {
            Some(literal) => {
                let (host, after) = literal.split_once(']').ok_or_else(form)?;
                host.parse::<std::net::Ipv6Addr>().map_err(|_bad| form())?;
                (
                    host,
                    after.strip_prefix(':').or(after.is_empty().then_some("")),
                )
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, Some("")),
            },
        };
        let port = match port.ok_or_else(form)? {
            "" => USUAL_PORT,
            number => number.parse().map_err(|_bad| form())?,
        };
        let plain = |letter: char| letter.is_alphanumeric() || "-._:".contains(letter);
        if host.is_empty() || !host.chars().all(plain) || port == 0 {
            return Err(form());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_every_usual_spelling() {
        for (text, authority) in [
            ("127.0.0.1:8781", "127.0.0.1:8781"),
            ("http://relay.example.org", "relay.example.org:8780"),
            ("ws://[::1]:9000/ws?x=1", "[::1]:9000"),
            (" localhost ", "localhost:8780"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().authority(), authority);
        }
        for text in [
            "",
            "http://",
            "a b",
            "[::1",
            "x:99999",
            "x:0",
            "ftp://x",
            "https://x",
            "[x]:1",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_loopback_is_this_machine() {
        let loopbacks = |text: &str| text.parse::<Address>().unwrap().loopbacks().len();
        assert_eq!(loopbacks("localhost:1"), 2);
        assert_eq!(loopbacks("[::1]:1"), 1);
        assert_eq!(loopbacks("192.0.2.1:1"), 0);
        assert_eq!(loopbacks("127.example.org:1"), 0);
    }
}
