//! Texts of contracts in comments of any language.

/// A text in one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence that says what a method does, as an instruction: "Signs a message." becomes
/// "Sign a message."
pub(super) fn imperative(sentence: &str) -> String {
    let (verb, rest) = sentence.split_once(' ').unwrap_or((sentence, ""));
    let stem = |ending: &str| verb.strip_suffix(ending).map(str::to_owned);
    let verb = match verb {
        "Has" => "Have".to_owned(),
        _ if verb.ends_with("ies") => stem("ies").unwrap_or_default() + "y",
        _ if ["ches", "shes", "sses", "xes"]
            .iter()
            .any(|end| verb.ends_with(end)) =>
        {
            stem("es").unwrap_or_default()
        }
        _ => stem("s").unwrap_or_else(|| verb.to_owned()),
    };
    format!("{verb} {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_become_instructions() {
        for (sentence, instruction) in [
            ("Signs a message.", "Sign a message."),
            ("Verifies a code.", "Verify a code."),
            ("Has the device sign.", "Have the device sign."),
            ("Removes the key.", "Remove the key."),
            ("Fetches a page.", "Fetch a page."),
        ] {
            assert_eq!(imperative(sentence), instruction);
        }
    }
}
