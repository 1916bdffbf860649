//! The raw layer of the Swift package: types, and a method an operation.

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use super::rust_native::has_default;
use super::text::one_line;
use super::{Output, banner, keywords};
use crate::model::{
    Field, Form, Model, Name, Operation, Payload, ProviderKind, Type, TypeRef, Variant,
};

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated";
const TESTS: &str = "clients/swift/Tests/ParsecTests/Generated";

/// Types and messages, each with how they cross the binding, the operations and the providers; and
/// for the tests each operation by its name.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |folder: &str, name: &str, text: String| {
        let path = format!("{folder}/{name}.swift");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    let types: Vec<_> = model.types().map(|found| shape(model, found)).collect();
    let messages = messages(model);
    for (name, shapes, source) in [
        ("Contract", types, "contracts/types/*.toml"),
        ("Messages", messages, "contracts/operations/*.toml"),
    ] {
        let banner = banner(source);
        let code: Result<Vec<_>> = shapes.iter().map(Shape::code).collect();
        let types = code?;
        let banner_too = banner.clone();
        write(FOLDER, name, Types { banner, types }.render()?);
        let code: Result<Vec<_>> = shapes.iter().map(Shape::native).collect();
        let types = code?.into_iter().flatten().collect();
        let native = Native {
            banner: banner_too,
            types,
        };
        write(FOLDER, &format!("Native{name}"), native.render()?);
    }
    let operations: Vec<_> = model.operations.iter().map(OperationView::new).collect();
    let banner_of_operations = banner("contracts/operations/*.toml");
    let raw = Raw {
        banner: &banner_of_operations,
        operations: &operations,
    };
    write(FOLDER, "RawOperations", raw.render()?);
    let by_name = ByName {
        banner: &banner_of_operations,
        operations: &operations,
    };
    write(TESTS, "RawByName", by_name.render()?);
    let providers = model.providers.iter().map(|provider| {
        let doc = one_line(&provider.description);
        let case = keywords::swift(&provider.name.lower_camel());
        (case, provider.id, doc, provider.name.kebab())
    });
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: providers.collect(),
    };
    write(FOLDER, "Provider", providers.render()?);
    let kinds = model.kinds.iter();
    let failures = Failures {
        banner: banner("contracts/statuses.toml"),
        kinds: kinds
            .map(|kind| keywords::swift(&kind.name.lower_camel()))
            .collect(),
    };
    write(FOLDER, "NativeFailures", failures.render()?);
    Ok(output)
}

/// What goes into each operation and comes out. They live in `Raw`, for an operation may be called
/// as a type is.
fn messages(model: &Model) -> Vec<Shape> {
    let mut messages = Vec::new();
    for operation in &model.operations {
        let called = symbol(operation);
        let mut message = |ending: &str, does: &str, of: &[Field]| {
            messages.push(Shape::Struct(Struct {
                scope: "Raw",
                name: format!("{}{ending}", operation.name.camel()),
                native: format!("{}{ending}", operation.name.camel()),
                doc: format!("What ``Raw/{called}`` {does}."),
                fields: fields(model, of, false),
                all_may_lack: false,
            }));
        };
        if !operation.inputs.is_empty() {
            message("Request", "takes", &operation.inputs);
        }
        message("Response", "answers", &operation.outputs);
    }
    messages
}

/// The method of an operation, as DocC calls it: with the labels of what it takes.
fn symbol(operation: &Operation) -> String {
    let labels = match (operation.inputs.is_empty(), operation.provider) {
        (true, ProviderKind::Core) => "",
        (false, ProviderKind::Core) => "_:",
        (true, _) => "provider:",
        (false, _) => "_:provider:",
    };
    format!("{}({labels})", operation.name.lower_camel())
}

/// A type, for the two files that have something of it.
enum Shape {
    Struct(Struct),
    Enum(Enum),
    Union(Union),
    Alias(Alias),
}

