//! Samples: `book/samples/<task>/sample.<language>`, files that a test runs.
//!
//! A language without any samples is shown as missing. Once it has one, every task needs a sample,
//! or a file `missing-<language>.md` that explains why the language does not support the task.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::folder;

/// A language of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Its name in Markdown fences, and in the names of `missing-` files.
    pub id: &'static str,
    /// Its display name.
    pub title: &'static str,
    /// File name of its samples.
    pub file: &'static str,
}

const fn language(id: &'static str, title: &'static str, file: &'static str) -> Language {
    Language { id, title, file }
}

/// All languages, in the order of the tabs.
pub const LANGUAGES: &[Language] = &[
    language("bash", "Shell", "sample.sh"),
    language("rust", "Rust", "sample.rs"),
    language("python", "Python", "sample.py"),
    language("javascript", "Node.js", "sample.mjs"),
    language("kotlin", "Kotlin", "sample.kt"),
    language("swift", "Swift", "sample.swift"),
];

impl Language {
    /// Returns whether there are samples in it.
    ///
    /// # Errors
    ///
    /// As [`tasks`].
    pub fn has_samples(&self) -> Result<bool> {
        Ok(tasks()?.iter().any(|task| self.sample(task).is_some()))
    }

    /// Returns its sample for a task, if there is one.
    pub fn sample(&self, task: &str) -> Option<PathBuf> {
        let path = task_folder(task).join(self.file);
        path.is_file().then_some(path)
    }

    /// Returns the contents of its tab: code, or the reason for its absence.
    ///
    /// # Errors
    ///
    /// Samples exist in this language, but here neither a sample nor a reason exists, or both.
    pub fn tab(&self, task: &str) -> Result<String> {
        let reason = task_folder(task).join(format!("missing-{}.md", self.id));
        match (self.sample(task), reason.is_file()) {
            (Some(_), true) => bail!("{}: there is a sample", reason.display()),
            (Some(path), false) => Ok(format!("```{}\n{}```\n", self.id, read(&path)?)),
            (None, true) => read(&reason),
            (None, false) if self.has_samples()? => bail!(
                "book/samples/{task} lacks {} and {}: write one",
                self.file,
                reason.display()
            ),
            (None, false) => Ok(format!("Not written in {} yet.\n", self.title)),
        }
    }
}

fn task_folder(task: &str) -> PathBuf {
    folder().join("samples").join(task)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// The task whose samples are tests, which the test framework of each language runs.
pub const TESTS: &str = "testing";

/// Returns the tasks with samples, sorted by name.
///
/// # Errors
///
/// If the folder cannot be read.
pub fn tasks() -> Result<Vec<String>> {
    let mut tasks = Vec::new();
    for entry in fs::read_dir(folder().join("samples"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            tasks.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    tasks.sort();
    Ok(tasks)
}

/// Returns the name of a task's program in compiled languages: `Encrypt`.
pub fn program(task: &str) -> String {
    let mut letters = task.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Returns the tasks whose samples a page includes.
pub fn shown(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(task_of)
}

fn task_of(line: &str) -> Option<&str> {
    line.strip_prefix("{{#samples ")?.strip_suffix("}}")
}

/// Returns the tabs of a task as Markdown that is readable without a script.
fn tabs(task: &str) -> Result<String> {
    let mut text = String::from("<div class=\"tabs\">\n\n");
    for language in LANGUAGES {
        let Language { id, title, .. } = language;
        let tab = language.tab(task)?;
        text += &format!("<p class=\"tab\" data-language=\"{id}\">{title}</p>\n\n{tab}\n");
    }
    Ok(text + "</div>\n")
}

/// Expands the lines that include samples.
pub(crate) struct Tabs;

impl Preprocessor for Tabs {
    fn name(&self) -> &'static str {
        "samples"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut failure = None;
        book.for_each_chapter_mut(|chapter| match expand(&chapter.content) {
            Ok(text) => chapter.content = text,
            Err(error) => failure = Some(error),
        });
        failure.map_or(Ok(book), Err)
    }
}

fn expand(page: &str) -> Result<String> {
    let mut text = String::with_capacity(page.len());
    for line in page.lines() {
        match task_of(line) {
            Some(task) => text += &tabs(task)?,
            None => text += &to_indices(line),
        }
        text.push('\n');
    }
    Ok(text)
}

/// Changes links to a folder's `README.md`, which mdbook renders as the folder's index but links to
/// by the old name.
fn to_indices(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for (number, part) in line.split("](").enumerate() {
        let (target, rest) = part.split_once(')').unwrap_or((part, ""));
        if number > 0 {
            text += "](";
        }
        if number > 0 && !target.contains("://") && part.len() > target.len() {
            text += &target.replace("README.md", "index.md");
            text.push(')');
            text += rest;
        } else {
            text += part;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_expands_to_a_tab_per_language() {
        let page = expand("before\n{{#samples sign}}\nafter").unwrap();
        for language in LANGUAGES {
            assert!(page.contains(&format!(">{}</p>", language.title)), "{page}");
        }
        assert!(page.starts_with("before\n"), "{page}");
        assert!(page.contains("parsec sign "), "{page}");
        assert!(page.ends_with("after\n"), "{page}");
    }

    #[test]
    fn an_unknown_task_is_an_error_with_a_suggestion() {
        let error = expand("{{#samples juggle}}").unwrap_err().to_string();
        assert!(
            error.contains("book/samples/juggle lacks sample.sh"),
            "{error}"
        );
    }

    #[test]
    fn links_to_a_folders_page_are_changed_and_external_links_are_not() {
        for (line, expected) in [
            (
                "a [b](c/README.md), [d](README.md#e).",
                "a [b](c/index.md), [d](index.md#e).",
            ),
            (
                "[b](https://e.org/README.md) (README.md)",
                "[b](https://e.org/README.md) (README.md)",
            ),
            ("f(x) and [y]", "f(x) and [y]"),
        ] {
            assert_eq!(to_indices(line), expected);
        }
    }

    #[test]
    fn every_task_has_all_its_tabs() {
        for task in tasks().unwrap() {
            tabs(&task).unwrap();
        }
    }
}
