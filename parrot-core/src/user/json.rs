//! Values out of JSON: of responses, and of texts in variables.

use std::borrow::Cow;

use super::run::Stop;
use super::{Context, User};
use crate::extract::{JsonPath, Unparsable};
use crate::plan::{Slot, Template};
use crate::program::LinkedStep;
use crate::script::{List, Value};
use crate::stats::Counter;

impl User {
    /// What a path leads to in the body of a response; none when that is no JSON, which is counted. `known` is the path if it has
    /// no variables in it.
    pub(super) fn json_of_response(
        &mut self,
        (path, known): (&Template, Option<&JsonPath>),
        text: &[u8],
        cx: &mut Context<'_>,
    ) -> Result<Option<Value>, Stop> {
        let path = match known {
            Some(path) => Cow::Borrowed(path),
            None => {
                let mut rendered = Vec::new();
                self.render(path, &mut rendered, cx)?;
                Cow::Owned(JsonPath::new(&rendered))
            }
        };
        let body = match body(text) {
            // Nothing behind the blank line: Tsung reads all of it then, which is no JSON.
            Some(b"") | None => text,
            Some(body) => body,
        };
        Ok(match cx.documents.json(body) {
            Ok(json) => Some(json.find(body, &path).unwrap_or_else(|| Value::bytes(b""))),
            Err(Unparsable { is_new }) => {
                cx.recorder.count(Counter::JsonUnparsable, u64::from(is_new));
                cx.recorder.count(Counter::JsonNotParsed, 1);
                None
            }
        })
    }

    /// What the path of the step that runs leads to in the text of a variable, for so many variables.
    pub(super) fn json_of_variable(
        &self,
        from: Slot,
        wanted: usize,
        cx: &mut Context<'_>,
    ) -> Result<Vec<Value>, Stop> {
        let Some(LinkedStep::JsonPath(path)) = cx.program.step(self.session, self.at) else {
            return Err(Stop::Unworkable);
        };
        let text = self.get(from).ok_or(Stop::Unworkable)?.text()?;
        cx.documents.clear();
        let json = cx.documents.json(&text).map_err(|_| Stop::Unworkable)?;
        match json.find(&text, path) {
            Some(Value::List(List::Values(values))) => Ok(values.to_vec()),
            // Several variables take the elements of a list, and nothing else.
            _ if wanted > 1 => Err(Stop::Unworkable),
            found => Ok(vec![found.unwrap_or_else(|| Value::bytes(b""))]),
        }
    }
}

/// What is behind the head of a response.
pub(super) fn body(text: &[u8]) -> Option<&[u8]> {
    let blank = memchr::memmem::find(text, b"\r\n\r\n")?;
    text.get(blank + 4..)
}