impl Shape {
    fn code(&self) -> Result<String> {
        Ok(match self {
            Self::Struct(of) => of.render()?,
            Self::Enum(of) => of.render()?,
            Self::Union(of) => of.render()?,
            Self::Alias(of) => of.render()?,
        })
    }

    /// How it crosses the binding, where it has a type of its own.
    fn native(&self) -> Result<Option<String>> {
        Ok(match self {
            Self::Struct(of) => Some(NativeStruct { of }.render()?),
            Self::Enum(of) => Some(NativeEnum { of }.render()?),
            Self::Union(of) => Some(NativeUnion { of }.render()?),
            Self::Alias(_) => None,
        })
    }
}

#[derive(Template)]
#[template(path = "swift/types.swift", escape = "none")]
struct Types {
    banner: String,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "swift/native.swift", escape = "none")]
struct Native {
    banner: String,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "swift/struct.swift", escape = "none")]
struct Struct {
    scope: &'static str,
    name: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
    fields: Vec<FieldView>,
    all_may_lack: bool,
}

#[derive(Template)]
#[template(path = "swift/native_struct.swift", escape = "none")]
struct NativeStruct<'a> {
    of: &'a Struct,
}

#[derive(Template)]
#[template(path = "swift/native_enum.swift", escape = "none")]
struct NativeEnum<'a> {
    of: &'a Enum,
}

#[derive(Template)]
#[template(path = "swift/native_union.swift", escape = "none")]
struct NativeUnion<'a> {
    of: &'a Union,
}

#[derive(Template)]
#[template(path = "swift/enum.swift", escape = "none")]
struct Enum {
    name: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
    cases: Vec<ValueView>,
}

#[derive(Template)]
#[template(path = "swift/union.swift", escape = "none")]
struct Union {
    name: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
    cases: Vec<CaseView>,
}

#[derive(Template)]
#[template(path = "swift/alias.swift", escape = "none")]
struct Alias {
    name: String,
    doc: String,
    base: String,
}

#[derive(Template)]
#[template(path = "swift/raw.swift", escape = "none")]
struct Raw<'a> {
    banner: &'a str,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "swift/by_name.swift", escape = "none")]
struct ByName<'a> {
    banner: &'a str,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "swift/providers.swift", escape = "none")]
struct Providers {
    banner: String,
    providers: Vec<(String, u8, String, String)>,
}

#[derive(Template)]
#[template(path = "swift/failures.swift", escape = "none")]
struct Failures {
    banner: String,
    kinds: Vec<String>,
}

struct FieldView {
    /// As the contracts have it.
    written: String,
    name: String,
    /// The name where it is the label of an argument.
    label: String,
    /// As uniffi has it, and where that is a label.
    native: String,
    native_label: String,
    doc: String,
    type_name: String,
    /// The type without the mark of what may be absent.
    bare: String,
    /// What an initializer takes in its place, where it may be left out.
    default: Option<&'static str>,
}

/// A value of an enum.
struct ValueView {
    tag: String,
    name: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
}

/// A variant: what stands in its parentheses, if there are any.
struct CaseView {
    tag: String,
    name: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
    value: Option<String>,
    fields: Vec<FieldView>,
}

struct OperationView {
    name: String,
    method: String,
    /// What uniffi calls it.
    native: String,
    doc: String,
    core: bool,
    empty: bool,
    message: String,
}

impl OperationView {
    fn new(operation: &Operation) -> Self {
        Self {
            name: operation.name.snake(),
            method: keywords::swift(&operation.name.lower_camel()),
            native: keywords::swift(
                &keywords::uniffi_method(&operation.name.snake())
                    .trim_start_matches("r#")
                    .to_lower_camel_case(),
            ),
            doc: one_line(&operation.summary),
            core: operation.provider == ProviderKind::Core,
            empty: operation.inputs.is_empty(),
            message: operation.name.camel(),
        }
    }
}

