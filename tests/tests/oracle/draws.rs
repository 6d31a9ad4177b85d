//! What is drawn: sessions, servers, user agents, random values.

use tests::oracle::{Case, Mends};
use tests::server::Script;

#[test]
fn weights_user_agents_and_random_values() {
    let pair = Case::new("choices")
        .server(Script::new())
        .server(Script::new())
        .file("rows.csv", "r1\nr2\nr3\n")
        .unordered()
        .run();
    pair.assert_same(&Mends::none());
}

#[test]
fn probabilities_and_session_setup() {
    let pair = Case::new("probabilities").server(Script::new()).unordered().run();
    pair.assert_same(&Mends::none());
}
