//! The product through its HTTP interface, on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod addresses;
mod approval;
mod attendees;
mod audit;
mod bad_requests;
mod badge_codes;
mod ballots_writing;
mod caching;
mod claims;
mod close_race;
mod conferences;
mod contract;
mod corrected_address;
mod erasure;
mod examples;
mod http;
mod late_ballots;
mod life_cycle;
mod lists;
mod look;
mod look_of_a_conference;
mod mail;
mod mail_smtp;
mod main_job;
mod memory;
mod methods;
mod model;
mod motions;
mod names;
mod nginx;
mod organisers;
mod outages;
mod pages;
mod parallel_casts;
mod personal_links;
mod portraits;
mod proxies;
mod put_back;
mod queries;
mod queue;
mod races;
mod raw_http;
mod receipts;
mod record;
mod registrations;
mod results;
mod roles;
mod scene;
mod schedule;
mod sealed_orders;
mod sessions;
mod signing_in;
mod smtp_server;
mod table_of_cases;
mod tables;
mod ties;
mod unreadable;
mod votes;

use std::process::ExitCode;

fn main() -> ExitCode {
    urna_tests::run([
        addresses::cases(),
        approval::cases(),
        attendees::cases(),
        audit::cases(),
        bad_requests::cases(),
        badge_codes::cases(),
        ballots_writing::cases(),
        caching::cases(),
        claims::cases(),
        close_race::cases(),
        conferences::cases(),
        contract::cases(),
        corrected_address::cases(),
        erasure::cases(),
        examples::cases(),
        http::cases(),
        late_ballots::cases(),
        life_cycle::cases(),
        lists::cases(),
        look_of_a_conference::cases(),
        mail::cases(),
        mail_smtp::cases(),
        main_job::cases(),
        memory::cases(),
        methods::cases(),
        model::cases(),
        motions::cases(),
        names::cases(),
        nginx::cases(),
        organisers::cases(),
        outages::cases(),
        pages::cases(),
        pages::cookies::cases(),
        pages::display::cases(),
        pages::languages::cases(),
        pages::other_person::cases(),
        pages::personal::cases(),
        pages::verifier::cases(),
        parallel_casts::cases(),
        personal_links::cases(),
        portraits::cases(),
        proxies::cases(),
        put_back::cases(),
        queries::cases(),
        queue::cases(),
        races::cases(),
        receipts::cases(),
        record::cases(),
        registrations::cases(),
        results::cases(),
        roles::cases(),
        schedule::cases(),
        sealed_orders::cases(),
        sessions::cases(),
        signing_in::cases(),
        table_of_cases::cases(),
        ties::cases(),
        unreadable::cases(),
        votes::cases(),
    ])
}
