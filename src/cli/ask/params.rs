//! `volery param get|set|save|load|diff`: the parameters of vehicles and parameter files.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::{
    instance::Instance,
    looks::{Paper, Weight, clean, print, print_json},
    plans::finish,
    table::{Cell, Column, lines},
    transfer_arguments::{Common, ParamVerb},
    transfers::{
        LONGEST_WAIT, SPARE, agree, any_armed, break_off, read_file, reports, transfer, write_file,
    },
};
use crate::{
    cli::{
        failure::{Failure, Status},
        say,
    },
    model::{
        ids::{ComponentId, SystemId},
        params::{difference::differences, name::ParamName, set::ParamSet, value::ParamValue},
    },
    param_file::{self, mission_planner, qgroundcontrol},
    server::client::ask,
};

/// Does one of the verbs.
pub(super) async fn param(verb: &ParamVerb) -> Result<(), Failure> {
    match verb {
        ParamVerb::Get {
            words,
            fresh,
            common,
        } => show(words, *fresh, common).await,
        ParamVerb::Set { words, common } => set(words, common).await,
        ParamVerb::Save {
            vehicle,
            file,
            fresh,
            common,
        } => save(vehicle, (file, *fresh), common).await,
        ParamVerb::Load {
            words,
            stop_on_failure,
            common,
        } => load(words, *stop_on_failure, common).await,
        ParamVerb::Diff {
            vehicle,
            other,
            common,
        } => compare(vehicle, other, common).await,
    }
}

/// Breaks off what one of the verbs had begun; what undoes the part of a load that was done is kept.
pub(super) async fn interrupted(verb: &ParamVerb) -> Result<(), Failure> {
    let (common, loads) = match verb {
        ParamVerb::Load { words, common, .. } => (common, words.last()),
        ParamVerb::Get { common, .. }
        | ParamVerb::Set { common, .. }
        | ParamVerb::Save { common, .. }
        | ParamVerb::Diff { common, .. } => (common, None),
    };
    let answer = break_off(common).await?;
    let Some((answer, file)) = answer.zip(loads) else {
        return Ok(());
    };
    reports(&answer).try_for_each(|report| keep_rollback(report, Path::new(file)))
}

/// Words that are vehicles of the instance come first; what follows them is something else.
async fn split<'a>(
    instance: &Instance,
    words: &'a [String],
) -> Result<(&'a [String], &'a [String]), Failure> {
    let all = instance.get("/api/v1/vehicles").await?;
    let is_vehicle = |word: &String| {
        let mut all = all.as_array().into_iter().flatten();
        all.any(|vehicle| vehicle["id"] == **word)
    };
    let count = words.iter().take_while(|word| is_vehicle(word)).count();
    if count == 0 {
        instance.require(&words[..1]).await?;
    }
    Ok(words.split_at(count))
}

async fn show(words: &[String], fresh: bool, common: &Common) -> Result<(), Failure> {
    let instance = Instance::find(&common.instance)?;
    let (vehicles, names) = split(&instance, words).await?;
    let mut answers = Map::new();
    for vehicle in vehicles {
        let values = values(&instance, (vehicle, names, fresh), common).await?;
        answers.insert(vehicle.clone(), values);
    }
    if common.json {
        let only = answers.values().next().filter(|_| answers.len() == 1);
        return print_json(only.unwrap_or(&Value::Object(answers.clone())));
    }
    let column = |head| Column {
        head,
        is_number: false,
        worth: 50,
    };
    let columns = [column("VEHICLE"), column("NAME"), column("VALUE")];
    let rows = answers.iter().flat_map(|(vehicle, values)| {
        let values = values.as_object().into_iter().flatten();
        values.map(move |(name, value)| {
            vec![
                Cell::of(clean(vehicle), Weight::Faint),
                Cell::of(clean(name), Weight::Bold),
                Cell::from(value.to_string()),
            ]
        })
    });
    let rows: Vec<_> = rows.collect();
    print(&lines(&columns, &rows, Paper::of_stdout()).join("\n"))
}

/// Name → value of one vehicle: from what the station knows, or from the vehicle.
async fn values(
    instance: &Instance,
    (vehicle, names, fresh): (&str, &[String], bool),
    common: &Common,
) -> Result<Value, Failure> {
    for name in names {
        ParamName::new(name).map_err(|error| {
            Failure::new(format!("{}: {error}", clean(name))).with(Status::Usage)
        })?;
    }
    let wait = common.timeout.min(LONGEST_WAIT);
    let mut route = format!(
        "/api/v1/vehicles/{vehicle}/params?wait={}ms&fresh={fresh}&override={}",
        wait.as_millis(),
        common.overrides
    );
    if !names.is_empty() {
        route.push_str("&names=");
        route.push_str(&names.join(","));
    }
    let asked = ask::get_within(&instance.address, &route, &instance.caller, wait + SPARE);
    asked.await.map_err(|error| instance.failure(&error))
}

async fn set(words: &[String], common: &Common) -> Result<(), Failure> {
    let instance = Instance::find(&common.instance)?;
    let (vehicles, pairs) = split(&instance, words).await?;
    let usage = |why: String| Failure::new(why).with(Status::Usage);
    if pairs.is_empty() || pairs.len() % 2 == 1 {
        return Err(usage(
            "vehicles and then names with their values are wanted: alpha FENCE_ALT_MAX 120".into(),
        ));
    }
    let mut params = Map::new();
    for pair in pairs.chunks_exact(2) {
        let name = ParamName::new(&pair[0])
            .map_err(|error| usage(format!("{}: {error}", clean(&pair[0]))))?;
        let value: f64 = pair[1]
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .ok_or_else(|| usage(format!("{name}: {} is no number", clean(&pair[1]))))?;
        params.insert(name.to_string(), number(value));
    }
    let what: Vec<_> = params
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let is_grave = any_armed(&instance, vehicles).await?;
    agree(
        common,
        (&format!("set {}", what.join(", ")), is_grave),
        vehicles,
    )?;
    let body = json!({
        "vehicles": vehicles, "work": "params write", "params": params,
        "confirm": true, "override": common.overrides,
    });
    finish(&transfer(&instance, common, &body).await?, common)
}

