#![forbid(unsafe_code)]
//! Builds the book.
//!
//! Pages are Markdown in `book/src`, samples are files in `book/samples`. A line `{{#samples
//! sign}}` on a page includes `book/samples/sign` as tabs, one per language; `{{#operations}}` in
//! the table of contents expands to one page per operation.

pub mod samples;
mod served;
mod summary;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_summary::parse_summary;

use samples::Tabs;
use served::Providers;
pub use summary::summary;

/// Returns the book's folder: pages, samples and theme. It is that of the clone in which the program
/// runs, or else that for which it was compiled.
pub fn folder() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let places = [manifest, env::current_dir().ok()];
    let found = places.iter().flatten().find_map(|place| {
        let mut folders = place.ancestors().map(|folder| folder.join("book"));
        folders.find(|folder| folder.join("book.toml").is_file())
    });
    found.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

/// Renders the book into a folder.
///
/// # Errors
///
/// A missing page of the summary, a task without samples, or a file that cannot be written.
///
/// # Examples
///
/// ```no_run
/// parsec_book::build(std::path::Path::new("target/book"))?;
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn build(to: &Path) -> Result<()> {
    let mut config = Config::from_disk(folder().join("book.toml"))?;
    config.build.build_dir = to.to_owned();
    let summary = parse_summary(&summary()?)?;
    let mut book = MDBook::load_with_config_and_summary(folder(), config, summary)?;
    book.with_preprocessor(Tabs);
    book.with_preprocessor(Providers);
    book.build()
}
