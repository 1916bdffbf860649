//! Resolves contracts into the model. The checks have passed, so all names are known.

use crate::read::Contracts;
use crate::read::raw;

use super::value::read_fields;
use super::{
    Area, Authenticator, Bounds, Enum, EnumValue, Example, Field, Form, KeyRule, Kind, Model,
    Module, Name, Operation, Payload, Protocol, Provider, Retry, Role, Status, Step, Type, TypeRef,
    Variant, handles, key_kinds, key_options,
};

/// Resolves contracts that have passed the checks.
pub fn resolve(contracts: &Contracts) -> Model {
    let mut model = without_examples(contracts);
    model.key_kinds = key_kinds::resolve(&model, &contracts.key_kinds);
    let examples: Vec<Vec<Example>> = contracts
        .operations
        .iter()
        .map(|file| {
            file.operation
                .example
                .iter()
                .map(|raw| example(&model, &file.name, raw))
                .collect()
        })
        .collect();
    for (file, examples) in contracts.operations.iter().zip(examples) {
        if let Some(operation) = model
            .operations
            .iter_mut()
            .find(|o| o.name.as_written() == file.name)
        {
            operation.examples = examples;
        }
    }
    model.handles = handles::resolve(&model, &contracts.handles);
    model
}

/// Returns the model without the values of examples and of kinds of keys, which their checks read.
pub(crate) fn without_examples(contracts: &Contracts) -> Model {
    let mut operations: Vec<Operation> = contracts
        .operations
        .iter()
        .map(|file| operation(contracts, &file.file, &file.name, &file.operation))
        .collect();
    operations.sort_by_key(|operation| operation.opcode);
    Model {
        protocol: protocol(&contracts.protocol),
        areas: contracts
            .protocol
            .area
            .iter()
            .map(|(name, area)| Area {
                name: Name::new(name),
                title: area.title.clone(),
                doc: area.doc.clone(),
            })
            .filter(|area| {
                operations
                    .iter()
                    .any(|operation| operation.area == area.name)
            })
            .collect(),
        kinds: kinds(&contracts.statuses),
        statuses: statuses(&contracts.statuses),
        providers: providers(&contracts.providers),
        authenticators: authenticators(&contracts.authenticators),
        roles: roles(&contracts.key_kinds),
        key_kinds: Vec::new(),
        key_options: key_options::options(&contracts.key_kinds),
        choices: key_options::choices(&contracts.key_kinds),
        families: key_options::families(&contracts.key_kinds),
        modules: contracts
            .types
            .iter()
            .map(|file| Module {
                name: Name::new(&file.stem),
                types: file
                    .types
                    .iter()
                    .map(|(name, raw)| type_(&file.stem, name, raw))
                    .collect(),
            })
            .collect(),
        operations,
        handles: Vec::new(),
    }
}

fn protocol(raw: &raw::Protocol) -> Protocol {
    Protocol {
        version: (raw.version.major, raw.version.minor),
        magic: raw.frame.magic,
        header_size: raw.frame.header_size,
        fixed_header_length: raw.frame.fixed_header_length,
        content_type_protobuf: raw.frame.content_type_protobuf,
        body_limit: raw.limits.body,
        auth_limit: raw.limits.auth,
        flags: raw
            .flag
            .iter()
            .map(|(name, flag)| (Name::new(name), flag.bit, flag.doc.clone()))
            .collect(),
    }
}

fn kinds(raw: &raw::Statuses) -> Vec<Kind> {
    raw.kind
        .iter()
        .map(|(name, kind)| Kind {
            name: Name::new(name),
            retry: kind.retry,
            doc: kind.doc.clone(),
            python: kind.python.clone(),
        })
        .collect()
}

fn statuses(raw: &raw::Statuses) -> Vec<Status> {
    let mut statuses: Vec<Status> = raw
        .status
        .iter()
        .map(|(name, status)| {
            let of_kind = status.kind.as_ref().and_then(|kind| raw.kind.get(kind));
            Status {
                name: Name::new(name),
                number: status.number,
                kind: status.kind.as_ref().map(Name::new),
                retry: status
                    .retry
                    .or(of_kind.map(|kind| kind.retry))
                    .unwrap_or(Retry::Never),
                message: status.message.clone(),
                next: status.next.clone(),
                psa: status.psa.clone(),
                fallback: Name::new(status.fallback.as_ref().unwrap_or(name)),
                extension: status.extension,
            }
        })
        .collect();
    statuses.sort_by_key(|status| status.number);
    statuses
}

