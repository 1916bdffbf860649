//! The contracts contain the whole published protocol, with the same numbers.

use crate::problem::Problem;
use crate::read::raw::{Field, Form, Map, PublishedField, PublishedType, Type};
use crate::read::{AUTHENTICATORS, Contracts, PROVIDERS, PUBLISHED, STATUSES};

const FROZEN: &str = "the published protocol is frozen: use the value in compat/published.toml";

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    operations(contracts, &mut problems);
    types(contracts, &mut problems);
    numbers(contracts, &mut problems);
    problems
}

fn absent(what: &str, path: [&str; 2]) -> Problem {
    Problem::at(
        PUBLISHED,
        path,
        format!("the published {what} `{}` is missing", path[1]),
        "add it to the contracts",
    )
}

fn operations(contracts: &Contracts, problems: &mut Vec<Problem>) {
    for (name, published) in &contracts.published.operation {
        let Some(file) = contracts.operations.iter().find(|file| file.name == *name) else {
            problems.push(absent("operation", ["operation", name]));
            continue;
        };
        let operation = &file.operation;
        let mut differ = |key: &str, should: String| {
            let message = format!("the published protocol has {should}");
            problems.push(Problem::at(&file.file, [key], message, FROZEN));
        };
        if operation.opcode != published.opcode {
            differ("opcode", format!("{:#06x}", published.opcode));
        }
        if operation.provider != published.provider {
            differ(
                "provider",
                format!("{:?}", published.provider).to_lowercase(),
            );
        }
        if operation.caller != published.caller {
            differ("caller", format!("{:?}", published.caller).to_lowercase());
        }
        let sides = [
            ("input", &operation.input, &published.input),
            ("output", &operation.output, &published.output),
        ];
        for (side, ours, theirs) in sides {
            fields(contracts, &file.file, &[side], ours, theirs, problems);
        }
    }
}

/// Checks the fields of a published message. None can be added, because strict peers reject it.
fn fields(
    contracts: &Contracts,
    file: &str,
    path: &[&str],
    ours: &Map<Field>,
    theirs: &Map<PublishedField>,
    problems: &mut Vec<Problem>,
) {
    let at = |name: &str| {
        path.iter()
            .map(|step| (*step).to_owned())
            .chain([name.to_owned()])
    };
    for (name, (number, wire)) in theirs {
        match ours.get(name) {
            None => problems.push(Problem::at(
                file,
                path.iter().copied(),
                format!("the published field `{name}` is missing"),
                FROZEN,
            )),
            Some(field) => {
                let have = wire_type(contracts, field);
                if field.field != *number || have != *wire {
                    let message = format!(
                        "this is field {} of wire type `{have}`; the published protocol has \
                         field {number} of wire type `{wire}`",
                        field.field
                    );
                    problems.push(Problem::at(file, at(name), message, FROZEN));
                }
            }
        }
    }
    for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
        let message = format!("the published message has no field `{name}`");
        let help = "remove it; new fields need a new operation or a new type";
        problems.push(Problem::at(file, at(name), message, help));
    }
}

fn wire_type(contracts: &Contracts, field: &Field) -> String {
    let single = wire_name(contracts, &field.type_name);
    if field.repeated {
        format!("repeated {single}")
    } else {
        single
    }
}

fn wire_name(contracts: &Contracts, name: &str) -> String {
    match contracts.type_named(name) {
        None => name.to_owned(),
        Some((_, found)) => match found.form {
            Form::Enum => "enum".to_owned(),
            Form::Struct | Form::Union => "message".to_owned(),
            Form::Scalar => found
                .base
                .as_ref()
                .map_or_else(String::new, |base| wire_name(contracts, base)),
        },
    }
}

fn types(contracts: &Contracts, problems: &mut Vec<Problem>) {
    for (name, published) in &contracts.published.types {
        let Some((file, ours)) = contracts.type_named(name) else {
            problems.push(absent("type", ["type", name]));
            continue;
        };
        if ours.form != published.form {
            problems.push(Problem::at(
                &file.file,
                [name, "form"],
                format!("the published type has the form {:?}", published.form).to_lowercase(),
                FROZEN,
            ));
            continue;
        }
        fields(
            contracts,
            &file.file,
            &[name, "field"],
            &ours.field,
            &published.fields,
            problems,
        );
        problems.extend(additions(&file.file, name, ours, published));
        values(&file.file, name, ours, published, problems);
        variants(contracts, &file.file, name, ours, published, problems);
    }
}

