"""Names of drugs that are read for one another, with the letters that differ in capitals.

Established by ISMP and the FDA (lists of look-alike names with recommended tall man letters), carried over to the French names (DCI). The
entry keeps the name as written: only what the eye reads changes. Pure.
"""

from __future__ import annotations

import re

# Each line is a family of names that are mistaken for one another.
FAMILIES = (
    "ADRénaline NORadrénaline",
    "amIODArone amLODIPine aMILoride",
    "azaTHIOprine aziTHROmycine",
    "buPROPion busPIRone",
    "carBAMazépine OXcarbazépine",
    "céfaZOLine céfoTAXime cefTAZidime cefTRIAXone céfuROXime",
    "chlorproMAZINE chlorproPAMIDE",
    "CISplatine CARBOplatine OXALIplatine",
    "cloniDINE clonazéPAM cloZAPine cloBAZam",
    "DAUNOrubicine DOXOrubicine IDArubicine ÉPIrubicine",
    "diltiaZEM diaZEPAM",
    "DOBUTamine DOPamine",
    "doCEtaxel PACLItaxel",
    "épHÉDrine épinéPHRine",
    "fluOXétine PARoxétine DULoxétine",
    "glibenCLAmide gliCLazide gliPIzide",
    "hydrALAzine hydrOXYzine HYDROchlorothiazide",
    "ifosFAMIDE cyclophosFAMIDE",
    "lamoTRIgine lamiVUDine",
    "lévETIRAcétam lévoFLOXacine",
    "LORazépam LORmétazépam ALPRAZolam",
    "metFORMINE metroNIDAZOLE MÉTHOtrexate",
    "méthylPREDNISolone predniSOLONE predniSONE",
    "niFÉDipine niCARDipine niMODipine",
    "OLANZapine QUÉTIApine",
    "oxyCODONE HYDROmorphone",
    "prégABAline gabaPENTine",
    "risPÉRIDONE rOPINIRole",
    "SULFADiazine sulfaSALazine",
    "traMADol traZODone",
    "valACIclovir valGANCIclovir",
    "vinBLAStine vinCRIStine vinORELbine",
)
TALL = {name.lower(): name for family in FAMILIES for name in family.split()}
_WORD = re.compile(r"[^\W\d_]+")


def shown(text: str) -> str:
    """A text whose names of that kind show what tells them apart."""
    return _WORD.sub(lambda found: TALL.get(found[0].lower(), found[0]), text)
