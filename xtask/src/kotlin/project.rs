//! A project that uses the jar, with only its declared dependencies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::maven;
use crate::samples::{of_the_book, sample_of};
use crate::stamp::Stamp;
use crate::{places, uniffi};

/// A project with only the jar and its declared dependencies.
pub(crate) struct Project {
    classes: String,
}

fn folder() -> PathBuf {
    places::target().join("packages/kotlin-empty")
}

fn list() -> PathBuf {
    folder().join("classes.txt")
}

/// The inputs of its last build.
pub(crate) fn made_with(profile: &str) -> Result<Stamp> {
    let own = maven::folder();
    let root = places::root();
    Stamp::of(
        folder().join("made-with.txt"),
        [
            uniffi::library(profile),
            root.join("bindings/uniffi/bindings.toml"),
            own.join("pom.xml"),
            own.join("src/main"),
            own.join("bench"),
            own.join("README.md"),
            root.join("README.md"),
            root.join("book/samples"),
        ],
    )
}

/// Writes the samples and the measurements into a project, and returns its description.
pub(crate) fn write_project() -> Result<PathBuf> {
    let folder = places::fresh_package("kotlin-empty")?;
    let code = folder.join("src/main/kotlin");
    fs::create_dir_all(&code)?;
    let own = maven::folder();
    let page = |readme: PathBuf| sample_of(&readme, "kotlin");
    let mut sources = vec![
        ("Readme".to_owned(), page(own.join("README.md"))?),
        (
            "FrontDoor".to_owned(),
            page(places::root().join("README.md"))?,
        ),
        (
            "Calls".to_owned(),
            fs::read_to_string(own.join("bench/Calls.kt"))?,
        ),
    ];
    sources.extend(of_the_book("kt")?);
    for (name, text) in sources {
        fs::write(code.join(format!("{name}.kt")), text)?;
    }
    let pom = folder.join("pom.xml");
    fs::write(
        &pom,
        description(&fs::read_to_string(own.join("pom.xml"))?, &list())?,
    )?;
    Ok(pom)
}

impl Project {
    /// Returns the most recently built project.
    pub(crate) fn open() -> Result<Self> {
        let list = list();
        let libraries = fs::read_to_string(&list)
            .with_context(|| format!("{}: compile it first", list.display()))?;
        let classes = format!("{}:{libraries}", folder().join("target/classes").display());
        Ok(Self { classes })
    }

    /// Returns its class path.
    pub(crate) fn classes(&self) -> &str {
        &self.classes
    }

    /// Runs one of its programs.
    pub(crate) fn java(&self, main: &str) -> Command {
        let mut command = Command::new("java");
        command.arg("-cp").arg(&self.classes).arg(main);
        command.current_dir(folder());
        command
    }
}

/// Returns the description of a project with nothing else, with the package's own versions. It
/// packages nothing, and so needs none of Maven's plugins for that.
fn description(own: &str, list: &Path) -> Result<String> {
    let version = |name: &str| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let (_, after) = own.split_once(&open)?;
        after.split_once(&close).map(|(version, _)| version)
    };
    let kotlin = version("kotlin.version").context("pom.xml has no version of Kotlin")?;
    Ok(format!(
        r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>empty</groupId>
  <artifactId>empty</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <properties>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.parsec</groupId>
      <artifactId>parsec-client</artifactId>
      <version>{}</version>
    </dependency>
  </dependencies>
  <build>
    <sourceDirectory>src/main/kotlin</sourceDirectory>
    <plugins>
      <plugin>
        <groupId>org.jetbrains.kotlin</groupId>
        <artifactId>kotlin-maven-plugin</artifactId>
        <version>{kotlin}</version>
        <configuration><jvmTarget>17</jvmTarget></configuration>
        <executions>
          <execution><phase>compile</phase><goals><goal>compile</goal></goals></execution>
        </executions>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.11.0</version>
        <executions>
          <execution>
            <phase>compile</phase>
            <goals><goal>build-classpath</goal></goals>
            <configuration><outputFile>{}</outputFile></configuration>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
"#,
        env!("CARGO_PKG_VERSION"),
        list.display()
    ))
}
