//! The socket's thread: one client after the other, each for a bounded time and a bounded number of bytes.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use parrot_core::time::Nanos;

use super::{Board, Deadline, Quit, STATUS, STOP};

/// Longest request.
const REQUEST_BYTES_MAX: usize = 64;
/// Time for a client to say what it wants: others wait meanwhile.
const REQUEST_TIME: Nanos = Nanos::SECOND;
/// Time for a client to take its answer, which fits into the kernel's buffer anyway.
const ANSWER_TIME: Duration = Duration::from_secs(1);
/// Clients that wait for the end of the process; more are let go early.
const WAITING_MAX: usize = 16;
/// Pause when no connection can be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens the socket and answers from a thread of its own until the process ends. A file in the way is removed: the caller holds
/// the claim to that name.
pub(crate) fn serve(socket: &Path, board: Board, quit: Quit) -> io::Result<()> {
    match fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, Permissions::from_mode(0o600))?;
    let server = Server { listener, board, quit, waiting: Vec::new(), spare: spare() };
    thread::Builder::new().name("remote".to_owned()).spawn(move || server.run())?;
    Ok(())
}

struct Server {
    listener: UnixListener,
    board: Board,
    quit: Quit,
    /// Clients who asked to stop: their connections close with the process.
    waiting: Vec<UnixStream>,
    /// A descriptor in reserve, so that a run that used up all of them can still be stopped.
    spare: Option<File>,
}

fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}

impl Server {
    fn run(mut self) {
        loop {
            match self.listener.accept() {
                Ok((client, _)) => self.answer(client),
                Err(_) if self.spare.is_some() => {
                    self.spare = None;
                    continue;
                }
                Err(_) => thread::sleep(PAUSE),
            }
            if self.spare.is_none() {
                self.spare = spare();
            }
        }
    }

    fn answer(&mut self, mut client: UnixStream) {
        let mut buffer = [0; REQUEST_BYTES_MAX];
        let Some(request) = read_line(&mut client, &mut buffer) else { return };
        let text = match request {
            STATUS => self.board.status().to_string(),
            STOP => "stopping\n".to_owned(),
            _ => "unknown request\n".to_owned(),
        };
        // A client that is gone needs no answer, but what it asked for holds.
        let _ = client.set_write_timeout(Some(ANSWER_TIME)).and_then(|()| client.write_all(text.as_bytes()));
        if request == STOP {
            if self.waiting.len() < WAITING_MAX {
                self.waiting.push(client);
            }
            self.quit.ask();
        }
    }
}

/// The first line without its end; none when it does not come in time or is too long.
fn read_line<'a>(client: &mut UnixStream, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let deadline = Deadline::within(REQUEST_TIME);
    let mut length = 0;
    loop {
        client.set_read_timeout(Some(deadline.left()?)).ok()?;
        let read = match client.read(buffer.get_mut(length..)?) {
            Ok(0) => return None,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(_) => return None,
        };
        length += read;
        if let Some(end) = buffer[..length].iter().position(|b| *b == b'\n') {
            return Some(&buffer[..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn served() -> (Scratch, Quit) {
        let folder = Scratch::new("server").expect("a scratch folder");
        fs::write(folder.path().join("s"), "stale").expect("a file in the way");
        let quit = Quit::new(parrot_core::control::StopHandle::new().expect("an eventfd"));
        serve(&folder.path().join("s"), Board::default(), quit.clone()).expect("a socket");
        (folder, quit)
    }

    fn connect(folder: &Scratch) -> UnixStream {
        let client = UnixStream::connect(folder.path().join("s")).expect("a connection");
        client.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
        client
    }

    fn ask(folder: &Scratch, request: &[u8]) -> String {
        let mut client = connect(folder);
        let mut text = String::new();
        // A request that is too long may meet a closed connection.
        let _ = client.write_all(request).and_then(|()| client.read_to_string(&mut text));
        text
    }

    #[test]
    fn status_is_answered_and_the_socket_is_the_owners() {
        let (folder, quit) = served();
        let mode = fs::metadata(folder.path().join("s")).expect("a socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(ask(&folder, b"status\n").starts_with("Tsung is running [OK]\n"));
        assert_eq!(ask(&folder, b"dance\n"), "unknown request\n");
        assert!(!quit.is_asked());
    }

    #[test]
    fn mute_and_babbling_clients_are_let_go() {
        let (folder, quit) = served();
        let mute = connect(&folder);
        let mut dripping = connect(&folder);
        dripping.write_all(b"sta").expect("a part of a request");
        assert_eq!(ask(&folder, &b"stop".repeat(1_000)), "");
        assert_eq!(ask(&folder, b"\n\n"), "unknown request\n");
        // Each of them took a second at most, and nobody else's place.
        assert!(ask(&folder, b"status\n").starts_with("Tsung is running [OK]\n"));
        assert!(!quit.is_asked());
        drop((mute, dripping));
    }

    #[test]
    fn stop_is_passed_on_and_its_client_waits() {
        let (folder, quit) = served();
        let mut client = connect(&folder);
        client.write_all(b"stop\n").expect("sent");
        quit.wait();
        let mut answer = [0; 9];
        client.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"stopping\n");
        client.set_nonblocking(true).expect("possible");
        let still_open = client.read(&mut answer).expect_err("open, with nothing to read");
        assert_eq!(still_open.kind(), io::ErrorKind::WouldBlock);
        assert!(ask(&folder, b"status\n").starts_with("Tsung is running"), "others are served meanwhile");
    }
}
