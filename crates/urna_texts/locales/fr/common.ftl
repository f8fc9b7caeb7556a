## Header and footer

skip-to-content = Aller au contenu
language-label = Langue :
language-name = Français
language-status = machine
signed-in-as = Vous votez sous ce nom :
not-you = Ce n’est pas vous ?
sign-out = Se déconnecter
footer-help = Aide
footer-how-it-works = Comment ça marche
footer-privacy = Données personnelles
footer-accessibility = Accessibilité
footer-verify = Vérifier un reçu
page-title = { $page } – { $conference }
page-title-error = Erreur : { $page }
problem-summary = Il y a un problème
back = Retour
reload = Recharger cette page
to-conference = Tous les scrutins de cette conférence

## Times

time-there = { $time } (heure locale à { $city })
time-there-twice = { $time } (heure locale à { $city }, UTC{ $offset })
date-and-time = { $date }, { $time }
from-to = { $from } – { $to }
percent = { $number } %
list-and = { $first } et { $last }

## Languages

languages-heading = Langues
languages-intro = Les noms restent tels qu’ils ont été écrits. Les textes rédigés par l’équipe d’organisation aussi.
language-original = Version originale
language-machine = Traduit par un programme, pas encore relu par une personne dont c’est la langue maternelle
language-reviewed = Traduit et relu par une personne dont c’est la langue maternelle
language-note = Cette page a été traduite par un programme. Aucune personne de langue maternelle française ne l’a encore relue.
footer-languages = Langues
