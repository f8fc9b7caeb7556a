### Results, the look-up of receipts, and downloads.

## Results

winner = { $winners ->
    [one] Elected
   *[other] Elected together
}
tie-jury = After a tie, by decision of the jury
tie-lot = After a tie, by lot
no-winner = Nobody is elected: no candidate who could win received a vote.
# Shown by other sites beside a link to the result
card = { $winner }: { $names }. { $turnout }
turnout = { $voted } of { $eligible } eligible attendees voted ({ $share }).
blank-votes = { $blank ->
    [0] No blank votes.
    [one] { $blank } blank vote.
   *[other] { $blank } blank votes.
}
unreadable-votes = { $votes ->
    [one] One more vote could not be read any more, and is not counted.
   *[other] { $votes } more votes could not be read any more, and are not counted.
}
chart-title = Votes for each candidate
table-caption = The result in numbers. Shares are of the votes for candidates.
table-candidate = Candidate
table-votes = Votes
table-share = Share
table-blank = Blank votes
table-all = All votes
row-elected = elected
row-withdrawn = withdrawn
method-heading = How the winner was decided
method-plurality = Everybody had one vote. Whoever has the most votes is elected.
method-approval = Everybody could approve of up to { $most } candidates. Whoever is approved of by the most voters is elected.
method-tie-jury = If several have the most votes, the jury decides.
method-tie-lot = If several have the most votes, the winner is drawn by lot. The draw is computed from the votes themselves, so that everybody can repeat it.
method-tie-shared = If several have the most votes, all of them are elected.
tied-decided = { $votes ->
    [one] { $names } have one vote each. The rule set before voting opened: the jury decides.
   *[other] { $names } have { $votes } votes each. The rule set before voting opened: the jury decides.
}
tied-by = Decided by { $who }: { $reason }
tied-lot = { $votes ->
    [one] { $names } have one vote each. The lot fell on { $winner }.
   *[other] { $names } have { $votes } votes each. The lot fell on { $winner }.
}
disclosure-full = Every vote is published, without names, so that anyone can recount.
disclosure-counts = Only the totals are published.
downloads-heading = Download
download-csv = Table (CSV)
download-json = Result (JSON)
download-record = Record for verification (ZIP)
fingerprint-label = Fingerprint (SHA-256)
verify-heading = Check your receipt
verify-intro = With your receipt code you see whether your vote was counted.
verify-recount = To recount everything, download the record and run this command:
verify-counts = To check the signatures and the totals, download the record and run this command:
verifier-intro = Anybody can check a published result and a saved receipt, on a phone too. The page for it sends nothing and works without a network.
verifier-open = Check a record on this device
verifier-save = Save that page as a file
history-heading = What happened
history-opened = Voting opened. { $eligible } could vote.
history-paused = Voting was paused.
history-resumed = Voting went on.
history-closing-time = The end of voting was set to { $time }.
history-closing-time-none = The end of voting was left open.
history-withdrawn = { $name } withdrew: { $reason }
history-closed = Voting closed. { $voted } of { $eligible } had voted.
history-published = The result was published.
corrected = Corrected on { $time }
version-old = This is an earlier version of the result. There is a later one.
version-latest = See the latest version
version-previous = See the version before this one

## Receipts

receipt-lookup-heading = Check a receipt
receipt-lookup-intro = Enter the code from the page that you saw after voting. It does not show how you voted.
receipt-lookup-label = Receipt code
receipt-lookup-hint = 12 characters, for example K7QF‑2M9T‑XW4R
receipt-lookup-submit = Check
receipt-lookup-missing = Enter your receipt code
receipt-lookup-form = A receipt code has 12 characters. Check it for typing mistakes.
found-counted = Found
found-counted-text = { $votes ->
    [one] Your vote is the one vote counted in { $ballot }.
   *[other] Your vote is among the { $votes } votes counted in { $ballot }.
}
found-recorded = Recorded
found-recorded-text = Your vote in { $ballot } is recorded. The result is not published yet.
found-cancelled = Cancelled
found-cancelled-text = { $ballot } was cancelled, and its votes were deleted uncounted.
found-word = This is what the service says. Proof is the saved receipt, checked by a program of your own.
found-commitments = The sealed votes (commitments), with which a saved receipt can be checked
not-found = We cannot find that code
not-found-text = Check for typing mistakes. If the code is right, tell the organisers, because a recorded vote must not disappear.
technical-details = Technical details
