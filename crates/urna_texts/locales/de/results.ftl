## Results

winner = { $kind ->
    [award] { $winners ->
        [one] Gewonnen hat
       *[other] Gemeinsam gewonnen haben
    }
   *[consultation] { $winners ->
        [one] Gewählte Option
       *[other] Gewählte Optionen
    }
}
tie-jury = Nach einem Gleichstand durch Entscheidung der Jury
tie-lot = Nach einem Gleichstand durch das Los
winner-votes = { $winners ->
    [one] { $all ->
        [one] { $votes } von { $all } Stimme
       *[other] { $votes } von { $all } Stimmen
    }
   *[other] je { $votes } von { $all } Stimmen
}
winner-day = Entschieden von den Teilnehmenden am { $day }
no-winner = { $kind ->
    [award] Niemand hat gewonnen: Keine Stimme ging an eine Nominierung, die gewinnen konnte.
   *[consultation] Keine Option ist gewählt: Keine Stimme ging an eine Option, die gewählt werden konnte.
}
card = { $winner }: { $names }. { $turnout }
turnout = Beteiligung: { $voted } von { $eligible } Stimmberechtigten ({ $share }).
bar-votes = { $votes ->
    [one] { $votes } Stimme
   *[other] { $votes } Stimmen
}
blank-votes = { $blank ->
    [0] Keine Enthaltungen.
    [one] { $blank } Enthaltung.
   *[other] { $blank } Enthaltungen.
}
unreadable-votes = { $votes ->
    [one] Eine weitere Stimme war nicht mehr lesbar und ist nicht gezählt.
   *[other] { $votes } weitere Stimmen waren nicht mehr lesbar und sind nicht gezählt.
}
table-caption = Stimmen und Anteile
table-candidate = { $kind ->
    [award] Nominierung
   *[consultation] Option
}
table-votes = Stimmen
table-share = Anteil
table-share-note = Die Anteile beziehen sich auf die Stimmen ohne die Enthaltungen.
table-blank = Enthaltungen
table-all = Alle Stimmen
row-elected = { $kind ->
    [award] gewonnen
   *[consultation] gewählt
}
row-withdrawn = zurückgezogen
method-heading = { $kind ->
    [award] So wurde entschieden, wer gewonnen hat
   *[consultation] So wurde entschieden, welche Option gewählt ist
}
method-plurality = { $kind ->
    [award] Alle hatten je eine Stimme. Wer die meisten Stimmen hat, gewinnt.
   *[consultation] Alle hatten je eine Stimme. Gewählt ist die Option mit den meisten Stimmen.
}
method-approval = { $kind ->
    [award] Alle konnten bis zu { $most } Nominierungen zustimmen. Wer die meisten Zustimmungen hat, gewinnt.
   *[consultation] Alle konnten bis zu { $most } Optionen zustimmen. Gewählt ist die Option mit den meisten Zustimmungen.
}
method-tie-jury = Wenn mehrere die meisten Stimmen haben (Gleichstand), entscheidet die Jury.
method-tie-lot = Wenn mehrere die meisten Stimmen haben (Gleichstand), entscheidet das Los. Es wird aus den Stimmen selbst berechnet. So können alle die Ziehung wiederholen.
method-tie-shared = { $kind ->
    [award] Wenn mehrere die meisten Stimmen haben (Gleichstand), gewinnen sie alle.
   *[consultation] Wenn mehrere die meisten Stimmen haben (Gleichstand), sind sie alle gewählt.
}
tied-decided = { $names } haben gleich viele Stimmen (je { $votes }). Vor Beginn der Abstimmung war festgelegt: Die Jury entscheidet.
tied-by = Entschieden hat: { $who }. Begründung: { $reason }
tied-lot = { $names } haben gleich viele Stimmen (je { $votes }). Das Los fiel auf { $winner }.
# Die Zahlen anderer Verfahren
winner-seats = { $kind ->
    [award] { $winners ->
        [one] 1. Platz
       *[other] Gewonnen haben
    }
   *[consultation] { $winners ->
        [one] Gewählte Option
       *[other] Gewählte Optionen
    }
}
winner-points = { $points }, im Durchschnitt { $average }
winner-round = { $votes } von { $all } Stimmen in der letzten Runde
winner-counted = { $votes ->
    [one] { $votes } gezählte Stimme
   *[other] { $votes } gezählte Stimmen
}
bar-points = { $points } Punkte
bar-first-places = { $votes } × Platz 1
table-caption-points = Punkte und Durchschnitte
table-caption-first-places = Erste Plätze und Anteile
table-first-places = Platz 1
table-points = Punkte
table-average = Durchschnitt
method-score = { $kind ->
    [award] Alle gaben jeder Nominierung { $min } bis { $max } Punkte. Wer die meisten Punkte hat, gewinnt.
   *[consultation] Alle gaben jeder Option { $min } bis { $max } Punkte. Gewählt ist die Option mit den meisten Punkten.
}
method-irv = { $kind ->
    [award] Alle ordneten bis zu { $most } Nominierungen. Jede Stimme zählt für die beste, die noch dabei ist. Runde für Runde scheidet die letzte aus, bis eine mehr als die Hälfte hat.
   *[consultation] Alle ordneten bis zu { $most } Optionen. Jede Stimme zählt für die beste, die noch dabei ist. Runde für Runde scheidet die letzte aus, bis eine mehr als die Hälfte hat.
}
method-schulze = { $kind ->
    [award] Alle ordneten Nominierungen. Je zwei wurden verglichen: Wie viele Stimmen ziehen die eine vor, wie viele die andere? Wer jedes Duell gewinnt, gewinnt. Bilden die Duelle einen Kreis, entscheiden die stärksten Ketten von Duellen (Verfahren von Schulze).
   *[consultation] Alle ordneten Optionen. Je zwei wurden verglichen: Wie viele Stimmen ziehen die eine vor, wie viele die andere? Gewählt ist die Option, die jedes Duell gewinnt. Bilden die Duelle einen Kreis, entscheiden die stärksten Ketten von Duellen (Verfahren von Schulze).
}
method-borda = { $kind ->
    [award] Alle ordneten Nominierungen. Für jede, die dahinter steht, gibt es einen Punkt, für jede auf gleichem Platz einen halben. Wer die meisten Punkte hat, gewinnt (Verfahren von Borda).
   *[consultation] Alle ordneten Optionen. Für jede, die dahinter steht, gibt es einen Punkt, für jede auf gleichem Platz einen halben. Gewählt ist die Option mit den meisten Punkten (Verfahren von Borda).
}
method-stv = { $kind ->
    [award] Alle ordneten bis zu { $most } Nominierungen. Wer die Quote erreicht, hat einen Platz. Stimmen über der Quote und die der letzten gehen an die nächste Wahl weiter (übertragbare Einzelstimme wie in Schottland).
   *[consultation] Alle ordneten bis zu { $most } Optionen. Eine Option, die die Quote erreicht, ist gewählt. Stimmen über der Quote und die der letzten gehen an die nächste Wahl weiter (übertragbare Einzelstimme wie in Schottland).
}
method-seats = { $kind ->
    [award] Es gibt { $seats } erste Plätze.
   *[consultation] { $seats } Optionen werden gewählt.
}
method-order-jury = Bei Gleichstand entscheidet eine Reihenfolge aller, die die Jury festlegt.
method-order-lot = Bei Gleichstand entscheidet eine ausgeloste Reihenfolge aller. Sie wird aus den Stimmen selbst berechnet. So können alle die Ziehung wiederholen.
tied-equal-decided = { $names } lagen gleichauf. Vor Beginn der Abstimmung war festgelegt: Die Jury entscheidet.
tied-equal-lot = { $names } lagen gleichauf. Das Los fiel auf { $winner }.
flow-label = Bild: wie die Stimmen von Runde zu Runde weitergingen. Die Tabellen darunter haben dieselben Zahlen.
count-heading = Die Auszählung, Runde für Runde
round = Runde { $number }
round-won = Mehr als die Hälfte hat { $name }: { $votes } von { $all } Stimmen.
round-excluded = Die wenigsten Stimmen hat { $name } und scheidet aus.
round-exhausted = Stimmen für niemanden, der noch dabei ist
round-tie-earlier = { $names } hatten gleich viele Stimmen; eine frühere Runde entschied.
round-tie-jury = { $names } hatten gleich viele Stimmen; die Reihenfolge der Jury entschied.
round-tie-lot = { $names } hatten gleich viele Stimmen; das Los entschied.
stage = Stufe { $number }
stage-quota = { $seats ->
    [one] Für den Platz genügen { $quota } Stimmen: { $valid } Stimmen, { $seats } Platz.
   *[other] Für einen Platz genügen { $quota } Stimmen: { $valid } Stimmen, { $seats } Plätze.
}
stage-elected = { $count ->
    [one] Gewählt ist { $names }.
   *[other] Gewählt sind { $names }.
}
stage-surplus = { $name } hat { $votes } Stimmen mehr als die nötigen { $quota }. Sie gehen an die nächste Wahl weiter.
stage-not-transferable = Stimmen ohne nächste Wahl
stage-lost = Durch Abrunden verloren
duels-caption = Duelle: wie viele Stimmen die Zeile der Spalte vorziehen
scores-caption = Wie viele Stimmen wie viele Punkte gaben
# Anträge
motion-label = Ergebnis des Antrags
motion-carried = Angenommen
motion-rejected = Abgelehnt
motion-not-decided = Nicht entschieden
motion-answers = { $abstained ->
    [one] { $yes } Ja, { $no } Nein, { $abstained } Enthaltung
   *[other] { $yes } Ja, { $no } Nein, { $abstained } Enthaltungen
}
motion-needed = { $rule ->
    [more] Nötig: mehr als { $part } von { $all }
   *[least] Nötig: mindestens { $part } von { $all }
} { $base ->
    [answers] Ja- und Nein-Stimmen.
    [votes] Stimmen, auch den Enthaltungen.
   *[members] Stimmberechtigten.
}
motion-ended = Die Abstimmung endete am { $day }.
motion-abstained = Enthaltungen
motion-equal = Ebenso viele Ja wie Nein: Der Antrag ist abgelehnt.
motion-took-part = Teilgenommen: { $took } von { $members }; nötig: { $needed }.
motion-tie = Bei ebenso vielen Ja wie Nein ist ein Antrag abgelehnt.
method-motion = Alle konnten mit Ja oder Nein stimmen oder sich enthalten.
method-heading-motion = So wurde über den Antrag entschieden
table-answer = Antwort
disclosure-nothing = Es haben zu wenige teilgenommen: Die Stimmen werden nicht gezählt und nicht veröffentlicht.
history-sealed-order = Die Jury hat ihre Reihenfolge für gleiche Stimmenzahlen versiegelt. SHA-256: { $hash }
disclosure-full = Jede Stimme wird veröffentlicht, aber ohne die Namen der Abstimmenden. So können alle nachzählen.
disclosure-counts = Veröffentlicht werden nur die Gesamtzahlen.
downloads-heading = Herunterladen
download-csv = Tabelle (CSV)
download-json = Ergebnis (JSON)
download-record = Protokoll zum Nachprüfen (ZIP)
download-svg = Bild (SVG)
fingerprint-label = Fingerabdruck (SHA-256)
fingerprint-heading = Fingerabdruck des Ergebnisses
fingerprint-intro = Er steht für das unterschriebene Ergebnis. Wer ihn am Ende der Abstimmung notiert hat, sieht hier, dass sich seither nichts geändert hat.
verify-heading = Prüfen Sie Ihre Quittung
verify-intro = Mit Ihrem Quittungscode sehen Sie, ob Ihre Stimme gezählt wurde.
recount-heading = Selbst nachprüfen
verify-recount = Möchten Sie alles nachzählen? Laden Sie das Protokoll herunter und führen Sie diesen Befehl aus:
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
history-withdrawn = { $kind ->
    [award] { $name } hat die Kandidatur zurückgezogen. Grund: { $reason }
   *[consultation] Zurückgezogen: { $name }. Grund: { $reason }
}
history-closed = Die Abstimmung endete. Abgestimmt: { $voted } von { $eligible }.
history-published = Das Ergebnis wurde veröffentlicht.
corrected = Berichtigt: { $time }
version-old = Dies ist eine frühere Fassung des Ergebnisses. Es gibt eine neuere.
version-latest = Neueste Fassung ansehen
version-previous = Vorherige Fassung ansehen
paper-published = Veröffentlicht: { $time }, Fassung { $version }
paper-signature = Datum und Unterschrift

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
found-not-decided-text = Ihre Stimme in der Abstimmung „{ $ballot }“ ist da. Für eine Entscheidung haben zu wenige teilgenommen: Die Stimmen werden nicht gezählt.
found-recorded = Gespeichert
found-recorded-text = Ihre Stimme in der Abstimmung „{ $ballot }“ ist gespeichert. Das Ergebnis ist noch nicht veröffentlicht.
found-cancelled = Abgebrochen
found-cancelled-text = Die Abstimmung „{ $ballot }“ wurde abgebrochen. Die Stimmen wurden gelöscht und nicht gezählt.
found-word = Das sagt der Dienst. Ein Beweis ist die gespeicherte Quittung, wenn Sie sie mit einem eigenen Programm prüfen.
found-commitments = Die versiegelten Stimmen (Commitments), mit denen sich eine gespeicherte Quittung prüfen lässt
not-found = Wir können diesen Code nicht finden
not-found-text = Prüfen Sie, ob Sie sich vertippt haben. Wenn der Code stimmt, sagen Sie es dem Organisationsteam. Denn eine gespeicherte Stimme darf nicht verschwinden.
technical-details = Technische Einzelheiten
