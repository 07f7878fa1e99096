//! `volery mission|fence|rally get|put|clear|diff`: the lists of a vehicle and plan files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{
    instance::Instance,
    looks::{print, print_json},
    transfer_arguments::{Common, PlanVerb},
    transfers::{
        agree, any_armed, break_off, judge, read_file, reports, tell, transfer, write_file,
    },
};
use crate::{
    cli::{
        failure::{Failure, Status},
        say,
    },
    model::mission::{MissionItem, PlanKind},
    plan::{
        check::{self, Gravity},
        diff::diff_by,
        document::PlanDocument,
        read, write,
    },
    protocol::mission::{compare::is_kept, numbering::Stack},
};

/// Does one of the verbs for one of the lists.
pub(super) async fn plan(kind: PlanKind, verb: &PlanVerb) -> Result<(), Failure> {
    match verb {
        PlanVerb::Get {
            vehicle,
            file,
            common,
        } => fetch(kind, vehicle, file.as_deref(), common).await,
        PlanVerb::Put { words, common } => put(kind, words, common).await,
        PlanVerb::Clear { vehicles, common } => clear(kind, vehicles, common).await,
        PlanVerb::Diff {
            vehicle,
            file,
            common,
        } => compare(kind, vehicle, file, common).await,
    }
}

const fn name(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::Mission => "mission",
        PlanKind::Fence => "fence",
        PlanKind::Rally => "rally",
    }
}

async fn fetch(
    kind: PlanKind,
    vehicle: &str,
    file: Option<&Path>,
    common: &Common,
) -> Result<(), Failure> {
    let (answer, document) = from_vehicle(kind, vehicle, common).await?;
    let Some(file) = file else {
        let plan = reports(&answer).next().map(|report| &report["plan"]);
        return print_json(plan.unwrap_or(&Value::Null));
    };
    write_file(file, &as_file(kind, &document, file)?)?;
    if common.json {
        return print_json(&answer);
    }
    let items = document.items(kind).len();
    let word = kind.word();
    print(&format!(
        "{vehicle}: {word} of {items} items written to {}",
        file.display()
    ))
}

async fn from_vehicle(
    kind: PlanKind,
    vehicle: &str,
    common: &Common,
) -> Result<(Value, PlanDocument), Failure> {
    let instance = Instance::find(&common.instance)?;
    let vehicles = vec![vehicle.to_owned()];
    instance.require(&vehicles).await?;
    let body = json!({
        "vehicles": vehicles, "work": format!("{} get", name(kind)), "override": common.overrides,
    });
    let answer = transfer(&instance, common, &body).await?;
    judge(&answer)?;
    let report = reports(&answer).next();
    let plan = report.map_or(Value::Null, |report| report["plan"].clone());
    let document = read::read(&plan.to_string())
        .map_err(|error| Failure::new(format!("what the station answered is no plan: {error}")))?;
    Ok((answer, document))
}

fn as_file(kind: PlanKind, document: &PlanDocument, file: &Path) -> Result<String, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match ending {
        Some("waypoints" | "wp" | "wpl" | "txt") => Ok(write::wpl_110(document, kind)),
        _ => write::qgc_plan(document).map_err(|error| Failure::new(error.to_string())),
    }
}

/// Reads a file and refuses what must not be sent; warnings go to standard error.
fn from_file(kind: PlanKind, file: &Path) -> Result<PlanDocument, Failure> {
    let usage =
        |why: String| Failure::new(format!("{}: {why}", file.display())).with(Status::Usage);
    let document = read::read(&read_file(file)?).map_err(|error| usage(error.to_string()))?;
    let mistakes = check::document(&document);
    let of_kind = mistakes.iter().filter(|mistake| mistake.kind == kind);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        of_kind.partition(|mistake| mistake.gravity == Gravity::Error);
    for mistake in warnings {
        say(&format!("{}: {mistake}", file.display()));
    }
    if !errors.is_empty() {
        let sentences: Vec<_> = errors.iter().map(ToString::to_string).collect();
        return Err(usage(sentences.join("; ")));
    }
    Ok(document)
}

