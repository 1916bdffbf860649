//! `_native.pyi`: the types of the binding for type checkers, which stubtest compares with it.

use anyhow::Result;
use askama::Template;

use super::layout::{Code, lines};
use super::names::{Flavour, argument_name, class};
use super::values::{native_argument, native_result};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::model::{Handle, HandleForm, Language, Method, Model};

#[derive(Template)]
#[template(path = "python/handles_native.pyi", escape = "none")]
struct Stubs {
    banner: String,
    names: Vec<String>,
    classes: Vec<ClassView>,
}

struct ClassView {
    name: String,
    /// `Async`, or nothing.
    prefix: &'static str,
    form: HandleForm,
    has_role: bool,
    is_blocking: bool,
    methods: Vec<Vec<String>>,
}

/// The stubs of the binding.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut classes = Vec::new();
    for flavour in [Flavour::Blocking, Flavour::Asyncio] {
        for handle in &model.handles {
            classes.push(class_view(model, handle, flavour));
        }
    }
    // The classes by hand are among them.
    let by_hand = ["PublicKey", "TlsConfig", "TlsConnection", "TlsServerConfig"].map(str::to_owned);
    let mut names: Vec<String> = by_hand.into();
    names.extend(classes.iter().map(|class| class.name.clone()));
    names.sort();
    let functions = [
        "after_fork_in_child",
        "after_fork_in_parent",
        "before_fork",
        "decode_certificate",
        "shut_down",
        "to_blocking",
    ];
    names.extend(functions.map(str::to_owned));
    let stubs = Stubs {
        banner: banner("contracts/handles/*.toml"),
        names,
        classes,
    };
    let text = stubs.render()?.trim_end().to_owned() + "\n";
    Ok(Output::from([(
        "clients/python/parsec_client/_native.pyi".to_owned(),
        text,
    )]))
}

fn class_view(model: &Model, handle: &Handle, flavour: Flavour) -> ClassView {
    ClassView {
        name: flavour.native(&class(handle)),
        prefix: if flavour.is_blocking() { "" } else { "Async" },
        form: handle.form,
        has_role: handle.role.is_some(),
        is_blocking: flavour.is_blocking(),
        methods: handle
            .methods
            .iter()
            .map(|method| method_lines(model, method, flavour))
            .collect(),
    }
}

fn method_lines(model: &Model, method: &Method, flavour: Flavour) -> Vec<String> {
    let name = keywords::python(&method.name.snake());
    let mut parameters = vec![Code::text("self")];
    parameters.extend(
        method
            .arguments_in(Language::Python)
            .into_iter()
            .map(|argument| {
                let of = native_argument(model, argument, flavour);
                Code::text(format!("{}: {of}", argument_name(argument)))
            }),
    );
    let result = method.returns.as_ref().map_or_else(
        || "None".to_owned(),
        |of| native_result(model, method, of, flavour),
    );
    let result = match flavour {
        Flavour::Blocking => result,
        Flavour::Asyncio => format!("Awaitable[{result}]"),
    };
    let function = Code::call(&format!("def {name}"), parameters);
    lines(&function, 4, &format!(" -> {result}: ..."))
}
