//! Plain technical English: words that texts and names avoid.
//!
//! `xtask/lint/words.txt` lists them. `xtask/lint/word_limits.txt` contains the permitted number of
//! hits per file; a file with more fails the check.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::check::{Log, Outcome};
use super::text;
use crate::places;

const WORDS: &str = include_str!("../../lint/words.txt");

/// Marks words in the list that are only avoided at the beginning of a doc comment.
const BEGINNING: char = '^';

/// Marks that begin a doc comment, or a documentation text in TOML.
const DOC_MARKS: &[&str] = &[
    "///",
    "//!",
    "/**",
    "*",
    "\"\"\"",
    "doc = \"",
    "summary = \"",
];

/// Files with text of others, and files that list the words.
const EXEMPT: &[&str] = &[
    "Cargo.lock",
    "LICENSE",
    "clients/node/package-lock.json",
    "xtask/lint/word_limits.txt",
    "xtask/lint/words.txt",
    "xtask/src/lint/words.rs",
];

/// A word or phrase to avoid.
#[derive(Debug)]
struct Avoided {
    text: &'static str,
    /// Whether it is only avoided at the beginning of a doc comment.
    at_beginning: bool,
    instead: &'static str,
}

/// An occurrence of a word to avoid.
#[derive(Debug, PartialEq, Eq)]
struct Hit {
    line: usize,
    text: &'static str,
    instead: &'static str,
}

/// Compares each file's hits with its limit.
pub(super) fn check(log: &mut Log) -> Result<Outcome> {
    let found = hits_of_all_files()?;
    let limits = read_limits()?;
    let (mut extra, mut total) = (0, 0);
    for (file, hits) in &found {
        let limit = limits.get(file).copied().unwrap_or(0);
        total += hits.len();
        if hits.len() <= limit {
            continue;
        }
        extra += hits.len() - limit;
        log.line(&format!(
            "{file}: {} words to avoid, {limit} allowed:",
            hits.len()
        ));
        for Hit {
            line,
            text,
            instead,
        } in hits
        {
            log.line(&format!("  {file}:{line}: \"{text}\"; write: {instead}"));
        }
    }
    let allowed: usize = limits.values().sum();
    Ok(if extra > 0 {
        Outcome::Failed(format!("{extra} words to avoid above the limits"))
    } else if total < allowed {
        Outcome::Passed(format!(
            "{total} words to avoid, {allowed} allowed: run `cargo xtask lint --lower-word-limits`"
        ))
    } else if total > 0 {
        Outcome::Passed(format!("{total} words to avoid are left"))
    } else {
        Outcome::passed()
    })
}

/// Writes the current counts as the limits. Text may move between files, but the total never rises.
pub(super) fn lower_limits() -> Result<()> {
    let found = hits_of_all_files()?;
    let counts: BTreeMap<String, usize> = found
        .into_iter()
        .map(|(file, hits)| (file, hits.len()))
        .collect();
    let total: usize = counts.values().sum();
    if limits_file().exists() {
        let allowed: usize = read_limits()?.values().sum();
        if total > allowed {
            bail!(
                "there are {total} words to avoid, and {allowed} are allowed: \
                 `cargo xtask lint words` prints them; replace them first"
            );
        }
    }
    let mut text = String::from(
        "# The number of words of words.txt that each file may contain. Numbers only go down;\n\
         # `cargo xtask lint --lower-word-limits` writes them.\n",
    );
    for (file, count) in counts {
        writeln!(text, "{file}\t{count}")?;
    }
    fs::write(limits_file(), text)?;
    println!("Wrote {}: {total} words to avoid.", limits_file().display());
    Ok(())
}

fn limits_file() -> PathBuf {
    places::root().join("xtask/lint/word_limits.txt")
}

fn read_limits() -> Result<BTreeMap<String, usize>> {
    let file = limits_file();
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    lines(&text)
        .map(|line| {
            let (file, count) = line.split_once('\t').context("no tab")?;
            Ok((file.to_owned(), count.parse()?))
        })
        .collect::<Result<_>>()
        .with_context(|| format!("{} is not a list of files and numbers", file.display()))
}

fn hits_of_all_files() -> Result<BTreeMap<String, Vec<Hit>>> {
    let avoided = avoided(WORDS)?;
    let mut found = BTreeMap::new();
    for file in text::files()? {
        let Some(text) = text_of(&file) else { continue };
        let hits = hits(&text, &avoided);
        if !hits.is_empty() {
            found.insert(file.display().to_string(), hits);
        }
    }
    Ok(found)
}

/// Returns the text of a hand-written file. Generated text is fixed in its source, which is checked.
fn text_of(file: &Path) -> Option<String> {
    if EXEMPT.iter().any(|exempt| file == Path::new(exempt)) {
        return None;
    }
    let text = String::from_utf8(fs::read(places::root().join(file)).ok()?).ok()?;
    let generated = text.lines().take(2).any(|line| line.contains("@generated"));
    (!generated && !text.contains('\0')).then_some(text)
}

fn avoided(list: &'static str) -> Result<Vec<Avoided>> {
    lines(list)
        .map(|line| {
            let (text, instead) = line
                .split_once(':')
                .with_context(|| format!("no replacement in words.txt: {line}"))?;
            let (text, instead) = (text.trim(), instead.trim());
            Ok(Avoided {
                text: text.trim_start_matches(BEGINNING),
                at_beginning: text.starts_with(BEGINNING),
                instead,
            })
        })
        .collect()
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    let wanted = |line: &&str| !line.is_empty() && !line.starts_with('#');
    list.lines().filter(wanted)
}

