//! The names of an expression: which parts of the vehicle object it reads, and which do not exist.

use std::collections::BTreeSet;

use cel::{
    IdedExpr,
    common::ast::{EntryExpr, Expr},
};

use super::shape::{self, Shape};
use crate::model::suggest::nearest;

/// A name that means nothing, by the node it stands at.
#[derive(Debug)]
pub(super) struct Unknown {
    pub(super) node: u64,
    pub(super) message: String,
}

/// What an expression reads.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The names it begins with.
    pub(super) read: BTreeSet<String>,
    /// What is wrong with them.
    pub(super) unknown: Vec<Unknown>,
    /// Names that macros such as `exists` bind, innermost last.
    bound: Vec<String>,
}

impl Names {
    /// The names of a whole expression.
    pub(super) fn of(expression: &IdedExpr) -> Self {
        let mut names = Self::default();
        names.walk(expression);
        names
    }

    fn walk(&mut self, node: &IdedExpr) {
        match &node.expr {
            Expr::Ident(_) | Expr::Select(_) => {
                self.shape_of(node);
            }
            Expr::Call(call) => {
                if call.func_name == "_[_]"
                    && let [table, _] = call.args.as_slice()
                {
                    self.shape_of(table);
                    return self.walk_all(&call.args[1..]);
                }
                if let Some(target) = &call.target {
                    self.walk(target);
                }
                self.walk_all(&call.args);
            }
            Expr::Comprehension(each) => {
                self.walk(&each.iter_range);
                self.walk(&each.accu_init);
                let before = self.bound.len();
                self.bound.push(each.iter_var.clone());
                self.bound.extend(each.iter_var2.clone());
                self.bound.push(each.accu_var.clone());
                self.walk(&each.loop_cond);
                self.walk(&each.loop_step);
                self.walk(&each.result);
                self.bound.truncate(before);
            }
            Expr::List(list) => self.walk_all(&list.elements),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Struct(made) => made
                .entries
                .iter()
                .for_each(|entry| self.entry(&entry.expr)),
            Expr::Literal(_) | Expr::Unspecified => {}
        }
    }

    fn walk_all(&mut self, nodes: &[IdedExpr]) {
        for node in nodes {
            self.walk(node);
        }
    }

    fn entry(&mut self, entry: &EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => self.walk(&field.value),
            EntryExpr::MapEntry(entry) => {
                self.walk(&entry.key);
                self.walk(&entry.value);
            }
        }
    }

    /// What stands at a node, as far as names tell; notes every name on the way.
    fn shape_of(&mut self, node: &IdedExpr) -> Shape {
        match &node.expr {
            Expr::Ident(name) => self.shape_of_name(name, node.id),
            Expr::Select(select) => {
                let holder = self.shape_of(&select.operand);
                self.check_key(holder, &select.field, node.id);
                holder.at(&select.field)
            }
            Expr::Call(call) if call.func_name == "_[_]" && call.args.len() == 2 => {
                let holder = self.shape_of(&call.args[0]);
                self.walk(&call.args[1]);
                holder.at("")
            }
            _ => {
                self.walk(node);
                Shape::Open
            }
        }
    }

    fn shape_of_name(&mut self, name: &str, node: u64) -> Shape {
        if name.starts_with('@') || self.bound.iter().any(|bound| bound == name) {
            return Shape::Open;
        }
        if let Some(shape) = Shape::of_name(name) {
            self.read.insert(name.to_owned());
            return shape;
        }
        let message = match nearest(name, shape::names()) {
            Some(near) => format!("a vehicle has no `{name}`; did you mean `{near}`?"),
            None => format!("a vehicle has no `{name}` (a text is written in quotes: \"{name}\")"),
        };
        self.unknown.push(Unknown { node, message });
        Shape::Open
    }

    fn check_key(&mut self, holder: Shape, key: &str, node: u64) {
        let Some(keys) = holder.keys().filter(|keys| !keys.contains(&key)) else {
            return;
        };
        let message = match nearest(key, keys.iter().copied()) {
            Some(near) => format!("there is no `{key}` here; did you mean `{near}`?"),
            None => format!("there is no `{key}` here; there are {}", keys.join(", ")),
        };
        self.unknown.push(Unknown { node, message });
    }
}
