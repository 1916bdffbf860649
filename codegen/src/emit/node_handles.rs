//! The classes of the Node client: a module a handle, and the one that knows the class for a role.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::node_binding::function_name;
use super::node_examples::doc_lines as example_lines;
use super::node_imports::{Imports, with_imports};
use super::node_values::{argument_type, check, least, result, return_type, text};
use super::{Output, banner};
use crate::model::{
    Argument, Handle, HandleForm, HasPublicKey, Language, Method, Model, Name, ValueType,
};

const FOLDER: &str = "clients/node/src/generated/handles";

/// The width of lines.
const WIDTH: usize = 116;

/// The width of comments.
const COMMENT_WIDTH: usize = 96;

/// A module a handle. The class of streams is by hand as a whole.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    if model.handles.is_empty() {
        return Ok(output);
    }
    let mut exports = Vec::new();
    for handle in &model.handles {
        if handle.form == HandleForm::Stream {
            continue;
        }
        let view = HandleView::new(model, handle);
        let imports = Imports::of(model, handle, &view.foreign_options);
        exports.push((view.exports(), handle.name.kebab()));
        let path = format!("{FOLDER}/{}.ts", handle.name.kebab());
        output.insert(path, with_imports(&view.render()?, &imports));
    }
    let keys: Vec<KeyView> = model
        .handles
        .iter()
        .filter_map(|handle| {
            Some(KeyView {
                role: handle.role.as_ref()?.kebab(),
                class: handle.name.camel(),
                file: class_file(handle),
            })
        })
        .collect();
    let any = AnyKey {
        banner: banner("contracts/handles/*.toml"),
        keys,
    };
    output.insert(format!("{FOLDER}/any-key.ts"), any.render()? + "\n");
    let index = Index {
        banner: banner("contracts/handles/*.toml"),
        exports,
    };
    output.insert(format!("{FOLDER}/index.ts"), index.render()? + "\n");
    Ok(output)
}

#[derive(Template)]
#[template(path = "node/handles_any_key.ts", escape = "none")]
struct AnyKey {
    banner: String,
    keys: Vec<KeyView>,
}

#[derive(Template)]
#[template(path = "node/handles_index.ts", escape = "none")]
struct Index {
    banner: String,
    exports: Vec<(String, String)>,
}

struct KeyView {
    role: String,
    class: String,
    file: String,
}

/// The module of the class that users see, from the folder of the generated ones.
pub(super) fn class_file(handle: &Handle) -> String {
    match handle.extended_in(Language::Node) {
        Some(file) => {
            let file = file.strip_prefix("clients/node/src/").unwrap_or(file);
            format!("../../{}.js", file.trim_end_matches(".ts"))
        }
        None => format!("./{}.js", handle.name.kebab()),
    }
}

#[derive(Template)]
#[template(path = "node/handles_class.ts", escape = "none")]
struct HandleView {
    banner: String,
    summary: String,
    options: Vec<OptionsView>,
    doc: Vec<String>,
    class: String,
    /// The class of keys with this very role, if others extend the class with the methods.
    own_class: Option<String>,
    /// Whether the class is only there to be extended.
    is_base: bool,
    parent: String,
    role: Option<String>,
    /// Whether the role is registered here, and not where the class is extended by hand.
    registers: bool,
    public_key: Option<HasPublicKey>,
    methods: Vec<MethodView>,
    /// Options that another module declares: their names, and the module.
    foreign_options: Vec<(String, String)>,
}

struct OptionsView {
    name: String,
    doc: String,
    extends: String,
    fields: Vec<(String, String)>,
}

struct MethodView {
    doc: Vec<String>,
    signature: String,
    body: Vec<String>,
}

