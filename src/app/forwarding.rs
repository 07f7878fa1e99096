//! The forwards of a running station: started, compared with another plan, changed.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::plan::PlannedForward;
use crate::{
    fleet::actor::FleetInbox,
    link::{
        exchange::Exchange,
        forward::{self, post::ForwardSetup},
    },
    model::{
        control::Reloaded,
        forward::{ForwardId, ForwardInfo},
        ids::{ComponentId, SystemId},
        time::StationClock,
    },
};

/// How long a removed forward may take to let go of its port.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// Starts forwards, and holds those that run.
#[derive(Debug)]
pub(super) struct Forwarding {
    pub(super) exchange: Arc<Exchange>,
    fleet: FleetInbox,
    clock: StationClock,
    own: (SystemId, ComponentId),
    stop: CancellationToken,
    next: u16,
    running: Vec<RunningForward>,
}

#[derive(Debug)]
struct RunningForward {
    id: ForwardId,
    plan: PlannedForward,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// What another plan means for the forwards, by their places in the old and new lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ForwardChanges {
    pub(super) kept: Vec<usize>,
    pub(super) removed: Vec<usize>,
    /// Places in the new list; replaced ones are in `removed` as well.
    pub(super) added: Vec<usize>,
}

impl ForwardChanges {
    pub(super) fn between(old: &[PlannedForward], new: &[PlannedForward]) -> Self {
        let mut changes = Self::default();
        for (at, forward) in old.iter().enumerate() {
            if new.contains(forward) {
                changes.kept.push(at);
            } else {
                changes.removed.push(at);
            }
        }
        let is_new = |at: &usize| !old.contains(&new[*at]);
        changes.added = (0..new.len()).filter(is_new).collect();
        changes
    }

    /// Says it in words.
    pub(super) fn tell(&self, old: &[PlannedForward], new: &[PlannedForward], done: &mut Reloaded) {
        let is_in = |list: &[PlannedForward], name: &str| {
            list.iter().any(|forward| *forward.info.name == *name)
        };
        for at in &self.removed {
            let name = &old[*at].info.name;
            if !is_in(new, name) {
                done.changed.push(format!("forward {name} removed"));
            }
        }
        for at in &self.added {
            let ForwardInfo { name, url, .. } = &new[*at].info;
            let what = if is_in(old, name) {
                "started anew"
            } else {
                "added"
            };
            done.changed.push(format!("forward {name} {what} ({url})"));
        }
        let kept = self.kept.iter().map(|at| old[*at].info.name.to_string());
        done.kept.extend(kept);
    }
}

impl Forwarding {
    pub(super) fn new(
        exchange: Arc<Exchange>,
        fleet: FleetInbox,
        clock: StationClock,
        own: (SystemId, ComponentId),
        stop: CancellationToken,
    ) -> Self {
        Self {
            exchange,
            fleet,
            clock,
            own,
            stop,
            next: 0,
            running: Vec::new(),
        }
    }

    /// The number of the next one to be started; `None` when 65,535 were.
    pub(super) fn next_id(&mut self) -> Option<ForwardId> {
        let id = ForwardId(self.next);
        self.next = self.next.checked_add(1)?;
        Some(id)
    }

    /// What runs.
    pub(super) fn plans(&self) -> Vec<PlannedForward> {
        let plans = self.running.iter().map(|forward| forward.plan.clone());
        plans.collect()
    }

    /// The number of the one at this place.
    pub(super) fn id_at(&self, at: usize) -> Option<ForwardId> {
        self.running.get(at).map(|forward| forward.id)
    }

    /// Starts one the fleet has been told of.
    pub(super) fn start(&mut self, id: ForwardId, plan: PlannedForward) {
        let stop = self.stop.child_token();
        let setup = ForwardSetup {
            id,
            info: plan.info.clone(),
            exchange: Arc::clone(&self.exchange),
            fleet: self.fleet.clone(),
            clock: self.clock,
            own: self.own,
            stop: stop.clone(),
        };
        let task = forward::spawn(plan.route.clone(), setup);
        self.running.push(RunningForward {
            id,
            plan,
            stop,
            task,
        });
    }

    /// Ends those at these places and waits until they have let go.
    pub(super) async fn end(&mut self, places: &[usize]) {
        let mut places = places.to_vec();
        places.sort_unstable();
        for at in places.into_iter().rev() {
            let forward = self.running.remove(at);
            forward.stop.cancel();
            if timeout(ENDS_WITHIN, forward.task).await.is_err() {
                let name = &*forward.plan.info.name;
                tracing::warn!(forward = name, "a removed forward does not let go");
            }
        }
    }

    /// Waits until all have ended; they were told to stop with the links.
    pub(super) async fn ended(&mut self) {
        for forward in &mut self.running {
            // One that failed has ended as well.
            let _ = (&mut forward.task).await;
        }
    }
}
