//! `urna serve`: runs the service until a signal ends it.

use std::net::SocketAddr;

use serde_json::json;
use urna_app::mail::Mailer;
use urna_web::WebConfig;

use crate::exit::Stop;
use crate::instance::{self, Prepared};
use crate::monitoring;
use crate::output::Output;
use crate::server::{Server, address_of, listen};
use crate::settings::{PublicUrl, Settings};
use crate::signals::Signals;

pub(super) async fn run(settings: Settings, output: &Output) -> Result<(), Stop> {
    // Report wrong settings before touching the database.
    let mailer = mailer(&settings)?;
    if settings.public_url.is_none() {
        public_url_of(settings.listen)?;
    }
    let mut signals = Signals::listen()?;
    let metrics = settings.metrics_listen.map(|_| monitoring::install()).transpose()?;

    let prepared = tokio::select! {
        prepared = Prepared::open(&settings) => prepared?,
        _ = signals.wait() => return Ok(()),
    };
    if settings.mail.starts_with("file:") || settings.closed_file.parent() == Some(&settings.data_dir) {
        instance::make_folder(&settings.data_dir)?;
    }
    let listener = listen(settings.listen)?;
    let address = address_of(&listener)?;
    let public = match settings.public_url {
        Some(public) => public,
        None => public_url_of(address)?,
    };
    let app = prepared.into_app(public.text.clone(), &settings.closed_file).await?;
    app.prepare_closed().await?;
    instance::must_be_written(&app)?;
    let engine = app.engine();
    let web = WebConfig { secure: public.secure, trusted_proxies: settings.trusted_proxies };
    let mut server = Server::start(app, listener, web, mailer);
    let metrics_address = match (settings.metrics_listen, metrics) {
        (Some(address), Some(collected)) => {
            let listener = listen(address)?;
            let address = address_of(&listener)?;
            server.serve_beside(listener, monitoring::router(collected));
            Some(address)
        }
        _ => None,
    };
    announce(address, metrics_address, engine, &public, output)?;

    let signal = signals.wait().await;
    tracing::info!(signal, "answering what is under way, then stopping");
    tokio::select! {
        () = server.stop() => {}
        signal = signals.wait() => tracing::warn!(signal, "stopping at once"),
    }
    tracing::info!("stopped");
    Ok(())
}

/// The default public address, if only this machine can be meant.
fn public_url_of(listen: SocketAddr) -> Result<PublicUrl, Stop> {
    PublicUrl::of_listener(listen).ok_or_else(|| {
        let sentence =
            format!("URNA_PUBLIC_URL is needed, such as https://vote.example.org: people cannot type {listen}");
        Stop::configuration(sentence)
    })
}

/// Announces that the service is up, on stdout for scripts and in the log. With port 0 this is the only way to learn
/// the port.
fn announce(
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    engine: &str,
    public: &PublicUrl,
    output: &Output,
) -> Result<(), Stop> {
    let listening = format!("http://{address}");
    let metrics = metrics.map(|address| format!("http://{address}/metrics"));
    tracing::info!(%listening, metrics = metrics.as_deref(), engine, public_url = %public.text, "serving");
    if !public.secure {
        tracing::warn!("over plain http, on this machine only: cookies go without `Secure`");
    }
    let text = format!("listening on {listening}");
    let answer = json!({"listening": listening, "metrics": metrics, "public_url": public.text, "engine": engine});
    output.answer(&answer, text)
}

/// The mailer that the settings choose.
fn mailer(settings: &Settings) -> Result<Mailer, Stop> {
    let authorities = settings.mail_ca_file.as_deref().map(|path| {
        let unreadable = |error| format!("the file {} of URNA_MAIL_CA_FILE cannot be read: {error}", path.display());
        std::fs::read(path).map_err(|error| Stop::configuration(unreadable(error)))
    });
    let settings_of_mail = if settings.mail_ca_file.is_some() {
        "URNA_MAIL, URNA_MAIL_FROM or URNA_MAIL_CA_FILE"
    } else {
        "URNA_MAIL or URNA_MAIL_FROM"
    };
    Mailer::new(&settings.mail, &settings.mail_from, authorities.transpose()?.as_deref())
        .map_err(|error| Stop::configuration(format!("{settings_of_mail} is wrong: {error}")))
}
