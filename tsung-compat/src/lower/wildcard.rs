//! Session names with wildcards, in `<user>` and `<session_setup>`.

use std::collections::HashMap;
use std::rc::Rc;

use crate::diagnostic::Markup;
use crate::limits;

/// The sessions of a configuration, to be found by patterns. Any number of patterns may meet any number of names, so the work is
/// counted, and a pattern that comes again costs nothing new.
#[derive(Debug, Default)]
pub(crate) struct SessionNames<'a> {
    names: Vec<&'a str>,
    of_name: HashMap<&'a str, Vec<usize>>,
    /// What patterns have found.
    found: HashMap<String, Rc<[usize]>>,
    /// How many sessions are in `found`.
    kept: usize,
    /// Comparisons so far, and sessions that were found.
    work: usize,
}

impl<'a> SessionNames<'a> {
    pub(crate) fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sessions = Self { names: names.into_iter().collect(), ..Self::default() };
        for (index, name) in sessions.names.iter().enumerate() {
            sessions.of_name.entry(name).or_default().push(index);
        }
        sessions
    }

    /// The indices of the sessions with exactly that name.
    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.of_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The indices of the sessions whose name fits, in their order. `*` is any text, `?` any character, everything else itself:
    /// Tsung reads the rest as a regular expression; nobody means that, and a name such as `a.c` then matches `abc`.
    ///
    /// # Errors
    ///
    /// [`limits::NAME_COMPARISONS_MAX`] has been reached.
    pub(crate) fn matching(&mut self, pattern: &str) -> Result<Rc<[usize]>, Markup> {
        let known = if pattern.contains(['*', '?']) {
            self.found.get(pattern).map(Rc::clone)
        } else {
            Some(Rc::from(self.named(pattern)))
        };
        let found = match known {
            Some(known) => known,
            None => self.walk(pattern)?,
        };
        self.spend(found.len() + 1)?;
        Ok(found)
    }

    fn walk(&mut self, pattern: &str) -> Result<Rc<[usize]>, Markup> {
        let mut found = Vec::new();
        for index in 0..self.names.len() {
            let (fits, comparisons) = compare(pattern, self.names[index]);
            self.spend(comparisons)?;
            if fits {
                found.push(index);
            }
        }
        let found: Rc<[usize]> = found.into();
        if self.kept + found.len() < limits::STATIC_USERS_MAX {
            self.kept += found.len();
            self.found.insert(pattern.to_owned(), Rc::clone(&found));
        }
        Ok(found)
    }

    fn spend(&mut self, work: usize) -> Result<(), Markup> {
        self.work = self.work.saturating_add(work);
        if self.work > limits::NAME_COMPARISONS_MAX {
            let (what, limit) = ("comparisons of wildcards with session names", limits::NAME_COMPARISONS_MAX);
            return Err(Markup::TooMany { what, limit });
        }
        Ok(())
    }
}

/// Whether a name fits, and how many characters were looked at to see it.
fn compare(pattern: &str, name: &str) -> (bool, usize) {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut comparisons = 0;
    // Where to go on when the text after the last `*` does not fit.
    let mut retry = None;
    loop {
        comparisons += 1;
        let (mut pattern_after, mut name_after) = (pattern.clone(), name.clone());
        let (wanted, there) = (pattern_after.next(), name_after.next());
        match (wanted, there) {
            (Some('*'), _) => {
                retry = Some((pattern_after.clone(), name.clone()));
                pattern = pattern_after;
            }
            (None, None) => return (true, comparisons),
            (Some(wanted), Some(there)) if wanted == '?' || wanted == there => {
                (pattern, name) = (pattern_after, name_after);
            }
            // What is left is too short for any pattern.
            (_, None) => return (false, comparisons),
            _ => match &mut retry {
                Some((after, from)) => {
                    from.next();
                    (pattern, name) = (after.clone(), from.clone());
                }
                None => return (false, comparisons),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, name, expected) in [
            ("shop", "shop", true),
            ("shop", "shop2", false),
            ("shop*", "shop2", true),
            ("*", "", true),
            ("**", "", true),
            ("?", "", false),
            ("*op", "shop", true),
            ("*op", "shopo", false),
            ("s*p", "shop-stop", true),
            ("s*o*ü", "shop-ütü", true),
            ("s?op", "shop", true),
            ("s?op", "süop", true),
            ("s?op", "sop", false),
            ("a.c", "abc", false),
            ("a+", "a+", true),
            ("a*", "a*", true),
        ] {
            let found = SessionNames::new([name]).matching(pattern);
            assert_eq!(found.map(|found| found.len()), Ok(usize::from(expected)), "{pattern} {name}");
        }
    }

    #[test]
    fn names_are_found_in_their_order_and_again() {
        let mut names = SessionNames::new(["b1", "a", "b2", "a"]);
        for _ in 0..2 {
            assert_eq!(names.matching("b?").as_deref(), Ok(&[0, 2][..]));
            assert_eq!(names.matching("a").as_deref(), Ok(&[1, 3][..]));
        }
    }

    #[test]
    fn work_has_a_limit() {
        let mut names = SessionNames::new((0..1_000).map(|_| "session_of_the_shop"));
        let tried = (0..10_000).take_while(|number| names.matching(&format!("*s*_{number}")).is_ok());
        assert!(tried.count() < 5_000);
        assert!(names.matching("session").is_err());
    }
}
