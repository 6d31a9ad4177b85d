//! A configuration as recorders and generators write them: one long session of many requests.

use std::fmt::Write as _;

/// A configuration of `requests` requests, a hundred bytes for each: plain ones for the most part; here and there with variables, a
/// header, a body, a pause, a value taken from the answer or a test of it. All of it goes to a port of this machine.
pub fn of_requests(requests: usize) -> String {
    let mut xml = String::with_capacity(requests * 104 + 1_024);
    xml.push_str(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\">\n<tsung loglevel=\"notice\">\n\
         <clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\n\
         <servers><server host=\"127.0.0.1\" port=\"8080\" type=\"tcp\"/></servers>\n\
         <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users maxnumber=\"1\" interarrival=\"1\" \
         unit=\"second\"/></arrivalphase></load>\n\
         <sessions>\n <session name=\"long\" probability=\"100\" type=\"ts_http\">\n",
    );
    for n in 0..requests {
        // Writing to a String cannot fail.
        let _ = match n % 10 {
            0 => writeln!(
                xml,
                "  <request><dyn_variable name=\"id\" re=\"id=&quot;(\\d+)\"/><http url=\"/basket/{n}/new\" method=\"GET\" \
                 version=\"1.1\"/></request>"
            ),
            1 => writeln!(
                xml,
                "  <request subst=\"true\"><http url=\"/basket/%%_id%%?step={n}&amp;page=2\" method=\"GET\" \
                 version=\"1.1\"><http_header name=\"X-Step\" value=\"{n}\"/></http></request>"
            ),
            5 => writeln!(
                xml,
                "  <request><match do=\"continue\" when=\"match\">order {n} taken</match><http url=\"/order/{n}\" \
                 method=\"POST\" contents=\"item={n}&amp;count=1\"/></request>"
            ),
            7 => writeln!(
                xml,
                "  <thinktime value=\"1\" random=\"true\"/>\n  <request><http url=\"/images/{n}.png\" method=\"GET\"/></request>"
            ),
            _ => writeln!(
                xml,
                "  <request><http url=\"/articles/2026/{n}.html\" method=\"GET\" version=\"1.1\"/></request>"
            ),
        };
    }
    xml.push_str(" </session>\n</sessions>\n</tsung>\n");
    xml
}
