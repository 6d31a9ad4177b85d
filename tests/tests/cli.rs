//! The command line from outside: words, options, what is printed where, exit codes, and the files a run leaves.
//!
//! What a configuration may hold is tested elsewhere; here it is as small as can be.
#![expect(clippy::expect_used, reason = "what cannot be read or started fails the test and says why")]

use std::fs;
use std::path::Path;

use tests::binary::binary;
use tests::command::{Said, call};
use tests::dir::Dir;
use tests::log::TsungLog;
use tests::server::{Script, Server};

const CONFIG: &str = r#"<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">
<tsung loglevel="notice" dumptraffic="protocol">
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="127.0.0.1" port="@PORT@" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="3" unit="second"/></arrivalphase></load>
  <options><option name="seed" value="1"/></options>
  <sessions>
    <session name="one" probability="100" type="ts_http">
      <request><http url="/a" method="GET" version="1.1"/></request>
      <request tag="extra"><http url="/b" method="GET" version="1.1"/></request>
    </session>
  </sessions>
</tsung>
"#;

fn parrot(dir: &Dir, args: &[&str]) -> Said {
    fs::create_dir_all(dir.path().join("home")).expect("a home");
    call(binary(), dir, args, "")
}

/// A server and a configuration for it.
fn site(dir: &Dir) -> (Server, String) {
    let server = Server::start(Script::new());
    let text = config(&server);
    dir.file("one.xml", &text);
    (server, text)
}

