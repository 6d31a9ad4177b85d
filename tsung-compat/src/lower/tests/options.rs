//! Options: values, parts, names.

use super::refused;
use crate::fixture::{Fixture, folder, session};

fn with_options(options: &str) -> Fixture {
    session("").options(options)
}

#[test]
fn values_of_all_options() {
    for (name, good, bad) in [
        ("thinktime", &["3", "0.5", ""][..], &["x", "-1"][..]),
        ("seed", &["0", "42"], &["now", ""]),
        ("max_retries", &["0"], &["-1", "3.5"]),
        ("retry_timeout", &["10"], &["10ms"]),
        ("connect_timeout", &["10"], &["infinity"]),
        ("idle_timeout", &["10"], &["%%_x%%"]),
        ("tcp_rcv_buffer", &["10"], &["32k"]),
        ("tcp_snd_buffer", &["10"], &["32k"]),
        ("udp_rcv_buffer", &["10"], &["32k"]),
        ("udp_snd_buffer", &["10"], &["32k"]),
        ("ip_transparent", &["false", " false "], &["no", "False", ""]),
        ("tcp_reuseaddr", &["false"], &["0"]),
        ("tcp_reuseport", &["false"], &["off"]),
        ("ip_bind_address_no_port", &["true", "false"], &["on"]),
        ("hibernate", &["10", "infinity"], &["never", "1.5"]),
        ("max_ssh_startup_per_core", &["2"], &["two"]),
        ("job_notify_port", &["9000"], &["0", "65536", "x"]),
        ("global_number", &["7"], &["all"]),
        ("global_ack_timeout", &["7"], &["1h"]),
        ("ssl_ciphers", &["ECDHE-RSA-AES128-SHA", ""], &[]),
        ("ssl_versions", &["'tlsv1.2'", "tlsv1.3", "tlsv1"], &["TLSv1.2", "", "2", "'sslv2'"]),
        ("ssl_reuse_sessions", &["true", "false"], &["yes"]),
        ("ssl_disable_sni", &["true", "false"], &["yes"]),
        ("websocket_path", &["/chat"], &[]),
        ("websocket_frame", &["binary", "text"], &["bin"]),
        ("websocket_subprotocols", &["mqtt"], &[]),
        ("websocket_origin", &["x"], &[]),
        ("bosh_path", &["/http-bind/"], &[]),
    ] {
        for value in good {
            let fixture = with_options(&format!("<option name=\"{name}\" value=\"{value}\"/>"));
            assert_eq!(fixture.warnings(), [""; 0], "{name} {value}");
        }
        for value in bad {
            let errors = with_options(&format!("<option name=\"{name}\" value=\"{value}\"/>")).errors();
            let start = format!("value of option {name} ");
            assert!(errors.len() == 1 && errors[0].contains(&start), "{name} {value}: {errors:?}");
        }
    }
}

#[test]
fn values_of_typed_options() {
    for (session_type, name, good, bad) in [
        ("ts_jabber", "username", "u", None),
        ("ts_jabber", "passwd", "p", None),
        ("ts_jabber", "domain", "example.org", None),
        ("ts_jabber", "global_number", "5", Some("many")),
        ("ts_jabber", "userid_max", "5", Some("5.0")),
        ("ts_jabber", "muc_service", "conference.x", None),
        ("ts_jabber", "pubsub_service", "pubsub.x", None),
        ("ts_jabber", "fileid_delimiter", ";", None),
        ("ts_amqp", "username", "u", None),
        ("ts_amqp", "password", "p", None),
        ("ts_amqp", "heartbeat", "600", Some("-1")),
    ] {
        let with = |value: &str| {
            with_options(&format!("<option type='{session_type}' name='{name}' value='{value}'/>"))
        };
        assert_eq!(with(good).warnings(), [""; 0], "{name}");
        if let Some(bad) = bad {
            let errors = with(bad).errors();
            assert!(errors.len() == 1 && errors[0].contains("not a whole number"), "{name}: {errors:?}");
        }
    }
}

#[test]
fn options_without_value() {
    let plan = with_options("<option name='seed'/><option name='global_number'/>").plan();
    assert_eq!((plan.seed, plan.options.barrier_users), (1, 100));
    let quiet = "<option name='hibernate'/><option name='ssl_ciphers'/><option name='ssl_versions'/>\
                 <option name='ssl_reuse_sessions'/><option name='tcp_reuseaddr'/><option name='global_ack_timeout'/>";
    assert_eq!(with_options(quiet).warnings(), [""; 0]);
    for name in
        ["max_retries", "connect_timeout", "file_server", "local_file_server", "bosh_path", "job_notify_port"]
    {
        let errors = with_options(&format!("<option name='{name}'/>")).errors();
        assert_eq!(errors, [format!("10:1: option {name} has no value | add value=\"…\"")]);
    }
}