/// Whole numbers without a point, as people write them.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// The answer of the station as a set; types are the vehicle's own and not known here.
fn as_set(values: &Value) -> Result<ParamSet, Failure> {
    let mut set = ParamSet::new();
    for (name, value) in values.as_object().into_iter().flatten() {
        let name = ParamName::new(name).map_err(|error| Failure::new(error.to_string()))?;
        let whole = value.as_i64().and_then(|whole| i32::try_from(whole).ok());
        let value = match (whole, value.as_f64()) {
            (Some(whole), _) => ParamValue::I32(whole),
            (None, Some(real)) => ParamValue::Real32(real as f32),
            (None, None) => continue,
        };
        set.insert(name, value);
    }
    Ok(set)
}

fn text_of(set: &ParamSet, file: &Path, comment: &str) -> String {
    if file.extension().is_some_and(|ending| ending == "params") {
        qgroundcontrol::write(set, SystemId(1), ComponentId(1), comment)
    } else {
        mission_planner::write(set, comment)
    }
}

async fn save(vehicle: &str, (file, fresh): (&Path, bool), common: &Common) -> Result<(), Failure> {
    let instance = Instance::find(&common.instance)?;
    instance.require(&[vehicle.to_owned()]).await?;
    let values = values(&instance, (vehicle, &[], fresh), common).await?;
    let set = as_set(&values)?;
    write_file(
        file,
        &text_of(&set, file, &format!("parameters of {vehicle}")),
    )?;
    if common.json {
        return print_json(&json!({ "vehicle": vehicle, "params": set.len(), "file": file }));
    }
    let (count, file) = (set.len(), file.display());
    print(&format!("{vehicle}: {count} parameters written to {file}"))
}

fn from_file(file: &Path) -> Result<ParamSet, Failure> {
    param_file::read(&read_file(file)?)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())).with(Status::Usage))
}

async fn load(words: &[String], stop: bool, common: &Common) -> Result<(), Failure> {
    let Some((file, vehicles)) = words.split_last() else {
        return Err(Failure::new("vehicles and a file are wanted").with(Status::Usage));
    };
    let file = PathBuf::from(file);
    let wanted = from_file(&file)?;
    let instance = Instance::find(&common.instance)?;
    instance.require(vehicles).await?;
    let is_grave = any_armed(&instance, vehicles).await?;
    let label = format!(
        "set what differs of the {} parameters of {}",
        wanted.len(),
        file.display()
    );
    agree(common, (&label, is_grave || wanted.len() > 1), vehicles)?;
    let params: Map<_, _> = wanted
        .iter()
        .map(|(name, value)| (name.to_string(), number(value.as_f64())))
        .collect();
    let body = json!({
        "vehicles": vehicles, "work": "params write", "params": params, "stop_on_failure": stop,
        "confirm": true, "override": common.overrides,
    });
    let answer = transfer(&instance, common, &body).await?;
    for report in reports(&answer) {
        keep_rollback(report, &file)?;
    }
    finish(&answer, common)
}

/// Writes what undoes a load beside its file, where anything has changed.
fn keep_rollback(report: &Value, file: &Path) -> Result<(), Failure> {
    let set = as_set(&report["rollback"])?;
    if set.is_empty() {
        return Ok(());
    }
    let vehicle = clean(report["vehicle"].as_str().unwrap_or_default());
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let now = jiff::Zoned::now().strftime("%Y%m%dT%H%M%S");
    let back = file.with_file_name(format!("{stem}-rollback-{vehicle}-{now}.param"));
    let comment = format!("as {vehicle} was before {} was loaded", file.display());
    write_file(&back, &mission_planner::write(&set, &comment))?;
    say(&format!("{vehicle}: {} undoes it", back.display()));
    Ok(())
}

async fn compare(vehicle: &str, other: &str, common: &Common) -> Result<(), Failure> {
    let instance = Instance::find(&common.instance)?;
    instance.require(&[vehicle.to_owned()]).await?;
    let all = instance.get("/api/v1/vehicles").await?;
    let mut known = all.as_array().into_iter().flatten();
    let is_vehicle = known.any(|known| known["id"] == *other);
    let left = as_set(&values(&instance, (vehicle, &[], false), common).await?)?;
    let right = if is_vehicle {
        as_set(&values(&instance, (other, &[], false), common).await?)?
    } else {
        from_file(Path::new(other))?
    };
    let mut found = differences(&left, &right);
    if !is_vehicle {
        // A file seldom names everything.
        found.retain(|difference| right.get(difference.name).is_some());
    }
    let sentences: Vec<_> = found
        .iter()
        .map(|difference| difference.words(vehicle, other))
        .collect();
    if common.json {
        let same = sentences.is_empty();
        print_json(&json!({ "same": same, "differences": sentences }))?;
    } else if sentences.is_empty() {
        print(&format!("{vehicle} and {other} agree"))?;
    } else {
        print(&sentences.join("\n"))?;
    }
    match sentences.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!(
            "{count} differences between {vehicle} and {other}"
        ))),
    }
}
