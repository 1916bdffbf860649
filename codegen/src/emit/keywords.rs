//! Names that are reserved in the target languages, and how to escape them.

/// Keywords of Swift that need backticks as the name of an enum case.
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

/// Escapes the name of a Swift enum case.
pub(super) fn swift(name: &str) -> String {
    if SWIFT.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// Escapes the label of an argument in Swift. Keywords are valid labels, except these three.
pub(super) fn swift_label(name: &str) -> String {
    match name {
        "inout" | "let" | "var" => format!("`{name}`"),
        free => free.to_owned(),
    }
}

/// Escapes the name of a nested type in Swift, where three names are reserved.
pub(super) fn swift_type(name: &str) -> String {
    match name {
        "Type" | "Protocol" | "Self" => format!("{name}_"),
        free => swift(free),
    }
}

/// Keywords of Python (Language Reference, 2.3.1), and the receivers of methods.
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try",
    "while", "with", "yield",
];

/// Escapes the name of an argument or a method in Python. PEP 8 appends an underscore.
pub(super) fn python(name: &str) -> String {
    if PYTHON.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Returns whether the name of a field can stand in the body of a Python class.
pub(super) fn is_python_attribute(name: &str) -> bool {
    !name.contains('-') && (name == "self" || !PYTHON.contains(&name))
}

/// Escapes the name of a method in JavaScript. Keywords are valid names, except `constructor`.
pub(super) fn node_method(name: &str) -> String {
    if name == "constructor" {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Escapes the name of a type in TypeScript that hides a global that generated code uses.
pub(super) fn node_type(name: &str) -> String {
    match name {
        "Uint8Array" | "Array" => format!("{name}_"),
        free => free.to_owned(),
    }
}

/// Escapes the name of a class in Python that is a keyword or that generated code imports. PEP 8
/// appends an underscore.
pub(super) fn python_class(name: &str) -> String {
    match name {
        "None" | "True" | "False" | "ParsecError" | "Literal" | "Optional" | "Sequence"
        | "TypedDict" | "Union" => format!("{name}_"),
        free => free.to_owned(),
    }
}

/// Escapes the name of a method that every uniffi object has in Kotlin or Swift, or that is
/// reserved in Rust. uniffi escapes the keywords of Kotlin and Swift.
pub(super) fn uniffi_method(name: &str) -> String {
    match name {
        "clone" | "close" | "destroy" | "new" | "self" | "super" | "crate" => {
            format!("{name}_call")
        }
        free => crate::model::rust_ident(free),
    }
}

/// Escapes the Rust name of a field that Kotlin and Swift use. uniffi removes an underscore at the
/// end, and a member in Swift cannot be named `self`.
pub(super) fn uniffi_field(name: &str) -> String {
    match name {
        "self" => format!("{name}_field"),
        free => crate::model::rust_ident(free),
    }
}

/// The hard keywords of Kotlin, which need backticks as names.
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

/// Escapes the name of a method in Kotlin.
pub(super) fn kotlin_method(name: &str) -> String {
    if KOTLIN.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// Escapes the name of a Kotlin class that the enclosing class already has.
pub(super) fn kotlin_class(name: &str) -> String {
    match name {
        "Companion" | "ParsecException" | "String" | "Int" | "Throwable" => format!("{name}_"),
        free => free.to_owned(),
    }
}
