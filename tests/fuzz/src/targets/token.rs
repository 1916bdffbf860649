//! JWT-SVIDs: only a token that is valid by every rule identifies a client.

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
    about: "JWT-SVIDs over the socket: only valid tokens identify a client",
    run,
    seeds: || (0..12).map(|byte| vec![byte; 4]).chain([vec![]]).collect(),
    words: &[],
    longest: 256,
    world: World::Tokens,
};

const DOMAIN: &str = "example.org";
const SUBJECT: &str = "spiffe://example.org/web";

/// The key of valid tokens. The environment's process and the target's process both derive it.
fn key() -> Key {
    Key::of("1", [0x42; 32])
}

/// Starts the Workload API that provides this key.
pub(crate) fn of_the_world() -> WorkloadApi {
    WorkloadApi::start(&[(DOMAIN, &[&key()])])
}

thread_local! {
    static WIRE: RefCell<Option<Wire>> = const { RefCell::new(None) };
}

/// A token, and whether it follows every rule.
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
        let mut open = open.expect("the service accepts a connection");
        let reply = open.call(0, &auth, flags::EXTENSIONS, ListKeys {});
        if reply.is_ok() {
            *wire = Some(open);
        }
        reply
    });
    let reply = reply.unwrap_or_else(|error| panic!("no response to a token: {error}"));
    let text = String::from_utf8_lossy(&token.text);
    match (token.is_good, reply.status()) {
        (true, Status::Success) | (false, Status::AuthenticationError) => {}
        (true, other) => panic!("a valid token is refused with {other}: {text}"),
        (false, other) => panic!("an invalid token returns {other}: {text}"),
    }
    world::assert_no_panic();
    Outcome::of((token.is_good, token.text.len() / 64))
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

fn token(choices: &mut Choices<'_>) -> Token {
    let now = now();
    let mut header = json!({ "alg": "ES256", "kid": "1", "typ": "JWT" });
    let mut claims = json!({ "sub": SUBJECT, "aud": [AUDIENCE], "exp": now + 300 });
    for _ in 0..choices.below(3) {
        change(choices, &mut header, &mut claims, now);
    }
    let mut is_good = keeps_every_rule(&header, &claims, now);
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
        // Some bits of the last base64 character are unused; a different character there is
        // rejected as well, because a token has one encoding.
        is_good &= text == whole;
    }
    // The field's length has two bytes.
    text.truncate(usize::from(u16::MAX));
    Token { text, is_good }
}

/// The rules, written independently of the code under test.
fn keeps_every_rule(header: &Value, claims: &Value, now: i64) -> bool {
    let is_for_us =
        |audiences: &Vec<Value>| audiences.iter().any(|one| one.as_str() == Some(AUDIENCE));
    let is_past = |claim: &Value| claim.as_i64().is_none_or(|time| time <= now);
    header["alg"] == "ES256"
        && header["kid"] == "1"
        && header["typ"] == "JWT"
        && claims["aud"].as_array().is_some_and(is_for_us)
        && claims["sub"] == SUBJECT
        && claims["exp"].as_i64().is_some_and(|time| time > now)
        && is_past(&claims["nbf"])
        && is_past(&claims["iat"])
}

/// Changes a header or a claim.
fn change(choices: &mut Choices<'_>, header: &mut Value, claims: &mut Value, now: i64) {
    let remove = |map: &mut Value, name| drop(map.as_object_mut().and_then(|map| map.remove(name)));
    match choices.below(18) {
        0 => claims["exp"] = json!(now - 3600),
        1 => remove(claims, "exp"),
        2 => claims["exp"] = json!("soon"),
        3 => claims["aud"] = json!(["another"]),
        4 => claims["aud"] = json!([]),
        5 => claims["aud"] = Value::Null,
        6 => claims["sub"] = json!("spiffe://other.test/web"),
        7 => claims["sub"] = json!("example.org/web"),
        8 => claims["sub"] = json!([SUBJECT]),
        9 => {
            let names = ["none", "HS256", "RS256", "ES384", "es256", ""];
            header["alg"] = json!(*choices.of(&names));
        }
        10 => header["kid"] = json!(*choices.of(&["2", "", "../1"])),
        11 => remove(header, "kid"),
        12 => header["typ"] = json!("at+jwt"),
        13 => claims["nbf"] = json!(now + 3600),
        14 => claims["iat"] = json!(now + 3600),
        15 => claims["aud"] = json!(["another", AUDIENCE]),
        16 => claims["iat"] = json!(now - 5),
        _ => claims["extra"] = json!({ "sub": "spiffe://example.org/other" }),
    }
}
