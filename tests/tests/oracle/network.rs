//! What comes back and what goes wrong: shapes of responses, closes, resets, refusals, time-outs.

use std::time::Duration;

use tests::oracle::{Case, Mends};
use tests::server::{
    BlackHole, Refused, Rule, Script, Step, close, delimited, hang, late, pause, reply, reset, send, slow,
    split,
};

const OK: &str = "HTTP/1.1 200 OK\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";

#[test]
fn shapes_of_responses() {
    let pair = Case::new("http-responses").server(response_script()).run();
    // All bytes received are counted; Tsung leaves out heads that come in pieces, most of a chunked response, and what
    // came before a close when no head was complete.
    let sizes = [
        ("split_head", 8, 43),
        ("split_crlf", 5, 41),
        ("chunk_one", 11, 62),
        ("chunk_two", 26, 77),
        ("chunk_case", 16, 67),
        ("chunk_zeros", 16, 67),
        ("chunk_spaces", 13, 64),
        ("chunk_big", 65_546, 65_597),
        ("chunk_close", 11, 81),
        ("chunk_end", 10, 57),
        ("continue", 40, 65),
        ("eof_head", 0, 14),
        ("reset_head", 0, 14),
    ];
    let mends = sizes.into_iter().fold(Mends::none(), |mends, (name, tsung, ours)| {
        mends.text(&format!("dump {name} 1 "), &format!("size {tsung} "), &format!("size {ours} "))
    });
    pair.assert_same(&mends.counter("size_rcv", 368_194, 368_741));
}

fn then(mut steps: Vec<Step>, more: impl IntoIterator<Item = Step>) -> Vec<Step> {
    steps.extend(more);
    steps
}

