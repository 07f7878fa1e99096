//! Another plan for a station that runs: what did not change stays connected, with its state and counters.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::timeout};

use super::{
    Running, StartError,
    forwarding::ForwardChanges,
    plan::{LogPlan, Plan, PlannedLink},
    starter::OUTBOX,
};
use crate::{
    fleet::order::{FleetChange, NewLink},
    link::{error::LinkError, route::Route, udp::UdpMode},
    model::{
        control::{NotReloaded, Reloaded},
        event::EventKind,
        forward::ForwardId,
        ids::LinkId,
        intent::{Act, FleetHandle as _, Intent, Origin},
        words::Severity,
    },
};

/// How long a removed link may take to let go of its port.
const LINK_ENDS_WITHIN: Duration = Duration::from_secs(2);
/// How long the fleet may take to come round.
const FLEET_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What a new plan means for the links of a running station, by their places in the old and new lists.
#[derive(Debug, Default, PartialEq, Eq)]
struct LinkChanges {
    kept: Vec<usize>,
    /// Old and new place: stays connected, asks for other rates or counts as another class.
    adjusted: Vec<(usize, usize)>,
    /// Old and new place.
    replaced: Vec<(usize, usize)>,
    removed: Vec<usize>,
    added: Vec<usize>,
}

fn compare(old: &[PlannedLink], new: &[PlannedLink]) -> LinkChanges {
    let mut changes = LinkChanges::default();
    for (at, link) in old.iter().enumerate() {
        let same_name = |other: &PlannedLink| other.info.name == link.info.name;
        match new.iter().position(same_name) {
            None => changes.removed.push(at),
            Some(now) if new[now] == *link => changes.kept.push(at),
            Some(now) if is_alike(link, &new[now]) => changes.adjusted.push((at, now)),
            Some(now) => changes.replaced.push((at, now)),
        }
    }
    for (now, link) in new.iter().enumerate() {
        if !old.iter().any(|other| other.info.name == link.info.name) {
            changes.added.push(now);
        }
    }
    changes
}

/// Whether a link can stay connected: only what is asked of its vehicles changed.
fn is_alike(old: &PlannedLink, new: &PlannedLink) -> bool {
    let mut adjusted = old.clone();
    adjusted.info.rates = new.info.rates;
    adjusted.info.class = new.info.class;
    adjusted.info.bytes_per_s = new.info.bytes_per_s;
    adjusted == *new
}

/// What two links cannot hold at one time.
fn place(route: &Route) -> Option<String> {
    match route {
        Route::Udp {
            mode: UdpMode::Listen,
            port,
            ..
        } => Some(format!("udp {port}")),
        Route::TcpIn { address } => address.rsplit(':').next().map(|port| format!("tcp {port}")),
        Route::Serial { device, .. } => Some(device.clone()),
        _ => None,
    }
}

impl Running {
    /// Takes another plan over, as far as that is possible while running, and says what it did.
    ///
    /// # Errors
    /// When a link of the new plan cannot work here, or the fleet has ended; then nothing has changed.
    pub async fn reload(&mut self, new: Plan, origin: &Origin) -> Result<Reloaded, NotReloaded> {
        let old: Vec<PlannedLink> = self.links.iter().map(|link| link.plan.clone()).collect();
        let changes = compare(&old, &new.links);
        let forwards = self.forwarding.plans();
        let forward_changes = ForwardChanges::between(&forwards, &new.forwards);
        self.preflight(&changes, &forward_changes, &new)?;
        let mut done = Reloaded::default();
        tell_links(&changes, &old, &new, &mut done);
        forward_changes.tell(&forwards, &new.forwards, &mut done);
        tell_station(&self.plan, &new, &mut done);
        self.change_links(&changes, &forward_changes, &new).await?;
        if let (LogPlan::File { sample_hz, .. }, Some(log)) = (&new.log, &self.log) {
            log.set_sample_hz(*sample_hz);
        }
        self.name.set(Arc::clone(&new.name));
        self.plan = Plan {
            listen: self.plan.listen,
            ..new
        };
        self.note(&done, origin);
        Ok(done)
    }

