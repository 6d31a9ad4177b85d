//! Erlang functions of Tsung that configurations call by name. All others are of private modules: a Tsung with those modules in
//! its path calls them, and nothing else can.

/// Who calls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Caller {
    /// `%%module:function%%`, and `callback` of `<setdynvars>`: the function is given the user.
    User,
    /// `apply_to_content` of `<match>`: the function is given a response.
    Content,
}

const FUNCTIONS: &[(Caller, &str, &str)] = &[
    (Caller::User, "ts_user_server", "get_unique_id"),
    (Caller::User, "ts_user_server", "get_really_unique_id"),
    (Caller::User, "ts_file_server", "get_next_line"),
    (Caller::User, "ts_file_server", "get_random_line"),
    (Caller::User, "ts_file_server", "get_all_lines"),
    (Caller::Content, "ts_digest", "md5hex"),
    (Caller::Content, "ts_digest", "shahex"),
    (Caller::Content, "ts_digest", "tohex"),
];

/// Whether this is a function of Tsung's that such a caller may call.
pub(crate) fn calls(caller: Caller, module: &str, function: &str) -> bool {
    FUNCTIONS.contains(&(caller, module, function))
}

/// Whether this is a module of Tsung's of which all functions that anybody may call are known.
pub(crate) fn is_module(module: &str) -> bool {
    FUNCTIONS.iter().any(|(_, known, _)| *known == module)
}

/// What such a caller may call, as `module:function`.
pub(crate) fn functions_of(caller: Caller) -> impl Iterator<Item = String> {
    let known = FUNCTIONS.iter().filter(move |(who, ..)| *who == caller);
    known.map(|(_, module, function)| format!("{module}:{function}"))
}
