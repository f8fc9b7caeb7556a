//! Extractors of requests: bodies, ids in paths, and the mistakes in them.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use http_body_util::LengthLimitError;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use urna_app::{FieldError, PictureKind};
use utoipa::IntoParams;

use crate::problem::{Code, Problem};
use crate::state::Web;

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 16 * 1024;

/// The largest ballot, however its JSON is written: `\u00e9` takes three times as much as `é`. The rules bound its texts
/// to a quarter of this, so that what was taken can be sent back.
pub(crate) const LARGEST_BALLOT: usize = 1024 * 1024;

/// The time within which a body must arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest picture that may be uploaded, and the time that it may take: 5 MiB over a slow line.
const LARGEST_PICTURE: usize = 5 * 1024 * 1024;
const PICTURE_TIMEOUT: Duration = Duration::from_secs(25);

/// A JSON body of at most so many bytes. Fields that the type does not know are refused.
pub(crate) struct JsonBody<T, const MOST: usize = LARGEST_BODY>(pub(crate) T);

impl<T: DeserializeOwned, const MOST: usize> FromRequest<Web> for JsonBody<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        parse(&read(request, MOST).await?).map(Self)
    }
}

/// A JSON object. The code that serde derives for a struct would also accept an array of its fields' values.
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// A JSON body that may be left out: no body means `{}`.
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Web> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        let bytes = if has_type { read(request, LARGEST_BODY).await? } else { read_bytes(request.into_body()).await? };
        match (bytes.as_slice(), has_type) {
            ([], _) => parse(b"{}").map(Self),
            (_, false) => Err(Problem::new(Code::UnsupportedMediaType)),
            (bytes, true) => parse(bytes).map(Self),
        }
    }
}

/// The fields of a form, as browsers send them.
#[derive(Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl FromRequest<Web> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        if essence(&request) != "application/x-www-form-urlencoded" {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let bytes = read_bytes(request.into_body()).await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

impl Form {
    /// Returns a field without the white space around it; an empty text if it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.trim())
    }

    /// Returns every value of a field that may occur several times, in the order of the form.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// Returns the rest of the name and the value of every filled field whose name begins so, in the order of the form.
    pub(crate) fn filled_after(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.iter().map(|(name, value)| (name.as_str(), value.trim()));
        let named = fields.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)));
        named.filter(|(_, value)| !value.is_empty())
    }

    /// Returns a field if it was filled in.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// A picture as it was sent: the type that its sender states, and bytes that nobody has decoded yet.
pub(crate) struct Upload {
    pub(crate) kind: PictureKind,
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<Web> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        let kind = PictureKind::of_media_type(&essence(&request)).ok_or(
            Problem::new(Code::UnsupportedMediaType).detail("A picture must be image/png, image/jpeg or image/webp."),
        )?;
        let bytes = read_at_most(request.into_body(), LARGEST_PICTURE, PICTURE_TIMEOUT).await?;
        Ok(Self { kind, bytes })
    }
}

/// The changes of a PATCH (RFC 7396, top level) of at most so many bytes: fields to replace; `null` removes a field.
pub(crate) struct MergePatch<const MOST: usize = LARGEST_BODY>(Map<String, Value>);

impl<const MOST: usize> FromRequest<Web> for MergePatch<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        parse(&read(request, MOST).await?)
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for MergePatch<MOST> {
    /// Refuses a field that occurs twice: one of the two would be lost unnoticed.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Map<String, Value>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
                let mut found = Map::new();
                while let Some((field, value)) = fields.next_entry::<String, Value>()? {
                    if found.contains_key(&field) {
                        return Err(de::Error::custom(format!("duplicate field `{field}`")));
                    }
                    found.insert(field, value);
                }
                Ok(found)
            }
        }

        deserializer.deserialize_map(Fields).map(Self)
    }
}

