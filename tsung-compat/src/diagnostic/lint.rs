//! Lints: what is right, runs, and is probably not what was meant. The reason is in the message, the mend in the help.

use super::{Code, Wording, codes};

/// What is probably not meant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lint {
    SubstOff { variable: String, literal: Literal },
    NeverSubstituted { variable: String, attribute: &'static str, element: &'static str },
    UsedBeforeSet { name: String, session: String },
    TestedUndefined { name: String, element: &'static str, never_set: bool },
    ThinkInTransaction { transaction: String },
    SessionNeverUsed { session: String },
    PhaseNeverStarts { phase: u64, start_secs: u64, duration_secs: u64 },
    LoopOutlivesLoad { loop_secs: f64, duration_secs: u64 },
    MatchWithoutChance { action: String, chance: Chance },
    FirstMatchOnly { attribute: &'static str },
    HeaderTwice { name: String, sent: Sent },
    NothingToFind { what: NoFind },
    RepeatCountsOn { name: String, again: Again },
    GteLte { operator: &'static str, as_operator: &'static str },
    VersionsDiffer { difference: Difference },
    OldTls { version: String },
    OldCiphers { ciphers: String },
    NotANumber { element: &'static str, operator: &'static str, operand: String },
    SessionTwice { session: String },
}

/// Why a variable is left as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Literal {
    /// The request is not substituted.
    Request,
    /// All of the request but its body is.
    Body,
    /// The pattern of a match is not.
    Match,
}

/// Why a match does nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Chance {
    /// Earlier ones always act, so it is never looked at.
    NeverLooked,
    /// It would act on what an earlier one has acted on.
    NeverLeft,
}

/// What becomes of a header that is given twice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sent {
    /// The last one is sent.
    Last,
    /// The header wins over the attribute.
    NotAttribute(&'static str),
    /// Both are.
    Both,
    /// It is sent beside the one that this element makes.
    Beside(&'static str),
}

/// Why nothing will be found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoFind {
    /// The name of a form field is read as a pattern.
    Field { name: String, character: char },
    /// A regular expression does not say which part of what it finds is the value.
    NoGroup,
    /// A response to HEAD has no body.
    HeadBody { element: &'static str, attribute: Option<&'static str> },
}

/// Why a repeat runs more than once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Again {
    /// It stands in this element.
    In(&'static str),
    /// Another one of that name comes before it.
    SameName,
}

/// Where 1.7 and 1.8 differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Difference {
    IfOperand,
    Purge,
    Head,
    JsonPath,
    LocalFile,
    HostQuery,
    Parameter,
}

codes! {
    Lint:
    1001 = SubstOff,
    1002 = NeverSubstituted,
    1003 = UsedBeforeSet,
    1004 = TestedUndefined,
    1005 = ThinkInTransaction,
    1006 = SessionNeverUsed,
    1007 = PhaseNeverStarts,
    1008 = LoopOutlivesLoad,
    1009 = MatchWithoutChance,
    1010 = FirstMatchOnly,
    1011 = HeaderTwice,
    1012 = NothingToFind,
    1013 = RepeatCountsOn,
    1014 = GteLte,
    1015 = VersionsDiffer,
    1016 = OldTls,
    1017 = OldCiphers,
    1018 = NotANumber,
    1019 = SessionTwice,
}

