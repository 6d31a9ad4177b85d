//! Command lines, and what they ask for.

use super::*;

fn run(line: &str) -> Result<Invocation, UsageError> {
    parse(line.split_whitespace().map(OsString::from))
}

fn start(line: &str) -> Options {
    match run(line) {
        Ok(Invocation::Word(Word::Start, options)) => *options,
        other => panic!("{line}: {other:?}"),
    }
}

fn with_config() -> Options {
    Options { config: Some("x.xml".into()), ..Options::default() }
}

#[test]
fn getopts_forms_are_all_understood() {
    let kept = Options { keep: true, ..Options::default() };
    let full = Options { keep: true, log_dir: Some("dir".into()), ..with_config() };
    for (line, expected) in [
        ("start", Options::default()),
        ("-f x.xml start", with_config()),
        ("-fx.xml start", with_config()),
        ("start -f x.xml", with_config()),
        ("start -fx.xml", with_config()),
        ("-f y.xml -f x.xml start", with_config()),
        ("-kf x.xml start -l dir", full.clone()),
        ("-l dir start -nkf x.xml", full),
        ("-f - start", Options { config: Some("-".into()), ..Options::default() }),
        ("-m - start", Options { stats_file: Some("-".into()), ..Options::default() }),
        ("-nk start", kept),
        ("-ih4 start", Options { id: Some("h4".into()), ..Options::default() }),
        ("-nih4 start", Options { id: Some("h4".into()), ..Options::default() }),
        ("-w 4 start", Options { warm_up_secs: Some(4), ..Options::default() }),
        (
            "-x img,css start",
            Options { excluded_tags: vec!["img".into(), "css".into()], ..Options::default() },
        ),
        ("-x , start", Options::default()),
        ("-I 127.0.0.1 start", Options { ip_hosts: true, ..Options::default() }),
        (
            "--local --threads 2 --seed=7 start",
            Options { local: true, threads: Some(2), seed: Some(7), ..Options::default() },
        ),
        ("start now please", Options { ignored: vec!["now".into(), "please".into()], ..Options::default() }),
        ("-f x.xml -- start", with_config()),
        (
            "--fail-if invalid start --junit r.xml --fail-if=errors>1%",
            Options {
                fail_if: vec!["invalid".into(), "errors>1%".into()],
                junit: Some("r.xml".into()),
                ..Options::default()
            },
        ),
    ] {
        assert_eq!(start(line), expected, "{line}");
    }
}

#[test]
fn check_and_plan_take_configurations_as_words() {
    let options = |line| match run(line) {
        Ok(Invocation::Word(Word::Check | Word::Plan, options)) => *options,
        other => panic!("{line}: {other:?}"),
    };
    let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
    let expected = Options { files: files(&["a.xml", "-"]), json: true, untrusted: true, ..with_config() };
    assert_eq!(options("-f x.xml check a.xml --format json - --untrusted"), expected);
    let given = ["a=1", "b=x=y"].map(|text| Given::parse(text).expect("a name and a value")).to_vec();
    let expected = Options { files: files(&["a.xml"]), given, ..Options::default() };
    assert_eq!(options("plan a.xml --set a=1 --set b=x=y --format text"), expected);
}

#[test]
fn options_that_only_erlang_needs_are_accepted() {
    assert_eq!(
        start("-r ssh -s -p 300000 -X /a -X /b -F -L 300 -n -t 64000 -T 65000 -6 -d 7 start"),
        Options::default()
    );
    assert_eq!(start("-r -weird start"), Options::default());
}

#[test]
fn every_word_is_known() {
    for (name, word) in Word::ALL {
        assert_eq!(run(name), Ok(Invocation::Word(word, Box::default())));
    }
}

#[test]
fn help_and_version_act_where_they_stand() {
    assert_eq!(run("-h"), Ok(Invocation::Help));
    assert_eq!(run("--help start"), Ok(Invocation::Help));
    assert_eq!(run("-v"), Ok(Invocation::Version));
    assert_eq!(run("-nv -Z"), Ok(Invocation::Version));
    assert_eq!(run("-v -h"), Ok(Invocation::Version));
    assert_eq!(run("-n"), Ok(Invocation::NoWord));
    assert_eq!(run(""), Ok(Invocation::NoWord));
}

#[test]
fn what_cannot_be_followed_is_named() {
    for (line, expected) in [
        ("-Z start", "illegal option -- Z"),
        ("start -nZ", "illegal option -- Z"),
        ("--frobnicate start", "illegal option -- -frobnicate"),
        ("start -f", "option requires an argument -- f"),
        ("frobnicate", "unknown command 'frobnicate'"),
        ("--seed start", "option --seed: 'start' is not a number that it can take"),
        ("start --junit=", "option --junit: the name is empty"),
        ("-w soon start", "option -w: 'soon' is not a number that it can take"),
        ("-w -1 start", "option -w: '-1' is not a number that it can take"),
        ("--threads 0 start", "option --threads: at least 1 is needed"),
        ("--seed x start", "option --seed: 'x' is not a number that it can take"),
        (
            "--workers-timeout 5 start",
            "option --workers-timeout: workers need a place to join, give --listen",
        ),
        (
            "start --listen tcp://127.0.0.1:0 --threads 2",
            "option --threads: with --listen the workers make the load, give it to them",
        ),
        (
            "start --join tcp://127.0.0.1:5",
            "option --join: only a worker joins a run, as in 'worker --join <place>'",
        ),
        ("--lifeline start", "option --lifeline: only a worker has one"),
        ("--untrusted start", "option --untrusted: it is for check and plan, which send nothing"),
        ("--format json plan", "option --format: only check has one"),
        ("--format xml check", "option --format: 'xml' is neither text nor json"),
        ("plan a b", "'plan' takes one configuration"),
        ("plan -f a b", "'plan' takes one configuration"),
        ("check - -f -", "standard input can be read only once"),
        (
            "--set host start",
            "option --set: 'host': a name and a value are needed, as in --set host=shop.example",
        ),
        (
            "--set 1=x check",
            "option --set: '1=x': what stands before = is no name of XML (letters, digits, '_', '-' and '.')",
        ),
        ("--set lt=a check", "option --set: 'lt=a': XML itself says what this name stands for: take another"),
        (
            "--set a=\u{1} plan",
            "option --set: 'a=\u{1}': the value has a character that XML cannot hold (U+0001)",
        ),
        ("worker --listen tcp://127.0.0.1:0", "option --listen: a worker joins its run, with --join"),
        ("worker --wait-workers 2", "option --wait-workers: it is the run that waits for workers"),
        ("worker --workers-timeout 2", "option --workers-timeout: it is the run that waits for workers"),
    ] {
        assert_eq!(run(line), Err(UsageError(expected.to_owned())), "{line}");
    }
    assert!(run("-i ../x start").is_err());
}

#[test]
fn options_without_effect_beside_a_word_are_found() {
    for (line, expected) in [
        ("worker --join tcp://127.0.0.1:5 --threads 2", ""),
        ("worker --join tcp://127.0.0.1:5 -kf x -l y --seed 3 --junit z", "-f -l -k --seed --junit"),
        ("demo -l y", ""),
        ("demo -f x --set a=1", "-f --set"),
        ("check x -l y -m z -k --fail-if invalid --junit r", "--fail-if --junit"),
        ("stop -f x -l y -w 3", ""),
    ] {
        let Ok(Invocation::Word(word, options)) = run(line) else { panic!("{line}") };
        assert_eq!(options.idle(word).join(" "), expected, "{line}");
    }
}
