//! With whom are parameters talked about, and how do values travel?

use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            encoding::ParamEncoding,
            traffic::{ParamHeard, ParamReport},
        },
        report::Report,
        transmission::Target,
    },
    protocol::patience::Patience,
};

/// What every conversation about parameters needs to know.
#[derive(Debug, Clone, Copy)]
pub struct ParamTerms {
    /// Whose parameters.
    pub target: Target,
    /// How values travel.
    pub encoding: ParamEncoding,
    /// Time-outs.
    pub patience: Patience,
}

impl ParamTerms {
    /// A PARAM_VALUE of the target.
    pub(super) fn value<'a>(
        &self,
        sender: (SystemId, ComponentId),
        report: &'a Report,
    ) -> Option<&'a ParamHeard> {
        match report {
            Report::Param(ParamReport::Value(heard)) if self.is_target(sender) => Some(heard),
            _ => None,
        }
    }

    pub(super) fn is_target(&self, sender: (SystemId, ComponentId)) -> bool {
        sender == (self.target.system(), self.target.component())
    }
}

/// Whether a message with these target ids is meant for `own`; 0 is everybody.
pub(super) const fn is_for(system: u8, component: u8, own: (SystemId, ComponentId)) -> bool {
    (system == 0 || system == own.0.0) && (component == 0 || component == own.1.0)
}
