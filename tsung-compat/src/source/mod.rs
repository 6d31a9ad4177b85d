//! From bytes to one text: encodings, the DOCTYPE, entities, and where every character came from.
//!
//! After this stage there is no DTD and no entity left, so the XML parser sees plain elements; [`SourceMap`] leads from any
//! offset in that text back to file, line and column. Nothing here knows the language of the elements.

mod copy;
mod decode;
mod doctype;
mod expand;
mod file;
mod fill;
#[cfg(test)]
mod fill_tests;
mod map;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(crate) use file::read_limited;
pub(crate) use map::{SourceMap, Span};

use crate::diagnostic::{Diagnostic, Invocation, Markup};
use crate::limits;
use crate::load::{ConfigCopy, Settings, Source};
use crate::reach::Reach;
use copy::Copy;
use decode::{Decoded, Encoding};
use expand::Surroundings;

/// Name that messages and plans give to a configuration read from standard input.
const STDIN_NAME: &str = "stdin";
/// Name of its copy in the run folder, as Tsung's.
const STDIN_COPY_NAME: &str = "tsung_stdin.xml";

/// A configuration as one text without entities.
#[derive(Debug)]
pub(crate) struct Document {
    /// The text.
    pub(crate) text: String,
    /// Where it came from.
    pub(crate) map: SourceMap,
    /// ISO-8859-1 is declared: every character stands for one byte.
    pub(crate) bytes_declared: bool,
    /// Things worth a word that do not stop the load.
    pub(crate) warnings: Vec<Diagnostic>,
    /// What goes to the run folder.
    copy: Copy,
}

impl Document {
    /// What goes to the run folder.
    pub(crate) fn into_copy(self) -> ConfigCopy {
        self.copy.finish(self.map)
    }
}

/// Reads a configuration for which the command line says nothing.
#[cfg(test)]
pub(crate) fn read(source: &Source) -> Result<Document, Vec<Diagnostic>> {
    read_with(source, &Settings::default(), &Reach::default())
}

/// Reads a configuration and expands its entities.
pub(crate) fn read_with(
    source: &Source,
    settings: &Settings,
    reach: &Reach,
) -> Result<Document, Vec<Diagnostic>> {
    match source {
        Source::File(path) => {
            let name = path.to_string_lossy().into_owned();
            let Some(admitted) = reach.admit(path) else {
                let outside = Invocation::OutsideFolder { what: "the file", path: name.clone() };
                return Err(vec![Diagnostic::whole_file(&name, outside)]);
            };
            let bytes = read_limited(&admitted, limits::CONFIG_BYTES_MAX as u64)
                .map_err(|error| vec![Diagnostic::whole_file(&name, Markup::ConfigUnreadable { error })])?;
            let file_name = path
                .file_name()
                .map_or_else(|| "tsung.xml".to_owned(), |name| name.to_string_lossy().into_owned());
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            document(&name, file_name, bytes, Surroundings { folder, reach, given: &settings.given })
        }
        Source::Stdin(bytes) if bytes.len() > limits::CONFIG_BYTES_MAX => {
            let error = format!("it has more than {} bytes, which are the limit", limits::CONFIG_BYTES_MAX);
            Err(vec![Diagnostic::whole_file(STDIN_NAME, Markup::ConfigUnreadable { error })])
        }
        Source::Stdin(bytes) => {
            let surroundings = Surroundings { folder: PathBuf::new(), reach, given: &settings.given };
            document(STDIN_NAME, STDIN_COPY_NAME.to_owned(), bytes.clone(), surroundings)
        }
    }
}

fn document(
    name: &str,
    file_name: String,
    bytes: Vec<u8>,
    surroundings: Surroundings<'_>,
) -> Result<Document, Vec<Diagnostic>> {
    let Decoded { text, encoding, mark } = decode::decode(bytes)
        .map_err(|refusal| vec![Diagnostic::at(name, refusal.line, refusal.column, refusal.problem)])?;
    let expanded = expand::expand(name, &Rc::new(text), surroundings)?;
    Ok(Document {
        text: expanded.text,
        map: expanded.map,
        bytes_declared: encoding == Encoding::Latin1,
        warnings: expanded.warnings,
        copy: Copy { file_name, encoding, mark, expanded: expanded.copy },
    })
}
