//! Every page is in the book, every link has a target, and every sample is tested.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use parsec_book::samples::{LANGUAGES, shown, tasks};
use parsec_harness::{cli, root, service_binary};
use parsec_tests_book::markdown::{Block, blocks, pages};
use tempfile::TempDir;

/// Fence names of runnable languages.
const RUNNABLE: [&str; 14] = [
    "shell",
    "sh",
    "bash",
    "rust",
    "python",
    "py",
    "javascript",
    "js",
    "typescript",
    "ts",
    "kotlin",
    "kt",
    "swift",
    "java",
];

/// Documents outside the book whose samples are checked here; the packages' documents have tests
/// there.
const FRONT: [&str; 4] = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the pages and the documents in the root folder, by path, with their texts.
fn documents() -> Vec<(PathBuf, String)> {
    let front = FRONT.iter().map(|name| root().join(name));
    let all = pages().into_iter().chain(front);
    all.map(|path| {
        let text = with_included(&path, &read(&path));
        (path, text)
    })
    .collect()
}

/// Returns a page with the files that it includes.
fn with_included(page: &Path, text: &str) -> String {
    let line = |line: &str| {
        let file = line.strip_prefix("{{#include ")?.strip_suffix("}}")?;
        Some(read(&page.parent()?.join(file)))
    };
    text.lines()
        .map(|it| line(it).unwrap_or_else(|| format!("{it}\n")))
        .collect()
}

#[test]
fn every_page_is_in_the_summary() {
    let folder = parsec_book::folder().join("src");
    let summary = parsec_book::summary().unwrap();
    let listed: BTreeSet<PathBuf> = targets(&summary, "](", ')')
        .map(|link| folder.join(link))
        .collect();
    let written: BTreeSet<PathBuf> = pages().into_iter().collect();
    assert!(written.len() > 40, "the pages are found");
    assert_eq!(listed, written);
}

/// Returns the texts between an opening mark and the next closing mark.
fn targets<'a>(text: &'a str, open: &'a str, close: char) -> impl Iterator<Item = &'a str> {
    text.split(open)
        .skip(1)
        .filter_map(move |rest| rest.split(close).next())
}

#[test]
fn every_link_of_the_rendered_book_has_a_target() {
    let folder = tempfile::tempdir().unwrap();
    parsec_book::build(folder.path()).unwrap();
    let mut files = BTreeMap::new();
    collect_html(folder.path(), folder.path(), &mut files);
    assert!(files.len() > 60, "{} pages", files.len());
    let mut broken = Vec::new();
    let mut links = 0;
    for (page, text) in &files {
        for attribute in [" href=\"", " src=\""] {
            for link in targets(text, attribute, '"') {
                links += 1;
                if let Some(why) = dead(folder.path(), page, link, &files) {
                    broken.push(format!("{}: {link}: {why}", page.display()));
                }
            }
        }
    }
    assert!(links > 1000, "{links} links");
    assert!(broken.is_empty(), "{broken:#?}");
    let quote = &files[Path::new("reference/operations/quote.html")];
    assert!(quote.contains("tpm, not by software, pkcs11"), "{quote}");
}

/// The single pages of the rendered book; `print.html` contains all of them.
fn collect_html(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_html(root, &path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "html")
            && !path.ends_with("print.html")
            && !path.ends_with("404.html")
        {
            files.insert(path.strip_prefix(root).unwrap().to_owned(), read(&path));
        }
    }
}

/// Returns why a link is broken, if it is.
fn dead(
    book: &Path,
    page: &Path,
    link: &str,
    files: &BTreeMap<PathBuf, String>,
) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("data:") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        _ => normal(&page.parent().unwrap().join(file)),
    };
    if !book.join(&target).is_file() {
        return Some("no such file");
    }
    let has = |text: &String| text.contains(&format!("id=\"{anchor}\""));
    match files.get(&target) {
        Some(text) if !anchor.is_empty() && !has(text) => Some("no such heading"),
        _ => None,
    }
}

/// Returns a path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

