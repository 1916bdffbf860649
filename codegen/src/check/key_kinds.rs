//! Kinds of keys have existing roles and valid attributes.

use super::nearest;
use crate::model::{key_attributes, without_examples};
use crate::problem::Problem;
use crate::read::raw::{KeyKind, KeyKinds};
use crate::read::{Contracts, KEY_KINDS};

const VALUES: &str = "contracts/README.md describes the syntax of values";

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let model = without_examples(contracts);
    let kinds = &contracts.key_kinds;
    let mut problems = Vec::new();
    for (name, kind) in &kinds.kind {
        let mut wrong = |key: &str, message: String, help: String| {
            let path = match &kind.role {
                // The role supplies the usage flags that a kind does not set.
                Some(role) if key == "usage" && kind.usage.is_none() => ["role", role, key],
                _ => ["kind", name, key],
            };
            let path = path.into_iter().filter(|step| !step.is_empty());
            problems.push(Problem::at(KEY_KINDS, path, message, help));
        };
        if let Some(role) = &kind.role
            && !kinds.role.contains_key(role)
        {
            let help = nearest(role, kinds.role.keys().map(String::as_str));
            wrong("role", format!("unknown role `{role}`"), help);
        }
        if let Some((key, message, help)) = incomplete(name, kind) {
            wrong(key, message, help);
        }
        if let Some(other) = conflicting_kind(kinds, name, kind) {
            let message = format!("a name for a size is `{other}`, which is also a kind");
            wrong("", message, "rename one of them".to_owned());
        }
        if let Err((key, why)) = key_attributes(&model, kinds, kind) {
            wrong(key, why, VALUES.to_owned());
        }
    }
    problems
}

/// Returns the kind whose name equals a name for a size, ignoring separators.
fn conflicting_kind<'a>(kinds: &'a KeyKinds, name: &str, kind: &KeyKind) -> Option<&'a str> {
    let joined = |name: &str| name.replace('-', "");
    let sizes = kind.named_sizes.iter();
    let names: Vec<String> = sizes
        .map(|bits| joined(&format!("{name}-{bits}")))
        .collect();
    let mut others = kinds.kind.keys().map(String::as_str);
    others.find(|other| names.contains(&joined(other)))
}

fn incomplete(name: &str, kind: &KeyKind) -> Option<(&'static str, String, String)> {
    let fault = |key, message: &str, help: &str| Some((key, message.to_owned(), help.to_owned()));
    if kind.title.to_lowercase() != name {
        let message = format!("`{}` differs from the name `{name}`", kind.title);
        let help = "the two may differ only in case, because JavaScript accepts both";
        return fault("title", &message, help);
    }
    if kind.bits.is_empty()
        || kind
            .bits
            .iter()
            .chain(&kind.named_sizes)
            .any(|bits| *bits == 0)
    {
        let message = "a kind needs at least one size, and no size can be 0";
        return fault("bits", message, "for example, write bits = [256]");
    }
    if kind.role.is_none() && kind.usage.is_none() {
        let message = "the kind has neither a role nor usage flags";
        return fault("", message, "add role = \"…\" or usage = […]");
    }
    None
}
