//! The classes of the handles, for asyncio and blocking.

use anyhow::Result;
use askama::Template;

use super::imports::imports;
use super::layout::{Code, lines};
use super::names::{Flavour, argument_name, class, python_classes};
use super::texts::{class_doc, method_doc};
use super::values::{
    check, default_spec, has_overloads, made, parameter, result, split, to_native,
};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::model::{Argument, Handle, HandleForm, Language, Method, Model, Name, ValueType};

/// The last parameter of every method.
const TIMEOUT: &str = "timeout: Optional[float] = None";

#[derive(Template)]
#[template(path = "python/handles_class.py", escape = "none")]
struct Class {
    banner: String,
    summary: String,
    imports: Vec<String>,
    /// Whether functions of it return what a class given to them says.
    type_variable: Option<String>,
    class: String,
    bases: String,
    doc: Vec<String>,
    form: HandleForm,
    administrators: Vec<Administrator>,
    methods: Vec<MethodView>,
}

/// A property of the client.
struct Administrator {
    name: String,
    class: String,
    summary: String,
}

struct MethodView {
    overloads: Vec<Vec<String>>,
    signature: Vec<String>,
    doc: Vec<String>,
    body: Vec<String>,
}

/// A file for each class, in both packages.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for flavour in Flavour::ALL {
        for handle in python_classes(model) {
            let path = format!("{}/_{}.py", flavour.folder(), handle.name.snake());
            output.insert(path, class_file(model, handle, flavour)?);
        }
    }
    Ok(output)
}

/// The file of a handle's class.
fn class_file(model: &Model, handle: &Handle, flavour: Flavour) -> Result<String> {
    let (bases, based) = bases(model, handle);
    let is_client = handle.form == HandleForm::Client;
    let openers = model.handles.iter();
    let openers = openers.filter(|other| is_client && other.role.is_some());
    let mut view = Class {
        banner: banner(&handle.file),
        summary: handle.summary.clone(),
        imports: Vec::new(),
        type_variable: None,
        class: class(handle),
        bases,
        doc: class_doc(model, handle, flavour),
        form: handle.form,
        administrators: model
            .handles
            .iter()
            .filter(|other| is_client && other.form == HandleForm::Administrator)
            .map(|other| Administrator {
                name: other.name.snake(),
                class: class(other),
                summary: other.summary.clone(),
            })
            .collect(),
        methods: handle
            .methods
            .iter()
            .filter(|method| method.is_generated_in(Language::Python))
            .map(|method| method_view(model, handle, method, flavour))
            .chain(openers.map(|other| opener(other, flavour)))
            .collect(),
    };
    let code = view.render()?;
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    if words.into_iter().any(|word| word == "K") {
        let own = if view.class == "Key" {
            "\"Key\""
        } else {
            "Key"
        };
        view.type_variable = Some(own.to_owned());
    }
    let code = view.render()?;
    let siblings: Vec<(String, String)> = python_classes(model)
        .into_iter()
        .map(|other| (format!("_{}", other.name.snake()), class(other)))
        .filter(|(_, name)| *name != view.class)
        .collect();
    view.imports = imports(model, &code, &based, &siblings);
    Ok(view.render()?.trim_end().to_owned() + "\n")
}

/// The bases of the class in brackets, and the classes by hand among them.
fn bases(model: &Model, handle: &Handle) -> (String, Vec<(String, String)>) {
    let by_hand: Vec<(String, String)> = handle
        .extends_in(Language::Python)
        .and_then(|written| written.split_once('.'))
        .map(|(module, class)| (module.to_owned(), class.to_owned()))
        .into_iter()
        .collect();
    let included = handle.includes.iter().map(|name| model.handle_named(name));
    // A class by hand extends the class of all keys itself.
    let included = included.filter(|other| by_hand.is_empty() || other.role.is_some());
    let mut bases: Vec<String> = by_hand.iter().map(|(_, class)| class.clone()).collect();
    bases.extend(included.map(class));
    if handle.is_key() {
        let role = handle
            .role
            .as_ref()
            .map_or_else(|| "other".to_owned(), Name::kebab);
        bases.push(format!("role=\"{role}\""));
    }
    let bases = match bases.is_empty() {
        true => String::new(),
        false => format!("({})", bases.join(", ")),
    };
    (bases, by_hand)
}

fn method_view(model: &Model, handle: &Handle, method: &Method, flavour: Flavour) -> MethodView {
    let returns = match has_overloads(method) {
        true => "Any:".to_owned(),
        false => result(model, method) + ":",
    };
    MethodView {
        overloads: overloads(model, method, flavour),
        signature: signature(
            method,
            flavour,
            &parameters(model, method, flavour),
            &returns,
        ),
        doc: method_doc(model, handle, method, flavour),
        body: body(handle, method, flavour),
    }
}

fn signature(
    method: &Method,
    flavour: Flavour,
    parameters: &[String],
    returns: &str,
) -> Vec<String> {
    let name = method.name_in(Language::Python);
    let function = format!("{}def {name}", flavour.asynchronous());
    let items = parameters.iter().map(Code::text).collect();
    lines(&Code::call(&function, items), 4, &format!(" -> {returns}"))
}

fn own(method: &Method) -> String {
    match method.returns {
        Some(ValueType::SelfHandle) => "self: K".to_owned(),
        _ => "self".to_owned(),
    }
}

