//! Suggestions for misspelled words.

/// The minimum similarity of a suggestion.
const MIN_SIMILARITY: f64 = 0.7;

/// The known word that is most similar to an unknown one, if any is similar enough.
pub(super) fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|word| (*word, strsim::jaro_winkler(unknown, word)))
        .filter(|(_, likeness)| *likeness > MIN_SIMILARITY)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(word, _)| word)
}

/// The error for an unknown setting.
pub(super) fn unknown_setting(unknown: &str, known: &[&str]) -> String {
    match nearest(unknown, known) {
        Some(nearest) => {
            format!("there is no setting `{unknown}` here; did you mean `{nearest}`?")
        }
        None => format!(
            "there is no setting `{unknown}` here; there are `{}`",
            known.join("`, `")
        ),
    }
}
