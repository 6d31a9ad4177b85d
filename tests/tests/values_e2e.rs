//! Where values come from in ways that Tsung 1.7 does not know, so that there is nothing to compare with.

use std::collections::BTreeSet;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::parrot;
use tests::server::{Script, Server, ok};

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn rows_of_local_files_and_paths_with_variables() {
    let dir = Dir::new("values");
    let data = dir.file("rows.csv", "one,1\ntwo,2\nthree,3\n");
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<tsung><clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\
         <servers><server host=\"127.0.0.1\" port=\"@PORT@\" type=\"tcp\"/></servers>\
         <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users arrivalrate=\"60\" unit=\"second\"/>\
         </arrivalphase></load><options><option name=\"local_file_server\" id=\"rows\" value=\"{}\"/></options>\
         <sessions><session name=\"s\" probability=\"100\" type=\"ts_http\">\
         <setdynvars sourcetype=\"local_file\" fileid=\"rows\" delimiter=\",\"><var name=\"word\"/><var name=\"n\"/></setdynvars>\
         <request subst=\"true\"><dyn_variable name=\"got\" jsonpath=\"$.%%_word%%[%%_n%%]\"/><http url=\"/page\"/></request>\
         <request subst=\"true\"><http url=\"/got/%%_word%%/%%_n%%/%%_got%%\"/></request>\
         </session></sessions></tsung>",
        data.display()
    );
    let page = r#"{"one":[0,"a"],"two":[0,1,"b"],"three":[0,1,2,"c"]}"#;
    let server = Server::start(Script::new().path("/page", ok(page)));
    let path = Fixture::text("values", &xml).with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &path, &[], LIMIT);
    let paths: BTreeSet<String> = server.stop().paths().into_iter().collect();
    let wanted = ["/page", "/got/one/1/a", "/got/two/2/b", "/got/three/3/c"];
    assert_eq!(paths, wanted.map(str::to_owned).into(), "{}", run.folder().display());
}
