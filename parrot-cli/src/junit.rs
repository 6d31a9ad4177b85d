//! `--junit`: the verdict and the rules as a JUnit report, for continuous integration.
//!
//! The file is there from the start and says that the run did not end; a run that is killed leaves no older, better one behind.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use parrot_core::sink::{Summary, verdict_text};
use parrot_core::stats::Grade;

use crate::failure::Failure;
use crate::xml_text::escape;

/// What a run that leaves no summary is said to have done.
const NO_END: &str = "the run did not come to its end";

/// A report that waits for the end of the run.
#[derive(Debug)]
pub(crate) struct Junit {
    /// Open from the start: a run that breaks off for want of descriptors must still be told of.
    file: File,
    path: PathBuf,
    /// Name of the configuration: the class that the cases belong to.
    config: String,
}

impl Junit {
    /// Makes the file.
    pub(crate) fn create(path: &Path, config: &str) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| unwritable(path, error))?;
        let junit = Self { file, path: path.to_owned(), config: config.to_owned() };
        junit.write(None, Some(NO_END))?;
        Ok(junit)
    }

    /// Writes what became of the run; `broken` says why it did not go through.
    pub(crate) fn write(&self, summary: Option<&Summary>, broken: Option<&str>) -> Result<(), Failure> {
        let text = render(&self.config, summary, broken);
        self.replace(&text).map_err(|error| unwritable(&self.path, error))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let mut file = &self.file;
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())
    }
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    Failure::File { path: path.to_owned(), error, option: Some("--junit") }
}

/// How a case ended.
enum Outcome {
    Passed,
    /// What is worth knowing of a case that passed.
    Remark(String),
    Failure(String),
    Error(String),
}

struct Case {
    name: String,
    secs: f64,
    outcome: Outcome,
}

fn render(config: &str, summary: Option<&Summary>, broken: Option<&str>) -> String {
    let mut cases = vec![verdict(summary, broken)];
    cases.extend(summary.into_iter().flat_map(|summary| &summary.thresholds).map(|result| {
        let text = verdict_text::rule(result);
        let outcome = if result.passed { Outcome::Remark(text) } else { Outcome::Failure(text) };
        Case { name: result.rule.trim().to_owned(), secs: 0.0, outcome }
    }));
    let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, Outcome::Failure(_)));
    let errors = count(|outcome| matches!(outcome, Outcome::Error(_)));
    let secs = summary.map_or(0.0, |summary| summary.duration.as_secs_f64());
    let counts =
        format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{secs:.3}\"", cases.len());
    let cases: String = cases.iter().map(|case| element(case, config)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"tsung-parrot\" {counts}>\n  \
         <testsuite name=\"{}\" {counts} skipped=\"0\">\n{cases}  </testsuite>\n</testsuites>\n",
        escape(config)
    )
}

/// The run fails this case where it broke off or is invalid; rules may ask for more.
fn verdict(summary: Option<&Summary>, broken: Option<&str>) -> Case {
    let secs = summary.map_or(0.0, |summary| summary.duration.as_secs_f64());
    let outcome = match (broken, summary) {
        (Some(text), _) => Outcome::Error(text.to_owned()),
        (None, None) => Outcome::Error(NO_END.to_owned()),
        (None, Some(summary)) => {
            let reasons: Vec<String> = summary
                .verdict
                .findings
                .iter()
                .map(|finding| verdict_text::sentence(&finding.reason))
                .collect();
            let grade = summary.verdict.grade();
            let text = format!("{}: {}", verdict_text::headline(grade), reasons.join("; "));
            match grade {
                Grade::Valid => Outcome::Passed,
                Grade::Doubtful => Outcome::Remark(text),
                Grade::Invalid => Outcome::Failure(text),
            }
        }
    };
    Case { name: "verdict".to_owned(), secs, outcome }
}

