//! The functions `lower` and `lift` between the types of the client and those of the binding.

use std::collections::BTreeSet;

use super::declarations::WIDTH;
use super::types::{RAW, ROOT, package, property_name, variant_class};
use super::values::{root_types, type_class};
use crate::emit::rust::names::scalar;
use crate::model::{Field, Form, Model, Operation, Payload, Type, TypeRef, Variant};

/// The package of the types of the binding.
pub(super) const NATIVE: &str = "org.parsec.client.ffi";

/// The functions of one file.
#[derive(Default)]
pub(super) struct Converted {
    pub(super) functions: Vec<Vec<String>>,
    pub(super) imports: BTreeSet<String>,
}

/// Returns the conversions of types.
pub(super) fn of_types<'a>(model: &'a Model, types: impl Iterator<Item = &'a Type>) -> Converted {
    let root = root_types(model);
    let mut found = Converted::default();
    for of in types {
        let class = type_class(&of.name);
        found.import(package(&root, &of.name), &class);
        match &of.form {
            Form::Enum(_) => found.enumeration(&class, &class),
            Form::Struct(fields) => {
                found.lower(model, &class, fields);
                found.lift(model, &class, fields);
            }
            Form::Union(variants) => found.union(model, &class, variants),
            Form::Scalar(..) => {}
        }
    }
    found
}

/// Returns the conversions of enumerations that are not types of the contracts: their names in the
/// client and in the binding.
pub(super) fn of_enums(enums: &[(String, String)]) -> Converted {
    let mut found = Converted::default();
    for (class, native) in enums {
        found.imports.insert(format!("{ROOT}.{class}"));
        let path = format!("{NATIVE}.{native} as {}", alias(native));
        found.imports.insert(path);
        found.enumeration(class, native);
    }
    found
}

/// Returns the conversions of the inputs and outputs of operations.
pub(super) fn of_messages<'a>(
    model: &'a Model,
    operations: impl Iterator<Item = &'a Operation>,
) -> Converted {
    let mut found = Converted::default();
    for operation in operations {
        if !operation.inputs.is_empty() {
            let class = format!("{}Request", operation.name.camel());
            found.import(RAW, &class);
            found.lower(model, &class, &operation.inputs);
        }
        if !operation.outputs.is_empty() {
            let class = format!("{}Response", operation.name.camel());
            found.import(RAW, &class);
            found.lift(model, &class, &operation.outputs);
        }
    }
    found
}

fn alias(class: &str) -> String {
    match class.strip_prefix("Native") {
        Some(_) => class.to_owned(),
        None => format!("Native{class}"),
    }
}

impl Converted {
    fn import(&mut self, package: &str, class: &str) {
        self.imports.insert(format!("{package}.{class}"));
        self.imports
            .insert(format!("{NATIVE}.{class} as {}", alias(class)));
    }

    fn enumeration(&mut self, class: &str, native: &str) {
        let native = alias(native);
        for (head, value) in [
            (
                format!("internal fun {class}.lower(): {native} ="),
                format!("{native}.valueOf(name)"),
            ),
            (
                format!("internal fun {native}.lift(): {class} ="),
                format!("{class}.valueOf(name)"),
            ),
        ] {
            self.functions
                .push(match head.len() + 1 + value.len() <= WIDTH {
                    true => vec![format!("{head} {value}")],
                    false => vec![head, format!("    {value}")],
                });
        }
    }

    fn lower(&mut self, model: &Model, class: &str, fields: &[Field]) {
        let native = alias(class);
        let head = format!("internal fun {class}.lower(): {native} =");
        let arguments = fields.iter().map(|field| {
            let name = property_name(&field.name);
            let value = lowered(model, field, &format!("this.{name}"));
            format!("    {name} = {value},")
        });
        self.functions.push(call(&head, &native, arguments));
    }

