//! Messages about other protocols.

use super::{Example, changed, steps};

pub(super) fn examples() -> Vec<Example> {
    let request = |code, content: &str| steps(code, &format!("<request>{content}</request>"));
    vec![
        changed(701, "ts_http", "ts_htpp"),
        changed(701, "ts_http", "ts_dns"),
        request(702, "<mqtt type=\"publish\">hello</mqtt>"),
        request(702, "<mysql type=\"sql\"/>"),
        request(702, "<ldap type=\"add\" dn=\"cn=user2\"/>"),
        request(703, "<websocket type=\"message\" path=\"/chat\">hello</websocket>"),
        request(704, "<jabber type=\"iq:roster:add\" ack=\"no_ack\"/>"),
        request(705, "<pgsql type=\"describe\"/>"),
        request(705, "<pgsql type=\"describe\" name_portal=\"a\" name_prepared=\"b\"/>"),
        request(706, "<pgsql type=\"parse\" name_prepared=\"a\"/>"),
        request(707, "<ldap type=\"search\" base=\"dc=x\" scope=\"wholeSubtree\" filter=\"(cn=a\"/>"),
    ]
}
