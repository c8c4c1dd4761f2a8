//! Decisions by seed and request number: requests that come one after the other meet the same faults each time.

use std::{fmt, str::FromStr};

/// A share of requests, above 0 and up to 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    millionths: u32,
}

/// The decisions of chance for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw(u64);

const WHOLE: u32 = 1_000_000;

impl Share {
    /// All requests.
    pub const ALL: Self = Self { millionths: WHOLE };

    /// So many of a hundred; more are a hundred.
    pub fn percent(percent: u32) -> Self {
        Self {
            millionths: percent.min(100) * (WHOLE / 100),
        }
    }
}

/// `20%`, `0.5%`.
impl FromStr for Share {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let percent = text
            .strip_suffix('%')
            .and_then(|number| number.parse::<f64>().ok());
        let percent = percent.filter(|percent| (0.0001..=100.0).contains(percent));
        let percent = percent.ok_or("a share above 0 and up to 100, such as 20%")?;
        Ok(Self {
            millionths: (percent * 10_000.0).round() as u32,
        })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.millionths) / 10_000.0)
    }
}

impl Draw {
    /// The decision on the request of this number. The fault's name keeps two faults of one seed from meeting the same requests.
    pub fn new(seed: u64, name: &str, number: u64) -> Self {
        let named = name.bytes().fold(seed, |hash, byte| mix(hash ^ u64::from(byte)));
        Self(mix(named ^ mix(number)))
    }

    /// Whether the request is one of the share.
    pub fn is_within(self, share: Share) -> bool {
        self.0 % u64::from(WHOLE) < u64::from(share.millionths)
    }

    /// A second decision on the same request, from -1 to 1.
    pub fn swing(self) -> f64 {
        let unit = (mix(self.0) >> 11) as f64 / (1_u64 << 53) as f64;
        unit * 2.0 - 1.0
    }

    /// A second decision on the same request: whether it is one of a share.
    pub fn again(self, share: Share) -> bool {
        Self(mix(self.0)).is_within(share)
    }
}

/// The finaliser of SplitMix64, whose every input bit changes half of the output's.
fn mix(seed: u64) -> u64 {
    let sum = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let first = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let second = (first ^ (first >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    second ^ (second >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(seed: u64, name: &str, share: Share) -> Vec<u64> {
        (0..1_000)
            .filter(|&number| Draw::new(seed, name, number).is_within(share))
            .collect()
    }

    #[test]
    fn one_seed_decides_alike_each_time() {
        let share = "20%".parse().unwrap();
        let first = hits(7, "latency", share);
        assert!((150..250).contains(&first.len()), "{}", first.len());
        for _ in 0..10 {
            assert_eq!(hits(7, "latency", share), first);
        }
        assert_ne!(hits(8, "latency", share), first);
        assert_ne!(hits(7, "error", share), first);
    }

    #[test]
    fn a_share_is_of_a_hundred() {
        for text in ["20%", "0.5%", "100%", "33.3%"] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
        }
        for text in ["", "20", "0%", "-1%", "101%", "%", "a%", "NaN%", "inf%"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
        assert_eq!(hits(1, "error", Share::ALL).len(), 1_000);
        assert_eq!(Share::percent(300), Share::ALL);
    }

    #[test]
    fn a_swing_goes_both_ways_and_no_further() {
        let swings: Vec<f64> = (0..1_000)
            .map(|number| Draw::new(1, "latency", number).swing())
            .collect();
        assert!(swings.iter().all(|swing| (-1.0..=1.0).contains(swing)));
        assert!(swings.iter().sum::<f64>().abs() < 100.0);
    }
}
