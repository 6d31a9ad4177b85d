//! `check`, `plan` and `--set` from outside: what they say, where, with which status, and that they leave no trace.
#![expect(clippy::expect_used, reason = "what cannot be read or started fails the test and says why")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;
use tests::binary::binary;
use tests::command::{Said, call};
use tests::dir::Dir;
use tests::server::{Script, Server};

/// A configuration without fault, with places for options and steps.
const CONFIG: &str = r#"<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd" [
  <!ENTITY host "127.0.0.1">
]>
<tsung loglevel="notice">
  <clients><client host="localhost"/></clients>
  <servers><server host="&host;" port="@PORT@" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="2" unit="second"/></arrivalphase></load>
  <options>@OPTION@</options>
  <sessions>
    <session name="one" probability="100" type="ts_http">
      <request><http url="/a" method="GET" version="1.1"/></request>
      <request tag="extra"><http url="/b" method="GET" version="1.1"/></request>
      @STEP@
    </session>
  </sessions>
</tsung>
"#;
const RATE_LIMIT: &str = r#"<option name="rate_limit" value="1024"/>"#;

fn config(option: &str, step: &str) -> String {
    let text = CONFIG.replace("@OPTION@", option).replace("@STEP@", step);
    text.replace("@PORT@", "8001")
}

fn parrot(dir: &Dir, args: &[&str]) -> Said {
    call(binary(), dir, args, "")
}

