#![forbid(unsafe_code)]
//! `parsec-book FOLDER` renders the book into a folder.

use std::path::Path;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let to = std::env::args_os()
        .nth(1)
        .context("usage: parsec-book FOLDER")?;
    // mdbook resolves it relative to the book.
    let to = std::path::absolute(Path::new(&to))?;
    parsec_book::build(&to)
}
