"""The project's own sample: sixty invented events all over France, on a calendar of four weeks that repeats.

Employers, places and texts are made up. Columns: day of the four weeks (0 is a
Monday), start, hours, kind, mode, INSEE code, place, sectors, seats, title, text.
Sectors are ROME letters, "*" for all of them, "?" where nobody tells.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One event of the sample."""

    day: int
    start: str
    """Local time."""
    hours: float
    kind: str
    mode: str
    commune: str
    place: str
    sectors: str
    seats: int
    """0: not published."""
    title: str
    text: str


ROWS = tuple(
    Row(*row)
    for row in (
        # Toulouse
        (1, "09:30", 3, "job_dating", "on_site", "31555", "Maison de l'emploi des Carmes", "G", 40,
         "Job dating : les restaurants du centre recrutent",
         "Dix restaurants cherchent serveurs, commis et plongeurs.\nVenez avec votre CV, même court."),
        (9, "14:00", 3, "forum", "on_site", "31555", "Halle du Port-Garaud", "*", 0,
         "Forum de l'emploi toulousain, tous secteurs",
         "Soixante employeurs, un atelier CV et des entretiens sur place."),
        (16, "09:00", 3, "workshop", "on_site", "31555", "Agence du Bazacle", "?", 12,
         "Atelier : préparer son entretien d'embauche",
         "On s'entraîne à deux, puis devant un recruteur. Groupe de douze personnes."),
        (24, "18:30", 1.5, "information_meeting", "on_site", "31555", "Lycée des Minimes", "H", 60,
         "Les métiers de l'aéronautique recrutent : réunion du soir",
         "Ajusteur, peintre, contrôleur : les formations payées et leurs débouchés."),
        (11, "10:00", 2, "company_visit", "on_site", "31069", "Atelier Pastel & Fils", "HI", 15,
         "Visite d'un atelier de mécanique de précision",
         "Usinage, maintenance et contrôle : l'atelier vu de près. Chaussures fermées."),
        # Paris
        (0, "09:30", 2.5, "job_dating", "on_site", "75119", "Agence Canal de l'Ourcq", "K", 30,
         "Les crèches du nord-est parisien recrutent",
         "Auxiliaires petite enfance et éducateurs de jeunes enfants, CDI à la clé."),
        (4, "14:00", 2, "workshop", "on_site", "75112", "Espace Daumesnil", "?", 15,
         "Atelier : reprendre confiance avant un entretien",
         "Deux heures en petit groupe avec une comédienne."),
        (8, "13:30", 2.5, "information_meeting", "on_site", "75115", "Maison des scènes", "L", 25,
         "Intermittents : bien préparer sa fin de droits",
         "Les démarches, les dates, les pièges. Questions en fin de séance."),
        (15, "09:00", 5, "forum", "on_site", "75118", "Gymnase de la Chapelle", "*", 0,
         "Forum emploi et formation du nord parisien, tous secteurs",
         "Employeurs, écoles et associations ; traducteurs sur place."),
        (22, "18:30", 1.5, "conference", "both", "75110", "La Verrière", "M", 120,
         "Soirée : changer de métier à quarante ans",
         "Trois parcours racontés par ceux qui les ont vécus. Sur place ou à distance."),
        (25, "10:00", 2, "job_dating", "on_site", "75108", "Hôtel des Deux-Ponts", "G", 20,
         "Un hôtel de l'ouest parisien recrute trente personnes",
         "Réception, étages, cuisine : entretiens de dix minutes, réponse sous trois jours."),
        # Lyon
        (2, "09:00", 3, "job_dating", "on_site", "69383", "Agence de la Villette", "N", 35,
         "Caristes et préparateurs de commandes : job dating",
         "Quatre entrepôts de l'est lyonnais embauchent. CACES payé si besoin."),
        (10, "14:00", 2, "workshop", "on_site", "69381", "Pôle des Terreaux", "?", 14,
         "Atelier CV : le vôtre, refait en deux heures",
         "Apportez-le sur une clé, ou sur papier."),
        (17, "09:30", 4.5, "open_day", "on_site", "69387", "Centre Jean-Moulin", "F", 0,
         "Portes ouvertes : les métiers du bâtiment",
         "Maçonnerie, électricité, peinture : on essaie les gestes avec les formateurs."),
        (23, "18:00", 2, "information_meeting", "on_site", "69266", "Maison du livre", "J", 50,
         "Devenir aide-soignant : la formation et les aides",
         "Un centre hospitalier présente les postes et le financement des études."),
        # Rennes
        (1, "14:00", 3, "job_dating", "on_site", "35238", "Halle Courrouze", "A", 25,
         "Maraîchage et élevage : rencontres avec les fermes du pays",
         "Quinze exploitations cherchent des saisonniers et des permanents."),
        (12, "10:00", 2, "information_meeting", "on_site", "35238", "Agence du Blosne", "E", 40,
         "Développeur web : une formation de neuf mois, rémunérée",
         "Sans diplôme exigé. Tests de logique à la fin de la réunion."),
        (18, "09:00", 3.5, "forum", "on_site", "35238", "Salle de la Poterie", "*", 0,
         "Forum de l'alternance, tous secteurs", "Trois cents contrats proposés par quarante employeurs."),
        (26, "10:00", 1.5, "company_visit", "on_site", "35047", "Biscuiterie du Semnon", "H", 12,
         "Visite d'une biscuiterie qui recrute", "Conduite de ligne et maintenance ; dégustation comprise."),
        # Lille
        (3, "09:30", 2.5, "job_dating", "on_site", "59350", "Agence de Fives", "D", 30,
         "Vendeurs et employés de rayon : job dating",
         "Cinq enseignes, quarante postes, dont la moitié à temps plein."),
        (7, "14:00", 2, "workshop", "on_site", "59350", "Maison de Wazemmes", "?", 10,
         "Atelier : chercher un emploi avec son téléphone",
         "Alertes, CV, candidatures : tout se fait sur un petit écran."),
        (14, "09:00", 4, "forum", "on_site", "59350", "Halle aux Sucres neuve", "N", 0,
         "Salon du transport et de la logistique",
         "Conducteurs, caristes, exploitants : vingt transporteurs."),
        (21, "18:30", 1.5, "information_meeting", "on_site", "59512", "Lycée du Parc", "I", 35,
         "Technicien de maintenance : les employeurs vous attendent",
         "Une réunion du soir pour ceux qui travaillent le jour."),
        # Marseille
        (0, "14:00", 3, "job_dating", "on_site", "13202", "Docks de la Joliette", "N", 40,
         "Le port recrute : rencontres avec les manutentionnaires",
         "Dockers occasionnels, agents d'escale, conducteurs d'engins."),
        (8, "09:30", 2, "information_meeting", "on_site", "13203", "Maison de la Belle de Mai", "J", 30,
         "Les métiers du soin à domicile", "Aide à domicile, auxiliaire de vie : formations et postes."),
        (16, "09:00", 6, "forum", "on_site", "13208", "Parc du Prado", "*", 0,
         "Grand forum de la Méditerranée, tous secteurs",
         "Cent employeurs, des ateliers toute la journée, entrée libre."),
        (23, "14:00", 2, "workshop", "on_site", "13210", "Espace Capelette", "?", 12,
         "Créer son activité : les premiers pas", "Statuts, aides et erreurs à éviter."),
        # Overseas
        (2, "08:30", 3, "job_dating", "on_site", "97411", "Maison du Barachois", "G", 30,
         "Hôtellerie : les établissements de l'île recrutent",
         "Réception, cuisine et service. Douze hôtels de Saint-Denis à Saint-Gilles."),
        (9, "09:00", 2, "workshop", "on_site", "97411", "Agence du Moufia", "?", 15,
         "Atelier : mobilité vers l'Hexagone", "Les aides, le logement, les premiers jours."),
        (19, "13:30", 3, "forum", "on_site", "97411", "Stade de l'Est", "*", 0,
         "Forum de l'emploi réunionnais, tous secteurs", "Cinquante employeurs de l'île et de l'Hexagone."),
        (24, "08:30", 2.5, "information_meeting", "on_site", "97416", "Case de Terre-Sainte", "A", 40,
         "Canne, vanille, ananas : les métiers de la terre", "Les exploitations du Sud et leurs formations."),
        (5, "09:00", 3, "job_dating", "on_site", "97209", "Pavillon Bellevue", "D", 25,
         "Commerce : job dating de Fort-de-France", "Vente, caisse, mise en rayon."),
        (13, "08:00", 2, "company_visit", "on_site", "97103", "Distillerie de Jarry", "H", 18,
         "Visite d'une distillerie", "De la canne au rhum : les postes de production."),
        (20, "09:00", 3, "information_meeting", "on_site", "97302", "Carbet des métiers", "F", 30,
         "Chantiers de Cayenne : les entreprises du bâtiment embauchent",
         "Maçons, coffreurs, conducteurs d'engins."),
        (10, "08:30", 2, "information_meeting", "on_site", "97611", "MJC du front de mer", "K", 30,
         "Agents d'animation : réunion d'information", "Postes dans les écoles et les centres de loisirs."),
        (17, "09:00", 2, "workshop", "on_site", "98735", "Maison de Tipaerui", "G", 15,
         "Atelier : accueillir les voyageurs", "Anglais de l'accueil et entretiens simulés."),
        # Elsewhere
        (4, "09:00", 3, "job_dating", "on_site", "33063", "Hangar des Chartrons", "A", 30,
         "Vendanges et travaux de la vigne : job dating",
         "Châteaux et coopératives recrutent pour la saison."),
        (11, "14:00", 2, "information_meeting", "on_site", "33063", "Agence Saint-Michel", "C", 40,
         "Banque et assurance : conseiller clientèle en alternance", "Diplôme payé, contrat de deux ans."),
        (3, "09:30", 2, "company_visit", "on_site", "44184", "Chantier des Cormiers", "HI", 20,
         "Visite d'un chantier naval", "Soudeurs, tuyauteurs, électriciens de bord."),
        (18, "14:00", 3, "job_dating", "on_site", "44109", "Halle du Vieux-Doulon", "K", 30,
         "Aide à domicile : job dating", "Les associations de l'agglomération embauchent en CDI."),
        (6, "10:00", 5, "open_day", "on_site", "67482", "École du Heyritz", "B", 0,
         "Portes ouvertes des métiers d'art", "Ébénistes, verriers et relieurs montrent leur travail."),
        (15, "14:00", 2, "workshop", "both", "67482", "Agence de la Meinau", "M", 16,
         "Travailler en Allemagne quand on habite l'Alsace",
         "Droits, impôts et langues. En salle ou en visio."),
        (22, "09:00", 3, "job_dating", "on_site", "06088", "Palais du Vallon", "G", 50,
         "La saison se prépare : job dating des plages",
         "Cuisiniers, plagistes et barmans, logement possible."),
        (7, "09:30", 2, "information_meeting", "on_site", "34172", "Halle des Beaux-Arts", "J", 30,
         "Infirmiers et aides-soignants : les cliniques recrutent", "Postes de jour et de nuit."),
        (25, "14:00", 3, "forum", "on_site", "38185", "Maison des Alpes", "E", 0,
         "Salon des métiers du numérique", "Réseaux, développement, cybersécurité : employeurs et écoles."),
        (13, "09:00", 4.5, "forum", "on_site", "63113", "Halle de l'Étoile", "F", 0,
         "Forum du bâtiment et des travaux publics", "Engins à essayer, employeurs à rencontrer."),
        (9, "09:30", 3, "job_dating", "on_site", "21231", "Agence des Grésilles", "H", 25,
         "L'agroalimentaire recrute : job dating", "Conduite de ligne, qualité, expédition."),
        (19, "10:00", 2, "workshop", "on_site", "76351", "Maison du Perrey", "N", 20,
         "Découvrir les métiers du port avec un simulateur", "Grue, cavalier, remorque : on essaie."),
        (1, "10:00", 2, "information_meeting", "on_site", "29019", "Quai de la Penfeld", "H", 35,
         "Soudeur naval : formation suivie d'une embauche", "Six mois payés, sans diplôme exigé."),
        (26, "14:00", 2, "job_dating", "on_site", "2A004", "Maison du Salario", "G", 25,
         "Hôtels et campings de l'île : job dating", "Deux cents postes pour la saison."),
        (12, "09:00", 3, "company_visit", "on_site", "87085", "Manufacture de la Vienne", "B", 12,
         "Visite d'une manufacture de porcelaine", "Coulage, émaillage, décor à la main."),
        (2, "14:00", 2, "workshop", "on_site", "57463", "Agence du Sablon", "?", 12,
         "Atelier : répondre à une offre en dix minutes", "Une méthode simple, et on l'essaie aussitôt."),
        # Online
        (0, "11:00", 1, "information_meeting", "online", "", "", "E", 200,
         "Webinaire : les métiers de la cybersécurité", "Une heure en ligne, puis vos questions."),
        (5, "10:00", 1.5, "conference", "online", "", "", "M", 300,
         "Webinaire : comprendre sa fiche de paie", "Ligne par ligne, avec une comptable."),
        (10, "18:30", 1, "information_meeting", "online", "", "", "J", 150,
         "Webinaire du soir : devenir infirmier après une autre vie", "Concours, financement, témoignages."),
        (14, "09:00", 9, "online_fair", "online", "", "", "*", 0,
         "Salon en ligne de l'emploi, tous secteurs",
         "Cent employeurs répondent par écrit toute la journée."),
        (20, "14:00", 1, "workshop", "online", "", "", "?", 80,
         "Atelier à distance : son profil professionnel en ligne", "Depuis chez soi, avec un conseiller."),
        (27, "10:30", 1, "information_meeting", "online", "", "", "C", 100,
         "Webinaire : gestionnaire de sinistres, un métier méconnu", "Un assureur présente ses postes."),
        (21, "11:00", 1, "information_meeting", "online", "", "", "N", 100,
         "Webinaire : devenir conducteur de bus", "Permis payé, salaire dès le premier jour."),
        (6, "17:00", 1, "conference", "online", "", "", "L", 60,
         "Rencontre en ligne avec une régisseuse de théâtre", "Son métier, ses débuts, ses conseils."),
    )
)  # fmt: skip
