//! The nodes of a document, in the order of its text.

use super::path::JsonPath;
use crate::script::Value;

/// A document, without its text; its buffers serve the next one.
#[derive(Debug, Default)]
pub struct Json {
    /// Each container before what is in it; members of objects are two nodes, name and value.
    pub(super) nodes: Vec<Node>,
    /// Containers that are open while parsing.
    pub(super) open: Vec<u32>,
}

/// A value or the name of a member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Where its text starts; that of a string behind its quote.
    pub(super) start: u32,
    /// Where it ends; that of a string before its quote.
    pub(super) end: u32,
    /// The number of the first node behind it and all that is in it.
    pub(super) next: u32,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Object,
    Array,
    /// Without a backslash.
    String,
    /// With backslashes.
    EscapedString,
    Integer,
    Float,
    True,
    False,
    Null,
}

/// A document with its text.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) text: &'a [u8],
}

impl Json {
    /// What the path leads to in the document that was parsed from this text; none when it leads nowhere.
    pub fn find(&self, text: &[u8], path: &JsonPath) -> Option<Value> {
        let view = View { nodes: &self.nodes, text };
        if view.nodes.is_empty() { None } else { path.follow(view) }
    }
}

impl<'a> View<'a> {
    pub(super) fn node(self, at: u32) -> Node {
        self.nodes[at as usize]
    }

    /// The text of a node as it was written.
    pub(super) fn written(self, node: Node) -> &'a [u8] {
        &self.text[node.start as usize..node.end as usize]
    }

    /// The numbers of an array's elements.
    pub(super) fn elements(self, array: u32) -> impl Iterator<Item = u32> + use<'a> {
        let end = self.node(array).next;
        let mut at = array + 1;
        std::iter::from_fn(move || {
            let element = (at < end).then_some(at)?;
            at = self.node(element).next;
            Some(element)
        })
    }

    /// The numbers of the names and values of an object's members.
    pub(super) fn members(self, object: u32) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let end = self.node(object).next;
        let mut at = object + 1;
        std::iter::from_fn(move || {
            let name = (at < end).then_some(at)?;
            at = self.node(name + 1).next;
            Some((name, name + 1))
        })
    }
}
