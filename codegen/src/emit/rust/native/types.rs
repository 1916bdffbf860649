//! Enums, structs and unions.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use crate::emit::output::banner;
use crate::emit::rust::names::{
    doc_lines, field_type, has_secret, is_copy_form, scalar, type_name, variant_name,
};
use crate::model::{Field, Form, Model, Module, Name, Payload, Type, TypeRef, Variant};

/// Renders the file of a type that is not a scalar.
pub(super) fn file(model: &Model, module: &Module, found: &Type) -> Result<String> {
    Ok(TypesFile {
        banner: banner(&format!("contracts/types/{}.toml", module.name)),
        title: found.name.kebab(),
        wire: (!matches!(found.form, Form::Enum(_)))
            .then(|| format!("types::{}", module.name.snake())),
        has_secret: holds_secret(found),
        imports: imports(model, found)
            .into_iter()
            .map(|name| format!("{}::{}", name.rust(), name.rust_type()))
            .collect(),
        code: type_code(model, found)?,
    }
    .render()?)
}

#[derive(Template)]
#[template(path = "rust_native/types.rs", escape = "none")]
struct TypesFile {
    banner: String,
    title: String,
    /// The module with its message. Enums have no message.
    wire: Option<String>,
    has_secret: bool,
    imports: Vec<String>,
    code: String,
}

#[derive(Template)]
#[template(path = "rust_native/enum.rs", escape = "none")]
struct EnumCode {
    doc: Vec<String>,
    name: String,
    title: String,
    values: Vec<EnumValueView>,
    has_lengths: bool,
    can_be_deprecated: bool,
    has_deprecated_bits: bool,
    as_algorithm: Option<(String, String)>,
}

struct EnumValueView {
    doc: Vec<String>,
    variant: String,
    text: String,
    number: u32,
    length: u32,
    deprecated: bool,
    deprecated_bits: Vec<u32>,
    extension: bool,
}

#[derive(Template)]
#[template(path = "rust_native/struct.rs", escape = "none")]
struct StructCode {
    doc: Vec<String>,
    name: String,
    derives: String,
    has_default: bool,
    is_flags: bool,
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
    can_be_deprecated: bool,
    as_algorithm: Option<(String, String)>,
}

struct VariantView {
    doc: Vec<String>,
    name: String,
    text: String,
    wire: String,
    value: Option<String>,
    fields: Vec<FieldView>,
    has_fields: bool,
    /// A pattern for it, and an expression for whether the value is deprecated.
    deprecated: (String, String),
    extension: bool,
}

pub(super) struct FieldView {
    pub(super) doc: Vec<String>,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) kebab: String,
    pub(super) type_name: String,
    pub(super) optional: bool,
    /// A serde attribute, if the default of serde is not suitable.
    pub(super) serde: Option<&'static str>,
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
            can_be_deprecated: model.can_be_deprecated(found),
            has_deprecated_bits: of
                .values
                .iter()
                .any(|value| !value.deprecated_bits.is_empty()),
            as_algorithm: as_algorithm(model, found, copy),
            values: of
                .values
                .iter()
                .map(|value| EnumValueView {
                    doc: deprecated(&value.doc, value.deprecated.as_deref()),
                    variant: variant_name(&value.name),
                    text: value.name.kebab(),
                    number: value.number,
                    length: value.length.unwrap_or_default(),
                    deprecated: value.deprecated.is_some(),
                    deprecated_bits: value.deprecated_bits.clone(),
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
            is_flags: is_flags(fields),
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
            can_be_deprecated: model.can_be_deprecated(found),
            as_algorithm: as_algorithm(model, found, copy),
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
        deprecated: deprecation(model, variant),
        fields,
        extension: variant.extension,
    }
}

/// Returns a pattern for a variant, and an expression for whether the value is deprecated.
fn deprecation(model: &Model, variant: &Variant) -> (String, String) {
    let name = variant_name(&variant.name);
    let can_be = |type_ref: &TypeRef| match type_ref {
        TypeRef::Named(name) => model.can_be_deprecated(model.type_named(&name.kebab())),
        _ => false,
    };
    let whole = |deprecated: bool| (format!("{name} {{ .. }}"), deprecated.to_string());
    if variant.deprecated.is_some() {
        return whole(true);
    }
    match &variant.payload {
        Payload::Value(type_ref) if can_be(type_ref) => {
            (format!("{name}(value)"), "value.is_deprecated()".to_owned())
        }
        Payload::Fields(fields) => {
            let asked = fields.iter().filter(|field| can_be(&field.type_ref));
            let (names, calls): (Vec<String>, Vec<String>) = asked
                .map(|field| (field.name.rust(), call_of(field)))
                .unzip();
            if names.is_empty() {
                return whole(false);
            }
            (
                format!("{name} {{ {}, .. }}", names.join(", ")),
                calls.join(" || "),
            )
        }
        _ => whole(false),
    }
}