impl HandleView {
    fn new(model: &Model, handle: &Handle) -> Self {
        let generated: Vec<&Method> = handle
            .methods
            .iter()
            .filter(|method| method.is_generated_in(Language::Node))
            .collect();
        let (options, foreign_options) = options(model, handle, &generated);
        let is_included = model
            .handles
            .iter()
            .any(|other| other.role.is_some() && other.includes.contains(&handle.name));
        let extended = handle.extended_in(Language::Node).is_some();
        let splits = is_included && handle.role.is_some();
        let parent = handle.includes.first().map(|name| model.handle_named(name));
        let mut doc = comment(&text(model, &handle.summary));
        if let Some(more) = &handle.doc {
            doc.push(String::new());
            doc.extend(comment(&text(model, more)));
        }
        if let Some(method) = generated.iter().find(|method| method.example.is_some()) {
            doc.extend(example_lines(model, handle, method));
        }
        let inherits = parent.is_some_and(|parent| parent.public_key.is_some());
        Self {
            banner: banner(&handle.file),
            summary: text(model, &handle.summary),
            options,
            doc,
            class: match extended || splits {
                true => base_class(handle),
                false => handle.name.camel(),
            },
            own_class: splits.then(|| handle.name.camel()),
            is_base: extended || splits,
            parent: match (handle.form, parent) {
                (HandleForm::Key, Some(parent)) if parent.role.is_some() => base_class(parent),
                (HandleForm::Key, Some(parent)) => parent.name.camel(),
                (HandleForm::Key, None) => "KeyCore".to_owned(),
                _ => "Handle<ClientCalls>".to_owned(),
            },
            role: handle.role.as_ref().map(Name::kebab),
            registers: handle.role.is_some() && !extended,
            public_key: handle.public_key.filter(|_| !inherits),
            methods: generated
                .iter()
                .flat_map(|method| method_views(model, handle, method))
                .collect(),
            foreign_options,
        }
    }
}

impl HandleView {
    /// The public names of the module.
    fn exports(&self) -> String {
        let class = match &self.own_class {
            Some(own) => Some(own.clone()),
            None => (!self.is_base).then(|| self.class.clone()),
        };
        let options = self.options.iter().map(|options| {
            let name = options.name.split('<').next().unwrap_or_default();
            match class.is_some() {
                true => format!("type {name}"),
                false => name.to_owned(),
            }
        });
        let names: Vec<String> = class.iter().cloned().chain(options).collect();
        let kind = if class.is_some() {
            "export"
        } else {
            "export type"
        };
        match names.is_empty() {
            true => String::new(),
            false => format!("{kind} {{ {} }}", names.join(", ")),
        }
    }
}

/// The class with the methods, which others extend.
pub(super) fn base_class(handle: &Handle) -> String {
    format!("{}Base", handle.name.camel())
}

/// Whether an argument is in the object of options.
pub(super) fn is_option(argument: &Argument) -> bool {
    argument.is_named_in(Language::Node) || argument.is_optional_in(Language::Node)
}

/// The arguments before the options.
pub(super) fn positional(method: &Method) -> Vec<&Argument> {
    let arguments = method.arguments_in(Language::Node).into_iter();
    arguments
        .filter(|argument| argument.value_type != ValueType::Spec && !is_option(argument))
        .collect()
}

/// The arguments in the object of options, other than what a new key is.
pub(super) fn named(method: &Method) -> Vec<&Argument> {
    let arguments = method.arguments_in(Language::Node).into_iter();
    arguments
        .filter(|argument| argument.value_type != ValueType::Spec && is_option(argument))
        .collect()
}

pub(super) fn makes_key(method: &Method) -> bool {
    method.returns == Some(ValueType::KeyOfSpec)
}

fn has_spec(method: &Method) -> bool {
    let mut arguments = method.arguments.iter();
    arguments.any(|argument| argument.value_type == ValueType::Spec)
}

fn streams(method: &Method) -> bool {
    method.arguments.iter().any(|argument| argument.stream)
}

/// The name of the interface of a method's own options.
fn options_name(method: &Method) -> String {
    match method.options_in(Language::Node) {
        Some(name) => name.to_owned(),
        None => format!("{}Options", method.name.camel()),
    }
}

/// The type of a method's options.
fn options_type(method: &Method) -> String {
    let own = !named(method).is_empty();
    match (own, has_spec(method)) {
        (true, true) if makes_key(method) => format!("{}<A>", options_name(method)),
        (true, _) => options_name(method),
        (false, true) => "NewKeyOptions<A>".to_owned(),
        (false, false) if streams(method) => "StreamOptions".to_owned(),
        (false, false) => "CallOptions".to_owned(),
    }
}

