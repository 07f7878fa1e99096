//! The forms one command may be sent in, and which answers make the next of them right.
//!
//! A form is given up only when the vehicle itself says that it did not take it: what follows is no repetition.

use crate::model::{
    transmission::{Outgoing, PlanMessage, Target},
    words::CommandResult,
};

pub(super) const UNSUPPORTED: CommandResult = CommandResult(3);
const LONG_ONLY: CommandResult = CommandResult(7);
const INT_ONLY: CommandResult = CommandResult(8);
const UNSUPPORTED_FRAME: CommandResult = CommandResult(9);
/// SET_MODE has no ack of its own. ArduPilot answers it with the number of the message, PX4 with that of the command.
const SET_MODE: u16 = 11;

/// A command as COMMAND_INT says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntForm {
    /// MAV_FRAME.
    pub frame: u8,
    /// param1 to param4.
    pub params: [f32; 4],
    /// x and y: degrees × 1e7 where they are a place.
    pub place_1e7: (i32, i32),
    /// Metres in the frame.
    pub z_m: f32,
}

/// One form of a command.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// COMMAND_LONG, its seven parameters.
    Long([f32; 7]),
    /// COMMAND_INT.
    Int(IntForm),
    /// SET_MODE with this custom mode, for autopilots older than MAV_CMD_DO_SET_MODE. The mode of the next heartbeat
    /// is an answer as well.
    SetMode(u32),
    /// MISSION_SET_CURRENT, for autopilots older than MAV_CMD_DO_SET_MISSION_CURRENT. Its answer is MISSION_CURRENT.
    SetCurrent(u16),
    /// SET_POSITION_TARGET_GLOBAL_INT in a guided mode, for autopilots older than MAV_CMD_DO_REPOSITION. It has no
    /// ack at all; the only answer is that the vehicle says it goes there.
    GuidedTarget {
        /// Degrees × 1e7.
        place_1e7: (i32, i32),
        /// Metres above home.
        alt_rel_m: f32,
    },
}

impl Form {
    /// Whether the vehicle's own state is an answer, without any ack.
    pub(super) const fn is_answered_by_state(self) -> bool {
        matches!(
            self,
            Self::SetMode(_) | Self::SetCurrent(_) | Self::GuidedTarget { .. }
        )
    }

    /// Whether an ack of `ack` answers this form of MAV_CMD `command`.
    pub(super) const fn is_answered_by(self, ack: u16, command: u16) -> bool {
        match self {
            Self::Long(_) | Self::Int(_) => ack == command,
            Self::SetMode(_) => ack == command || ack == SET_MODE,
            Self::SetCurrent(_) | Self::GuidedTarget { .. } => false,
        }
    }

    /// What acks of this form name: the MAV_CMD, or the number of a message. `None` where there are no acks.
    #[must_use]
    pub const fn acked_as(self, command: u16) -> Option<u16> {
        match self {
            Self::Long(_) | Self::Int(_) => Some(command),
            Self::SetMode(_) => Some(SET_MODE),
            Self::SetCurrent(_) | Self::GuidedTarget { .. } => None,
        }
    }

    /// The message.
    pub(super) const fn message(self, target: Target, command: u16, confirmation: u8) -> Outgoing {
        match self {
            Self::Long(params) => Outgoing::CommandLong {
                target,
                command,
                confirmation,
                params,
            },
            Self::Int(int) => Outgoing::CommandInt {
                target,
                command,
                frame: int.frame,
                params: int.params,
                place_1e7: int.place_1e7,
                z_m: int.z_m,
            },
            Self::SetMode(custom_mode) => Outgoing::SetMode {
                target,
                custom_mode,
            },
            Self::SetCurrent(seq) => Outgoing::Plan(target, PlanMessage::SetCurrent(seq)),
            Self::GuidedTarget {
                place_1e7,
                alt_rel_m,
            } => Outgoing::GuidedTarget {
                target,
                place_1e7,
                alt_rel_m,
            },
        }
    }
}

/// A command in the forms it may be sent in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forms {
    /// Tried first.
    pub first: Form,
    /// For a vehicle that says it does not take the first.
    pub then: Option<Form>,
}

impl Forms {
    /// One form, and no other.
    #[must_use]
    pub const fn only(first: Form) -> Self {
        Self { first, then: None }
    }

    /// The same with another form for vehicles that do not take the first.
    #[must_use]
    pub const fn or(mut self, then: Form) -> Self {
        self.then = Some(then);
        self
    }

    /// The next form, when `result` says that `self.first` was not taken for what it is.
    pub(super) fn after(self, result: CommandResult) -> Option<Form> {
        let then = self.then?;
        let is_right = match (self.first, then) {
            (Form::Long(_), Form::Int(_)) => result == INT_ONLY,
            (Form::Long(_), _) => result == UNSUPPORTED,
            _ => matches!(result, UNSUPPORTED | LONG_ONLY | UNSUPPORTED_FRAME),
        };
        is_right.then_some(then)
    }
}

/// Whether a result says that a form was not taken, rather than that the command was not done.
pub(super) fn is_about_form(result: CommandResult) -> bool {
    matches!(
        result,
        UNSUPPORTED | LONG_ONLY | INT_ONLY | UNSUPPORTED_FRAME
    )
}
