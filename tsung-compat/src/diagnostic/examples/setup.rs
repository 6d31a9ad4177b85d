//! Messages about hosts, options and files.

use super::{Example, changed, option, steps};

pub(super) fn examples() -> Vec<Example> {
    let client = "<client host=\"localhost\" use_controller_vm=\"true\"/>";
    let monitoring = "<monitoring>\n    <monitor host=\"db\" type=\"snmp\"/>\n  </monitoring>\n  <load>";
    let file = "<option name=\"file_server\" id=\"users\" value=\"/dev/null\"/>";
    let timeout = "<option name=\"idle_timeout\" value=\"1000\"/>";
    let addresses = |list: &str| format!("<client host=\"localhost\">{list}</client>");
    let reads = |id: &str| {
        format!("<setdynvars sourcetype=\"file\" fileid=\"{id}\"><var name=\"user\"/></setdynvars>")
    };
    vec![
        changed(301, client, "<client host=\"loader1\"/>"),
        changed(302, client, "<client host=\"127.0.0.1\"/>"),
        changed(303, client, "<client host=\"loader1\" use_controller_vm=\"true\"/>"),
        changed(305, "<load>", monitoring),
        changed(306, "host=\"shop\"", "host=\"\""),
        changed(307, "type=\"tcp\"/>", "type=\"tcp\" weight=\"0\"/>"),
        option(308, "<option name=\"glocal_ack_timeout\" value=\"2000\"/>"),
        option(308, "<option name=\"domain\" value=\"example.org\"/>"),
        option(309, "<option type=\"ts_http\" name=\"user_agnt\"/>"),
        option(310, "<option name=\"max_retries\"/>"),
        option(311, "<option name=\"ports_range\" min=\"1025\" max=\"65534\"/>"),
        option(312, "<option name=\"idle_timeout\" value=\"10s\"/>"),
        option(
            313,
            "<option type=\"ts_http\" name=\"user_agent\"><user_agent probability=\"60\">A</user_agent></option>",
        ),
        option(314, "<option name=\"thinktime\" value=\"3\" min=\"5\"/>"),
        steps(315, "<thinktime value=\"wait_global\"/>"),
        option(316, "<option name=\"file_server\" id=\"users\" value=\"users.csv\"/>"),
        option(317, &format!("{file}\n    {file}")),
        option(318, file),
        steps(319, &reads("users")),
        option(319, file).with("<request><http url=\"/\"/></request>", &reads("user")),
        option(320, file).with("<request><http url=\"/\"/></request>", &reads("users")),
        changed(321, client, "<client type=\"batch\" batch=\"torque\"/>"),
        changed(322, client, "<client type=\"batch\" host=\"loader1\"/>"),
        changed(323, "use_controller_vm", "batch=\"torque\" use_controller_vm"),
        changed(324, client, "<client cpu=\"2\"/>"),
        changed(325, client, &addresses("<ip value=\"10.0.0.1\"/><iprange value=\"10.0.1-20.0-255\"/>")),
        changed(326, client, &addresses("<ip value=\"10.0.0.300\"/>")),
        changed(327, client, &addresses("<ip scan=\"true\" value=\"/dev/eth0\"/>")),
        changed(328, "<load>", monitoring)
            .with("type=\"snmp\"/>", "type=\"snmp\"><munin port=\"4949\"/></monitor>"),
        option(329, "<option name=\"idle_timeout\" value=\"1000\" max=\"2000\"/>"),
        option(330, &format!("{timeout}\n    {timeout}")),
        option(331, "<option name=\"ports_range\" min=\"65535\" max=\"1025\"/>"),
        option(332, "<option type=\"ts_http\" name=\"http_use_server_as_proxy\" value=\"false\"/>"),
        option(333, "<option type=\"ts_jabber\" name=\"vhost_file\" value=\"domains\"/>"),
        changed(334, "<tsung>", "<tsung backend=\"rrdtool\">"),
    ]
}
