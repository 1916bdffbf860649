//! The interfaces of the options of the Node client's methods.

use super::names::{default_kind, has_spec, makes_key, named, streams};
use super::texts::text;
use super::values::argument_type;
use crate::model::{Handle, Language, Method, Model};

pub(super) struct OptionsView {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) extends: String,
    pub(super) fields: Vec<(String, String)>,
}

/// The name of the interface of a method's own options.
fn options_name(method: &Method) -> String {
    match method.options_in(Language::Node) {
        Some(name) => name.to_owned(),
        None => format!("{}Options", method.name.camel()),
    }
}

/// The type of a method's options.
pub(super) fn options_type(method: &Method) -> String {
    let own = !named(method).is_empty();
    match (own, has_spec(method)) {
        (false, true) if default_kind(method).is_some() && makes_key(method) => {
            "KeyOptions<A>".to_owned()
        }
        (false, true) if default_kind(method).is_some() => "KeyOptions".to_owned(),
        (true, true) if makes_key(method) => format!("{}<A>", options_name(method)),
        (true, _) => options_name(method),
        (false, true) => "NewKeyOptions<A>".to_owned(),
        (false, false) if streams(method) => "StreamOptions".to_owned(),
        (false, false) => "CallOptions".to_owned(),
    }
}

/// The interfaces to declare, and those that a module of an included handle declares.
pub(super) fn options(
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
