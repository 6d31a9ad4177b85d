//! Reads a tsung-fullstats.log: single values and sums as Erlang terms.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All of it.
#[derive(Debug, Default)]
pub struct Fullstats {
    /// Values by name, those of machines as `{cpu,"node"}`.
    pub samples: BTreeMap<String, Vec<f64>>,
    /// Sums and counts by name.
    pub sums: BTreeMap<String, i64>,
}

impl Fullstats {
    /// Reads `tsung-fullstats.log` of a run's folder.
    ///
    /// # Panics
    /// When it is none.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join("tsung-fullstats.log");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&text)
    }

    /// Reads its text.
    ///
    /// # Panics
    /// When there is a term that the file does not have.
    pub fn parse(text: &str) -> Self {
        let mut all = Self::default();
        // Long terms go over several lines; the next term begins in the first column.
        let joined = text.replace("\n ", "");
        for line in joined.lines() {
            let term: String = line.chars().filter(|c| *c != ' ').collect();
            match term.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(list) => split(list).iter().for_each(|term| all.take(term)),
                None => all.take(&term),
            }
        }
        all
    }

    fn take(&mut self, term: &str) {
        let inner = term.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let fields = inner.map(split).unwrap_or_else(|| panic!("no tuple: {term}"));
        let float = |text: &str| -> f64 {
            assert!(text.contains('.'), "no float: {term}");
            text.parse().unwrap_or_else(|_| panic!("no number: {term}"))
        };
        match fields.as_slice() {
            ["sample", name, value] => {
                let list = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                let values = list.map_or_else(|| vec![*value], split);
                self.samples.entry((*name).to_owned()).or_default().extend(values.into_iter().map(float));
            }
            ["sum", name, n] => {
                let n: i64 = n.parse().unwrap_or_else(|_| panic!("no integer: {term}"));
                *self.sums.entry((*name).to_owned()).or_default() += n;
            }
            ["count", name] => *self.sums.entry((*name).to_owned()).or_default() += 1,
            // The network cards of the machine, which Tsung cannot read any more.
            ["sample_counter", _, "0"] => {}
            _ => panic!("a term that is not known: {term}"),
        }
    }
}

/// At the commas that are in no bracket.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.checked_sub(1).unwrap_or_else(|| panic!("brackets: {text}")),
            ',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_all_kinds() {
        let all = Fullstats::parse(
            "[{sample,{cpu,\"c@vm\"},2.5},\n {sample_counter,{recvpackets,\"c@vm\"},0}]\n\
             {sample,request,\n        [1.0,2.5,\n         3.0e3]}\n{sample,request,[4.0]}\n\
             [{sample,tr_a,1.5},{count,match},{sum,match,2},{sum,connected,-1}]\n",
        );
        assert_eq!(all.samples["request"], [1.0, 2.5, 3_000.0, 4.0]);
        assert_eq!(all.samples["{cpu,\"c@vm\"}"], [2.5]);
        assert_eq!((all.sums["match"], all.sums["connected"]), (3, -1));
    }

    #[test]
    #[should_panic(expected = "not known")]
    fn a_term_that_is_not_known() {
        Fullstats::parse("{sample,request}\n");
    }
}
