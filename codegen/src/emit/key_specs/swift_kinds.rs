//! The types of kinds in Swift. Kinds of a known form are generated as a whole: authenticated
//! encryption, codes without parameters, ECDSA with its curve, and ECDH on a curve with points. Others have types
//! of their own by hand, which an extension gives their specification.

use crate::emit::keywords;
use crate::emit::text::{one_line, wrap};
use crate::model::{KeyKind, Language, Model, Name, Value};

/// The longest line, as `.swift-format` has it.
const WIDTH: usize = 120;

/// The form of a kind that is generated as a whole.
enum Form {
    /// Authenticated encryption, with the last variant of its algorithm.
    Aead(String),
    /// Authentication codes, with the last variant of the algorithm.
    Mac(String),
    Ecdsa,
    Ecdh,
}

/// The declarations, in the order of the families and kinds.
pub(super) fn declarations(model: &Model) -> Vec<Vec<String>> {
    let families = model.families.iter().filter_map(|family| {
        let name = family.name_in(Language::Swift)?;
        Some(vec![
            format!("/// {}", one_line(&family.doc)),
            format!("public enum {name} {{}}"),
        ])
    });
    let kinds = model.key_kinds.iter();
    let kinds = kinds.filter_map(|kind| declaration(model, kind, swift_name(kind)?));
    families.chain(curves(model)).chain(kinds).collect()
}

/// A type for each curve that signs with ECDSA.
fn curves(model: &Model) -> impl Iterator<Item = Vec<String>> + '_ {
    model.key_kinds.iter().filter_map(|kind| {
        let (curve, _) = swift_name(kind)?.rsplit_once('.')?;
        let Form::Ecdsa = form(kind)? else {
            return None;
        };
        let case = |path: &[&str]| {
            let last = variants(field(&kind.attributes, path)?).pop()?;
            Some(keywords::swift(&Name::new(&last).lower_camel()))
        };
        let family = case(&["key_type"])?;
        let hash = case(&["key_policy", "key_algorithm"])?;
        let bits = kind.bits.first()?;
        let lines = [
            format!(
                "/// The elliptic curve of keys of the kind `{}`.",
                kind.name.kebab()
            ),
            format!("public enum {curve}: EllipticCurve {{"),
            "    /// The family of the curve in the contracts.".to_owned(),
            format!("    public static let family = Contract.EccFamily.{family}"),
            "    /// The size of the curve's field in bits.".to_owned(),
            format!("    public static let bits = {bits}"),
            "    /// The name of the type.".to_owned(),
            format!("    public static let name = \"{curve}\""),
            "    /// The hash function of ``ECDSAPublicKey/isValidSignature(_:for:)``.".to_owned(),
            format!("    public static let hash = Contract.Hash.{hash}"),
            "}".to_owned(),
        ];
        Some(lines.to_vec())
    })
}

/// The handles of all kinds, each as the expression of its type.
pub(super) fn handles(model: &Model) -> Vec<String> {
    let mut handles = Vec::new();
    for kind in &model.key_kinds {
        let Some(name) = swift_name(kind) else {
            continue;
        };
        let presets = kind.presets.iter();
        let presets = presets.filter_map(|preset| preset.name_in(Language::Swift));
        for name in std::iter::once(name).chain(presets) {
            handles.push(format!("{name}.Handle.self"));
            if kind
                .role
                .as_ref()
                .is_some_and(|role| role.kebab() == "signing")
            {
                handles.push(format!("{name}.VerifyingHandle.self"));
            }
        }
    }
    handles
}

/// Puts declarations into an extension.
pub(super) fn within(outer: &str, lines: Vec<String>) -> Vec<String> {
    let indented = lines.into_iter().map(|line| match line.is_empty() {
        true => line,
        false => format!("    {line}"),
    });
    std::iter::once(format!("extension {outer} {{"))
        .chain(indented)
        .chain(["}".to_owned()])
        .collect()
}

fn swift_name(kind: &KeyKind) -> Option<&str> {
    kind.role
        .as_ref()
        .and_then(|_| kind.name_in(Language::Swift))
}

