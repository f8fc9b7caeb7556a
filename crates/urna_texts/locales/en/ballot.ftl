### The ballot: before it opens, choosing, checking, casting, the receipt, and every state in between. Messages whose
### names begin with `critical-` are promises: after a change of the English text, translate and approve them again.

## Before it opens

lobby-heading = You are ready to vote
lobby-not-open = Voting has not opened yet. The host will announce it.
# $time is when voting is planned to open
lobby-planned = Voting has not opened yet. It is planned for { $time }.
lobby-minutes = { $minutes ->
    [one] About { $minutes } minute to go.
   *[other] About { $minutes } minutes to go.
}
lobby-seconds = { $seconds ->
    [one] About { $seconds } second to go.
   *[other] About { $seconds } seconds to go.
}
lobby-changes = This page changes by itself when voting opens. You can leave it open.
# Stands only while the service answers
lobby-connected = Connected. Waiting for the host.
lobby-lost = No connection at the moment. This page keeps trying.
lobby-candidates = { $kind ->
    [award] Meanwhile: meet the finalists
   *[consultation] Meanwhile: read about the options
}
lobby-opened = Voting is open

## Choosing

closes-at = Voting is open until { $time }.
minutes-left = { $minutes ->
    [one] { $minutes } minute left.
   *[other] { $minutes } minutes left.
}
seconds-left = { $seconds ->
    [one] { $seconds } second left.
   *[other] { $seconds } seconds left.
}
choose-one = { $kind ->
    [award] { $candidates ->
        [0] No finalist can win any more.
        [one] There is one finalist. Choose that one, if you want to.
       *[other] Choose one of { $candidates } finalists. They are shown in random order.
    }
   *[consultation] { $candidates ->
        [0] No option can win any more.
        [one] There is one option. Choose it, if you want to.
       *[other] Choose one of { $candidates } options. They are shown in random order.
    }
}
choose-several = { $kind ->
    [award] Choose up to { $most } of { $candidates } finalists. They are shown in random order.
   *[consultation] Choose up to { $most } of { $candidates } options. They are shown in random order.
}
choose-scores = { $kind ->
    [award] Give each of the { $candidates } finalists from { $min } to { $max } points; { $max } is best. Who gets none has { $min }. They are shown in random order.
   *[consultation] Give each of the { $candidates } options from { $min } to { $max } points; { $max } is best. Without any an option has { $min }. They are shown in random order.
}
choose-ranking = { $kind ->
    [award] Rank up to { $most } of { $candidates } finalists: the best one first. They are shown in random order.
   *[consultation] Rank up to { $most } of { $candidates } options: the best one first. They are shown in random order.
}
choose-ranking-equal = { $kind ->
    [award] Rank the { $candidates } finalists, the best at rank 1; the last rank is { $most }. Several may have the same rank. Those without a rank stand below all others. They are shown in random order.
   *[consultation] Rank the { $candidates } options, the best at rank 1; the last rank is { $most }. Several may have the same rank. Those without a rank stand below all others. They are shown in random order.
}
choose-tap = Tap the names in your order; a second tap takes a rank away. You can also drag a name onto another.
choose-rank = Rank { $rank }
choose-unranked = not ranked
choose-unscored = no points
choose-points = { $points ->
    [one] { $points } point
   *[other] { $points } points
}
choose-no-points = Give points to somebody
choose-no-rank = Give somebody rank 1
choose-rank-twice = Rank { $rank } is given more than once. Each rank can be given once.
choose-rank-empty = Rank { $rank } is missing. Give it, or move the others up.
choose-answer = Vote yes or no, or abstain.
choose-no-answer = Choose yes, no, or an abstention
motion-yes = Yes
motion-no = No
motion-abstain = I abstain
motion-rule = { $rule ->
    [more] The motion is carried if more than { $part ->
        [half] half
       *[other] { $part }
    } of { $base ->
        [answers] those who say yes or no say yes.
        [votes] all who vote, abstentions included, say yes.
       *[members] all who can vote say yes.
    }
   *[least] The motion is carried if at least { $part ->
        [half] half
       *[other] { $part }
    } of { $base ->
        [answers] those who say yes or no say yes.
        [votes] all who vote, abstentions included, say yes.
       *[members] all who can vote say yes.
    }
}
motion-quorum = It is decided only if at least { $part ->
    [half] half
   *[other] { $part }
} of all who can vote take part; abstentions count for that.
choose-blank = I do not want to choose (blank vote)
choose-about = About
choose-about-name = About { $name }
choose-continue = Continue
choose-missing = { $kind ->
    [award] Choose a finalist
   *[consultation] Choose an option
}
choose-too-many = { $kind ->
    [award] You have chosen too many finalists. Choose at most { $most }.
   *[consultation] You have chosen too many options. Choose at most { $most }.
}
choose-both = { $kind ->
    [award] You have chosen finalists and a blank vote. Choose one or the other.
   *[consultation] You have chosen options and a blank vote. Choose one or the other.
}
choose-unknown = { $kind ->
    [award] That finalist is not on this ballot. Choose again.
   *[consultation] That option is not on this ballot. Choose again.
}
critical-secret = Your vote is secret.
secret-how = How your vote is kept secret and counted
candidate-withdrawn = { $kind ->
    [award] { $name } has withdrawn and can no longer win.
   *[consultation] { $name } was withdrawn and can no longer be chosen.
}
candidate-others = { $kind ->
    [award] The other finalists
   *[consultation] The other options
}
candidate-back = Back to the ballot

