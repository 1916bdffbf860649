//! The npm package.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::{Extent, the_file};
use crate::samples::{readmes, sample_of, with_a_service};
use crate::{node, places, shell};

/// Builds the package, installs it into an empty environment, and runs the samples there.
pub(crate) fn package(extent: Extent) -> Result<()> {
    let folder = folder(extent)?;
    // A TypeScript sample without types is a JavaScript sample.
    for (name, readme) in readmes(&node::folder()) {
        let sample = folder.join(format!("{name}.mjs"));
        fs::write(&sample, sample_of(&readme, "javascript")?)?;
        with_a_service(node::node(&[]).arg(&sample).current_dir(&folder))?;
    }
    Ok(())
}

/// Builds the package with the addon of the tests' build, or in the extended run an optimised one,
/// and installs it into an empty environment.
pub(crate) fn folder(extent: Extent) -> Result<PathBuf> {
    node::set_up()?;
    let folder = places::fresh_package("node")?;
    match extent {
        Extent::EachChange => node::place_addon("debug")?,
        Extent::Extended => build_addon()?,
    }
    node::build()?;
    shell::step(node::npm(&["pack", "--silent", "--pack-destination"]).arg(&folder))?;
    let package = the_file(&folder, ".tgz")?;
    let empty = places::fresh_package("node-empty")?;
    fs::write(empty.join("package.json"), "{ \"private\": true }\n")?;
    shell::step(
        node::npm(&["install", "--offline", "--no-audit", "--no-fund"])
            .arg(&package)
            .current_dir(&empty),
    )?;
    println!("{}", package.display());
    Ok(empty)
}

/// Builds the release addon and its declarations.
fn build_addon() -> Result<()> {
    let mut build = node::npm(&["run", "--silent", "build:native", "--", "--release"]);
    build.env("CARGO_TARGET_DIR", places::target());
    let types = node::folder().join("native/native.d.cts");
    let before = fs::read_to_string(&types)?;
    shell::step(&mut build)?;
    if fs::read_to_string(&types)? != before {
        bail!(
            "{} does not match the addon: review the new one and commit it",
            types.display()
        );
    }
    Ok(())
}
