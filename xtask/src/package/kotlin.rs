//! The jar of Kotlin and Java.

use anyhow::Result;

use super::Extent;
use crate::kotlin::project::{Project, java_module, made_with};
use crate::samples::with_a_service;
use crate::{kotlin, shell};

/// Uses the jar from the tests, or in the extended run an optimised one.
pub(crate) fn package(extent: Extent) -> Result<()> {
    let project = match extent {
        Extent::EachChange => {
            // The tests build it in their own run of Maven.
            if !made_with("debug")?.is_current() {
                kotlin::build_package("debug")?;
            }
            Project::open()?
        }
        Extent::Extended => project_of_release()?,
    };
    // Kotlin's name for the class of a file.
    for class in ["ReadmeKt", "FrontDoorKt"] {
        with_a_service(&mut project.java(class))?;
    }
    with_a_service(&mut java_module()?)
}

/// Builds the jar optimised, installs it for this user, and creates the project that uses it.
pub(crate) fn project_of_release() -> Result<Project> {
    let build = ["build", "--release", "--package", "parsec-uniffi"];
    shell::step(&mut shell::cargo(&build))?;
    kotlin::build_package("release")?;
    let jar = kotlin::jar("release");
    kotlin::install(&jar)?;
    println!("{}", jar.display());
    Project::open()
}
