//! Property-test strategies for the values of all operations, for the tests of the codec.

use anyhow::Result;
use askama::Template;

use super::output::{Output, banner};
use super::rust::names::{scalar, variant_name};
use crate::model::{Field, Form, Model, Operation, Payload, Type, TypeRef, Variant};

/// Renders Rust files for the tests: one for each module of types and each area of operations.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut types = Vec::new();
    for module in &model.modules {
        let own: Vec<TypeView> = module
            .own_types()
            .map(|found| TypeView {
                function: found.name.rust(),
                name: format!("types::{}", found.name.rust_type()),
                code: type_code(model, found),
            })
            .collect();
        if own.is_empty() {
            continue;
        }
        let name = format!("of_{}", module.name.snake());
        let file = Types {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            title: module.name.kebab().replace('-', " "),
            types: own,
        };
        output.insert(format!("{FOLDER}/types/{name}.rs"), file.render()?);
        types.push(name);
    }
    let areas: Vec<String> = model.areas.iter().map(|area| area.name.snake()).collect();
    for area in &model.areas {
        let file = Operations {
            banner: banner("contracts/operations/*.toml"),
            title: &area.title,
            operations: model
                .operations_of(area)
                .map(|operation| pair(model, operation))
                .collect(),
        };
        let path = format!("{FOLDER}/operations/{}.rs", area.name.snake());
        output.insert(path, file.render()?);
    }
    let banner = &banner("contracts");
    let modules = TypeModules {
        banner,
        files: types,
    };
    output.insert(format!("{FOLDER}/types/mod.rs"), modules.render()?);
    let modules = OperationModules {
        banner,
        files: areas,
    };
    output.insert(format!("{FOLDER}/operations/mod.rs"), modules.render()?);
    let root = Root { banner };
    output.insert(format!("{FOLDER}/mod.rs"), root.render()?);
    Ok(output)
}

const FOLDER: &str = "contracts/tests/generated/strategies";

fn pair(model: &Model, operation: &Operation) -> Pair {
    let name = format!("operations::{}", operation.name.rust_type());
    Pair {
        input: message(model, &name, &operation.inputs),
        output: message(model, &format!("{name}Output"), &operation.outputs),
    }
}

#[derive(Template)]
#[template(path = "vectors/strategies/types.rs", escape = "none")]
struct Types {
    banner: String,
    title: String,
    types: Vec<TypeView>,
}

#[derive(Template)]
#[template(path = "vectors/strategies/operations.rs", escape = "none")]
struct Operations<'a> {
    banner: String,
    title: &'a str,
    operations: Vec<Pair>,
}

#[derive(Template)]
#[template(path = "vectors/strategies/types_mod.rs", escape = "none")]
struct TypeModules<'a> {
    banner: &'a str,
    files: Vec<String>,
}

#[derive(Template)]
#[template(path = "vectors/strategies/operations_mod.rs", escape = "none")]
struct OperationModules<'a> {
    banner: &'a str,
    files: Vec<String>,
}

#[derive(Template)]
#[template(path = "vectors/strategies/mod.rs", escape = "none")]
struct Root<'a> {
    banner: &'a str,
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

/// Returns a strategy for a value with named fields. The tuples are nested pairs, so that the
/// number of fields is not limited.
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
