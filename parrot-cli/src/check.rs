//! `check`: everything there is to say about configurations, without starting anything.

use std::path::Path;

use parrot_core::monitor;
use parrot_core::program::Program;
use serde_json::{Value, json};
use tsung_compat::{Checked, Diagnostic, Line, Loaded, Row, Severity, visible};

use crate::args::Options;
use crate::failure::Failure;
use crate::preflight::Preflight;
use crate::{config, folder, screen, workers};

/// Kinds of what cannot be run that a summary names.
const KINDS_SHOWN_MAX: usize = 8;

/// Checks all configurations that the options name.
pub(crate) fn check(options: &Options) -> Result<(), Failure> {
    let settings = config::settings(options);
    let mut failed = false;
    for path in config::paths(options, folder::tsung_home().as_deref())? {
        let file = name(&path);
        let checked = tsung_compat::check(&config::source(path)?, &settings);
        let judged = Judged::new(file, checked, options);
        if options.json {
            judged.print_json()?;
        } else {
            judged.print()?;
        }
        failed |= judged.errors() > 0;
    }
    if failed { Err(Failure::Refused) } else { Ok(()) }
}

fn name(path: &Path) -> String {
    if config::is_stdin(path) { "stdin".to_owned() } else { path.display().to_string() }
}

/// What became of one configuration.
#[derive(Debug)]
struct Judged {
    file: String,
    diagnostics: Vec<Diagnostic>,
    /// Where it runs otherwise than in Tsung.
    rows: Vec<Row>,
    /// Why it cannot be made ready though nothing is wrong with it.
    unready: Option<String>,
    /// What it will need; of what can be started only.
    preflight: Option<Preflight>,
}

impl Judged {
    fn new(file: String, checked: Checked, options: &Options) -> Self {
        let Checked { diagnostics, loaded, rows } = checked;
        let mut judged = Self { file, diagnostics, rows, unready: None, preflight: None };
        if let Some(loaded) = loaded
            && judged.count(Severity::NotYet) == 0
        {
            judged.make_ready(loaded, options);
        }
        judged
    }

    fn make_ready(&mut self, loaded: Loaded, options: &Options) {
        let engines = workers::engines(options, loaded.cpus);
        match Program::link(loaded.plan, loaded.files) {
            Ok(program) => {
                let machine = monitor::machine();
                self.preflight = Some(Preflight::new(&program.plan, &machine, options.joining(), engines));
            }
            Err(error) => self.unready = Some(error.to_string()),
        }
    }

    /// Findings of that severity; lints are not among the warnings.
    fn count(&self, severity: Severity) -> usize {
        let same = self.diagnostics.iter().filter(|found| found.severity == severity);
        same.filter(|found| !found.is_lint()).map(Diagnostic::count).sum()
    }