/// The interfaces to declare, and those that a module of an included handle declares.
fn options(
    model: &Model,
    handle: &Handle,
    methods: &[&Method],
) -> (Vec<OptionsView>, Vec<(String, String)>) {
    let mut declared: Vec<OptionsView> = Vec::new();
    let mut foreign = Vec::new();
    for method in methods {
        if named(method).is_empty() {
            continue;
        }
        let name = options_name(method);
        let other = declaring(model, handle, &name);
        if let Some(other) = other {
            if !foreign.iter().any(|(known, _)| *known == name) {
                foreign.push((name, format!("./{}.js", other.name.kebab())));
            }
            continue;
        }
        let called = format!("`{}`", method.name_in(Language::Node));
        if let Some(known) = declared.iter_mut().find(|known| known.name == name) {
            known.doc += &format!(" and {called}");
            continue;
        }
        declared.push(options_view(model, method, &name, &called));
    }
    for view in &mut declared {
        view.doc += ".";
    }
    (declared, foreign)
}

/// The included handle with a method that has options of that name.
fn declaring<'a>(model: &'a Model, handle: &Handle, name: &str) -> Option<&'a Handle> {
    let mut included = handle.includes.iter().map(|name| model.handle_named(name));
    included.find_map(|other| {
        let own = other.methods.iter().any(|method| {
            method.is_generated_in(Language::Node)
                && !named(method).is_empty()
                && options_name(method) == name
        });
        match own {
            true => Some(other),
            false => declaring(model, other, name),
        }
    })
}

fn options_view(model: &Model, method: &Method, name: &str, called: &str) -> OptionsView {
    let (name, extends) = match (has_spec(method), makes_key(method)) {
        (true, true) => (
            format!("{name}<A extends Algorithm>"),
            "KeyOptions<A>".to_owned(),
        ),
        (true, false) => (name.to_owned(), "KeyOptions".to_owned()),
        (false, _) if streams(method) => (name.to_owned(), "StreamOptions".to_owned()),
        (false, _) => (name.to_owned(), "CallOptions".to_owned()),
    };
    let mut fields = Vec::new();
    if has_spec(method) {
        let of = if makes_key(method) { "A" } else { "Algorithm" };
        fields.push((
            "The kind of the key.".to_owned(),
            format!("algorithm: {of}"),
        ));
    }
    for argument in named(method) {
        let field = argument.name_in(Language::Node).lower_camel();
        let of = argument_type(method, argument);
        let doc = text(model, &argument.doc);
        let default = argument
            .optional
            .as_deref()
            .map(|default| text(model, default));
        fields.push(match (default, argument.default_in(Language::Node)) {
            (Some(default), _) => (
                format!("{doc} Default: {default}."),
                format!("{field}?: {of} | undefined"),
            ),
            (None, Some("")) => (
                format!("{doc} Default: empty."),
                format!("{field}?: {of} | undefined"),
            ),
            (None, Some(default)) => (
                format!("{doc} Default: `{default}`."),
                format!("{field}?: {of} | undefined"),
            ),
            (None, None) => (doc, format!("{field}: {of}")),
        });
    }
    OptionsView {
        name,
        doc: format!("Options of {called}"),
        extends,
        fields,
    }
}

/// The method, and for one that checks something the one that throws.
fn method_views(model: &Model, handle: &Handle, method: &Method) -> Vec<MethodView> {
    let name = method.name_in(Language::Node);
    let returned = return_type(model, method);
    let body = body(model, handle, method);
    if !method.verdict {
        return vec![MethodView {
            doc: method_doc(model, handle, method),
            signature: signature(&name, method, &returned),
            body,
        }];
    }
    let throwing = format!("{name}OrThrow");
    let mut given: Vec<String> = positional(method).into_iter().map(parameter).collect();
    given.push("options".to_owned());
    let invalid = "invalid-signature";
    let when = method
        .errors
        .iter()
        .find(|(kind, _)| kind.as_written() == invalid);
    let mut doc = comment(&format!(
        "As {{@link {name}}}, but throws if there is no match."
    ));
    doc.push(String::new());
    doc.extend(when.map(|(kind, when)| thrown(model, kind, when)));
    vec![
        MethodView {
            doc: method_doc(model, handle, method),
            signature: signature(&name, method, &returned),
            body: vec![format!(
                "return await holds(this.{throwing}({}))",
                given.join(", ")
            )],
        },
        MethodView {
            doc,
            signature: signature(&throwing, method, "void"),
            body,
        },
    ]
}

