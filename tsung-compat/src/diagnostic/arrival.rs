//! Messages about the load and the shares of sessions in it.

use super::{Code, Wording, codes, did_you_mean, one_of};

/// What is wrong with the load.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Arrival {
    EmptyLoad,
    DuplicatePhase { number: u64, first: (u32, u32) },
    PhaseWithoutUsers { number: u32 },
    UsersOverridden,
    RateAndInterarrival,
    NoRate,
    RateNotPositive { attribute: &'static str },
    TooManyPhases { limit: u64 },
    UnknownSession { name: String, suggestion: Option<String>, known: Vec<String> },
    ProbabilityAndWeight { element: &'static str },
    NoPopularity { element: &'static str },
    MixedPopularity { first_is_probability: bool },
    BadSum { sum: f64, phase: Option<u64>, shares: Vec<(String, f64)> },
    TooManyUsers { limit: u64 },
    SessionsOfOneName { name: String, count: usize },
    SetupOverridden { name: String },
}

codes! {
    Arrival:
    401 = EmptyLoad,
    402 = DuplicatePhase,
    403 = PhaseWithoutUsers,
    404 = UsersOverridden,
    405 = RateAndInterarrival,
    406 = NoRate,
    407 = RateNotPositive,
    408 = TooManyPhases,
    409 = UnknownSession,
    410 = ProbabilityAndWeight,
    411 = NoPopularity,
    412 = MixedPopularity,
    413 = BadSum,
    414 = TooManyUsers,
    415 = SessionsOfOneName,
    416 = SetupOverridden,
}

impl Wording for Arrival {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::EmptyLoad => "<load> has neither phases nor users".to_owned(),
            Self::DuplicatePhase { number, first: (line, column) } => {
                format!("phase {number} is already defined at {line}:{column}")
            }
            Self::PhaseWithoutUsers { number } => format!("phase {number} has no <users>"),
            Self::UsersOverridden => "this <users> is ignored: the last one of a phase counts".to_owned(),
            Self::RateAndInterarrival => "both arrivalrate and interarrival are given".to_owned(),
            Self::NoRate => "<users> has neither arrivalrate nor interarrival".to_owned(),
            Self::RateNotPositive { attribute } => format!("{attribute} is not above 0"),
            Self::TooManyPhases { limit } => format!("loop makes more than {limit} phases"),
            Self::UnknownSession { name, .. } => format!("no session is named {name}"),
            Self::ProbabilityAndWeight { element } => format!("<{element}> has both probability and weight"),
            Self::NoPopularity { element } => format!("<{element}> has neither probability nor weight"),
            Self::MixedPopularity { first_is_probability: true } => {
                "weights cannot be mixed with probabilities".to_owned()
            }
            Self::MixedPopularity { first_is_probability: false } => {
                "probabilities cannot be mixed with weights".to_owned()
            }
            Self::TooManyUsers { limit } => format!("these are more than {limit} users in a phase"),
            Self::SessionsOfOneName { name, count } => {
                format!("{count} sessions are named {name}: each of them starts a user, and all run the last")
            }
            Self::SetupOverridden { name } => {
                format!("another <session_setup> for {name} follows: this one is ignored")
            }
            Self::BadSum { sum, phase, shares } => {
                let of = phase.map_or_else(String::new, |phase| format!(" in phase {phase}"));
                format!("session probabilities add up to {}{of}, not 100: {}", short(*sum), terms(shares))
            }
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::EmptyLoad => "add an <arrivalphase> with <users>, or a <user>",
            Self::UsersOverridden => "keep one <users> for each phase",
            Self::TooManyPhases { .. } => "loop is how often all phases are repeated",
            Self::PhaseWithoutUsers { .. } => "add <users arrivalrate=\"…\" unit=\"second\"/>",
            Self::DuplicatePhase { .. } => {
                "give every phase a number of its own; they run in the order of the numbers"
            }
            Self::RateAndInterarrival => "keep one: interarrival=\"0.1\" is the same as arrivalrate=\"10\"",
            Self::NoRate => {
                "add arrivalrate=\"…\" (users per unit) or interarrival=\"…\" (units between users)"
            }
            Self::RateNotPositive { .. } => {
                "for a phase without users write arrivalrate=\"1\" maxnumber=\"0\""
            }
            Self::TooManyUsers { .. } => "check arrivalrate, interarrival and their unit",
            Self::SetupOverridden { .. } => "keep one of them",
            Self::SessionsOfOneName { .. } => "give every session a name of its own",
            Self::ProbabilityAndWeight { .. } | Self::MixedPopularity { .. } => {
                "use probability (adding up to 100) or weight, the same for all sessions"
            }
            Self::NoPopularity { .. } => "add probability=\"…\" (adding up to 100) or weight=\"…\"",
            Self::BadSum { .. } => {
                "correct the probabilities, or use weight=\"…\", which may add up to anything"
            }
            Self::UnknownSession { suggestion, known, .. } => {
                return did_you_mean(suggestion.as_deref()).or_else(|| one_of(known));
            }
        };
        Some(text.to_owned())
    }
}

/// `a 60 + b 30`, shortened.
fn terms(shares: &[(String, f64)]) -> String {
    const SHOWN: usize = 8;
    let shown = shares.iter().take(SHOWN).map(|(name, share)| format!("{name} {}", short(*share)));
    let mut terms: Vec<String> = shown.collect();
    if shares.len() > SHOWN {
        terms.push(format!("{} more", shares.len() - SHOWN));
    }
    terms.join(" + ")
}

/// A number without the dust of binary fractions.
fn short(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
