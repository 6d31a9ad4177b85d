//! A Plan with nothing in it, for tests to fill with what they are about.

use super::{Load, Options, PLAN_VERSION, Plan, Script};

impl Plan {
    pub(crate) fn empty() -> Self {
        Self {
            version: PLAN_VERSION,
            seed: 1,
            load: Load::default(),
            servers: Vec::new(),
            sessions: Vec::new(),
            requests: Vec::new(),
            endpoints: Vec::new(),
            files: Vec::new(),
            user_agents: Vec::new(),
            transactions: Vec::new(),
            tags: Vec::new(),
            repeats: Vec::new(),
            lists: Vec::new(),
            sources: Vec::new(),
            script: Script::default(),
            options: Options::default(),
        }
    }
}
