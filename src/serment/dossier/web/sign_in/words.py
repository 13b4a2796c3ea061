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
        "enrolled": _("Votre clé d’accès est enregistrée."),
        "touched": _("Merci. Vous pouvez ouvrir de nouveaux dossiers."),
        "cancelled": _("La clé n’a pas été présentée à temps, ou vous avez annulé. Rien n’a changé ; recommencez quand vous voulez."),
        "known": _("Cet appareil détient déjà une clé d’accès pour vous. Connectez-vous avec elle."),
        "insecure": _("Ce navigateur n’autorise pas la connexion à cette adresse. Utilisez l’adresse en https, ou http://localhost."),
        "unsupported": _("Ce navigateur ne connaît pas les clés d’accès. Utilisez un navigateur à jour, ou un autre poste."),
        "unreachable": _("Le serveur ne répond pas. Vérifiez le réseau et recommencez."),
        "stuck": _("Ce navigateur n’arrive pas à signer ses demandes. Reconnectez-vous."),
        "fault": _("Une erreur est survenue. Rien n’a été enregistré ; recommencez."),
    }


def refusal(error: errors.Refused) -> str:
    """One sentence for a refusal of the guard: what happened, and what to do."""
    return {
        "sign_in_refused": _("Cette clé d’accès n’a pas été acceptée. Essayez-en une autre, ou demandez un code d’enrôlement."),
        "touch_refused": _("Cette clé n’est pas celle de la session en cours. Présentez la vôtre."),
        "assurance": _("Cet acte demande une clé d’accès : votre session a été ouverte avec un mot de passe."),
        "ceremony_over": _("La demande a expiré. Recommencez."),
        "bad_code": _("Ce code n’est pas valable : il est inconnu, déjà utilisé ou trop ancien. Demandez-en un nouveau."),
        "enrolment_refused": _("La clé n’a pas été enregistrée : il faut une clé qui vérifie son porteur (code, empreinte ou visage)."),
        "passkey_known": _("Cette clé d’accès est déjà enregistrée. Connectez-vous avec elle."),
        "too_many_passkeys": _("Vous avez déjà trop de clés d’accès. Révoquez-en une sur votre page de compte."),
        "too_many_ceremonies": _("Trop de connexions sont en cours. Recommencez dans quelques minutes."),
        "not_a_demonstration": _("Cela n’existe que dans une démonstration."),
        "contained": _("Ce compte est suspendu. Appelez le responsable de la sécurité."),
        "guard_down": _("Le gardien des dossiers ne répond pas. Rien n’est ouvert ; recommencez dans un instant."),
    }.get(error.code) or by_category(error)


def by_category(error: errors.Refused) -> str:
    """The sentence for a code that has none of its own."""
    if isinstance(error, errors.Unavailable):
        return _("Le gardien des dossiers ne répond pas. Rien n’est ouvert ; recommencez dans un instant.")
    if isinstance(error, errors.SignedOut):
        return _("Votre session est terminée. Reconnectez-vous.")
    return _("Une erreur est survenue. Rien n’a été enregistré ; recommencez.")
