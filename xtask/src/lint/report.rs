//! The final table.

use std::time::Duration;

use super::check::Outcome;

/// One check's row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) outcome: Outcome,
    pub(super) time: Duration,
}

/// Prints that a check has ended, with its output if it failed.
pub(super) fn finished(row: &Row, output: &str) {
    if let Outcome::Failed(_) = row.outcome {
        println!("\n▸ {} failed:\n{}\n", row.name, output.trim_end());
    } else {
        println!("{}", line(row));
    }
}

/// Prints one row per check, then the totals as the last line.
pub(super) fn print(rows: &[Row]) {
    println!();
    for row in rows {
        println!("{}", line(row));
    }
    println!("\n{}", totals(rows));
}

fn line(row: &Row) -> String {
    let (word, note) = match &row.outcome {
        Outcome::Passed(note) => ("ok", note),
        Outcome::Failed(reason) => ("FAILED", reason),
        Outcome::Skipped(reason) => ("SKIPPED", reason),
    };
    let line = format!(
        "  {:<11} {word:<7} {:>7.1} s  {note}",
        row.name,
        row.time.as_secs_f64()
    );
    line.trim_end().to_owned()
}

fn totals(rows: &[Row]) -> String {
    let count =
        |wanted: fn(&Outcome) -> bool| rows.iter().filter(|row| wanted(&row.outcome)).count();
    format!(
        "{} passed, {} failed, {} skipped",
        count(|outcome| matches!(outcome, Outcome::Passed(_))),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Skipped(_))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_aligns() {
        let row = |name, outcome| Row {
            name,
            outcome,
            time: Duration::from_millis(1_240),
        };
        let rows = [
            row("format", Outcome::passed()),
            row("workflows", Outcome::Skipped("Go is missing".to_owned())),
            row("words", Outcome::Failed("2 more than before".to_owned())),
        ];
        assert_eq!(totals(&rows), "1 passed, 1 failed, 1 skipped");
        assert_eq!(line(&rows[0]), "  format      ok          1.2 s");
        assert_eq!(
            line(&rows[1]),
            "  workflows   SKIPPED     1.2 s  Go is missing"
        );
    }
}
