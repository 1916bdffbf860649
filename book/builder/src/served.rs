//! Adds the providers that serve an operation to its page, from `providers.md`.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context as _, Result};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::folder;

/// The placeholder in the unbuilt pages.
const EVERY_PAGE: &str = "[cryptographic providers](../../providers.md#operations)";

/// Sentences by operation.
type Served = HashMap<String, String>;

/// Adds the providers' names to the operations' pages.
pub(crate) struct Providers;

impl Preprocessor for Providers {
    fn name(&self) -> &'static str {
        "providers"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let page = folder().join("src/providers.md");
        let page = fs::read_to_string(&page).with_context(|| format!("{}", page.display()))?;
        let served = served(&page);
        let mut missing = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            if !chapter.content.contains(EVERY_PAGE) {
                return;
            }
            match served.get(&chapter.name) {
                Some(words) => chapter.content = chapter.content.replace(EVERY_PAGE, words),
                None => missing.push(chapter.name.clone()),
            }
        });
        match missing.is_empty() {
            true => Ok(book),
            false => anyhow::bail!("providers.md does not contain {}", missing.join(", ")),
        }
    }
}

/// Parses the table under *Operations*.
fn served(page: &str) -> Served {
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    let table = page.lines().skip_while(|line| *line != "## Operations");
    let mut rows = table.filter(|line| line.starts_with('|')).map(cells);
    let providers = rows.next().unwrap_or_default();
    rows.skip(1)
        .filter_map(|row| {
            let operation = row.first()?.split('`').nth(1)?.to_owned();
            Some((operation, words(&providers, &row)))
        })
        .collect()
}

fn words(providers: &[String], row: &[String]) -> String {
    let of = |wanted: bool| -> Vec<&str> {
        let all = providers.iter().zip(row).skip(1);
        all.filter(|(_, cell)| (*cell == "yes") == wanted)
            .map(|(name, _)| name.as_str())
            .collect()
    };
    let (those, others) = (of(true), of(false));
    let mut text = those.join(", ");
    if !others.is_empty() {
        text += &format!(", not by {}", others.join(", "));
    }
    text + "; [with which keys and algorithms](../../providers.md)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_becomes_one_sentence_per_operation() {
        let page = "| x | y |\n\n## Operations\n\n| operation | software | tpm |\n| --- | --- | --- |\n\
                    | [`ping_pong`](p.md) | yes | – |\n| [`sign`](s.md) | yes | yes |\n";
        let served = served(page);
        assert_eq!(served.len(), 2);
        assert!(served["ping_pong"].starts_with("software, not by tpm; [with"));
        assert!(served["sign"].starts_with("software, tpm; [with"));
    }
}
