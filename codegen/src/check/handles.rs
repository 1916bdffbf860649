//! Every method has a function and a unique name, and every operation is called by a method.

use std::collections::{BTreeMap, BTreeSet};

use super::nearest;
use crate::model::{Does, ValueType, does, steps};
use crate::problem::Problem;
use crate::read::raw::{ClientDefault, Effect, HandleForm, Language, Method, Operation};
use crate::read::{Contracts, HandleFile};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.handles {
        check_handle(contracts, file, &mut problems);
        for (name, method) in &file.handle.method {
            let mut report = Report {
                file,
                name,
                problems: &mut problems,
            };
            check_method(contracts, method, &mut report);
        }
    }
    if problems.is_empty() {
        for file in &contracts.handles {
            check_names(contracts, file, &mut problems);
        }
        check_reach(contracts, &mut problems);
    }
    problems
}

struct Report<'a> {
    file: &'a HandleFile,
    name: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn at(&mut self, keys: &[&str], message: impl Into<String>, help: impl Into<String>) {
        let path = ["method", self.name]
            .into_iter()
            .chain(keys.iter().copied());
        let problem = Problem::at(&self.file.file, path, message, help);
        self.problems.push(problem);
    }
}

fn check_handle(contracts: &Contracts, file: &HandleFile, problems: &mut Vec<Problem>) {
    let handle = &file.handle;
    let mut wrong = |key: &str, message: String, help: String| {
        problems.push(Problem::at(&file.file, [key], message, help));
    };
    let names = || contracts.handles.iter().map(|file| file.name.as_str());
    for included in &handle.includes {
        let found = contracts
            .handles
            .iter()
            .find(|other| other.name == *included);
        match found {
            None => wrong(
                "includes",
                format!("unknown handle `{included}`"),
                nearest(included, names()),
            ),
            Some(other) if includes(contracts, other, &file.name) => wrong(
                "includes",
                format!("`{included}` includes this handle"),
                "remove one of the two inclusions".to_owned(),
            ),
            Some(_) => {}
        }
    }
    if let Some(role) = &handle.role {
        let known = || contracts.key_kinds.role.keys().map(String::as_str);
        if role != "verifying" && !known().any(|known| known == role) {
            wrong(
                "role",
                format!("unknown role `{role}`"),
                nearest(role, known()),
            );
        }
        if handle.form != HandleForm::Key {
            wrong(
                "role",
                "only handles of keys have a role".to_owned(),
                "write `form = \"key\"`, or omit the role".to_owned(),
            );
        }
    }
    if let Some(kind) = &handle.example_key {
        let known = || contracts.key_kinds.kind.keys().map(String::as_str);
        if !known().any(|known| known == kind) {
            wrong(
                "example-key",
                format!("unknown kind of key `{kind}`"),
                nearest(kind, known()),
            );
        }
    }
}

/// Returns whether a handle includes another, directly or indirectly. Terminates also for cycles.
fn includes(contracts: &Contracts, file: &HandleFile, wanted: &str) -> bool {
    let mut open = vec![file.name.as_str()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == wanted {
            return true;
        }
        let found = contracts.handles.iter().find(|file| file.name == name);
        if seen.insert(name) {
            open.extend(
                found
                    .iter()
                    .flat_map(|file| &file.handle.includes)
                    .map(String::as_str),
            );
        }
    }
    false
}

fn check_method(contracts: &Contracts, method: &Method, report: &mut Report<'_>) {
    check_types(contracts, method, report);
    check_languages(method, report);
    for kind in method.error.keys() {
        let known = || contracts.statuses.kind.keys().map(String::as_str);
        if !known().any(|known| known == kind) {
            let help = nearest(kind, known());
            report.at(
                &["error", kind],
                format!("unknown error kind `{kind}`"),
                help,
            );
        }
    }
    let operations = || contracts.operations.iter().map(|file| file.name.as_str());
    for reached in &method.reaches {
        if !operations().any(|known| known == reached) {
            let help = nearest(reached, operations());
            report.at(&["reaches"], format!("unknown operation `{reached}`"), help);
        }
    }
    match does(report.name, &method.does) {
        None => report.at(
            &["does"],
            format!("`{}` is not a valid function of a method", method.does),
            "write \"core\", \"core NAME\" or \"operation NAME\"",
        ),
        Some(Does::Core(function)) => {
            let functions = contracts.core_functions.as_ref();
            if functions.is_some_and(|known| !known.contains(&function)) {
                let known = functions.into_iter().flatten().map(String::as_str);
                let help = nearest(&function, known);
                report.at(
                    &["does"],
                    format!(
                        "the core in clients/rust/src/client_core has no function `{function}`"
                    ),
                    help,
                );
            }
            if method.reaches.is_empty() && method.by_hand.is_empty() {
                report.at(
                    &["does"],
                    "the method does not name the operations that its function of the core calls",
                    "add `reaches = [\"…\"]`",
                );
            }
        }
        Some(Does::Operation(name)) => {
            let found = contracts
                .operations
                .iter()
                .find(|file| file.name == name.as_written());
            match found {
                None => {
                    let help = nearest(name.as_written(), operations());
                    report.at(&["does"], format!("unknown operation `{name}`"), help);
                }
                Some(file) => check_operation(contracts, method, &file.operation, report),
            }
        }
    }
}

