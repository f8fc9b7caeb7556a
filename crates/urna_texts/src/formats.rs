//! Dates, numbers and the names of countries, from the Common Locale Data Repository through ICU4X.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use icu_calendar::Gregorian;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_datetime::fieldsets::zone::ExemplarCity;
use icu_datetime::fieldsets::{T, YMD};
use icu_datetime::input::{Date, Time};
use icu_datetime::preferences::HourCycle;
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use icu_time::zone::IanaParser;
use intl_memoizer::Memoizable;
use unic_langid::LanguageIdentifier;
use urna_core::{Timestamp, ZoneName};

/// Each language's file with the names of countries.
static COUNTRIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/countries.rs"));

/// The formatters of one language, created once.
pub(crate) struct Formats {
    time: NoCalendarFormatter<T>,
    time_with_seconds: NoCalendarFormatter<T>,
    date: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    city: NoCalendarFormatter<ExemplarCity>,
    number: DecimalFormatter,
    plurals: PluralRules,
    /// By country code.
    countries: BTreeMap<&'static str, &'static str>,
    collator: CollatorBorrowed<'static>,
}

impl Formats {
    /// The formatters of a language. English is European English, with the day before the month.
    pub(crate) fn of(language: &str) -> Self {
        let locale: Locale =
            if language == "en" { "en-150" } else { language }.parse().expect("a language tag is a locale");
        let mut preferences: DateTimeFormatterPreferences = (&locale).into();
        // Some languages would use the 12-hour clock.
        preferences.hour_cycle = Some(HourCycle::H23);
        let there = "the data of every language are compiled in";
        Self {
            time: NoCalendarFormatter::try_new(preferences, T::hm()).expect(there),
            time_with_seconds: NoCalendarFormatter::try_new(preferences, T::hms()).expect(there),
            date: FixedCalendarDateTimeFormatter::try_new(preferences, YMD::long()).expect(there),
            city: NoCalendarFormatter::try_new(preferences, ExemplarCity).expect(there),
            number: DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default()).expect(there),
            plurals: PluralRules::try_new((&locale).into(), PluralRulesOptions::default()).expect(there),
            countries: countries(language),
            collator: Collator::try_new((&locale).into(), CollatorOptions::default()).expect(there),
        }
    }

    pub(crate) fn time(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.time.format(&clock(at, zone)).to_string()
    }

    pub(crate) fn time_with_seconds(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.time_with_seconds.format(&clock(at, zone)).to_string()
    }

    pub(crate) fn date(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.day(at.as_jiff().to_zoned(zone.zone()).date())
    }

    pub(crate) fn day(&self, day: jiff::civil::Date) -> String {
        let [month, day_of_month] =
            [day.month(), day.day()].map(|part| u8::try_from(part).expect("parts of dates are positive"));
        let date = Date::try_new_gregorian(i32::from(day.year()), month, day_of_month);
        self.date.format(&date.expect("a date is one in every library")).to_string()
    }

    /// The city that gives a zone its name, in the language.
    pub(crate) fn city(&self, zone: &ZoneName) -> String {
        self.city.format(&IanaParser::new().parse(zone.as_str()).without_offset()).to_string()
    }

    pub(crate) fn number(&self, number: u64) -> String {
        self.number.format(&Decimal::from(number)).to_string()
    }

    /// A decimal number, with all its digits.
    pub(crate) fn decimal(&self, number: &str) -> Option<String> {
        Some(self.number.format(&number.parse::<Decimal>().ok()?).to_string())
    }

    /// The plural form that goes with a number.
    pub(crate) fn plural(&self, number: u64) -> PluralCategory {
        self.plurals.category_for(number)
    }

    /// The name of a country; `None` if the code belongs to none.
    pub(crate) fn country(&self, code: &str) -> Option<&'static str> {
        self.countries.get(code).copied()
    }

    /// Compares in the dictionary order of the language.
    pub(crate) fn compare(&self, one: &str, other: &str) -> Ordering {
        self.collator.compare(one, other)
    }

    /// A percentage with one decimal, rounded half up.
    pub(crate) fn tenths(&self, part: u64, whole: u64) -> String {
        let (part, whole) = (u128::from(part), u128::from(whole));
        let tenths = if whole == 0 { 0 } else { (part * 2_000 + whole) / (2 * whole) };
        let mut decimal = Decimal::from(tenths);
        decimal.multiply_pow10(-1);
        self.number.format(&decimal).to_string()
    }
}

/// The names of countries in a language, as written by `examples/countries.rs`.
fn countries(language: &str) -> BTreeMap<&'static str, &'static str> {
    let list = COUNTRIES.iter().find(|(name, _)| name.strip_suffix(".txt") == Some(language));
    list.into_iter().flat_map(|(_, list)| list.lines()).filter_map(|line| line.split_once(' ')).collect()
}

fn clock(at: Timestamp, zone: &ZoneName) -> Time {
    let time = at.as_jiff().to_zoned(zone.zone());
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()]
        .map(|part| u8::try_from(part).expect("parts of times are positive"));
    Time::try_new(hour, minute, second, 0).expect("a time is one in every library")
}

/// The offset from UTC (`+2`, `+10:30`), if clocks at the place show this time twice.
pub(crate) fn repeated_hour(at: Timestamp, zone: &ZoneName) -> Option<String> {
    let there = at.as_jiff().to_zoned(zone.zone());
    let is_twice = zone.zone().to_ambiguous_zoned(there.datetime()).is_ambiguous();
    let seconds = there.offset().seconds();
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
    is_twice.then(|| format!("{sign}{hours}{minutes}"))
}

impl Memoizable for Formats {
    type Args = ();
    type Error = std::convert::Infallible;

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, Self::Error> {
        Ok(Self::of(&language.to_string().replace("-XA", "")))
    }
}
