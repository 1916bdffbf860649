//! JWT-SVIDs: whatever the token, only one that is good by every rule names a client.

use std::cell::RefCell;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_contracts::operations::ListKeys;
use parsec_harness::{Auth, Wire};
use serde_json::{Value, json};

use crate::choices::Choices;
use crate::workload_api::{Key, WorkloadApi, now};
use crate::world::{self, AUDIENCE};
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "token",
    about: "JWT-SVIDs over the socket: only what is good by every rule names a client",
    run,
    seeds: || (0..12).map(|byte| vec![byte; 4]).chain([vec![]]).collect(),
    words: &[],
    longest: 256,
    world: World::Tokens,
};

const DOMAIN: &str = "example.org";
const SUBJECT: &str = "spiffe://example.org/web";

/// The key whose tokens are good. The world's process and the target's both make it.
fn key() -> Key {
    Key::of("1", [0x42; 32])
}

/// The Workload API that gives that key.
pub(crate) fn of_the_world() -> WorkloadApi {
    WorkloadApi::start(&[(DOMAIN, &[&key()])])
}

thread_local! {
    static WIRE: RefCell<Option<Wire>> = const { RefCell::new(None) };
}

/// A token, and whether every rule holds for it.
struct Token {
    text: Vec<u8>,
    is_good: bool,
}

fn run(data: &[u8]) -> Outcome {
    let mut choices = Choices::new(data);
    let token = token(&mut choices);
    let auth = Auth::Raw(
        parsec_contracts::AuthType::JwtSvid.number(),
        token.text.clone(),
    );
    let reply = WIRE.with_borrow_mut(|wire| {
        let open = wire.take().or_else(|| Wire::connect(&world::socket()).ok());
        let mut open = open.expect("the service takes a connection");
        let reply = open.call(0, &auth, flags::EXTENSIONS, ListKeys {});
        if reply.is_ok() {
            *wire = Some(open);
        }
        reply
    });
    let reply = reply.unwrap_or_else(|error| panic!("no answer to a token: {error}"));
    let text = String::from_utf8_lossy(&token.text);
    match (token.is_good, reply.status()) {
        (true, Status::Success) | (false, Status::AuthenticationError) => {}
        (true, other) => panic!("a good token is refused with {other}: {text}"),
        (false, other) => panic!("a token that breaks a rule is answered {other}: {text}"),
    }
    world::assert_no_panic();
    Outcome::of((token.is_good, token.text.len() / 64))
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

fn token(choices: &mut Choices<'_>) -> Token {
    let now = now();
    let mut is_good = true;
    let mut header = json!({ "alg": "ES256", "kid": "1", "typ": "JWT" });
    let mut claims = json!({ "sub": SUBJECT, "aud": [AUDIENCE], "exp": now + 300 });
    for _ in 0..choices.below(3) {
        is_good &= change(choices, &mut header, &mut claims, now);
    }
    let signed = format!(
        "{}.{}",
        base64(header.to_string()),
        base64(claims.to_string())
    );
    let signature = match choices.below(8) {
        6 => {
            is_good = false;
            Key::of("1", [0x43; 32]).sign(&signed)
        }
        7 => {
            is_good = false;
            let length = choices.below(80);
            choices.bytes(length)
        }
        _ => key().sign(&signed),
    };
    let mut text = format!("{signed}.{}", base64(signature)).into_bytes();
    if choices.one_in(4) {
        let whole = text.clone();
        choices.damage(&mut text);
        // The last character of base64 may hold bits that nobody reads, so that another one stands
        // for the same signature; that is refused as well, for a token has one form.
        is_good &= text == whole;
    }
    // A field has two bytes for its length.
    text.truncate(usize::from(u16::MAX));
    Token { text, is_good }
}

/// Changes a header or claim; whether the token is still good by every rule.
fn change(choices: &mut Choices<'_>, header: &mut Value, claims: &mut Value, now: i64) -> bool {
    match choices.below(16) {
        0 => claims["exp"] = json!(now - 3600),
        1 => drop(claims.as_object_mut().and_then(|map| map.remove("exp"))),
        2 => claims["exp"] = json!("soon"),
        3 => claims["aud"] = json!(["another"]),
        4 => claims["aud"] = json!([]),
        5 => claims["aud"] = Value::Null,
        6 => claims["sub"] = json!("spiffe://other.test/web"),
        7 => claims["sub"] = json!("example.org/web"),
        8 => claims["sub"] = json!(["spiffe://example.org/web"]),
        9 => header["alg"] = json!(*choices.of(&["none", "HS256", "RS256", "ES384", "es256", ""])),
        10 => header["kid"] = json!(*choices.of(&["2", "", "../1"])),
        11 => drop(header.as_object_mut().and_then(|map| map.remove("kid"))),
        12 => header["typ"] = json!("at+jwt"),
        13 => claims["nbf"] = json!(now + 3600),
        // Nothing of these makes a token bad.
        14 => {
            claims["aud"] = json!(["another", AUDIENCE]);
            return true;
        }
        _ => {
            claims["iat"] = json!(now - 5);
            claims["extra"] = json!({ "sub": "spiffe://example.org/other" });
            return true;
        }
    }
    false
}
