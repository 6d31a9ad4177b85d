//! `<setdynvars>`.

use super::Name;
use crate::diagnostic::{Report, Scenario};
use crate::source::Span;
use crate::table::{SourceDef, source_def};
use crate::xml::{Attribute, Element, Spanned};

/// `<setdynvars>`.
#[derive(Debug)]
pub(crate) struct SetVariables {
    pub(crate) at: Span,
    pub(crate) names: Vec<Name>,
    /// `None` when it is broken.
    pub(crate) source: Option<Variables>,
    /// The file that it names, if it is broken: it would have read it.
    pub(crate) file: Option<Name>,
}

/// Where `<setdynvars>` takes its values from.
#[derive(Debug)]
pub(crate) enum Variables {
    RandomString {
        length: Spanned<u64>,
    },
    ConstantString {
        length: Spanned<u64>,
    },
    RandomNumber {
        start: Spanned<u64>,
        end: Spanned<u64>,
    },
    File {
        id: Name,
        random: bool,
        delimiter: Spanned<String>,
    },
    /// Rows drawn from a copy of the file beside each engine.
    LocalFile {
        id: Name,
        delimiter: Spanned<String>,
    },
    Value(String),
    Server,
    /// A part of the JSON text in another variable.
    JsonPath {
        from: Name,
        path: Attribute,
    },
    /// `module:function`.
    Callback(Attribute),
    /// An Erlang fun.
    Eval(Attribute),
}

impl SetVariables {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Self {
        let names =
            element.children_named("var").filter_map(|variable| variable.name_value("name")).collect();
        let source = Variables::read(element, report);
        let file = if source.is_none() { element.name_value("fileid") } else { None };
        Self { at: element.at, names, source, file }
    }
}

impl Variables {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        let def = source_def(element.value("sourcetype")?.value)?;
        Self::check_attributes(element, def, report)?;
        Some(match def.name {
            "random_string" => Self::RandomString { length: element.integer("length")? },
            "urandom_string" => Self::ConstantString { length: element.integer("length")? },
            "random_number" => {
                Self::RandomNumber { start: element.integer("start")?, end: element.integer("end")? }
            }
            "file" => Self::File {
                id: element.name_value("fileid")?,
                random: element.value("order")?.value == "random",
                delimiter: element.string("delimiter")?,
            },
            "local_file" => {
                Self::LocalFile { id: element.name_value("fileid")?, delimiter: element.string("delimiter")? }
            }
            "value" => Self::Value(element.value("value")?.value.to_owned()),
            "jsonpath" => Self::JsonPath {
                from: element.name_value("from")?,
                path: element.attribute("jsonpath")?.clone(),
            },
            "erlang" => Self::Callback(element.attribute("callback")?.clone()),
            "eval" => Self::Eval(element.attribute("code")?.clone()),
            _ => Self::Server,
        })
    }

    /// `None` after a report of what is missing.
    fn check_attributes(element: &Element, def: &'static SourceDef, report: &mut Report<'_>) -> Option<()> {
        let source = def.name;
        for ignored in &element.attributes {
            let attribute = ignored.name;
            let used =
                attribute == "sourcetype" || def.needs.contains(&attribute) || def.takes.contains(&attribute);
            if !used {
                report.warn(ignored.at, Scenario::SourceIgnores { source, attribute });
            }
        }
        let missing = |attribute: &&&'static str| element.attribute(attribute).is_none();
        let mut complete = Some(());
        for attribute in def.needs.iter().filter(missing) {
            complete = None;
            match *attribute {
                "fileid" => report.error(element.at, Scenario::NoFileId { source }),
                attribute => report.error(element.at, Scenario::SourceNeeds { source, attribute }),
            }
        }
        complete
    }
}
