//! Single damages to files: no batch is lost that was not touched, and each damage is named by its file and its bytes.

use std::ops::Range;

use super::{super::record::HEAD_BYTES, *};
use crate::store::{contents::Contents, tests::dice::Dice};

/// With --release, for the nightly run, as many as were asked for.
const ROUNDS: usize = if cfg!(debug_assertions) { 150 } else { 10_000 };

/// Files of the folder that is damaged.
const FILES: usize = 10;

/// A batch of a file: where its record is, and the trace that is in it.
struct Place {
    bytes: Range<usize>,
    trace: TraceId,
}

/// A folder with ten files, their bytes, and what is where.
struct Whole {
    folder: Folder,
    files: Vec<(PathBuf, Vec<u8>)>,
    places: Vec<Vec<Place>>,
}

impl Whole {
    fn new(test: &str) -> Self {
        let folder = Folder::new(test);
        let store = folder.store(10_000);
        let mut dice = Dice(1);
        for trace in (1..).take_while(|_| folder.files().len() <= FILES) {
            // Random bytes in the id, texts of any length.
            let trace_id = TraceId::new(trace << 64 | u128::from(dice.below(u64::MAX)));
            let spans = (1..=1 + dice.below(4)).map(|id| Span {
                trace_id,
                name: Some("a".repeat(dice.below(400) as usize)),
                ..span(trace, id)
            });
            store.add(spans.collect::<Vec<_>>());
        }
        drop(store);
        fs::remove_file(folder.files().pop().unwrap()).unwrap();
        let files: Vec<_> = folder
            .files()
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        let places = files.iter().map(|(_, bytes)| places(bytes)).collect();
        Self {
            folder,
            files,
            places,
        }
    }

    /// The same batches in files of version 1.
    fn unmarked(test: &str) -> Self {
        let mut whole = Self::new(test);
        for ((path, bytes), places) in whole.files.iter_mut().zip(&mut whole.places) {
            let mut old = Vec::new();
            for place in places {
                let (record, _) = record::read(&bytes[place.bytes.clone()]).unwrap();
                let start = old.len();
                let body = record.batch.bytes();
                old.extend_from_slice(&(body.len() as u32).to_le_bytes());
                old.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
                old.extend_from_slice(body);
                place.bytes = start..old.len();
            }
            *bytes = old;
            fs::write(path, bytes).unwrap();
        }
        whole
    }

    /// The spans that a collector finds in the folder.
    fn open(&self) -> Contents {
        let mut kept = Contents::new(&Config::default());
        kept.load(Log::open(&self.folder.0).unwrap(), u64::MAX).unwrap();
        kept
    }

    fn check(&self, number: usize, damage: &Damage, is_named: bool) {
        let (path, bytes) = &self.files[number];
        let damaged = damage.of(bytes);
        if damaged == *bytes {
            return;
        }
        fs::write(path, &damaged).unwrap();
        let mut kept = self.open();
        let keeps = |place: &Place| kept.trace(kept.keys().key(place.trace)).is_some();
        for (file, places) in self.places.iter().enumerate() {
            for place in places {
                let is_touched = file == number && damage.touches(&place.bytes);
                assert!(
                    is_touched || keeps(place),
                    "{damage:?} of file {number} lost {:?} of file {file}",
                    place.bytes
                );
            }
        }
        let is_cut_between = number + 1 == FILES
            && bytes.starts_with(&damaged)
            && (damaged.is_empty()
                || places(&damaged).last().map_or(HEAD_BYTES, |last| last.bytes.end) == damaged.len());
        let named: Vec<_> = kept
            .log()
            .unwrap()
            .files()
            .damaged()
            .map(|(file, damaged)| (file as usize, damaged.to_vec()))
            .collect();
        if is_named && is_cut_between {
            assert_eq!(named, []);
        } else if is_named {
            let [(file, ranges)] = named.as_slice() else {
                panic!("{damage:?} of file {number} is named as {named:?}");
            };
            let differ = damaged.iter().zip(bytes).position(|(one, other)| one != other);
            let differ = differ.unwrap_or(damaged.len().min(bytes.len()));
            // Bytes that are zeroed or moved may have been as they are.
            let is_near =
                |range: &Range<usize>| range.start <= differ && damage.first().min(differ) <= range.end;
            assert!(
                *file == number && ranges.iter().any(is_near),
                "{damage:?} of file {number} is named as {named:?}"
            );
        }
        drop(kept);
        if !named.is_empty() {
            assert_eq!(
                fs::read(path).unwrap(),
                damaged,
                "{damage:?}: the file is as it was"
            );
        }
        fs::write(path, bytes).unwrap();
    }
}

