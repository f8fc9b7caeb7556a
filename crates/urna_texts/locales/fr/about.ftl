## How it works

how-heading = Comment votre vote reste secret et comment il est compté
how-secret-heading = Qui peut voir votre choix ?
how-secret = Personne ne voit votre choix dans le résultat : les votes sont publiés sans le nom des personnes qui ont voté. Tant que le scrutin est ouvert, les votes sont chiffrés dans la base de données. À la fin du vote, ils sont triés. Ainsi, même la base de données ne dit pas qui a voté pour qui.
how-secret-limit = L’ordinateur qui reçoit votre vote peut le voir tant que le scrutin est ouvert. Sur ce point, il faut faire confiance aux responsables de ce service.
how-receipt-heading = Que prouve le reçu ?
how-receipt = Le reçu est une promesse signée : votre vote figurera dans le procès-verbal publié. S’il n’y figure pas, vous pouvez montrer à tout le monde que la promesse n’a pas été tenue.
how-receipt-codes = Le code du reçu ne doit jamais être le même pour deux personnes. Comparez le vôtre avec celui des autres, surtout si votre page indique que le reçu n’a pas été vérifié. Si ce site trouve un code, ce n’est qu’une affirmation du service ; la preuve, c’est le reçu téléchargé.
how-receipt-limit = Le reçu ne prouve pas votre choix aux autres, sauf si les votes sont publiés : dès lors, le fichier téléchargé montre votre choix. Gardez ce fichier pour vous.
how-count-heading = Comment les votes sont-ils comptés ?
how-count = Tout le monde peut les recompter, avec le procès-verbal et son propre programme. Le procès-verbal est publié avec le résultat. Si seuls les totaux sont publiés, ce n’est pas possible ; le résultat le précise.
how-count-limit = De l’extérieur, on ne peut pas vérifier que seules des personnes présentes à la conférence ont voté. Deux nombres sont publiés : celui des personnes qui pouvaient voter et celui des personnes qui ont voté.
how-before-heading = Peut-on connaître le résultat à l’avance ?
how-before = Pas pendant le vote : même l’équipe d’organisation ne voit pas de résultat provisoire. Après la fin du vote, elle peut consulter le résultat ; le nombre de consultations figure dans le procès-verbal publié.
how-before-limit = Toute personne qui peut lire la base de données elle-même peut aussi regarder après la fin du vote. Aucun procès-verbal ne le mentionne.

## Privacy

privacy-heading = Données personnelles
privacy-what-heading = Quelles données conservons-nous sur vous ?
privacy-what = Votre nom et, s’ils sont connus, votre adresse électronique, votre organisation, votre pays, votre groupe, votre langue et le numéro de votre inscription. Ainsi, vous pouvez voter une seule fois, et seulement si vous en avez le droit.
privacy-voted = Votre participation à un scrutin, mais ni le moment de votre vote ni votre choix.
privacy-how-long-heading = Pendant combien de temps ?
privacy-how-long = Jusqu’à ce que l’équipe d’organisation efface vos données après la conférence. Les résultats et les votes restent : ils ne disent pas qui a voté.
privacy-who-heading = Qui reçoit ces données ?
privacy-who = L’équipe d’organisation de la conférence, et personne d’autre. Ces pages ne chargent rien depuis d’autres sites et ne comptent pas les visites. Elles utilisent des cookies pour que votre session reste ouverte, pour que ce navigateur garde votre reçu sans le montrer à personne d’autre, et pour retenir votre langue.
privacy-rights-heading = Vos droits
privacy-rights = Vous pouvez demander à l’équipe d’organisation quelles données elle conserve sur vous. Vous pouvez aussi les faire corriger ou effacer.

## Accessibility

accessibility-heading = Accessibilité
accessibility-goal = Ces pages sont faites pour tout le monde. Elles doivent fonctionner au clavier, avec un lecteur d’écran, en grands caractères, avec les couleurs choisies sur votre appareil et sans JavaScript. L’objectif est de respecter les règles WCAG 2.2, niveau AA.
accessibility-how = Les pages sont vérifiées automatiquement à chaque modification, dans la mesure où un programme peut le faire. Si quelque chose vous gêne, dites-le-nous pour que nous puissions le corriger.
accessibility-time = Le vote se termine à l’heure annoncée, ou quand la personne qui anime la séance y met fin. S’il vous faut plus de temps, ou une autre façon de voter, prévenez l’accueil à l’avance.
accessibility-contact = Si quelque chose vous empêche de voter, prévenez l’accueil ou l’équipe d’organisation. On pourra vous aider tout de suite.

