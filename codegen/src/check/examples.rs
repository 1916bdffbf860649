//! Every operation has an example, and the values of examples are valid in requests and responses.

use crate::model::{Bounds, Field, Form, Model, TypeRef, Value, read_fields, without_examples};
use crate::problem::Problem;
use crate::read::Contracts;

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let model = without_examples(contracts);
    let mut problems = Vec::new();
    for file in &contracts.operations {
        let Some(operation) = model
            .operations
            .iter()
            .find(|o| o.name.as_written() == file.name)
        else {
            continue;
        };
        if file.operation.example.is_empty() {
            problems.push(Problem::at(
                &file.file,
                ["example"],
                "the operation has no example",
                "add an [[example]] with real values, for test vectors and documentation",
            ));
        }
        for (index, example) in file.operation.example.iter().enumerate() {
            let sides = [
                ("input", &operation.inputs, &example.input),
                ("output", &operation.outputs, &example.output),
            ];
            for (side, fields, table) in sides {
                let fault = read_fields(&model, fields, table)
                    .and_then(|values| within_bounds(&model, fields, &values));
                if let Err((path, why)) = fault {
                    let place = ["example".to_owned(), index.to_string(), side.to_owned()];
                    problems.push(Problem::at(
                        &file.file,
                        place.into_iter().chain(path),
                        why,
                        "contracts/README.md describes the syntax of values",
                    ));
                }
            }
        }
    }
    problems
}

fn within_bounds(
    model: &Model,
    fields: &[Field],
    values: &[Value],
) -> Result<(), (Vec<String>, String)> {
    for (field, value) in fields.iter().zip(values) {
        let size = match value {
            Value::Number(number) => *number,
            Value::Bytes(bytes) => bytes.bytes.len() as u64,
            Value::String(text) => text.len() as u64,
            _ => continue,
        };
        for bounds in [&field.bounds, &type_bounds(model, &field.type_ref)] {
            let fits = bounds.min.is_none_or(|min| size >= min)
                && bounds.max.is_none_or(|max| size <= max)
                && bounds.length.is_none_or(|length| size == length);
            if !fits {
                let path = vec![field.name.as_written().to_owned()];
                return Err((
                    path,
                    "this value violates the bounds of the field".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

fn type_bounds(model: &Model, type_ref: &TypeRef) -> Bounds {
    match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(_, bounds) => bounds.clone(),
            _ => Bounds::default(),
        },
        _ => Bounds::default(),
    }
}