#[test]
fn options_that_do_not_run_yet_are_judged_first() {
    refused([
        (
            with_options("<option name='rate_limit'/>"),
            "10:9: option rate_limit cannot be run by this release",
        ),
        (
            with_options("<option name='rate_limit' value='64' max='128'/>"),
            "10:9: option rate_limit cannot be run by this release",
        ),
        (
            with_options("<option name='rate_limit' value='64k'/>"),
            "10:27: value of option rate_limit is `64k`, not a whole number",
        ),
        (
            with_options("<option name='rate_limit' value='64' max='many'/>"),
            "10:38: max of <option> is `many`, not a whole number",
        ),
        (
            with_options("<option name='tcp_reuseport' value='true'/>"),
            "10:9: option tcp_reuseport cannot be run by this release",
        ),
        (
            with_options("<option type='ts_http' name='http_use_server_as_proxy'/>"),
            "10:24: option http_use_server_as_proxy cannot be run by this release",
        ),
        (
            with_options("<option name='local_file_server' id='l' value='/no/such.csv'/>"),
            "10:41: cannot read data file /no/such.csv",
        ),
    ]);
}

#[test]
fn what_an_option_does_not_take_is_told() {
    for (options, expected) in [
        ("<option name='seed' value='1' max='2'/>", "10:31: max has no effect on option seed"),
        (
            "<option name='idle_timeout' value='1' random='true'/>",
            "10:39: random has no effect on option idle_timeout",
        ),
        ("<option name='rate' value='1'/>", "10:9: unknown option rate is ignored"),
        (
            "<option name='maxusers' value='1'/>",
            "10:9: unknown option maxusers is ignored | it is an attribute of <client>",
        ),
        (
            "<option name='user_agent'/>",
            "10:9: unknown option user_agent is ignored | it needs type=\"ts_http\"",
        ),
        (
            "<option name='idle_timeout' value='1'/>\n<option name='idle_timeout' value='2'/>",
            "10:1: another option idle_timeout follows: this one is ignored",
        ),
        (
            "<option type='ts_jabber' name='vhost_file' value='domains'/>",
            "10:44: option vhost_file names a file that no file_server has: domains",
        ),
        ("<option name='ports_range'/>", "10:1: option ports_range has no effect on this machine"),
    ] {
        let warnings = with_options(options).warnings();
        assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{options}: {warnings:?}");
    }
    assert_eq!(with_options("<option name='ports_range' value='off'/>").warnings(), [""; 0]);
    let agent = "<option name='seed' value='1'><user_agent probability='100'>x</user_agent></option>";
    assert_eq!(
        with_options(agent).warnings(),
        ["10:31: user_agent has no effect on option seed | take it out"]
    );
}

#[test]
fn a_proxy_that_seems_to_be_off_is_on() {
    let fixture = with_options("<option type='ts_http' name='http_use_server_as_proxy' value='false'/>");
    let source = crate::Source::Stdin(fixture.xml().into_bytes());
    let checked = crate::check(&source, &fixture.settings);
    let messages: Vec<String> = checked.diagnostics.iter().map(crate::Diagnostic::message).collect();
    assert_eq!(
        messages,
        [
            "option http_use_server_as_proxy cannot be run by this release",
            "option http_use_server_as_proxy is on, whatever its value: `false` does not turn it off",
        ]
    );
}

#[test]
fn ports_and_types() {
    refused([
        (
            with_options("<option name='ports_range' min='2000' max='1999'/>"),
            "10:1: min 2000 and max 1999 of option ports_range are not a range of ports | give min and max",
        ),
        (
            with_options("<option name='ports_range' max='65536'/>"),
            "10:1: min 1025 and max 65536 of option ports_range are not a range of ports",
        ),
        (
            with_options("<option type='ts_http' name='thinktime' value='1'/>"),
            "10:24: ts_http has no option thinktime | it is an option without type",
        ),
        (
            with_options("<option type='ts_amqp' name='passwd' value='1'/>"),
            "10:24: ts_amqp has no option passwd | it needs type=\"ts_jabber\"",
        ),
        (
            with_options("<option type='ts_pgsql' name='user' value='1'/>"),
            "10:25: ts_pgsql has no option user",
        ),
        (
            with_options("<option type='ts_mqtt' name='user' value='1'/>"),
            "10:9: type of <option> cannot be `ts_mqtt` | did you mean ts_",
        ),
    ]);
}

#[test]
fn files_of_jabber_options_are_read_files() {
    let folder = folder("jabber-files");
    let file = folder.join("users.csv");
    std::fs::write(&file, "a;b\n").unwrap();
    let options = |named: &str| {
        format!(
            "<option name='file_server' id='users' value='{}'/>\
             <option type='ts_jabber' name='random_from_fileid' value='{named}'/>",
            file.display()
        )
    };
    assert_eq!(with_options(&options("users")).warnings(), [""; 0]);
    let warnings = with_options(&options("user")).warnings();
    assert!(warnings[1].ends_with("no file_server has: user | did you mean users?"), "{warnings:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
