//! An nginx of our own: one worker on the servers' core, its own folder, free ports of 127.0.0.1, answers from memory.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::cores::{self, Cores};
use super::memory;
use crate::dir::Dir;
use crate::process::Process;

/// Ports where connections stay open.
const KEEPING: usize = 4;
/// Another program may take a port between our looking and nginx's binding.
const ATTEMPTS: usize = 5;
const START: Duration = Duration::from_secs(10);
/// Where Debian puts it; not on every user's path.
const PROGRAM: &str = "/usr/sbin/nginx";

/// A running nginx; killed when dropped.
#[derive(Debug)]
pub(super) struct Nginx {
    process: Process,
    keeping: Vec<u16>,
    closing: u16,
    _dir: Dir,
}

impl Nginx {
    /// Starts it.
    ///
    /// # Panics
    /// When it does not answer.
    pub(super) fn start(cores: &Cores) -> Self {
        for _ in 0..ATTEMPTS {
            if let Some(nginx) = Self::attempt(cores) {
                return nginx;
            }
        }
        panic!("nginx does not start: see its messages above (package nginx-light)");
    }

    /// A port where connections stay open.
    pub(super) fn keeping(&self) -> u16 {
        self.keeping[0]
    }

    /// Four such ports.
    pub(super) fn keeping_all(&self) -> &[u16] {
        &self.keeping
    }

    /// A port where the server closes after each response.
    pub(super) const fn closing(&self) -> u16 {
        self.closing
    }

    /// Descriptors that it has open: a fixed number, and one for each connection.
    pub(super) fn descriptors(&self) -> usize {
        memory::descriptors(self.process.id())
    }

    fn attempt(cores: &Cores) -> Option<Self> {
        let dir = Dir::new("nginx");
        let mut ports = free_ports(KEEPING + 1);
        let config = dir.file("nginx.conf", config(&ports));
        let mut command = cores::on(&cores.server(), PROGRAM);
        command.arg("-p").arg(dir.path()).arg("-c").arg(config);
        let mut process = Process::start(command, dir.path());
        let begun = Instant::now();
        while process.running() && begun.elapsed() < START {
            if ports.iter().all(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok()) {
                let closing = ports.pop()?;
                return Some(Self { process, keeping: ports, closing, _dir: dir });
            }
            thread::sleep(Duration::from_millis(10));
        }
        eprintln!("{}", std::fs::read_to_string(dir.path().join("stderr")).unwrap_or_default());
        None
    }
}

/// Whether it can be started at all.
pub(super) fn is_installed() -> bool {
    Command::new(PROGRAM).arg("-v").output().is_ok_and(|output| output.status.success())
}

fn free_ports(count: usize) -> Vec<u16> {
    // All are held until all are found, so that they differ.
    let bound = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let held: Vec<TcpListener> = (0..count).map(|_| bound()).collect();
    held.iter().map(|listener| listener.local_addr().expect("an address").port()).collect()
}

/// The last port closes, the others keep.
fn config(ports: &[u16]) -> String {
    let server = |(index, port): (usize, &u16)| {
        let keep = if index + 1 == ports.len() { "0" } else { "3600s" };
        format!(
            "  server {{ listen 127.0.0.1:{port} backlog=4096; keepalive_timeout {keep};\n    \
             location / {{ return 200 \"small\\n\"; }} }}\n"
        )
    };
    let servers: String = ports.iter().enumerate().map(server).collect();
    format!(
        "worker_processes 1; daemon off; pid nginx.pid; error_log stderr crit;\n\
         events {{ worker_connections 15000; }}\n\
         http {{\n  access_log off; keepalive_requests 1000000000; client_header_timeout 3600s;\n  \
         client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n\
         {servers}}}\n"
    )
}
