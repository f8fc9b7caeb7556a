## How it works

how-heading = Wie Ihre Stimme geheim bleibt und gezählt wird
how-secret-heading = Wer kann sehen, wie Sie abgestimmt haben?
how-secret = Im Ergebnis sieht niemand Ihre Auswahl: Die Stimmen werden ohne die Namen der Abstimmenden veröffentlicht. Solange die Abstimmung läuft, liegen die Stimmen verschlüsselt in der Datenbank. Am Ende werden sie sortiert. Danach verrät nicht einmal die Datenbank, wer für wen gestimmt hat.
how-secret-limit = Der Computer, der Ihre Stimme annimmt, kann sie sehen, solange die Abstimmung läuft. In diesem Punkt müssen Sie denen vertrauen, die diesen Dienst betreiben.
how-receipt-heading = Was beweist die Quittung?
how-receipt = Die Quittung ist ein digital unterschriebenes Versprechen: Ihre Stimme steht im veröffentlichten Protokoll. Wenn sie dort fehlt, können Sie allen zeigen, dass das Versprechen gebrochen wurde.
how-receipt-codes = Zwei Personen dürfen nie denselben Quittungscode haben. Vergleichen Sie Ihren mit dem von anderen, vor allem wenn auf Ihrer Seite steht, dass die Quittung nicht geprüft wurde. Findet diese Website einen Code, so ist das nur eine Auskunft des Dienstes; ein Beweis ist die gespeicherte Quittung.
how-receipt-limit = Die Quittung beweist anderen nicht, wie Sie abgestimmt haben, außer wenn die Stimmen veröffentlicht werden: Von da an zeigt die gespeicherte Datei, wie Sie abgestimmt haben. Behalten Sie die Datei für sich.
how-count-heading = Wie werden die Stimmen gezählt?
how-count = Alle können selbst nachzählen. Dafür braucht man das Protokoll, das mit dem Ergebnis veröffentlicht wird, und ein eigenes Programm. Werden nur die Summen veröffentlicht, geht das nicht; das steht dann beim Ergebnis.
how-count-limit = Von außen kann niemand prüfen, ob wirklich nur Menschen abgestimmt haben, die auf der Konferenz waren. Veröffentlicht wird aber, wie viele abstimmen durften und wie viele abgestimmt haben.
how-before-heading = Kennt jemand das Ergebnis schon vorher?
how-before = Nicht während der Abstimmung: Auch das Organisationsteam sieht keinen Zwischenstand. Nach dem Ende kann es nachsehen; wie oft es das getan hat, steht im veröffentlichten Protokoll.
how-before-limit = Wer die Datenbank selbst lesen kann, kann nach dem Ende ebenfalls nachsehen. Das steht in keinem Protokoll.

## Privacy

privacy-heading = Datenschutz
privacy-what-heading = Was wird über Sie gespeichert?
privacy-what = Ihr Name. Außerdem, falls bekannt: Ihre E-Mail-Adresse, Ihre Organisation, Ihr Land, Ihre Gruppe, Ihre Sprache und die Nummer Ihrer Registrierung. So können Sie nur einmal abstimmen und nur dann, wenn Sie es dürfen.
privacy-voted = Gespeichert wird auch, dass Sie an einer Abstimmung teilgenommen haben, aber weder wann noch wie Sie abgestimmt haben.
privacy-how-long-heading = Wie lange?
privacy-how-long = Bis das Organisationsteam die Daten nach der Konferenz löscht. Ergebnisse und Stimmen bleiben: Darin steht nicht, wer abgestimmt hat.
privacy-who-heading = Wer bekommt die Daten?
privacy-who = Das Organisationsteam der Konferenz und sonst niemand. Diese Seiten laden nichts von anderen Websites und zählen keine Besuche. Sie setzen Cookies, damit Sie angemeldet bleiben, damit dieser Browser Ihre Quittung nur für Sie aufbewahrt und damit er sich Ihre Sprache merkt.
privacy-rights-heading = Ihre Rechte
privacy-rights = Sie können das Organisationsteam fragen, was über Sie gespeichert ist. Sie können die Daten auch berichtigen oder löschen lassen.

