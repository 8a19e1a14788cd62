//! Models on their way to this machine.

use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures::stream::{self, StreamExt};
use rstest::rstest;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use voice::recognition::model_store::{FetchProblem, Kept, ModelStore, OFFERED, Offered, SOURCE};

use crate::server::{Asked, Server, answer, nobody};
use crate::signals::Random;

const SIZE: usize = 300_000;

/// What the model consists of.
fn content() -> Vec<u8> {
    let mut random = Random::new();
    (0..SIZE).map(|_| (random.next() * 128.0) as i8 as u8).collect()
}

fn model() -> Offered {
    Offered {
        id: "test",
        title: "Test",
        file: "ggml-test.bin",
        size: SIZE as u64,
        sha256: Box::leak(hex::encode(Sha256::digest(content())).into_boxed_str()),
    }
}

/// A folder that is not there yet, and a store in it.
struct Place {
    _parent: TempDir,
    folder: PathBuf,
    store: ModelStore,
}

impl Place {
    fn new(source: &str) -> Place {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("voice").join("models");
        Place {
            store: ModelStore::new(folder.clone(), source),
            folder,
            _parent: parent,
        }
    }

    fn part(&self) -> PathBuf {
        self.folder.join("ggml-test.bin.part")
    }

    /// As if this much had arrived some time ago.
    fn with_part(self, bytes: &[u8]) -> Place {
        fs::create_dir_all(&self.folder).unwrap();
        fs::write(self.part(), bytes).unwrap();
        self
    }

    /// Fetches, and gives what was told on the way.
    async fn fetch(&self) -> (Result<(), FetchProblem>, Vec<u64>) {
        let told = Mutex::new(Vec::new());
        let progress = |bytes| told.lock().unwrap().push(bytes);
        let fetched = self.store.fetch(&model(), progress, &CancellationToken::new()).await;
        (fetched, told.into_inner().unwrap())
    }

    fn kept(&self) -> Kept {
        self.store.kept(&model())
    }

    fn assert_whole(&self) {
        assert_eq!(self.kept(), Kept::Whole);
        assert!(fs::read(self.store.path(&model())).unwrap() == content());
        assert!(!self.part().exists());
    }
}

fn start(asked: &Asked) -> Option<usize> {
    let range = asked.header("range")?;
    Some(range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().unwrap())
}

/// As a file server answers.
fn serve(asked: &Asked, _: usize) -> Response {
    let content = content();
    let Some(from) = start(asked) else {
        return answer(200, "application/octet-stream", content);
    };
    Response::builder()
        .status(206)
        .header("content-range", format!("bytes {from}-{}/{SIZE}", SIZE - 1))
        .body(Body::from(content[from..].to_vec()))
        .unwrap()
}

/// So much of the file, and then nothing more: the connection is cut, or stays open without a word.
fn serve_some(until: usize, cut: bool) -> Response {
    let some = stream::iter([Ok(Bytes::from(content()[..until].to_vec()))]);
    let then = stream::once(async move {
        if cut {
            // What was sent must be on its way before the connection is gone.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            Err("cut")
        } else {
            std::future::pending().await
        }
    });
    Response::builder()
        .header("content-length", SIZE)
        .body(Body::from_stream(some.chain(then)))
        .unwrap()
}

fn assert_rises(told: &[u64], from: u64, to: u64) {
    assert_eq!(told.first(), Some(&from));
    assert_eq!(told.last(), Some(&to));
    assert!(told.is_sorted(), "{told:?}");
}

#[tokio::test]
async fn a_model_arrives_whole() {
    let server = Server::answering(serve).await;
    let place = Place::new(&format!("{}/models/", server.address()));
    assert_eq!(place.kept(), Kept::Nothing);
    let (fetched, told) = place.fetch().await;
    fetched.unwrap();
    place.assert_whole();
    assert_rises(&told, 0, SIZE as u64);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].method.as_str(), asked[0].path.as_str()),
        ("GET", "/models/ggml-test.bin")
    );
    assert_eq!(asked[0].header("range"), None);
}

#[tokio::test]
async fn a_model_may_lie_elsewhere() {
    let server = Server::answering(serve).await;
    let elsewhere = format!("{}/ggml-test.bin", server.address());
    let first = Server::answering(move |_, _| {
        let answer = Response::builder().status(302).header("location", elsewhere.clone());
        answer.body(Body::empty()).unwrap()
    });
    let place = Place::new(&first.await.address()).with_part(&content()[..1_000]);
    place.fetch().await.0.unwrap();
    place.assert_whole();
    assert_eq!(server.asked()[0].header("range"), Some("bytes=1000-"));
}

