## Before it opens

lobby-heading = Alles ist bereit für Ihre Stimme
lobby-not-open = Die Abstimmung hat noch nicht begonnen. Die Moderation kündigt den Beginn an.
lobby-planned = Die Abstimmung hat noch nicht begonnen. Geplanter Beginn: { $time }.
lobby-minutes = { $minutes ->
    [one] Noch etwa { $minutes } Minute.
   *[other] Noch etwa { $minutes } Minuten.
}
lobby-seconds = { $seconds ->
    [one] Noch etwa { $seconds } Sekunde.
   *[other] Noch etwa { $seconds } Sekunden.
}
lobby-changes = Diese Seite ändert sich von selbst, wenn die Abstimmung beginnt. Sie können die Seite geöffnet lassen.
lobby-connected = Verbunden. Wir warten auf die Moderation.
lobby-lost = Gerade keine Verbindung. Diese Seite versucht es weiter.
lobby-candidates = { $kind ->
    [award] In der Zwischenzeit: Lernen Sie die Nominierten kennen
   *[consultation] In der Zwischenzeit: Lesen Sie mehr über die Optionen
}
lobby-opened = Die Abstimmung läuft

## Choosing

closes-at = Die Abstimmung läuft bis { $time }.
minutes-left = { $minutes ->
    [one] Noch { $minutes } Minute.
   *[other] Noch { $minutes } Minuten.
}
seconds-left = { $seconds ->
    [one] Noch { $seconds } Sekunde.
   *[other] Noch { $seconds } Sekunden.
}
choose-one = { $kind ->
    [award] { $candidates ->
        [0] Keine Nominierung kann mehr gewinnen.
        [one] Es gibt { $candidates } Nominierung. Wenn Sie möchten, wählen Sie sie aus.
       *[other] Wählen Sie eine der { $candidates } Nominierungen aus. Die Reihenfolge ist zufällig.
    }
   *[consultation] { $candidates ->
        [0] Keine Option kann mehr gewinnen.
        [one] Es gibt { $candidates } Option. Wenn Sie möchten, wählen Sie sie aus.
       *[other] Wählen Sie eine der { $candidates } Optionen aus. Die Reihenfolge ist zufällig.
    }
}
choose-several = { $kind ->
    [award] Wählen Sie bis zu { $most } der { $candidates } Nominierungen. Die Reihenfolge ist zufällig.
   *[consultation] Wählen Sie bis zu { $most } der { $candidates } Optionen. Die Reihenfolge ist zufällig.
}
choose-scores = { $kind ->
    [award] Geben Sie jeder der { $candidates } Nominierungen { $min } bis { $max } Punkte; { $max } ist am besten. Ohne Angabe sind es { $min }. Die Reihenfolge ist zufällig.
   *[consultation] Geben Sie jeder der { $candidates } Optionen { $min } bis { $max } Punkte; { $max } ist am besten. Ohne Angabe sind es { $min }. Die Reihenfolge ist zufällig.
}
choose-ranking = { $kind ->
    [award] Ordnen Sie bis zu { $most } der { $candidates } Nominierungen: Platz 1 ist am besten. Die Reihenfolge ist zufällig.
   *[consultation] Ordnen Sie bis zu { $most } der { $candidates } Optionen: Platz 1 ist am besten. Die Reihenfolge ist zufällig.
}
choose-ranking-equal = { $kind ->
    [award] Ordnen Sie die { $candidates } Nominierungen: Platz 1 ist am besten, Platz { $most } der letzte. Mehrere dürfen denselben Platz haben. Wer keinen bekommt, steht hinter allen anderen. Die Reihenfolge hier ist zufällig.
   *[consultation] Ordnen Sie die { $candidates } Optionen: Platz 1 ist am besten, Platz { $most } der letzte. Mehrere dürfen denselben Platz haben. Eine Option ohne Platz steht hinter allen anderen. Die Reihenfolge hier ist zufällig.
}
choose-tap = Tippen Sie die Namen in Ihrer Reihenfolge an; ein zweites Tippen nimmt den Platz zurück. Sie können einen Namen auch auf einen anderen ziehen.
choose-rank = Platz { $rank }
choose-unranked = ohne Platz
choose-unscored = keine Angabe
choose-points = { $points ->
    [one] { $points } Punkt
   *[other] { $points } Punkte
}
choose-no-points = Vergeben Sie Punkte
choose-no-rank = Vergeben Sie Platz 1
choose-rank-twice = Platz { $rank } ist mehrmals vergeben. Jeden Platz gibt es nur einmal.
choose-rank-empty = Platz { $rank } fehlt. Vergeben Sie ihn, oder lassen Sie die anderen aufrücken.
choose-answer = Stimmen Sie mit Ja oder Nein, oder enthalten Sie sich.
choose-no-answer = Wählen Sie Ja, Nein oder Enthaltung
motion-yes = Ja
motion-no = Nein
motion-abstain = Enthaltung
motion-rule = { $rule ->
    [more] Der Antrag ist angenommen, wenn mehr als { $part ->
        [half] die Hälfte
       *[other] { $part }
    } { $base ->
        [answers] der Ja- und Nein-Stimmen Ja lauten.
        [votes] aller Stimmen, auch der Enthaltungen, Ja lauten.
       *[members] aller Stimmberechtigten mit Ja stimmen.
    }
   *[least] Der Antrag ist angenommen, wenn mindestens { $part ->
        [half] die Hälfte
       *[other] { $part }
    } { $base ->
        [answers] der Ja- und Nein-Stimmen Ja lauten.
        [votes] aller Stimmen, auch der Enthaltungen, Ja lauten.
       *[members] aller Stimmberechtigten mit Ja stimmen.
    }
}
motion-quorum = { $part ->
    [half] Er wird nur entschieden, wenn mindestens die Hälfte aller Stimmberechtigten teilnimmt; Enthaltungen zählen dabei mit.
   *[other] Er wird nur entschieden, wenn mindestens { $part } aller Stimmberechtigten teilnehmen; Enthaltungen zählen dabei mit.
}
choose-blank = Ich möchte keine Auswahl treffen (Enthaltung)
choose-about = Mehr
choose-about-name = Mehr über { $name }
choose-continue = Weiter
choose-missing = { $kind ->
    [award] Wählen Sie eine Nominierung aus
   *[consultation] Wählen Sie eine Option aus
}
choose-too-many = { $kind ->
    [award] Sie haben zu viele Nominierungen gewählt. Wählen Sie höchstens { $most }.
   *[consultation] Sie haben zu viele Optionen gewählt. Wählen Sie höchstens { $most }.
}
choose-both = { $kind ->
    [award] Sie haben Nominierungen und eine Enthaltung gewählt. Entscheiden Sie sich für eines von beiden.
   *[consultation] Sie haben Optionen und eine Enthaltung gewählt. Entscheiden Sie sich für eines von beiden.
}
choose-unknown = { $kind ->
    [award] Diese Nominierung steht hier nicht zur Wahl. Wählen Sie noch einmal aus.
   *[consultation] Diese Option gehört nicht zu dieser Abstimmung. Wählen Sie noch einmal aus.
}
critical-secret = Ihre Stimme ist geheim.
secret-how = Wie Ihre Stimme geheim bleibt und gezählt wird
candidate-withdrawn = { $kind ->
    [award] { $name } hat die Kandidatur zurückgezogen und kann nicht mehr gewinnen.
   *[consultation] Zurückgezogen, kann nicht mehr gewählt werden: { $name }.
}
candidate-others = { $kind ->
    [award] Die anderen Nominierungen
   *[consultation] Die anderen Optionen
}
candidate-back = Zurück zur Abstimmung

