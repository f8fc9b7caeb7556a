//! The catalogue of problems: codes, statuses and the texts that people read.

use axum::http::StatusCode;

/// The entry for one kind of problem.
#[derive(Debug)]
pub(crate) struct CatalogueEntry {
    /// The code for programs, which never changes.
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    /// The usual detail, for a request that has none of its own.
    pub(crate) detail: &'static str,
    /// The advice on the problem, which is the text of its page.
    pub(crate) help: &'static str,
    /// The number of seconds after which another attempt may succeed.
    pub(crate) retry_after: Option<u64>,
}

macro_rules! catalogue {
    ($($name:ident $code:literal $status:ident $(retry $retry:literal)? { $title:literal, $detail:literal, $help:literal })*) => {
        /// The kinds of problems.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $($name,)*
        }

        /// Every kind of problem, in the order of [`Code`].
        pub(crate) const ENTRIES: &[CatalogueEntry] = &[$(CatalogueEntry {
            code: $code,
            status: StatusCode::$status,
            title: $title,
            detail: $detail,
            help: $help,
            retry_after: catalogue!(@retry $($retry)?),
        },)*];

        impl Code {
            /// Returns the entry for this kind.
            pub(crate) fn entry(self) -> &'static CatalogueEntry {
                &ENTRIES[self as usize]
            }
        }
    };
    (@retry) => { None };
    (@retry $seconds:literal) => { Some($seconds) };
}

