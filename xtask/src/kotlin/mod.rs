//! The Kotlin package: its tools, its checks, its tests.

mod maven;
pub(crate) mod project;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use self::maven::{Maven, description, folder, place};
use crate::stamp::Stamp;
use crate::{codegen, places, shell, uniffi};

/// JNA's name of this platform, and the folder of the native library in the jar.
const PLATFORM: &str = if cfg!(target_arch = "aarch64") {
    "linux-aarch64"
} else {
    "linux-x86-64"
};

/// Announces the downloads of Maven's first run.
pub(crate) fn set_up() -> Result<()> {
    if !Stamp::of_text(place("fetched").join(VERIFY), &description()?).is_current() {
        println!(
            "Maven downloads the dependencies in clients/kotlin/pom.xml from Maven Central: \
             Kotlin's compiler, coroutines, JNA, JUnit, ktlint, Dokka and its own plugins."
        );
    }
    Ok(())
}

/// Copies uniffi's code and the library of a profile to Maven's input folder.
fn place_binding(profile: &str) -> Result<()> {
    uniffi::set_up()?;
    let library = uniffi::library(profile);
    uniffi::generate(&library, "kotlin", &place("binding"))?;
    let natives = place(profile).join(PLATFORM);
    fs::create_dir_all(&natives)?;
    shell::install(&library, &natives.join("libparsec_uniffi.so"))
}

/// Checks formatting with ktlint. Other static problems are errors of compilation or of Dokka in
/// [`test`].
pub(crate) fn lint() -> Result<()> {
    Maven::new(&folder().join("pom.xml"), &["antrun:run@lint"])?.run()
}

/// The phase that compiles, tests, packages and documents.
const VERIFY: &str = "verify";

/// In one run of Maven: compilation with warnings as errors, the tests, the jar, a check that every
/// public item is documented, projects that use the jar, and the code generated from hostile
/// names.
pub(crate) fn test() -> Result<()> {
    place_binding("debug")?;
    let (obstacle, compiled) = place_obstacle()?;
    let mut poms = vec![folder().join("pom.xml"), project::write_project()?];
    poms.extend(project::write_consumers()?);
    if compiled.is_current() {
        println!("The code generated from hostile names is unchanged since it last compiled.");
    } else {
        poms.push(obstacle);
    }
    let reactor = write_reactor(&poms)?;
    let reports = places::fresh_reports("kotlin")?;
    let mut maven = Maven::new(&reactor, &[VERIFY, "--fail-at-end"])?;
    maven.with_binding("debug").set("parsec.reports", &reports);
    maven.command = shell::with_services(maven.command, "kotlin");
    let done = maven.run();
    say_reasons(&reports)?;
    done?;
    compiled.write()?;
    project::made_with("debug")?.write()
}

