//! Forwards of a whole station over real sockets: what leaves, what comes back, and what never does.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::Arc,
    time::{Duration, Instant},
};

use mavlink::{
    dialects::ardupilotmega::{
        COMMAND_LONG_DATA, HEARTBEAT_DATA, MavAutopilot, MavCmd, MavMessage, MavModeFlag, MavState,
        MavType, STATUSTEXT_DATA,
    },
    types::CharArray,
};
use volery::{
    app::{
        Running,
        plan::{LogPlan, Plan, PlannedForward, PlannedLink},
        start,
    },
    link::{route::Route, udp::UdpMode},
    model::{
        forward::{ForwardFilter, ForwardInfo, Way},
        forward_state::ForwardState,
        ids::{ComponentId, SystemId, VehicleId},
        intent::{Origin, Via},
        link::{LinkInfo, LinkPhase},
        signing::{SigningKey, SigningPolicy},
        snapshot::Snapshot,
        transmission::Target,
    },
    wire::{
        crc::frame_checksum,
        encode::{Encoder, Header, encode_message},
    },
};

const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for anything that should not come to have come.
const QUIET: Duration = Duration::from_millis(400);

fn udp() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn port_of(socket: &UdpSocket) -> u16 {
    socket.local_addr().unwrap().port()
}

fn free_udp() -> u16 {
    port_of(&udp())
}

fn free_tcp() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn udp_in(port: u16) -> Route {
    Route::Udp {
        mode: UdpMode::Listen,
        host: "127.0.0.1".into(),
        port,
    }
}

fn udp_out(port: u16) -> Route {
    Route::Udp {
        mode: UdpMode::Dial { bind: None },
        host: "127.0.0.1".into(),
        port,
    }
}

fn tcp_in(port: u16) -> Route {
    Route::TcpIn {
        address: format!("127.0.0.1:{port}"),
    }
}

fn link(name: &str, network: &str, route: Route) -> PlannedLink {
    PlannedLink {
        info: LinkInfo {
            name: name.into(),
            url: name.into(),
            network: network.into(),
            class: "lan",
            passive: false,
            shared: true,
            recording: false,
            signing: SigningPolicy::Off,
            rates: None,
            bytes_per_s: None,
        },
        route,
        key: None,
    }
}

fn forward(name: &str, way: Way, route: Route) -> PlannedForward {
    PlannedForward {
        info: ForwardInfo {
            name: name.into(),
            url: name.into(),
            way,
            filter: ForwardFilter::default(),
        },
        route,
    }
}

fn plan(links: Vec<PlannedLink>, forwards: Vec<PlannedForward>) -> Plan {
    Plan {
        name: "station".into(),
        links,
        forwards,
        listed: Vec::new(),
        forget_after: Duration::from_mins(30),
        own: (SystemId(255), ComponentId(25)),
        listen: None,
        hosts: Vec::new(),
        allowed_origins: Vec::new(),
        max_clients: 500,
        log: LogPlan::Off,
        recording_clock: false,
        config_text: String::new(),
        token_folder: None,
        signing_file: None,
    }
}

/// Waits for a snapshot that is as wanted.
async fn see(running: &mut Running, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    let seen = running.snapshots.wait_for(|snapshot| wanted(snapshot));
    tokio::time::timeout(PATIENCE, seen)
        .await
        .expect("never shown")
        .unwrap()
        .clone()
}

/// Starts a station and waits until its links and forwards are open.
async fn station(plan: Plan) -> Running {
    let mut running = start(&plan).unwrap();
    see(&mut running, |snapshot| {
        let links = snapshot
            .links
            .values()
            .all(|link| link.state == LinkPhase::Open);
        let forwards = snapshot.forwards.values();
        let forwards = forwards.map(|forward| forward.state);
        !snapshot.links.is_empty()
            && links
            && forwards.into_iter().all(|state| state == LinkPhase::Open)
    })
    .await;
    running
}

fn header(system: u8, component: u8, sequence: u8) -> Header {
    Header {
        system: SystemId(system),
        component: ComponentId(component),
        sequence,
    }
}