fn declaration(model: &Model, kind: &KeyKind, name: &str) -> Option<Vec<String>> {
    if let Some((generic, _)) = name.split_once('<') {
        return Some(generic_spec(kind, generic));
    }
    let (outer, own) = match name.rsplit_once('.') {
        Some((outer, own)) => (Some(outer), own),
        None => (None, name),
    };
    let Some(form) = form(kind) else {
        let is_agreement = kind
            .role
            .as_ref()
            .is_some_and(|role| role.kebab() == "agreement");
        let members = match is_agreement {
            true => spec_name(kind),
            false => spec(model, kind),
        };
        return Some(within(name, members));
    };
    let mut lines: Vec<String> = wrap(&doc(model, kind), 108)
        .iter()
        .map(|line| format!("/// {line}"))
        .collect();
    let (protocol, members) = match &form {
        Form::Aead(algorithm) => ("AEADKind", aead(model, kind, own, algorithm)),
        Form::Mac(algorithm) => ("MACKind", mac(model, kind, own, algorithm)),
        Form::Ecdsa => ("ECDSAKind", ecdsa(kind, outer?)),
        Form::Ecdh => ("AgreementKind", ecdh(kind, outer?)),
    };
    lines.push(format!("public enum {own}: {protocol} {{"));
    lines.extend(members.into_iter().map(|line| match line.is_empty() {
        true => line,
        false => format!("    {line}"),
    }));
    lines.push("}".to_owned());
    Some(match outer {
        Some(outer) => within(outer, lines),
        None => lines,
    })
}

/// The form of a kind, if it is generated as a whole.
fn form(kind: &KeyKind) -> Option<Form> {
    let algorithm = variants(field(&kind.attributes, &["key_policy", "key_algorithm"])?);
    let steps: Vec<&str> = algorithm.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["aead", "aead-with-default-length-tag", last] => Some(Form::Aead((*last).to_owned())),
        ["mac", "full-length", last] => Some(Form::Mac((*last).to_owned())),
        ["asymmetric-signature", "ecdsa", ..] => Some(Form::Ecdsa),
        ["key-agreement", "raw", "ecdh"] => {
            let curve = variants(field(&kind.attributes, &["key_type"])?);
            (curve.last()? != "montgomery").then_some(Form::Ecdh)
        }
        _ => None,
    }
}

/// A field of a struct, by its path.
fn field<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let [first, rest @ ..] = path else {
        return Some(value);
    };
    let Value::Struct(_, fields) = value else {
        return None;
    };
    let (_, found) = fields.iter().find(|(name, _)| name.snake() == *first)?;
    field(found, rest)
}

/// The variants from a union to its innermost value.
fn variants(value: &Value) -> Vec<String> {
    match value {
        Value::Union(_, variant, held) => {
            let inner = held.iter().flat_map(|(_, value)| variants(value));
            std::iter::once(variant.kebab()).chain(inner).collect()
        }
        Value::Enum(_, value, _) => vec![value.kebab()],
        _ => Vec::new(),
    }
}

/// The documentation, with the sizes that an option chooses.
fn doc(model: &Model, kind: &KeyKind) -> String {
    let doc = one_line(&kind.doc);
    let others: Vec<String> = siblings(model, kind)
        .filter_map(|other| other.bits.first())
        .map(u32::to_string)
        .collect();
    match others.is_empty() {
        true => doc,
        false => format!(
            "{doc} ``KeyOptions/bits`` chooses another size: {}.",
            others.join(", ")
        ),
    }
}

/// Kinds that differ from this one only in the size.
fn siblings<'a>(model: &'a Model, kind: &'a KeyKind) -> impl Iterator<Item = &'a KeyKind> {
    let others = model.key_kinds.iter();
    others.filter(|other| other.size_of.as_ref() == Some(&kind.name))
}

/// The name for people, without a size.
fn title(kind: &KeyKind) -> String {
    let bits = kind.bits.first().copied().unwrap_or_default();
    kind.title.replacen(&format!("-{bits}"), "", 1)
}

fn spec(model: &Model, kind: &KeyKind) -> Vec<String> {
    let name = kind.name.kebab();
    let mut sizes: Vec<(u32, String)> = kind
        .named_sizes
        .iter()
        .map(|bits| (*bits, format!("{name}-{bits}")))
        .collect();
    if sizes.is_empty() {
        let own = kind.bits.first().map(|bits| (*bits, name.clone()));
        let others = siblings(model, kind);
        sizes.extend(own);
        sizes.extend(others.filter_map(|other| Some((*other.bits.first()?, other.name.kebab()))));
    }
    sizes.sort();
    let sizes: Vec<String> = sizes
        .iter()
        .map(|(bits, name)| format!("{bits}: \"{name}\""))
        .collect();
    spec_of(&format!("sizes: [{}]", sizes.join(", ")), &name)
}

