//! What a session does: matches, loops, conditions, transactions, pages, variables.

use tests::oracle::{Case, Mends};
use tests::server::{Rule, Script, ok};

#[test]
fn matches() {
    let script = Script::new()
        .rule(Rule::path("/loop/a", ok("wait")).hit(1))
        .rule(Rule::path("/loop/a", ok("wait")).hit(1))
        .rule(Rule::path("/restart/b", ok("wait")).hit(1))
        .rule(Rule::path("/restart/b", ok("wait")).hit(1));
    let pair = Case::new("matches").server(script).run();
    // An outcome that did not act is counted once, not again with each later one that did.
    pair.assert_same(&Mends::none().counter("match", 19, 18));
}

#[test]
fn control_flow() {
    let script = Script::new()
        .path("/repeat/until/1", ok("state=open"))
        .path("/repeat/until/%%_r2%%", ok("state=open"))
        .path("/repeat/until/undefined", ok("state=open"))
        .path("/repeat/until/2", ok("state=open"))
        .path("/repeat/until/3", ok("state=done"));
    let pair = Case::new("flow").server(script).run();
    let newer = |n: u32, path: &str| {
        let plain = "HTTP/1.1\\r\\nHost: 127.0.0.1:@PORT@\\r\\nUser-Agent: tsung\\r\\n\\r\\n";
        [
            format!("request newer 1.{n} @PORT@ GET {path} {plain}"),
            format!(
                "dump newer {n} user 5 get 127.0.0.1 {path} status 200 size 40 in - match <> error <> tag <>"
            ),
        ]
    };
    let mut mends = Mends::none()
        // Tsung 1.7 takes gte for gt, lte for lt, and %% in an operand for text; 1.8 and ours do as the manual says.
        .without("request newer 1.1 @PORT@ GET /newer/end")
        .without("dump newer 1 user 5 get 127.0.0.1 /newer/end")
        .counter("200", 52, 55)
        .counter("size_rcv", 2107, 2227)
        .counter("size_sent", 3720, 3931)
        .sample("page", 45, 47)
        .sample("request", 52, 55)
        // A user that ends by an error had its last closed transaction counted twice.
        .sample("tr_text", 2, 1);
    for (n, path) in [(1, "/newer/gte"), (2, "/newer/lte"), (3, "/newer/operand"), (4, "/newer/end")] {
        for line in newer(n, path) {
            mends = mends.with(&line);
        }
    }
    pair.assert_same(&mends);
}

#[test]
fn variables() {
    let pair = Case::new("variables")
        .server(Script::new())
        .file("users.csv", "ann;one\nbob;two\n\ncid;three;more\ndan\n")
        .file("odd.csv", "1::2::3\r\n;\n:::4\n\n\n")
        .run();
    pair.assert_same(&Mends::none());
}