fn frame(message: &MavMessage, header: Header, mavlink2: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_message(message, header, mavlink2, &mut bytes).unwrap();
    bytes
}

fn heartbeat(autopilot: MavAutopilot, mavtype: MavType) -> MavMessage {
    MavMessage::HEARTBEAT(HEARTBEAT_DATA {
        custom_mode: 4,
        mavtype,
        autopilot,
        base_mode: MavModeFlag::empty(),
        system_status: MavState::MAV_STATE_ACTIVE,
        mavlink_version: 3,
    })
}

fn of_vehicle(system: u8, sequence: u8) -> Vec<u8> {
    let copter = heartbeat(
        MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
        MavType::MAV_TYPE_QUADROTOR,
    );
    frame(&copter, header(system, 1, sequence), true)
}

fn of_station(system: u8, component: u8, sequence: u8) -> Vec<u8> {
    let station = heartbeat(MavAutopilot::MAV_AUTOPILOT_INVALID, MavType::MAV_TYPE_GCS);
    frame(&station, header(system, component, sequence), true)
}

fn text(words: &str, system: u8, sequence: u8) -> Vec<u8> {
    let text = MavMessage::STATUSTEXT(STATUSTEXT_DATA {
        text: CharArray::from(words),
        ..STATUSTEXT_DATA::default()
    });
    frame(&text, header(system, 1, sequence), true)
}

fn arm(target: u8, sequence: u8) -> Vec<u8> {
    let command = MavMessage::COMMAND_LONG(COMMAND_LONG_DATA {
        target_system: target,
        target_component: 1,
        command: MavCmd::MAV_CMD_COMPONENT_ARM_DISARM,
        param1: 1.0,
        ..COMMAND_LONG_DATA::default()
    });
    frame(&command, header(254, 190, sequence), true)
}

/// A SETUP_SIGNING of another station for this vehicle.
fn setup_signing(target: u8, from: u8, out: &mut Vec<u8>) {
    let target = Target::new(SystemId(target), ComponentId(1)).unwrap();
    let key = SigningKey::from_bytes([7; 32]);
    let mut station = Encoder::new(SystemId(from), ComponentId(190));
    station.setup_signing(target, Some((&key, 1)), out);
}

/// The datagrams that come until nothing has come for a while.
fn until_quiet(socket: &UdpSocket) -> Vec<Vec<u8>> {
    socket.set_read_timeout(Some(QUIET)).unwrap();
    let mut buffer = [0; 2_048];
    let mut got = Vec::new();
    while let Ok((length, _)) = socket.recv_from(&mut buffer) {
        got.push(buffer[..length].to_vec());
    }
    got
}

/// Whether exactly this datagram comes.
fn comes(socket: &UdpSocket, wanted: &[u8]) -> bool {
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut buffer = [0; 2_048];
    let end = Instant::now() + PATIENCE;
    while let Ok((length, _)) = socket.recv_from(&mut buffer) {
        if buffer[..length] == *wanted {
            return true;
        }
        if Instant::now() > end {
            return false;
        }
    }
    false
}

fn shown<'a>(snapshot: &'a Snapshot, name: &str) -> &'a ForwardState {
    &snapshot.forwards[name]
}

fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = usize::from(bytes[1]);
    bytes[2] |= 1;
    let seed = volery::wire::dialect::entry(0).unwrap().crc_extra;
    let crc = frame_checksum(&bytes[1..10 + length], seed);
    bytes[10 + length..].copy_from_slice(&crc.to_le_bytes());
    bytes.extend([3, 9, 8, 7, 6, 5, 4, 1, 2, 3, 4, 5, 6]);
    bytes
}