fn providers(raw: &raw::Providers) -> Vec<Provider> {
    let mut providers: Vec<Provider> = raw
        .provider
        .iter()
        .map(|(name, provider)| Provider {
            name: Name::new(name),
            id: provider.id,
            uuid: provider.uuid.clone(),
            title: provider.title.clone(),
            vendor: provider.vendor.clone(),
            description: provider.description.clone(),
            family: Name::new(provider.family.as_deref().unwrap_or(name)),
            published_name: provider.published_name.clone(),
            config: provider.config.clone(),
        })
        .collect();
    providers.sort_by_key(|provider| provider.id);
    providers
}

fn authenticators(raw: &raw::Authenticators) -> Vec<Authenticator> {
    let mut authenticators: Vec<Authenticator> = raw
        .authenticator
        .iter()
        .map(|(name, authenticator)| Authenticator {
            name: Name::new(name),
            id: authenticator.id,
            title: authenticator.title.clone(),
            description: authenticator.description.clone(),
            config: authenticator.config.clone(),
        })
        .collect();
    authenticators.sort_by_key(|authenticator| authenticator.id);
    authenticators
}

fn roles(raw: &raw::KeyKinds) -> Vec<Role> {
    let roles = raw.role.iter();
    roles
        .map(|(name, role)| Role {
            name: Name::new(name),
            doc: role.doc.clone(),
        })
        .collect()
}

fn type_(module: &str, name: &str, raw: &raw::Type) -> Type {
    let form = match raw.form {
        raw::Form::Scalar => Form::Scalar(
            type_ref(raw.base.as_deref().unwrap_or("string")),
            Bounds {
                min: raw.min,
                max: raw.max,
                ..Bounds::default()
            },
        ),
        raw::Form::Enum => Form::Enum(Enum {
            zero: raw.zero.as_ref().map(Name::new),
            values: enum_values(raw),
        }),
        raw::Form::Struct => Form::Struct(fields(&raw.field)),
        raw::Form::Union => {
            let mut variants: Vec<Variant> = raw
                .variant
                .iter()
                .map(|(name, variant)| self::variant(name, variant))
                .collect();
            variants.sort_by_key(|variant| variant.number);
            Form::Union(variants)
        }
    };
    Type {
        name: Name::new(name),
        module: Name::new(module),
        doc: raw.doc.clone(),
        psa: raw.psa.clone(),
        form,
    }
}

fn enum_values(raw: &raw::Type) -> Vec<EnumValue> {
    let mut values: Vec<EnumValue> = raw
        .value
        .iter()
        .map(|(name, value)| EnumValue {
            name: Name::new(name),
            number: value.number,
            doc: value.doc.clone(),
            psa: value.psa.clone(),
            length: value.length,
            deprecated: value.deprecated.clone(),
            deprecated_bits: value.deprecated_bits.clone(),
            extension: value.extension,
        })
        .collect();
    values.sort_by_key(|value| value.number);
    values
}

fn variant(name: &str, raw: &raw::Variant) -> Variant {
    let name = Name::new(name);
    Variant {
        proto_name: raw.name.clone().unwrap_or_else(|| name.snake()),
        number: raw.field,
        doc: raw.doc.clone(),
        psa: raw.psa.clone(),
        payload: match &raw.type_name {
            Some(named) => Payload::Value(type_ref(named)),
            None if raw.inner.is_empty() => Payload::Empty,
            None => Payload::Fields(fields(&raw.inner)),
        },
        shorthand: raw.shorthand,
        deprecated: raw.deprecated.clone(),
        deterministic: raw.deterministic,
        extension: raw.extension,
        name,
    }
}

fn fields(raw: &raw::Map<raw::Field>) -> Vec<Field> {
    let mut fields: Vec<Field> = raw
        .iter()
        .map(|(name, field)| Field {
            name: Name::new(name),
            number: field.field,
            type_ref: type_ref(&field.type_name),
            doc: field.doc.clone(),
            secret: field.secret,
            repeated: field.repeated,
            optional: field.optional,
            bounds: bounds(field),
            default: field.default,
            response_length: field.response_length,
        })
        .collect();
    fields.sort_by_key(|field| field.number);
    fields
}

fn bounds(field: &raw::Field) -> Bounds {
    let (length, length_of) = match &field.length {
        None => (None, None),
        Some(raw::Length::Bytes(bytes)) => (Some(*bytes), None),
        Some(raw::Length::Function(call)) => {
            let call = length_call(call);
            (
                None,
                call.map(|(function, input)| (function.to_owned(), Name::new(input))),
            )
        }
    };
    Bounds {
        min: field.min,
        max: field.max,
        length,
        length_of,
        max_items: field.max_items,
    }
}

