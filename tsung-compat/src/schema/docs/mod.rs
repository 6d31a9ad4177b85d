//! A sentence on each element, and on attributes whose names do not say it. Editors show them beside what they suggest.

mod base;
mod http;
mod protocols;
mod session;

/// An element, what it is for, and its attributes, each with what it means.
type Doc = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// All that is said.
pub(super) fn all() -> impl Iterator<Item = &'static Doc> {
    [base::DOCS, session::DOCS, http::DOCS, protocols::DOCS].into_iter().flatten()
}

/// What an element is for.
pub(super) fn element(name: &str) -> Option<&'static str> {
    all().find(|doc| doc.0 == name).map(|doc| doc.1)
}

/// What an attribute of an element means.
pub(super) fn attribute(element: &str, name: &str) -> Option<&'static str> {
    let doc = all().find(|doc| doc.0 == element)?;
    doc.2.iter().find(|attribute| attribute.0 == name).map(|attribute| attribute.1)
}
