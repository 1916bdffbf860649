//! Python code in lines of at most 100 columns, as `ruff format` writes it.

/// The longest line.
const WIDTH: usize = 100;

/// An expression, or a parameter of a function.
#[derive(Debug, Clone)]
pub(in crate::emit) enum Code {
    /// Text that is never broken.
    Text(String),
    /// Items in brackets: what is before them with the opening bracket, the items, and the closing one.
    Group(String, Vec<Self>, &'static str),
}

impl Code {
    pub(in crate::emit) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A call of a function.
    pub(in crate::emit) fn call(function: &str, arguments: Vec<Self>) -> Self {
        Self::Group(format!("{function}("), arguments, ")")
    }

    /// The same, with text before it.
    pub(in crate::emit) fn after(self, before: &str) -> Self {
        match self {
            Self::Text(text) => Self::Text(before.to_owned() + &text),
            Self::Group(open, items, close) => Self::Group(before.to_owned() + &open, items, close),
        }
    }

    /// In one line.
    pub(in crate::emit) fn flat(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Group(open, items, close) => format!("{open}{}{close}", flat(items)),
        }
    }
}

fn flat(items: &[Code]) -> String {
    let items: Vec<String> = items.iter().map(Code::flat).collect();
    items.join(", ")
}

/// The lines of a statement: on one line, or the items in the brackets on a separate line, or each
/// item.
pub(in crate::emit) fn lines(code: &Code, indent: usize, end: &str) -> Vec<String> {
    let space = " ".repeat(indent);
    let whole = code.flat();
    let fits = |text: &str, indent: usize| text.chars().count() + indent <= WIDTH;
    let Code::Group(open, items, close) = code else {
        return vec![format!("{space}{whole}{end}")];
    };
    if fits(&format!("{whole}{end}"), indent) || items.is_empty() {
        return vec![format!("{space}{whole}{end}")];
    }
    let mut lines = vec![format!("{space}{open}")];
    let inner = flat(items);
    if fits(&inner, indent + 4) {
        lines.push(format!("{space}    {inner}"));
    } else if let [only @ Code::Group(..)] = items.as_slice() {
        lines.extend(self::lines(only, indent + 4, ""));
    } else {
        for item in items {
            // A star alone marks where the named parameters begin.
            lines.extend(self::lines(item, indent + 4, ","));
        }
    }
    lines.push(format!("{space}{close}{end}"));
    lines
}

/// Words in lines of at most so many columns.
pub(in crate::emit) fn wrap(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let needed = line.chars().count() + word.chars().count() + usize::from(!is_empty);
        if needed > WIDTH && !is_empty {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines
}
