//! The final summary: one row per part, each reason for a skip, the slowest tests, the totals.

use std::collections::BTreeMap;
use std::time::Duration;

use super::report::Report;
use super::schedule::Done;

const SLOWEST: usize = 10;

/// Prints the summary. The last line is the totals.
pub(crate) fn print(done: &[Done], took: Duration) {
    let mut all = Report::default();
    println!(
        "\n{:<28} {:>7} {:>7} {:>7} {:>8}",
        "part", "passed", "failed", "skipped", "seconds"
    );
    for part in done {
        let report = &part.report;
        println!(
            "{:<28} {:>7} {:>7} {:>7} {:>8.1}",
            part.name,
            report.passed,
            report.failed,
            report.skip_count(),
            part.took.as_secs_f64()
        );
        all.add(report.clone());
    }
    println!("{:<28} {:>31.1}", "together", took.as_secs_f64());
    print_slowest(done);
    print_reasons(&all.skipped);
    println!(
        "\n{} passed, {} failed, {} skipped",
        all.passed,
        all.failed,
        all.skip_count()
    );
}

fn print_slowest(done: &[Done]) {
    let mut times: Vec<_> = done
        .iter()
        .flat_map(|part| part.report.times.iter().map(move |test| (part, test)))
        .collect();
    times.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
    if times.is_empty() {
        return;
    }
    println!("\nThe slowest tests:");
    for (part, (name, time)) in times.iter().take(SLOWEST) {
        println!("{:>8.1} s  {}: {name}", time.as_secs_f64(), part.name);
    }
}

fn print_reasons(reasons: &BTreeMap<String, u64>) {
    if reasons.is_empty() {
        return;
    }
    println!("\nSkipped, and why:");
    for (reason, count) in reasons {
        println!("{count:>8}  {reason}");
    }
}
