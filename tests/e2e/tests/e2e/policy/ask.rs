//! A request that uses a key.

use parsec_contracts::Operation;
use parsec_harness::{Auth, Reply, Wire};

/// An encoded operation: its name, and the usage flags that permit it.
pub(crate) struct Ask {
    pub(crate) opcode: parsec_contracts::Opcode,
    pub(crate) body: Vec<u8>,
    pub(crate) permitted_by: &'static [&'static str],
}

pub(crate) fn ask<O: Operation>(operation: O, permitted_by: &'static [&'static str]) -> Ask {
    Ask {
        opcode: O::OPCODE,
        body: operation.encode().to_vec(),
        permitted_by,
    }
}

pub(crate) fn send(wire: &mut Wire, ask: &Ask) -> Reply {
    let (auth_type, auth) = Auth::direct("web").parts();
    let header = parsec_contracts::frame::RequestHeader {
        provider: 1,
        auth_type,
        opcode: ask.opcode.number(),
        ..Default::default()
    };
    wire.send(&parsec_harness::frame(&header, &ask.body, &auth))
        .unwrap();
    wire.receive().unwrap()
}

pub(crate) fn name() -> String {
    "k".to_owned()
}
