## The conference's page

conference-votes = Abstimmungen dieser Konferenz
conference-no-votes = Bisher gibt es keine Abstimmungen.
conference-who-votes = Nur registrierte Teilnehmende können abstimmen. Die Ergebnisse können alle lesen.
conference-attending = Nehmen Sie teil?
conference-enter-code = Code von Ihrem Namensschild eingeben
conference-send-link = Persönlichen Link anfordern
conference-register = Registrieren
state-ready = Die Abstimmung hat noch nicht begonnen
state-ready-planned = Voraussichtlicher Beginn: { $time }
state-open = Die Abstimmung läuft
state-open-until = Die Abstimmung läuft bis { $time }
state-paused = Die Abstimmung ist unterbrochen
state-closed = Die Abstimmung ist beendet – das Ergebnis wird noch bekannt gegeben
state-published = Das Ergebnis ist da
state-cancelled = Diese Abstimmung wurde abgebrochen
see-result = Ergebnis ansehen
vote-now = Abstimmen

## The badge code

badge-heading = Code von Ihrem Namensschild eingeben
badge-intro = Mit diesem Code melden Sie sich auf diesem Handy oder Computer an. Sie können den Code so oft verwenden, wie Sie ihn brauchen.
badge-label = Code von Ihrem Namensschild
badge-hint = 13 Zeichen, zum Beispiel K7QM‑2XTP‑9RVD‑W. Sie finden ihn auf der Rückseite Ihres Namensschilds.
badge-missing = Geben Sie den Code von Ihrem Namensschild ein
badge-form = Der Code hat 13 Zeichen. Prüfen Sie ihn und versuchen Sie es noch einmal.
badge-mistyped = In diesem Code ist ein Tippfehler. Prüfen Sie den Code und versuchen Sie es noch einmal.
badge-unknown = Wir kennen diesen Code nicht. Prüfen Sie ihn oder fragen Sie am Empfang.

## Asking for the link

link-heading = Persönlichen Link anfordern
link-intro = Geben Sie die E-Mail-Adresse ein, mit der Sie sich registriert haben.
link-label = E-Mail-Adresse
link-submit = Link anfordern
link-missing = Geben Sie Ihre E-Mail-Adresse ein
link-malformed = Das ist keine E-Mail-Adresse. Prüfen Sie Ihre Eingabe und versuchen Sie es noch einmal.
link-unmailable = An eine Adresse mit einem solchen Zeichen vor dem @ lässt sich keine E-Mail senden. Bitte geben Sie eine andere Adresse an.
link-sent-heading = Sehen Sie in Ihrem Postfach nach
link-sent = Wenn diese Adresse registriert ist, haben wir einen Link geschickt. Er kommt meist innerhalb einer Minute an. Sehen Sie auch im Spam-Ordner nach oder gehen Sie zum Empfang.
link-sent-again = Sie können den Link dreimal pro Stunde anfordern.

## Registration

register-heading = Registrieren Sie sich, um abzustimmen
register-intro = Wir senden Ihnen einen Link, mit dem Sie abstimmen. Ihre Adresse sieht nur das Organisationsteam.
register-name = Ihr Name
register-name-hint = So, wie Sie genannt werden möchten.
register-organisation = Organisation
register-country = Land
register-optional = (freiwillig)
register-submit = Registrieren
register-name-missing = Geben Sie Ihren Namen ein
register-name-form = Geben Sie Ihren Namen in einer Zeile mit höchstens 200 Zeichen ein
register-other-domain = Mit dieser Adresse können Sie sich hier nicht registrieren. Verwenden Sie die Adresse Ihrer Organisation oder gehen Sie zum Empfang.
register-too-long = Das sind mehr als 200 Zeichen. Kürzen Sie den Text.
register-country-form = Wählen Sie ein Land aus der Liste
register-sent = Wenn Sie sich mit dieser Adresse registrieren können, haben wir einen Link dorthin geschickt. Er kommt meist innerhalb einer Minute an.
register-closed-heading = Die Registrierung ist geschlossen
register-closed = Für diese Konferenz können Sie sich hier nicht registrieren. Fragen Sie am Empfang.

## The personal link

sign-in-heading = Melden Sie sich an, um abzustimmen
sign-in-for = Dieser Link ist für
sign-in-submit = Anmelden
sign-in-not-you = Sind Sie das nicht? Dann schließen Sie diese Seite: Der Link gehört einer anderen Person.
account-pending = Das Organisationsteam muss Ihre Registrierung noch bestätigen. Danach können Sie abstimmen.
account-unverified = Ihre E-Mail-Adresse ist noch nicht bestätigt. Öffnen Sie den Link in der E-Mail, die wir Ihnen geschickt haben, und melden Sie sich dort an.
account-blocked = Das Organisationsteam hat Sie von den Abstimmungen ausgeschlossen. Bitte fragen Sie am Empfang.
home-heading = Abstimmungen auf Konferenzen
home-lead = Um abzustimmen, öffnen Sie den persönlichen Link in Ihrer E-Mail oder auf Ihrem Namensschild. Oder wählen Sie Ihre Konferenz und geben Sie den Code von Ihrem Namensschild ein.
home-no-conferences = Hier gibt es noch keine Konferenz.
