//! Expands entities, in one walk over the markup that also notices crossed and unclosed tags (with both their places).
//!
//! Two texts come out: the one to parse, and the copy for the run folder, in which only external entities are expanded.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::doctype::{self, Entity};
use super::fill::Fill;
use super::map::{Origin, SourceMap};
use super::{decode, read_limited};
use crate::diagnostic::{Diagnostic, Invocation, Markup, Problem, Severity};
use crate::given::{Given, is_name_character};
use crate::limits;
use crate::reach::Reach;

/// What comes out.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    pub(super) text: String,
    /// None while it is the text of the configuration itself.
    pub(super) copy: Option<String>,
    pub(super) map: SourceMap,
    pub(super) warnings: Vec<Diagnostic>,
}

/// What a configuration is read with.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    /// Relative file names of entities count from here.
    pub(super) folder: PathBuf,
    /// Which files it may name.
    pub(super) reach: &'a Reach,
    /// What names in it stand for.
    pub(super) given: &'a [Given],
}

/// Expands the entities of a configuration.
pub(super) fn expand(
    name: &str,
    text: &Rc<String>,
    surroundings: Surroundings<'_>,
) -> Result<Expanded, Vec<Diagnostic>> {
    let mut expander = Expander {
        folder: surroundings.folder,
        reach: surroundings.reach,
        fill: Fill::new(surroundings.given),
        out: Expanded { text: String::with_capacity(text.len()), ..Expanded::default() },
        entities: HashMap::new(),
        files: HashMap::new(),
        errors: Vec::new(),
        open: Vec::new(),
        spare: Vec::new(),
        inside: Vec::new(),
        expansions: 0,
        parts: 0,
        namespaces: 0,
        text_max: 0,
        root_closed: false,
    };
    let source = expander.add_source(name, text);
    let origin = Origin { source, offset: 0, fixed: false };
    let outcome = expander.document(text, origin);
    if outcome.is_err() || !expander.errors.is_empty() {
        return Err(expander.errors);
    }
    for unused in expander.fill.unused() {
        let mut warning = Diagnostic::whole_file(name, Invocation::UnusedName { name: unused.to_owned() });
        warning.severity = Severity::Warning;
        expander.out.warnings.push(warning);
    }
    Ok(expander.out)
}

/// The walk cannot go on; the reason is among the errors.
struct Stop;

type Walk<T = ()> = Result<T, Stop>;

struct Expander<'a> {
    folder: PathBuf,
    reach: &'a Reach,
    fill: Fill<'a>,
    out: Expanded,
    entities: HashMap<String, Entity>,
    files: HashMap<String, (u32, Rc<String>)>,
    errors: Vec<Diagnostic>,
    /// Names of open elements and where they were opened.
    open: Vec<(String, Origin)>,
    /// Room of names of elements that are closed.
    spare: Vec<String>,
    /// Names of the entities being expanded.
    inside: Vec<String>,
    expansions: usize,
    /// Tags, attributes, comments and so on that were passed.
    parts: usize,
    /// Declarations of namespaces that were passed.
    namespaces: usize,
    /// Bytes that the text may have: those of the files, and what entities may add.
    text_max: usize,
    root_closed: bool,
}

/// A piece of source text being walked.
#[derive(Clone, Copy)]
struct Input<'a> {
    text: &'a str,
    origin: Origin,
    /// It goes to the copy too: it is not the text of an internal entity whose declaration says it all.
    copied: bool,
}

impl Input<'_> {
    fn origin_at(&self, at: usize) -> Origin {
        self.origin.advanced(at)
    }
}

