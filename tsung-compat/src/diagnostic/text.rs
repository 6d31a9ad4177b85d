//! The wording of all messages: what is the matter, and what to do about it.

use super::Problem;
use crate::lower::Refusal;
use crate::table::Reason;

/// What is the matter.
pub(super) fn message(problem: &Problem) -> String {
    use Problem::*;
    match problem {
        ConfigUnreadable { error } => format!("cannot read the configuration: {error}"),
        UnknownEncoding { name } => format!("encoding {name} is not supported"),
        NotUtf8 { byte } => format!("byte {byte:#04x} is not UTF-8"),
        NotXml { empty: true } => "the file is empty".to_owned(),
        NotXml { empty: false } => "this is not XML: the first character is not `<`".to_owned(),
        DeclarationNotFirst => "`<?xml …?>` is not at the very start of the file".to_owned(),
        DoctypeNotClosed => "the DOCTYPE is not closed".to_owned(),
        BadEntityDeclaration => "this entity declaration cannot be read".to_owned(),
        BadCharacterReference => "this is not a character reference".to_owned(),
        ParameterEntity => "parameter entities are not supported".to_owned(),
        UnknownEntity { name } => format!("entity &{name}; is not declared"),
        EntityLoop { name } => format!("entity &{name}; contains itself, or entities are nested too deeply"),
        EntityUnreadable { entity, path, error } => {
            format!("cannot read {path} for entity &{entity};: {error}")
        }
        ExternalEntityInValue { name } => {
            format!("entity &{name}; is a file and cannot stand in an attribute")
        }
        EntitiesTooLarge => "the text with all its entities is too large".to_owned(),
        RawAmpersand => "`&` starts no entity here".to_owned(),
        RawLessThan => "`<` starts no tag here".to_owned(),
        LessThanInValue => "this attribute value contains `<`".to_owned(),
        MarkupNotClosed { what } => format!("this {what} is not closed"),
        CrossedTags { element, open, opened } => {
            format!("`</{element}>` does not close `<{open}>` opened at {opened}")
        }
        NothingToClose { element } => format!("`</{element}>` closes nothing"),
        ElementNotClosed { element } => format!("<{element}> is not closed"),
        TooDeep => "elements are nested too deeply".to_owned(),
        SecondRoot => "there is more XML after the end of the root element".to_owned(),
        TextAfterRoot => "text after the end of the root element is ignored".to_owned(),
        Xml { message } => format!("not well-formed XML: {message}"),
        NotYet { what } => format!("{what} is not supported yet"),
        NotYetPlural { what } => format!("{what} are not supported yet"),
        MoreErrors { count } => format!("{count} more errors are not shown"),
        _ => element_message(problem),
    }
}

fn element_message(problem: &Problem) -> String {
    use Problem::*;
    match problem {
        NotTsung { root } => format!("this is not a Tsung configuration: its root element is <{root}>"),
        UnknownElement { element, parent, .. } => format!("unknown element <{element}> in <{parent}>"),
        Misplaced { element, parent, .. } => format!("<{element}> cannot stand in <{parent}>"),
        MissingElement { element, parent } => format!("<{parent}> has no <{element}>"),
        Twice { element } => format!("a second <{element}>"),
        ElementInText { element, parent } => format!("<{parent}> holds only text, not <{element}>"),
        StrayText { text, parent } => format!("text in <{parent}>, where only elements may be: `{text}`"),
        UnknownAttribute { attribute, element, .. } => {
            format!("unknown attribute {attribute} of <{element}>")
        }
        MissingAttribute { attribute, element } => format!("<{element}> has no {attribute} attribute"),
        BadValue { attribute, element, value, reason } => {
            format!("{attribute} of <{element}> {}", bad_value(value, reason))
        }
        BadOptionValue { name, value, reason } => {
            format!("value of option {name} {}", bad_value(value, reason))
        }
        NumberTooLarge { number } => format!("{number} is too large"),
        TooLong => "this is longer than a century".to_owned(),
        SingleByteCharacters => {
            "characters such as é are sent as one byte (ISO-8859-1), not as UTF-8, as Tsung does".to_owned()
        }
        RemoteClient { host } => format!("client {host} is another machine, which is not supported yet"),
        ClientIsAddress { host } => format!("client host {host} is an address, not a name"),
        ClientRunsHere { host } => format!("the load of client {host} is made on this machine"),
        MonitorNotYet { host, kind } => format!("monitoring of {host} ({kind}) is not supported yet"),
        EmptyHost => "the server has no host name: nobody will be able to connect".to_owned(),
        WeightsZero { what } => format!("the weights of all {what} are 0"),
        _ => load_message(problem),
    }
}