## Accessibility

accessibility-heading = Barrierefreiheit
accessibility-goal = Alle sollen diese Seiten nutzen können: mit der Tastatur, mit einem Vorleseprogramm (Screenreader), mit großer Schrift, mit eigenen Farbeinstellungen und ohne JavaScript. Das Ziel ist der Standard WCAG 2.2, Stufe AA.
accessibility-how = Die Seiten werden bei jeder Änderung automatisch geprüft, soweit ein Programm das kann. Wenn Sie etwas behindert, sagen Sie es uns bitte, damit es behoben werden kann.
accessibility-time = Die Abstimmung endet zur angekündigten Zeit oder wenn die Moderation sie beendet. Brauchen Sie mehr Zeit oder möchten Sie auf andere Weise abstimmen? Sagen Sie es vorher am Empfang.
accessibility-contact = Hindert Sie etwas daran, abzustimmen? Sagen Sie es am Empfang oder dem Organisationsteam. Dort kann man Ihnen sofort helfen.

## Help

help-heading = Hilfe
help-vote-heading = Wie stimme ich ab?
help-vote = Öffnen Sie den persönlichen Link in Ihrer E-Mail oder auf Ihrem Namensschild, oder geben Sie den Code von Ihrem Namensschild ein. Wählen Sie aus, prüfen Sie Ihre Auswahl und geben Sie Ihre Stimme ab. Bei jeder Abstimmung können Sie einmal abstimmen.
help-no-link-heading = Ich habe keinen Link
help-no-link = Fordern Sie den Link mit der E-Mail-Adresse an, mit der Sie sich registriert haben. Oder gehen Sie zum Empfang.
help-slow-heading = Die Verbindung ist langsam oder bricht ab
help-slow = Bleiben Sie auf der Seite und versuchen Sie es noch einmal.
help-again-heading = Ich melde mich an und soll mich noch einmal anmelden
help-someone-heading = Jemand anderes hat in meinem Namen abgestimmt
help-someone = Sagen Sie es am Empfang, bevor die Abstimmung endet.

## Problems

