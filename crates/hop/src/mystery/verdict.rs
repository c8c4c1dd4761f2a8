//! The answers, graded, each with the evidence for the fault, and against what was said instead.

use ask::lines::Line;
use mystery::{
    Answer, Case, Credit, Drawn, Evidence, Facts, Grade, Measure, Suspect, diagnose, grade, measure, sentence,
};
use serde_json::{Value, json};
use workshop::Stage;
use zipkin::{
    Language, TraceId,
    analysis::{Analysis, Beside, analyse_beside},
};

use super::text;
use crate::{
    draw::text::{clean, wrap},
    screen::{BOLD, DIM, Screen},
};

/// The result of one mystery.
#[derive(Debug)]
pub struct Verdict {
    /// The language of its sentences.
    language: Language,
    seed: u64,
    requests: usize,
    /// None where somebody gave up.
    grade: Option<Grade>,
    faults: Vec<Shown>,
    wrong: Vec<(Answer, Measure)>,
    diagnosis: Vec<Suspect>,
    is_diagnosed: bool,
}

/// A fault, and what shows it.
#[derive(Debug)]
struct Shown {
    fault: Drawn,
    answer: Option<Answer>,
    credit: Credit,
    /// The figures of the fault.
    measure: Measure,
    /// The figures of the answer, where that was another.
    instead: Option<Measure>,
    /// The answer of a trace that shows it.
    trace: Option<(TraceId, String)>,
    /// The context that the hop took, by dialect.
    headers: Vec<(&'static str, probe::Context)>,
    lines: Vec<Line>,
}

/// Findings of a trace, so many at most.
const FINDINGS: usize = 3;

/// So many lines show it.
const LINES: usize = 3;

impl Verdict {
    /// Grades, and gathers what shows each fault.
    pub fn of(
        seed: u64,
        case: &Case,
        answers: Option<Vec<Answer>>,
        evidence: &Evidence,
        facts: &Facts,
        language: Language,
    ) -> Self {
        let grade = answers.map(|answers| grade(case, &answers));
        let graded = |index: usize| grade.as_ref().and_then(|grade| grade.faults.get(index).copied());
        let faults = case.faults.iter().enumerate().map(|(index, fault)| {
            let (answer, credit) = graded(index).unwrap_or((None, Credit::None));
            Shown::of(fault, answer, credit, evidence, facts, language)
        });
        let diagnosis = diagnose(facts, case.faults.len());
        let diagnosed: Vec<Answer> = diagnosis.iter().map(|suspect| suspect.answer).collect();
        let wrong = grade.iter().flat_map(|grade| &grade.wrong);
        Self {
            language,
            seed,
            requests: facts.requests,
            faults: faults.collect(),
            wrong: wrong
                .map(|answer| (*answer, measure(facts, answer.hop, answer.class)))
                .collect(),
            is_diagnosed: mystery::grade(case, &diagnosed).is_solved(),
            diagnosis,
            grade,
        }
    }

    /// Whether each fault was named, and nothing else.
    pub fn is_solved(&self) -> bool {
        self.grade.as_ref().is_some_and(Grade::is_solved)
    }

    /// As the class's board hears of it.
    pub fn stage(&self) -> Stage {
        match (&self.grade, self.points()) {
            (None, _) => Stage::GivenUp,
            (Some(grade), _) if grade.is_solved() => Stage::Solved,
            (Some(_), (0, _)) => Stage::Missed,
            (Some(_), _) => Stage::Partly,
        }
    }

    /// Points, and how many there are.
    pub fn points(&self) -> (usize, usize) {
        let points = self.grade.as_ref().map_or(0, Grade::points);
        (points, self.faults.len() * 2)
    }

    /// For people.
    pub fn text(&self, screen: &Screen) -> String {
        let language = self.language;
        let (paint, width) = (screen.paint(), screen.width());
        let mut lines = Vec::new();
        for shown in &self.faults {
            let head = text::head(
                shown.answer.as_ref(),
                shown.credit,
                self.grade.is_none(),
                language,
            );
            lines.push(paint.style(BOLD, &format!("{head}{}", shown.fault)));
            lines.extend(wrap(&sentence(&shown.measure, language), "  ", width));
            if let (Some(answer), Some(instead)) = (&shown.answer, &shown.instead) {
                lines.extend(wrap(&text::you_said(answer, instead, language), "  ", width));
            }
            lines.extend(
                shown
                    .evidence(language)
                    .iter()
                    .flat_map(|line| wrap(line, "  ", width))
                    .map(|line| paint.style(DIM, &line)),
            );
            lines.push(String::new());
        }
        for (answer, instead) in &self.wrong {
            lines.extend(wrap(&text::you_said(answer, instead, language), "", width));
        }
        if !self.wrong.is_empty() {
            lines.push(String::new());
        }
        lines.push(text::points(
            self.points(),
            self.grade.is_none(),
            self.seed,
            language,
        ));
        lines.join("\n")
    }

