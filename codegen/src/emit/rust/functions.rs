//! The functions of the Rust core that are one operation.

use std::collections::BTreeSet;

use super::names::{doc_lines, is_copy};
use super::values::{parameter_type, return_type};
use crate::model::{
    Argument, ClientDefault, Does, Field, Handle, Method, Model, Name, Operation, ProviderKind,
    TypeRef, ValueType,
};

/// A function of the core that calls one operation.
pub(super) struct Function {
    pub(super) is_of_key: bool,
    pub(super) doc: Vec<String>,
    pub(super) name: String,
    pub(super) parameters: Vec<String>,
    pub(super) returns: String,
    pub(super) body: String,
}

pub(super) fn function_name(operation: &Name) -> String {
    format!("call_{}", operation.snake())
}

pub(super) fn functions(model: &Model) -> Vec<Function> {
    let mut seen = BTreeSet::new();
    let mut functions = Vec::new();
    for handle in &model.handles {
        for method in &handle.methods {
            if let Does::Operation(name) = &method.does
                && seen.insert((handle.is_key(), name.clone()))
            {
                functions.push(function(model, handle, method, name));
            }
        }
    }
    functions
}

pub(super) fn function(model: &Model, handle: &Handle, method: &Method, name: &Name) -> Function {
    let operation = model
        .operations
        .iter()
        .find(|operation| operation.name == *name)
        .unwrap_or_else(|| unreachable!("the checks reject the unknown operation `{name}`"));
    let is_of_key = handle.is_key();
    let own_key = operation.own_key().filter(|_| is_of_key);
    let fields = operation.inputs.iter().map(|field| {
        let argument = method.arguments.iter().find(|a| a.input == field.name);
        let value = match argument {
            Some(argument) => input_value(model, argument, field),
            None if own_key == Some(&field.name) => "self.owned_name()".to_owned(),
            None if field.default == Some(ClientDefault::KeyPolicy) => {
                "self.default_algorithm()?".to_owned()
            }
            None => "None".to_owned(),
        };
        format!("{}: {value}", field.name.rust())
    });
    let fields: Vec<String> = fields.collect();
    let input = format!(
        "operations::{} {{ {} }}",
        operation.name.rust_type(),
        fields.join(", ")
    );
    let parameters = method
        .arguments
        .iter()
        .map(|argument| {
            let optional = argument.optional.is_some();
            format!(
                "{}: {}",
                argument.name.rust(),
                core_type(model, &argument.value_type, optional)
            )
        })
        .collect();
    let result = match &method.returns {
        Some(_) => "let output = ",
        None => "",
    };
    let end = match &method.returns {
        Some(_) => ".await?;",
        None => ".await.map(drop)",
    };
    let called = match (is_of_key, operation.provider) {
        (true, _) => format!("let input = {input};\n{result}self.request(input){end}"),
        (false, ProviderKind::Core) => {
            format!("{result}self.call_core({input}){end}")
        }
        (false, ProviderKind::Crypto) => format!(
            "let providers = self.candidates(&[Opcode::{}]).await?;\n{result}self.first_that_can(&providers, || {input}){end}",
            operation.name.rust_type()
        ),
    };
    Function {
        is_of_key,
        doc: doc_lines(&method.summary),
        name: function_name(name),
        parameters,
        returns: method.returns.as_ref().map_or_else(
            || "()".to_owned(),
            |of| return_type(model, method, of, false),
        ),
        body: format!("{called}\n{}", output_value(method, operation)),
    }
}

/// Returns the type of a parameter of the core.
pub(super) fn core_type(model: &Model, of: &ValueType, optional: bool) -> String {
    match of {
        ValueType::Bytes => "&[u8]".to_owned(),
        ValueType::List(item) if **item == ValueType::Bytes => "Vec<Vec<u8>>".to_owned(),
        other => parameter_type(model, other, optional),
    }
}

/// Returns the value of an input of an operation.
pub(super) fn input_value(model: &Model, argument: &Argument, field: &Field) -> String {
    let name = argument.name.rust();
    match &argument.value_type {
        ValueType::Bytes if field.secret => format!("Secret::from({name})"),
        ValueType::Bytes => format!("{name}.to_vec()"),
        ValueType::Secret => format!("{name}.clone()"),
        ValueType::Text | ValueType::KeyName if argument.optional.is_some() => {
            format!("{name}.unwrap_or_default().to_owned()")
        }
        ValueType::Text | ValueType::KeyName => format!("{name}.to_owned()"),
        ValueType::Provider => format!("{name}.number().into()"),
        ValueType::Signature => format!("{name}.to_raw()"),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => {
                format!("{name}.iter().map(Signature::to_raw).collect()")
            }
            ValueType::Bytes => format!("{name}.clone()"),
            _ => format!("{name}.to_vec()"),
        },
        ValueType::Named(of) if !is_copy(model, &TypeRef::Named(of.clone())) => {
            format!("{name}.clone()")
        }
        _ => name,
    }
}

/// Returns the result of a function, from the output of the operation.
pub(super) fn output_value(method: &Method, operation: &Operation) -> String {
    let Some(returned) = &method.returns else {
        return String::new();
    };
    if *returned == ValueType::Record {
        return "Ok(output)".to_owned();
    }
    let Some(field) = operation.outputs.first() else {
        return "Ok(output)".to_owned();
    };
    let value = format!("output.{}", field.name.rust());
    match returned {
        ValueType::Signature => format!("self.signature(&{value})"),
        ValueType::List(item) if **item == ValueType::Signature => {
            format!("{value}.iter().map(|signature| self.signature(signature)).collect()")
        }
        ValueType::Secret if field.secret => format!("Ok(Zeroizing::new({value}.into_vec()))"),
        ValueType::Secret => format!("Ok(Zeroizing::new({value}))"),
        _ => format!("Ok({value})"),
    }
}
