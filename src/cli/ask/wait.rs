//! `volery wait`: until an expression holds for the fleet, or time is up.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep_until};

use super::{
    arguments::WaitArgs,
    instance::Instance,
    judgement::{Judgement, Outcome},
    looks::{clean, print_json},
};
use crate::{
    cli::failure::{Failure, Status},
    rules::rule::{Rule, Verdict},
    server::client::{
        fold::Heard,
        follow::{Follower, Interest, News},
    },
};

/// How often a rule over the time is judged while nothing comes.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A year is for ever.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);
/// Most vehicles whose answers are told.
const MOST_NAMES: usize = 12;

/// Waits.
pub(super) async fn wait(arguments: &WaitArgs) -> Result<(), Failure> {
    let rule = Rule::compile(&arguments.expression)
        .map_err(|error| Failure::new(format!("wrong expression: {error}")).with(Status::Usage))?;
    let instance = Instance::find(&arguments.instance)?;
    instance.require(&arguments.vehicle).await?;
    let judgement = Judgement::new(rule, arguments.vehicle.clone(), arguments.any);
    let interest = Interest {
        vehicles: (!judgement.needs_all()).then(|| arguments.vehicle.clone()),
        fields: judgement.fields(),
        rate_hz: None,
    };
    let alive = instance.get("/healthz").await?;
    let follower = instance.follow(interest).await?;
    let began = Instant::now();
    let mut waiting = Waiting {
        judgement,
        follower,
        station_ms: alive["time_ms"].as_i64().unwrap_or_default(),
        began,
        is_connected: false,
        last: None,
    };
    let holds = waiting
        .until(began + arguments.timeout.unwrap_or(FOR_EVER))
        .await;
    let answers = waiting
        .last
        .map_or_else(Vec::new, |outcome| outcome.answers);
    if arguments.json {
        print_json(&outcome(holds, &answers, began.elapsed()))?;
    }
    if holds {
        return Ok(());
    }
    let waited = began.elapsed().as_secs_f64();
    let why = format!("it did not hold within {waited:.1} s{}", told(&answers));
    Err(Failure::new(why).with(Status::TimedOut))
}

struct Waiting {
    judgement: Judgement,
    follower: Follower,
    /// Station time when it began.
    station_ms: i64,
    began: Instant,
    is_connected: bool,
    last: Option<Outcome>,
}

impl Waiting {
    /// Returns whether it held before `end`.
    async fn until(&mut self, end: Instant) -> bool {
        let mut look = Instant::now() + LOOK_EVERY;
        loop {
            let by_time = self.judgement.reads_the_time() && self.is_connected;
            let next_look = if by_time { look } else { end + LOOK_EVERY };
            let is_news = tokio::select! {
                news = self.follower.next() => self.take(news),
                () = sleep_until(next_look) => {
                    look = Instant::now() + LOOK_EVERY;
                    true
                }
                () = sleep_until(end) => return false,
            };
            if is_news && self.holds() {
                return true;
            }
        }
    }

    /// Whether it is worth judging again.
    fn take(&mut self, news: News) -> bool {
        match news {
            News::Heard(Heard::Fresh, _) => {
                self.is_connected = true;
                self.judgement.forget(None);
                true
            }
            News::Heard(Heard::Changed { vehicles, .. }, _) => {
                self.judgement.forget(Some(&vehicles));
                true
            }
            News::Heard(..) => false,
            News::Lost { reason, retry_in } => {
                // What was true before the break may not be true any more.
                self.is_connected = false;
                let wait = retry_in.as_secs_f64();
                crate::cli::say(&format!("{}; trying again in {wait:.1} s", clean(&reason)));
                false
            }
        }
    }

    fn holds(&mut self) -> bool {
        let mirror = self.follower.mirror();
        if mirror.seq.is_none() {
            return false;
        }
        let passed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now_ms = self.station_ms.saturating_add(passed);
        let outcome = self
            .judgement
            .judge(&mirror.vehicles, &mirror.links, now_ms);
        let holds = outcome.holds;
        self.last = Some(outcome);
        holds
    }
}

fn outcome(holds: bool, answers: &[(String, Verdict)], took: Duration) -> Value {
    let answers: Map<String, Value> = answers
        .iter()
        .map(|(id, verdict)| {
            let answer = match verdict {
                Verdict::Holds => json!({"holds": true}),
                Verdict::Fails => json!({"holds": false}),
                Verdict::NotEvaluable(why) => json!({"holds": false, "not_evaluable": why}),
            };
            (id.clone(), answer)
        })
        .collect();
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    json!({"holds": holds, "took_ms": took_ms, "answers": answers})
}

/// For whom it does not hold, and why.
fn told(answers: &[(String, Verdict)]) -> String {
    let unsatisfied: Vec<String> = answers
        .iter()
        .filter_map(|(id, verdict)| match verdict {
            Verdict::Holds => None,
            Verdict::Fails => Some(format!("{}: no", clean(id))),
            Verdict::NotEvaluable(why) => Some(format!("{}: {}", clean(id), clean(why))),
        })
        .collect();
    match unsatisfied.len() {
        0 if answers.is_empty() => ": no vehicle is known".into(),
        0 => String::new(),
        count => {
            let shown = unsatisfied[..count.min(MOST_NAMES)].join("; ");
            let more = if count > MOST_NAMES { "; …" } else { "" };
            format!(" ({shown}{more})")
        }
    }
}