    fn preflight(
        &self,
        changes: &LinkChanges,
        forwards: &ForwardChanges,
        new: &Plan,
    ) -> Result<(), NotReloaded> {
        let replaced = changes.replaced.iter().map(|(old, _)| *old);
        let leaving = replaced.chain(changes.removed.iter().copied());
        let old_forwards = self.forwarding.plans();
        let left = forwards.removed.iter();
        let left = left.filter_map(|at| place(&old_forwards[*at].route));
        let freed: BTreeSet<String> = leaving
            .filter_map(|at| place(&self.links[at].plan.route))
            .chain(left)
            .collect();
        let coming = changes.replaced.iter().map(|(_, now)| *now);
        for at in coming.chain(changes.added.iter().copied()) {
            let link = &new.links[at];
            let name = Arc::clone(&link.info.name);
            let checked = can_open(&link.route, &freed);
            checked.map_err(|source| refused(&StartError::Link { name, source }))?;
        }
        for at in &forwards.added {
            let forward = &new.forwards[*at];
            let name = Arc::clone(&forward.info.name);
            let checked = can_open(&forward.route, &freed);
            checked.map_err(|source| refused(&StartError::Forward { name, source }))?;
        }
        Ok(())
    }

    async fn change_links(
        &mut self,
        changes: &LinkChanges,
        forwards: &ForwardChanges,
        new: &Plan,
    ) -> Result<(), NotReloaded> {
        let replaced = changes.replaced.iter().map(|(old, _)| *old);
        let mut leaving: Vec<usize> = replaced.chain(changes.removed.iter().copied()).collect();
        leaving.sort_unstable();
        let mut change = FleetChange {
            removed: leaving.iter().map(|at| self.links[*at].id).collect(),
            forwards_removed: self.end_forwards(forwards).await,
            listed: Some(new.listed.clone()),
            forget_after: Some(new.forget_after),
            ..FleetChange::default()
        };
        for (old, now) in &changes.adjusted {
            let link = &mut self.links[*old];
            link.plan = new.links[*now].clone();
            change.adjusted.push((link.id, link.plan.info.clone()));
        }
        for at in leaving.into_iter().rev() {
            let link = self.links.remove(at);
            self.starter.exchange.set_outbox(link.id, None);
            link.stop.cancel();
            if timeout(LINK_ENDS_WITHIN, link.task).await.is_err() {
                tracing::warn!(
                    link = &*link.plan.info.name,
                    "a removed link does not let go"
                );
            }
        }
        let coming = changes.replaced.iter().map(|(_, now)| *now);
        let mut starting = Vec::new();
        for at in coming.chain(changes.added.iter().copied()) {
            let plan = new.links[at].clone();
            let id = LinkId(self.next_link);
            self.next_link = self.next_link.checked_add(1).ok_or_else(too_many)?;
            let (outbox, outgoing) = mpsc::channel(OUTBOX);
            let outbox = plan.sends().then_some(outbox);
            self.starter.exchange.set_outbox(id, outbox.clone());
            let info = plan.info.clone();
            change.added.push(NewLink { id, info, outbox });
            starting.push((id, plan, outgoing));
        }
        let mut forwards_starting = Vec::new();
        for at in &forwards.added {
            let id = self.forwarding.next_id().ok_or_else(too_many)?;
            let plan = new.forwards[*at].clone();
            change.forwards_added.push((id, plan.info.clone()));
            forwards_starting.push((id, plan));
        }
        self.tell_fleet(change).await?;
        for (id, plan) in forwards_starting {
            self.forwarding.start(id, plan);
        }
        for (id, plan, outgoing) in starting {
            if let Some(log) = &self.log {
                log.name_link(id, Arc::clone(&plan.info.name));
            }
            let started = self.starter.start(id, plan, outgoing);
            self.links.push(started);
        }
        Ok(())
    }

    /// Ends the forwards that leave; their numbers.
    async fn end_forwards(&mut self, changes: &ForwardChanges) -> Vec<ForwardId> {
        let ids = changes.removed.iter();
        let ids = ids.filter_map(|at| self.forwarding.id_at(*at)).collect();
        self.forwarding.end(&changes.removed).await;
        ids
    }

    /// Returns when the fleet knows: a new link that spoke sooner would not be heard.
    async fn tell_fleet(&self, change: FleetChange) -> Result<(), NotReloaded> {
        let told = async {
            let taken = self.starter.fleet.change(change).await;
            taken.is_ok() && self.starter.fleet.is_alive().await
        };
        match timeout(FLEET_ANSWERS_WITHIN, told).await {
            Ok(true) => Ok(()),
            _ => Err(sentence("the fleet does not answer")),
        }
    }