fn call_of(field: &Field) -> String {
    let name = field.name.rust();
    match field.optional || field.repeated {
        true => format!("{name}.iter().any(|it| it.is_deprecated())"),
        false => format!("{name}.is_deprecated()"),
    }
}

/// Returns the path of `Algorithm` in the file of the type, and an expression that converts the
/// value into one. `None` if the type is not an algorithm.
fn as_algorithm(model: &Model, found: &Type, copy: bool) -> Option<(String, String)> {
    let scope = |of: &Type| match of.name == found.name {
        true => of.name.rust_type(),
        false => format!("super::{}", of.name.rust_type()),
    };
    let own = if copy { "*self" } else { "self.clone()" };
    let way = model.within_algorithm(&found.name)?;
    let wrapped = way
        .iter()
        .rev()
        .fold(own.to_owned(), |held, (of, variant)| {
            format!("{}::{}({held})", scope(of), variant_name(&variant.name))
        });
    Some((scope(way.first()?.0), wrapped))
}

fn prost_variant(proto_name: &str) -> String {
    let name = Name::new(proto_name).prost_type();
    if name == "Self" {
        "Self_".to_owned()
    } else {
        name
    }
}

pub(in crate::emit) fn deprecated(doc: &str, why: Option<&str>) -> Vec<String> {
    let mut lines = doc_lines(doc);
    if let Some(why) = why {
        lines.push(String::new());
        lines.push(format!("Deprecated: {why}"));
    }
    lines
}

pub(super) fn field_views(model: &Model, fields: &[Field], scope: &str) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| FieldView {
            doc: doc_lines(&field.doc),
            name: field.name.rust(),
            text: field.name.snake(),
            kebab: field.name.kebab(),
            type_name: field_type(model, field, scope),
            optional: field.optional,
            serde: serde(model, field),
        })
        .collect()
}

pub(super) fn derives(copy: bool, default: bool) -> String {
    let mut derives = "Debug, Clone, PartialEq, Eq".to_owned();
    if copy {
        derives.push_str(", Copy, Hash");
    }
    if default {
        derives.push_str(", Default");
    }
    derives
}

/// Returns the serde attribute of a field: bytes are not lists of numbers. Secrets implement serde
/// themselves.
fn serde(model: &Model, field: &Field) -> Option<&'static str> {
    let bytes = scalar(model, &field.type_ref) == Some(TypeRef::Bytes) && !field.secret;
    match (bytes, field.optional) {
        (true, true) => Some("with = \"crate::binary\", default"),
        (true, false) => Some("with = \"crate::binary\""),
        _ => None,
    }
}

/// Returns whether all fields have a meaningful default.
pub(in crate::emit) fn has_default(model: &Model, fields: &[Field]) -> bool {
    fields.iter().all(|field| is_plain(model, field))
}

/// Returns whether the zero value of the field is a meaningful default.
fn is_plain(model: &Model, field: &Field) -> bool {
    field.repeated || field.optional || scalar(model, &field.type_ref).is_some()
}

/// Returns whether all fields are booleans.
fn is_flags(fields: &[Field]) -> bool {
    !fields.is_empty()
        && fields.iter().all(|field| {
            matches!(field.type_ref, TypeRef::Bool) && !field.optional && !field.repeated
        })
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

/// Returns the other types that the fields and variants of a type name, without scalars.
pub(in crate::emit) fn imports<'a>(model: &'a Model, found: &Type) -> Vec<&'a Name> {
    let of_variants = found.variants().iter();
    let type_refs: Vec<&TypeRef> = of_variants
        .flat_map(|variant| match &variant.payload {
            Payload::Empty => Vec::new(),
            Payload::Value(type_ref) => vec![type_ref],
            Payload::Fields(fields) => fields.iter().map(|field| &field.type_ref).collect(),
        })
        .chain(found.fields().iter().map(|field| &field.type_ref))
        .collect();
    let names: BTreeSet<&Name> = type_refs
        .into_iter()
        .filter_map(|type_ref| match type_ref {
            TypeRef::Named(name) => Some(model.type_named(&name.kebab())),
            _ => None,
        })
        .filter(|named| !matches!(named.form, Form::Scalar(..)) && named.name != found.name)
        .map(|named| &named.name)
        .collect();
    names.into_iter().collect()
}
