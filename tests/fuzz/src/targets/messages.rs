//! The messages of every operation: decode, check, encode again.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::OnceLock;

use parsec_contracts::{Body as _, DecodeError, MayExtend as _, Opcode, Operation};

use super::{published, seeds};
use crate::choices::Choices;
use crate::target::assert_readable;
use crate::values::contracts;
use crate::{Outcome, Target, World};

#[path = "../../../../contracts/tests/generated/examples/mod.rs"]
mod generated;

pub(super) const TARGET: Target = Target {
    name: "messages",
    about: "each operation's messages: decode, check, encode, compared with parsec-interface",
    run,
    seeds,
    words: &[],
    longest: 1024,
    world: World::Nothing,
};

/// Receives every example, and thereby every operation's types.
trait Visitor {
    fn example<O>(&mut self, operation: &str, index: usize, input: O, output: O::Output)
    where
        O: Operation + Clone + PartialEq + Debug,
        O::Output: Clone + PartialEq + Debug;
}

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap_or_default()
}

type Codec = fn(&[u8]) -> Result<bool, DecodeError>;

/// Decoders of the two messages of each operation.
#[derive(Default)]
struct Codecs(BTreeMap<u32, (Codec, Codec)>);

impl Visitor for Codecs {
    fn example<O>(&mut self, _: &str, _: usize, _: O, _: O::Output)
    where
        O: Operation + Clone + PartialEq + Debug,
        O::Output: Clone + PartialEq + Debug,
    {
        self.0.insert(O::OPCODE.number(), (input::<O>, output::<O>));
    }
}

fn codecs() -> &'static Codecs {
    static CODECS: OnceLock<Codecs> = OnceLock::new();
    CODECS.get_or_init(|| {
        let mut codecs = Codecs::default();
        generated::all(&mut codecs);
        codecs
    })
}

/// Raw messages: the golden ones.
fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for (mode, direction) in [(RAW_INPUT, "request"), (RAW_OUTPUT, "response")] {
        for frame in seeds::frames(direction) {
            let number = u32::from_le_bytes([frame[28], frame[29], frame[30], frame[31]]);
            let length = u32::from_le_bytes([frame[22], frame[23], frame[24], frame[25]]);
            let index = Opcode::ALL.iter().position(|one| one.number() == number);
            let body = &frame[36..][..length as usize];
            if let Some(index) = index.and_then(|index| u8::try_from(index).ok()) {
                all.push([&[mode, index][..], body].concat());
            }
        }
    }
    // One generated message of each operation.
    let count = u8::try_from(contracts().count()).unwrap_or(u8::MAX);
    all.extend((0..count).map(|index| vec![MADE_INPUT, index]));
    all.extend((0..count).map(|index| vec![MADE_OUTPUT, index]));
    all
}

const RAW_INPUT: u8 = 0;
const RAW_OUTPUT: u8 = 1;
const MADE_INPUT: u8 = 2;
const MADE_OUTPUT: u8 = 3;

fn run(data: &[u8]) -> Outcome {
    let mut choices = Choices::new(data);
    let mode = choices.byte() % 4;
    let (number, body) = match mode {
        RAW_INPUT | RAW_OUTPUT => {
            let index = usize::from(choices.byte()) % Opcode::ALL.len();
            (Opcode::ALL[index].number(), choices.rest().to_vec())
        }
        MADE_INPUT => {
            let request = contracts().request(&mut choices);
            (request.opcode, request.body)
        }
        _ => contracts().response(&mut choices),
    };
    let mut body = body;
    if mode >= MADE_INPUT && choices.one_in(3) {
        choices.damage(&mut body);
    }
    let Some((input, output)) = codecs().0.get(&number) else {
        panic!("operation {number:#x} has no example");
    };
    let result = match mode {
        RAW_INPUT | MADE_INPUT => input(&body),
        _ => output(&body),
    };
    Outcome::of((number, mode % 2, result.map_err(|error| error.to_string())))
}

/// Returns whether an input follows the rules of its contract, if it can be decoded.
fn input<O>(body: &[u8]) -> Result<bool, DecodeError>
where
    O: Operation + Clone + PartialEq + Debug,
{
    let read = O::decode(body);
    let judged = published::knows(O::OPCODE).then(|| published::rewritten_request(O::OPCODE, body));
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            assert_readable(&error.to_string());
            // To the oracle, an extension is an unknown field, which it skips unread.
            assert!(
                judged.flatten().is_none() || published::has_extension(body),
                "{}: only the oracle decodes this request ({error})",
                O::OPCODE
            );
            return Err(error);
        }
    };
    let encoded = read.clone().encode();
    assert_eq!(O::decode(&encoded).as_ref(), Ok(&read), "{}", O::OPCODE);
    let _ = (read.response_length(), read.algorithm());
    if let Some(judged) = judged
        && !read.extends()
    {
        compare(O::OPCODE, "request", judged, &encoded, |bytes| {
            published::rewritten_request(O::OPCODE, bytes)
        });
    }
    match read.check() {
        Ok(()) => Ok(true),
        Err(violation) => {
            assert_readable(&violation.to_string());
            Ok(false)
        }
    }
}

fn output<O>(body: &[u8]) -> Result<bool, DecodeError>
where
    O: Operation,
    O::Output: Clone + PartialEq + Debug,
{
    let judged =
        published::knows(O::OPCODE).then(|| published::rewritten_response(O::OPCODE, body));
    let read = O::Output::decode(body).inspect_err(|error| {
        assert!(
            judged.clone().flatten().is_none() || published::has_extension(body),
            "{}: only the oracle decodes this response ({error})",
            O::OPCODE
        );
    })?;
    let encoded = read.clone().encode();
    assert_eq!(
        O::Output::decode(&encoded).as_ref(),
        Ok(&read),
        "{}",
        O::OPCODE
    );
    if let Some(judged) = judged
        && !read.extends()
    {
        compare(O::OPCODE, "response", judged, &encoded, |bytes| {
            published::rewritten_response(O::OPCODE, bytes)
        });
    }
    Ok(true)
}

/// If both decode a message, they must decode the same: then the oracle decodes the same from our
/// encoding.
fn compare(
    opcode: Opcode,
    direction: &str,
    judged: Option<Vec<u8>>,
    encoded: &[u8],
    rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>,
) {
    // The oracle is strict about values that only the service can check: numbers of providers,
    // operations and authenticators, UUIDs, and sizes of some algorithms.
    let Some(judged) = judged else { return };
    // It keeps operations in a set, which has no order.
    if (opcode, direction) == (Opcode::ListOpcodes, "response") {
        return;
    }
    assert_eq!(
        rewrite(encoded).as_deref(),
        Some(&*judged),
        "{opcode}: the oracle decodes a different {direction}"
    );
}
