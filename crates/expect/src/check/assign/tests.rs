use super::*;

fn owners(counts: &[Count], fits: &[Vec<usize>]) -> Vec<Option<usize>> {
    assign(counts, fits, &mut Work::new()).owner
}

#[test]
fn one_gives_way_where_it_fits_another_place_too() {
    let one = Count::exactly(1);
    // The first fits both, the second only the first's place.
    assert_eq!(owners(&[one, one], &[vec![0, 1], vec![0]]), [Some(1), Some(0)]);
    // A chain of three.
    let fits = [vec![0], vec![0, 1], vec![1, 2]];
    assert_eq!(owners(&[one, one, one], &fits), [Some(0), Some(1), Some(2)]);
    // The least is served before the room that is left.
    let counts = [Count::from(0..), one];
    assert_eq!(owners(&counts, &[vec![0, 1]]), [Some(1)]);
}

#[test]
fn spans_that_are_alike_are_taken_in_their_order() {
    let one = Count::exactly(1);
    let all = vec![vec![0, 1, 2]; 3];
    assert_eq!(owners(&[one, one, one], &all), [Some(0), Some(1), Some(2)]);
    assert_eq!(
        owners(&[Count::exactly(2), one], &[vec![0, 1], vec![0, 1], vec![0, 1]]),
        [Some(0), Some(0), Some(1)]
    );
}

#[test]
fn the_largest_matching_is_found_as_by_trying_all() {
    let mut seed = 1_u64;
    let mut dice = |end: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % end
    };
    for _ in 0..2_000 {
        let (expected, actual) = (dice(4) as usize + 1, dice(5) as usize + 1);
        let fits: Vec<Vec<usize>> = (0..actual)
            .map(|_| (0..expected).filter(|_| dice(2) == 0).collect())
            .collect();
        let counts: Vec<Count> = (0..expected)
            .map(|_| {
                let min = dice(2) as usize;
                Count {
                    min,
                    max: (dice(3) > 0).then(|| min + dice(2) as usize),
                }
            })
            .collect();
        let is_whole = |owner: &[Option<usize>]| {
            let load = |index| owner.iter().filter(|owner| **owner == Some(index)).count();
            counts
                .iter()
                .enumerate()
                .all(|(index, count)| count.holds(load(index)))
                && owner
                    .iter()
                    .zip(&fits)
                    .all(|(owner, fits)| owner.is_some() || fits.is_empty())
        };
        assert_eq!(
            is_whole(&owners(&counts, &fits)),
            any(&fits, &mut Vec::new(), &is_whole),
            "{counts:?} {fits:?}"
        );
    }
}

fn any(
    fits: &[Vec<usize>],
    owner: &mut Vec<Option<usize>>,
    is_whole: &dyn Fn(&[Option<usize>]) -> bool,
) -> bool {
    let Some(own) = fits.get(owner.len()) else {
        return is_whole(owner);
    };
    for choice in own.iter().copied().map(Some).chain([None]) {
        owner.push(choice);
        let found = any(fits, owner, is_whole);
        owner.pop();
        if found {
            return true;
        }
    }
    false
}

#[test]
fn ten_thousand_siblings_that_are_alike_take_no_time() {
    let start = std::time::Instant::now();
    let fits = vec![vec![0, 1, 2]; 10_000];
    let counts = [Count::exactly(1), Count::exactly(1), Count::from(1..)];
    assert!(owners(&counts, &fits).iter().all(Option::is_some));
    assert!(owners(&[Count::exactly(1); 3], &fits).iter().flatten().count() == 3);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
