//! Types that operations share, and the results of operations.

use anyhow::Result;
use askama::Template;

use super::{FieldView, Imports, builtin, class, fields, quoted, type_name};
use crate::emit::keywords;
use crate::emit::output::banner;
use crate::emit::rust::native::has_default;
use crate::emit::text::one_line;
use crate::model::{Form, Model, Operation, Payload, Type, TypeRef, Variant};

/// Renders a file for each module of types, one for each area with the results of its operations, and
/// `types.py`, which exports all of them.
pub(super) fn emit(model: &Model, write: &mut impl FnMut(&str, String)) -> Result<()> {
    let mut all = Imports::new();
    for module in &model.modules {
        let name = keywords::python(&module.name.snake());
        let file = TypesFile {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            title: format!("Types: {}.", module.name.kebab().replace('-', " ")),
            imports: imports(model, ".", module.types.iter().flat_map(references), |of| {
                of.module != module.name
            }),
            types: module
                .types
                .iter()
                .map(|found| type_code(model, found))
                .collect::<Result<_>>()?,
        };
        let names = module.types.iter().flat_map(names);
        all.insert(format!(".shared.{name}"), names.collect());
        write(&format!("shared/{name}.py"), file.render()?);
    }
    for area in &model.areas {
        let name = keywords::python(&area.name.snake());
        let operations: Vec<&Operation> = model.operations_of(area).collect();
        let outputs = operations.iter().flat_map(|of| &of.outputs);
        let file = TypesFile {
            banner: banner("contracts/operations/*.toml"),
            title: format!("Results of operations: {}.", area.title),
            imports: imports(
                model,
                "..shared.",
                outputs.map(|field| &field.type_ref),
                |_| true,
            ),
            types: operations
                .iter()
                .map(|operation| result_code(model, operation))
                .collect::<Result<_>>()?,
        };
        let names = operations.iter().map(|of| result_name(of));
        all.insert(format!(".results.{name}"), names.collect());
        write(&format!("results/{name}.py"), file.render()?);
    }
    let face = Face {
        banner: banner("contracts"),
        imports: all,
    };
    write("types.py", face.render()?);
    Ok(())
}

#[derive(Template)]
#[template(path = "python/types.py", escape = "none")]
struct TypesFile {
    banner: String,
    title: String,
    imports: Imports,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "python/all_types.py", escape = "none")]
struct Face {
    banner: String,
    imports: Imports,
}

#[derive(Template)]
#[template(path = "python/enum.py", escape = "none")]
struct Enum {
    name: String,
    doc: String,
    values: Vec<String>,
}

#[derive(Template)]
#[template(path = "python/struct.py", escape = "none")]
struct Struct {
    name: String,
    doc: String,
    total: bool,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "python/union.py", escape = "none")]
struct Union {
    name: String,
    doc: String,
    variants: Vec<VariantView>,
    /// The variants without fields.
    bare: Vec<String>,
}

struct VariantView {
    name: String,
    class: String,
    holds: Option<String>,
    /// The fields, if it has any.
    inner: Vec<FieldView>,
}

/// Returns the name of the result of an operation.
pub(super) fn result_name(operation: &Operation) -> String {
    format!("{}Result", operation.name.camel())
}

fn result_code(model: &Model, operation: &Operation) -> Result<String> {
    Ok(Struct {
        name: result_name(operation),
        doc: format!("The result of ``{}``.", operation.name.snake()),
        total: true,
        fields: fields(model, &operation.outputs),
    }
    .render()?)
}

fn type_code(model: &Model, found: &Type) -> Result<String> {
    let name = class(found);
    let doc = one_line(&found.doc);
    Ok(match &found.form {
        Form::Scalar(base, _) => {
            format!("#: {doc}\n{name} = {}", builtin(base))
        }
        Form::Enum(of) => Enum {
            name,
            doc,
            values: of.values.iter().map(|value| value.name.kebab()).collect(),
        }
        .render()?,
        Form::Struct(of) => Struct {
            name,
            doc,
            total: !has_default(model, of),
            fields: fields(model, of),
        }
        .render()?,
        Form::Union(variants) => Union {
            bare: variants
                .iter()
                .filter(|variant| matches!(variant.payload, Payload::Empty))
                .map(|variant| variant.name.kebab())
                .collect(),
            variants: variants
                .iter()
                .map(|variant| variant_view(model, &name, variant))
                .collect(),
            name,
            doc,
        }
        .render()?,
    })
}

fn variant_view(model: &Model, union: &str, variant: &Variant) -> VariantView {
    let class = variant_class(union, variant);
    let mut inner = Vec::new();
    let holds = match &variant.payload {
        Payload::Empty => None,
        Payload::Value(type_ref) => Some(quoted(&type_name(model, type_ref))),
        Payload::Fields(of) => {
            inner = fields(model, of);
            Some(quoted(&fields_class(&class)))
        }
    };
    VariantView {
        name: variant.name.kebab(),
        class,
        holds,
        inner,
    }
}

fn variant_class(union: &str, variant: &Variant) -> String {
    format!("{union}_{}", variant.name.camel())
}

fn fields_class(variant_class: &str) -> String {
    format!("{variant_class}_Fields")
}

/// Returns the names that the code of a type defines.
fn names(found: &Type) -> Vec<String> {
    let own = class(found);
    let mut names = Vec::new();
    for variant in found.variants() {
        let of_variant = variant_class(&own, variant);
        match &variant.payload {
            Payload::Empty => {}
            Payload::Value(_) => names.push(of_variant),
            Payload::Fields(_) => {
                names.push(fields_class(&of_variant));
                names.push(of_variant);
            }
        }
    }
    names.push(own);
    names
}

/// Returns the types that a type refers to.
fn references(found: &Type) -> Vec<&TypeRef> {
    let mut references: Vec<_> = found.fields().iter().map(|field| &field.type_ref).collect();
    for variant in found.variants() {
        match &variant.payload {
            Payload::Empty => {}
            Payload::Value(type_ref) => references.push(type_ref),
            Payload::Fields(of) => references.extend(of.iter().map(|field| &field.type_ref)),
        }
    }
    references
}

/// Returns the named types among `references` that `is_foreign` accepts, by their modules in `scope`.
fn imports<'a>(
    model: &Model,
    scope: &str,
    references: impl Iterator<Item = &'a TypeRef>,
    is_foreign: impl Fn(&Type) -> bool,
) -> Imports {
    let mut imports = Imports::new();
    for type_ref in references {
        let TypeRef::Named(name) = type_ref else {
            continue;
        };
        let found = model.type_named(&name.kebab());
        if is_foreign(found) {
            let module = keywords::python(&found.module.snake());
            let names = imports.entry(format!("{scope}{module}")).or_default();
            names.insert(class(found));
        }
    }
    imports
}