    fn note(&self, done: &Reloaded, origin: &Origin) {
        let restart = done.restart.iter();
        let restart = restart.map(|what| format!("{what} after a restart"));
        let mut all: Vec<String> = done.changed.iter().cloned().chain(restart).collect();
        if all.is_empty() {
            all.push("nothing changed".into());
        }
        let what = all.join("; ");
        self.say(
            Severity::INFO,
            format!("configuration reloaded: {what}"),
            origin,
        );
    }

    /// Writes into the log book that a reload was refused.
    pub fn note_refusal(&self, refusal: &NotReloaded, origin: &Origin) {
        let text = format!("configuration not reloaded: {}", refusal.text);
        self.say(Severity::WARNING, text, origin);
    }

    fn say(&self, severity: Severity, text: String, origin: &Origin) {
        let act = Act::Note {
            kind: EventKind::System,
            severity,
            text,
            data: serde_json::Value::Null,
        };
        let origin = origin.clone();
        if let Err(error) = self.starter.fleet.submit(Intent { origin, act }) {
            tracing::warn!(%error, "a reload is not in the log book");
        }
    }
}

/// Whether a route can be opened here, once the places in `freed` are.
fn can_open(route: &Route, freed: &BTreeSet<String>) -> Result<(), LinkError> {
    match route.preflight() {
        Err(LinkError::Bind { .. }) if place(route).is_some_and(|place| freed.contains(&place)) => {
            Ok(())
        }
        checked => checked,
    }
}

fn sentence(text: &str) -> NotReloaded {
    NotReloaded {
        text: text.to_owned(),
        mistakes: Vec::new(),
        shown: String::new(),
    }
}

fn refused(error: &StartError) -> NotReloaded {
    sentence(&format!("{error}; nothing was changed"))
}

fn too_many() -> NotReloaded {
    sentence("links were changed 65,535 times; start the station anew")
}

fn tell_links(changes: &LinkChanges, old: &[PlannedLink], new: &Plan, done: &mut Reloaded) {
    let name = |link: &PlannedLink| Arc::clone(&link.info.name);
    for at in &changes.removed {
        done.changed
            .push(format!("link {} removed", name(&old[*at])));
    }
    for (_, now) in &changes.replaced {
        let link = &new.links[*now];
        let text = format!("link {} started anew ({})", name(link), link.info.url);
        done.changed.push(text);
    }
    for (_, now) in &changes.adjusted {
        let text = format!("link {}: rates", name(&new.links[*now]));
        done.changed.push(text);
    }
    for now in &changes.added {
        let link = &new.links[*now];
        let text = format!("link {} added ({})", name(link), link.info.url);
        done.changed.push(text);
    }
    let kept = changes.kept.iter().copied();
    let adjusted = changes.adjusted.iter().map(|(at, _)| *at);
    done.kept = kept
        .chain(adjusted)
        .map(|at| name(&old[at]).to_string())
        .collect();
}

fn tell_station(old: &Plan, new: &Plan, done: &mut Reloaded) {
    for listed in &new.listed {
        match old.listed.iter().find(|other| other.id == listed.id) {
            Some(other) if other == listed => {}
            Some(_) => done.changed.push(format!("drone {} changed", listed.id)),
            None => done.changed.push(format!("drone {} listed", listed.id)),
        }
    }
    for listed in &old.listed {
        if !new.listed.iter().any(|other| other.id == listed.id) {
            done.changed.push(format!("drone {} unlisted", listed.id));
        }
    }
    if old.name != new.name {
        done.changed.push("name".into());
    }
    if old.forget_after != new.forget_after {
        done.changed.push("forget_after".into());
    }
    match (&old.log, &new.log) {
        (LogPlan::Off, LogPlan::Off) => {}
        (
            LogPlan::File {
                path,
                sample_hz,
                frames,
            },
            LogPlan::File {
                path: new_path,
                sample_hz: new_hz,
                frames: new_frames,
            },
        ) => {
            if sample_hz.total_cmp(new_hz).is_ne() {
                done.changed.push("[log] sample_hz".into());
            }
            if path != new_path || frames != new_frames {
                done.restart.push("[log]".into());
            }
        }
        _ => done.restart.push("[log]".into()),
    }
    if old.own != new.own {
        done.restart.push("[gcs]".into());
    }
    let server = |plan: &Plan| {
        let lists = (plan.hosts.clone(), plan.allowed_origins.clone());
        (plan.listen, lists, plan.max_clients)
    };
    if server(old) != server(new) {
        done.restart.push("[server]".into());
    }
}

#[cfg(test)]
mod tests;
