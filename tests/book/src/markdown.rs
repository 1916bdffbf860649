//! Minimal Markdown parsing for the tests.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the pages of the book, without its table of contents.
///
/// # Panics
///
/// If they cannot be read.
pub fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&parsec_book::folder().join("src"), &mut found);
    found.retain(|page| !page.ends_with("SUMMARY.md"));
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of pages") {
        let path = entry.expect("a page").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// A fenced block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The info string of the fence.
    pub info: String,
    /// The contents, including the last line break.
    pub text: String,
    /// The line number of the fence, from 1.
    pub line: usize,
}

/// Returns the fenced blocks of a page.
///
/// # Examples
///
/// ```
/// let blocks = parsec_tests_book::markdown::blocks("a\n```text\nb\n```\n");
/// assert_eq!((blocks[0].info.as_str(), blocks[0].text.as_str()), ("text", "b\n"));
/// ```
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(Block, String)> = None;
    for (number, line) in page.lines().enumerate() {
        let signs = &line[..line.len() - line.trim_start_matches('`').len()];
        match open.take() {
            Some((block, fence)) if line.trim_end() == fence => blocks.push(block),
            Some((mut block, fence)) => {
                block.text += line;
                block.text.push('\n');
                open = Some((block, fence));
            }
            None if signs.len() >= 3 => {
                let block = Block {
                    info: line[signs.len()..].trim().to_owned(),
                    text: String::new(),
                    line: number + 1,
                };
                open = Some((block, signs.to_owned()));
            }
            None => {}
        }
    }
    blocks
}

/// Returns the tables of a page: their rows without the separator line, with trimmed cells and
/// without code marks.
///
/// # Examples
///
/// ```
/// let tables = parsec_tests_book::markdown::tables("| a | b |\n| --- | --- |\n| `1` | 2 |\n");
/// assert_eq!(tables, [[["a", "b"], ["1", "2"]]]);
/// ```
pub fn tables(page: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            inside = false;
            continue;
        };
        if !inside {
            tables.push(Vec::new());
            inside = true;
        }
        if row.chars().all(|sign| "-|: ".contains(sign)) && row.contains('-') {
            continue;
        }
        let cells = row.replace("\\|", "\u{0}");
        let cells = cells
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').replace('\u{0}', "|"))
            .collect();
        if let Some(table) = tables.last_mut() {
            table.push(cells);
        }
    }
    tables
}
