//! Opens the flight log for the session of a station.

use std::sync::Arc;

use super::plan::{LogPlan, Plan};
use crate::{
    model::{ids::LinkId, time::StationClock},
    store::{SessionInfo, Store, StoreError, StoreHandle, StoreOptions},
};

/// Opens the log a plan asks for and begins a session in it.
pub(super) fn open(
    plan: &Plan,
    clock: StationClock,
) -> Result<(Option<Store>, Option<StoreHandle>), StoreError> {
    let LogPlan::File {
        path,
        sample_hz,
        frames,
    } = &plan.log
    else {
        return Ok((None, None));
    };
    let info = SessionInfo {
        started: clock.now(),
        name: plan.name.to_string(),
        host: host_name(),
        version: env!("CARGO_PKG_VERSION").into(),
        config: plan.config_text.clone(),
    };
    let numbered = (0u16..)
        .map(LinkId)
        .zip(plan.links.iter().map(|link| Arc::clone(&link.info.name)));
    let options = StoreOptions {
        sample_hz: *sample_hz,
        frames: *frames,
        links: numbered.collect(),
        ..StoreOptions::default()
    };
    let (store, handle) = Store::open_or_wait(path, &info, &options)?;
    Ok((Some(store), Some(handle)))
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}
