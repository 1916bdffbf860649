//! The SwiftPM package.

use anyhow::Result;

use super::Extent;
use crate::swift::project::Project;
use crate::{swift, uniffi};

/// Uses the package from the tests, or in the extended run an optimised one in an empty
/// environment.
pub(crate) fn package(extent: Extent) -> Result<()> {
    if let Some(reason) = swift::missing()? {
        println!("skipped: {reason}");
        return Ok(());
    }
    swift::set_up()?;
    match extent {
        Extent::EachChange => {
            let project = Project::of_tests();
            // The tests build it together with themselves.
            if !project.made_with()?.is_current() {
                project.write(&swift::archive("debug")?)?;
                project.build()?;
            }
            project.run()
        }
        Extent::Extended => {
            uniffi::build()?;
            let project = Project::alone()?;
            project.write(&swift::archive("release")?)?;
            project.build()?;
            project.run()
        }
    }
}