/// The text between a word and the previous word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Spaces, or the end of a line and the comment mark of the next.
    Space,
    /// One underscore: both words belong to one name.
    Underscore,
    /// Punctuation, or an empty line.
    Other,
}

#[derive(Debug)]
struct Word<'text> {
    text: &'text str,
    line: usize,
    gap: Gap,
    begins_doc: bool,
}

/// Returns every occurrence of a word or phrase. Of overlapping ones, the first and longest.
fn hits(text: &str, avoided: &[Avoided]) -> Vec<Hit> {
    // By the first word without its first letter, whose case is ignored.
    let mut phrases: HashMap<&str, Vec<_>> = HashMap::new();
    for one in avoided {
        let phrase = words(one.text);
        let first = phrase.first().map_or("", |word| word.text);
        phrases.entry(tail(first)).or_default().push((one, phrase));
    }
    let words = words(text);
    let mut hits = Vec::new();
    let mut rest = words.as_slice();
    while let Some(first) = rest.first() {
        let candidates = phrases.get(tail(first.text)).into_iter().flatten();
        let longest = candidates
            .filter(|(one, phrase)| {
                begins_with(rest, phrase) && (first.begins_doc || !one.at_beginning)
            })
            .max_by_key(|(_, phrase)| phrase.len());
        hits.extend(longest.map(|(one, _)| Hit {
            line: first.line,
            text: one.text,
            instead: one.instead,
        }));
        rest = &rest[longest.map_or(1, |(_, phrase)| phrase.len())..];
    }
    hits
}

/// Returns a word without its first letter.
fn tail(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
}

fn begins_with(words: &[Word<'_>], phrase: &[Word<'_>]) -> bool {
    words.len() >= phrase.len()
        && words
            .iter()
            .zip(phrase)
            .enumerate()
            .all(|(index, (word, wanted))| match index {
                0 => same_but_for_the_first_letter(word.text, wanted.text),
                _ => word.text == wanted.text && word.gap == wanted.gap,
            })
}

fn same_but_for_the_first_letter(word: &str, wanted: &str) -> bool {
    tail(word) == tail(wanted) && word.eq_ignore_ascii_case(wanted)
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut line, mut end) = (1, 0);
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let gap = &rest[..start];
        line += gap.matches('\n').count();
        let from = end + start;
        let length = rest[start..]
            .find(|char: char| !char.is_alphanumeric())
            .unwrap_or(rest.len() - start);
        end = from + length;
        words.push(Word {
            text: &text[from..end],
            line,
            gap: kind_of_gap(gap),
            begins_doc: begins_doc(text, from),
        });
        rest = &text[end..];
    }
    words
}

/// Returns whether the word at `from` is the first one of a doc comment.
fn begins_doc(text: &str, from: usize) -> bool {
    let mut before = text[..from].rsplit('\n').map(str::trim);
    let mark = before.next().unwrap_or_default();
    let previous = before.next().unwrap_or_default();
    DOC_MARKS.contains(&mark)
        && match mark {
            "///" | "//!" => !previous.starts_with(mark) || previous == mark,
            "*" => previous == "/**",
            _ => true,
        }
}

fn kind_of_gap(gap: &str) -> Gap {
    let comment_mark = |char: char| char.is_whitespace() || "/!*#>".contains(char);
    match gap.matches('\n').count() {
        0 if gap == "_" => Gap::Underscore,
        0 if gap.chars().all(char::is_whitespace) => Gap::Space,
        1 if gap.chars().all(comment_mark) => Gap::Space,
        _ => Gap::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        let avoided = avoided(WORDS).expect("the list is well-formed");
        let hits = hits(text, &avoided);
        hits.into_iter().map(|hit| (hit.line, hit.text)).collect()
    }

    #[test]
    fn finds_words_in_texts_and_names() {
        assert_eq!(
            found("Whoever calls\nshall wait."),
            [(1, "whoever"), (2, "shall")]
        );
        assert_eq!(found("fn a_key_shall_stay() {}"), [(1, "shall")]);
        assert_eq!(found("marshall, amend, mended_it"), [(1, "mended")]);
    }

    #[test]
    fn finds_phrases_across_lines_of_a_comment() {
        assert_eq!(found("    /// It goes\n    /// on."), [(1, "goes on")]);
        assert_eq!(found("It goes.\n\nOn Sunday goes\n\non"), []);
    }

    #[test]
    fn finds_the_first_word_of_a_doc_comment() {
        assert_eq!(
            found("/// What a key does.\n/// What it is.\n//! What\n/** What */ doc = \"What\""),
            [(1, "What"), (3, "What"), (4, "What")]
        );
        assert_eq!(found("/**\n * What it is.\n * What\n */"), [(2, "What")]);
        assert_eq!(found("    doc = \"What it is.\"\n"), [(1, "What")]);
        assert_eq!(found("// What it is.\n/// Says\n/// what it is."), []);
    }

    #[test]
    fn leaves_code_alone() {
        assert_eq!(found("if x is None: y.is_none() goes"), []);
        assert_eq!(found("that_is_none"), [(1, "that_is_none")]);
    }

    #[test]
    fn counts_overlapping_phrases_once() {
        assert_eq!(found("a header that is none"), [(1, "that is none")]);
    }

    #[test]
    fn counts_lines_after_multibyte_text() {
        assert_eq!(found("größer ☞ groß\n– mend"), [(2, "mend")]);
    }
}
