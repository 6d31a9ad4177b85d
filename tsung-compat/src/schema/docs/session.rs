//! The steps of a session.

use super::Doc;

/// Attributes of `if`, `while` and `until`.
const COMPARISONS: &[(&str, &str)] = &[
    ("var", "The variable that is looked at."),
    ("eq", "It is equal to this text."),
    ("neq", "It is not equal to this text."),
    ("gt", "It is a number greater than this one."),
    ("gte", "It is a number greater than this one, or the same."),
    ("lt", "It is a number less than this one."),
    ("lte", "It is a number less than this one, or the same."),
];

pub(super) const DOCS: &[Doc] = &[
    (
        "session",
        "What a kind of user does, from beginning to end.",
        &[
            ("type", "The protocol."),
            ("probability", "Its share of the users, in percent; those of all sessions make 100."),
            ("weight", "Its share of the users, compared with that of the others."),
            ("persistent", "Whether users go on when the server closes their connection."),
            ("bidi", "Whether what the server sends by itself is answered."),
        ],
    ),
    (
        "request",
        "A request: what is done with its response, and one element of the session's protocol.",
        &[
            ("subst", "Whether %%_variables%% in it are replaced."),
            ("tag", "A name for -x, which leaves out all requests with it."),
        ],
    ),
    (
        "match",
        "A regular expression that is held against the response.",
        &[
            ("do", "What happens then."),
            ("when", "Whether that happens when it matches or when it does not."),
            ("subst", "Whether %%_variables%% in the expression are replaced."),
            ("name", "What the log calls it."),
            ("loop_back", "do=\"loop\": how many more steps back the loop begins; 0 is this request."),
            ("max_loop", "do=\"loop\": how often at most."),
            ("sleep_loop", "do=\"loop\": the pause before each turn, in whole seconds."),
            ("max_restart", "do=\"restart\": how often the session begins again at most."),
            ("skip_headers", "http looks at the body alone."),
            (
                "apply_to_content",
                "An Erlang function, module:function, that changes the response before it is looked at.",
            ),
        ],
    ),
    (
        "dyn_variable",
        "Puts a part of the response into a variable; without re, xpath, jsonpath or header the value of the form field of that name.",
        &[
            ("name", "The variable."),
            ("re", "A regular expression; its first group is the value."),
            ("header", "A header, or a parameter of it: name/parameter."),
            ("xpath", "An XPath expression for HTML or XML; the value is a list."),
            ("jsonpath", "A path in JSON, as in items[*].id."),
            ("pgsql_expr", "A part of a PostgreSQL response, as in data_row[1][2]."),
            ("regexp", "Read and not used; re is what is meant."),
            ("decode", "html_entities turns &amp; and its like into characters."),
        ],
    ),
    (
        "thinktime",
        "A pause.",
        &[
            (
                "value",
                "Seconds, %%_a variable%%, wait_global (until so many users have come here), or wait_bidi.",
            ),
            ("min", "The shortest pause, in seconds, when it is drawn between two limits."),
            ("max", "The longest pause, in seconds."),
            ("random", "Whether it is drawn, with value as its mean."),
        ],
    ),
    (
        "transaction",
        "Steps that are timed together.",
        &[("name", "The statistics call it tr_ and this name.")],
    ),
    (
        "for",
        "Steps that are repeated while a variable counts; at least once.",
        &[
            ("var", "The variable that counts."),
            ("from", "Its first value."),
            ("to", "Its last value."),
            ("incr", "What is added each time."),
        ],
    ),
    (
        "foreach",
        "Steps that are repeated for each element of a list.",
        &[
            ("name", "The variable that gets the elements."),
            ("in", "The variable that holds the list."),
            ("include", "A regular expression: only elements that match."),
            ("exclude", "A regular expression: only elements that do not match."),
        ],
    ),
    (
        "repeat",
        "Steps that are repeated while or until a condition holds; the condition is the last thing in it.",
        &[
            ("name", "The variable that counts."),
            ("max_repeat", "The loop ends after this many repetitions."),
        ],
    ),
    ("while", "The condition under which a repeat goes on.", COMPARISONS),
    ("until", "The condition under which a repeat ends.", COMPARISONS),
    ("if", "Steps that are done when a variable compares as wanted.", COMPARISONS),
    (
        "setdynvars",
        "Sets variables.",
        &[
            ("sourcetype", "Where the values come from."),
            ("length", "random_string, urandom_string: how many characters."),
            ("start", "random_number: the least number."),
            ("end", "random_number: the greatest number."),
            (
                "fileid",
                "The id of a file_server option for file, of a local_file_server option for local_file.",
            ),
            ("order", "file: whether lines are read one after the other or at random."),
            ("delimiter", "file, local_file: what stands between two values of a line."),
            ("value", "value: the text."),
            ("callback", "erlang: a function, module:function."),
            ("code", "eval: an Erlang fun."),
            ("from", "jsonpath: the variable that holds JSON."),
            ("jsonpath", "jsonpath: the path, as in items[*].id."),
        ],
    ),
    ("var", "A variable that gets the next value.", &[]),
    (
        "change_type",
        "Goes on with another protocol, on another server.",
        &[
            ("new_type", "The protocol of the requests that follow."),
            ("server_type", "How the server is connected to."),
            ("store", "Whether the connection is kept for a way back."),
            ("restore", "Whether a kept connection is taken again."),
            ("bidi", "Whether what the server sends by itself is answered."),
        ],
    ),
    (
        "set_option",
        "Changes a setting for this user, from here on.",
        &[
            ("name", "rate_limit, connect_timeout or certificate."),
            ("value", "rate_limit: KB in a second; connect_timeout: milliseconds."),
            ("max", "rate_limit: the burst, in KB."),
        ],
    ),
    (
        "certificate",
        "The certificate that the user shows.",
        &[
            ("cacertfile", "A file with the certificates of authorities."),
            ("keyfile", "The file with the key."),
            ("keypass", "The password of the key."),
            ("certfile", "The file with the certificate."),
        ],
    ),
    (
        "interaction",
        "Times what passes between two users: from the send of one to the receive of the other.",
        &[("id", "The statistics call it tr_ and this name.")],
    ),
    ("abort", "Ends the user at once.", &[("type", "all ends the whole test.")]),
];
