//! Messages about the load.

use super::{Example, changed};

pub(super) fn examples() -> Vec<Example> {
    let phase = "<arrivalphase phase=\"1\" duration=\"10\" unit=\"minute\">\n      <users arrivalrate=\"5\" unit=\"second\"/>\n    </arrivalphase>";
    let users = "<users arrivalrate=\"5\" unit=\"second\"/>";
    let session =
        |popularity: &str| format!("<session name=\"other\" {popularity} type=\"ts_http\"/>\n  </sessions>");
    vec![
        changed(401, phase, ""),
        changed(402, phase, &format!("{phase}\n    {phase}")),
        changed(403, users, ""),
        changed(404, users, &format!("{users}\n      <users arrivalrate=\"10\" unit=\"second\"/>")),
        changed(405, users, "<users arrivalrate=\"5\" interarrival=\"0.2\" unit=\"second\"/>"),
        changed(406, users, "<users unit=\"second\"/>"),
        changed(407, users, "<users arrivalrate=\"0\" unit=\"second\"/>"),
        changed(408, "<load>", "<load loop=\"1000000\">"),
        changed(409, phase, "<user session=\"vist\" start_time=\"10\"/>"),
        changed(409, users, &format!("<session_setup name=\"buy\" probability=\"10\"/>\n      {users}")),
        changed(410, "probability=\"100\"", "probability=\"100\" weight=\"1\""),
        changed(411, " probability=\"100\"", ""),
        changed(412, "</sessions>", &session("weight=\"1\"")),
        changed(413, "probability=\"100\"", "probability=\"60\""),
        changed(413, "</sessions>", &session("probability=\"30\"")),
        changed(414, users, "<users interarrival=\"1.0e-20\" unit=\"second\"/>"),
        changed(415, phase, "<user session=\"visit\" start_time=\"10\"/>").with(
            "  </sessions>",
            "  <session name=\"visit\" probability=\"100\" type=\"ts_http\"/>\n  </sessions>",
        ),
        changed(
            416,
            users,
            &format!(
                "<session_setup name=\"visit\" probability=\"50\"/>\n      <session_setup name=\"visit\" probability=\"100\"/>\n      {users}"
            ),
        ),
    ]
}
