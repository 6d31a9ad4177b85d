//! Where ours differs from Tsung on purpose.

use super::Report;

/// One difference that docs/compatibility.md names.
#[derive(Clone, Debug)]
pub enum Mend {
    /// In lines that begin with `lines`, each `tsung` is `ours`.
    Text {
        /// How the lines begin.
        lines: String,
        /// What Tsung writes.
        tsung: String,
        /// What we write.
        ours: String,
    },
    /// Tsung has these whole lines (by their beginning), we do not.
    Without(String),
    /// We have this line, Tsung does not.
    With(String),
}

/// All differences of a case.
#[derive(Clone, Debug, Default)]
pub struct Mends(Vec<Mend>);

impl Mends {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// In lines that begin so, what Tsung writes and what we write.
    #[must_use]
    pub fn text(mut self, lines: &str, tsung: &str, ours: &str) -> Self {
        self.0.push(Mend::Text { lines: lines.to_owned(), tsung: tsung.to_owned(), ours: ours.to_owned() });
        self
    }

    /// A counter's total.
    #[must_use]
    pub fn counter(self, name: &str, tsung: i64, ours: i64) -> Self {
        self.number("counter", name, tsung, ours)
    }

    /// How many values a sample has.
    #[must_use]
    pub fn sample(self, name: &str, tsung: i64, ours: i64) -> Self {
        self.number("sample", name, tsung, ours)
    }

    /// Lines (by their beginning) that Tsung alone has.
    #[must_use]
    pub fn without(mut self, begin: &str) -> Self {
        self.0.push(Mend::Without(begin.to_owned()));
        self
    }

    /// A line that we alone have.
    #[must_use]
    pub fn with(mut self, line: &str) -> Self {
        self.0.push(Mend::With(line.to_owned()));
        self
    }

    fn number(mut self, kind: &str, name: &str, tsung: i64, ours: i64) -> Self {
        let line = |n: i64| format!("{kind} {name} {n}");
        if tsung != 0 {
            self.0.push(Mend::Without(line(tsung)));
        }
        if ours != 0 {
            self.0.push(Mend::With(line(ours)));
        }
        self
    }

    /// Tsung's report as ours should be.
    pub(super) fn apply(&self, mut report: Report) -> Report {
        for mend in &self.0 {
            let lines = report.lines_mut();
            match mend {
                Mend::Text { lines: begin, tsung, ours } => {
                    let mut found = false;
                    for line in
                        lines.iter_mut().filter(|line| line.starts_with(begin) && line.contains(tsung))
                    {
                        *line = line.replace(tsung, ours);
                        found = true;
                    }
                    assert!(
                        found,
                        "Tsung has no {begin:?} with {tsung:?}: nothing to mend\n{}",
                        report.near(begin)
                    );
                }
                Mend::Without(begin) => {
                    let before = lines.len();
                    lines.retain(|line| !line.starts_with(begin));
                    assert!(
                        lines.len() < before,
                        "Tsung has no {begin:?}: nothing to mend\n{}",
                        report.near(begin)
                    );
                }
                Mend::With(line) => {
                    assert!(!lines.contains(line), "Tsung has {line:?} too: nothing to mend");
                    lines.push(line.clone());
                }
            }
        }
        report
    }
}