/// Checks that every input has a value, and that every argument is an input.
fn check_operation(
    contracts: &Contracts,
    method: &Method,
    operation: &Operation,
    report: &mut Report<'_>,
) {
    let form = report.file.handle.form;
    if operation.stream.is_some() {
        report.at(
            &["does"],
            "an operation on a stream needs a function of the core, which keeps the connection",
            "write that function, and set \"core NAME\"",
        );
    }
    let becomes = |input: &str| {
        method
            .argument
            .iter()
            .any(|(name, argument)| argument.input.as_deref().unwrap_or(name) == input)
    };
    let own_key = operation
        .key
        .iter()
        .find(|(name, rule)| {
            let path = rule.path.as_deref().unwrap_or(name);
            rule.effect != Effect::Create
                && steps(contracts, operation, path).is_some_and(|steps| steps.len() == 1)
        })
        .map(|(name, _)| name.as_str())
        .filter(|_| form == HandleForm::Key);
    for (input, field) in &operation.input {
        let filled = becomes(input)
            || own_key == Some(input)
            || field.default == Some(ClientDefault::KeyPolicy)
            || field.optional;
        if !filled {
            report.at(
                &["does"],
                format!("no argument supplies the input `{input}` of the operation"),
                format!("add the argument `{input}`, or one with `input = \"{input}\"`"),
            );
        }
    }
    for (name, argument) in &method.argument {
        let input = argument.input.as_deref().unwrap_or(name);
        if !operation.input.contains_key(input) {
            let help = nearest(input, operation.input.keys().map(String::as_str));
            report.at(
                &["argument", name],
                format!("the operation has no input `{input}`"),
                help,
            );
        }
    }
}

fn check_types(contracts: &Contracts, method: &Method, report: &mut Report<'_>) {
    let arguments = method.argument.iter();
    let mut written: Vec<(Vec<&str>, &str)> = arguments
        .map(|(name, argument)| {
            let path = vec!["argument", name, "type"];
            (path, argument.type_name.as_str())
        })
        .collect();
    if let Some(returns) = &method.returns {
        written.push((vec!["returns"], returns));
    }
    for (path, type_name) in written {
        let Some(found) = ValueType::read(type_name) else {
            report.at(
                &path,
                format!("`{type_name}` is not a type"),
                "contracts/README.md lists the types of arguments",
            );
            continue;
        };
        if let Some(name) = found.named()
            && contracts.type_named(name.as_written()).is_none()
        {
            let types = contracts.types.iter().flat_map(|file| file.types.keys());
            let help = nearest(name.as_written(), types.map(String::as_str));
            report.at(&path, format!("unknown type `{name}`"), help);
        }
    }
    for (name, argument) in &method.argument {
        let fits = match (argument.also.as_deref(), argument.type_name.as_str()) {
            (None, _) | (Some("key"), "key-name") | (Some("public-key"), "bytes") => true,
            (Some(_), _) => false,
        };
        if !fits {
            report.at(
                &["argument", name, "also"],
                "no language accepts that instead of the argument",
                "write `also = \"key\"` for a `key-name`, or `also = \"public-key\"` for `bytes`",
            );
        }
        for default in argument.default.values() {
            let (what, known): (_, Vec<&str>) = match argument.type_name.as_str() {
                "spec" => {
                    let kinds = contracts.key_kinds.kind.keys();
                    ("kind of key", kinds.map(String::as_str).collect())
                }
                "hash" => ("hash function", hash_names(contracts)),
                _ => continue,
            };
            if !known.contains(&default.as_str()) {
                let help = nearest(default, known);
                report.at(
                    &["argument", name, "default"],
                    format!("there is no {what} `{default}`"),
                    help,
                );
            }
        }
    }
    if method.verdict && method.returns.is_some() {
        report.at(
            &["returns"],
            "a method with `verdict` has no other result",
            "omit `returns` or `verdict`",
        );
    }
}

/// The values of the type `hash`.
fn hash_names(contracts: &Contracts) -> Vec<&str> {
    match contracts.type_named("hash") {
        Some((_, found)) => found.value.keys().map(String::as_str).collect(),
        None => Vec::new(),
    }
}

