### Words on many pages. Names of people, conferences and ballots are inserted as written, and never translated.

## Header and footer

skip-to-content = Skip to the content
language-label = Language:
language-name = English
# The quality of the translation: original, machine (no native speaker has read it) or reviewed
language-status = original
signed-in-as = You are voting as
not-you = Not you?
sign-out = Sign out
footer-help = Help
footer-how-it-works = How it works
footer-privacy = Privacy
footer-accessibility = Accessibility
footer-verify = Check a receipt
# $page is the heading of the page, $conference the name of the conference
page-title = { $page } – { $conference }
# Prefix of the title of a page with an error
page-title-error = Error: { $page }
problem-summary = There is a problem
back = Back
reload = Reload this page
to-conference = All ballots at this conference

## Times

# $time is a clock time (18:40) or a date with one, $city the city after which the time zone is called
time-there = { $time } ({ $city } time)
time-there-twice = { $time } ({ $city } time, UTC{ $offset })
date-and-time = { $date }, { $time }
from-to = { $from } – { $to }
percent = { $number } %
list-and = { $first } and { $last }

## Languages

languages-heading = Languages
languages-intro = Names, and texts that organisers wrote, stand as they were written.
language-original = The original
language-machine = Translated by a program, and not yet read by a native speaker
language-reviewed = Translated, and read by a native speaker
language-note = This page was translated by a program, and no native speaker has read it yet.
footer-languages = Languages
