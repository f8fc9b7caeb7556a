//! Measures how long a close takes while 64 casters vote: the whole request, from sending to the response, including
//! the opening and sorting of the votes. Run it in release:
//!
//! ```text
//! cargo run --release --package urna_tests --example close_under_load
//! ```

use std::time::Duration;

use serde_json::json;
use urna_core::Role;
use urna_tests::{Ballot, Engine, Fixture as _, Rush, World};

const ROUNDS: usize = 20;
const VOTERS: usize = 1_000;
/// The number of votes acknowledged before the close is sent.
const BEFORE: usize = 500;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    println!("{ROUNDS} rounds, {VOTERS} voters, 64 casters; the close is sent after {BEFORE} acknowledged votes");
    for engine in Engine::available() {
        for instances in [1, 2] {
            let world = World::start(engine).await?;
            let measured = measure(&world, instances).await;
            world.stop().await?;
            measured?;
        }
    }
    Ok(())
}

async fn measure(world: &World, instances: usize) -> anyhow::Result<()> {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let voters = world.crowd("eccp-2026", VOTERS).await;
    let second = world.another_instance().await;
    let closer =
        if instances == 1 { organiser.clone() } else { second.api().with_token(organiser.token().unwrap_or_default()) };
    let apis = if instances == 1 { vec![world.api()] } else { vec![world.api(), second.api()] };

    let (mut waits, mut votes) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let ballot: Ballot = organiser.draft("eccp-2026", &format!("round-{round}"), json!({})).await;
        let _open = organiser.transition(&ballot, "open").await.expect(201);
        let rush = Rush::run(&apis, &voters, &ballot, &closer, BEFORE).await;
        let _closed = rush.close.answer.clone().expect(201);
        waits.push(rush.close.waited());
        votes += rush.answered(201).count();
    }
    waits.sort_unstable();
    let [min, median, max] = [0, ROUNDS / 2, ROUNDS - 1].map(|place| waits[place]);
    let engine = world.engine();
    println!(
        "{engine}, {instances} instance(s): close min {min:.1?}, median {median:.1?}, max {max:.1?}; {votes} votes"
    );
    anyhow::ensure!(instances > 1 || max < Duration::from_millis(200), "the closer waited longer than 0.2 s");
    second.stop().await;
    Ok(())
}
