//! Messages about expressions in attributes: XPath, JSONPath, Erlang.

use super::{Code, Wording, codes, did_you_mean, one_of};
use crate::erlang::Mistake as ErlangMistake;
use crate::jsonpath::Doubt;
use crate::xpath::Mistake as XpathMistake;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Xpath { mistake: XpathMistake },
    JsonPath { doubt: Doubt },
    Fun { mistake: ErlangMistake },
    NotAFunction { attribute: &'static str, value: String },
    PrivateFunction { function: String, suggestion: Option<String> },
    NoSuchFunction { function: String, suggestion: Option<String>, known: Vec<String> },
}

codes! {
    Expression:
    551 = Xpath,
    552 = JsonPath,
    553 = Fun,
    554 = NotAFunction,
    555 = PrivateFunction,
    556 = NoSuchFunction,
}

impl Wording for Expression {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::Xpath { mistake } => format!("bad XPath: {}", bad_xpath(mistake)),
            Self::JsonPath { doubt } => doubtful(*doubt).to_owned(),
            Self::Fun { mistake } => bad_fun(mistake),
            Self::NotAFunction { attribute, value } => {
                format!("{attribute} is `{value}`, not the name of a function")
            }
            Self::PrivateFunction { function, .. } => {
                format!("{function}, a function of a private Erlang module, cannot be run by this release")
            }
            Self::NoSuchFunction { function, .. } => {
                format!("Tsung has no function {function} that can be called here")
            }
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Xpath { mistake } => right_xpath(mistake),
            Self::JsonPath { doubt } => Some(instead(*doubt).to_owned()),
            Self::Fun { mistake } => Some(right_fun(mistake).to_owned()),
            Self::NotAFunction { .. } => Some(
                "write module:function; names begin with a small letter, others stand in single quotes"
                    .to_owned(),
            ),
            Self::NoSuchFunction { suggestion, known, .. } => {
                did_you_mean(suggestion.as_deref()).or_else(|| one_of(known))
            }
            Self::PrivateFunction { suggestion, .. } => did_you_mean(suggestion.as_deref())
                .or_else(|| Some("take the value from a file or another source".to_owned())),
        }
    }
}

fn bad_xpath(mistake: &XpathMistake) -> String {
    match mistake {
        XpathMistake::Empty => "there is no expression".to_owned(),
        XpathMistake::Character { character } => {
            format!("`{}` has no meaning here", character.escape_debug())
        }
        XpathMistake::Unclosed { opened } => format!("a second {opened} is missing"),
        XpathMistake::Operator { found } => format!("`{found}` is no operator"),
        XpathMistake::Expected { expected, found: Some(found) } => {
            format!("expected {expected}, found `{found}`")
        }
        XpathMistake::Expected { expected, found: None } => format!("expected {expected}, found the end"),
        XpathMistake::UnknownAxis { name, .. } => format!("there is no axis {name}"),
        XpathMistake::UnknownFunction { name, .. } => format!("there is no function {name}()"),
        XpathMistake::Arguments { name, count, fewest, most } => {
            let wanted = match (fewest, most) {
                (fewest, &usize::MAX) => format!("at least {fewest}"),
                (fewest, most) if fewest == most => fewest.to_string(),
                (fewest, most) => format!("{fewest} to {most}"),
            };
            format!("{name}() takes {wanted} arguments, not {count}")
        }
        XpathMistake::Variable { name } => format!("there is no variable {name}"),
        XpathMistake::TooDeep => "too many brackets inside each other".to_owned(),
    }
}

