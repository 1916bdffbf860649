//! Names, and their spelling in each target language.

use std::fmt;

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToUpperCamelCase as _,
};

/// A name as the contracts write it: words of small letters and digits, joined by `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Creates a name from its spelling in a contract.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the spelling in the contract.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// `sha-512-224`.
    pub fn kebab(&self) -> String {
        self.0.replace('_', "-")
    }

    /// `sha_512_224`.
    pub fn snake(&self) -> String {
        self.0.replace('-', "_")
    }

    /// `SHA_512_224`.
    pub fn shouty(&self) -> String {
        self.snake().to_uppercase()
    }

    /// `Sha512_224`: camel case with an underscore between two numbers.
    pub fn camel(&self) -> String {
        let mut out = String::new();
        for word in self.0.split(['-', '_']) {
            let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
            if starts_with_digit && out.ends_with(|c: char| c.is_ascii_digit()) {
                out.push('_');
            }
            let mut letters = word.chars();
            out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            out.push_str(letters.as_str());
        }
        out
    }

    /// `sha512224`: lower camel case, for JavaScript, Kotlin and Swift.
    pub fn lower_camel(&self) -> String {
        self.snake().to_lower_camel_case()
    }

    /// The name of a message or a variant in the code of prost.
    pub fn prost_type(&self) -> String {
        self.snake().to_upper_camel_case()
    }

    /// The name of a field or method in Rust, with keywords escaped.
    pub fn rust(&self) -> String {
        rust_ident(&self.snake())
    }

    /// The name of the file of the module [`Self::rust`], without its extension.
    pub fn rust_file(&self) -> String {
        self.rust().trim_start_matches("r#").to_owned()
    }

    /// The name of a type in Rust, which must not hide types of the prelude.
    pub fn rust_type(&self) -> String {
        let name = self.camel();
        if RUST_TYPES_TAKEN.contains(&name.as_str()) {
            format!("{name}Type")
        } else {
            name
        }
    }

    /// The name of an enum value in protobuf, which must be unique in its package.
    pub fn proto_value(&self, of: &Self) -> String {
        format!(
            "{}_{}",
            of.kebab().to_shouty_snake_case(),
            self.kebab().to_shouty_snake_case()
        )
    }

    /// The name of a file or an anchor in the book.
    pub fn slug(&self) -> String {
        self.0.to_kebab_case()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Types that a type of the contracts must not hide, and `Self`, which is reserved.
const RUST_TYPES_TAKEN: &[&str] = &[
    "Self",
    "Option",
    "Result",
    "Vec",
    "String",
    "Box",
    "Some",
    "None",
    "Ok",
    "Err",
    "Default",
    "Clone",
    "Secret",
    "Body",
    "Operation",
    "Violation",
    "Status",
    "Opcode",
    "DecodeError",
    "From",
    "Into",
    "Copy",
    "Debug",
    "Eq",
    "PartialEq",
    "Drop",
    "Send",
    "Sync",
    "Fn",
    "Iterator",
];

/// Keywords of Rust, including the reserved ones.
const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const RUST_NEVER_RAW: &[&str] = &["self", "super", "crate", "Self"];

/// Returns a Rust identifier for a name in snake case.
pub fn rust_ident(name: &str) -> String {
    if RUST_NEVER_RAW.contains(&name) {
        format!("{name}_")
    } else if RUST_KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_apart_in_camel_case() {
        assert_eq!(Name::new("sha-512-224").camel(), "Sha512_224");
        assert_eq!(Name::new("sha3-256").camel(), "Sha3_256");
        assert_eq!(Name::new("sha-256").camel(), "Sha256");
        assert_eq!(Name::new("psa_sign_hash").camel(), "PsaSignHash");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(Name::new("type").rust(), "r#type");
        assert_eq!(Name::new("self").rust(), "self_");
        assert_eq!(Name::new("option").rust_type(), "OptionType");
    }
}
