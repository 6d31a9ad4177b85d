//! Messages about elements and attributes.

use super::{Example, changed, option, steps, whole};

pub(super) fn examples() -> Vec<Example> {
    vec![
        whole(201, "<html><body/></html>\n"),
        steps(202, "<reqest><http url=\"/\"/></reqest>"),
        steps(202, "<rampup/>"),
        changed(203, "<options>", "<request><http url=\"/\"/></request>\n  <options>"),
        changed(204, "<server host=\"shop\" port=\"8080\" type=\"tcp\"/>", ""),
        changed(
            205,
            "<options>",
            "<servers><server host=\"b\" port=\"80\" type=\"tcp\"/></servers>\n  <options>",
        ),
        steps(206, "<request><match do=\"log\">a <b>word</b></match><http url=\"/\"/></request>"),
        steps(207, "<request><http url=\"/\"/></request> and again"),
        steps(208, "<request><http url=\"/\" methd=\"GET\"/></request>"),
        changed(209, " port=\"8080\"", ""),
        changed(210, "port=\"8080\"", "port=\"eighty\""),
        changed(210, "port=\"8080\"", "port=\"80800\""),
        changed(210, "host=\"shop\"", "host=\"http://shop/\""),
        changed(210, "host=\"shop\" port=\"8080\"", "host=\"shop:8080\" port=\"80\""),
        changed(210, "host=\"shop\"", "host=\"my shop\""),
        changed(210, "host=\"shop\"", "host=\"{{ host }}\""),
        changed(210, "port=\"8080\"", "port=\"${port}\""),
        steps(216, "<request><http url=\"/\" method=\"POST\" contents=\"{{ body }}\"/></request>"),
        changed(210, "duration=\"10\"", "duration=\"0.5\""),
        changed(210, "arrivalrate=\"5\"", "arrivalrate=\".5\""),
        changed(210, "unit=\"minute\"", "unit=\"minutes\""),
        steps(210, "<transaction name=\"log in\"><request><http url=\"/\"/></request></transaction>"),
        steps(210, "<for var=\"i\" from=\"1\" to=\"ten\"><request><http url=\"/\"/></request></for>"),
        steps(211, "<thinktime value=\"wait_bidi\"/>"),
        steps(
            212,
            "<request><match do=\"loop\" max_loop=\"9999999999\">x</match><http url=\"/\"/></request>",
        ),
        changed(213, "duration=\"10\" unit=\"minute\"", "duration=\"1000000\" unit=\"hour\""),
        steps(214, "<request><http url=\"/caf\u{e9}\"/></request>"),
        changed(215, "type=\"ts_http\"", "type=\"ts_jabber\""),
        option(210, "<option name=\"thinktime\" value=\"3\" random=\"yes\"/>"),
    ]
}
