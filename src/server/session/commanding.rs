//! Commands on a WebSocket: what a client wants of vehicles, and every change of a command it may see.

use std::sync::Arc;

use super::Session;
use crate::{
    model::snapshot::Snapshot,
    server::{
        parting::Parting,
        protocol::ServerMessage,
        refusal::{Code, Refusal},
        role::Role,
        wish::Wish,
    },
};

const VIEWERS_ONLY_READ: &str = "viewers may only read; send the token of this run by auth first";

impl Session {
    /// Only operators command; what comes of it is told to everybody who sees the vehicle.
    pub(super) async fn command(&mut self, wish: Wish) -> Result<(), Parting> {
        let request = wish.request.clone();
        let submitted = match self.rights.role {
            Role::Operator => wish.submit(&self.hub, self.rights.origin.clone()),
            Role::Viewer => Err(Refusal::forbidden(VIEWERS_ONLY_READ)),
        };
        match submitted {
            Ok(_ticket) => Ok(()),
            Err(refusal) => {
                let (code, text) = refusal.reason();
                self.refuse(code, text, request.as_deref()).await
            }
        }
    }

    /// Operators may also have enough of a command. Its states tell what came of it.
    pub(super) async fn abort(&mut self, request: &str) -> Result<(), Parting> {
        let aborted = match self.rights.role {
            Role::Operator => self.hub.abort(request, self.rights.origin.clone()),
            Role::Viewer => Err(Refusal::forbidden(VIEWERS_ONLY_READ)),
        };
        match aborted {
            Ok(_submitted) => Ok(()),
            Err(refusal) => {
                let (code, text) = refusal.reason();
                self.refuse(code, text, Some(request)).await
            }
        }
    }

    /// Every change of a command of the vehicles it sees, since it came.
    pub(super) async fn deliver_commands(&mut self, newest: &Snapshot) -> Result<(), Parting> {
        let commands = Arc::clone(&newest.commands);
        if commands.newest_id() <= self.command {
            return Ok(());
        }
        let missed = commands.missed_after(self.command);
        if missed > 0 {
            self.have = None;
            let text = format!(
                "{missed} command states came faster than they were taken and are not shown; a fresh \
                 snapshot follows, the log has all"
            );
            self.refuse(Code::TooBusy, &text, None).await?;
        }
        let from = std::mem::replace(&mut self.command, commands.newest_id());
        for report in commands.after(from) {
            if self.view.selection.has(&report.vehicle) {
                self.tell(&ServerMessage::Command(report)).await?;
            }
        }
        Ok(())
    }
}
