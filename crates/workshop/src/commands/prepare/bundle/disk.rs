//! Free room on a disk, where the system has `df`.

use std::path::Path;

use anyhow::bail;

use super::tool::Tool;

/// Whether so many megabytes are free; unknown is yes.
///
/// # Errors
/// Too few.
pub async fn holds(folder: &Path, needed: u64) -> anyhow::Result<()> {
    let told = Tool::new("df").arg("-Pk").arg(folder).env("LC_ALL", "C");
    match told.run().await.ok().as_deref().and_then(free) {
        Some(free) if free < needed => bail!(
            "{} has {free} MB free, and a bundle takes {needed} MB while it is made",
            folder.display()
        ),
        _ => Ok(()),
    }
}

/// Megabytes free, as `df -Pk` says it.
fn free(told: &str) -> Option<u64> {
    let kilobytes: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_read_from_df() {
        let head = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
        assert_eq!(
            free(&format!("{head}/dev/vda 98831908 11203944 82557700 12% /")),
            Some(82_557)
        );
        assert_eq!(free(head), None);
        assert_eq!(free(""), None);
    }

    #[tokio::test]
    async fn too_little_room_is_said_before_the_work() {
        let told = Tool::new("df").args(["-Pk", "."]).run().await;
        // Where there is no df, the room is unknown.
        if told.is_ok() {
            let error = holds(Path::new("."), u64::MAX).await.unwrap_err().to_string();
            assert!(error.contains("while it is made"), "{error}");
        }
    }
}
