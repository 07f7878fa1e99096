//! What can go wrong before a simulation runs; afterwards nothing does.

use std::io;
use std::net::SocketAddr;

/// Why a simulation could not be described or started.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The scenario is no TOML, or holds a key or a value that does not belong there.
    #[error("scenario, line {line}, column {column}: {text}")]
    Syntax {
        /// Line in the file, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong there.
        text: String,
    },
    /// A fault that makes no sense.
    #[error("scenario, line {line}, column {column}, fault {number} ({kind}): {text}")]
    Fault {
        /// Line of the key that is wrong, or of the fault, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// Its place among the faults, from 1.
        number: usize,
        /// Its kind as written.
        kind: String,
        /// What is wrong with it.
        text: String,
    },
    /// No target to send to.
    #[error("a simulation needs at least one address to send to")]
    NoTarget,
    /// More vehicles than system ids.
    #[error(
        "{vehicles} vehicles from system id {first} on do not fit {targets} target(s): {room} each; name more targets, one per network"
    )]
    TooManyVehicles {
        /// Vehicles asked for.
        vehicles: usize,
        /// Targets given.
        targets: usize,
        /// First system id.
        first: u8,
        /// Vehicles one target can hold.
        room: usize,
    },
    /// A fault names a vehicle the fleet does not have.
    #[error("scenario, fault {number}: there is no vehicle {vehicle}, the fleet has {vehicles}")]
    NoSuchVehicle {
        /// Its place among the faults, from 1.
        number: usize,
        /// The vehicle it names.
        vehicle: usize,
        /// Vehicles in the fleet.
        vehicles: usize,
    },
    /// A socket could not be opened.
    #[error(
        "cannot open UDP socket {number} of {wanted} towards {target}: {source}; raise `ulimit -n` or let the vehicles share a socket"
    )]
    Bind {
        /// Which socket, from 1.
        number: usize,
        /// How many are needed.
        wanted: usize,
        /// Where it would send to.
        target: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The simulation's thread or its event loop could not be started.
    #[error("cannot start the simulation: {source}")]
    Start {
        /// What the system said.
        source: io::Error,
    },
}
