//! What can be said to the verbs that ask a running instance.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{
    instance_arguments::{InstanceArgs, seconds},
    transfer_arguments::{PARAM_HELP, PLAN_HELP, ParamVerb, PlanVerb},
};
use crate::config::parse_duration;

#[derive(Debug, Subcommand)]
pub(crate) enum Question {
    /// How a running instance does: ready, vehicles, links, log.
    Status(StatusArgs),
    /// The vehicles of a running instance, worst first.
    Vehicles(VehiclesArgs),
    /// The links of a running instance, worst first.
    Links(StatusArgs),
    /// The log book of a running instance.
    Events(EventsArgs),
    /// JSON lines of everything that changes, until interrupted.
    ///
    /// The first line is a `snapshot`, the others are `update`s: merge patches (RFC 7396) from the state `since` to the
    /// state `seq`, as on the WebSocket. After a break of the connection a fresh `snapshot` follows.
    Watch(WatchArgs),
    /// Wait until an expression holds for the fleet.
    #[command(after_long_help = WAIT_HELP)]
    Wait(WaitArgs),
    /// Command vehicles through a running instance: vehicles, then a command, then its numbers.
    #[command(after_long_help = SEND_HELP)]
    Send(SendArgs),
    /// Give vehicles the signing key of their link, or take it away.
    #[command(subcommand, after_long_help = SIGNING_HELP)]
    Signing(SigningCommand),
    /// Missions of vehicles, and plan files.
    #[command(subcommand, after_long_help = PLAN_HELP)]
    Mission(PlanVerb),
    /// Fences of vehicles, and plan files.
    #[command(subcommand, after_long_help = PLAN_HELP)]
    Fence(PlanVerb),
    /// Rally points of vehicles, and plan files.
    #[command(subcommand, after_long_help = PLAN_HELP)]
    Rally(PlanVerb),
    /// Parameters of vehicles, and parameter files.
    #[command(subcommand, after_long_help = PARAM_HELP)]
    Param(ParamVerb),
    /// End a running instance in order, and wait until it is gone.
    Stop(StopArgs),
    /// Make a running instance read its fleet.toml again; what did not change stays connected.
    Reload(StatusArgs),
}

const WAIT_HELP: &str = "\
EXPR is CEL (https://cel.dev) over the vehicle object of docs/contract.md, judged anew at every change.

It sees the keys of a vehicle (armed, mode, state, battery.remaining_percent, position.alt_rel_m …) and is judged for \
each vehicle by itself: it must hold for all of them, or for one with --any. Without --vehicle they are all that the \
station knows, and at least one. A vehicle that lacks what the expression reads (never heard) does not satisfy it.

Besides: vehicle (the whole object), vehicles (all of them, by id), links (by name) and now_ms (station time). An \
expression that reads nothing of one vehicle is about the fleet and is judged once.

Numbers compare across kinds (battery.voltage_v > 22); for sums both sides need a fraction (position.alt_rel_m + 5.0). \
A group that was never heard is empty: has(battery.current_a) asks without failing.

Examples:
  volery wait 'armed' --vehicle alpha --timeout 30
  volery wait 'state == \"live\" && gps[\"0\"].fix in [\"3d_fix\", \"rtk_fixed\"]' --timeout 2m
  volery wait 'battery.remaining_percent < 25' --any
  volery wait 'size(vehicles) >= 3 && links.all(l, links[l].state == \"open\")'
  volery wait 'now_ms - heard_ms > 10000' --vehicle bravo

Exit status: 0 it holds, 6 it did not in time, 2 the expression or a vehicle is wrong, 1 no instance answers.";

const SEND_HELP: &str = "\
Commands: arm · disarm [force] · takeoff ALT_REL_M · mission_start · reboot · land · rtl · hold · mode NAME · goto LAT \
LON ALT_REL_M · speed M_S · yaw DEG · mission_set_current SEQ · set_home [LAT LON ALT_MSL_M] · message_interval MESSAGE \
HZ · request_message MESSAGE · long MAV_CMD [PARAM1 … PARAM7]

