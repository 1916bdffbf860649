//! Options of new keys have known types and complete enumerations, and the names of kinds in each
//! language are unique and belong to a family.

use std::collections::BTreeMap;

use super::nearest;
use crate::model::{Form, Language, Model, Payload, TypeRef, without_examples};
use crate::problem::Problem;
use crate::read::raw::{Choice, KeyKind, KeyKinds, KeyOption, LanguageMap};
use crate::read::{Contracts, KEY_KINDS};

/// The types of options besides choices.
const TYPES: [&str; 3] = ["flag", "hash", "provider"];
/// The languages in which each kind with a role has a name.
const NAMED: [(Language, &str); 2] = [(Language::Kotlin, "kotlin"), (Language::Swift, "swift")];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let model = without_examples(contracts);
    let kinds = &contracts.key_kinds;
    let mut problems = Vec::new();
    let mut report = |path: &[&str], fault: Fault| {
        let path = path.iter().chain(fault.key.as_ref()).copied();
        problems.push(Problem::at(KEY_KINDS, path, fault.message, fault.help));
    };
    for (name, option) in &kinds.option {
        for fault in option_faults(&model, kinds, option) {
            report(&["option", name], fault);
        }
    }
    for (name, choice) in &kinds.choice {
        if let Err(fault) = check_choice(&model, choice) {
            report(&["choice", name], fault);
            continue;
        }
        for (value, of) in &choice.value {
            if let Err(fault) = check_value(&model, choice, of.variant.as_deref()) {
                report(&["choice", name, "value", value], fault);
            }
        }
    }
    let mut seen = BTreeMap::new();
    for (name, kind) in &kinds.kind {
        for fault in name_faults(kinds, kind, &kind.names, &mut seen) {
            report(&["kind", name], fault);
        }
        for (preset, of) in &kind.preset {
            let path = ["kind", name.as_str(), "preset", preset.as_str()];
            for (option, value) in &of.with {
                if let Some(mut fault) = preset_fault(&model, kinds, option, value) {
                    fault.key = Some("with");
                    report(&path, fault);
                }
            }
            for fault in names_taken(kinds, &of.names, &mut seen) {
                report(&path, fault);
            }
        }
    }
    problems
}

/// A problem below a path.
struct Fault {
    key: Option<&'static str>,
    message: String,
    help: String,
}

fn fault(key: &'static str, message: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault {
        key: Some(key),
        message: message.into(),
        help: help.into(),
    }
}

fn option_faults(model: &Model, kinds: &KeyKinds, option: &KeyOption) -> Vec<Fault> {
    let mut faults = Vec::new();
    let of = option.type_name.as_str();
    let choice = kinds.choice.get(of);
    if choice.is_none() && !TYPES.contains(&of) {
        let choices = kinds.choice.keys().map(String::as_str);
        let help = nearest(of, TYPES.into_iter().chain(choices));
        faults.push(fault(
            "type",
            format!("unknown type of options `{of}`"),
            help,
        ));
    }
    match (of == "flag", &option.usage) {
        (true, None) => faults.push(fault(
            "type",
            "a flag lacks the usage flag that it adds to the policy",
            "add usage = \"…\"",
        )),
        (false, Some(_)) => faults.push(fault(
            "usage",
            "only a flag adds a usage flag",
            "remove it, or write type = \"flag\"",
        )),
        (true, Some(usage)) => {
            let known = usage_flags(model);
            if !known.contains(usage) {
                let help = nearest(usage, known.iter().map(String::as_str));
                faults.push(fault(
                    "usage",
                    format!("unknown usage flag `{usage}`"),
                    help,
                ));
            }
        }
        (false, None) => {}
    }
    if of == "flag" && !option.doc.starts_with("Whether ") {
        faults.push(fault(
            "doc",
            "the description of a flag is not a clause with \"whether\"",
            "for example, write doc = \"Whether the key may be copied.\"",
        ));
    }
    if option.many && choice.is_none_or(|choice| choice.algorithm.is_some()) {
        faults.push(fault(
            "many",
            "only a choice that does not change the algorithm can be a list",
            "remove it",
        ));
    }
    for role in option.roles.iter().flatten() {
        if !kinds.role.contains_key(role) {
            let help = nearest(role, kinds.role.keys().map(String::as_str));
            faults.push(fault("roles", format!("unknown role `{role}`"), help));
        }
    }
    faults
}

/// The usage flags of a policy.
fn usage_flags(model: &Model) -> Vec<String> {
    let policy = model
        .find_type("key-policy")
        .map_or(&[][..], |of| of.fields());
    let flags = policy
        .iter()
        .find(|field| field.name.snake() == "key_usage_flags");
    match flags.map(|field| &field.type_ref) {
        Some(TypeRef::Named(name)) => {
            let fields = model.struct_fields(name).iter();
            fields.map(|field| field.name.kebab()).collect()
        }
        _ => Vec::new(),
    }
}

