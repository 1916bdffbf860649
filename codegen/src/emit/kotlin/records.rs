//! Classes with fields in Kotlin: immutable, compared and printed by their contents.

use super::declarations::WIDTH;
use crate::emit::text::{lower_first, one_line, wrap};

/// A class with fields: a struct, a variant, or the inputs or outputs of an operation.
pub(super) struct Record<'a> {
    pub(super) doc: String,
    pub(super) name: String,
    /// The sealed class of a variant.
    pub(super) base: Option<&'a str>,
    pub(super) fields: Vec<Property>,
    /// Whether there are defaults and a builder.
    pub(super) builder: bool,
    pub(super) indent: usize,
    pub(super) inherited: Inherited,
}

/// The types in the signatures of the methods that all classes have.
pub(super) struct Inherited {
    pub(super) any: String,
    pub(super) boolean: String,
    pub(super) int: String,
    pub(super) string: String,
}

pub(super) struct Property {
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) doc: String,
    pub(super) secret: bool,
    /// Whether it is an array of bytes, or a list of these.
    pub(super) bytes: bool,
    pub(super) list: bool,
    pub(super) optional: bool,
}

impl Record<'_> {
    pub(super) fn lines(&self) -> Vec<String> {
        let pad = " ".repeat(self.indent);
        let mut lines = comment(&self.doc, &self.fields, self.indent);
        let base = self.base.map(|base| format!(" : {base}()"));
        let base = base.unwrap_or_default();
        let body = self.body();
        let brace = if body.is_empty() { "" } else { " {" };
        let parameters: Vec<String> = self.fields.iter().map(|of| self.parameter(of)).collect();
        let head = format!("{pad}public data class {}(", self.name);
        let one_line = format!("{head}{}){base}{brace}", parameters.join(", "));
        let before_base = format!("{head}{}) :", parameters.join(", "));
        match one_line.len() <= WIDTH {
            true => lines.push(one_line),
            false if self.base.is_some() && before_base.len() <= WIDTH => {
                lines.push(before_base);
                let base = base.trim_start_matches(" : ");
                lines.push(format!("{pad}    {base}{brace}"));
            }
            false => {
                lines.push(head);
                lines.extend(parameters.iter().map(|of| format!("{pad}    {of},")));
                lines.push(format!("{pad}){base}{brace}"));
            }
        }
        if !body.is_empty() {
            lines.extend(body.iter().map(|line| match line.is_empty() {
                true => String::new(),
                false => format!("{pad}    {line}"),
            }));
            lines.push(format!("{pad}}}"));
        }
        lines
    }

    fn parameter(&self, of: &Property) -> String {
        let default = match (self.builder, of.optional) {
            (true, _) if of.type_name == "Boolean" => " = false",
            (true, _) => " = 0",
            (false, true) => " = null",
            (false, false) => "",
        };
        format!("public val {}: {}{default}", of.name, of.type_name)
    }

    /// Comparison by the contents of arrays, texts without secrets, and a builder.
    fn body(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.fields.iter().any(|of| of.bytes || of.secret) {
            lines.extend(self.comparison());
        }
        if self.builder {
            lines.extend(self.builder());
        }
        lines
    }

    fn comparison(&self) -> Vec<String> {
        let equal = self.fields.iter().map(|of| match of.bytes {
            true if of.list => format!("sameBytes({0}, other.{0})", of.name),
            true => format!("{0}.contentEquals(other.{0})", of.name),
            false => format!("{0} == other.{0}", of.name),
        });
        let shown = self.fields.iter().map(|of| {
            let plain = of.name.trim_matches('`');
            let shown = match (of.secret, of.bytes) {
                (true, _) => "<secret>".to_owned(),
                (_, true) if of.list => format!("${{hexOfEach({})}}", of.name),
                (_, true) => format!("${{hexOf({})}}", of.name),
                _ => format!("${{this.{}}}", of.name),
            };
            format!("{plain}={shown}")
        });
        let names: Vec<&str> = self.fields.iter().map(|of| of.name.as_str()).collect();
        let hash = format!("hashOf({})", names.join(", "));
        let equal: Vec<String> = equal.collect();
        let Inherited {
            any,
            boolean,
            int,
            string,
        } = &self.inherited;
        let mut lines = vec![
            "/** Whether the other value has the same contents. */".to_owned(),
            format!(
                "override fun equals(other: {any}?): {boolean} = other is {} &&",
                self.name
            ),
        ];
        let last = equal.len() - 1;
        lines.extend(equal.iter().enumerate().map(|(index, part)| {
            let and = if index == last { "" } else { " &&" };
            format!("    {part}{and}")
        }));
        lines.extend([
            String::new(),
            "/** Equal for equal contents. */".to_owned(),
            format!("override fun hashCode(): {int} = {hash}"),
            String::new(),
            "/** For people: bytes in hexadecimal digits, and no secrets. */".to_owned(),
        ]);
        let text = format!(
            "\"{}({})\"",
            self.name,
            shown.collect::<Vec<_>>().join(", ")
        );
        lines.extend(broken(
            &format!("override fun toString(): {string} = "),
            &text,
            WIDTH - self.indent - 4,
        ));
        lines
    }

    fn builder(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "/** Builds [{}]. Fields that are not set are `false` or 0. */",
                self.name
            ),
            "public class Builder {".to_owned(),
        ];
        for of in &self.fields {
            let zero = if of.type_name == "Boolean" {
                "false"
            } else {
                "0"
            };
            lines.push(format!(
                "    private var {}: {} = {zero}",
                of.name, of.type_name
            ));
        }
        for of in &self.fields {
            lines.push(String::new());
            let doc = one_line(&of.doc);
            let doc = comment(&doc, &[], 0);
            lines.extend(doc.iter().map(|line| format!("    {line}")));
            let (name, default) = match of.type_name.as_str() {
                "Boolean" => (&of.name, " = true"),
                _ => (&of.name, ""),
            };
            if !default.is_empty() {
                lines.push("    @JvmOverloads".to_owned());
            }
            lines.push(format!(
                "    public fun {name}(value: {}{default}): Builder = apply {{ {name} = value }}",
                of.type_name
            ));
        }
        let names: Vec<&str> = self.fields.iter().map(|of| of.name.as_str()).collect();
        lines.extend([
            String::new(),
            "    /** Returns the value. */".to_owned(),
            format!("    public fun build(): {} = {}(", self.name, self.name),
        ]);
        lines.extend(names.iter().map(|name| format!("        {name},")));
        lines.extend(["    )".to_owned(), "}".to_owned()]);
        lines
    }
}

