//! The learner's copy: one lesson at a time lies in `workshop/mine`. Work on other lessons, and what `reset` took away, is
//! kept in `workshop/saved`.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{lesson::Lesson, lessons::LESSONS, places::Places};

/// Files that are copied whole.
mod files;

/// One terminal at a time.
mod held;

use files::{copy, refresh, write};
pub use held::{Held, hold};

/// The file that says whose copy lies there.
const LABEL: &str = "lesson.txt";

/// Puts the lesson on the desk, with the work that was done on it before. Work on another lesson is saved first.
///
/// # Errors
/// A folder that cannot be written.
pub fn open(places: &Places, lesson: &Lesson) -> anyhow::Result<()> {
    let mine = places.mine();
    let label = mine.join(LABEL);
    let lies_there = fs::read_to_string(&label).unwrap_or_default();
    let work = file(places, lesson);
    if lies_there.trim() != lesson.id {
        let other = LESSONS.iter().find(|other| other.id == lies_there.trim());
        if let Some(other) = other
            && file(places, other).exists()
        {
            copy(&file(places, other), &saved(places, other))?;
        }
        let kept = saved(places, lesson);
        let source = if kept.exists() {
            kept
        } else {
            starter(places, lesson)
        };
        copy(&source, &work)?;
        write(&label, lesson.id)?;
    } else if !work.exists() {
        copy(&starter(places, lesson), &work)?;
    }
    // Those around it are the lesson's, and follow it through a `git pull`.
    refresh(&places.workshop().join("lesson.toml"), &mine.join("Cargo.toml"))?;
    refresh(&main_of(places, lesson), &mine.join("src").join("main.rs"))
}

/// Whether the lesson lies on the desk, and its file is gone.
pub fn is_gone(places: &Places, lesson: &Lesson) -> bool {
    let lies_there = fs::read_to_string(places.mine().join(LABEL)).unwrap_or_default();
    lies_there.trim() == lesson.id && !file(places, lesson).exists()
}

/// Puts the unsolved exercise back; says where the work lies that was there.
///
/// # Errors
/// A folder that cannot be written.
pub fn reset(places: &Places, lesson: &Lesson) -> anyhow::Result<Option<PathBuf>> {
    open(places, lesson)?;
    let kept = set_aside(places, lesson, &file(places, lesson))?;
    copy(&starter(places, lesson), &file(places, lesson))?;
    // Questions are drawn anew.
    for earlier in [saved(places, lesson), places.mine().join("traces.json")] {
        if earlier.exists() {
            fs::remove_file(&earlier).with_context(|| format!("cannot remove {}", earlier.display()))?;
        }
    }
    Ok(kept)
}

/// Puts the work on all other lessons aside, too, so that each begins with its unsolved exercise.
///
/// # Errors
/// A folder that cannot be written.
pub fn reset_others(places: &Places, current: &Lesson) -> anyhow::Result<()> {
    for lesson in LESSONS.iter().filter(|lesson| lesson.id != current.id) {
        let work = saved(places, lesson);
        if work.exists() {
            set_aside(places, lesson, &work)?;
            fs::remove_file(&work).with_context(|| format!("cannot remove {}", work.display()))?;
        }
    }
    Ok(())
}

/// The learner's text; where an editor wrote it in another encoding than UTF-8, cargo says so.
///
/// # Errors
/// A file that cannot be read.
pub fn text(places: &Places, lesson: &Lesson) -> anyhow::Result<String> {
    let path = file(places, lesson);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A hash of the learner's text, and whether it is the unsolved exercise.
pub fn checked(places: &Places, lesson: &Lesson) -> (u64, bool) {
    let read = |path: PathBuf| fs::read(path).unwrap_or_default();
    let (work, start) = (read(file(places, lesson)), read(starter(places, lesson)));
    let mut hasher = DefaultHasher::new();
    work.hash(&mut hasher);
    (hasher.finish(), work == start)
}

/// The one file that the learner works on.
pub fn file(places: &Places, lesson: &Lesson) -> PathBuf {
    places.mine().join(lesson.work.file())
}

/// The unsolved exercise.
pub fn starter(places: &Places, lesson: &Lesson) -> PathBuf {
    places.lesson(lesson.folder).join(lesson.work.file())
}

/// The surroundings of the exercise.
pub fn main_of(places: &Places, lesson: &Lesson) -> PathBuf {
    places.lesson(lesson.folder).join("src").join("main.rs")
}

fn saved(places: &Places, lesson: &Lesson) -> PathBuf {
    let name = format!("{}.{}", lesson.id, lesson.work.extension());
    places.saved().join(name)
}

/// Copies the progress beside the work that is kept; nothing where there is none.
///
/// # Errors
/// A folder that cannot be written.
pub fn set_progress_aside(places: &Places) -> anyhow::Result<Option<PathBuf>> {
    let progress = places.progress();
    if !progress.exists() {
        return Ok(None);
    }
    let kept = free(places, "progress", "json");
    copy(&progress, &kept)?;
    Ok(Some(kept))
}

/// Copies the work beside the others, under a number that is free; nothing where it is the unsolved exercise.
fn set_aside(places: &Places, lesson: &Lesson, work: &Path) -> anyhow::Result<Option<PathBuf>> {
    if fs::read(work).ok() == fs::read(starter(places, lesson)).ok() {
        return Ok(None);
    }
    let kept = free(places, lesson.id, lesson.work.extension());
    copy(work, &kept)?;
    Ok(Some(kept))
}

/// The first backup of this name that does not exist.
fn free(places: &Places, name: &str, extension: &str) -> PathBuf {
    let numbered = |number: u64| places.saved().join(format!("{name}.backup-{number}.{extension}"));
    let taken = (1..).take_while(|number| numbered(*number).exists()).count();
    numbered(taken as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_work_is_set_aside_and_lessons_begin_anew() {
        let root = std::env::temp_dir().join(format!("desk-{}", crate::random::id()));
        let places = Places::at(&root);
        let lessons: Vec<&Lesson> = LESSONS.iter().skip(1).take(2).collect();
        write(&places.workshop().join("lesson.toml"), "").unwrap();
        for lesson in &lessons {
            write(&starter(&places, lesson), "unsolved").unwrap();
            write(&main_of(&places, lesson), "").unwrap();
            open(&places, lesson).unwrap();
            // Not UTF-8: it is kept byte for byte.
            write(&file(&places, lesson), b"\xffsolved").unwrap();
        }
        let [first, second] = lessons.as_slice() else {
            panic!()
        };
        let kept = reset(&places, second).unwrap().unwrap();
        reset_others(&places, second).unwrap();
        open(&places, first).unwrap();
        assert_eq!(text(&places, first).unwrap(), "unsolved");
        let (unsolved, is_unsolved) = checked(&places, first);
        assert!(is_unsolved);
        write(&file(&places, first), "a try").unwrap();
        assert!(checked(&places, first).0 != unsolved && !checked(&places, first).1);
        let aside = kept.with_file_name(format!("{}.backup-1.rs", first.id));
        for backup in [kept, aside] {
            assert_eq!(fs::read(backup).unwrap(), b"\xffsolved");
        }
        fs::remove_dir_all(root).unwrap();
    }
}
