//! All that can be wrong with a configuration, as data.

use crate::lower::Refusal as UrlRefusal;
use crate::table::Reason;

/// Something to say about a configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    // The file and its XML.
    ConfigUnreadable {
        error: String,
    },
    UnknownEncoding {
        name: String,
    },
    NotUtf8 {
        byte: u8,
    },
    NotXml {
        empty: bool,
    },
    DeclarationNotFirst,
    DoctypeNotClosed,
    BadEntityDeclaration,
    BadCharacterReference,
    ParameterEntity,
    UnknownEntity {
        name: String,
    },
    EntityLoop {
        name: String,
    },
    EntityUnreadable {
        entity: String,
        path: String,
        error: String,
    },
    ExternalEntityInValue {
        name: String,
    },
    EntitiesTooLarge,
    RawAmpersand,
    RawLessThan,
    LessThanInValue,
    MarkupNotClosed {
        what: &'static str,
    },
    CrossedTags {
        element: String,
        open: String,
        opened: String,
    },
    NothingToClose {
        element: String,
    },
    ElementNotClosed {
        element: String,
    },
    TooDeep,
    SecondRoot,
    TextAfterRoot,
    Xml {
        message: String,
    },
    // Elements and attributes.
    NotTsung {
        root: String,
    },
    UnknownElement {
        element: String,
        parent: &'static str,
        suggestion: Option<String>,
        allowed: Vec<&'static str>,
    },
    Misplaced {
        element: &'static str,
        parent: &'static str,
        parents: &'static [&'static str],
    },
    MissingElement {
        element: &'static str,
        parent: &'static str,
    },
    Twice {
        element: &'static str,
    },
    ElementInText {
        element: String,
        parent: &'static str,
    },
    StrayText {
        text: String,
        parent: &'static str,
    },
    UnknownAttribute {
        attribute: String,
        element: &'static str,
        suggestion: Option<String>,
        allowed: Vec<&'static str>,
    },
    MissingAttribute {
        attribute: &'static str,
        element: &'static str,
    },
    BadValue {
        attribute: &'static str,
        element: &'static str,
        value: String,
        reason: Reason,
    },
    NotYet {
        what: String,
    },
    NotYetPlural {
        what: String,
    },
    NumberTooLarge {
        number: u64,
    },
    TooLong,
    SingleByteCharacters,
    // Hosts.
    RemoteClient {
        host: String,
    },
    ClientIsAddress {
        host: String,
    },
    ClientRunsHere {
        host: String,
    },
    MonitorNotYet {
        host: String,
        kind: String,
    },
    EmptyHost,
    WeightsZero {
        what: &'static str,
    },
    // The load.
    EmptyLoad,
    DuplicatePhase {
        number: u64,
        first: (u32, u32),
    },
    PhaseWithoutUsers {
        number: u32,
    },
    UsersOverridden,
    RateAndInterarrival,
    NoRate,
    RateNotPositive {
        attribute: &'static str,
    },
    TooManyPhases {
        limit: u64,
    },
    UnknownSession {
        name: String,
        suggestion: Option<String>,
        known: Vec<String>,
    },
    ProbabilityAndWeight {
        element: &'static str,
    },
    NoPopularity {
        element: &'static str,
    },
    MixedPopularity {
        first_is_probability: bool,
    },
    BadSum {
        sum: f64,
        phase: Option<u64>,
        shares: Vec<(String, f64)>,
    },
    // Options and files.
    UnknownOption {
        name: String,
        suggestion: Option<String>,
        needs: Option<&'static str>,
    },
    UnknownTypedOption {
        name: String,
        session_type: String,
        suggestion: Option<String>,
    },
    OptionWithoutValue {
        name: &'static str,
    },
    OptionWithoutEffect {
        name: &'static str,
    },
    BadOptionValue {
        name: String,
        value: String,
        reason: Reason,
    },
    UserAgentSum {
        sum: u64,
    },
    GlobalThinkRange,
    FileUnreadable {
        what: &'static str,
        path: String,
        error: String,
    },
    FileOverridden {
        id: String,
    },
    FileNeverRead {
        id: String,
    },
    UnknownFileId {
        id: String,
        suggestion: Option<String>,
        known: Vec<String>,
    },
    EmptyFile {
        id: String,
    },
    NoFileId,
    EmptyDelimiter,
    // Sessions.
    ThinkValue {
        value: String,
    },
    ThinkZero,
    ThinkRange,
    ThinkValueAndRange,
    EmptyRequest,
    SecondInRequest,
    RepeatWithoutTest,
    TestNotLast {
        element: &'static str,
    },
    TestInIf {
        element: &'static str,
    },
    OperatorCount {
        element: &'static str,
        count: usize,
    },
    ElementZero {
        name: String,
    },
    EmptyRange {
        start: i64,
        end: i64,
    },
    LoopBackTooFar {
        back: u32,
        before: u32,
    },
    VariableName {
        name: String,
    },
    VariableNeverSet {
        name: String,
        session: String,
        suggestion: Option<String>,
    },
    UnterminatedVariable {
        dropped: String,
    },
    RegexpAttribute,
    TwoExpressions,
    HeaderExpression {
        header: String,
    },
    BadPattern {
        pattern: String,
        message: String,
    },
    // HTTP.
    BadUrl {
        url: String,
        refusal: UrlRefusal,
    },
    BodyIgnored {
        method: &'static str,
    },
    ContentsOverridden,
    HeaderEncoding {
        encoding: String,
    },
    HeaderName {
        name: String,
    },
    /// The rest of a long list.
    MoreErrors {
        count: usize,
    },
}
