/** Segments, rules and people in words: the same as in the window (ui/models/relation_words.py). */

import { N_, _, day, decimal, money, moment, sentence } from './words.js';

/** What somebody did, in plain words; what is not here is said by its name. @type {Record<string, string>} */
export const DEEDS = {
  'Page Viewed': N_('opened a page'),
  'Products Searched': N_('searched'),
  'Product List Viewed': N_('looked at a list'),
  'Product Viewed': N_('looked at'),
  'Product Added': N_('put into the cart'),
  'Product Added to Wishlist': N_('wished for'),
  'Checkout Started': N_('went to the checkout'),
  'Order Completed': N_('bought'),
  'Show Joined': N_('came to a show'),
  'Show Watched': N_('watched a show (minutes)'),
  'Pin Seen': N_('saw in a show'),
  'Pin Clicked': N_('chose in a show'),
  'Question Asked': N_('asked a question'),
  'Poll Answered': N_('voted'),
  'Call Booked': N_('booked a call'),
  'Clip Played': N_('watched a clip'),
  'Replay Started': N_('watched a replay'),
};
/** @type {Record<string, string>} */
export const COMPARED = { 'at least': N_('at least'), 'at most': N_('at most'), exactly: N_('exactly') };
/** @type {Record<string, string>} */
export const PURPOSES = { analytics: N_('Analytics'), personalisation: N_('Personalisation'), marketing: N_('Marketing') };
/** @type {Record<string, string>} */
export const PROPERTIES = {
  campaign: N_('campaign'),
  'utm source': N_('source'),
  referrer: N_('referring site'),
  device: N_('device'),
  language: N_('language'),
  country: N_('country'),
  sessions: N_('visits'),
  orders: N_('orders'),
};
/** @type {Record<string, string>} */
export const TESTS = {
  is: N_('is'),
  'is not': N_('is not'),
  contains: N_('contains'),
  'at least': N_('is at least'),
  'at most': N_('is at most'),
  'is empty': N_('is not known'),
};
/** @type {Record<string, string>} */
export const GATES = {
  slot: N_('off'),
  consent: N_('consent'),
  class: N_('person'),
  holdback: N_('measuring'),
  schedule: N_('time'),
  segment: N_('segment'),
  product: N_('product'),
  cap: N_('often enough'),
  dismissed: N_('closed'),
  elsewhere: N_('shown elsewhere'),
};
/** @type {Record<string, string>} */
export const KINDS = { person: N_('a person'), likely: N_('likely a robot'), robot: N_('a robot'), staff: N_('staff') };
/** @type {Record<string, string>} */
const SLOTS = { pin: N_('Pinned card in the show'), message: N_('Line to them in the show') };
/** @type {Record<string, string>} */
const SIGNS = { is: '=', 'is not': '≠', contains: '∋', 'begins with': '^', 'at least': '≥', 'at most': '≤', 'is empty': '= ∅' };
/** @type {Record<string, string>} */
const ARMS = { held: N_('Held back'), shown: N_('Saw it') };

/** @param {string} slot */
export const slotWords = (slot) => (slot in SLOTS ? _(SLOTS[slot]) : _('Place “{slot}” on the page', { slot }));

/** @param {string} name */
export const deedWords = (name) => (name in DEEDS ? _(DEEDS[name]) : name);

/** What a rule shows. @param {any} action @param {Record<string, string>} titles by product */
export function actionWords(action, titles) {
  if (action.kind === 'product') return _('Product {product}', { product: titles[action.id] ?? action.id });
  const words = action.title || action.text || '';
  return action.kind === 'information' ? _('Information: {words}', { words }) : _('Message: {words}', { words });
}

/** To whom a rule shows what, and where. @param {any} rule @param {Record<string, any>} segments by id */
export function ruleWords(rule, segments) {
  const whom = segments[rule.segment]?.name ?? (rule.segment || _('everybody'));
  return _('{whom} · {slot}', { whom, slot: slotWords(rule.slot) });
}

/** @param {any} match */
function matched(match) {
  const about = [match.products, match.categories, match.brands, match.shows].flatMap((words) => words ?? []).join(', ');
  const words = match.names.map(deedWords).join(' / ');
  return about ? `${words} (${about})` : words;
}

/** @param {any} asked */
function didWords(asked) {
  const often = `${_(COMPARED[asked.compare ?? 'at least'])} ${asked.times ?? 1} ×`;
  let when = '';
  if (asked.minutes) when = _('in the last {minutes} min', asked);
  else if (asked.days) when = _('in the last {days} days', asked);
  return [matched(asked.match), often, when].filter(Boolean).join(' ');
}