fn config(server: &Server) -> String {
    CONFIG.replace("@PORT@", &server.port().to_string())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn version_and_help_are_tsungs() {
    let dir = Dir::new("help");
    let version = parrot(&dir, &["-v", "-Z"]);
    assert_eq!((version.code, version.err.as_str()), (Some(0), ""));
    assert!(version.out.starts_with("Tsung version 1."), "{}", version.out);
    for args in [&["-h"] as &[&str], &[]] {
        let help = parrot(&dir, args);
        assert_eq!((help.code, help.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(
            help.out.starts_with("Usage: tsung-parrot <options> start|stop|debug|status|view"),
            "{}",
            help.out
        );
    }
    let link = dir.path().join("tsung");
    std::os::unix::fs::symlink(binary(), &link).expect("a link");
    assert!(call(&link, &dir, &["-h"], "").out.starts_with("Usage: tsung <options>"));
    assert_eq!(names(dir.path()), ["home", "tsung"], "nothing is made");
}

#[test]
fn a_wrong_command_line_is_told_apart() {
    let dir = Dir::new("wrong");
    for (args, expected) in [
        (&["-Z", "start"] as &[&str], "tsung-parrot: illegal option -- Z\nUsage: "),
        (&["start", "-f"], "tsung-parrot: option requires an argument -- f\nUsage: "),
        (&["strat"], "tsung-parrot: unknown command 'strat'\nUsage: "),
    ] {
        let said = parrot(&dir, args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(said.err.starts_with(expected), "{args:?}: {}", said.err);
    }
    let said = parrot(&dir, &["view"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.starts_with("error: 'view' is not in this release\n  help: "), "{}", said.err);
    assert!(names(&dir.path().join("home")).is_empty());
}

#[test]
fn a_missing_configuration_is_told_in_tsungs_words() {
    let dir = Dir::new("missing");
    let said = parrot(&dir, &["start", "one.xml"]);
    let path = dir.path().join("home/.tsung/tsung.xml");
    assert_eq!(said.code, Some(1));
    assert_eq!(said.out, format!("Config file {} doesn't exist, aborting !\n", path.display()));
    assert!(
        said.err.contains("ignored: one.xml") && said.err.contains("help: name the configuration with -f")
    );
    assert!(names(&dir.path().join("home")).is_empty());
}

#[test]
fn a_run_prints_and_writes_what_tsung_does() {
    let dir = Dir::new("run");
    let (server, text) = site(&dir);
    let said = parrot(&dir, &["-w", "0", "-f", "one.xml", "-n", "start"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let home = dir.path().join("home/.tsung");
    let folder = said.folder();
    assert_eq!(
        said.out,
        format!(
            "Creating local Tsung directory {home}\nCreating Tsung log directory {home}/log\nStarting Tsung\n\
             Log directory is: {}\n",
            folder.display(),
            home = home.display()
        )
    );
    let own = format!("tsung_controller@{}.log", tests::parrot::host());
    let mut expected = vec![
        "match.log",
        "one.xml",
        "percentiles.csv",
        "run.json",
        "tsung-123456.dump",
        "tsung.dump",
        "tsung.log",
        own.as_str(),
    ];
    expected.sort_unstable();
    assert_eq!(names(&folder), expected);
    assert_eq!(fs::read_to_string(folder.join("one.xml")).expect("the copy"), text);
    let log = fs::read_to_string(folder.join(own)).expect("the log");
    assert!(log.contains("notice  the run completed after ") && log.contains("3 users planned"), "{log}");
    // The table: no colours away from a terminal.
    for part in
        ["Run completed after ", "3 started, 3 finished", "\nrequest ", "\nHTTP codes           200: 6"]
    {
        assert!(said.err.contains(part), "no {part:?} in\n{}", said.err);
    }
    assert!(!said.err.contains('\x1b'), "{:?}", said.err);
    assert_eq!(server.stop().requests().count(), 6);
}

#[test]
fn options_say_where_things_go() {
    let dir = Dir::new("places");
    let (server, _) = site(&dir);
    let said = parrot(
        &dir,
        &["start", "-w0", "-l", "not/there", "-ih4", "-m", "other.log", "-x", "extra", "-fone.xml"],
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    let folder = said.folder();
    // Temporary folders may lie behind links; both sides are absolute here.
    assert_eq!(folder.parent(), Some(dir.path().join("not/there").as_path()));
    let names = names(&folder);
    assert!(names.iter().any(|name| name.starts_with("tsung_controller_h4@")), "{names:?}");
    assert!(names.contains(&"other.log".to_owned()) && !names.contains(&"tsung.log".to_owned()), "{names:?}");
    assert_eq!(server.stop().requests().count(), 3, "requests with the tag are left out");

    let server = Server::start(Script::new());
    let said = call(binary(), &dir, &["-f", "-", "-w0", "-l", "log", "-m", "-", "start"], &config(&server));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let folder = said.out.lines().find_map(|line| line.strip_prefix("Log directory is: ")).expect("a folder");
    assert!(
        Path::new(folder).join("tsung_stdin.xml").exists() && !Path::new(folder).join("tsung.log").exists()
    );
    assert!(said.out.contains("\n# stats: dump at ") && said.out.contains("\nEndMonitor:{"), "{}", said.out);
    assert_eq!(server.stop().requests().count(), 6);
}

#[test]
fn a_log_directory_that_cannot_be_made_is_status_77() {
    let dir = Dir::new("logdir");
    let (_server, _) = site(&dir);
    dir.file("file", "");
    let said = parrot(&dir, &["-f", "one.xml", "-l", "file/log", "start"]);
    assert_eq!(said.code, Some(77), "{}", said.err);
    let expected =
        format!("error: Error while creating log directory in {}/file/log/: ", dir.path().display());
    assert!(said.err.contains(&expected), "{}", said.err);
}

#[test]
fn debug_logs_more_than_start() {
    let dir = Dir::new("debug");
    let (_server, _) = site(&dir);
    let lines = |word| {
        let folder = parrot(&dir, &["-f", "one.xml", "-w0", word]).folder();
        let own =
            names(&folder).into_iter().find(|name| name.starts_with("tsung_controller")).expect("a log");
        fs::read_to_string(folder.join(own))
            .expect("the log")
            .lines()
            .filter(|l| l.contains(" debug "))
            .count()
    };
    assert_eq!(lines("start"), 0);
    assert!(lines("debug") > 0);
}

#[test]
fn a_seed_on_the_command_line_wins() {
    let dir = Dir::new("seed");
    let (_server, _) = site(&dir);
    let said = parrot(&dir, &["-f", "one.xml", "-w0", "--seed", "4711", "start"]);
    assert_eq!(tests::json::read(&said.folder())["seed"], "4711");
}

#[test]
fn the_demo_shows_what_it_promises() {
    let dir = Dir::new("demo");
    let said = parrot(&dir, &["-l", "log", "demo"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let folder = said.folder();
    assert!(
        said.err.contains("tsung_stats.pl") && said.err.contains(&folder.display().to_string()),
        "{}",
        said.err
    );
    let log = TsungLog::read(&folder);
    for name in
        ["tr_home", "tr_browse", "tr_search", "tr_login", "tr_fill_cart", "tr_checkout", "page", "session"]
    {
        assert!(log.count(name) > 0, "{name} is empty");
    }
    for name in ["200", "201", "302", "403", "404", "500", "match", "match_stop"] {
        assert!(log.total(name) > 0, "no {name}");
    }
    assert_eq!(log.total("400"), 0, "all tokens were picked from pages");
    assert_eq!(log.total("users_count"), 96);
    assert_eq!(log.total("finish_users_count"), 96);
    let errors: Vec<_> = log.last().counters.keys().filter(|name| name.starts_with("error_")).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn files_that_cannot_be_made_are_told_with_their_option() {
    let dir = Dir::new("nofiles");
    let (server, _) = site(&dir);
    let absent = dir.path().join("absent/file");
    let absent = absent.to_str().expect("a text");
    for option in ["-m", "--junit"] {
        let said = parrot(&dir, &["-f", "one.xml", "-l", "log", option, absent, "start"]);
        assert_eq!(said.code, Some(1), "{}", said.err);
        let expected = format!(
            "error: cannot write {absent}: no such file or directory\n  help: name a file that can be written with {option}\n"
        );
        assert!(said.err.ends_with(&expected), "{}", said.err);
        assert_eq!(
            fs::read_dir(dir.path().join("log")).map_or(0, Iterator::count),
            0,
            "no run folder is left"
        );
    }
    for option in ["-f", "-l", "-m", "--junit"] {
        let said = parrot(&dir, &["-f", "one.xml", "-l", "log", option, "", "start"]);
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.contains(&format!("option {option}: the name is empty")), "{}", said.err);
    }
    // The word was taken for the option's number.
    let said = parrot(&dir, &["-f", "one.xml", "--seed", "start"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(server.stop().connections.len(), 0);
}

#[test]
fn a_log_that_could_not_be_written_is_told_at_once() {
    let dir = Dir::new("full-disk");
    let (server, _) = site(&dir);
    // Nothing is left to look at, so the run does not stay for -k.
    let said = parrot(&dir, &["-f", "one.xml", "-l", "log", "-w0", "-k", "-m", "/dev/full", "start"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let expected = "error: not everything could be written: /dev/full: no space left on device";
    assert!(said.err.contains(expected), "{}", said.err);
    assert!(!said.out.contains("keep controller"), "{}", said.out);
    assert_eq!(server.stop().requests().count(), 6, "the load goes on without its log");
}
