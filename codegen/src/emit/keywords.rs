//! Names that other languages keep for themselves, and how each lets them be used all the same.

/// Keywords of Swift that a case of an enum may only have in backticks.
const SWIFT: &[&str] = &[
    "as",
    "associatedtype",
    "break",
    "case",
    "catch",
    "class",
    "continue",
    "default",
    "defer",
    "deinit",
    "do",
    "else",
    "enum",
    "extension",
    "fallthrough",
    "false",
    "fileprivate",
    "for",
    "func",
    "guard",
    "if",
    "import",
    "in",
    "init",
    "inout",
    "internal",
    "is",
    "let",
    "nil",
    "open",
    "operator",
    "precedencegroup",
    "private",
    "protocol",
    "public",
    "repeat",
    "rethrows",
    "return",
    "Self",
    "self",
    "static",
    "struct",
    "subscript",
    "super",
    "switch",
    "throw",
    "throws",
    "true",
    "try",
    "typealias",
    "var",
    "where",
    "while",
];

/// A case of a Swift enum.
pub(super) fn swift(name: &str) -> String {
    if SWIFT.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// The label of an argument in Swift: keywords may be labels, and only these three have a meaning there.
pub(super) fn swift_label(name: &str) -> String {
    match name {
        "inout" | "let" | "var" => format!("`{name}`"),
        free => free.to_owned(),
    }
}

/// A type within another one in Swift, which has its own meaning for three names.
pub(super) fn swift_type(name: &str) -> String {
    match name {
        "Type" | "Protocol" | "Self" => format!("{name}_"),
        free => swift(free),
    }
}

/// Keywords of Python (its reference, 2.3.1), and what a method has as its own.
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try",
    "while", "with", "yield",
];

/// An argument or a method in Python; PEP 8 appends an underscore.
pub(super) fn python(name: &str) -> String {
    if PYTHON.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// A method of a JavaScript class: keywords may be methods, and only the constructor is one already.
pub(super) fn node_method(name: &str) -> String {
    if name == "constructor" {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// A type in TypeScript, clear of the globals that generated code uses.
pub(super) fn node_type(name: &str) -> String {
    match name {
        "Uint8Array" | "Array" => format!("{name}_"),
        free => free.to_owned(),
    }
}

/// Python has no class of these names; PEP 8 appends an underscore.
pub(super) fn python_class(name: &str) -> String {
    match name {
        "None" | "True" | "False" | "ParsecError" => format!("{name}_"),
        free => free.to_owned(),
    }
}

/// Methods that every object of uniffi has already, in Kotlin or in Swift, and those that Rust
/// cannot call so. Keywords of the two are escaped by uniffi.
pub(super) fn uniffi_method(name: &str) -> String {
    match name {
        "clone" | "close" | "destroy" | "new" | "self" | "super" | "crate" => {
            format!("{name}_call")
        }
        free => crate::model::rust_ident(free),
    }
}

/// The hard keywords of Kotlin, which only backticks let be names.
const KOTLIN: &[&str] = &[
    "as",
    "break",
    "class",
    "continue",
    "do",
    "else",
    "false",
    "for",
    "fun",
    "if",
    "in",
    "interface",
    "is",
    "null",
    "object",
    "package",
    "return",
    "super",
    "this",
    "throw",
    "true",
    "try",
    "typealias",
    "typeof",
    "val",
    "var",
    "when",
    "while",
];

/// A method in Kotlin.
pub(super) fn kotlin_method(name: &str) -> String {
    if KOTLIN.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// Names that the enclosing Kotlin class has already.
pub(super) fn kotlin_class(name: &str) -> String {
    match name {
        "Companion" | "ParsecException" | "String" | "Int" | "Throwable" => format!("{name}_"),
        free => free.to_owned(),
    }
}
