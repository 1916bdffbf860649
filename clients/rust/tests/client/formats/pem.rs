//! Layouts of PEM, and several blocks in one file.

use parsec_client::{KeyMaterial, PrivateKey, PublicKey};
use tempfile::TempDir;

use super::{ONE_LINE, PAIR, make, material, private, public, read, refused};

fn key() -> PrivateKey {
    PrivateKey::from_pem(ONE_LINE).unwrap()
}

fn base64() -> String {
    ONE_LINE.lines().nth(1).unwrap().to_owned()
}

/// The key's Base64 in lines of this length.
fn columns(length: usize, end: &str) -> String {
    let base64 = base64();
    let lines = base64.as_bytes().chunks(length);
    let lines: Vec<_> = lines
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join(end)
}

fn block(body: &str) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

#[test]
fn the_layout_of_pem_has_no_meaning() {
    let body = base64();
    let lines = columns(64, "\n");
    let layouts = [
        (
            "76 columns",
            include_str!("../../keys/76-columns.pem").to_owned(),
        ),
        ("48 columns", block(&columns(48, "\n"))),
        ("one character per line", block(&columns(1, "\n"))),
        ("blank lines", block(&columns(64, "\n\n"))),
        ("blank line first", block(&format!("\n\n{lines}\n\n"))),
        ("CR LF", block(&lines).replace('\n', "\r\n")),
        ("CR", block(&lines).replace('\n', "\r")),
        ("spaces at the ends", block(&lines).replace('\n', "  \n")),
        ("tabs", block(&lines).replace('\n', "\t\n\t")),
        ("indentation", block(&lines).replace('\n', "\n    ")),
        ("no last line break", block(&lines).trim_end().to_owned()),
        ("mark of UTF-8", format!("\u{feff}{}", block(&lines))),
        ("all in one line", block(&body).replace('\n', " ")),
        ("no break at all", block(&body).replace('\n', "")),
        ("escaped breaks", block(&lines).replace('\n', "\\n")),
        ("escaped CR LF", block(&lines).replace('\n', "\\r\\n")),
        (
            "text around",
            format!(
                "Bag Attributes\n    friendlyName: web\n{}ends",
                block(&lines)
            ),
        ),
        (
            "a header",
            block(&format!("Comment: of the host\n\n{lines}")),
        ),
        (
            "a header without a blank line",
            block(&format!("X-Unknown: 1\n{lines}")),
        ),
        (
            "as a value of YAML",
            format!("key: |\n  {}", block(&lines).replace('\n', "\n  ")),
        ),
    ];
    for (name, text) in layouts {
        match PrivateKey::from_pem(&text) {
            Ok(found) => assert_eq!(found, key(), "{name}"),
            Err(error) => panic!("{name}: {error}\n{text}"),
        }
    }
    // Text around a block may be in any encoding.
    let latin = [b"\xe9tait\n", block(&lines).as_bytes()].concat();
    assert_eq!(PrivateKey::parse(&latin, None).unwrap(), key());
    // Also without PEM's lines.
    assert_eq!(
        PrivateKey::parse(columns(64, "\n").as_bytes(), None).unwrap(),
        key()
    );
}

