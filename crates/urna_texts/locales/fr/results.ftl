## Results

winner = { $winners ->
    [one] Candidature élue
   *[other] Candidatures élues à égalité
}
tie-jury = Après une égalité, par décision du jury
tie-lot = Après une égalité, par tirage au sort
no-winner = Aucune candidature n’est élue : celles qui pouvaient l’être n’ont reçu aucun vote.
card = { $winner } : { $names }. { $turnout }
turnout = Participation : { $voted } sur { $eligible } personnes ayant le droit de voter ({ $share }).
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
chart-title = Votes pour chaque candidature
table-caption = Le résultat en chiffres. Les parts portent sur les votes pour les candidatures.
table-candidate = Candidature
table-votes = Votes
table-share = Part
table-blank = Votes blancs
table-all = Tous les votes
row-elected = candidature élue
row-withdrawn = candidature retirée
method-heading = Comment la candidature gagnante est désignée
method-plurality = Chaque personne avait un vote. La candidature qui obtient le plus de votes est élue.
method-approval = Chaque personne pouvait approuver jusqu’à { $most } candidatures. La candidature approuvée par le plus grand nombre est élue.
method-tie-jury = En cas d’égalité à la première place, c’est le jury qui décide.
method-tie-lot = En cas d’égalité à la première place, c’est un tirage au sort qui décide. Il est calculé à partir des votes eux-mêmes. Tout le monde peut donc le refaire.
method-tie-shared = En cas d’égalité à la première place, toutes les candidatures à égalité sont élues.
tied-decided = { $names } sont à égalité. Votes pour chaque candidature : { $votes }. Selon la règle fixée avant l’ouverture du vote, c’est le jury qui décide.
tied-by = Décision prise par { $who } : { $reason }
tied-lot = { $names } sont à égalité. Votes pour chaque candidature : { $votes }. Le tirage au sort a désigné { $winner }.
disclosure-full = Tous les votes sont publiés, sans le nom des personnes qui ont voté. Tout le monde peut donc les recompter.
disclosure-counts = Seuls les totaux sont publiés.
downloads-heading = Téléchargements
download-csv = Tableau (CSV)
download-json = Résultat (JSON)
download-record = Procès-verbal pour la vérification (ZIP)
fingerprint-label = Empreinte (SHA-256)
verify-heading = Vérifiez votre reçu
verify-intro = Le code de votre reçu permet de voir si votre vote a été compté.
verify-recount = Pour tout recompter, téléchargez le procès-verbal et lancez cette commande :
verify-counts = Pour vérifier les signatures et les totaux, téléchargez le procès-verbal et lancez cette commande :
verifier-intro = Tout le monde peut vérifier un résultat publié et un reçu téléchargé, même sur un téléphone. La page prévue pour cela n’envoie rien et fonctionne sans réseau.
verifier-open = Vérifier un procès-verbal sur cet appareil
verifier-save = Enregistrer cette page de vérification
history-heading = Déroulement du scrutin
history-opened = Le vote a été ouvert. Personnes ayant le droit de voter : { $eligible }.
history-paused = Le vote a été mis en pause.
history-resumed = Le vote a repris.
history-closing-time = La fin du vote a été fixée : { $time }.
history-closing-time-none = L’heure de fin du vote a été laissée ouverte.
history-withdrawn = { $name } a retiré sa candidature : { $reason }
history-closed = Le vote s’est terminé. Participation : { $voted } sur { $eligible }.
history-published = Le résultat a été publié.
corrected = Correction : { $time }
version-old = Ceci est une version antérieure du résultat. Il en existe une plus récente.
version-latest = Voir la version la plus récente
version-previous = Voir la version précédente

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
found-recorded = Vote enregistré
found-recorded-text = Votre vote pour le scrutin « { $ballot } » est enregistré. Le résultat n’est pas encore publié.
found-cancelled = Scrutin annulé
found-cancelled-text = Le scrutin « { $ballot } » a été annulé. Les votes reçus ont été supprimés sans être comptés.
found-word = C’est ce que dit le service. La preuve, c’est le reçu téléchargé, vérifié avec votre propre programme.
found-commitments = Les votes scellés (engagements), avec lesquels un reçu téléchargé peut être vérifié
not-found = Nous ne trouvons pas ce code
not-found-text = Vérifiez qu’il n’y a pas de faute de frappe. Si le code est juste, prévenez l’équipe d’organisation : un vote enregistré ne doit pas disparaître.
technical-details = Détails techniques
