//! The frame decoder, in both directions.

use parsec_contracts::Opcode;
use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader};

use super::{published, seeds};
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "frame",
    about: "headers of requests and responses, compared with parsec-interface",
    run,
    seeds: || [seeds::frames("request"), seeds::frames("response")].concat(),
    words: &[],
    longest: 512,
    world: World::Nothing,
};

/// Position of a response's status; requests ignore these bytes.
const STATUS: std::ops::Range<usize> = 32..34;

/// The first provider number of the extensions.
const LAST_PUBLISHED_PROVIDER: u8 = 5;

fn run(data: &[u8]) -> Outcome {
    let Some((header, rest)) = data.split_first_chunk::<FIXED_HEADER_LENGTH>() else {
        // The oracle must not read more than there is either.
        return Outcome::of(published::request(data).is_some());
    };
    Outcome::of((request(data, header, rest), response(data, header, rest)))
}

fn request(data: &[u8], bytes: &[u8; FIXED_HEADER_LENGTH], rest: &[u8]) -> Result<(), u16> {
    let read = RequestHeader::decode(bytes, published::LIMIT);
    let known = read.clone().and_then(|header| header.recognise());
    let judged = published::request(data);
    if let Ok(header) = &read {
        let mut again = header.encode();
        again[STATUS].copy_from_slice(&bytes[STATUS]);
        assert_eq!(again, *bytes, "re-encoding changes a request's header");
    }
    let (Ok(header), Ok(known)) = (&read, &known) else {
        if let Some(judged) = judged {
            panic!(
                "only the oracle decodes this request, as {:?}",
                judged.header
            );
        }
        return Err(known.err().map_or(0, |status| status.number()));
    };
    let needed = header.body_length as usize + usize::from(header.auth_length);
    let is_published =
        published::knows(known.opcode) && known.provider.number() <= LAST_PUBLISHED_PROVIDER;
    match judged {
        Some(judged) => {
            assert!(needed <= rest.len(), "the oracle reads past the end");
            assert_eq!(judged.header.opcode as u32, header.opcode);
            assert_eq!(judged.header.session, header.session);
            assert_eq!(judged.header.provider as u8, header.provider);
            assert_eq!(judged.header.auth_type as u8, header.auth_type);
            assert_eq!(judged.body.bytes(), &rest[..header.body_length as usize]);
        }
        None => assert!(
            needed > rest.len() || !is_published || header.body_length > published::LIMIT,
            "only this crate decodes this request: {header:?}"
        ),
    }
    Ok(())
}

fn response(data: &[u8], bytes: &[u8; FIXED_HEADER_LENGTH], rest: &[u8]) -> Option<u16> {
    let judged = published::response(data);
    let Ok(header) = ResponseHeader::decode(bytes) else {
        assert!(judged.is_none(), "only the oracle decodes this response");
        return None;
    };
    let again = header.encode();
    // The fields that responses leave at 0: types and a length that only requests have, and
    // reserved bytes.
    let kept = (0..FIXED_HEADER_LENGTH).filter(|at| ![20, 21, 26, 27, 34, 35].contains(at));
    for at in kept {
        assert_eq!(again[at], bytes[at], "byte {at} of a response's header");
    }
    if let Some(judged) = judged {
        assert_eq!(judged.header.opcode as u32, header.opcode);
        assert_eq!(judged.header.session, header.session);
        assert_eq!(judged.header.status as u16, header.status);
        assert_eq!(judged.body.bytes(), &rest[..header.body_length as usize]);
        assert!(Opcode::from_number(header.opcode).is_some());
    }
    parsec_contracts::Status::from_number(header.status).map(|status| status.number())
}
