use super::*;

fn ask(host: Option<&str>, origin: Option<&str>) -> Result<Option<HeaderValue>, &'static str> {
    let mut headers = HeaderMap::new();
    let pairs = [(header::HOST, host), (header::ORIGIN, origin)];
    for (name, value) in pairs {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
    }
    let hosts = ["relay.example.org".to_owned(), "10.1.2.3:9".to_owned()];
    let origins = ["https://ops.example.org".to_owned(), "null".to_owned()];
    admit(&Uri::from_static("/ws"), &headers, &hosts, &origins)
}

#[test]
fn only_our_own_names_are_served_on_any_port() {
    let ours = [
        "127.0.0.1:8780",
        "127.8.9.1",
        "localhost",
        "LOCALHOST:1",
        "[::1]:8780",
        "[::1]",
        "relay.example.org:443",
        "Relay.Example.Org",
        "10.1.2.3:8780",
    ];
    for host in ours {
        assert_eq!(ask(Some(host), None), Ok(None), "{host}");
    }
    let foreign = [
        "evil.example.org",
        "127.0.0.1.evil.org",
        "localhost.evil.org",
        "10.0.0.1",
        "0.0.0.0",
        "[::1",
        "[::1]x",
        "[::2]",
        "::1",
        "",
        ":80",
        "localhost:x",
        "localhost:99999",
        "user@localhost",
    ];
    for host in foreign {
        assert!(ask(Some(host), None).is_err(), "{host}");
    }
    assert!(ask(None, None).is_err());
}

#[test]
fn a_page_of_another_site_is_turned_away() {
    let host = Some("localhost:8780");
    assert_eq!(ask(host, Some("http://localhost:8780")), Ok(None));
    assert_eq!(
        ask(Some("localhost"), Some("http://localhost:80")),
        Ok(None)
    );
    let allowed = ask(host, Some("https://ops.example.org"));
    assert_eq!(allowed.unwrap().unwrap(), "https://ops.example.org");
    let foreign = [
        "null",
        "http://localhost:8781",
        "https://localhost:8780",
        "http://127.0.0.1:8780",
        "https://evil.example.org",
        "http://ops.example.org",
        "https://ops.example.org.evil.org",
        "file://localhost:8780",
        "localhost:8780",
        "",
    ];
    for origin in foreign {
        assert!(ask(host, Some(origin)).is_err(), "{origin}");
    }
}

#[test]
fn two_hosts_are_no_host() {
    let mut headers = HeaderMap::new();
    for _ in 0..2 {
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
    }
    assert!(admit(&Uri::from_static("/"), &headers, &[], &[]).is_err());
}

#[test]
fn the_host_of_an_absolute_address_counts() {
    let mut headers = HeaderMap::new();
    headers.append(header::HOST, HeaderValue::from_static("localhost"));
    let uri = Uri::from_static("http://evil.example.org/api/v1/fleet");
    assert!(admit(&uri, &headers, &[], &[]).is_err());
}
