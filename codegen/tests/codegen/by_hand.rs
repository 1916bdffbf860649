//! The methods that Kotlin and Swift have by hand are in the files that the contracts name.

use std::fs;
use std::path::Path;

use parsec_codegen::model::{self, Language};
use parsec_codegen::read;

#[test]
fn methods_by_hand_are_in_the_files_that_their_contracts_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let model = model::resolve(&read::contracts(&root).unwrap());
    let mut methods = 0;
    for handle in &model.handles {
        for language in [Language::Kotlin, Language::Swift] {
            if let Some(file) = handle.extended_in(language) {
                let text = fs::read_to_string(root.join(file)).unwrap();
                let class = handle.class_in(language);
                assert!(text.contains(&format!("class {class}")), "{file}: {class}");
            }
            for method in &handle.methods {
                let Some(file) = method.by_hand_in(language) else {
                    continue;
                };
                let text = fs::read_to_string(root.join(file))
                    .unwrap_or_else(|error| panic!("{}: {file}: {error}", method.name));
                let name = method.name_in(language);
                // Swift's names have labels. A form for streams is another form of the same method there, and
                // calls the binding by the name in the contract.
                let name = name.split('(').next().unwrap();
                assert!(text.contains(name), "{file} has no `{name}`");
                methods += 1;
            }
        }
    }
    assert!(methods > 20, "{methods} methods");
}
