//! The Debian mirror that this machine's apt uses.

use std::fs;
use std::path::Path;

const FOLDER: &str = "/etc/apt";

/// Returns the first mirror in apt's sources for the running release.
pub(super) fn find() -> Option<String> {
    let release = release(&fs::read_to_string("/etc/os-release").ok()?)?;
    let mut files = vec![Path::new(FOLDER).join("sources.list")];
    if let Ok(entries) = fs::read_dir(Path::new(FOLDER).join("sources.list.d")) {
        let mut more: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        more.sort();
        files.extend(more);
    }
    files
        .into_iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .find_map(|text| in_stanzas(&text, &release).or_else(|| in_lines(&text, &release)))
}

/// Parses the codename, such as `bookworm`, from os-release.
fn release(text: &str) -> Option<String> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_matches('"').to_owned())
    };
    (value("ID=")? == "debian").then(|| value("VERSION_CODENAME="))?
}

/// Parses deb822 format: `URIs:` and `Suites:`.
fn in_stanzas(text: &str, release: &str) -> Option<String> {
    text.split("\n\n").find_map(|stanza| {
        let field = |name: &str| {
            stanza
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::split_whitespace)
        };
        let fits = field("Suites:")?.any(|suite| suite == release)
            && field("Components:")?.any(|component| component == "main");
        fits.then(|| field("URIs:")?.next().map(str::to_owned))?
    })
}

/// Parses one-line format: `deb [options] URI suite components`.
fn in_lines(text: &str, release: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix("deb ")?.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => rest,
        };
        let mut words = rest.split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        (suite == release && words.any(|component| component == "main")).then(|| uri.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_of_the_release_is_found_in_both_formats() {
        let stanzas = "Types: deb\nURIs: http://one/x\nSuites: other\nComponents: main\n\n\
             Types: deb\n# a remark\nURIs: http://two/debian\nSuites: bookworm bookworm-updates\n\
             Components: main\n";
        assert_eq!(
            in_stanzas(stanzas, "bookworm").as_deref(),
            Some("http://two/debian")
        );
        let lines = "# deb http://zero bookworm main\n\
             deb [signed-by=/a/key.gpg] http://one other main\n\
             deb [arch=amd64 trusted=yes] http://two/debian bookworm contrib main\n";
        assert_eq!(
            in_lines(lines, "bookworm").as_deref(),
            Some("http://two/debian")
        );
        assert_eq!(in_lines(stanzas, "bookworm"), None);
    }

    #[test]
    fn other_systems_have_no_debian_release() {
        let debian = "ID=debian\nVERSION_CODENAME=bookworm\n";
        assert_eq!(release(debian).as_deref(), Some("bookworm"));
        assert_eq!(release("ID=\"other\"\nVERSION_CODENAME=x\n"), None);
    }
}
