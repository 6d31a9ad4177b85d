//! The usage and version texts, in Tsung's shape: people and scripts read both.

/// The version of Tsung whose behaviour is followed where versions differ.
const TSUNG_VERSION: &str = "1.8.0";

/// What `-v` prints. The first line is the one that wrappers of Tsung look at.
pub(crate) fn version() -> String {
    format!("Tsung version {TSUNG_VERSION}\ntsung-parrot version {}", env!("CARGO_PKG_VERSION"))
}

/// What `-h` prints; `program` is the name that it was called by.
pub(crate) fn usage(program: &str) -> String {
    format!(
        "Usage: {program} <options> start|stop|debug|status|view|check|plan|demo|worker\n{}",
        OPTIONS.trim_end()
    )
}

const OPTIONS: &str = "\
Commands:
    start          run a configuration, in the foreground
    debug          the same, with all messages in the log
    check <file>...
                   say what is wrong with configurations and what they will need
    plan <file>    say what a run would do: who starts when, each step, each byte sent
    demo           run a built-in scenario against a built-in shop on 127.0.0.1
    status         say how far a run is (with the -i that it was started with)
    stop           end a run in order and wait for that
    view           not in this release
    worker         make load for a run that another process controls (--join)
Options (before or after the command):
    -f <file>      the configuration; - reads standard input (~/.tsung/tsung.xml)
    -l <dir>       where the folder of this run, YYYYMMDD-HHMM, is made (~/.tsung/log)
    -m <file>      name of the statistics file; - writes to standard output (tsung.log)
    -i <id>        name of this instance, for status, stop and the log's name (none)
    -k             keep the process after the end, until Ctrl-C or stop
    -w <seconds>   time before the first arrival phase (1)
    -x <tag,...>   leave out the requests that have one of these tags
    -I <ip>        accept IP addresses as client hosts
    -v             print the version
    -h             print this text
    --set <name=value>
                   the text that &name; and ${name} in the configuration stand for; may be repeated
    --format json  check: a JSON object a line on standard output, for editors and scripts
    --untrusted    check, plan: refuse files outside the folder of the configuration
    --local        run the users of remote client hosts on this machine
    --seed <n>     make all random choices from this number (wins over the configuration)
    --threads <n>  engine threads (the clients' cpu attributes together, else one for each core)
    --listen <place>
                   have workers make the load; they join here, tcp://127.0.0.1:<port>
    --wait-workers <n>
                   how many of them the run starts with (1)
    --workers-timeout <seconds>
                   how long to wait for them (60)
    --join <place> where a worker finds its run
    --fail-if <rule>
                   exit with 99 when the rule holds; may be repeated. Rules: invalid, doubtful,
                   'p99(tr_login) > 300ms', 'mean(page) > 1s', 'count(request) < 1000',
                   'errors > 1%', 'errors(error_timeout) > 0'; the last five also with
                   'in any window' behind them
    --junit <file> write the verdict and the rules as a JUnit report
Accepted without effect (they concern Erlang nodes or the web dashboard):
    -r <command> -s -p <max> -X <dir> -F -L <lifetime> -n -6 -t <min> -T <max> -d <level>
Exit status:
    0 the run ended or was stopped, 1 it could not start, broke off, or its files could not be
    written, or check found errors, 2 wrong command line, 77 the log directory cannot be made,
    99 a --fail-if rule holds, 130 and 143 ended at once by a second signal
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{FLAGS, LONG, REPEATED};

    #[test]
    fn usage_names_every_option() {
        let text = usage("tsung");
        assert!(text.starts_with("Usage: tsung <options> start|"), "{text}");
        for letter in "flmiwxIvhrspXFLnk6tTd".chars() {
            assert!(text.contains(&format!(" -{letter} ")), "-{letter} is missing from the usage");
        }
        for option in LONG.iter().chain(&REPEATED).chain(FLAGS.iter().filter(|name| **name != "lifeline")) {
            assert!(text.contains(&format!("    --{option}")), "--{option} is missing from the usage");
        }
        assert!(text.lines().all(|line| line.len() <= 100 && !line.ends_with(' ')), "{text}");
    }

    #[test]
    fn version_begins_as_tsungs() {
        assert!(version().starts_with("Tsung version 1."));
    }
}
