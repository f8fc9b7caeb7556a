//! Schemas of the texts in [`super`]. The type that reads a field also declares what it accepts, so that the contract
//! is no looser than the service.

use std::borrow::Cow;

use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{Day, Domain, EmailField, Line, Paragraph};

/// Characters that no text may contain: control characters except line feeds, and characters that change the direction
/// of writing.
const CONTROL: &str = r"\x00-\x09\x0B-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069\uFEFF";

/// Invisible characters.
const UNSEEN: &str = r"\s\u00AD\u200B-\u200F\u2060-\u2064";

const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
const LANGUAGE: &str = "^[A-Za-z]{2,3}(-[A-Za-z]{2})?$";

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

/// Returns the schema of a text with a visible character, of one line or of several.
fn text(most: usize, lines: bool) -> Object {
    let control = if lines { CONTROL.to_owned() } else { format!(r"{CONTROL}\x0A") };
    let pattern = format!("^[^{control}]*[^{control}{UNSEEN}][^{control}]*$");
    string().min_length(Some(1)).max_length(Some(most)).pattern(Some(pattern)).build()
}

/// Returns the schema of a text in one language or in several.
fn local(text: &Object) -> Schema {
    let tag = string().pattern(Some(LANGUAGE)).build();
    let one = ObjectBuilder::from(text.clone()).description(Some("In the language of the ballot.")).build();
    let many = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some("Under language tags such as `en`."))
        .property_names(Some(Schema::Object(tag)))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(Schema::Object(text.clone())))))
        .min_properties(Some(1))
        .build();
    OneOfBuilder::new().item(Schema::Object(one)).item(Schema::Object(many)).build().into()
}

macro_rules! described {
    ($($type:ty $(where $most:ident)?, $name:expr, $schema:expr;)*) => {$(
        impl$(<const $most: usize>)? PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                RefOr::T(Schema::from($schema))
            }
        }

        impl$(<const $most: usize>)? ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::from($name)
            }
        }
    )*};
}

/// The text of a slug.
pub(crate) struct SlugText;
/// A language tag, such as `en` or `pt-BR`.
pub(crate) struct LanguageTag;
/// The value `true`, for a field whose absence means the opposite.
pub(crate) struct True;
/// One line in one language or several, as [`super::Local`] reads it and a definition accepts it.
pub(crate) struct LocalLine<const MAX: usize>;
/// One or several lines in one language or several.
pub(crate) struct LocalParagraph<const MAX: usize>;
/// An `https` URL.
pub(crate) struct Website;

described! {
    Line<MAX> where MAX, format!("Line{MAX}"), text(MAX, false);
    Paragraph<MAX> where MAX, format!("Paragraph{MAX}"), text(MAX, true);
    LocalLine<MAX> where MAX, format!("LocalLine{MAX}"), local(&text(MAX, false));
    LocalParagraph<MAX> where MAX, format!("LocalParagraph{MAX}"), local(&text(MAX, true));
    SlugText, "Slug", string().pattern(Some(SLUG)).min_length(Some(1)).max_length(Some(60)).build();
    True, "True", ObjectBuilder::new().schema_type(SchemaType::Type(Type::Boolean)).enum_values(Some([true])).build();
    EmailField, "Email", string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Email))).max_length(Some(254)).build();
    LanguageTag, "LanguageTag", string().pattern(Some(LANGUAGE)).build();
    Day, "Day", string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .pattern(Some("^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$")).build();
    Domain, "Domain", string().min_length(Some(3)).max_length(Some(253)).pattern(Some(r"^[^\s@/:\x00-\x1F\x7F-\x9F]+\.[^\s@/:.\x00-\x1F\x7F-\x9F]+$")).build();
    Website, "Website", string().max_length(Some(500))
        .pattern(Some(r#"^https://[^\s/?#@"<>\\^`{|}]+([/?#][^\s"<>\\^`{|}]*)?$"#)).build();
}

/// Aliases without a number in angle brackets, which the derive macro of a struct cannot parse.
pub(crate) type Line200 = Line<200>;
pub(crate) type Paragraph200 = Paragraph<200>;
pub(crate) type Paragraph500 = Paragraph<500>;
pub(crate) type LocalLine200 = LocalLine<200>;
pub(crate) type LocalParagraph500 = LocalParagraph<500>;
pub(crate) type LocalParagraph2000 = LocalParagraph<2000>;
