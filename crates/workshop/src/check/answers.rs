//! Questions are drawn from two of the learner's own traces, and kept beside the answers, so that the collector may end.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use expect::Span;

use super::around::Around;
use crate::{
    lesson::Lesson,
    lessons::read_a_trace::{QUESTIONS, is_readable, readings},
    places::Places,
    seen::Seen,
    stage,
    texts::Texts,
    verdict::Verdict,
};

/// Checks the learner's answers. The first time, it draws the questions and writes them into the file.
pub async fn check(around: &Around<'_>, lesson: &Lesson) -> anyhow::Result<Verdict> {
    let file = around.places.mine().join(lesson.work.file());
    let drawn = match kept(around.places)? {
        Some(spans) => spans,
        None => match draw(around.zipkin).await {
            Ok(Some(spans)) => {
                let mut text = Vec::new();
                zipkin::encode::list(&mut text, &spans);
                write(&kept_in(around.places), &String::from_utf8_lossy(&text))?;
                write(&file, &asked(around, &readings(&spans)))?;
                spans
            }
            Ok(None) => return Ok(Verdict::DoesNotRun(around.words.get("too-few-traces").to_owned())),
            Err(_) => {
                let values = [("url", around.zipkin)];
                return Ok(Verdict::DoesNotRun(around.words.with("no-collector", &values)));
            }
        },
    };
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(judge(lesson, drawn, String::from_utf8_lossy(&text).into_owned()))
}

/// The same with the traces of a stage, and answers in which `{name}` stands for a reading.
pub async fn rehearse(lesson: &Lesson, template: &str) -> anyhow::Result<Verdict> {
    let own = stage::own_program()?;
    let spans = stage::play(&(lesson.script)(), &own, 0).await?.spans;
    let text = filled(template, &readings(&spans));
    Ok(judge(lesson, spans, text))
}

/// The answers with the readings of the learner's traces.
pub fn right(places: &Places, template: &str) -> Option<String> {
    let spans = kept(places).ok().flatten()?;
    Some(filled(template, &readings(&spans)))
}

fn judge(lesson: &Lesson, spans: Vec<Span>, answers: String) -> Verdict {
    (lesson.judge)(&Seen {
        spans,
        answers,
        ..Seen::default()
    })
}

fn kept_in(places: &Places) -> PathBuf {
    places.mine().join("traces.json")
}

/// The traces that were drawn before.
fn kept(places: &Places) -> anyhow::Result<Option<Vec<Span>>> {
    let path = kept_in(places);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let spans = zipkin::decode::list(&text);
    Ok(Some(spans.with_context(|| {
        format!("{} is no list of spans; remove it", path.display())
    })?))
}

/// Two of the newest traces through all three services; nothing where there are fewer.
async fn draw(zipkin: &str) -> anyhow::Result<Option<Vec<Span>>> {
    let mut traces = stage::traces(zipkin, 30).await?;
    traces.retain(|trace| is_readable(trace));
    if traces.len() < 2 {
        return Ok(None);
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let start = since.subsec_micros() as usize % traces.len();
    traces.rotate_left(start);
    Ok(Some(traces.into_iter().take(2).flatten().collect()))
}

/// The file with its questions.
fn asked(around: &Around<'_>, readings: &BTreeMap<&'static str, String>) -> String {
    let texts: &Texts = around.texts;
    let mut values: Vec<(&str, &str)> = readings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    values.push(("url", around.zipkin));
    let comment = |name: &str| {
        let lines = texts.with(name, &values);
        lines
            .lines()
            .map(|line| format!("# {line}\n"))
            .collect::<String>()
    };
    let questions = QUESTIONS.map(|name| format!("\n{}{name} =\n", comment(&format!("question-{name}"))));
    format!("{}{}", comment("questions"), questions.concat())
}

fn filled(template: &str, readings: &BTreeMap<&'static str, String>) -> String {
    let fill = |text: String, (name, value): (&&str, &String)| text.replace(&format!("{{{name}}}"), value);
    readings.iter().fold(template.to_owned(), fill)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
