//! The process that listens at a port, and its environment, where the system shows them as Linux does.

use std::{collections::BTreeMap, fs, path::Path};

/// A process that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number.
    pub process: u32,
    /// Its program and arguments.
    pub arguments: Vec<String>,
    /// Its environment as it was started; empty where that is another user's.
    pub variables: BTreeMap<String, String>,
}

/// The state LISTEN in /proc/net/tcp.
const LISTEN: &str = "0A";

/// The process that listens at this port of loopback, or of all addresses.
pub fn of(port: u16) -> Option<Holder> {
    // Elsewhere, a folder of this name is somebody's own.
    if !cfg!(target_os = "linux") {
        return None;
    }
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let inode = inode(&table, port)?;
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let process = numbers.find(|process| {
        let files = fs::read_dir(format!("/proc/{process}/fd"));
        let mut files = files.into_iter().flatten().flatten();
        files.any(|file| fs::read_link(file.path()).is_ok_and(|target| target == Path::new(&socket)))
    })?;
    Some(Holder {
        process,
        arguments: strings(process, "cmdline"),
        variables: variables(&strings(process, "environ")),
    })
}

impl Holder {
    /// Its program and arguments, shortened.
    pub fn command(&self) -> String {
        self.arguments.join(" ").chars().take(60).collect()
    }

    /// Whether it was started as this service, `hop orders`. The name may stand in a stranger's paths, too.
    pub fn is_service(&self, name: &str) -> bool {
        self.arguments.get(1).is_some_and(|first| first == name)
    }
}

fn strings(process: u32, file: &str) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
    let strings = bytes.split(|byte| *byte == 0).filter(|string| !string.is_empty());
    strings
        .map(|string| String::from_utf8_lossy(string).into_owned())
        .collect()
}

/// Variables as they stand in an environment; an empty one is not set.
pub fn variables(strings: &[String]) -> BTreeMap<String, String> {
    let pairs = strings.iter().filter_map(|string| string.split_once('='));
    let set = pairs.filter(|(_, value)| !value.is_empty());
    set.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The number of the socket that listens at this port.
fn inode(table: &str, port: u16) -> Option<&str> {
    let end = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (local, state) = (columns.get(1)?, columns.get(3)?);
        let is_near = local.starts_with("0100007F") || local.starts_with("00000000");
        (is_near && local.ends_with(&end) && *state == LISTEN).then(|| columns.get(9).copied())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_told_by_its_first_argument() {
        let long = format!("/{}/hop", "folder".repeat(20));
        for (command, is_so) in [
            (["target/debug/hop", "orders", "--until-stdin-closes"], true),
            ([&long, "orders", "--until-stdin-closes"], true),
            (["nginx", "-c", "/srv/orders/nginx.conf"], false),
            (["orders", "-m", "http.server"], false),
            (["python3", "server.py", "orders"], false),
        ] {
            let holder = Holder {
                process: 1,
                arguments: command.map(str::to_owned).into(),
                variables: BTreeMap::new(),
            };
            assert_eq!(holder.is_service("orders"), is_so, "{command:?}");
            assert!(holder.command().len() <= 60);
        }
    }

    #[test]
    fn the_listening_socket_of_a_port_is_found_in_the_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 123456 1\n\
             1: 0100007F:1F92 0100007F:1F91 01 00000000:00000000 00:00000000 00000000     0        0 7 1\n\
             2: 0A00007F:1F93 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 8 1";
        assert_eq!(inode(table, 0x1f91), Some("123456"));
        assert_eq!(inode(table, 0x1f92), None, "it does not listen");
        assert_eq!(inode(table, 0x1f93), None, "it is at another address");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_found_by_a_port_that_it_holds() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = of(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(holder.process, std::process::id());
        assert!(holder.command().contains("doctor"), "{}", holder.command());
    }
}
