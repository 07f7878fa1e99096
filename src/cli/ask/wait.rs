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
/// Most vehicles that are named with an answer.
const MOST_NAMES: usize = 3;
/// A wait of no time judges once; the fleet gets this long to arrive.
const FLEET_WITHIN: Duration = Duration::from_secs(5);

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
    let timeout = arguments.timeout.unwrap_or(FOR_EVER);
    let holds = if timeout.is_zero() {
        waiting.once(began + FLEET_WITHIN).await?
    } else {
        waiting.until(began + timeout).await?
    };
    let answers = waiting
        .last
        .map_or_else(Vec::new, |outcome| outcome.answers);
    if arguments.json {
        print_json(&outcome(holds, &answers, began.elapsed()))?;
    }
    if holds {
        return Ok(());
    }
    let told = told(&answers);
    let why = if timeout.is_zero() {
        format!("it does not hold now{told}")
    } else {
        let waited = began.elapsed().as_secs_f64();
        format!("it did not hold within {waited:.1} s{told}")
    };
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
    /// Returns whether it holds now, when the fleet arrives before `end`.
    async fn once(&mut self, end: Instant) -> Result<bool, Failure> {
        while self.last.is_none() {
            let is_news = tokio::select! {
                news = self.follower.next() => self.take(news),
                () = sleep_until(end) => return Ok(false),
            };
            if is_news && self.holds()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns whether it held before `end`.
    async fn until(&mut self, end: Instant) -> Result<bool, Failure> {
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
                () = sleep_until(end) => return Ok(false),
            };
            if is_news && self.holds()? {
                return Ok(true);
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

    /// Whether it holds; a mistake in the expression ends the wait.
    fn holds(&mut self) -> Result<bool, Failure> {
        let mirror = self.follower.mirror();
        if mirror.seq.is_none() {
            return Ok(false);
        }
        let passed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now_ms = self.station_ms.saturating_add(passed);
        let outcome = self
            .judgement
            .judge(&mirror.vehicles, &mirror.links, now_ms);
        let holds = outcome.holds;
        if let Some(mistake) = &outcome.mistake {
            let why = format!("wrong expression: {}", clean(mistake));
            return Err(Failure::new(why).with(Status::Usage));
        }
        self.last = Some(outcome);
        Ok(holds)
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

/// For whom it does not hold, and why; those with the same answer together.
fn told(answers: &[(String, Verdict)]) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (id, verdict) in answers {
        let why = match verdict {
            Verdict::Holds => continue,
            Verdict::Fails => "no".to_owned(),
            Verdict::NotEvaluable(why) => clean(why),
        };
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, ids)) => ids.push(clean(id)),
            None => groups.push((why, vec![clean(id)])),
        }
    }
    if answers.is_empty() {
        return ": no vehicle is known".into();
    }
    let groups: Vec<String> = groups
        .iter()
        .map(|(why, ids)| format!("{why}: {}", named(ids)))
        .collect();
    match groups.as_slice() {
        [] => String::new(),
        groups => format!(" ({})", groups.join("; ")),
    }
}

/// Some of them by name, and how many more.
fn named(ids: &[String]) -> String {
    let shown = ids[..ids.len().min(MOST_NAMES)].join(", ");
    match ids.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_the_same_answer_are_told_together() {
        let unknown = || Verdict::NotEvaluable("`mode` is not known".into());
        let mut answers: Vec<(String, Verdict)> = (1..=5)
            .map(|n| (format!("mav-{n}"), Verdict::Fails))
            .collect();
        answers.push(("alpha".into(), unknown()));
        answers.push(("bravo".into(), Verdict::Holds));
        let wanted = " (no: mav-1, mav-2, mav-3 and 2 more; `mode` is not known: alpha)";
        assert_eq!(told(&answers), wanted);
        assert_eq!(told(&[]), ": no vehicle is known");
    }
}
