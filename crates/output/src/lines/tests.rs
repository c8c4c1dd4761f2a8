use std::io::{BufRead as _, BufReader, PipeReader, Read as _};

use super::*;
use crate::sink;

/// Lines into a pipe: as the system allows, and as where it has no way to ask for room.
fn pipes() -> [(Arc<Lines>, PipeReader); 2] {
    [true, false].map(|is_prompt| {
        let (reader, writer) = io::pipe().unwrap();
        let mut sink = sink::open(writer);
        if !is_prompt {
            sink.prompt = None;
        }
        (Lines::to("a pipe", sink), reader)
    })
}

fn line(number: usize, length: usize) -> Vec<u8> {
    format!("{number:09}{}\n", "x".repeat(length - 10)).into_bytes()
}

/// Reads until there were this many lines.
fn read(reader: PipeReader, count: usize) -> Vec<String> {
    BufReader::new(reader)
        .lines()
        .take(count)
        .map(Result::unwrap)
        .collect()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

#[test]
fn lines_that_found_a_full_pipe_come_whole_and_in_order() {
    for (lines, reader) in pipes() {
        // Longer than what a pipe takes as one, and more than it holds.
        for number in 0..100 {
            assert!(lines.write(&line(number, 10_000)));
        }
        assert!(!lines.is_idle());
        let read = read(reader, 100);
        for (number, text) in read.iter().enumerate() {
            assert_eq!(format!("{text}\n").into_bytes(), line(number, 10_000));
        }
        lines.wait(soon());
        assert_eq!((lines.is_idle(), lines.dropped()), (true, 0));
    }
}

#[test]
fn lines_without_room_are_counted_where_they_are_missing() {
    for (lines, reader) in pipes() {
        let taken = (0..10_000)
            .filter(|number| lines.write(&line(*number, 1_000)))
            .count();
        let dropped = 10_000 - taken;
        // The thread may not have run yet, so that nothing is in the pipe.
        assert!(dropped > 7_000 && (taken + 1) * 1_000 > ROOM, "{taken}");
        assert_eq!(lines.dropped(), dropped as u64);
        let mut reader = reader;
        let mut all = vec![0; taken * 1_000];
        reader.read_exact(&mut all).unwrap();
        lines.wait(soon());
        lines.write(b"next\n");
        let said = read(reader, 2);
        assert_eq!(
            said,
            [
                format!("{dropped} lines are missing here: nobody read them"),
                "next".to_owned()
            ]
        );
        // The reader may have the line before the thread has put it down.
        lines.wait(soon());
        assert_eq!(lines.last_word(), None);
    }
}

#[test]
fn lines_left_at_the_end_are_counted_without_waiting() {
    for (lines, reader) in pipes() {
        let taken = (0..200)
            .filter(|number| lines.write(&line(*number, 1_000)))
            .count();
        assert_eq!(taken, 200);
        lines.wait(Instant::now() + Duration::from_millis(50));
        let said = lines.last_word().unwrap();
        let left: usize = said.split(' ').next().unwrap().parse().unwrap();
        assert!((100..200).contains(&left), "{said}");
        assert!(
            said.ends_with(" lines did not reach a pipe: nobody read it\n"),
            "{said}"
        );
        drop(reader);
    }
}

#[test]
fn a_reader_that_left_is_a_failure_that_is_counted() {
    for (lines, reader) in pipes() {
        drop(reader);
        for _ in 0..3 {
            lines.write(b"a line\n");
            lines.wait(soon());
        }
        assert_eq!(lines.failure(), Some(ErrorKind::BrokenPipe));
        assert_eq!(lines.dropped(), 3);
        assert_eq!(
            lines.last_word().unwrap(),
            "3 lines did not reach a pipe: broken pipe\n"
        );
        assert!(!lines.write_patiently(b"a line\n"));
    }
}

#[test]
fn a_writer_that_may_wait_waits_for_a_slow_reader() {
    for (lines, reader) in pipes() {
        let slow = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            read(reader, 2)
        });
        for number in 0..2 {
            // More than there is room for, in one piece.
            assert!(lines.write_patiently(&line(number, ROOM + 1)));
            assert!(lines.is_idle());
        }
        assert_eq!(slow.join().unwrap().len(), 2);
    }
}
