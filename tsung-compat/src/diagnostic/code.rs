//! Stable numbers of messages: what `TP0201` means never changes, so people can search for it and scripts can wait for it.

use std::fmt;

/// The number of a kind of message, shown as `TP0201`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Code(pub(super) u16);

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TP{:04}", self.0)
    }
}

/// Numbers the variants of a kind of problem. A number is never given to another message.
macro_rules! codes {
    ($kind:ident: $($number:literal = $variant:ident,)*) => {
        impl $kind {
            /// All numbers, for the test that no two messages share one and that each has its example.
            #[cfg(test)]
            pub(super) const CODES: &[u16] = &[$($number),*];

            fn number(&self) -> crate::diagnostic::Code {
                crate::diagnostic::Code(match self {
                    $(Self::$variant { .. } => $number,)*
                })
            }
        }
    };
}
pub(super) use codes;
