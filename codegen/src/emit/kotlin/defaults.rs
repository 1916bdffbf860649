//! Overloads of Kotlin's methods without a kind of key, for methods that have a default.

use super::calls::Form;
use super::declarations::MethodView;
use super::names::{argument_name, class};
use super::values::parameter;
use crate::model::{Language, Method, Model, Name, ValueType};

/// The overload without a kind of key, for a method that has a default.
pub(super) fn of_default_kind(model: &Model, method: &Method) -> Option<MethodView> {
    let mut arguments = method.arguments.iter();
    let spec = arguments.find(|argument| argument.value_type == ValueType::Spec)?;
    let default = Name::new(spec.default_in(Language::Kotlin)?);
    let kind = model.key_kinds.iter().find(|kind| kind.name == default)?;
    let mut handles = model.handles.iter();
    let handle = handles.find(|handle| handle.role.is_some() && handle.role == kind.role)?;
    let (returns, kind) = (class(handle), kind.name_in(Language::Kotlin)?);
    let given = |spec: Option<&str>| {
        let arguments = method.arguments_in(Language::Kotlin).into_iter();
        let values = arguments.filter_map(|argument| match argument.value_type {
            ValueType::Spec => spec.map(str::to_owned),
            _ => Some(argument_name(argument)),
        });
        values.collect::<Vec<_>>().join(", ")
    };
    let parameters: Vec<String> = method
        .arguments_in(Language::Kotlin)
        .into_iter()
        .filter(|argument| argument.value_type != ValueType::Spec)
        .map(|argument| parameter(method, argument))
        .collect();
    let parameters = parameters.join(", ");
    let name = method.name_in(Language::Kotlin);
    let head = |modifiers: &str, form: Form| format!("{modifiers} fun {name}{}", form.suffix());
    let with_kind = given(Some(kind));
    let suspending = head("public suspend", Form::Suspending);
    let blocking = head("public", Form::Blocking);
    let future = head("public", Form::Future);
    Some(MethodView {
        doc: vec![format!("The same, for a key of the kind [{kind}].")],
        suspending: vec![format!(
            "{suspending}({parameters}): {returns} = {name}({with_kind})"
        )],
        blocking: vec![format!(
            "{blocking}({parameters}): {returns} = {name}{}({with_kind})",
            Form::Blocking.suffix()
        )],
        future: vec![format!(
            "{future}({parameters}): CompletableFuture<{returns}> = promise {{ {name}({}) }}",
            given(None)
        )],
        name,
    })
}
