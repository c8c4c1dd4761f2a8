//! The images of `docker compose up`, as one file.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::tool::Tool;

/// The file.
const FILE: &str = "three-hops-images.tar";

/// Images that are there.
pub struct Images {
    root: PathBuf,
    names: BTreeSet<String>,
    megabytes: u64,
}

impl Images {
    /// Those that the compose file of this folder names.
    ///
    /// # Errors
    /// No docker, or an image that is missing.
    pub async fn of(root: &Path) -> anyhow::Result<Self> {
        let advice =
            "`docker compose build` and `docker compose pull` bring the images of `docker compose up`";
        let docker = || Tool::new("docker").inside(root);
        let names = docker().args(["compose", "config", "--images"]).run().await;
        let names = names.context(advice)?;
        let names: BTreeSet<String> = names.split_whitespace().map(str::to_owned).collect();
        let look = docker().args(["image", "inspect", "--format", "{{.Id}} {{.Size}}"]);
        let told = look.args(&names).run().await.context(advice)?;
        Ok(Self {
            root: root.to_owned(),
            names,
            megabytes: megabytes(&told),
        })
    }

    /// The room that they take in the folder.
    pub const fn megabytes(&self) -> u64 {
        self.megabytes
    }

    /// Writes them into the folder.
    ///
    /// # Errors
    /// As docker says it.
    pub async fn save(&self, folder: &Path) -> anyhow::Result<()> {
        let docker = Tool::new("docker").inside(&self.root);
        let file = folder.join(FILE);
        let save = docker.args(["save", "--output"]).arg(&file);
        save.args(&self.names).run().await?;
        // Docker lets its user alone read the file, and a class copies it from a shared folder.
        shared_like(&file, &folder.join("START.md"))
    }
}

/// Lets those read a file who may read the other.
fn shared_like(file: &Path, other: &Path) -> anyhow::Result<()> {
    let permissions = fs::metadata(other)?.permissions();
    fs::set_permissions(file, permissions).with_context(|| format!("cannot share {}", file.display()))
}

/// Megabytes of images, as lines of their ids and bytes say it: one that has two names is saved once.
fn megabytes(told: &str) -> u64 {
    let images: BTreeSet<&str> = told.lines().collect();
    let bytes = images
        .into_iter()
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    bytes.sum::<u64>().div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_with_two_names_takes_its_room_once() {
        let told = "sha256:a 619721392\nsha256:a 619721392\nsha256:b 130480965\n";
        assert_eq!(megabytes(told), 751);
        assert_eq!(megabytes(""), 0);
    }

    #[cfg(unix)]
    #[test]
    fn the_images_are_read_by_those_who_read_the_page() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = std::env::temp_dir().join(format!("images-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (images, page) = (folder.join(FILE), folder.join("START.md"));
        for (file, mode) in [(&images, 0o600), (&page, 0o644)] {
            fs::write(file, "").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        }
        shared_like(&images, &page).unwrap();
        let mode = fs::metadata(&images).unwrap().permissions().mode();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(mode & 0o777, 0o644);
    }
}
