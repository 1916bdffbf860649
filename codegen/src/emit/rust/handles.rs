//! The handles of the Rust client, async and blocking: thin layers over one core.

use anyhow::Result;
use askama::Template;

use super::examples::example_lines;
use super::functions::{Function, function_name, functions};
use super::imports::with_imports;
use super::names::{arguments, class};
use super::texts::{method_doc, paragraphs};
use super::values::{parameter_type, return_type};
use crate::emit::output::{Output, banner};
use crate::model::{Does, Handle, HandleForm, Language, Method, Model, Name, ValueType};

const FOLDER: &str = "clients/rust/src/generated";

/// Renders the async and the blocking variant of every handle, and the functions of the core that
/// call one operation.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for blocking in [false, true] {
        let folder = match blocking {
            false => format!("{FOLDER}/handles"),
            true => format!("{FOLDER}/blocking"),
        };
        let classes: Vec<String> = model.handles.iter().map(class).collect();
        for handle in &model.handles {
            let view = HandleView::new(model, handle, blocking);
            let path = format!("{folder}/{}.rs", handle.name.snake());
            output.insert(
                path,
                with_imports(&tidy(&view.render()?), blocking, &classes),
            );
        }
        let keys = AnyKey {
            banner: banner("contracts/handles/*.toml"),
            blocking,
            keys: role_handles(model),
        };
        output.insert(format!("{folder}/any_key.rs"), tidy(&keys.render()?));
        let module = Module {
            banner: banner("contracts/handles/*.toml"),
            blocking,
            model,
        };
        output.insert(format!("{folder}/mod.rs"), tidy(&module.render()?));
    }
    let core = Core {
        banner: banner("contracts/handles/*.toml"),
        functions: functions(model),
    };
    output.insert(
        format!("{FOLDER}/core.rs"),
        with_imports(&tidy(&core.render()?), false, &[]),
    );
    Ok(output)
}

/// Returns the handles of keys with a role.
fn role_handles(model: &Model) -> Vec<&Handle> {
    let mut handles: Vec<&Handle> = model
        .handles
        .iter()
        .filter(|handle| handle.role.is_some())
        .collect();
    // A signing key can also verify.
    handles.sort_by_key(|handle| handle.name.as_written() == "verifying_key");
    handles
}

/// Removes spaces at the ends of lines.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[derive(Template)]
#[template(path = "rust_client/handles_mod.rs", escape = "none")]
struct Module<'a> {
    banner: String,
    blocking: bool,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_client/handles_any_key.rs", escape = "none")]
struct AnyKey<'a> {
    banner: String,
    blocking: bool,
    keys: Vec<&'a Handle>,
}

#[derive(Template)]
#[template(path = "rust_client/handles_core.rs", escape = "none")]
struct Core {
    banner: String,
    functions: Vec<Function>,
}

#[derive(Template)]
#[template(path = "rust_client/handles_handle.rs", escape = "none")]
struct HandleView<'a> {
    banner: String,
    blocking: bool,
    handle: &'a Handle,
    doc: Vec<String>,
    class: String,
    /// Whether every such key has a public key in a form that the client supports.
    has_public_key: bool,
    methods: Vec<MethodView>,
    example: Vec<String>,
    transport: &'static str,
    /// The handles of keys with a role.
    role_keys: Vec<&'a Handle>,
}

struct MethodView {
    doc: Vec<String>,
    feature: Option<String>,
    name: String,
    generics: &'static str,
    receiver: &'static str,
    parameters: Vec<String>,
    returns: String,
    body: String,
}

impl<'a> HandleView<'a> {
    fn new(model: &'a Model, handle: &'a Handle, blocking: bool) -> Self {
        let mut methods = Vec::new();
        for method in model.methods_of(handle) {
            if !method.is_generated_in(Language::Rust) {
                continue;
            }
            methods.push(method_view(model, handle, method, blocking, false));
            if method.rust_with.is_some() {
                methods.push(method_view(model, handle, method, blocking, true));
            }
        }
        let role = handle.role.as_ref().map(Name::as_written);
        let mut doc = paragraphs(&handle.summary);
        if let Some(more) = &handle.doc {
            doc.push(String::new());
            doc.extend(paragraphs(more));
        }
        let first = handle
            .methods
            .iter()
            .find(|method| method.example.as_ref().is_some_and(|e| e.not_run.is_none()));
        Self {
            banner: banner(&handle.file),
            blocking,
            doc,
            class: class(handle),
            has_public_key: matches!(role, Some("signing" | "verifying")),
            example: first
                .map(|method| example_lines(model, handle, method, blocking))
                .unwrap_or_default(),
            methods,
            transport: match blocking {
                true => "BlockingTransport",
                false => "TokioTransport",
            },
            role_keys: role_handles(model),
            handle,
        }
    }
}

