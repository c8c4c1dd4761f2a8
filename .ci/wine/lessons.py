"""The workshop's runner: the list, starters and solutions, and watching."""

import shutil, subprocess, threading
from pathlib import Path

from lab import TARGET

# The one with plain tracing in it, and the one with our telemetry crate.
LESSONS = ["02_ids_on_lines", "11_n_plus_one"]


class Bridge:
    """Answers the stand-in for cargo.exe: builds with the cross-compiling cargo outside of Wine."""

    def __init__(self, lab):
        self.lab, self.folder, self.is_over = lab, lab.work / "cargo", threading.Event()
        self.folder.mkdir(exist_ok=True)
        stand_in = Path(__file__).with_name("cargo.c")
        shutil.copy(stand_in, lab.debian / "cargo.c")
        subprocess.run(["chroot", lab.debian, "x86_64-w64-mingw32-gcc", "-O", "-o", "/cargo.exe", "/cargo.c"], check=True)
        shutil.copy(lab.debian / "cargo.exe", self.folder / "cargo.exe")
        self.variables = {"CARGO": windows(self.folder / "cargo.exe"), "CARGO_BRIDGE": windows(self.folder)}
        self.thread = threading.Thread(target=self.answer, daemon=True)
        self.thread.start()

    def answer(self):
        while not self.is_over.wait(0.05):
            for asked in self.folder.glob("*.asked"):
                folder, command, *options = asked.read_text().splitlines()
                asked.unlink()
                code, said = self.build(folder, command, options)
                asked.with_suffix(".said").write_text(said)
                asked.with_suffix(".done.writing").write_text(str(code))
                asked.with_suffix(".done.writing").rename(asked.with_suffix(".done"))

    def build(self, folder, command, options):
        # Z:\…\debian\src\workshop\mine is /src/workshop/mine for the cargo in that Debian.
        inside = folder.removeprefix("Z:").replace("\\", "/").removeprefix(str(self.lab.debian))
        target = options[options.index("--target-dir") + 1]
        assert command == "build" and target == windows(self.lab.source / "target"), (command, options)
        done = cross_build(self.lab, inside)
        built = self.lab.source / "target/debug"
        built.mkdir(exist_ok=True)
        shutil.copy(self.lab.debian / "bcryptprimitives.dll", built)
        if done.returncode == 0:
            shutil.copy(self.lab.source / "target" / TARGET / "debug/mine.exe", built)
        return done.returncode, done.stderr.decode()

    def close(self):
        self.is_over.set()
        self.thread.join()


def cross_build(lab, folder):
    return subprocess.run(
        ["chroot", lab.debian, "env", "-u", "RUSTUP_HOME", "-u", "CARGO_HOME", f"--chdir={folder}", "HOME=/root", "PATH=/usr/bin:/bin",
         "RUSTC_BOOTSTRAP=1", "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc", "cargo", "build", "--locked",
         "-Zbuild-std=std,panic_abort", "--target", TARGET, "--target-dir", "/src/target"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def prepare(lab):
    """Builds what lessons need, as `hop workshop prepare` does for a learner: minutes the first time."""
    mine, lesson = lab.source / "workshop/mine", lab.source / "workshop" / LESSONS[0]
    shutil.copytree(lesson / "src", mine / "src", dirs_exist_ok=True)
    shutil.copyfile(lab.source / "workshop/lesson.toml", mine / "Cargo.toml")
    done = cross_build(lab, "/src/workshop/mine")
    assert done.returncode == 0, done.stderr.decode()
    shutil.rmtree(mine)


def windows(path):
    return f"Z:{path}".replace("/", "\\")


def desk(lab):
    """The list; two starters fail with their trap, their solutions pass; a text that does not compile; watching sees a save."""
    bridge = Bridge(lab)
    try:
        run = lambda *words, **more: lab.hop("workshop", "--lang", "en", *words, folder=lab.source, limit=120, **bridge.variables, **more)
        workshop = lab.source / "workshop"
        exercise = workshop / "mine/src/exercise.rs"
        known = len(list(workshop.glob("[0-9]*_*")))
        listed = run("list")
        assert f"{known} lessons" in listed, listed
        for lesson in LESSONS:
            number = lesson[:2]
            shutil.rmtree(workshop / "mine", ignore_errors=True)
            failed = run("run", number, code=1)
            assert "Diagnosis [" in failed and "Z:" not in failed, failed
            shutil.copyfile(workshop / lesson / "solution.rs", exercise)
            passed = run("run")
            assert "\nPassed" in passed, passed
        exercise.write_text("not Rust")
        broken = run("run", code=1)
        assert "does not compile yet" in broken and "Diagnosis" not in broken, broken
        assert "workshop\\saved" in run("reset"), "reset names the folder of Windows"
        watch = lab.start("workshop", "--lang", "en", until="Watching workshop\\mine\\src\\exercise.rs", limit=120, folder=lab.source,
                          **bridge.variables)
        shutil.copyfile(workshop / lesson / "solution.rs", exercise)
        watch.prints("\nPassed", 120)
        watch.kill()
        return f"{known} lessons listed; {len(LESSONS)} starters fail, their solutions pass; a save is seen"
    finally:
        bridge.close()


STEPS = [desk]
