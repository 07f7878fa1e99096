//! A vehicle's side of the parameter protocol, as ArduPilot and as PX4 speak it.

use std::collections::VecDeque;

use super::{files::Files, world::OWN};
use crate::model::{
    params::{
        encoding::ParamEncoding,
        name::ParamName,
        set::ParamSet,
        traffic::{ParamError, ParamHeard, ParamRefusal, ParamReport, ParamRequest},
        value::{ParamType, ParamValue},
    },
    report::Report,
    transmission::Outgoing,
};

/// Changes made to a list while it is read: at this time, in this way.
type Surprise = (i64, fn(&mut Vec<(ParamName, ParamValue)>));

pub(in crate::protocol) struct Craft {
    pub params: Vec<(ParamName, ParamValue)>,
    pub encoding: ParamEncoding,
    pub hash: Option<u32>,
    /// Whether PARAM_ERROR is spoken.
    pub explains: bool,
    /// Parameters of a list sent in a millisecond.
    pub per_ms: usize,
    /// Values are brought below this.
    pub most: f64,
    pub read_only: Option<ParamName>,
    pub files: Option<Files>,
    pub surprise: Option<Surprise>,
    /// Every value that was set, in order.
    pub sets: Vec<(ParamName, ParamValue)>,
    pub is_dead: bool,
    listing: Option<usize>,
    replies: VecDeque<Report>,
}

pub(in crate::protocol) fn name(text: &str) -> ParamName {
    ParamName::new(text).unwrap()
}

/// Names that share letters and do not, values of all kinds, zeros among them.
pub(in crate::protocol) fn many(count: usize, ardupilot: bool) -> Vec<(ParamName, ParamValue)> {
    let stems = [
        "ACRO_BAL",
        "ATC_RAT_RLL",
        "BATT",
        "SERVO",
        "SR0",
        "Q_A",
        "X",
    ];
    let parameter = |at: usize| {
        let text = format!("{}_{at}", stems[at * stems.len() / count]);
        let value = match (at % 5, ardupilot) {
            (0, true) => ParamValue::I8((at % 100) as i8 - 50),
            (1, true) => ParamValue::I16((at as i16) * 7 - 3_000),
            (2, _) => ParamValue::I32(at as i32 * 1_000 - 600_000),
            (3, _) => ParamValue::Real32(0.0),
            (4, _) => ParamValue::Real32(at as f32 * 0.37 - 100.0),
            _ => ParamValue::I32(-(at as i32)),
        };
        (name(&text), value)
    };
    (0..count).map(parameter).collect()
}

impl Craft {
    pub(in crate::protocol) fn ardupilot(count: usize) -> Self {
        Self {
            params: many(count, true),
            encoding: ParamEncoding::Cast,
            hash: None,
            explains: true,
            per_ms: 1,
            most: f64::MAX,
            read_only: None,
            files: Some(Files::new()),
            surprise: None,
            sets: Vec::new(),
            is_dead: false,
            listing: None,
            replies: VecDeque::new(),
        }
    }

    pub(in crate::protocol) fn px4(count: usize) -> Self {
        Self {
            params: many(count, false),
            encoding: ParamEncoding::Bytewise,
            hash: Some(0xC0FF_EE00),
            explains: false,
            files: None,
            ..Self::ardupilot(1)
        }
    }

    pub(in crate::protocol) fn set(&self) -> ParamSet {
        let mut set: ParamSet = self.params.iter().copied().collect();
        set.expect(self.params.len() as u16);
        set
    }

    pub(in crate::protocol) fn value(&self, of: ParamName) -> Option<ParamValue> {
        self.find(of).map(|at| self.params[at].1)
    }

    fn find(&self, of: ParamName) -> Option<usize> {
        self.params.iter().position(|(name, _)| *name == of)
    }

    pub(in crate::protocol) fn hear(&mut self, message: &Outgoing, now_ms: i64) {
        if self.is_dead {
            return;
        }
        match message {
            Outgoing::Param(request) => self.on_request(*request),
            Outgoing::Ftp { packet, .. } => {
                if let Some(files) = &mut self.files {
                    files.hear(packet, &self.params, now_ms);
                }
            }
            _ => {}
        }
    }

