//! The sample of a test in Rust passes under an ephemeral service, as its page shows.

use std::process::Command;

use parsec_harness::{root, service_binary};

#[test]
fn the_sample_of_a_rust_test_passes() {
    let output = Command::new(service_binary())
        .args(["--ephemeral", "--", env!("CARGO"), "test"])
        // The features of all other tests, so that nothing is compiled again.
        .args([
            "--workspace",
            "--all-features",
            "--test",
            "sample_of_testing",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "{text}{errors}");
    assert!(errors.contains("for tests only"), "{errors}");
}
