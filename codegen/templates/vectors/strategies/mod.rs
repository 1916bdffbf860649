// {{ banner }}

//! Property-test strategies for the values of all operations.

#![allow(dead_code, unused_imports)]

mod operations;
mod types;

use parsec_contracts::Secret;
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) use self::operations::all;

/// Receives the strategies for the input and the output of each operation.
pub(crate) trait Visitor {
    fn operation<O>(&mut self, input: BoxedStrategy<O>, output: BoxedStrategy<O::Output>)
    where
        O: parsec_contracts::Operation + Clone + PartialEq + std::fmt::Debug,
        O::Output: Clone + PartialEq + std::fmt::Debug;
}

fn text() -> BoxedStrategy<String> {
    any::<String>().boxed()
}

fn bytes() -> BoxedStrategy<Vec<u8>> {
    vec(any::<u8>(), 0..80).boxed()
}

fn secret() -> BoxedStrategy<Secret> {
    bytes().prop_map(Secret::new).boxed()
}
