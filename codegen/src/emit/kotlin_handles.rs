//! The classes of the Kotlin client: each method as a suspending function, blocking, and as a future for Java.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::kotlin_declarations::{Body, Signature, WIDTH, declaration};
use super::kotlin_examples::{Form, call_lines};
use super::kotlin_texts::{class_doc, method_doc};
use super::uniffi_handles::{foreign, is_option, native_method, record, response};
use super::{Output, banner, keywords};
use crate::model::{
    Argument, Form as TypeForm, Handle, HandleForm, Language, Method, Model, Name, TypeRef,
    ValueType,
};

const FOLDER: &str = "clients/kotlin/src/main/kotlin/org/parsec/client/generated";

/// A file for each class, the extension functions of keys, and the types.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let handles = model.handles.iter();
    for handle in handles.filter(|handle| handle.form != HandleForm::Stream) {
        let view = HandleView::new(model, handle);
        output.insert(
            format!("{FOLDER}/{}.kt", view.class),
            with_imports(model, &view.render()?),
        );
    }
    let extensions = Extensions {
        banner: banner("contracts/handles/*.toml"),
        methods: model
            .handles
            .iter()
            .filter(|handle| handle.is_key())
            .flat_map(|handle| methods(model, handle, true))
            .collect(),
    };
    output.insert(
        format!("{FOLDER}/KeyExtensions.kt"),
        with_imports(model, &extensions.render()?),
    );
    let types = Types {
        banner: banner("contracts/handles/*.toml"),
        types: named_types(model),
    };
    output.insert(format!("{FOLDER}/HandleTypes.kt"), tidy(&types.render()?));
    Ok(output)
}

#[derive(Template)]
#[template(path = "kotlin/handles_class.kt", escape = "none")]
struct HandleView<'a> {
    banner: String,
    handle: &'a Handle,
    doc: Vec<String>,
    /// The generated class, which is abstract if a class by hand extends it.
    class: String,
    header: Vec<String>,
    methods: Vec<MethodView>,
    /// The classes of keys with a role: the role and the class.
    roles: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "kotlin/handles_extensions.kt", escape = "none")]
struct Extensions {
    banner: String,
    methods: Vec<MethodView>,
}

#[derive(Template)]
#[template(path = "kotlin/handles_types.kt", escape = "none")]
struct Types {
    banner: String,
    /// Their documentation and their names.
    types: Vec<(Vec<String>, String)>,
}

struct MethodView {
    doc: Vec<String>,
    name: String,
    suspending: Vec<String>,
    blocking: Vec<String>,
    future: Vec<String>,
}

impl<'a> HandleView<'a> {
    fn new(model: &'a Model, handle: &'a Handle) -> Self {
        let is_abstract = handle.extended_in(Language::Kotlin).is_some();
        let name = class(handle);
        let roles = model.handles.iter().filter_map(|handle| {
            let role = handle.role.as_ref()?;
            Some((role.kebab(), class(handle)))
        });
        let class = match is_abstract {
            true => format!("Abstract{name}"),
            false => name,
        };
        Self {
            banner: banner(&handle.file),
            doc: class_doc(model, handle, is_abstract),
            header: header(handle, &class, is_abstract),
            class,
            methods: methods(model, handle, false),
            roles: roles.collect(),
            handle,
        }
    }
}

/// The declaration of a class up to its brace.
fn header(handle: &Handle, class: &str, is_abstract: bool) -> Vec<String> {
    let is_base = handle.is_key() && handle.role.is_none();
    let modifier = match is_abstract || is_base {
        true => "public sealed class",
        false => "public class",
    };
    // The constructor of a sealed class is protected.
    let internal = match is_abstract || is_base {
        true => "",
        false => " internal constructor",
    };
    let (visibility, native, base) = match handle.form {
        HandleForm::Administrator => ("private val ", "NativeAdmin", ""),
        HandleForm::Client => ("internal val ", "NativeClient", ""),
        _ if is_base => ("internal val ", "NativeKey", "AutoCloseable"),
        _ => ("", "NativeKey", "Key(native, timeoutMs)"),
    };
    let parameters = [
        format!("{visibility}native: {native}"),
        format!("{visibility}timeoutMs: UInt?"),
    ];
    let head = format!("{modifier} {class}{internal}");
    let one_line = format!("{head}({})", parameters.join(", "));
    let colon = if base.is_empty() { "" } else { " : " };
    if one_line.len() + colon.len() + base.len() + 2 <= WIDTH {
        return vec![format!("{one_line}{colon}{base} {{")];
    }
    if !base.is_empty() {
        return vec![format!("{one_line} :"), format!("    {base} {{")];
    }
    let mut lines = vec![format!("{head}(")];
    lines.extend(
        parameters
            .iter()
            .map(|parameter| format!("    {parameter},")),
    );
    lines.push(") {".to_owned());
    lines
}

