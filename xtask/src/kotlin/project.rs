//! Projects that use the jar, with only its declared dependencies: in Kotlin of each supported
//! version, and in Java as a module.

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
            own.join("src/consumer"),
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
    write_description(
        &folder,
        "empty",
        &kotlin_plugin(&kotlin_version()?),
        &list(),
    )
}

/// The oldest versions of Kotlin that can compile against the jar: each last release.
const OLD_KOTLIN: &[&str] = &["2.1.21", "2.2.21"];

/// Writes projects with the same samples for old versions of Kotlin, and one of a Java module, and
/// returns their descriptions. Each has to compile.
pub(crate) fn write_consumers() -> Result<Vec<PathBuf>> {
    let samples = folder().join("src/main/kotlin");
    let mut poms = Vec::new();
    for version in OLD_KOTLIN {
        let name = format!("kotlin-{version}");
        let folder = places::fresh_package(&name)?;
        let code = folder.join("src/main/kotlin");
        fs::create_dir_all(&code)?;
        for entry in fs::read_dir(&samples)? {
            let entry = entry?;
            fs::copy(entry.path(), code.join(entry.file_name()))?;
        }
        let list = folder.join("classes.txt");
        poms.push(write_description(
            &folder,
            &name,
            &kotlin_plugin(version),
            &list,
        )?);
    }
    let folder = places::fresh_package(MODULE)?;
    let code = folder.join("src/main/java");
    let consumer = maven::folder().join("src/consumer/java");
    fs::create_dir_all(code.join("consumer"))?;
    for file in ["module-info.java", "consumer/Main.java"] {
        fs::copy(consumer.join(file), code.join(file))?;
    }
    let list = folder.join("classes.txt");
    poms.push(write_description(&folder, MODULE, JAVA_PLUGIN, &list)?);
    Ok(poms)
}

/// The project of a Java module.
const MODULE: &str = "java-module";

/// Runs the program of the Java module on the module path. The flag permits JNA to load the native
/// library; an older JVM does not know it.
pub(crate) fn java_module() -> Result<Command> {
    let folder = places::target().join("packages").join(MODULE);
    let list = folder.join("classes.txt");
    let libraries = fs::read_to_string(&list)
        .with_context(|| format!("{}: compile it first", list.display()))?;
    let path = format!("{}:{libraries}", folder.join("target/classes").display());
    let mut command = Command::new("java");
    command.args(["--module-path", &path, "--module", "consumer/consumer.Main"]);
    command.current_dir(folder);
    Ok(command)
}

/// Returns the version of Kotlin that compiles the package.
fn kotlin_version() -> Result<String> {
    let own = maven::description()?;
    let (_, after) = own
        .split_once("<kotlin.version>")
        .context("pom.xml has no version of Kotlin")?;
    let (version, _) = after
        .split_once("</kotlin.version>")
        .context("pom.xml has no version of Kotlin")?;
    Ok(version.to_owned())
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

/// The plugin that compiles Kotlin.
fn kotlin_plugin(version: &str) -> String {
    format!(
        r#"      <plugin>
        <groupId>org.jetbrains.kotlin</groupId>
        <artifactId>kotlin-maven-plugin</artifactId>
        <version>{version}</version>
        <configuration>
          <jvmTarget>17</jvmTarget>
          <!-- `hexToByteArray`, which is stable since 2.2. -->
          <args><arg>-opt-in=kotlin.ExperimentalStdlibApi</arg></args>
        </configuration>
        <executions>
          <execution><phase>compile</phase><goals><goal>compile</goal></goals></execution>
        </executions>
      </plugin>
"#
    )
}

/// The plugin that compiles Java, with warnings as errors.
const JAVA_PLUGIN: &str = r#"      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.16.0</version>
        <configuration>
          <release>17</release>
          <compilerArgs><arg>-Xlint:all</arg><arg>-Werror</arg></compilerArgs>
        </configuration>
        <executions>
          <execution>
            <id>java</id>
            <phase>compile</phase>
            <goals><goal>compile</goal></goals>
          </execution>
        </executions>
      </plugin>
"#;

/// Writes the description of a project with nothing else, which lists its libraries in a file. It
/// packages nothing, and so needs none of Maven's plugins for that.
fn write_description(folder: &Path, name: &str, plugin: &str, list: &Path) -> Result<PathBuf> {
    let pom = folder.join("pom.xml");
    let text = format!(
        r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>empty</groupId>
  <artifactId>{name}</artifactId>
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
    <sourceDirectory>{}</sourceDirectory>
    <plugins>
{plugin}      <plugin>
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
        if plugin == JAVA_PLUGIN {
            "src/main/java"
        } else {
            "src/main/kotlin"
        },
        list.display()
    );
    fs::write(&pom, text)?;
    Ok(pom)
}
