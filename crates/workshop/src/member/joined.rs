//! The board that was joined: a small file beside the progress, which git ignores.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow, bail};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::{
    random,
    told::{State, Told},
};

/// The name and version of the file's format.
const SCHEMA: &str = "three-hops/workshop-member/1";

/// The board that was joined, and as whom.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Joined {
    schema: String,
    /// The board's address.
    pub board: String,
    /// The token that lets a learner in.
    pub token: String,
    id: String,
    name: String,
}

impl Joined {
    /// Reads an address with its token, as the board prints it: `http://192.168.1.5:9480/abcd-efgh-jkmn`.
    ///
    /// # Errors
    /// A text that is no such address.
    pub fn parse(text: &str, name: String) -> anyhow::Result<Self> {
        let wrong = || {
            anyhow!(
                "{text:?} is not the address of a board with its token, such as http://192.168.1.5:9480/abcd-efgh-jkmn"
            )
        };
        let text = text.trim();
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let url: Url = whole.parse().map_err(|_| wrong())?;
        let token = url.path().trim_matches('/').to_lowercase();
        let is_token = !token.is_empty()
            && token.len() <= 64
            && token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let host = url.host_str().ok_or_else(wrong)?;
        if url.scheme() != "http" || !is_token {
            return Err(wrong());
        }
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        Ok(Self {
            schema: SCHEMA.to_owned(),
            board: format!("http://{host}{port}"),
            token,
            id: random::id(),
            name,
        })
    }

    /// The board that was joined; none where there is no file.
    ///
    /// # Errors
    /// A file that cannot be read, or is of another version.
    pub fn load(path: &Path) -> anyhow::Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        let joined: Self = serde_json::from_str(&text)
            .with_context(|| format!("{shown} names no board; remove it to go on without one"))?;
        if joined.schema != SCHEMA {
            bail!(
                "{shown} has the schema {}, and this program reads {SCHEMA}",
                joined.schema
            );
        }
        Ok(Some(joined))
    }

    /// Writes the file.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// The same learner on another day keeps the row: same board, same id.
    pub fn keeping_row(self, earlier: Option<Self>) -> Self {
        match earlier {
            Some(earlier) if earlier.board == self.board && earlier.token == self.token => Self {
                id: earlier.id,
                ..self
            },
            _ => self,
        }
    }

    /// A message of this learner.
    pub fn told(&self, lesson: &str, state: State, message: &str) -> Told {
        Told {
            id: self.id.clone(),
            name: self.name.clone(),
            lesson: lesson.to_owned(),
            state,
            message: message.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_a_port_and_a_token() {
        for (text, board) in [
            (
                "http://192.168.1.5:9480/abcd-efgh-jkmn",
                "http://192.168.1.5:9480",
            ),
            (" 192.168.1.5:9480/ABCD-EFGH-JKMN/ ", "http://192.168.1.5:9480"),
            ("[fe80::1]:9480/abcd-efgh-jkmn", "http://[fe80::1]:9480"),
        ] {
            let joined = Joined::parse(text, String::new()).unwrap();
            assert_eq!(
                (joined.board.as_str(), joined.token.as_str()),
                (board, "abcd-efgh-jkmn")
            );
        }
        for text in [
            "",
            "192.168.1.5:9480",
            "http://a/b/c",
            "https://a/b",
            "a:b/c",
            "http://a/b%20c",
        ] {
            let error = Joined::parse(text, String::new()).unwrap_err().to_string();
            assert!(error.contains("not the address of a board"), "{text}: {error}");
        }
    }

    #[test]
    fn joining_the_same_board_again_keeps_the_row() {
        let join = |url| Joined::parse(url, "terry".to_owned()).unwrap();
        let first = join("http://a:1/t");
        assert_eq!(join("http://a:1/t").keeping_row(Some(first.clone())).id, first.id);
        assert_ne!(join("http://a:1/u").keeping_row(Some(first.clone())).id, first.id);
        assert_ne!(join("http://b:1/t").keeping_row(Some(first.clone())).id, first.id);
    }
}
