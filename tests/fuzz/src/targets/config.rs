//! The configuration and the policy in it.

use parsec_harness::root;
use parsec_service::{Config, explain};

use super::seeds;
use crate::target::assert_readable;
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "config",
    about: "the parser of the service's configuration and its policy",
    run,
    seeds,
    words: &[
        "allow_root = true\n",
        "[[policy.allow]]\n",
        "[[policy.deny]]\n",
        "clients = [\"web\"]\n",
        "operations = [\"signing\"]\n",
        "algorithms = [\"ecdsa/sha-256\"]\n",
        "key_types = [\"rsa-key-pair\"]\n",
        "weaker_than = 128\n",
        "[limits]\n",
        "[[limits.exception]]\n",
        "[audit]\n",
        "[metrics]\n",
        "[key_store]\n",
        "[[same_client]]\n",
        "[[provider]]\n",
        "[[key_manager]]\n",
        "provider_type = \"Pkcs11\"\n",
        "provider_type = \"Tpm\"\n",
        "user_pin_file = \"/nowhere\"\n",
        "tcti = \"swtpm\"\n",
        "path = \"/nowhere/keys.sqlite3\"\n",
        "= true\n",
        "= 18446744073709551615\n",
        "= -1\n",
        "= []\n",
        "'''",
        "\"\"\"",
        "\\u0000",
        "2026-11-30T00:00:00Z",
    ],
    longest: 4096,
    world: World::Nothing,
};

/// Returns the whole configurations in the operators' pages, the packaged one, and the output of
/// `--check` for them.
fn seeds() -> Vec<Vec<u8>> {
    let packaged = seeds::text(&root().join("service/packaging/config.toml"));
    let mut texts = vec![packaged];
    for page in seeds::files(&root().join("book/src"), "md")
        .into_iter()
        .chain(seeds::files(&root().join("book/src/operating"), "md"))
    {
        let text = seeds::text(&page);
        let blocks = text.split("```toml\n").skip(1);
        texts.extend(blocks.filter_map(|block| Some(block.split("```").next()?.to_owned())));
    }
    let base = parsec_harness::Service::direct_config();
    let base = base
        .replace("{socket}", "/nowhere/parsec.sock")
        .replace("{state}", "/nowhere");
    // Fragments of a configuration, completed.
    let whole: Vec<_> = texts.iter().map(|text| format!("{base}\n{text}")).collect();
    texts.extend(whole);
    texts.push(base);
    let printed: Vec<_> = texts
        .iter()
        .filter_map(|text| Some(Config::from_toml(text, NAME).ok()?.to_string()))
        .collect();
    texts.extend(printed);
    texts.into_iter().map(String::into_bytes).collect()
}

const NAME: &str = "config.toml";

fn run(data: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(data);
    let config = match Config::from_toml(&text, NAME) {
        Ok(config) => config,
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with(NAME), "no file and line in: {message}");
            assert_readable(&message);
            return Outcome::of_message(message);
        }
    };
    config
        .warnings
        .iter()
        .for_each(|text| assert_readable(text));
    let printed = config.to_string();
    let again = Config::from_toml(&printed, NAME)
        .unwrap_or_else(|error| panic!("{error}, in the output of --check:\n{printed}"));
    let again = Config {
        warnings: config.warnings.clone(),
        ..again
    };
    assert_eq!(again, config, "the output of --check has another meaning");
    assert!(!explain(&config, "web").to_string().is_empty());
    Outcome::of((
        config.warnings.len(),
        config.providers.len(),
        config.authenticators.len(),
        config.policy.allow.len(),
        config.policy.deny.len(),
        config.audit.is_some(),
        config.metrics.is_some(),
    ))
}
