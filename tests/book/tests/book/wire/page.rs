//! The page of the wire protocol, parsed from its Markdown.

use std::collections::BTreeMap;

use parsec_tests_book::markdown::{blocks, tables};

/// A field of the header.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) offset: usize,
    pub(crate) bytes: usize,
    pub(crate) name: String,
    /// The value in a request: a number or a text.
    pub(crate) request: String,
}

/// A field of a message.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) repeated: bool,
    pub(crate) type_name: String,
}

/// A message or an enum.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    Fields(Vec<Field>),
    OneOf(Vec<Field>),
    Enum(BTreeMap<String, u64>),
}

/// The parsed page of the wire protocol.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) header: Vec<Part>,
    pub(crate) flags: BTreeMap<String, u64>,
    pub(crate) authenticators: BTreeMap<String, u64>,
    pub(crate) providers: BTreeMap<String, u64>,
    pub(crate) statuses: BTreeMap<u64, String>,
    pub(crate) opcodes: BTreeMap<String, u64>,
    pub(crate) wire_types: BTreeMap<String, u64>,
    /// Keys: `NAME` for types, `NAME request` and `NAME response` for operations.
    pub(crate) forms: BTreeMap<String, Form>,
    /// Example frames by title.
    pub(crate) frames: BTreeMap<String, Vec<u8>>,
}

type Table = Vec<Vec<String>>;

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let all = tables(text);
        let numbers = |head: &str| -> BTreeMap<String, u64> {
            let table = with_head(&all, head);
            table
                .iter()
                .map(|row| (plain(&row[1]), number(&row[0])))
                .collect()
        };
        Self {
            header: with_head(&all, "offset")
                .iter()
                .map(|row| part(row))
                .collect(),
            flags: numbers("bit"),
            authenticators: with_title(&all, "authenticator"),
            providers: with_title(&all, "provider"),
            statuses: numbers("status number")
                .into_iter()
                .map(|(name, number)| (number, name))
                .collect(),
            opcodes: numbers("opcode"),
            wire_types: with_head(&all, "type")
                .iter()
                .map(|row| (row[0].clone(), number(&row[1])))
                .collect(),
            forms: forms(text),
            frames: frames(text),
        }
    }
}

/// Returns the rows of the first table whose first column has this title.
fn with_head(all: &[Table], head: &str) -> Table {
    let found = all.iter().find(|table| table[0][0] == head);
    found.unwrap_or_else(|| panic!("no table {head:?}"))[1..].to_vec()
}

/// Returns numbers by name, from the first table whose second column has this title.
fn with_title(all: &[Table], title: &str) -> BTreeMap<String, u64> {
    let found = all
        .iter()
        .find(|table| table[0][0] == "number" && table[0][1] == title);
    let table = found.unwrap_or_else(|| panic!("no table of {title:?}"));
    table[1..]
        .iter()
        .map(|row| (plain(&row[1]), number(&row[0])))
        .collect()
}

fn part(row: &[String]) -> Part {
    Part {
        offset: usize::try_from(number(&row[0])).unwrap(),
        bytes: usize::try_from(number(&row[1])).unwrap(),
        name: row[2].clone(),
        request: row[3].clone(),
    }
}

/// Returns a cell without links and code marks.
fn plain(cell: &str) -> String {
    let text = cell.strip_prefix('[').unwrap_or(cell);
    let text = text.split("](").next().unwrap_or(text);
    text.trim_matches('`').to_owned()
}

/// Parses a decimal or hexadecimal number.
pub(crate) fn number(text: &str) -> u64 {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn forms(text: &str) -> BTreeMap<String, Form> {
    let mut forms = BTreeMap::new();
    for section in text.split("\n### ").skip(1) {
        // Text after the next heading of a higher level belongs to another section.
        let section = section.split("\n## ").next().unwrap();
        let name = section.lines().next().unwrap().trim();
        if section.contains("The request is empty.") {
            forms.insert(format!("{name} request"), Form::Fields(Vec::new()));
        }
        if section.contains("The response is empty.") {
            forms.insert(format!("{name} response"), Form::Fields(Vec::new()));
        }
        for table in tables(section) {
            let rows = &table[1..];
            let fields = || rows.iter().map(|row| field(row)).collect();
            match table[0][0].as_str() {
                "request field" => forms.insert(format!("{name} request"), Form::Fields(fields())),
                "response field" => {
                    forms.insert(format!("{name} response"), Form::Fields(fields()))
                }
                "field" => forms.insert(name.to_owned(), Form::Fields(fields())),
                "one of" => forms.insert(name.to_owned(), Form::OneOf(fields())),
                "number" => {
                    let values = rows.iter().map(|row| (plain(&row[1]), number(&row[0])));
                    forms.insert(name.to_owned(), Form::Enum(values.collect()))
                }
                other => panic!("{name}: a table with {other:?}"),
            };
        }
    }
    forms
}

fn field(row: &[String]) -> Field {
    let (repeated, type_name) = match row[2].strip_prefix("repeated ") {
        Some(rest) => (true, rest),
        None => (false, row[2].as_str()),
    };
    Field {
        number: number(&row[0]),
        name: plain(&row[1]),
        repeated,
        type_name: plain(type_name),
    }
}

fn frames(text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut frames = BTreeMap::new();
    for section in text.split("\n### ").skip(1) {
        let title = section.lines().next().unwrap().replace('`', "");
        if let Some(block) = blocks(section).first() {
            let digits: String = block
                .text
                .lines()
                .filter_map(|line| line.split_whitespace().next())
                .collect();
            frames.insert(title, hex::decode(digits).unwrap());
        }
    }
    frames
}