## Help

help-heading = Aide
help-vote-heading = Comment voter ?
help-vote = Ouvrez le lien personnel reçu par courriel ou imprimé sur votre badge, ou saisissez le code de votre badge. Faites votre choix, vérifiez-le, puis envoyez votre vote. Vous pouvez voter une fois par scrutin.
help-no-link-heading = Je n’ai pas de lien
help-no-link = Demandez-le avec l’adresse utilisée pour votre inscription, ou adressez-vous à l’accueil.
help-slow-heading = La connexion est lente ou se coupe
help-slow = Restez sur la page et réessayez.
help-again-heading = Je me connecte, et on me demande de me connecter à nouveau
help-someone-heading = Une autre personne a voté à ma place
help-someone = Prévenez l’accueil avant la fin du vote.

## Problems

problem-code = Code { $code }, référence { $request }
problem-to-start = Aller à la page d’accueil
link-expired-heading = Cette conférence est terminée
link-expired = Les liens personnels et les codes des badges étaient valables jusqu’à la fin de la conférence. Renseignez-vous à l’accueil.
link-replaced-heading = Ce lien a été remplacé
link-replaced = L’équipe d’organisation vous a donné un lien plus récent. Utilisez ce nouveau lien, demandez-le par courriel ou adressez-vous à l’accueil.
link-unknown-heading = Nous ne reconnaissons pas ce lien
link-unknown = Votre messagerie l’a peut-être coupé. Copiez le lien en entier, saisissez le code de votre badge ou demandez un nouveau lien.
signed-out-heading = Votre session n’est pas ouverte ici
signed-out = Votre session a été fermée, peut-être dans une autre fenêtre, ou le navigateur a été fermé. Rouvrez votre lien personnel ou saisissez le code de votre badge.
no-cookie = Si vous venez tout juste de vous connecter : votre navigateur n’a pas gardé le seul cookie qui permet à ce site de vous reconnaître. Autorisez les cookies pour ce site dans les réglages du navigateur, ou utilisez un autre navigateur ou une fenêtre de navigation non privée. Puis connectez-vous à nouveau.
other-person-heading = Une autre personne a ouvert sa session ici
# $name is the person who is signed in
other-person = Cette page a été créée pour une autre personne. Depuis, { $name } a ouvert sa session dans ce navigateur.
unmarked-heading = Veuillez rouvrir cette page
# $name is the person who is signed in
unmarked = Cette page ne dit pas pour qui elle a été créée. Elle est peut-être plus ancienne que la dernière mise à jour de ce site. Dans ce navigateur, la session ouverte est celle de { $name }.
critical-other-person = Ce que vous avez envoyé n’a pas été pris en compte : cet envoi n’a enregistré aucun vote, et il n’est montré à personne.
# $name is the person who is signed in
other-person-go-on = Si vous êtes { $name }, continuez ici. Sinon, rouvrez votre propre lien personnel ou saisissez le code de votre badge ; la page du scrutin indiquera alors si vous avez voté.
# $name is the person who is signed in
other-person-as = Continuer en tant que { $name }
session-ended-heading = Veuillez rouvrir votre lien personnel
session-ended = Une session se ferme après 12 heures, quand vous recevez un lien plus récent, ou après de nombreuses connexions sur d’autres appareils. Rien n’est perdu.
too-many-heading = Veuillez patienter un instant
too-many = { $seconds ->
    [one] Vous pourrez réessayer dans { $seconds } seconde.
   *[other] Vous pourrez réessayer dans { $seconds } secondes.
}
unavailable-heading = Le vote est momentanément impossible
critical-unavailable = Le problème vient de chez nous. Les votes déjà enregistrés sont bien conservés. Réessayez dans une minute. Si du temps de vote est perdu, la personne qui anime la séance peut prolonger le vote.
missing-heading = Il n’y a rien à cette adresse
missing = Vérifiez l’adresse. Si vous avez suivi un lien, il est peut-être trop ancien.
other-heading = Un problème est survenu
other = Revenez en arrière et réessayez. Si cela se reproduit, prévenez l’accueil.

## Les façons de voter