    fn lift(&mut self, model: &Model, class: &str, fields: &[Field]) {
        let native = alias(class);
        let head = format!("internal fun {native}.lift(): {class} =");
        let arguments = fields.iter().map(|field| {
            let name = property_name(&field.name);
            let value = lifted(model, field, &format!("this.{name}"));
            format!("    {name} = {value},")
        });
        self.functions.push(call(&head, class, arguments));
    }

    fn union(&mut self, model: &Model, class: &str, variants: &[Variant]) {
        let native = alias(class);
        let separated = variants
            .iter()
            .any(|variant| matches!(variant.payload, Payload::Fields(_)));
        for lower in [true, false] {
            let (from, to, function) = match lower {
                true => (class, native.as_str(), "lower"),
                false => (native.as_str(), class, "lift"),
            };
            let mut lines = vec![format!(
                "internal fun {from}.{function}(): {to} = when (this) {{"
            )];
            for (index, variant) in variants.iter().enumerate() {
                // ktlint: all branches are separated if one has several lines.
                if index > 0 && separated {
                    lines.push(String::new());
                }
                let name = variant_class(&variant.name);
                match &variant.payload {
                    Payload::Empty => lines.push(format!("    {from}.{name} -> {to}.{name}")),
                    Payload::Value(of) => {
                        let value = match lower {
                            true => lowered_one(model, of, "this.value", "value"),
                            false => lifted_one(model, of, "this.v1"),
                        };
                        lines.push(format!("    is {from}.{name} -> {to}.{name}({value})"));
                    }
                    Payload::Fields(fields) => {
                        lines.push(format!("    is {from}.{name} -> {to}.{name}("));
                        lines.extend(fields.iter().map(|field| {
                            let name = property_name(&field.name);
                            let own = format!("this.{name}");
                            let value = match lower {
                                true => lowered(model, field, &own),
                                false => lifted(model, field, &own),
                            };
                            format!("        {name} = {value},")
                        }));
                        lines.push("    )".to_owned());
                    }
                }
            }
            lines.push("}".to_owned());
            self.functions.push(lines);
        }
    }
}

fn call(head: &str, class: &str, arguments: impl Iterator<Item = String>) -> Vec<String> {
    let joined = format!("{head} {class}(");
    let (mut lines, pad) = match joined.len() <= WIDTH {
        true => (vec![joined], ""),
        false => (vec![head.to_owned(), format!("    {class}(")], "    "),
    };
    lines.extend(arguments.map(|line| format!("{pad}{line}")));
    lines.push(format!("{pad})"));
    lines
}

fn lowered(model: &Model, field: &Field, value: &str) -> String {
    let name = property_name(&field.name);
    let name = name.trim_matches('`');
    through(field, value, |value| {
        lowered_one(model, &field.type_ref, value, name)
    })
}

fn lifted(model: &Model, field: &Field, value: &str) -> String {
    through(field, value, |value| {
        lifted_one(model, &field.type_ref, value)
    })
}

fn through(field: &Field, value: &str, convert: impl Fn(&str) -> String) -> String {
    let item = convert("it");
    match (field.repeated, field.optional) {
        (false, false) => convert(value),
        _ if item == "it" => value.to_owned(),
        (true, _) => format!("{value}.map {{ {item} }}"),
        (false, true) => format!("{value}?.let {{ {item} }}"),
    }
}

fn lowered_one(model: &Model, of: &TypeRef, value: &str, name: &str) -> String {
    match scalar(model, of) {
        Some(TypeRef::Uint32 | TypeRef::Uint64) => format!("{value}.lower(\"{name}\")"),
        Some(_) => value.to_owned(),
        None => format!("{value}.lower()"),
    }
}

fn lifted_one(model: &Model, of: &TypeRef, value: &str) -> String {
    match scalar(model, of) {
        Some(TypeRef::Uint32 | TypeRef::Uint64) | None => format!("{value}.lift()"),
        Some(_) => value.to_owned(),
    }
}
