//! What a screen may do beyond itself: command the vehicles of its station, have the file read again.

use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::{
    app::{Running, plan::Plan},
    model::control::{NotReloaded, Reloaded},
    tui::{
        Hands, ScreenControl,
        hands::{Reload, origin},
        palette::reach::Reach,
    },
    wire::autopilot::FirmwareModes,
};

/// The hands of the screen that shows this station.
pub(super) fn hands(
    (runtime, running): (&Runtime, &Running),
    plan: &Plan,
    is_replay: bool,
    screen: &ScreenControl,
) -> Hands {
    let is_recording = !plan.links.is_empty() && plan.links.iter().all(|link| link.info.recording);
    let reach = if is_replay || is_recording {
        Reach::Recording
    } else {
        Reach::Vehicles
    };
    Hands {
        fleet: Some(running.fleet_handle()),
        modes: Arc::new(FirmwareModes),
        reach,
        reload: Some(reload(runtime, running, screen)),
    }
}

fn reload(runtime: &Runtime, running: &Running, screen: &ScreenControl) -> Reload {
    let (control, runtime) = (running.control_handle(), runtime.handle().clone());
    let screen = screen.clone();
    Arc::new(move || {
        let answer = control.reload(origin());
        let screen = screen.clone();
        runtime.spawn(async move { screen.tell(told(answer.await)) });
    })
}

/// One line; the log book has the rest.
fn told(answer: Result<Reloaded, NotReloaded>) -> String {
    match answer {
        Ok(done) if done.changed.is_empty() && done.restart.is_empty() => {
            format!("{}: nothing changed", done.file)
        }
        Ok(done) if done.restart.is_empty() => {
            format!("{}: {}", done.file, done.changed.join("; "))
        }
        Ok(done) => {
            let changed = done.changed.len();
            format!(
                "{}: {changed} changed; after a restart: {}",
                done.file,
                done.restart.join("; ")
            )
        }
        Err(refusal) => match refusal.mistakes.first() {
            Some(first) => format!("{}: line {}: {}", refusal.text, first.line, first.message),
            None => refusal.text,
        },
    }
}
