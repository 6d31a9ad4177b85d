//! Messages about the steps of sessions.

use super::{Example, http, request, steps};

pub(super) fn examples() -> Vec<Example> {
    let get = "<request><http url=\"/\"/></request>";
    vec![
        steps(501, "<setdynvars sourcetype=\"file\"><var name=\"user\"/></setdynvars>"),
        steps(
            502,
            "<setdynvars sourcetype=\"file\" fileid=\"f\" delimiter=\"\"><var name=\"user\"/></setdynvars>",
        ),
        steps(503, "<thinktime value=\"5s\"/>"),
        steps(504, "<thinktime value=\"0\"/>"),
        steps(505, "<thinktime min=\"5\" max=\"2\"/>"),
        steps(506, "<thinktime value=\"3\" min=\"2\" max=\"5\"/>"),
        steps(507, "<request/>"),
        steps(508, "<request><http url=\"/a\"/><http url=\"/b\"/></request>"),
        steps(509, &format!("<repeat name=\"again\">{get}</repeat>")),
        steps(510, &format!("<repeat name=\"again\"><while var=\"a\" eq=\"1\"/>{get}</repeat>")),
        steps(
            511,
            &format!("<if var=\"tsung_userid\" eq=\"1\">{get}<while var=\"tsung_userid\" eq=\"1\"/></if>"),
        ),
        steps(512, &format!("<if var=\"tsung_userid\">{get}</if>")),
        steps(512, &format!("<if var=\"tsung_userid\" gt=\"1\" lt=\"5\">{get}</if>")),
        steps(513, &format!("<if var=\"ids[0]\" eq=\"1\">{get}</if>")),
        steps(
            514,
            "<setdynvars sourcetype=\"random_number\" start=\"10\" end=\"1\"><var name=\"n\"/></setdynvars>",
        ),
        request(515, "<match do=\"loop\" loop_back=\"3\">busy</match>"),
        request(516, "<dyn_variable name=\"it's\"/>"),
        steps(517, "<if var=\"logged_in\" eq=\"1\"><request><http url=\"/\"/></request></if>"),
        steps(
            517,
            "<setdynvars sourcetype=\"value\" value=\"7\"><var name=\"token\"/></setdynvars>\n      \
             <request subst=\"true\"><http url=\"/?t=%%_tokn%%\"/></request>",
        ),
        http(518, "<http url=\"/discount?of=50%%&amp;code=1\"/>"),
        http(518, "<http url=\"/%%token%%/items\"/>"),
        request(519, "<dyn_variable name=\"token\" regexp=\"token=(.*)\"/>"),
        request(520, "<dyn_variable name=\"token\" re=\"a(.)\" header=\"x-token\"/>"),
        request(521, "<dyn_variable name=\"token\" header=\"a/b/c\"/>"),
        request(522, "<dyn_variable name=\"token\" re=\"name=&quot;token&quot; value=&quot;(.*\"/>"),
        request(522, "<match do=\"abort\" when=\"nomatch\">total: (</match>"),
        http(523, "<http url=\"index.html\"/>"),
        http(523, "<http url=\"http:/shop/\"/>"),
        http(523, "<http url=\"http://shop:http/\"/>"),
        http(523, "<http url=\"https://shop:443index.html\"/>"),
        http(523, "<http url=\"http://user:secret@shop/\"/>"),
        http(524, "<http url=\"/\" method=\"GET\" contents=\"a=1\"/>"),
        request(525, "<dyn_variable name=\"token\"/>").with(
            "<http url=\"/\"/>",
            "<http url=\"/\"><http_header name=\"Accept-Encoding\" value=\"gzip\"/></http>",
        ),
        http(526, "<http url=\"/\" method=\"POST\" contents=\"a\" contents_from_file=\"/dev/null\"/>"),
        http(527, "<http url=\"/\"><http_header name=\"X-Key\" value=\"a\" encoding=\"hex\"/></http>"),
        http(528, "<http url=\"/\"><http_header name=\"X Key\" value=\"a\"/></http>"),
        http(529, "<raw ack=\"local\" data=\"hello\"/>"),
        steps(
            530,
            "<setdynvars sourcetype=\"jsonpath\" from=\"tsung_userid\"><var name=\"id\"/></setdynvars>",
        ),
        steps(531, "<setdynvars sourcetype=\"random_string\" end=\"9\"><var name=\"id\"/></setdynvars>"),
        request(532, "<dyn_variable name=\"id\" pgsql_expr=\"data_row[1][1]\"/>"),
        steps(533, "<set_option name=\"retry_timeout\" value=\"500\"/>"),
        steps(534, "<set_option name=\"rate_limit\" value=\"500\" type=\"ts_http\"/>"),
        steps(535, "<set_option name=\"connect_timeout\" value=\"500\" max=\"900\"/>"),
        steps(536, "<set_option name=\"certificate\"/>"),
        steps(537, &format!("<for var=\"i\" from=\"1\" to=\"3\" incr=\"0\">{get}</for>")),
        steps(
            538,
            &format!("<foreach name=\"a\" in=\"tsung_userid\" include=\"x\" exclude=\"y\">{get}</foreach>"),
        ),
        steps(
            539,
            "<setdynvars sourcetype=\"local_file\" fileid=\"users\"><var name=\"user\"/></setdynvars>",
        ),
    ]
}