problem-code = Code { $code }, Anfrage { $request }
problem-to-start = Zur Startseite
link-expired-heading = Diese Konferenz ist vorbei
link-expired = Persönliche Links und Codes von Namensschildern galten bis zum Ende der Konferenz. Fragen Sie am Empfang.
link-replaced-heading = Dieser Link wurde ersetzt
link-replaced = Das Organisationsteam hat Ihnen einen neueren Link gegeben. Verwenden Sie diesen, fordern Sie ihn per E-Mail an oder gehen Sie zum Empfang.
link-unknown-heading = Wir kennen diesen Link nicht
link-unknown = Vielleicht hat Ihr E-Mail-Programm den Link abgeschnitten. Kopieren Sie den ganzen Link, geben Sie den Code von Ihrem Namensschild ein oder fordern Sie einen neuen Link an.
signed-out-heading = Sie sind hier nicht angemeldet
signed-out = Sie haben sich abgemeldet, vielleicht in einem anderen Fenster, oder der Browser wurde geschlossen. Öffnen Sie Ihren persönlichen Link noch einmal oder geben Sie den Code von Ihrem Namensschild ein.
no-cookie = Falls Sie sich gerade eben angemeldet haben: Ihr Browser hat das eine Cookie nicht behalten, an dem diese Website Sie erkennt. Erlauben Sie Cookies für diese Website in den Einstellungen des Browsers, oder nehmen Sie einen anderen Browser oder ein Fenster, das nicht privat ist. Melden Sie sich dann noch einmal an.
other-person-heading = Hier ist inzwischen jemand anderes angemeldet
# $name is the person who is signed in
other-person = Diese Seite wurde für eine andere Person erstellt. Seitdem hat sich { $name } in diesem Browser angemeldet.
unmarked-heading = Bitte öffnen Sie diese Seite noch einmal
# $name is the person who is signed in
unmarked = Auf der Seite steht nicht, für wen sie erstellt wurde. Vielleicht ist sie älter als die letzte Aktualisierung dieser Website. In diesem Browser ist { $name } angemeldet.
critical-other-person = Was Sie gesendet haben, wurde nicht ausgeführt: Es wurde damit keine Stimme gespeichert, und niemand bekommt es zu sehen.
# $name is the person who is signed in
other-person-go-on = Wenn Sie { $name } sind, machen Sie hier weiter. Wenn nicht, öffnen Sie Ihren eigenen persönlichen Link noch einmal oder geben Sie den Code von Ihrem Namensschild ein; auf der Seite der Abstimmung steht dann, ob Sie abgestimmt haben.
# $name is the person who is signed in
other-person-as = Weiter als { $name }
session-ended-heading = Bitte öffnen Sie Ihren persönlichen Link noch einmal
session-ended = Eine Anmeldung endet nach 12 Stunden, durch einen neueren Link oder nach vielen Anmeldungen auf anderen Geräten. Es ist nichts verloren gegangen.
too-many-heading = Bitte warten Sie einen Moment
too-many = { $seconds ->
    [one] In { $seconds } Sekunde können Sie es noch einmal versuchen.
   *[other] In { $seconds } Sekunden können Sie es noch einmal versuchen.
}
unavailable-heading = Die Abstimmung ist vorübergehend nicht erreichbar
critical-unavailable = Das Problem liegt bei uns. Bereits gespeicherte Stimmen sind sicher. Versuchen Sie es in einer Minute noch einmal. Wenn Zeit zum Abstimmen verloren geht, kann die Moderation die Abstimmung verlängern.
missing-heading = Diese Seite gibt es nicht
missing = Prüfen Sie die Adresse. Wenn Sie über einen Link hierhergekommen sind, ist er vielleicht veraltet.
other-heading = Etwas ist schiefgegangen
other = Gehen Sie zurück und versuchen Sie es noch einmal. Wenn das Problem wieder auftritt, sagen Sie es am Empfang.

## Die Abstimmungsverfahren