catalogue! {
    MalformedJson "malformed-json" BAD_REQUEST {
        "The body is not JSON", "The body of the request cannot be read as JSON.",
        "Check the syntax of the JSON that you send, such as commas, quotes and braces." }
    MalformedRequest "malformed-request" BAD_REQUEST {
        "The request cannot be read", "The request cannot be read.",
        "The address, a header or the body is not what HTTP or this service expects." }
    NotSignedIn "not-signed-in" UNAUTHORIZED {
        "You are not signed in", "This needs a session, and yours is missing or has ended.",
        "Sign in again and send the session's token as Authorization: Bearer, or the session cookie." }
    InvalidCredentials "invalid-credentials" UNAUTHORIZED {
        "Address or password is wrong", "No organiser has this address and password.",
        "Check both. An owner can make you a new account." }
    BadgeCodeInvalid "badge-code-invalid" UNAUTHORIZED {
        "We do not know this badge code", "No attendee of this conference has this badge code.",
        "Check the code: 13 characters, such as K7QM-2XTP-9RVD-W. The registration desk can make a new one." }
    Forbidden "forbidden" FORBIDDEN {
        "You may not do this", "Your session does not allow this.",
        "Attendees vote, observers read, the desk helps attendees, organisers run ballots, owners appoint organisers." }
    CrossSiteRequest "cross-site-request" FORBIDDEN {
        "The request came from another site", "A page of another site tried to act in your name.",
        "Open this service itself and try again. Programs send neither Origin nor Sec-Fetch-Site." }
    RegistrationClosed "registration-closed" FORBIDDEN {
        "Registration is closed", "This conference takes no registrations.",
        "Ask the organisers at the registration desk." }
    NotEligible "not-eligible" FORBIDDEN {
        "You may not vote on this ballot", "You may not vote on this ballot.",
        "The member reason says why: unverified, pending, blocked, category or other-conference." }
    NotFound "not-found" NOT_FOUND {
        "There is no such thing", "Nothing is to be found at this address.",
        "Check the address. Drafts of ballots are visible to organisers alone." }
    LinkInvalid "link-invalid" NOT_FOUND {
        "This link is not valid", "No attendee has this personal link.",
        "Check that the link is complete, or ask for a new one with the address that you registered with." }
    ReceiptNotFound "receipt-not-found" NOT_FOUND {
        "No vote has this code", "No vote has this receipt code.",
        "Check the code: 12 characters in groups of four." }
    ResultsNotPublished "results-not-published" NOT_FOUND {
        "The result is not published", "There is no published result, or not in this version.",
        "Results are public once the organisers publish them, after the ballot has closed." }
    CommitmentsNotPublic "commitments-not-public" NOT_FOUND {
        "The commitments are not public", "The ballot has no public commitments: it is not closed, or it was cancelled.",
        "The commitments of a ballot are public from its close on. A cancelled ballot has none: its votes are deleted." }
    MethodNotAllowed "method-not-allowed" METHOD_NOT_ALLOWED {
        "This address does not take that method", "This address does not take that method.",
        "The header Allow names the methods that it takes." }
    RequestTimeout "request-timeout" REQUEST_TIMEOUT {
        "The request took too long to arrive", "The body of the request did not arrive in time.",
        "Try again over a better connection." }
    SlugTaken "slug-taken" CONFLICT {
        "The slug is taken", "Another one has this slug.", "Choose another slug." }
    DuplicateAttendee "duplicate-attendee" CONFLICT {
        "This person is on the roll already", "The address or the external id is on the roll already.",
        "Look the person up on the roll and change that entry." }
    DuplicateOrganiser "duplicate-organiser" CONFLICT {
        "This address is an organiser's already", "An active organiser has this address.",
        "Disable that account first, or use another address." }
    LastOwner "last-owner" CONFLICT {
        "This is the last owner", "Without this owner nobody could appoint organisers.",
        "Appoint another owner first." }
    NoAddress "no-address" CONFLICT {
        "There is no address to write to", "This attendee has no e-mail address.",
        "Show the link instead of mailing it, or add an address." }
    AttendeeInOpenBallot "attendee-in-open-ballot" CONFLICT {
        "The person took part in an open ballot", "A ballot in which this person took part is still running.",
        "Erase the person once the ballot is closed: before that they could come back and vote twice." }
    BallotLocked "ballot-locked" CONFLICT {
        "The ballot can no longer be changed", "The definition of this ballot is fixed.",
        "Take a ready ballot back to draft, or make a copy." }
    BallotNotReady "ballot-not-ready" CONFLICT {
        "The ballot is a draft", "The definition of this ballot is not fixed yet.",
        "Change the draft itself; candidates withdraw from a ballot that is ready or later." }
    InvalidTransition "invalid-transition" CONFLICT {
        "The ballot cannot go there", "The ballot cannot go there from its present state.",
        "The members from and allowed say where the ballot is and where it can go." }
    BallotPutBack "ballot-put-back" CONFLICT {
        "The ballot was closed before", "This ballot was closed before, and the database has been put back since.",
        "It takes no vote and can only be cancelled; a copy of it can repeat the vote. Tell the operators: either a backup was brought back, or somebody has changed the database." }
    UnreadableVotes "unreadable-votes" CONFLICT {
        "Some votes cannot be read", "Votes cannot be read any more; nothing has changed.",
        "The member unreadable says how many. Look for an undamaged copy of the database first. Then either close with without_unreadable set to that number and a reason, which is published with the number, or cancel the ballot and repeat it." }
    TooManyVotes "too-many-votes" CONFLICT {
        "There are more votes than voters", "There are more votes than people who took part.",
        "The database was damaged or changed: the ballot can only be cancelled." }
    NotReady "not-ready" CONFLICT {
        "The ballot lacks something", "Something is missing before the ballot can go on.",
        "The member missing names it: two-candidates, distinct-names, eligible-attendees, closing-time-in-future." }
    AlreadyWithdrawn "already-withdrawn" CONFLICT {
        "The candidate has withdrawn already", "The candidate has withdrawn already.", "Nothing is left to do." }
    AlreadyVoted "already-voted" CONFLICT {
        "You have voted on this ballot", "Your vote on this ballot is recorded already.",
        "One vote counts per person. If you kept your receipt code, you can look your vote up." }
    BallotNotOpen "ballot-not-open" CONFLICT {
        "Voting has not begun", "Voting on this ballot has not begun.", "Try again once it is open." }
    BallotPaused "ballot-paused" CONFLICT {
        "Voting is paused", "Voting on this ballot is interrupted for now.", "Try again in a moment." }
    TrackerReused "tracker-reused" CONFLICT {
        "The tracker belongs to another vote", "A vote with this tracker and another choice or voter is recorded.",
        "Use 32 fresh random bytes for each vote, and the same ones only to send the same vote again." }
    NotClosed "not-closed" CONFLICT {
        "The ballot is not closed", "This can be done once the ballot is closed.", "Close the ballot first." }
    TieUnresolved "tie-unresolved" CONFLICT {
        "A tie waits for a decision", "Candidates are tied, and nobody has decided between them.",
        "Enter the decision that the ballot's tie rule asks for." }
    NoTie "no-tie" CONFLICT {
        "There is no tie to break", "No tie waits for a decision.",
        "Ties are decided by people only where there is one and the tie rule says jury." }
    TieBreakFinal "tie-break-final" CONFLICT {
        "The order is final", "The order for the ties of this ballot was given before, and is final.",
        "One order settles every tie of a ranked count. It is given once, so that nobody can try which one leads to whom." }
    AlreadyPublished "already-published" CONFLICT {
        "The result is published", "The result is public already, and stays as it is; a further version needs a note.",
        "A correction is a further version beside the first, with a note that says why." }
    LinkExpired "link-expired" GONE {
        "This link has expired", "The conference of this link is over.", "Results stay public." }
    LinkReplaced "link-replaced" GONE {
        "A newer link took the place of this one", "This link was replaced by a newer one.",
        "Use the link in the latest mail, or ask for it with the address that you registered with." }
    BallotClosed "ballot-closed" GONE {
        "The ballot is closed", "Voting on this ballot is over.", "No vote can be recorded any more." }
    BallotCancelled "ballot-cancelled" GONE {
        "The ballot was cancelled", "The organisers have cancelled this ballot.", "Votes on it do not count." }
    PreconditionFailed "precondition-failed" PRECONDITION_FAILED {
        "It has changed in the meantime", "Somebody else has changed this since you read it.",
        "Read it again and repeat your change with the new ETag." }
    BodyTooLarge "body-too-large" PAYLOAD_TOO_LARGE {
        "The body is too large", "The body of this request is too large.",
        "Send less: 16 KiB at most, 1 MiB for a ballot, and 5 MiB for a picture." }
    UnsupportedMediaType "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE {
        "The body has the wrong type", "The body must be JSON, with Content-Type: application/json.",
        "Send what this address takes, and say so in the header Content-Type: JSON nearly everywhere." }
    ValidationFailed "validation-failed" UNPROCESSABLE_ENTITY {
        "Something in the request cannot be taken", "Something in the request cannot be taken.",
        "The member errors says for each field where it is and what is wrong." }
    InvalidChoice "invalid-choice" UNPROCESSABLE_ENTITY {
        "The choice does not answer the ballot", "The choice does not answer the ballot.",
        "Choose one of the ballot's candidates by id, or blank where the ballot allows it." }
    TooManyAttempts "too-many-attempts" TOO_MANY_REQUESTS {
        "Too many tries", "This was tried too often.", "Wait as long as the header Retry-After says." }
    Internal "internal-error" INTERNAL_SERVER_ERROR {
        "Something went wrong in the service", "Something went wrong in the service.",
        "Tell the operators the request_id; their log has more about it." }
    DataDamaged "data-damaged" INTERNAL_SERVER_ERROR {
        "The database is damaged", "The database answers, but holds something that the service never wrote.",
        "Trying again does not help. Tell the operators the request_id: their log names what is damaged." }
    Unavailable "unavailable" SERVICE_UNAVAILABLE retry 2 {
        "The service is not available", "The service cannot reach its database.", "Try again in a moment." }
    NeedsAttention "needs-attention" SERVICE_UNAVAILABLE retry 60 {
        "The service needs an operator", "The service needs an operator.",
        "The member put_back names ballots that were closed and have been put back in the database: cancel them. Where closed_list_unwritten is true, the list of closed ballots cannot be written: look at the disk of URNA_CLOSED_FILE." }
    Overloaded "overloaded" SERVICE_UNAVAILABLE retry 2 {
        "The service is busy", "Too much is waiting.", "Try again in a moment." }
    NotRecorded "not-recorded" SERVICE_UNAVAILABLE retry 1 {
        "This request recorded no vote",
        "This request certainly recorded nothing. If you had sent this vote before, only a retry with the same tracker tells.",
        "Send it again, with the same tracker." }
    OutcomeUnknown "outcome-unknown" GATEWAY_TIMEOUT retry 1 {
        "It is not known whether your vote is recorded", "Your vote may or may not be recorded.",
        "Send it again with the tracker in this answer: that is always safe, and tells." }
    Timeout "timeout" GATEWAY_TIMEOUT retry 2 {
        "The service took too long", "The service did not finish in time.", "Try again." }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_statuses_are_errors() {
        let codes: std::collections::BTreeSet<_> = ENTRIES.iter().map(|entry| entry.code).collect();
        assert_eq!(codes.len(), ENTRIES.len());
        assert!(ENTRIES.iter().all(|entry| entry.status.is_client_error() || entry.status.is_server_error()));
        assert_eq!(Code::Timeout.entry().code, "timeout");
    }
}
