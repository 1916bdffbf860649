//! The classes of the Kotlin client: each method as a suspending function, blocking, and as a future for Java.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::calls::{Form, call_lines};
use super::conversions::NATIVE;
use super::declarations::{Body, MethodView, Signature, WIDTH, declaration};
use super::defaults::of_default_kind;
use super::names::{argument_name, class};
use super::texts::{class_doc, method_doc};
use super::type_files::INTERNAL;
use super::types::RAW;
use super::values::{inner_conversion, native_value, outer_conversion, parameter, return_type};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::uniffi::names::{foreign, native_method, response};
use crate::model::{Handle, HandleForm, Language, Method, Model, ValueType};

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
        .flat_map(|method| {
            let view = method_view(model, handle, method, extensions);
            [Some(view), of_default_kind(model, method)]
        })
        .flatten()
        .collect()
}

fn method_view(model: &Model, handle: &Handle, method: &Method, extension: bool) -> MethodView {
    let name = method.name_in(Language::Kotlin);
    let parameters: Vec<String> = method
        .arguments_in(Language::Kotlin)
        .into_iter()
        .map(|argument| parameter(method, argument))
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
    let natives = natives.map(|name| format!("{NATIVE}.{name}"));
    let raw = responses.map(|name| format!("{RAW}.{name}"));
    let conversions = ["lift", "lower"];
    let conversions = conversions.map(|name| format!("{INTERNAL}.{name}"));
    let java = [
        "java.time.Duration",
        "java.util.concurrent.CompletableFuture",
    ];
    let raw: BTreeSet<String> = raw.chain(natives).chain(conversions).collect();
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
pub(super) fn tidy(text: &str) -> String {
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
