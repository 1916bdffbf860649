//! Texts of contracts for comments in any language.

/// Joins the lines of a text.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Converts the summary of a method into an instruction: "Signs a message." becomes
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

/// The lines of a text, each as long as fits.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text that continues a sentence. An abbreviation keeps its capitals.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    match letters.clone().next() {
        Some(second) if second.is_uppercase() => text.to_owned(),
        _ => first.unwrap_or_default() + letters.as_str(),
    }
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
