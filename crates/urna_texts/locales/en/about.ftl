### Pages about Urna, and problems.

## How it works

how-heading = How your vote is kept secret and counted
how-secret-heading = Who can see how you voted?
how-secret = Nobody sees your choice in the result: votes are published without the voters’ names. While voting is open they lie encrypted in the database, and at the close they are sorted, so that not even the database tells who voted for whom.
how-secret-limit = The computer that takes your vote can see it while voting is open. Whoever runs this service has to be trusted with that.
how-receipt-heading = What does the receipt prove?
how-receipt = The receipt is a signed promise that your vote is in the published record. If it is missing there, you can show everybody that the promise was broken.
how-receipt-codes = No two people may have the same receipt code. Compare yours with others, above all if your page says that the receipt was not checked. That this site finds a code is only what the service says; proof is the saved receipt.
how-receipt-limit = The receipt does not prove to others how you voted, unless the votes are published: from then on the saved file shows how you voted. Keep it to yourself.
how-count-heading = How are the votes counted?
how-count = Everybody can count them again: with the record, which is published with the result, and a program of their own. Where only the totals are published this is not possible; the result says so.
how-count-limit = Nobody can check from outside that only people voted who were at the conference. The number of those who could vote and of those who did is published.
how-before-heading = Does anybody know the result early?
how-before = Not while voting is open: not even the organisers see how the votes stand. After the close organisers can look; how often they did stands in the published record.
how-before-limit = Somebody who can read the database itself can look after the close as well. No record tells of that.

## Privacy

privacy-heading = Privacy
privacy-what-heading = What is kept about you?
privacy-what = Your name and, if known, your e-mail address, organisation, country, group, language and the number of your registration: so that you can vote once, and only if you may.
privacy-voted = That you took part in a ballot, but neither when nor how you voted.
privacy-how-long-heading = For how long?
privacy-how-long = Until the organisers erase it after the conference. Results and votes stay: they do not say who voted.
privacy-who-heading = Who gets it?
privacy-who = The organisers of the conference, and nobody else. These pages load nothing from other sites and count no visitors. They set cookies so that you stay signed in, so that this browser keeps your receipt for you alone, and for your language.
privacy-rights-heading = Your rights
privacy-rights = You can ask the organisers what is kept about you, and have it corrected or erased.

## Accessibility

accessibility-heading = Accessibility
accessibility-goal = These pages are meant to be used by everybody: with a keyboard, a screen reader, large text, in forced colours, and without JavaScript. The goal is WCAG 2.2 AA.
accessibility-how = Pages are checked automatically with every change, as far as a program can check them. If something is in your way, please tell us, so that it can be mended.
accessibility-time = Voting ends at the time that is announced, or when the host ends it. If you need more time, or another way to vote, tell the registration desk beforehand.
accessibility-contact = If something keeps you from voting, tell the registration desk or the organisers: they can help you at once.

## Help

help-heading = Help
help-vote-heading = How do I vote?
help-vote = Open the personal link in your e-mail or on your badge, or enter the code on your badge. Choose, check, cast. In each ballot you can cast one vote.
help-no-link-heading = I have no link
help-no-link = Ask for it with the address that you registered with, or go to the registration desk.
help-slow-heading = The connection is slow or breaks off
help-slow = Stay on the page and try again.
help-again-heading = I sign in, and am asked to sign in again
help-someone-heading = Somebody else has voted in my name
help-someone = Tell the registration desk before voting closes.

## Problems

problem-code = Code { $code }, request { $request }
problem-to-start = To the start
link-expired-heading = This conference is over
link-expired = Personal links and badge codes for it worked until it ended. Ask at the registration desk.
link-replaced-heading = This link was replaced
link-replaced = The organisers gave you a newer link. Use that one, ask for it by e-mail, or go to the registration desk.
link-unknown-heading = We do not recognise this link
link-unknown = It may have been cut off by your e-mail program. Copy the whole link, enter your badge code, or get a new link.
signed-out-heading = You are not signed in here
signed-out = You have signed out, perhaps in another window, or the browser was closed. Open your personal link again, or enter the code on your badge.
no-cookie = If you have only just signed in: your browser did not keep the one cookie by which this site knows you. Allow cookies for this site in the browser’s settings, or use another browser or a window that is not private. Then sign in again.
other-person-heading = Somebody else is signed in here now
# $name is the person who is signed in
other-person = This page was made for another person. Since then { $name } has signed in in this browser.
unmarked-heading = Please open this page again
# $name is the person who is signed in
unmarked = The page does not say for whom it was made. It may be older than the latest update of this site. { $name } is signed in in this browser.
critical-other-person = What you sent was not carried out: it recorded no vote, and nobody is shown it.
# $name is the person who is signed in
other-person-go-on = If you are { $name }, go on from here. If you are not, open your own personal link again, or enter the code on your badge; your ballot then says whether you have voted.
# $name is the person who is signed in
other-person-as = Go on as { $name }
session-ended-heading = Please open your personal link again
session-ended = A session ends after 12 hours, when you get a newer link, or after many sign-ins on other devices. Nothing was lost.
too-many-heading = Please wait a moment
too-many = { $seconds ->
    [one] You can try again in { $seconds } second.
   *[other] You can try again in { $seconds } seconds.
}
unavailable-heading = Voting is temporarily unavailable
critical-unavailable = This is a problem on our side. Votes already recorded are safe. Try again in a minute. If voting time is lost, the host can extend it.
missing-heading = There is nothing here
missing = Check the address. If you followed a link, it may be old.
other-heading = Something went wrong
other = Go back and try again. If it happens again, tell the registration desk.

