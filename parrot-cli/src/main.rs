//! The `tsung-parrot` binary: reads the command line, wires the front end, the engine and the files together, and talks to the
//! user. No protocol and no file format lives here.

mod args;
mod check;
mod config;
mod demo;
mod fail_if;
mod failure;
mod files;
mod folder;
mod junit;
mod node_log;
mod plan;
mod preflight;
mod processes;
mod progress;
mod remote;
mod run;
mod scratch;
mod screen;
mod signals;
mod summary;
mod usage;
mod worker;
mod workers;
mod xml_text;

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

use args::{Invocation, Options, Word};
use failure::Failure;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let program = name(args.next().as_deref());
    let done = args::parse(args).map_err(Failure::Usage).and_then(|asked| follow(asked, &program));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(&program);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The name that it was called by: `tsung` through a link.
fn name(zeroth: Option<&OsStr>) -> String {
    let called = zeroth.and_then(|path| Path::new(path).file_name());
    called.map_or_else(|| "tsung-parrot".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn follow(asked: Invocation, program: &str) -> Result<(), Failure> {
    match asked {
        Invocation::Help | Invocation::NoWord => screen::out(&usage::usage(program)),
        Invocation::Version => screen::out(&usage::version()),
        Invocation::Word(word, options) => {
            remark(word, &options, program);
            return obey(word, *options);
        }
    }
    Ok(())
}

fn obey(word: Word, options: Options) -> Result<(), Failure> {
    match word {
        Word::Start => run::start(&options, run::Mode::Start).map(drop),
        Word::Debug => run::start(&options, run::Mode::Debug).map(drop),
        Word::Check => check::check(&options),
        Word::Plan => plan::plan(&options),
        Word::Demo => demo::demo(options),
        Word::Worker => worker::work(&options),
        Word::Stop => remote::stop(&options),
        Word::Status => {
            remote::status(&options);
            Ok(())
        }
        Word::View => {
            Err(Failure::NotYet { word: "view", instead: "tsung_stats.pl makes a report of a run folder" })
        }
    }
}

/// What is accepted, but not as meant.
fn remark(word: Word, options: &Options, program: &str) {
    let idle = options.idle(word);
    if !idle.is_empty() {
        let whose = match word {
            Word::Demo => "the demo runs a configuration of its own",
            Word::Check | Word::Plan => "nothing is run",
            _ => "the controller decides on them",
        };
        screen::err(&format!("{program}: warning: without effect here: {} ({whose})", idle.join(" ")));
    }
    if !options.ignored.is_empty() {
        let words = options.ignored.join(" ");
        screen::err(&format!("{program}: warning: ignored: {words} (a configuration is named with -f)"));
    }
}