## Checking and casting

check-heading = Prüfen Sie Ihre Stimme
critical-irrevocable = Nach der Abgabe können Sie Ihre Stimme nicht mehr ändern.
check-cast = Stimme abgeben
check-change = Auswahl ändern
sending = Ihre Stimme wird gesendet …
sending-slow = Ihre Stimme wird noch gesendet. Die Verbindung ist langsam. Lassen Sie diese Seite geöffnet.
unconfirmed-heading = Wir konnten Ihre Stimme nicht bestätigen
unconfirmed = Vielleicht ist Ihre Stimme angekommen, vielleicht auch nicht. Ihre Auswahl steht noch auf dieser Seite.
critical-retry-safe = Auch bei einem neuen Versuch können Sie nicht doppelt abstimmen.
unconfirmed-retry = Noch einmal versuchen
unconfirmed-check = Prüfen, ob ich abgestimmt habe
offline = Sie sind offline. Ihre Auswahl bleibt auf dieser Seite erhalten. Verbinden Sie sich mit dem WLAN oder nutzen Sie mobile Daten. Versuchen Sie es dann noch einmal.

## The receipt

critical-recorded = Ihre Stimme ist gespeichert
receipt-code-label = Ihr Quittungscode
receipt-keep = Bewahren Sie diesen Code auf, wenn Sie später prüfen möchten, ob Ihre Stimme gezählt wurde.
critical-receipt-secret = Speichern Sie Ihre Quittung, um sie vollständig prüfen zu können. Behalten Sie die gespeicherte Datei für sich: Werden die Stimmen veröffentlicht, zeigt die Datei, wie Sie abgestimmt haben.
critical-receipt-checked = Dieses Gerät hat sie geprüft: Die Quittung ist unterschrieben und gilt nur für Ihre Stimme.
critical-receipt-unchecked = Hier nicht geprüft. Zwei Personen dürfen nie denselben Code haben: Vergleichen Sie Ihren mit dem von anderen.
unfit-heading = Die Antwort passt nicht zu Ihrer Stimme
critical-unfit = Verlassen Sie sich nicht darauf, dass Ihre Stimme gespeichert ist. Dieses Gerät hat sie mit dem Code { $own } abgeschickt; die Antwort nennt { $other } oder ist nicht gültig unterschrieben. Notieren Sie beide Codes, lassen Sie diese Seite geöffnet und zeigen Sie sie jetzt dem Organisationsteam.
receipt-save = Quittung speichern
receipt-copy = Code kopieren
receipt-copied = Kopiert
receipt-next = So geht es weiter
receipt-next-open = Die Abstimmung läuft bis { $time }. Nach der Bekanntgabe wird das Ergebnis veröffentlicht.
receipt-next-closed = Das Ergebnis wird bekannt gegeben und dann veröffentlicht.
receipt-others = Andere Abstimmungen dieser Konferenz ansehen
receipt-ballot = Zur Seite der Abstimmung, auf der das Ergebnis erscheint