/// The function that describes a new key, with an argument that depends on the kind.
fn spec_of(argument: &str, name: &str) -> Vec<String> {
    let call = format!("KeySpec(kind: \"{name}\", {argument}, options: options)");
    let mut lines = vec![
        "/// The specification of a new key of this kind.".to_owned(),
        "public static func spec(_ options: KeyOptions) -> KeySpec {".to_owned(),
    ];
    // The kinds are nested in two types.
    if call.len() + 12 <= WIDTH {
        lines.push(format!("    {call}"));
    } else {
        lines.push("    KeySpec(".to_owned());
        lines.push(format!("        kind: \"{name}\", {argument},"));
        lines.push("        options: options)".to_owned());
    }
    lines.push("}".to_owned());
    lines
}

fn generic_spec(kind: &KeyKind, generic: &str) -> Vec<String> {
    within(
        generic,
        spec_of("hash: Function.contract", &kind.name.kebab()),
    )
}

fn spec_name(kind: &KeyKind) -> Vec<String> {
    vec![
        "/// The name of the kind for ``KeySpec``.".to_owned(),
        format!("public static let specName = \"{}\"", kind.name.kebab()),
    ]
}

fn aead(model: &Model, kind: &KeyKind, own: &str, algorithm: &str) -> Vec<String> {
    let key_type = field(&kind.attributes, &["key_type"]).map(variants);
    let key_type = key_type.and_then(|steps| steps.into_iter().next());
    let case = |name: &str| keywords::swift(&Name::new(name).lower_camel());
    let mut lines: Vec<String> = [
        "/// The handle of a key.",
        &format!("public typealias Key = SealingKey<{own}>"),
        "/// The handle of a new key.",
        &format!("public typealias Handle = SealingKey<{own}>"),
        "/// A sealed message.",
        &format!("public typealias SealedBox = Parsec.SealedBox<{own}>"),
        "/// The name for people.",
        &format!("public static let name = \"{}\"", title(kind)),
        "/// The type of its keys.",
        &format!(
            "public static let keyType = Contract.KeyType.{}",
            case(&key_type.unwrap_or_default())
        ),
        "/// The algorithm that its keys permit.",
        &format!(
            "public static let algorithm = Contract.AeadWithDefaultLengthTag.{}",
            case(algorithm)
        ),
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.extend(spec(model, kind));
    lines
}

fn mac(model: &Model, kind: &KeyKind, own: &str, algorithm: &str) -> Vec<String> {
    let case = keywords::swift(&Name::new(algorithm).lower_camel());
    let mut lines: Vec<String> = [
        "/// The handle of a key.",
        &format!("public typealias Key = MACKey<{own}>"),
        "/// The handle of a new key.",
        &format!("public typealias Handle = MACKey<{own}>"),
        "/// The name for people.",
        &format!("public static let name = \"{}\"", title(kind)),
        "",
        "/// Whether the policy of a key permits this algorithm.",
        "public static func fits(_ algorithm: Contract.Mac) -> Bool {",
        "    switch algorithm {",
        &format!("    case .fullLength(.{case}), .truncated(.{case}, _): true"),
        "    default: false",
        "    }",
        "}",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.extend(spec(model, kind));
    lines
}

fn ecdsa(kind: &KeyKind, curve: &str) -> Vec<String> {
    let mut lines = vec![
        "/// The curve of the signatures.".to_owned(),
        format!("public typealias Curve = {curve}"),
    ];
    lines.extend(spec_name(kind));
    lines
}

fn ecdh(kind: &KeyKind, curve: &str) -> Vec<String> {
    let mut lines = vec![
        "/// The public key.".to_owned(),
        format!("public typealias PublicKey = AgreementPublicKey<{curve}>"),
    ];
    lines.extend(spec_name(kind));
    lines.extend(
        [
            "/// The family of the curve in the contracts.",
            &format!("public static let family = {curve}.family"),
            "/// The size of the curve's field in bits.",
            &format!("public static let bits = {curve}.bits"),
        ]
        .map(str::to_owned),
    );
    lines
}
