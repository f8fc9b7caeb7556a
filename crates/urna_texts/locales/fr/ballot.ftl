## Before it opens

lobby-heading = Tout est prêt pour votre vote
lobby-not-open = Le vote n’est pas encore ouvert. La personne qui anime la séance annoncera l’ouverture.
lobby-planned = Le vote n’est pas encore ouvert. Ouverture prévue : { $time }.
lobby-minutes = { $minutes ->
    [one] Encore { $minutes } minute environ.
   *[other] Encore { $minutes } minutes environ.
}
lobby-seconds = { $seconds ->
    [one] Encore { $seconds } seconde environ.
   *[other] Encore { $seconds } secondes environ.
}
lobby-changes = Cette page se met à jour toute seule à l’ouverture du vote. Vous pouvez la laisser ouverte.
lobby-connected = Connexion établie. En attente de l’ouverture du vote.
lobby-lost = Pas de connexion pour le moment. Cette page continue d’essayer.
lobby-candidates = { $kind ->
    [award] En attendant, découvrez les finalistes
   *[consultation] En attendant, découvrez les options
}
lobby-opened = Le vote est ouvert

## Choosing

closes-at = Fin du vote : { $time }.
minutes-left = { $minutes ->
    [one] Il reste { $minutes } minute.
   *[other] Il reste { $minutes } minutes.
}
seconds-left = { $seconds ->
    [one] Il reste { $seconds } seconde.
   *[other] Il reste { $seconds } secondes.
}
choose-one = { $kind ->
    [award] { $candidates ->
        [0] Plus aucune candidature ne peut gagner.
        [one] Il y a { $candidates } finaliste. Faites ce choix si vous le souhaitez.
       *[other] Faites un choix parmi les { $candidates } finalistes. L’ordre d’affichage est tiré au hasard.
    }
   *[consultation] { $candidates ->
        [0] Plus aucune option ne peut gagner.
        [one] Il y a { $candidates } option. Choisissez-la si vous le souhaitez.
       *[other] Choisissez l’une des { $candidates } options. Elles sont affichées dans un ordre tiré au hasard.
    }
}
choose-several = { $kind ->
    [award] Choisissez jusqu’à { $most } finalistes sur { $candidates }. Leur ordre est aléatoire.
   *[consultation] Choisissez jusqu’à { $most } options sur { $candidates }. Leur ordre est aléatoire.
}
choose-scores = { $kind ->
    [award] Donnez de { $min } à { $max } points à chaque finaliste ({ $candidates } en tout) ; { $max } est la meilleure note. Sans note, c’est { $min }. Leur ordre est aléatoire.
   *[consultation] Donnez de { $min } à { $max } points à chaque option ({ $candidates } en tout) ; { $max } est la meilleure note. Sans note, c’est { $min }. Leur ordre est aléatoire.
}
choose-ranking = { $kind ->
    [award] Classez jusqu’à { $most } finalistes sur { $candidates } : le rang 1 est le meilleur. Leur ordre est aléatoire.
   *[consultation] Classez jusqu’à { $most } options sur { $candidates } : le rang 1 est le meilleur. Leur ordre est aléatoire.
}
choose-ranking-equal = { $kind ->
    [award] Classez les { $candidates } finalistes : le rang 1 est le meilleur, le rang { $most } le dernier. Plusieurs finalistes peuvent avoir le même rang. Sans rang, on passe après tout le monde. Leur ordre est aléatoire.
   *[consultation] Classez les { $candidates } options : le rang 1 est le meilleur, le rang { $most } le dernier. Plusieurs options peuvent avoir le même rang. Une option sans rang passe après toutes les autres. Leur ordre est aléatoire.
}
choose-tap = Touchez les noms dans votre ordre ; un second appui retire le rang. Vous pouvez aussi faire glisser un nom sur un autre.
choose-rank = Rang { $rank }
choose-unranked = sans rang
choose-unscored = sans note
choose-points = { $points ->
    [one] { $points } point
   *[other] { $points } points
}
choose-no-points = Donnez des points
choose-no-rank = Donnez le rang 1
choose-rank-twice = Le rang { $rank } est donné plusieurs fois. Chaque rang ne peut être donné qu’une fois.
choose-rank-empty = Le rang { $rank } manque. Donnez-le ou avancez les autres.
choose-answer = Votez oui ou non, ou abstenez-vous.
choose-no-answer = Choisissez oui, non ou abstention
motion-yes = Oui
motion-no = Non
motion-abstain = Abstention
motion-rule = { $rule ->
    [more] La motion est adoptée si plus { $part ->
        [half] de la moitié
       *[other] de { $part }
    } { $base ->
        [answers] des oui et des non sont des oui.
        [votes] de tous les votes, abstentions comprises, sont des oui.
       *[members] de toutes les personnes qui peuvent voter votent oui.
    }
   *[least] La motion est adoptée si au moins { $part ->
        [half] la moitié
       *[other] { $part }
    } { $base ->
        [answers] des oui et des non sont des oui.
        [votes] de tous les votes, abstentions comprises, sont des oui.
       *[members] de toutes les personnes qui peuvent voter votent oui.
    }
}
motion-quorum = Elle n’est décidée que si au moins { $part ->
    [half] la moitié
   *[other] { $part }
} des personnes qui peuvent voter participent ; les abstentions comptent.
choose-blank = Je ne veux pas choisir (vote blanc)
choose-about = En savoir plus
choose-about-name = En savoir plus sur { $name }
choose-continue = Continuer
choose-missing = { $kind ->
    [award] Faites un choix parmi les finalistes
   *[consultation] Choisissez une option
}
choose-too-many = { $kind ->
    [award] Vous avez choisi trop de finalistes. Choisissez-en { $most } au plus.
   *[consultation] Vous avez choisi trop d’options. Choisissez-en { $most } au plus.
}
choose-both = { $kind ->
    [award] Vous avez choisi des finalistes et un vote blanc. Choisissez l’un ou l’autre.
   *[consultation] Vous avez choisi des options et un vote blanc. Choisissez l’un ou l’autre.
}
choose-unknown = { $kind ->
    [award] Ce choix ne fait pas partie des finalistes de ce scrutin. Faites un autre choix.
   *[consultation] Cette option ne fait pas partie du scrutin. Faites un autre choix.
}
critical-secret = Votre vote est secret.
secret-how = Comment votre vote reste secret et comment il est compté
candidate-withdrawn = { $kind ->
    [award] { $name } a retiré sa candidature et ne peut plus gagner.
   *[consultation] Option retirée, qui ne peut plus être retenue : { $name }.
}
candidate-others = { $kind ->
    [award] Les autres finalistes
   *[consultation] Les autres options
}
candidate-back = Retour au scrutin

