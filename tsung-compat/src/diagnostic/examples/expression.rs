//! Messages about expressions in attributes.

use super::{Example, steps};

pub(super) fn examples() -> Vec<Example> {
    let variable = |code, attribute: &str| {
        steps(code, &format!("<request><dyn_variable name=\"item\" {attribute}/><http url=\"/\"/></request>"))
    };
    let set = |code, source: &str| {
        steps(code, &format!("<setdynvars sourcetype={source}><var name=\"item\"/></setdynvars>"))
    };
    let eval = |code: &str| set(553, &format!("\"eval\" code=\"{code}\""));
    vec![
        variable(551, "xpath=\"//div[@id='list'/a/@href\""),
        variable(551, "xpath=\"//a[ends-with(@href, '.pdf')]/@href\""),
        variable(551, "xpath=\"//a[@id='%%_id%%' and @class=%%_class%%]\""),
        variable(552, "jsonpath=\"$..id\""),
        variable(552, "jsonpath=\"$.items[?price&lt;10].id\""),
        variable(552, "jsonpath=\"$['items'][0]\""),
        eval(""),
        eval("fun({Pid, DynVars}) -> lists:nth(2, [1, 2, 3) end."),
        eval("fun({Pid, DynVars}) -> rand:uniform(10) end"),
        set(554, "\"erlang\" callback=\"next_item\""),
        set(555, "\"erlang\" callback=\"shop:next_item\""),
        set(556, "\"erlang\" callback=\"ts_user_server:get_uniqueid\""),
    ]
}
