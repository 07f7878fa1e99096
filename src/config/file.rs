//! From the text of a fleet.toml to a validated `Config`: every table read, every mistake collected, then what only
//! the whole file can show.

use std::{collections::BTreeSet, time::Duration};

use toml::{Spanned, de::DeTable};

use super::{
    alert::{self, AlertConfig},
    checks::Placement,
    drone, enforced,
    fence::{self, FenceConfig},
    findings::Findings,
    forward, link,
    reader::Section,
    report::Report,
    server,
    settings::Config,
    station::{self, KeyConfig},
};

/// Reads a whole file. The configuration is there when the report has no errors; it may have warnings.
#[must_use]
pub fn parse(text: &str, file_name: &str) -> (Option<Config>, Report) {
    let findings = Findings::new(text);
    let (tree, faults) = DeTable::parse_recoverable(text);
    for fault in &faults {
        let span = fault.span().unwrap_or(0..0);
        findings.error(span, fault.message(), "");
    }
    // A tree with holes would only show mistakes that are none.
    let config = faults.is_empty().then(|| {
        let root = Section::new(tree.get_ref(), String::new(), 0..0, &findings);
        read(root)
    });
    let good = findings.errors() == 0;
    drop(tree);
    let report = Report::new(file_name, text, findings.into_list());
    (config.filter(|_| good), report)
}

/// What can be made of a file that may have mistakes; defaults stand for what cannot be read.
pub(super) fn parse_anyhow(text: &str) -> Config {
    let findings = Findings::new(text);
    let (tree, _) = DeTable::parse_recoverable(text);
    let root = Section::new(tree.get_ref(), String::new(), 0..0, &findings);
    read(root)
}

/// The `[keys]` of a file that may have mistakes elsewhere; none where it is no TOML.
pub(super) fn keys_of(text: &str) -> Vec<KeyConfig> {
    let is_toml = DeTable::parse(text).is_ok();
    if is_toml {
        parse_anyhow(text).keys
    } else {
        Vec::new()
    }
}

fn read(mut root: Section<'_>) -> Config {
    let findings = root.findings();
    let mut config = read_station(&mut root);
    let mut placement = Placement {
        server: config.server.listen,
        ..Placement::default()
    };
    let links = root.sections("link");
    let no_link_said = links.is_none();
    placement.links = links.into_iter().flatten().filter_map(link::read).collect();
    let forwards = root.sections("forward").unwrap_or_default();
    placement.forwards = forwards.into_iter().filter_map(forward::read).collect();
    let drones = root.sections("drone").unwrap_or_default();
    placement.drones = drones.into_iter().filter_map(drone::read).collect();
    config.fences = read_fences(each(&mut root, "fence"));
    config.alerts = read_alerts(each(&mut root, "alert"), findings);
    root.done();
    placement.adopt_connections();
    config.links_are_standard = no_link_said && placement.links.is_empty();
    if config.links_are_standard {
        placement.add_standard_link();
    }
    placement.name_all(findings);
    placement.check_ports(findings);
    placement.check_forwards(findings);
    placement.check_drones(config.gcs.sysid.0, findings);
    config.links = placement.links.into_iter().map(|one| one.value).collect();
    config.forwards = placement
        .forwards
        .into_iter()
        .map(|one| one.value)
        .collect();
    config.drones = placement.drones.into_iter().map(|one| one.value).collect();
    config
}

/// The single tables.
fn read_station(root: &mut Section<'_>) -> Config {
    let usual = Config::default();
    Config {
        name: root.text("name").map(Spanned::into_inner),
        forget_after: forget_after(root).unwrap_or(usual.forget_after),
        gcs: root
            .section("gcs")
            .map(station::read_gcs)
            .unwrap_or_default(),
        server: root.section("server").map(server::read).unwrap_or_default(),
        log: root
            .section("log")
            .map(station::read_log)
            .unwrap_or_default(),
        map: root
            .section("map")
            .map(station::read_map)
            .unwrap_or_default(),
        ui: root.section("ui").map(station::read_ui).unwrap_or_default(),
        keys: root
            .section("keys")
            .map(station::read_keys)
            .unwrap_or_default(),
        ..usual
    }
}

fn forget_after(root: &mut Section<'_>) -> Option<Duration> {
    let time = root.duration("forget_after")?;
    if time.get_ref().is_zero() {
        let message = "`forget_after` must be more than 0";
        let help = "a long time keeps lost vehicles on the screen: \"30d\"";
        root.findings().error(time.span(), message, help);
    }
    Some(time.into_inner())
}

/// The tables of a list, said to be unused where this build does not use them.
fn each<'t>(root: &mut Section<'t>, key: &'static str) -> Vec<Section<'t>> {
    let sections = root.sections(key).unwrap_or_default();
    if let Some(first) = sections.first() {
        enforced::used(key, first.span(), root.findings());
    }
    sections
}

fn read_fences(sections: Vec<Section<'_>>) -> Vec<FenceConfig> {
    let numbered = (1..).zip(sections);
    numbered
        .filter_map(|(number, one)| fence::read(one, number))
        .collect()
}

fn read_alerts(sections: Vec<Section<'_>>, findings: &Findings<'_>) -> Vec<AlertConfig> {
    let mut names = BTreeSet::new();
    let mut alerts = Vec::new();
    for (alert, span) in sections.into_iter().filter_map(alert::read) {
        if !names.insert(alert.name.clone()) {
            let message = format!("the name \"{}\" is taken", alert.name);
            findings.error(span, message, "every alert needs a name of its own");
        }
        alerts.push(alert);
    }
    alerts
}
