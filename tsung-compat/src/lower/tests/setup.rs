//! Clients, servers, monitors, options.

use parrot_core::limits::ENGINES_PER_WORKER_MAX;
use parrot_core::plan::{Dump, Options, Transport};
use parrot_core::time::Nanos;

use super::refused;
use crate::fixture::{Fixture, load_text, session};
use crate::load::{Backend, LogLevel};

fn with_options(options: &str) -> Fixture {
    session("").options(options)
}

#[test]
fn defaults_are_tsungs() {
    let plan = session("").plan();
    assert_eq!(plan.options, Options::default());
    assert_eq!(plan.seed, 1);
    assert_eq!(plan.sources[0].name, "stdin");
    assert!(plan.sessions[0].persistent);
}

#[test]
fn general_options() {
    let plan = with_options(
        r#"<option name="seed" value="42"/><option name="max_retries" value="0"/><option name="retry_timeout" value="50"/>
        <option name="connect_timeout" value="1000"/><option name="idle_timeout" value="3000"/>
        <option name="tcp_rcv_buffer" value="4096"/><option name="tcp_snd_buffer" value="8192"/>
        <option name="idle_timeout" value="2000"/>
        <option name="global_number" value="7"/><option name="global_ack_timeout" value="500"/>"#,
    )
    .plan();
    assert_eq!(plan.seed, 42);
    let expected = Options {
        retries_max: 0,
        retry_timeout: Nanos::from_millis(50),
        connect_timeout: Some(Nanos::from_millis(1000)),
        idle_timeout: Nanos::from_millis(2000),
        tcp_receive_buffer: Some(4096),
        tcp_send_buffer: Some(8192),
        barrier_users: 7,
        barrier_timeout: Nanos::from_millis(500),
        dump: Dump::None,
        keep_samples: false,
    };
    assert_eq!(plan.options, expected);
}

#[test]
fn options_without_meaning_here_are_accepted() {
    let options = r#"<option name="hibernate" value="infinity"/><option name="max_ssh_startup_per_core" value="2"/>
        <option type="ts_jabber" name="domain" value="x"/>
        <option name="ssl_ciphers" value="x"/><option name="tcp_reuseaddr" value="false"/>"#;
    assert_eq!(with_options(options).warnings(), [""; 0]);
    assert_eq!(
        with_options(
            "<option name='glocal_ack_timeout' value='1'/>\n<option name='domain' value='x'/>\
             <option name='ports_range' min='1025' max='65534'/><option name='nonsense'/>"
        )
        .warnings(),
        [
            "10:9: unknown option glocal_ack_timeout is ignored | did you mean global_ack_timeout?",
            "11:9: unknown option domain is ignored | it needs type=\"ts_jabber\"",
            "11:34: option ports_range has no effect on this machine | take it out",
            "11:93: unknown option nonsense is ignored | take it out",
        ]
    );
}

#[test]
fn bad_options() {
    refused([
        (
            with_options("<option name='rate_limit' value='10'/>"),
            "10:9: option rate_limit cannot be run by this release",
        ),
        (
            with_options("<option name='ip_transparent' value='true'/>"),
            "10:9: option ip_transparent cannot be run by this release",
        ),
        (
            with_options("<option type='ts_http' name='http_use_server_as_proxy' value='false'/>"),
            "10:24: option http_use_server_as_proxy cannot be run by this release",
        ),
        (
            with_options("<option name='seed' value='now'/>"),
            "10:21: value of option seed is `now`, not a whole",
        ),
        (with_options("<option name='max_retries'/>"), "10:1: option max_retries has no value | add value"),
        (
            with_options("<option type='ts_http' name='useragent'/>"),
            "10:24: ts_http has no option useragent | did you mean user_agent?",
        ),
        (with_options("<option type='ts_pgsql' name='x'/>"), "10:25: ts_pgsql has no option x"),
        (
            with_options(
                "<option type='ts_http' name='user_agent'><user_agent probability='90'>a</user_agent></option>",
            ),
            "10:1: user agent probabilities add up to 90, not 100",
        ),
    ]);
}

