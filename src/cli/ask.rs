//! `volery status|vehicles|links|events|watch|wait|send|signing|stop|reload`: the verbs that ask a running instance.
//!
//! Each verb is a file: it asks, makes plain rows or lines, and prints them. `instance` finds whom to ask,
//! `table` lays rows out, `judgement` is what `wait` waits for.

mod abort;
pub(super) mod arguments;
mod events;
mod instance;
mod instance_arguments;
mod judgement;
mod links;
mod looks;
mod orders;
mod params;
mod plans;
mod rank;
mod reader;
mod send;
mod signing;
mod status;
mod table;
mod transfer_arguments;
mod transfers;
mod vehicles;
mod wait;
mod watch;

use tokio::signal::unix::{SignalKind, signal};

use self::arguments::Question;
use super::{failure::Failure, signals::End};
use crate::model::mission::PlanKind;

/// Asks, prints, and says how it ended.
pub(super) fn ask(question: &Question) -> Result<End, Failure> {
    let built = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = built.map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))
        };
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        let minds = !matches!(question, Question::Send(_));
        tokio::select! {
            done = answer(question) => done,
            _ = interrupt.recv(), if minds => broken_off(question).await.map(|()| End::Interrupted),
            _ = terminate.recv() => Ok(End::Terminated),
        }
    })
}

/// An interrupt while missions or parameters are under way.
async fn broken_off(question: &Question) -> Result<(), Failure> {
    match question {
        Question::Mission(verb) | Question::Fence(verb) | Question::Rally(verb) => {
            plans::interrupted(verb).await
        }
        Question::Param(verb) => params::interrupted(verb).await,
        _ => Ok(()),
    }
}

/// `send` minds interrupts by itself: a group that is under way is aborted first.
async fn answer(question: &Question) -> Result<End, Failure> {
    let done = match question {
        Question::Status(arguments) => status::status(arguments).await,
        Question::Vehicles(arguments) => vehicles::vehicles(arguments).await,
        Question::Links(arguments) => links::links(arguments).await,
        Question::Events(arguments) => events::events(arguments).await,
        Question::Watch(arguments) => watch::watch(arguments).await,
        Question::Wait(arguments) => wait::wait(arguments).await,
        Question::Send(arguments) => return send::send(arguments).await,
        Question::Signing(command) => signing::signing(command).await,
        Question::Mission(verb) => plans::plan(PlanKind::Mission, verb).await,
        Question::Fence(verb) => plans::plan(PlanKind::Fence, verb).await,
        Question::Rally(verb) => plans::plan(PlanKind::Rally, verb).await,
        Question::Param(verb) => params::param(verb).await,
        Question::Stop(arguments) => orders::stop(arguments).await,
        Question::Reload(arguments) => orders::reload(arguments).await,
    };
    done.map(|()| End::Done)
}
