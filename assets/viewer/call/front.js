/** What stands above the panel, and on the button that opens it. */

import { hours, wait } from './times.js';

export class Front {
  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
  }

  /** @param {string} view */
  head(view) {
    const { say, panel, session } = this.floor;
    const label = this.floor.getAttribute('label') || say('call_title');
    const names = session.call?.people.map(({ name }) => name || say('call_advisor')).join(', ');
    const { place } = this.floor.hours;
    const title = view === place ? say(place === 'appointment' ? 'call_booked' : `call_do_${place}`) : view === 'check' ? say(`call_kind_${this.floor.views.check.kind}`) : view === 'waiting' ? say('call_in_line') : view === 'room' ? names || say('call_connecting') : label;
    if (panel.title.textContent !== title) panel.title.textContent = title;
    const lost = session.lost > 1 && session.call && view !== 'after';
    const under = lost ? say('call_lost') : '';
    if (panel.under.textContent !== under) panel.under.textContent = under;
    panel.under.hidden = !under;
    panel.back.hidden = view !== 'check' && view !== place;
    panel.smaller.hidden = view !== 'room' || session.call?.kind === 'text' || panel.small;
    panel.shut.hidden = !panel.smaller.hidden || (panel.small && view === 'room');
    const shut = say(view === 'waiting' ? 'call_put_away' : 'close');
    panel.shut.setAttribute('aria-label', shut);
    panel.shut.title = shut;
  }

  /** What stands on the button. */
  launch() {
    const { say, desk, session, launcher, language } = this.floor;
    const { call } = session;
    const unread = this.floor.unread ? String(this.floor.unread) : '';
    launcher.root.setAttribute('aria-expanded', String(this.floor.panel.shown));
    if (call && call.state !== 'ended') {
      const [going] = this.floor.agreed.going;
      const line = going ? this.floor.agreed.words(going) : session.live ? say('call_ongoing') : call.place === 1 || call.place === null ? say('call_first') : say('call_place', { count: call.place });
      return launcher.draw({ tone: going ? 'air' : 'call', line, short: line, badge: unread });
    }
    const { state } = desk;
    if (!state) return;
    if (this.floor.hours.booking.booked?.may_ring) {
      const line = say('call_booked_now_short');
      return launcher.draw({ tone: 'call', line, short: line, badge: '' });
    }
    const when = hours(state, say, language);
    if (!state.open) return launcher.draw({ tone: 'closed', line: when ? `${say('call_closed')} · ${when}` : say('call_closed'), short: say('call_closed'), badge: '' });
    const line = state.free ? say('call_free') : `${say('call_busy_short')} · ${wait(state.wait_s, say)}`;
    launcher.draw({ tone: state.free ? 'free' : 'busy', line, short: say(state.free ? 'call_free_short' : 'call_busy_short'), badge: '' });
  }
}
