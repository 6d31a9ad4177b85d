//! The command line: Tsung's getopts options, a word, and long options of our own.
//!
//! Options may stand before or after the word, and short ones may be clustered (`-nk`, `-ih4`). Nothing here touches the disk
//! or prints; what was asked for comes back as data.

use std::ffi::OsString;
use std::path::PathBuf;

use parrot_core::cluster::{Endpoint, EndpointError};
use parrot_core::limits::{ENGINES_PER_WORKER_MAX, WORKERS_MAX};

use tsung_compat::{Given, GivenError};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What the command line asks for.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Invocation {
    /// `-h`.
    Help,
    /// `-v`.
    Version,
    /// Options at most: Tsung prints its usage and is content.
    NoWord,
    /// A word and the options around it.
    Word(Word, Box<Options>),
}

/// What to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Word {
    /// Run a configuration.
    Start,
    /// The same with all messages in the log.
    Debug,
    /// Stop a run.
    Stop,
    /// Say how far a run is.
    Status,
    /// Serve reports of earlier runs.
    View,
    /// Say what is wrong with configurations, and what they will need.
    Check,
    /// Say what a run would do.
    Plan,
    /// Run the built-in scenario against the built-in shop.
    Demo,
    /// Work for a controller.
    Worker,
}

impl Word {
    const ALL: [(&str, Self); 9] = [
        ("start", Self::Start),
        ("debug", Self::Debug),
        ("stop", Self::Stop),
        ("status", Self::Status),
        ("view", Self::View),
        ("check", Self::Check),
        ("plan", Self::Plan),
        ("demo", Self::Demo),
        ("worker", Self::Worker),
    ];
}

/// The options, checked. Those without meaning here are accepted and gone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Options {
    /// `-f`: the configuration; `-` is standard input.
    pub config: Option<PathBuf>,
    /// `-l`: where run folders are made.
    pub log_dir: Option<PathBuf>,
    /// `-m`: name of the statistics file; `-` is standard output.
    pub stats_file: Option<PathBuf>,
    /// `-i`: name of this instance.
    pub id: Option<String>,
    /// `-w`: seconds before the first user.
    pub warm_up_secs: Option<u32>,
    /// `-x`: requests with one of these tags are left out.
    pub excluded_tags: Vec<String>,
    /// `-k`: the process stays after the end of the run.
    pub keep: bool,
    /// `-I` was given: addresses are allowed as client hosts.
    pub ip_hosts: bool,
    /// `--local`: remote clients' users run here.
    pub local: bool,
    /// `--threads`.
    pub threads: Option<u32>,
    /// `--listen`: workers of other processes make the load, and join here.
    pub listen: Option<Endpoint>,
    /// `--wait-workers`: how many of them the run starts with.
    pub wait_workers: Option<u32>,
    /// `--workers-timeout`: how long to wait for them.
    pub workers_timeout_secs: Option<u32>,
    /// `--join`: where a worker finds its controller.
    pub join: Option<Endpoint>,
    /// `--lifeline`: a worker ends when its standard input does.
    pub lifeline: bool,
    /// `--seed`: wins over the configuration's.
    pub seed: Option<u64>,
    /// `--fail-if`, each time: a rule under which the run fails.
    pub fail_if: Vec<String>,
    /// `--junit`: where a JUnit report goes.
    pub junit: Option<PathBuf>,
    /// `--set`, each time: what a name in the configuration stands for.
    pub given: Vec<Given>,
    /// `--untrusted`: the configuration may name files of its own folder only.
    pub untrusted: bool,
    /// `--format json`: for programs, a line for each finding.
    pub json: bool,
    /// Words after `check` and `plan`: configurations; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Words after the first: Tsung ignores them without a sound.
    pub ignored: Vec<String>,
}

