//! Known failures of a language, with reasons.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};

/// Reasons by case and provider number.
pub type KnownFailing = BTreeMap<(String, u8), String>;

/// Parses a list: a case, a provider number and a reason per line.
///
/// # Errors
///
/// If a line has another format, or names an unknown case.
pub fn parse(text: &str, is_case: impl Fn(&str) -> bool) -> Result<KnownFailing> {
    let mut known = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = || format!("line {}: {line}", index + 1);
        let mut words = line.splitn(3, char::is_whitespace);
        let (Some(id), Some(provider), Some(reason)) = (words.next(), words.next(), words.next())
        else {
            bail!("{}: expected a case, a provider number and a reason", at());
        };
        ensure!(is_case(id), "{}: unknown case", at());
        let provider = provider.parse().with_context(at)?;
        known.insert((id.to_owned(), provider), reason.trim().to_owned());
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_reasons_and_ignores_comments() {
        let known = parse("# why\n\nkey-life 3 the TPM is too slow\n", |id| {
            id == "key-life"
        });
        let known = known.unwrap();
        assert_eq!(known[&("key-life".to_owned(), 3)], "the TPM is too slow");
        assert_eq!(known.len(), 1);
    }

    #[test]
    fn rejects_a_line_without_a_reason_and_an_unknown_case() {
        assert!(parse("key-life 3", |_| true).is_err());
        assert!(parse("key-life tpm slow", |_| true).is_err());
        let error = parse("gone 3 slow", |_| false).unwrap_err().to_string();
        assert!(error.contains("unknown case"), "{error}");
    }
}
