"""The sentences of signing in, for the pages' script and for refusals. A page hands them over as JSON."""

from __future__ import annotations

from django.utils.translation import gettext as _

from serment.dossier.kernel import errors


def messages() -> dict[str, str]:
    """What the script may say, by name."""
    return {
        "preparing": _("Un instant…"),
        "touch": _("Touchez votre clé d’accès, ou suivez ce que demande votre appareil."),
        "entering-act": _("Clé reconnue. Envoi…"),
        "entering": _("Clé reconnue. Ouverture de votre session…"),
        "leaving": _("Vous allez être conduit vers Pro Santé Connect…"),
        "no-answer": _("Pro Santé Connect n’a pas confirmé votre identité. Recommencez, ou utilisez votre clé d’accès."),
        "parked": _("Reprendre : {name}"),
        "gone": _("Cette session est terminée. Reconnectez-vous."),
        "locking": _("Ce poste se verrouille dans une minute. Bougez la souris pour continuer."),
        "first-code": _("Lisez ce dessin avec votre application, puis tapez le code qu’elle affiche."),
        "secret-kept": _("Votre mot de passe est enregistré. Vous pouvez vous connecter."),
        "enrolled": _("Votre clé d’accès est enregistrée."),
        "touched": _("Merci. Vous pouvez ouvrir de nouveaux dossiers."),
        "cancelled": _("La clé n’a pas été présentée à temps, ou vous avez annulé. Rien n’a changé ; recommencez quand vous voulez."),
        "known": _("Cet appareil détient déjà une clé d’accès pour vous. Connectez-vous avec elle."),
        "insecure": _("Ce navigateur n’autorise pas la connexion à cette adresse. Utilisez l’adresse en https, ou http://localhost."),
        "unsupported": _("Ce navigateur ne connaît pas les clés d’accès. Utilisez un navigateur à jour, ou un autre poste."),
        "unreachable": _("Le serveur ne répond pas. Vérifiez le réseau et recommencez."),
        "stuck": _("Ce navigateur n’arrive pas à signer ses demandes. Reconnectez-vous."),
        "fault": _("Une erreur est survenue. Rien n’a été enregistré ; recommencez."),
    }


def refusal(error: errors.Refused) -> str:
    """One sentence for a refusal of the guard: what happened, and what to do."""
    return {
        "sign_in_refused": _("La connexion n’a pas été acceptée. Attendez une minute et recommencez, ou demandez un code d’enrôlement."),
        "way_closed": _("Cet établissement n’a pas ouvert cette façon de se connecter."),
        "provider_down": _("Pro Santé Connect ne répond pas. Recommencez, ou utilisez votre clé d’accès."),
        "idle_locked": _("Ce poste est verrouillé. Présentez votre clé d’accès pour reprendre."),
        "login": _("Choisissez un identifiant de 3 à 40 lettres ou chiffres."),
        "login_taken": _("Cet identifiant est déjà pris. Choisissez-en un autre."),
        "weak_password": _("Ce mot de passe se devine : prenez douze caractères de toutes sortes, ou sept mots sans rapport."),
        "wrong_totp": _("Ce code n’est pas celui de l’application. Attendez le suivant et recommencez."),
        "busy": _("Trop de connexions sont en cours. Recommencez dans quelques instants."),
        "touch_refused": _("Cette clé n’est pas celle de la session en cours. Présentez la vôtre."),
        "assurance": _("Cet acte demande une clé d’accès : votre session a été ouverte avec un mot de passe."),
        "ceremony_over": _("La demande a expiré. Recommencez."),
        "bad_code": _("Ce code n’est pas valable : il est inconnu, déjà utilisé ou trop ancien. Demandez-en un nouveau."),
        "enrolment_refused": _("La clé n’a pas été enregistrée : il faut une clé qui vérifie son porteur (code, empreinte ou visage)."),
        "passkey_known": _("Cette clé d’accès est déjà enregistrée. Connectez-vous avec elle."),
        "too_many_passkeys": _("Vous avez déjà trop de clés d’accès. Révoquez-en une sur votre page de compte."),
        "too_many_ceremonies": _("Trop de connexions sont en cours. Recommencez dans quelques minutes."),
        "not_a_demonstration": _("Cela n’existe que dans une démonstration."),
        "contained": _("Ce compte est suspendu. Appelez le responsable de la sécurité."),
        "readers_busy": _("Trop de fichiers sont lus en ce moment. Rien n’a été enregistré ; recommencez dans quelques instants."),
        "guard_down": _("Le gardien des dossiers ne répond pas. Rien n’est ouvert ; recommencez dans un instant."),
    }.get(error.code) or by_category(error)


def by_category(error: errors.Refused) -> str:
    """The sentence for a code that has none of its own."""
    if isinstance(error, errors.Unavailable):
        return _("Le gardien des dossiers ne répond pas. Rien n’est ouvert ; recommencez dans un instant.")
    if isinstance(error, errors.SignedOut):
        return _("Votre session est terminée. Reconnectez-vous.")
    if isinstance(error, errors.StepUp):
        return _("Présentez votre clé d’accès pour continuer. Ce que vous avez tapé reste ici.")
    if isinstance(error, errors.Denied):
        return _("Ce dossier ne vous est pas ouvert. Rien n’a été enregistré.")
    return _("Une erreur est survenue. Rien n’a été enregistré ; recommencez.")
