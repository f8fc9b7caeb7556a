//! Points in time, as stored in databases and as shown by the API.

use proptest::prelude::*;
use urna_core::Timestamp;

use crate::cases;

/// 1900 to 2200.
fn micros() -> impl Strategy<Value = i64> {
    prop_oneof![
        -2_208_988_800_000_000..7_258_118_400_000_000i64,
        (-86_400..4_102_444_800i64).prop_map(|s| s * 1_000_000)
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_time_is_read_as_it_is_shown(micros in micros()) {
        let at = Timestamp::from_micros(micros).expect("within the calendar");
        prop_assert_eq!(at.as_micros(), micros);
        let text = at.to_string();
        prop_assert!(text.len() <= 27 && text.ends_with('Z') && text.as_bytes()[10] == b'T', "{}", text);
        prop_assert_eq!(text.parse(), Ok(at));
        let json = serde_json::to_value(at).expect("a time is JSON");
        prop_assert_eq!(json.as_str(), Some(text.as_str()));
        prop_assert_eq!(serde_json::from_value::<Timestamp>(json).ok(), Some(at));
    }

    #[test]
    fn an_offset_is_the_same_time(seconds in 0..4_102_444_800i64, quarters in -48..=56i64) {
        let utc = Timestamp::from_micros(seconds * 1_000_000).expect("within the calendar");
        let local = utc.plus_seconds(quarters * 900).to_string();
        let sign = if quarters < 0 { '-' } else { '+' };
        let (hours, minutes) = (quarters.abs() / 4, quarters.abs() % 4 * 15);
        let text = format!("{}{sign}{hours:02}:{minutes:02}", local.trim_end_matches('Z'));
        prop_assert_eq!(text.parse(), Ok(utc), "{}", text);
    }

    /// Every number is either a time that both sides hold, or refused by both.
    #[test]
    fn numbers_are_times_or_refused(micros in any::<i64>(), seconds in any::<i64>()) {
        if let Ok(at) = Timestamp::from_micros(micros) {
            prop_assert_eq!(at.to_string().parse(), Ok(at));
            let later = at.plus_seconds(seconds);
            prop_assert_eq!(later >= at, seconds >= 0);
            prop_assert_eq!(Timestamp::from_micros(later.as_micros()), Ok(later));
        }
    }

    #[test]
    fn the_countdown_never_ends_early(from in micros(), micros in 0..10_000_000_000i64) {
        let earlier = Timestamp::from_micros(from).expect("within the calendar");
        let later = Timestamp::from_micros(from + micros).expect("within the calendar");
        let seconds = later.seconds_since(earlier);
        let after = i64::try_from(seconds).expect("few");
        prop_assert!(earlier.plus_seconds(after) >= later);
        prop_assert!(seconds == 0 || earlier.plus_seconds(after - 1) < later, "more than a second late");
        prop_assert_eq!(earlier.seconds_since(later), 0);
    }
}
