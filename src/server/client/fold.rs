//! The fleet as a client has it: snapshots and updates folded by the contract (section 4). Pure; no socket, no clock.
//!
//! An update is applied when `since ≤ have < seq`, else the client is out of step and must ask for a
//! snapshot. Patches are RFC 7396: `null` removes, objects merge, everything else replaces.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

/// What a message meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The station said who it is.
    Hello {
        /// It is another run than the one known before: numbers start anew.
        is_new_session: bool,
    },
    /// Everything as of `seq`.
    Fresh,
    /// These changed.
    Changed {
        /// Ids of vehicles that changed, came or went.
        vehicles: Vec<String>,
        /// Names of links that did.
        links: Vec<String>,
    },
    /// An update that does not follow from what is known: ask for a snapshot.
    OutOfStep,
    /// Entries of the log book that were not told before, oldest first.
    Events(Vec<Value>),
    /// Something was refused.
    Error {
        /// Code of the contract.
        code: String,
        /// One sentence.
        text: String,
    },
    /// A message this program does not know, or an update that is already known.
    Nothing,
}

/// Why a message cannot be folded: whoever is there does not speak the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a message of volery.v1: {0}")]
pub struct FoldError(String);

/// The fleet as it is known here.
#[derive(Debug, Clone, Default)]
pub struct Mirror {
    /// Every vehicle by id.
    pub vehicles: Map<String, Value>,
    /// Every link by name.
    pub links: Map<String, Value>,
    /// Every forward by name.
    pub forwards: Map<String, Value>,
    /// Number of the state that is known; `None` before the first snapshot and while out of step.
    pub seq: Option<u64>,
    /// Station time of that state, Unix ms.
    pub time_ms: i64,
    /// The run it is a state of.
    pub session: Arc<str>,
    /// What this connection may do.
    pub role: Arc<str>,
    /// Name of the station.
    pub name: Arc<str>,
    /// Id of the last event told.
    pub event: u64,
    wanted: Option<BTreeSet<String>>,
}

impl Mirror {
    /// A mirror of these vehicles, or of all.
    #[must_use]
    pub fn of(vehicles: Option<&[String]>) -> Self {
        Self {
            wanted: vehicles.map(|ids| ids.iter().cloned().collect()),
            ..Self::default()
        }
    }

    /// A new connection begins: the next state must be a snapshot.
    pub fn begin(&mut self) {
        self.seq = None;
    }

    /// Takes a message in.
    ///
    /// # Errors
    /// What is no message of the protocol; the mirror is unchanged by it.
    pub fn hear(&mut self, mut message: Value) -> Result<Heard, FoldError> {
        let kind = message["type"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "hello" => self.hello(&message),
            "snapshot" => {
                let seq = number(&message, "seq")?;
                self.time_ms = message["time_ms"].as_i64().unwrap_or(self.time_ms);
                self.vehicles = self.only_wanted(object(&mut message, "vehicles")?);
                self.links = object(&mut message, "links")?;
                self.forwards = object(&mut message, "forwards")?;
                self.seq = Some(seq);
                Ok(Heard::Fresh)
            }
            "update" => self.update(message),
            "events" => Ok(self.events(&mut message)),
            "error" => {
                let said = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
                let (code, text) = (said("code"), said("text"));
                Ok(Heard::Error { code, text })
            }
            "" => Err(FoldError("no type".into())),
            _ => Ok(Heard::Nothing),
        }
    }

    fn hello(&mut self, hello: &Value) -> Result<Heard, FoldError> {
        let said = |key: &str| hello[key].as_str().unwrap_or_default();
        let protocol = said("protocol");
        if protocol.split('.').take(2).ne(["volery", "v1"]) {
            return Err(FoldError(format!("the protocol {protocol:?}")));
        }
        let is_new_session = *self.session != *said("session");
        if is_new_session {
            self.event = 0;
        }
        self.session = said("session").into();
        self.role = said("role").into();
        self.name = said("name").into();
        Ok(Heard::Hello { is_new_session })
    }

    fn update(&mut self, mut message: Value) -> Result<Heard, FoldError> {
        let (seq, since) = (number(&message, "seq")?, number(&message, "since")?);
        let Some(have) = self.seq else {
            return Ok(Heard::OutOfStep);
        };
        if seq <= have {
            return Ok(Heard::Nothing);
        }
        if since > have {
            self.seq = None;
            return Ok(Heard::OutOfStep);
        }
        let vehicles = self.only_wanted(object(&mut message, "vehicles")?);
        let links = object(&mut message, "links")?;
        let forwards = object(&mut message, "forwards")?;
        let changed = |patch: &Map<String, Value>| patch.keys().cloned().collect();
        let heard = Heard::Changed {
            vehicles: changed(&vehicles),
            links: changed(&links),
        };
        merge_into(&mut self.vehicles, vehicles);
        merge_into(&mut self.links, links);
        merge_into(&mut self.forwards, forwards);
        self.time_ms = message["time_ms"].as_i64().unwrap_or(self.time_ms);
        self.seq = Some(seq);
        Ok(heard)
    }

    fn events(&mut self, message: &mut Value) -> Heard {
        let events = match message["events"].take() {
            Value::Array(events) => events,
            _ => Vec::new(),
        };
        let fresh: Vec<Value> = events
            .into_iter()
            .filter(|event| event["id"].as_u64().is_some_and(|id| id > self.event))
            .collect();
        if let Some(last) = fresh.last().and_then(|event| event["id"].as_u64()) {
            self.event = last;
        }
        Heard::Events(fresh)
    }

    fn only_wanted(&self, mut vehicles: Map<String, Value>) -> Map<String, Value> {
        if let Some(wanted) = &self.wanted {
            vehicles.retain(|id, _| wanted.contains(id));
        }
        vehicles
    }
}

fn number(message: &Value, key: &str) -> Result<u64, FoldError> {
    let number = message[key].as_u64();
    number.ok_or_else(|| FoldError(format!("{key} is no number")))
}

fn object(message: &mut Value, key: &str) -> Result<Map<String, Value>, FoldError> {
    match message[key].take() {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        _ => Err(FoldError(format!("{key} is no object"))),
    }
}

/// Merges an RFC 7396 patch into an object.
pub fn merge_into(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, change) in patch {
        match change {
            Value::Null => {
                target.remove(&key);
            }
            Value::Object(part) => {
                let place = target
                    .entry(key)
                    .or_insert_with(|| Value::Object(Map::new()));
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                if let Value::Object(inner) = place {
                    merge_into(inner, part);
                }
            }
            plain => {
                target.insert(key, plain);
            }
        }
    }
}

#[cfg(test)]
mod tests;