## Checking and casting

check-heading = Check your vote
critical-irrevocable = You cannot change your vote after you cast it.
check-cast = Cast my vote
check-change = Change my choice
sending = Sending your vote…
sending-slow = Still sending. The connection is slow. Keep this page open.
unconfirmed-heading = We could not confirm your vote
unconfirmed = Your vote may or may not have arrived. Your choice is still on this page.
critical-retry-safe = You cannot vote twice by trying again.
unconfirmed-retry = Try again
unconfirmed-check = Check if I have voted
offline = You are offline. Your choice is kept on this page. Connect to the Wi-Fi or use mobile data, then try again.

## The receipt

critical-recorded = Your vote is recorded
receipt-code-label = Your receipt code
receipt-keep = Keep this code if you want to check later that your vote was counted.
critical-receipt-secret = Save your receipt to check it in full. Keep the saved file to yourself: if the votes are published, it shows how you voted.
critical-receipt-checked = This device has checked it: the receipt is signed, and it is for your vote alone.
critical-receipt-unchecked = Not checked here. No two people may have the same code: compare yours with others.
unfit-heading = The answer does not fit your vote
critical-unfit = Do not rely on your vote being recorded. It left this device with the code { $own }; the answer names { $other }, or nobody vouches for it. Keep both codes, leave this page open and show it to the organisers now.
receipt-save = Save receipt
receipt-copy = Copy code
receipt-copied = Copied
receipt-next = What happens next
receipt-next-open = Voting is open until { $time }. After the announcement the result is published.
receipt-next-closed = The result will be announced, and then published.
receipt-others = See the other ballots at this conference
receipt-ballot = The ballot’s page, where the result appears

## States

voted-heading = You have already voted
critical-already-voted = Your vote in { $ballot } is recorded. You can vote once, so there is nothing more to do.
voted-result = The result appears on this page after the announcement.
voted-not-you = This wasn’t you? Tell the registration desk before voting closes.
paused-heading = Voting is paused
critical-paused = Voting has been paused for a moment. Votes already cast are safe. Please wait for the host.
# A pause or a close that comes while somebody is choosing or about to cast
halt-paused = Your choice is kept on this page. Votes already cast are safe. You can go on when the host resumes.
halt-paused-button = Paused: please wait for the host
halt-closed = Nothing was cast from this page. The result will be announced.
critical-paused-not-recorded = Your vote was not recorded. Cast it again when voting goes on.
closed-heading = Voting is closed
critical-closed = Voting closed at { $time }. Votes that arrive later are not counted.
closed-result = The result will be announced, and then it appears here.
late-heading = Your vote was not counted
critical-late = Voting closed at { $closed }. Your vote reached us at { $arrived }.
critical-just-late = Voting closed at { $closed }. Your vote reached us a moment later.
cancelled-heading = This ballot was cancelled
cancelled-votes = Any votes that had been cast were deleted uncounted.
not-eligible-heading = You are not on the list for this ballot
not-eligible = This ballot is not open to everybody at the conference.
not-eligible-category = You are registered as { $category }.
not-eligible-claim = You said that you belong to { $category }. The organisers have not confirmed that yet.
not-eligible-desk = If that is wrong, go to the registration desk.
sign-in-first-heading = Sign in to vote
sign-in-first = Open the personal link in your e-mail, or enter the code on your badge.
