//! The parser and the checks of contracts.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use parsec_codegen::{check, model, read};
use parsec_harness::root;
use tempfile::TempDir;

use super::seeds;
use crate::{Outcome, Target, World, world};

pub(super) const TARGET: Target = Target {
    name: "contracts",
    about: "the parser of contracts: each is rejected with a message, or resolved",
    run,
    seeds,
    words: &[
        "optional = true\n",
        "repeated = true\n",
        "secret = true\n",
        "default = \"key-policy\"\n",
        "length = \"hash-length(alg)\"\n",
        "form = \"union\"\n",
        "form = \"enum\"\n",
        "form = \"scalar\"\n",
        "type = \"bytes\"\n",
        "type = \"uint64\"\n",
        "effect = \"use\"\n",
        "effect = \"create\"\n",
        "[[example]]\n",
        "input = {}\n",
        "extension = true\n",
        "0x8000",
        "18446744073709551615",
        "4294967295",
        "{ hex = \"0\" }",
        "{ text = \"\" }",
        "since = \"ext\"\n",
    ],
    longest: 4096,
    world: World::Nothing,
};

/// The files of the small test set.
fn files() -> Vec<PathBuf> {
    let small = root().join("codegen/tests/small");
    let mut files = Vec::new();
    for folder in ["", "compat", "operations", "types"] {
        files.extend(seeds::files(&small.join("contracts").join(folder), "toml"));
    }
    let below = |file: &PathBuf| file.strip_prefix(&small).map(Path::to_owned).ok();
    files.iter().filter_map(below).collect()
}

/// Returns each file unchanged, and with each known error.
fn seeds() -> Vec<Vec<u8>> {
    let small = root().join("codegen/tests/small");
    let files = files();
    let mut seeds = Vec::new();
    let mut add = |file: &Path, text: &str| {
        let index = files.iter().position(|known| known == file);
        if let Some(index) = index.and_then(|index| u8::try_from(index).ok()) {
            seeds.push([&[index], text.as_bytes()].concat());
        }
    };
    for file in &files {
        add(file, &seeds::text(&small.join(file)));
    }
    for mistake in seeds::files(&root().join("codegen/tests/broken"), "toml") {
        let mistake = seeds::text(&mistake);
        let Ok(change) = toml_of(&mistake) else {
            continue;
        };
        let text = seeds::text(&small.join(&change.file));
        add(
            Path::new(&change.file),
            &text.replacen(&change.from, &change.to, 1),
        );
    }
    seeds
}

#[derive(serde::Deserialize)]
struct Change {
    file: String,
    from: String,
    to: String,
}

fn toml_of(text: &str) -> Result<Change, toml::de::Error> {
    toml::from_str(text)
}

/// A copy of the small test set; only the file that an input replaces is written again.
struct Copy {
    folder: TempDir,
    files: Vec<PathBuf>,
    texts: Vec<String>,
}

impl Copy {
    fn new() -> Self {
        let small = root().join("codegen/tests/small");
        let folder = world::scratch();
        let files = files();
        let texts: Vec<_> = files
            .iter()
            .map(|file| seeds::text(&small.join(file)))
            .collect();
        for (file, text) in files.iter().zip(&texts) {
            let place = folder.path().join(file);
            fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
            fs::write(place, text).expect("a file");
        }
        Self {
            folder,
            files,
            texts,
        }
    }
}

thread_local! {
    static COPY: RefCell<Option<Copy>> = const { RefCell::new(None) };
}

fn run(data: &[u8]) -> Outcome {
    let Some((index, text)) = data.split_first() else {
        return Outcome::of(());
    };
    COPY.with_borrow_mut(|copy| {
        let copy = copy.get_or_insert_with(Copy::new);
        let index = usize::from(*index) % copy.files.len();
        let place = copy.folder.path().join(&copy.files[index]);
        fs::write(&place, text).expect("a file");
        let outcome = read_all(copy.folder.path());
        fs::write(&place, &copy.texts[index]).expect("a file");
        Outcome::of((index, outcome))
    })
}

fn read_all(root: &Path) -> Outcome {
    let contracts = match read::contracts(root) {
        Ok(contracts) => contracts,
        Err(problems) => {
            let output = problems.to_string();
            assert!(output.contains("contracts/"), "no file in: {output}");
            return Outcome::of_message(output);
        }
    };
    let problems = check::all(&contracts);
    if problems.is_empty() {
        let model = model::resolve(&contracts);
        return Outcome::of((model.operations.len(), model.types().count()));
    }
    let first = problems.first().map(|problem| problem.message.clone());
    let output = parsec_codegen::problem::Problems::new(problems, contracts.sources).to_string();
    assert!(output.contains("contracts/"), "no file in: {output}");
    Outcome::of_message(first.unwrap_or_default())
}
