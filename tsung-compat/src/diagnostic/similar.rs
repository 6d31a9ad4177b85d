//! Did you mean.

/// Characters of a word for which a nearest one is looked for.
const WORD_MAX: usize = 64;
/// Candidates that are looked at, and those of about the right length among them that are compared.
const CANDIDATES_MAX: usize = 5_000;
const COMPARED_MAX: usize = 500;

/// The candidate nearest to `word`, if it is near enough to be a slip.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let too_long = |text: &str| text.chars().nth(WORD_MAX).is_some();
    if too_long(word) {
        return None;
    }
    let length = word.chars().count();
    let allowed = match length {
        0..=4 => 1,
        5 => 2,
        _ => 3,
    };
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .take(CANDIDATES_MAX)
        .filter(|candidate| !candidate.is_empty() && !too_long(candidate))
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .take(COMPARED_MAX)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// Edits from one word to the other: insert, delete, replace, swap neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["thinktime", "request", "transaction", "for", "if"];
        assert_eq!(closest("thinktim", names).as_deref(), Some("thinktime"));
        assert_eq!(closest("reqeust", names).as_deref(), Some("request"));
        assert_eq!(closest("Request", names).as_deref(), Some("request"));
        assert_eq!(closest("rampup", names), None);
        assert_eq!(closest("x", names), None);
        // Half of a short word is no slip.
        assert_eq!(closest("foo", ["not", "floor"]), None);
        assert_eq!(closest("nto", ["not", "floor"]).as_deref(), Some("not"));
    }
}
