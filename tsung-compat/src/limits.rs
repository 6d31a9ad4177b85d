//! Bounds of the front end, in one place.

/// Bytes of the configuration, and of the text with all its entities expanded.
pub const CONFIG_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Bytes that entities may add to those of the files: a file of a few lines must not become one of gigabytes.
pub(crate) const ENTITY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Tags, attributes, comments and so on, all entities expanded. Ten times those of a configuration of 100 000 requests.
pub(crate) const PARTS_MAX: usize = 8_000_000;
/// Attributes of one element: the parser compares each with all others.
pub(crate) const ATTRIBUTES_MAX: usize = 256;
/// Declarations of namespaces, which mean nothing here: the parser carries them from each element into those inside it.
pub(crate) const NAMESPACES_MAX: usize = 256;
/// Bytes of an attribute's value, unless it is one that is sent.
pub(crate) const VALUE_BYTES_MAX: usize = 64 * 1024;
/// Sessions of a configuration: phases and static users name them in any number.
pub(crate) const SESSIONS_MAX: usize = 10_000;
/// Users with a start time of their own; one `<user>` makes one for each session whose name fits.
pub(crate) const STATIC_USERS_MAX: usize = 1_000_000;
/// Shares of sessions, in all phases that change them.
pub(crate) const SHARES_MAX: usize = 10_000_000;
/// Characters of session names that wildcards are compared with, and sessions that they find: about a second's work.
pub(crate) const NAME_COMPARISONS_MAX: usize = 50_000_000;
/// Bytes of all files named by `contents_from_file`.
pub(crate) const BODY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Elements inside each other.
pub(crate) const NESTING_MAX: usize = 256;
/// Filters inside each other, in an LDAP search.
pub(crate) const FILTER_NESTING_MAX: usize = 64;
/// Entities inside each other.
pub(crate) const ENTITY_DEPTH_MAX: usize = 16;
/// Entity references that are expanded.
pub(crate) const ENTITY_EXPANSIONS_MAX: usize = 100_000;
/// Files that a configuration may be made of.
pub(crate) const SOURCES_MAX: usize = 1_000;
/// Bytes of a file named by `contents_from_file`.
pub(crate) const BODY_FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Arrival phases, copies made by `loop` included.
pub(crate) const PHASES_MAX: u64 = 100_000;
/// Users of one phase: more than any number of machines could start, and far from any overflow of their sums.
pub(crate) const USERS_OF_PHASE_MAX: u64 = 1_000_000_000_000;
/// Different messages that are kept of one configuration.
pub(crate) const DIAGNOSTICS_MAX: usize = 1_000;
/// Different lints that are kept of one configuration.
pub(crate) const LINTS_MAX: usize = 500;
/// Errors that are shown; more are only counted. A screenful.
pub(crate) const ERRORS_SHOWN_MAX: usize = 20;
/// Seconds in a duration, a pause or a start time: about a century, far from any overflow.
pub(crate) const SECONDS_MAX: u64 = 3_155_760_000;
/// Brackets inside each other in an XPath expression.
pub(crate) const XPATH_DEPTH_MAX: usize = 64;
/// Bytes of one text in the words of a plan; of longer ones the beginning is shown.
pub(crate) const PLAN_BYTES_SHOWN_MAX: usize = 4_096;