impl Options {
    /// Options that were given and have no effect with this word, though they have with others.
    pub(crate) fn idle(&self, word: Word) -> Vec<&'static str> {
        let config = ("-f", self.config.is_some());
        let set = ("--set", !self.given.is_empty());
        let rules = ("--fail-if", !self.fail_if.is_empty());
        let junit = ("--junit", self.junit.is_some());
        let given: &[(&str, bool)] = match word {
            Word::Demo => &[config, set],
            Word::Check | Word::Plan => &[rules, junit],
            Word::Worker => &[
                config,
                set,
                ("-l", self.log_dir.is_some()),
                ("-m", self.stats_file.is_some()),
                ("-i", self.id.is_some()),
                ("-w", self.warm_up_secs.is_some()),
                ("-x", !self.excluded_tags.is_empty()),
                ("-k", self.keep),
                ("--local", self.local),
                ("--seed", self.seed.is_some()),
                rules,
                junit,
            ],
            // Scripts give all words the options of the run.
            Word::Start | Word::Debug | Word::Stop | Word::Status | Word::View => &[],
        };
        given.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect()
    }

    /// Workers that join by themselves, where such are wanted.
    pub(crate) fn joining(&self) -> Option<u32> {
        self.listen.map(|_| self.wait_workers.unwrap_or(1))
    }
}

/// A command line that cannot be followed; the text says why.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct UsageError(pub String);

/// Options that take text and mean something, by letter.
const TEXT: [&str; 6] = ["f", "l", "m", "i", "w", "x"];
/// Options with a value that have no meaning without Erlang nodes; `-I` only unlocks addresses.
const TEXT_IGNORED: [&str; 8] = ["r", "p", "X", "I", "L", "t", "T", "d"];
/// Options without a value that have no meaning here.
const FLAGS_IGNORED: [&str; 4] = ["s", "F", "n", "6"];
/// Our own options that take text.
pub(crate) const LONG: [&str; 8] =
    ["threads", "seed", "listen", "wait-workers", "workers-timeout", "join", "junit", "format"];
/// Our own options that may be given several times, with text.
pub(crate) const REPEATED: [&str; 2] = ["fail-if", "set"];
/// Our own options without a value.
pub(crate) const FLAGS: [&str; 3] = ["local", "lifeline", "untrusted"];
/// Longest name of an instance: it becomes part of file names.
const ID_BYTES_MAX: usize = 100;

/// Reads the arguments (without the program's name).
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, UsageError> {
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => {
            return match error.kind() {
                ErrorKind::DisplayHelp => Ok(Invocation::Help),
                ErrorKind::DisplayVersion => Ok(Invocation::Version),
                _ => Err(UsageError(explain(&error))),
            };
        }
    };
    let mut words = matches.get_many::<OsString>("words").into_iter().flatten();
    // First, for the word may be missing because an option has taken it: `--seed start`.
    let mut options = options(&matches)?;
    let Some(word) = words.next() else { return Ok(Invocation::NoWord) };
    let Some((_, known)) = Word::ALL.iter().find(|(name, _)| word == name) else {
        return Err(UsageError(format!("unknown command '{}'", word.display())));
    };
    match known {
        Word::Check | Word::Plan => options.files = words.map(PathBuf::from).collect(),
        _ => options.ignored = words.map(|word| word.to_string_lossy().into_owned()).collect(),
    }
    if let Some(text) = contradiction(*known, &options) {
        return Err(UsageError(text.to_owned()));
    }
    Ok(Invocation::Word(*known, Box::new(options)))
}

fn command() -> Command {
    let text =
        |arg: Arg| arg.action(ArgAction::Set).value_parser(value_parser!(OsString)).allow_hyphen_values(true);
    let short = TEXT
        .into_iter()
        .chain(TEXT_IGNORED)
        .map(|letter| text(Arg::new(letter).short(letter.chars().next())));
    let flags =
        FLAGS_IGNORED.map(|letter| Arg::new(letter).short(letter.chars().next()).action(ArgAction::SetTrue));
    Command::new("tsung-parrot")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        // getopts lets the last one win.
        .args_override_self(true)
        .version(env!("CARGO_PKG_VERSION"))
        .args(short)
        .args(flags)
        .arg(Arg::new("k").short('k').action(ArgAction::SetTrue))
        .args(LONG.map(|name| text(Arg::new(name).long(name))))
        .args(REPEATED.map(|name| text(Arg::new(name).long(name)).action(ArgAction::Append)))
        .args(FLAGS.map(|name| Arg::new(name).long(name).action(ArgAction::SetTrue)))
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help))
        .arg(Arg::new("version").short('v').long("version").action(ArgAction::Version))
        .arg(Arg::new("words").action(ArgAction::Append).value_parser(value_parser!(OsString)))
}

