//! Texts end up in the comments of five languages: nothing in them may end or open one there.

use super::{all_fields, deeper};
use crate::problem::Problem;
use crate::read::{Contracts, KEY_KINDS, STATUSES};

/// What would end a comment or a string somewhere, or start a template's expression.
const FORBIDDEN: &[&str] = &["*/", "/*", "\"\"\"", "{{", "{%", "-->"];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut judge = |file: &str, path: Vec<String>, text: &str| {
        problems.extend(fault(text).map(|(message, help)| Problem::at(file, path, message, help)));
    };
    for file in &contracts.operations {
        let operation = &file.operation;
        judge(&file.file, vec!["summary".into()], &operation.summary);
        judge(
            &file.file,
            vec!["doc".into()],
            operation.doc.as_deref().unwrap_or("."),
        );
        for (name, why) in &operation.status {
            judge(&file.file, vec!["status".into(), name.clone()], why);
        }
    }
    for file in &contracts.types {
        for (name, found) in &file.types {
            judge(&file.file, vec![name.clone(), "doc".into()], &found.doc);
            for (value_name, value) in &found.value {
                let path = deeper(std::slice::from_ref(name), &["value", value_name, "doc"]);
                judge(&file.file, path, &value.doc);
            }
            for (variant_name, variant) in &found.variant {
                let path = deeper(
                    std::slice::from_ref(name),
                    &["variant", variant_name, "doc"],
                );
                judge(&file.file, path, &variant.doc);
            }
        }
    }
    for group in all_fields(contracts) {
        for (name, field) in group.fields {
            judge(group.file, deeper(&group.path, &[name, "doc"]), &field.doc);
        }
    }
    for file in &contracts.handles {
        let handle = &file.handle;
        judge(&file.file, vec!["summary".into()], &handle.summary);
        judge(
            &file.file,
            vec!["doc".into()],
            handle.doc.as_deref().unwrap_or("."),
        );
        for (name, method) in &handle.method {
            let at = |steps: &[&str]| deeper(&["method".to_owned(), name.clone()], steps);
            judge(&file.file, at(&["summary"]), &method.summary);
            let others = [("doc", &method.doc), ("returns-doc", &method.returns_doc)];
            for (key, text) in others {
                judge(&file.file, at(&[key]), text.as_deref().unwrap_or("."));
            }
            for (argument_name, argument) in &method.argument {
                let path = at(&["argument", argument_name, "doc"]);
                judge(&file.file, path, &argument.doc);
            }
            for (kind, when) in &method.error {
                judge(&file.file, at(&["error", kind]), when);
            }
        }
    }
    for (name, status) in &contracts.statuses.status {
        judge(
            STATUSES,
            vec!["status".into(), name.clone(), "message".into()],
            &status.message,
        );
        judge(
            STATUSES,
            vec!["status".into(), name.clone(), "next".into()],
            &status.next,
        );
    }
    for (name, kind) in &contracts.statuses.kind {
        judge(
            STATUSES,
            vec!["kind".into(), name.clone(), "doc".into()],
            &kind.doc,
        );
    }
    for (name, role) in &contracts.key_kinds.role {
        let path = ["role", name, "doc"].map(str::to_owned).to_vec();
        judge(KEY_KINDS, path, &role.doc);
    }
    for (name, kind) in &contracts.key_kinds.kind {
        let path = ["kind", name, "doc"].map(str::to_owned).to_vec();
        judge(KEY_KINDS, path, &kind.doc);
    }
    problems
}

fn fault(text: &str) -> Option<(String, &'static str)> {
    if text.trim().is_empty() {
        return Some(("this text is empty".into(), "say in a sentence what it is"));
    }
    if let Some(found) = FORBIDDEN.iter().find(|forbidden| text.contains(*forbidden)) {
        return Some((
            format!("`{found}` would break the comments of a target language"),
            "say it in other words",
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Some((
            "there is a control character in this text".into(),
            "remove it",
        ));
    }
    if text.lines().any(|line| line.ends_with(' ')) {
        return Some(("a line of this text ends in a space".into(), "remove it"));
    }
    None
}
