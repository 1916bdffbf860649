#![forbid(unsafe_code)]
//! The program that the README and the book show does what they say.

use std::process::Command;

use parsec_harness::Service;

#[test]
fn the_sample_runs_and_prints_a_public_key_the_same_each_time() {
    let service = Service::start();
    let run = || {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--example", "sample"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .output()
            .expect("cargo runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).expect("text")
    };
    let first = run();
    assert!(first.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{first}");
    // The second time it finds the key that the first has made.
    assert_eq!(run(), first);
}