/// A property with a literal, which is a sum of literals if it is long.
fn broken(head: &str, text: &str, width: usize) -> Vec<String> {
    if head.len() + text.len() <= width {
        return vec![format!("{head}{text}")];
    }
    let mut lines = vec![format!("{head}\"")];
    for part in text.trim_matches('"').split_inclusive(", ") {
        let length = lines.last().map_or(0, String::len);
        if length + part.len() + "\" +".len() > width {
            lines.push("    \"".to_owned());
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(part);
        }
    }
    let last = lines.len() - 1;
    let ended = lines.iter().enumerate();
    ended
        .map(|(index, line)| format!("{line}\"{}", if index == last { "" } else { " +" }))
        .collect()
}

/// A comment with the fields as properties.
pub(super) fn comment(doc: &str, fields: &[Property], indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    let width = WIDTH - indent - 3;
    let doc = one_line(doc);
    if fields.is_empty() && doc.chars().count() + 4 <= width {
        return vec![format!("{pad}/** {doc} */")];
    }
    let mut lines = wrap(&doc, width);
    if !fields.is_empty() {
        lines.push(String::new());
    }
    for of in fields {
        let text = lower_first(one_line(&of.doc).trim_end_matches('.'));
        let tag = format!("@property {} {text}", of.name.trim_matches('`'));
        let mut wrapped = wrap(&tag, width - 2).into_iter();
        lines.extend(wrapped.next());
        lines.extend(wrapped.map(|line| format!("  {line}")));
    }
    let mut comment = vec![format!("{pad}/**")];
    comment.extend(lines.into_iter().map(|line| match line.is_empty() {
        true => format!("{pad} *"),
        false => format!("{pad} * {line}"),
    }));
    comment.push(format!("{pad} */"));
    comment
}
