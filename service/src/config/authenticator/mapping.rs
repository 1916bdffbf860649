//! Mapping callers to applications, by the kernel's credentials.

use std::fmt;

use nix::unistd::{Group, User};
use serde::Deserialize;
use toml::Spanned;

use crate::config::error::ConfigError;
use crate::config::literal::quoted;
use crate::config::source::Source;

/// A mapping from callers to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The callers.
    pub subject: Subject,
    /// The application's name.
    pub application: String,
}

/// A set of callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A user.
    User {
        /// The name or number in the configuration.
        name: String,
        /// The user id.
        uid: u32,
    },
    /// A group: processes that run with it, and users who are members.
    Group {
        /// The name or number in the configuration.
        name: String,
        /// The group id.
        gid: u32,
        /// The members according to the system's database when the configuration was read.
        members: Vec<u32>,
    },
    /// Processes of a systemd system unit, such as `nginx.service`.
    Unit(String),
    /// Processes of a container: its id, or at least the first 12 digits.
    Container(String),
    /// Processes in a control group, or in one below it: `/machine.slice/web`.
    Cgroup(String),
}

impl Subject {
    /// Whether matching needs the control group.
    pub(crate) fn needs_cgroup(&self) -> bool {
        matches!(self, Self::Unit(_) | Self::Container(_) | Self::Cgroup(_))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMapping {
    application: String,
    user: Option<String>,
    group: Option<String>,
    unit: Option<String>,
    container: Option<String>,
    cgroup: Option<String>,
}

/// The minimum number of digits of a container's id.
const CONTAINER_DIGITS: usize = 12;

pub(super) fn mappings(
    source: &Source<'_>,
    given: &[Spanned<RawMapping>],
) -> Result<Vec<Mapping>, ConfigError> {
    given.iter().map(|raw| mapping(source, raw)).collect()
}

fn mapping(source: &Source<'_>, raw: &Spanned<RawMapping>) -> Result<Mapping, ConfigError> {
    let wrong = |message: String| source.wrong(raw.span().start, message);
    let given = raw.get_ref();
    if given.application.is_empty() || is_user_id(&given.application) {
        return Err(wrong(
            "`application` must be a name that cannot be taken for a user id".to_owned(),
        ));
    }
    let subjects = [
        given.user.as_deref().map(user),
        given.group.as_deref().map(group),
        given.unit.clone().map(unit),
        given.container.clone().map(container),
        given.cgroup.clone().map(cgroup),
    ];
    let mut subjects = subjects.into_iter().flatten();
    match (subjects.next(), subjects.next()) {
        (Some(subject), None) => Ok(Mapping {
            subject: subject.map_err(wrong)?,
            application: given.application.clone(),
        }),
        _ => Err(wrong(
            "select the callers by exactly one of `user`, `group`, `unit`, `container` and `cgroup`"
                .to_owned(),
        )),
    }
}

fn user(name: &str) -> Result<Subject, String> {
    let uid = match name.parse() {
        Ok(uid) => uid,
        Err(_) => match User::from_name(name) {
            Ok(Some(user)) => user.uid.as_raw(),
            Ok(None) => {
                return Err(format!(
                    "this system has no user {name}",
                    name = quoted(name)
                ));
            }
            Err(error) => {
                return Err(format!(
                    "the user {name} cannot be looked up: {error}",
                    name = quoted(name)
                ));
            }
        },
    };
    Ok(Subject::User {
        name: name.to_owned(),
        uid,
    })
}

fn group(name: &str) -> Result<Subject, String> {
    let found = match name.parse() {
        Ok(gid) => Group::from_gid(gid_of(gid)),
        Err(_) => Group::from_name(name),
    };
    let found = found.map_err(|error| {
        format!(
            "the group {name} cannot be looked up: {error}",
            name = quoted(name)
        )
    })?;
    let (gid, names) = match (found, name.parse()) {
        (Some(group), _) => (group.gid.as_raw(), group.mem),
        // A group id need not have a name.
        (None, Ok(gid)) => (gid, Vec::new()),
        (None, Err(_)) => {
            return Err(format!(
                "this system has no group {name}",
                name = quoted(name)
            ));
        }
    };
    let id = |member: &String| Some(User::from_name(member).ok()??.uid.as_raw());
    Ok(Subject::Group {
        name: name.to_owned(),
        gid,
        members: names.iter().filter_map(id).collect(),
    })
}

fn gid_of(number: u32) -> nix::unistd::Gid {
    nix::unistd::Gid::from_raw(number)
}

fn unit(name: String) -> Result<Subject, String> {
    if name.ends_with(".service") || name.ends_with(".scope") {
        return Ok(Subject::Unit(name));
    }
    Err("`unit` must be the full name of a systemd unit, such as \"nginx.service\"".to_owned())
}

fn container(id: String) -> Result<Subject, String> {
    let is_hexadecimal = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && (CONTAINER_DIGITS..=64).contains(&id.len()) {
        return Ok(Subject::Container(id));
    }
    Err("`container` must be a container's id, 12 to 64 hexadecimal digits".to_owned())
}

fn cgroup(path: String) -> Result<Subject, String> {
    if path.starts_with('/') && path.len() > 1 && !path.ends_with('/') {
        return Ok(Subject::Cgroup(path));
    }
    Err(
        "`cgroup` must be a path below the root of control groups, such as \"/machine.slice/web\""
            .into(),
    )
}

/// Whether a name is a user id in the form that the authenticator uses: no sign, no leading zeros.
pub(super) fn is_user_id(name: &str) -> bool {
    name.parse::<u32>().is_ok_and(|id| id.to_string() == name)
}

/// Formats the settings as in the file.
impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = match &self.subject {
            Subject::User { name, .. } => ("user", name),
            Subject::Group { name, .. } => ("group", name),
            Subject::Unit(name) => ("unit", name),
            Subject::Container(id) => ("container", id),
            Subject::Cgroup(path) => ("cgroup", path),
        };
        writeln!(f, "[[authenticator.map]]")?;
        writeln!(f, "application = {}", quoted(&self.application))?;
        writeln!(f, "{key} = {}", quoted(value))
    }
}
