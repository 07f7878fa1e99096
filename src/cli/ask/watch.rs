//! `volery watch`: JSON lines of everything that changes.

use serde_json::Value;

use super::{
    arguments::WatchArgs,
    instance::Instance,
    looks::{clean, print},
    reader::while_read,
};
use crate::{
    cli::failure::Failure,
    server::client::{
        fold::{Heard, Mirror},
        follow::{Interest, News},
    },
};

/// Prints lines until `--count` of them are printed, or the reader goes away.
pub(super) async fn watch(arguments: &WatchArgs) -> Result<(), Failure> {
    while_read(follow(arguments)).await
}

async fn follow(arguments: &WatchArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    instance.require(&arguments.vehicles).await?;
    let list = |names: &Vec<String>| (!names.is_empty()).then(|| names.clone());
    let interest = Interest {
        vehicles: list(&arguments.vehicles),
        fields: list(&arguments.fields),
        rate_hz: arguments.rate,
    };
    let mut follower = instance.follow(interest).await?;
    let mut left = arguments.count.unwrap_or(u64::MAX);
    loop {
        match follower.next().await {
            News::Heard(heard, raw) => {
                for line in lines(&heard, raw, follower.mirror(), arguments.whole) {
                    print(&line.to_string())?;
                    left -= 1;
                    if left == 0 {
                        return Ok(());
                    }
                }
            }
            News::Lost { reason, retry_in } => {
                let wait = retry_in.as_secs_f64();
                crate::cli::say(&format!("{}; trying again in {wait:.1} s", clean(&reason)));
            }
        }
    }
}

/// What a message is worth: itself, or the whole vehicles it changed.
fn lines(heard: &Heard, raw: Value, mirror: &Mirror, whole: bool) -> Vec<Value> {
    match heard {
        Heard::Fresh if whole => mirror.vehicles.values().cloned().collect(),
        Heard::Changed { vehicles, .. } if whole => vehicles
            .iter()
            .filter_map(|id| mirror.vehicles.get(id).cloned())
            .collect(),
        Heard::Fresh | Heard::Changed { .. } => vec![raw],
        Heard::Error { text, .. } => {
            crate::cli::say(&clean(text));
            Vec::new()
        }
        Heard::Hello { .. } | Heard::OutOfStep | Heard::Events(_) | Heard::Nothing => Vec::new(),
    }
}