## States

voted-heading = Sie haben schon abgestimmt
critical-already-voted = Ihre Stimme in der Abstimmung „{ $ballot }“ ist gespeichert. Sie können nur einmal abstimmen. Mehr müssen Sie nicht tun.
voted-result = Das Ergebnis erscheint nach der Bekanntgabe auf dieser Seite.
voted-not-you = Waren Sie das nicht? Sagen Sie es am Empfang, bevor die Abstimmung endet.
paused-heading = Die Abstimmung ist unterbrochen
critical-paused = Die Abstimmung ist kurz unterbrochen. Bereits abgegebene Stimmen sind sicher. Bitte warten Sie auf die Ansage der Moderation.
halt-paused = Ihre Auswahl bleibt auf dieser Seite erhalten. Bereits abgegebene Stimmen sind sicher. Es geht weiter, sobald die Moderation fortfährt.
halt-paused-button = Unterbrochen: Bitte warten Sie
halt-closed = Von dieser Seite wurde nichts abgegeben. Das Ergebnis wird bekannt gegeben.
critical-paused-not-recorded = Ihre Stimme wurde nicht gespeichert. Geben Sie sie noch einmal ab, sobald die Abstimmung weitergeht.
closed-heading = Die Abstimmung ist beendet
critical-closed = Die Abstimmung lief bis { $time }. Stimmen, die später ankommen, werden nicht gezählt.
closed-result = Das Ergebnis wird bekannt gegeben. Danach erscheint es hier.
late-heading = Ihre Stimme wurde nicht gezählt
critical-late = Die Abstimmung lief bis { $closed }. Ihre Stimme kam erst danach bei uns an: { $arrived }.
critical-just-late = Die Abstimmung lief bis { $closed }. Ihre Stimme kam einen Augenblick zu spät bei uns an.
cancelled-heading = Diese Abstimmung wurde abgebrochen
cancelled-votes = Falls schon Stimmen abgegeben waren, wurden sie gelöscht und nicht gezählt.
not-eligible-heading = Sie stehen nicht auf der Liste für diese Abstimmung
not-eligible = Bei dieser Abstimmung dürfen nicht alle Teilnehmenden der Konferenz abstimmen.
not-eligible-category = Sie sind als „{ $category }“ registriert.
not-eligible-claim = Sie haben angegeben, dass Sie zu „{ $category }“ gehören. Das Organisationsteam hat das noch nicht bestätigt.
not-eligible-desk = Wenn das nicht stimmt, gehen Sie bitte zum Empfang.
sign-in-first-heading = Melden Sie sich an, um abzustimmen
sign-in-first = Öffnen Sie den persönlichen Link in Ihrer E-Mail oder geben Sie den Code von Ihrem Namensschild ein.
