"""The closed vocabularies that the guard, the record and the auditor share."""

COMPARTMENTS = ("identity", "contact", "care", "sealed")

TIES = ("stay", "resident", "appointment", "treating", "advice", "order", "authored", "registration", "billing", "source")

ROLES = (
    "nurse_day", "nurse_night", "care_assistant", "ward_physician", "on_call_physician", "emergency_physician", "triage_nurse",
    "anaesthetist", "technician", "secretary", "admissions_clerk", "coder", "administrator", "security_officer",
    "data_protection_officer", "interface", "application", "mailer",
)  # fmt: skip

# What an application may be registered for. Never what is sealed.
SCOPES = ("identity", "contact", "care")

# How sure the guard is of who sits there: a passkey or a national equal of it; a password with a one-time code; a program's key.
FULL, REDUCED, PROGRAM = "full", "reduced", "program"

# `context:resource:verb`, alphabetical; Cedar policies and menus name these and no others.
ACTIONS = (
    "guard:account:contain", "guard:assignment:end", "guard:incident:handle", "guard:journal:read",
    "guard:notification:read", "guard:proposal:decide", "guard:review:answer", "guard:staff:list", "identity:line:find",
    "identity:line:list", "identity:name:read", "identity:patient:register", "identity:protection:lift",
    "identity:protection:set", "identity:tie:make", "record:advice:ask", "record:copy:make",
    "record:document:file", "record:emergency:open", "record:entry:open", "record:request:handle",
    "record:treating:declare", "record:untied:open",
)  # fmt: skip

# Why a glass was broken. The code is journaled in clear; the words typed beside it are sealed with the record.
BREAK_GLASS_REASONS = ("vital_emergency", "continuity_of_care", "incoming_transfer", "call_for_advice", "other")

# Why a name is shown under its own rule: a birth under secrecy (CASF L.222-6), a colleague, somebody known to the public, a victim.
PROTECTIONS = ("secret_birth", "staff", "public", "victim", "other")

ALERTS = ("allergy", "no_known_allergy", "fall", "isolation", "diet")

OID_INS_NIR = "1.2.250.1.213.1.4.8"
OID_INS_NIA = "1.2.250.1.213.1.4.9"
OID_INS_NIR_TEST = "1.2.250.1.213.1.4.10"
OID_INS_NIR_DEMO = "1.2.250.1.213.1.4.11"
