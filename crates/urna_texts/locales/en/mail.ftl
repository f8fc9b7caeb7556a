### Mails: plain text, one message per sentence or line. English is plain ASCII, so that the link stays in one piece in
### the raw mail.

## The personal link

mail-hello = Hello,
mail-link-subject = Your personal link for { $conference }
mail-link-here = this is your personal link for { $conference }:
mail-link-how = Open it on the phone or computer you want to vote with, and choose "Sign in".
mail-link-until = You can use it as often as you like until the conference ends on { $day }, and after that while one of its ballots is open.
mail-link-secret = Keep the link to yourself: whoever has it can vote in your place.
mail-link-ignore = If this e-mail is not meant for you, you can ignore it.
