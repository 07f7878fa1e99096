//! One rule: compiled from its text with every name checked, judged over facts.

use std::{
    collections::BTreeSet,
    fmt,
    ops::Range,
    sync::{Arc, LazyLock},
};

use cel::{Context, Env, ExecutionError, ParseErrors, Program, Value};

use super::{
    facts::{Facts, Scope, Wanted},
    misuse,
    names::{Names, Unknown},
    shape::{self, Shape},
};

/// Longest text of a rule, bytes; what is longer was not written by a person.
const LONGEST: usize = 4_096;
/// Deepest nesting of brackets: the parser descends once for each.
const DEEPEST: usize = 40;
/// Most operators: a chain of them nests as well.
const MOST_OPERATORS: usize = 250;

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A rule over the vehicle object.
pub struct Rule {
    text: Arc<str>,
    program: Program,
    names: BTreeSet<String>,
}

/// A mistake in the text of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text it stands at.
    pub at: Range<usize>,
    /// What is wrong, and what may have been meant.
    pub message: String,
}

/// Why a text is no rule; at least one mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RuleError {
    /// The text.
    pub text: Arc<str>,
    /// In the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// What a rule says of a vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Holds,
    /// It is not so.
    Fails,
    /// It cannot be said, because of this; a rule that cannot be said does not hold.
    NotEvaluable(String),
}

impl Verdict {
    /// Whether it is so.
    #[must_use]
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Holds)
    }
}

impl fmt::Display for RuleError {
    /// Each mistake with its column and the place marked: text, caret, sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let before = &self.text[..self.text.floor_char_boundary(mistake.at.start)];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let line = self.text[line_start..].lines().next().unwrap_or_default();
            let column = before[line_start..].chars().count();
            let break_before = if index == 0 { "" } else { "\n" };
            write!(
                f,
                "{break_before}column {}: {}\n  {}\n  {:column$}^",
                column + 1,
                mistake.message,
                line.replace(char::is_control, " "),
                ""
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.text).finish()
    }
}

/// What rules read of a vehicle, all together.
#[must_use]
pub fn wanted<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Wanted {
    let mut wanted = Wanted::default();
    for name in rules.into_iter().flat_map(Rule::names) {
        wanted.add(name);
    }
    wanted
}

impl Rule {
    /// Compiles a text and checks every name in it.
    ///
    /// # Errors
    /// Every mistake, with its place: syntax first; names only when the syntax is good.
    pub fn compile(text: &str) -> Result<Self, RuleError> {
        let refuse = |mistakes| RuleError {
            text: text.into(),
            mistakes,
        };
        if let Some(mistake) = too_much(text) {
            return Err(refuse(vec![mistake]));
        }
        let program = ENVIRONMENT
            .compile(text)
            .map_err(|errors| refuse(syntax(text, &errors)))?;
        let names = Names::of(program.expression());
        if names.unknown.is_empty() {
            return Ok(Self {
                text: text.into(),
                program,
                names: names.read,
            });
        }
        let place = |unknown: Unknown| {
            let offset = program.source_info().offset_for(unknown.node);
            let (start, end) = offset.unwrap_or_default();
            let at = bytes(text, start as usize)..bytes(text, end as usize);
            Mistake {
                at,
                message: unknown.message,
            }
        };
        let mut mistakes: Vec<_> = names.unknown.into_iter().map(place).collect();
        mistakes.sort_by_key(|mistake| mistake.at.start);
        Err(refuse(mistakes))
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it begins with: keys of the vehicle object, `vehicle`, `vehicles`, `links`, `now_ms`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether it reads that name.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether it reads anything of one vehicle; one that does not is about the fleet and is judged once.
    #[must_use]
    pub fn is_about_a_vehicle(&self) -> bool {
        let of_vehicle = |name: &str| name == shape::WHOLE || Shape::of_field(name).is_some();
        self.names().any(of_vehicle)
    }

    /// Whether it needs `vehicles` or `links`: then those are worth converting.
    #[must_use]
    pub fn reads_the_fleet(&self) -> bool {
        self.reads(shape::VEHICLES) || self.reads(shape::LINKS)
    }

    /// Whether its answer may change by time alone.
    #[must_use]
    pub fn reads_the_time(&self) -> bool {
        self.reads(shape::NOW)
    }

    /// What it says of a vehicle in its fleet.
    #[must_use]
    pub fn judge(&self, vehicle: &Facts, fleet: &Facts) -> Verdict {
        let scope = Scope { vehicle, fleet };
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(&scope);
        verdict(&self.program.execute(&context))
    }

    /// A mistake of the rule itself that these values show: an operator or a function that does not go with their
    /// types, an unknown function, an answer that is neither true nor false. What was never heard is none.
    #[must_use]
    pub fn misuse(&self, vehicle: &Facts, fleet: &Facts) -> Option<String> {
        let scope = Scope { vehicle, fleet };
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(&scope);
        let outcome = self.program.execute(&context);
        match verdict(&outcome) {
            Verdict::NotEvaluable(why) if misuse::in_outcome(&outcome) => Some(why),
            _ => misuse::in_comparison(self.program.expression(), &context),
        }
    }
}

fn verdict(outcome: &Result<Value, ExecutionError>) -> Verdict {
    match outcome {
        Ok(Value::Bool(true)) => Verdict::Holds,
        Ok(Value::Bool(false)) => Verdict::Fails,
        Ok(other) => Verdict::NotEvaluable(format!(
            "the answer is {} and must be true or false",
            other.type_of()
        )),
        Err(error) => Verdict::NotEvaluable(reason(error)),
    }
}

/// Why a rule cannot be said, for people.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::UndeclaredReference(name) if misuse::is_function(name) => {
            format!("there is no function `{name}`")
        }
        ExecutionError::UndeclaredReference(name) | ExecutionError::NoSuchKey(name) => {
            format!("`{name}` is not known")
        }
        ExecutionError::NoSuchOverload(overload) => {
            let operator = overload.function().replace('_', "");
            let types = overload.argument_types().join(" and ");
            format!(
                "`{operator}` does not go with {types} (next to a number with a fraction, 10 is written 10.0)"
            )
        }
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => format!(
            "`{operator}` does not go with {} and {} (next to a number with a fraction, 10 is written 10.0)",
            left.type_of(),
            right.type_of()
        ),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "division by zero".to_owned()
        }
        other => {
            let text = other.to_string();
            text.chars().filter(|c| !c.is_control()).take(200).collect()
        }
    }
}

