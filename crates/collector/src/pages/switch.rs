//! `/language?to=ko&back=…`: remembers a language in a cookie, and leads back.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    language::Language,
    markup::Attribute,
    reader::{COOKIE, Reader},
};
use crate::params::Params;

/// A year.
const SECONDS: u32 = 31_536_000;

/// `GET /language`
pub async fn page(params: Params) -> Response {
    let language = params.get("to").and_then(Language::of_tag).unwrap_or_default();
    let back = params.get("back").unwrap_or_default();
    // Below `./` it is an address of ours, whatever it is; a header takes no other characters.
    let back = if back.bytes().all(|byte| byte.is_ascii_graphic()) {
        back
    } else {
        ""
    };
    // Without a path of its own the cookie is for the folder of this address, which is the root, below a prefix, too.
    let cookie = format!(
        "{COOKIE}={}; Max-Age={SECONDS}; SameSite=Lax; HttpOnly",
        language.tag()
    );
    let headers = [
        (header::LOCATION, format!("./{back}")),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// The link to the page in the other language.
pub fn link(reader: &Reader) -> String {
    let other = reader.language.other();
    let (path, query) = reader.here().split_once('?').unwrap_or((reader.here(), ""));
    let mut kept = form_urlencoded::Serializer::new(String::new());
    let params = form_urlencoded::parse(query.as_bytes());
    kept.extend_pairs(params.filter(|(name, _)| name != COOKIE));
    let query = kept.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let back: String = form_urlencoded::byte_serialize(format!("{path}{mark}{query}").as_bytes()).collect();
    let address = format!("{}language?to={}&back={back}", reader.root, other.tag());
    format!(
        r#"<a class="language" href="{}" lang="{tag}" hreflang="{tag}">{}</a>"#,
        Attribute(&address),
        other.own_name(),
        tag = other.tag(),
    )
}
