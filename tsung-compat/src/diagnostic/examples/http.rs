//! Messages about HTTP requests.

use super::{Example, steps};

pub(super) fn examples() -> Vec<Example> {
    let http = |code, attributes: &str, inside: &str| {
        steps(code, &format!("<request>\n        <http {attributes}>{inside}</http>\n      </request>"))
    };
    let user = "<www_authenticate userid=\"u\" passwd=\"p\"";
    vec![
        http(651, "url=\"/\"", &format!("{user} type=\"digest\" realm=\"shop\"/>")),
        http(652, "url=\"/\"", &format!("{user} nonce=\"abc\"/>")),
        http(653, "url=\"/\" method=\"POST\" if_modified_since=\"Fri, 14 Nov 2003 02:43:31 GMT\"", ""),
        http(654, "url=\"/search?q=red shoes\"", ""),
        http(655, "url=\"http://bücher.example/\"", ""),
        http(
            656,
            "url=\"/\"",
            "<oauth consumer_key=\"k\" consumer_secret=\"s\" method=\"PLAINTEXT\" encoding=\"HMAC-SHA1\"/>",
        ),
        steps(657, "<request><http url=\"/\"/></request>\n      <request><http url=\"cart\"/></request>"),
        http(658, "url=\"/\"", "<oauth consumer_key=\"k\" consumer_secret=\"s\" method=\"RSA-SHA1\"/>"),
    ]
}
