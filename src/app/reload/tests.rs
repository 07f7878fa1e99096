use std::{path::PathBuf, sync::Arc, time::Duration};

use super::*;
use crate::{
    fleet::roster::Listed,
    model::{
        ids::{ComponentId, SystemId},
        link::{LinkInfo, Rates},
    },
};

fn link(name: &str, port: u16) -> PlannedLink {
    PlannedLink {
        info: LinkInfo {
            name: name.into(),
            url: format!("udpin:127.0.0.1:{port}").into(),
            network: "mav".into(),
            class: "lan",
            passive: false,
            shared: true,
            recording: false,
            signing: crate::model::signing::SigningPolicy::Off,
            rates: None,
            bytes_per_s: None,
        },
        route: Route::Udp {
            mode: UdpMode::Listen,
            host: "127.0.0.1".into(),
            port,
        },
        key: None,
    }
}

fn plan(links: Vec<PlannedLink>) -> Plan {
    Plan {
        name: "station".into(),
        links,
        forwards: Vec::new(),
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

#[test]
fn only_what_changed_is_touched() {
    let old = [link("a", 1), link("b", 2), link("c", 3), link("d", 4)];
    let mut asks = link("b", 2);
    asks.info.rates = Some(Rates {
        position_hz: Some(4.0),
        attitude_hz: None,
        status_hz: None,
    });
    let new = [link("e", 5), link("d", 40), asks, link("a", 1)];
    let wanted = LinkChanges {
        kept: vec![0],
        adjusted: vec![(1, 2)],
        replaced: vec![(3, 1)],
        removed: vec![2],
        added: vec![0],
    };
    assert_eq!(compare(&old, &new), wanted);
    let same = compare(&old, &old);
    assert_eq!(same.kept, [0, 1, 2, 3]);
}

#[test]
fn what_needs_a_restart_is_named_and_the_rest_is_told() {
    let listed = |id: &str| Listed {
        id: id.into(),
        name: None,
        network: "mav".into(),
        system: Some(SystemId(1)),
        kind: None,
        category: None,
        group: None,
        color: None,
    };
    let mut old = plan(Vec::new());
    old.listed = vec![listed("alpha")];
    let mut new = plan(Vec::new());
    new.listed = vec![listed("bravo")];
    new.name = "another".into();
    new.own = (SystemId(254), ComponentId(25));
    new.max_clients = 7;
    new.log = LogPlan::File {
        path: PathBuf::from("x.db"),
        sample_hz: 1.0,
        frames: true,
    };
    let mut done = Reloaded::default();
    tell_station(&old, &new, &mut done);
    assert_eq!(
        done.changed,
        ["drone bravo listed", "drone alpha unlisted", "name"]
    );
    assert_eq!(done.restart, ["[log]", "[gcs]", "[server]"]);
}

fn origin() -> Origin {
    Origin {
        via: crate::model::intent::Via::Signal,
        who: "SIGHUP".into(),
    }
}

async fn shows(running: &mut Running, wanted: &[&str]) {
    let links = |snapshot: &Arc<crate::model::snapshot::Snapshot>| {
        let names: Vec<String> = snapshot.links.keys().map(ToString::to_string).collect();
        names == wanted
    };
    let shown = running.snapshots.wait_for(links);
    timeout(Duration::from_secs(10), shown)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_running_station_takes_links_in_and_out_and_a_port_from_one_to_another() {
    let free = || {
        std::net::UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    };
    let (first, second) = (free(), free());
    let mut running = super::super::start(&plan(vec![link("a", first)])).unwrap();
    shows(&mut running, &["a"]).await;
    let both = plan(vec![link("a", first), link("b", second)]);
    let done = running.reload(both, &origin()).await.unwrap();
    assert_eq!(done.kept, ["a"]);
    assert_eq!(done.changed.len(), 1, "{done:?}");
    shows(&mut running, &["a", "b"]).await;
    let taken_over = plan(vec![link("c", first), link("b", second)]);
    let done = running.reload(taken_over, &origin()).await.unwrap();
    assert_eq!(done.kept, ["b"]);
    shows(&mut running, &["b", "c"]).await;
    let open = |snapshot: &Arc<crate::model::snapshot::Snapshot>| {
        let state = snapshot.links.get("c").map(|link| link.state);
        state == Some(crate::model::link::LinkPhase::Open)
    };
    let opened = running.snapshots.wait_for(open);
    timeout(Duration::from_secs(10), opened)
        .await
        .unwrap()
        .unwrap();
    let holder = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let impossible = plan(vec![link("d", port)]);
    let refused = running.reload(impossible, &origin()).await.unwrap_err();
    assert!(
        refused.text.contains("link d") && refused.text.contains("nothing was changed"),
        "{refused}"
    );
    shows(&mut running, &["b", "c"]).await;
    running.stop().await.unwrap();
}
