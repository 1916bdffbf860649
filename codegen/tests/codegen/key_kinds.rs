//! A new kind of key and a new option reach every language from `key_kinds.toml` alone.

use std::fs;
use std::path::Path;

use parsec_codegen::emit::Output;
use parsec_codegen::problem::Problems;

/// A kind with a preset, a kind on a new curve, a flag, a choice with its option, and a value of each choice.
const MORE: &str = r#"
[kind.aes-192-gcm]
title     = "AES-192-GCM"
role      = "symmetric"
doc       = "AES-GCM with a 192-bit key."
key-type  = "aes"
bits      = [192]
algorithm = { aead = { aead-with-default-length-tag = "gcm" } }
names     = { kotlin = "Aes.GCM_192", swift = "AES.GCM192" }

[kind.aes-192-gcm.preset.careful]
doc   = "AES-GCM with a 192-bit key and care."
with  = { care = "great" }
names = { python = "AES_192_GCM_CAREFUL", kotlin = "Aes.GCM_192_CAREFUL" }

[kind.ecdsa-p224]
title     = "ECDSA-P224"
role      = "signing"
doc       = "ECDSA on NIST's curve P-224 over SHA-256."
key-type  = { ecc-key-pair = "secp-r1" }
bits      = [224]
algorithm = { asymmetric-signature = { ecdsa = "sha-256" } }
names     = { kotlin = "Ecdsa.P224", swift = "P224.Signing" }

[option.cacheable]
type  = "flag"
doc   = "Whether the provider may cache the key."
usage = "cache"

[option.care]
type = "care"
doc  = "The care."

[choice.care]
doc = "Care for a key."

[choice.care.value.little]
doc = "Little care."

[choice.care.value.great]
doc = "Great care."

[choice.padding.value.zeros]
variant = "ecdsa"
doc     = "Zeros."

[choice.key-use.value.backups]
doc = "Backups."
"#;

/// Files, and texts that they contain only with [`MORE`].
const EXPECTED: &[(&str, &[&str])] = &[
    (
        "clients/rust/src/generated/kinds/symmetric.rs",
        &["const AES_192_GCM: Kind"],
    ),
    (
        "clients/rust/src/generated/kinds/mod.rs",
        &["\"aes-192-gcm\""],
    ),
    (
        "clients/rust/src/generated/key_specs.rs",
        &["pub fn aes_192_gcm() -> RoleSpec<SymmetricKey>"],
    ),
    (
        "clients/rust/src/generated/key_options.rs",
        &[
            "pub fn cacheable(self) -> Self",
            "key_usage_flags.cache = true",
            "pub enum Care",
            "Padding::Zeros => AsymmetricSignature::Ecdsa { hash_alg }",
            "Self::Backups => \"backups\"",
        ],
    ),
    (
        "clients/cli/src/generated/options.rs",
        &[
            "pub(crate) cacheable: bool",
            "pub(crate) care: Option<Care>",
            "PossibleValue::new(\"zeros\")",
            "PossibleValue::new(\"backups\")",
        ],
    ),
    (
        "bindings/uniffi/src/generated/spec.rs",
        &[
            "pub cacheable: bool",
            "pub care: Option<Care>",
            "Padding::Zeros => Self::Zeros",
            "KeyUse::Backups => Self::Backups",
        ],
    ),
    (
        "bindings/node/src/generated/spec.rs",
        &["pub cacheable: Option<bool>", "spec.care(Care::named(name)"],
    ),
    (
        "bindings/python/src/generated/spec.rs",
        &["cacheable: bool", "spec.care(Care::named(name)"],
    ),
    (
        "clients/kotlin/src/main/kotlin/org/parsec/client/generated/KeyKinds.kt",
        &[
            "val GCM_192: SymmetricSpec = SymmetricSpec(\"aes-192-gcm\")",
            "val GCM_192_CAREFUL: SymmetricSpec",
            "care = Care.GREAT",
        ],
    ),
    (
        "clients/kotlin/src/main/kotlin/org/parsec/client/generated/KeySpecs.kt",
        &[
            "@param cacheable whether the provider may cache the key",
            "cacheable: Boolean = native.cacheable",
            "care: Care? = native.care?.lift()",
            "public fun withCare(care: Care)",
            "public fun withCacheable(cacheable: Boolean = true)",
        ],
    ),
    (
        "clients/kotlin/src/main/kotlin/org/parsec/client/generated/KeyOptions.kt",
        &["public enum class Care {"],
    ),
    (
        "clients/swift/Sources/Parsec/Generated/KeyKinds.swift",
        &[
            "public enum GCM192: AEADKind",
            "AES.GCM192.Handle.self",
            "public enum P224: EllipticCurve",
            "static let bits = 224",
            "P224.Signing.VerifyingHandle.self",
        ],
    ),
    (
        "clients/swift/Sources/Parsec/Generated/KeyOptions.swift",
        &[
            "public var cacheable: Bool",
            "care: Care? = nil",
            "case zeros",
            "case backups",
        ],
    ),
    ("clients/node/src/generated/kinds.ts", &["'AES-192-GCM'"]),
    (
        "clients/node/src/generated/key-names.ts",
        &["'zeros'", "'backups'", "'great'"],
    ),
    (
        "clients/node/src/generated/key-options.ts",
        &["cacheable?: boolean", "care?: Care"],
    ),
    (
        "clients/node/src/generated/native-options.ts",
        &[
            "spec.cacheable = flag(options.cacheable, 'options.cacheable')",
            "spec.care = choice(options.care, 'options.care', CARE_VALUES)",
        ],
    ),
    (
        "clients/python/parsec_client/_generated/kinds.py",
        &[
            "AES_192_GCM = SymmetricSpec(\"aes-192-gcm\")",
            "AES_192_GCM_CAREFUL = SymmetricSpec(\"aes-192-gcm\", care=Care.GREAT)",
        ],
    ),
    (
        "clients/python/parsec_client/_generated/key_options.py",
        &[
            "ZEROS = \"zeros\"",
            "BACKUPS = \"backups\"",
            "class Care(str, enum.Enum)",
        ],
    ),
    (
        "clients/python/parsec_client/_generated/key_spec.py",
        &[
            "cacheable: bool = False",
            "care: Union[Care, str, None] = None",
        ],
    ),
    (
        "book/src/reference/key_kinds.md",
        &["| `aes-192-gcm` | AES-GCM with a 192-bit key. | 192 |"],
    ),
];

