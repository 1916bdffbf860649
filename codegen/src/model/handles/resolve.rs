//! Resolves the handles from the contract files.

use std::collections::BTreeMap;

use super::{
    Argument, Does, ExampleCall, ExampleValue, Gives, Handle, Method, MethodExample, ValueType,
};
use crate::model::value::read_value;
use crate::model::{Model, Name, TypeRef};
use crate::read::raw::{self, Language};

/// Resolves the handles, which have passed the checks.
pub(in crate::model) fn resolve(model: &Model, files: &[crate::read::HandleFile]) -> Vec<Handle> {
    files
        .iter()
        .map(|file| {
            let raw = &file.handle;
            Handle {
                name: Name::new(&file.name),
                file: file.file.clone(),
                summary: raw.summary.clone(),
                doc: raw.doc.clone(),
                form: raw.form,
                role: raw.role.as_ref().map(Name::new),
                includes: raw.includes.iter().map(Name::new).collect(),
                example_key: raw.example_key.as_ref().map(Name::new),
                public_key: raw.public_key,
                names: owned(&raw.names),
                by_hand: owned(&raw.by_hand),
                methods: raw
                    .method
                    .iter()
                    .map(|(name, method)| resolve_method(model, files, file, name, method))
                    .collect(),
                extends: owned(&raw.extends),
            }
        })
        .collect()
}

fn owned(map: &raw::LanguageMap<String>) -> BTreeMap<Language, String> {
    let entries = map.iter();
    entries
        .map(|(language, text)| (*language, text.clone()))
        .collect()
}

fn resolve_method(
    model: &Model,
    files: &[crate::read::HandleFile],
    file: &crate::read::HandleFile,
    name: &str,
    raw: &raw::Method,
) -> Method {
    let does = does(name, &raw.does)
        .unwrap_or_else(|| unreachable!("the checks reject the invalid function `{}`", raw.does));
    let mut reaches: Vec<Name> = raw.reaches.iter().map(Name::new).collect();
    if let Does::Operation(operation) = &does {
        reaches.push(operation.clone());
    }
    Method {
        name: Name::new(name),
        summary: raw.summary.clone(),
        doc: raw.doc.clone(),
        does,
        reaches,
        returns: raw.returns.as_deref().and_then(ValueType::read),
        returns_doc: raw.returns_doc.clone(),
        verdict: raw.verdict,
        consumes: raw.consumes,
        changes: raw.changes,
        errors: raw
            .error
            .iter()
            .map(|(kind, when)| (Name::new(kind), when.clone()))
            .collect(),
        arguments: raw
            .argument
            .iter()
            .map(|(name, argument)| Argument {
                name: Name::new(name),
                value_type: ValueType::read(&argument.type_name).unwrap_or(ValueType::Bytes),
                doc: argument.doc.clone(),
                optional: argument.optional.clone(),
                named: argument.named,
                stream: argument.stream,
                file: argument.file || argument.stream,
                input: Name::new(argument.input.as_deref().unwrap_or(name)),
                also: argument.also.as_deref().and_then(ValueType::read),
                names: owned(&argument.names),
                default: owned(&argument.default),
                types: owned(&argument.types),
                named_in: argument.named_in.clone(),
            })
            .collect(),
        rust_with: raw.rust_with.clone(),
        rust_feature: raw.rust_feature.clone(),
        printer: raw.printer.clone(),
        confirm: raw.confirm,
        example: raw
            .example
            .as_ref()
            .map(|example| resolve_example(model, files, file, raw, example)),
        names: owned(&raw.names),
        order: raw
            .order
            .iter()
            .map(|(language, order)| (*language, order.clone()))
            .collect(),
        result: owned(&raw.result),
        options: owned(&raw.options),
        by_hand: owned(&raw.by_hand),
        without: owned(&raw.without),
    }
}

fn resolve_example(
    model: &Model,
    files: &[crate::read::HandleFile],
    file: &crate::read::HandleFile,
    method: &raw::Method,
    raw: &raw::MethodExample,
) -> MethodExample {
    let gives = raw.gives.as_ref().and_then(|gives| match &gives.value {
        Some(value) => {
            let returned = ValueType::read(method.returns.as_deref()?)?;
            read_example(model, &returned, value).ok().map(Gives::Value)
        }
        None => gives.length.map(Gives::Length),
    });
    MethodExample {
        before: example_calls(files, file, raw)
            .into_iter()
            .zip(&raw.before)
            .map(|(found, call)| ExampleCall {
                result: Name::new(&call.result),
                on: call.on.as_ref().map(Name::new),
                handle: Name::new(found.map_or("", |(handle, _)| handle.name.as_str())),
                method: Name::new(&call.call),
                arguments: found
                    .map(|(_, method)| example_arguments(model, method, &call.with))
                    .unwrap_or_default(),
            })
            .collect(),
        arguments: example_arguments(model, method, &raw.with),
        provider: raw.provider.as_ref().map(Name::new),
        gives,
        cli: raw.cli.clone(),
        not_run: raw.not_run.clone(),
    }
}

fn example_arguments(
    model: &Model,
    method: &raw::Method,
    with: &toml::Table,
) -> Vec<(Name, ExampleValue)> {
    let arguments = method.argument.iter();
    arguments
        .filter_map(|(name, argument)| {
            let value_type = ValueType::read(&argument.type_name)?;
            let value = read_example(model, &value_type, with.get(name)?).ok()?;
            Some((Name::new(name), value))
        })
        .collect()
}

