//! `plan`: what a run would do, in words.

use tsung_compat::out::plan_text;
use tsung_compat::{Checked, Settings, Severity};

use crate::args::Options;
use crate::failure::Failure;
use crate::{config, folder, screen};

/// Prints the plan of the configuration that the options name.
pub(crate) fn plan(options: &Options) -> Result<(), Failure> {
    let path = config::path(options, folder::tsung_home().as_deref())?;
    // The same words each time, also of texts that are drawn before a run.
    let settings = Settings { seed: options.seed.unwrap_or_default(), ..config::settings(options) };
    let Checked { diagnostics, loaded, .. } = tsung_compat::plan(&config::source_there(path)?, &settings);
    let colours = screen::colours();
    let Some(loaded) = loaded else {
        let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
        return Err(Failure::Config(errors.map(|error| error.render(colours)).collect()));
    };
    for found in &diagnostics {
        screen::err(&found.render(colours));
    }
    screen::result(plan_text(&loaded.plan, options.seed.or(loaded.seed)).trim_end())
}
