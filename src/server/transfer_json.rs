//! Transfers as JSON: what a client may ask for, and what came of it, with the list or the parameters themselves.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Number, Value, json};

use super::refusal::Refusal;
use crate::{
    model::{
        holdings::HeldPlan,
        mission::PlanKind,
        params::{name::ParamName, set::ParamSet, value::ParamValue},
        transfer::{OnFailure, PlanList, Work},
        transfer_report::{Outcome, ParamLine, TransferReport},
    },
    plan::{
        check::{self, Gravity},
        document::PlanDocument,
        read, write,
    },
};

/// Parameters one request may name.
const MOST_NAMES: usize = 2_000;
/// Mistakes a refusal names.
const MOST_MISTAKES: usize = 10;

/// What a client wants moved: the body of `POST /api/v1/transfers`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferWish {
    /// The client's own name for it.
    pub(super) request: Option<String>,
    /// Each by its id.
    pub(super) vehicles: Vec<String>,
    /// `mission get`, `params write` and the like.
    work: String,
    /// For `put`: QGroundControl's `.plan`.
    #[serde(default)]
    plan: Value,
    /// For `params read`.
    #[serde(default)]
    names: Vec<String>,
    /// For `params write`: name → value.
    #[serde(default)]
    params: Map<String, Value>,
    /// For `params write`: leave the others alone after one that could not be set.
    #[serde(default)]
    stop_on_failure: bool,
    /// Agreed to what needs it.
    #[serde(default)]
    pub(super) confirm: bool,
    /// Agreed to lost and conflicted vehicles, and to satellites.
    #[serde(default, rename = "override")]
    pub(super) overrides: bool,
}

impl TransferWish {
    /// The work it asks for, checked.
    pub(super) fn work(&self) -> Result<Work, Refusal> {
        let kinds = [
            ("mission", PlanKind::Mission),
            ("fence", PlanKind::Fence),
            ("rally", PlanKind::Rally),
        ];
        let words = self.work.split_once(' ');
        let kind = words.and_then(|(word, _)| kinds.iter().find(|(name, _)| *name == word));
        match (words, kind) {
            (Some((_, "get")), Some((_, kind))) => Ok(Work::PlanGet(*kind)),
            (Some((_, "clear")), Some((_, kind))) => Ok(Work::PlanClear(*kind)),
            (Some((_, "put")), Some((_, kind))) => {
                let list = list_of(*kind, self.plan.to_string().as_bytes())?;
                Ok(Work::PlanPut(*kind, Arc::new(list)))
            }
            (Some(("params", "get")), _) => Ok(Work::ParamsGet),
            (Some(("params", "read")), _) => {
                let names = self.names.iter().map(|name| param_name(name));
                let names = names.collect::<Result<Vec<_>, _>>()?;
                few(names.len(), "names lists")?;
                Ok(Work::ParamsRead(names.into()))
            }
            (Some(("params", "write")), _) => {
                let on_failure = if self.stop_on_failure {
                    OnFailure::Stop
                } else {
                    OnFailure::GoOn
                };
                Ok(Work::ParamsWrite(
                    Arc::new(wanted(&self.params)?),
                    on_failure,
                ))
            }
            _ => Err(Refusal::bad_request(
                "work is one of mission|fence|rally get|put|clear, params get|read|write",
            )),
        }
    }
}

fn few(count: usize, what: &str) -> Result<(), Refusal> {
    if (1..=MOST_NAMES).contains(&count) {
        return Ok(());
    }
    let text = format!("{what} 1 to {MOST_NAMES} parameters");
    Err(Refusal::bad_request(text))
}

/// Names with commas between them.
pub(super) fn names_of(text: &str) -> Result<Vec<ParamName>, Refusal> {
    let names = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let names = names.map(param_name).collect::<Result<Vec<_>, _>>()?;
    few(names.len(), "names lists")?;
    Ok(names)
}

fn param_name(name: &str) -> Result<ParamName, Refusal> {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    ParamName::new(name).map_err(|error| Refusal::bad_request(format!("{shown}: {error}")))
}

/// The parameters a body names.
pub(super) fn wanted_of(body: &[u8]) -> Result<ParamSet, Refusal> {
    let body: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
        Refusal::bad_request(format!(
            "an object of names and numbers is needed, as in {{\"NAME\": 1}}: {error}"
        ))
    })?;
    wanted(&body)
}

fn wanted(params: &Map<String, Value>) -> Result<ParamSet, Refusal> {
    few(params.len(), "params names")?;
    let mut wanted = ParamSet::new();
    for (name, value) in params {
        let name = param_name(name)?;
        let whole = value.as_i64().map(ParamValue::I64);
        let value = whole.or_else(|| value.as_f64().map(ParamValue::Real64));
        let value =
            value.ok_or_else(|| Refusal::bad_request(format!("{name}: a number is needed")))?;
        wanted.insert(name, value);
    }
    Ok(wanted)
}