    fn on_request(&mut self, request: ParamRequest) {
        match request {
            ParamRequest::List { .. } => {
                if let (Some(hash), None) = (self.hash, self.listing) {
                    let hash = ParamHeard {
                        name: name("_HASH_CHECK"),
                        bits: hash,
                        kind: ParamType::U32.number(),
                        index: u16::MAX,
                        count: self.params.len() as u16,
                    };
                    self.replies
                        .push_back(Report::Param(ParamReport::Value(hash)));
                }
                self.listing = Some(0);
            }
            ParamRequest::Read { name, .. } => match self.find(name) {
                // ArduPilot does not look up the place of a name.
                Some(at) => self.say(at, self.hash.is_some()),
                None => self.refuse(Some(name), None, ParamError::DOES_NOT_EXIST),
            },
            ParamRequest::ReadIndex { index, .. } => {
                if usize::from(index) < self.params.len() {
                    self.say(usize::from(index), true);
                } else {
                    self.refuse(None, Some(index), ParamError::DOES_NOT_EXIST);
                }
            }
            ParamRequest::Set {
                name, bits, kind, ..
            } => self.on_set(name, bits, kind),
        }
    }

    fn on_set(&mut self, name: ParamName, bits: u32, kind: u8) {
        if name.as_str() == "_HASH_CHECK" {
            self.listing = None;
            return;
        }
        let Some(at) = self.find(name) else {
            return self.refuse(Some(name), None, ParamError::DOES_NOT_EXIST);
        };
        if self.read_only == Some(name) {
            return self.refuse(Some(name), None, ParamError(5));
        }
        let own = self.params[at].1.kind();
        let value = match self.encoding {
            ParamEncoding::Cast => f64::from(f32::from_bits(bits)),
            ParamEncoding::Bytewise => {
                assert_eq!(
                    kind,
                    own.number(),
                    "PX4 copies bytes: the type must be its own"
                );
                self.encoding.decode(bits, own).unwrap().as_f64()
            }
        };
        let value = value.min(self.most);
        let value = if own.is_real() { value } else { value.round() };
        let value = ParamValue::from_number(value, own).unwrap();
        self.params[at].1 = value;
        self.sets.push((name, value));
        self.say(at, self.hash.is_some());
    }

    fn say(&mut self, at: usize, with_place: bool) {
        let report = self.report(at, with_place);
        self.replies.push_back(report);
    }

    fn report(&self, at: usize, with_place: bool) -> Report {
        let (name, value) = self.params[at];
        Report::Param(ParamReport::Value(ParamHeard {
            name,
            bits: self.encoding.encode(value).unwrap(),
            kind: value.kind().number(),
            index: if with_place { at as u16 } else { u16::MAX },
            count: self.params.len() as u16,
        }))
    }

    fn refuse(&mut self, name: Option<ParamName>, index: Option<u16>, error: ParamError) {
        if self.explains {
            let refusal = ParamRefusal {
                name,
                index,
                target_system: OWN.0.0,
                target_component: OWN.1.0,
                error,
            };
            self.replies
                .push_back(Report::Param(ParamReport::Error(refusal)));
        }
    }

    pub(in crate::protocol) fn speak(&mut self, now_ms: i64) -> Vec<Report> {
        if let Some((at_ms, change)) = self.surprise
            && now_ms >= at_ms
        {
            change(&mut self.params);
            self.surprise = None;
        }
        let mut said: Vec<Report> = self.replies.drain(..).collect();
        for _ in 0..self.per_ms {
            if let Some(at) = self.listing {
                if at < self.params.len() {
                    said.push(self.report(at, true));
                }
                self.listing = Some(at + 1).filter(|next| *next < self.params.len());
            }
        }
        if let Some(files) = &mut self.files {
            said.extend(files.speak());
        }
        said
    }
}
