//! Clients of batch systems, source addresses, monitors.

use super::refused;
use crate::fixture::{Fixture, load_text, session};

fn client(client: &str) -> Fixture {
    session("").clients(client)
}

#[test]
fn batch_clients() {
    let pbs = |attributes: &str| client(&format!("<client type=\"batch\" {attributes}/>"));
    refused([
        (
            pbs("batch=\"torque\" cpu=\"4\""),
            "4:1: clients of the batch system torque are other machines, which are not supported yet | \
             run its share of the load on this machine with --local",
        ),
        (
            pbs("batch=\"slurm\""),
            "4:22: batch of <client> cannot be `slurm` | known are torque, pbs, lsf, oar",
        ),
        (pbs(""), "4:1: <client type=\"batch\"> has no batch attribute | name the batch system"),
        (pbs("batch=\"oar\" scan_intf=\"eth 0\""), "4:34: `eth 0` cannot be the name of a network interface"),
    ]);
    let mut local = pbs("batch=\"lsf\" cpu=\"4\"");
    local.settings.local = true;
    let loaded = local.load().expect("it loads");
    assert_eq!((loaded.cpus, loaded.warnings.len()), (0, 0));
    let scanned = pbs("batch=\"lsf\" scan_intf=\"eth0\"").errors();
    assert!(scanned[1].starts_with("4:34: scan_intf of <client> cannot be run"), "{scanned:?}");
    let single = client(r#"<client host="localhost" batch="oar" scan_intf="eth0"/>"#);
    assert_eq!(
        single.warnings(),
        [
            "4:26: batch has no effect on a <client> without type=\"batch\" | take it out, or write type=\"batch\" too",
            "4:38: scan_intf has no effect on a <client> without type=\"batch\" | take it out, or write type=\"batch\" too",
        ]
    );
}

#[test]
fn clients_without_host() {
    refused([
        (client("<client/>"), "4:1: the client has no host name | write host=\"localhost\""),
        (client(r#"<client host=""/>"#), "4:9: the client has no host name"),
    ]);
    assert_eq!(client(r#"<client use_controller_vm="true"/>"#).warnings(), [""; 0]);
}

#[test]
fn source_addresses() {
    let with = |children: &str| client(&format!("<client host=\"localhost\">\n{children}</client>"));
    for value in ["127.0.0.2", "::1", "resolve", "my-host.example.org"] {
        let errors = with(&format!("<ip value=\"{value}\"/>")).errors();
        assert_eq!(errors, ["5:1: <ip> cannot be run by this release | leave this part out to run the rest"]);
    }
    refused([
        (with("<ip scan=\"true\" value=\"eth0\"/>"), "5:1: <ip> cannot be run by this release"),
        (with("<iprange value=\"10.0.1-20.0-255\"/>"), "5:1: <iprange> cannot be run by this release"),
        (with("<ip value=\"10.0.0\"/>"), "5:5: value of <ip> is `10.0.0`, not an address | write an address"),
        (with("<ip value=\"10.0.0.300\"/>"), "5:5: value of <ip> is `10.0.0.300`, not an address"),
        (with("<ip value=\"http://a/\"/>"), "5:5: value of <ip> is `http://a/`, not an address"),
        (with("<ip value=\"\"/>"), "5:5: value of <ip> is ``, not an address"),
        (
            with("<ip value=\"an/interface\" scan=\"true\"/>"),
            "5:5: `an/interface` cannot be the name of a network interface | write a name such as eth0",
        ),
        (with("<ip/>"), "5:1: <ip> has no value attribute"),
        (
            with("<iprange value=\"10.0.0-5\"/>"),
            "5:10: value of <iprange> is `10.0.0-5`: a range of addresses has 4 parts with dots between them, not 3 | \
             write each part",
        ),
        (
            with("<iprange value=\"10.0.20-1.0\"/>"),
            "5:10: value of <iprange> is `10.0.20-1.0`: `20-1` is neither a number from 0 to 255 nor a range",
        ),
        (
            with("<ip value=\"10.0.0.1\"/>\n<iprange value=\"10.0.0.1\"/>"),
            "6:1: an <iprange> must be the only address of its <client> | keep the <iprange>",
        ),
        (
            with("<iprange value=\"10.0.0.1\"/>\n<iprange value=\"10.0.0.2\"/>"),
            "6:1: an <iprange> must be the only address of its <client>",
        ),
    ]);
}

fn monitored(monitors: &str) -> Result<Vec<String>, Vec<String>> {
    let fixture = session("");
    let monitoring = format!("</servers><monitoring>\n{monitors}</monitoring>");
    let loaded = load_text(&fixture.xml().replace("</servers>", &monitoring), &fixture.settings);
    loaded.map(|loaded| loaded.warnings.iter().map(crate::Diagnostic::message).collect())
}

#[test]
fn monitors() {
    for (monitor, expected) in [
        ("<monitor host='localhost'/>", &[][..]),
        ("<monitor host='db'/>", &["monitoring of db (erlang) is not supported yet"]),
        (
            "<monitor host='db' type='snmp'><snmp version='v1' community='c' port='1161'>\
             <oid value='1.3.6.1' name='heap' type='counter' eval='fun(X) -> X / 2 end.'/></snmp></monitor>",
            &["monitoring of db (snmp) is not supported yet"],
        ),
        (
            "<monitor host='db' type='munin'><munin port='4950'/></monitor>",
            &["monitoring of db (munin) is not supported yet"],
        ),
        (
            "<monitor host='localhost'><mysqladmin port='3307' username='u' password='p'/></monitor>",
            &["monitoring of localhost (mysqladmin) is not supported yet"],
        ),
        ("<monitor host='torque' batch='true'/>", &["monitoring of torque (batch) is not supported yet"]),
        (
            "<monitor host='localhost'><snmp/></monitor>",
            &["<snmp> has no effect in a <monitor> of type erlang"],
        ),
    ] {
        assert_eq!(
            monitored(monitor).as_deref(),
            Ok(&expected.iter().map(|&e| e.to_owned()).collect::<Vec<_>>()[..])
        );
    }
    for (monitor, expected) in [
        ("<monitor type='snmp'/>", "8:1: error: <monitor> has no host attribute"),
        ("<monitor host='a' batch='true'/>", "8:10: error: host of <monitor> cannot be `a`"),
        ("<monitor host='a' type='ganglia'/>", "8:19: error: type of <monitor> cannot be `ganglia`"),
        (
            "<monitor host='a' type='snmp'><snmp port='x'/></monitor>",
            "8:37: error: port of <snmp> is `x`, not a port number",
        ),
        (
            "<monitor host='a' type='snmp'><snmp version='v3'/></monitor>",
            "8:37: error: version of <snmp> cannot be `v3`",
        ),
        (
            "<monitor host='a' type='snmp'><snmp><oid name='n' value='load'/></snmp></monitor>",
            "8:51: error: value of <oid> is `load`, not an object identifier",
        ),
        (
            "<monitor host='a' type='snmp'><snmp><oid name='n' value='1.3' type='gauge'/></snmp></monitor>",
            "8:63: error: type of <oid> cannot be `gauge`",
        ),
        (
            "<monitor host='a' type='munin'><munin port='0'/></monitor>",
            "8:39: error: port of <munin> is 0: ports go from 1 to 65535",
        ),
    ] {
        let errors = monitored(monitor).unwrap_err();
        assert!(
            errors.len() == 1 && errors[0].starts_with(&format!("stdin:{expected}")),
            "{monitor} {errors:?}"
        );
    }
}

#[test]
fn server_types() {
    for (kind, expected) in [
        ("tcp", ""),
        ("tcp6", ""),
        ("ssl", "server type ssl cannot be run by this release"),
        ("ssl6", "server type ssl6 cannot be run by this release"),
        ("udp", "server type udp is not supported yet"),
        ("udp6", "server type udp6 is not supported yet"),
        ("websocket", "server type websocket is not supported yet"),
        ("websocket_ssl", "server type websocket_ssl is not supported yet"),
        ("bosh", "server type bosh is not supported yet"),
        ("bosh_ssl", "server type bosh_ssl is not supported yet"),
        ("erlang", "server type erlang is not supported yet"),
        ("http", "type of <server> cannot be `http`"),
    ] {
        let server = format!("<server host=\"a\" port=\"1\" type=\"{kind}\"/>");
        let errors = session("").servers(&server).errors();
        assert_eq!(errors.is_empty(), expected.is_empty(), "{kind}: {errors:?}");
        assert!(errors.iter().all(|error| error.contains(expected)), "{kind}: {errors:?}");
    }
}

#[test]
fn attributes_of_the_root() {
    let xml = session("").xml().replace("<tsung>", "<tsung loglevel=\"alert\">");
    let errors = load_text(&xml, &session("").settings).map(drop).unwrap_err();
    assert!(errors[0].contains("loglevel of <tsung> cannot be `alert`"), "{errors:?}");
}

#[test]
fn sections_stand_in_any_order_and_lists_more_than_once() {
    let sections = [
        r#"<sessions><session name="s" type="ts_http" weight="1"/></sessions>"#,
        r#"<options><option name="seed" value="3"/></options>"#,
        r#"<load><arrivalphase phase="1" duration="1" unit="second"><users unit="second" arrivalrate="1"/></arrivalphase></load>"#,
        r#"<monitoring><monitor host="localhost"/></monitoring>"#,
        r#"<options><option name="max_retries" value="4"/></options>"#,
        r#"<servers><server host="a" port="1" type="tcp"/></servers>"#,
        r#"<clients><client host="localhost"/></clients>"#,
        r#"<information><organisation>o</organisation><name>n</name></information>"#,
    ];
    let loaded = load_text(&format!("<tsung>{}</tsung>", sections.concat()), &session("").settings).unwrap();
    assert_eq!((loaded.plan.seed, loaded.plan.options.retries_max), (3, 4));
    assert_eq!(loaded.warnings, []);
}

#[test]
fn what_cannot_run_is_named_without_names_of_the_configuration() {
    let many = r#"<client host="far1"/><client host="far2"/><client type="batch" batch="pbs"/>"#;
    let steps = r#"<request subst="true"><http url="/%%my:f%%%%my:g%%"/></request>"#;
    let fixture = session(steps).clients(many);
    let checked = crate::check(&crate::Source::Stdin(fixture.xml().into_bytes()), &fixture.settings);
    let mut kinds: Vec<_> = checked.diagnostics.iter().filter_map(crate::Diagnostic::unsupported).collect();
    kinds.dedup();
    assert_eq!(kinds, ["clients on other machines", "functions of private Erlang modules"]);
}
