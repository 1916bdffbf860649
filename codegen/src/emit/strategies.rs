//! Property-test strategies: any value of any operation, for the tests of the codec.

use anyhow::Result;
use askama::Template;

use super::rust::{scalar, variant_name};
use super::{Output, banner};
use crate::model::{Field, Form, Model, Module, Payload, Type, TypeRef, Variant};

/// One Rust file for the tests.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let file = File {
        banner: banner("contracts"),
        types: model
            .modules
            .iter()
            .flat_map(Module::own_types)
            .map(|found| TypeView {
                function: found.name.rust(),
                name: format!("types::{}", found.name.rust_type()),
                code: type_code(model, found),
            })
            .collect(),
        operations: model
            .operations
            .iter()
            .map(|operation| {
                let name = format!("operations::{}", operation.name.rust_type());
                Pair {
                    input: message(model, &name, &operation.inputs),
                    output: message(model, &format!("{name}Output"), &operation.outputs),
                }
            })
            .collect(),
    };
    Ok(Output::from([(
        "contracts/tests/generated/strategies.rs".to_owned(),
        file.render()?,
    )]))
}

#[derive(Template)]
#[template(path = "vectors/strategies.rs", escape = "none")]
struct File {
    banner: String,
    types: Vec<TypeView>,
    operations: Vec<Pair>,
}

struct TypeView {
    function: String,
    name: String,
    code: String,
}

struct Pair {
    input: String,
    output: String,
}

fn type_code(model: &Model, found: &Type) -> String {
    let name = format!("types::{}", found.name.rust_type());
    match &found.form {
        Form::Scalar(..) => String::new(),
        Form::Enum(_) => format!("select({name}::ALL).boxed()"),
        Form::Struct(fields) => message(model, &name, fields),
        Form::Union(variants) => {
            let arms = variants
                .iter()
                .map(|variant| union_arm(model, &name, variant) + ",");
            format!("Union::new(vec![{}]).boxed()", arms.collect::<String>())
        }
    }
}

fn union_arm(model: &Model, union: &str, variant: &Variant) -> String {
    let path = format!("{union}::{}", variant_name(&variant.name));
    match &variant.payload {
        Payload::Empty => format!("Just({path}).boxed()"),
        Payload::Value(type_ref) => {
            format!(
                "{}.prop_map({path}).boxed()",
                single(model, type_ref, false)
            )
        }
        Payload::Fields(fields) => message(model, &path, fields),
    }
}

/// A strategy for something with named fields. Tuples of pairs nest, however many there are.
fn message(model: &Model, path: &str, fields: &[Field]) -> String {
    if fields.is_empty() {
        return format!("Just({path} {{}}).boxed()");
    }
    let nest = |parts: Vec<String>| {
        let mut parts = parts.into_iter().rev();
        let last = parts.next().unwrap_or_default();
        parts.fold(last, |tail, part| format!("({part}, {tail})"))
    };
    let strategies = nest(fields.iter().map(|field| strategy(model, field)).collect());
    let pattern = nest(fields.iter().map(|field| field.name.rust()).collect());
    let names: Vec<String> = fields.iter().map(|field| field.name.rust()).collect();
    format!(
        "{strategies}.prop_map(|{pattern}| {path} {{ {} }}).boxed()",
        names.join(", ")
    )
}

fn strategy(model: &Model, field: &Field) -> String {
    let one = single(model, &field.type_ref, field.secret);
    match (field.repeated, field.optional) {
        (true, _) => format!("vec({one}, 0..4)"),
        (false, true) => format!("proptest::option::of({one})"),
        (false, false) => one,
    }
}

fn single(model: &Model, type_ref: &TypeRef, secret: bool) -> String {
    match scalar(model, type_ref) {
        Some(TypeRef::Bool) => "any::<bool>()".to_owned(),
        Some(TypeRef::Uint32) => "any::<u32>()".to_owned(),
        Some(TypeRef::Uint64) => "any::<u64>()".to_owned(),
        Some(TypeRef::String) => "text()".to_owned(),
        Some(TypeRef::Bytes) if secret => "secret()".to_owned(),
        Some(TypeRef::Bytes) => "bytes()".to_owned(),
        Some(TypeRef::Named(_)) | None => match type_ref {
            TypeRef::Named(name) => format!("{}()", name.rust()),
            _ => unreachable!("only named types have no scalar below"),
        },
    }
}
