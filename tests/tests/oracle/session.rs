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
    pair.assert_same(&Mends::none());
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
    pair.assert_same(&Mends::none());
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
