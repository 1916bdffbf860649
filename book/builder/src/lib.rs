#![forbid(unsafe_code)]
//! Builds the book.
//!
//! The pages are Markdown in `book/src`, the samples real files in `book/samples`. A line
//! `{{#samples sign}}` on a page shows those of `book/samples/sign` in tabs, one a language.

pub mod samples;
mod served;

use std::path::{Path, PathBuf};

use anyhow::Result;
use mdbook_driver::MDBook;

use samples::Tabs;
use served::Providers;

/// The folder of the book: pages, samples and theme.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Renders the book into a folder.
///
/// # Errors
///
/// A page that the summary names and that is missing, a task without samples, or a file that
/// cannot be written.
///
/// # Examples
///
/// ```no_run
/// parsec_book::build(std::path::Path::new("target/book"))?;
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn build(to: &Path) -> Result<()> {
    let mut book = MDBook::load(folder())?;
    book.config.build.build_dir = to.to_owned();
    book.with_preprocessor(Tabs);
    book.with_preprocessor(Providers);
    book.build()
}