/// A whole frame of a message no dialect knows.
fn unknown(sequence: u8) -> Vec<u8> {
    let mut bytes = vec![0xFD, 3, 0, 0, sequence, 9, 1, 0xAA, 0xBB, 0x0C, 1, 2, 3];
    bytes.extend([0x12, 0x34]);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_leave_byte_for_byte_in_order_and_damaged_ones_do_not() {
    let (port, other) = (free_udp(), udp());
    let out = forward("qgc", Way::Out, udp_out(port_of(&other)));
    let running = station(plan(vec![link("in", "mav", udp_in(port))], vec![out])).await;
    let vehicle = udp();
    let copter = heartbeat(
        MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
        MavType::MAV_TYPE_QUADROTOR,
    );
    let mut damaged = of_vehicle(1, 7);
    damaged[12] ^= 0x40;
    let mut key = Vec::new();
    setup_signing(255, 1, &mut key);
    let sent = [
        of_vehicle(1, 0),
        frame(&copter, header(1, 1, 1), false),
        signed(of_vehicle(1, 2)),
        unknown(3),
        damaged.clone(),
        key.clone(),
        text("short", 1, 4),
        // One datagram twice is two datagrams.
        text("short", 1, 4),
    ];
    for datagram in &sent {
        vehicle.send_to(datagram, ("127.0.0.1", port)).unwrap();
    }
    let got = until_quiet(&other);
    let is_good = |frame: &&Vec<u8>| **frame != damaged && **frame != key;
    let good: Vec<_> = sent.iter().filter(is_good).cloned().collect();
    assert_eq!(got, good);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_keeps_networks_systems_and_messages_apart() {
    let (north, south) = (free_udp(), free_udp());
    let others = [udp(), udp(), udp()];
    let mut forwards: Vec<_> = (0u8..)
        .zip(&others)
        .map(|(n, other)| forward(&format!("f{n}"), Way::Out, udp_out(port_of(other))))
        .collect();
    forwards[0].info.filter.networks = vec!["north".into()];
    forwards[1].info.filter.systems = vec![SystemId(2)];
    forwards[2].info.filter.messages = vec![253];
    let links = vec![
        link("n", "north", udp_in(north)),
        link("s", "south", udp_in(south)),
    ];
    let running = station(plan(links, forwards)).await;
    let vehicle = udp();
    for (port, system) in [(north, 1), (south, 2)] {
        for bytes in [of_vehicle(system, 0), text("hello", system, 1)] {
            vehicle.send_to(&bytes, ("127.0.0.1", port)).unwrap();
        }
    }
    let got: Vec<_> = others.iter().map(until_quiet).collect();
    assert_eq!(got[0], [of_vehicle(1, 0), text("hello", 1, 1)]);
    assert_eq!(got[1], [of_vehicle(2, 0), text("hello", 2, 1)]);
    let mut texts = got[2].clone();
    texts.sort();
    assert_eq!(texts, [text("hello", 1, 1), text("hello", 2, 1)]);
    running.stop().await.unwrap();
}

/// Two vehicles on one port and a third on a link that never transmits, all known to the fleet.
async fn three_vehicles(way: Way, other: &UdpSocket) -> (Running, [UdpSocket; 3]) {
    let (port, passive_port) = (free_udp(), free_udp());
    let mut passive = link("passive", "mav", udp_in(passive_port));
    passive.info.passive = true;
    let links = vec![link("in", "mav", udp_in(port)), passive];
    let out = forward("other", way, udp_out(port_of(other)));
    let mut running = station(plan(links, vec![out])).await;
    let vehicles = [udp(), udp(), udp()];
    for (system, vehicle) in (1u8..).zip(&vehicles) {
        let port = if system == 3 { passive_port } else { port };
        vehicle
            .send_to(&of_vehicle(system, 0), ("127.0.0.1", port))
            .unwrap();
    }
    see(&mut running, |snapshot| snapshot.vehicles.len() == 3).await;
    (running, vehicles)
}

/// What the other station hears first tells it where to answer.
fn address_of_forward(other: &UdpSocket) -> SocketAddr {
    other.recv_from(&mut [0; 2_048]).unwrap().1
}

/// Without what this station asks of vehicles by itself.
fn of_other_station(datagrams: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let is_foreign = |bytes: &Vec<u8>| bytes[5] != 255;
    datagrams.into_iter().filter(is_foreign).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_station_reaches_the_vehicle_it_means_and_no_other() {
    let other = udp();
    let (mut running, vehicles) = three_vehicles(Way::Both, &other).await;
    let to = address_of_forward(&other);
    other.send_to(&arm(2, 0), to).unwrap();
    assert!(comes(&vehicles[1], &arm(2, 0)));
    let mut key = Vec::new();
    setup_signing(1, 254, &mut key);
    // A key; a vehicle behind a passive link; nobody; one of our own vehicles speaking from behind; every vehicle.
    for bytes in [key, arm(3, 1), arm(77, 2), of_vehicle(1, 50), arm(0, 3)] {
        other.send_to(&bytes, to).unwrap();
    }
    other.send_to(&of_station(254, 190, 4), to).unwrap();
    assert!(comes(&vehicles[0], &of_station(254, 190, 4)));
    assert!(comes(&vehicles[1], &of_station(254, 190, 4)));
    for vehicle in &vehicles {
        assert_eq!(
            of_other_station(until_quiet(vehicle)),
            Vec::<Vec<u8>>::new()
        );
    }
    let counted = see(&mut running, |snapshot| {
        shown(snapshot, "other").received_frames == Some(7)
    })
    .await;
    let counted = shown(&counted, "other");
    assert_eq!(counted.passed_frames, Some(1));
    assert_eq!(counted.broadcast_frames, Some(1));
    assert_eq!(counted.refused_frames, Some(2), "the key, and all at once");
    assert_eq!(counted.ignored_frames, Some(2), "passive, and nobody");
    assert_eq!(counted.looped_frames, Some(1), "a vehicle of ours");
    assert!(counted.others.contains_key("254/190"));
    let told = running.snapshots.borrow().clone();
    let ordered =
        |text: &str| text == "station 254/190 behind forward other ordered COMPONENT_ARM_DISARM";
    let orders: Vec<_> = told
        .events
        .after(0)
        .filter(|event| ordered(&event.text))
        .collect();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].vehicle, Some(VehicleId::from("mav-2")));
    let of_all = |text: &str| text.ends_with("of every vehicle (system 0): not passed on");
    assert!(told.events.after(0).any(|event| of_all(&event.text)));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_said_twice_reaches_the_vehicle_once() {
    let other = udp();
    let (running, vehicles) = three_vehicles(Way::Both, &other).await;
    let to = address_of_forward(&other);
    for _ in 0..3 {
        other.send_to(&arm(1, 9), to).unwrap();
    }
    assert_eq!(of_other_station(until_quiet(&vehicles[0])), [arm(1, 9)]);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_both_nothing_comes_back() {
    let other = udp();
    let (mut running, vehicles) = three_vehicles(Way::Out, &other).await;
    let to = address_of_forward(&other);
    other.send_to(&arm(1, 0), to).unwrap();
    other.send_to(&of_station(254, 190, 1), to).unwrap();
    for vehicle in &vehicles {
        assert_eq!(
            of_other_station(until_quiet(vehicle)),
            Vec::<Vec<u8>>::new()
        );
    }
    let counted = see(&mut running, |snapshot| {
        shown(snapshot, "other").received_frames == Some(2)
    })
    .await;
    assert_eq!(shown(&counted, "other").ignored_frames, Some(2));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_number_on_two_networks_is_never_guessed() {
    let (north, south, other) = (free_udp(), free_udp(), udp());
    let links = vec![
        link("n", "north", udp_in(north)),
        link("s", "south", udp_in(south)),
    ];
    let to_other = forward("other", Way::Both, udp_out(port_of(&other)));
    let mut running = station(plan(links, vec![to_other])).await;
    let vehicles = [udp(), udp()];
    for (port, vehicle) in [north, south].into_iter().zip(&vehicles) {
        vehicle
            .send_to(&of_vehicle(1, port as u8), ("127.0.0.1", port))
            .unwrap();
    }
    see(&mut running, |snapshot| snapshot.vehicles.len() == 2).await;
    let to = address_of_forward(&other);
    other.send_to(&arm(1, 0), to).unwrap();
    for vehicle in &vehicles {
        assert_eq!(
            of_other_station(until_quiet(vehicle)),
            Vec::<Vec<u8>>::new()
        );
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_station_under_our_id_is_an_event() {
    let other = udp();
    let (mut running, _vehicles) = three_vehicles(Way::Out, &other).await;
    let to = address_of_forward(&other);
    other.send_to(&of_station(255, 25, 1), to).unwrap();
    let told = see(&mut running, |snapshot| {
        let mut events = snapshot.events.after(0);
        events.any(|event| event.text.contains("another station uses our id 255/25"))
    })
    .await;
    let event = told
        .events
        .after(0)
        .find(|event| event.text.contains("our id"))
        .unwrap();
    assert!(
        event.text.contains("behind forward other"),
        "{}",
        event.text
    );
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_into_a_link_of_the_same_station_ends_there() {
    let port = free_udp();
    let round = forward("round", Way::Both, udp_out(port));
    let mut running = station(plan(vec![link("in", "mav", udp_in(port))], vec![round])).await;
    let vehicle = udp();
    for sequence in 0..50 {
        vehicle
            .send_to(&of_vehicle(1, sequence), ("127.0.0.1", port))
            .unwrap();
    }
    see(&mut running, |snapshot| {
        snapshot.links["in"].frames >= Some(100)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let still = see(&mut running, |_| true).await;
    // Every frame once from the vehicle and once from the forward, and the few heartbeats of this station.
    assert!(
        still.links["in"].frames <= Some(110),
        "{:?}",
        still.links["in"]
    );
    assert!(
        shown(&still, "round").sent_frames <= Some(60),
        "{:?}",
        still.forwards
    );
    assert!(shown(&still, "round").looped_frames >= Some(50));
    assert_eq!(still.vehicles.len(), 1);
    let own_id = |text: &str| text.contains("another station uses our id");
    assert!(
        !still.events.after(0).any(|event| own_id(&event.text)),
        "our own heartbeat"
    );
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stations_that_forward_to_each_other_make_no_storm() {
    let (a, b, from_b) = (free_udp(), free_udp(), free_udp());
    let links = vec![
        link("in", "mav", udp_in(a)),
        link("back", "mav", udp_in(from_b)),
    ];
    let mut first = station(plan(links, vec![forward("to-b", Way::Both, udp_out(b))])).await;
    let mut second = plan(
        vec![link("in", "mav", udp_in(b))],
        vec![forward("to-a", Way::Both, udp_out(from_b))],
    );
    second.own = (SystemId(254), ComponentId(25));
    let mut second = station(second).await;
    let vehicle = udp();
    for sequence in 0..50 {
        vehicle
            .send_to(&of_vehicle(1, sequence), ("127.0.0.1", a))
            .unwrap();
    }
    see(&mut first, |snapshot| {
        snapshot.links["back"].frames >= Some(50)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let (here, there) = (
        see(&mut first, |_| true).await,
        see(&mut second, |_| true).await,
    );
    assert!(
        shown(&here, "to-b").sent_frames <= Some(80),
        "{:?}",
        here.forwards
    );
    assert!(
        shown(&there, "to-a").sent_frames <= Some(80),
        "{:?}",
        there.forwards
    );
    assert!(here.links["in"].frames == Some(50), "{:?}", here.links);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

/// Frames that fill a queue soon, all different.
fn many_texts(count: u32) -> Vec<Vec<u8>> {
    let one = |n: u32| text(&format!("{n:>49}x"), 1, n as u8);
    (0..count).map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_takes_nothing_slows_nobody() {
    let (link_port, slow_port, fast_port) = (free_tcp(), free_tcp(), free_tcp());
    let forwards = vec![
        forward("slow", Way::Out, tcp_in(slow_port)),
        forward("fast", Way::Out, tcp_in(fast_port)),
    ];
    let links = vec![link("in", "mav", tcp_in(link_port))];
    let mut running = station(plan(links, forwards)).await;
    let _deaf = TcpStream::connect(("127.0.0.1", slow_port)).unwrap();
    let mut fast = TcpStream::connect(("127.0.0.1", fast_port)).unwrap();
    see(&mut running, |snapshot| {
        ["slow", "fast"]
            .iter()
            .all(|name| shown(snapshot, name).peers == Some(1))
    })
    .await;
    let frames = many_texts(300_000);
    let wanted: Vec<u8> = frames.concat();
    let mut vehicle = TcpStream::connect(("127.0.0.1", link_port)).unwrap();
    let bytes = wanted.clone();
    let sending = std::thread::spawn(move || {
        // A link at some 10 MB/s: whoever keeps up with that loses nothing.
        for piece in bytes.chunks(100_000) {
            vehicle.write_all(piece).unwrap();
            std::thread::sleep(Duration::from_millis(10));
        }
        vehicle
    });
    let mut got = vec![0; wanted.len()];
    fast.set_read_timeout(Some(PATIENCE)).unwrap();
    fast.read_exact(&mut got).unwrap();
    assert!(got == wanted, "bytes or their order changed");
    let _open = sending.join().unwrap();
    let counted = see(&mut running, |snapshot| {
        snapshot.links["in"].frames == Some(300_000)
            && shown(snapshot, "fast").sent_frames == Some(300_000)
    })
    .await;
    assert_eq!(shown(&counted, "fast").dropped_frames, Some(0));
    assert_eq!(counted.links["in"].queue_drops, Some(0));
    let slow = shown(&counted, "slow");
    assert!(slow.dropped_frames > Some(10_000), "{slow:?}");
    let told = |text: &str| text.starts_with("forward slow: ") && text.contains("dropped");
    assert!(counted.events.after(0).any(|event| told(&event.text)));
    running.stop().await.unwrap();
}

fn origin() -> Origin {
    Origin {
        via: Via::Signal,
        who: "SIGHUP".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_changes_forwards_and_keeps_the_others_connected() {
    let (link_port, kept_port, gone_port) = (free_udp(), free_tcp(), free_tcp());
    let links = || vec![link("in", "mav", udp_in(link_port))];
    let kept = || forward("kept", Way::Out, tcp_in(kept_port));
    let gone = forward("gone", Way::Out, tcp_in(gone_port));
    let mut running = station(plan(links(), vec![kept(), gone])).await;
    let mut stays = TcpStream::connect(("127.0.0.1", kept_port)).unwrap();
    let mut leaves = TcpStream::connect(("127.0.0.1", gone_port)).unwrap();
    see(&mut running, |snapshot| {
        snapshot
            .forwards
            .values()
            .all(|forward| forward.peers == Some(1))
    })
    .await;
    // The port of the one that leaves goes to the one that comes.
    let new = plan(
        links(),
        vec![kept(), forward("new", Way::Out, tcp_in(gone_port))],
    );
    let done = running.reload(new, &origin()).await.unwrap();
    assert_eq!(done.kept, ["in", "kept"]);
    assert_eq!(
        done.changed,
        ["forward gone removed", "forward new added (new)"]
    );
    see(&mut running, |snapshot| {
        let names: Vec<&str> = snapshot.forwards.keys().map(|name| &**name).collect();
        names == ["kept", "new"] && shown(snapshot, "new").state == LinkPhase::Open
    })
    .await;
    leaves.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(leaves.read(&mut [0; 8]).unwrap_or(0), 0, "closed");
    let vehicle = udp();
    let bytes = of_vehicle(1, 0);
    vehicle.send_to(&bytes, ("127.0.0.1", link_port)).unwrap();
    let mut got = vec![0; bytes.len()];
    stays.set_read_timeout(Some(PATIENCE)).unwrap();
    stays.read_exact(&mut got).unwrap();
    assert_eq!(got, bytes);
    let vehicles = see(&mut running, |snapshot| !snapshot.vehicles.is_empty()).await;
    assert!(vehicles.vehicles.contains_key(&VehicleId::from("mav-1")));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_dials_again_for_ever() {
    let (link_port, other_port) = (free_udp(), free_tcp());
    let links = vec![link("in", "mav", udp_in(link_port))];
    let out = Route::TcpOut {
        address: format!("127.0.0.1:{other_port}"),
    };
    let mut running = start(&plan(links, vec![forward("out", Way::Out, out)])).unwrap();
    let refused = see(&mut running, |snapshot| {
        let forward = snapshot.forwards.get("out");
        forward.is_some_and(|forward| forward.state == LinkPhase::Waiting)
    })
    .await;
    let reason = shown(&refused, "out").reason.clone();
    assert!(reason.is_some_and(|reason| reason.contains("refused")));
    for _ in 0..2 {
        let listener = TcpListener::bind(("127.0.0.1", other_port)).unwrap();
        let (client, _) = listener.accept().unwrap();
        see(&mut running, |snapshot| {
            shown(snapshot, "out").state == LinkPhase::Open
        })
        .await;
        drop((client, listener));
        see(&mut running, |snapshot| {
            shown(snapshot, "out").state == LinkPhase::Waiting
        })
        .await;
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_that_dial_in_by_udp_are_each_sent_everything() {
    let (link_port, forward_port) = (free_udp(), free_udp());
    let links = vec![link("in", "mav", udp_in(link_port))];
    let dialled = forward("dialled", Way::Out, udp_in(forward_port));
    let mut running = station(plan(links, vec![dialled])).await;
    let others = [udp(), udp()];
    // Noise is nobody.
    udp()
        .send_to(b"hello", ("127.0.0.1", forward_port))
        .unwrap();
    for (n, other) in (250u8..).zip(&others) {
        let beat = of_station(n, 190, 0);
        other.send_to(&beat, ("127.0.0.1", forward_port)).unwrap();
    }
    see(&mut running, |snapshot| {
        shown(snapshot, "dialled").peers == Some(2)
    })
    .await;
    let vehicle = udp();
    let bytes = of_vehicle(1, 0);
    vehicle.send_to(&bytes, ("127.0.0.1", link_port)).unwrap();
    for other in &others {
        assert_eq!(until_quiet(other), std::slice::from_ref(&bytes));
    }
    let known = see(&mut running, |snapshot| {
        shown(snapshot, "dialled").others.len() == 2
    })
    .await;
    assert!(shown(&known, "dialled").others.contains_key("251/190"));
    running.stop().await.unwrap();
}

fn reads(port: u16) -> PlannedLink {
    let url = format!("ws://127.0.0.1:{port}/ws/frames");
    let mut link = link("other", "mav", Route::WebSocket { url });
    (link.info.passive, link.info.shared) = (true, false);
    link
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_that_read_each_other_show_one_vehicle_and_make_no_storm() {
    let (vehicles, first_port, second_port) = (free_udp(), free_tcp(), free_tcp());
    let mut first = plan(
        vec![link("in", "mav", udp_in(vehicles)), reads(second_port)],
        vec![],
    );
    first.listen = Some(SocketAddr::from(([127, 0, 0, 1], first_port)));
    let mut second = plan(vec![reads(first_port)], vec![]);
    second.listen = Some(SocketAddr::from(([127, 0, 0, 1], second_port)));
    let (mut first, mut second) = (start(&first).unwrap(), start(&second).unwrap());
    for running in [&mut first, &mut second] {
        see(running, |snapshot| {
            let other = snapshot.links.get("other");
            other.is_some_and(|link| link.state == LinkPhase::Open)
        })
        .await;
    }
    let vehicle = udp();
    for sequence in 0..50 {
        vehicle
            .send_to(&of_vehicle(1, sequence), ("127.0.0.1", vehicles))
            .unwrap();
    }
    see(&mut first, |snapshot| {
        snapshot.links["other"].frames >= Some(50)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let (here, there) = (
        see(&mut first, |_| true).await,
        see(&mut second, |_| true).await,
    );
    assert_eq!(there.links["other"].frames, Some(50));
    assert_eq!(
        here.links["other"].frames,
        Some(50),
        "each came back once, and no more"
    );
    assert_eq!((here.vehicles.len(), there.vehicles.len()), (1, 1));
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}
