//! Requests of the other protocols.

use super::Doc;

pub(super) const DOCS: &[Doc] = &[
    (
        "jabber",
        "A request of a ts_jabber session (XMPP).",
        &[
            ("ack", "What ends the request: the response, the first bytes, all users, or nothing."),
            ("type", "What is sent, as in connect, auth_get, presence:initial, chat, close."),
            ("destination", "To whom a message goes."),
            ("id", "Read and not used."),
            ("size", "The length of a generated message, in bytes."),
            ("data", "The message, instead of a generated one."),
            ("stamped", "Whether messages carry a stamp that times their way to other users."),
            ("show", "The availability that a presence tells."),
            ("status", "The text that a presence tells."),
            ("nick", "The name in a room."),
            ("group", "The group of contacts."),
            ("node", "The node that is published to or subscribed to."),
            ("send_version", "Read and not used."),
            ("regexp", "What a roster is searched for."),
            ("subid", "The subscription that is ended."),
        ],
    ),
    ("xmpp_authenticate", "Name and password of the user, instead of generated ones.", &[]),
    (
        "raw",
        "Bytes of a ts_raw session, over TCP, TLS or UDP.",
        &[
            ("ack", "What ends the request: the first bytes, all users, or nothing."),
            ("datasize", "As many zero bytes as this."),
            ("data", "The text that is sent."),
        ],
    ),
    (
        "websocket",
        "A request of a ts_websocket session; its text is the message.",
        &[
            ("ack", "Whether a message waits for one of the server's."),
            ("origin", "connect: the Origin header."),
            ("subprotocols", "connect: the Sec-WebSocket-Protocol header."),
            ("path", "connect: the path that is asked for."),
        ],
    ),
    (
        "pgsql",
        "A request of a ts_pgsql session; its text is the SQL.",
        &[
            (
                "type",
                "connect, authenticate, sql, close, or a step of the extended protocol, as in parse, bind, execute.",
            ),
            ("name_portal", "The portal of the extended protocol."),
            ("name_prepared", "The prepared statement of the extended protocol."),
            ("parameters", "parse: types; bind: values, with commas between them."),
            ("max_rows", "execute: how many rows at most; 0 sets no limit."),
            ("contents_from_file", "copy: the file that holds the data."),
        ],
    ),
    (
        "mysql",
        "A request of a ts_mysql session; its text is the SQL.",
        &[("type", "connect, authenticate, sql or close.")],
    ),
    (
        "ldap",
        "A request of a ts_ldap session.",
        &[
            ("type", "bind, unbind, search, start_tls, add or modify."),
            ("result_var", "search: the variable that gets what is found."),
            ("filter", "search: a filter, as in (objectClass=*)."),
            ("base", "search: the entry below which is searched."),
            ("scope", "search: baseObject, singleLevel or wholeSubtree."),
            ("dn", "add, modify: the name of the entry."),
        ],
    ),
    ("modification", "modify: a change of the entry.", &[("type", "add, delete or replace.")]),
    ("attr", "An attribute of an LDAP entry.", &[("type", "Its name.")]),
    ("value", "A value of an attribute.", &[]),
    (
        "amqp",
        "A request of a ts_amqp session.",
        &[
            ("type", "The method, as in connection.open, channel.open, basic.publish, basic.consume."),
            ("channel", "The number of the channel; 0 has one chosen."),
            ("payload", "The message; a generated one where it is empty."),
            ("payload_size", "The length of a generated message, in bytes."),
            ("timeout", "waitForMessages, waitForConfirms: how long, in seconds."),
            ("ack", "consume: whether messages are acknowledged."),
        ],
    ),
    (
        "mqtt",
        "A request of a ts_mqtt session; its text is the message.",
        &[
            ("type", "connect, publish, subscribe, unsubscribe, waitForMessages or disconnect."),
            ("client_id", "connect: the name of the client; a generated one where it is absent."),
            ("clean_start", "connect: whether the server forgets earlier sessions."),
            ("keepalive", "connect: seconds between two pings."),
            ("will_topic", "connect: the topic of the last will."),
            ("will_msg", "connect: the text of the last will."),
            ("qos", "The quality of service: 0, 1 or 2."),
            ("retained", "publish: whether the server keeps the message."),
            ("stamped", "publish: whether messages carry a stamp that times their way to other users."),
            ("timeout", "waitForMessages: how long, in seconds."),
        ],
    ),
    (
        "fs",
        "A request of a ts_fs session: works with files.",
        &[
            ("cmd", "What is done, as in open, read, write, read_chunk, write_chunk, close, stat, delete."),
            ("size", "How many bytes are read or written."),
            ("mode", "open: read, write or append."),
            ("dest", "copy, make_symlink: the other file."),
        ],
    ),
    ("shell", "A request of a ts_shell session: runs a command.", &[("args", "Its arguments.")]),
    (
        "job",
        "A request of a ts_job session: a job of a batch system.",
        &[
            ("req", "What is asked for: submit, delete, stat, suspend, resume or wait_jobs."),
            ("type", "The batch system: oar or torque."),
            ("script", "submit: the program of the job."),
            ("notify_script", "submit: what tells the end of the job."),
        ],
    ),
];
