/** What was written, as text to keep. */

import { clock, locale } from './times.js';

/** @param {import('./lines.js').Line[]} lines @param {import('./vitrine-call.js').Floor} floor @returns {string} */
export function transcript(lines, { say, language, titleOf }) {
  const day = lines.length ? new Intl.DateTimeFormat(locale(language), { dateStyle: 'long' }).format(lines[0].at_ms) : '';
  const rows = lines.map((line) => {
    if (line.note) return `${clock(line.at_ms, language)} ${line.text}`;
    const who = line.author === 'customer' ? say('call_you') : line.name || say('call_advisor');
    const said = line.product ? say('call_shown', { title: line.text || titleOf(line.product) }) : line.text;
    return `${clock(line.at_ms, language)} ${who}: ${said}`;
  });
  return [`${say('call_title')} · ${day}`, '', ...rows, ''].join('\n');
}
