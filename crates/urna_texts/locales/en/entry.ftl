### Signing in: the conference's page, the badge code, the personal link, registration.

## The conference's page

conference-votes = Ballots at this conference
conference-no-votes = Nothing has been put to the vote yet.
conference-who-votes = Only registered attendees can vote. Everyone can read the results.
conference-attending = Are you attending?
conference-enter-code = Enter the code on your badge
conference-send-link = Send me my personal link
conference-register = Register
state-ready = Voting has not opened yet
# $time is when voting is planned to open
state-ready-planned = Voting opens about { $time }
state-open = Voting is open
# $time is when voting closes
state-open-until = Voting is open until { $time }
state-paused = Voting is paused
state-closed = Voting is closed; the result will be announced
state-published = The result is here
state-cancelled = This ballot was cancelled
see-result = See the result
vote-now = Vote

## The badge code

badge-heading = Enter the code on your badge
badge-intro = With it you sign in on this phone or computer. You can use it as often as you need.
badge-label = Badge code
badge-hint = 13 characters, for example K7QM‑2XTP‑9RVD‑W. You find it on the back of your badge.
badge-missing = Enter your badge code
badge-form = A badge code has 13 characters. Check it and try again.
badge-mistyped = That code has a typing mistake. Check it and try again.
badge-unknown = We do not know that code. Check it, or ask at the registration desk.

## Asking for the link

link-heading = Send me my personal link
link-intro = Enter the e-mail address you registered with.
link-label = E-mail address
link-submit = Send the link
link-missing = Enter your e-mail address
link-malformed = That is not an e-mail address. Check it and try again.
link-unmailable = E-mail cannot be sent to an address with such a character before the @. Please give another address.
link-sent-heading = Check your mailbox
link-sent = If that address is registered, we have sent a link. It usually arrives within a minute. Check your spam folder, or go to the registration desk.
link-sent-again = You can ask three times within an hour.

## Registration

register-heading = Register to vote
register-intro = We send you a link with which you vote. Only the organisers see your address.
register-name = Your name
register-name-hint = As you want to be called.
register-organisation = Organisation
register-country = Country
register-optional = (optional)
register-submit = Register
register-name-missing = Enter your name
register-name-form = Enter your name in one line of at most 200 characters
register-other-domain = That address cannot register here. Use the address of your organisation, or go to the registration desk.
register-too-long = That is longer than 200 characters. Shorten it.
register-country-form = Choose a country from the list
register-sent = If you can register with that address, we have sent a link to it. It usually arrives within a minute.
register-closed-heading = Registration is closed
register-closed = This conference takes no registrations here. Ask at the registration desk.

## The personal link

sign-in-heading = Sign in to vote
sign-in-for = This link is for
sign-in-submit = Sign in
sign-in-not-you = Not you? Then close this page: the link is somebody else’s.
account-pending = Your registration awaits the organisers’ approval. You can vote once they have given it.
account-unverified = Your e-mail address is not proven yet. Open the link in the e-mail that we have sent to it, and sign in there.
account-blocked = The organisers have blocked you from voting. Please ask at the registration desk.
home-heading = Voting at conferences
home-lead = To vote, open the personal link in your e-mail or on your badge, or choose your conference and enter the code on your badge.
home-no-conferences = There is no conference here yet.
