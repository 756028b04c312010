"""Records of both formats as their services give them, invented."""

import json
from typing import Any


def mee(**changes: Any) -> dict[str, Any]:
    return {
        "id": 700001,
        "titre": "Job dating : les boulangers recrutent",
        "type": "Job dating",
        "description": "Venez avec votre CV.\nEntretiens de dix minutes.",
        "deroulement": "Accueil, puis entretiens.",
        "dateEvenement": "2026-06-22T09:30:00.000+02:00",
        "heureDebut": "09:30:00",
        "heureFin": "12:00:00",
        "timezone": "Europe/Paris",
        "ville": "TOULOUSE",
        "codePostal": "31300",
        "codeInsee": "31555",
        "latitude": 43.6,
        "longitude": 1.42,
        "modalites": ["en physique"],
        "objectifs": ["Recrutement"],
        "publics": ["Ouvert à tous"],
        "benefices": ["CDI"],
        "operations": ["#TousMobilisés"],
        "nombrePlaceTotalPresentiel": 20,
        "nombreInscritPresentiel": 5,
        "nombrePlaceTotalDistance": 0,
        "nombreInscritDistance": None,
        "codesRome": ["D1102"],
        "multisectoriel": False,
        "libelleEtablissement": "Agence TOULOUSE CARTOUCHERIE",
        "urlDetailEvenement": "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/700001",
    } | changes


def openagenda(**changes: Any) -> dict[str, Any]:
    begin, end = "2026-06-22T09:30:00+02:00", "2026-06-22T12:00:00+02:00"
    return {
        "uid": "40000001",
        "canonicalurl": "https://openagenda.com/francetravail/events/boulangers",
        "title_fr": "Job dating : les boulangers recrutent",
        "description_fr": "Venez avec votre CV.",
        "longdescription_fr": (
            "<p>Venez avec votre CV.</p>\n<ul><li>Accueil</li><li>Entretiens &amp; caf&eacute;</li></ul>"
        ),
        "keywords_fr": ["Recrutement", "#TousMobilisés"],
        "firstdate_begin": begin,
        "firstdate_end": end,
        "timings": json.dumps([{"begin": begin, "end": end}]),
        "location_coordinates": {"lon": 1.42, "lat": 43.6},
        "location_name": "Agence TOULOUSE CARTOUCHERIE",
        "location_address": "31300 Toulouse",
        "location_insee": None,
        "location_postalcode": "31300",
        "location_city": "Toulouse",
        "attendancemode": json.dumps({"id": 1, "label": {"fr": "Sur place"}}),
        "status": json.dumps({"id": 1, "label": {"fr": "Programmé"}}),
        "registration": json.dumps([
            {
                "type": "link",
                "value": "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/700001",
            }
        ]),
    } | changes  # fmt: skip
