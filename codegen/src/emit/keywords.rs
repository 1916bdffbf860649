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

/// Python has no class of these names; PEP 8 appends an underscore.
pub(super) fn python_class(name: &str) -> String {
    match name {
        "None" | "True" | "False" | "ParsecError" => format!("{name}_"),
        free => free.to_owned(),
    }
}

/// Names that the enclosing Kotlin class has already.
pub(super) fn kotlin_class(name: &str) -> String {
    match name {
        "Companion" | "ParsecException" | "String" | "Int" | "Throwable" => format!("{name}_"),
        free => free.to_owned(),
    }
}
