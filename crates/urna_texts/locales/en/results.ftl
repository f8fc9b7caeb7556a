### Results, the look-up of receipts, and downloads.

## Results

winner = { $kind ->
    [award] { $winners ->
        [one] Winner
       *[other] Joint winners
    }
   *[consultation] { $winners ->
        [one] Chosen option
       *[other] Chosen options
    }
}
tie-jury = After a tie, by decision of the jury
tie-lot = After a tie, by lot
winner-votes = { $winners ->
    [one] { $all ->
        [one] { $votes } of { $all } vote
       *[other] { $votes } of { $all } votes
    }
   *[other] { $votes } of { $all } votes each
}
# $day is the day on which voting closed
winner-day = Decided by the attendees on { $day }
no-winner = { $kind ->
    [award] Nobody has won: no finalist who could win received a vote.
   *[consultation] No option is chosen: none that could be chosen received a vote.
}
# Shown by other sites beside a link to the result
card = { $winner }: { $names }. { $turnout }
turnout = { $voted } of { $eligible } eligible attendees voted ({ $share }).
bar-votes = { $votes ->
    [one] { $votes } vote
   *[other] { $votes } votes
}
blank-votes = { $blank ->
    [0] No blank votes.
    [one] { $blank } blank vote.
   *[other] { $blank } blank votes.
}
unreadable-votes = { $votes ->
    [one] One more vote could not be read any more, and is not counted.
   *[other] { $votes } more votes could not be read any more, and are not counted.
}
table-caption = Votes and shares
table-candidate = { $kind ->
    [award] Finalist
   *[consultation] Option
}
table-votes = Votes
table-share = Share
table-share-note = Shares are of the votes that are not blank.
table-blank = Blank votes
table-all = All votes
row-elected = { $kind ->
    [award] winner
   *[consultation] chosen
}
row-withdrawn = withdrawn
method-heading = { $kind ->
    [award] How the winner was decided
   *[consultation] How the option was chosen
}
method-plurality = { $kind ->
    [award] Everybody had one vote. Whoever has the most votes wins.
   *[consultation] Everybody had one vote. The option with the most votes is chosen.
}
method-approval = { $kind ->
    [award] Everybody could approve of up to { $most } finalists. Whoever is approved of by the most voters wins.
   *[consultation] Everybody could approve of up to { $most } options. The option that the most voters approve of is chosen.
}
method-tie-jury = If several have the most votes, the jury decides.
method-tie-lot = If several have the most votes, a lot decides. It is computed from the votes themselves, so that everybody can repeat the draw.
method-tie-shared = { $kind ->
    [award] If several have the most votes, all of them win.
   *[consultation] If several have the most votes, all of them are chosen.
}
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
download-svg = Picture (SVG)
fingerprint-label = Fingerprint (SHA-256)
fingerprint-heading = Fingerprint of the result
fingerprint-intro = This number stands for the signed result. Who wrote it down at the close sees here that nothing has changed since.
verify-heading = Check your receipt
verify-intro = With your receipt code you see whether your vote was counted.
recount-heading = Check it yourself
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
history-withdrawn = { $kind ->
    [award] { $name } withdrew: { $reason }
   *[consultation] { $name } was withdrawn: { $reason }
}
history-closed = Voting closed. { $voted } of { $eligible } had voted.
history-published = The result was published.
corrected = Corrected on { $time }
version-old = This is an earlier version of the result. There is a later one.
version-latest = See the latest version
version-previous = See the version before this one
# At the foot of a result that is printed
paper-published = Published { $time }, version { $version }
paper-signature = Date and signature

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