## The ways of voting

methods-heading = Ways of voting
methods-link = All ways of voting, with an example
methods-intro = Each ballot says before it opens how people vote and how the votes are counted. These are the ways, each with the same example.
methods-example = The example: 100 voters choose the city for the next meeting. 42 prefer Memphis, then Nashville, Chattanooga, Knoxville. 26 prefer Nashville, then Chattanooga, Knoxville, Memphis. 15 prefer Chattanooga, then Knoxville, Nashville, Memphis. 17 prefer Knoxville, then Chattanooga, Nashville, Memphis.
methods-plurality-heading = One vote each
methods-plurality = You choose one. The one with the most votes wins.
methods-plurality-example = Memphis wins with 42 votes, although most voters like it least.
methods-approval-heading = Several choices (approval)
methods-approval = You choose all that you approve of, up to a number that the ballot sets. The one that most voters approve of wins.
methods-approval-example = If everybody approves of two cities, Nashville wins with 68, before Chattanooga (58), Memphis (42) and Knoxville (32).
methods-score-heading = Points (score)
methods-score = You give each of them points on a scale. The one with the most points wins. Without any points from you, one has the fewest of the scale.
methods-score-example = With 3, 2, 1 and 0 points for the four places, Nashville wins with 194 points, before Chattanooga (173), Memphis (126) and Knoxville (107).
methods-irv-heading = Ranking, counted as an instant runoff
methods-irv = You rank them. Each vote counts for the best ranked one that is still in. If none has more than half of these votes, the one with the fewest is excluded, and its votes move on.
methods-irv-example = Chattanooga (15) is excluded first, and its votes go to Knoxville (32). Then Nashville (26) is excluded, and its votes go to Knoxville, too. Knoxville wins with 58 votes against 42.
methods-schulze-heading = Ranking, counted in duels (Schulze)
methods-schulze = You rank them; several may have the same rank. Each two are compared: how many voters prefer the one, how many the other. The one that wins every duel wins. If duels go in a circle, the strongest chains of won duels decide.
methods-schulze-example = Nashville wins every duel: 58 to 42 against Memphis, 68 to 32 against Chattanooga and against Knoxville.
methods-borda-heading = Ranking, counted in points (Borda)
methods-borda = You rank them; several may have the same rank. Each gets a point for every one that you rank below it, and half a point for every equal one. The one with the most points wins.
methods-borda-example = Nashville wins with 194 points, before Chattanooga (173), Memphis (126) and Knoxville (107).
methods-stv-heading = Ranking for several seats (single transferable vote)
methods-stv = You rank them. A share of the votes, the quota, is enough for a seat. Votes above the quota move on to the next choices, each with a part of its value. If nobody has the quota, the last one is excluded, and its votes move on.
methods-stv-example = Two cities are chosen, and 34 votes are enough. Memphis has 42: its 8 votes too many move on to Nashville, which has nearly 34 now. Chattanooga is excluded, and after it Knoxville, so that Nashville gets the second seat.
methods-motion-heading = Motion: yes or no
methods-motion = You say yes or no, or abstain. The motion is carried if enough say yes: more than half of the yes and no, unless the ballot asks for more. With as many yes as no it is rejected. A ballot can ask that enough people take part; otherwise the motion is not decided, and nobody counts the votes.
methods-motion-example = Shall the next meeting be in Memphis? 42 say yes, 43 say no, 15 abstain. More than 42.5 of 85 were needed: rejected.
methods-ties-heading = Equal votes
methods-ties = If candidates have equally many votes, the rule that was set before anybody voted decides: a jury, a lot that everybody can draw again from the published votes, or a shared place.
methods-withdrawn = Whoever withdraws cannot win any more. In a ranking your vote goes on to your next choice.
