//! Checks of the bounds of fields.

use crate::emit::rust::names::scalar;
use crate::model::{Bounds, Field, Form, Model, Name, TypeRef};

pub(super) fn bound_checks(model: &Model, field: &Field) -> Vec<String> {
    let mut checks = Vec::new();
    let of_type = match &field.type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(_, bounds) => bounds.clone(),
            _ => Bounds::default(),
        },
        _ => Bounds::default(),
    };
    let is_number = matches!(
        scalar(model, &field.type_ref),
        Some(TypeRef::Uint32 | TypeRef::Uint64)
    );
    let (value, kind) = if is_number {
        (number(model, field), "value")
    } else {
        (format!("self.{}.len()", field.name.rust()), "length")
    };
    let name = field.name.snake();
    if let Some(max) = field.bounds.max_items {
        checks.push(format!("check::max_items(\"{name}\", {value}, {max})?;"));
    }
    if field.repeated {
        let place = format!("self.{}", field.name.rust());
        let bounds = [&of_type, &field.bounds];
        let each = each_check(&name, &bounds);
        if !each.is_empty() {
            checks.push(format!("for item in &{place} {{ {each} }}"));
        }
        return checks;
    }
    for bounds in [&of_type, &field.bounds] {
        if let Some(min) = bounds.min {
            checks.push(format!("check::min_{kind}(\"{name}\", {value}, {min})?;"));
        }
        if let Some(max) = bounds.max {
            checks.push(format!("check::max_{kind}(\"{name}\", {value}, {max})?;"));
        }
        if let Some(length) = bounds.length {
            checks.push(format!(
                "check::exact_length(\"{name}\", {value}, Some({length}))?;"
            ));
        }
        if let Some((function, input)) = &bounds.length_of {
            let function = Name::new(function).snake();
            let input = input.rust();
            checks.push(format!(
                "check::exact_length(\"{name}\", {value}, policy::{function}(&self.{input}))?;"
            ));
        }
    }
    checks
}

/// Returns the checks of an item of an array of byte strings, `item`.
fn each_check(name: &str, bounds: &[&Bounds]) -> String {
    let mut checks = String::new();
    for bounds in bounds {
        if let Some(min) = bounds.min {
            checks += &format!("check::min_length(\"{name}\", item.len(), {min})?;");
        }
        if let Some(max) = bounds.max {
            checks += &format!("check::max_length(\"{name}\", item.len(), {max})?;");
        }
        if let Some(length) = bounds.length {
            checks += &format!("check::exact_length(\"{name}\", item.len(), Some({length}))?;");
        }
        if let Some((function, input)) = &bounds.length_of {
            let (function, input) = (Name::new(function).snake(), input.rust());
            checks += &format!(
                "check::exact_length(\"{name}\", item.len(), policy::{function}(&self.{input}))?;"
            );
        }
    }
    checks
}

/// Returns an expression of type `u64` for the number in a field.
pub(super) fn number(model: &Model, field: &Field) -> String {
    let place = format!("self.{}", field.name.rust());
    match scalar(model, &field.type_ref) {
        Some(TypeRef::Uint64) => place,
        _ => format!("u64::from({place})"),
    }
}
