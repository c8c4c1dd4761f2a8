//! Values of settings: one without a meaning is refused with the reason.

const NEEDED: &str = "a number from 0 to 1 is needed, such as 0.1 for a tenth of the traces";

#[cfg(feature = "clap")]
pub(super) fn ratio(text: &str) -> Result<f64, &'static str> {
    text.trim().parse().map_or(Err(NEEDED), share)
}

/// A ratio that is one.
pub(super) fn share(ratio: f64) -> Result<f64, &'static str> {
    if (0.0..=1.0).contains(&ratio) {
        Ok(ratio)
    } else {
        Err(NEEDED)
    }
}

#[cfg(all(test, feature = "clap"))]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_from_0_to_1() {
        assert_eq!(
            [ratio("0"), ratio(" 0.5"), ratio("1")],
            [Ok(0.0), Ok(0.5), Ok(1.0)]
        );
        for bad in ["2", "-0.1", "NaN", "inf", "10%", ""] {
            assert!(ratio(bad).unwrap_err().contains("from 0 to 1"), "{bad}");
        }
    }
}