/// Checks that orders name all arguments, and that no language both lacks a method and has it by
/// hand.
fn check_languages(method: &Method, report: &mut Report<'_>) {
    for (language, order) in &method.order {
        let mut given: Vec<&str> = order.iter().map(String::as_str).collect();
        let mut all: Vec<&str> = method.argument.keys().map(String::as_str).collect();
        given.sort_unstable();
        all.sort_unstable();
        if given != all {
            report.at(
                &["order"],
                format!("the order for {language:?} does not name each argument exactly once"),
                format!("name {}", all.join(", ")),
            );
        }
    }
    for language in method.without.keys() {
        if method.by_hand.contains_key(language) {
            report.at(
                &["without"],
                format!("this method is written by hand for {language:?}"),
                "omit one of the two",
            );
        }
    }
    let is_in_cli = !method.by_hand.contains_key(&Language::Cli)
        && !method.without.contains_key(&Language::Cli);
    let mut files = method
        .argument
        .iter()
        .filter(|(_, argument)| argument.file || argument.stream);
    if is_in_cli && let Some((second, _)) = files.nth(1) {
        report.at(
            &["argument", second],
            "the command line reads only one argument from a file or standard input",
            "omit `file`, or write the subcommand by hand",
        );
    }
    if !is_in_cli && method.printer.is_some() {
        report.at(
            &["printer"],
            "the command line has no generated subcommand for the method",
            "omit `printer`",
        );
    }
    let optional = method
        .argument
        .values()
        .any(|argument| argument.optional.is_some());
    // The variant takes all optional arguments, so a binding could not omit one of two.
    let without_empty_value = method.argument.values().filter(|argument| {
        let has_empty_value = ["bytes", "flag"].contains(&argument.type_name.as_str())
            || argument.type_name.starts_with("list(");
        argument.optional.is_some() && !has_empty_value
    });
    if method.rust_with.is_some() && without_empty_value.count() > 1 {
        report.at(
            &["rust-with"],
            "more than one optional argument has no empty value",
            "omit `rust-with`: the method then takes them as `Option`",
        );
    }
    if method.rust_with.is_some() && !optional {
        report.at(
            &["rust-with"],
            "the method has no optional argument",
            "omit `rust-with`, or give an argument a default: `optional = \"…\"`",
        );
    }
}

/// Returns all methods of a handle, including those of included handles.
fn methods<'a>(contracts: &'a Contracts, file: &'a HandleFile) -> Vec<(&'a str, &'a Method)> {
    let included = file.handle.includes.iter().filter_map(|name| {
        let mut files = contracts.handles.iter();
        files.find(|file| file.name == *name)
    });
    let mut all: Vec<(&str, &Method)> = included
        .flat_map(|other| methods(contracts, other))
        .collect();
    let own = file.handle.method.iter();
    all.extend(own.map(|(name, method)| (name.as_str(), method)));
    all
}

/// Checks that names are unique in each language.
fn check_names(contracts: &Contracts, file: &HandleFile, problems: &mut Vec<Problem>) {
    const LANGUAGES: [Language; 6] = [
        Language::Rust,
        Language::Python,
        Language::Node,
        Language::Kotlin,
        Language::Swift,
        Language::Cli,
    ];
    for language in LANGUAGES {
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, method) in methods(contracts, file) {
            if method.without.contains_key(&language) {
                continue;
            }
            let called = method.names.get(&language).map_or(name, String::as_str);
            let with = method
                .rust_with
                .as_deref()
                .filter(|_| language == Language::Rust);
            for called in [called].into_iter().chain(with) {
                if let Some(first) = taken.insert(called, name) {
                    problems.push(Problem::at(
                        &file.file,
                        ["method", name],
                        format!("in {language:?}, `{called}` is also the name of `{first}`"),
                        "rename one of them in `names`",
                    ));
                }
            }
        }
    }
}

/// Checks that a method calls every operation, or that the contract states why none does.
fn check_reach(contracts: &Contracts, problems: &mut Vec<Problem>) {
    let mut reached = BTreeSet::new();
    for file in &contracts.handles {
        for (name, method) in &file.handle.method {
            reached.extend(method.reaches.iter().cloned());
            if let Some(Does::Operation(operation)) = does(name, &method.does) {
                reached.insert(operation.as_written().to_owned());
            }
        }
    }
    for file in &contracts.operations {
        match (&file.operation.raw_only, reached.contains(&file.name)) {
            (None, false) => problems.push(Problem::at(
                &file.file,
                [""; 0],
                "no method of a handle calls this operation",
                "add a method to a file in contracts/handles, or state the reason: `raw-only = \"…\"`",
            )),
            (Some(_), true) => problems.push(Problem::at(
                &file.file,
                ["raw-only"],
                "a method of a handle calls this operation",
                "omit `raw-only`",
            )),
            _ => {}
        }
    }
}
