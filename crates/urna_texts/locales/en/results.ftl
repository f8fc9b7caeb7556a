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
# The numbers of other methods
winner-seats = { $kind ->
    [award] { $winners ->
        [one] Winner
       *[other] Winners
    }
   *[consultation] { $winners ->
        [one] Chosen option
       *[other] Chosen options
    }
}
winner-points = { $points }, { $average } on average
winner-round = { $votes } of { $all } votes in the last round
winner-counted = { $votes ->
    [one] { $votes } vote counted
   *[other] { $votes } votes counted
}
bar-points = { $points } points
bar-first-places = { $votes ->
    [one] { $votes } first place
   *[other] { $votes } first places
}
table-caption-points = Points and averages
table-caption-first-places = First places and shares
table-first-places = First places
table-points = Points
table-average = Average
method-score = { $kind ->
    [award] Everybody gave each finalist from { $min } to { $max } points. Whoever has the most points wins.
   *[consultation] Everybody gave each option from { $min } to { $max } points. The option with the most points is chosen.
}
method-irv = { $kind ->
    [award] Everybody ranked up to { $most } finalists. Each vote counts for the best ranked finalist who is still in. Round by round the last one is excluded, until somebody has more than half.
   *[consultation] Everybody ranked up to { $most } options. Each vote counts for the best ranked option that is still in. Round by round the last one is excluded, until one has more than half.
}
method-schulze = { $kind ->
    [award] Everybody ranked finalists. Each two were compared: how many voters prefer the one, how many the other. Whoever wins every duel wins; if duels go in a circle, the strongest chains of duels decide (Schulze’s method).
   *[consultation] Everybody ranked options. Each two were compared: how many voters prefer the one, how many the other. The option that wins every duel is chosen; if duels go in a circle, the strongest chains of duels decide (Schulze’s method).
}
method-borda = { $kind ->
    [award] Everybody ranked finalists. A finalist gets a point for each one ranked below, and half a point for each equal one. Whoever has the most points wins (Borda’s count).
   *[consultation] Everybody ranked options. An option gets a point for each one ranked below, and half a point for each equal one. The option with the most points is chosen (Borda’s count).
}
method-stv = { $kind ->
    [award] Everybody ranked up to { $most } finalists. Whoever reaches the quota has a seat; votes above the quota, and those of the last one, move on to the next choice (single transferable vote, as in Scotland).
   *[consultation] Everybody ranked up to { $most } options. An option that reaches the quota is chosen; votes above the quota, and those of the last one, move on to the next choice (single transferable vote, as in Scotland).
}
method-seats = { $kind ->
    [award] There are { $seats } winners.
   *[consultation] { $seats } options are chosen.
}
method-order-jury = Ties are settled by one order of all, which the jury makes.
method-order-lot = Ties are settled by one order of all, drawn by lot. It is computed from the votes themselves, so that everybody can repeat the draw.
tied-equal-decided = { $names } were equal. The rule set before voting opened: the jury decides.
tied-equal-lot = { $names } were equal. The lot fell on { $winner }.
flow-label = Picture: how the votes moved from round to round. The tables below have the same numbers.
count-heading = The count, round by round
round = Round { $number }
round-won = { $name } has more than half: { $votes } of { $all } votes.
round-excluded = { $name } has the fewest votes and is excluded.
round-exhausted = Votes for nobody who is left
round-tie-earlier = { $names } had equally many votes; an earlier round decided between them.
round-tie-jury = { $names } had equally many votes; the order of the jury decided between them.
round-tie-lot = { $names } had equally many votes; the lot decided between them.
stage = Stage { $number }
stage-quota = { $seats ->
    [one] { $quota } votes are enough for the seat: { $valid } votes, { $seats } seat.
   *[other] { $quota } votes are enough for a seat: { $valid } votes, { $seats } seats.
}
stage-elected = { $count ->
    [one] Elected: { $names }.
   *[other] Elected: { $names }.
}
stage-surplus = { $name } has { $votes } votes more than the { $quota } that are needed. They move on to the next choices.
stage-not-transferable = Votes without a next choice
stage-lost = Lost by rounding down
duels-caption = Duels: how many votes prefer the one in the line to the one in the column
scores-caption = How many votes gave how many points
# Motions
motion-label = Outcome of the motion
motion-carried = Carried
motion-rejected = Rejected
motion-not-decided = Not decided
motion-answers = { $yes } yes, { $no } no, { $abstained } abstained
motion-needed = { $rule ->
    [more] Needed: more than { $part } of { $all }
   *[least] Needed: at least { $part } of { $all }
} { $base ->
    [answers] who said yes or no.
    [votes] votes, abstentions included.
   *[members] who could vote.
}
motion-ended = Voting ended on { $day }.
motion-abstained = Abstained
motion-equal = As many yes as no: the motion is rejected.
motion-took-part = { $needed ->
    [one] { $took } of { $members } took part; { $needed } was needed.
   *[other] { $took } of { $members } took part; { $needed } were needed.
}
motion-tie = With as many yes as no a motion is rejected.
method-motion = Everybody could say yes or no, or abstain.
method-heading-motion = How the motion was decided
table-answer = Answer
disclosure-nothing = Too few took part: the votes are not counted, and not published.
history-sealed-order = The jury sealed its order for equal votes. SHA-256: { $hash }
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
found-not-decided-text = Your vote on “{ $ballot }” is there. Too few people took part to decide the motion: the votes are not counted.
found-recorded = Recorded
found-recorded-text = Your vote in { $ballot } is recorded. The result is not published yet.
found-cancelled = Cancelled
found-cancelled-text = { $ballot } was cancelled, and its votes were deleted uncounted.
found-word = This is what the service says. Proof is the saved receipt, checked by a program of your own.
found-commitments = The sealed votes (commitments), with which a saved receipt can be checked
not-found = We cannot find that code
not-found-text = Check for typing mistakes. If the code is right, tell the organisers, because a recorded vote must not disappear.
technical-details = Technical details