/// The list a file holds for a route, checked.
pub(super) fn list_of(kind: PlanKind, body: &[u8]) -> Result<PlanList, Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Refusal::bad_request(format!("the plan is no text: {error}")))?;
    let document = read::read(text).map_err(|error| Refusal::bad_request(error.to_string()))?;
    let word = kind.word();
    let mistakes = check::document(&document);
    let errors = mistakes
        .iter()
        .filter(|mistake| mistake.gravity == Gravity::Error && mistake.kind == kind);
    let errors: Vec<_> = errors.map(ToString::to_string).collect();
    if !errors.is_empty() {
        let more = errors.len().saturating_sub(MOST_MISTAKES);
        let mut text = errors[..errors.len().min(MOST_MISTAKES)].join("; ");
        if more > 0 {
            let _ = write!(text, "; and {more} more");
        }
        return Err(Refusal::bad_request(text));
    }
    let items = document.items(kind).to_vec();
    if items.is_empty() {
        let text = format!("the plan holds no {word}; clearing is a request of its own");
        return Err(Refusal::bad_request(text));
    }
    let home = document.home;
    Ok(PlanList { home, items })
}

/// A list as `.plan`, with when and how it was read under `volery`.
pub(super) fn plan(plan: &HeldPlan) -> Result<Value, String> {
    let mut document = PlanDocument {
        home: plan.home,
        ..PlanDocument::default()
    };
    document.set(plan.kind, plan.items.clone());
    let mut value = write::qgc_json(&document).map_err(|error| error.to_string())?;
    if let Value::Object(object) = &mut value {
        let about = json!({
            "read_ms": plan.t_ms, "items": plan.items.len(), "opaque_id": plan.opaque_id,
            "coarse": plan.is_coarse, "doubt": plan.doubt,
        });
        object.insert("volery".to_owned(), about);
    }
    Ok(value)
}

/// A report with everything that came of it.
pub(super) fn full(report: &TransferReport) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    let (Value::Object(object), Some(outcome)) = (&mut value, report.outcome.as_deref()) else {
        return value;
    };
    let mut add = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    match outcome {
        Outcome::Cleared => {}
        Outcome::Plan(held) => match plan(held) {
            Ok(plan) => add("plan", plan),
            Err(why) => add("unwritable", json!(why)),
        },
        Outcome::Put(put) => {
            add("items", json!(put.items));
            add("verified", json!(put.is_verified));
            add("partial", json!(put.may_be_partial));
            add("differences", json!(put.differences));
            add("remarks", json!(put.remarks));
        }
        Outcome::Params(held) => add("params", json!(values(&held.set, None))),
        Outcome::Values { set, troubles } => {
            add("params", json!(values(set, None)));
            add("troubles", lines(troubles));
        }
        Outcome::Written {
            lines: done,
            rollback,
        } => {
            add("params", lines(done));
            add("rollback", json!(values(rollback, None)));
        }
    }
    value
}

/// Name → value, of some or of all.
pub(super) fn values(set: &ParamSet, names: Option<&[ParamName]>) -> BTreeMap<ParamName, Value> {
    let is_wanted = |name: &ParamName| names.is_none_or(|names| names.contains(name));
    let wanted = set.iter().filter(|(name, _)| is_wanted(name));
    wanted.map(|(name, value)| (name, number(value))).collect()
}

/// The value as the shortest number that reads back as it; null where JSON has none.
fn number(value: ParamValue) -> Value {
    let text = value.to_string();
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

fn lines(lines: &[ParamLine]) -> Value {
    let known = |value: Option<ParamValue>| value.map_or(Value::Null, number);
    let entries = lines.iter().map(|line| {
        let about = json!({
            "asked": known(line.asked), "was": known(line.was), "now": known(line.now),
            "ok": line.is_success, "text": line.text,
        });
        (line.name.to_string(), about)
    });
    Value::Object(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_told_as_short_as_it_can_be_read_back() {
        assert_eq!(number(ParamValue::Real32(0.1)).to_string(), "0.1");
        assert_eq!(number(ParamValue::I32(-3)).to_string(), "-3");
        assert_eq!(number(ParamValue::Real32(f32::NAN)), Value::Null);
    }

    #[test]
    fn what_is_no_parameter_is_refused_by_name() {
        for (body, why) in [
            ("{}", "1 to 2000"),
            ("{\"A B\": 1}", "A B"),
            ("{\"A\": \"x\"}", "A: a number is needed"),
            ("[1]", "an object"),
        ] {
            let refusal = wanted_of(body.as_bytes()).unwrap_err();
            assert!(refusal.reason().1.contains(why), "{body}: {refusal:?}");
        }
        let wanted = wanted_of(b"{\"A\": 1, \"B\": 0.5}").unwrap();
        let b = ParamName::new("B").unwrap();
        assert_eq!(wanted.get(b), Some(ParamValue::Real64(0.5)));
    }

    #[test]
    fn a_plan_without_the_list_clears_nothing() {
        let plan = br#"{"fileType":"Plan","version":1,"mission":{"version":2,"items":[]},
            "geoFence":{"version":2,"polygons":[],"circles":[]},"rallyPoints":{"version":2,"points":[]}}"#;
        let refusal = list_of(PlanKind::Mission, plan).unwrap_err();
        assert!(
            refusal.reason().1.contains("holds no mission"),
            "{refusal:?}"
        );
    }
}
