//! Whom the verbs ask: where the instance is, and with what right they come.

use std::{
    env, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Map, Value};

use super::instance_arguments::InstanceArgs;
use crate::{
    app::token_file,
    cli::failure::{Failure, Status},
    config::{self, Places},
    model::suggest::nearest,
    server::client::{
        address::Address,
        ask::{self, AskError, Caller},
        follow::{Follower, Interest},
    },
    store,
};

/// How long a look takes whether anybody listens.
const ASK_WITHIN: Duration = Duration::from_secs(1);
/// Most ids a refusal names.
const MOST_NAMES: usize = 40;

/// A running instance.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) address: Address,
    pub(super) caller: Caller,
    token_file: Option<PathBuf>,
}

impl Instance {
    /// The instance that flags, environment and fleet.toml name. Nobody is asked yet.
    pub(super) fn find(arguments: &InstanceArgs) -> Result<Self, Failure> {
        let usage = |why: String| Failure::new(why).with(Status::Usage);
        let config = config::glance(arguments.config.as_deref(), &Places::from_env()).config;
        let listen = env::var("VOLERY_LISTEN").ok();
        let url = arguments.url.clone().or(listen);
        let address = match (url, config.server.listen) {
            (Some(url), _) => url.parse().map_err(|error| usage(format!("{error}")))?,
            (None, Some(listen)) => running_at(listen, config.log.path.as_deref())?.into(),
            (None, None) => {
                let why = "the station of fleet.toml does not listen ([server] listen = \"off\"); \
                           --url names another one";
                return Err(usage(why.into()));
            }
        };
        let given = arguments.token_file.clone();
        let found = match given {
            Some(path) => {
                let token = token_file::read(&path);
                let why = || usage(format!("there is no token in {}", path.display()));
                Some((path.clone(), token.ok_or_else(why)?))
            }
            None => find_token(&address, config.log.path.as_deref()),
        };
        let (token_file, token) = found.unzip();
        Ok(Self {
            address,
            caller: Caller { name: who(), token },
            token_file,
        })
    }

    /// Asks a reading route. Readers need no token, and one of an earlier run must not keep them out.
    pub(super) async fn get(&self, route: &str) -> Result<Value, Failure> {
        let answer = ask::get(&self.address, route, &self.reader()).await;
        answer.map_err(|error| self.failure(&error))
    }

    /// Follows the fleet.
    pub(super) async fn follow(&self, interest: Interest) -> Result<Follower, Failure> {
        let followed = Follower::connect(self.address.clone(), self.reader(), interest).await;
        followed.map_err(|error| self.failure(&error))
    }

    fn reader(&self) -> Caller {
        Caller {
            name: self.caller.name.clone(),
            token: None,
        }
    }

    /// Refuses ids that the instance does not know, and names those it does.
    pub(super) async fn require(&self, ids: &[String]) -> Result<(), Failure> {
        if ids.is_empty() {
            return Ok(());
        }
        let fleet = self.get("/api/v1/fleet").await?;
        let nobody = Map::new();
        let known = fleet["vehicles"].as_object().unwrap_or(&nobody);
        match ids.iter().find(|id| !known.contains_key(*id)) {
            Some(id) => Err(unknown_vehicle(id, known.keys().map(String::as_str))),
            None => Ok(()),
        }
    }

    /// What an answer that is none means for the user.
    pub(super) fn failure(&self, error: &AskError) -> Failure {
        match error {
            AskError::Unreachable { .. } => Failure::new(format!(
                "{error}; start one with `volery` or `volery serve`, or say where it is with --url"
            )),
            AskError::Refused { status: 401, .. } | AskError::Refused { status: 403, .. } => {
                let hint = match &self.token_file {
                    Some(path) => format!("the token was read from {}", path.display()),
                    None if self.address.loopbacks().is_empty() => {
                        "the token of a run is only for its own machine".into()
                    }
                    None => "no token was found; the one who runs the station has it in \
                             $XDG_RUNTIME_DIR/volery, or beside the flight log (--token-file names it)"
                        .into(),
                };
                Failure::new(format!("{error} ({hint})")).with(Status::Authentication)
            }
            AskError::Refused { code, .. } => {
                let status = match code.as_str() {
                    "refused" => Status::Refused,
                    "timed_out" => Status::TimedOut,
                    "bad_message" | "unknown_vehicle" => Status::Usage,
                    _ => Status::Failed,
                };
                Failure::new(error.to_string()).with(status)
            }
            AskError::Strange { .. } => Failure::new(error.to_string()),
        }
    }
}

/// Where the station of fleet.toml runs: there, or, when nobody listens there and one instance of this user runs
/// elsewhere, at that one: its file may have been changed since it started.
fn running_at(listen: SocketAddr, log: Option<&Path>) -> Result<SocketAddr, Failure> {
    if !refuses(listen) {
        return Ok(listen);
    }
    let instances = token_file::instances(&token_folders(log));
    let running: Vec<SocketAddr> = instances
        .into_iter()
        .filter(|address| *address != listen && !refuses(*address))
        .collect();
    match running.as_slice() {
        [] => Ok(listen),
        [one] => {
            crate::cli::say(&format!(
                "nobody listens at {listen}; asking the one that runs at {one}"
            ));
            Ok(*one)
        }
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            let several = several.join(", ");
            Err(Failure::new(format!(
                "nobody listens at {listen}, and several run elsewhere: {several}; say which with --url"
            )))
        }
    }
}

/// Whether an address of this machine refuses connections.
fn refuses(address: SocketAddr) -> bool {
    let near = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let asked = TcpStream::connect_timeout(&SocketAddr::new(near, address.port()), ASK_WITHIN);
    asked.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// Where tokens of this user's instances may be.
fn token_folders(log: Option<&Path>) -> Vec<PathBuf> {
    let env = |name: &str| env::var_os(name);
    let log = env("VOLERY_LOG")
        .map(PathBuf::from)
        .or_else(|| log.map(Path::to_path_buf));
    let mut folders = token_file::folders(env, log.as_deref());
    let usual = store::default_path(env);
    folders.extend(usual.and_then(|path| path.parent().map(PathBuf::from)));
    folders
}

/// The token of a run is shown to this machine only.
fn find_token(address: &Address, log: Option<&Path>) -> Option<(PathBuf, String)> {
    let addresses = address.loopbacks();
    if addresses.is_empty() {
        return None;
    }
    token_file::find(&token_folders(log), &addresses)
}

/// As the log book of the instance shall call this process.
fn who() -> String {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME"));
    let user = user.unwrap_or_else(|| "somebody".into());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = format!(
        "volery-cli/{} ({user}@{})",
        env!("CARGO_PKG_VERSION"),
        host.trim()
    );
    name.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .collect()
}

/// No vehicle of that id; names those that there are, and the one that may have been meant.
pub(super) fn unknown_vehicle<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    let near = nearest(id, known.iter().copied());
    let meant = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    let there_are = match known.len() {
        0 => "none is known yet".to_owned(),
        count => {
            let more = if count > MOST_NAMES { ", …" } else { "" };
            let shown = known[..count.min(MOST_NAMES)].join(", ");
            format!("there are {shown}{more}")
        }
    };
    let id: String = id.chars().filter(|c| !c.is_control()).collect();
    Failure::new(format!("no vehicle is called {id}{meant} ({there_are})")).with(Status::Usage)
}
