//! Metrics, for Prometheus.

use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::exit::Stop;

/// Seconds; from a fast read to the longest that a handler may take.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

/// How often old samples are let go.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts to collect what the whole program counts.
pub(crate) fn install() -> Result<PrometheusHandle, Stop> {
    let unusable = |error| Stop::failed(format!("metrics cannot be collected: {error}"));
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .map_err(unusable)?;
    builder.install_recorder().map_err(unusable)
}

/// Lets old samples go, until the future is dropped.
pub(crate) async fn keep_up(handle: PrometheusHandle) {
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        handle.run_upkeep();
    }
}

/// What is served on the listener for metrics.
pub(crate) fn router(handle: PrometheusHandle) -> Router {
    let render = move || async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()) };
    Router::new().route("/metrics", get(render))
}
