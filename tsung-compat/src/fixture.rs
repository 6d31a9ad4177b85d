//! Small configurations for unit tests.

use std::path::PathBuf;

use parrot_core::plan::{Exchange, Host, HttpRequest, Part, Piece, Plan, Session, Target, Template};

use crate::diagnostic::Diagnostic;
use crate::load::{Loaded, Settings, Source};

/// The parts of a configuration that tests vary.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) clients: String,
    pub(crate) servers: String,
    pub(crate) load: String,
    pub(crate) options: String,
    pub(crate) sessions: String,
    pub(crate) settings: Settings,
}

/// A configuration with one session of the given steps; everything else is as simple as can be.
pub(crate) fn session(steps: &str) -> Fixture {
    Fixture {
        clients: r#"<client host="localhost" use_controller_vm="true"/>"#.to_owned(),
        servers: r#"<server host="shop" port="8080" type="tcp"/>"#.to_owned(),
        load: r#"<arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="1" unit="second"/></arrivalphase>"#
            .to_owned(),
        options: String::new(),
        sessions: format!("<session name=\"s\" probability=\"100\" type=\"ts_http\">\n{steps}</session>"),
        settings: Settings { seed: 1, ..Settings::default() },
    }
}

impl Fixture {
    pub(crate) fn options(mut self, options: &str) -> Self {
        self.options = options.to_owned();
        self
    }

    pub(crate) fn servers(mut self, servers: &str) -> Self {
        self.servers = servers.to_owned();
        self
    }

    pub(crate) fn clients(mut self, clients: &str) -> Self {
        self.clients = clients.to_owned();
        self
    }

    pub(crate) fn load_section(mut self, load: &str) -> Self {
        self.load = load.to_owned();
        self
    }

    pub(crate) fn sessions(mut self, sessions: &str) -> Self {
        self.sessions = sessions.to_owned();
        self
    }

    /// The whole text, each part starting at column 1: clients on line 4, servers 6, load 8, options 10, sessions 12; the
    /// steps of [`session`] on line 13.
    pub(crate) fn xml(&self) -> String {
        let Self { clients, servers, load, options, sessions, .. } = self;
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\"><tsung>\n\
             <clients>\n{clients}\n</clients><servers>\n{servers}\n</servers><load>\n{load}\n</load><options>\n{options}\n\
             </options><sessions>\n{sessions}\n</sessions></tsung>\n"
        )
    }

    pub(crate) fn load(&self) -> Result<Loaded, Vec<String>> {
        load_text(&self.xml(), &self.settings)
    }

    pub(crate) fn plan(&self) -> Plan {
        match self.load() {
            Ok(loaded) => loaded.plan,
            Err(errors) => panic!("{}", errors.join("\n")),
        }
    }

    /// What is wrong with it, each as `line:column: message`.
    pub(crate) fn errors(&self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|error| without_prefix(error, "error: ")).collect(),
        }
    }

    /// What is worth a word, each as `line:column: message`.
    pub(crate) fn warnings(&self) -> Vec<String> {
        match self.load() {
            Ok(loaded) => {
                loaded.warnings.iter().map(|warning| without_prefix(&plain(warning), "warning: ")).collect()
            }
            Err(errors) => panic!("{}", errors.join("\n")),
        }
    }
}

/// Loads a text as if it came from standard input.
pub(crate) fn load_text(text: &str, settings: &Settings) -> Result<Loaded, Vec<String>> {
    crate::load(&Source::Stdin(text.as_bytes().to_vec()), settings)
        .map_err(|errors| errors.iter().map(plain).collect())
}

/// `stdin:6:1: error: message` and help lines, as `6:1: message | help`.
fn without_prefix(text: &str, severity: &str) -> String {
    let text = text.replacen("stdin:", "", 1).replacen("not yet: ", "", 1);
    text.replacen(severity, "", 1).replace("\n  help: ", " | ")
}

/// A message without its code.
pub(crate) fn plain(found: &Diagnostic) -> String {
    found.to_string().replacen(&format!("[{}]", found.code()), "", 1)
}

/// A new folder of its own below the system's for temporary files.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tsung-compat-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The requests of a plan, in order.
pub(crate) fn http_requests(plan: &Plan) -> Vec<&HttpRequest> {
    plan.requests
        .iter()
        .map(|request| match &request.exchange {
            Exchange::Http(http) => http,
        })
        .collect()
}

/// A template with `{name}` for variables and `{#}` for the user's number.
pub(crate) fn shown(template: &Template, session: &Session) -> String {
    let pieces = template.0.iter().map(|piece| match piece {
        Piece::Text(bytes) => latin1(bytes),
        Piece::Variable(slot) => format!("{{{}}}", session.variables[slot.index()]),
        Piece::UserId => "{#}".to_owned(),
        Piece::Function(function) => format!("{{fun {}}}", function.index()),
    });
    pieces.collect()
}

/// A message as text: line ends as `\n`, what is known at run time in brackets.
pub(crate) fn message(http: &HttpRequest, session: &Session) -> String {
    let parts = http.parts.iter().map(|part| match part {
        Part::Text(template) => shown(template, session),
        Part::Base64(template) => format!("[base64 {}]", shown(template, session)),
        Part::Url => shown(&http.url, session),
        Part::Host => match &http.host {
            Host::Fixed(host) => latin1(host),
            Host::Current => "[host]".to_owned(),
        },
        Part::UserAgent => "[agent]".to_owned(),
        Part::ContentLength => match http.body.as_text() {
            Some(body) => body.len().to_string(),
            None => "[length]".to_owned(),
        },
        Part::Cookies { added } => {
            let cookies = added.iter().map(|cookie| {
                let (key, value) = (latin1(&cookie.key), shown(&cookie.value, session));
                format!(" {key}={value}@{}{}", latin1(&cookie.domain), latin1(&cookie.path))
            });
            format!("[cookies{}]\n", cookies.collect::<String>())
        }
        Part::Body => shown(&http.body, session),
    });
    parts.collect::<String>().replace("\r\n", "\n")
}

/// Where a request goes.
pub(crate) fn target(http: &HttpRequest, plan: &Plan) -> String {
    match http.target {
        Target::Pinned(id) => {
            let endpoint = &plan.endpoints[id.index()];
            format!("{}:{}", endpoint.host, endpoint.port)
        }
        Target::Current => "current".to_owned(),
        Target::Dynamic => "dynamic".to_owned(),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}
