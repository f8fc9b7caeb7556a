//! Metrics, for Prometheus.

mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::exit::Stop;

/// Histogram bounds in seconds: from a fast read to the longest that a handler may take.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

/// Histogram bounds for counts, up to the capacity of a queue.
const NUMBERS: [f64; 7] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0];

/// All metrics of the program. Each is looked up by name and labels, and kept until the program ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics(Arc<Kinds>);

#[derive(Debug, Default)]
struct Kinds {
    counters: Table<AtomicU64>,
    /// The bits of an `f64`.
    gauges: Table<AtomicU64>,
    histograms: Table<Distribution>,
}

#[derive(Debug)]
struct Table<M>(RwLock<BTreeMap<Key, Arc<M>>>);

impl<M> Default for Table<M> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<M> Table<M> {
    fn find_or_make(&self, key: &Key, make: impl FnOnce() -> M) -> Arc<M> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(key) {
            return Arc::clone(found);
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key.clone()).or_insert_with(|| Arc::new(make())))
    }

    fn for_each(&self, mut look: impl FnMut(&Key, &M)) {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().for_each(|(key, metric)| look(key, metric));
    }
}

/// A histogram.
#[derive(Debug)]
struct Distribution {
    bounds: &'static [f64],
    /// One count per bound and one above them all; each value counts in exactly one.
    counts: Box<[AtomicU64]>,
    /// The bits of an `f64`.
    sum: AtomicU64,
}

impl Distribution {
    fn of(name: &str) -> Self {
        let bounds: &[f64] = if name.ends_with("_seconds") { &SECONDS } else { &NUMBERS };
        Self { bounds, counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), sum: AtomicU64::default() }
    }
}

impl HistogramFn for Distribution {
    fn record(&self, value: f64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        metrics::GaugeFn::increment(&self.sum, value);
    }
}

impl Recorder for Metrics {
    // Descriptions are not kept: names and units are in docs/operations.md.
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.0.counters.find_or_make(key, AtomicU64::default))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.0.gauges.find_or_make(key, AtomicU64::default))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.0.histograms.find_or_make(key, || Distribution::of(key.name())))
    }
}

/// Starts to collect metrics.
pub(crate) fn install() -> Result<Metrics, Stop> {
    let collected = Metrics::default();
    metrics::set_global_recorder(collected.clone())
        .map_err(|error| Stop::failed(format!("metrics cannot be collected: {error}")))?;
    Ok(collected)
}

/// The router of the metrics listener.
pub(crate) fn router(metrics: Metrics) -> Router {
    let render =
        move || async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()) };
    Router::new().route("/metrics", get(render))
}
