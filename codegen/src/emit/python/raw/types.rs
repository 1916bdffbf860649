//! Types that operations share, and the results of operations.

use anyhow::Result;
use askama::Template;

use super::{
    FieldView, Imports, attribute_doc, builtin, class, comment, docstring, exported, fields,
    import_lines, markup, type_name,
};
use crate::emit::keywords;
use crate::emit::output::banner;

use crate::emit::python::layout::{Code, lines};
use crate::emit::rust::native::has_default;
use crate::model::{Form, Model, Operation, Payload, Type, TypeRef, Variant};

/// Renders a file for each module of types, one for each area with the results of its operations, and
/// `types.py`, which exports all of them.
pub(super) fn emit(model: &Model, write: &mut impl FnMut(&str, String)) -> Result<()> {
    let mut all = Imports::new();
    for module in &model.modules {
        let name = keywords::python(&module.name.snake());
        let codes = module.types.iter().map(|found| type_code(model, found));
        let code = statements(&codes.collect::<Result<Vec<_>>>()?.concat());
        let others = imports(model, ".", module.types.iter().flat_map(references), |of| {
            of.module != module.name
        });
        let file = TypesFile {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            title: format!("Types: {}.", module.name.kebab().replace('-', " ")),
            imports: import_lines(&code, &others),
            code,
        };
        let names = module.types.iter().flat_map(names);
        all.insert(format!(".shared.{name}"), names.collect());
        write(&format!("shared/{name}.py"), file.render()?);
    }
    for area in &model.areas {
        let name = keywords::python(&area.name.snake());
        let operations: Vec<&Operation> = model.operations_of(area).collect();
        let outputs = operations.iter().flat_map(|of| &of.outputs);
        let results = operations.iter().map(|of| result_code(model, of));
        let code = statements(&results.collect::<Result<Vec<_>>>()?);
        let outputs = outputs.map(|field| &field.type_ref);
        let shared = imports(model, "..shared.", outputs, |_| true);
        let file = TypesFile {
            banner: banner("contracts/operations/*.toml"),
            title: format!("Results of operations: {}.", area.title),
            imports: import_lines(&code, &shared),
            code,
        };
        let names = operations.iter().map(|of| result_name(of));
        all.insert(format!(".results.{name}"), names.collect());
        write(&format!("results/{name}.py"), file.render()?);
    }
    let face = Face {
        banner: banner("contracts"),
        imports: import_lines("", &all),
        exported: exported(all.into_values().flatten()),
    };
    write("types.py", face.render()?);
    Ok(())
}

#[derive(Template)]
#[template(path = "python/types.py", escape = "none")]
struct TypesFile {
    banner: String,
    title: String,
    imports: Vec<String>,
    code: String,
}

#[derive(Template)]
#[template(path = "python/all_types.py", escape = "none")]
struct Face {
    banner: String,
    imports: Vec<String>,
    exported: String,
}

#[derive(Template)]
#[template(path = "python/struct.py", escape = "none")]
struct Struct<'a> {
    name: &'a str,
    doc: &'a str,
    total: bool,
    fields: &'a [FieldView],
}

/// Joins the statements of a module as the formatter does: two blank lines around a class, otherwise
/// one.
fn statements(codes: &[String]) -> String {
    let is_class = |code: &str| code.starts_with("class ");
    let mut text = String::new();
    let mut after_class = false;
    for code in codes {
        if after_class || is_class(code) {
            text.push('\n');
        }
        text.push('\n');
        text.push_str(code.trim_end());
        text.push('\n');
        after_class = is_class(code);
    }
    text
}

