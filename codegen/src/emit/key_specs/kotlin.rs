//! The specifications of new keys in Kotlin: a class for each role, and an object for each family
//! of kinds with a constant for each kind.

use anyhow::Result;
use askama::Template;
use heck::{ToLowerCamelCase as _, ToShoutySnakeCase as _, ToUpperCamelCase as _};

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::variant_name;
use crate::emit::text::{lower_first, one_line, wrap};
use crate::model::{Family, KeyKind, KeyOption, Language, Model, Name, OptionType, Preset, Role};

const FOLDER: &str = "clients/kotlin/src/main/kotlin/org/parsec/client/generated";
/// The longest line of a comment within a class.
const WIDTH: usize = 120 - 4 - 3;

/// Renders the classes and the objects.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let all: Vec<&KeyOption> = model.key_options.iter().collect();
    let classes = Specs {
        banner: &banner,
        roles: model
            .roles
            .iter()
            .map(|role| role_view(model, role))
            .collect(),
        any: parameters(model, &all),
        any_doc: doc(&all),
    };
    let objects = Kinds {
        banner: &banner,
        objects: model
            .families
            .iter()
            .filter_map(|family| object(model, family))
            .collect(),
    };
    let text = |name: &str, text: String| {
        (
            format!("{FOLDER}/{name}.kt"),
            text.trim_end().to_owned() + "\n",
        )
    };
    Ok(Output::from([
        text("KeySpecs", classes.render()?),
        text("KeyKinds", objects.render()?),
    ]))
}

#[derive(Template)]
#[template(path = "key_specs/KeySpecs.kt", escape = "none")]
struct Specs<'a> {
    banner: &'a str,
    roles: Vec<RoleView>,
    any: Vec<Parameter>,
    any_doc: Vec<String>,
}

#[derive(Template)]
#[template(path = "key_specs/KeyKinds.kt", escape = "none")]
struct Kinds<'a> {
    banner: &'a str,
    objects: Vec<Object>,
}

struct RoleView {
    doc: String,
    spec: String,
    key: String,
    parameters: Vec<Parameter>,
    with_doc: Vec<String>,
}

struct Parameter {
    name: String,
    type_name: String,
    /// The value of a spec, from the record of the binding.
    lifted: String,
    /// The value for the record of the binding.
    lowered: String,
    doc: String,
    /// The name of the method that returns a spec with another value.
    wither: String,
    /// The type of that method's argument.
    given: String,
}

struct Object {
    doc: Vec<String>,
    name: String,
    members: Vec<Member>,
}

/// A constant, and the function of its sizes.
struct Member {
    doc: Vec<String>,
    name: String,
    spec: String,
    value: String,
    sized: Option<Sized>,
}

struct Sized {
    doc: String,
    lines: Vec<String>,
}

fn role_view(model: &Model, role: &Role) -> RoleView {
    let options: Vec<&KeyOption> = model
        .key_options
        .iter()
        .filter(|option| option.is_for(&role.name))
        .collect();
    RoleView {
        doc: format!("Specifications of {}", lower_first(&one_line(&role.doc))),
        spec: format!("{}Spec", role.name.camel()),
        key: format!("{}Key", role.name.camel()),
        parameters: parameters(model, &options),
        with_doc: doc(&options),
    }
}

fn parameters(model: &Model, options: &[&KeyOption]) -> Vec<Parameter> {
    let parameter = |option: &&KeyOption| {
        let name = name(option);
        let type_name = type_name(model, option);
        let through = |call: &str| match (&option.of, option.many) {
            (OptionType::Flag(_), _) => String::new(),
            (_, true) => format!(".map {{ it.{call}() }}"),
            (_, false) => format!("?.{call}()"),
        };
        let plain = name.trim_matches('`');
        let doc = lower_first(one_line(&option.doc).trim_end_matches('.'));
        Parameter {
            lifted: format!("native.{name}{}", through("lift")),
            lowered: format!("{name}{}", through("lower")),
            doc,
            wither: format!("with{}", plain.to_upper_camel_case()),
            given: type_name.trim_end_matches('?').to_owned(),
            name,
            type_name,
        }
    };
    options.iter().map(parameter).collect()
}

/// The name of an option, also in the record of the binding.
fn name(option: &KeyOption) -> String {
    let own = option.name_in(Language::Kotlin);
    let native = keywords::uniffi_field(&option.name.snake());
    let native = native.trim_start_matches("r#").to_lower_camel_case();
    keywords::kotlin_method(&own.map_or(native, str::to_owned))
}