/// Surefire prints a stack trace for the reason of a skip: keeps only the reason.
fn say_reasons(reports: &Path) -> Result<()> {
    for entry in fs::read_dir(reports)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "xml") {
            fs::write(&path, with_reasons(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// Returns the report, with the message of the exception that skipped a test as its reason.
fn with_reasons(report: &str) -> String {
    let mut parts = report.split("<skipped ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let reason = part.split_once("<![CDATA[").and_then(|(_, after)| {
            let (line, _) = after.split_once(['\n', ']'])?;
            let (_, reason) = line.split_once(": ")?;
            Some((reason, after.split_once("</skipped>")?.1))
        });
        match reason {
            Some((reason, rest)) => {
                let reason = reason
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('"', "&quot;");
                text += &format!("<skipped message=\"{reason}\"/>{rest}");
            }
            None => text += &format!("<skipped {part}"),
        }
    }
    text
}

/// Builds the jar and the project that uses it, without tests.
pub(crate) fn build_package(profile: &str) -> Result<()> {
    place_binding(profile)?;
    let mut poms = vec![folder().join("pom.xml"), project::write_project()?];
    poms.extend(project::write_consumers()?);
    let reactor = write_reactor(&poms)?;
    let mut maven = Maven::new(&reactor, &[VERIFY])?;
    maven
        .with_binding(profile)
        .set("maven.test.skip", "true")
        .set("dokka.skip", "true")
        .run()?;
    project::made_with(profile)?.write()
}

/// Installs the jar into Maven's local repository, for other projects of this user.
pub(crate) fn install(jar: &Path) -> Result<()> {
    let own = folder().join("pom.xml");
    Maven::new(&own, &["install:install-file"])?
        .set("file", jar)
        .set("pomFile", &own)
        .run()
}

/// Returns the path of the jar of a profile.
pub(crate) fn jar(profile: &str) -> PathBuf {
    let name = format!("parsec-client-{}.jar", env!("CARGO_PKG_VERSION"));
    place(&format!("{profile}-target")).join(name)
}

/// Writes a parent project, whose modules Maven builds in one run and in this order.
fn write_reactor(poms: &[PathBuf]) -> Result<PathBuf> {
    let folder = place("reactor");
    fs::create_dir_all(&folder)?;
    let up = "../".repeat(folder.components().count() - 1);
    let modules: String = poms
        .iter()
        .map(|pom| format!("    <module>{up}{}</module>\n", pom.display()))
        .collect();
    let pom = folder.join("pom.xml");
    let text = format!(
        r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.parsec</groupId>
  <artifactId>parsec-reactor</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <modules>
{modules}  </modules>
</project>
"#
    );
    fs::write(&pom, text)?;
    Ok(pom)
}

/// Returns the project with the code generated from names that are keywords in some languages,
/// which has to compile, and whether it did before.
fn place_obstacle() -> Result<(PathBuf, Stamp)> {
    let tree = codegen::hostile_names()?;
    let binding = place("obstacle-binding");
    uniffi::generate(&uniffi::hostile_names()?, "kotlin", &binding)?;
    let folder = place("obstacle");
    fs::create_dir_all(&folder)?;
    let pom = folder.join("pom.xml");
    let sources = tree.join("clients/kotlin/src/main/kotlin");
    fs::write(&pom, obstacle(&description()?, &sources, &binding)?)?;
    let compiled = Stamp::of(place("obstacle.txt"), [&pom, &sources, &binding])?;
    Ok((pom, compiled))
}

/// Returns the package's own description with another name, other folders, and compilation only.
fn obstacle(own: &str, sources: &Path, binding: &Path) -> Result<String> {
    let (head, rest) = own
        .split_once("<packaging>jar</packaging>")
        .context("pom.xml does not say <packaging>jar</packaging>")?;
    let head = head.replace("parsec-client", "parsec-obstacle");
    let (properties, rest) = rest
        .split_once("<parsec.binding>")
        .context("pom.xml has no property parsec.binding")?;
    let (_, rest) = rest
        .split_once("</properties>")
        .context("pom.xml has no properties")?;
    // The folders of the package itself are properties with other names, for all projects together.
    let rest = rest.replace("${parsec.", "${obstacle.");
    let source = |path: &dyn std::fmt::Display| format!("<sourceDir>{path}</sourceDir>");
    let rest = rest.replace(&source(&"src/main/kotlin"), &source(&sources.display()));
    Ok(format!(
        "{head}<packaging>pom</packaging>{properties}\
         <obstacle.binding>{}</obstacle.binding>\n    \
         <obstacle.target>{}</obstacle.target>\n    \
         <maven.test.skip>true</maven.test.skip>\n    \
         <dokka.skip>true</dokka.skip>\n  \
         </properties>{rest}",
        binding.display(),
        place("obstacle-target").display(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skip_keeps_its_reason() {
        let report = "<testcase name=\"a\">\n<skipped type=\"X\"><![CDATA[X: needs \"a\"\n\tat Y]]></skipped>\n\
             </testcase><testcase name=\"b\"/>";
        assert_eq!(
            with_reasons(report),
            "<testcase name=\"a\">\n<skipped message=\"needs &quot;a&quot;\"/>\n</testcase><testcase name=\"b\"/>"
        );
        assert_eq!(
            with_reasons("<skipped message=\"m\"/>"),
            "<skipped message=\"m\"/>"
        );
    }

    #[test]
    fn the_obstacle_project_has_its_own_name_and_folders() {
        let description = description().unwrap();
        let pom = obstacle(&description, Path::new("/s"), Path::new("/b")).unwrap();
        assert!(pom.contains("<sourceDir>/s</sourceDir>"), "{pom}");
        assert!(!pom.contains("parsec-client</artifactId>"), "{pom}");
        assert!(!pom.contains("${parsec."), "{pom}");
        assert!(pom.contains("<obstacle.binding>/b</obstacle.binding>"));
    }
}