Numbers come in this order, or by name (alt_rel_m=10). What moves a vehicle, and everything for more than one, asks \
first, or needs --yes where nobody can be asked. No vehicle is commanded that is not named.

Examples:
  volery send alpha takeoff 10
  volery send alpha goto 47.1 8.5 30
  volery send alpha bravo rtl --yes
  volery send alpha mode GUIDED
  volery send alpha long MAV_CMD_DO_SET_SERVO 9 1500

Exit status: 0 accepted by all, 5 refused by a vehicle or the station, 6 no definite answer in time, 2 usage, 4 no \
token, 1 no instance answers.";

const SIGNING_HELP: &str = "\
The key is that of the link the vehicle is heard over (signing = { key_env = …, policy = \"accept\" } in fleet.toml). It \
goes out in one message, several times, to the named vehicle alone, and only by MAVLink 2 to a disarmed one. Vehicles \
do not acknowledge it: the answer is what is heard of them in the next ten seconds.

A vehicle that signs listens to nobody without the key, on all its links. Once all vehicles of a link sign, policy = \
\"require\" shuts everybody else out.

Exit status: as of `volery send`.";

#[derive(Debug, Subcommand)]
pub(crate) enum SigningCommand {
    /// They sign from now on, and listen to who does.
    Setup {
        #[command(flatten)]
        arguments: SigningArgs,
        /// With the key of the vehicle's link; there is no other.
        #[arg(long)]
        link_key: bool,
    },
    /// They sign no more, and listen to everybody.
    Disable(SigningArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SigningArgs {
    /// Vehicles by their ids.
    #[arg(value_name = "VEHICLE", required = true)]
    pub(super) vehicles: Vec<String>,
    /// Confirm, unasked.
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Wait at most this long for the last answer.
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "15")]
    pub(super) timeout: Duration,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// Vehicles by their ids, a command, its numbers.
    #[arg(
        value_name = "VEHICLE… COMMAND [ARG…]",
        required = true,
        allow_negative_numbers = true
    )]
    pub(super) words: Vec<String>,
    /// Confirm what needs it, unasked.
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Also vehicles that are lost, or whose system id two senders use.
    #[arg(long = "override")]
    pub(super) overrides: bool,
    /// Wait at most this long for the last answer.
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "30")]
    pub(super) timeout: Duration,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// Also while vehicles are armed, without a question.
    #[arg(short, long)]
    pub(super) yes: bool,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VehiclesArgs {
    /// These only.
    #[arg(value_name = "VEHICLE")]
    pub(super) vehicles: Vec<String>,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON: an array of vehicle objects.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Go on with every new one, until interrupted.
    #[arg(short, long)]
    pub(super) follow: bool,
    /// Those of the last while: 90s, 5m, 2h.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) since: Option<Duration>,
    /// Those about this vehicle.
    #[arg(long, value_name = "ID")]
    pub(super) vehicle: Option<String>,
    /// At most so many of the past: the newest.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(super) limit: u32,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON lines.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// These only.
    #[arg(value_name = "VEHICLE")]
    pub(super) vehicles: Vec<String>,
    /// These fields of a vehicle only (position,battery …).
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    pub(super) fields: Vec<String>,
    /// At most so many updates a second.
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub(super) rate: Option<f64>,
    /// Whole vehicle objects, one a line, instead of snapshots and patches.
    #[arg(long)]
    pub(super) whole: bool,
    /// End after so many lines.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: Option<u64>,
    /// JSON lines it is anyway.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// What shall hold.
    #[arg(value_name = "EXPR")]
    pub(super) expression: String,
    /// Give up after so many seconds (or 500ms, 2m, 1h).
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub(super) timeout: Option<Duration>,
    /// These vehicles instead of all.
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(super) vehicle: Vec<String>,
    /// One vehicle is enough.
    #[arg(long, conflicts_with = "all")]
    pub(super) any: bool,
    /// Every vehicle must satisfy it (the default).
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// The outcome as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "a time with its unit is wanted: 90s, 5m, 2h".into())
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(hz) if (0.01..=1_000.0).contains(&hz) => Ok(hz),
        _ => Err("a number from 0.01 to 1000 is wanted".into()),
    }
}
