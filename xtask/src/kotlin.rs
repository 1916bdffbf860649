//! The Kotlin package: its tools, its checks, its tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{codegen, places, shell, uniffi};

/// How JNA calls this platform: a native library in a folder of that name is found in a jar.
const PLATFORM: &str = if cfg!(target_arch = "aarch64") {
    "linux-aarch64"
} else {
    "linux-x86-64"
};

/// The package's folder.
pub(crate) fn folder() -> PathBuf {
    places::root().join("clients/kotlin")
}

/// The goals of the tests.
const TESTS: [&str; 2] = ["test", "dokka:dokka"];

/// Where what is made for Maven lies.
fn place(name: &str) -> PathBuf {
    places::target().join("kotlin").join(name)
}

/// What Maven has fetched for some goals from Maven Central it need not ask for again; other goals
/// want other plugins.
fn stamp(goals: &[&str]) -> PathBuf {
    let names: Vec<_> = goals.iter().map(|goal| goal.replace(':', "-")).collect();
    place("fetched").join(names.join("+"))
}

/// Runs Maven, and remembers that it has all that these goals want.
fn fetch(command: &mut Command, goals: &[&str]) -> Result<()> {
    shell::step(command)?;
    fs::create_dir_all(place("fetched"))?;
    fs::write(stamp(goals), wanted()?)?;
    Ok(())
}

/// Maven on a `pom.xml`.
pub(crate) fn maven(pom: &Path, goals: &[&str]) -> Command {
    let mut command = Command::new("mvn");
    command
        .args(["--batch-mode", "--no-transfer-progress", "--file"])
        .arg(pom);
    // Nothing shall go on running afterwards.
    command.arg("-Dkotlin.compiler.daemon=false");
    if is_fetched(goals) {
        command.arg("--offline");
    }
    command.args(goals);
    command
}

/// Maven on the package, with a binding and the native library of a profile.
fn package(pom: &Path, build: &str, goals: &[&str]) -> Command {
    let mut command = maven(pom, goals);
    for (name, folder) in [
        ("parsec.binding", place("binding")),
        ("parsec.native", place(build)),
        ("parsec.target", place(&format!("{build}-target"))),
    ] {
        command.arg(format!("-D{name}={}", folder.display()));
    }
    command
}

fn wanted() -> Result<String> {
    let pom = folder().join("pom.xml");
    fs::read_to_string(&pom).with_context(|| format!("reading {}", pom.display()))
}

fn is_fetched(goals: &[&str]) -> bool {
    match (fs::read_to_string(stamp(goals)), wanted()) {
        (Ok(fetched), Ok(wanted)) => fetched == wanted && repository().is_dir(),
        _ => false,
    }
}

/// Maven's own store.
pub(crate) fn repository() -> PathBuf {
    let home = env::var_os("HOME").unwrap_or_default();
    PathBuf::from(home).join(".m2/repository")
}

/// Says what the first run of Maven will fetch.
pub(crate) fn set_up() -> Result<()> {
    if !is_fetched(&TESTS) {
        println!(
            "Maven will fetch from Maven Central what clients/kotlin/pom.xml names: \
             Kotlin's compiler, coroutines, JNA, JUnit, ktlint, Dokka and its own plugins."
        );
    }
    Ok(())
}

/// Puts what Maven compiles and packs where it looks: uniffi's code, and the library of a profile.
fn place_binding(profile: &str) -> Result<()> {
    let library = uniffi::library(profile);
    uniffi::generate(&library, "kotlin", &place("binding"))?;
    let natives = place(profile).join(PLATFORM);
    fs::create_dir_all(&natives)?;
    shell::install(&library, &natives.join("libparsec_uniffi.so"))
}

/// Form, compilation with warnings as errors, the tests, and that every public item is documented.
pub(crate) fn test() -> Result<()> {
    set_up()?;
    place_binding("debug")?;
    let pom = folder().join("pom.xml");
    let tests = package(&pom, "debug", &TESTS);
    fetch(&mut shell::with_services(tests, "kotlin"), &TESTS)?;
    hostile_names()
}

