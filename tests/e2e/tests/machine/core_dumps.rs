//! A crash of the service leaves no core dump on a machine where other programs leave one.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use parsec_harness::{Service, eventually, service_binary};
use rustix::process::{Pid, Signal, kill_process};

use crate::needs::{self, Outcome, trials};

trials!(a_crash_leaves_no_core_dump_although_other_programs_do);

/// Returns whether a process killed by SIGABRT with unlimited core dumps leaves one.
fn other_programs_dump_core(service: &Service) -> bool {
    let mut victim = Command::new("sh")
        .args(["-c", "ulimit -c unlimited && exec sleep 600"])
        .current_dir(service.scratch())
        .spawn()
        .unwrap();
    let name = format!("/proc/{}/comm", victim.id());
    eventually("the shell becomes the program", || {
        std::fs::read_to_string(&name).unwrap().trim() == "sleep"
    });
    kill_process(Pid::from_child(&victim), Signal::ABORT).unwrap();
    victim.wait().unwrap().core_dumped()
}

fn a_crash_leaves_no_core_dump_although_other_programs_do() -> Outcome {
    let mut service = Service::prepared(Service::direct_config());
    needs::that(
        other_programs_dump_core(&service),
        "this system writes no core dumps at all",
    )?;
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -c unlimited && exec \"$0\" --config config.toml",
        ])
        .arg(service_binary())
        .current_dir(service.scratch());
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
    service.signal(Signal::ABORT);
    assert!(!service.wait().core_dumped());
    Ok(())
}
