use super::{cases, message};

const SET: &str = "<setdynvars sourcetype='value' value='1'><var name='v'/></setdynvars>";
const USE: &str = "<request subst='true'><http url='/%%_v%%'/></request>";
const GET: &str = "<request><http url='/'/></request>";
const TAKE: &str = "<request><dyn_variable name='v' re='a(b)'/><http url='/'/></request>";

#[test]
fn variables_that_are_sent_as_they_stand() {
    let of = |http: &str| format!("{SET}<request>{http}</request>");
    let body = of("<http url='/' method='POST' contents='a=%%_v%%'/>");
    let header = of("<http url='/'><http_header name='X' value='%%_v%%'/></http>");
    let call = of("<http url='/?id=%%ts_user_server:get_unique_id%%'/>");
    cases(&[
        (&of("<http url='/%%_v%%'/>"), &["1001 %%_v%%"]),
        (&body, &["1001 %%_v%%"]),
        (&header, &["1001 %%_v%%"]),
        (&call, &["1001 %%ts_user_server:get_unique_id%%"]),
        (&body.replace("<request", "<request subst='all_except_body'"), &["1001 %%_v%%"]),
        (&format!("{SET}<request><match>%%_v%%</match><http url='/'/></request>"), &["1001 %%_v%%"]),
        // What a reference has moved is shown by its attribute.
        (&of("<http url='/?a=1&amp;b=%%_v%%'/>"), &["1001 url='/?a=1&amp;b=%%_v%%'"]),
        // Substituted, or no variable.
        (&body.replace("<request", "<request subst='true'"), &[]),
        (&header.replace("<request", "<request subst='all_except_body'"), &[]),
        (&format!("{SET}<request><match subst='true'>%%_v%%</match><http url='/'/></request>"), &[]),
        (&of("<http url='/100%%'/>"), &[]),
        (&of("<http url='/%%20a:b%%'/>"), &[]),
        (&of("<http url='/50%% of 100%%'/>"), &[]),
        (&of("<http url='/%25%25_v%25%25'/>"), &[]),
        // The subst that would decide is wrong itself.
        (&of("<http url='/%%_v%%'/>").replace("<request", "<request subst='yes'"), &[]),
    ]);
}

#[test]
fn places_that_are_never_substituted() {
    let loop_of = |test: &str| format!("{SET}<repeat name='r'>{GET}{test}</repeat>");
    cases(&[
        (
            &format!("{SET}<setdynvars sourcetype='value' value='%%_v%%'><var name='w'/></setdynvars>"),
            &["1002 %%_v%%"],
        ),
        (&format!("{SET}<transaction name='t%%_v%%'>{GET}</transaction>"), &["1002 %%_v%%"]),
        (&loop_of("<while var='v' lt='%%_v%%'/>"), &["1002 %%_v%%"]),
        (&format!("{SET}<if var='%%_v%%' eq='1'>{GET}</if>"), &["1002 %%_v%%"]),
        (
            &format!(
                "{SET}<request subst='true'><dyn_variable name='w' re='%%_v%%(.)'/><http url='/'/></request>"
            ),
            &["1002 %%_v%%"],
        ),
        (
            &format!("{SET}<request subst='true'><http url='/'><soap action='%%_v%%'/></http></request>"),
            &["1002 %%_v%%"],
        ),
        (
            &format!(
                "{SET}<request subst='true'><http url='/'><http_header name='X' value='%%_v%%' encoding='base64'/></http></request>"
            ),
            &["1002 %%_v%%"],
        ),
        (&loop_of("<while var='v' lt='10'/>"), &[]),
        (&format!("{SET}<for var='i' from='1' to='%%_v%%'>{GET}</for>"), &[]),
        (&format!("{SET}<thinktime value='%%_v%%'/>"), &[]),
    ]);
}

