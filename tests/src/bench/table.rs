//! The table of results: rows of figures, a column for each tool, what must hold and whether it does. Printed as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::statistics::median;

/// Whose figure it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Column {
    /// Ours.
    Parrot,
    /// wrk.
    Wrk,
    /// ab, of the Apache project.
    Ab,
    /// Real Tsung.
    Tsung,
    /// What a measure is compared with that no tool gives: the server's own figure, the plain generator's.
    Reference,
}

impl Column {
    const ALL: [Self; 5] = [Self::Parrot, Self::Wrk, Self::Ab, Self::Tsung, Self::Reference];

    const fn title(self) -> &'static str {
        match self {
            Self::Parrot => "tsung-parrot",
            Self::Wrk => "wrk",
            Self::Ab => "ab",
            Self::Tsung => "Tsung",
            Self::Reference => "reference",
        }
    }
}

/// What must hold of our figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    /// No more than this.
    AtMost(f64),
    /// Less than this.
    Below(f64),
    /// Nothing at all.
    Zero,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::Below(limit) => value < limit,
            Self::Zero => value == 0.0,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(most) => format!("≤ {most}"),
            Self::Below(limit) => format!("< {limit}"),
            Self::Zero => "0".to_owned(),
        }
    }
}

/// One figure of each tool, round by round.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures(BTreeMap<Column, Vec<f64>>);

impl Figures {
    /// Adds the figure of a round.
    pub(super) fn push(&mut self, column: Column, value: f64) {
        self.0.entry(column).or_default().push(value);
    }

    /// The figure of one round over another column's of the same round, for all rounds.
    pub(super) fn ratios(&self, to: Column) -> Self {
        let Some(base) = self.0.get(&to) else { return Self::default() };
        let over = |values: &Vec<f64>| values.iter().zip(base).map(|(value, base)| value / base).collect();
        Self(self.0.iter().map(|(column, values)| (*column, over(values))).collect())
    }

    fn worst(&self, column: Column) -> Option<f64> {
        self.0.get(&column)?.iter().copied().reduce(f64::max)
    }

    fn medians(&self) -> BTreeMap<Column, f64> {
        self.0.iter().map(|(column, values)| (*column, median(values))).collect()
    }
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    figure: String,
    values: BTreeMap<Column, f64>,
    bound: Option<Bound>,
}

impl Row {
    /// The medians of all rounds.
    pub(super) fn medians(figure: impl Into<String>, figures: &Figures) -> Self {
        Self { figure: figure.into(), values: figures.medians(), bound: None }
    }

    /// The greatest values of all rounds.
    pub(super) fn worst(figure: impl Into<String>, figures: &Figures) -> Self {
        let worst = |column: &Column| Some((*column, figures.worst(*column)?));
        Self { figure: figure.into(), values: Column::ALL.iter().filter_map(worst).collect(), bound: None }
    }

    /// With something that must hold of our figure.
    #[must_use]
    pub(super) const fn must(mut self, bound: Bound) -> Self {
        self.bound = Some(bound);
        self
    }

    /// Whether what must hold does; none where nothing must, or where our figure or what it needs is absent.
    fn holds(&self) -> Option<bool> {
        let value = self.values.get(&Column::Parrot)?;
        self.bound.map(|bound| bound.holds(*value))
    }

    fn verdict(&self) -> &'static str {
        match self.holds() {
            Some(true) => "yes",
            Some(false) => "NO",
            None if self.bound.is_some() => "not measured",
            None => "",
        }
    }
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    /// Adds rows.
    pub(super) fn extend(&mut self, rows: Vec<Row>) {
        self.0.extend(rows);
    }

    /// How many bounds do not hold.
    pub(super) fn missed(&self) -> usize {
        self.0.iter().filter(|row| row.holds() == Some(false)).count()
    }

    /// As Markdown, its columns aligned.
    pub(super) fn markdown(&self) -> String {
        let mut lines = vec![vec!["figure".to_owned()]];
        lines[0].extend(Column::ALL.map(|column| column.title().to_owned()));
        lines[0].extend(["must hold".to_owned(), "holds".to_owned()]);
        for row in &self.0 {
            let cell = |column: Column| row.values.get(&column).map_or_else(String::new, |v| shown(*v));
            let mut line = vec![row.figure.clone()];
            line.extend(Column::ALL.map(cell));
            line.push(row.bound.map_or_else(String::new, Bound::text));
            line.push(row.verdict().to_owned());
            lines.push(line);
        }
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                let width = widths[column];
                // Names to the left, figures to the right. Writing to a String cannot fail.
                let _ = match column {
                    0 => write!(text, "| {cell:<width$} "),
                    _ => write!(text, "| {cell:>width$} "),
                };
            }
            text.push_str("|\n");
            if index == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let end = if column == 0 { "-" } else { ":" };
                    let _ = write!(text, "|{}{end}", "-".repeat(width + 1));
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

/// Three digits that count, without an exponent.
fn shown(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_owned();
    }
    let decimals = match size {
        _ if size == 0.0 || size >= 100.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let mut figures = Figures::default();
        for (ours, wrk) in [(8.0, 10.0), (30.0, 20.0), (9.0, 10.0)] {
            figures.push(Column::Parrot, ours);
            figures.push(Column::Wrk, wrk);
        }
        figures
    }

    #[test]
    fn ratios_are_of_each_round_and_the_median_is_of_the_ratios() {
        let row = Row::medians("ratio", &figures().ratios(Column::Wrk));
        assert_eq!(row.values, BTreeMap::from([(Column::Parrot, 0.9), (Column::Wrk, 1.0)]));
        assert!(Row::medians("ratio", &figures().ratios(Column::Ab)).values.is_empty());
        assert_eq!(Row::worst("worst", &figures()).values[&Column::Parrot], 30.0);
    }

    #[test]
    fn bounds_are_judged_where_there_is_a_figure() {
        let row = |bound| Row::medians("x", &figures()).must(bound);
        assert_eq!(row(Bound::AtMost(9.0)).holds(), Some(true));
        assert_eq!(row(Bound::Below(9.0)).holds(), Some(false));
        assert_eq!(row(Bound::Zero).holds(), Some(false));
        assert_eq!(row(Bound::AtMost(9.0)).verdict(), "yes");
        assert_eq!(Row::medians("x", &figures()).verdict(), "");
        assert_eq!(Row::medians("x", &Figures::default()).must(Bound::Zero).verdict(), "not measured");
    }

    #[test]
    fn the_table_is_aligned_markdown() {
        let mut table = Table::default();
        table.extend(vec![
            Row::medians("CPU per request, µs", &figures()),
            Row::medians("ratio to wrk", &figures().ratios(Column::Wrk)).must(Bound::AtMost(0.5)),
        ]);
        assert_eq!(table.missed(), 1);
        let expected = "\
            | figure              | tsung-parrot |  wrk | ab | Tsung | reference | must hold | holds |\n\
            |---------------------|-------------:|-----:|---:|------:|----------:|----------:|------:|\n\
            | CPU per request, µs |         9.00 | 10.0 |    |       |           |           |       |\n\
            | ratio to wrk        |        0.900 | 1.00 |    |       |           |     ≤ 0.5 |    NO |\n";
        assert_eq!(table.markdown(), expected);
    }

    #[test]
    fn figures_have_three_digits() {
        let cases = [(0.0, "0"), (0.0123, "0.012"), (1.234, "1.23"), (56.78, "56.8"), (12345.6, "12346")];
        for (value, text) in cases {
            assert_eq!(shown(value), text);
        }
        assert_eq!(shown(f64::NAN), "–");
    }
}