fn load_message(problem: &Problem) -> String {
    use Problem::*;
    match problem {
        EmptyLoad => "<load> has neither phases nor users".to_owned(),
        DuplicatePhase { number, first: (line, column) } => {
            format!("phase {number} is already defined at {line}:{column}")
        }
        PhaseWithoutUsers { number } => format!("phase {number} has no <users>"),
        UsersOverridden => "this <users> is ignored: the last one of a phase counts".to_owned(),
        RateAndInterarrival => "both arrivalrate and interarrival are given".to_owned(),
        NoRate => "<users> has neither arrivalrate nor interarrival".to_owned(),
        RateNotPositive { attribute } => format!("{attribute} is not above 0"),
        TooManyPhases { limit } => format!("loop makes more than {limit} phases"),
        UnknownSession { name, .. } => format!("no session is named {name}"),
        ProbabilityAndWeight { element } => format!("<{element}> has both probability and weight"),
        NoPopularity { element } => format!("<{element}> has neither probability nor weight"),
        MixedPopularity { first_is_probability: true } => {
            "weights cannot be mixed with probabilities".to_owned()
        }
        MixedPopularity { first_is_probability: false } => {
            "probabilities cannot be mixed with weights".to_owned()
        }
        BadSum { sum, phase, shares } => {
            let of = phase.map_or_else(String::new, |phase| format!(" in phase {phase}"));
            format!("session probabilities add up to {sum}{of}, not 100: {}", sum_terms(shares))
        }
        UnknownOption { name, .. } => format!("unknown option {name} is ignored"),
        UnknownTypedOption { name, session_type, .. } => format!("{session_type} has no option {name}"),
        OptionWithoutValue { name } => format!("option {name} has no value"),
        OptionWithoutEffect { name } => format!("option {name} has no effect on this machine"),
        UserAgentSum { sum } => format!("user agent probabilities add up to {sum}, not 100"),
        GlobalThinkRange => "min and max of option thinktime are not a range".to_owned(),
        FileUnreadable { what, path, error } => format!("cannot read {what} {path}: {error}"),
        FileOverridden { id } => format!("another file_server with id {id} follows: this one is ignored"),
        FileNeverRead { id } => format!("no session reads file {id}"),
        UnknownFileId { id, .. } => format!("no file_server has the id {id}"),
        EmptyFile { id } => format!("file {id} has no lines"),
        NoFileId => "<setdynvars sourcetype=\"file\"> has no fileid attribute".to_owned(),
        EmptyDelimiter => "the delimiter is empty".to_owned(),
        _ => session_message(problem),
    }
}

fn session_message(problem: &Problem) -> String {
    use Problem::*;
    match problem {
        ThinkValue { value } => format!("thinktime value `{value}` is not a number of seconds"),
        ThinkZero => "thinktime value is 0".to_owned(),
        ThinkRange => "min and max of <thinktime> are not a range".to_owned(),
        ThinkValueAndRange => "<thinktime> has both a value and min or max".to_owned(),
        EmptyRequest => "<request> requests nothing".to_owned(),
        SecondInRequest => "a second <http> in a <request>".to_owned(),
        RepeatWithoutTest => "<repeat> does not end with <while> or <until>".to_owned(),
        TestNotLast { element } => format!("<{element}> is not the last step of its <repeat>"),
        TestInIf { element } => format!("<{element}> has no effect in <if>"),
        OperatorCount { element, count: 0 } => format!("<{element}> compares with nothing"),
        OperatorCount { element, count } => format!("<{element}> has {count} comparisons"),
        ElementZero { name } => format!("{name}[0]: elements count from 1"),
        EmptyRange { start, end } => format!("no number is between start {start} and end {end}"),
        LoopBackTooFar { back, before } => {
            format!("loop_back {back} leads before the start of the session: {before} steps come before")
        }
        VariableName { name } => format!("`{name}` cannot be the name of a variable"),
        VariableNeverSet { name, session, .. } => {
            format!("nothing in session {session} sets the variable {name}: it will be `undefined`")
        }
        UnterminatedVariable { dropped } => {
            format!("`%%` without end: `{dropped}` and all after it is dropped")
        }
        RegexpAttribute => "attribute regexp is ignored: the form field of that name is read".to_owned(),
        TwoExpressions => "<dyn_variable> has two expressions".to_owned(),
        HeaderExpression { header } => format!("`{header}` is neither a header nor a header/parameter"),
        BadPattern { pattern, message } => format!("bad regular expression `{pattern}`: {message}"),
        BadUrl { url, refusal } => format!("url `{url}`: {}", bad_url(refusal)),
        BodyIgnored { method } => format!("{method} requests have no body: contents are ignored"),
        ContentsOverridden => "contents are ignored: contents_from_file is given".to_owned(),
        HeaderEncoding { encoding } => format!("http_header encoding `{encoding}` does not exist"),
        HeaderName { name } => format!("`{name}` cannot be the name of a header"),
        // Every other variant is worded above; the compiler cannot see that through the chain.
        other => format!("{other:?}"),
    }
}