fn parameter(argument: &Argument) -> String {
    argument.name_in(Language::Node).lower_camel()
}

/// The head of a method, in one line if that is short enough.
fn signature(name: &str, method: &Method, returned: &str) -> String {
    let generics = if makes_key(method) {
        "<A extends Algorithm>"
    } else {
        ""
    };
    let mut parameters: Vec<String> = positional(method)
        .into_iter()
        .map(|argument| {
            let source = if argument.stream { " | Source" } else { "" };
            let of = argument_type(method, argument);
            format!("{}: {of}{source}", parameter(argument))
        })
        .collect();
    let needed = has_spec(method)
        || named(method)
            .iter()
            .any(|argument| !argument.is_optional_in(Language::Node));
    let of = options_type(method);
    parameters.push(match needed {
        true => format!("options: {of}"),
        false => format!("options: {of} = {{}}"),
    });
    let end = format!("): Promise<{returned}> {{");
    let line = format!("async {name}{generics}({}{end}", parameters.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let parameters: Vec<String> = parameters
        .iter()
        .map(|one| format!("    {one},\n"))
        .collect();
    format!("async {name}{generics}(\n{}  {end}", parameters.concat())
}

/// The statements of a method: checks, then the call.
fn body(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let mut lines = checks(model, method);
    let name = method.name_in(Language::Node);
    let given: Vec<String> = method
        .arguments
        .iter()
        .map(|argument| match argument.value_type {
            ValueType::Spec => "spec".to_owned(),
            _ => checked_name(method, argument),
        })
        .chain(["call".to_owned()])
        .collect();
    let function = function_name(handle, method).lower_camel();
    let start = format!("(native, call) => native.{function}({})", given.join(", "));
    // Events of the call name the key.
    let mut names = method.arguments.iter();
    let key = match handle.form {
        HandleForm::Client => names.find(|argument| argument.value_type == ValueType::KeyName),
        _ => None,
    };
    let parts: Vec<String> = [format!("'{name}'"), "options".to_owned(), start]
        .into_iter()
        .chain(key.map(parameter))
        .collect();
    let called = format!("this.calls.run({})", parts.join(", "));
    let line = result(model, method, &called);
    if line.len() + 4 <= WIDTH {
        lines.push(line);
        return lines;
    }
    let called = match key {
        None => format!(
            "this.calls.run('{name}', options, (native, call) =>\n      native.{function}({}),\n    )",
            given.join(", ")
        ),
        Some(_) => {
            let parts: Vec<String> = parts.iter().map(|one| format!("      {one},\n")).collect();
            format!("this.calls.run(\n{}    )", parts.concat())
        }
    };
    if result(model, method, "").contains("(await ") {
        lines.push(format!("const answer = await {called}"));
        lines.push(result(model, method, "answer").replace("await answer", "answer"));
    } else {
        lines.push(result(model, method, &called));
    }
    lines
}

/// The name of the checked value of an argument.
fn checked_name(method: &Method, argument: &Argument) -> String {
    let (_, suffix) = check(method, argument);
    format!("{}{}", parameter(argument), suffix.unwrap_or_default())
}

fn checks(model: &Model, method: &Method) -> Vec<String> {
    let mut lines = Vec::new();
    let own: Vec<String> = named(method).into_iter().map(parameter).collect();
    let quoted: Vec<String> = own.iter().map(|name| format!("'{name}'")).collect();
    if has_spec(method) {
        let known = match quoted.is_empty() {
            true => String::new(),
            false => format!(", [{}]", quoted.join(", ")),
        };
        lines.push(format!("const spec = nativeSpec(options{known})"));
    } else {
        let all = if streams(method) {
            "STREAM_OPTIONS"
        } else {
            "CALL_OPTIONS"
        };
        let known = match quoted.is_empty() {
            true => all.to_owned(),
            false => format!("[{}, ...{all}]", quoted.join(", ")),
        };
        lines.push(format!("checkOptions(options, {known})"));
    }
    if !own.is_empty() {
        lines.push(format!("const {{ {} }} = options", own.join(", ")));
    }
    let arguments = positional(method).into_iter().chain(named(method));
    let (source, plain): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.stream);
    for argument in plain.into_iter().chain(source) {
        if argument.stream {
            lines.push(source_line(method, argument));
        }
        lines.push(check_line(model, method, argument));
    }
    lines
}