fn places(file: &[u8]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut start = HEAD_BYTES;
    while let Some((record, length)) = file.get(start..).and_then(record::read) {
        let (trace, _) = record.batch.parts().next().unwrap();
        places.push(Place {
            bytes: start..start + length,
            trace,
        });
        start += length;
    }
    places
}

#[derive(Debug)]
enum Damage {
    Flip(usize, u8),
    /// All from here on is gone.
    Cut(usize),
    /// These are gone, and what is behind them has moved.
    Remove(Range<usize>),
    Zero(Range<usize>),
    /// These are there twice.
    Duplicate(Range<usize>),
    Swap(usize, usize),
}

impl Damage {
    fn random(dice: &mut Dice, bytes: usize) -> Self {
        let start = dice.below(bytes as u64) as usize;
        let most = if dice.one_in(2) { 40 } else { bytes as u64 };
        let range = start..(start + 1 + dice.below(most) as usize).min(bytes);
        match dice.below(6) {
            0 => Self::Flip(start, 1 << dice.below(8)),
            1 => Self::Cut(start),
            2 => Self::Remove(range),
            3 => Self::Zero(range),
            4 => Self::Duplicate(range),
            _ => Self::Swap(start, dice.below(bytes as u64) as usize),
        }
    }

    fn of(&self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        match self {
            Self::Flip(at, bits) => damaged[*at] ^= bits,
            Self::Cut(at) => damaged.truncate(*at),
            Self::Remove(range) => drop(damaged.drain(range.clone())),
            Self::Zero(range) => damaged[range.clone()].fill(0),
            Self::Duplicate(range) => {
                drop(damaged.splice(range.end..range.end, bytes[range.clone()].to_vec()))
            }
            Self::Swap(one, other) => damaged.swap(*one, *other),
        }
        damaged
    }

    /// The first byte that may be another.
    fn first(&self) -> usize {
        match self {
            Self::Flip(at, _) | Self::Cut(at) => *at,
            Self::Remove(range) | Self::Zero(range) => range.start,
            Self::Duplicate(range) => range.end,
            Self::Swap(one, other) => *one.min(other),
        }
    }

    fn touches(&self, record: &Range<usize>) -> bool {
        match self {
            Self::Flip(at, _) => record.contains(at),
            Self::Cut(at) => *at < record.end,
            Self::Remove(range) | Self::Zero(range) => range.start < record.end && record.start < range.end,
            Self::Duplicate(range) => record.start < range.end && range.end < record.end,
            Self::Swap(one, other) => record.contains(one) || record.contains(other),
        }
    }
}

#[test]
fn a_single_damage_loses_what_it_touched_and_is_named() {
    let whole = Whole::new("damage");
    let mut dice = Dice(7);
    for _ in 0..ROUNDS {
        let number = dice.below(FILES as u64) as usize;
        let damage = Damage::random(&mut dice, whole.files[number].1.len());
        whole.check(number, &damage, true);
    }
}

#[test]
fn whole_batches_that_are_gone_or_there_twice_are_named() {
    let whole = Whole::new("between");
    for (number, places) in whole.places.iter().enumerate() {
        let bytes = whole.files[number].1.len();
        for place in places {
            whole.check(number, &Damage::Cut(place.bytes.start), true);
            whole.check(number, &Damage::Remove(place.bytes.clone()), true);
            whole.check(number, &Damage::Remove(place.bytes.start..bytes), true);
            whole.check(number, &Damage::Duplicate(place.bytes.clone()), true);
            whole.check(number, &Damage::Zero(place.bytes.clone()), true);
        }
        for start in [0, 1, HEAD_BYTES - 1] {
            whole.check(number, &Damage::Cut(start), true);
            whole.check(number, &Damage::Zero(start..HEAD_BYTES), true);
        }
    }
}

#[test]
fn a_single_damage_to_a_file_of_version_1_loses_what_it_touched() {
    let whole = Whole::unmarked("unmarked");
    assert_eq!(whole.open().log().unwrap().files().damaged().count(), 0);
    let mut dice = Dice(9);
    for _ in 0..ROUNDS / 2 {
        let number = dice.below(FILES as u64) as usize;
        let damage = Damage::random(&mut dice, whole.files[number].1.len());
        whole.check(number, &damage, false);
    }
}
