//! The table of contents, in which nobody has to list every operation.

use std::fs;

use anyhow::{Context as _, Result};

use crate::folder;

/// What stands for a page an operation.
const OPERATIONS: &str = "{{#operations}}";

/// The table of contents, with the operations in the reference's order.
///
/// # Errors
///
/// It or the reference cannot be read.
pub fn summary() -> Result<String> {
    let read = |name: &str| {
        let page = folder().join("src").join(name);
        fs::read_to_string(&page).with_context(|| page.display().to_string())
    };
    let reference = read("reference/README.md")?;
    Ok(read("SUMMARY.md")?.replace(OPERATIONS, &operations(&reference)))
}

/// Lines for the pages that the reference's tables link to.
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
    fn a_page_an_operation_in_the_references_order() {
        let table =
            "| `0x1` | [`b`](operations/b.md) | B. |\n| `0x2` | [`a`](operations/a.md) | A. |\n";
        let lines = "  - [b](reference/operations/b.md)\n  - [a](reference/operations/a.md)";
        assert_eq!(operations(table), lines);
    }
}