/// The class that users see.
pub(super) fn class(handle: &Handle) -> String {
    handle.class_in(Language::Kotlin)
}

/// The methods of a class, or those that return a handle of the same class, which are extension functions.
fn methods(model: &Model, handle: &Handle, extensions: bool) -> Vec<MethodView> {
    let included = handle.includes.iter().filter(|name| {
        // The class of all keys is the base class of the others.
        model.handle_named(name).role.is_some()
    });
    let included = included.flat_map(|name| &model.handle_named(name).methods);
    let all = included.chain(&handle.methods);
    let own = all.filter(|method| match extensions {
        true => method.returns == Some(ValueType::SelfHandle),
        false => method.returns != Some(ValueType::SelfHandle),
    });
    own.filter(|method| method.is_generated_in(Language::Kotlin))
        .map(|method| method_view(model, handle, method, extensions))
        .collect()
}

fn method_view(model: &Model, handle: &Handle, method: &Method, extension: bool) -> MethodView {
    let name = method.name_in(Language::Kotlin);
    let parameters: Vec<String> = method
        .arguments_in(Language::Kotlin)
        .into_iter()
        .map(|argument| parameter(model, method, argument))
        .collect();
    let returns = return_type(model, method);
    let generics = match (&method.returns, extension) {
        (_, true) => "<K : Key> K.",
        (Some(ValueType::KeyOfSpec), _) => "<K : Key> ",
        _ => "",
    };
    let overloads = parameters.iter().any(|parameter| parameter.contains(" = "));
    let native = foreign(&native_method(model, handle, method));
    let given: Vec<String> = method
        .arguments_in(Language::Kotlin)
        .into_iter()
        .map(argument_name)
        .collect();
    let given = given.join(", ");
    let call = |form: Form| {
        let (call, suffix) = match form {
            Form::Blocking => ("callBlocking", "Blocking"),
            Form::Suspending | Form::Future => ("callSuspending", ""),
        };
        let mut arguments: Vec<String> = method.arguments.iter().flat_map(native_value).collect();
        arguments.push("timeoutMs".to_owned());
        let within = format!(
            "native.{}({}){}",
            keywords::kotlin_method(&format!("{native}{suffix}")),
            arguments.join(", "),
            inner_conversion(method)
        );
        let (before, after) = outer_conversion(model, method);
        Body {
            before,
            call,
            within,
            after,
        }
    };
    let signature = |form: Form| Signature {
        overloads: overloads && form != Form::Suspending,
        modifiers: match form {
            Form::Suspending => "public suspend fun ",
            _ => "public fun ",
        },
        generics,
        name: match form {
            Form::Suspending => keywords::kotlin_method(&name),
            form => format!("{name}{}", form.suffix()),
        },
        parameters: &parameters,
    };
    let (promise, future) = match method.returns.is_none() && !method.verdict {
        true => ("promiseNothing", "CompletableFuture<Void?>".to_owned()),
        false => ("promise", format!("CompletableFuture<{returns}>")),
    };
    let promised = Body {
        before: String::new(),
        call: promise,
        within: format!("{}({given})", keywords::kotlin_method(&name)),
        after: String::new(),
    };
    let example = method.example.as_ref();
    let example = example
        .map(|example| call_lines(model, handle, method, example))
        .unwrap_or_default();
    MethodView {
        doc: method_doc(model, handle, method, &example),
        suspending: declaration(
            &signature(Form::Suspending),
            &returns,
            &call(Form::Suspending),
            extension,
        ),
        blocking: declaration(
            &signature(Form::Blocking),
            &returns,
            &call(Form::Blocking),
            extension,
        ),
        future: declaration(&signature(Form::Future), &future, &promised, extension),
        name,
    }
}

/// The name of an argument.
pub(super) fn argument_name(argument: &Argument) -> String {
    let own = argument.renamed_in(Language::Kotlin);
    let name = own.map_or_else(|| argument.name.lower_camel(), str::to_owned);
    keywords::kotlin_method(&name)
}