/** What a condition asks, in a sentence. @param {any} asked @param {Record<string, any>} segments by id @returns {string} */
export function conditionWords(asked, segments) {
  switch (asked.kind) {
    case 'did':
      return didWords(asked);
    case 'recency': {
      const words = { less: N_('{what} less than {days} days ago'), more: N_('{what} more than {days} days ago') };
      const asks = asked.compare === 'more' ? words.more : words.less;
      return _(asks, { what: matched(asked.match), days: asked.days });
    }
    case 'sequence':
      return _('{first}, then {then} within {minutes} min', {
        first: matched(asked.first),
        then: matched(asked.then),
        minutes: asked.within_minutes,
      });
    case 'property':
      return `${_(PROPERTIES[asked.name] ?? asked.name)} ${SIGNS[asked.compare ?? 'is']} ${asked.value ?? ''}`.trim();
    case 'affinity':
      return _('likes {value} (at least {percent} %)', { value: asked.value, percent: asked.percent ?? 20 });
    case 'rfm': {
      const classes = [['R', asked.recency], ['F', asked.frequency], ['M', asked.money]].filter(([, number]) => number).map((pair) => pair.join(''));
      return _('is a customer of class {classes}', { classes: classes.join(' ') || '–' });
    }
    case 'time':
      return _('it is between {begins} and {ends}', { begins: asked.begins ?? '00:00', ends: asked.ends ?? '24:00' });
    case 'consent': {
      const words = { yes: N_('agrees to “{purpose}”'), no: N_('does not agree to “{purpose}”') };
      const says = asked.given === false ? words.no : words.yes;
      return _(says, { purpose: _(PURPOSES[asked.purpose]) });
    }
    case 'persona':
      return _('is “{name}”', { name: asked.persona });
    case 'live':
      return _('watches a show for at least {seconds} s', { seconds: asked.seconds ?? 0 });
    case 'segment': {
      const name = segments[asked.segment]?.name ?? asked.segment;
      return _(asked.inside === false ? N_('is not in “{name}”') : N_('is in “{name}”'), { name });
    }
    case 'not':
      return _('not: {what}', { what: conditionWords(asked.of, segments) });
    case 'all':
    case 'any': {
      const parts = (asked.of ?? []).map((/** @type {any} */ part) => conditionWords(part, segments));
      return parts.join(asked.kind === 'all' ? _(' and ') : _(' or ')) || _('nothing');
    }
    default:
      return asked.kind;
  }
}

/** What a rule brings, in a few lines. @param {any} found @param {any} rule @returns {string[]} */
export function measuredLines(found, rule) {
  if (found.since_ms === null) return [_('Nobody has seen it since it was last changed.')];
  const lines = [_('Since {day}:', { day: day(found.since_ms) })];
  if (!found.effect.length && !found.variants.length) lines.push(_('Nobody is held back from it, so what it brings cannot be said.'));
  for (const [arms, reason, points] of [
    [found.effect, found.effect_reason, found.effect_points],
    [found.variants, found.variants_reason, found.variants_points],
  ]) {
    for (const arm of arms) lines.push(armWords(arm, rule));
    if (reason) lines.push(sentence(reason).replace(/^(held|shown)\b/, (name) => _(ARMS[name])));
    if (points) {
      const [more, low, high] = points.map((/** @type {number} */ one) => decimal(one, true));
      lines.push(_('{more} percentage points more ({low} to {high}, 95 %)', { more, low, high }));
    }
  }
  if (found.left_out) lines.push(_('{count} saw two of them and are counted in none.', { count: found.left_out }));
  return lines;
}

/** @param {any} arm @param {any} rule */
function armWords(arm, rule) {
  const words = _('{name}: {reached} of {people} reached the goal within {days} days ({share} %)', {
    name: arm.id in ARMS ? _(ARMS[arm.id]) : arm.id,
    reached: arm.reached,
    people: arm.people,
    days: rule.goal_days ?? 7,
    share: arm.people ? decimal((100 * arm.reached) / arm.people) : '0',
  });
  return arm.currency ? `${words}, ${money(arm.value_minor, arm.currency)}` : words;
}

/** Something that somebody did, in a line. @param {any} deed */
export const deedLine = (deed) => [moment(deed.at_ms), deedWords(deed.name), deed.products.join(', ')].join(' ').trim();

/** An id for what somebody has named so. @param {string} name @param {string[]} taken */
export function idOf(name, taken) {
  const plain = name.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'o').replaceAll('å', 'a').normalize('NFKD').replace(/[^ -~]/g, '');
  const base = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 34) || 'a';
  let number = 1;
  let made = base;
  while (taken.includes(made)) made = `${base}-${(number += 1)}`;
  return made;
}
