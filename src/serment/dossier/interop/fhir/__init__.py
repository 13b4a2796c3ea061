"""The door for applications: FHIR R4, read only, one patient at a time, each request signed by the key its token is bound to."""
