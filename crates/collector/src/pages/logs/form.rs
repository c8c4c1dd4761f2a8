//! The fields above the lines. They keep what was asked, and say what is wrong with it beside it.

use super::asked::{GROUPED, Mistake};
use crate::{
    lines::Level,
    pages::{
        language::message,
        markup::{Attribute, Text},
        reader::Reader,
    },
    params::Params,
};

/// The form, as it was sent.
pub fn fields(reader: &Reader, params: &Params, services: &[Box<str>], mistake: Option<&Mistake>) -> String {
    let given = |name: &str| params.get(name).unwrap_or_default();
    let input = |name: &'static str, label: &'static str, placeholder: &str| {
        let (invalid, said) = wrong(reader, name, mistake);
        format!(
            r#"<label>{} <input name="{name}" value="{}" placeholder="{}" autocomplete="off" dir="auto"{invalid}>{said}</label>"#,
            reader.say(label),
            Attribute(given(name)),
            Attribute(placeholder),
        )
    };
    let (invalid_level, said_of_level) = wrong(reader, "level", mistake);
    let grouped = if given(GROUPED) == "true" { " checked" } else { "" };
    format!(
        r#"<form class="search" action="{root}logs" role="search">
<div class="fields"><label>{service} <select name="service">{services}</select></label>
<label>{level} <select name="level"{invalid_level}>{levels}</select>{said_of_level}</label>
{text}
{value}
{trace}</div>
<div class="act"><label class="check"><input type="checkbox" name="{GROUPED}" value="true"{grouped}> {group}</label>
<button>{show}</button></div>
</form>"#,
        root = reader.root,
        service = reader.say("Service"),
        services = services_of(reader, services, given("service")),
        level = reader.say("Level"),
        levels = levels(reader, given("level")),
        text = input("text", message("Text"), ""),
        value = input("value", message("Value"), "userId=kim"),
        trace = input("traceId", message("Trace id"), ""),
        group = reader.say("Group alike lines"),
        show = reader.say("Show"),
    )
}

/// The attributes of a field that is wrong, and what is wrong with it.
fn wrong(reader: &Reader, name: &str, mistake: Option<&Mistake>) -> (String, String) {
    match mistake.filter(|mistake| mistake.name == name) {
        Some(mistake) => (
            format!(r#" aria-invalid="true" aria-describedby="wrong-{name}""#),
            format!(
                r#"<span class="error" id="wrong-{name}">{}</span>"#,
                Text(&mistake.said(reader))
            ),
        ),
        None => Default::default(),
    }
}

/// A mistake in a parameter that has no field; nothing where it has one.
pub fn beyond(reader: &Reader, mistake: &Mistake) -> String {
    if ["service", "level", "text", "value", "traceId"].contains(&mistake.name) {
        return String::new();
    }
    let said = mistake.said(reader);
    format!(
        r#"<p class="empty error" role="alert"><code>{}</code>: {}</p>"#,
        mistake.name,
        Text(&said)
    )
}

fn services_of(reader: &Reader, services: &[Box<str>], chosen: &str) -> String {
    let known = services.iter().any(|service| **service == *chosen);
    let asked = (!known && !chosen.is_empty()).then_some(chosen);
    let names = services.iter().map(|service| &**service).chain(asked);
    let all = option("", reader.say("all services"), chosen);
    names.fold(all, |options, name| options + &option(name, name, chosen))
}

fn levels(reader: &Reader, chosen: &str) -> String {
    let all = option("", reader.say("all levels"), chosen);
    Level::ALL.into_iter().rev().fold(all, |options, level| {
        let name = level.name();
        let label = reader.fill("{level} and worse", &[("level", &name)]);
        options + &option(name, &label, &chosen.to_uppercase())
    })
}

fn option(value: &str, label: &str, chosen: &str) -> String {
    let selected = if value == chosen { " selected" } else { "" };
    format!(
        r#"<option value="{}"{selected}>{}</option>"#,
        Attribute(value),
        Text(label)
    )
}
