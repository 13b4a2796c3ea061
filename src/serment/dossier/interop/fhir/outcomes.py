"""Refusals as FHIR says them: an OperationOutcome with the standard's own code, our stable word, and a sentence. Never a value."""

from __future__ import annotations

from django.http import JsonResponse

from serment.dossier.kernel import errors

FHIR_JSON = "application/fhir+json"

# https://hl7.org/fhir/R4/valueset-issue-type.html
ISSUES: dict[type[errors.Refused], str] = {
    errors.Invalid: "invalid",
    errors.SignedOut: "login",
    errors.Denied: "forbidden",
    errors.StepUp: "expired",
    errors.Exhausted: "throttled",
    errors.NotFound: "not-found",
    errors.Conflict: "conflict",
    errors.Unavailable: "transient",
    errors.Fault: "exception",
}
UNAUTHORIZED, TOO_MANY = 401, 429
RETRY_AFTER = "3600"

SENTENCES = {
    "no_token": "Présentez un jeton : Authorization: DPoP <jeton>, avec l'en-tête DPoP de cette requête.",
    "bad_proof": "La preuve DPoP n'est pas valable pour ce jeton.",
    "stale_proof": "La preuve DPoP est trop ancienne, ou votre horloge avance : refaites-en une.",
    "replayed_proof": "Cette preuve DPoP a déjà servi : une par requête.",
    "wrong_address": "La preuve DPoP a été faite pour une autre requête (htm, htu).",
    "wrong_key": "La preuve DPoP n'est pas signée par la clé à laquelle le jeton est lié.",
    "lease_spent": "Le jeton a servi pour autant de patients qu'il en permet : demandez-en un autre.",
    "contained": "L'application est suspendue : appelez le responsable de la sécurité.",
    "no_tie": "Aucun lien de prise en charge entre ce patient et les unités de l'application, ou patient inconnu.",
    "role": "Ce que l'application demande ne lui est jamais permis.",
    "scope": "Le jeton ne couvre pas ces données.",
    "shift_spent": "L'application a vu autant de patients qu'elle peut en voir en un poste.",
    "lines_spent": "L'application a vu autant d'identités qu'elle peut en voir en un poste.",
    "post_search": "Les traits d'un patient ne vont pas dans une adresse : POST /fhir/Patient/_search.",
    "traits_incomplete": "Donnez identifier, ou les quatre traits : family (nom de naissance), given, birthdate, gender.",
    "one_patient": "La lecture se fait patient par patient : /fhir/Patient/<id>/<Type>.",
    "unknown_parameter": "Paramètre de recherche inconnu ; voir /fhir/metadata.",
    "not_acceptable": "Seul application/fhir+json est proposé.",
    "method": "Cette interface est en lecture seule.",
}


def outcome(*, issue: str, code: str, severity: str = "error") -> dict[str, object]:
    """An OperationOutcome of one issue."""
    one: dict[str, object] = {"severity": severity, "code": issue, "diagnostics": code}
    if code in SENTENCES:
        one["details"] = {"text": SENTENCES[code]}
    return {"resourceType": "OperationOutcome", "issue": [one]}


def response(refused: errors.Refused) -> JsonResponse:
    """The answer for a refusal, with what RFC 6750 and RFC 9449 ask of a protected resource."""
    status = errors.http_status(refused)
    if isinstance(refused, errors.StepUp):
        # What a person mends with a touch, an application mends with a new token.
        status = UNAUTHORIZED
    if isinstance(refused, errors.Exhausted):
        status = TOO_MANY
    answer = JsonResponse(outcome(issue=ISSUES[type(refused)], code=refused.code), status=status, content_type=FHIR_JSON)
    if status == UNAUTHORIZED:
        said = "invalid_dpop_proof" if refused.code in ("bad_proof", "stale_proof", "replayed_proof", "wrong_address") else "invalid_token"
        answer.headers["WWW-Authenticate"] = 'DPoP algs="ES256"' + ("" if refused.code == "no_token" else f', error="{said}"')
    if status == TOO_MANY:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer
