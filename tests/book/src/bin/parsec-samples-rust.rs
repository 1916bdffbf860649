#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "the samples are what a reader would write"
)]
//! The book's Rust samples in one program: `parsec-samples-rust TASK…` runs these tasks.

use std::error::Error;

macro_rules! samples {
    ($($task:ident)*) => {
        $(
            mod $task {
                include!(concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/../../book/samples/",
                    stringify!($task),
                    "/sample.rs"
                ));

                pub(super) fn run() -> std::result::Result<(), Box<dyn std::error::Error>> {
                    main().map_err(Into::into)
                }
            }
        )*

        fn run(task: &str) -> Result<(), Box<dyn Error>> {
            match task {
                $(stringify!($task) => $task::run(),)*
                _ => Err("src/bin/parsec-samples-rust.rs does not list this task".into()),
            }
        }
    };
}

samples! { backup connect csr derive encrypt mac rotate sign start stream tls verify }

fn main() -> Result<(), Box<dyn Error>> {
    for task in std::env::args().skip(1) {
        run(&task).map_err(|error| format!("{task}: {error}"))?;
    }
    Ok(())
}
