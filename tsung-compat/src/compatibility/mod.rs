//! Which rows of docs/compatibility.md a configuration touches: where a run of it differs from Tsung's, or agrees in a way that
//! surprises.
//!
//! The page itself is the source of the rows, so they are worded once. What is refused at load has its own message, and what hangs
//! on what servers answer cannot be told from a file; neither is looked for.

mod elements;
mod requests;
mod row;
#[cfg(test)]
mod tests;

pub use row::{Class, Line, Row};

use crate::source::{Document, Span};
use crate::xml::Element;

/// A row, and what touches it.
struct Touch {
    /// The first column, as it is written on the page.
    topic: &'static str,
    /// Elements that are looked at.
    elements: &'static [&'static str],
    /// Where such an element touches the row.
    look: fn(&Around<'_>) -> Option<Span>,
}

/// An element and what is around it.
#[derive(Clone, Copy)]
struct Around<'a> {
    element: &'a Element,
    parent: &'a Element,
    root: &'a Element,
    /// In `<clients>`, the first one that says `use_controller_vm`: Tsung means those behind it too.
    controller: Option<Span>,
}

impl<'a> Around<'a> {
    /// Where an attribute was written whose value is so.
    fn attribute(&self, name: &str, is_so: impl Fn(&str) -> bool) -> Option<Span> {
        self.element.written(name).filter(|value| is_so(value.value)).map(|value| value.at)
    }

    /// The place of the element, if that is so.
    fn here(&self, is_so: bool) -> Option<Span> {
        is_so.then_some(self.element.at)
    }

    /// Options of the configuration with that name.
    fn options(&self, name: &'static str) -> impl Iterator<Item = &'a Element> {
        let options =
            self.root.children_named("options").flat_map(|options| options.children_named("option"));
        options.filter(move |option| option.value("name").is_some_and(|written| written.value == name))
    }
}

/// Rows that are about the file as a whole.
const DOCTYPE: &str = "DOCTYPE";
const SINGLE_BYTES: &str = "UTF-8 text up to U+00FF";
const WIDE: &str = "characters above U+00FF in what is sent";

/// The rows that a configuration touches, in the order of the page. `single_byte` is the first character that leaves as one byte.
pub(crate) fn rows(document: &Document, root: &Element, single_byte: Option<Span>) -> Vec<Row> {
    let mut found = Found { document, touched: Vec::new() };
    if !has_usual_doctype(document.map.main_text()) {
        found.add(DOCTYPE, root.at);
    }
    if let Some(at) = single_byte {
        found.add(SINGLE_BYTES, at);
    }
    let parts = root.children.iter().filter(|part| matches!(part.name(), "sessions" | "options"));
    let is_wide = |element: &&Element| {
        !document.bytes_declared && texts(element).any(|text| text.chars().any(|c| c > '\u{ff}'))
    };
    if let Some(wide) = parts.flat_map(Element::descendants).find(is_wide) {
        found.add(WIDE, wide.at);
    }
    found.element(Around { element: root, parent: root, root, controller: None });
    found.into_rows()
}

/// The rows that have been touched.
struct Found<'a> {
    document: &'a Document,
    /// Topic, first place, number of places.
    touched: Vec<(&'static str, Span, usize)>,
}

impl Found<'_> {
    fn element(&mut self, around: Around<'_>) {
        let name = around.element.name();
        for touch in touches().filter(|touch| touch.elements.contains(&name)) {
            if let Some(at) = (touch.look)(&around) {
                self.add(touch.topic, at);
            }
        }
        // Once for all of them: there may be a hundred thousand.
        let mut clients = around.element.children_named("client");
        let controller = clients.find(|client| client.is_true("use_controller_vm")).map(|client| client.at);
        for child in &around.element.children {
            self.element(Around { element: child, parent: around.element, controller, ..around });
        }
    }

    fn add(&mut self, topic: &'static str, at: Span) {
        match self.touched.iter_mut().find(|(known, ..)| *known == topic) {
            Some((_, _, places)) => *places += 1,
            None => self.touched.push((topic, at, 1)),
        }
    }

    fn into_rows(self) -> Vec<Row> {
        let map = &self.document.map;
        let rows = row::all().filter_map(|line| {
            let (_, at, places) = self.touched.iter().find(|(topic, ..)| *topic == line.topic)?;
            let place = map.place(*at);
            let file = map.file_name(place).to_owned();
            Some(Row { line, file, position: (place.line, place.column), places: *places })
        });
        rows.collect()
    }
}

fn touches() -> impl Iterator<Item = &'static Touch> {
    [elements::TOUCHES, requests::TOUCHES].into_iter().flatten()
}

/// All texts of an element.
fn texts(element: &Element) -> impl Iterator<Item = &str> {
    let values = element.attributes.iter().map(|attribute| attribute.value.as_str());
    values.chain(element.text.iter().map(|text| text.value.as_str()))
}

/// Whether there is a DOCTYPE that Tsung finds its DTD by.
fn has_usual_doctype(text: &str) -> bool {
    let declared =
        text.split_once("<!DOCTYPE").map(|(_, rest)| rest.split(['>', '[']).next().unwrap_or_default());
    declared.is_some_and(|declared| declared.contains("tsung-1.0.dtd"))
}