fn options(matches: &ArgMatches) -> Result<Options, UsageError> {
    let path = |id: &str, shown: &str| match matches.get_one::<OsString>(id) {
        Some(name) if name.is_empty() => Err(UsageError(format!("option {shown}: the name is empty"))),
        name => Ok(name.map(PathBuf::from)),
    };
    let id = string(matches, "i").filter(|id| !id.is_empty());
    if let Some(id) = &id
        && (id.len() > ID_BYTES_MAX || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)))
    {
        return Err(UsageError(format!(
            "option -i: '{id}' is no instance name (letters, digits, '_', '-' and '.', it becomes part of file names)"
        )));
    }
    let threads = at_least_one(matches, "threads", ENGINES_PER_WORKER_MAX)?;
    let wait_workers = at_least_one(matches, "wait-workers", WORKERS_MAX as u32)?;
    let (listen, join) = (endpoint(matches, "listen")?, endpoint(matches, "join")?);
    Ok(Options {
        config: path("f", "-f")?,
        log_dir: path("l", "-l")?,
        stats_file: path("m", "-m")?,
        id,
        warm_up_secs: number(matches, "w", "-w")?,
        excluded_tags: string(matches, "x")
            .map(|tags| tags.split(',').filter(|t| !t.is_empty()).map(str::to_owned).collect())
            .unwrap_or_default(),
        keep: matches.get_flag("k"),
        ip_hosts: matches.contains_id("I"),
        local: matches.get_flag("local"),
        threads,
        listen,
        wait_workers,
        workers_timeout_secs: number(matches, "workers-timeout", "--workers-timeout")?,
        join,
        lifeline: matches.get_flag("lifeline"),
        seed: number(matches, "seed", "--seed")?,
        fail_if: strings(matches, "fail-if"),
        junit: path("junit", "--junit")?,
        given: given(matches)?,
        untrusted: matches.get_flag("untrusted"),
        json: json(matches)?,
        files: Vec::new(),
        ignored: Vec::new(),
    })
}

fn given(matches: &ArgMatches) -> Result<Vec<Given>, UsageError> {
    let values = matches.get_many::<OsString>("set").into_iter().flatten();
    let given = values.map(|value| {
        let shown = value.display();
        let refused = |why: &str| UsageError(format!("option --set: '{shown}': {why}"));
        let text = value.to_str().ok_or_else(|| refused("this is not UTF-8"))?;
        Given::parse(text).map_err(|error| match error {
            GivenError::NoValue => refused("a name and a value are needed, as in --set host=shop.example"),
            GivenError::NotAName => {
                refused("what stands before = is no name of XML (letters, digits, '_', '-' and '.')")
            }
            GivenError::Predefined => refused("XML itself says what this name stands for: take another"),
            GivenError::NotText(character) => refused(&format!(
                "the value has a character that XML cannot hold (U+{:04X})",
                u32::from(character)
            )),
        })
    });
    given.collect()
}

fn json(matches: &ArgMatches) -> Result<bool, UsageError> {
    match string(matches, "format").as_deref() {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(UsageError(format!("option --format: '{other}' is neither text nor json"))),
    }
}