/// A dictionary with known keys: a class, or a call if a key is a keyword.
fn dictionary(name: &str, doc: &str, total: bool, fields: &[FieldView]) -> Result<String> {
    let are_attributes = fields
        .iter()
        .all(|field| keywords::is_python_attribute(&field.name));
    if are_attributes {
        return Ok(Struct {
            name,
            doc,
            total,
            fields,
        }
        .render()?);
    }
    let entries = fields
        .iter()
        .map(|field| Code::text(format!("\"{}\": \"{}\"", field.name, field.type_name)));
    let entries = Code::Group("{".to_owned(), entries.collect(), "}");
    let mut arguments = vec![Code::text(format!("\"{name}\"")), entries];
    if !total {
        arguments.push(Code::text("total=False"));
    }
    let call = Code::call("TypedDict", arguments).after(&format!("{name} = "));
    Ok(format!(
        "{}\n{}",
        comment(doc),
        lines(&call, 0, "").join("\n")
    ))
}

/// A type by another name.
fn alias(name: &str, doc: &str, value: Code) -> String {
    let value = lines(&value.after(&format!("{name} = ")), 0, "");
    format!("{}\n{}", comment(doc), value.join("\n"))
}

/// One of several strings.
fn literal(values: impl Iterator<Item = String>) -> Code {
    let values = values.map(|value| Code::text(format!("\"{value}\"")));
    Code::Group("Literal[".to_owned(), values.collect(), "]")
}

/// Returns the name of the result of an operation.
pub(super) fn result_name(operation: &Operation) -> String {
    format!("{}Result", operation.name.camel())
}

fn result_code(model: &Model, operation: &Operation) -> Result<String> {
    let doc = format!("The result of ``{}``.", operation.name.snake());
    let fields = fields(model, &operation.outputs);
    dictionary(&result_name(operation), &doc, true, &fields)
}

/// Returns the statements that define a type.
fn type_code(model: &Model, found: &Type) -> Result<Vec<String>> {
    let name = class(found);
    let doc = markup(&found.doc);
    Ok(match &found.form {
        Form::Scalar(base, _) => vec![alias(&name, &doc, Code::text(builtin(base)))],
        Form::Enum(of) => {
            let values = of.values.iter().map(|value| value.name.kebab());
            vec![alias(&name, &doc, literal(values))]
        }
        Form::Struct(of) => {
            let total = !has_default(model, of);
            vec![dictionary(&name, &doc, total, &fields(model, of))?]
        }
        Form::Union(variants) => union(model, &name, &doc, variants)?,
    })
}

/// The dictionaries of the variants with a payload, and the union of these and the names of the
/// others.
fn union(model: &Model, name: &str, doc: &str, variants: &[Variant]) -> Result<Vec<String>> {
    let mut codes = Vec::new();
    let mut members = Vec::new();
    let bare = variants
        .iter()
        .filter(|variant| matches!(variant.payload, Payload::Empty))
        .map(|variant| variant.name.kebab());
    let bare: Vec<String> = bare.collect();
    if !bare.is_empty() {
        members.push(literal(bare.into_iter()));
    }
    for variant in variants {
        let of_variant = variant_class(name, variant);
        let holds = match &variant.payload {
            Payload::Empty => continue,
            Payload::Value(type_ref) => type_name(model, type_ref),
            Payload::Fields(of) => {
                let fields_class = fields_class(&of_variant);
                let doc = format!("The fields of :data:`{of_variant}`.");
                codes.push(dictionary(&fields_class, &doc, true, &fields(model, of))?);
                fields_class
            }
        };
        let payload = FieldView {
            name: variant.name.kebab(),
            argument: String::new(),
            doc: "The payload.".to_owned(),
            type_name: holds,
            optional: false,
        };
        let doc = match markup(&variant.doc) {
            empty if empty.is_empty() => format!("``{}`` of :data:`{name}`.", variant.name),
            doc => doc,
        };
        codes.push(dictionary(&of_variant, &doc, true, &[payload])?);
        members.push(Code::text(of_variant));
    }
    let union = match members.as_slice() {
        [only] => only.clone(),
        _ => Code::Group("Union[".to_owned(), members, "]"),
    };
    codes.push(alias(name, doc, union));
    Ok(codes)
}

fn variant_class(union: &str, variant: &Variant) -> String {
    format!("{union}{}", variant.name.camel())
}

fn fields_class(variant_class: &str) -> String {
    format!("{variant_class}Fields")
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
