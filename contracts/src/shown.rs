//! Text of other parties in messages for people.

use std::borrow::Cow;

/// Maximum number of bytes of a name that a message contains.
const LONGEST: usize = 100;
/// Number of bytes of a longer name that a message contains.
const BEGINNING: usize = 64;

/// Returns a name in the form for messages: a long one is shortened, and control characters, which
/// a terminal would execute, are escaped.
///
/// ```
/// use parsec_contracts::shown;
///
/// assert_eq!(shown("web-tls"), "web-tls");
/// assert_eq!(shown("two\nlines"), r"two\nlines");
/// assert!(shown(&"long".repeat(1_000_000)).ends_with("… (4000000 bytes)"));
/// ```
pub fn shown(name: &str) -> Cow<'_, str> {
    if name.len() > LONGEST {
        let end = (0..=BEGINNING).rev().find(|&at| name.is_char_boundary(at));
        let beginning = name.get(..end.unwrap_or(0)).unwrap_or_default();
        return format!("{}… ({} bytes)", escaped(beginning), name.len()).into();
    }
    escaped(name)
}

/// Returns a name in quotation marks, as [`shown`].
pub fn quoted(name: impl AsRef<str>) -> String {
    format!("\"{}\"", shown(name.as_ref()))
}

/// Returns a text in which control characters are escaped.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() {
            true => out.extend(letter.escape_debug()),
            false => out.push(letter),
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_between_letters() {
        let name = "ü".repeat(1000);
        let text = shown(&name);
        assert!(text.starts_with("üüü"), "{text}");
        assert!(text.len() < 120, "{text}");
        assert_eq!(shown(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
    }
}
