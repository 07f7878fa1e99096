//! Files that are written: what was read of a vehicle, and the way back before parameters are changed.

use super::found::{Done, Found};
use crate::{
    model::{
        holdings::Holdings, ids::VehicleId, mission::PlanKind, params::set::ParamSet,
        transfer::Work,
    },
    param_file::mission_planner,
    plan::{document::PlanDocument, write},
    tui::{
        aboard::{self, Tab},
        files::{
            FileWork,
            listing::{divided, stem},
        },
        message::Effect,
        palette::{order::Submission, task::Task},
        ui::Ui,
    },
};

/// Writes what was read of a vehicle. The ending of the name says how: `.waypoints` and `.txt` are QGC WPL 110.
///
/// # Errors
/// It was not read yet, or cannot be written so.
pub(super) fn saved(ui: &Ui, (tab, file, replace): (Tab, &str, bool), id: &VehicleId) -> Found {
    let held = aboard::of(&ui.newest, id);
    let verb = tab.verb();
    let text = held.and_then(|held| text(held, tab, (id, file)));
    let text = text.ok_or_else(|| format!("nothing to save: {verb} get first"))??;
    let work = FileWork::Write {
        files: vec![(file.to_owned(), text)],
        replace,
        then: None,
    };
    Ok(Done::Effect(Effect::Files(Box::new(work))))
}

type Text = Result<String, String>;

fn text(held: &Holdings, tab: Tab, (id, file): (&VehicleId, &str)) -> Option<Text> {
    let Some(kind) = tab.kind() else {
        let params = held.params.as_ref()?;
        return Some(Ok(mission_planner::write(&params.set, id.as_str())));
    };
    let plan = held.plan(kind)?;
    let mut document = PlanDocument {
        home: plan.home.filter(|_| kind == PlanKind::Mission),
        ..PlanDocument::default()
    };
    document.set(kind, plan.items.clone());
    let ending = divided(file)
        .1
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let is_lines = matches!(ending.as_deref(), Some("waypoints" | "txt" | "wpl"));
    Some(if is_lines {
        Ok(write::wpl_110(&document, kind))
    } else {
        write::qgc_plan(&document).map_err(|error| error.to_string())
    })
}

/// What is said once it is written, and what is sent only now.
pub(super) fn written(
    (first, count): (String, usize),
    result: Result<(), String>,
    then: Option<Box<Submission>>,
) -> (String, Option<Box<Submission>>) {
    match (result, then) {
        (Ok(()), then @ Some(_)) => (format!("the old values are kept in {first}"), then),
        (Ok(()), None) if count == 1 => (format!("written: {first}"), None),
        (Ok(()), None) => (format!("written: {first} and {} more", count - 1), None),
        (Err(why), Some(_)) => (
            format!("nothing was sent, the old values cannot be kept: {why}"),
            None,
        ),
        (Err(why), None) => (format!("not written: {why}"), None),
    }
}

/// Has the values that are about to change written beside the file, one for each vehicle, before anything is sent.
pub(super) fn rollback(ui: &Ui, submission: Submission, (beside, now_ms): (&str, i64)) -> Effect {
    let names: Vec<_> = match &submission.task {
        Task::Transfer(transfer) => match &transfer.work {
            Work::ParamsWrite(set, _) => set.iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        },
        Task::Command(_) => Vec::new(),
    };
    let file = |id: &VehicleId| {
        let held = aboard::of(&ui.newest, id)?.params.as_ref()?;
        let old = names
            .iter()
            .filter_map(|name| Some((*name, held.set.get(*name)?)));
        let old: ParamSet = old.collect();
        let comment = format!("{} before param load {}", id.as_str(), divided(beside).1);
        let path = rollback_path(beside, id, now_ms);
        Some((path, mission_planner::write(&old, &comment)))
    };
    let files = submission
        .vehicles
        .iter()
        .filter_map(|named| file(&named.id));
    Effect::Files(Box::new(FileWork::Write {
        files: files.collect(),
        replace: false,
        then: Some(Box::new(submission)),
    }))
}

/// `tuning-rollback-alpha-20261126T141503Z.param`
fn rollback_path(beside: &str, id: &VehicleId, now_ms: i64) -> String {
    let (folder, _) = divided(beside);
    let time = jiff::Timestamp::from_millisecond(now_ms);
    let time = time.map_or_else(
        |_| now_ms.to_string(),
        |time| time.strftime("%Y%m%dT%H%M%SZ").to_string(),
    );
    format!(
        "{folder}{}-rollback-{}-{time}.param",
        stem(beside),
        id.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollback_is_named_after_file_vehicle_and_time() {
        let path = rollback_path("tunes/fast.v2.param", &"alpha".into(), 1_763_906_602_000);
        assert_eq!(path, "tunes/fast.v2-rollback-alpha-20251123T140322Z.param");
        assert_eq!(
            rollback_path("a", &"b".into(), 0),
            "a-rollback-b-19700101T000000Z.param"
        );
    }
}
