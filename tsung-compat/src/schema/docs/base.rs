//! Everything above the sessions.

use super::Doc;

pub(super) const DOCS: &[Doc] = &[
    (
        "tsung",
        "A load test: who makes the load, on which servers, when, and what the users do.",
        &[
            ("loglevel", "The least severe messages that go to the log."),
            (
                "dumptraffic",
                "What is kept of the traffic in tsung.dump: a line for each response (protocol), all bytes (true), the first 44 of each piece (light). protocol_local writes the lines to tsung-123456.dump.",
            ),
            (
                "backend",
                "The format of the statistics; text is what tsung_stats.pl reads. fullstats keeps each single time besides; rrdtool is text.",
            ),
            ("version", "Read and not used."),
        ],
    ),
    ("information", "Who made this test, and what for; not used by the run.", &[]),
    ("name", "The name of the test.", &[]),
    ("description", "What the test is for.", &[]),
    ("username", "Who made the test.", &[]),
    ("organisation", "Whom the test was made for.", &[]),
    ("clients", "The machines that make the load.", &[]),
    (
        "client",
        "A machine that makes load.",
        &[
            ("host", "Its name; localhost is this machine."),
            ("weight", "Its share of the users, compared with that of the others."),
            ("cpu", "How many cores make load there."),
            (
                "maxusers",
                "How many users Tsung starts in one Erlang machine before it opens another; no user is lost here.",
            ),
            ("use_controller_vm", "Whether the load is made by the controller's own process."),
            ("type", "batch takes the machines from a batch system."),
            ("batch", "The batch system that knows the machines."),
            ("scan_intf", "A network interface, all of whose addresses become sources of connections."),
        ],
    ),
    (
        "ip",
        "A source address for connections.",
        &[
            ("value", "The address, or resolve for those of the client's host name."),
            ("scan", "Whether value is a network interface, all of whose addresses are meant."),
        ],
    ),
    (
        "iprange",
        "Source addresses for connections, drawn for each user.",
        &[("value", "Four parts with dots between them, each a number or a range, as in 10.0.1-20.1-254.")],
    ),
    ("servers", "The servers under test.", &[]),
    (
        "server",
        "A server under test.",
        &[
            ("host", "Its name or address."),
            ("port", "Its port."),
            ("weight", "Its share of the users, compared with that of the others."),
            ("type", "How it is connected to."),
        ],
    ),
    ("monitoring", "Machines that are watched during the test.", &[]),
    (
        "monitor",
        "A machine that is watched.",
        &[
            ("batch", "Whether host names a batch system that knows the machines."),
            ("type", "Who is asked there: an agent of Erlang's, SNMP or Munin."),
        ],
    ),
    ("snmp", "How the SNMP agent is asked.", &[("community", "The community string.")]),
    (
        "oid",
        "A value that the SNMP agent is asked for besides the usual ones.",
        &[
            ("value", "The object identifier, as in 1.3.6.1.4.1.2021.10.1.3.1."),
            ("name", "What it is called in the statistics."),
            ("type", "How values are put together: sample, counter or sum."),
            ("eval", "An Erlang function that turns what is read into a number."),
        ],
    ),
    ("munin", "How the Munin node is asked.", &[]),
    ("mysqladmin", "A MySQL server of the machine that is watched too.", &[]),
    (
        "load",
        "When users come, and how many.",
        &[
            ("duration", "The test ends after this time, whoever is still there; 0 sets no limit."),
            ("unit", "The unit of duration."),
            ("loop", "How many more times all phases are gone through."),
        ],
    ),
    (
        "arrivalphase",
        "A time in which users come at one rate.",
        &[
            ("phase", "Its number; phases follow each other in the order of their numbers."),
            ("duration", "How long users come, in whole units."),
            ("unit", "The unit of duration."),
            (
                "wait_all_sessions_end",
                "Whether the next phase waits until all users of this one have finished.",
            ),
        ],
    ),
    (
        "users",
        "The rate at which users come in a phase: arrivalrate or interarrival.",
        &[
            ("arrivalrate", "Users in each unit."),
            ("interarrival", "Units between two users, in the mean."),
            ("unit", "The unit of either."),
            ("maxnumber", "No more users than this come in the phase."),
        ],
    ),
    (
        "user",
        "One user who starts at a set time, whatever the phases.",
        &[
            (
                "session",
                "The name of the session; * and ? stand for other characters, and each match gets a user.",
            ),
            ("start_time", "When, counted from the start of the test."),
            ("unit", "The unit of start_time."),
        ],
    ),
    (
        "session_setup",
        "How popular a session is in this phase, instead of what the session itself says.",
        &[
            ("name", "The name of the session; * and ? stand for other characters."),
            ("probability", "Its share of the users, in percent."),
            ("weight", "Its share of the users, compared with that of the others."),
        ],
    ),
    ("options", "Settings for the whole test.", &[]),
    (
        "option",
        "A setting for the whole test, or for one protocol.",
        &[
            ("name", "Which setting."),
            ("value", "What it is set to."),
            ("type", "The protocol that it belongs to; general settings have none."),
            ("random", "thinktime: whether pauses are drawn, with value as their mean."),
            ("override", "thinktime: whether it replaces the pauses of all sessions."),
            ("id", "file_server: the name that sessions know the file by."),
            ("min", "thinktime: the shortest pause, in seconds; ports_range: the first port."),
            (
                "max",
                "thinktime: the longest pause, in seconds; ports_range: the last port; rate_limit: the burst, in KB.",
            ),
        ],
    ),
    (
        "user_agent",
        "A User-Agent header that users may have.",
        &[("probability", "The share of users who have it, in percent; together they make 100.")],
    ),
    ("sessions", "What users do.", &[]),
];
