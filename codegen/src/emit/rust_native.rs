//! The types and operations as Rust's own: no protobuf shows, and nothing is lost on the way.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::proto::{operation_message, result_message};
use super::rust::{
    doc_lines, field_type, has_secret, is_copy_form, scalar, type_name, variant_name,
};
use super::{Output, banner};
use crate::model::{
    Bounds, Effect, Field, Form, KeyRule, Model, Name, Operation, Payload, ProviderKind, Step,
    Type, TypeRef, Variant,
};

const FOLDER: &str = "contracts/src/generated";

/// The modules `types` and `operations`, and the one that holds them.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for module in &model.modules {
        let types: Vec<&Type> = module
            .types
            .iter()
            .filter(|found| !matches!(found.form, Form::Scalar(..)))
            .collect();
        if types.is_empty() {
            continue;
        }
        let file = TypesFile {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            title: module.name.kebab().replace('-', " "),
            wire: format!("types::{}", module.name.snake()),
            has_secret: types.iter().any(|found| holds_secret(found)),
            imports: imports(
                model,
                module.types.iter().flat_map(fields_of_type),
                &module.types,
            ),
            types: types
                .iter()
                .map(|found| type_code(model, found))
                .collect::<Result<_>>()?,
        };
        output.insert(
            format!("{FOLDER}/types/{}.rs", module.name.snake()),
            file.render()?,
        );
    }
    for area in &model.areas {
        let operations: Vec<&Operation> = model.operations_of(area).collect();
        let file = OperationsFile {
            banner: banner("contracts/operations/*.toml"),
            title: area.title.clone(),
            wire: area.name.snake(),
            has_secret: operations
                .iter()
                .any(|o| has_secret(&o.inputs) || has_secret(&o.outputs)),
            operations: operations
                .iter()
                .map(|o| operation_view(model, o))
                .collect(),
        };
        output.insert(
            format!("{FOLDER}/operations/{}.rs", area.name.snake()),
            file.render()?,
        );
    }
    let modules = |names: Vec<String>, doc: &str| {
        let lines = names.iter().map(|name| format!("mod {name};\n"));
        let uses = names.iter().map(|name| format!("pub use {name}::*;\n"));
        format!(
            "// {}\n\n//! {doc}\n\n{}\n{}",
            banner("contracts"),
            lines.collect::<String>(),
            uses.collect::<String>()
        )
    };
    let types = model.modules.iter().filter(|module| {
        module
            .types
            .iter()
            .any(|found| !matches!(found.form, Form::Scalar(..)))
    });
    output.insert(
        format!("{FOLDER}/types/mod.rs"),
        modules(
            types.map(|m| m.name.snake()).collect(),
            "The types that operations share.",
        ),
    );
    output.insert(
        format!("{FOLDER}/operations/mod.rs"),
        modules(
            model.areas.iter().map(|area| area.name.snake()).collect(),
            "Every operation: its inputs, named as the operation, and its outputs.",
        ),
    );
    Ok(output)
}

#[derive(Template)]
#[template(path = "rust_native/types.rs", escape = "none")]
struct TypesFile {
    banner: String,
    title: String,
    wire: String,
    has_secret: bool,
    imports: Vec<String>,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "rust_native/enum.rs", escape = "none")]
struct EnumCode {
    doc: Vec<String>,
    name: String,
    title: String,
    values: Vec<EnumValueView>,
    has_lengths: bool,
}

struct EnumValueView {
    doc: Vec<String>,
    variant: String,
    text: String,
    number: u32,
    length: u32,
    extension: bool,
}

#[derive(Template)]
#[template(path = "rust_native/struct.rs", escape = "none")]
struct StructCode {
    doc: Vec<String>,
    name: String,
    derives: String,
    has_default: bool,
    wire: String,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "rust_native/union.rs", escape = "none")]
struct UnionCode {
    doc: Vec<String>,
    name: String,
    title: String,
    derives: String,
    wire: String,
    inner: String,
    variants: Vec<VariantView>,
}

struct VariantView {
    doc: Vec<String>,
    name: String,
    text: String,
    wire: String,
    value: Option<String>,
    fields: Vec<FieldView>,
    has_fields: bool,
    extension: bool,
}

struct FieldView {
    doc: Vec<String>,
    name: String,
    text: String,
    type_name: String,
    optional: bool,
    /// How serde shall treat it, where it would not guess.
    serde: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "rust_native/operations.rs", escape = "none")]
struct OperationsFile {
    banner: String,
    title: String,
    wire: String,
    has_secret: bool,
    operations: Vec<OperationView>,
}

struct OperationView {
    doc: Vec<String>,
    name: String,
    derives: String,
    output_derives: String,
    operation_message: String,
    result_message: String,
    inputs: Vec<FieldView>,
    outputs: Vec<FieldView>,
    checks: Vec<String>,
    response_length: Option<String>,
    keys: Vec<KeyView>,
    creates: Option<(String, String)>,
    lifetime: Option<String>,
}

struct KeyView {
    name: String,
    usage: Option<(String, String)>,
    algorithm: Option<(String, String)>,
}

