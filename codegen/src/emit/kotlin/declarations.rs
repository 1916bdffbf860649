//! Declarations of Kotlin's functions, in the form of ktlint.

/// The longest line, as `.editorconfig` has it.
pub(super) const WIDTH: usize = 120;

/// A method in its three forms.
pub(super) struct MethodView {
    pub(super) doc: Vec<String>,
    pub(super) name: String,
    pub(super) suspending: Vec<String>,
    pub(super) blocking: Vec<String>,
    pub(super) future: Vec<String>,
}

/// A function's declaration up to the type of its result.
pub(super) struct Signature<'a> {
    pub(super) overloads: bool,
    pub(super) modifiers: &'static str,
    pub(super) generics: &'static str,
    pub(super) name: String,
    pub(super) parameters: &'a [String],
}

/// An expression with a lambda: `before call { within } after`.
pub(super) struct Body {
    pub(super) before: String,
    pub(super) call: &'static str,
    pub(super) within: String,
    pub(super) after: String,
}

impl Body {
    fn in_one_line(&self) -> String {
        let Self {
            before,
            call,
            within,
            after,
        } = self;
        format!("{before}{call} {{ {within} }}{after}")
    }

    /// On several lines: the arguments of the outer call, or the lambda.
    fn in_lines(&self, width: usize) -> Vec<String> {
        let Self {
            before,
            call,
            within,
            after,
        } = self;
        let lambda = format!("{call} {{ {within} }}");
        match after.split_once(')') {
            Some((more, end)) if !before.is_empty() => {
                let mut lines = vec![before.clone()];
                match lambda.len() + 9 <= width {
                    true => lines.push(format!("    {lambda},")),
                    false => lines.extend([
                        format!("    {call} {{"),
                        format!("        {within}"),
                        "    },".to_owned(),
                    ]),
                }
                let more = more
                    .split(',')
                    .map(str::trim)
                    .filter(|more| !more.is_empty());
                lines.extend(more.map(|more| format!("    {more},")));
                lines.push(format!("){end}"));
                lines
            }
            _ => vec![
                format!("{before}{call} {{"),
                format!("    {within}"),
                format!("}}{after}"),
            ],
        }
    }
}

/// The lines of a function, in the form of ktlint.
pub(super) fn declaration(
    signature: &Signature<'_>,
    returns: &str,
    body: &Body,
    extension: bool,
) -> Vec<String> {
    let width = WIDTH - if extension { 0 } else { 4 };
    let mut lines = Vec::new();
    if signature.overloads {
        lines.push("@JvmOverloads".to_owned());
    }
    let Signature {
        modifiers,
        generics,
        name,
        parameters,
        ..
    } = signature;
    let head = format!("{modifiers}{generics}{name}");
    let one_line = format!("{head}({}): {returns} =", parameters.join(", "));
    let last = match one_line.len() <= width {
        true => one_line,
        false => {
            lines.push(format!("{head}("));
            lines.extend(
                parameters
                    .iter()
                    .map(|parameter| format!("    {parameter},")),
            );
            format!("): {returns} =")
        }
    };
    let expression = body.in_one_line();
    let joined = format!("{last} {expression}");
    if joined.len() <= width {
        lines.push(joined);
    } else if expression.len() + 4 <= width {
        lines.push(last);
        lines.push(format!("    {expression}"));
    } else {
        let body = body.in_lines(width);
        let first = body.first().map_or(0, String::len);
        let fits = last.len() + 1 + first <= width;
        if !fits {
            lines.push(last.clone());
        }
        lines.extend(
            body.iter()
                .enumerate()
                .map(|(index, line)| match (fits, index) {
                    (true, 0) => format!("{last} {line}"),
                    (true, _) => line.clone(),
                    (false, _) => format!("    {line}"),
                }),
        );
    }
    lines
}