fn parameters(model: &Model, method: &Method, flavour: Flavour) -> Vec<String> {
    let (placed, named) = split(method);
    let is_of_spec = method.returns == Some(ValueType::KeyOfSpec) && !has_overloads(method);
    let spec = match is_of_spec {
        true => flavour.spec("K"),
        false => "KeySpec[Any, Any]".to_owned(),
    };
    let mut parameters = vec![own(method)];
    parameters.extend(placed.iter().map(|a| parameter(model, a, &spec)));
    parameters.push("*".to_owned());
    parameters.extend(named.iter().map(|a| parameter(model, a, &spec)));
    parameters.push(TIMEOUT.to_owned());
    parameters
}

/// Without a spec, the handle is that of the default; with one, the spec's.
fn overloads(model: &Model, method: &Method, flavour: Flavour) -> Vec<Vec<String>> {
    let Some(kind) = default_spec(method).filter(|_| has_overloads(method)) else {
        return Vec::new();
    };
    let found = model
        .key_kinds
        .iter()
        .find(|found| found.name.as_written() == kind);
    let role = found.and_then(|kind| kind.role.as_ref());
    let default = model
        .handles
        .iter()
        .find(|handle| handle.role.as_ref() == role)
        .map_or_else(|| "Key".to_owned(), class);
    let (placed, named) = split(method);
    let list = |with_spec: bool| {
        let shown = |argument: &&&Argument| with_spec || argument.value_type != ValueType::Spec;
        let stub = |argument: &&Argument| {
            let written = parameter(model, argument, &flavour.spec("K"));
            match (
                argument.value_type == ValueType::Spec,
                written.split_once(" = "),
            ) {
                (true, Some((needed, _))) => needed.to_owned(),
                (false, Some((optional, _))) => format!("{optional} = ..."),
                (_, None) => written,
            }
        };
        let mut parameters = vec![own(method)];
        parameters.extend(placed.iter().filter(shown).map(stub));
        parameters.push("*".to_owned());
        parameters.extend(named.iter().filter(shown).map(stub));
        parameters.push("timeout: Optional[float] = ...".to_owned());
        parameters
    };
    [(false, default.as_str()), (true, "K")]
        .into_iter()
        .map(|(with_spec, returns)| {
            // A body of dots stands on the same line.
            signature(
                method,
                flavour,
                &list(with_spec),
                &format!("{returns}: ..."),
            )
        })
        .collect()
}

fn body(handle: &Handle, method: &Method, flavour: Flavour) -> Vec<String> {
    let name = method.name_in(Language::Python);
    let wait = flavour.wait();
    let arguments = method.arguments_in(Language::Python);
    let mut body: Vec<String> = arguments
        .iter()
        .filter_map(|argument| check(argument))
        .map(|check| format!("        {check}"))
        .collect();
    let subject = match handle.form {
        HandleForm::Key => Some("self.name".to_owned()),
        _ => arguments
            .iter()
            .find(|a| a.value_type == ValueType::KeyName && a.also.is_none())
            .map(|argument| argument_name(argument)),
    };
    let subject = subject.map_or_else(String::new, |subject| format!(", {subject}"));
    body.push(format!("        with timed(\"{name}\"{subject}):"));
    let native_class = format!("_native.{}", flavour.native(&class(handle)));
    let (native, receiver) = match (handle.form, &handle.role) {
        (HandleForm::Key, None) => (None, "self._at(timeout)"),
        (HandleForm::Key, Some(_)) => {
            (Some(format!("{native_class}(self._at(timeout))")), "native")
        }
        (HandleForm::Administrator, _) => {
            let connected = format!("{wait}self._client._at(timeout)");
            (Some(format!("{native_class}({connected})")), "native")
        }
        _ => (Some(format!("{wait}self._at(timeout)")), "native"),
    };
    body.extend(native.map(|native| format!("            native = {native}")));
    let called = keywords::python(&method.name.snake());
    let given = arguments
        .iter()
        .map(|argument| Code::text(to_native(argument)));
    let call = Code::call(&format!("{wait}{receiver}.{called}"), given.collect());
    let made = made(method);
    let before = match (&method.returns, &made) {
        (None, _) => "",
        (Some(_), None) => "return ",
        (Some(_), Some(_)) => "made = ",
    };
    body.extend(lines(&call.after(before), 12, ""));
    if let Some((open, close)) = made {
        body.push(format!("        return {open}made{close}"));
    }
    body
}

/// `open_signing_key` and the like.
fn opener(handle: &Handle, flavour: Flavour) -> MethodView {
    let class = class(handle);
    let function = format!("{}def open_{}", flavour.asynchronous(), handle.name.snake());
    let parameters = ["self", "name: str", "*", TIMEOUT].map(Code::text).to_vec();
    let opened = format!("{}self.open(name, timeout=timeout)", flavour.wait());
    let checked = Code::call(
        "expect_role",
        vec![Code::text(opened), Code::text(class.clone())],
    );
    MethodView {
        overloads: Vec::new(),
        signature: lines(
            &Code::call(&function, parameters),
            4,
            &format!(" -> {class}:"),
        ),
        doc: vec![
            format!("        \"\"\"Opens a key as :meth:`open` does, if it is a :class:`{class}`."),
            String::new(),
            "        Args:".to_owned(),
            "            name: The name of the key.".to_owned(),
            "            timeout: Seconds to wait for each response, instead of the client's."
                .to_owned(),
            String::new(),
            "        Raises:".to_owned(),
            "            TypeError: The key has another role.".to_owned(),
            String::new(),
            "        \"\"\"".to_owned(),
        ],
        body: lines(&checked.after("return "), 8, ""),
    }
}
