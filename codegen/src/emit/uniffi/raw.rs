//! The raw layer for Kotlin and Swift: the types of the contracts for uniffi, and a method for each
//! operation, async and blocking.

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{doc_lines, field_type, type_name, variant_name};
use crate::emit::rust::native::{deprecated, imports, operation_doc};
use crate::model::{
    Area, Field, Form, Kind, Model, Name, Payload, Provider, ProviderKind, Type, Variant,
};

const FOLDER: &str = "bindings/uniffi/src/generated";

/// Renders a file for each type and each area of operations, and the names of kinds and providers.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut files = vec!["names".to_owned(), "spec".to_owned()];
    for module in &model.modules {
        for found in module.own_types() {
            let file = TypeFile {
                banner: banner(&format!("contracts/types/{}.toml", module.name)),
                title: found.name.kebab(),
                imports: imports(model, found)
                    .into_iter()
                    .map(Name::rust_type)
                    .collect(),
                found: type_view(model, found),
            };
            let name = format!("type_{}", found.name.snake());
            output.insert(format!("{FOLDER}/{name}.rs"), file.render()?);
            files.push(name);
        }
    }
    for area in &model.areas {
        let operations = operations(model, area);
        let file = Operations {
            banner: banner("contracts/operations/*.toml"),
            title: &area.title,
            operations: &operations,
        };
        files.push(format!("raw_{}", area.name.snake()));
        output.insert(
            format!("{FOLDER}/raw_{}.rs", area.name.snake()),
            file.render()?,
        );
        for blocking in [false, true] {
            let calls = Calls {
                banner: banner("contracts/operations/*.toml"),
                title: &area.title,
                blocking,
                operations: &operations,
            };
            let name = match blocking {
                false => format!("calls_{}", area.name.snake()),
                true => format!("blocking_{}", area.name.snake()),
            };
            output.insert(format!("{FOLDER}/{name}.rs"), calls.render()?);
            files.push(name);
        }
    }
    let names = Names {
        banner: banner("contracts/{statuses,providers}.toml"),
        kinds: &model.kinds,
        providers: &model.providers,
    };
    output.insert(format!("{FOLDER}/names.rs"), names.render()?);
    let modules = Modules {
        banner: banner("contracts"),
        files,
    };
    output.insert(format!("{FOLDER}/mod.rs"), modules.render()?);
    Ok(output)
}

#[derive(Template)]
#[template(path = "uniffi/mod.rs", escape = "none")]
struct Modules {
    banner: String,
    files: Vec<String>,
}

#[derive(Template)]
#[template(path = "uniffi/names.rs", escape = "none")]
struct Names<'a> {
    banner: String,
    kinds: &'a [Kind],
    providers: &'a [Provider],
}

#[derive(Template)]
#[template(path = "uniffi/type.rs", escape = "none")]
struct TypeFile {
    banner: String,
    title: String,
    imports: Vec<String>,
    found: TypeView,
}

#[derive(Template)]
#[template(path = "uniffi/operations.rs", escape = "none")]
struct Operations<'a> {
    banner: String,
    title: &'a str,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "uniffi/calls.rs", escape = "none")]
struct Calls<'a> {
    banner: String,
    title: &'a str,
    blocking: bool,
    operations: &'a [OperationView],
}

struct TypeView {
    doc: Vec<String>,
    name: String,
    /// Fields of a struct; empty for an enum.
    fields: Vec<FieldView>,
    variants: Vec<VariantView>,
    /// Whether no variant has a value or fields.
    flat: bool,
}

struct VariantView {
    doc: Vec<String>,
    name: String,
    value: Option<String>,
    fields: Vec<FieldView>,
}

struct FieldView {
    doc: Vec<String>,
    name: String,
    /// The name in the code of the binding.
    native: String,
    type_name: String,
}

struct OperationView {
    doc: Vec<String>,
    name: String,
    record: String,
    call: String,
    method: String,
    core: bool,
    inputs: Vec<FieldView>,
    outputs: Vec<FieldView>,
}

fn operations(model: &Model, area: &Area) -> Vec<OperationView> {
    let operations = model.operations_of(area);
    operations
        .map(|operation| OperationView {
            doc: operation_doc(operation),
            name: operation.name.rust_type(),
            record: operation.name.camel(),
            call: operation.name.rust(),
            method: keywords::uniffi_method(&operation.name.snake()),
            core: operation.provider == ProviderKind::Core,
            inputs: fields(model, &operation.inputs),
            outputs: fields(model, &operation.outputs),
        })
        .collect()
}

fn type_view(model: &Model, found: &Type) -> TypeView {
    let (of, variants) = match &found.form {
        Form::Struct(of) => (fields(model, of), Vec::new()),
        Form::Enum(of) => (Vec::new(), of.values.iter().map(value_view).collect()),
        Form::Union(variants) => (
            Vec::new(),
            variants.iter().map(|of| variant_view(model, of)).collect(),
        ),
        Form::Scalar(..) => (Vec::new(), Vec::new()),
    };
    TypeView {
        doc: doc_lines(&found.doc),
        name: found.name.rust_type(),
        fields: of,
        variants,
        flat: matches!(found.form, Form::Enum(_)),
    }
}

fn value_view(value: &crate::model::EnumValue) -> VariantView {
    VariantView {
        doc: deprecated(&value.doc, value.deprecated.as_deref()),
        name: variant_name(&value.name),
        value: None,
        fields: Vec::new(),
    }
}

fn variant_view(model: &Model, variant: &Variant) -> VariantView {
    VariantView {
        doc: deprecated(&variant.doc, variant.deprecated.as_deref()),
        name: variant_name(&variant.name),
        value: match &variant.payload {
            Payload::Value(type_ref) => Some(type_name(model, type_ref, "")),
            _ => None,
        },
        fields: match &variant.payload {
            Payload::Fields(of) => fields(model, of),
            _ => Vec::new(),
        },
    }
}

fn fields(model: &Model, fields: &[Field]) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| FieldView {
            doc: doc_lines(&field.doc),
            name: field.name.rust(),
            native: keywords::uniffi_field(&field.name.snake()),
            type_name: field_type(model, field, ""),
        })
        .collect()
}