fn type_code(model: &Model, found: &Type) -> Result<String> {
    let copy = is_copy_form(model, &found.form);
    Ok(match &found.form {
        Form::Scalar(..) => String::new(),
        Form::Enum(of) => EnumCode {
            doc: doc_lines(&found.doc),
            name: found.name.rust_type(),
            title: found.name.kebab(),
            has_lengths: of.values.iter().all(|value| value.length.is_some()),
            values: of
                .values
                .iter()
                .map(|value| EnumValueView {
                    doc: deprecated(&value.doc, value.deprecated.as_deref()),
                    variant: variant_name(&value.name),
                    text: value.name.kebab(),
                    number: value.number,
                    length: value.length.unwrap_or_default(),
                    extension: value.extension,
                })
                .collect(),
        }
        .render()?,
        Form::Struct(fields) => StructCode {
            doc: doc_lines(&found.doc),
            name: found.name.rust_type(),
            derives: derives(copy, has_default(model, fields)),
            has_default: has_default(model, fields),
            wire: found.name.prost_type(),
            fields: field_views(model, fields, ""),
        }
        .render()?,
        Form::Union(variants) => UnionCode {
            doc: doc_lines(&found.doc),
            name: found.name.rust_type(),
            title: found.name.kebab(),
            derives: derives(copy, false),
            wire: found.name.prost_type(),
            inner: heck::ToSnakeCase::to_snake_case(found.name.prost_type().as_str()),
            variants: variants
                .iter()
                .map(|variant| variant_view(model, variant))
                .collect(),
        }
        .render()?,
    })
}

fn variant_view(model: &Model, variant: &Variant) -> VariantView {
    let fields = match &variant.payload {
        Payload::Fields(fields) => field_views(model, fields, ""),
        _ => Vec::new(),
    };
    VariantView {
        doc: deprecated(&variant.doc, variant.deprecated.as_deref()),
        name: variant_name(&variant.name),
        text: variant.name.kebab(),
        wire: prost_variant(&variant.proto_name),
        value: match &variant.payload {
            Payload::Value(type_ref) => Some(type_name(model, type_ref, "")),
            _ => None,
        },
        has_fields: !fields.is_empty(),
        fields,
        extension: variant.extension,
    }
}

fn prost_variant(proto_name: &str) -> String {
    let name = Name::new(proto_name).prost_type();
    if name == "Self" {
        "Self_".to_owned()
    } else {
        name
    }
}

pub(super) fn deprecated(doc: &str, why: Option<&str>) -> Vec<String> {
    let mut lines = doc_lines(doc);
    if let Some(why) = why {
        lines.push(String::new());
        lines.push(format!("Deprecated: {why}"));
    }
    lines
}

fn field_views(model: &Model, fields: &[Field], scope: &str) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| FieldView {
            doc: doc_lines(&field.doc),
            name: field.name.rust(),
            text: field.name.snake(),
            type_name: field_type(model, field, scope),
            optional: field.optional,
            serde: serde(model, field),
        })
        .collect()
}

fn derives(copy: bool, default: bool) -> String {
    let mut derives = "Debug, Clone, PartialEq, Eq".to_owned();
    if copy {
        derives.push_str(", Copy, Hash");
    }
    if default {
        derives.push_str(", Default");
    }
    derives
}

/// Bytes are no lists of numbers, and secrets say so themselves.
fn serde(model: &Model, field: &Field) -> Option<&'static str> {
    let bytes = scalar(model, &field.type_ref) == Some(TypeRef::Bytes) && !field.secret;
    match (bytes, field.optional) {
        (true, true) => Some("with = \"crate::binary\", default"),
        (true, false) => Some("with = \"crate::binary\""),
        _ => None,
    }
}

/// Whether all fields may be left at their zero values.
pub(super) fn has_default(model: &Model, fields: &[Field]) -> bool {
    fields.iter().all(|field| is_plain(model, field))
}

/// Whether leaving the field at its zero value makes sense.
fn is_plain(model: &Model, field: &Field) -> bool {
    field.repeated || field.optional || scalar(model, &field.type_ref).is_some()
}

fn holds_secret(found: &Type) -> bool {
    match &found.form {
        Form::Struct(fields) => has_secret(fields),
        Form::Union(variants) => variants.iter().any(|variant| match &variant.payload {
            Payload::Fields(fields) => has_secret(fields),
            _ => false,
        }),
        _ => false,
    }
}