fn parameter(model: &Model, method: &Method, argument: &Argument) -> String {
    let name = argument_name(argument);
    let of = match (&argument.value_type, &method.returns) {
        (ValueType::Spec, Some(ValueType::KeyOfSpec)) => "KeySpec<K>".to_owned(),
        (of, _) => parameter_type(model, of),
    };
    match (&argument.optional, &argument.value_type) {
        (None, _) => format!("{name}: {of}"),
        (Some(_), ValueType::Flag) => format!("{name}: {of} = false"),
        (Some(_), ValueType::Bytes) => format!("{name}: {of} = nothing"),
        (Some(_), ValueType::List(_)) => format!("{name}: {of} = emptyList()"),
        (Some(_), _) => format!("{name}: {of}? = null"),
    }
}

fn parameter_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "ByteArray".to_owned(),
        ValueType::Text | ValueType::KeyName => "String".to_owned(),
        ValueType::Number | ValueType::Count => "Int".to_owned(),
        ValueType::Size => "Long".to_owned(),
        ValueType::Flag => "Boolean".to_owned(),
        ValueType::Hash => "Hash".to_owned(),
        ValueType::Duration => "Duration".to_owned(),
        ValueType::Provider => "Provider".to_owned(),
        ValueType::PublicKey => "PublicKey".to_owned(),
        ValueType::Spec => "KeySpec<*>".to_owned(),
        ValueType::Named(name) => named(model, name),
        ValueType::List(item) => format!("List<{}>", parameter_type(model, item)),
        other => unreachable!("Kotlin has no argument of type {other:?} but by hand"),
    }
}

/// Types of the contracts for which the package has a class of its own.
const FACES: &[(&str, &str)] = &[("key-info", "KeyEntry")];

fn face(name: &Name) -> Option<&'static str> {
    let mut faces = FACES.iter();
    faces
        .find(|(of, _)| *of == name.kebab())
        .map(|(_, face)| *face)
}

/// The class of a contract's type.
fn named(model: &Model, name: &Name) -> String {
    match face(name) {
        Some(face) => face.to_owned(),
        None => super::rust::type_name(model, &TypeRef::Named(name.clone()), ""),
    }
}

fn return_type(model: &Model, method: &Method) -> String {
    match (&method.returns, method.verdict) {
        (_, true) => "Boolean".to_owned(),
        (None, false) => "Unit".to_owned(),
        (Some(of), false) => result_type(model, method, of),
    }
}

fn result_type(model: &Model, method: &Method, of: &ValueType) -> String {
    match of {
        ValueType::Csr => "Csr".to_owned(),
        ValueType::Key => "Key".to_owned(),
        ValueType::KeyOfSpec | ValueType::SelfHandle => "K".to_owned(),
        ValueType::Handle(name) => class(model.handle_named(name)),
        ValueType::Version => "ProtocolVersion".to_owned(),
        ValueType::OperationName => "String".to_owned(),
        ValueType::Record => record(model, method).map_or_else(String::new, response),
        ValueType::List(item) => format!("List<{}>", result_type(model, method, item)),
        ValueType::Optional(item) => format!("{}?", result_type(model, method, item)),
        plain => parameter_type(model, plain),
    }
}

/// What the binding takes for an argument.
fn native_value(argument: &Argument) -> Vec<String> {
    let name = argument_name(argument);
    let checked = |function: &str| match is_option(argument) {
        true => format!("{name}?.let {{ {function}(it, \"{name}\") }}"),
        false => format!("{function}({name}, \"{name}\")"),
    };
    let value = match &argument.value_type {
        ValueType::Number | ValueType::Count => checked("count"),
        ValueType::Size => checked("size"),
        ValueType::Duration if is_option(argument) => format!("{name}?.let(::millis)"),
        ValueType::Duration => format!("millis({name})"),
        ValueType::Spec => format!("{name}.native"),
        ValueType::PublicKey => format!("PublicMaterial.Der({name}.toDer())"),
        ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
            ValueType::Number | ValueType::Count => {
                format!("{name}.map {{ count(it, \"{name}\") }}")
            }
            ValueType::Size => format!("{name}.map {{ size(it, \"{name}\") }}"),
            _ => name,
        },
        _ => name,
    };
    vec![value]
}

