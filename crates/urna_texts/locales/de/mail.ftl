## The personal link

mail-hello = Guten Tag,
mail-link-subject = Ihr persönlicher Link: { $conference }
mail-link-here = hier ist Ihr persönlicher Link für { $conference }:
mail-link-how = Öffnen Sie ihn auf dem Handy oder Computer, mit dem Sie abstimmen möchten, und wählen Sie „Anmelden“.
mail-link-until = Sie können ihn beliebig oft verwenden, bis die Konferenz am { $day } endet, und danach, solange noch eine ihrer Abstimmungen läuft.
mail-link-secret = Behalten Sie den Link für sich: Wer ihn hat, kann an Ihrer Stelle abstimmen.
mail-link-ignore = Wenn diese E-Mail nicht für Sie bestimmt ist, können Sie sie ignorieren.
