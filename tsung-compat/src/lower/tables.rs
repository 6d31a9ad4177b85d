//! The Plan's tables of things that are named by number.

use std::collections::HashMap;
use std::hash::Hash;

use parrot_core::plan::{Endpoint, EndpointId, Request, RequestId, TagId, TransactionId};

/// A list in which each value stands once.
#[derive(Debug)]
pub(super) struct Interned<T> {
    list: Vec<T>,
    index: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { list: Vec::new(), index: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// The number of a value, which is added when it is new.
    pub(super) fn number(&mut self, value: T) -> u32 {
        let next = to_u32(self.list.len());
        let list = &mut self.list;
        *self.index.entry(value).or_insert_with_key(|value| {
            list.push(value.clone());
            next
        })
    }

    /// The list, in the order of the numbers.
    pub(super) fn into_list(self) -> Vec<T> {
        self.list
    }
}

/// The tables that grow while sessions are lowered.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) endpoints: Interned<Endpoint>,
    pub(super) transactions: Interned<String>,
    pub(super) tags: Interned<String>,
    pub(super) repeats: Interned<String>,
    /// Variables that `foreach` loops go through.
    pub(super) lists: Interned<String>,
    pub(super) requests: Vec<Request>,
}

impl Tables {
    pub(super) fn endpoint(&mut self, endpoint: Endpoint) -> EndpointId {
        EndpointId(self.endpoints.number(endpoint))
    }

    pub(super) fn transaction(&mut self, name: &str) -> TransactionId {
        TransactionId(self.transactions.number(name.to_owned()))
    }

    pub(super) fn tag(&mut self, tag: &str) -> TagId {
        TagId(self.tags.number(tag.to_owned()))
    }

    pub(super) fn request(&mut self, request: Request) -> RequestId {
        self.requests.push(request);
        RequestId(to_u32(self.requests.len() - 1))
    }
}

/// A count as the Plan keeps it. A configuration of limited size has far fewer things than that.
pub(super) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