fn values(
    file: &str,
    name: &str,
    ours: &Type,
    published: &PublishedType,
    problems: &mut Vec<Problem>,
) {
    for (value, number) in &published.values {
        let have = match &ours.zero {
            Some(zero) if zero == value => Some(0),
            _ => ours.value.get(value).map(|found| found.number),
        };
        if ours.value.get(value).is_some_and(|found| found.extension) {
            problems.push(no_extension(file, [name, "value", value]));
        }
        if have != Some(*number) {
            problems.push(Problem::at(
                file,
                [name, "value", value],
                format!("`{value}` has the number {number} in the published protocol"),
                FROZEN,
            ));
        }
    }
}

fn no_extension(file: &str, path: [&str; 3]) -> Problem {
    Problem::at(
        file,
        path.into_iter().chain(["extension"]),
        format!("`{}` is published", path[2]),
        "omit `extension`",
    )
}

/// Checks that additions to a published type are marked as extensions.
fn additions(file: &str, name: &str, ours: &Type, published: &PublishedType) -> Vec<Problem> {
    let values = ours.value.iter().filter_map(|(value, found)| {
        let known = found.extension || published.values.contains_key(value);
        (!known).then_some(("value", value))
    });
    let variants = ours.variant.iter().filter_map(|(variant, found)| {
        let known = found.extension || published.variants.contains_key(variant);
        (!known).then_some(("variant", variant))
    });
    values
        .chain(variants)
        .map(|(kind, added)| {
            Problem::at(
                file,
                [name, kind, added],
                format!(
                    "the published type has no `{added}`, and strict clients fail on unknown values"
                ),
                "add `extension = true`",
            )
        })
        .collect()
}

fn variants(
    contracts: &Contracts,
    file: &str,
    name: &str,
    ours: &Type,
    published: &PublishedType,
    problems: &mut Vec<Problem>,
) {
    for (variant_name, (number, wire)) in &published.variants {
        let Some(variant) = ours.variant.get(variant_name) else {
            problems.push(Problem::at(
                file,
                [name, "variant"],
                format!("the published variant `{variant_name}` is missing"),
                FROZEN,
            ));
            continue;
        };
        if variant.extension {
            problems.push(no_extension(file, [name, "variant", variant_name]));
        }
        let have = match &variant.type_name {
            Some(named) => wire_name(contracts, named),
            None if variant.inner.is_empty() => "empty".to_owned(),
            None => "message".to_owned(),
        };
        if variant.field != *number || have != *wire {
            problems.push(Problem::at(
                file,
                [name, "variant", variant_name],
                format!(
                    "this is field {} of wire type `{have}`; the published protocol has field \
                     {number} of wire type `{wire}`",
                    variant.field
                ),
                FROZEN,
            ));
        }
        if let Some(theirs) = published.inner.get(variant_name) {
            let path = [name, "variant", variant_name, "inner"];
            fields(contracts, file, &path, &variant.inner, theirs, problems);
        }
    }
}

fn numbers(contracts: &Contracts, problems: &mut Vec<Problem>) {
    for (name, number) in &contracts.published.status {
        match contracts.statuses.status.get(name) {
            None => problems.push(absent("status", ["status", name])),
            Some(ours) if ours.number != *number => problems.push(Problem::at(
                STATUSES,
                ["status", name, "number"],
                format!("the published number is {number}"),
                FROZEN,
            )),
            Some(_) => {}
        }
    }
    for (name, (id, uuid)) in &contracts.published.provider {
        match contracts.providers.provider.get(name) {
            None => problems.push(absent("provider", ["provider", name])),
            Some(ours) if ours.id != *id || ours.uuid != *uuid => problems.push(Problem::at(
                PROVIDERS,
                ["provider", name, "id"],
                format!("the published id is {id} and the UUID {uuid}"),
                FROZEN,
            )),
            Some(_) => {}
        }
    }
    for (name, id) in &contracts.published.authenticator {
        match contracts.authenticators.authenticator.get(name) {
            None => problems.push(absent("authenticator", ["authenticator", name])),
            Some(ours) if ours.id != *id => problems.push(Problem::at(
                AUTHENTICATORS,
                ["authenticator", name, "id"],
                format!("the published id is {id}"),
                FROZEN,
            )),
            Some(_) => {}
        }
    }
}
