//! The demo's web server: HTTP/1.1 with keep-alive over plain threads, on a free port of 127.0.0.1.
//!
//! It only has to be honest about framing and connections; what the pages say is in `pages`.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::pages::{Pages, Request, Response};

/// Connections served at once; more are turned away.
const CONNECTIONS_MAX: usize = 512;
/// Longest request line or header line.
const LINE_BYTES_MAX: u64 = 8 * 1024;
/// Header lines of one request.
const HEADERS_MAX: usize = 100;
/// Longest request body.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A connection that says nothing for so long is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The running server. [`Shop::close`] ends it.
#[derive(Debug)]
pub(crate) struct Shop {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    pages: Pages,
    closing: AtomicBool,
    connections: Mutex<Connections>,
}

#[derive(Debug, Default)]
struct Connections {
    next: u64,
    open: HashMap<u64, TcpStream>,
    threads: Vec<JoinHandle<()>>,
}

impl Shop {
    /// Opens the shop.
    pub(crate) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            pages: Pages::new(),
            closing: AtomicBool::new(false),
            connections: Mutex::default(),
        });
        let acceptor = {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name("shop".to_owned()).spawn(move || accept(&listener, &shared))?
        };
        Ok(Self { address, shared, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub(crate) const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Closes all connections and waits for all threads.
    pub(crate) fn close(mut self) {
        self.shut();
    }

    fn shut(&mut self) {
        let Some(acceptor) = self.acceptor.take() else { return };
        self.shared.closing.store(true, Ordering::SeqCst);
        // Wakes the acceptor; a failure means that it is gone already.
        let _ = TcpStream::connect(self.address);
        let _ = acceptor.join();
        let threads = {
            let mut connections = self.shared.lock();
            for stream in connections.open.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
            std::mem::take(&mut connections.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.shut();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let mut connections = shared.lock();
        connections.threads.retain(|thread| !thread.is_finished());
        if connections.open.len() >= CONNECTIONS_MAX {
            let _ = write_response(&stream, &Response::text(503, "The shop is full."), false);
            continue;
        }
        let Ok(second) = stream.try_clone() else { continue };
        let number = connections.next;
        connections.next += 1;
        let owner = Arc::clone(shared);
        let thread = std::thread::Builder::new().name("customer".to_owned()).spawn(move || {
            // An error here is the customer leaving.
            let _ = serve(&stream, &owner.pages);
            owner.lock().open.remove(&number);
        });
        if let Ok(thread) = thread {
            connections.open.insert(number, second);
            connections.threads.push(thread);
        }
    }
}

fn serve(stream: &TcpStream, pages: &Pages) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE_TIMEOUT))?;
    let mut reader = BufReader::new(stream);
    while let Some((request, keep)) = read_request(&mut reader)? {
        let response = pages.answer(&request);
        write_response(stream, &response, keep)?;
        if !keep {
            break;
        }
    }
    Ok(())
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Option<(Request, bool)>> {
    let bad = |what| io::Error::new(io::ErrorKind::InvalidData, what);
    let line = read_line(reader)?;
    if line.is_empty() {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Err(bad("request line"));
    };
    let (mut length, mut cookie, mut keep) = (0, String::new(), version != "HTTP/1.0");
    for _ in 0..HEADERS_MAX {
        let line = read_line(reader)?;
        let Some((name, value)) = line.split_once(':') else {
            if !line.is_empty() {
                return Err(bad("header"));
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            let body = String::from_utf8_lossy(&body).into_owned();
            let request = Request { method: method.to_owned(), target: target.to_owned(), cookie, body };
            return Ok(Some((request, keep)));
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().map_err(|_| bad("content-length"))?,
            "cookie" => value.clone_into(&mut cookie),
            "connection" if value.eq_ignore_ascii_case("close") => keep = false,
            "connection" if value.eq_ignore_ascii_case("keep-alive") => keep = true,
            _ => {}
        }
        if length > BODY_BYTES_MAX {
            return Err(bad("body too long"));
        }
    }
    Err(bad("too many headers"))
}

/// A line without its end; empty at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

fn write_response(mut stream: &TcpStream, response: &Response, keep: bool) -> io::Result<()> {
    let Response { status, reason, content_type, headers, body } = response;
    let connection = if keep { "keep-alive" } else { "close" };
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} {reason}\r\nServer: parrot-shop\r\nContent-Type: {content_type}\r\n{headers}\
         Content-Length: {length}\r\nConnection: {connection}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(stream: &TcpStream, request: &str) -> String {
        let mut stream = stream;
        stream.write_all(request.as_bytes()).expect("written");
        let mut reader = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let line = read_line(&mut reader).expect("a line");
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().expect("a length");
            }
            head += &line;
            head.push('\n');
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("a body");
        head + &String::from_utf8(body).expect("text")
    }

    #[test]
    fn a_connection_serves_several_requests_and_closing_ends_it() {
        let shop = Shop::open().expect("a free port");
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, shop.port())).expect("a connection");
        for _ in 0..2 {
            let answer = exchange(&stream, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
            assert!(answer.starts_with("HTTP/1.1 200 OK\n"), "{answer}");
        }
        let lost = exchange(&stream, "GET /nowhere HTTP/1.1\r\nHost: shop\r\n\r\n");
        assert!(lost.starts_with("HTTP/1.1 404 "), "{lost}");
        shop.close();
        let mut rest = Vec::new();
        (&stream).read_to_end(&mut rest).expect("an orderly end");
        assert!(rest.is_empty());
    }

    #[test]
    fn a_request_to_close_is_followed() {
        let shop = Shop::open().expect("a free port");
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, shop.port())).expect("a connection");
        let answer = exchange(&stream, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        assert!(answer.contains("\nConnection: close\n"), "{answer}");
        assert_eq!((&stream).read(&mut [0; 1]).expect("the end"), 0);
    }
}
