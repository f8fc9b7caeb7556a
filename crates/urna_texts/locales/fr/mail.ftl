## The personal link

mail-hello = Bonjour,
mail-link-subject = Votre lien personnel : { $conference }
mail-link-here = voici votre lien personnel pour { $conference } :
mail-link-how = Ouvrez-le sur le téléphone ou l’ordinateur avec lequel vous souhaitez voter, puis choisissez « Se connecter ».
mail-link-until = Vous pouvez l’utiliser autant de fois que vous le souhaitez jusqu’à la fin de la conférence, le { $day }, puis tant qu’un de ses scrutins reste ouvert.
mail-link-secret = Gardez ce lien pour vous : toute personne qui le possède peut voter à votre place.
mail-link-ignore = Si ce courriel ne vous est pas destiné, vous pouvez l’ignorer.
