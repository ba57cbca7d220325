import type { LiveDictionary } from './english-live.ts'
import { isSingle } from './french-grammar.ts'

const recordsOf = (count: string): string =>
  `${count} ${isSingle(count) ? 'enregistrement' : 'enregistrements'}`

export const frenchLive: LiveDictionary = {
  now: 'En direct',
  headline: (visitors, isOne) =>
    isOne ? 'Une personne est dans la boutique' : `${visitors} personnes sont dans la boutique`,
  withOrders: (orders, isOne) =>
    isOne
      ? ', une commande dans la dernière demi-heure'
      : `, ${orders}\u00a0commandes dans la dernière demi-heure`,
  quiet: 'Personne n’est dans la boutique en ce moment',
  quietSince: (time) =>
    `Le dernier événement est arrivé à ${time}. La page bouge d’elle-même dès que quelqu’un vient.`,
  noTracker: 'Rien n’est arrivé des pages de la boutique',
  noTrackerHint:
    'Placez le traceur dans les pages de votre boutique ; la première session s’affiche ici une seconde après.',
  noTrackerSteps: (address) => [
    'Cette commande affiche la clé d’écriture de la boutique :',
    `Avec cette clé, ${address} affiche le code : collez-le avant </head> sur chaque page. Rien n’est stocké dans le navigateur avant l’accord du visiteur.`,
    'Ouvrez votre boutique dans un autre onglet : la session apparaît ici.',
  ],
  sendsTo: (address) => `Le collecteur reçoit les événements sur ${address}.`,
  absent: 'Ce serveur ne suit pas la boutique',
  absentHint:
    'Il a été lancé avec le tableau de bord seul. Lancez-le sans --no-collect pour recevoir et compter les événements :',
  stopped: 'Le comptage en direct s’est arrêté',
  stoppedHint: 'Ce qui a été compté reste ; ce qui est publié n’est pas touché.',
  catchingUp: 'Lecture de ce qui est arrivé quand personne ne comptait',
  catchingUpHint: (records) => `Encore ${recordsOf(records)} ; les chiffres montent jusque-là.`,
  disconnected: 'Connexion perdue ; nouvel essai en cours. Ce sont les derniers chiffres reçus.',
  paused: 'En pause : voici comment c’était.',
  pause: 'Pause',
  resume: 'Reprendre',
  lead: (perSecond, number, lag) => {
    const events = `${perSecond} ${number < 2 ? 'événement' : 'événements'} par seconde`
    return lag === null ? events : `${events}, à l’écran ${lag} après réception`
  },
  figures: {
    visitorsNow: 'Visiteurs en ce moment',
    visitorsNowHint: 'un événement dans les 5 dernières minutes',
    sessions: 'Sessions aujourd’hui',
    sessionsHint: (recent) =>
      `${recent} ${isSingle(recent) ? 'commencée' : 'commencées'} dans les 30 dernières minutes`,
    orders: 'Commandes aujourd’hui',
    ordersHint: (provisional) =>
      `${provisional} ${isSingle(provisional) ? 'provisoire : pas encore comptabilisée' : 'provisoires : pas encore comptabilisées'}`,
    ordersKnown: 'toutes comptabilisées',
    revenue: 'CA net aujourd’hui',
    revenueHint: (expected) => `dont ${expected} attendus`,
  },
  rule: {
    ledger: (share, orders) =>
      `Le CA net attendu est ${share} du montant payé, comme pour ${orders} commandes récentes comptabilisées.`,
    vat: (share) =>
      `Le CA net attendu est ${share} du montant payé : TVA normale déduite, remboursements inconnus.`,
    none: 'Le CA net attendu est le montant payé : ni commandes de référence ni taux de TVA connus.',
  },
  minutesTitle: (time, amount) => `Le moment le plus animé de la demi-heure : ${time}, ${amount}`,
  minutesQuiet: 'La dernière demi-heure a-t-elle été animée ?',
  minutesUnit: 'par minute ; un point est une commande ; la dernière minute est en cours',
  measure: 'Mesure',
  measures: {
    visitors: 'Visiteurs',
    sessions: 'Sessions commencées',
    events: 'Événements',
    pageViews: 'Pages vues',
    productViews: 'Fiches produit vues',
    carts: 'Ajouts au panier',
    orders: 'Commandes',
    netRevenue: 'CA net attendu',
    landings: 'Arrivées sans consentement',
  },
  minute: 'Minute',
  period: 'Période',
  today: 'Aujourd’hui',
  recent: '30 dernières minutes',
  channelsTitle: (channel, hasRevenue) =>
    `${channel}\u00a0: le plus de ${hasRevenue ? 'CA net' : 'sessions'}`,
  channelsQuestion: 'Quels canaux amènent sessions et commandes ?',
  channelsUnit: 'Une commande est rangée sous sa session : suivie, non attribuée',
  campaignsTitle: 'Quelles campagnes les amènent ?',
  campaignsUnit: 'Campagne des comptes publicitaires, sinon le marquage du lien',
  productsTitle: 'Que regardent-ils ?',
  productsUnit: 'fiches produit vues et paniers',
  product: 'Produit',
  ordersTitle: 'Les dernières commandes',
  ordersUnit: 'Telles que le site les a signalées ; l’acheteur n’est pas gardé ici',
  noOrders: 'Aucune commande depuis le début du comptage.',
  noRows: 'Rien sur cette période.',
  at: 'À',
  from: 'Origine',
  paid: 'Payé',
  withoutConsent: 'Sans consentement',
  other: 'Tous les autres',
  noRate: 'pas de taux de change',
  devices: { desktop: 'Ordinateur', mobile: 'Téléphone', tablet: 'Tablette', other: 'Autre appareil' },
  way: {
    title: 'De la page de la boutique à cet écran',
    unit: 'Chaque étape du chemin, en ce moment',
    collector: 'Collecteur',
    log: 'Journal d’événements',
    layer: 'Comptage en direct',
    lander: 'Lac de données',
    states: { running: 'fonctionne', waiting: 'attend', stopped: 'arrêté', absent: 'pas ici' },
    accepted: (accepted, refused) =>
      `${accepted} ${isSingle(accepted) ? 'événement reçu' : 'événements reçus'}, ${refused} ${isSingle(refused) ? 'refusé' : 'refusés'} depuis le démarrage`,
    kinds: { embedded: 'dans le dossier de données', kafka: 'Kafka' },
    behind: (records) => `${recordsOf(records)} à lire`,
    upToDate: 'rien n’attend',
    lag: (median, p99) => `${median} après réception, 99 sur 100 en moins de ${p99}`,
    noLag: 'rien dans la dernière minute',
    landed: (time) => `dernier dépôt à ${time}`,
    unlanded: (records) => `${recordsOf(records)} à déposer`,
    notLanding: 'les exécutions déposent ce que contient le journal',
    split: (time) => `Les totaux sont ce qui a été publié à ${time}, plus ce que contient le journal depuis.`,
    unpublished: 'Rien n’est publié ; les totaux sont ce que contient le journal.',
    setAside: (refused, crawlers, duplicates, late) =>
      `Non comptés : ${refused} non valides, ${duplicates} répétés, ${crawlers} de robots. Dans les totaux seulement, car venus bien après leur minute : ${late}.`,
    visitors: (published, live) =>
      `Visiteurs aujourd’hui : ${published} publiés, ${live} depuis ; une même personne peut être des deux.`,
  },
}
