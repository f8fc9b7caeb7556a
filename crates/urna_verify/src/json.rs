//! Unambiguous JSON: no field appears twice, no text has an unpaired surrogate, no number exceeds a double, and
//! nothing is nested deeper than allowed.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The fields of an object.
pub(crate) type Object = BTreeMap<String, Json>;

/// A value, as far as a receipt needs it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Text(String),
    Object(Object),
    /// A list, a number, true or false.
    Other,
}

/// Reads an object with at most `most_depth` levels of nested lists and objects, counting itself.
pub(crate) fn object(text: &str, most_depth: usize) -> Result<Object, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Within(most_depth).deserialize(&mut reader)?;
    reader.end()?;
    if let Json::Object(object) = value { Ok(object) } else { Err(Error::custom("it is no object")) }
}

/// A value with at most this many levels of lists and objects. (The parser itself stops at 127, so that no text
/// exhausts the stack.)
#[derive(Clone, Copy)]
struct Within(usize);

impl Within {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("it is nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Within {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let within = self.deeper()?;
        while list.next_element_seed(within)?.is_some() {}
        Ok(Json::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
        let within = self.deeper()?;
        let mut object = Object::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(within)?;
            if object.insert(name, value).is_some() {
                return Err(Error::custom("a field is there twice"));
            }
        }
        Ok(Json::Object(object))
    }
}
