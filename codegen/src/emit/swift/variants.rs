//! The variants of a method in Swift: a kind of key as a type or chosen at run time, the encodings of a key
//! that is imported, and public keys as bytes or as values.

use crate::model::{Argument, Method, ValueType};

/// One of the declarations that a method becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    /// Whether the kind of key is a type; otherwise it is chosen at run time.
    pub(super) with_kind: bool,
    /// The encoding of a key that is imported.
    encoding: Option<Encoding>,
    /// Whether public keys are values of the handle's own type, not bytes.
    with_public_key: bool,
}

/// An encoding of a key that is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Pem,
    Der,
}

/// Returns the variants of a method. The first has the documentation.
pub(super) fn variants(method: &Method) -> Vec<Variant> {
    let has = |of: &ValueType| method.arguments.iter().any(|it| it.value_type == *of);
    let encodings: &[Option<Encoding>] =
        match has(&ValueType::PrivateKey) || has(&ValueType::PublicKey) {
            true => &[Some(Encoding::Pem), Some(Encoding::Der)],
            false => &[None],
        };
    let takes_public_key = |it: &Argument| it.also == Some(ValueType::PublicKey);
    let forms: &[bool] = match method.arguments.iter().any(takes_public_key) {
        true => &[false, true],
        false => &[false],
    };
    let mut variants = Vec::new();
    for &with_public_key in forms {
        let variant = |with_kind, encoding| Variant {
            with_kind,
            encoding,
            with_public_key,
        };
        if has(&ValueType::Spec) {
            match has(&ValueType::PublicKey) {
                true => variants.push(variant(true, None)),
                false => variants.extend(encodings.iter().map(|&of| variant(true, of))),
            }
        }
        variants.extend(encodings.iter().map(|&of| variant(false, of)));
        if method.returns == Some(ValueType::Key) {
            variants.push(variant(true, None));
        }
    }
    variants
}

impl Variant {
    /// Returns whether it calls another variant.
    pub(super) fn delegates(self) -> bool {
        self.with_kind || self.with_public_key
    }

    /// Returns the documentation of a variant other than the first one.
    pub(super) fn doc(self) -> Vec<String> {
        let text = match (self.with_public_key, self.with_kind, self.encoding) {
            (true, _, _) => "The same, with the public key of the peer as a value.",
            (_, true, None) => {
                return vec![
                    "The same, for a key of a known kind.".to_owned(),
                    String::new(),
                    "- Throws: Also ``ParsecError/invalidArgument(_:)`` if the key is of another kind."
                        .to_owned(),
                ];
            }
            (_, true, Some(_)) => "The same, from DER.",
            (_, false, Some(Encoding::Der)) => {
                "The same, from DER and with a kind of key that is chosen at run time."
            }
            (_, false, _) => "The same, with a kind of key that is chosen at run time.",
        };
        vec![text.to_owned()]
    }

    /// Returns the label and the type of an argument that differs between variants.
    pub(super) fn parameter(
        self,
        label: &str,
        argument: &Argument,
    ) -> Option<(String, &'static str)> {
        match (&argument.value_type, self.encoding) {
            (ValueType::PublicKey, None) => Some(("_".to_owned(), "NewKind.PublicKey")),
            (ValueType::PublicKey | ValueType::PrivateKey, Some(encoding)) => {
                let of = match encoding {
                    Encoding::Pem => "String",
                    Encoding::Der => "some DataProtocol",
                };
                Some((encoding.label().to_owned(), of))
            }
            _ if self.with_public_key && argument.also == Some(ValueType::PublicKey) => {
                Some((label.to_owned(), "Kind.PublicKey"))
            }
            _ => None,
        }
    }

    /// Returns the label and the value of an argument that is passed to another variant.
    pub(super) fn passed(
        self,
        label: &str,
        argument: &Argument,
        value: String,
    ) -> (String, String) {
        match (&argument.value_type, self.encoding) {
            (ValueType::Spec, _) if self.with_kind => {
                ("spec".to_owned(), "kind.spec(options)".to_owned())
            }
            (ValueType::Spec, _) => ("spec".to_owned(), value),
            (ValueType::PublicKey, None) => (
                Encoding::Pem.label().to_owned(),
                format!("{value}.pemRepresentation"),
            ),
            (ValueType::PublicKey | ValueType::PrivateKey, Some(encoding)) => {
                (encoding.label().to_owned(), value)
            }
            _ if !self.with_kind && argument.also == Some(ValueType::PublicKey) => {
                (label.to_owned(), format!("{value}.data.psaRepresentation"))
            }
            _ => (label.to_owned(), value),
        }
    }

    /// Returns the bytes of an imported key, if the binding takes bytes.
    pub(super) fn bytes(self, of: &ValueType, name: &str) -> Option<String> {
        match (self.encoding?, of) {
            (Encoding::Der, _) => Some(format!("Data({name})")),
            (Encoding::Pem, ValueType::PrivateKey) => Some(format!("Data({name}.utf8)")),
            (Encoding::Pem, _) => None,
        }
    }

    /// Returns the value of the binding for an imported key.
    pub(super) fn material(self, name: &str) -> String {
        match self.encoding {
            Some(Encoding::Der) => format!(".der(der: {name})"),
            _ => format!(".pem(pem: {name})"),
        }
    }
}

impl Encoding {
    fn label(self) -> &'static str {
        match self {
            Self::Pem => "pemRepresentation",
            Self::Der => "derRepresentation",
        }
    }
}