fn shape(model: &Model, found: &Type) -> Shape {
    let name = class(&found.name);
    let doc = one_line(&found.doc);
    match &found.form {
        Form::Struct(of) => {
            let all_may_lack = has_default(model, of);
            Shape::Struct(Struct {
                scope: "Contract",
                name,
                native: found.name.rust_type(),
                doc,
                fields: fields(model, of, all_may_lack),
                all_may_lack,
            })
        }
        Form::Scalar(base, _) => {
            let base = type_name(model, base);
            Shape::Alias(Alias { name, doc, base })
        }
        Form::Enum(of) => {
            let cases = of.values.iter().map(|value| ValueView {
                tag: value.name.kebab(),
                name: keywords::swift(&value.name.lower_camel()),
                native: native(&value.name),
                doc: one_line(&value.doc),
            });
            let cases = cases.collect();
            Shape::Enum(Enum {
                name,
                native: found.name.rust_type(),
                doc,
                cases,
            })
        }
        Form::Union(variants) => {
            let cases = variants
                .iter()
                .map(|variant| case(model, variant))
                .collect();
            Shape::Union(Union {
                name,
                native: found.name.rust_type(),
                doc,
                cases,
            })
        }
    }
}

fn case(model: &Model, variant: &Variant) -> CaseView {
    let (value, fields) = match &variant.payload {
        Payload::Empty => (None, Vec::new()),
        Payload::Value(type_ref) => (Some(type_name(model, type_ref)), Vec::new()),
        Payload::Fields(of) => (None, fields(model, of, false)),
    };
    CaseView {
        tag: variant.name.kebab(),
        name: keywords::swift(&variant.name.lower_camel()),
        native: native(&variant.name),
        doc: one_line(&variant.doc),
        value,
        fields,
    }
}

fn fields(model: &Model, fields: &[Field], all_may_lack: bool) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| {
            let single = type_name(model, &field.type_ref);
            let (bare, default) = match (field.repeated, field.optional) {
                (true, _) => (format!("[{single}]"), all_may_lack.then_some("[]")),
                (false, true) => (single, Some("nil")),
                (false, false) => {
                    let zero = all_may_lack.then(|| zero(model, &field.type_ref));
                    (single, zero.flatten())
                }
            };
            let may_lack = field.optional && !field.repeated;
            let type_name = if may_lack {
                format!("{bare}?")
            } else {
                bare.clone()
            };
            FieldView {
                written: field.name.snake(),
                name: keywords::swift(&field.name.lower_camel()),
                label: keywords::swift_label(&field.name.lower_camel()),
                native: keywords::swift(&native_field(&field.name)),
                native_label: keywords::swift_label(&native_field(&field.name)),
                doc: one_line(&field.doc),
                type_name,
                bare,
                default,
            }
        })
        .collect()
}

/// The value that a field has when nobody says one.
fn zero(model: &Model, type_ref: &TypeRef) -> Option<&'static str> {
    Some(match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => return zero(model, base),
            _ => return None,
        },
        TypeRef::Bool => "false",
        TypeRef::Uint32 | TypeRef::Uint64 => "0",
        TypeRef::String => "\"\"",
        TypeRef::Bytes => "Foundation.Data()",
    })
}

/// With the module's name before it, for a type of the contracts may be called `String`.
fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => {
            let found = model.type_named(&name.kebab());
            format!("Contract.{}", class(&found.name))
        }
        TypeRef::Bool => "Swift.Bool".to_owned(),
        TypeRef::Uint32 => "Swift.UInt32".to_owned(),
        TypeRef::Uint64 => "Swift.UInt64".to_owned(),
        TypeRef::String => "Swift.String".to_owned(),
        TypeRef::Bytes => "Foundation.Data".to_owned(),
    }
}

/// A variant as uniffi has it, which goes by its name in Rust.
fn native(name: &Name) -> String {
    keywords::swift(&name.camel().to_lower_camel_case())
}

/// A field as uniffi has it.
fn native_field(name: &Name) -> String {
    let field = keywords::uniffi_field(&name.snake());
    field.trim_start_matches("r#").to_lower_camel_case()
}

fn class(name: &Name) -> String {
    keywords::swift_type(&name.camel())
}