#[test]
fn every_link_between_documents_has_a_target() {
    let output = Command::new("git")
        .args(["ls-files", "*.md"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let mut documents: Vec<PathBuf> = listed.lines().map(|line| root().join(line)).collect();
    documents.extend(pages());
    documents.extend(FRONT.map(|name| root().join(name)));
    let mut broken = Vec::new();
    for document in documents.iter().filter(|document| document.is_file()) {
        let folder = document.parent().unwrap();
        let text = read(document);
        // A template's links are those of its output.
        if document
            .components()
            .any(|part| part.as_os_str() == "templates")
        {
            continue;
        }
        for link in targets(&text, "](", ')') {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !link.contains("://") && !folder.join(file).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A block that a reader might copy and run.
fn is_runnable(block: &Block) -> bool {
    let language = block.info.split([',', ' ']).next().unwrap();
    RUNNABLE.contains(&language)
}

#[test]
fn every_runnable_block_is_a_tested_sample() {
    let mut samples = BTreeSet::new();
    for task in tasks().unwrap() {
        for language in LANGUAGES {
            samples.extend(language.sample(&task).map(|path| read(&path)));
        }
    }
    let mut strays = Vec::new();
    for (path, text) in documents() {
        // The examples on these pages come from the contracts of the handles.
        let generated = path
            .components()
            .any(|part| part.as_os_str() == "operations");
        for block in blocks(&text).into_iter().filter(is_runnable) {
            if !generated && !samples.contains(&block.text) {
                strays.push(format!("{}:{}", path.display(), block.line));
            }
        }
        let indented = |line: &str| line.starts_with("    ") && !line.trim().is_empty();
        let mut before = "";
        for (number, line) in text.lines().enumerate() {
            // An indented block names no language, so it cannot be checked.
            if indented(line) && before.is_empty() && !in_a_block(&text, number) {
                strays.push(format!("{}:{}", path.display(), number + 1));
            }
            before = line;
        }
    }
    assert!(
        strays.is_empty(),
        "move these to files in book/samples, or mark commands for the reader's own machine as `console`: {strays:#?}"
    );
}

fn in_a_block(text: &str, number: usize) -> bool {
    blocks(text)
        .iter()
        .any(|block| number >= block.line && number < block.line + block.text.lines().count())
}

#[test]
fn every_sample_is_on_a_page() {
    let documents = documents();
    for task in tasks().unwrap() {
        let in_tabs = |text: &str| shown(text).any(|found| found == task);
        assert!(
            documents.iter().any(|(_, text)| in_tabs(text)),
            "book/samples/{task} is on no page"
        );
    }
}

/// Builds `cargo xtask` in the same way as cargo does.
fn xtask() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "xtask"])
            .current_dir(root())
            // Build scripts run again if this variable changes.
            .env_remove("RUSTC_BOOTSTRAP")
            .status();
        assert!(built.unwrap().success(), "xtask does not build");
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("../debug/xtask")
    })
}