fn right_xpath(mistake: &XpathMistake) -> Option<String> {
    let text = match mistake {
        XpathMistake::UnknownAxis { suggestion: Some(suggestion), .. }
        | XpathMistake::UnknownFunction { suggestion: Some(suggestion), .. } => {
            return did_you_mean(Some(suggestion));
        }
        XpathMistake::UnknownAxis { .. } => "child, descendant, parent and the others are those of XPath 1.0",
        XpathMistake::UnknownFunction { .. } => {
            "contains(), starts-with() and the others are those of XPath 1.0"
        }
        XpathMistake::Empty => "write a path such as //input[@name='token']/@value",
        XpathMistake::Character { character: '%' } => "variables of a session are not replaced in xpath",
        XpathMistake::Character { character: '&' } | XpathMistake::Operator { .. } => {
            "between two operands stands one of and, or, =, !=, <, >, +, -, *, div, mod, |"
        }
        XpathMistake::Variable { .. } => "variables of a session cannot be used in xpath",
        XpathMistake::Unclosed { .. } => "end the text with the quote that it began with",
        XpathMistake::Expected { .. } | XpathMistake::Character { .. } => {
            "compare it with //div[@id='list']/a[2]/@href: brackets come in pairs, texts stand in quotes"
        }
        XpathMistake::Arguments { .. } => "the functions and their arguments are those of XPath 1.0",
        XpathMistake::TooDeep => "write it with fewer brackets inside each other",
    };
    Some(text.to_owned())
}

const fn doubtful(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Root => "jsonpath: `$` is only known as the start of `$.`: this never finds anything",
        Doubt::Quotes => "jsonpath: quotes are taken as part of the name: this never finds anything",
        Doubt::Slice => "jsonpath: slices are not known: this never finds anything",
        Doubt::Union => "jsonpath: lists of indices are not known: this never finds anything",
        Doubt::Negative => "jsonpath: elements count from 0: a negative index never finds anything",
        Doubt::Filter => {
            "jsonpath: the only filters are [?name=value] and [?name==value]: this never finds anything"
        }
        Doubt::DotInFilter => {
            "jsonpath: the value of a filter ends at the dot: this never finds what it says"
        }
        Doubt::Deep => "jsonpath: `..` is read as `.`: it does not search deeper",
        Doubt::Unclosed => "jsonpath: `[` without `]`: this never finds anything",
    }
}

const fn instead(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Root => "write $.name, name, or [0] for the first element of the document",
        Doubt::Quotes => "write $.name or [name]; in a filter write the value as it is",
        Doubt::Slice | Doubt::Union => "write [0] for one element, or [*] for all",
        Doubt::Negative => "write [0] for the first element",
        Doubt::Filter => "write $.list[?name=value].member",
        Doubt::DotInFilter => "look for another member, or use re=\"…\"",
        Doubt::Deep => "write the whole path, such as $.a.b.c",
        Doubt::Unclosed => "close it",
    }
}

fn bad_fun(mistake: &ErlangMistake) -> String {
    match mistake {
        ErlangMistake::NoFun => "there is no code in eval".to_owned(),
        ErlangMistake::Arguments { count } => format!("the fun of eval takes one argument, not {count}"),
        ErlangMistake::Unclosed { opened } => match *opened {
            "\"" | "'" => format!("a second {opened} is missing in the code of eval"),
            "(" | "[" | "{" | "<<" => format!("`{opened}` is not closed in the code of eval"),
            word => format!("`{word}` has no `end` in the code of eval"),
        },
        ErlangMistake::CommentToTheEnd => "this comment goes on to the end of the code of eval".to_owned(),
        ErlangMistake::Unopened { closed, open: None } => {
            format!("`{closed}` closes nothing in the code of eval")
        }
        ErlangMistake::Unopened { closed, open: Some(open) } => {
            format!("`{closed}` stands where `{open}` is still open in the code of eval")
        }
        ErlangMistake::NoDot => "the code of eval does not end with a dot".to_owned(),
        ErlangMistake::TextAfter => "something stands behind the dot that ends the code of eval".to_owned(),
    }
}

const fn right_fun(mistake: &ErlangMistake) -> &'static str {
    match mistake {
        ErlangMistake::NoFun | ErlangMistake::Arguments { .. } | ErlangMistake::TextAfter => {
            "write fun({Pid, DynVars}) -> … end."
        }
        ErlangMistake::NoDot => "write the dot after the last `end`",
        ErlangMistake::CommentToTheEnd => {
            "line ends in attributes are blanks: take the comment out, or write &#10; at its end"
        }
        ErlangMistake::Unclosed { .. } | ErlangMistake::Unopened { .. } => {
            "brackets, quotes, and words such as fun, case and if with their end, come in pairs"
        }
    }
}
