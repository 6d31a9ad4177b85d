//! Messages about hosts, options and files.

use super::language::{bad_value, right_value};
use super::{Code, Wording, codes, did_you_mean, one_of};
use crate::table::Reason;

/// What is wrong with the surroundings of the load.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setup {
    RemoteClient {
        host: String,
    },
    ClientIsAddress {
        host: String,
    },
    ClientRunsHere {
        host: String,
    },
    TooManyCpus {
        max: u32,
    },
    MonitorNotYet {
        host: String,
        kind: &'static str,
    },
    EmptyHost,
    WeightsZero {
        what: &'static str,
    },
    UnknownOption {
        name: String,
        suggestion: Option<String>,
        elsewhere: Option<Elsewhere>,
    },
    UnknownTypedOption {
        name: String,
        session_type: String,
        suggestion: Option<String>,
        elsewhere: Option<Elsewhere>,
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
    BarrierWithoutNumber,
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
        /// A local_file_server has it.
        is_local: bool,
    },
    UnknownFileId {
        id: String,
        /// A local_file_server has it.
        is_local: bool,
        suggestion: Option<String>,
        known: Vec<String>,
    },
    EmptyFile {
        id: String,
    },
    BatchClient {
        system: String,
    },
    BatchWithoutSystem,
    OnlyOfBatch {
        attribute: &'static str,
    },
    ClientWithoutHost,
    RangeBesideAddresses,
    NotAnAddress {
        value: String,
    },
    NotAnInterface {
        value: String,
    },
    MonitorPartIgnored {
        element: &'static str,
        kind: &'static str,
    },
    OptionPartIgnored {
        part: &'static str,
        name: &'static str,
    },
    OptionOverridden {
        name: &'static str,
    },
    PortsRange {
        min: u64,
        max: u64,
    },
    ProxyStaysOn {
        value: String,
    },
    UnknownFileOfOption {
        name: &'static str,
        id: String,
        suggestion: Option<String>,
    },
    BackendIsText {
        name: &'static str,
    },
}

