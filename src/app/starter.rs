//! Starts the links of a station, at first and when they are added while it runs.

use std::sync::Arc;

use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{plan::PlannedLink, signing_memory::SigningMemory};
use crate::{
    fleet::actor::FleetInbox,
    link::{exchange::Exchange, gate::LinkSigning, lane::LinkSetup},
    model::{
        ids::{ComponentId, LinkId, SystemId},
        link::LinkReport,
        recorder::Recorder,
        time::StationClock,
        transmission::Transmission,
        words::Severity,
    },
};

/// Messages that may wait for a link: written by the fleet actor, read by the link; a full one drops.
pub(super) const OUTBOX: usize = 256;

/// A link at work, and how to end it alone.
#[derive(Debug)]
pub(super) struct RunningLink {
    pub(super) id: LinkId,
    pub(super) plan: PlannedLink,
    pub(super) stop: CancellationToken,
    pub(super) task: JoinHandle<()>,
}

/// Starts links, all with the same surroundings.
#[derive(Debug)]
pub(super) struct LinkStarter {
    pub(super) fleet: FleetInbox,
    pub(super) recorder: Arc<dyn Recorder>,
    pub(super) exchange: Arc<Exchange>,
    pub(super) clock: StationClock,
    pub(super) own: (SystemId, ComponentId),
    pub(super) memory: Arc<SigningMemory>,
    pub(super) stop: CancellationToken,
}

impl LinkStarter {
    /// Starts the links of a plan, numbered in their order; says where messages for each go.
    pub(super) fn start_all(
        &self,
        links: Vec<PlannedLink>,
    ) -> (Vec<RunningLink>, Vec<Option<mpsc::Sender<Transmission>>>) {
        let numbered = (0u16..).map(LinkId).zip(links);
        let start = |(id, link): (LinkId, PlannedLink)| {
            let (outbox, outgoing) = mpsc::channel(OUTBOX);
            let outbox = link.sends().then_some(outbox);
            self.exchange.set_outbox(id, outbox.clone());
            (self.start(id, link, outgoing), outbox)
        };
        numbered.map(start).unzip()
    }

    /// Starts one link the fleet knows of.
    pub(super) fn start(
        &self,
        id: LinkId,
        link: PlannedLink,
        outgoing: mpsc::Receiver<Transmission>,
    ) -> RunningLink {
        let stop = self.stop.child_token();
        let setup = LinkSetup {
            id,
            fleet: self.fleet.clone(),
            recorder: Arc::clone(&self.recorder),
            exchange: Arc::clone(&self.exchange),
            network: Arc::clone(&link.info.network),
            outgoing,
            clock: self.clock,
            own: self.own,
            passive: !link.sends(),
            signing: self.signing(&link),
            stop: stop.clone(),
        };
        let task = link.route.clone().spawn(setup);
        RunningLink {
            id,
            plan: link,
            stop,
            task,
        }
    }

    fn signing(&self, link: &PlannedLink) -> Option<LinkSigning> {
        let (signing, warning) = self.memory.of_link(link)?;
        if let Some(warning) = warning {
            self.teller()(warning);
        }
        Some(signing)
    }

    /// Writes warnings into the log book; one that finds the inbox full is lost, since there is worse to tell.
    pub(super) fn teller(&self) -> impl Fn(String) + Send + 'static {
        let (fleet, clock) = (self.fleet.clone(), self.clock);
        move |text| {
            let report = LinkReport::Station(clock.now(), Severity::WARNING, text.into());
            let _ = fleet.offer(report);
        }
    }
}
