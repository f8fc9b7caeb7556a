use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

fn whole(text: &str) -> Option<Shape> {
    shape(text.as_bytes(), false).unwrap()
}

#[test]
fn an_answer_is_whole_when_its_body_is() {
    let text = "HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello";
    for end in 0..text.len() {
        assert_eq!(whole(&text[..end]), None, "{end}");
    }
    let head = text.len() - 5;
    assert_eq!(whole(text), Some(Shape { status: 201, head, body: 5, closes: false }));
}

#[test]
fn an_answer_without_a_body_ends_with_its_head() {
    for text in ["HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"] {
        assert_eq!(whole(text).unwrap().body, 0);
    }
}

#[test]
fn the_end_of_the_connection_is_heard_and_seen() {
    assert!(whole("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").unwrap().closes);
    let until_end = "HTTP/1.1 200 OK\r\n\r\nbody";
    assert_eq!(whole(until_end), None);
    let shape = shape(until_end.as_bytes(), true).unwrap().unwrap();
    assert!(shape.closes && shape.body == 4);
}

#[test]
fn what_cannot_be_an_answer_is_an_error() {
    for text in [
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        assert!(shape(text.as_bytes(), false).is_err(), "{text}");
    }
}

#[test]
fn a_chunked_body_ends_with_its_last_chunk() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let whole = format!("{head}3\r\nabc\r\n0\r\n\r\n");
    for end in head.len()..whole.len() {
        assert_eq!(shape(&whole.as_bytes()[..end], false).unwrap(), None, "{end}");
    }
    let expected = Shape { status: 200, head: head.len(), body: whole.len() - head.len(), closes: false };
    assert_eq!(shape(whole.as_bytes(), false).unwrap(), Some(expected));
}

#[tokio::test]
async fn a_lost_answer_is_told_from_a_request_that_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut connection = Connection::new(address, LIMIT);
    let request = get("/", None);
    let serve = async {
        // Two responses on one connection, which then ends; the next connection is read and never answered.
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; request.len()];
        for _ in 0..2 {
            stream.read_exact(&mut bytes).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        }
        drop(stream);
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut bytes).await.unwrap();
        drop(stream);
        drop(listener);
    };
    let ask = async {
        for _ in 0..2 {
            let answer = connection.send(&request).await.unwrap();
            assert_eq!((answer.status, answer.body, answer.header("x-a")), (200, &b"ok"[..], Some("b")));
        }
        // The client notices the end of the first connection before it sends anything.
        while connection.stream.as_ref().unwrap().try_read(&mut [0]).is_err() {
            connection.stream.as_ref().unwrap().readable().await.unwrap();
        }
        assert!(matches!(connection.send(&request).await, Err(Lost::NoAnswer(_))));
        connection
    };
    let ((), mut connection) = tokio::join!(serve, ask);
    let lost = connection.send(&request).await.unwrap_err();
    assert!(lost.is_certainly_not_sent(), "{lost}");
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut connection = Connection::new(listener.local_addr().unwrap(), Duration::from_millis(20));
    let lost = connection.send(&get("/", None)).await.unwrap_err();
    assert!(matches!(&lost, Lost::NoAnswer(error) if error.kind() == io::ErrorKind::TimedOut), "{lost}");
}