impl<const MOST: usize> MergePatch<MOST> {
    /// Merges the changes into the current value, and checks the result as if it had been sent as a whole.
    pub(crate) fn apply<T: DeserializeOwned>(self, current: &impl serde::Serialize) -> Result<T, Problem> {
        let Ok(Value::Object(mut whole)) = serde_json::to_value(current) else {
            return Err(Problem::new(Code::Internal));
        };
        for (field, value) in self.0 {
            match value {
                Value::Null => whole.remove(&field),
                value => whole.insert(field, value),
            };
        }
        from_json(Value::Object(whole))
    }
}

/// Returns the media type of the body, without parameters, in lower case.
fn essence(request: &Request) -> String {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.and_then(|value| value.split(';').next()).map(str::trim).unwrap_or_default().to_ascii_lowercase()
}

async fn read(request: Request, limit: usize) -> Result<Vec<u8>, Problem> {
    if !matches!(essence(&request).as_str(), "application/json" | "application/merge-patch+json") {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    read_at_most(request.into_body(), limit, BODY_TIMEOUT).await
}

async fn read_bytes(body: Body) -> Result<Vec<u8>, Problem> {
    read_at_most(body, LARGEST_BODY, BODY_TIMEOUT).await
}

async fn read_at_most(body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, Problem> {
    match tokio::time::timeout(time, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(error)) if is_too_large(&error) => {
            let detail = format!("The body of this request may have at most {} KiB.", limit / 1024);
            Err(Problem::new(Code::BodyTooLarge).detail(detail))
        }
        Ok(Err(_)) => Err(Problem::new(Code::MalformedRequest)),
        Err(_) => Err(Problem::new(Code::RequestTimeout)),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json);
    let error = match (read, json.end()) {
        (Ok(Object(value)), Ok(())) => return Ok(value),
        (read, _) => read.err(),
    };
    // A mistake in the syntax is reported before one in the content: the typed reading calls some mistakes in the
    // content mistakes in the syntax (`null` where a name is expected), and may find one in the content before one in
    // the syntax.
    if let Err(error) = serde_json::from_slice::<Value>(bytes) {
        return Err(Problem::new(Code::MalformedJson).detail(format!("The body is not JSON: {error}.")));
    }
    Err(error.map_or_else(|| Problem::new(Code::MalformedJson), |error| refused(&error)))
}

fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| refused(&error))
}

/// Reports a mistake in the content, with its place.
fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let text = inner.to_string();
    // The parser's position in the text says less than the pointer.
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let named = |prefix: &str| text.strip_prefix(prefix)?.split('`').next().map(str::to_owned);
    let mut pointer = pointer(error.path());
    let code = if let Some(field) = named("missing field `") {
        pointer = format!("{pointer}/{field}");
        "missing-field"
    } else if let Some(field) = named("unknown field `") {
        let place = format!("/{}", field.replace('~', "~0").replace('/', "~1"));
        if !pointer.ends_with(&place) {
            pointer.push_str(&place);
        }
        "unknown-field"
    } else if text.starts_with("invalid type") {
        "wrong-type"
    } else {
        "invalid-value"
    };
    let detail = text.to_owned();
    urna_app::Refusal::Invalid(vec![FieldError { pointer, code, detail }]).into()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// An id, slug or code in the path. A text that cannot be one is answered with 404.
pub(crate) struct InPath<T>(pub(crate) T);

impl<T: std::str::FromStr + Send> FromRequestParts<Web> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, web).await.map_err(|_| Problem::new(Code::NotFound))?;
        text.parse().map(Self).map_err(|_| Problem::new(Code::NotFound))
    }
}

/// The parameters of a query. [`crate::queries`] must know them to let the request come this far.
pub(crate) struct InQuery<T>(pub(crate) T);

impl<T: DeserializeOwned + IntoParams> FromRequestParts<Web> for InQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, web).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                let (pointer, detail) = text.split_once(": ").unwrap_or(("", text));
                Err(Problem::invalid(&format!("/{pointer}"), "invalid-value", detail))
            }
        }
    }
}
