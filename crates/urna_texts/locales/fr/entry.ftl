## The conference's page

conference-votes = Scrutins de cette conférence
conference-no-votes = Il n’y a pas encore de scrutin.
conference-who-votes = Seules les personnes inscrites peuvent voter. Tout le monde peut consulter les résultats.
conference-attending = Vous participez à la conférence ?
conference-enter-code = Saisir le code de votre badge
conference-send-link = Recevoir mon lien personnel
conference-register = S’inscrire
state-ready = Le vote n’est pas encore ouvert
state-ready-planned = Ouverture prévue du vote : { $time }
state-open = Le vote est ouvert
state-open-until = Le vote est ouvert – fin : { $time }
state-paused = Le vote est en pause
state-closed = Le vote est terminé ; le résultat sera annoncé
state-published = Le résultat est disponible
state-cancelled = Ce scrutin a été annulé
see-result = Voir le résultat
vote-now = Voter

## The badge code

badge-heading = Saisissez le code de votre badge
badge-intro = Avec ce code, vous vous connectez sur ce téléphone ou cet ordinateur. Vous pouvez utiliser le code autant de fois que nécessaire.
badge-label = Code du badge
badge-hint = 13 caractères, par exemple K7QM‑2XTP‑9RVD‑W. Vous trouverez le code au dos de votre badge.
badge-missing = Saisissez le code de votre badge
badge-form = Le code du badge compte 13 caractères. Vérifiez-le et réessayez.
badge-mistyped = Ce code contient une faute de frappe. Vérifiez-le et réessayez.
badge-unknown = Nous ne connaissons pas ce code. Vérifiez-le, ou adressez-vous à l’accueil.

## Asking for the link

link-heading = Recevoir mon lien personnel
link-intro = Saisissez l’adresse électronique utilisée pour votre inscription.
link-label = Adresse électronique
link-submit = Envoyer le lien
link-missing = Saisissez votre adresse électronique
link-malformed = Ce n’est pas une adresse électronique. Vérifiez votre saisie et réessayez.
link-unmailable = Impossible d’envoyer un courriel à une adresse qui contient un tel caractère avant le @. Veuillez indiquer une autre adresse.
link-sent-heading = Consultez votre messagerie
link-sent = Si nous connaissons cette adresse, nous y avons envoyé un lien. Il arrive en général en moins d’une minute. Regardez aussi dans vos courriels indésirables, ou adressez-vous à l’accueil.
link-sent-again = Vous pouvez faire trois demandes par heure.

## Registration

register-heading = S’inscrire pour voter
register-intro = Nous vous envoyons un lien pour voter. Seule l’équipe d’organisation voit votre adresse.
register-name = Votre nom
register-name-hint = Indiquez comment vous souhaitez qu’on vous appelle.
register-organisation = Organisation
register-country = Pays
register-optional = (facultatif)
register-submit = S’inscrire
register-name-missing = Saisissez votre nom
register-name-form = Saisissez votre nom sur une ligne de 200 caractères au plus
register-other-domain = Cette adresse ne permet pas de s’inscrire ici. Utilisez celle de votre organisation, ou adressez-vous à l’accueil.
register-too-long = Ce texte dépasse 200 caractères. Raccourcissez-le.
register-country-form = Choisissez un pays dans la liste
register-sent = Si l’inscription est possible avec cette adresse, nous y avons envoyé un lien. Il arrive en général en moins d’une minute.
register-closed-heading = Les inscriptions sont fermées
register-closed = On ne peut pas s’inscrire ici pour cette conférence. Renseignez-vous à l’accueil.

## The personal link

sign-in-heading = Connectez-vous pour voter
sign-in-for = Ce lien est destiné à
sign-in-submit = Se connecter
sign-in-not-you = Ce n’est pas vous ? Alors fermez cette page : ce lien est celui d’une autre personne.
account-pending = L’équipe d’organisation doit encore accepter votre inscription. Vous pourrez voter dès que ce sera fait.
account-unverified = Votre adresse électronique n’est pas encore confirmée. Ouvrez le lien du courriel que nous vous avons envoyé, et connectez-vous.
account-blocked = L’équipe d’organisation vous a retiré le droit de voter. Renseignez-vous à l’accueil.
home-heading = Voter lors d’une conférence
home-lead = Pour voter, ouvrez le lien personnel reçu par courriel ou imprimé sur votre badge. Ou choisissez votre conférence et saisissez le code de votre badge.
home-no-conferences = Il n’y a pas encore de conférence ici.