/// Where a name that is no option of one kind belongs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Elsewhere {
    /// It is an option without type.
    General,
    /// It is an option of that type.
    Type(&'static str),
    /// It is an attribute of that element.
    Attribute(&'static str),
}

codes! {
    Setup:
    301 = RemoteClient,
    302 = ClientIsAddress,
    303 = ClientRunsHere,
    304 = TooManyCpus,
    305 = MonitorNotYet,
    306 = EmptyHost,
    307 = WeightsZero,
    308 = UnknownOption,
    309 = UnknownTypedOption,
    310 = OptionWithoutValue,
    311 = OptionWithoutEffect,
    312 = BadOptionValue,
    313 = UserAgentSum,
    314 = GlobalThinkRange,
    315 = BarrierWithoutNumber,
    316 = FileUnreadable,
    317 = FileOverridden,
    318 = FileNeverRead,
    319 = UnknownFileId,
    320 = EmptyFile,
    321 = BatchClient,
    322 = BatchWithoutSystem,
    323 = OnlyOfBatch,
    324 = ClientWithoutHost,
    325 = RangeBesideAddresses,
    326 = NotAnAddress,
    327 = NotAnInterface,
    328 = MonitorPartIgnored,
    329 = OptionPartIgnored,
    330 = OptionOverridden,
    331 = PortsRange,
    332 = ProxyStaysOn,
    333 = UnknownFileOfOption,
    334 = BackendIsText,
}

impl Wording for Setup {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::RemoteClient { host } => {
                format!("client {host} is another machine, which is not supported yet")
            }
            Self::ClientIsAddress { host } => format!("client host {host} is an address, not a name"),
            Self::ClientRunsHere { host } => format!("the load of client {host} is made on this machine"),
            Self::TooManyCpus { max } => {
                format!(
                    "the cpu of this machine's clients add up to more than the {max} engines of a process"
                )
            }
            Self::MonitorNotYet { host, kind } => {
                format!("monitoring of {host} ({kind}) is not supported yet")
            }
            Self::EmptyHost => "the server has no host name: nobody will be able to connect".to_owned(),
            Self::WeightsZero { what } => format!("the weights of all {what} are 0"),
            Self::UnknownOption { name, .. } => format!("unknown option {name} is ignored"),
            Self::UnknownTypedOption { name, session_type, .. } => {
                format!("{session_type} has no option {name}")
            }
            Self::OptionWithoutValue { name } => format!("option {name} has no value"),
            Self::OptionWithoutEffect { name } => format!("option {name} has no effect on this machine"),
            Self::BadOptionValue { name, value, reason } => {
                format!("value of option {name} {}", bad_value(value, reason))
            }
            Self::UserAgentSum { sum } => format!("user agent probabilities add up to {sum}, not 100"),
            Self::GlobalThinkRange => "min and max of option thinktime are not a range".to_owned(),
            Self::BarrierWithoutNumber => {
                "wait_global waits for a number of users that no option gives".to_owned()
            }
            Self::FileUnreadable { what, path, error } => format!("cannot read {what} {path}: {error}"),
            Self::FileOverridden { id } => {
                format!("another file_server with id {id} follows: this one is ignored")
            }
            Self::FileNeverRead { id, .. } => format!("no session reads file {id}"),
            Self::UnknownFileId { id, .. } => format!("no file_server has the id {id}"),
            Self::EmptyFile { id } => format!("file {id} has no lines"),
            Self::BatchClient { system } => {
                format!(
                    "clients of the batch system {system} are other machines, which are not supported yet"
                )
            }
            Self::BatchWithoutSystem => "<client type=\"batch\"> has no batch attribute".to_owned(),
            Self::OnlyOfBatch { attribute } => {
                format!("{attribute} has no effect on a <client> without type=\"batch\"")
            }
            Self::ClientWithoutHost => "the client has no host name".to_owned(),
            Self::RangeBesideAddresses => "an <iprange> must be the only address of its <client>".to_owned(),
            Self::NotAnAddress { value } => format!("value of <ip> is `{value}`, not an address"),
            Self::NotAnInterface { value } => format!("`{value}` cannot be the name of a network interface"),
            Self::MonitorPartIgnored { element, kind } => {
                format!("<{element}> has no effect in a <monitor> of type {kind}")
            }
            Self::OptionPartIgnored { part, name } => format!("{part} has no effect on option {name}"),
            Self::OptionOverridden { name } => {
                format!("another option {name} follows: this one is ignored")
            }
            Self::PortsRange { min, max } => {
                format!("min {min} and max {max} of option ports_range are not a range of ports")
            }
            Self::ProxyStaysOn { value } => {
                format!(
                    "option http_use_server_as_proxy is on, whatever its value: `{value}` does not turn it off"
                )
            }
            Self::UnknownFileOfOption { name, id, .. } => {
                format!("option {name} names a file that no file_server has: {id}")
            }
            Self::BackendIsText { name } => {
                format!("backend {name} writes the same tsung.log as text, as Tsung's does")
            }
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::RemoteClient { .. } => "run its share of the load on this machine with --local",
            Self::ClientIsAddress { .. } => "write the machine's name, or start with -I ADDRESS",
            Self::TooManyCpus { .. } => {
                "as many engines as there are cores are enough: leave cpu out, or give --threads"
            }
            Self::MonitorNotYet { .. } => "the run goes on without it",
            Self::BackendIsText { .. } => "tsung-rrd.pl makes round-robin databases from a tsung.log",
            Self::EmptyHost => "write host=\"…\" of <server>",
            Self::OptionWithoutValue { .. } => "add value=\"…\"",
            Self::GlobalThinkRange => "give both, max above 0 and not below min",
            Self::BarrierWithoutNumber => "add <option name=\"global_number\" value=\"…\"/>",
            Self::FileUnreadable { error, .. } if error.starts_with("it is a") => {
                "name a file with the data, not a folder or device"
            }
            Self::FileUnreadable { error, .. } if error.contains("limit") => "make it smaller",
            Self::FileUnreadable { path, .. } if path.starts_with('/') => "name a file that can be read",
            Self::FileUnreadable { .. } => "relative names count from the current directory",
            Self::BadOptionValue { reason: Reason::NotAPort | Reason::PortRange, .. } => {
                "write a number from 1 to 65535 as its value"
            }
            Self::BadOptionValue { value, reason, .. } => return right_value(value, reason),
            Self::BatchClient { .. } => "run its share of the load on this machine with --local",
            Self::BatchWithoutSystem => "name the batch system: batch=\"torque\", pbs, lsf or oar",
            Self::ClientWithoutHost => "write host=\"localhost\" use_controller_vm=\"true\" for this machine",
            Self::OnlyOfBatch { .. } => "take it out, or write type=\"batch\" too",
            Self::MonitorPartIgnored { .. } => "take it out, or write the type that it belongs to",
            Self::ClientRunsHere { .. } => {
                "nothing to do: with use_controller_vm=\"true\" the controller's machine makes the load"
            }
            Self::WeightsZero { .. } => "give one of them a weight above 0",
            Self::OptionWithoutEffect { .. } => "take it out",
            Self::UserAgentSum { .. } => "correct the probability of each <user_agent>",
            Self::FileOverridden { .. } => "give every file an id of its own",
            Self::FileNeverRead { is_local: false, .. } => {
                "take it out, or read it with <setdynvars sourcetype=\"file\">"
            }
            Self::FileNeverRead { is_local: true, .. } => {
                "take it out, or read it with <setdynvars sourcetype=\"local_file\">"
            }
            Self::EmptyFile { .. } => "name a file with at least one line",
            Self::OptionPartIgnored { .. } => "take it out",
            Self::OptionOverridden { .. } => "keep one of them",
            Self::RangeBesideAddresses => "keep the <iprange>, or <ip> elements",
            Self::NotAnAddress { .. } => {
                "write an address such as 10.0.0.5; scan=\"true\" takes the addresses of an interface such as eth0"
            }
            Self::NotAnInterface { .. } => "write a name such as eth0, at most 15 characters",
            Self::PortsRange { .. } => "give min and max from 1 to 65535, max not below min",
            Self::ProxyStaysOn { .. } => "take the option out to turn it off",
            Self::UnknownFileOfOption { suggestion: None, .. } => {
                "add <option name=\"file_server\" id=\"…\" value=\"FILE\"/>"
            }
            Self::UnknownFileOfOption { suggestion, .. } => return did_you_mean(suggestion.as_deref()),
            Self::UnknownOption { elsewhere: Some(elsewhere), .. }
            | Self::UnknownTypedOption { elsewhere: Some(elsewhere), .. } => {
                return Some(match elsewhere {
                    Elsewhere::General => "it is an option without type: take type=\"…\" out".to_owned(),
                    Elsewhere::Type(session_type) => format!("it needs type=\"{session_type}\""),
                    Elsewhere::Attribute(element) => format!("it is an attribute of <{element}>"),
                });
            }
            Self::UnknownOption { suggestion: Some(suggestion), .. }
            | Self::UnknownTypedOption { suggestion: Some(suggestion), .. } => {
                return did_you_mean(Some(suggestion));
            }
            Self::UnknownOption { .. } | Self::UnknownTypedOption { .. } => "take it out",
            Self::UnknownFileId { is_local: true, .. } => {
                "it is the id of a local_file_server: write sourcetype=\"local_file\""
            }
            Self::UnknownFileId { known, .. } if known.is_empty() => {
                "add <option name=\"file_server\" id=\"…\" value=\"FILE\"/>"
            }
            Self::UnknownFileId { suggestion, known, .. } => {
                return did_you_mean(suggestion.as_deref()).or_else(|| one_of(known));
            }
        };
        Some(text.to_owned())
    }
}
