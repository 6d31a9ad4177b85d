//! Lints.

use super::{Example, changed, http, option, request, steps};

pub(super) fn examples() -> Vec<Example> {
    [variables(), load(), requests(), versions()].into_iter().flatten().collect()
}

fn variables() -> Vec<Example> {
    let get = "<request><http url=\"/\"/></request>";
    let set = "<setdynvars sourcetype=\"value\" value=\"1\"><var name=\"id\"/></setdynvars>";
    vec![
        steps(1001, "<request><http url=\"/item/%%_tsung_userid%%\"/></request>"),
        steps(
            1001,
            "<request subst=\"all_except_body\"><http url=\"/\" method=\"POST\" contents=\"id=%%_tsung_userid%%\"/></request>",
        ),
        steps(1001, "<request><match do=\"log\">id=%%_tsung_userid%%</match><http url=\"/\"/></request>"),
        steps(1002, &set.replace("\"1\"", "\"%%_tsung_userid%%\"")),
        steps(1002, &format!("<if var=\"%%_tsung_userid%%\" eq=\"1\">{get}</if>")),
        steps(1003, &format!("<request subst=\"true\"><http url=\"/%%_id%%\"/></request>\n      {set}")),
        steps(1004, &format!("<if var=\"id\" eq=\"1\">{get}</if>\n      {set}")),
        steps(
            1004,
            &format!(
                "<if var=\"tsung_userid\" eq=\"1\">{set}</if>\n      <if var=\"id\" eq=\"1\">{get}</if>"
            ),
        ),
        steps(1004, &format!("<repeat name=\"r\">{get}<while var=\"id\" eq=\"\"/></repeat>\n      {set}")),
    ]
}

fn load() -> Vec<Example> {
    let get = "<request><http url=\"/\"/></request>";
    let repeat = format!("<repeat name=\"poll\">{get}<while var=\"tsung_userid\" lt=\"9\"/></repeat>");
    let duration =
        |example: Example, duration: &str| example.with("<load>", &format!("<load duration=\"{duration}\">"));
    let second = "</session>\n    <session name=\"idle\" probability=\"0\" type=\"ts_http\">";
    vec![
        steps(1005, &format!("<transaction name=\"buy\">{get}<thinktime value=\"2\"/></transaction>")),
        changed(1006, "</session>", &format!("{second}{get}</session>")),
        duration(
            changed(
                1007,
                "</load>",
                "<arrivalphase phase=\"2\" duration=\"10\" unit=\"minute\">\n      <users arrivalrate=\"9\" unit=\"second\"/></arrivalphase>\n  </load>",
            ),
            "300",
        ),
        duration(steps(1008, "<for var=\"i\" from=\"1\" to=\"100\"><thinktime value=\"5\"/></for>"), "300"),
        steps(1013, &format!("<for var=\"i\" from=\"1\" to=\"3\">\n        {repeat}\n      </for>")),
        steps(1013, &format!("{repeat}\n      {repeat}")),
        steps(1018, &format!("<if var=\"tsung_userid\" gt=\"ten\">{get}</if>")),
        changed(
            1019,
            "</session>",
            &format!(
                "</session>\n    <session name=\"visit\" probability=\"0\" type=\"ts_http\">{get}</session>"
            ),
        ),
    ]
}

fn requests() -> Vec<Example> {
    let header = |name: &str| format!("<http_header name=\"{name}\" value=\"x\"/>");
    let twice =
        |name: &str| format!("<http url=\"/\">\n        {0}\n        {0}\n      </http>", header(name));
    vec![
        request(1009, "<match do=\"abort\">.*</match>\n        <match do=\"log\">error</match>"),
        request(1009, "<match do=\"abort\">error</match>\n        <match do=\"log\">error</match>"),
        request(
            1010,
            "<match do=\"log\">a</match>\n        <match do=\"log\" skip_headers=\"http\">b</match>",
        ),
        http(1011, &twice("Host")),
        http(1011, &twice("X-Id")),
        http(
            1011,
            &format!(
                "<http url=\"/\" method=\"POST\" contents=\"a\" content_type=\"text/xml\">{}</http>",
                header("Content-Type")
            ),
        ),
        http(
            1011,
            &format!(
                "<http url=\"/\"><www_authenticate userid=\"u\" passwd=\"p\"/>{}</http>",
                header("Authorization")
            ),
        ),
        request(1012, "<dyn_variable name=\"user[name]\"/>"),
        request(1012, "<dyn_variable name=\"id\" re=\"id=[0-9]+\"/>"),
        http(1012, "<dyn_variable name=\"token\"/><http url=\"/\" method=\"HEAD\"/>"),
    ]
}

fn versions() -> Vec<Example> {
    let get = "<request><http url=\"/\"/></request>";
    vec![
        steps(1014, &format!("<if var=\"tsung_userid\" gte=\"8\">{get}</if>")),
        steps(1015, &format!("<if var=\"tsung_userid\" eq=\"%%_tsung_userid%%\">{get}</if>")),
        http(1015, "<http url=\"/\" method=\"PURGE\"/>"),
        http(1015, "<http url=\"/\" method=\"HEAD\"/>"),
        http(1015, "<http url=\"http://shop?a=b\"/>"),
        request(1015, "<dyn_variable name=\"x\" jsonpath=\"$.%%_tsung_userid%%\"/>"),
        request(1015, "<dyn_variable name=\"nonce\" header=\"www-authenticate/nonce\"/>"),
        steps(1015, "<setdynvars sourcetype=\"local_file\" fileid=\"f\"><var name=\"x\"/></setdynvars>"),
        option(1016, "<option name=\"ssl_versions\" value=\"'tlsv1.1'\"/>"),
        option(1017, "<option name=\"ssl_ciphers\" value=\"RC4-SHA:DES-CBC3-SHA\"/>"),
    ]
}
