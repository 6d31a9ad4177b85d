//! Expressions in attributes: where each stops being one.

use super::{findings, list, of_type, said, with};
use crate::Settings;
use crate::fixture::{load_text, session};

const XPATH: &str = "13:33: not yet: xpath of <dyn_variable> cannot be run by this release";

#[test]
fn xpath_of_responses() {
    let make = |path: &str| with(&format!("<dyn_variable name=\"a\" xpath=\"{path}\"/>"));
    said(list(
        make,
        &[
            ("//div[@id='x']/form/@action", &[XPATH]),
            ("//a[1", &[XPATH, "13:45: error: bad XPath: expected `]`, found the end"]),
            // References and wide characters count as they are written.
            (
                "//a[@b=&quot;é€&quot;]]",
                &[XPATH, "13:62: error: bad XPath: expected an operator or the end, found `]`"],
            ),
            (
                "//a[&#x63;onatins(., 'x')]",
                &[XPATH, "13:44: error: bad XPath: there is no function conatins() | did you mean contains?"],
            ),
            ("//a[contains(.)]", &[XPATH, "13:44: error: bad XPath: contains() takes 2 arguments, not 1"]),
            ("concat('a')", &[XPATH, "13:40: error: bad XPath: concat() takes at least 2 arguments, not 1"]),
            (
                "substring('a')",
                &[XPATH, "13:40: error: bad XPath: substring() takes 2 to 3 arguments, not 1"],
            ),
            (
                "parents::a",
                &[XPATH, "13:40: error: bad XPath: there is no axis parents | did you mean parent?"],
            ),
            ("//a[@b='x]", &[XPATH, "13:47: error: bad XPath: a second ' is missing"]),
            ("//a b", &[XPATH, "13:44: error: bad XPath: `b` is no operator | between two operands"]),
            (
                "//a[%%_x%%]",
                &[
                    XPATH,
                    "13:44: error: bad XPath: `%` has no meaning here | variables of a session are not replaced in xpath",
                ],
            ),
            (
                "$x",
                &[
                    XPATH,
                    "13:40: error: bad XPath: there is no variable $x | variables of a session cannot be used",
                ],
            ),
            ("", &[XPATH, "13:40: error: bad XPath: there is no expression | write a path such as"]),
        ],
    ));
    let deep = format!("{}1{}", "(".repeat(100), ")".repeat(100));
    let found = findings(&make(&deep));
    assert!(found[1].contains("error: bad XPath: too many brackets inside each other"), "{found:?}");
}

#[test]
fn json_path_of_responses() {
    said(list(
        |path: &str| with(&format!("<dyn_variable name=\"a\" jsonpath=\"{path}\"/>")),
        &[
            ("$.a.b[0].c", &[]),
            ("[?k=2].v", &[]),
            ("$.%%_x%%[%%_n%%]", &[]),
            (
                "$[0]",
                &[
                    "13:43: warning: jsonpath: `$` is only known as the start of `$.`: this never finds anything",
                ],
            ),
            ("$.é&#91;'b']", &["13:51: warning: jsonpath: quotes are taken as part of the name"]),
            ("$..a", &["13:44: warning: jsonpath: `..` is read as `.`"]),
            ("a[0:2]", &["13:45: warning: jsonpath: slices are not known"]),
            ("a[0,2]", &["13:45: warning: jsonpath: lists of indices are not known"]),
            ("a[-1]", &["13:45: warning: jsonpath: elements count from 0"]),
            ("a[?b&gt;1]", &["13:45: warning: jsonpath: the only filters are"]),
            ("a[?b=1.5]", &["13:45: warning: jsonpath: the value of a filter ends at the dot"]),
            ("a[0", &["13:44: warning: jsonpath: `[` without `]`"]),
        ],
    ));
}

#[test]
fn one_expression_that_fits() {
    said(list(
        with,
        &[
            (
                r#"<dyn_variable name="a" jsonpath="a" xpath="//a"/>"#,
                &[
                    "13:46: not yet: xpath of <dyn_variable>",
                    "13:46: error: <dyn_variable> has two expressions | keep one of",
                ],
            ),
            (
                r#"<dyn_variable name="a" pgsql_expr="data_row[1][1]"/>"#,
                &[
                    "13:33: error: pgsql_expr finds nothing in responses of ts_http | use re, xpath, jsonpath or header",
                ],
            ),
        ],
    ));
    let pgsql =
        "<request><dyn_variable name='a' pgsql_expr='data_row[1][1]'/><pgsql type='close'/></request>";
    said([(
        of_type("ts_pgsql", pgsql),
        &["12:37: error: session type ts_pgsql is not supported yet"] as &[_],
    )]);
}