impl Wording for Lint {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::SubstOff { variable, literal } => match literal {
                Literal::Request => {
                    format!(
                        "{variable} is sent as these very characters: the <request> has no subst=\"true\""
                    )
                }
                Literal::Body => format!(
                    "{variable} is sent as these very characters: subst=\"all_except_body\" leaves the body alone"
                ),
                Literal::Match => format!(
                    "the response is searched for the very characters {variable}: the <match> has no subst=\"true\""
                ),
            },
            Self::NeverSubstituted { variable, attribute, element } => {
                format!("{variable} stays as it is: {attribute} of <{element}> is never substituted")
            }
            Self::UsedBeforeSet { name, session } => format!(
                "variable {name} is used before session {session} sets it: the text `undefined` takes its place"
            ),
            Self::TestedUndefined { name, element, never_set } => tested(name, element, *never_set),
            Self::ThinkInTransaction { transaction } => {
                format!(
                    "the time of transaction {transaction} contains this pause, not only the server's time"
                )
            }
            Self::SessionNeverUsed { session } => {
                format!("no user ever runs session {session}: no phase chooses it, no <user> names it")
            }
            Self::PhaseNeverStarts { phase, start_secs, duration_secs } => format!(
                "phase {phase} never starts: the load is cut after {duration_secs} s, and this phase would start at {start_secs} s"
            ),
            Self::LoopOutlivesLoad { loop_secs, duration_secs } => format!(
                "no user gets to the end of this loop: its pauses add up to {} s, and the load is cut after {duration_secs} s",
                (loop_secs * 1_000.0).round() / 1_000.0
            ),
            Self::MatchWithoutChance { action, chance: Chance::NeverLooked } => {
                format!(
                    "this <match do=\"{action}\"> is never looked at: those before it act on every response"
                )
            }
            Self::MatchWithoutChance { action, chance: Chance::NeverLeft } => format!(
                "this <match do=\"{action}\"> never acts: a match before it acts on the same responses, and ends the list"
            ),
            Self::FirstMatchOnly { attribute } => {
                format!("{attribute} is ignored here: only that of the first <match> counts, for all of them")
            }
            Self::HeaderTwice { name, sent } => sent.message(name),
            Self::NothingToFind { what } => what.message(),
            Self::RepeatCountsOn { name, again: Again::In(parent) } => format!(
                "repeat {name} stands in <{parent}> and its counter is never reset: once it is above max_repeat, the body runs just once each time"
            ),
            Self::RepeatCountsOn { name, again: Again::SameName } => {
                format!("a second repeat {name}: it goes on counting where the first one stopped")
            }
            Self::GteLte { operator, as_operator } => {
                format!(
                    "{operator} includes equal values, as in Tsung 1.8; Tsung 1.7 takes it for {as_operator}"
                )
            }
            Self::VersionsDiffer { difference } => difference.message().to_owned(),
            Self::NotANumber { element, operator, operand } => format!(
                "{operator} of <{element}> compares with `{operand}`, which is no number: users that get here end with an error"
            ),
            Self::SessionTwice { session } => {
                format!("another session is named {session}: who looks for that name finds the last one")
            }
            Self::OldTls { version } => {
                format!("hardly any server still speaks {version}: TLS connections to others fail")
            }
            Self::OldCiphers { ciphers } => {
                format!(
                    "hardly any server still takes one of the ciphers {ciphers}: TLS connections to others fail"
                )
            }
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::SubstOff { literal: Literal::Match, .. } => "write <match subst=\"true\" …>",
            Self::SubstOff { .. } => "write <request subst=\"true\">",
            Self::NeverSubstituted { attribute: "var" | "in" | "from", .. } => {
                "name the variable without %%_ and %%"
            }
            Self::NeverSubstituted { .. } => {
                "write a fixed text; variables work in url, contents, header and cookie values, <if> and <thinktime>"
            }
            Self::UsedBeforeSet { .. } => "move the step that sets it further up",
            Self::TestedUndefined { .. } => {
                "set the variable before, in every case, with <setdynvars> for example"
            }
            Self::ThinkInTransaction { .. } => {
                "move the <thinktime> out of the <transaction> if that is not meant"
            }
            Self::SessionNeverUsed { .. } => "give it a probability or weight above 0, or take it out",
            Self::PhaseNeverStarts { .. } | Self::LoopOutlivesLoad { .. } => {
                "raise duration of <load>, or leave it out: the run then ends when all users have"
            }
            Self::MatchWithoutChance { .. } => "move it up, or take it out",
            Self::FirstMatchOnly { .. } => {
                "put it on the first <match>, or give the request one <match> only"
            }
            Self::HeaderTwice { .. } => "keep one of them",
            Self::NothingToFind { what: NoFind::Field { name, .. } } => {
                return Some(format!("write re=\"…\" with the name as {}", escaped(name)));
            }
            Self::NothingToFind { what: NoFind::NoGroup } => {
                "put brackets around the part that is the value, such as id=\"([0-9]+)\""
            }
            Self::NothingToFind { what: NoFind::HeadBody { .. } } => "use header=\"…\", or another method",
            Self::RepeatCountsOn { again: Again::In(_), .. } => {
                "use <for>, which starts anew, or set the counter to 1 before with <setdynvars sourcetype=\"random_number\" start=\"1\" end=\"1\">"
            }
            Self::RepeatCountsOn { again: Again::SameName, .. } => "give it a name of its own",
            Self::GteLte { .. } => "nothing to do unless figures are compared with runs of Tsung 1.7",
            Self::VersionsDiffer { .. } => "nothing to do unless figures are compared with runs of Tsung 1.7",
            Self::NotANumber { .. } => "write a number such as 10 or 1.5; eq and neq compare texts",
            Self::SessionTwice { .. } => "give each session a name of its own",
            Self::OldTls { .. } => "write value=\"'tlsv1.2'\", or leave the option out",
            Self::OldCiphers { .. } => "leave the option out: client and server then agree on one",
        };
        Some(text.to_owned())
    }
}

