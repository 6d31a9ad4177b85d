//! Fixtures: whole configurations with places for what is known only at run time.
//!
//! `@PORT@`, `@PORT2@`… stand for the ports of the servers, `@DATA@` for a folder with data files.

use std::fs;
use std::path::PathBuf;

use crate::binary::workspace;
use crate::dir::Dir;

/// A configuration of the `fixtures` folder.
#[derive(Clone, Debug)]
pub struct Fixture {
    name: String,
    bytes: Vec<u8>,
}

impl Fixture {
    /// Reads `fixtures/<name>.xml`.
    pub fn read(name: &str) -> Self {
        let path = workspace().join("fixtures").join(format!("{name}.xml"));
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { name: name.to_owned(), bytes }
    }

    /// A configuration that is written in the test itself.
    pub fn text(name: &str, xml: &str) -> Self {
        Self { name: name.to_owned(), bytes: xml.as_bytes().to_vec() }
    }

    /// Puts a text in a place.
    #[must_use]
    pub fn with(mut self, place: &str, text: &impl ToString) -> Self {
        self.bytes = replace(&self.bytes, place.as_bytes(), text.to_string().as_bytes());
        self
    }

    /// Puts the ports in their places: `@PORT@` for the first, `@PORT2@` for the second…
    #[must_use]
    pub fn with_ports(self, ports: &[u16]) -> Self {
        ports.iter().enumerate().fold(self, |fixture, (n, port)| fixture.with(&place(n), port))
    }

    /// Writes it into a folder.
    pub fn write(&self, dir: &Dir) -> PathBuf {
        assert!(!contains(&self.bytes, b"PORT@"), "{}: a place for a port is left", self.name);
        dir.file(&format!("{}.xml", self.name), &self.bytes)
    }
}

/// Name of the place for the n-th port (from 0).
pub fn place(n: usize) -> String {
    if n == 0 { "@PORT@".to_owned() } else { format!("@PORT{}@", n + 1) }
}

/// All occurrences of `from` become `to`.
pub fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        if rest.starts_with(from) {
            out.extend_from_slice(to);
            rest = &rest[from.len()..];
        } else {
            out.push(rest[0]);
            rest = &rest[1..];
        }
    }
    out
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