async fn put(kind: PlanKind, words: &[String], common: &Common) -> Result<(), Failure> {
    let Some((file, vehicles)) = words.split_last() else {
        return Err(Failure::new("vehicles and a file are wanted").with(Status::Usage));
    };
    let file = PathBuf::from(file);
    let document = from_file(kind, &file)?;
    let items = document.items(kind).len();
    let word = kind.word();
    if items == 0 {
        let why = format!(
            "{} holds no {word}; `volery {} clear` empties the one aboard",
            file.display(),
            name(kind)
        );
        return Err(Failure::new(why).with(Status::Usage));
    }
    let plan = write::qgc_json(&document).map_err(|error| Failure::new(error.to_string()))?;
    let instance = Instance::find(&common.instance)?;
    instance.require(vehicles).await?;
    let is_grave = any_armed(&instance, vehicles).await?;
    let label = if is_grave {
        format!("replace the {word} by {items} items (not all are known to be disarmed)")
    } else {
        format!("replace the {word} by {items} items")
    };
    agree(common, (&label, is_grave), vehicles)?;
    let body = json!({
        "vehicles": vehicles, "work": format!("{} put", name(kind)), "plan": plan,
        "confirm": true, "override": common.overrides,
    });
    finish(&transfer(&instance, common, &body).await?, common)
}

async fn clear(kind: PlanKind, vehicles: &[String], common: &Common) -> Result<(), Failure> {
    let instance = Instance::find(&common.instance)?;
    instance.require(vehicles).await?;
    let label = format!("empty the {}", kind.word());
    agree(common, (&label, true), vehicles)?;
    let body = json!({
        "vehicles": vehicles, "work": format!("{} clear", name(kind)),
        "confirm": true, "override": common.overrides,
    });
    finish(&transfer(&instance, common, &body).await?, common)
}

/// Breaks off what one of the verbs had begun.
pub(super) async fn interrupted(verb: &PlanVerb) -> Result<(), Failure> {
    let (PlanVerb::Get { common, .. }
    | PlanVerb::Put { common, .. }
    | PlanVerb::Clear { common, .. }
    | PlanVerb::Diff { common, .. }) = verb;
    break_off(common).await.map(drop)
}

/// Prints the answer and judges it.
pub(super) fn finish(answer: &Value, common: &Common) -> Result<(), Failure> {
    if common.json {
        print_json(answer)?;
    } else {
        tell(answer)?;
        for report in reports(answer) {
            let remarks = report["remarks"].as_array().into_iter().flatten();
            let differences = report["differences"].as_array().into_iter().flatten();
            for sentence in differences.chain(remarks).filter_map(Value::as_str) {
                print(&format!("  {}", super::looks::clean(sentence)))?;
            }
        }
    }
    judge(answer)
}

/// What an autopilot does not keep of a plan depends on which it is.
async fn stack_of(vehicle: &str, common: &Common) -> Result<Stack, Failure> {
    let instance = Instance::find(&common.instance)?;
    let known = instance.get(&format!("/api/v1/vehicles/{vehicle}")).await?;
    Ok(match known["autopilot"].as_str() {
        Some("ardupilotmega") => Stack::ArduPilot,
        Some("px4") => Stack::Px4,
        _ => Stack::Other,
    })
}

/// Fences and rally points are compared as shapes: a `.plan`, as which the station tells them, knows no order and
/// none of their other numbers.
fn as_shapes(kind: PlanKind, document: PlanDocument) -> Result<PlanDocument, Failure> {
    if kind == PlanKind::Mission {
        return Ok(document);
    }
    let shapes = write::qgc_json(&document).and_then(|plan| read::read(&plan.to_string()));
    shapes.map_err(|error| Failure::new(error.to_string()).with(Status::Usage))
}

async fn compare(
    kind: PlanKind,
    vehicle: &str,
    file: &Path,
    common: &Common,
) -> Result<(), Failure> {
    let drawn = as_shapes(kind, from_file(kind, file)?)?;
    let (_, aboard) = from_vehicle(kind, vehicle, common).await?;
    let stack = stack_of(vehicle, common).await?;
    let kept = |aboard: &MissionItem, drawn: &MissionItem| is_kept(stack, kind, drawn, aboard);
    let changes = diff_by(aboard.items(kind), drawn.items(kind), &kept);
    let word = kind.word();
    if common.json {
        let sentences: Vec<_> = changes.iter().map(ToString::to_string).collect();
        print_json(
            &json!({ "vehicle": vehicle, "same": changes.is_empty(), "changes": sentences }),
        )?;
    } else {
        for change in &changes {
            print(&change.to_string())?;
        }
    }
    if changes.is_empty() {
        if !common.json {
            print(&format!("{vehicle} holds the {word} of {}", file.display()))?;
        }
        return Ok(());
    }
    let count = changes.len();
    Err(Failure::new(format!(
        "{count} differences between the {word} of {vehicle} and {}",
        file.display()
    )))
}
