## Results

winner = { $kind ->
    [award] { $winners ->
        [one] Prix remporté par
       *[other] Prix partagé entre
    }
   *[consultation] { $winners ->
        [one] Option retenue
       *[other] Options retenues
    }
}
tie-jury = Après une égalité, par décision du jury
tie-lot = Après une égalité, par tirage au sort
winner-votes = { $winners ->
    [one] Votes : { $votes } sur { $all }
   *[other] Votes pour chaque choix : { $votes } sur { $all }
}
winner-day = Choix des personnes inscrites, le { $day }
no-winner = { $kind ->
    [award] Le prix n’est pas attribué : aucun vote n’est allé à des finalistes qui pouvaient gagner.
   *[consultation] Aucune option n’est retenue : celles qui pouvaient l’être n’ont reçu aucun vote.
}
card = { $winner } : { $names }. { $turnout }
turnout = Participation : { $voted } sur { $eligible } personnes ayant le droit de voter ({ $share }).
bar-votes = { $votes ->
    [one] { $votes } vote
    [many] { $votes } de votes
   *[other] { $votes } votes
}
blank-votes = { $blank ->
    [0] Aucun vote blanc.
    [one] { $blank } vote blanc.
    [many] { $blank } de votes blancs.
   *[other] { $blank } votes blancs.
}
unreadable-votes = { $votes ->
    [one] Un autre vote n’était plus lisible et n’est pas compté.
   *[other] { $votes } autres votes n’étaient plus lisibles et ne sont pas comptés.
}
table-caption = Votes et parts
table-candidate = { $kind ->
    [award] Finaliste
   *[consultation] Option
}
table-votes = Votes
table-share = Part
table-share-note = Les parts sont calculées sans les votes blancs.
table-blank = Votes blancs
table-all = Tous les votes
row-elected = { $kind ->
    [award] prix remporté
   *[consultation] option retenue
}
row-withdrawn = retrait
method-heading = { $kind ->
    [award] Comment le prix est attribué
   *[consultation] Comment l’option est retenue
}
method-plurality = { $kind ->
    [award] Chaque personne avait un vote. Le plus grand nombre de votes l’emporte.
   *[consultation] Chaque personne avait un vote. L’option qui obtient le plus de votes est retenue.
}
method-approval = { $kind ->
    [award] Chaque personne pouvait approuver jusqu’à { $most } finalistes. Le plus grand nombre d’approbations l’emporte.
   *[consultation] Chaque personne pouvait approuver jusqu’à { $most } options. L’option approuvée par le plus grand nombre est retenue.
}
method-tie-jury = En cas d’égalité à la première place, c’est le jury qui décide.
method-tie-lot = En cas d’égalité à la première place, c’est un tirage au sort qui décide. Il est calculé à partir des votes eux-mêmes. Tout le monde peut donc le refaire.
method-tie-shared = { $kind ->
    [award] En cas d’égalité à la première place, le prix est partagé.
   *[consultation] En cas d’égalité à la première place, toutes les options à égalité sont retenues.
}
tied-decided = { $names } sont à égalité. Votes pour chaque candidature : { $votes }. Selon la règle fixée avant l’ouverture du vote, c’est le jury qui décide.
tied-by = Décision prise par { $who } : { $reason }
tied-lot = { $names } sont à égalité. Votes pour chaque candidature : { $votes }. Le tirage au sort a désigné { $winner }.
# Les chiffres des autres méthodes
winner-seats = { $kind ->
    [award] { $winners ->
        [one] Prix attribué à
       *[other] Prix attribués à
    }
   *[consultation] { $winners ->
        [one] Option retenue
       *[other] Options retenues
    }
}
winner-points = { $points }, { $average } en moyenne
winner-round = { $votes } votes sur { $all } au dernier tour
winner-counted = { $votes ->
    [one] { $votes } vote compté
   *[other] { $votes } votes comptés
}
bar-points = { $points } points
bar-first-places = { $votes } × rang 1
table-caption-points = Points et moyennes
table-caption-first-places = Rangs 1 et parts
table-first-places = Rang 1
table-points = Points
table-average = Moyenne
method-score = { $kind ->
    [award] Chaque personne donnait de { $min } à { $max } points à chaque finaliste. Le plus grand nombre de points l’emporte.
   *[consultation] Chaque personne donnait de { $min } à { $max } points à chaque option. L’option qui obtient le plus de points est retenue.
}
method-irv = { $kind ->
    [award] Chaque personne classait jusqu’à { $most } finalistes. Un vote compte pour le meilleur rang encore en lice. À chaque tour, la dernière place est éliminée, jusqu’à ce qu’il y ait plus de la moitié des votes.
   *[consultation] Chaque personne classait jusqu’à { $most } options. Un vote compte pour l’option la mieux classée encore en lice. À chaque tour, la dernière est éliminée, jusqu’à ce que l’une ait plus de la moitié des votes.
}
method-schulze = { $kind ->
    [award] Chaque personne classait des finalistes. On les compare deux à deux : combien de votes préfèrent l’un ou l’autre. Gagner tous les duels fait gagner ; si les duels forment un cercle, les plus fortes chaînes de duels décident (méthode de Schulze).
   *[consultation] Chaque personne classait des options. On les compare deux à deux : combien de votes préfèrent l’une ou l’autre. L’option qui gagne tous les duels est retenue ; si les duels forment un cercle, les plus fortes chaînes de duels décident (méthode de Schulze).
}
method-borda = { $kind ->
    [award] Chaque personne classait des finalistes. Chaque finaliste classé derrière donne un point, chaque égalité un demi-point. Le plus grand nombre de points l’emporte (méthode de Borda).
   *[consultation] Chaque personne classait des options. Chaque option classée derrière donne un point, chaque égalité un demi-point. L’option qui obtient le plus de points est retenue (méthode de Borda).
}
method-stv = { $kind ->
    [award] Chaque personne classait jusqu’à { $most } finalistes. Atteindre le quota donne un siège ; les votes en trop, et ceux de la dernière place, passent au choix suivant (vote unique transférable, comme en Écosse).
   *[consultation] Chaque personne classait jusqu’à { $most } options. Une option qui atteint le quota est retenue ; les votes en trop, et ceux de la dernière, passent au choix suivant (vote unique transférable, comme en Écosse).
}
method-seats = { $kind ->
    [award] Il y a { $seats } prix.
   *[consultation] { $seats } options sont retenues.
}
method-order-jury = Les égalités sont réglées par un ordre de toutes les candidatures, fixé par le jury.
method-order-lot = Les égalités sont réglées par un ordre tiré au sort. Il est calculé à partir des votes eux-mêmes. Tout le monde peut donc le refaire.
tied-equal-decided = { $names } sont à égalité. Selon la règle fixée avant l’ouverture du vote, c’est le jury qui décide.
tied-equal-lot = { $names } sont à égalité. Le tirage au sort a désigné { $winner }.
flow-label = Image : le passage des votes d’un tour à l’autre. Les tableaux ci-dessous contiennent les mêmes nombres.
count-heading = Le dépouillement, tour par tour
round = Tour { $number }
round-won = Plus de la moitié pour { $name } : { $votes } votes sur { $all }.
round-excluded = Le moins de votes : { $name }, qui est éliminé(e).
round-exhausted = Votes qui ne nomment plus personne en lice
round-tie-earlier = { $names } avaient autant de votes ; un tour précédent les a départagés.
round-tie-jury = { $names } avaient autant de votes ; l’ordre du jury les a départagés.
round-tie-lot = { $names } avaient autant de votes ; le tirage au sort les a départagés.
stage = Étape { $number }
stage-quota = { $seats ->
    [one] { $quota } votes suffisent pour un siège : { $valid } votes, { $seats } siège.
   *[other] { $quota } votes suffisent pour un siège : { $valid } votes, { $seats } sièges.
}
stage-elected = { $count ->
    [one] Siège attribué : { $names }.
   *[other] Sièges attribués : { $names }.
}
stage-surplus = { $name } a { $votes } votes de plus que les { $quota } nécessaires. Ils passent au choix suivant.
stage-not-transferable = Votes sans choix suivant
stage-lost = Perdus par arrondi
duels-caption = Duels : combien de votes préfèrent la ligne à la colonne
scores-caption = Combien de votes ont donné combien de points
# Motions
motion-label = Résultat de la motion
motion-carried = Adoptée
motion-rejected = Rejetée
motion-not-decided = Non décidée
motion-answers = { $abstained ->
    [one] { $yes } oui, { $no } non, { $abstained } abstention
   *[other] { $yes } oui, { $no } non, { $abstained } abstentions
}
motion-needed = { $rule ->
    [more] Il fallait plus de { $part } sur { $all }
   *[least] Il fallait au moins { $part } sur { $all }
} { $base ->
    [answers] oui et non.
    [votes] votes, abstentions comprises.
   *[members] personnes qui pouvaient voter.
}
motion-ended = Le vote s’est terminé le { $day }.
motion-abstained = Abstentions
motion-equal = Autant de oui que de non : la motion est rejetée.
motion-took-part = Participation : { $took } sur { $members } ; il en fallait { $needed }.
motion-tie = Avec autant de oui que de non, une motion est rejetée.
method-motion = Tout le monde pouvait voter oui ou non, ou s’abstenir.
method-heading-motion = Comment la motion a été décidée
table-answer = Réponse
disclosure-nothing = Trop peu de personnes ont participé : les votes ne sont ni comptés ni publiés.
history-sealed-order = Le jury a scellé son ordre pour les égalités. SHA-256 : { $hash }
disclosure-full = Tous les votes sont publiés, sans le nom des personnes qui ont voté. Tout le monde peut donc les recompter.
disclosure-counts = Seuls les totaux sont publiés.
downloads-heading = Téléchargements
download-csv = Tableau (CSV)
download-json = Résultat (JSON)
download-record = Procès-verbal pour la vérification (ZIP)
download-svg = Image (SVG)
fingerprint-label = Empreinte (SHA-256)
fingerprint-heading = Empreinte du résultat
fingerprint-intro = Ce nombre correspond au résultat signé. Qui l’a noté à la fin du vote voit ici que rien n’a changé depuis.
verify-heading = Vérifiez votre reçu
verify-intro = Le code de votre reçu permet de voir si votre vote a été compté.
recount-heading = Vérifiez vous-même
verify-recount = Pour tout recompter, téléchargez le procès-verbal et lancez cette commande :
verify-counts = Pour vérifier les signatures et les totaux, téléchargez le procès-verbal et lancez cette commande :
verifier-intro = Tout le monde peut vérifier un résultat publié et un reçu téléchargé, même sur un téléphone. La page prévue pour cela n’envoie rien et fonctionne sans réseau.
verifier-open = Vérifier un procès-verbal sur cet appareil
verifier-save = Enregistrer cette page de vérification sous forme de fichier
history-heading = Déroulement du scrutin
history-opened = Le vote a été ouvert. Personnes ayant le droit de voter : { $eligible }.
history-paused = Le vote a été mis en pause.
history-resumed = Le vote a repris.
history-closing-time = La fin du vote a été fixée : { $time }.
history-closing-time-none = L’heure de fin du vote a été laissée ouverte.
history-withdrawn = { $kind ->
    [award] { $name } a retiré sa candidature : { $reason }
   *[consultation] Option retirée : { $name }. Motif : { $reason }
}
history-closed = Le vote s’est terminé. Participation : { $voted } sur { $eligible }.
history-published = Le résultat a été publié.
corrected = Correction : { $time }
version-old = Ceci est une version antérieure du résultat. Il en existe une plus récente.
version-latest = Voir la version la plus récente
version-previous = Voir la version précédente
paper-published = Publication : { $time }, version { $version }
paper-signature = Date et signature