fn element(case: &Case, config: &str) -> String {
    let start = format!(
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3}\"",
        escape(&case.name),
        escape(config),
        case.secs
    );
    let inside = match &case.outcome {
        Outcome::Passed => return format!("{start}/>\n"),
        Outcome::Remark(text) => format!("<system-out>{}</system-out>", escape(text)),
        Outcome::Failure(text) => {
            format!("<failure type=\"failure\" message=\"{0}\">{0}</failure>", escape(text))
        }
        Outcome::Error(text) => format!("<error type=\"error\" message=\"{0}\">{0}</error>", escape(text)),
    };
    format!("{start}>\n      {inside}\n    </testcase>\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scratch::Scratch;
    use parrot_core::sink::EndReason;
    use parrot_core::stats::{Catalogue, Counter, Draft, Recorder, SeriesId, Shape, Timeline};
    use parrot_core::time::Nanos;

    fn summary(dropped: u64, planned: u64, rules: &[&str]) -> Summary {
        let shape = Shape { series: SeriesId::FIXED as usize, phases: 1 };
        let mut timeline = Timeline::new(shape, planned, Vec::new());
        let rule = |rule: &&str| {
            Draft::parse(rule).and_then(|draft| draft.resolve(&Catalogue::default())).expect("a rule")
        };
        timeline.watch(rules.iter().map(rule).collect());
        let mut recorder = Recorder::new(shape);
        recorder.count(Counter::RecordDropped, dropped);
        timeline.record(&recorder);
        timeline.finish(EndReason::Completed, 0.0, Nanos::from_millis(2_500), 0)
    }

    #[test]
    fn a_run_with_rules() {
        let text = render("a&b.xml", Some(&summary(0, 0, &["errors < 1", "errors > 1"])), None);
        assert_eq!(
            text,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tsung-parrot" tests="3" failures="1" errors="0" time="2.500">
  <testsuite name="a&amp;b.xml" tests="3" failures="1" errors="0" time="2.500" skipped="0">
    <testcase name="verdict" classname="a&amp;b.xml" time="2.500"/>
    <testcase name="errors &lt; 1" classname="a&amp;b.xml" time="0.000">
      <failure type="failure" message="errors &lt; 1: 0">errors &lt; 1: 0</failure>
    </testcase>
    <testcase name="errors &gt; 1" classname="a&amp;b.xml" time="0.000">
      <system-out>errors &gt; 1: 0</system-out>
    </testcase>
  </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn an_invalid_run_fails_and_a_doubtful_one_is_remarked() {
        let invalid = render("x", Some(&summary(0, 3, &[])), None);
        assert!(invalid.contains(" failures=\"1\" errors=\"0\""), "{invalid}");
        assert!(invalid.contains("message=\"INVALID: 3 planned users were never started\""), "{invalid}");
        let doubtful = render("x", Some(&summary(2, 0, &[])), None);
        assert!(doubtful.contains(" failures=\"0\" errors=\"0\""), "{doubtful}");
        assert!(doubtful.contains("<system-out>DOUBTFUL: 2 rows "), "{doubtful}");
    }

    #[test]
    fn a_broken_run_is_an_error() {
        for summary in [None, Some(summary(0, 3, &[]))] {
            let text = render("x", summary.as_ref(), Some("gone\u{1}\n"));
            assert!(text.contains(" failures=\"0\" errors=\"1\""), "{text}");
            assert!(text.contains("<error type=\"error\" message=\"gone\u{fffd}&#10;\">"), "{text}");
        }
    }

    #[test]
    fn the_file_is_there_from_the_start() {
        let scratch = Scratch::new("junit").expect("a scratch folder");
        let path = scratch.path().join("report.xml");
        fs::write(&path, "an older report").expect("written");
        let junit = Junit::create(&path, "x").expect("made");
        assert!(fs::read_to_string(&path).expect("a file").contains(NO_END));
        junit.write(Some(&summary(0, 0, &[])), None).expect("written");
        assert!(!fs::read_to_string(&path).expect("a file").contains("error type"));
        let nowhere = Junit::create(&scratch.path().join("no/where.xml"), "x");
        assert!(matches!(nowhere, Err(Failure::File { .. })));
    }
}