    /// For programs, times in microseconds.
    pub fn json(&self) -> anyhow::Result<String> {
        let (points, most) = self.points();
        let wrong = self.wrong.iter().map(|(answer, measure)| json!({"answer": answer, "measure": measure, "text": sentence(measure, self.language)}));
        let verdict = json!({
            "seed": self.seed,
            "requests": self.requests,
            "solved": self.is_solved(),
            "points": points,
            "mostPoints": most,
            "faults": self.faults.iter().map(|shown| shown.json(self.language)).collect::<Vec<_>>(),
            "wrong": wrong.collect::<Vec<_>>(),
            "diagnosis": self.diagnosis,
            "diagnosisIsRight": self.is_diagnosed,
        });
        Ok(serde_json::to_string(&verdict)?)
    }
}

impl Shown {
    fn of(
        fault: &Drawn,
        answer: Option<Answer>,
        credit: Credit,
        evidence: &Evidence,
        facts: &Facts,
        language: Language,
    ) -> Self {
        let right = fault.answer();
        let measure_of = |answer: &Answer| measure(facts, answer.hop, answer.class);
        let measured = measure_of(&right);
        let hop = facts.of_hop(right.hop);
        Self {
            answer,
            credit,
            instead: answer.filter(|_| credit != Credit::Full).as_ref().map(measure_of),
            trace: measured
                .trace_id
                .and_then(|id| Some((id, answer_of(id, evidence, language)?))),
            headers: hop.contexts.clone(),
            lines: lines_of(&right, measured.trace_id, evidence),
            measure: measured,
            fault: fault.clone(),
        }
    }

    /// Trace, headers, lines.
    fn evidence(&self, language: Language) -> Vec<String> {
        let mut said = Vec::new();
        if let Some((id, text)) = &self.trace {
            said.push(text::of_trace(*id, text, language));
        }
        said.extend(text::of_headers(self.fault.hop, &self.headers, language));
        said.extend(self.lines.iter().map(|line| text::of_line(line, language)));
        said.iter().map(|line| clean(line)).collect()
    }

    fn json(&self, language: Language) -> Value {
        let headers = self.headers.iter().map(
            |(dialect, context)| json!({"dialect": dialect, "context": text::context(*context, language)}),
        );
        json!({
            "hop": self.fault.hop,
            "kind": self.fault.kind,
            "fault": self.fault.text(),
            "class": self.fault.answer().class,
            "answer": self.answer,
            "credit": self.credit,
            "measure": self.measure,
            "text": sentence(&self.measure, language),
            "instead": self.instead.as_ref().map(|instead| sentence(instead, language)),
            "traceId": self.trace.as_ref().map(|(id, _)| id.to_string()),
            "traceAnswer": self.trace.as_ref().map(|(_, answer)| answer),
            "headers": headers.collect::<Vec<_>>(),
            "lines": self.lines.iter().map(|line| json!({"time": line.time, "service": line.service, "traceId": line.trace_id, "message": line.message})).collect::<Vec<_>>(),
        })
    }
}

/// The answer of one trace.
fn answer_of(id: TraceId, evidence: &Evidence, language: Language) -> Option<String> {
    let trace = evidence.traces.iter().find(|trace| trace.trace_id == id)?;
    let mut beside = Beside::default();
    beside.services = evidence.services.clone();
    beside.traces = evidence
        .traces
        .iter()
        .filter(|other| other.trace_id != id)
        .cloned()
        .collect();
    let analysis = analyse_beside(trace, &beside);
    Some(all_of(&analysis, language))
}

/// The answer, and what the rules found besides.
fn all_of(analysis: &Analysis, language: Language) -> String {
    let mut said = analysis.answer_in(language);
    for finding in analysis.findings.iter().take(FINDINGS) {
        let text = finding.text_in(language);
        if !said.contains(&text) {
            said.push(' ');
            said.push_str(&text);
        }
    }
    said
}

/// Lines of the hop, those of the trace first.
fn lines_of(right: &Answer, id: Option<TraceId>, evidence: &Evidence) -> Vec<Line> {
    let lines = evidence
        .lines
        .iter()
        .flatten()
        .filter(|line| line.service == right.hop.name());
    let id = id.map(|id| id.to_string());
    let mut lines: Vec<&Line> = lines
        .filter(|line| !line.values.is_empty() || line.trace_id.is_some())
        .collect();
    lines.sort_by_key(|line| (line.trace_id != id, line.number));
    lines.into_iter().take(LINES).cloned().collect()
}
