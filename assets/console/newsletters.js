/** The brand's newsletters: who asked for them, what became of those that were sent; send one, or stop it. They are written in the window. */

import { element } from '../viewer/elements.js';
import { askFirst } from './dialog.js';
import { press } from './form.js';
import { N_, _, moment, whole } from './words.js';

/** @type {Record<string, string>} */
const STATES = { planned: N_('planned'), sending: N_('is going out'), done: N_('sent'), stopped: N_('stopped') };
/** @type {Record<string, string>} */
const GATES = {
  subscription: N_('left the list'),
  suppressed: N_('suppressed address'),
  lapsed: N_('consent lapsed'),
  segment: N_('not in the segment'),
  cap: N_('had another one lately'),
  watching: N_('watches already'),
  late: N_('too late'),
  empty: N_('nothing for them'),
  fault: N_('could not be written'),
};

/** @type {Record<string, string>} */
const TOOLS = { klaviyo: 'Klaviyo', brevo: 'Brevo', mailchimp: 'Mailchimp' };
const TOOL_PROBLEM = N_('it cannot be told now ({problem})');
/** @type {Record<string, string>} */
const TOOL_PROBLEMS = {
  key: N_("it does not take its key: look at key_file in the server's settings"),
  unreachable: N_('it does not answer; it is tried again'),
};

/** @param {import('./console.js').Desk} desk */
export function newslettersPanel(desk) {
  const now = desk.link.state.newsletters;
  const segments = Object.fromEntries(desk.link.state.relation.segments.map((/** @type {any} */ one) => [one.segment.id, one.segment.name]));
  const topics = Object.fromEntries(now.topics.map((/** @type {any} */ one) => [one.topic.id, one]));
  const problem = problemWords(now);
  const rows = now.newsletters.map((/** @type {any} */ made) => {
    const topic = topics[made.topic];
    const mailing = now.mailings.find((/** @type {any} */ one) => one.newsletter === made.id);
    const going = ['planned', 'sending'].includes(mailing?.state);
    const act = going ? () => desk.run('mailing.stop', { mailing: mailing.id }) : () => send(desk, made, topic);
    const button = press(going ? _('Stop') : _('Send'), act, {
      kind: 'small',
      tip: going ? _('Send nothing more of {name}', made) : _('Send {name}', made),
      disabled: !going && !(now.sends && now.settings.brand && now.settings.contact),
    });
    button.dataset.key = `newsletter-${made.id}`;
    const whom = _('{count} subscribed to “{topic}”', { count: whole(topic?.subscribers ?? 0), topic: topic?.topic.name ?? made.topic });
    const inside = made.segment ? ` · ${segments[made.segment] ?? made.segment}` : '';
    return element(
      'li',
      {},
      element('div', { class: 'top' }, element('span', { class: 'name' }, made.name), button),
      element('small', {}, `${made.subject} · ${whom}${inside}`),
      element('small', {}, mailing ? mailingWords(mailing) : _('not sent yet')),
    );
  });
  const sum = (/** @type {number[]} */ counts) => counts.reduce((total, count) => total + count, 0);
  const standing = [_('{count} subscriptions', { count: whole(sum(now.topics.map((/** @type {any} */ one) => one.subscribers))) })];
  const lapse = sum(now.topics.map((/** @type {any} */ one) => one.lapse_soon));
  if (lapse) standing.push(_('{count} of them lapse within a month unless something is sent', { count: whole(lapse) }));
  const stopped = sum(Object.values(now.suppressed));
  if (stopped) standing.push(_('{count} suppressed addresses', { count: whole(stopped) }));
  const empty = _('A newsletter is written for each reader: by the rules, from their own list, without what they have bought.');
  const tools = now.tools.map((/** @type {any} */ tool) => {
    const button = press(tool.on ? _('Stop') : _('Start'), () => switchTool(desk, tool), {
      kind: 'small',
      tip: tool.on ? _('It is told nothing more; who is on its list stays there') : _('From now on its list is kept as yours is: look first what would go'),
    });
    button.dataset.key = `tool-${tool.name}`;
    const name = `${TOOLS[tool.kind]} · ${topics[tool.topic]?.topic.name ?? tool.topic}`;
    return element('li', {}, element('div', { class: 'top' }, element('span', { class: 'name' }, name), button), element('small', {}, toolWords(tool)));
  });
  return [
    element('header', {}, element('h2', {}, _('Newsletters'))),
    rows.length ? element('ul', { class: 'rows' }, ...rows) : element('p', { class: 'muted empty' }, empty),
    ...(tools.length ? [element('h3', {}, _('Mail tools')), element('ul', { class: 'rows' }, ...tools)] : []),
    ...(problem ? [element('p', { class: 'warn' }, problem)] : []),
    element('footer', { class: 'muted' }, standing.join(' · ')),
  ];
}

