//! RELAX NG in its XML syntax.

use super::datatype::{DATATYPES, Datatype};
use super::{HEAD, Holds, Takes, attribute_doc, element_doc, escaped, holds, takes};
use crate::table::{self, AttributeDef, ElementDef};

/// The schema.
pub(super) fn relax_ng() -> String {
    let mut out = Lines { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 };
    out.line(&format!("<!-- {} -->", HEAD.join("\n     ")));
    out.line("<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"");
    out.line("         xmlns:a=\"http://relaxng.org/ns/compatibility/annotations/1.0\"");
    out.open("         datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">");
    out.line("<start><ref name=\"tsung\"/></start>");
    for element in table::elements() {
        out.open(&format!("<define name=\"{}\">", element.name));
        out.element(element);
        out.close("</define>");
    }
    for datatype in DATATYPES {
        out.datatype(datatype);
    }
    out.close("</grammar>");
    out.text
}

/// Lines of XML, each as deep as it is nested.
struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn open(&mut self, tag: &str) {
        self.line(tag);
        self.depth += 1;
    }

    fn close(&mut self, tag: &str) {
        self.depth -= 1;
        self.line(tag);
    }

    fn doc(&mut self, doc: &str) {
        self.line(&format!("<a:documentation>{}</a:documentation>", escaped(doc)));
    }

    fn refs(&mut self, names: &[&str]) {
        names.iter().for_each(|name| self.line(&format!("<ref name=\"{name}\"/>")));
    }

    /// A choice, which a single name does not need.
    fn choice(&mut self, around: &str, names: &[&str]) {
        self.open(&format!("<{around}>"));
        match names {
            [_] => self.refs(names),
            _ => {
                self.open("<choice>");
                self.refs(names);
                self.close("</choice>");
            }
        }
        self.close(&format!("</{around}>"));
    }

    fn element(&mut self, element: &ElementDef) {
        self.open(&format!("<element name=\"{}\">", element.name));
        self.doc(&element_doc(element));
        for attribute in element.attributes {
            if attribute.required {
                self.attribute(element, attribute);
            } else {
                self.open("<optional>");
                self.attribute(element, attribute);
                self.close("</optional>");
            }
        }
        match holds(element) {
            Holds::Nothing => self.line("<empty/>"),
            Holds::Text(children) if children.is_empty() => self.line("<text/>"),
            Holds::Text(children) => {
                self.open("<mixed>");
                self.choice("zeroOrMore", &children);
                self.close("</mixed>");
            }
            Holds::Sections(once, others) => {
                self.open("<interleave>");
                self.refs(once);
                others.iter().for_each(|other| self.choice("zeroOrMore", &[*other]));
                self.close("</interleave>");
            }
            Holds::Some(children) => self.choice("oneOrMore", &children),
            Holds::Any(children) => self.choice("zeroOrMore", &children),
        }
        self.close("</element>");
    }

    fn attribute(&mut self, element: &ElementDef, attribute: &AttributeDef) {
        self.open(&format!("<attribute name=\"{}\">", attribute.name));
        if let Some(doc) = attribute_doc(element, attribute) {
            self.doc(&doc);
        }
        match takes(element, attribute) {
            Takes::Text => self.line("<text/>"),
            Takes::Typed(datatype) => self.refs(&[&reference(datatype)]),
            Takes::Words(words) => {
                self.open("<choice>");
                words.iter().for_each(|word| self.value(word.text));
                self.close("</choice>");
            }
            Takes::Names(names) => {
                self.open("<choice>");
                names.iter().for_each(|name| self.value(name));
                self.refs(&["type.name"]);
                self.close("</choice>");
            }
        }
        self.close("</attribute>");
    }

    fn value(&mut self, value: &str) {
        self.line(&format!("<value>{}</value>", escaped(value)));
    }

    fn datatype(&mut self, datatype: &Datatype) {
        self.open(&format!("<define name=\"{}\">", reference(datatype)));
        self.open("<choice>");
        for form in datatype.forms {
            self.open(&format!("<data type=\"{}\">", form.base));
            for (name, value) in form.limits {
                self.line(&format!("<param name=\"{name}\">{}</param>", escaped(value)));
            }
            self.close("</data>");
        }
        self.close("</choice>");
        self.close("</define>");
    }
}

/// Its name among those of the elements.
fn reference(datatype: &Datatype) -> String {
    format!("type.{}", datatype.name)
}
