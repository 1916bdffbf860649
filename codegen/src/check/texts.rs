//! Texts become comments in five languages, so they must not contain comment delimiters.

use super::{all_fields, deeper};
use crate::problem::Problem;
use crate::read::{Contracts, KEY_KINDS, STATUSES};

/// Sequences that end a comment or a string in a target language, or begin an expression in a
/// template.
const FORBIDDEN: &[&str] = &["*/", "/*", "\"\"\"", "{{", "{%", "-->"];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check_text = |file: &str, path: Vec<String>, text: &str| {
        problems.extend(fault(text).map(|(message, help)| Problem::at(file, path, message, help)));
    };
    for file in &contracts.operations {
        let operation = &file.operation;
        check_text(&file.file, vec!["summary".into()], &operation.summary);
        check_text(
            &file.file,
            vec!["doc".into()],
            operation.doc.as_deref().unwrap_or("."),
        );
        for (name, why) in &operation.status {
            check_text(&file.file, vec!["status".into(), name.clone()], why);
        }
    }
    for file in &contracts.types {
        for (name, found) in &file.types {
            check_text(&file.file, vec![name.clone(), "doc".into()], &found.doc);
            for (value_name, value) in &found.value {
                let path = deeper(std::slice::from_ref(name), &["value", value_name, "doc"]);
                check_text(&file.file, path, &value.doc);
            }
            for (variant_name, variant) in &found.variant {
                let path = deeper(
                    std::slice::from_ref(name),
                    &["variant", variant_name, "doc"],
                );
                check_text(&file.file, path, &variant.doc);
            }
        }
    }
    for group in all_fields(contracts) {
        for (name, field) in group.fields {
            check_text(group.file, deeper(&group.path, &[name, "doc"]), &field.doc);
        }
    }
    for file in &contracts.handles {
        let handle = &file.handle;
        check_text(&file.file, vec!["summary".into()], &handle.summary);
        check_text(
            &file.file,
            vec!["doc".into()],
            handle.doc.as_deref().unwrap_or("."),
        );
        for (name, method) in &handle.method {
            let at = |steps: &[&str]| deeper(&["method".to_owned(), name.clone()], steps);
            check_text(&file.file, at(&["summary"]), &method.summary);
            let others = [("doc", &method.doc), ("returns-doc", &method.returns_doc)];
            for (key, text) in others {
                check_text(&file.file, at(&[key]), text.as_deref().unwrap_or("."));
            }
            for (argument_name, argument) in &method.argument {
                let path = at(&["argument", argument_name, "doc"]);
                check_text(&file.file, path, &argument.doc);
            }
            for (kind, when) in &method.error {
                check_text(&file.file, at(&["error", kind]), when);
            }
        }
    }
    for (name, status) in &contracts.statuses.status {
        check_text(
            STATUSES,
            vec!["status".into(), name.clone(), "message".into()],
            &status.message,
        );
        check_text(
            STATUSES,
            vec!["status".into(), name.clone(), "next".into()],
            &status.next,
        );
    }
    for (name, kind) in &contracts.statuses.kind {
        check_text(
            STATUSES,
            vec!["kind".into(), name.clone(), "doc".into()],
            &kind.doc,
        );
    }
    for (name, role) in &contracts.key_kinds.role {
        let path = ["role", name, "doc"].map(str::to_owned).to_vec();
        check_text(KEY_KINDS, path, &role.doc);
    }
    let mut check_doc = |path: &[&str], doc: &str| {
        let path = path.iter().chain(&["doc"]);
        check_text(
            KEY_KINDS,
            path.map(|step| (*step).to_owned()).collect(),
            doc,
        );
    };
    for (name, kind) in &contracts.key_kinds.kind {
        check_doc(&["kind", name], &kind.doc);
        for (preset, of) in &kind.preset {
            check_doc(&["kind", name, "preset", preset], &of.doc);
        }
    }
    for (name, option) in &contracts.key_kinds.option {
        check_doc(&["option", name], &option.doc);
    }
    for (name, choice) in &contracts.key_kinds.choice {
        check_doc(&["choice", name], &choice.doc);
        for (value, of) in &choice.value {
            check_doc(&["choice", name, "value", value], &of.doc);
        }
    }
    for (name, family) in &contracts.key_kinds.family {
        check_doc(&["family", name], &family.doc);
    }
    problems
}

fn fault(text: &str) -> Option<(String, &'static str)> {
    if text.trim().is_empty() {
        return Some((
            "this text is empty".into(),
            "add a sentence that describes it",
        ));
    }
    if let Some(found) = FORBIDDEN.iter().find(|forbidden| text.contains(*forbidden)) {
        return Some((
            format!("`{found}` is not valid in comments of a target language"),
            "rephrase the text",
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Some(("this text contains a control character".into(), "remove it"));
    }
    if text.lines().any(|line| line.ends_with(' ')) {
        return Some(("a line of this text ends with a space".into(), "remove it"));
    }
    None
}
