//! placeholder until merge
use crate::model::{ids::*, report::TextPart, time::TimeUs, words::Severity};
use std::sync::Arc;
#[derive(Debug)]
pub struct JoinedText {
    pub severity: Severity,
    pub text: Arc<str>,
}
#[derive(Debug, Default)]
pub struct Texts;
impl Texts {
    pub fn push(
        &mut self,
        _s: SystemId,
        _c: ComponentId,
        p: TextPart,
        _n: TimeUs,
    ) -> Option<JoinedText> {
        Some(JoinedText {
            severity: p.severity,
            text: p.text,
        })
    }
    pub fn expire(
        &mut self,
        _n: TimeUs,
    ) -> impl Iterator<Item = (SystemId, ComponentId, JoinedText)> {
        std::iter::empty()
    }
}
