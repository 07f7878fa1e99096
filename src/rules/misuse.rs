//! Mistakes that a rule shows only when it is judged over values: what no vehicle could ever make right.

use cel::{Context, ExecutionError, IdedExpr, Value, common::ast::Expr};

use super::shape::Shape;

/// A mistake of the rule itself in the outcome of judging it; an absent value is none.
pub(super) fn in_outcome(outcome: &Result<Value, ExecutionError>) -> bool {
    match outcome {
        Ok(Value::Bool(_)) => false,
        Ok(_) => true,
        // A key that was never heard is no mistake; any other name here is a function.
        Err(ExecutionError::UndeclaredReference(name)) => is_function(name),
        Err(error) => matches!(
            error,
            ExecutionError::NoSuchOverload(_)
                | ExecutionError::InvalidArgumentCount { .. }
                | ExecutionError::UnsupportedTargetType { .. }
                | ExecutionError::NotSupportedAsMethod { .. }
                | ExecutionError::UnsupportedKeyType(_)
                | ExecutionError::UnexpectedType { .. }
                | ExecutionError::MissingArgumentOrTarget
                | ExecutionError::ValuesNotComparable(..)
                | ExecutionError::UnsupportedBinaryOperator(..)
                | ExecutionError::UnsupportedIndex(..)
        ),
    }
}

/// Whether a name that nothing is known of is the one of a function.
pub(super) fn is_function(name: &str) -> bool {
    Shape::of_name(name).is_none()
}

/// An `==` or `!=` of two things that can never be the same, such as a text and a number: CEL calls them unequal.
pub(super) fn in_comparison(expression: &IdedExpr, context: &Context<'_, '_>) -> Option<String> {
    let Expr::Call(call) = &expression.expr else {
        return None;
    };
    if let ("_==_" | "_!=_", [left, right]) = (call.func_name.as_str(), call.args.as_slice()) {
        let kinds = (kind_of(left, context), kind_of(right, context));
        return match kinds {
            (Some(one), Some(other)) if one != other => Some(format!(
                "{one} is compared with {other}, which is never the same"
            )),
            _ => None,
        };
    }
    let mut parts = call.target.iter().map(|target| &**target).chain(&call.args);
    parts.find_map(|part| in_comparison(part, context))
}

/// What kind of plain value stands there now, when it is one.
fn kind_of(expression: &IdedExpr, context: &Context<'_, '_>) -> Option<&'static str> {
    match Value::resolve(expression, context).ok()? {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => Some("a number"),
        Value::String(_) => Some("a text"),
        Value::Bool(_) => Some("true or false"),
        _ => None,
    }
}
