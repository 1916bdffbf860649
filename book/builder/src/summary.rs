//! The table of contents, which lists all operations automatically.

use std::fs;

use anyhow::{Context as _, Result};

use crate::folder;

/// The line that expands to one page per operation.
const OPERATIONS: &str = "{{#operations}}";

/// Returns the table of contents, with the operations in the reference's order.
///
/// # Errors
///
/// If it or the reference cannot be read.
pub fn summary() -> Result<String> {
    let read = |name: &str| {
        let page = folder().join("src").join(name);
        fs::read_to_string(&page).with_context(|| page.display().to_string())
    };
    let reference = read("reference/README.md")?;
    Ok(read("SUMMARY.md")?.replace(OPERATIONS, &operations(&reference)))
}

/// Returns lines for the pages that the reference's tables link to.
fn operations(reference: &str) -> String {
    let pages = reference.split("](operations/").skip(1);
    let names = pages.filter_map(|rest| rest.split(".md)").next());
    names
        .map(|name| format!("  - [{name}](reference/operations/{name}.md)"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::operations;

    #[test]
    fn one_page_per_operation_in_the_references_order() {
        let table =
            "| `0x1` | [`b`](operations/b.md) | B. |\n| `0x2` | [`a`](operations/a.md) | A. |\n";
        let lines = "  - [b](reference/operations/b.md)\n  - [a](reference/operations/a.md)";
        assert_eq!(operations(table), lines);
    }
}
