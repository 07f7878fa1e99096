//! The hands of the screen: who takes what it sends, and what it knows of firmwares. Handed over by the composition.

use std::{fmt, sync::Arc};

use super::palette::{order::Submission, reach::Reach, task::Task};
use crate::model::{
    command::{CommandRequest, next_ticket},
    ids::VehicleId,
    intent::{Act, FleetHandle, Intent, NotTaken, Origin, Via},
    modes::{ModeBook, ModeOrder},
    transfer::TransferRequest,
    words::{Autopilot, MavType},
};

/// Starts a reload of the configuration file; what came of it is told through [`super::ScreenControl`].
pub type Reload = Arc<dyn Fn() + Send + Sync>;

/// What the screen may do beyond itself.
#[derive(Clone)]
pub struct Hands {
    /// Takes commands.
    pub fleet: Option<Arc<dyn FleetHandle>>,
    /// What each firmware calls its modes.
    pub modes: Arc<dyn ModeBook>,
    /// Whom it reaches.
    pub reach: Reach,
    /// Reads the file again, where there is one who can.
    pub reload: Option<Reload>,
}

impl fmt::Debug for Hands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hands")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl Default for Hands {
    /// Hands that do nothing.
    fn default() -> Self {
        Self {
            fleet: None,
            modes: Arc::new(NoModes),
            reach: Reach::Nobody,
            reload: None,
        }
    }
}

/// Knows no modes.
#[derive(Debug, Clone, Copy)]
pub struct NoModes;

impl ModeBook for NoModes {
    fn modes(&self, _: Autopilot, _: MavType) -> Vec<ModeOrder> {
        Vec::new()
    }
}

/// Who asks, in the log book.
#[must_use]
pub fn origin() -> Origin {
    Origin {
        via: Via::Screen,
        who: "screen".into(),
    }
}

impl Hands {
    /// Hands a command to the fleet; returns the ticket its reports will carry.
    ///
    /// # Errors
    /// [`NotTaken`] when nothing of it will happen.
    pub fn submit(&self, submission: &Submission) -> Result<u64, NotTaken> {
        let fleet = self.fleet.as_ref().ok_or(NotTaken::Gone)?;
        let ticket = next_ticket();
        let vehicles: Vec<VehicleId> = submission
            .vehicles
            .iter()
            .map(|named| named.id.clone())
            .collect();
        let (request, consent) = (format!("s{ticket}").into(), submission.consent);
        let act = match &submission.task {
            Task::Command(command) => Act::Command(Box::new(CommandRequest {
                ticket,
                request,
                vehicles,
                command: command.clone(),
                consent,
            })),
            Task::Transfer(transfer) => Act::Transfer(Box::new(TransferRequest {
                ticket,
                request,
                vehicles,
                work: transfer.work.clone(),
                consent,
            })),
        };
        let intent = Intent {
            origin: origin(),
            act,
        };
        fleet.submit(intent).map(|()| ticket)
    }

    /// Has the transfers of these requests broken off.
    ///
    /// # Errors
    /// [`NotTaken`] when some go on.
    pub fn cancel(&self, tickets: &[u64]) -> Result<(), NotTaken> {
        let fleet = self.fleet.as_ref().ok_or(NotTaken::Gone)?;
        tickets.iter().try_for_each(|ticket| {
            let act = Act::CancelTransfer { ticket: *ticket };
            fleet.submit(Intent {
                origin: origin(),
                act,
            })
        })
    }

    /// Ends a command where it is still under way.
    ///
    /// # Errors
    /// [`NotTaken`] when nothing of it will happen.
    pub fn abort(&self, ticket: u64) -> Result<(), NotTaken> {
        let fleet = self.fleet.as_ref().ok_or(NotTaken::Gone)?;
        fleet.submit(Intent {
            origin: origin(),
            act: Act::AbortCommand { ticket },
        })
    }

    /// Tells the fleet which vehicles are looked at. What it cannot take now is no loss: the next choice is told anew.
    pub fn look_at(&self, vehicles: Vec<VehicleId>) {
        if let Some(fleet) = &self.fleet {
            let intent = Intent {
                origin: origin(),
                act: Act::Focus { vehicles },
            };
            let _ = fleet.submit(intent);
        }
    }

    /// Starts a reload, where there is a file; returns what is to be said meanwhile.
    #[must_use]
    pub fn start_reload(&self) -> &'static str {
        match &self.reload {
            Some(reload) => {
                reload();
                "reading the file again"
            }
            None => "this screen has no station whose file could be read again",
        }
    }
}
