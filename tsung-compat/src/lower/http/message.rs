//! Gathers the parts of a message; neighbouring texts become one.

use parrot_core::plan::{Part, Template};

/// A message being written.
#[derive(Debug, Default)]
pub(super) struct Message {
    parts: Vec<Part>,
}

impl Message {
    pub(super) fn text(&mut self, bytes: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.push_text(bytes),
            _ if bytes.is_empty() => {}
            _ => self.parts.push(Part::Text(Template::text(bytes))),
        }
    }

    /// `name: value` and the line end.
    pub(super) fn line(&mut self, name: &[u8], value: &Template) {
        self.text(name);
        self.text(b": ");
        self.template(value);
        self.text(b"\r\n");
    }

    pub(super) fn part(&mut self, part: Part) {
        match part {
            Part::Text(template) => self.template(&template),
            other => self.parts.push(other),
        }
    }

    /// The parts, without the room that they grew in: there may be a hundred thousand requests.
    pub(super) fn into_parts(mut self) -> Vec<Part> {
        self.parts.shrink_to_fit();
        for part in &mut self.parts {
            if let Part::Text(template) = part {
                template.shrink_to_fit();
            }
        }
        self.parts
    }

    fn template(&mut self, template: &Template) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.append(template),
            _ if template.0.is_empty() => {}
            _ => self.parts.push(Part::Text(template.clone())),
        }
    }
}