fn type_name(model: &Model, option: &KeyOption) -> String {
    let of = match &option.of {
        OptionType::Flag(_) => return "Boolean".to_owned(),
        OptionType::Hash => "Hash".to_owned(),
        OptionType::Provider => "Provider".to_owned(),
        OptionType::Choice(choice) => model.choice(choice).type_in(Language::Kotlin),
    };
    match option.many {
        true => format!("List<{of}>"),
        false => format!("{of}?"),
    }
}

fn doc(options: &[&KeyOption]) -> Vec<String> {
    let mut lines = Vec::new();
    for option in options {
        let default = option.default.as_ref();
        let default = default.map(|default| format!("; the default is {default}"));
        let text = lower_first(one_line(&option.doc).trim_end_matches('.'));
        let tag = format!(
            "@param {} {text}{}",
            name(option),
            default.unwrap_or_default()
        );
        let mut wrapped = wrap(&tag, WIDTH - 2).into_iter();
        lines.extend(wrapped.next());
        lines.extend(wrapped.map(|line| format!("  {line}")));
    }
    lines
}

fn object(model: &Model, family: &Family) -> Option<Object> {
    let object = family.name_in(Language::Kotlin)?;
    let within = |name: Option<&str>| {
        let (of, constant) = name?.split_once('.')?;
        (of == object).then(|| constant.to_owned())
    };
    let mut members = Vec::new();
    for kind in &model.key_kinds {
        let Some(role) = &kind.role else {
            continue;
        };
        let spec = format!("{}Spec", role.camel());
        if let Some(constant) = within(kind.name_in(Language::Kotlin)) {
            members.push(member(model, kind, None, &constant, &spec));
        }
        for preset in &kind.presets {
            if let Some(constant) = within(preset.name_in(Language::Kotlin)) {
                members.push(member(model, kind, Some(preset), &constant, &spec));
            }
        }
    }
    (!members.is_empty()).then(|| Object {
        doc: comment(&family.doc, WIDTH + 4),
        name: object.to_owned(),
        members,
    })
}

fn member(
    model: &Model,
    kind: &KeyKind,
    preset: Option<&Preset>,
    constant: &str,
    spec: &str,
) -> Member {
    let value = |name: &str| match preset {
        None => format!("{spec}(\"{name}\")"),
        Some(preset) => {
            let with = preset.with.iter();
            let with: Vec<String> = with
                .map(|(option, value)| format!(", {}", assignment(model, option, value)))
                .collect();
            format!("{spec}(NativeSpec(name = \"{name}\"{}))", with.concat())
        }
    };
    let kebab = kind.name.kebab();
    let sizes: Vec<String> = kind.named_sizes.iter().map(u32::to_string).collect();
    let sized = sizes.split_last().map(|(last, others)| Sized {
        doc: match others.is_empty() {
            true => format!("[{constant}] with {last} bits."),
            false => format!(
                "[{constant}] with this size in bits: {} or {last}.",
                others.join(", ")
            ),
        },
        lines: {
            let name = keywords::kotlin_method(&constant.to_lower_camel_case());
            let head = format!("public fun {name}(bits: Int): {spec} =");
            let value = value(&format!("{kebab}-$bits"));
            match head.len() + 1 + value.len() + 4 <= WIDTH + 7 {
                true => vec![format!("{head} {value}")],
                false => vec![head, format!("    {value}")],
            }
        },
    });
    Member {
        doc: comment(preset.map_or(&kind.doc, |preset| &preset.doc), WIDTH),
        name: constant.to_owned(),
        spec: spec.to_owned(),
        value: value(&kebab),
        sized,
    }
}

/// The argument of the binding's record for an option of a preset.
fn assignment(model: &Model, option: &Name, value: &Name) -> String {
    let found = model.key_option(option);
    let of = type_name(model, found);
    let constant = variant_name(value).to_shouty_snake_case();
    let of = of.trim_end_matches('?');
    format!("{} = {of}.{constant}.lower()", name(found))
}

/// A comment of one line, or its lines.
fn comment(text: &str, width: usize) -> Vec<String> {
    let text = one_line(text);
    match text.chars().count() + 4 <= width {
        true => vec![format!("/** {text} */")],
        false => {
            let lines = wrap(&text, width).into_iter();
            let lines = lines.map(|line| format!(" * {line}"));
            std::iter::once("/**".to_owned())
                .chain(lines)
                .chain([" */".to_owned()])
                .collect()
        }
    }
}