/** @param {import('./console.js').Desk} desk @param {any} made @param {any} topic */
async function send(desk, made, topic) {
  const words = _('{count} people subscribe to its topic. Each mail is checked when it goes out: between 21 and 8 it waits until the morning.', {
    count: whole(topic?.subscribers ?? 0),
  });
  if (await askFirst(_('Send “{name}” now?', made), words, _('Send'))) desk.run('newsletter.send', { newsletter: made.id });
}

/** Whoever lets a tool begin has seen what would go there. @param {import('./console.js').Desk} desk @param {any} tool */
async function switchTool(desk, tool) {
  const said = { tool: tool.name, segments: tool.segments };
  if (tool.on) return desk.run('mailtool.switch', { tool: tool.name, on: false });
  const diff = await desk.ask('mailtool.diff', said).catch((/** @type {any} */ error) => {
    desk.tell(_(error.message, error.params), null, true);
  });
  if (diff && (await askFirst(_('Keep the list at {name} as yours is?', { name: TOOLS[tool.kind] }), diffWords(diff), _('Start'))))
    desk.run('mailtool.switch', { tool: tool.name, on: true });
}

/** @param {any} diff */
function diffWords(diff) {
  if (!diff.count) return _('Nobody subscribes to this topic yet');
  const out = diff.looked_up.filter((/** @type {any} */ one) => one.stays_out).length;
  const there = diff.looked_up.filter((/** @type {any} */ one) => one.there && !one.stays_out).length;
  return _('{count} would go. Of the first {looked}: {fresh} new there, {there} there already, {out} said no to it and stay out.', {
    count: whole(diff.count),
    looked: diff.looked_up.length,
    fresh: diff.looked_up.length - there - out,
    there,
    out,
  });
}

/** How a mail tool stands. @param {any} tool */
function toolWords(tool) {
  const words = tool.on
    ? [_('{count} on its list', { count: whole(tool.there) })]
    : [_('off'), _('{count} would go', { count: whole(tool.waits) })];
  if (tool.on && tool.waits) words.push(_('{count} waiting', { count: whole(tool.waits) }));
  for (const [count, said] of /** @type {[number, string][]} */ ([
    [tool.refused, N_('{count} it does not take')],
    [tool.taken, N_('{count} said no to it, and get nothing from here either')],
    [tool.leaving, N_('{count} to be deleted there')],
  ]))
    if (count) words.push(_(said, { count: whole(count) }));
  if (tool.problem) words.push(_(TOOL_PROBLEMS[tool.problem] ?? TOOL_PROBLEM, tool));
  return words.join(' · ');
}

/** How it went, or goes. @param {any} mailing */
function mailingWords(mailing) {
  const words = [`${_(STATES[mailing.state])} ${moment(mailing.at_ms)}`, _('to {count}', { count: whole(mailing.sent) })];
  if (mailing.waits) words.push(_('{count} waiting', { count: whole(mailing.waits) }));
  for (const [count, said] of /** @type {[number, string][]} */ ([
    [mailing.bounced, N_('{count} bounced')],
    [mailing.failed, N_('{count} refused')],
    [mailing.handed, N_('{count} perhaps sent')],
    [mailing.spam, N_('{count} said spam')],
  ]))
    if (count) words.push(_(said, { count: whole(count) }));
  const skipped = Object.entries(/** @type {Record<string, number>} */ (mailing.skipped)).sort((one, other) => other[1] - one[1]);
  if (skipped.length) words.push(_('skipped: {each}', { each: skipped.map(([gate, count]) => `${count} ${_(GATES[gate] ?? gate)}`).join(', ') }));
  return words.join(' · ');
}

/** @param {any} now */
function problemWords(now) {
  if (!now.sends) return _("No mail server is set: write one under [mail] in the server's settings");
  if (!now.settings.brand || !now.settings.contact) return _("Say first who newsletters are from: the brand's name and its contact address");
  if (!now.topics.length) return _('Create a topic first, such as “News”: people subscribe to topics in the shop');
  if (now.problem) return _('The mail server takes nothing now ({problem}); what is left waits', { problem: now.problem });
  if (now.mailbox_problem) return _('What comes back cannot be read ({problem})', { problem: now.mailbox_problem });
  return '';
}
