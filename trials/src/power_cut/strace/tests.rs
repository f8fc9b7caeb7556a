use super::*;

fn read(text: &str) -> Result<Trace> {
    Trace::read(text.as_bytes())
}

fn file(name: &str) -> Argument {
    Argument::File(name.into())
}

fn other(text: &str) -> Argument {
    Argument::Other(text.to_owned())
}

#[test]
fn a_write_is_read_to_its_last_byte() {
    let trace = read("71 pwrite64(4<\\x2f\\x61>, \"\\x00\\x2c\\x22\\xff\", 4, 4096) = 4\n").unwrap();
    let [call] = trace.calls.as_slice() else { panic!("{trace:?}") };
    assert_eq!(call.thread, 71);
    assert_eq!(call.arguments, [file("/a"), Argument::Bytes(vec![0, 0x2c, 0x22, 0xff]), other("4"), other("4096")]);
    assert_eq!(call.outcome, Some(Outcome { value: 4, file: None }));
    assert_eq!(trace.moments, [Moment::Begin(0), Moment::End(0)]);
}

#[test]
fn calls_of_several_threads_overlap() {
    let text = "7  fdatasync(4<\\x2f\\x61> <unfinished ...>\n8  fsync(5<\\x2f\\x62>)       = 0\n7  <... fdatasync resumed>)  = 0\n";
    let trace = read(text).unwrap();
    assert_eq!(trace.moments, [Moment::Begin(0), Moment::Begin(1), Moment::End(1), Moment::End(0)]);
    assert_eq!(trace.calls[0].arguments, [file("/a")]);
    assert_eq!(trace.calls[0].outcome.as_ref().unwrap().value, 0);
}

#[test]
fn lists_of_buffers_sockets_and_failures_are_read() {
    let text = "7 writev(9<socket:[3]>, [{iov_base=\"\\x41\\x42\", iov_len=2}, {iov_base=\"\\x43\", iov_len=1}], 2) = 3\n\
                7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x61\", O_RDWR|O_CREAT, 0644) = -1 ENOENT (No such file (or so))\n\
                7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x61\", O_RDONLY) = 12<\\x2f\\x61>\n\
                7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 12<\\x2f\\x61>(deleted), 0) = 0x7f3400000000\n\
                7 --- SIGTERM {si_signo=SIGTERM} ---\n\
                7 fsync(4<\\x2f\\x61> <unfinished ...>\n\
                7 <... fsync resumed>) = ?\n\
                7 +++ exited with 0 +++\n";
    let trace = read(text).unwrap();
    assert_eq!(trace.calls[0].arguments[..2], [file("socket:[3]"), Argument::Bytes(b"ABC".to_vec())]);
    assert_eq!(trace.calls[1].outcome.as_ref().unwrap().value, -1);
    assert_eq!(trace.calls[2].outcome, Some(Outcome { value: 12, file: Some("/a".into()) }));
    assert_eq!(trace.calls[3].arguments[4], file("/a(deleted)"));
    assert_eq!(trace.calls[4].outcome, None);
    assert_eq!(trace.moments.last(), Some(&Moment::Begin(4)));
}

#[test]
fn a_trace_with_a_gap_is_no_trace() {
    for text in [
        "7 pwrite64(4<\\x2f\\x61>, \"\\x00\"..., 4, 0) = 4\n",
        "7 <... fsync resumed>) = 0\n",
        "7 pwrite64(4<\\x2f\\x61>, \"\\x0\", 1, 0) = 1\n",
        "7 pwrite64(4<\\x2f\\x61>, \"a\\n\", 2, 0) = 2\n",
        "nothing\n",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
