//! From an offset in the expanded text back to file, line and column.

use std::rc::Rc;

use parrot_core::plan::{Place, SourceFile};

use crate::diagnostic::Excerpt;

/// An offset in the expanded text.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Span(pub(crate) u32);

impl Span {
    /// The offset as an index.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// An offset; texts are limited far below `u32::MAX`.
    pub(crate) fn at(offset: usize) -> Self {
        Self(u32::try_from(offset).unwrap_or(u32::MAX))
    }
}

/// A byte of a source file, or the point where a generated text counts as standing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Origin {
    /// Index of the source.
    pub(super) source: u32,
    /// Byte offset in its decoded text.
    pub(super) offset: u32,
    /// All that follows counts as standing at this very point (text that is not written like that anywhere).
    pub(super) fixed: bool,
}

impl Origin {
    /// The origin of what stands `offset` bytes further on.
    pub(super) fn advanced(self, offset: usize) -> Self {
        let step = if self.fixed { 0 } else { u32::try_from(offset).unwrap_or(u32::MAX) };
        Self { offset: self.offset.saturating_add(step), ..self }
    }
}

/// Where each part of the expanded text came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceMap {
    sources: Vec<Text>,
    /// Sorted by start.
    segments: Vec<(u32, Origin)>,
}

/// Text between two marks is counted when a place is asked for, so lines of any length cost the same.
const MARK_BYTES: usize = 256;

/// A source file with the line and column of every [`MARK_BYTES`]th byte.
#[derive(Clone, Debug)]
struct Text {
    name: String,
    text: Rc<String>,
    marks: Vec<(u32, u32)>,
}

impl SourceMap {
    /// Adds a source file and tells its index.
    pub(super) fn add_source(&mut self, name: &str, text: Rc<String>) -> u32 {
        let mut marks = vec![(1, 1)];
        let (mut line, mut column) = (1, 1);
        for (at, byte) in text.bytes().enumerate() {
            if at > 0 && at % MARK_BYTES == 0 {
                marks.push((line, column));
            }
            step(byte, &mut line, &mut column);
        }
        self.sources.push(Text { name: name.to_owned(), text, marks });
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    /// The text from `start` on comes from `origin`.
    pub(super) fn add_segment(&mut self, start: usize, origin: Origin) {
        let start = Span::at(start).0;
        match self.segments.last_mut() {
            Some(last) if last.0 == start => last.1 = origin,
            Some(last) if last.1.advanced((start - last.0) as usize) == origin => {}
            _ => self.segments.push((start, origin)),
        }
    }

    /// Number of sources.
    pub(super) fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Bytes of all sources.
    pub(super) fn source_bytes(&self) -> usize {
        self.sources.iter().map(|source| source.text.len()).sum()
    }

    /// The text of the configuration itself.
    pub(super) fn into_main(self) -> String {
        let main = self.sources.into_iter().next();
        main.map(|main| Rc::unwrap_or_clone(main.text)).unwrap_or_default()
    }

    /// The sources, for the plan.
    pub(crate) fn source_files(&self) -> Vec<SourceFile> {
        self.sources.iter().map(|source| SourceFile { name: source.name.clone() }).collect()
    }

    /// The text of the configuration itself, as it was read.
    pub(crate) fn main_text(&self) -> &str {
        self.sources.first().map_or("", |main| main.text.as_str())
    }

    /// Name of a place's file.
    pub(crate) fn file_name(&self, place: Place) -> &str {
        self.sources.get(place.source as usize).map_or("", |source| &source.name)
    }

    /// File, line and column of an offset in the expanded text.
    pub(crate) fn place(&self, span: Span) -> Place {
        let after = self.segments.partition_point(|(start, _)| *start <= span.0);
        match after.checked_sub(1).and_then(|at| self.segments.get(at)) {
            Some((start, origin)) => self.place_of(origin.advanced((span.0 - start) as usize)),
            None => Place { source: 0, line: 1, column: 1 },
        }
    }

    /// The line of an offset in the expanded text, as it was written.
    pub(crate) fn excerpt(&self, span: Span) -> Option<Excerpt> {
        let after = self.segments.partition_point(|(start, _)| *start <= span.0);
        let (start, origin) = self.segments.get(after.checked_sub(1)?)?;
        self.excerpt_of(origin.advanced((span.0 - start) as usize))
    }

    /// The line of a byte of a source.
    pub(super) fn excerpt_of(&self, origin: Origin) -> Option<Excerpt> {
        let source = self.sources.get(origin.source as usize)?;
        Some(Excerpt::of(&source.text, origin.offset as usize))
    }

    /// File, line and column of a byte of a source.
    pub(super) fn place_of(&self, origin: Origin) -> Place {
        let Some(source) = self.sources.get(origin.source as usize) else {
            return Place { source: 0, line: 1, column: 1 };
        };
        let offset = (origin.offset as usize).min(source.text.len());
        let mark = (offset / MARK_BYTES).min(source.marks.len() - 1);
        let (mut line, mut column) = source.marks[mark];
        for &byte in &source.text.as_bytes()[mark * MARK_BYTES..offset] {
            step(byte, &mut line, &mut column);
        }
        Place { source: origin.source, line, column }
    }
}

/// Passes one byte; a character counts at its first byte.
fn step(byte: u8, line: &mut u32, column: &mut u32) {
    if byte == b'\n' {
        *line = line.saturating_add(1);
        *column = 1;
    } else if byte & 0xC0 != 0x80 {
        *column = column.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_long_lines_and_after_wide_characters() {
        let text = format!("é<a/>\n{}<b/>\nc", "é".repeat(1_000));
        let mut map = SourceMap::default();
        let source = map.add_source("x.xml", Rc::new(text.clone()));
        map.add_segment(0, Origin { source, offset: 0, fixed: false });
        let place = |needle: &str| {
            let place = map.place(Span::at(text.find(needle).unwrap()));
            (place.line, place.column)
        };
        assert_eq!(place("<a/>"), (1, 2));
        assert_eq!(place("<b/>"), (2, 1001));
        assert_eq!(place("c"), (3, 1));
    }

    #[test]
    fn fixed_segments_do_not_move() {
        let mut map = SourceMap::default();
        let source = map.add_source("x.xml", Rc::new("ab\ncd".to_owned()));
        map.add_segment(0, Origin { source, offset: 3, fixed: true });
        map.add_segment(10, Origin { source, offset: 4, fixed: false });
        assert_eq!(map.place(Span(7)), Place { source: 0, line: 2, column: 1 });
        assert_eq!(map.place(Span(10)), Place { source: 0, line: 2, column: 2 });
    }
}