#[test]
fn places_inside_patterns() {
    said([
        (with("<match>\n  a&amp;é(</match>"), &["14:11: error: bad regular expression `a&é(`"] as &[_]),
        (with("<match>\n<![CDATA[ <&é;( ]]></match>"), &["14:16: error: bad regular expression `<&é;(`"]),
        (with("<match>€(</match>"), &["13:19: error: bad regular expression `€(`"]),
        (with("<match subst='true'>%%_tsung_userid%%(</match>"), &[]),
        (
            session("<foreach name='a' in='tsung_userid' include='&#x61;é&lt;(' exclude='['/>"),
            &[
                "13:58: error: bad regular expression `aé<(`",
                "13:60: warning: exclude of <foreach> is ignored: include is given",
                "13:70: error: bad regular expression `[`",
            ],
        ),
    ]);
}

const EVAL: &str = "13:13: not yet: setdynvars sourcetype eval cannot be run by this release";

#[test]
fn code_of_eval() {
    said(list(
        |code: &str| {
            session(&format!(
                "<setdynvars sourcetype=\"eval\" code=\"{code}\"><var name=\"a\"/></setdynvars>"
            ))
        },
        &[
            ("fun({Pid,DynVars})-> {ok,Val}=ts_dynvars:lookup(a,DynVars), Val end.", &[EVAL]),
            ("fun({_,D}) -> [$&quot;, &quot;)&quot;, &lt;&lt;1&gt;&gt;] end.\n", &[EVAL]),
            ("", &[EVAL, "13:37: error: there is no code in eval | write fun("]),
            ("fun ts_user_server:get_unique_id/1.", &[EVAL]),
            ("F = fun({P, D}) -> 1 end.", &[EVAL]),
            ("fun(A, B) -> ok end.", &[EVAL, "13:45: error: the fun of eval takes one argument, not 2"]),
            (
                "fun(A) -> ok end",
                &[EVAL, "13:53: error: the code of eval does not end with a dot | write the dot"],
            ),
            ("fun(A) -> ok.", &[EVAL, "13:37: error: `fun` has no `end` in the code of eval"]),
            (
                "fun(A) -> case A of 1 -> (2 end end.",
                &[EVAL, "13:65: error: `end` stands where `(` is still open"],
            ),
            (
                "fun(A) -> &quot;é&quot;, [1 end.",
                &[EVAL, "13:65: error: `end` stands where `[` is still open"],
            ),
            ("fun(A) -> ) end.", &[EVAL, "13:47: error: `)` stands where `fun` is still open"]),
            ("fun(A) -> &quot;x end.", &[EVAL, "13:47: error: a second \" is missing in the code of eval"]),
            ("fun(A) -> ok end. x", &[EVAL, "13:55: error: something stands behind the dot that ends"]),
            (
                "fun(A) -> % my code\n ok end.",
                &[
                    EVAL,
                    "13:47: error: this comment goes on to the end of the code of eval | line ends in attributes",
                ],
            ),
            ("fun(A) -> % my code&#10; ok end.", &[EVAL]),
        ],
    ));
}

/// The text of an entity stands where it is named.
#[test]
fn places_behind_entities() {
    let xml = with("<match>ab&p;cd[[</match><dyn_variable name='a' re='&q;x&q;[[:'/>").xml();
    let xml = xml.replace("\"tsung-1.0.dtd\"", "\"tsung-1.0.dtd\" [<!ENTITY p 'x('><!ENTITY q '&lt;a'>]");
    let errors = load_text(&xml, &Settings::default()).unwrap_err();
    let expected = ["bad regular expression `abx(cd[[`", "bad regular expression `<ax<a[[:`"];
    let places = ["stdin:13:26: ", "stdin:13:71: "];
    assert_eq!(errors.len(), 2, "{errors:?}");
    for ((error, expected), place) in errors.iter().zip(expected).zip(places) {
        assert!(error.starts_with(place) && error.contains(expected), "{error}");
    }
}