## Receipts

receipt-lookup-heading = Vérifier un reçu
receipt-lookup-intro = Saisissez le code affiché après votre vote. Ce code ne montre pas votre choix.
receipt-lookup-label = Code du reçu
receipt-lookup-hint = 12 caractères, par exemple K7QF‑2M9T‑XW4R
receipt-lookup-submit = Vérifier
receipt-lookup-missing = Saisissez le code du reçu
receipt-lookup-form = Le code du reçu compte 12 caractères. Vérifiez qu’il n’y a pas de faute de frappe.
found-counted = Vote trouvé
found-counted-text = { $votes ->
    [one] Votre vote est le seul vote compté dans le scrutin « { $ballot } ».
    [many] Votre vote fait partie des { $votes } de votes comptés dans le scrutin « { $ballot } ».
   *[other] Votre vote fait partie des { $votes } votes comptés dans le scrutin « { $ballot } ».
}
found-not-decided-text = Votre vote pour « { $ballot } » est là. Trop peu de personnes ont participé pour décider de la motion : les votes ne sont pas comptés.
found-recorded = Vote enregistré
found-recorded-text = Votre vote pour le scrutin « { $ballot } » est enregistré. Le résultat n’est pas encore publié.
found-cancelled = Scrutin annulé
found-cancelled-text = Le scrutin « { $ballot } » a été annulé. Les votes reçus ont été supprimés sans être comptés.
found-word = C’est ce que dit le service. La preuve, c’est le reçu téléchargé, vérifié avec votre propre programme.
found-commitments = Les votes scellés (engagements), avec lesquels un reçu téléchargé peut être vérifié
not-found = Nous ne trouvons pas ce code
not-found-text = Vérifiez qu’il n’y a pas de faute de frappe. Si le code est juste, prévenez l’équipe d’organisation : un vote enregistré ne doit pas disparaître.
technical-details = Détails techniques
