//! Messages about the steps of sessions.

use super::http::{bad_url, right_url};
use super::{Code, Wording, codes, did_you_mean, one_of};
use crate::lower::UrlRefusal;
use crate::table::Mark;

/// What is wrong with a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scenario {
    NoFileId { source: &'static str },
    EmptyDelimiter,
    ThinkValue { value: String },
    ThinkZero,
    ThinkRange,
    ThinkValueAndRange,
    EmptyRequest,
    SecondInRequest { element: &'static str },
    RepeatWithoutTest,
    TestNotLast { element: &'static str },
    TestInIf { element: &'static str },
    OperatorCount { element: &'static str, count: usize },
    ElementZero { name: String },
    EmptyRange { start: i64, end: i64 },
    LoopBackTooFar { back: u32, before: u32 },
    VariableName { name: String },
    VariableNeverSet { name: String, session: String, tested: Option<Tested>, suggestion: Option<String> },
    UnterminatedVariable { dropped: String },
    RegexpAttribute,
    TwoExpressions,
    HeaderExpression { header: String },
    BadPattern { pattern: String, message: String },
    BadUrl { url: String, refusal: UrlRefusal },
    BodyIgnored { method: &'static str },
    CompressedBody,
    ContentsOverridden,
    HeaderEncoding { encoding: String },
    HeaderName { name: String },
    ForeignRequest { element: &'static str, session_type: &'static str, belongs: Option<&'static str> },
    SourceNeeds { source: &'static str, attribute: &'static str },
    SourceIgnores { source: &'static str, attribute: &'static str },
    PgsqlExpression { session_type: &'static str },
    UnknownSetOption { name: String, suggestion: Option<String>, known: Vec<&'static str> },
    SetOptionType,
    SetOptionIgnores { name: &'static str, what: &'static str },
    NoCertificate,
    EndlessFor,
    ExcludeIgnored,
    UnknownLocalFileId { id: String, suggestion: Option<String>, known: Vec<String> },
}

/// What tests a variable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tested {
    If,
    Loop,
}

codes! {
    Scenario:
    501 = NoFileId,
    502 = EmptyDelimiter,
    503 = ThinkValue,
    504 = ThinkZero,
    505 = ThinkRange,
    506 = ThinkValueAndRange,
    507 = EmptyRequest,
    508 = SecondInRequest,
    509 = RepeatWithoutTest,
    510 = TestNotLast,
    511 = TestInIf,
    512 = OperatorCount,
    513 = ElementZero,
    514 = EmptyRange,
    515 = LoopBackTooFar,
    516 = VariableName,
    517 = VariableNeverSet,
    518 = UnterminatedVariable,
    519 = RegexpAttribute,
    520 = TwoExpressions,
    521 = HeaderExpression,
    522 = BadPattern,
    523 = BadUrl,
    524 = BodyIgnored,
    525 = CompressedBody,
    526 = ContentsOverridden,
    527 = HeaderEncoding,
    528 = HeaderName,
    529 = ForeignRequest,
    530 = SourceNeeds,
    531 = SourceIgnores,
    532 = PgsqlExpression,
    533 = UnknownSetOption,
    534 = SetOptionType,
    535 = SetOptionIgnores,
    536 = NoCertificate,
    537 = EndlessFor,
    538 = ExcludeIgnored,
    539 = UnknownLocalFileId,
}

impl Wording for Scenario {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::NoFileId { source } => {
                format!("<setdynvars sourcetype=\"{source}\"> has no fileid attribute")
            }
            Self::EmptyDelimiter => "the delimiter is empty".to_owned(),
            Self::ThinkValue { value } => format!("thinktime value `{value}` is not a number of seconds"),
            Self::ThinkZero => "thinktime value is 0".to_owned(),
            Self::ThinkRange => "min and max of <thinktime> are not a range".to_owned(),
            Self::ThinkValueAndRange => "<thinktime> has both a value and min or max".to_owned(),
            Self::EmptyRequest => "<request> requests nothing".to_owned(),
            Self::SecondInRequest { element } => format!("a second request in a <request>: <{element}>"),
            Self::RepeatWithoutTest => "<repeat> does not end with <while> or <until>".to_owned(),
            Self::TestNotLast { element } => format!("<{element}> is not the last step of its <repeat>"),
            Self::TestInIf { element } => format!("<{element}> has no effect in <if>"),
            Self::OperatorCount { element, count: 0 } => format!("<{element}> compares with nothing"),
            Self::OperatorCount { element, count } => format!("<{element}> has {count} comparisons"),
            Self::ElementZero { name } => format!("{name}[0]: elements count from 1"),
            Self::EmptyRange { start, end } => format!("no number is between start {start} and end {end}"),
            Self::LoopBackTooFar { back, before } => {
                let come = if *before == 1 { "1 step comes".to_owned() } else { format!("{before} steps come") };
                format!("loop_back {back} leads before the start of the session: {come} before")
            }
            Self::VariableName { name } => format!("`{name}` cannot be the name of a variable"),
            Self::VariableNeverSet { name, session, tested, .. } => {
                let then = match tested {
                    None => "it will be `undefined`",
                    Some(Tested::If) => "the steps of this <if> always run",
                    Some(Tested::Loop) => "this loop ends after one round",
                };
                format!("nothing in session {session} sets the variable {name}: {then}")
            }
            Self::UnterminatedVariable { dropped } if closed_name(dropped).is_some() => {
                format!("`{dropped}` starts with no variable: it and all after it is dropped")
            }
            Self::UnterminatedVariable { dropped } => {
                format!("`%%` without end: `{dropped}` and all after it is dropped")
            }
            Self::RegexpAttribute => {
                "attribute regexp is ignored: the form field of that name is read".to_owned()
            }
            Self::TwoExpressions => "<dyn_variable> has two expressions".to_owned(),
            Self::HeaderExpression { header } => {
                format!("`{header}` is neither a header nor a header/parameter")
            }
            Self::BadPattern { pattern, message } => format!("bad regular expression `{pattern}`: {message}"),
            Self::BadUrl { url, refusal } => match Mark::of_url(url) {
                Some(mark) => format!("url `{url}`: `{}` is a mark of a template", mark.text),
                None => format!("url `{url}`: {}", bad_url(refusal)),
            },
            Self::BodyIgnored { method } => format!("{method} requests have no body: contents are ignored"),
            Self::CompressedBody => {
                "patterns of this request see compressed bytes if the server compresses: bodies are not decompressed yet"
                    .to_owned()
            }
            Self::ContentsOverridden => "contents are ignored: contents_from_file is given".to_owned(),
            Self::HeaderEncoding { encoding } => format!("http_header encoding `{encoding}` does not exist"),
            Self::HeaderName { name } => format!("`{name}` cannot be the name of a header"),
            Self::ForeignRequest { element, session_type, .. } => {
                format!("<{element}> stands where the session is of type {session_type}")
            }
            Self::SourceNeeds { source, attribute } => {
                format!("<setdynvars sourcetype=\"{source}\"> has no {attribute} attribute")
            }
            Self::SourceIgnores { source, attribute } => {
                format!("{attribute} of <setdynvars> is ignored: sourcetype is {source}")
            }
            Self::PgsqlExpression { session_type } => {
                format!("pgsql_expr finds nothing in responses of {session_type}")
            }
            Self::UnknownSetOption { name, .. } => format!("<set_option> cannot set {name}"),
            Self::SetOptionType => "<set_option> takes no type".to_owned(),
            Self::SetOptionIgnores { name, what } => {
                format!("{what} of <set_option> is ignored: its name is {name}")
            }
            Self::NoCertificate => "<set_option name=\"certificate\"> has no <certificate>".to_owned(),
            Self::EndlessFor => "incr is 0: this loop never ends".to_owned(),
            Self::ExcludeIgnored => "exclude of <foreach> is ignored: include is given".to_owned(),
            Self::UnknownLocalFileId { id, .. } => format!("no local_file_server has the id {id}"),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoFileId { .. } => {
                "name the id of a file_server option, or \"default\" for the one without id"
            }
            Self::EmptyDelimiter => "write the text between the columns, such as delimiter=\";\"",
            Self::ThinkValue { .. } => "write seconds as 3 or 0.5, or %%_variable%%",
            Self::ThinkZero => "leave the <thinktime> out",
            Self::ThinkRange => "give both, min above 0 and max above min",
            Self::ThinkValueAndRange => "keep value=\"…\", or min=\"…\" max=\"…\"",
            Self::EmptyRequest => "put an <http …/> into it",
            Self::SecondInRequest { .. } => "give each a <request> of its own",
            Self::RepeatWithoutTest | Self::TestNotLast { .. } => {
                "put <while …/> or <until …/> last in the <repeat>"
            }
            Self::OperatorCount { .. } => "give exactly one of eq, neq, gt, gte, lt, lte",
            Self::UnterminatedVariable { dropped } if closed_name(dropped).is_some() => {
                return closed_name(dropped).map(|name| format!("write %%_{name}%%"));
            }
            Self::UnterminatedVariable { .. } => {
                "a variable is written %%_name%%; a plain %% cannot be written"
            }
            Self::RegexpAttribute => "write re=\"…\" for a regular expression",
            Self::TwoExpressions => "keep one of re, header, xpath, jsonpath, pgsql_expr",
            Self::BadPattern { message, .. } if message.contains("too large") => {
                "write a shorter one, with smaller numbers in {…}"
            }
            Self::BadPattern { .. } => {
                "write \\ before a character such as ( [ { ? * + that stands for itself, or close what is open"
            }
            Self::BadUrl { url, refusal } => {
                return Mark::of_url(url).map_or_else(|| right_url(refusal), |mark| Some(mark.help()));
            }
            Self::HeaderEncoding { .. } => "the only encoding is base64",
            Self::ForeignRequest { belongs: Some(session_type), .. } => {
                return Some(format!(
                    "give it a session of type {session_type}, or put <change_type new_type=\"{session_type}\" …/> before it"
                ));
            }
            Self::SourceNeeds { attribute, .. } => return Some(format!("add {attribute}=\"…\"")),
            Self::PgsqlExpression { .. } => "use re, xpath, jsonpath or header",
            Self::SetOptionType => "leave type out",
            Self::NoCertificate => "put <certificate certfile=\"…\" keyfile=\"…\"/> into it",
            Self::EndlessFor => "write incr=\"1\"",
            Self::UnknownSetOption { suggestion, known, .. } => {
                return did_you_mean(suggestion.as_deref()).or_else(|| one_of(known));
            }
            Self::UnknownLocalFileId { known, .. } if known.is_empty() => {
                "add <option name=\"local_file_server\" id=\"…\" value=\"FILE\"/>"
            }
            Self::UnknownLocalFileId { suggestion, known, .. } => {
                return did_you_mean(suggestion.as_deref()).or_else(|| one_of(known));
            }
            Self::VariableNeverSet { suggestion: Some(suggestion), .. } => {
                return did_you_mean(Some(suggestion));
            }
            Self::VariableNeverSet { .. } => "set it in a step before, with <setdynvars> or <dyn_variable>",
            Self::TestInIf { .. } => "move it to the end of a <repeat>, or take it out",
            Self::ElementZero { name } => return Some(format!("write {name}[1] for the first element")),
            Self::EmptyRange { start, end } => return Some(format!("write start=\"{end}\" end=\"{start}\"")),
            Self::LoopBackTooFar { before, .. } => return Some(format!("write {before} at most")),
            Self::VariableName { .. } => "write letters, digits and _",
            Self::HeaderExpression { .. } => {
                "write header=\"set-cookie\", or header=\"www-authenticate/nonce\" for a part of it"
            }
            Self::BodyIgnored { .. } => "take it out, or use POST, PUT, PATCH or DELETE",
            Self::CompressedBody => "take the Accept-Encoding header out",
            Self::ContentsOverridden => "keep one of them",
            Self::HeaderName { .. } => "write the name alone, without blanks and colon",
            Self::ForeignRequest { belongs: None, .. } => "move it to a session of its type",
            Self::SourceIgnores { .. } | Self::SetOptionIgnores { .. } | Self::ExcludeIgnored => {
                "take it out"
            }
        };
        Some(text.to_owned())
    }
}

/// `name` of `%%name%%…`: its underscore is missing.
fn closed_name(dropped: &str) -> Option<&str> {
    let (name, _) = dropped.strip_prefix("%%")?.split_once("%%")?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name).filter(|name| !name.is_empty())
}
