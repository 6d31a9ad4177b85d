//! The scriptable server itself: what it records must be true, else every other test here proves nothing.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tests::server::{
    BlackHole, End, Refused, Rule, Script, Server, close, hang, ok, reply, reset, response, split,
};

fn connect(server: &Server) -> Result<TcpStream, Error> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))
}

/// Sends text and reads until `end` or the connection's end.
fn talk(stream: &mut TcpStream, text: &str, end: &str) -> Result<String, Error> {
    stream.write_all(text.as_bytes())?;
    let mut got = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let n = stream.read(&mut bytes)?;
        got.extend_from_slice(&bytes[..n]);
        let text = String::from_utf8_lossy(&got).into_owned();
        if n == 0 || text.ends_with(end) {
            return Ok(text);
        }
    }
}

#[test]
fn follows_rules_and_keeps_connections() -> Result<(), Error> {
    let script = Script::new()
        .rule(Rule::path("/a", response("404 Not Found", &["X: y"], "no")).hit(2))
        .rule(Rule::path("/a", ok("post")).method("POST"))
        .prefix("/echo", reply(|request| format!("{} {}", request.method(), request.path())));
    let server = Server::start(script);
    let mut stream = connect(&server)?;
    let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    assert!(talk(&mut stream, get, "ok")?.starts_with("HTTP/1.1 200"));
    assert!(talk(&mut stream, get, "no")?.starts_with("HTTP/1.1 404 Not Found\r\nX: y\r\n"));
    assert!(
        talk(&mut stream, "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "post")?
            .ends_with("\r\n\r\npost")
    );
    assert!(talk(&mut stream, "PUT /echo/x HTTP/1.1\r\n\r\n", "PUT /echo/x")?.starts_with("HTTP/1.1 200"));
    // Two at once are two.
    let two = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".repeat(2);
    assert_eq!(talk(&mut stream, &get.repeat(2), &two)?, two);
    stream.write_all(b"GET /half")?;
    drop(stream);
    assert!(server.wait_for(Duration::from_secs(5), |connections| connections[0].end.is_some()));
    let recording = server.stop();
    assert_eq!(recording.paths(), ["/a", "/a", "/a", "/echo/x", "/a", "/a"]);
    let connection = &recording.connections[0];
    assert_eq!(connection.requests[2].body(), b"abc");
    assert_eq!(connection.requests[0].header("host").as_deref(), Some("h"));
    assert_eq!(connection.rest, b"GET /half");
    assert_eq!(connection.end.map(|(_, end)| end), Some(End::ClientClosed));
    Ok(())
}

#[test]
fn closes_resets_and_splits() -> Result<(), Error> {
    let script = Script::new()
        .path("/close", [close()])
        .path("/reset", [reset()])
        .path("/hang", hang())
        .path("/split", split(&["HTTP/1.1 200 OK\r\nContent-Le", "ngth: 2\r\n\r\nok"], 30));
    let server = Server::start(script);
    let ask = |path: &str| -> Result<String, Error> {
        let mut stream = connect(&server)?;
        stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        talk(&mut stream, &format!("GET {path} HTTP/1.1\r\n\r\n"), "ok")
    };
    assert_eq!(ask("/close")?, "");
    assert_eq!(ask("/reset").map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
    assert_eq!(ask("/hang").map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
    assert_eq!(ask("/split")?, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let recording = server.stop();
    let ends: Vec<Option<End>> =
        recording.connections.iter().map(|connection| connection.end.map(|(_, end)| end)).collect();
    assert_eq!(ends[..2], [Some(End::ServerClosed), Some(End::ServerReset)]);
    Ok(())
}

#[test]
fn silent_ports_are_silent() {
    let refused = Refused::new();
    let answer = TcpStream::connect((Ipv4Addr::LOCALHOST, refused.port())).map_err(|error| error.kind());
    assert_eq!(answer.err(), Some(ErrorKind::ConnectionRefused));
    let hole = BlackHole::new();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, hole.port()));
    let answer =
        TcpStream::connect_timeout(&address, Duration::from_millis(200)).map_err(|error| error.kind());
    assert_eq!(answer.err(), Some(ErrorKind::TimedOut));
}

#[test]
fn many_connections_at_once() -> Result<(), Error> {
    let server = Server::start(Script::new());
    let mut streams = Vec::new();
    for _ in 0..500 {
        streams.push(connect(&server)?);
    }
    for _ in 0..4 {
        for stream in &mut streams {
            assert!(talk(stream, "GET / HTTP/1.1\r\n\r\n", "ok")?.ends_with("ok"));
        }
    }
    let recording = server.stop();
    assert_eq!(recording.connections.len(), 500);
    assert!(recording.connections.iter().all(|connection| connection.requests.len() == 4));
    assert!(recording.connections.iter().all(|connection| connection.end.is_some()));
    Ok(())
}
