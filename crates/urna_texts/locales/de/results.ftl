## Results

winner = { $winners ->
    [one] Gewählt
   *[other] Gemeinsam gewählt
}
tie-jury = Nach einem Gleichstand durch Entscheidung der Jury
tie-lot = Nach einem Gleichstand durch das Los
no-winner = Niemand ist gewählt: Keine Stimme ging an eine Person, die gewählt werden konnte.
card = { $winner }: { $names }. { $turnout }
turnout = Beteiligung: { $voted } von { $eligible } Stimmberechtigten ({ $share }).
blank-votes = { $blank ->
    [0] Keine Enthaltungen.
    [one] { $blank } Enthaltung.
   *[other] { $blank } Enthaltungen.
}
unreadable-votes = { $votes ->
    [one] Eine weitere Stimme war nicht mehr lesbar und ist nicht gezählt.
   *[other] { $votes } weitere Stimmen waren nicht mehr lesbar und sind nicht gezählt.
}
chart-title = Stimmen für die einzelnen Kandidierenden
table-caption = Das Ergebnis in Zahlen. Anteile beziehen sich auf die Stimmen für Kandidierende.
table-candidate = Name
table-votes = Stimmen
table-share = Anteil
table-blank = Enthaltungen
table-all = Alle Stimmen
row-elected = gewählt
row-withdrawn = zurückgezogen
method-heading = So wurde entschieden, wer gewählt ist
method-plurality = Alle hatten je eine Stimme. Gewählt ist, wer die meisten Stimmen hat.
method-approval = Alle konnten bis zu { $most } Kandidaturen zustimmen. Gewählt ist, wer die meisten Zustimmungen hat.
method-tie-jury = Wenn mehrere die meisten Stimmen haben (Gleichstand), entscheidet die Jury.
method-tie-lot = Wenn mehrere die meisten Stimmen haben (Gleichstand), entscheidet das Los. Es wird aus den Stimmen selbst berechnet. So können alle die Ziehung wiederholen.
method-tie-shared = Wenn mehrere die meisten Stimmen haben (Gleichstand), sind sie alle gewählt.
tied-decided = { $names } haben gleich viele Stimmen (je { $votes }). Vor Beginn der Abstimmung war festgelegt: Die Jury entscheidet.
tied-by = Entschieden hat: { $who }. Begründung: { $reason }
tied-lot = { $names } haben gleich viele Stimmen (je { $votes }). Das Los fiel auf { $winner }.
disclosure-full = Jede Stimme wird veröffentlicht, aber ohne die Namen der Abstimmenden. So können alle nachzählen.
disclosure-counts = Veröffentlicht werden nur die Gesamtzahlen.
downloads-heading = Herunterladen
download-csv = Tabelle (CSV)
download-json = Ergebnis (JSON)
download-record = Protokoll zum Nachprüfen (ZIP)
fingerprint-label = Fingerabdruck (SHA-256)
verify-heading = Prüfen Sie Ihre Quittung
verify-intro = Mit Ihrem Quittungscode sehen Sie, ob Ihre Stimme gezählt wurde.
verify-recount = Um alles nachzuzählen, laden Sie das Protokoll herunter und führen Sie diesen Befehl aus:
verify-counts = Um die Unterschriften und die Summen zu prüfen, laden Sie das Protokoll herunter und führen Sie diesen Befehl aus:
verifier-intro = Ein veröffentlichtes Ergebnis und eine gespeicherte Quittung können alle selbst prüfen, auch auf dem Handy. Die Seite dafür sendet nichts und braucht kein Netz.
verifier-open = Ein Protokoll auf diesem Gerät prüfen
verifier-save = Diese Prüfseite als Datei speichern
history-heading = Ablauf der Abstimmung
history-opened = Die Abstimmung begann. Stimmberechtigt: { $eligible }.
history-paused = Die Abstimmung wurde unterbrochen.
history-resumed = Die Abstimmung ging weiter.
history-closing-time = Das Ende der Abstimmung wurde festgelegt: { $time }.
history-closing-time-none = Das Ende der Abstimmung wurde offengelassen.
history-withdrawn = { $name } hat die Kandidatur zurückgezogen. Grund: { $reason }
history-closed = Die Abstimmung endete. Abgestimmt: { $voted } von { $eligible }.
history-published = Das Ergebnis wurde veröffentlicht.
corrected = Berichtigt: { $time }
version-old = Dies ist eine frühere Fassung des Ergebnisses. Es gibt eine neuere.
version-latest = Neueste Fassung ansehen
version-previous = Vorherige Fassung ansehen

## Receipts

receipt-lookup-heading = Quittung prüfen
receipt-lookup-intro = Geben Sie den Code von der Seite ein, die Sie nach dem Abstimmen gesehen haben. Der Code zeigt nicht, wie Sie abgestimmt haben.
receipt-lookup-label = Quittungscode
receipt-lookup-hint = 12 Zeichen, zum Beispiel K7QF‑2M9T‑XW4R
receipt-lookup-submit = Prüfen
receipt-lookup-missing = Geben Sie Ihren Quittungscode ein
receipt-lookup-form = Ein Quittungscode hat 12 Zeichen. Prüfen Sie, ob Sie sich vertippt haben.
found-counted = Gefunden
found-counted-text = { $votes ->
    [one] Ihre Stimme ist die einzige, die in der Abstimmung „{ $ballot }“ gezählt wurde.
   *[other] Ihre Stimme ist eine von { $votes } Stimmen, die in der Abstimmung „{ $ballot }“ gezählt wurden.
}
found-recorded = Gespeichert
found-recorded-text = Ihre Stimme in der Abstimmung „{ $ballot }“ ist gespeichert. Das Ergebnis ist noch nicht veröffentlicht.
found-cancelled = Abgebrochen
found-cancelled-text = Die Abstimmung „{ $ballot }“ wurde abgebrochen. Die Stimmen wurden gelöscht und nicht gezählt.
found-word = Das sagt der Dienst. Ein Beweis ist die gespeicherte Quittung, wenn Sie sie mit einem eigenen Programm prüfen.
found-commitments = Die versiegelten Stimmen (Commitments), mit denen sich eine gespeicherte Quittung prüfen lässt
not-found = Wir können diesen Code nicht finden
not-found-text = Prüfen Sie, ob Sie sich vertippt haben. Wenn der Code stimmt, sagen Sie es dem Organisationsteam. Denn eine gespeicherte Stimme darf nicht verschwinden.
technical-details = Technische Einzelheiten
