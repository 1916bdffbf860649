//! What somebody probably meant.

/// Below this two words have nothing to do with each other.
const ALIKE: f64 = 0.7;

/// The known word that is most like one that nobody knows, if any is like it at all.
pub(super) fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|word| (*word, strsim::jaro_winkler(unknown, word)))
        .filter(|(_, likeness)| *likeness > ALIKE)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(word, _)| word)
}
