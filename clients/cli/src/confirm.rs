//! Confirmation of commands that cannot be undone.

use std::io::{self, IsTerminal as _};

use crate::failure::Failure;
use crate::output;

/// Asks whether to continue, unless `yes` is given. `what` describes the effect, `of` the objects.
pub(crate) fn ask(yes: bool, what: &str, of: &[&str]) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let of: Vec<_> = of.iter().map(|name| output::printable(name)).collect();
    let what = format!("{what}: {}", of.join(", "));
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "this cannot be undone, and standard input is not a terminal to ask on ({what}); \
             repeat the command with --yes"
        )));
    }
    eprint!("{what}\nThis cannot be undone. Continue? [y/N] ");
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Failure::file("read", "standard input", &error))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Usage("nothing was changed".to_owned())),
    }
}