type FoundMethod<'a> = (&'a crate::read::HandleFile, &'a raw::Method);

/// Returns the methods of the calls before an example, if they exist.
pub(crate) fn example_calls<'a>(
    files: &'a [crate::read::HandleFile],
    own: &'a crate::read::HandleFile,
    example: &raw::MethodExample,
) -> Vec<Option<FoundMethod<'a>>> {
    let named = |name: &str| files.iter().find(|file| file.name == name);
    let own = own
        .handle
        .example_handle
        .as_deref()
        .and_then(named)
        .unwrap_or(own);
    let mut results: BTreeMap<&str, Option<&crate::read::HandleFile>> = BTreeMap::new();
    let mut found = Vec::new();
    for call in &example.before {
        let on = match call.on.as_deref() {
            None => Some(own),
            Some("client") => named("client"),
            Some(result) => results.get(result).copied().flatten(),
        };
        let method = on.and_then(|on| find_method(files, on, &call.call));
        let returned = method.and_then(|(_, method)| {
            let returned = ValueType::read(method.returns.as_deref()?)?;
            match returned {
                ValueType::SelfHandle => on,
                ValueType::Handle(name) => named(name.as_written()),
                ValueType::KeyOfSpec => spec_handle(files, &call.with),
                _ => None,
            }
        });
        results.insert(&call.result, returned);
        found.push(method);
    }
    found
}

/// Returns the handle of the kind of key that a call names.
fn spec_handle<'a>(
    files: &'a [crate::read::HandleFile],
    with: &toml::Table,
) -> Option<&'a crate::read::HandleFile> {
    let kind = with.get("spec")?.get("kind")?.as_str()?;
    files
        .iter()
        .find(|file| file.handle.example_key.as_deref() == Some(kind))
}

/// Returns the method with that name, of a handle or of one that it includes.
pub(crate) fn find_method<'a>(
    files: &'a [crate::read::HandleFile],
    on: &'a crate::read::HandleFile,
    name: &str,
) -> Option<FoundMethod<'a>> {
    if let Some(method) = on.handle.method.get(name) {
        return Some((on, method));
    }
    let mut included = on.handle.includes.iter();
    included.find_map(|included| {
        let file = files.iter().find(|file| file.name == *included)?;
        find_method(files, file, name)
    })
}

/// Parses the function behind a method.
pub(crate) fn does(method: &str, written: &str) -> Option<Does> {
    match written.split_once(' ') {
        None if written == "core" => Some(Does::Core(method.to_owned())),
        Some(("core", name)) => Some(Does::Core(name.to_owned())),
        Some(("operation", name)) => Some(Does::Operation(Name::new(name))),
        _ => None,
    }
}

/// Reads the value of an argument or a result of that type in an example.
///
/// # Errors
///
/// The reason why the value does not have that type.
pub(crate) fn read_example(
    model: &Model,
    value_type: &ValueType,
    value: &toml::Value,
) -> Result<ExampleValue, String> {
    if let Some(result) = value.get("result") {
        let name = result.as_str().ok_or("`result` is the name of a call")?;
        return Ok(ExampleValue::Result(Name::new(name)));
    }
    let text = || value.as_str().map(str::to_owned);
    match value_type {
        ValueType::List(item) => {
            let items = value.as_array().ok_or("expected an array")?;
            let items = items.iter().map(|value| read_example(model, item, value));
            items.collect::<Result<_, _>>().map(ExampleValue::List)
        }
        ValueType::Optional(item) => read_example(model, item, value),
        ValueType::Bytes | ValueType::Secret => read_bytes(value),
        ValueType::Number | ValueType::Size | ValueType::Count | ValueType::Duration => value
            .as_integer()
            .and_then(|number| u64::try_from(number).ok())
            .map(ExampleValue::Number)
            .ok_or_else(|| "expected a non-negative number".to_owned()),
        ValueType::Flag => value
            .as_bool()
            .map(ExampleValue::Flag)
            .ok_or_else(|| "expected true or false".to_owned()),
        ValueType::Spec => {
            let kind = value.get("kind").and_then(toml::Value::as_str);
            let kind = kind.ok_or("write a kind of key as { kind = \"ecdsa-p256\" }")?;
            Ok(ExampleValue::Kind {
                kind: Name::new(kind),
                exportable: value
                    .get("exportable")
                    .and_then(toml::Value::as_bool)
                    .unwrap_or_default(),
            })
        }
        ValueType::Named(name) => {
            let type_ref = TypeRef::Named(name.clone());
            read_value(model, &type_ref, value)
                .map(ExampleValue::Value)
                .map_err(|(_, why)| why)
        }
        _ => text()
            .map(ExampleValue::Text)
            .ok_or_else(|| "expected a string or { result = NAME }".to_owned()),
    }
}

fn read_bytes(value: &toml::Value) -> Result<ExampleValue, String> {
    if let Some(text) = value.as_str() {
        return Ok(ExampleValue::TextBytes(text.to_owned()));
    }
    let digits = value.get("hex").and_then(toml::Value::as_str);
    let digits = digits.ok_or("write bytes as \"hello\" or { hex = \"00ff\" }")?;
    hex::decode(digits)
        .map(ExampleValue::Bytes)
        .map_err(|error| format!("invalid hex: {error}"))
}
