//! A type has exactly the keys of its form.

use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Form, Type};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.types {
        for (name, found) in &file.types {
            for key in present(found) {
                if !allowed(found.form).contains(&key) {
                    problems.push(Problem::at(
                        &file.file,
                        [name.as_str(), key],
                        format!("a type of this form must not have `{key}`"),
                        format!(
                            "omit it, or change `form`; the keys of this form are {:?}",
                            allowed(found.form)
                        ),
                    ));
                }
            }
            problems.extend(missing(found).map(|key| {
                Problem::at(
                    &file.file,
                    [name.as_str()],
                    format!("a type of this form needs `{key}`"),
                    format!("add it; contracts/README.md shows a type with `{key}`"),
                )
            }));
            problems.extend(shorthands(&file.file, name, found));
        }
    }
    problems
}

fn allowed(form: Form) -> &'static [&'static str] {
    match form {
        Form::Scalar => &["base", "min", "max"],
        Form::Enum => &["zero", "value"],
        Form::Struct => &["field"],
        Form::Union => &["variant"],
    }
}

fn present(found: &Type) -> Vec<&'static str> {
    [
        ("base", found.base.is_some()),
        ("min", found.min.is_some()),
        ("max", found.max.is_some()),
        ("zero", found.zero.is_some()),
        ("value", !found.value.is_empty()),
        ("field", !found.field.is_empty()),
        ("variant", !found.variant.is_empty()),
    ]
    .into_iter()
    .filter_map(|(key, present)| present.then_some(key))
    .collect()
}

fn missing(found: &Type) -> Option<&'static str> {
    let (key, present) = match found.form {
        Form::Scalar => ("base", found.base.is_some()),
        Form::Enum => ("value", !found.value.is_empty()),
        Form::Struct => ("field", !found.field.is_empty()),
        Form::Union => ("variant", !found.variant.is_empty()),
    };
    (!present).then_some(key)
}

fn shorthands(file: &str, name: &str, found: &Type) -> Option<Problem> {
    let mut marked = found
        .variant
        .iter()
        .filter(|(_, variant)| variant.shorthand);
    marked.next()?;
    let (second, _) = marked.next()?;
    Some(Problem::at(
        file,
        [name, "variant", second, "shorthand"],
        "a union can have only one shorthand",
        "omit one of them",
    ))
}
