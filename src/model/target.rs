//! Whom a message is for: always one, never all.

use super::ids::{ComponentId, SystemId};

/// One component of one system, never "all".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    system: SystemId,
    component: ComponentId,
}

impl Target {
    /// The target, or `None` where an id is 0: that would speak to everybody.
    #[must_use]
    pub const fn new(system: SystemId, component: ComponentId) -> Option<Self> {
        if system.0 == 0 || component.0 == 0 {
            None
        } else {
            Some(Self { system, component })
        }
    }

    /// Never 0.
    #[must_use]
    pub const fn system(self) -> SystemId {
        self.system
    }

    /// Never 0.
    #[must_use]
    pub const fn component(self) -> ComponentId {
        self.component
    }
}
