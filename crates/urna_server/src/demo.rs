//! `urna demo`
use crate::{command_line::DemoArguments, commands::Output, exit::Stop, settings::Settings};
pub(crate) async fn run(_settings: Settings, _arguments: DemoArguments, _output: &Output) -> Result<(), Stop> {
    Ok(())
}
