//! What a flight mode is to the simulator: a number on the air, a name in texts, and a way to fly.

/// How a craft behaves in a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conduct {
    /// A pilot's sticks, which nobody holds: a copter stays, a plane circles, a rover stops.
    Manual,
    /// Stay here.
    Hold,
    /// Go where the station says.
    Guided,
    /// Follow the mission.
    Mission,
    /// Come home and land.
    Return,
    /// Come down here.
    Land,
    /// Climb to the takeoff height, then hold.
    Takeoff,
}

/// One mode of one firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// `custom_mode` of the heartbeat.
    pub number: u32,
    /// The firmware's own name for it.
    pub name: &'static str,
    /// How to fly in it.
    pub conduct: Conduct,
    /// Whether the craft may be armed in it on the ground.
    pub armable: bool,
    /// Whether it needs a position.
    pub needs_position: bool,
}

/// A row of a firmware's mode table.
pub(super) const fn mode(number: u32, name: &'static str, conduct: Conduct, armable: bool) -> Mode {
    Mode {
        number,
        name,
        conduct,
        armable,
        needs_position: !matches!(conduct, Conduct::Manual | Conduct::Land),
    }
}
