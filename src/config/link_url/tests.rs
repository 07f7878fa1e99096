//! Every accepted spelling, every refusal, and the law `parse(display(x)) == x`.

use proptest::prelude::*;

use super::{Endpoint, FlowControl, LinkUrl, Role, grammar_help, table};

fn read(text: &str) -> LinkUrl {
    match LinkUrl::parse(text, Role::Link) {
        Ok((url, _)) => url,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Written, canonical.
const SPELLINGS: &[(&str, &str)] = &[
    ("udpin:0.0.0.0:14550", "udpin:0.0.0.0:14550"),
    ("udpin://0.0.0.0:14550", "udpin:0.0.0.0:14550"),
    ("UDPIN://0.0.0.0:14550/", "udpin:0.0.0.0:14550"),
    ("udpin:", "udpin:0.0.0.0:14550"),
    ("udpin::14551", "udpin:0.0.0.0:14551"),
    ("udpin:14551", "udpin:0.0.0.0:14551"),
    ("udpin:*:14551", "udpin:0.0.0.0:14551"),
    ("udpin:localhost", "udpin:localhost:14550"),
    ("udpin:[::]:14550", "udpin:[::]:14550"),
    ("udpin:[::1]", "udpin:[::1]:14550"),
    ("udpin:[fe80::1%eth0]:14550", "udpin:[fe80::1%eth0]:14550"),
    ("udpin:127.0.0.1:0", "udpin:127.0.0.1:0"),
    ("udps:0.0.0.0:14550", "udpin:0.0.0.0:14550"),
    ("udpserver:0.0.0.0:14550", "udpin:0.0.0.0:14550"),
    ("udp:127.0.0.1:14550", "udpin:127.0.0.1:14550"),
    ("udp:0.0.0.0:14550", "udpin:0.0.0.0:14550"),
    ("udp:", "udpin:0.0.0.0:14550"),
    ("udp://:14540", "udpin:0.0.0.0:14540"),
    ("udp://0.0.0.0:14540", "udpin:0.0.0.0:14540"),
    ("udp://192.168.1.12:14550", "udpout:192.168.1.12:14550"),
    ("udpout:192.168.1.20:14550", "udpout:192.168.1.20:14550"),
    ("udpout:Relay.Example.org", "udpout:relay.example.org:14550"),
    ("udpc:10.0.0.1:14550", "udpout:10.0.0.1:14550"),
    ("udpclient:10.0.0.1:14550", "udpout:10.0.0.1:14550"),
    (
        "udpout:10.0.0.1:14550?bind=10.0.0.5",
        "udpout:10.0.0.1:14550?bind=10.0.0.5",
    ),
    (
        "udpout:[fd00::1]:14550?bind=[fd00::2]:5000",
        "udpout:[fd00::1]:14550?bind=[fd00::2]:5000",
    ),
    (
        "udpout:[fe80::1%3]:14550?bind=[fe80::2%3]:5000",
        "udpout:[fe80::1%3]:14550?bind=[fe80::2%3]:5000",
    ),
    ("udpbcast:", "udpbcast:255.255.255.255:14550"),
    ("udpb:192.168.1.255:14555", "udpbcast:192.168.1.255:14555"),
    ("mcast:", "mcast:239.255.145.50:14550"),
    ("mcast:14551", "mcast:239.255.145.50:14551"),
    ("mcast:239.1.2.3:14550", "mcast:239.1.2.3:14550"),
    ("mcast:[ff02::1]:14550", "mcast:[ff02::1]:14550"),
    ("tcp:127.0.0.1:5760", "tcpout:127.0.0.1:5760"),
    ("tcp:127.0.0.1", "tcpout:127.0.0.1:5760"),
    ("tcp://192.168.1.12:5760", "tcpout:192.168.1.12:5760"),
    ("tcpout:sitl:5762", "tcpout:sitl:5762"),
    ("tcpc:sitl:5762", "tcpout:sitl:5762"),
    ("tcpclient:sitl:5762", "tcpout:sitl:5762"),
    ("tcpin:0.0.0.0:5760", "tcpin:0.0.0.0:5760"),
    ("tcps::5760", "tcpin:0.0.0.0:5760"),
    ("tcpserver:", "tcpin:0.0.0.0:5760"),
    ("tcp://:5760", "tcpin:0.0.0.0:5760"),
    ("tcp://0.0.0.0:5760", "tcpin:0.0.0.0:5760"),
    (
        "serial:/dev/ttyUSB0:57600",
        "serial:///dev/ttyUSB0?baud=57600",
    ),
    (
        "serial:///dev/ttyUSB0:115200",
        "serial:///dev/ttyUSB0?baud=115200",
    ),
    (
        "serial:///dev/ttyUSB0?baudrate=9600",
        "serial:///dev/ttyUSB0?baud=9600",
    ),
    (
        "serial:///dev/ttyUSB0?BAUD=57600,115200",
        "serial:///dev/ttyUSB0?baud=57600,115200",
    ),
    ("serial:///dev/ttyACM0", "serial:///dev/ttyACM0?baud=115200"),
    (
        "serial_flowcontrol:///dev/ttyUSB0:57600",
        "serial:///dev/ttyUSB0?baud=57600&flow=rtscts",
    ),
    (
        "serial:///dev/ttyUSB0?flow=none",
        "serial:///dev/ttyUSB0?baud=57600",
    ),
    ("/dev/ttyUSB0,57600", "serial:///dev/ttyUSB0?baud=57600"),
    ("/dev/ttyUSB0:57600", "serial:///dev/ttyUSB0?baud=57600"),
    ("/dev/ttyUSB0/", "serial:///dev/ttyUSB0?baud=57600"),
    ("/dev/ttyUSB0", "serial:///dev/ttyUSB0?baud=57600"),
    (
        "/dev/ttyACM1?readonly=1",
        "serial:///dev/ttyACM1?baud=115200&readonly=1",
    ),
    ("/tmp/port,57600", "serial:///tmp/port?baud=57600"),
    (
        "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0",
        "serial:///dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0?baud=57600",
    ),
    ("COM3,57600", "serial://COM3?baud=57600"),
    ("com3", "serial://COM3?baud=57600"),
    ("com3:115200", "serial://COM3?baud=115200"),
    ("file:flight.tlog", "file:flight.tlog"),
    ("file:///var/log/flight.tlog", "file:/var/log/flight.tlog"),
    (
        "tlog:/a b/c.bin?speed=4&loop=1",
        "file:/a b/c.bin?speed=4&loop=1",
    ),
    ("tlogr:x.tlog", "file:x.tlog"),
    ("tlogreader:///x.tlog", "file:/x.tlog"),
    ("flight.tlog", "file:flight.tlog"),
    ("/data/FLIGHT.TLOG", "file:/data/FLIGHT.TLOG"),
    ("50%20 what?.rlog", "file:50%2520 what%3F.rlog"),
    ("flight.raw?speed=0.5", "file:flight.raw?speed=0.5"),
    ("ws://relay:8780", "ws://relay:8780/ws/frames"),
    ("ws://relay:80/", "ws://relay/ws/frames"),
    (
        "wss://Relay.example.org/ws/drone/alpha",
        "wss://relay.example.org/ws/drone/alpha",
    ),
    ("wss://[::1]:8443", "wss://[::1]:8443/ws/frames"),
    ("localhost:14550", "udpin:localhost:14550"),
    ("127.0.0.1:14551", "udpin:127.0.0.1:14551"),
    (":14551", "udpin:0.0.0.0:14551"),
    ("[::1]:14550", "udpin:[::1]:14550"),
    ("  udpin:0.0.0.0:14550 ", "udpin:0.0.0.0:14550"),
    (
        "tcp:127.0.0.1:5760:{\"label\":\"sitl one\"}",
        "tcpout:127.0.0.1:5760?label=sitl%20one",
    ),
    (
        "udpin::14550?label=field&readonly=yes",
        "udpin:0.0.0.0:14550?label=field&readonly=1",
    ),
    (
        "udpin::14550?direction=receiver",
        "udpin:0.0.0.0:14550?readonly=1",
    ),
    ("udpin::14550?", "udpin:0.0.0.0:14550"),
];

#[test]
fn every_accepted_spelling_has_its_canonical_form_and_reads_back() {
    for (written, canonical) in SPELLINGS {
        let url = read(written);
        assert_eq!(&url.to_string(), canonical, "{written}");
        assert_eq!(read(&url.to_string()), url, "{written}");
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    let list: String = include_str!("refused.txt")
        .lines()
        .map(|text| match LinkUrl::parse(text, Role::Link) {
            Ok((url, _)) => panic!("{text} was read as {url}"),
            Err(error) => {
                let about = text.get(error.at.clone()).expect("a place inside the text");
                format!("{text}\n  at `{about}`: {error}\n")
            }
        })
        .collect();
    insta::assert_snapshot!(list);
}

#[test]
fn ambiguous_spellings_are_read_with_a_note() {
    for (text, word) in [
        ("udp:0.0.0.0:14550", "pymavlink"),
        ("udp://0.0.0.0:14550", "MAVSDK"),
        ("udp://10.0.0.1:14550", "udpout"),
        ("tcp://:5760", "tcpin"),
        ("ws://relay", "8780"),
    ] {
        let (_, note) = LinkUrl::parse(text, Role::Link).expect("accepted");
        let note = note.unwrap_or_else(|| panic!("{text} has no note"));
        assert!(note.0.contains(word), "{text}: {note}");
    }
    let (_, note) = LinkUrl::parse("udpin:0.0.0.0:14550", Role::Link).expect("accepted");
    assert_eq!(note, None);
}

#[test]
fn a_bare_address_is_sent_to_when_it_is_a_forward() {
    for text in ["192.168.1.20:14550", "localhost:14550"] {
        let (url, _) = LinkUrl::parse(text, Role::Forward).expect("accepted");
        assert_eq!(url.to_string(), format!("udpout:{text}"));
    }
    assert!(LinkUrl::parse(":14550", Role::Forward).is_err());
    assert!(LinkUrl::parse("x.tlog", Role::Forward).is_err());
}

#[test]
fn the_help_names_every_spelling_and_its_examples_are_links() {
    let help = grammar_help();
    for scheme in table::SCHEMES {
        for word in scheme.spellings {
            assert!(help.contains(word), "{word}");
        }
        read(scheme.example);
    }
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<std::net::Ipv4Addr>()
            .prop_filter("a real address", |ip| !ip.is_unspecified())
            .prop_map(|ip| ip.to_string()),
        any::<std::net::Ipv6Addr>()
            .prop_filter("a real address", |ip| !ip.is_unspecified())
            .prop_map(|ip| ip.to_string()),
        "[a-z][a-z0-9-]{0,12}(\\.[a-z]{2,5})?",
    ]
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let bind = proptest::option::of(any::<std::net::SocketAddrV4>().prop_map(Into::into));
    let bind_again = bind.clone();
    let baud = proptest::collection::vec(300_u32..=12_000_000, 1..4);
    let flow = prop_oneof![Just(FlowControl::None), Just(FlowControl::RtsCts)];
    let device = prop_oneof!["/dev/[a-zA-Z0-9:,?%&. _-]{0,20}[a-z0-9é]", "COM[0-9]{1,3}"];
    prop_oneof![
        (host(), any::<u16>()).prop_map(|(host, port)| Endpoint::UdpIn { host, port }),
        (host(), any::<u16>()).prop_map(|(host, port)| Endpoint::TcpIn { host, port }),
        (host(), 1_u16..).prop_map(|(host, port)| Endpoint::TcpOut { host, port }),
        (host(), 1_u16.., bind).prop_map(|(host, port, bind)| Endpoint::UdpOut {
            host,
            port,
            bind
        }),
        (any::<[u8; 4]>(), 1_u16.., bind_again).prop_map(|(ip, port, bind)| {
            let host = format!("{}.{}.{}.{}", ip[0].max(1), ip[1], ip[2], ip[3]);
            Endpoint::UdpBroadcast { host, port, bind }
        }),
        (224_u8..240, any::<[u8; 3]>(), 1_u16..).prop_map(|(first, ip, port)| {
            let group = std::net::Ipv4Addr::new(first, ip[0], ip[1], ip[2]).into();
            Endpoint::Multicast {
                group,
                port,
                bind: None,
            }
        }),
        (device, baud, flow).prop_map(|(device, baud, flow)| Endpoint::Serial {
            device,
            baud,
            flow
        }),
        ("[^\\p{C}]{1,30}", 0.001_f64..1e6, any::<bool>()).prop_map(|(path, speed, looped)| {
            Endpoint::File {
                path: path.into(),
                speed,
                looped,
            }
        }),
        (host(), 1_u16.., any::<bool>(), "(/[a-z0-9%~_-]{1,8}){1,3}").prop_map(
            |(host, port, tls, path)| {
                let (scheme, usual) = if tls { ("wss", 443) } else { ("ws", 80) };
                let host = if host.contains(':') {
                    format!("[{host}]")
                } else {
                    host
                };
                let port = if port == usual {
                    String::new()
                } else {
                    format!(":{port}")
                };
                Endpoint::WebSocket {
                    url: format!("{scheme}://{host}{port}{path}"),
                }
            }
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_canonical_form_of_any_link_reads_back_as_that_link(
        endpoint in endpoint(),
        label in proptest::option::of("[^\\p{C}]{1,12}"),
        read_only in any::<bool>(),
    ) {
        let url = LinkUrl { endpoint, label, read_only };
        let text = url.to_string();
        let (again, _) = LinkUrl::parse(&text, Role::Link)
            .map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(again, url, "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic_or_point_outside(text in any::<String>()) {
        if let Err(error) = LinkUrl::parse(&text, Role::Link) {
            prop_assert!(text.get(error.at).is_some());
        }
    }

    #[test]
    fn no_change_of_a_good_link_makes_the_reader_panic_or_lose_its_form(
        which in 0..SPELLINGS.len(),
        at in any::<prop::sample::Index>(),
        letter in prop_oneof![Just(':'), Just('/'), Just('?'), Just('&'), Just('['), Just('%'), Just('='), any::<char>()],
    ) {
        let mut letters: Vec<char> = SPELLINGS[which].0.chars().collect();
        letters.insert(at.index(letters.len()), letter);
        let text: String = letters.into_iter().collect();
        match LinkUrl::parse(&text, Role::Link) {
            Ok((url, _)) => prop_assert_eq!(read(&url.to_string()), url, "{}", text),
            Err(error) => prop_assert!(text.get(error.at).is_some(), "{}", text),
        }
    }
}