fn method_view(
    model: &Model,
    handle: &Handle,
    method: &Method,
    blocking: bool,
    with: bool,
) -> MethodView {
    let arguments = arguments(method, with);
    let name = match (&method.rust_with, with) {
        (Some(name), true) => name.clone(),
        _ => method.name_in(Language::Rust),
    };
    let is_async = match blocking {
        true => "",
        false => ".await",
    };
    let call = call(model, method, with);
    let called = match blocking {
        true => format!("now({call})"),
        false => format!("{call}{is_async}"),
    };
    let generics = match method
        .arguments
        .iter()
        .any(|a| a.value_type == ValueType::Spec)
    {
        true => "<S: KeySpec>",
        false => "",
    };
    MethodView {
        doc: method_doc(model, handle, method, blocking, with),
        feature: method.rust_feature.clone(),
        name,
        generics,
        receiver: match (method.consumes, handle.form) {
            (true, HandleForm::Key) => "self",
            (_, HandleForm::Stream) => "&mut self",
            _ => "&self",
        },
        parameters: arguments
            .iter()
            .map(|argument| {
                let optional = argument.optional.is_some() && method.rust_with.is_none();
                let name = argument.name.rust();
                format!(
                    "{name}: {}",
                    parameter_type(model, &argument.value_type, optional)
                )
            })
            .collect(),
        returns: method.returns.as_ref().map_or_else(
            || "()".to_owned(),
            |of| return_type(model, method, of, blocking),
        ),
        body: result(method, &called, blocking),
    }
}

/// Returns the call of the function of the core.
fn call(model: &Model, method: &Method, with: bool) -> String {
    let function = match &method.does {
        Does::Core(function) => function.clone(),
        Does::Operation(name) => function_name(name),
    };
    // The core reads no keys, so it needs no pass phrase.
    let arguments = method.arguments.iter();
    let arguments = arguments.filter(|argument| argument.value_type != ValueType::Passphrase);
    let arguments = arguments.map(|argument| {
        let name = argument.name.rust();
        let omitted = argument.optional.is_some() && method.rust_with.is_some() && !with;
        match &argument.value_type {
            ValueType::Bytes | ValueType::List(_) if omitted => "&[]".to_owned(),
            ValueType::Flag if omitted => "false".to_owned(),
            _ if omitted => "None".to_owned(),
            ValueType::Bytes => match argument.optional.is_some() && method.rust_with.is_none() {
                true => name,
                false => format!("{name}.as_ref()"),
            },
            ValueType::Spec => format!("&{name}"),
            ValueType::List(item) if **item == ValueType::Bytes => {
                format!("{name}.iter().map(|item| item.as_ref().to_vec()).collect()")
            }
            ValueType::List(_) | ValueType::Flag => name,
            _ if argument.optional.is_some() && method.rust_with.is_some() => {
                format!("Some({name})")
            }
            _ => name,
        }
    });
    let _ = model;
    let arguments: Vec<String> = arguments.collect();
    format!("self.core.{function}({})", arguments.join(", "))
}

/// Returns the body of a method that returns a `Result`.
fn result(method: &Method, called: &str, blocking: bool) -> String {
    let handle = match blocking {
        true => "blocking_handle",
        false => "handle",
    };
    match &method.returns {
        Some(ValueType::KeyOfSpec) => {
            format!("let key = {called}?;\nS::{handle}(Key::new(key))")
        }
        Some(ValueType::Key) => format!("{called}.map(Key::new)"),
        Some(ValueType::SelfHandle) => {
            format!("let core = {called}?;\nOk(self.with_core(core))")
        }
        Some(ValueType::Handle(name)) => {
            format!(
                "let key = {called}?;\nKey::new(key).into_{}()",
                name.snake()
            )
        }
        Some(ValueType::Stream) => format!("{called}.map(Stream::new)"),
        _ => called.to_owned(),
    }
}
