//! The rows of docs/compatibility.md.

/// The page, as it is published.
const PAGE: &str = include_str!("../../../docs/compatibility.md");

/// How a row differs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// The same as Tsung.
    Match,
    /// Different where Tsung fails, or breaks its word.
    Mend,
    /// Refused.
    Refuse,
}

impl Class {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "match" => Self::Match,
            "mend" => Self::Mend,
            "refuse" => Self::Refuse,
            _ => return None,
        })
    }

    /// As it stands on the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mend => "mend",
            Self::Refuse => "refuse",
        }
    }
}

/// A line of the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Line {
    /// What it is about.
    pub topic: &'static str,
    /// What Tsung does.
    pub tsung: &'static str,
    /// What is done here.
    pub ours: &'static str,
    /// How these differ.
    pub class: Class,
}

/// A row of docs/compatibility.md that a configuration touches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// What the page says, in its markup.
    pub line: Line,
    /// The file of the first place, as messages name it.
    pub file: String,
    /// Line and column of the first place, both from 1.
    pub position: (u32, u32),
    /// How many places touch it.
    pub places: usize,
}

/// All lines of the page, in its order.
pub(super) fn all() -> impl Iterator<Item = Line> {
    PAGE.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let mut cells = cells.split(" | ");
        let (topic, tsung, ours, class) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        Some(Line { topic, tsung, ours, class: Class::named(class)? })
    })
}