fn too_much(text: &str) -> Option<Mistake> {
    if text.trim().is_empty() {
        let message = "an expression is wanted, such as battery.remaining_percent < 25".to_owned();
        return Some(Mistake { at: 0..0, message });
    }
    if text.len() > LONGEST {
        let message = format!("an expression may have {LONGEST} bytes");
        return Some(Mistake {
            at: LONGEST..text.len(),
            message,
        });
    }
    let (mut depth, mut operators) = (0_usize, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '!' | '-' | '+' | '*' | '/' | '%' | '?' | '.' | '&' | '|' | '<' | '>' | '=' => {
                operators += 1;
            }
            _ => {}
        }
        if depth > DEEPEST || operators > MOST_OPERATORS * 2 {
            let message = "the expression is nested too deep".to_owned();
            return Some(Mistake {
                at: at..at + letter.len_utf8(),
                message,
            });
        }
    }
    None
}

fn syntax(text: &str, errors: &ParseErrors) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    for error in &errors.errors {
        let line = usize::try_from(error.pos.0 - 1).unwrap_or(0);
        let column = usize::try_from(error.pos.1 - 1).unwrap_or(0);
        let line_start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = &text[line_start.min(text.len())..];
        let start = (line_start + bytes(rest, column)).min(text.len());
        let message = sentence(&error.msg);
        if mistakes.iter().all(|known| known.at.start != start) {
            let end = text.ceil_char_boundary((start + 1).min(text.len()));
            mistakes.push(Mistake {
                at: start..end,
                message,
            });
        }
    }
    mistakes.sort_by_key(|mistake| mistake.at.start);
    if mistakes.is_empty() {
        let message = "this is no expression".to_owned();
        mistakes.push(Mistake {
            at: 0..text.len(),
            message,
        });
    }
    mistakes
}

/// What the parser says, in one line and without the list of every token it would have taken.
fn sentence(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    let short = first
        .split(", expecting")
        .next()
        .unwrap_or(first)
        .split(" expecting {")
        .next()
        .unwrap_or(first);
    let short = short.trim_start_matches("Syntax error: ");
    if short.contains("<EOF>") {
        return "the expression ends too early".to_owned();
    }
    short.replace(char::is_control, " ")
}

/// The byte at which a character stands.
fn bytes(text: &str, characters: usize) -> usize {
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests;
