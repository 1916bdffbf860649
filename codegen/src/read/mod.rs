//! Parses the TOML files into structs. The result is well-formed, but not yet checked.

pub mod raw;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;

use crate::problem::{Place, Problem, Problems, Sources};
use raw::{
    Authenticators, Handle, KeyKinds, Operation, Protocol, Providers, Published, Statuses, Type,
};

/// The content of all contract files.
#[derive(Debug)]
pub struct Contracts {
    /// `protocol.toml`.
    pub protocol: Protocol,
    /// `statuses.toml`.
    pub statuses: Statuses,
    /// `providers.toml`.
    pub providers: Providers,
    /// `authenticators.toml`.
    pub authenticators: Authenticators,
    /// `key_kinds.toml`.
    pub key_kinds: KeyKinds,
    /// `types/*.toml`, by file name.
    pub types: Vec<TypeFile>,
    /// `operations/*.toml`, by file name.
    pub operations: Vec<OperationFile>,
    /// `handles/*.toml`, by file name.
    pub handles: Vec<HandleFile>,
    /// The names of the functions of the Rust core, if its source exists.
    pub core_functions: Option<BTreeSet<String>>,
    /// `compat/published.toml`.
    pub published: Published,
    /// The texts of the files, for error messages.
    pub sources: Sources,
}

/// A file of types.
#[derive(Debug)]
pub struct TypeFile {
    /// Its path, relative to the root.
    pub file: String,
    /// Its name without the extension: the protobuf package.
    pub stem: String,
    /// The types in the order of the file.
    pub types: IndexMap<String, Type>,
}

/// A file with an operation.
#[derive(Debug)]
pub struct OperationFile {
    /// Its path, relative to the root.
    pub file: String,
    /// Its name without the extension: the name of the operation.
    pub name: String,
    /// Its content.
    pub operation: Operation,
}

/// A file with a handle.
#[derive(Debug)]
pub struct HandleFile {
    /// Its path, relative to the root.
    pub file: String,
    /// Its name without the extension: the name of the handle.
    pub name: String,
    /// Its content.
    pub handle: Handle,
}

impl Contracts {
    /// Returns the type with that name, and its file.
    pub fn type_named(&self, name: &str) -> Option<(&TypeFile, &Type)> {
        self.types
            .iter()
            .find_map(|file| file.types.get(name).map(|found| (file, found)))
    }
}

/// The path of a single file, relative to the root.
pub const PROTOCOL: &str = "contracts/protocol.toml";
/// See [`PROTOCOL`].
pub const STATUSES: &str = "contracts/statuses.toml";
/// See [`PROTOCOL`].
pub const PROVIDERS: &str = "contracts/providers.toml";
/// See [`PROTOCOL`].
pub const AUTHENTICATORS: &str = "contracts/authenticators.toml";
/// See [`PROTOCOL`].
pub const KEY_KINDS: &str = "contracts/key_kinds.toml";
/// See [`PROTOCOL`].
pub const PUBLISHED: &str = "contracts/compat/published.toml";

/// Reads all contract files below `root`.
///
/// # Errors
///
/// An error for each file that is missing, or whose TOML does not have the form of a contract.
pub fn contracts(root: &Path) -> Result<Contracts, Problems> {
    let mut reader = Reader {
        root,
        sources: Sources::new(),
        problems: Vec::new(),
    };
    let protocol = reader.file(PROTOCOL);
    let statuses = reader.file(STATUSES);
    let providers = reader.file(PROVIDERS);
    let authenticators = reader.file(AUTHENTICATORS);
    let key_kinds = reader.file(KEY_KINDS);
    let published = reader.file(PUBLISHED);
    let types = reader
        .folder("contracts/types")
        .into_iter()
        .filter_map(|(file, stem)| {
            Some(TypeFile {
                types: reader.file(&file)?,
                file,
                stem,
            })
        })
        .collect();
    let operations = reader
        .folder("contracts/operations")
        .into_iter()
        .filter_map(|(file, name)| {
            Some(OperationFile {
                operation: reader.file(&file)?,
                file,
                name,
            })
        })
        .collect();
    let handles = reader
        .folder("contracts/handles")
        .into_iter()
        .filter_map(|(file, name)| {
            Some(HandleFile {
                handle: reader.file(&file)?,
                file,
                name,
            })
        })
        .collect();
    let Reader {
        sources, problems, ..
    } = reader;
    match (
        protocol,
        statuses,
        providers,
        authenticators,
        key_kinds,
        published,
    ) {
        (
            Some(protocol),
            Some(statuses),
            Some(providers),
            Some(authenticators),
            Some(key_kinds),
            Some(published),
        ) if problems.is_empty() => Ok(Contracts {
            protocol,
            statuses,
            providers,
            authenticators,
            key_kinds,
            types,
            operations,
            handles,
            core_functions: core_functions(root),
            published,
            sources,
        }),
        _ => Err(Problems::new(problems, sources)),
    }
}

/// The folders with the functions that handles call.
const CORE: [&str; 2] = ["clients/rust/src/client_core", "clients/rust/src"];

/// Returns the names of all functions of the Rust core. `None` if the folders do not exist.
fn core_functions(root: &Path) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in CORE {
        for entry in fs::read_dir(root.join(folder)).ok()?.flatten() {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            for line in text.split("fn ").skip(1) {
                let end = line.find(['(', '<']).unwrap_or_default();
                names.insert(line[..end].to_owned());
            }
        }
    }
    Some(names)
}

struct Reader<'a> {
    root: &'a Path,
    sources: Sources,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn file<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = match fs::read_to_string(self.root.join(file)) {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(Problem::at(
                    file,
                    [""; 0],
                    format!("this file cannot be read: {error}"),
                    "create it; contracts/README.md describes its content",
                ));
                return None;
            }
        };
        let parsed = toml::from_str(&text);
        self.sources.insert(file.to_owned(), text);
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.push(Problem {
                    file: file.to_owned(),
                    place: Place::Span(error.span().unwrap_or(0..0)),
                    message: error.message().to_owned(),
                    help: advice(error.message()),
                });
                None
            }
        }
    }

    /// Returns the TOML files of a folder: path and stem, sorted.
    fn folder(&self, folder: &str) -> Vec<(String, String)> {
        let mut stems: Vec<String> = fs::read_dir(self.root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                entry
                    .file_name()
                    .to_str()?
                    .strip_suffix(".toml")
                    .map(str::to_owned)
            })
            .collect();
        stems.sort();
        stems
            .into_iter()
            .map(|stem| (format!("{folder}/{stem}.toml"), stem))
            .collect()
    }
}

/// Returns advice for an error of serde. For "unknown field `x`, expected one of `a`, `b`" it
/// suggests the nearest name.
fn advice(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown") && quoted.len() > 1 {
        let nearest = quoted[1..]
            .iter()
            .max_by(|a, b| {
                strsim::jaro_winkler(quoted[0], a).total_cmp(&strsim::jaro_winkler(quoted[0], b))
            })
            .copied()
            .unwrap_or_default();
        return format!("did you mean `{nearest}`? contracts/README.md lists every key");
    }
    "contracts/README.md shows the expected form".to_owned()
}