/// What the options ask for together with the word, or with each other, that cannot be meant.
fn contradiction(word: Word, options: &Options) -> Option<&'static str> {
    let Options { listen, join, threads, .. } = options;
    let is_worker = word == Word::Worker;
    let reads_only = matches!(word, Word::Check | Word::Plan);
    let mut configs = options.config.iter().chain(&options.files);
    [
        (
            options.untrusted && !reads_only,
            "option --untrusted: it is for check and plan, which send nothing",
        ),
        (options.json && word != Word::Check, "option --format: only check has one"),
        (word == Word::Plan && configs.clone().count() > 1, "'plan' takes one configuration"),
        (
            reads_only && configs.clone().filter(|path| path.as_os_str() == "-").count() > 1,
            "standard input can be read only once",
        ),
        (
            reads_only && configs.any(|path| path.as_os_str().is_empty()),
            "the name of a configuration is empty",
        ),
        (is_worker && listen.is_some(), "option --listen: a worker joins its run, with --join"),
        (
            is_worker && options.wait_workers.is_some(),
            "option --wait-workers: it is the run that waits for workers",
        ),
        (
            is_worker && options.workers_timeout_secs.is_some(),
            "option --workers-timeout: it is the run that waits for workers",
        ),
        (
            listen.is_none() && options.wait_workers.is_some(),
            "option --wait-workers: workers need a place to join, give --listen",
        ),
        (
            listen.is_none() && options.workers_timeout_secs.is_some(),
            "option --workers-timeout: workers need a place to join, give --listen",
        ),
        (
            listen.is_some() && threads.is_some(),
            "option --threads: with --listen the workers make the load, give it to them",
        ),
        (
            !is_worker && join.is_some(),
            "option --join: only a worker joins a run, as in 'worker --join <place>'",
        ),
        (!is_worker && options.lifeline, "option --lifeline: only a worker has one"),
    ]
    .into_iter()
    .find_map(|(holds, text)| holds.then_some(text))
}

/// A number of something that cannot do without any.
fn at_least_one(matches: &ArgMatches, id: &str, max: u32) -> Result<Option<u32>, UsageError> {
    match number(matches, id, &format!("--{id}"))? {
        Some(0) => Err(UsageError(format!("option --{id}: at least 1 is needed"))),
        Some(n) if n > max => Err(UsageError(format!("option --{id}: at most {max} are possible"))),
        n => Ok(n),
    }
}

fn endpoint(matches: &ArgMatches, id: &str) -> Result<Option<Endpoint>, UsageError> {
    let Some(text) = string(matches, id) else { return Ok(None) };
    let remedy = match Endpoint::parse(&text) {
        Ok(endpoint) if id == "join" && endpoint.port() == 0 => "a port to connect to is needed",
        Ok(endpoint) => return Ok(Some(endpoint)),
        Err(EndpointError::Form { .. }) => "an address and a port are needed, as in tcp://127.0.0.1:5555",
        Err(EndpointError::NotLoopback { .. }) => {
            "workers on other machines are not in this release, their messages would travel unprotected"
        }
    };
    Err(UsageError(format!("option --{id}: '{text}': {remedy}")))
}

fn number<T: std::str::FromStr>(
    matches: &ArgMatches,
    id: &str,
    shown: &str,
) -> Result<Option<T>, UsageError> {
    let Some(text) = string(matches, id) else { return Ok(None) };
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(UsageError(format!("option {shown}: '{text}' is not a number that it can take"))),
    }
}

fn string(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one::<OsString>(id).map(|text| text.to_string_lossy().into_owned())
}

fn strings(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<OsString>(id).into_iter().flatten().map(|t| t.to_string_lossy().into_owned()).collect()
}

/// In getopts' words where it has some.
fn explain(error: &clap::Error) -> String {
    let subject = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(text)) => text.split(' ').next().unwrap_or_default(),
        _ => "",
    };
    match (error.kind(), subject.strip_prefix('-')) {
        (ErrorKind::UnknownArgument, Some(name)) => format!("illegal option -- {name}"),
        (ErrorKind::InvalidValue, Some(name)) => format!("option requires an argument -- {name}"),
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    }
}

#[cfg(test)]
mod tests;
