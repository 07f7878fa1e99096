//! What can be said to `mission`, `fence`, `rally` and `param`.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};

use super::instance_arguments::{InstanceArgs, seconds};

pub(crate) const PLAN_HELP: &str = "\
Files: QGroundControl's .plan (surveys by the items they carry), QGC WPL 110 and 100, the old JSON .mission, and the \
fence and rally texts of MAVProxy; the content decides, not the name. What is written is a .plan, or QGC WPL 110 where \
the name ends in .waypoints, .wp or .txt.

Whatever is given is read back and compared; an end that is not proven says what the vehicle may hold now.

Examples:
  volery mission get alpha alpha.plan
  volery mission put alpha bravo survey.plan --yes
  volery mission diff alpha survey.plan
  volery fence clear alpha --yes

Exit status: 0 done and proven, 5 refused by a vehicle or the station, 6 no answer in time, 1 not done as asked, 2 usage \
or a file that cannot be read, 4 no token.";

pub(crate) const PARAM_HELP: &str = "\
Files: .param of Mission Planner and MAVProxy, or QGroundControl's .params (written where the name ends so).

`get` asks the vehicle only for what the station does not know already (--fresh asks all the same). `set` and `load` read \
each parameter first, write those that differ, and read them back; `load` writes what undoes it into a file beside FILE.

Examples:
  volery param get alpha FENCE_ALT_MAX FENCE_RADIUS
  volery param set alpha bravo FENCE_ALT_MAX 120 --yes
  volery param save alpha alpha.param
  volery param diff alpha bravo
  volery param load alpha tuned.param

Exit status: 0 done and proven, 5 refused by a vehicle or the station, 6 no answer in time, 2 usage or a file that cannot \
be read, 4 no token; `diff` is 1 when something differs.";

/// What every one of these verbs takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Confirm what needs it, unasked.
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Also vehicles that are lost, whose system id two senders use, or that are heard over a satellite.
    #[arg(long = "override")]
    pub(super) overrides: bool,
    /// Wait at most this long for the last of them; what is under way then goes on.
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "300")]
    pub(super) timeout: Duration,
    #[command(flatten)]
    pub(super) instance: InstanceArgs,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanVerb {
    /// Read it from a vehicle, into a file or to standard output.
    Get {
        /// Its id.
        vehicle: String,
        /// Where to write it.
        file: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Give it to vehicles, and read it back.
    Put {
        /// Vehicles by their ids, then the file.
        #[arg(value_name = "VEHICLE… FILE", required = true, num_args = 2..)]
        words: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Empty it.
    Clear {
        /// Vehicles by their ids.
        #[arg(value_name = "VEHICLE", required = true)]
        vehicles: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Compare a vehicle's with a file.
    Diff {
        /// Its id.
        vehicle: String,
        /// What to compare with.
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ParamVerb {
    /// Show parameters: all, or those named.
    Get {
        /// Vehicles by their ids, then names of parameters.
        #[arg(value_name = "VEHICLE… [NAME…]", required = true)]
        words: Vec<String>,
        /// Ask the vehicle although they are known.
        #[arg(long)]
        fresh: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Set parameters, and read them back.
    Set {
        /// Vehicles by their ids, then names and values.
        #[arg(
            value_name = "VEHICLE… NAME VALUE …",
            required = true,
            num_args = 3..,
            allow_negative_numbers = true
        )]
        words: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Read all from a vehicle into a file.
    Save {
        /// Its id.
        vehicle: String,
        /// Where to write them.
        file: PathBuf,
        /// Ask the vehicle although they are known.
        #[arg(long)]
        fresh: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Set what differs from a file.
    Load {
        /// Vehicles by their ids, then the file.
        #[arg(value_name = "VEHICLE… FILE", required = true, num_args = 2..)]
        words: Vec<String>,
        /// Leave the rest alone after one that could not be set.
        #[arg(long)]
        stop_on_failure: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Compare a vehicle with another one, or with a file.
    Diff {
        /// Its id.
        vehicle: String,
        /// Another vehicle's id, or a file.
        other: String,
        #[command(flatten)]
        common: Common,
    },
}
