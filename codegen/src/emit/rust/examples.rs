//! The doc tests that run the examples of methods.

use super::calls::{visible_lines, with_imports};
use crate::model::{Handle, HandleForm, Method, Model};

/// Renders the example of a method as lines of Markdown: a doc test with hidden lines for its setup.
pub(super) fn example_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    blocking: bool,
) -> Vec<String> {
    let Some(example) = &method.example else {
        return Vec::new();
    };
    let attributes = match example.not_run.is_some() || example.provider.is_some() {
        true => "```no_run",
        false => "```",
    };
    let (uses, visible) = with_imports(&visible_lines(model, handle, method, example, blocking));
    let mut lines = vec![attributes.to_owned()];
    if !uses.is_empty() {
        lines.extend(uses);
        lines.push(String::new());
    }
    let application = format!(
        "{}-{}-{}",
        if blocking { "blocking" } else { "async" },
        handle.name.kebab(),
        method.name.kebab()
    );
    let client = match blocking {
        true => "parsec_client::blocking::Client",
        false => "parsec_client::Client",
    };
    let wait = if blocking { "" } else { ".await" };
    if blocking {
        lines.push("# fn main() -> parsec_client::Result<()> {".to_owned());
    } else {
        lines.push("# #[tokio::main(flavor = \"current_thread\")]".to_owned());
        lines.push("# async fn main() -> parsec_client::Result<()> {".to_owned());
    }
    lines.push("# let service = parsec_harness::Service::direct();".to_owned());
    lines.push("# let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;".to_owned());
    // The name of an administrator in the configuration.
    let application = match handle.form {
        HandleForm::Administrator => "admin".to_owned(),
        _ => application,
    };
    lines.push(format!(
        "# let parsec = {client}::builder().endpoint(endpoint).application(\"{application}\").connect(){wait}?;"
    ));
    lines.extend(visible);
    lines.push("# Ok(())".to_owned());
    lines.push("# }".to_owned());
    lines.push("```".to_owned());
    lines
}