#[test]
fn damaged_pem_is_refused_with_the_line() {
    let lines = columns(64, "\n");
    let whole = format!("first\nsecond\n{}", block(&lines));
    let cases = [
        (
            whole.replace("-----END PRIVATE KEY-----\n", ""),
            "no END line for the block PRIVATE KEY of line 3",
        ),
        (
            whole.replace("END PRIVATE", "END PUBLIC"),
            "begins as PRIVATE KEY in line 3 and ends as PUBLIC KEY in line 7",
        ),
        (
            format!("{}{}", &whole[..60], whole),
            "of line 3: it is cut off",
        ),
        (
            whole.replace(
                "\n-----END PRIVATE KEY-----",
                "?\n-----END PRIVATE KEY-----",
            ),
            "not Base64 in line 6",
        ),
        (
            whole.replace("MIGH", "MIG"),
            "in line 3 whose Base64 is damaged",
        ),
        (block(""), "an empty block PRIVATE KEY in line 1"),
        (
            "-----BEGIN PRIVATE KEY\n".to_owned(),
            "incomplete BEGIN line, line 1",
        ),
        (
            whole.trim_end().trim_end_matches('-').to_owned(),
            "incomplete END line, line 7",
        ),
        (block("AAAA"), "no known format, or damaged"),
        (String::new(), "the key is empty"),
        (" \n\t".to_owned(), "the key is empty"),
        ("hello".to_owned(), "text in no known format"),
    ];
    for (text, because) in cases {
        let message = refused(PrivateKey::from_pem(&text));
        assert!(message.contains(because), "{because}: {message}");
        assert!(!message.contains("MIG"), "a secret: {message}");
        if text.contains('\n') && !text.trim().is_empty() {
            let message = refused(PrivateKey::from_pem(&text.replace('\n', "\r\n")));
            assert!(message.contains(because), "CR LF: {message}");
        }
    }
}

#[test]
fn a_private_key_is_found_before_and_after_its_public_key() {
    let at = PAIR.find("-----BEGIN PUBLIC").unwrap();
    let (private, public) = PAIR.split_at(at);
    for text in [
        PAIR.to_owned(),
        format!("{public}{private}"),
        format!("{private}{private}"),
    ] {
        assert_eq!(PrivateKey::from_pem(&text).unwrap(), key());
        assert_eq!(material(&text).unwrap(), KeyMaterial::Private(key()));
    }
    let found = PublicKey::from_pem(PAIR).unwrap();
    assert_eq!(found, PublicKey::from_pem(public).unwrap());
    assert_eq!(material(public).unwrap(), KeyMaterial::Public(found));

    let message = refused(PublicKey::from_pem(private));
    assert!(message.contains("a public key is needed"), "{message}");
    let message = refused(PrivateKey::from_pem(public));
    assert!(message.contains("a private key is needed"), "{message}");
    let other = include_str!("../../keys/secp256k1.pem");
    let message = refused(PrivateKey::from_pem(&format!("{private}{other}")));
    assert!(
        message.contains("several different keys, in lines 1 and 6"),
        "{message}"
    );
}

#[test]
fn certificates_are_public_keys() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let made = [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=ca -out ca.pem",
        "req -newkey rsa:2048 -nodes -keyout web.key -subj /CN=web -out web.csr",
        "x509 -req -in web.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out web.pem",
        "x509 -in web.pem -outform DER -out web.der",
        "x509 -in web.pem -addtrust serverAuth -out trusted.pem",
        "pkey -in web.key -pubout -out public.pem",
        "rsa -in web.key -RSAPublicKey_out -out pkcs1.pem",
        "rsa -in web.key -RSAPublicKey_out -outform DER -out pkcs1.der",
    ];
    for line in made {
        make(folder, line);
    }
    let expected = public(folder, "public.pem");
    for file in [
        "web.pem",
        "web.der",
        "trusted.pem",
        "pkcs1.pem",
        "pkcs1.der",
    ] {
        assert_eq!(public(folder, file), expected, "{file}");
    }
    let text = |file| String::from_utf8(read(folder, file)).unwrap();
    let chain = text("web.pem") + &text("ca.pem");
    assert_eq!(PublicKey::from_pem(&chain).unwrap(), expected);
    let with_certificate = text("public.pem") + &text("web.pem");
    assert_eq!(PublicKey::from_pem(&with_certificate).unwrap(), expected);
    // As nginx and HAProxy have it.
    let all = text("web.pem") + &text("ca.pem") + &text("web.key");
    assert_eq!(
        PrivateKey::from_pem(&all).unwrap(),
        private(folder, "web.key")
    );
    assert_eq!(PublicKey::from_pem(&all).unwrap(), expected);
}