/// The lines of `--format json`: all but the last of each file are findings.
fn objects(said: &Said) -> Vec<Value> {
    let lines = said.out.lines().map(serde_json::from_str::<Value>);
    lines.map(|object| object.unwrap_or_else(|error| panic!("{error}\n{}", said.out))).collect()
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_file_gets_its_verdict() {
    let dir = Dir::new("check");
    dir.file("good.xml", config("", ""));
    dir.file("bad.xml", config(r#"<option name="seed" value="x"/>"#, "<thinktim value='1'/>"));
    dir.file("later.xml", config(RATE_LIMIT, ""));
    dir.file("warned.xml", config(r#"<option name="sead" value="1"/>"#, ""));
    fs::create_dir(dir.path().join("folder.xml")).expect("a folder");

    let good = parrot(&dir, &["check", "good.xml"]);
    assert_eq!((good.code, good.out.as_str()), (Some(0), "good.xml: loads\n"), "{}", good.err);
    let heading = "differences from Tsung that this file touches:\n";
    let first = "  good.xml:8:9: arrivals (mend)\n      Tsung: exponential gaps";
    assert!(good.err.starts_with(&format!("{heading}{first}")), "{}", good.err);
    assert!(good.err.contains("\npreflight: 2 users planned: "), "{}", good.err);

    let bad = parrot(&dir, &["-f", "bad.xml", "check"]);
    assert_eq!((bad.code, bad.out.as_str()), (Some(1), "bad.xml: 2 errors\n"), "{}", bad.err);
    for part in ["--> bad.xml:9:32\n", "--> bad.xml:14:7\n", "did you mean thinktime?"] {
        assert!(bad.err.contains(part), "no {part:?} in\n{}", bad.err);
    }
    assert!(
        !bad.err.contains("preflight") && !bad.err.contains("differences") && !bad.err.contains("Usage"),
        "{}",
        bad.err
    );

    let later = parrot(&dir, &["check", "later.xml"]);
    assert_eq!(later.code, Some(0), "{}", later.err);
    let verdict = "later.xml: right, but this release cannot run: ";
    assert!(later.out.starts_with(verdict) && later.out.contains("rate_limit"), "{}", later.out);
    assert!(later.err.contains("not yet[TP") && !later.err.contains("preflight"), "{}", later.err);

    let all =
        ["check", "good.xml", "bad.xml", "absent.xml", "folder.xml", "warned.xml", "later.xml", "good.xml"];
    let said = parrot(&dir, &all);
    assert_eq!(said.code, Some(1));
    let verdicts: Vec<&str> = said.out.lines().collect();
    assert_eq!(
        verdicts[..5],
        [
            "good.xml: loads",
            "bad.xml: 2 errors",
            "absent.xml: 1 error",
            "folder.xml: 1 error",
            "warned.xml: loads; 1 warning"
        ]
    );
    assert!(verdicts[5].starts_with(verdict) && verdicts[6..] == ["good.xml: loads"], "{}", said.out);
    let device = parrot(&dir, &["check", "/dev/zero"]);
    assert_eq!((device.code, device.out.as_str()), (Some(1), "/dev/zero: 1 error\n"));
    assert!(device.err.contains("it is a device or a pipe, not a file"), "{}", device.err);
    assert!(
        said.err.to_lowercase().contains("directory") && said.err.contains("--> absent.xml"),
        "{}",
        said.err
    );
    assert_eq!(
        entries(dir.path()),
        ["bad.xml", "folder.xml", "good.xml", "later.xml", "warned.xml"],
        "nothing is made"
    );
}

#[test]
fn standard_input_is_a_configuration_too() {
    let dir = Dir::new("check-stdin");
    let loads = (Some(0), "stdin: loads\n");
    for args in [&["check", "-"] as &[&str], &["-f", "-", "check"]] {
        let said = call(binary(), &dir, args, &config("", ""));
        assert_eq!((said.code, said.out.as_str()), loads, "{}", said.err);
    }
    let said = call(binary(), &dir, &["check", "-"], "");
    assert_eq!((said.code, said.out.as_str()), (Some(1), "stdin: 1 error\n"), "{}", said.err);
    // Without any name it is the configuration of a run.
    fs::create_dir_all(dir.path().join("home/.tsung")).expect("a home");
    dir.file("home/.tsung/tsung.xml", config("", ""));
    let said = parrot(&dir, &["check"]);
    assert!(said.code == Some(0) && said.out.ends_with("/.tsung/tsung.xml: loads\n"), "{}", said.out);
}

#[test]
fn json_is_an_object_a_line() {
    let dir = Dir::new("check-json");
    dir.file("good.xml", config("", ""));
    dir.file("bad.xml", config(RATE_LIMIT, "<thinktim value='1'/><thinktim/>"));
    dir.file("later.xml", config(RATE_LIMIT, ""));
    let said = parrot(&dir, &["check", "--format", "json", "good.xml", "bad.xml", "later.xml"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let objects = objects(&said);
    let summaries: Vec<&Value> = objects.iter().filter(|object| object["kind"] == "summary").collect();
    let expected = [("good.xml", true, 0, 0), ("bad.xml", false, 2, 1), ("later.xml", false, 0, 1)];
    for (summary, (file, loads, errors, not_yet)) in summaries.iter().zip(expected) {
        assert_eq!(summary["file"], file);
        assert_eq!(summary["loads"], loads, "{summary}");
        assert_eq!(summary["errors"], errors, "{summary}");
        assert_eq!(summary["not_yet"], not_yet, "{summary}");
        assert_eq!(summary["warnings"], 0, "{summary}");
        let arrivals = &summary["differences"][0];
        assert_eq!(
            (&arrivals["topic"], &arrivals["class"]),
            (&"arrivals".into(), &"mend".into()),
            "{summary}"
        );
        assert_eq!(summary["preflight"].as_array().expect("lines").is_empty(), !loads, "{summary}");
    }
    assert_eq!(summaries.len(), 3);
    let found: Vec<&Value> = objects.iter().filter(|object| object["kind"] == "diagnostic").collect();
    let error = found.iter().find(|object| object["severity"] == "error").expect("an error");
    assert_eq!(
        (&error["file"], &error["line"], &error["column"], &error["repeated"]),
        (&"bad.xml".into(), &14.into(), &7.into(), &1.into())
    );
    assert_eq!(error["code"], "TP0202");
    assert_eq!(found.len() + 3, objects.len(), "{}", said.out);
}

#[test]
fn wrong_command_lines_are_told() {
    let dir = Dir::new("check-wrong");
    dir.file("good.xml", config("", ""));
    for args in [
        &["check", "--format", "yaml", "good.xml"] as &[&str],
        &["plan", "good.xml", "good.xml"],
        &["--untrusted", "-f", "good.xml", "start"],
        &["--set", "host", "check", "good.xml"],
        &["--set", "a b=c", "plan", "good.xml"],
        &["--set", "-f", "good.xml", "start"],
    ] {
        let said = parrot(&dir, args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(said.err.contains("\nUsage: "), "{}", said.err);
    }
}

#[test]
fn options_about_the_load_mean_what_they_mean_in_a_run() {
    let dir = Dir::new("check-options");
    let client = |name: &str| config("", "").replace("host=\"localhost\"", &format!("host=\"{name}\""));
    dir.file("remote.xml", client("loader"));
    dir.file("address.xml", client("127.0.0.1"));
    for (file, option) in [("remote.xml", &["--local"] as &[&str]), ("address.xml", &["-I", "127.0.0.1"])] {
        let without = parrot(&dir, &["check", file]);
        assert!(!without.out.contains("loads"), "{file}: {}", without.out);
        let with = parrot(&dir, &[&["check", file], option].concat());
        assert!(with.code == Some(0) && with.out.starts_with(&format!("{file}: loads")), "{}", with.out);
    }
    dir.file("good.xml", config("", ""));
    let plan = parrot(&dir, &["-x", "extra", "-w", "7", "--seed", "5", "plan", "good.xml"]).out;
    assert!(plan.contains("warm-up 7 s") && plan.contains("seed 5") && plan.contains("GET /a "), "{plan}");
    assert!(!plan.contains("GET /b "), "{plan}");
}

#[test]
fn untrusted_configurations_stay_in_their_folder() {
    let dir = Dir::new("untrusted");
    let inside = dir.folder("in");
    let outside = dir.file("secret.csv", "secret\n");
    dir.file("in/users.csv", "ann\n");
    symlink(&outside, inside.join("link.csv")).expect("a link");
    symlink(dir.path(), inside.join("up")).expect("a link");
    let absolute_in = inside.join("users.csv").display().to_string();
    let absolute_out = outside.display().to_string();
    let refused = |text: &str, expected: Option<&str>| {
        dir.file("in/tsung.xml", text);
        let trusted = parrot(&dir, &["check", "in/tsung.xml"]);
        assert_eq!(trusted.code, Some(0), "{}", trusted.err);
        let said = parrot(&dir, &["check", "--untrusted", "in/tsung.xml"]);
        match expected {
            None => assert_eq!(said.code, Some(0), "{}", said.err),
            Some(what) => {
                assert_eq!(
                    (said.code, said.out.as_str()),
                    (Some(1), "in/tsung.xml: 1 error\n"),
                    "{}",
                    said.err
                );
                let message = format!("error[TP0601]: {what} lies outside the folder of the configuration\n");
                assert!(said.err.contains(&message), "no {message} in\n{}", said.err);
                assert!(
                    said.err.contains("--> in/tsung.xml:") && !said.err.contains("secret\n"),
                    "{}",
                    said.err
                );
            }
        }
    };
    for (path, is_inside) in [
        ("in/users.csv", true),
        ("in/../in/users.csv", true),
        (&*absolute_in, true),
        ("secret.csv", false),
        ("in/../secret.csv", false),
        ("in/link.csv", false),
        ("in/up/secret.csv", false),
        (&*absolute_out, false),
    ] {
        let option = format!("<option name=\"file_server\" id=\"u\" value=\"{path}\"/>");
        let step = r#"<setdynvars sourcetype="file" fileid="u"><var name="v"/></setdynvars>"#;
        let what = format!("data file {path}");
        refused(&config(&option, step), (!is_inside).then_some(&*what));
        let local = option.replace("file_server", "local_file_server");
        refused(&config(&local, ""), (!is_inside).then_some(&*what));
        let body =
            format!("<request><http url=\"/\" method=\"POST\" contents_from_file=\"{path}\"/></request>");
        let what = format!("body file {path}");
        refused(&config("", &body), (!is_inside).then_some(&*what));
    }
    dir.file("in/part.xml", "<thinktime value='1'/>");
    dir.file("part.xml", "<thinktime value='2'/>");
    symlink(dir.path().join("part.xml"), inside.join("linked.xml")).expect("a link");
    for path in ["part.xml", "linked.xml", "../part.xml"] {
        // A file of that name in the current directory comes first, as in a run, and that one is outside.
        let text = config("", "&part;").replace("]>", &format!("<!ENTITY part SYSTEM \"{path}\">]>"));
        refused(&text, Some(&format!("entity file {path}")));
    }
    fs::remove_file(dir.path().join("part.xml")).expect("a file");
    let text = config("", "&part;").replace("]>", "<!ENTITY part SYSTEM \"../in/part.xml\">]>");
    refused(&text, None);
    // The configuration itself is no way out either.
    symlink(&outside, inside.join("leak.xml")).expect("a link");
    let said = parrot(&dir, &["check", "--untrusted", "in/leak.xml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), "in/leak.xml: 1 error\n"), "{}", said.err);
    assert!(!said.err.contains("secret"), "{}", said.err);
    // Nor standard input, whose folder is the current one.
    let option = "<option name=\"file_server\" id=\"u\" value=\"../outside.csv\"/>";
    let said = call(binary(), &dir, &["check", "--untrusted", "-"], &config(option, ""));
    assert!(
        said.code == Some(1) && said.err.contains("data file ../outside.csv lies outside"),
        "{}",
        said.err
    );
    dir.file("in/tsung.xml", config(option, ""));
    let said = parrot(&dir, &["plan", "--untrusted", "in/tsung.xml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert!(said.err.contains("error[TP0601]"), "{}", said.err);
}

#[test]
fn a_plan_is_told_or_refused_as_a_run_is() {
    let dir = Dir::new("plan");
    dir.file("good.xml", config("", "<thinktime value='2' random='true'/>"));
    let plan = parrot(&dir, &["plan", "good.xml"]);
    assert_eq!((plan.code, plan.err.as_str()), (Some(0), ""));
    for part in [
        "load\n  warm-up 1 s\n  phase 1 from 0 s for 1 s: 2 users, 2/s\n",
        "\nsession 1 one, 100 %\n",
        "  1 request GET to 127.0.0.1:8001\n      | GET /a HTTP/1.1\\r\\n\n      | Host: 127.0.0.1:8001\\r\\n\n",
        "\n  2 request GET to the user's server, tag extra, ends its page\n",
        "\n  3 thinktime random, mean 2 s\n",
    ] {
        assert!(plan.out.contains(part), "no {part:?} in\n{}", plan.out);
    }
    assert_eq!(parrot(&dir, &["-f", "good.xml", "plan"]).out, plan.out, "the same text each time");

    dir.file("later.xml", config(RATE_LIMIT, ""));
    let later = parrot(&dir, &["plan", "later.xml"]);
    assert_eq!(later.code, Some(0));
    assert!(later.err.starts_with("not yet[TP") && later.err.contains("rate_limit"), "{}", later.err);
    assert!(later.out.contains("\nsession 1 one, 100 %\n"), "{}", later.out);

    dir.file("bad.xml", config("", "<thinktim/>"));
    let (plan, start) = (parrot(&dir, &["plan", "bad.xml"]), parrot(&dir, &["-f", "bad.xml", "start"]));
    assert_eq!((plan.code, &*plan.out, &*plan.err), (Some(1), "", &*start.err));
    assert!(plan.err.contains("bad.xml:14:7"), "{}", plan.err);
    let absent = parrot(&dir, &["plan", "absent.xml"]);
    assert!(
        absent.code == Some(1) && absent.err.contains("absent.xml: there is no such file"),
        "{}",
        absent.err
    );
}

#[test]
fn values_are_set_for_a_run_and_kept_in_its_copy() {
    let dir = Dir::new("set");
    let server = Server::start(Script::new());
    let step = "<request subst='true'><http url='/${page}/%%_v%%/${other}'/></request>";
    let text =
        config("", &format!("<setdynvars sourcetype='value' value='1'><var name='v'/></setdynvars>{step}"));
    dir.file("set.xml", text.replace("&host;", "&name;").replace("8001", "${port}"));
    let port = format!("port={}", server.port());
    let set = ["--set", "name=127.0.0.1", "--set", &port, "--set", "page=a<b>&amp;\"'"];
    let said = parrot(&dir, &[&set as &[&str], &["-f", "set.xml", "-w0", "-l", "log", "start"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    // The copy says it all.
    fs::copy(said.folder().join("set.xml"), dir.path().join("again.xml")).expect("the copy");
    let again = parrot(&dir, &["-f", "again.xml", "-w0", "-l", "log", "start"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let recording = server.stop();
    let targets = recording.paths();
    let filled = targets.iter().filter(|target| *target == "/a<b>&amp;\"'/1/${other}").count();
    assert_eq!((targets.len(), filled), (12, 4), "{targets:?}");

    let missing = parrot(&dir, &["check", "set.xml"]);
    assert!(
        missing.code == Some(1) && missing.err.contains("entity &name; is not declared"),
        "{}",
        missing.err
    );
    let unused = parrot(&dir, &[&set as &[&str], &["--set", "nobody=1", "check", "set.xml"]].concat());
    assert_eq!((unused.code, &*unused.out), (Some(0), "set.xml: loads; 1 warning\n"), "{}", unused.err);
    assert!(unused.err.contains("--set nobody: "), "{}", unused.err);
    // A mistake in a value is shown where the value stands.
    let wrong = parrot(&dir, &["--set", "name=127.0.0.1", "--set", "port=http", "check", "set.xml"]);
    assert!(wrong.code == Some(1) && wrong.err.contains("--> set.xml:7:34\n"), "{}", wrong.err);
}

#[test]
fn a_file_of_another_protocol_is_named_as_such() {
    let dir = Dir::new("protocol");
    dir.file(
        "chat.xml",
        config("", "")
            .replace("ts_http", "ts_jabber")
            .replace("<http url=\"/a\" method=\"GET\" version=\"1.1\"/>", JABBER)
            .replace("<http url=\"/b\" method=\"GET\" version=\"1.1\"/>", JABBER),
    );
    let said = parrot(&dir, &["check", "chat.xml"]);
    let verdict = "chat.xml: right, but this release does not speak its protocol: session type ts_jabber\n";
    assert_eq!((said.code, said.out.as_str()), (Some(1), verdict), "{}", said.err);
    let summary =
        objects(&parrot(&dir, &["check", "--format", "json", "chat.xml"])).pop().expect("a summary");
    assert_eq!(summary["protocols"], serde_json::json!(["session type ts_jabber"]), "{summary}");
}

const JABBER: &str = r#"<jabber type="presence:initial" ack="no_ack"/>"#;

#[test]
fn lints_are_told_apart_from_warnings() {
    let dir = Dir::new("lint");
    dir.file("lint.xml", config("", r#"<request><http url="/%%_tsung_userid%%"/></request>"#));
    let said = parrot(&dir, &["check", "lint.xml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "lint.xml: loads; 1 lint\n"), "{}", said.err);
    assert!(said.err.contains("lint[TP1001]: "), "{}", said.err);
    let found = objects(&parrot(&dir, &["check", "--format", "json", "lint.xml"]));
    assert_eq!((&found[0]["severity"], &found[0]["code"]), (&"lint".into(), &"TP1001".into()));
    assert_eq!((&found[1]["lints"], &found[1]["warnings"]), (&1.into(), &0.into()));
}

#[test]
fn what_a_file_holds_does_not_control_the_terminal() {
    let dir = Dir::new("terminal");
    let name = "one\u{9b}31m\u{202e}";
    let text = config("", "")
        .replace("name=\"one\" probability=\"100\"", &format!("name=\"{name}\" probability=\"90\""));
    dir.file("esc\u{1b}[31m\n.xml", text);
    let said = parrot(&dir, &["check", "esc\u{1b}[31m\n.xml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), "esc [31m .xml: 1 error\n"), "{}", said.err);
    assert!(
        said.err.contains("one 31m  90") && !said.err.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
        "{:?}",
        said.err
    );
}

#[test]
fn output_that_nobody_gets_is_an_error_and_a_reader_that_stops_is_none() {
    let dir = Dir::new("full");
    dir.file("good.xml", config("", ""));
    for command in ["plan good.xml", "check good.xml", "check --format json good.xml"] {
        let shell = |rest: &str| {
            let line = format!("\"$0\" {command} {rest}");
            let binary = binary().to_str().expect("a text").to_owned();
            call(Path::new("/bin/sh"), &dir, &["-c", &line, &binary], "")
        };
        let full = shell("> /dev/full");
        assert_eq!(full.code, Some(1), "{command}: {}", full.err);
        let told = "error: cannot write to standard output: no space left on device";
        assert!(full.err.contains(told), "{command}: {}", full.err);
        let closed = shell("| true; exit 0");
        assert!(
            !closed.err.contains("panicked") && !closed.err.contains("error: "),
            "{command}: {}",
            closed.err
        );
    }
}

#[test]
fn sessions_that_the_load_cuts_are_told() {
    let dir = Dir::new("cut");
    let loops: String = (0..120).map(|n| format!("<for var=\"v{n}\" from=\"1\" to=\"2\">")).collect();
    let nested = format!("{loops}<thinktime value=\"1\"/>{}", "</for>".repeat(120));
    dir.file("cut.xml", config("", "<thinktime value=\"20\"/>").replace("<load>", "<load duration=\"2\">"));
    dir.file("long.xml", config("", &nested));
    let said = parrot(&dir, &["check", "cut.xml", "long.xml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains(
            "a session lasts about 20 s (100 ms assumed for a response); the load is cut after 2 s"
        ),
        "{}",
        said.err
    );
    assert!(said.err.contains("a session lasts longer than a year "), "{}", said.err);
}

/// Tsung's own examples: nothing is wrong with them but files that are not there, one sum, and what this release does not speak.
#[test]
fn tsungs_own_examples_are_right() {
    let dir = Dir::new("examples");
    let examples =
        fs::read_dir("/usr/share/doc/tsung/examples").expect("Tsung's examples: apt-get install tsung");
    let mut seen = 0;
    for example in examples.flatten() {
        let path = example.path();
        let text = match path.extension().and_then(|extension| extension.to_str()) {
            Some("xml") => fs::read_to_string(&path).expect("an example"),
            Some("gz") => call(Path::new("zcat"), &dir, &[path.to_str().expect("a text")], "").out,
            _ => continue,
        };
        dir.file("example.xml", text);
        let found = objects(&parrot(&dir, &["check", "--format", "json", "example.xml"]));
        for error in found.iter().filter(|found| found["severity"] == "error") {
            let code = error["code"].as_str().unwrap_or_default();
            let sum = code == "TP0413" && path.to_string_lossy().contains("http_distributed");
            assert!(sum || ["TP0215", "TP0316"].contains(&code), "{}: {error}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 20, "{seen} examples");
}
