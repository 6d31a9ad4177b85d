//! The grammar of rules, and their names.

use std::ops::Range;

use super::{Catalogue, Comparison, Condition, Grade, Measure, Rule, Statistic};
use crate::stats::Counter;

/// A rule whose names are not known yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    text: String,
    condition: DraftCondition,
}

#[derive(Clone, Debug, PartialEq)]
enum DraftCondition {
    Verdict(Grade),
    Figure {
        function: Function,
        /// Where the name stands, if there is one.
        name: Option<Range<usize>>,
        comparison: Comparison,
        bound: f64,
        percent: bool,
        any_window: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Duration(Statistic),
    Count,
    Errors,
}

/// Why a rule cannot be followed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RuleError {
    /// Which bytes of the rule are at fault; empty at its end.
    pub at: Range<usize>,
    /// What should be there.
    pub expected: Expected,
}

/// What should be in a place of a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expected {
    /// A verdict or a figure.
    Figure,
    /// A percentile above 0 and up to 100.
    Percentile,
    /// `(`, since the figure is one of a series.
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// One of the run's series.
    Series,
    /// One of the run's counters.
    Counter,
    /// A comparison.
    Comparison,
    /// A number.
    Number,
    /// A unit of time.
    TimeUnit,
    /// Nothing: a count has no unit.
    NoUnit,
    /// `%` or nothing.
    Percent,
    /// `in any window`, or the end.
    End,
}