fn tested(name: &str, element: &str, never_set: bool) -> String {
    let (state, then) = match (element, never_set) {
        ("if", true) => ("is", "so its steps always run"),
        ("if", false) => ("may be", "and its steps run then"),
        (_, true) => ("is", "so the loop ends after one round"),
        (_, false) => ("may be", "and the loop ends then, after one round"),
    };
    format!("<{element}> tests variable {name}, which {state} undefined here, {then}")
}

/// A name as a pattern that stands for itself.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        if "[](){}*+?|^$.\\".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

impl Sent {
    fn message(self, name: &str) -> String {
        match self {
            Self::Last => format!("header {name} is given twice: only the last one is sent"),
            Self::NotAttribute(attribute) => {
                format!("header {name} is given twice: {attribute} of <http> is not sent")
            }
            Self::Both => format!("header {name} is given twice: both lines are sent"),
            Self::Beside(element) => {
                format!("header {name} is sent twice: <{element}> makes a line of its own")
            }
        }
    }
}

impl NoFind {
    fn message(&self) -> String {
        match self {
            Self::Field { name, character } => format!(
                "the form field {name} is never found: the name is read as a pattern, where `{character}` has another meaning"
            ),
            Self::NoGroup => {
                "re has no group: what it finds is not taken, the variable is always empty".to_owned()
            }
            Self::HeadBody { element, attribute } => {
                let what = match attribute {
                    Some(name) => format!("{name} of <{element}>"),
                    None => format!("<{element}>"),
                };
                format!("{what} looks into the body, and responses to HEAD have none: nothing is ever found")
            }
        }
    }
}

impl Difference {
    const fn message(self) -> &'static str {
        match self {
            Self::IfOperand => {
                "variables in what <if> compares with are substituted, as in Tsung 1.8; Tsung 1.7 compares with the text as written"
            }
            Self::Purge => "PURGE is a method of Tsung 1.8; Tsung 1.7 does not know it",
            Self::Head => {
                "a response to HEAD ends with its head, as in Tsung 1.8; Tsung 1.7 waits for a body where a length is named"
            }
            Self::JsonPath => {
                "variables in jsonpath are substituted, as in Tsung 1.8; Tsung 1.7 takes them as written"
            }
            Self::LocalFile => "local_file is of Tsung 1.8; Tsung 1.7 does not know it",
            Self::HostQuery => {
                "a query right behind the host is requested as /?…, as in Tsung 1.8; Tsung 1.7 ends with an error"
            }
            Self::Parameter => {
                "where the header has no such parameter the variable keeps its value, as in Tsung 1.8; Tsung 1.7 empties it"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_page_of_lints_has_a_row_for_each_and_no_other() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lints.md");
        let page = std::fs::read_to_string(path).unwrap();
        let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| TP")?.get(..4)).collect();
        let codes: Vec<String> = Lint::CODES.iter().map(ToString::to_string).collect();
        assert_eq!(rows, codes);
    }
}
