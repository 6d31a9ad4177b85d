//! From text to checked elements: roxmltree parses, the table says what may be there.
//!
//! What comes out holds only elements and attributes of the language that this program can run, with their places. Everything
//! else has been reported.

mod check;
mod element;
mod filter;
mod request;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod tests;

pub(crate) use element::{Attribute, Element, Spanned};

use crate::diagnostic::{Markup, Report};
use crate::source::Span;

/// Parses and checks a whole configuration. `None` after a report of why not.
pub(crate) fn read(text: &str, report: &mut Report<'_>) -> Option<Element> {
    let document = match roxmltree::Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let mut at = offset_of(text, error.pos());
            if matches!(error, roxmltree::Error::InvalidComment(_)) {
                at = dashes(text, at);
            }
            report.error(
                at,
                match error {
                    roxmltree::Error::NonXmlChar(character, _) => Markup::BadCharacter { character },
                    roxmltree::Error::InvalidComment(_) => Markup::DashesInComment,
                    other => Markup::Xml { message: without_position(&other) },
                },
            );
            return None;
        }
    };
    check::root(document.root_element(), report)
}

/// The offset of a line and column as roxmltree counts them.
fn offset_of(text: &str, position: roxmltree::TextPos) -> Span {
    let line_start = match position.row.checked_sub(2) {
        None => 0,
        Some(before) => {
            text.match_indices('\n').nth(before as usize).map_or(text.len(), |(newline, _)| newline + 1)
        }
    };
    let column = position.col.saturating_sub(1) as usize;
    let within = text[line_start..].char_indices().nth(column).map_or(text.len() - line_start, |(at, _)| at);
    Span::at(line_start + within)
}

/// The first two dashes inside the comment at `start`.
fn dashes(text: &str, start: Span) -> Span {
    let inside = start.index() + "<!--".len();
    let found = text.get(inside..).and_then(|comment| comment.find("--"));
    found.map_or(start, |at| Span::at(inside + at))
}

/// roxmltree's wording without its position: ours leads to the right file.
fn without_position(error: &roxmltree::Error) -> String {
    let message = error.to_string();
    let position = format!(" at {}", error.pos());
    message.replace(&position, "")
}
