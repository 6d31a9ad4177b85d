//! Messages about bytes, characters, entities and tags.

use super::{Example, REQUEST, SOUND, changed, steps, whole};

pub(super) fn examples() -> Vec<Example> {
    let doctype = "<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\">";
    vec![
        whole(102, SOUND.replace("version=\"1.0\"", "version=\"1.0\" encoding=\"windows-1252\"")),
        whole(103, SOUND.replace("visit", "caf\u{e9}").chars().map(|c| c as u8).collect::<Vec<_>>()),
        whole(104, ""),
        whole(104, "sessions:\n  - visit\n"),
        whole(105, format!("\n{SOUND}")),
        changed(106, doctype, "<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\" ["),
        changed(
            107,
            doctype,
            "<!DOCTYPE tsung [\n  <!ENTITY sessions \"sessions.xml\" NDATA>\n  <!ENTITY base>\n]>",
        ),
        changed(108, doctype, "<!DOCTYPE tsung [\n  <!ENTITY line '&#xZZ;'>\n]>"),
        changed(109, doctype, "<!DOCTYPE tsung [\n  <!ENTITY % shop SYSTEM 'shop.ent'> %shop;\n]>"),
        steps(110, "<request><http url=\"/a&nbsp;b\"/></request>"),
        changed(111, doctype, "<!DOCTYPE tsung [\n  <!ENTITY a '&b;'>\n  <!ENTITY b '&a;'>\n]>")
            .with(REQUEST, "&a;"),
        changed(112, doctype, "<!DOCTYPE tsung [\n  <!ENTITY login SYSTEM 'no-such-file.xml'>\n]>")
            .with(REQUEST, "&login;"),
        changed(113, doctype, "<!DOCTYPE tsung [\n  <!ENTITY login SYSTEM 'login.xml'>\n]>")
            .with("url=\"/\"", "url=\"&login;\""),
        steps(115, "<request><http url=\"/search?q=tea&page=2\"/></request>"),
        steps(116, "if a < b"),
        steps(117, "<request><http url=\"/search?q=<b>\"/></request>"),
        steps(118, "<request><http url=\"/\"/</request>"),
        steps(118, "<!-- <request><http url=\"/\"/></request>"),
        steps(119, "<transaction name=\"home\"><request><http url=\"/\"/></transaction></request>"),
        whole(120, "</tsung>\n"),
        changed(121, "</tsung>\n", ""),
        whole(123, format!("{SOUND}{}", &SOUND[SOUND.find("<tsung>").unwrap_or_default()..])),
        whole(124, format!("{SOUND}the end\n")),
        steps(125, "<request><http url=\"/\" url=\"/home\"/></request>"),
        steps(131, "<!-- start page -- once -->\n      <request><http url=\"/\"/></request>"),
        steps(126, "<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\">"),
        steps(130, "<request><http url=\"/caf\u{0}\"/></request>"),
    ]
}