fn response_script() -> Script {
    let chunk = |text: &str| send(format!("{CHUNKED}\r\n{text}"));
    let close_soon = || [pause(30), close()];
    let shapes: Vec<(&str, Vec<Step>)> = vec![
        ("split_head", split(&["HTTP/1.", "1 200 OK\r\nContent-Le", "ngth: 5\r", "\n\r\nab", "cde"], 20)),
        ("split_crlf", split(&["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", "\r\nabc"], 20)),
        ("split_blank", split(&["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "abc"], 20)),
        ("chunk_one", chunk("5\r\nhello\r\n0\r\n\r\n")),
        (
            "chunk_two",
            split(&[&format!("{CHUNKED}\r\n5\r\nhello\r\n"), "A\r\n0123456789\r\n", "0\r\n\r\n"], 20),
        ),
        (
            "chunk_case",
            send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"),
        ),
        ("chunk_zeros", chunk("0005\r\nhello\r\n000\r\n\r\n")),
        ("chunk_spaces", chunk("5  \r\nhello\r\n0\r\n\r\n")),
        ("chunk_big", chunk(&format!("10000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x10000)))),
        (
            "chunk_close",
            then(
                send(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                ),
                close_soon(),
            ),
        ),
        ("chunk_end", then(chunk("5\r\nhello\r\n"), close_soon())),
        ("close_body", delimited("hello")),
        (
            "close_pieces",
            then(split(&["HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", " more"], 30), close_soon()),
        ),
        ("close_empty", then(send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), close_soon())),
        (
            "close_length",
            then(send(format!("{OK}Connection: close\r\nContent-Length: 5\r\n\r\nhello")), close_soon()),
        ),
        ("length_short", then(send(format!("{OK}Content-Length: 10\r\n\r\nhello")), close_soon())),
        ("length_reset", then(send(format!("{OK}Content-Length: 10\r\n\r\nhello")), [pause(30), reset()])),
        ("over", send(format!("{OK}Content-Length: 3\r\n\r\nhello"))),
        ("one_zero", then(send("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"), close_soon())),
        (
            "one_zero_kept",
            send("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello"),
        ),
        ("status_204", send("HTTP/1.1 204 No Content\r\n\r\n")),
        ("status_304", send("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")),
        (
            "continue",
            split(&["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"], 40),
        ),
        ("continue_alone", send("HTTP/1.1 200 OK\r\n\r\n")),
        ("early", send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")),
        ("eof_first", vec![pause(30), close()]),
        ("eof_head", then(send("HTTP/1.1 200 O"), close_soon())),
        ("reset_first", vec![pause(30), reset()]),
        ("reset_head", then(send("HTTP/1.1 200 O"), [pause(30), reset()])),
        ("error_500", send("HTTP/1.1 500 Internal\r\nContent-Length: 2\r\n\r\nok")),
        ("not_found", send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nok")),
        ("no_reason", send("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok")),
        ("status_999", send("HTTP/1.1 999 x\r\nContent-Length: 2\r\n\r\nok")),
        ("fold", send(format!("{OK}X-F: a\r\n b\r\nContent-Length: 2\r\n\r\nok"))),
        ("two_spaces", send(format!("{OK}Content-Length:   5\r\n\r\nhello"))),
        ("big", send(format!("{OK}Content-Length: 300000\r\n\r\n{}", "x".repeat(300_000)))),
    ];
    let script = shapes
        .into_iter()
        .fold(Script::new(), |script, (name, steps)| script.path(&format!("/{name}/response"), steps));
    script
        .rule(
            Rule::path("/head/length", send(format!("{OK}Content-Length: 0\r\nX-Y: z\r\n\r\n")))
                .method("HEAD"),
        )
        .rule(Rule::path("/head/none", send(format!("{OK}\r\n"))).method("HEAD"))
        .rule(
            Rule::path("/head/close", then(send(format!("{OK}Connection: close\r\n\r\n")), close_soon()))
                .method("HEAD"),
        )
}

#[test]
fn closes_and_resets() {
    let ok = || send(format!("{OK}Content-Length: 2\r\n\r\nok"));
    let polite =
        || then(send(format!("{OK}Connection: close\r\nContent-Length: 2\r\n\r\nok")), [pause(50), close()]);
    let script = Script::new()
        .path("/think_close/a", then(ok(), [pause(100), close()]))
        .path("/think_reset/a", then(ok(), [pause(100), reset()]))
        .path("/think_half/a", then(ok(), [pause(100), Step::HalfClose, Step::Hang]))
        .path("/think_data/a", then(ok(), [pause(100), Step::Send(b"surprise".to_vec())]))
        .path("/wait_close/a", vec![pause(50), close()])
        .path("/wait_reset/a", vec![pause(50), reset()])
        .prefix("/each_close/", vec![pause(20), close()])
        .prefix("/polite/", polite())
        .path("/impatient/a", then(ok(), [pause(100), close()]))
        .path(
            "/impatient_mid/a",
            then(send(format!("{OK}Content-Length: 20\r\n\r\nok")), [pause(50), close()]),
        )
        .path("/impatient_polite/a", polite());
    let pair =
        Case::new("closes").server(script).server(Script::new().on_connect([pause(50), close()])).run();
    // Bytes of responses that never ended, and those that nobody asked for, were received too.
    pair.assert_same(&Mends::none().counter("size_rcv", 716, 765));
}

#[test]
fn refusals_and_time_outs() {
    let refused = Refused::new();
    let hole = BlackHole::new();
    let drip = split(&["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "abc", "def", "gh", "i"], 300);
    let script = Script::new()
        .path("/mute/b", hang())
        .path("/mute_body/a", then(send(format!("{OK}Content-Length: 5\r\n\r\nhe")), hang()))
        .path("/drip/a", drip)
        .prefix("/retries/1/port", late_port())
        .prefix("/retries/2/port", late_port())
        .prefix("/retries/3/port", late_port());
    let pair = Case::new("failures")
        .server(script)
        .port("@REFUSED@", refused.port())
        .port("@HOLE@", hole.port())
        .run();
    // All bytes received are counted, those of a response that never ended too.
    let mends = Mends::none().counter("size_rcv", 474, 514);
    pair.assert_same(&mends);
    // A name that nobody has, two ports that do not answer, and:
    // retries are counted over the whole session: one for the first port, one for the second, none is left for the third.
    for log in [&pair.tsung.log, &pair.ours.log] {
        assert_eq!(log.total("error_connect_econnrefused"), 3 + 3);
        assert_eq!(log.total("error_abort_max_conn_retries"), 4);
    }
    // Back-off: 500 ms, then twice that. Three connects of 800 ms and the same back-off. One idle time-out.
    for (name, least) in [("tr_refused", 1500.0), ("tr_hole", 3900.0), ("tr_mute", 800.0)] {
        for (side, log) in [("Tsung", &pair.tsung.log), ("ours", &pair.ours.log)] {
            let (took, _) = log.range(name).unwrap_or_else(|| panic!("{side} has no {name}"));
            assert!((least..least + 1000.0).contains(&took), "{side} {name}: {took} ms");
        }
    }
}

/// Names a port that refuses connects for another 250 ms.
fn late_port() -> Vec<Step> {
    reply(|_| format!("port={}", late(Duration::from_millis(250))))
}

#[test]
fn a_slow_connect_is_part_of_its_request() {
    let script =
        Script::new().path("/slow/port", reply(|_| format!("port={}", slow(Duration::from_millis(700)))));
    let pair = Case::new("slow-connect").server(script).run();
    pair.assert_same(&Mends::none());
    for (side, log, most) in [("Tsung", &pair.tsung.log, 5000.0), ("ours", &pair.ours.log, 2000.0)] {
        let longest = |name: &str| log.range(name).map_or(0.0, |(_, most)| most);
        for name in ["connect", "request", "page", "tr_connecting", "session"] {
            assert!((900.0..most).contains(&longest(name)), "{side} {name}: {} ms", longest(name));
        }
        for name in ["tr_before", "tr_after"] {
            assert!(longest(name) < 500.0, "{side} {name}: {} ms", longest(name));
        }
    }
}