/// What follows the call of the binding.
fn inner_conversion(method: &Method) -> &'static str {
    match &method.returns {
        Some(ValueType::Signature) => ".der",
        Some(ValueType::Number) => ".toInt()",
        Some(ValueType::Size) => ".toLong()",
        Some(ValueType::List(item)) => match item.as_ref() {
            ValueType::Signature => ".map { it.der }",
            ValueType::Number => ".map { it.toInt() }",
            _ => "",
        },
        _ => "",
    }
}

/// What stands around the call.
fn outer_conversion(model: &Model, method: &Method) -> (String, String) {
    let around = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    match &method.returns {
        Some(ValueType::Csr) => around("Csr(", ")"),
        Some(ValueType::Version) => around("ProtocolVersion(", ")"),
        Some(ValueType::Key) => around("Key.of(", ", timeoutMs)"),
        Some(ValueType::Handle(name)) => {
            let class = class(model.handle_named(name));
            around("Key.of(", &format!(", timeoutMs) as {class}"))
        }
        Some(ValueType::KeyOfSpec) => around("spec.made(", ", timeoutMs)"),
        Some(ValueType::SelfHandle) => around("again(", ")"),
        Some(ValueType::Named(name)) => match face(name) {
            Some(face) => around(&format!("{face}("), ")"),
            None => around("", ""),
        },
        Some(ValueType::List(item)) => match item.named().and_then(face) {
            Some(face) => around("", &format!(".map(::{face})")),
            None => around("", ""),
        },
        _ => around("", ""),
    }
}

/// Whether the type is a sealed class, whose subclasses cannot be named through an alias.
fn is_union(model: &Model, name: &Name) -> bool {
    matches!(model.type_named(&name.kebab()).form, TypeForm::Union(_))
}

/// The sealed classes of the binding, for their imports.
pub(super) fn unions(model: &Model) -> impl Iterator<Item = String> {
    let unions = model.types().filter(move |of| is_union(model, &of.name));
    unions.map(move |of| named(model, &of.name))
}

/// The types of the contracts that methods take or return and that have aliases, with their documentation.
fn named_types(model: &Model) -> Vec<(Vec<String>, String)> {
    let handles = model.handles.iter();
    let methods = handles.flat_map(|handle| &handle.methods);
    let generated = methods.filter(|method| method.is_generated_in(Language::Kotlin));
    let names: BTreeSet<&Name> = generated
        .flat_map(|method| {
            let arguments = method.arguments.iter().map(|argument| &argument.value_type);
            arguments.chain(&method.returns)
        })
        .filter_map(ValueType::named)
        .filter(|name| face(name).is_none() && !is_union(model, name))
        .collect();
    names
        .into_iter()
        .map(|name| {
            let doc = super::rust::doc_lines(&model.type_named(&name.kebab()).doc);
            (doc, named(model, name))
        })
        .collect()
}

/// The mark in a template that the imports replace.
const IMPORTS: &str = "// IMPORTS\n";

/// The text with the imports of the names that it uses.
fn with_imports(model: &Model, text: &str) -> String {
    let words: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/']))
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .collect();
    let responses = model.operations.iter().map(response);
    let natives = [
        "NativeAdmin",
        "NativeClient",
        "NativeKey",
        "PublicMaterial",
        "SignatureForm",
    ];
    let natives = natives.into_iter().map(str::to_owned);
    let raw = natives.chain(responses).chain(unions(model));
    let raw = raw.map(|name| format!("org.parsec.client.raw.{name}"));
    let java = [
        "java.time.Duration",
        "java.util.concurrent.CompletableFuture",
    ];
    let raw: BTreeSet<String> = raw.collect();
    // The order of IntelliJ: Java's come last.
    let imports: String = raw
        .into_iter()
        .chain(java.map(str::to_owned))
        .filter(|path| words.contains(path.rsplit('.').next().unwrap_or_default()))
        .map(|path| format!("import {path}\n"))
        .collect();
    tidy(&text.replace(IMPORTS, &(imports + "\n")))
}

/// Without spaces at the ends of lines and without empty lines in a row or before a brace.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let after_empty = lines.last().is_some_and(|last| last.is_empty());
        if line.is_empty() && (after_empty || lines.last().is_some_and(|last| last.ends_with('{')))
        {
            continue;
        }
        if line == "}" && after_empty {
            lines.pop();
        }
        lines.push(line);
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}