fn check_choice(model: &Model, choice: &Choice) -> Result<(), Fault> {
    if choice.value.is_empty() {
        return Err(fault(
            "value",
            "a choice needs values",
            "add a table for each value",
        ));
    }
    let Some(algorithm) = &choice.algorithm else {
        return Ok(());
    };
    let unions = model
        .find_type("algorithm")
        .map_or(&[][..], |of| of.variants());
    let unions: Vec<String> = unions
        .iter()
        .filter_map(|variant| match &variant.payload {
            Payload::Value(TypeRef::Named(name)) => Some(name.kebab()),
            _ => None,
        })
        .collect();
    if !unions.contains(algorithm) {
        let help = nearest(algorithm, unions.iter().map(String::as_str));
        let message = format!("`{algorithm}` is not a union of algorithms");
        return Err(fault("algorithm", message, help));
    }
    Ok(())
}

fn check_value(model: &Model, choice: &Choice, variant: Option<&str>) -> Result<(), Fault> {
    let (algorithm, name) = match (&choice.algorithm, variant) {
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            let message = "the choice has no union of algorithms";
            return Err(fault(
                "variant",
                message,
                "remove it, or add algorithm = \"…\" to the choice",
            ));
        }
        (Some(algorithm), None) => {
            let message = format!("the value chooses no variant of `{algorithm}`");
            return Err(fault("doc", message, "add variant = \"…\""));
        }
        (Some(algorithm), Some(name)) => (algorithm, name),
    };
    let variants = model
        .find_type(algorithm)
        .map_or(&[][..], |of| of.variants());
    let find = |name: &str| variants.iter().find(|variant| variant.name.kebab() == name);
    let Some(found) = find(name) else {
        let names: Vec<String> = variants
            .iter()
            .map(|variant| variant.name.kebab())
            .collect();
        let help = nearest(name, names.iter().map(String::as_str));
        return Err(fault(
            "variant",
            format!("`{algorithm}` has no variant `{name}`"),
            help,
        ));
    };
    let first = choice
        .value
        .values()
        .find_map(|value| find(value.variant.as_deref()?));
    if first.is_some_and(|first| shape(&first.payload) != shape(&found.payload)) {
        let message = format!("the variant `{name}` has other fields than that of the first value");
        return Err(fault(
            "variant",
            message,
            "an option replaces one variant by another with the same fields",
        ));
    }
    Ok(())
}

/// The fields of a variant: names and types.
fn shape(payload: &Payload) -> Vec<(String, TypeRef)> {
    match payload {
        Payload::Empty => Vec::new(),
        Payload::Value(of) => vec![(String::new(), of.clone())],
        Payload::Fields(fields) => {
            let fields = fields.iter();
            fields
                .map(|field| (field.name.snake(), field.type_ref.clone()))
                .collect()
        }
    }
}

fn preset_fault(model: &Model, kinds: &KeyKinds, option: &str, value: &str) -> Option<Fault> {
    let Some(found) = kinds.option.get(option) else {
        let help = nearest(option, kinds.option.keys().map(String::as_str));
        return Some(fault("with", format!("unknown option `{option}`"), help));
    };
    let known: Vec<String> = match found.type_name.as_str() {
        "hash" => match model.find_type("hash").map(|found| &found.form) {
            Some(Form::Enum(of)) => of.values.iter().map(|value| value.name.kebab()).collect(),
            _ => Vec::new(),
        },
        of => {
            let choice = kinds.choice.get(of);
            choice.map_or_else(Vec::new, |choice| choice.value.keys().cloned().collect())
        }
    };
    (!known.iter().any(|known| known == value)).then(|| {
        let help = nearest(value, known.iter().map(String::as_str));
        fault(
            "with",
            format!("the option `{option}` has no value `{value}`"),
            help,
        )
    })
}

/// The names of the languages that were seen.
type Seen = BTreeMap<(Language, String), ()>;

fn name_faults(
    kinds: &KeyKinds,
    kind: &KeyKind,
    names: &LanguageMap<String>,
    seen: &mut Seen,
) -> Vec<Fault> {
    let mut faults = names_taken(kinds, names, seen);
    for (language, text) in NAMED {
        let of_size = language == Language::Swift && kind.size_of.is_some();
        if kind.role.is_some() && !names.contains_key(&language) && !of_size {
            let message = format!("the kind has a role, but no name in {text}");
            faults.push(fault(
                "role",
                message,
                format!("add names = {{ {text} = \"…\" }}"),
            ));
        }
    }
    if let Some(other) = &kind.size_of
        && kinds
            .kind
            .get(other)
            .is_none_or(|other| other.role != kind.role)
    {
        let message = format!("`{other}` is not a kind of the same role");
        let help = nearest(other, kinds.kind.keys().map(String::as_str));
        faults.push(fault("size-of", message, help));
    }
    faults
}

/// Two things of one name in a language, and names in Kotlin outside of a family.
fn names_taken(kinds: &KeyKinds, names: &LanguageMap<String>, seen: &mut Seen) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (language, name) in names {
        if seen.insert((*language, name.clone()), ()).is_some() {
            let message = format!("two kinds or presets have the name `{name}`");
            faults.push(fault("names", message, "rename one of them"));
        }
        if *language != Language::Kotlin {
            continue;
        }
        let families = kinds.family.values();
        let known: Vec<&str> = families
            .filter_map(|family| family.names.get(language).map(String::as_str))
            .collect();
        let family = name.split_once('.').map_or("", |(family, _)| family);
        if !known.contains(&family) {
            let message = format!("`{name}` does not begin with the name of a family");
            faults.push(fault("names", message, nearest(family, known)));
        }
    }
    faults
}