/// Splits `hash-length(alg)` into the function and the input.
pub(crate) fn length_call(call: &str) -> Option<(&str, &str)> {
    call.strip_suffix(')')?.split_once('(')
}

fn type_ref(name: &str) -> TypeRef {
    match name {
        "bool" => TypeRef::Bool,
        "uint32" => TypeRef::Uint32,
        "uint64" => TypeRef::Uint64,
        "string" => TypeRef::String,
        "bytes" => TypeRef::Bytes,
        named => TypeRef::Named(Name::new(named)),
    }
}

fn operation(contracts: &Contracts, file: &str, name: &str, raw: &raw::Operation) -> Operation {
    Operation {
        name: Name::new(name),
        file: file.to_owned(),
        summary: raw.summary.clone(),
        doc: raw.doc.clone(),
        opcode: raw.opcode,
        area: Name::new(&raw.area),
        psa: raw.psa.clone(),
        since: raw.since.clone(),
        provider: raw.provider,
        caller: raw.caller,
        listed: raw.listed,
        handler: raw.handler,
        stream: raw.stream,
        ends_with: raw.ends_with.iter().map(Name::new).collect(),
        answer: raw.answer,
        inputs: fields(&raw.input),
        outputs: fields(&raw.output),
        keys: raw
            .key
            .iter()
            .map(|(name, rule)| key_rule(contracts, raw, name, rule))
            .collect(),
        statuses: raw
            .status
            .iter()
            .map(|(name, why)| (Name::new(name), why.clone()))
            .collect(),
        reported_as: raw
            .reported_as
            .iter()
            .map(|(name, other)| (Name::new(name), Name::new(other)))
            .collect(),
        raw_only: raw.raw_only.clone(),
        examples: Vec::new(),
    }
}

fn key_rule(
    contracts: &Contracts,
    operation: &raw::Operation,
    name: &str,
    rule: &raw::KeyRule,
) -> KeyRule {
    let path = rule.path.as_deref().unwrap_or(name);
    KeyRule {
        input: Name::new(name),
        path: steps(contracts, operation, path).unwrap_or_default(),
        effect: rule.effect,
        usage: rule.usage.iter().map(Name::new).collect(),
        algorithm: rule.algorithm.as_ref().map(Name::new),
        derivation: rule.derivation.as_ref().map(Name::new),
        attributes: rule.attributes.as_ref().map(Name::new),
        lifetime: rule.lifetime.as_ref().map(|input| {
            let optional = operation.input.get(input).is_some_and(|f| f.optional);
            (Name::new(input), optional)
        }),
        copy_of: rule.copy_of.as_ref().map(Name::new),
        optional: rule.optional,
    }
}

/// Resolves a path such as `parameters.activate-credential.attested_key_name`. `None` if a step
/// does not exist.
pub(crate) fn steps(
    contracts: &Contracts,
    operation: &raw::Operation,
    path: &str,
) -> Option<Vec<Step>> {
    let mut names = path.split('.');
    let first = names.next()?;
    let mut steps = vec![Step::Field(Name::new(first))];
    let mut field = operation.input.get(first)?;
    while let Some(name) = names.next() {
        let (_, found) = contracts.type_named(&field.type_name)?;
        match found.form {
            raw::Form::Struct => {
                steps.push(Step::Field(Name::new(name)));
                field = found.field.get(name)?;
            }
            raw::Form::Union => {
                let inner = names.next()?;
                steps.push(Step::Variant {
                    union: Name::new(&field.type_name),
                    variant: Name::new(name),
                    field: Name::new(inner),
                    optional: field.optional,
                    only: found.variant.len() == 1,
                });
                field = found.variant.get(name)?.inner.get(inner)?;
            }
            raw::Form::Scalar | raw::Form::Enum => return None,
        }
    }
    let is_text = field.type_name == "string"
        || contracts
            .type_named(&field.type_name)
            .is_some_and(|(_, t)| t.base.as_deref() == Some("string"));
    is_text.then_some(steps)
}

fn example(model: &Model, operation: &str, raw: &raw::Example) -> Example {
    let read = |table, inputs: bool| {
        model
            .operations
            .iter()
            .find(|found| found.name.as_written() == operation)
            .and_then(|found| {
                let fields = if inputs {
                    &found.inputs
                } else {
                    &found.outputs
                };
                read_fields(model, fields, table).ok()
            })
            .unwrap_or_default()
    };
    Example {
        title: raw.title.clone(),
        input: read(&raw.input, true),
        output: read(&raw.output, false),
    }
}
