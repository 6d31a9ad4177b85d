//! What is timed.

use serde::{Deserialize, Serialize};

use crate::plan::TransactionId;

/// A series of durations: index into a recorder's cells. Fixed kinds first, then one for each transaction.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct SeriesId(pub u32);

/// What a [`SeriesId`] stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SeriesKind {
    /// Tsung's request time: from the successful connect attempt, or the write, to the last byte.
    Request,
    /// A page: from the start of its first request to the end of its last.
    Page,
    /// Opening a connection.
    Connect,
    /// A user's life.
    Session,
    /// From the write to the first byte of the response. Not in Tsung.
    FirstByte,
    /// From the write to the last byte of the response. Not in Tsung.
    Service,
    /// From the intended start to the last byte: what a user would have felt. Not in Tsung.
    Response,
    /// How late the generator itself started users. Not in Tsung.
    StartLag,
    /// How late the generator itself woke users from pauses. Not in Tsung.
    ThinkLag,
    /// A transaction.
    Transaction(TransactionId),
}

impl SeriesId {
    /// [`SeriesKind::Request`].
    pub const REQUEST: Self = Self(0);
    /// [`SeriesKind::Page`].
    pub const PAGE: Self = Self(1);
    /// [`SeriesKind::Connect`].
    pub const CONNECT: Self = Self(2);
    /// [`SeriesKind::Session`].
    pub const SESSION: Self = Self(3);
    /// [`SeriesKind::FirstByte`].
    pub const FIRST_BYTE: Self = Self(4);
    /// [`SeriesKind::Service`].
    pub const SERVICE: Self = Self(5);
    /// [`SeriesKind::Response`].
    pub const RESPONSE: Self = Self(6);
    /// [`SeriesKind::StartLag`].
    pub const START_LAG: Self = Self(7);
    /// [`SeriesKind::ThinkLag`].
    pub const THINK_LAG: Self = Self(8);
    /// How many fixed kinds there are.
    pub const FIXED: u32 = 9;

    /// [`SeriesKind::Transaction`].
    pub const fn transaction(id: TransactionId) -> Self {
        // Records from the wire may name transactions that no plan has.
        Self(Self::FIXED.saturating_add(id.0))
    }

    /// What this series stands for.
    pub const fn kind(self) -> SeriesKind {
        match self.0 {
            0 => SeriesKind::Request,
            1 => SeriesKind::Page,
            2 => SeriesKind::Connect,
            3 => SeriesKind::Session,
            4 => SeriesKind::FirstByte,
            5 => SeriesKind::Service,
            6 => SeriesKind::Response,
            7 => SeriesKind::StartLag,
            8 => SeriesKind::ThinkLag,
            n => SeriesKind::Transaction(TransactionId(n - Self::FIXED)),
        }
    }

    /// Whether Tsung has this series: only those go to windows.
    pub const fn in_windows(self) -> bool {
        !matches!(
            self.kind(),
            SeriesKind::FirstByte
                | SeriesKind::Service
                | SeriesKind::Response
                | SeriesKind::StartLag
                | SeriesKind::ThinkLag
        )
    }

    /// The index itself.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a timed thing ended, and whether Tsung's statistics show it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// It ended well.
    Ok,
    /// It failed, yet Tsung's statistics hold it like any other (a response cut short, a transaction left open).
    FailedShown,
    /// It failed and Tsung drops it (a time-out, a connect that never came to be).
    FailedHidden,
}

impl Class {
    /// All classes, in the order of a recorder's cells.
    pub const ALL: [Self; 3] = [Self::Ok, Self::FailedShown, Self::FailedHidden];

    /// Whether it ended well.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok)
    }

    /// Whether Tsung's statistics hold it.
    pub const fn is_shown(self) -> bool {
        !matches!(self, Self::FailedHidden)
    }
}
