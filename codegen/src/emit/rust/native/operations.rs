//! The inputs and outputs of operations, and the keys that they name.

use anyhow::Result;
use askama::Template;

use super::checks::{bound_checks, number};
use super::types::{FieldView, derives, field_views, has_default};
use crate::emit::output::banner;
use crate::emit::proto::{operation_message, result_message};
use crate::emit::rust::names::{doc_lines, has_secret, variant_name};
use crate::model::{Effect, Field, KeyRule, Model, Name, Operation, ProviderKind, Step, TypeRef};

/// Renders the file of an operation.
pub(super) fn file(model: &Model, operation: &Operation) -> Result<String> {
    Ok(OperationFile {
        banner: banner(&operation.file),
        title: operation.name.snake(),
        wire: operation.area.snake(),
        has_secret: has_secret(&operation.inputs) || has_secret(&operation.outputs),
        operation: operation_view(model, operation),
    }
    .render()?)
}

#[derive(Template)]
#[template(path = "rust_native/operation.rs", escape = "none")]
struct OperationFile {
    banner: String,
    title: String,
    wire: String,
    has_secret: bool,
    operation: OperationView,
}

/// The type with the cost of a derivation.
const DERIVATION_INPUTS: &str = "derivation-inputs";

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
    /// The input with the items of a batch.
    batch: Option<String>,
    /// The input whose cost is the number of iterations of a derivation.
    derivation_inputs: Option<String>,
    /// The input with the requested algorithm.
    algorithm: Option<String>,
    keys: Vec<KeyView>,
    creates: Option<(String, String)>,
    lifetime: Option<String>,
    /// The index in `keys` of the key that a new key is a copy of.
    copy_of: Option<usize>,
}

struct KeyView {
    name: String,
    usage: Option<(String, String)>,
    /// The name of the input, and an expression for the algorithm that the policy must permit.
    algorithm: Option<(String, String)>,
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
        batch: operation
            .inputs
            .iter()
            .find(|field| field.bounds.max_items.is_some())
            .map(|field| field.name.rust()),
        derivation_inputs: operation
            .inputs
            .iter()
            .find(|field| is_derivation_inputs(field))
            .map(|field| field.name.rust()),
        algorithm: operation
            .inputs
            .iter()
            .find(|field| names_algorithm(model, field))
            .map(|field| field.name.rust()),
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
        copy_of: creates.and_then(|key| {
            let source = key.copy_of.as_ref()?;
            let mut existing = operation.existing_keys().into_iter();
            existing.position(|key| key.input == *source)
        }),
    }
}

/// Returns whether a policy can name the input.
fn names_algorithm(model: &Model, field: &Field) -> bool {
    let TypeRef::Named(name) = &field.type_ref else {
        return false;
    };
    !field.optional && !field.repeated && model.within_algorithm(name).is_some()
}

pub(in crate::emit) fn is_derivation_inputs(field: &Field) -> bool {
    matches!(&field.type_ref, TypeRef::Named(name) if name.kebab() == DERIVATION_INPUTS)
}

fn operation_derives(model: &Model, fields: &[Field]) -> String {
    derives(false, has_default(model, fields))
}

pub(in crate::emit) fn operation_doc(operation: &Operation) -> Vec<String> {
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
        algorithm: match (&key.algorithm, &key.derivation) {
            (Some(input), _) => Some((
                input.snake(),
                format!("policy::AsAlgorithm::as_algorithm(&self.{})", input.rust()),
            )),
            (None, Some(input)) => Some((
                input.snake(),
                format!("policy::derivation_of(&self.{})", input.rust()),
            )),
            (None, None) => None,
        },
    }
}

/// Returns an expression of type `Option<&str>` for the name of a key.
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
