//! The classes of the Node client: a module a handle, and the one that knows the class for a role.

use anyhow::Result;
use askama::Template;

use super::bodies::body;
use super::calls::title;
use super::imports::{Imports, with_imports};
use super::names::{
    WIDTH, base_class, class_file, default_kind, has_spec, makes_key, named, parameter, positional,
    takes_attributes,
};
use super::options::{OptionsView, options, options_type};
use super::texts::{comment, doc_lines as example_lines, method_doc, text, thrown};
use super::values::{argument_type, return_type};
use crate::emit::output::{Output, banner};
use crate::model::{Handle, HandleForm, HasPublicKey, Language, Method, Model, Name};

const FOLDER: &str = "clients/node/src/generated/handles";

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

/// The method, and for one that checks something the one that throws.
fn method_views(model: &Model, handle: &Handle, method: &Method) -> Vec<MethodView> {
    let name = method.name_in(Language::Node);
    let returned = return_type(model, method);
    let body = body(model, handle, method);
    if !method.verdict {
        return vec![MethodView {
            doc: method_doc(model, handle, method),
            signature: signature(model, &name, method, &returned),
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
            signature: signature(model, &name, method, &returned),
            body: vec![format!(
                "return await holds(this.{throwing}({}))",
                given.join(", ")
            )],
        },
        MethodView {
            doc,
            signature: signature(model, &throwing, method, "void"),
            body,
        },
    ]
}

/// The head of a method, with its overloads.
fn signature(model: &Model, name: &str, method: &Method, returned: &str) -> String {
    let generics = match (makes_key(method), default_kind(method)) {
        (false, _) => String::new(),
        (true, None) => "<A extends Algorithm>".to_owned(),
        (true, Some(kind)) => format!("<A extends Algorithm = '{}'>", title(model, &kind)),
    };
    let parameters: Vec<String> = positional(method)
        .into_iter()
        .map(|argument| {
            let source = if argument.stream { " | Source" } else { "" };
            let of = argument_type(method, argument);
            format!("{}: {of}{source}", parameter(argument))
        })
        .collect();
    let needed = (has_spec(method) && default_kind(method).is_none())
        || named(method)
            .iter()
            .any(|argument| !argument.is_optional_in(Language::Node));
    let of = options_type(method);
    if takes_attributes(method) {
        let heads = [
            (generics.as_str(), format!("options?: {of}"), returned, ""),
            ("", "options: AttributeOptions".to_owned(), "AnyKey", ""),
            (
                "",
                "options: KeyOptions | AttributeOptions = {}".to_owned(),
                "AnyKey",
                " {",
            ),
        ];
        let heads = heads.map(|(generics, options, returned, end)| {
            let parameters = [parameters.clone(), vec![options]].concat();
            head(name, generics, &parameters, &format!("{returned}>{end}"))
        });
        return heads.join("\n  ");
    }
    let options = match needed {
        true => format!("options: {of}"),
        false => format!("options: {of} = {{}}"),
    };
    let parameters = [parameters, vec![options]].concat();
    head(name, &generics, &parameters, &format!("{returned}> {{"))
}

/// A head in one line, if that is short enough.
fn head(name: &str, generics: &str, parameters: &[String], end: &str) -> String {
    let end = format!("): Promise<{end}");
    let line = format!("async {name}{generics}({}{end}", parameters.join(", "));
    if line.len() + 2 <= WIDTH {
        return line;
    }
    let parameters: Vec<String> = parameters
        .iter()
        .map(|one| format!("    {one},\n"))
        .collect();
    format!("async {name}{generics}(\n{}  {end}", parameters.concat())
}