/// Data in pieces is for a function by hand.
fn source_line(method: &Method, argument: &Argument) -> String {
    let source = parameter(argument);
    let given: Vec<String> = positional(method)
        .into_iter()
        .map(|other| match other.stream {
            true => parameter(other),
            false => checked_name(method, other),
        })
        .collect();
    let function = format!("{}Source", method.name_in(Language::Node));
    let call = format!("{function}(this.calls, {}, options)", given.join(", "));
    match method.returns.is_some() {
        true => format!("if (isSource({source})) return await {call}"),
        false => format!("if (isSource({source})) {{\n      await {call}\n      return\n    }}"),
    }
}

fn check_line(model: &Model, method: &Method, argument: &Argument) -> String {
    let name = parameter(argument);
    let label = super::node_binding::label(argument);
    let (function, suffix) = check(method, argument);
    let optional = argument.is_optional_in(Language::Node);
    let value = match (optional, least(model, method, argument)) {
        (true, _) if argument.optional.is_none() => {
            let default = default_value(argument);
            format!("{function}({name} ?? {default}, '{label}')")
        }
        (true, _) => format!("optional({name}, '{label}', {function})"),
        (false, Some(least)) => format!("{function}({name}, '{label}', {least})"),
        (false, None) => format!("{function}({name}, '{label}')"),
    };
    match suffix {
        Some(suffix) => format!("const {name}{suffix} = {value}"),
        None => value,
    }
}

/// The value of an argument that callers may omit, though others must give it.
fn default_value(argument: &Argument) -> String {
    let written = argument.default_in(Language::Node).unwrap_or_default();
    match (&argument.value_type, written) {
        (ValueType::Bytes | ValueType::Secret, "") => "new Uint8Array()".to_owned(),
        (ValueType::Bytes | ValueType::Secret, text) => format!("Buffer.from('{text}')"),
        (ValueType::Hash, name) => format!("'{}'", name.to_uppercase()),
        (_, text) => format!("'{text}'"),
    }
}

fn method_doc(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let mut doc = comment(&text(model, &method.summary));
    if let Some(more) = &method.doc {
        doc.push(String::new());
        doc.extend(comment(&text(model, more)));
    }
    let mut tags = Vec::new();
    for argument in positional(method) {
        let pieces = if argument.stream {
            " It may come in pieces."
        } else {
            ""
        };
        let doc = text(model, &argument.doc);
        tags.push(format!("@param {} {doc}{pieces}", parameter(argument)));
    }
    match (&method.returns_doc, method.verdict) {
        (Some(returned), _) => tags.push(format!("@returns {}", text(model, returned))),
        (None, true) => tags.push("@returns Whether there is a match.".to_owned()),
        (None, false) => {}
    }
    for (kind, when) in &method.errors {
        if !(method.verdict && kind.as_written() == "invalid-signature") {
            tags.push(thrown(model, kind, when));
        }
    }
    if !tags.is_empty() {
        doc.push(String::new());
    }
    for tag in tags {
        doc.extend(comment(&tag));
    }
    doc.extend(example_lines(model, handle, method));
    doc
}

fn thrown(model: &Model, kind: &Name, when: &str) -> String {
    format!("@throws {}Error {}", kind.camel(), text(model, when))
}

/// A text in lines that are not too long.
fn comment(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < COMMENT_WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The words of code, for its imports.
pub(super) fn words(code: &str) -> BTreeSet<&str> {
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with("/*") || line.starts_with('*')
    };
    code.lines()
        .filter(|line| !is_comment(line))
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .collect()
}