/// Generates from a copy of the contracts, whose kinds of keys are changed.
fn generate(change: impl FnOnce(&str) -> String) -> Result<Output, Problems> {
    let root = tempfile::tempdir().unwrap();
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    super::broken::copy(&contracts, &root.path().join("contracts"));
    let file = root.path().join("contracts/key_kinds.toml");
    let text = fs::read_to_string(&file).unwrap();
    let changed = change(&text);
    assert!(changed != text, "the change has no effect");
    fs::write(&file, changed).unwrap();
    parsec_codegen::generate(root.path())
}

#[test]
fn new_kinds_and_options_reach_every_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let before = parsec_codegen::generate(&root).unwrap();
    let after = generate(|text| text.to_owned() + MORE).unwrap_or_else(|why| panic!("{why}"));
    let mut wrong = Vec::new();
    for (file, texts) in EXPECTED {
        for text in *texts {
            if before[*file].contains(text) {
                wrong.push(format!("{file} has {text:?} already"));
            }
            if !after[*file].contains(text) {
                wrong.push(format!("{file} lacks {text:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_of_an_option_replace_variants_with_the_same_fields() {
    for (variant, expected) in [
        ("ecdsa-any", "the variant `ecdsa-any` has other fields"),
        (
            "rsa-pkcs1",
            "`asymmetric-signature` has no variant `rsa-pkcs1`",
        ),
    ] {
        let variant = format!("variant = \"{variant}\"");
        let change = |text: &str| text.replace("variant = \"rsa-pkcs1v15-sign\"", &variant);
        let problems = generate(change).err().map(|problems| problems.to_string());
        let problems = problems.unwrap_or_default();
        assert!(problems.contains(expected), "{problems}");
    }
    let change = |text: &str| text.replace("variant = \"rsa-pkcs1v15-sign\"\n", "");
    let problems = generate(change).err().map(|problems| problems.to_string());
    let problems = problems.unwrap_or_default();
    let expected = "the value chooses no variant of `asymmetric-signature`";
    assert!(problems.contains(expected), "{problems}");
}