#[tokio::test]
async fn a_stop_keeps_what_has_arrived_and_it_goes_on_from_there() {
    const UNTIL: usize = 123_456;
    let server = Server::answering(|asked, before| {
        if before == 0 {
            serve_some(UNTIL, false)
        } else {
            serve(asked, before)
        }
    });
    let server = server.await;
    let place = Place::new(&server.address());
    let stop = CancellationToken::new();
    let progress = |bytes| {
        if bytes == UNTIL as u64 {
            stop.cancel();
        }
    };
    let stopped = place.store.fetch(&model(), progress, &stop).await.unwrap_err();
    assert!(matches!(stopped, FetchProblem::Stopped), "{stopped:?}");
    assert!(stopped.to_string().contains("What has arrived is kept."));
    assert_eq!(place.kept(), Kept::Part(UNTIL as u64));

    let (fetched, told) = place.fetch().await;
    fetched.unwrap();
    place.assert_whole();
    assert_rises(&told, UNTIL as u64, SIZE as u64);
    assert_eq!(server.asked()[1].header("range"), Some("bytes=123456-"));
}

#[tokio::test]
async fn who_stops_before_it_began_has_nothing() {
    let server = Server::answering(serve).await;
    let place = Place::new(&server.address());
    let stop = CancellationToken::new();
    stop.cancel();
    let stopped = place.store.fetch(&model(), |_| {}, &stop).await.unwrap_err();
    assert!(matches!(stopped, FetchProblem::Stopped), "{stopped:?}");
    assert_eq!(place.kept(), Kept::Nothing);
}

#[tokio::test]
async fn a_cut_keeps_what_has_arrived_and_it_goes_on_from_there() {
    let server = Server::answering(|asked, before| {
        if before == 0 {
            serve_some(200_001, true)
        } else {
            serve(asked, before)
        }
    });
    let server = server.await;
    let place = Place::new(&server.address());
    let cut = place.fetch().await.0.unwrap_err();
    let said = cut.to_string();
    assert!(matches!(cut, FetchProblem::Unreachable { .. }), "{cut:?}");
    assert!(
        said.contains(&server.host()) && said.contains("What has arrived is kept; try again"),
        "{said}"
    );
    assert_eq!(place.kept(), Kept::Part(200_001));
    place.fetch().await.0.unwrap();
    place.assert_whole();
    assert_eq!(server.asked()[1].header("range"), Some("bytes=200001-"));
}

#[tokio::test]
async fn an_end_that_comes_too_early_is_one_too() {
    // Without a length, nobody can tell from the answer that something is missing.
    let server = Server::answering(|_, _| {
        let some = stream::iter([Ok::<_, Infallible>(Bytes::from(content()[..50_000].to_vec()))]);
        Response::new(Body::from_stream(some))
    });
    let place = Place::new(&server.await.address());
    let cut = place.fetch().await.0.unwrap_err();
    assert!(matches!(cut, FetchProblem::Unreachable { .. }), "{cut:?}");
    assert_eq!(place.kept(), Kept::Part(50_000));
}

/// Servers that do not go on where they were asked to.
#[rstest]
#[case::no_ranges(|_: &Asked, _: usize| answer(200, "application/octet-stream", content()))]
#[case::not_this_range(|asked: &Asked, _: usize| match start(asked) {
    Some(_) => answer(416, "text/plain", "no"),
    None => answer(200, "application/octet-stream", content()),
})]
#[case::another_range(|_: &Asked, _: usize| {
    let answer = Response::builder().status(206).header("content-range", format!("bytes 0-{}/{SIZE}", SIZE - 1));
    answer.body(Body::from(content())).unwrap()
})]
#[tokio::test]
async fn where_it_cannot_go_on_it_begins_again(
    #[case] server: fn(&Asked, usize) -> Response,
    #[values(&content()[..1_000], &[7; 1_000], &[7; SIZE + 1])] part: &[u8],
) {
    let server = Server::answering(server).await;
    let place = Place::new(&server.address()).with_part(part);
    let (fetched, told) = place.fetch().await;
    fetched.unwrap();
    place.assert_whole();
    assert_rises(&told, 0, SIZE as u64);
}

#[tokio::test]
async fn what_arrived_damaged_is_thrown_away() {
    let server = Server::answering(serve).await;
    // Half of another file, and one that was whole before it could be checked.
    for part in [&[7; 1_000][..], &[7; SIZE]] {
        let place = Place::new(&server.address()).with_part(part);
        let wrong = place.fetch().await.0.unwrap_err();
        assert!(matches!(wrong, FetchProblem::WrongChecksum), "{wrong:?}");
        assert!(
            wrong.to_string().contains("It was thrown away; download it again."),
            "{wrong}"
        );
        assert_eq!(place.kept(), Kept::Nothing);
        assert!(!place.store.path(&model()).exists());
        place.fetch().await.0.unwrap();
        place.assert_whole();
    }
}

#[tokio::test]
async fn what_was_all_there_is_not_fetched_again() {
    let place = Place::new(&nobody().await).with_part(&content());
    assert_eq!(place.kept(), Kept::Part(SIZE as u64));
    place.fetch().await.0.unwrap();
    place.assert_whole();
}