impl Expander<'_> {
    fn document(&mut self, text: &str, origin: Origin) -> Walk {
        let input = Input { text, origin, copied: true };
        let start = text.len() - text.trim_start().len();
        if !text[start..].starts_with('<') {
            return self.stop(origin.advanced(start), Markup::NotXml { empty: start == text.len() });
        }
        self.content(input)?;
        if let Some((name, at)) = self.open.pop() {
            return self.stop(at, Markup::ElementNotClosed { element: name });
        }
        Ok(())
    }

    fn error(&mut self, origin: Origin, problem: impl Into<Problem>) {
        if self.errors.len() < limits::ERRORS_SHOWN_MAX {
            let place = self.out.map.place_of(origin);
            let file = self.out.map.file_name(place).to_owned();
            let mut error = Diagnostic::at(&file, place.line, place.column, problem);
            error.excerpt = self.out.map.excerpt_of(origin);
            self.errors.push(error);
        }
    }

    fn stop<T>(&mut self, origin: Origin, problem: impl Into<Problem>) -> Walk<T> {
        self.error(origin, problem);
        Err(Stop)
    }

    /// Copies a range of the input to both texts.
    fn take(&mut self, input: Input<'_>, from: usize, to: usize) -> Walk {
        if from == to {
            return Ok(());
        }
        self.emit(input.origin_at(from), &input.text[from..to])?;
        self.keep(input, from, to);
        Ok(())
    }

    /// Copies a range of text or of a value to both texts, with the names that were given filled in.
    fn fill(&mut self, input: Input<'_>, mut from: usize, to: usize) -> Walk {
        while let Some((start, end, value)) = self.fill.next(&input.text[from..to]) {
            self.take(input, from, from + start)?;
            self.put(input, from + start, &value)?;
            from += end;
        }
        self.take(input, from, to)
    }

    /// The same in a CDATA section: values are markup, so they stand between its halves.
    fn fill_section(&mut self, input: Input<'_>, mut from: usize, to: usize) -> Walk {
        while let Some((start, end, value)) = self.fill.next(&input.text[from..to]) {
            self.take(input, from, from + start)?;
            self.put(input, from + start, &format!("]]>{value}<![CDATA["))?;
            from += end;
        }
        self.take(input, from, to)
    }

    /// Writes what stands for something at `at` to both texts.
    fn put(&mut self, input: Input<'_>, at: usize, text: &str) -> Walk {
        self.emit(Origin { fixed: true, ..input.origin_at(at) }, text)?;
        self.part_copy(input, at);
        if let Some(copy) = self.out.copy.as_mut().filter(|_| input.copied) {
            copy.push_str(text);
        }
        Ok(())
    }

    /// From `at` on the copy is to differ from its original.
    fn part_copy(&mut self, input: Input<'_>, at: usize) {
        if input.copied && self.out.copy.is_none() {
            // As long as it does not, only the configuration itself is copied.
            self.out.copy = Some(input.text[..at].to_owned());
        }
    }

    fn emit(&mut self, origin: Origin, text: &str) -> Walk {
        if self.out.text.len() + text.len() > self.text_max {
            return self.stop(origin, Markup::EntitiesTooLarge);
        }
        self.out.map.add_segment(self.out.text.len(), origin);
        self.out.text.push_str(text);
        Ok(())
    }

    fn count_part(&mut self, origin: Origin) -> Walk {
        self.parts += 1;
        if self.parts > limits::PARTS_MAX {
            let (what, limit) = ("tags and attributes", limits::PARTS_MAX);
            return self.stop(origin, Markup::TooMany { what, limit });
        }
        Ok(())
    }

    fn add_source(&mut self, name: &str, text: &Rc<String>) -> u32 {
        let source = self.out.map.add_source(name, Rc::clone(text));
        let room = self.out.map.source_bytes() + limits::ENTITY_BYTES_MAX;
        self.text_max = room.min(limits::CONFIG_BYTES_MAX);
        source
    }

    fn keep(&mut self, input: Input<'_>, from: usize, to: usize) {
        if let Some(copy) = self.out.copy.as_mut().filter(|_| input.copied) {
            copy.push_str(&input.text[from..to]);
        }
    }

    fn content(&mut self, input: Input<'_>) -> Walk {
        let text = input.text;
        let mut at = 0;
        while let Some(found) = text[at..].find(['<', '&']) {
            let next = at + found;
            self.fill(input, at, next)?;
            at = if text[next..].starts_with('&') {
                self.reference(input, next, Context::Content)?
            } else {
                self.markup(input, next)?
            };
            if self.root_closed {
                return self.epilogue(input, at);
            }
        }
        self.fill(input, at, text.len())
    }

    /// Comments, instructions, CDATA, the DOCTYPE and tags. Returns where it ends.
    fn markup(&mut self, input: Input<'_>, at: usize) -> Walk<usize> {
        self.count_part(input.origin_at(at))?;
        let rest = &input.text[at..];
        let (end, what) = if rest.starts_with("<!--") {
            ("-->", "comment")
        } else if rest.starts_with("<![CDATA[") {
            ("]]>", "CDATA section")
        } else if rest.starts_with("<?") {
            let declaration = rest.starts_with("<?xml ") || rest.starts_with("<?xml\t");
            if declaration && !self.out.text.is_empty() {
                return self.stop(input.origin_at(at), Markup::DeclarationNotFirst);
            }
            ("?>", "processing instruction")
        } else if rest.starts_with("<!DOCTYPE") {
            return self.doctype(input, at);
        } else if let Some(name) = rest.strip_prefix("</") {
            return self.end_tag(input, at, name);
        } else {
            return self.start_tag(input, at);
        };
        let opening = if what == "comment" { 4 } else { 2 };
        match rest.get(opening..).and_then(|inner| inner.find(end)) {
            Some(found) => {
                let after = at + opening + found + end.len();
                match what {
                    "CDATA section" => self.fill_section(input, at, after)?,
                    _ => self.take(input, at, after)?,
                }
                Ok(after)
            }
            None => self.stop(input.origin_at(at), Markup::NotClosed { what }),
        }
    }

    fn doctype(&mut self, input: Input<'_>, at: usize) -> Walk<usize> {
        if !self.open.is_empty() || !self.inside.is_empty() {
            return self.stop(input.origin_at(at), Markup::DoctypeInside);
        }
        match doctype::read(input.text, at, &mut self.entities) {
            Ok(end) => {
                // The parser sees no DTD; the copy keeps it, its internal entities are needed there.
                self.keep(input, at, end);
                Ok(end)
            }
            Err(refusal) => self.stop(input.origin_at(refusal.offset), refusal.problem),
        }
    }

    fn end_tag(&mut self, input: Input<'_>, at: usize, after: &str) -> Walk<usize> {
        let Some(length) = after.find('>') else {
            return self.stop(input.origin_at(at), Markup::NotClosed { what: "tag" });
        };
        let name = after[..length].trim_end();
        match self.open.pop() {
            Some((open, _)) if open == name => self.spare.push(open),
            Some((open, opened_at)) => {
                let place = self.out.map.place_of(opened_at);
                let opened = format!("{}:{}", place.line, place.column);
                let element = name.to_owned();
                return self.stop(input.origin_at(at), Markup::CrossedTags { element, open, opened });
            }
            None => {
                let element = name.to_owned();
                return self.stop(input.origin_at(at), Markup::NothingToClose { element });
            }
        }
        let end = at + 2 + length + 1;
        self.take(input, at, end)?;
        self.root_closed = self.open.is_empty();
        Ok(end)
    }

    fn start_tag(&mut self, input: Input<'_>, start: usize) -> Walk<usize> {
        let text = input.text;
        let name = &text[start + 1..];
        let length = name
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<' | '&'))
            .unwrap_or(name.len());
        let name = &name[..length];
        if name.is_empty() {
            return self.stop(input.origin_at(start), Markup::RawLessThan);
        }
        let mut at = start + 1 + length;
        let mut from = start;
        let mut attributes = 0;
        loop {
            let Some(found) = text[at..].find(['"', '\'', '>', '<']) else {
                return self.stop(input.origin_at(start), Markup::NotClosed { what: "tag" });
            };
            at += found;
            match text.as_bytes()[at] {
                b'<' => return self.stop(input.origin_at(start), Markup::NotClosed { what: "tag" }),
                b'>' => break,
                quote => {
                    self.count_part(input.origin_at(start))?;
                    attributes += 1;
                    self.namespaces += usize::from(text[from..at].contains("xmlns"));
                    if attributes > limits::ATTRIBUTES_MAX || self.namespaces > limits::NAMESPACES_MAX {
                        return self.stop(input.origin_at(start), Markup::TooManyAttributes);
                    }
                    self.take(input, from, at + 1)?;
                    from = self.value(input, at + 1, char::from(quote))?;
                    at = from + 1;
                }
            }
        }
        self.take(input, from, at + 1)?;
        if self.open.len() >= limits::NESTING_MAX {
            return self.stop(input.origin_at(start), Markup::TooDeep);
        }
        if text[..at].ends_with('/') {
            self.root_closed = self.open.is_empty();
        } else {
            let mut kept = self.spare.pop().unwrap_or_default();
            kept.clear();
            kept.push_str(name);
            self.open.push((kept, input.origin_at(start)));
        }
        Ok(at + 1)
    }

    /// An attribute value, from after its quote; returns where the closing quote is.
    fn value(&mut self, input: Input<'_>, start: usize, quote: char) -> Walk<usize> {
        let text = input.text;
        let mut at = start;
        loop {
            let Some(found) = text[at..].find([quote, '&', '<']) else {
                return self.stop(input.origin_at(start), Markup::NotClosed { what: "attribute value" });
            };
            let next = at + found;
            self.fill(input, at, next)?;
            match text.as_bytes()[next] {
                b'&' => at = self.reference(input, next, Context::Value)?,
                b'<' => return self.stop(input.origin_at(start), Markup::LessThanInValue),
                _ => return Ok(next),
            }
        }
    }

    /// A reference at `at`; returns where it ends.
    fn reference(&mut self, input: Input<'_>, at: usize, context: Context) -> Walk<usize> {
        let rest = &input.text[at + 1..];
        let name_end = rest.find(|c: char| !is_name_character(c)).unwrap_or(rest.len());
        let name = &rest[..name_end];
        let end = at + 1 + name_end + 1;
        let closed = rest[name_end..].starts_with(';');
        let character = rest.starts_with('#');
        if character {
            return self.character(input, at);
        }
        if !closed || name.is_empty() || !name.starts_with(|c: char| !c.is_ascii_digit()) {
            self.error(input.origin_at(at), Markup::RawAmpersand);
            return Ok(at + 1);
        }
        if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
            self.take(input, at, end)?;
            return Ok(end);
        }
        if let Some(value) = self.fill.value(name) {
            self.put(input, at, &value)?;
            return Ok(end);
        }
        let Some(entity) = self.entities.get(name).cloned() else {
            self.error(input.origin_at(at), Markup::UnknownEntity { name: name.to_owned() });
            return Ok(end);
        };
        self.enter(input.origin_at(at), name)?;
        let copied = input.copied && self.fill.decides(name, &self.entities);
        if copied {
            self.part_copy(input, at);
        } else if matches!(entity, Entity::Internal { .. }) {
            self.keep(input, at, end);
        }
        match (entity, context) {
            (Entity::Internal { text, offset, verbatim }, Context::Content) => {
                let origin = Origin { source: 0, offset: to_u32(offset), fixed: !verbatim };
                self.content(Input { text: &text, origin, copied })?;
            }
            (Entity::Internal { text, .. }, Context::Value) => {
                let origin = Origin { fixed: true, ..input.origin_at(at) };
                self.internal_in_value(Input { text: &text, origin, copied })?;
            }
            (Entity::External(path), Context::Content) => {
                self.part_copy(input, at);
                let (source, text) = self.external(input.origin_at(at), name, &path)?;
                let origin = Origin { source, offset: 0, fixed: false };
                let start = declaration_length(&text);
                let origin = origin.advanced(start);
                self.content(Input { text: &text[start..], origin, copied: input.copied })?;
            }
            (Entity::External(_), Context::Value) => {
                let name = name.to_owned();
                return self.stop(input.origin_at(at), Markup::ExternalEntityInValue { name });
            }
        }
        self.inside.pop();
        Ok(end)
    }

    /// The same of `&#…;`.
    fn character(&mut self, input: Input<'_>, at: usize) -> Walk<usize> {
        let start = at + "&#".len();
        let rest = &input.text[start..];
        let number = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let end = start + number.len() + 1;
        if !rest[number.len()..].starts_with(';') {
            let is_number = number.starts_with(|c: char| c.is_ascii_digit() || c == 'x');
            let problem = if is_number { Markup::BadCharacterReference } else { Markup::RawAmpersand };
            self.error(input.origin_at(at), problem);
            return Ok(end - 1);
        }
        if doctype::character(number).is_none() {
            self.error(input.origin_at(at), Markup::BadCharacterReference);
            return Ok(end);
        }
        self.take(input, at, end)?;
        Ok(end)
    }

    fn enter(&mut self, origin: Origin, name: &str) -> Walk {
        self.expansions += 1;
        if self.inside.iter().any(|outer| outer == name) || self.inside.len() >= limits::ENTITY_DEPTH_MAX {
            return self.stop(origin, Markup::EntityLoop { name: name.to_owned() });
        }
        if self.expansions > limits::ENTITY_EXPANSIONS_MAX {
            return self.stop(origin, Markup::EntitiesTooLarge);
        }
        self.inside.push(name.to_owned());
        Ok(())
    }

    /// The text of an entity inside an attribute value: quotes in it do not end the value.
    fn internal_in_value(&mut self, input: Input<'_>) -> Walk {
        let text = input.text;
        let mut at = 0;
        while let Some(found) = text[at..].find(['"', '\'', '&', '<']) {
            let next = at + found;
            self.fill(input, at, next)?;
            at = next + 1;
            match text.as_bytes()[next] {
                b'"' => self.put(input, next, "&quot;")?,
                b'\'' => self.put(input, next, "&apos;")?,
                b'<' => return self.stop(input.origin, Markup::LessThanInValue),
                _ => at = self.reference(input, next, Context::Value)?,
            }
        }
        self.fill(input, at, text.len())
    }

    fn external(&mut self, origin: Origin, name: &str, path: &str) -> Walk<(u32, Rc<String>)> {
        if let Some((source, text)) = self.files.get(path) {
            return Ok((*source, Rc::clone(text)));
        }
        if self.out.map.source_count() >= limits::SOURCES_MAX {
            return self.stop(origin, Markup::EntitiesTooLarge);
        }
        let found = self.locate(path);
        let Some(admitted) = self.reach.admit(&found) else {
            return self
                .stop(origin, Invocation::OutsideFolder { what: "entity file", path: path.to_owned() });
        };
        let room = limits::CONFIG_BYTES_MAX.saturating_sub(self.out.map.source_bytes());
        let bytes = match read_limited(&admitted, room as u64) {
            Ok(bytes) => bytes,
            Err(error) => {
                let (entity, path) = (name.to_owned(), path.to_owned());
                return self.stop(origin, Markup::EntityUnreadable { entity, path, error });
            }
        };
        let file_name = found.to_string_lossy().into_owned();
        let text = match decode::decode(bytes) {
            Ok(decoded) => Rc::new(decoded.text),
            Err(refusal) => {
                let problem = refusal.problem;
                self.errors.push(Diagnostic::at(&file_name, refusal.line, refusal.column, problem));
                return Err(Stop);
            }
        };
        let source = self.add_source(&file_name, &text);
        self.files.insert(path.to_owned(), (source, Rc::clone(&text)));
        Ok((source, text))
    }

    /// Tsung's order: the base name in the current directory first, then the path as written, from the configuration's folder.
    fn locate(&self, path: &str) -> PathBuf {
        let path = Path::new(path.strip_prefix("file://").unwrap_or(path));
        match path.file_name().map(PathBuf::from) {
            Some(base) if base.is_file() => base,
            _ => self.folder.join(path),
        }
    }

    /// After the root element: comments and instructions are nothing, other text is dropped (as Tsung does), elements are an error.
    fn epilogue(&mut self, input: Input<'_>, start: usize) -> Walk {
        self.keep(input, start, input.text.len());
        let mut at = start;
        loop {
            let rest = &input.text[at..];
            at += rest.len() - rest.trim_start().len();
            let rest = &input.text[at..];
            let end = if rest.is_empty() {
                return Ok(());
            } else if rest.starts_with("<!--") {
                "-->"
            } else if rest.starts_with("<?") && !rest.starts_with("<?xml ") {
                "?>"
            } else if rest.contains('<') {
                return self.stop(input.origin_at(at), Markup::SecondRoot);
            } else {
                let place = self.out.map.place_of(input.origin_at(at));
                let file = self.out.map.file_name(place).to_owned();
                let mut warning = Diagnostic::at(&file, place.line, place.column, Markup::TextAfterRoot);
                warning.severity = Severity::Warning;
                warning.excerpt = self.out.map.excerpt_of(input.origin_at(at));
                self.out.warnings.push(warning);
                return Ok(());
            };
            match rest.find(end) {
                Some(found) => at += found + end.len(),
                None => return Ok(()),
            }
        }
    }
}

/// Where a reference stands.
#[derive(Clone, Copy)]
enum Context {
    Content,
    Value,
}

/// Length of the text declaration at the start of an entity file.
fn declaration_length(text: &str) -> usize {
    if !text.starts_with("<?xml ") {
        return 0;
    }
    text.find("?>").map_or(0, |end| end + 2)
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