methods-heading = So kann abgestimmt werden
methods-link = Alle Verfahren, mit einem Beispiel
methods-intro = Jede Abstimmung sagt vor dem Beginn, wie abgestimmt und wie gezählt wird. Das sind die Verfahren, jedes mit demselben Beispiel.
methods-example = Das Beispiel: 100 Personen wählen die Stadt für das nächste Treffen. 42 möchten am liebsten Memphis, dann Nashville, Chattanooga, Knoxville. 26 möchten Nashville, dann Chattanooga, Knoxville, Memphis. 15 möchten Chattanooga, dann Knoxville, Nashville, Memphis. 17 möchten Knoxville, dann Chattanooga, Nashville, Memphis.
methods-plurality-heading = Eine Stimme
methods-plurality = Sie wählen eine Möglichkeit. Die mit den meisten Stimmen gewinnt.
methods-plurality-example = Memphis gewinnt mit 42 Stimmen, obwohl es für die meisten die letzte Wahl ist.
methods-approval-heading = Mehrere Stimmen (Zustimmung)
methods-approval = Sie wählen alle, denen Sie zustimmen, bis zu einer festgelegten Zahl. Die Möglichkeit mit den meisten Zustimmungen gewinnt.
methods-approval-example = Wenn alle zwei Städten zustimmen, gewinnt Nashville mit 68, vor Chattanooga (58), Memphis (42) und Knoxville (32).
methods-score-heading = Punkte
methods-score = Sie geben jeder Möglichkeit Punkte. Die mit den meisten Punkten gewinnt. Ohne Angabe von Ihnen bekommt eine Möglichkeit die wenigsten Punkte der Skala.
methods-score-example = Mit 3, 2, 1 und 0 Punkten für die vier Plätze gewinnt Nashville mit 194 Punkten, vor Chattanooga (173), Memphis (126) und Knoxville (107).
methods-irv-heading = Reihenfolge, gezählt in Runden
methods-irv = Sie geben eine Reihenfolge an. Jede Stimme zählt für die beste Möglichkeit, die noch dabei ist. Hat keine mehr als die Hälfte dieser Stimmen, scheidet die mit den wenigsten aus, und deren Stimmen gehen weiter.
methods-irv-example = Zuerst scheidet Chattanooga (15) aus, seine Stimmen gehen an Knoxville (32). Dann scheidet Nashville (26) aus, auch seine Stimmen gehen an Knoxville. Knoxville gewinnt mit 58 zu 42 Stimmen.
methods-schulze-heading = Reihenfolge, gezählt in Duellen (Schulze)
methods-schulze = Sie geben eine Reihenfolge an; mehrere dürfen denselben Platz haben. Je zwei werden verglichen: Wie viele Stimmen ziehen die eine vor, wie viele die andere? Wer jedes Duell gewinnt, gewinnt. Bilden die Duelle einen Kreis, entscheiden die stärksten Ketten gewonnener Duelle.
methods-schulze-example = Nashville gewinnt jedes Duell: 58 zu 42 gegen Memphis, 68 zu 32 gegen Chattanooga und gegen Knoxville.
methods-borda-heading = Reihenfolge, gezählt in Punkten (Borda)
methods-borda = Sie geben eine Reihenfolge an; mehrere dürfen denselben Platz haben. Für jede Möglichkeit, die Sie dahinter setzen, gibt es einen Punkt, für jede auf gleichem Platz einen halben. Die mit den meisten Punkten gewinnt.
methods-borda-example = Nashville gewinnt mit 194 Punkten, vor Chattanooga (173), Memphis (126) und Knoxville (107).
methods-stv-heading = Reihenfolge für mehrere Plätze (übertragbare Einzelstimme)
methods-stv = Sie geben eine Reihenfolge an. Ein Teil der Stimmen, die Quote, genügt für einen Platz. Stimmen über der Quote gehen mit einem Teil ihres Werts an die nächste Wahl weiter. Erreicht keine Möglichkeit die Quote, scheidet die letzte aus, und deren Stimmen gehen weiter.
methods-stv-example = Gewählt werden zwei Städte, 34 Stimmen genügen. Memphis hat 42: Die 8 überzähligen Stimmen gehen an Nashville, das nun fast 34 hat. Chattanooga scheidet aus und danach Knoxville. So bekommt Nashville den zweiten Platz.
methods-motion-heading = Antrag: Ja oder Nein
methods-motion = Sie stimmen mit Ja oder Nein, oder Sie enthalten sich. Der Antrag ist angenommen, wenn genug mit Ja stimmen: mehr als die Hälfte der Ja und Nein, wenn die Abstimmung nicht mehr verlangt. Bei ebenso vielen Ja wie Nein ist er abgelehnt. Eine Abstimmung kann verlangen, dass genug Menschen teilnehmen; sonst ist der Antrag nicht entschieden, und niemand zählt die Stimmen.
methods-motion-example = Soll das nächste Treffen in Memphis stattfinden? 42 stimmen mit Ja, 43 mit Nein, 15 enthalten sich. Nötig waren mehr als 42,5 von 85: abgelehnt.
methods-ties-heading = Gleichstand
methods-ties = Bei Gleichstand gilt die Regel, die vor der ersten Stimme festgelegt war: Eine Jury entscheidet, oder ein Los, das alle aus den veröffentlichten Stimmen noch einmal ziehen können, oder der Platz wird geteilt.
methods-withdrawn = Wer die Kandidatur zurückzieht, kann nicht mehr gewinnen. Bei einer Reihenfolge geht Ihre Stimme an Ihre nächste Wahl.
