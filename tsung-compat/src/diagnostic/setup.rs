//! Messages about hosts, options and files.

use super::language::{bad_value, right_value};
use super::{Code, Wording, codes, did_you_mean, one_of};
use crate::table::Reason;

/// What is wrong with the surroundings of the load.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setup {
    RemoteClient { host: String },
    ClientIsAddress { host: String },
    ClientRunsHere { host: String },
    TooManyCpus { max: u32 },
    MonitorNotYet { host: String, kind: String },
    EmptyHost,
    WeightsZero { what: &'static str },
    UnknownOption { name: String, suggestion: Option<String>, needs: Option<&'static str> },
    UnknownTypedOption { name: String, session_type: String, suggestion: Option<String> },
    OptionWithoutValue { name: &'static str },
    OptionWithoutEffect { name: &'static str },
    BadOptionValue { name: String, value: String, reason: Reason },
    UserAgentSum { sum: u64 },
    GlobalThinkRange,
    BarrierWithoutNumber,
    FileUnreadable { what: &'static str, path: String, error: String },
    FileOverridden { id: String },
    FileNeverRead { id: String },
    UnknownFileId { id: String, suggestion: Option<String>, known: Vec<String> },
    EmptyFile { id: String },
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
            Self::FileNeverRead { id } => format!("no session reads file {id}"),
            Self::UnknownFileId { id, .. } => format!("no file_server has the id {id}"),
            Self::EmptyFile { id } => format!("file {id} has no lines"),
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
            Self::EmptyHost => "write host=\"…\" of <server>",
            Self::OptionWithoutValue { .. } => "add value=\"…\"",
            Self::GlobalThinkRange => "give both, max above 0 and not below min",
            Self::BarrierWithoutNumber => "add <option name=\"global_number\" value=\"…\"/>",
            Self::FileUnreadable { .. } => "relative names count from the current directory",
            Self::BadOptionValue { value, reason, .. } => return right_value(value, reason),
            Self::UnknownOption { needs: Some(session_type), .. } => {
                return Some(format!("it needs type=\"{session_type}\""));
            }
            Self::UnknownOption { suggestion, .. } | Self::UnknownTypedOption { suggestion, .. } => {
                return did_you_mean(suggestion.as_deref());
            }
            Self::UnknownFileId { known, .. } if known.is_empty() => {
                "add <option name=\"file_server\" id=\"…\" value=\"FILE\"/>"
            }
            Self::UnknownFileId { suggestion, known, .. } => {
                return did_you_mean(suggestion.as_deref()).or_else(|| one_of(known));
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}