/// What is generated from names that are keywords somewhere has to compile, by Kotlin as well.
fn hostile_names() -> Result<()> {
    let tree = codegen::hostile_names()?;
    let binding = place("obstacle-binding");
    uniffi::generate(&uniffi::hostile_names()?, "kotlin", &binding)?;
    let goals = ["compile"];
    let mut compile = maven(&tree.join("clients/kotlin/pom.xml"), &goals);
    compile
        .arg(format!("-Dparsec.binding={}", binding.display()))
        .arg(format!("-Dparsec.native={}", place("obstacle").display()))
        .arg(format!(
            "-Dparsec.target={}",
            place("obstacle-target").display()
        ));
    fetch(&mut compile, &goals)
}

/// Builds the jar, optimised, and says where it is.
pub(crate) fn jar() -> Result<PathBuf> {
    let build = ["build", "--release", "--package", "parsec-uniffi"];
    shell::step(&mut shell::cargo(&build))?;
    place_binding("release")?;
    let pom = folder().join("pom.xml");
    let goals = ["package", "-DskipTests", "-Dmaven.test.skip=true"];
    fetch(&mut package(&pom, "release", &goals), &goals)?;
    Ok(place("release-target").join(format!("parsec-client-{}.jar", env!("CARGO_PKG_VERSION"))))
}

/// A project that has nothing but the jar and what its description asks for.
pub(crate) struct Project {
    folder: PathBuf,
    classes: String,
}

impl Project {
    /// Makes it in `folder`, of files by their names, and compiles it.
    pub(crate) fn new(folder: &Path, jar: &Path, sources: &[(String, String)]) -> Result<Self> {
        let code = folder.join("src/main/kotlin");
        fs::create_dir_all(&code)?;
        for (name, text) in sources {
            fs::write(code.join(format!("{name}.kt")), text)?;
        }
        let own = self::folder().join("pom.xml");
        let pom = folder.join("pom.xml");
        fs::write(&pom, consumer(&wanted()?)?)?;
        let goals = ["install:install-file"];
        let mut install = maven(&own, &goals);
        install
            .arg(format!("-Dfile={}", jar.display()))
            .arg(format!("-DpomFile={}", own.display()));
        fetch(&mut install, &goals)?;
        let list = folder.join("classes.txt");
        let goals = ["compile", "dependency:build-classpath"];
        let mut compile = maven(&pom, &goals);
        compile.arg(format!("-Dmdep.outputFile={}", list.display()));
        fetch(&mut compile, &goals)?;
        Self::open(folder)
    }

    /// One that was made before.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let list = folder.join("classes.txt");
        let libraries = fs::read_to_string(&list)
            .with_context(|| format!("{}: compile it first", list.display()))?;
        let classes = format!("{}:{libraries}", folder.join("target/classes").display());
        Ok(Self {
            folder: folder.to_owned(),
            classes,
        })
    }

    /// Where its classes and those that they need are.
    pub(crate) fn classes(&self) -> &str {
        &self.classes
    }

    /// Runs a program of it.
    pub(crate) fn java(&self, main: &str) -> Command {
        let mut command = Command::new("java");
        command.arg("-cp").arg(&self.classes).arg(main);
        command.current_dir(&self.folder);
        command
    }
}

/// The description of an empty project, with the versions of the package's own.
fn consumer(own: &str) -> Result<String> {
    let version = |name: &str| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let (_, after) = own.split_once(&open)?;
        after.split_once(&close).map(|(version, _)| version)
    };
    let kotlin = version("kotlin.version").context("pom.xml names no version of Kotlin")?;
    Ok(format!(
        r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>empty</groupId>
  <artifactId>empty</artifactId>
  <version>1</version>
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
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-resources-plugin</artifactId>
        <version>3.5.0</version>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.11.0</version>
      </plugin>
      <plugin>
        <groupId>org.jetbrains.kotlin</groupId>
        <artifactId>kotlin-maven-plugin</artifactId>
        <version>{kotlin}</version>
        <configuration><jvmTarget>17</jvmTarget></configuration>
        <executions>
          <execution><goals><goal>compile</goal></goals></execution>
        </executions>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.16.0</version>
        <executions>
          <execution><id>default-compile</id><phase>none</phase></execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
"#,
        env!("CARGO_PKG_VERSION")
    ))
}