## Checking and casting

check-heading = Vérifiez votre vote
critical-irrevocable = Une fois votre vote envoyé, vous ne pouvez plus le modifier.
check-cast = Envoyer mon vote
check-change = Modifier mon choix
sending = Envoi de votre vote…
sending-slow = L’envoi est toujours en cours. La connexion est lente. Gardez cette page ouverte.
unconfirmed-heading = Nous n’avons pas pu confirmer votre vote
unconfirmed = Nous ne savons pas si votre vote est arrivé. Votre choix est toujours sur cette page.
critical-retry-safe = Même si vous réessayez, vous ne pouvez pas voter deux fois.
unconfirmed-retry = Réessayer
unconfirmed-check = Vérifier si j’ai voté
offline = Vous êtes hors ligne. Votre choix est conservé sur cette page. Connectez-vous au Wi-Fi ou utilisez vos données mobiles, puis réessayez.

## The receipt

critical-recorded = Votre vote est enregistré
receipt-code-label = Code de votre reçu
receipt-keep = Gardez ce code si vous voulez vérifier plus tard que votre vote a été compté.
critical-receipt-secret = Téléchargez votre reçu pour pouvoir le vérifier en entier. Gardez le fichier pour vous : si les votes sont publiés, il montre votre choix.
critical-receipt-checked = Cet appareil l’a vérifié : le reçu est signé et ne vaut que pour votre vote.
critical-receipt-unchecked = Non vérifié ici. Deux personnes ne doivent jamais avoir le même code : comparez le vôtre avec celui des autres.
unfit-heading = La réponse ne correspond pas à votre vote
critical-unfit = Ne considérez pas votre vote comme enregistré. Il a quitté cet appareil avec le code { $own } ; la réponse indique { $other } ou n’est pas signée correctement. Notez les deux codes, laissez cette page ouverte et montrez-la tout de suite à l’équipe d’organisation.
receipt-save = Télécharger le reçu
receipt-copy = Copier le code
receipt-copied = Code copié
receipt-next = Et maintenant ?
receipt-next-open = Fin du vote : { $time }. Le résultat sera publié après son annonce.
receipt-next-closed = Le résultat sera annoncé, puis publié.
receipt-others = Voir les autres scrutins de cette conférence
receipt-ballot = La page du scrutin, où le résultat apparaîtra

## States

voted-heading = Vous avez déjà voté
critical-already-voted = Votre vote pour le scrutin « { $ballot } » est enregistré. Vous ne pouvez voter qu’une fois : vous n’avez donc plus rien à faire.
voted-result = Le résultat s’affichera sur cette page après son annonce.
voted-not-you = Ce n’était pas vous ? Prévenez l’accueil avant la fin du vote.
paused-heading = Le vote est en pause
critical-paused = Le vote est interrompu pour un moment. Les votes déjà reçus sont bien conservés. Attendez les indications de la personne qui anime la séance.
halt-paused = Votre choix est conservé sur cette page. Les votes déjà reçus sont bien conservés. Vous pourrez continuer à la reprise du vote.
halt-paused-button = En pause : veuillez patienter
halt-closed = Rien n’a été envoyé depuis cette page. Le résultat sera annoncé.
critical-paused-not-recorded = Votre vote n’a pas été enregistré. Envoyez-le de nouveau quand le vote reprendra.
closed-heading = Le vote est terminé
critical-closed = Fin du vote : { $time }. Les votes qui arrivent plus tard ne sont pas comptés.
closed-result = Le résultat sera annoncé, puis il s’affichera ici.
late-heading = Votre vote n’a pas été compté
critical-late = Fin du vote : { $closed }. Arrivée de votre vote : { $arrived }.
critical-just-late = Fin du vote : { $closed }. Votre vote est arrivé juste après.
cancelled-heading = Ce scrutin a été annulé
cancelled-votes = Si des votes avaient déjà été reçus, ils ont été supprimés sans être comptés.
not-eligible-heading = Vous n’êtes pas sur la liste pour ce scrutin
not-eligible = Ce scrutin n’est pas ouvert à toutes les personnes qui participent à la conférence.
not-eligible-category = Votre inscription indique le groupe « { $category } ».
not-eligible-claim = Vous avez indiqué faire partie du groupe « { $category } ». L’équipe d’organisation ne l’a pas encore confirmé.
not-eligible-desk = En cas d’erreur, adressez-vous à l’accueil.
sign-in-first-heading = Connectez-vous pour voter
sign-in-first = Ouvrez le lien personnel reçu par courriel, ou saisissez le code de votre badge.