pub(super) fn fields_of_type(found: &Type) -> Vec<&Field> {
    match &found.form {
        Form::Struct(fields) => fields.iter().collect(),
        Form::Union(variants) => variants
            .iter()
            .flat_map(|variant| match &variant.payload {
                Payload::Fields(fields) => fields.iter().collect(),
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The types of other modules that fields and variants name.
pub(super) fn imports<'a>(
    model: &Model,
    fields: impl IntoIterator<Item = &'a Field>,
    own: &[Type],
) -> Vec<String> {
    let of_variants = own.iter().flat_map(|found| match &found.form {
        Form::Union(variants) => variants
            .iter()
            .filter_map(|variant| match &variant.payload {
                Payload::Value(type_ref) => Some(type_ref),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    });
    let names: BTreeSet<String> = fields
        .into_iter()
        .map(|field| &field.type_ref)
        .chain(of_variants)
        .filter_map(|type_ref| match type_ref {
            TypeRef::Named(name) => Some(model.type_named(&name.kebab())),
            _ => None,
        })
        .filter(|named| !matches!(named.form, Form::Scalar(..)))
        .filter(|named| !own.iter().any(|found| found.name == named.name))
        .map(|named| named.name.rust_type())
        .collect();
    names.into_iter().collect()
}

fn operation_view(model: &Model, operation: &Operation) -> OperationView {
    let creates = operation.keys_with(Effect::Create).next();
    OperationView {
        doc: operation_doc(operation),
        name: operation.name.rust_type(),
        derives: operation_derives(model, &operation.inputs),
        output_derives: operation_derives(model, &operation.outputs),
        operation_message: operation_message(operation),
        result_message: result_message(operation),
        inputs: field_views(model, &operation.inputs, "types::"),
        outputs: field_views(model, &operation.outputs, "types::"),
        checks: operation
            .inputs
            .iter()
            .flat_map(|field| bound_checks(model, field))
            .collect(),
        response_length: operation
            .inputs
            .iter()
            .find(|field| field.response_length)
            .map(|field| number(model, field)),
        keys: operation
            .existing_keys()
            .into_iter()
            .map(key_view)
            .collect(),
        creates: creates.and_then(|key| {
            let attributes = key.attributes.as_ref()?;
            Some((key.input.rust(), attributes.rust()))
        }),
        lifetime: creates.and_then(|key| {
            let (input, optional) = key.lifetime.as_ref()?;
            let place = format!("self.{}", input.rust());
            Some(if *optional {
                format!("{place}.as_ref()")
            } else {
                format!("Some(&{place})")
            })
        }),
    }
}

fn operation_derives(model: &Model, fields: &[Field]) -> String {
    derives(false, has_default(model, fields))
}

pub(super) fn operation_doc(operation: &Operation) -> Vec<String> {
    let mut lines = doc_lines(&operation.summary);
    if let Some(doc) = &operation.doc {
        lines.push(String::new());
        lines.extend(doc_lines(doc));
    }
    lines.push(String::new());
    let by = match operation.provider {
        ProviderKind::Core => "the service itself",
        ProviderKind::Crypto => "a provider",
    };
    let mirrors = operation
        .psa
        .as_ref()
        .map(|psa| format!(" Mirrors `{psa}()`."));
    lines.push(format!("Served by {by}.{}", mirrors.unwrap_or_default()));
    lines
}

fn bound_checks(model: &Model, field: &Field) -> Vec<String> {
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

/// The checks of one of several byte strings, `item`.
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

/// An expression for the number in a field: `u64`.
fn number(model: &Model, field: &Field) -> String {
    let place = format!("self.{}", field.name.rust());
    match scalar(model, &field.type_ref) {
        Some(TypeRef::Uint64) => place,
        _ => format!("u64::from({place})"),
    }
}

fn key_view(key: &KeyRule) -> KeyView {
    let usage = (!key.usage.is_empty()).then(|| {
        let any = key
            .usage
            .iter()
            .map(|flag| format!("usage.{}", flag.rust()));
        let names: Vec<String> = key.usage.iter().map(Name::kebab).collect();
        (any.collect::<Vec<_>>().join(" || "), names.join(" or "))
    });
    KeyView {
        name: key_name(key),
        usage,
        algorithm: key
            .algorithm
            .as_ref()
            .map(|input| (input.snake(), input.rust())),
    }
}

/// An expression for the name of a key: `Option<&str>`.
fn key_name(key: &KeyRule) -> String {
    let mut place = "self".to_owned();
    let mut wrap: Vec<(String, String, &str)> = Vec::new();
    for step in &key.path {
        match step {
            Step::Field(name) => place = format!("{place}.{}", name.rust()),
            Step::Variant {
                union,
                variant,
                field,
                optional,
                only,
            } => {
                let pattern = format!(
                    "types::{}::{} {{ {}, .. }}",
                    union.rust_type(),
                    variant_name(variant),
                    field.rust()
                );
                let pattern = if *optional {
                    format!("Some({pattern})")
                } else {
                    pattern
                };
                let otherwise = if *optional || !only {
                    ", _ => None"
                } else {
                    ""
                };
                wrap.push((place.clone(), pattern, otherwise));
                place = field.rust();
            }
        }
    }
    let borrowed = if wrap.is_empty() {
        format!("&{place}")
    } else {
        place
    };
    let mut code = if key.optional {
        format!("check::named({borrowed})")
    } else {
        format!("Some({borrowed})")
    };
    for (matched, pattern, otherwise) in wrap.into_iter().rev() {
        code = format!("(match &{matched} {{ {pattern} => {code}{otherwise} }})");
    }
    code
}
