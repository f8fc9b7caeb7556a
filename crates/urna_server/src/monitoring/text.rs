//! Prometheus's text exposition format 0.0.4.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use metrics::Key;

use super::{Distribution, Metrics};

impl Metrics {
    /// Renders all current values.
    pub(super) fn render(&self) -> String {
        let mut page = Page::default();
        self.0.counters.for_each(|key, count| {
            page.begin(key, "counter");
            page.line(key, "", None, count.load(Ordering::Acquire));
        });
        self.0.gauges.for_each(|key, bits| {
            page.begin(key, "gauge");
            page.line(key, "", None, float(bits));
        });
        self.0.histograms.for_each(|key, distribution| {
            page.begin(key, "histogram");
            page.distribution(key, distribution);
        });
        page.text
    }
}

fn float(bits: &AtomicU64) -> f64 {
    f64::from_bits(bits.load(Ordering::Acquire))
}

#[derive(Default)]
struct Page {
    text: String,
    /// The metric being written; one name has many label sets.
    name: String,
}

impl Page {
    fn begin(&mut self, key: &Key, kind: &str) {
        if self.name != key.name() {
            key.name().clone_into(&mut self.name);
            self.add(format_args!("# TYPE {} {kind}\n", key.name()));
        }
    }

    fn distribution(&mut self, key: &Key, Distribution { bounds, counts, sum }: &Distribution) {
        let mut so_far = 0;
        for (place, count) in counts.iter().enumerate() {
            so_far += count.load(Ordering::Acquire);
            let bound = bounds.get(place).map_or_else(|| "+Inf".to_owned(), f64::to_string);
            self.line(key, "_bucket", Some(&bound), so_far);
        }
        self.line(key, "_sum", None, float(sum));
        self.line(key, "_count", None, so_far);
    }

    /// One sample: `name_bucket{label="value",le="0.5"} 3`.
    fn line(&mut self, key: &Key, suffix: &str, bound: Option<&str>, value: impl std::fmt::Display) {
        self.add(format_args!("{}{suffix}", key.name()));
        let labels = key.labels().map(|label| (label.key(), label.value())).chain(bound.map(|bound| ("le", bound)));
        let mut before = '{';
        for (name, value) in labels {
            let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
            self.add(format_args!("{before}{name}=\"{value}\""));
            before = ',';
        }
        let end = if before == ',' { "}" } else { "" };
        self.add(format_args!("{end} {value}\n"));
    }

    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        self.text.write_fmt(part).expect("a string takes everything");
    }
}

#[cfg(test)]
mod tests {
    use metrics::with_local_recorder;

    use super::*;

    #[test]
    fn what_is_counted_is_read_by_prometheus() {
        let collected = Metrics::default();
        with_local_recorder(&collected, || {
            metrics::gauge!("waiting").set(2.5);
            for (route, seconds) in [("/a", 0.001), ("/a", 0.7), ("/a", 99.0), ("/\"b\\\n", 0.25)] {
                metrics::counter!("answers_total", "route" => route, "status" => "200").increment(1);
                metrics::histogram!("answer_seconds", "route" => route).record(seconds);
            }
            metrics::histogram!("batch").record(5.0);
        });
        let text = collected.render();
        for line in [
            "# TYPE answers_total counter",
            "answers_total{route=\"/a\",status=\"200\"} 3",
            "answers_total{route=\"/\\\"b\\\\\\n\",status=\"200\"} 1",
            "# TYPE waiting gauge",
            "waiting 2.5",
            "# TYPE answer_seconds histogram",
            "answer_seconds_bucket{route=\"/a\",le=\"0.001\"} 1",
            "answer_seconds_bucket{route=\"/a\",le=\"0.5\"} 1",
            "answer_seconds_bucket{route=\"/a\",le=\"1\"} 2",
            "answer_seconds_bucket{route=\"/a\",le=\"15\"} 2",
            "answer_seconds_bucket{route=\"/a\",le=\"+Inf\"} 3",
            "answer_seconds_sum{route=\"/a\"} 99.701",
            "answer_seconds_count{route=\"/a\"} 3",
            "batch_bucket{le=\"4\"} 0",
            "batch_bucket{le=\"16\"} 1",
            "batch_count 1",
        ] {
            assert!(text.lines().any(|written| written == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("# TYPE").count(), 4, "{text}");
    }
}
