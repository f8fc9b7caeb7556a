## Header and footer

skip-to-content = Zum Inhalt springen
language-label = Sprache:
language-name = Deutsch
language-status = machine
signed-in-as = Sie stimmen ab als
not-you = Sind Sie das nicht?
sign-out = Abmelden
footer-help = Hilfe
footer-how-it-works = So funktioniert es
footer-privacy = Datenschutz
footer-accessibility = Barrierefreiheit
footer-verify = Quittung prüfen
page-title = { $page } – { $conference }
page-title-error = Fehler: { $page }
problem-summary = Es gibt ein Problem
back = Zurück
reload = Diese Seite neu laden
to-conference = Alle Abstimmungen dieser Konferenz

## Times

time-there = { $time } Uhr (Ortszeit { $city })
time-there-twice = { $time } Uhr (Ortszeit { $city }, UTC{ $offset })
date-and-time = { $date }, { $time }
from-to = { $from } – { $to }
percent = { $number } %
list-and = { $first } und { $last }

## Languages

languages-heading = Sprachen
languages-intro = Namen bleiben so, wie sie geschrieben wurden. Das gilt auch für Texte, die das Organisationsteam geschrieben hat.
language-original = Das Original
language-machine = Von einem Programm übersetzt und noch von niemandem mit dieser Muttersprache gelesen
language-reviewed = Übersetzt und von einer Person mit dieser Muttersprache gelesen
language-note = Diese Seite wurde von einem Programm übersetzt. Noch hat sie niemand mit Deutsch als Muttersprache gelesen.
footer-languages = Sprachen