/// `a 60 + b 30`, shortened.
fn sum_terms(shares: &[(String, f64)]) -> String {
    const SHOWN: usize = 8;
    let mut terms: Vec<String> =
        shares.iter().take(SHOWN).map(|(name, share)| format!("{name} {share}")).collect();
    if shares.len() > SHOWN {
        terms.push(format!("{} more", shares.len() - SHOWN));
    }
    terms.join(" + ")
}

fn bad_value(value: &str, reason: &Reason) -> String {
    let value: String = value.chars().take(80).collect();
    match reason {
        Reason::Empty => "is empty".to_owned(),
        Reason::HasSpace => format!("is `{value}`: a name has no white space"),
        Reason::NotInteger => format!("is `{value}`, not a whole number"),
        Reason::NotNumber => format!("is `{value}`, not a number"),
        Reason::NotIntegerOrVariable => format!("is `{value}`, neither a whole number nor a variable"),
        Reason::NotAWord { .. } => format!("cannot be `{value}`"),
        Reason::HostIsUrl { .. } => format!("is `{value}`: a URL or path, not a host name"),
        Reason::HostHasPort { .. } => format!("is `{value}`: a host name with something after a colon"),
        Reason::HostBadCharacter { character } => {
            format!("is `{value}`: a host name has no `{}`", character.escape_default())
        }
        Reason::NotAPort => format!("is `{value}`, not a port number"),
        Reason::PortRange => format!("is {value}: ports go from 1 to 65535"),
    }
}

fn bad_url(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Https => "https is not supported yet".to_owned(),
        Refusal::NoHost => "there is no host name".to_owned(),
        Refusal::BadPort { port } => format!("`{port}` is not a port number"),
        Refusal::BadHost { character } => format!("a host name has no `{}`", character.escape_default()),
        Refusal::Scheme => "starts with `http` but not with `http://`".to_owned(),
        Refusal::NoSlash => "the path of the server does not start with `/`".to_owned(),
    }
}