#[test]
fn servers() {
    let plan = session("")
        .servers(
            r#"<server host="a" port="80" type="tcp"/><server host="::1" port="81" type="tcp6" weight="2.5"/>
            <server host="a" port="80" type="tcp" weight="0"/>"#,
        )
        .plan();
    let servers: Vec<_> = plan
        .servers
        .iter()
        .map(|server| {
            let endpoint = &plan.endpoints[server.endpoint.index()];
            (endpoint.host.as_str(), endpoint.port, endpoint.transport, server.weight)
        })
        .collect();
    assert_eq!(
        servers,
        [("a", 80, Transport::Tcp, 1.0), ("::1", 81, Transport::Tcp6, 2.5), ("a", 80, Transport::Tcp, 0.0)]
    );
    assert_eq!(plan.endpoints.len(), 2);
    refused([
        (session("").servers(""), "5:11: <servers> has no <server>"),
        (
            session("").servers(r#"<server host="a" port="443" type="ssl"/>"#),
            "6:29: server type ssl cannot be run by this release",
        ),
        (
            session("").servers(r#"<server host="a" port="70000" type="tcp"/>"#),
            "6:18: port of <server> is 70000: ports go from 1 to 65535",
        ),
        (
            session("").servers(r#"<server host="a" port="1" type="tcp" weight="0"/>"#),
            "6:38: the weights of all servers are 0",
        ),
    ]);
    let nobody = session("").servers(r#"<server host="" port="80" type="tcp"/>"#);
    assert!(nobody.warnings()[0].contains("the server has no host name"));
}

#[test]
fn clients() {
    let ok = |clients: &str| session("").clients(clients).warnings();
    assert_eq!(ok(r#"<client host="localhost" weight="2" cpu="4" maxusers="10"/>"#), [""; 0]);
    // Once one client is inside the controller, later ones are too.
    let sticky = r#"<client host="localhost" use_controller_vm="true"/><client host="other.invalid"/>"#;
    assert_eq!(
        ok(sticky),
        [
            "4:52: the load of client other.invalid is made on this machine | nothing to do: with use_controller_vm=\"true\" the controller's \
          machine makes the load"
        ]
    );
    let mut local = session("").clients(r#"<client host="other.invalid"/><client host="10.0.0.1"/>"#);
    local.settings.local = true;
    assert_eq!(local.warnings(), [""; 0]);
    let mut loopback = session("").clients(r#"<client host="127.0.0.1"/>"#);
    loopback.settings.ip_hosts = true;
    assert_eq!(loopback.warnings(), [""; 0]);
    let remote = |host: &str| session("").clients(&format!("<client host=\"{host}\"/>"));
    refused([
        (
            remote("other.invalid"),
            "4:1: client other.invalid is another machine, which is not supported yet | \
          run its share of the load on this machine with --local",
        ),
        (
            remote("10.0.0.1"),
            "4:9: client host 10.0.0.1 is an address, not a name | write the machine's name",
        ),
        (session("").clients(""), "3:1: <clients> has no <client>"),
        (
            session("").clients(r#"<client host="localhost"><ip value="127.0.0.2"/></client>"#),
            "4:26: <ip> cannot be run by this release",
        ),
    ]);
}

#[test]
fn cpus_are_added_up() {
    let cpus = |clients: &str| session("").clients(clients).load().expect("it loads").cpus;
    assert_eq!(cpus(r#"<client host="localhost"/>"#), 1);
    let two =
        r#"<client host="localhost" cpu="4" use_controller_vm="true"/><client host="localhost" cpu="2"/>"#;
    assert_eq!(cpus(two), 6);
}

#[test]
fn cpus_of_other_machines_are_not_ours() {
    let cpus = |clients: &str, local| {
        let mut fixture = session("").clients(clients);
        fixture.settings.local = local;
        fixture.load().expect("it loads").cpus
    };
    let farm = r#"<client host="other.invalid" cpu="8"/><client host="localhost" cpu="3"/>"#;
    assert_eq!(cpus(farm, true), 3);
    assert_eq!(cpus(r#"<client host="other.invalid" cpu="8"/>"#, true), 0);
    let inside =
        r#"<client host="localhost" use_controller_vm="true"/><client host="other.invalid" cpu="8"/>"#;
    assert_eq!(cpus(inside, false), 9);
}

#[test]
fn more_cpus_than_a_process_has_engines() {
    for cpu in ["1025", "70000000000"] {
        let clients = format!(r#"<client host="localhost" cpu="2"/><client host="localhost" cpu="{cpu}"/>"#);
        let fixture = session("").clients(&format!(r#"{clients}<client host="localhost"/>"#));
        let loaded = fixture.load().expect("it loads");
        assert_eq!(loaded.cpus, ENGINES_PER_WORKER_MAX);
        assert_eq!(loaded.warnings.len(), 1);
        let text = loaded.warnings[0].message();
        assert!(text.contains("add up to more than the 1024 engines of a process"), "{text}");
    }
}

#[test]
fn monitors_are_left_out_with_a_word() {
    let fixture = session("");
    let monitoring = r#"</servers><monitoring><monitor host="localhost"/><monitor host="db" type="snmp"><snmp/></monitor></monitoring>"#;
    let xml = fixture.xml().replace("</servers>", monitoring);
    let warnings = load_text(&xml, &fixture.settings).unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].message(), "monitoring of db (snmp) is not supported yet");
}

#[test]
fn root_attributes() {
    let fixture = session("");
    let with = |attributes: &str| {
        let xml = fixture.xml().replace("<tsung>", &format!("<tsung {attributes}>"));
        load_text(&xml, &fixture.settings)
    };
    let loaded = with(r#"loglevel="debug" dumptraffic="protocol" version="1.0""#).unwrap();
    assert_eq!((loaded.loglevel, loaded.plan.options.dump), (LogLevel::Debug, Dump::Protocol));
    assert_eq!(with("").unwrap().loglevel, LogLevel::Notice);
    for (word, dump) in [
        ("false", Dump::None),
        ("protocol_local", Dump::ProtocolLocal),
        ("true", Dump::Traffic { bytes_max: u32::MAX }),
        ("light", Dump::Traffic { bytes_max: 44 }),
    ] {
        assert_eq!(with(&format!("dumptraffic='{word}'")).unwrap().plan.options.dump, dump, "{word}");
    }
    for (word, backend) in [
        ("text", Backend::Text),
        ("json", Backend::Json),
        ("fullstats", Backend::Fullstats),
        ("rrdtool", Backend::Text),
    ] {
        let loaded = with(&format!("backend='{word}'")).unwrap();
        let keeps = backend == Backend::Fullstats;
        assert_eq!((loaded.backend, loaded.plan.options.keep_samples), (backend, keeps), "{word}");
        let warnings: Vec<_> = loaded.warnings.iter().map(|warning| warning.message()).collect();
        let text = "backend rrdtool writes the same tsung.log as text, as Tsung's does";
        assert_eq!(warnings, if word == "rrdtool" { vec![text] } else { Vec::new() }, "{word}");
    }
}

#[test]
fn sections_are_asked_for() {
    let errors = load_text("<tsung><load/><load/></tsung>", &session("").settings).map(|_| ()).unwrap_err();
    let told = |start: &str| errors.iter().any(|error| error.starts_with(start));
    assert!(told("stdin:1:15: error: a second <load>"), "{errors:?}");
    for missing in ["clients", "servers", "sessions"] {
        assert!(told(&format!("stdin:1:1: error: <tsung> has no <{missing}>")), "{errors:?}");
    }
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_document() {
    let fixture = Fixture {
        clients: r#"<client host="other.invalid"/>"#.to_owned(),
        servers: r#"<server host="http://h/" port="0" type="tcp"/>"#.to_owned(),
        options: r#"<option name="file_server" value="/no/such.csv"/>"#.to_owned(),
        ..session(
            "<reqest/>\n<thinktime value='0'/>\n<request><dyn_variable name='a' re='('/><http url='/'/></request>",
        )
    };
    let places: Vec<String> = fixture
        .errors()
        .iter()
        .map(|error| error.split(": ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(places, ["6:9", "6:26", "10:28", "13:1", "14:12", "15:38"]);
}

#[test]
fn single_byte_characters_are_mentioned_once() {
    let fixture = session("<request><http url='/é'/></request><request><http url='/ü'/></request><!-- € -->");
    let warnings = fixture.warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("13:16: characters such as é are sent as one byte"), "{warnings:?}");
    // In names that never leave, they do not matter.
    let quiet = session("<transaction name='é€'/>");
    assert_eq!(quiet.warnings(), [""; 0]);
}

#[test]
fn ports_of_options() {
    for (option, help) in [
        ("name='job_notify_port' value='0'", "write a number from 1 to 65535 as its value"),
        ("name='job_notify_port' value='x'", "write a number from 1 to 65535 as its value"),
        ("name='job_notify_port' value='@PORT@'", "fill in the template first"),
    ] {
        let errors = with_options(&format!("<option {option}/>")).errors();
        assert!(errors.len() == 1 && errors[0].ends_with(&format!(" | {help}")), "{option}: {errors:?}");
    }
    assert_eq!(with_options("<option name='ssl_versions' value='negotiate'/>").errors(), [""; 0]);
}