methods-heading = Les façons de voter
methods-link = Toutes les façons de voter, avec un exemple
methods-intro = Chaque scrutin indique avant son ouverture comment on vote et comment on compte. Voici les façons de voter, toutes avec le même exemple.
methods-example = L’exemple : 100 personnes choisissent la ville de la prochaine rencontre. 42 préfèrent Memphis, puis Nashville, Chattanooga, Knoxville. 26 préfèrent Nashville, puis Chattanooga, Knoxville, Memphis. 15 préfèrent Chattanooga, puis Knoxville, Nashville, Memphis. 17 préfèrent Knoxville, puis Chattanooga, Nashville, Memphis.
methods-plurality-heading = Un seul choix
methods-plurality = Vous faites un choix. Le plus grand nombre de votes l’emporte.
methods-plurality-example = Memphis l’emporte avec 42 votes, alors que c’est le dernier choix de la plupart.
methods-approval-heading = Plusieurs choix (approbation)
methods-approval = Vous choisissez tout ce que vous approuvez, jusqu’à un nombre fixé par le scrutin. Le plus grand nombre d’approbations l’emporte.
methods-approval-example = Si chaque personne approuve deux villes, Nashville l’emporte avec 68, devant Chattanooga (58), Memphis (42) et Knoxville (32).
methods-score-heading = Des points
methods-score = Vous donnez des points à chaque choix. Le plus grand nombre de points l’emporte. Sans note de votre part, un choix reçoit le minimum.
methods-score-example = Avec 3, 2, 1 et 0 points pour les quatre rangs, Nashville l’emporte avec 194 points, devant Chattanooga (173), Memphis (126) et Knoxville (107).
methods-irv-heading = Un classement, compté tour par tour
methods-irv = Vous donnez un classement. Chaque vote compte pour le meilleur rang encore en lice. Si aucun choix n’a plus de la moitié de ces votes, celui qui en a le moins est éliminé et ses votes passent au suivant.
methods-irv-example = Chattanooga (15) est éliminée d’abord, et ses votes vont à Knoxville (32). Puis Nashville (26) est éliminée, et ses votes vont aussi à Knoxville. Knoxville l’emporte par 58 votes contre 42.
methods-schulze-heading = Un classement, compté en duels (Schulze)
methods-schulze = Vous donnez un classement ; plusieurs choix peuvent avoir le même rang. On les compare deux à deux : combien de votes préfèrent l’un ou l’autre. Celui qui gagne tous les duels l’emporte. Si les duels forment un cercle, les plus fortes chaînes de duels gagnés décident.
methods-schulze-example = Nashville gagne tous ses duels : 58 contre 42 face à Memphis, 68 contre 32 face à Chattanooga et à Knoxville.
methods-borda-heading = Un classement, compté en points (Borda)
methods-borda = Vous donnez un classement ; plusieurs choix peuvent avoir le même rang. Chaque choix placé derrière donne un point, chaque égalité un demi-point. Le plus grand nombre de points l’emporte.
methods-borda-example = Nashville l’emporte avec 194 points, devant Chattanooga (173), Memphis (126) et Knoxville (107).
methods-stv-heading = Un classement pour plusieurs sièges (vote unique transférable)
methods-stv = Vous donnez un classement. Une part des votes, le quota, suffit pour un siège. Les votes en trop passent au choix suivant, avec une partie de leur valeur. Si personne n’atteint le quota, le dernier choix est éliminé et ses votes passent au suivant.
methods-stv-example = On choisit deux villes, et 34 votes suffisent. Memphis en a 42 : ses 8 votes en trop passent à Nashville, qui en a maintenant presque 34. Chattanooga est éliminée, puis Knoxville. Nashville obtient donc le second siège.
methods-motion-heading = Motion : oui ou non
methods-motion = Vous votez oui ou non, ou vous vous abstenez. La motion est adoptée si assez de personnes votent oui : plus de la moitié des oui et des non, sauf si le scrutin demande davantage. Avec autant de oui que de non, elle est rejetée. Un scrutin peut demander que suffisamment de personnes participent ; sinon la motion n’est pas décidée, et personne ne compte les votes.
methods-motion-example = La prochaine rencontre aura-t-elle lieu à Memphis ? 42 votent oui, 43 votent non, 15 s’abstiennent. Il fallait plus de 42,5 sur 85 : rejetée.
methods-ties-heading = En cas d’égalité
methods-ties = En cas d’égalité, la règle fixée avant le premier vote s’applique : un jury décide, ou un tirage au sort que tout le monde peut refaire à partir des votes publiés, ou la place est partagée.
methods-withdrawn = Une candidature retirée ne peut plus gagner. Dans un classement, votre vote passe à votre choix suivant.