/// What to do about it.
pub(super) fn help(problem: &Problem) -> Option<String> {
    use Problem::*;
    let text = match problem {
        ConfigUnreadable { .. } => "name the configuration with -f FILE, or -f - for standard input",
        UnknownEncoding { .. } => {
            "save it as UTF-8, or declare encoding=\"ISO-8859-1\" to send its bytes as they are"
        }
        NotUtf8 { .. } => "declare encoding=\"ISO-8859-1\" in the first line if the file is in Latin-1",
        DeclarationNotFirst => "remove what stands before it: blank lines, comments, another document",
        UnknownEntity { name } => {
            return Some(format!("write &amp;{name}; for a plain &{name};, or declare it in the DOCTYPE"));
        }
        EntityUnreadable { .. } => {
            "files of entities are looked up in the current directory, then beside the configuration"
        }
        RawAmpersand => "write &amp; for a plain &, in URLs too",
        RawLessThan | LessThanInValue => "write &lt; for a plain <; or a quote is missing before it",
        CrossedTags { open, .. } => return Some(format!("close <{open}> first")),
        NotTsung { .. } => "the root element of a configuration is <tsung>",
        Misplaced { parents, .. } => return Some(format!("it belongs in {}", list(parents, "<", ">"))),
        RemoteClient { .. } => "run its share of the load on this machine with --local",
        ClientIsAddress { .. } => "write the machine's name, or start with -I ADDRESS",
        MonitorNotYet { .. } => "the run goes on without it",
        EmptyHost => "write host=\"…\" of <server>",
        PhaseWithoutUsers { .. } => "add <users arrivalrate=\"…\" unit=\"second\"/>",
        DuplicatePhase { .. } => "give every phase a number of its own; they run in the order of the numbers",
        RateAndInterarrival => "keep one: interarrival=\"0.1\" is the same as arrivalrate=\"10\"",
        NoRate => "add arrivalrate=\"…\" (users per unit) or interarrival=\"…\" (units between users)",
        RateNotPositive { .. } => "for a phase without users write maxnumber=\"0\"",
        ProbabilityAndWeight { .. } | MixedPopularity { .. } => {
            "use probability (adding up to 100) or weight, the same for all sessions"
        }
        NoPopularity { .. } => "add probability=\"…\" (adding up to 100) or weight=\"…\"",
        BadSum { .. } => "correct the probabilities, or use weight=\"…\", which may add up to anything",
        OptionWithoutValue { .. } => "add value=\"…\"",
        GlobalThinkRange => "give both, max above 0 and not below min",
        FileUnreadable { .. } => "relative names count from the current directory",
        NoFileId => "name the id of a file_server option, or \"default\" for the one without id",
        ThinkValue { .. } => "write seconds as 3 or 0.5, or %%_variable%%",
        ThinkZero => "leave the <thinktime> out",
        ThinkRange => "give both, min above 0 and max above min",
        ThinkValueAndRange => "keep value=\"…\", or min=\"…\" max=\"…\"",
        EmptyRequest => "put an <http …/> into it",
        SecondInRequest => "give each <http> a <request> of its own",
        RepeatWithoutTest | TestNotLast { .. } => "put <while …/> or <until …/> last in it",
        OperatorCount { .. } => "give exactly one of eq, neq, gt, gte, lt, lte",
        RegexpAttribute => "write re=\"…\" for a regular expression",
        TwoExpressions => "keep one of re, header, xpath, jsonpath, pgsql_expr",
        BadUrl { refusal: Refusal::NoSlash, .. } => "write a path such as /index.html, or http://host/…",
        BadUrl { refusal: Refusal::Scheme, .. } => "write http://host/…, or a path that starts with /",
        HeaderEncoding { .. } => "the only encoding is base64",
        EmptyDelimiter => "write the text between the columns, such as delimiter=\";\"",
        NotXml { .. } | Xml { .. } => "the configuration is an XML file with <tsung> as its root",
        _ => return choices(problem),
    };
    Some(text.to_owned())
}

/// Help that names the right choices.
fn choices(problem: &Problem) -> Option<String> {
    use Problem::*;
    match problem {
        UnknownElement { suggestion, allowed, .. } | UnknownAttribute { suggestion, allowed, .. } => {
            did_you_mean(suggestion).or_else(|| (!allowed.is_empty()).then(|| one_of(allowed)))
        }
        BadValue { reason, value, .. } | BadOptionValue { reason, value, .. } => right_value(value, reason),
        UnknownSession { suggestion, known, .. } | UnknownFileId { suggestion, known, .. } => {
            did_you_mean(suggestion).or_else(|| (!known.is_empty()).then(|| one_of(known)))
        }
        UnknownOption { needs: Some(session_type), .. } => Some(format!("it needs type=\"{session_type}\"")),
        UnknownOption { suggestion, .. }
        | UnknownTypedOption { suggestion, .. }
        | VariableNeverSet { suggestion, .. } => did_you_mean(suggestion),
        _ => None,
    }
}

fn did_you_mean(suggestion: &Option<String>) -> Option<String> {
    suggestion.as_ref().map(|suggestion| format!("did you mean {suggestion}?"))
}

fn right_value(value: &str, reason: &Reason) -> Option<String> {
    match reason {
        Reason::NotAWord { allowed } => {
            did_you_mean(&super::closest(value, allowed.iter().copied())).or_else(|| Some(one_of(allowed)))
        }
        Reason::HostIsUrl { host: Some(host) } => Some(format!("write host=\"{host}\"")),
        Reason::HostHasPort { host, port } if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(format!("write host=\"{host}\" port=\"{port}\""))
        }
        Reason::NotNumber => Some("write 3 or 0.5".to_owned()),
        _ => None,
    }
}

fn one_of<S: AsRef<str>>(words: &[S]) -> String {
    const SHOWN: usize = 24;
    let shown: Vec<&str> = words.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let more = if words.len() > SHOWN { ", …" } else { "" };
    format!("known are {}{more}", shown.join(", "))
}

fn list(words: &[&str], before: &str, after: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("{before}{word}{after}")).collect();
    words.join(", ")
}
