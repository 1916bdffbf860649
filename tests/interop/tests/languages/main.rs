#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Clients of the published protocol in other languages against our service. If a language is
//! missing, its test is ignored, with the reason.

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use parsec_harness::root;
use parsec_tests_interop::direct;

/// Builds a Go program of this folder. It needs only Go's standard library.
fn build(program: &str, folder: &Path) -> Result<(), Failed> {
    let source = root().join("tests/interop/go").join(program);
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(folder.join(program))
        .arg("main.go")
        .current_dir(source)
        .env("GO111MODULE", "off")
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "")
        .env("CGO_ENABLED", "0")
        .output()?;
    if built.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&built.stderr).into_owned().into())
}

fn a_go_client_that_reads_to_the_end_of_each_connection() -> Result<Completion, Failed> {
    if Command::new("go").arg("version").output().is_err() {
        let reason = "there is no program go; install the package golang-go";
        return Ok(Completion::ignored_with(reason));
    }
    let service = direct();
    let program = "reads-to-the-end";
    build(program, service.scratch())?;
    let run = Command::new(service.scratch().join(program))
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .output()?;
    let (text, complains) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    if run.status.success() && text.contains("the published protocol works") {
        return Ok(Completion::Completed);
    }
    Err(format!("{text}{complains}{}", service.log()).into())
}

fn main() -> ExitCode {
    let trials = vec![Trial::ignorable_test(
        "a_go_client_that_reads_to_the_end_of_each_connection",
        a_go_client_that_reads_to_the_end_of_each_connection,
    )];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
