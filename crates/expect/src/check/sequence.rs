//! The assignment of actual to expected spans where the order counts: all ways of reading the sequence are followed
//! side by side, as a machine of finitely many states.

use super::work::Work;
use crate::count::Count;

/// The step by which a state was reached.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    /// The actual span went to the expected one of `from`; none where no span was read.
    taken: Option<bool>,
}

/// The owner of each actual span, where they can be read as the expected ones in their order.
pub fn assign(
    counts: &[Count],
    fits: &[Vec<usize>],
    skips: bool,
    work: &mut Work,
) -> Option<Vec<Option<usize>>> {
    let states = states(counts, fits.len());
    if !work.take(states.len().saturating_mul(fits.len() + 1)) {
        return None;
    }
    let mut steps = vec![vec![None; states.len()]; fits.len() + 1];
    set(&mut steps, 0, 0, Step { from: 0, taken: None });
    for read in 0..=fits.len() {
        for (state, &(expected, count)) in states.iter().enumerate() {
            if steps.get(read)?.get(state)?.is_none() {
                continue;
            }
            let step = |taken| Step { from: state, taken };
            let own = counts.get(expected);
            if own.is_some_and(|own| count >= own.min) {
                let next = states.iter().position(|&other| other == (expected + 1, 0))?;
                set(&mut steps, read, next, step(None));
            }
            let Some(fitting) = fits.get(read) else { continue };
            if own.is_some_and(|own| !own.is_over(count + 1)) && fitting.contains(&expected) {
                // Without a bound, the last state of an expected span stands for all higher counts.
                let more = states.iter().position(|&other| other == (expected, count + 1));
                set(&mut steps, read + 1, more.unwrap_or(state), step(Some(true)));
            }
            if skips {
                set(&mut steps, read + 1, state, step(Some(false)));
            }
        }
    }
    read_back(&steps, &states, fits.len())
}

/// An expected span, and how many actual ones it has so far; the last one stands behind all.
fn states(counts: &[Count], actual: usize) -> Vec<(usize, usize)> {
    let of = |(expected, count): (usize, &Count)| {
        let most = count.max.unwrap_or(count.min).min(actual);
        (0..=most).map(move |count| (expected, count))
    };
    let states = counts.iter().enumerate().flat_map(of);
    states.chain([(counts.len(), 0)]).collect()
}

/// The first way to reach a state stays.
fn set(steps: &mut [Vec<Option<Step>>], read: usize, state: usize, step: Step) {
    if let Some(place @ None) = steps.get_mut(read).and_then(|steps| steps.get_mut(state)) {
        *place = Some(step);
    }
}

fn read_back(
    steps: &[Vec<Option<Step>>],
    states: &[(usize, usize)],
    actual: usize,
) -> Option<Vec<Option<usize>>> {
    let mut owner = vec![None; actual];
    let (mut read, mut state) = (actual, states.len() - 1);
    while (read, state) != (0, 0) {
        let step = (*steps.get(read)?.get(state)?)?;
        if let Some(is_taken) = step.taken {
            read -= 1;
            *owner.get_mut(read)? = is_taken.then_some(states.get(step.from)?.0);
        }
        state = step.from;
    }
    Some(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_read_in_its_order() {
        let one = Count::exactly(1);
        let read =
            |counts: &[Count], fits: &[Vec<usize>], skips| assign(counts, fits, skips, &mut Work::new());
        let ab = [vec![0], vec![1]];
        let ba = [vec![1], vec![0]];
        assert_eq!(read(&[one, one], &ab, false), Some(vec![Some(0), Some(1)]));
        assert_eq!(read(&[one, one], &ba, false), None);
        // Another in between is for those who allow it.
        let between = [vec![0], vec![], vec![1]];
        assert_eq!(read(&[one, one], &between, false), None);
        assert_eq!(
            read(&[one, one], &between, true),
            Some(vec![Some(0), None, Some(1)])
        );
        // The first has to leave one for the second.
        let alike = vec![vec![0, 1]; 3];
        assert_eq!(
            read(&[Count::SOME, one], &alike, false),
            Some(vec![Some(0), Some(0), Some(1)])
        );
        assert_eq!(read(&[Count::exactly(4)], &alike, false), None);
        assert_eq!(read(&[], &[], false), Some(vec![]));
    }
}
