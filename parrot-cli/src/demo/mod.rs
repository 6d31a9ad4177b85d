//! The demo: a shop on this machine and a scenario of half a minute against it, run exactly as `start` runs any other.

mod pages;
mod scenario;
mod shop;

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::Options;
use crate::failure::Failure;
use crate::run;
use crate::scratch::Scratch;
use crate::screen;
use shop::Shop;

/// Opens the shop, sends the customers, and says where their traces are.
pub(crate) fn demo(options: Options) -> Result<(), Failure> {
    let shop =
        Shop::open().map_err(|error| Failure::System { what: "the demo's server on 127.0.0.1", error })?;
    let scratch = Scratch::new("demo")
        .map_err(|error| Failure::System { what: "a temporary folder for the demo", error })?;
    let config = write_scenario(scratch.path(), shop.port())?;
    screen::err(&format!(
        "A small shop is open on http://127.0.0.1:{}. Nearly 100 customers are coming: they look around, search\n\
         (slowly), log in, fill their carts and pay; some mistype their password, a picture is missing (404) and\n\
         the recommendations fail now and then (500). It takes about 35 seconds; Ctrl-C ends it early.\n",
        shop.port()
    ));
    let options = Options { config: Some(config), ..options };
    let run_folder = run::start(&options, run::Mode::Start)?;
    shop.close();
    screen::err(&what_next(&run_folder));
    Ok(())
}

fn write_scenario(folder: &Path, port: u16) -> Result<PathBuf, Failure> {
    let accounts = folder.join(scenario::ACCOUNTS_FILE);
    let config = folder.join(scenario::CONFIG_FILE);
    let text = scenario::config(port, &accounts.to_string_lossy());
    for (path, text) in [(&accounts, scenario::accounts()), (&config, text)] {
        fs::write(path, text).map_err(|error| Failure::File { path: path.clone(), error, option: None })?;
    }
    Ok(config)
}

/// Where Tsung's report script lives on Debian and where its own installation puts it.
const REPORT_SCRIPTS: [&str; 4] = [
    "/usr/lib/tsung/bin/tsung_stats.pl",
    "/usr/lib/x86_64-linux-gnu/tsung/bin/tsung_stats.pl",
    "/usr/lib/aarch64-linux-gnu/tsung/bin/tsung_stats.pl",
    "/usr/local/lib/tsung/bin/tsung_stats.pl",
];

fn what_next(run_folder: &Path) -> String {
    let folder = run_folder.display();
    let script = REPORT_SCRIPTS.into_iter().find(|path| Path::new(path).exists());
    let report = match script {
        Some(script) => format!("cd {folder} && {script}    # then open report.html"),
        None => format!("cd {folder} && tsung_stats.pl    # part of Tsung (Debian: apt-get install tsung)"),
    };
    format!(
        "\nThe run's files:      {folder}\n\
         Its scenario:         {folder}/{}\n\
         Tsung's HTML report:  {report}",
        scenario::CONFIG_FILE
    )
}
