//! The time of a span without that of what it caused.

use super::hop::Why;
use crate::{
    Kind, Row,
    analysis::{
        clocks::TOLERANCE_US,
        kin::{Kin, interval},
    },
};

/// The duration of the span.
pub(super) fn duration(row: &Row) -> Result<u64, Why> {
    let none = if row.offset.is_some() {
        Why::NotEnded
    } else {
        Why::NoTime
    };
    row.duration.ok_or(none)
}

/// The span's duration without the union of its children's, clipped to it: what runs at once counts once.
pub(super) fn own_time(kin: &Kin<'_>, index: usize, row: &Row) -> Result<u64, Why> {
    duration(row)?;
    let whole = interval(row).ok_or(Why::NoTime)?;
    let (mut own, mut covered_to) = (whole.length(), whole.start);
    // Nobody waits for who takes a message. Rows are sorted by start.
    for (place, child) in kin
        .below(index)
        .filter(|(_, child)| child.kind != Some(Kind::Consumer))
    {
        duration(child)?;
        let part = kin.awaited(place).ok_or(Why::NoTime)?;
        let fits = part.length() <= whole.length();
        if child.service != row.service && fits && part.move_into(whole).unsigned_abs() > TOLERANCE_US.into()
        {
            return Err(Why::Clocks);
        }
        let (from, to) = (part.start.max(covered_to), part.end.min(whole.end));
        own -= (to - from).max(0);
        covered_to = covered_to.max(to);
    }
    u64::try_from(own).map_err(|_| Why::NoTime)
}