#[rstest]
#[case::login_page(|_: &Asked, _: usize| answer(200, "text/html; charset=utf-8", "<title>Sign in</title>"))]
#[case::login_page_without_a_length(|_: &Asked, _: usize| {
    let page = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"<title>Sign in</title>"))]);
    answer(200, "text/html", Body::from_stream(page))
})]
#[case::too_short(|_: &Asked, _: usize| answer(200, "application/octet-stream", vec![1; SIZE - 1]))]
#[case::too_long(|_: &Asked, _: usize| answer(200, "application/octet-stream", vec![1; SIZE + 1]))]
#[case::too_long_without_a_length(|_: &Asked, _: usize| {
    let more = stream::iter([Ok::<_, Infallible>(Bytes::from(vec![1; 2 * SIZE]))]);
    answer(200, "application/octet-stream", Body::from_stream(more))
})]
#[tokio::test]
async fn something_else_is_not_kept(#[case] server: fn(&Asked, usize) -> Response) {
    let server = Server::answering(server).await;
    let place = Place::new(&server.address());
    let else_ = place.fetch().await.0.unwrap_err();
    assert!(matches!(else_, FetchProblem::SomethingElse { .. }), "{else_:?}");
    let said = else_.to_string();
    assert!(
        said.contains(&server.host()) && said.contains("Is there a login page in between?"),
        "{said}"
    );
    assert_eq!(place.kept(), Kept::Nothing);
}

#[rstest]
#[tokio::test]
async fn a_refusal_keeps_what_was_there(#[values(401, 404, 429, 500, 503)] status: u16) {
    let server = Server::answering(move |_, _| answer(status, "text/html", "<p>no")).await;
    let place = Place::new(&server.address()).with_part(&content()[..1_000]);
    let refused = place.fetch().await.0.unwrap_err();
    assert!(matches!(refused, FetchProblem::Refused { .. }), "{refused:?}");
    let said = refused.to_string();
    assert!(
        said.contains(&format!("{} answered {status}.", server.host())),
        "{said}"
    );
    assert!(
        said.contains("Try again later, or choose a model file that you have."),
        "{said}"
    );
    assert_eq!(place.kept(), Kept::Part(1_000));
}

#[tokio::test]
async fn without_a_connection_what_was_there_is_kept() {
    let place = Place::new(&nobody().await).with_part(&content()[..1_000]);
    let away = place.fetch().await.0.unwrap_err();
    assert!(matches!(away, FetchProblem::Unreachable { .. }), "{away:?}");
    assert_eq!(place.kept(), Kept::Part(1_000));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said() {
    let server = Server::answering(serve).await;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("models");
    fs::write(&folder, "a file where the folder should be").unwrap();
    let store = ModelStore::new(folder.clone(), &server.address());
    let stop = CancellationToken::new();
    let unwritable = store.fetch(&model(), |_| {}, &stop).await.unwrap_err();
    assert!(matches!(unwritable, FetchProblem::Unwritable { .. }), "{unwritable:?}");
    assert!(
        unwritable.to_string().contains(&folder.display().to_string()),
        "{unwritable}"
    );
    assert_eq!(server.asked().len(), 0, "nothing is fetched that cannot be kept");

    // The folder is there, but the file cannot be.
    let place = Place::new(&server.address());
    fs::create_dir_all(place.part()).unwrap();
    let unwritable = place.fetch().await.0.unwrap_err();
    assert!(matches!(unwritable, FetchProblem::Unwritable { .. }), "{unwritable:?}");
}

#[tokio::test]
async fn a_model_is_thrown_away_whole_or_in_part() {
    let server = Server::answering(serve).await;
    let place = Place::new(&server.address());
    place.store.delete(&model()).unwrap();
    place.fetch().await.0.unwrap();
    place.store.delete(&model()).unwrap();
    assert_eq!(place.kept(), Kept::Nothing);
    assert_eq!(fs::read_dir(&place.folder).unwrap().count(), 0);
    let place = place.with_part(&[1; 10]);
    place.store.delete(&model()).unwrap();
    assert_eq!(place.kept(), Kept::Nothing);
}

#[test]
fn what_is_there_is_told_by_its_size() {
    let place = Place::new("").with_part(&[]);
    assert_eq!(place.kept(), Kept::Nothing);
    let place = place.with_part(&[1; 10]);
    assert_eq!(place.kept(), Kept::Part(10));
    fs::write(place.store.path(&model()), [1; 10]).unwrap();
    assert_eq!(
        place.kept(),
        Kept::Part(10),
        "another file of this name is not the model"
    );
    fs::write(place.store.path(&model()), vec![1; SIZE]).unwrap();
    assert_eq!(place.kept(), Kept::Whole);
}

#[test]
fn what_is_offered_can_be_fetched_and_checked() {
    assert!(SOURCE.starts_with("https://"));
    for model in OFFERED {
        assert!(
            model.file.starts_with("ggml-") && model.file.ends_with(".bin"),
            "{model:?}"
        );
        assert_eq!(hex::decode(model.sha256).unwrap().len(), 32, "{model:?}");
        assert!(model.sha256.chars().all(|digit| !digit.is_uppercase()), "{model:?}");
        let alike = OFFERED
            .iter()
            .filter(|other| other.id == model.id || other.file == model.file);
        assert_eq!(alike.count(), 1, "{model:?}");
    }
    assert!(OFFERED.is_sorted_by_key(|model| model.size), "the smallest first");
}