    fn lints(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.is_lint()).map(Diagnostic::count).sum()
    }

    fn errors(&self) -> usize {
        self.count(Severity::Error) + usize::from(self.unready.is_some())
    }

    fn loads(&self) -> bool {
        self.preflight.is_some()
    }

    fn print(&self) -> Result<(), Failure> {
        let colours = screen::colours();
        for found in &self.diagnostics {
            screen::err(&found.render(colours));
        }
        if let Some(why) = &self.unready {
            screen::err(&format!("error: {}: {why}", visible(&self.file)));
        }
        // Whoever has errors to mend wants to see nothing else.
        if self.errors() == 0 && !self.rows.is_empty() {
            screen::err("differences from Tsung that this file touches:");
            self.rows.iter().for_each(|row| screen::err(&difference(row)));
        }
        if let Some(preflight) = &self.preflight {
            preflight.show();
        }
        screen::result(&self.summary())
    }

    /// `shop.xml: loads; 2 warnings, 1 lint`.
    fn summary(&self) -> String {
        let errors = self.errors();
        let foreign = self.diagnostics.iter().filter(|found| found.other_protocol().is_some());
        let verdict = if errors > foreign.map(Diagnostic::count).sum() {
            counted(errors, "error")
        } else if errors > 0 {
            let protocols = listed(&self.kinds(Diagnostic::other_protocol));
            format!("right, but this release does not speak its protocol: {protocols}")
        } else if self.loads() {
            "loads".to_owned()
        } else {
            format!("right, but this release cannot run: {}", listed(&self.kinds(Diagnostic::unsupported)))
        };
        let remarks = [(self.count(Severity::Warning), "warning"), (self.lints(), "lint")];
        let remarks = remarks.iter().filter(|(count, _)| *count > 0);
        let remarks: Vec<String> = remarks.map(|(count, what)| counted(*count, what)).collect();
        let file = visible(&self.file);
        if remarks.is_empty() {
            format!("{file}: {verdict}")
        } else {
            format!("{file}: {verdict}; {}", remarks.join(", "))
        }
    }

    /// What the diagnostics are about, each once with the number of its places.
    fn kinds(&self, of: impl Fn(&Diagnostic) -> Option<String>) -> Vec<String> {
        let mut kinds: Vec<(String, usize)> = Vec::new();
        for found in &self.diagnostics {
            let Some(what) = of(found) else { continue };
            match kinds.iter_mut().find(|(kind, _)| *kind == what) {
                Some((_, places)) => *places += found.count(),
                None => kinds.push((what, found.count())),
            }
        }
        let shown = kinds.into_iter().map(|(what, places)| match places {
            1 => what,
            _ => format!("{what} ({places} places)"),
        });
        shown.collect()
    }

    fn print_json(&self) -> Result<(), Failure> {
        for found in &self.diagnostics {
            screen::result(&of_kind("diagnostic", found.json()).to_string())?;
        }
        if let Some(why) = &self.unready {
            let error = json!({ "severity": "error", "file": self.file, "message": why });
            screen::result(&of_kind("diagnostic", error).to_string())?;
        }
        let preflight = self.preflight.as_ref();
        let lines: Vec<&String> = preflight.iter().flat_map(|p| p.needs.iter().chain(&p.warnings)).collect();
        let summary = json!({
            "file": self.file,
            "loads": self.loads(),
            "errors": self.errors(),
            "not_yet": self.count(Severity::NotYet),
            "warnings": self.count(Severity::Warning),
            "lints": self.lints(),
            "cannot_run": self.kinds(Diagnostic::unsupported),
            "protocols": self.kinds(Diagnostic::other_protocol),
            "preflight": lines,
            "differences": self.rows.iter().map(difference_json).collect::<Vec<_>>(),
        });
        screen::result(&of_kind("summary", summary).to_string())
    }
}

/// `  shop.xml:9:5: DOCTYPE (mend)`, then what Tsung does and what is done here.
fn difference(row: &Row) -> String {
    let (line, column) = row.position;
    let more = match row.places {
        0 | 1 => String::new(),
        2 => ", and 1 more place".to_owned(),
        places => format!(", and {} more places", places - 1),
    };
    let Line { topic, tsung, ours, class } = row.line;
    let (topic, tsung, ours) = (plain(topic), plain(tsung), plain(ours));
    format!(
        "  {}:{line}:{column}: {topic} ({}{more})\n      Tsung: {tsung}\n      here: {ours}",
        visible(&row.file),
        class.as_str()
    )
}

fn difference_json(row: &Row) -> Value {
    let Line { topic, tsung, ours, class } = row.line;
    json!({
        "file": row.file,
        "line": row.position.0,
        "column": row.position.1,
        "places": row.places,
        "topic": plain(topic),
        "tsung": plain(tsung),
        "ours": plain(ours),
        "class": class.as_str(),
    })
}

/// A cell of the page without its markup.
fn plain(cell: &str) -> String {
    cell.replace("\\|", "|").replace('`', "")
}

/// An object that says what it is about.
fn of_kind(kind: &str, mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("kind".to_owned(), kind.into());
    }
    object
}

/// The first of them, and how many there are more.
fn listed(kinds: &[String]) -> String {
    let mut text = kinds.iter().take(KINDS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    if kinds.len() > KINDS_SHOWN_MAX {
        text = format!("{text} and {}", counted(kinds.len() - KINDS_SHOWN_MAX, "more kind"));
    }
    text
}

/// `1 error`, `2 errors`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_a_few_kinds() {
        let kinds: Vec<String> = (1..=10).map(|number| format!("k{number}")).collect();
        assert_eq!(listed(&kinds[..2]), "k1, k2");
        assert_eq!(listed(&kinds[..8]), "k1, k2, k3, k4, k5, k6, k7, k8");
        assert_eq!(listed(&kinds[..9]), "k1, k2, k3, k4, k5, k6, k7, k8 and 1 more kind");
        assert_eq!(listed(&kinds), "k1, k2, k3, k4, k5, k6, k7, k8 and 2 more kinds");
    }
}