#[test]
fn variables_that_are_used_too_early() {
    let taken_by_header =
        "<request subst='true'><dyn_variable name='v' header='x'/><http url='/%%_v%%'/></request>";
    let back = |attributes: &str| {
        format!(
            "{USE}<request><match do='loop' {attributes}>x</match><dyn_variable name='v' re='(b)'/><http url='/'/></request>"
        )
    };
    cases(&[
        (&format!("{USE}{SET}"), &["1003 url='/%%_v%%'"]),
        (&format!("{USE}{TAKE}"), &["1003 url='/%%_v%%'"]),
        // A response sets it when the request has been sent.
        (taken_by_header, &["1003 url='/%%_v%%'"]),
        (&format!("<thinktime value='%%_v%%'/>{SET}"), &["1003 value='%%_v%%'"]),
        (&format!("<for var='i' from='%%_v%%' to='2'>{SET}</for>"), &["1003 from='%%_v%%'"]),
        (&back("loop_back='0'"), &["1003 url='/%%_v%%'"]),
        (&format!("{SET}{USE}"), &[]),
        (&format!("{TAKE}{USE}"), &[]),
        (&format!("<transaction name='t'>{SET}</transaction>{USE}"), &[]),
        // Loops run at least once, and set it for their later rounds.
        (&format!("<for var='i' from='1' to='2'>{SET}</for>{USE}"), &[]),
        (&format!("<for var='i' from='1' to='2'>{USE}{SET}</for>"), &[]),
        (&format!("<for var='v' from='1' to='2'>{USE}</for>{USE}"), &[]),
        (&format!("<repeat name='v'>{USE}<while var='v' lt='3'/></repeat>"), &["1004 var='v'"]),
        (&format!("<for var='i' from='1' to='%%_v%%'>{SET}</for>"), &[]),
        (&back("loop_back='1'"), &[]),
        // An if may have set it.
        (&format!("<if var='tsung_userid' eq='1'>{SET}</if>{USE}"), &[]),
        // The match looks when the variable has been taken.
        (
            "<request><match subst='true'>%%_v%%</match><dyn_variable name='v' re='(b)'/><http url='/'/></request>",
            &[],
        ),
        ("<request subst='true'><http url='/%%_tsung_userid%%'/></request>", &[]),
        // Set nowhere: a warning of its own says so.
        (USE, &[]),
    ]);
}

#[test]
fn tests_of_variables_that_may_be_undefined() {
    let test = format!("<if var='v' eq='1'>{GET}</if>");
    let user = |operator: &str, steps: &str| format!("<if var='tsung_userid' {operator}='1'>{steps}</if>");
    cases(&[
        (&format!("{test}{SET}"), &["1004 var='v'"]),
        (&format!("{}{test}", user("eq", SET)), &["1004 var='v'"]),
        (&format!("<for var='i' from='1' to='2'>{test}{SET}</for>"), &["1004 var='v'"]),
        (&format!("<repeat name='r'>{GET}<until var='v' eq='1'/></repeat>{SET}"), &["1004 var='v'"]),
        // A warning tells that nothing sets it at all.
        (&test, &[]),
        (&format!("<repeat name='r'>{GET}<until var='v' eq='1'/></repeat>"), &[]),
        (&format!("{}{}{test}", user("eq", SET), user("eq", SET)), &["1004 var='v'"]),
        (&format!("{}{GET}{}{test}", user("eq", SET), user("neq", GET)), &["1004 var='v'"]),
        (&format!("{SET}{test}"), &[]),
        (&format!("{TAKE}{test}"), &[]),
        (&format!("{SET}{}{test}", user("eq", TAKE)), &[]),
        // One of the two runs, always.
        (&format!("{}{}{test}", user("eq", SET), user("neq", TAKE)), &[]),
        (&format!("{}{}{test}", user("lte", SET), user("gt", TAKE)), &["1014 lte='1'"]),
        (&user("eq", &format!("{SET}{test}")), &[]),
        (&format!("{SET}<if var='v[1]' eq='1'>{GET}</if>"), &[]),
        (&format!("<repeat name='r'>{TAKE}<until var='v' eq='1'/></repeat>"), &[]),
        (&format!("{SET}<foreach name='e' in='v'><if var='e' eq='1'>{GET}</if></foreach>"), &[]),
        // What was refused may have set it.
        (&format!("{}{test}", SET.replace("setdynvars", "setdynvar")), &[]),
        (&format!("{}{test}{SET}", TAKE.replace("name='v'", "nme='v'")), &[]),
    ]);
    assert_eq!(
        message(&format!("{test}{SET}"), "TP1004"),
        "<if> tests variable v, which is undefined here, so its steps always run"
    );
    assert_eq!(
        message(&format!("<repeat name='v'>{GET}<until var='v' eq='1'/></repeat>"), "TP1004"),
        "<until> tests variable v, which may be undefined here, and the loop ends then, after one round"
    );
}

#[test]
fn comparisons_with_what_is_no_number() {
    let test = |comparison: &str| format!("{SET}<if var='v' {comparison}>{GET}</if>");
    cases(&[
        (&test("gt='abc'"), &["1018 gt='abc'"]),
        (&test("lt=''"), &["1018 lt=''"]),
        (&test("lte='1e3'"), &["1018 lte='1e3'", "1014 lte='1e3'"]),
        (&format!("{SET}<repeat name='r'>{GET}<while var='v' lt='ten'/></repeat>"), &["1018 lt='ten'"]),
        (&test("gt='1.5'"), &[]),
        (&test("gt='-1'"), &[]),
        (&test("eq='abc'"), &[]),
        (&test("gt='%%_v%%'"), &["1015 gt='%%_v%%'"]),
    ]);
}