impl Draft {
    /// Reads a rule.
    ///
    /// # Errors
    /// The first place where it does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut reader = Reader { text, at: 0 };
        let condition = reader.condition()?;
        Ok(Self { text: text.to_owned(), condition })
    }

    /// The rule as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Finds what its name stands for.
    ///
    /// # Errors
    /// When nothing is called so.
    pub fn resolve(&self, names: &Catalogue) -> Result<Rule, RuleError> {
        let condition = match &self.condition {
            DraftCondition::Verdict(grade) => Condition::Verdict(*grade),
            DraftCondition::Figure { function, name, comparison, bound, percent, any_window } => {
                Condition::Figure {
                    measure: self.measure(*function, name.as_ref(), *percent, names)?,
                    comparison: *comparison,
                    bound: *bound,
                    any_window: *any_window,
                }
            }
        };
        Ok(Rule { text: self.text.clone(), condition })
    }

    fn measure(
        &self,
        function: Function,
        name: Option<&Range<usize>>,
        percent: bool,
        names: &Catalogue,
    ) -> Result<Measure, RuleError> {
        let at = name.cloned().unwrap_or(0..0);
        let name = &self.text[at.clone()];
        let series = || {
            let found = names.series.iter().find(|(known, _)| known == name).map(|(_, series)| *series);
            found.ok_or_else(|| RuleError { at: at.clone(), expected: Expected::Series })
        };
        Ok(match function {
            Function::Duration(statistic) => Measure::Duration(statistic, series()?),
            Function::Count => Measure::Count(series()?),
            Function::Errors if name.is_empty() => Measure::Errors { counters: None, percent },
            Function::Errors => {
                let found = names.counters.iter().filter(|(known, _)| known == name);
                let counters: Vec<Counter> = found.map(|(_, counter)| *counter).collect();
                if counters.is_empty() {
                    return Err(RuleError { at, expected: Expected::Counter });
                }
                Measure::Errors { counters: Some(counters), percent }
            }
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn condition(&mut self) -> Result<DraftCondition, RuleError> {
        let word = self.word();
        let grade = match &self.text[word.clone()] {
            "invalid" => Some(Grade::Invalid),
            "doubtful" => Some(Grade::Doubtful),
            _ => None,
        };
        if let Some(grade) = grade {
            self.end()?;
            return Ok(DraftCondition::Verdict(grade));
        }
        let function = self.function(word)?;
        let name = self.name(function)?;
        let comparison = self.comparison()?;
        let (bound, percent) = self.bound(function)?;
        let any_window = self.any_window()?;
        Ok(DraftCondition::Figure { function, name, comparison, bound, percent, any_window })
    }

    fn function(&self, word: Range<usize>) -> Result<Function, RuleError> {
        let text = &self.text[word.clone()];
        Ok(match text {
            "mean" => Function::Duration(Statistic::Mean),
            "min" => Function::Duration(Statistic::Min),
            "max" => Function::Duration(Statistic::Max),
            "count" => Function::Count,
            "errors" => Function::Errors,
            _ => match text.strip_prefix('p').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
                // Shifting the point keeps 99.9 exact, a division by 100 would not.
                Some(percent) => match format!("{percent}e-2").parse::<f64>() {
                    Ok(share) if share > 0.0 && share <= 1.0 => {
                        Function::Duration(Statistic::Quantile(share))
                    }
                    _ => return Err(RuleError { at: word, expected: Expected::Percentile }),
                },
                None => return Err(RuleError { at: word, expected: Expected::Figure }),
            },
        })
    }

    /// The name in parentheses. All errors have none.
    fn name(&mut self, function: Function) -> Result<Option<Range<usize>>, RuleError> {
        self.skip_blanks();
        if !self.take("(") {
            let all = function == Function::Errors;
            return if all { Ok(None) } else { Err(self.here(Expected::OpenParenthesis)) };
        }
        self.skip_blanks();
        // Names hold no parentheses and no blanks.
        let name = self.run(|c| c != ')' && c != '(' && !c.is_whitespace());
        if name.is_empty() {
            let errors = function == Function::Errors;
            return Err(self.here(if errors { Expected::Counter } else { Expected::Series }));
        }
        self.skip_blanks();
        if self.take(")") { Ok(Some(name)) } else { Err(self.here(Expected::CloseParenthesis)) }
    }

    fn comparison(&mut self) -> Result<Comparison, RuleError> {
        self.skip_blanks();
        let known = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ];
        let found = known.into_iter().find(|(sign, _)| self.take(sign)).map(|(_, comparison)| comparison);
        found.ok_or_else(|| self.here(Expected::Comparison))
    }

    /// In the unit that the function's figures have, and whether it is a share.
    fn bound(&mut self, function: Function) -> Result<(f64, bool), RuleError> {
        self.skip_blanks();
        let digits = self.run(|c| c.is_ascii_digit() || c == '.');
        let Ok(number) = self.text[digits.clone()].parse::<f64>() else {
            let at = if digits.is_empty() { self.next_word() } else { digits };
            return Err(RuleError { at, expected: Expected::Number });
        };
        let before = self.at;
        self.skip_blanks();
        let unit = self.run(|c| !c.is_whitespace());
        let wrong = |expected| Err(RuleError { at: unit.clone(), expected });
        match (function, &self.text[unit.clone()]) {
            (Function::Duration(_), "us") => Ok((number / 1_000.0, false)),
            (Function::Duration(_), "ms") => Ok((number, false)),
            (Function::Duration(_), "s") => Ok((number * 1_000.0, false)),
            (Function::Duration(_), _) => wrong(Expected::TimeUnit),
            (Function::Errors, "%") => Ok((number, true)),
            (_, "" | "in") => {
                self.at = before;
                Ok((number, false))
            }
            (Function::Errors, _) => wrong(Expected::Percent),
            (Function::Count, _) => wrong(Expected::NoUnit),
        }
    }

    fn any_window(&mut self) -> Result<bool, RuleError> {
        for (index, expected) in ["in", "any", "window"].into_iter().enumerate() {
            let word = self.next_word();
            if index == 0 && word.is_empty() {
                return Ok(false);
            }
            if &self.text[word.clone()] != expected {
                return Err(RuleError { at: word, expected: Expected::End });
            }
            self.at = word.end;
        }
        self.end()?;
        Ok(true)
    }

    fn end(&mut self) -> Result<(), RuleError> {
        let rest = self.next_word();
        if rest.is_empty() { Ok(()) } else { Err(RuleError { at: rest, expected: Expected::End }) }
    }

    /// Letters, digits, dots and what else names are made of, after blanks.
    fn word(&mut self) -> Range<usize> {
        self.skip_blanks();
        self.run(|c| c.is_alphanumeric() || c == '_' || c == '.')
    }

    /// What stands next up to a blank, without passing it.
    fn next_word(&mut self) -> Range<usize> {
        self.skip_blanks();
        let start = self.at;
        let word = self.run(|c| !c.is_whitespace());
        self.at = start;
        word
    }

    fn skip_blanks(&mut self) {
        self.run(char::is_whitespace);
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> Range<usize> {
        let (start, rest) = (self.at, self.rest());
        self.at += rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        start..self.at
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn here(&mut self, expected: Expected) -> RuleError {
        RuleError { at: self.next_word(), expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Errno, SeriesId};

    fn names() -> Catalogue {
        Catalogue {
            series: vec![
                ("request".to_owned(), SeriesId::REQUEST),
                ("tr_a-b@c.d".to_owned(), SeriesId(SeriesId::FIXED)),
            ],
            counters: vec![
                ("error_twice".to_owned(), Counter::ConnectTimeout),
                ("error_twice".to_owned(), Counter::ConnectFailed(Errno(1))),
                ("404".to_owned(), Counter::Status(404)),
            ],
        }
    }

    fn read(text: &str) -> Result<Condition, RuleError> {
        Draft::parse(text)?.resolve(&names()).map(|rule| {
            assert_eq!(rule.text, text);
            rule.condition
        })
    }

    fn figure(measure: Measure, comparison: Comparison, bound: f64, any_window: bool) -> Condition {
        Condition::Figure { measure, comparison, bound, any_window }
    }

    #[test]
    fn rules_are_read() {
        let quantile = |share| Measure::Duration(Statistic::Quantile(share), SeriesId::REQUEST);
        let of = |statistic| Measure::Duration(statistic, SeriesId(SeriesId::FIXED));
        let errors = |counters, percent| Measure::Errors { counters, percent };
        for (text, expected) in [
            ("invalid", Condition::Verdict(Grade::Invalid)),
            (" doubtful ", Condition::Verdict(Grade::Doubtful)),
            ("p99(request) > 300ms", figure(quantile(0.99), Comparison::Above, 300.0, false)),
            ("p99.9 ( request )>=0.3 s", figure(quantile(0.999), Comparison::AtLeast, 300.0, false)),
            ("p100(request)<250us", figure(quantile(1.0), Comparison::Below, 0.25, false)),
            ("mean(tr_a-b@c.d) <= 1s", figure(of(Statistic::Mean), Comparison::AtMost, 1_000.0, false)),
            ("min(tr_a-b@c.d) > 1s", figure(of(Statistic::Min), Comparison::Above, 1_000.0, false)),
            (
                "max(tr_a-b@c.d) > 1s in any window",
                figure(of(Statistic::Max), Comparison::Above, 1_000.0, true),
            ),
            (
                "count(request) < 1000",
                figure(Measure::Count(SeriesId::REQUEST), Comparison::Below, 1_000.0, false),
            ),
            ("errors > 1%", figure(errors(None, true), Comparison::Above, 1.0, false)),
            ("errors > 5 in any window", figure(errors(None, false), Comparison::Above, 5.0, true)),
            ("errors > 5 %  in  any window ", figure(errors(None, true), Comparison::Above, 5.0, true)),
            (
                "errors(error_twice) > 0",
                figure(
                    errors(Some(vec![Counter::ConnectTimeout, Counter::ConnectFailed(Errno(1))]), false),
                    Comparison::Above,
                    0.0,
                    false,
                ),
            ),
            (
                "errors(404) >= 0.5%",
                figure(errors(Some(vec![Counter::Status(404)]), true), Comparison::AtLeast, 0.5, false),
            ),
        ] {
            let read = read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn the_place_of_a_mistake_is_told() {
        for (text, at, expected) in [
            ("", "", Expected::Figure),
            ("valid", "valid", Expected::Figure),
            ("invalid > 3", ">", Expected::End),
            ("q99(request) > 1s", "q99", Expected::Figure),
            ("p(request) > 1s", "p", Expected::Figure),
            ("p0(request) > 1s", "p0", Expected::Percentile),
            ("p101(request) > 1s", "p101", Expected::Percentile),
            ("p9.9.9(request) > 1s", "p9.9.9", Expected::Percentile),
            ("p99 > 1s", ">", Expected::OpenParenthesis),
            ("p99() > 1s", ")", Expected::Series),
            ("errors() > 1", ")", Expected::Counter),
            ("p99(request > 1s", ">", Expected::CloseParenthesis),
            ("p99(reqest) > 1s", "reqest", Expected::Series),
            ("count(404) > 1", "404", Expected::Series),
            ("errors(request) > 1", "request", Expected::Counter),
            ("p99(request) = 1s", "=", Expected::Comparison),
            ("p99(request)", "", Expected::Comparison),
            ("p99(request) > fast", "fast", Expected::Number),
            ("p99(request) > 1.2.3s", "1.2.3", Expected::Number),
            ("p99(request) > ", "", Expected::Number),
            ("p99(request) > 300", "", Expected::TimeUnit),
            ("p99(request) > 300min", "min", Expected::TimeUnit),
            ("p99(request) > 3 in any window", "in", Expected::TimeUnit),
            ("count(request) > 3s", "s", Expected::NoUnit),
            ("errors > 3ms", "ms", Expected::Percent),
            ("errors > 3 each", "each", Expected::Percent),
            ("errors > 3 in a window", "a", Expected::End),
            ("errors > 3 in any window today", "today", Expected::End),
            ("errors > 3 in any", "", Expected::End),
            ("errors > 3% é", "é", Expected::End),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!((&text[error.at.clone()], error.expected), (at, expected), "{text}");
        }
    }
}
