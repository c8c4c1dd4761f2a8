//! Cargo's checks, one after the other: an editor starts one at each save, so this is more than an editor does.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A thread that checks the learner's workspace.
pub struct Editor {
    is_over: Arc<AtomicBool>,
    checks: JoinHandle<usize>,
}

impl Editor {
    /// Begins, after one check: an editor that has just been opened checks all crates once.
    pub fn start(clone: &Path) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, folder) = (is_over.clone(), clone.join("workshop"));
        check(&folder);
        let checks = thread::spawn(move || {
            let mut checks = 0;
            while !over.load(Ordering::Relaxed) && check(&folder) {
                checks += 1;
            }
            checks
        });
        Self { is_over, checks }
    }

    /// Ends, after the check that runs; says how many there were.
    pub fn stop(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        self.checks.join().unwrap_or_default()
    }
}

/// Whether there is a cargo to start.
fn check(folder: &Path) -> bool {
    let mut check = Command::new("cargo");
    check.args(["check", "--quiet", "--workspace", "--all-targets"]);
    check.current_dir(folder).stdin(Stdio::null());
    // A starter may have warnings; an editor shows them.
    check.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}