/// Returns whether our programs accept a command line, without running it.
fn is_known(line: &str) -> Result<(), String> {
    let line = line.split(['|', '<', '>', '#', ';']).next().unwrap();
    let mut words = line.split_whitespace();
    let mut command = match words.next() {
        Some("parsec") => Command::new(cli()),
        Some("parsec-service") => Command::new(service_binary()),
        Some("cargo") if line.starts_with("cargo xtask") => {
            words.next();
            Command::new(xtask())
        }
        _ => return Ok(()),
    };
    let words = words.map(|word| word.trim_matches(['"', '\'']));
    let output = command.args(words).arg("--help").output().unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn every_parsec_command_in_the_book_exists() {
    let mut wrong = Vec::new();
    let mut checked = BTreeSet::new();
    for (path, text) in documents() {
        for block in blocks(&text) {
            if block.info != "console" {
                continue;
            }
            for line in block.text.lines().map(str::trim) {
                let line = line.strip_prefix("sudo ").unwrap_or(line);
                let line = line.strip_prefix("-u parsec ").unwrap_or(line);
                if !checked.insert(line.to_owned()) {
                    continue;
                }
                if let Err(why) = is_known(line) {
                    wrong.push(format!("{}: {line}: {why}", path.display()));
                }
            }
        }
    }
    assert!(checked.len() > 10, "{checked:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_diff_of_the_contributors_guide_applies() {
    let folder = parsec_book::folder().join("diffs");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let output = Command::new("git")
            .args(["apply", "--check", "--verbose"])
            .arg(fs::canonicalize(&path).unwrap())
            .current_dir(root())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", path.display());
        let contracts = with_diff(&fs::canonicalize(&path).unwrap());
        if let Err(problems) = parsec_codegen::generate(contracts.path()) {
            panic!("{}: {problems}", path.display());
        }
        count += 1;
    }
    assert_eq!(count, 3, "an operation, a provider, a language");
}

#[test]
fn a_new_provider_is_a_crate_and_a_contract_and_two_lines() {
    let diff = read(&parsec_book::folder().join("diffs/provider.diff"));
    let mut lines = BTreeMap::new();
    for file in diff.split("--- ").skip(1) {
        let path = targets(file, "+++ b/", '\n').next().unwrap();
        let added = file.lines().filter(|line| line.starts_with('+')).count() - 1;
        assert!(!file.contains("\n-"), "{path}: an existing line changes");
        lines.insert(path, added);
    }
    lines.retain(|path, _| !path.starts_with("service/providers/hwrng/"));
    assert!(lines.remove("contracts/providers.toml").is_some());
    let expected = [("service/Cargo.toml", 1), ("service/src/providers.rs", 1)];
    assert_eq!(lines, BTreeMap::from(expected));
}

/// Copies the contracts and applies a diff.
fn with_diff(diff: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(root().join("contracts"))
        .arg(folder.path())
        .status();
    assert!(copied.unwrap().success());
    let applied = Command::new("git")
        .args(["apply", "--include=contracts/*"])
        .arg(diff)
        .current_dir(folder.path())
        // Not part of the repository.
        .env("GIT_CEILING_DIRECTORIES", folder.path())
        .status();
    assert!(applied.unwrap().success());
    folder
}

/// Adds the required parts that a fragment of a configuration omits.
fn whole(fragment: &str) -> String {
    let mut text = fragment.to_owned();
    let mut insert = |section: &str, lines: &str| {
        let whole = format!("{section}\n{lines}");
        match text.contains(section) {
            true => text = text.replacen(section, &whole, 1),
            false => text = format!("{whole}\n{text}"),
        }
    };
    // The tests may run as root, which a configuration must permit.
    insert("[core_settings]", "allow_root = true");
    if !fragment.contains("listener_type") {
        insert("[listener]", "listener_type = \"DomainSocket\"");
    }
    if !fragment.contains("[[provider]]") {
        insert("[[provider]]", "provider_type = \"MbedCrypto\"");
    }
    if !fragment.contains("authenticator]") {
        text += "\n[[authenticator]]\nauth_type = \"UnixPeerCredentials\"\nname = \"host\"\n\
                 \n[[authenticator]]\nauth_type = \"JwtSvid\"\nname = \"mesh\"\n";
    }
    text
}

#[test]
fn every_configuration_in_the_book_is_valid() {
    let mut count = 0;
    for (path, text) in documents() {
        for block in blocks(&text).iter().filter(|block| block.info == "toml") {
            count += 1;
            let folder = tempfile::tempdir().unwrap();
            let config = folder.path().join("config.toml");
            fs::write(&config, whole(&block.text)).unwrap();
            // Credentials in the form that systemd provides.
            fs::write(folder.path().join("hsm-pin"), "1234").unwrap();
            fs::write(folder.path().join("parsec-master-key"), [7; 32]).unwrap();
            let output = Command::new(service_binary())
                .arg("--check")
                .arg("--config")
                .arg(&config)
                .env("CREDENTIALS_DIRECTORY", folder.path())
                .env("RUNTIME_DIRECTORY", folder.path())
                .env("STATE_DIRECTORY", folder.path())
                .output()
                .unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            let place = format!("{}:{}", path.display(), block.line);
            // Its devices may be missing here, and a feature may not be compiled in.
            let is_understood = matches!(output.status.code(), Some(0 | 6));
            let is_left_out = errors.contains("was built without");
            assert!(is_understood || is_left_out, "{place}: {errors}");
            assert!(!errors.contains("ignored"), "{place}: {errors}");
        }
    }
    assert!(count > 8, "{count} configs in the book");
}
