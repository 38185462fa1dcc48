//! Real data from the folder beside the project. It is no part of the project, so a test on it says when it is skipped.

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

/// The path of this file in `../shared/data`, or in the folder that `CANDOR_SHARED_DATA` names. Where it is not there,
/// it is said that the test is skipped, also in the file that `CANDOR_TEST_SKIPPED` names: the harness calls it passed.
pub fn shared_data(file: &str) -> Option<PathBuf> {
    let folder = env::var_os("CANDOR_SHARED_DATA").map_or_else(|| project().join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    // The harness names the thread of a test after it, unless there is one thread for all.
    let test = thread::current().name().filter(|name| *name != "main").unwrap_or(file).to_owned();
    let line = format!("skipped: {test} needs ../shared/data\n");
    // Written past the harness, which shows what a passing test prints to nobody; whole, as other tests write too.
    let _ = io::stderr().write_all(line.as_bytes());
    if let Some(list) = env::var_os("CANDOR_TEST_SKIPPED") {
        let mut list = OpenOptions::new().create(true).append(true).open(list).expect("the list of skipped tests");
        list.write_all(line.as_bytes()).expect("the list of skipped tests");
    }
    None
}

/// The folder of the whole project, from whichever of its crates is tested.
fn project() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("Cargo.lock").exists()).unwrap_or(here)
}
